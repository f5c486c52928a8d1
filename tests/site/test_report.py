"""The whole report as one PDF: every chapter, its figures, contents that name the right pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from pypdf.generic import Destination

from foreign_demand.exceptions import PublishError
from foreign_demand.site.report import (
    LONGEST_MS,
    Chapter,
    assemble,
    chapters_of,
    offer,
    pages_of,
    write_report,
)

PRINTED = ("holders", "references")
"""Chapters that are printed here, beside the front page. All of them are put together only."""


def letters(text: str) -> str:
    """A text as it is found in a PDF, whose lines and hyphens fall elsewhere."""
    return re.sub(r"[\s\u00ad\u200b-]+", "", text)


@pytest.fixture(scope="module")
def chapters(built_book: Path) -> list[Chapter]:
    return chapters_of(built_book)


@pytest.fixture(scope="module")
def whole(built_book: Path, chapters: list[Chapter]) -> str:
    return assemble(built_book, chapters, {})


@pytest.fixture(scope="module")
def part(built_book: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A site of the front page and a few chapters, and its report."""
    site = tmp_path_factory.mktemp("part")
    (site / "chapters").mkdir()
    for name in ("index", *PRINTED):
        shutil.copy(built_book / "chapters" / f"{name}.html", site / "chapters")
    for name in ("figures.json", "build.json"):
        shutil.copy(built_book / name, site)
    front = site / "chapters" / "index.html"
    others = re.compile(
        rf'<li class="toctree-l1"><a class="reference internal" href="(?!{"|".join(PRINTED)})[^"]*">.*?</li>'
    )
    front.write_text(others.sub("", front.read_text("utf-8")), encoding="utf-8")
    target = site / "printed.pdf"
    assert write_report(site, target, browser) == len(PdfReader(target).pages)
    return site, target


@pytest.fixture(scope="module")
def within(part: tuple[Path, Path]) -> list[Chapter]:
    """Chapters of that report."""
    return chapters_of(part[0])


@pytest.fixture(scope="module")
def printed(part: tuple[Path, Path]) -> PdfReader:
    return PdfReader(part[1])


@pytest.fixture(scope="module")
def texts(printed: PdfReader) -> list[str]:
    return [letters(page.extract_text()) for page in printed.pages]


def test_every_chapter_is_there_in_the_order_of_the_contents_but_the_gallery(
    built_book: Path, chapters: list[Chapter]
) -> None:
    names = [chapter.name for chapter in chapters]
    pages = {page.stem for page in (built_book / "chapters").glob("*.html")}
    assert set(names) == pages - {"figures"}
    assert names[0] == "index"
    assert names[-1] == "references"
    assert [chapters[0].title, chapters[1].title[:9]] == ["Summary", "Holdings:"]


def test_every_place_has_one_name_and_every_link_inside_leads_to_one(whole: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', whole)
    assert len(ids) == len(set(ids))
    led = set(re.findall(r'\bhref="#([^"]*)"', whole)) | set(re.findall(r"url\(#([^)]*)\)", whole))
    assert len(led) > 200
    assert led - set(ids) == set()
    assert not re.findall(r'\bhref="(?!#|https?://|mailto:)[^"]*"', whole), "a file of the site is not in it"


def test_what_only_a_screen_needs_is_left_out(whole: str) -> None:
    body = whole.partition("<body>")[2]
    for word in ("<script", "<button", "<form", "<details", 'class="headerlink"', "fd-bar", "Show the code"):
        assert word not in body, word
    assert "undefined" not in body


def test_nothing_runs_off_the_paper(whole: str, browser: Browser, tmp_path: Path) -> None:
    """One line that did would have the whole report printed smaller."""
    (tmp_path / "report.html").write_text(whole, encoding="utf-8")
    page = browser.new_page(viewport={"width": 643, "height": 900})  # A4 less its margins
    page.emulate_media(media="print")
    page.goto((tmp_path / "report.html").as_uri(), timeout=LONGEST_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 643
    page.close()


def test_every_figure_and_table_is_listed_with_its_title(built_book: Path, chapters: list[Chapter]) -> None:
    listed = {number for chapter in chapters for _, number, _ in chapter.captions}
    shown = {
        number.strip()
        for page in (built_book / "chapters").glob("*.html")
        for number in re.findall(r'caption-number">([^<]*)<', page.read_text("utf-8"))
    }
    assert listed == shown
    assert len(listed) > 100
    assert all(title for chapter in chapters for _, _, title in chapter.captions)


def test_figures_and_tables_are_printed_with_number_title_and_the_page_their_list_names(
    within: list[Chapter], printed: PdfReader, texts: list[str]
) -> None:
    places = pages_of(printed)
    for id, number, title in (caption for chapter in within for caption in chapter.captions):
        page = texts[places[id] - 1]
        assert letters(number) in page, id
        assert letters(title)[:60] in page, id
        assert any(f"{letters(title)}{places[id]}" in text for text in texts[-3:]), id


def test_the_contents_name_the_page_on_which_each_heading_is(
    within: list[Chapter], printed: PdfReader, texts: list[str]
) -> None:
    places, contents = pages_of(printed), "".join(texts[1:4])
    for chapter in within:
        for id, title in [(chapter.name, chapter.title), *(chapter.sections * (chapter.name != "index"))]:
            assert letters(title) in texts[places[id] - 1], id
            assert f"{letters(title)}{places[id]}" in contents, id


def test_the_report_has_bookmarks_tags_running_titles_and_numbered_pages(
    printed: PdfReader, texts: list[str]
) -> None:
    chapters = [mark.title for mark in printed.outline if isinstance(mark, Destination)]
    assert any(title.startswith("Holders:") for title in chapters)
    assert "/StructTreeRoot" in printed.trailer["/Root"]
    assert printed.metadata is not None
    assert printed.metadata.title == "Foreign Demand for US Treasuries"
    assert printed.metadata.author == "The Foreign Demand project"
    assert 15 < len(texts) < 40
    start = next(mark for mark in printed.outline if getattr(mark, "title", "").startswith("Holders:"))
    second = printed.get_destination_page_number(start) + 1
    assert letters("Holders: who lends, and how little the table can tell") in texts[second]
    assert str(second + 1) in texts[second]
    assert "Edition of" in printed.pages[0].extract_text()
    assert "How to cite" in printed.pages[0].extract_text()


def test_pages_offer_the_report_once_there_is_one(part: tuple[Path, Path]) -> None:
    site, report = part
    front = site / "chapters" / "index.html"
    assert "report.pdf" not in front.read_text("utf-8")
    for _ in range(2):
        offer(site, report)
    assert front.read_text("utf-8").count('href="../report.pdf"') == 1
    assert (site / "report.pdf").read_bytes() == report.read_bytes()


def test_without_a_built_book_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="run `make book` first"):
        chapters_of(tmp_path)
