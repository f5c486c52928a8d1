"""The whole report as one PDF: every chapter in the order of the contents, printed by Chromium.

The pages of a built site are put into one page, without what only a screen needs: navigation,
toolbars, code. It is printed twice, for the contents name pages: the first printing shows where
each heading and figure falls. Numbers of pages are those of the file, so a reader who types one finds it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import posixpath
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

import font_source_sans_pro
import yaml
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader, PdfWriter

from foreign_demand import words
from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import ForeignDemandError, PublishError
from foreign_demand.site import files
from foreign_demand.site.browser import launch
from foreign_demand.site.bundles import render
from foreign_demand.site.citations import TERMS, Book

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "report.pdf"
PLACE = "<!-- the whole report -->"
"""Stands in a built page where the report is offered, once there is one."""

TYPEFACE = (
    ("Regular", 400, "normal"),
    ("It", 400, "italic"),
    ("Bold", 700, "normal"),
    ("BoldIt", 700, "italic"),
)
COLUMN_MM, TALLEST_MM, SCALE_MM = 170.0, 175.0, 0.32
"""Of drawings on paper: width and height at most, and millimetres to a unit at most."""
TYPE_MM, WIDEST_TYPE = 3.3, 13.0
"""Size of a drawing's letters on paper, and in units at most: they were placed for twelve."""
STYLES = ("foreign-demand.css", "report.css")
LONGEST_MS = 300_000
"""For the whole report to be laid out, on a machine that does much else."""
PRINTINGS = 4
"""At most: a page number of two digits more may move a line of the contents, and all after it."""

_SCREEN_ONLY = (
    "script, noscript, form, button, .headerlink, .fd-bar, .fd-headline, "
    ".fd-two > :first-child, details.hide, .fd-claims"
)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_HELD = "fd-drawing-"


@dataclass(frozen=True)
class Chapter:
    """A page of the site as it stands in the report.

    Attributes
    ----------
    name
        Of its file, without an ending; in the report the prefix of every id.
    title
        Its heading.
    body
        HTML of its article.
    sections
        Id and heading of its second level.
    captions
        Id and words of each numbered figure and table, in order: ``(id, number, title)``.
    """

    name: str
    title: str
    body: str
    sections: Sequence[tuple[str, str]]
    captions: Sequence[tuple[str, str, str]]


def chapters_of(site: Path) -> list[Chapter]:
    """Read the pages of a built site, in the order of its contents, but the gallery, which repeats them.

    Parameters
    ----------
    site
        Folder of the built site.

    Raises
    ------
    PublishError
        If there is no built site.
    """
    front = site / "chapters" / "index.html"
    if not front.exists():
        raise PublishError(f"No built book in {site}; run `make book` first.")
    contents = BeautifulSoup(_without_drawings(front.read_text("utf-8"))[0], "html.parser").select(
        "nav.bd-docs-nav a"
    )
    names = [Path(str(link["href"])).stem for link in contents if str(link["href"]) != "#"]
    pages = {name: (front.parent / f"{name}.html").read_text("utf-8") for name in ("index", *names)}
    kept = [name for name, page in pages.items() if 'class="fd-gallery"' not in page]
    return [_chapter(name, pages[name], kept) for name in kept]


def _without_drawings(page: str) -> tuple[str, list[str]]:
    """A page with a mark for each drawing, which is most of its length, and the drawings."""
    drawings: list[str] = []

    def held(match: re.Match[str]) -> str:
        drawings.append(match[0])
        return f'<svg id="{_HELD}{len(drawings) - 1}"></svg>'

    return _DRAWING.sub(held, page), drawings


def _chapter(name: str, page: str, names: Sequence[str]) -> Chapter:
    text, drawings = _without_drawings(page)
    article = BeautifulSoup(text, "html.parser").find("article")
    if not isinstance(article, Tag):
        raise PublishError(f"chapters/{name}.html has no article; run `make book` again.")
    for element in article.select(_SCREEN_ONLY):
        element.decompose()
    for view in article.select(".fd-two"):
        view["class"] = "fd-view"
    for fold in article.select("details"):
        summary = fold.find("summary")
        if isinstance(summary, Tag) and "fd-sources" in fold["class"]:
            # The short line of sources; the full one is with the figure's own files.
            summary.name = "p"
            fold.replace_with(summary)
        elif isinstance(summary, Tag):
            summary.unwrap()
            fold.name = "div"
    for empty in article.select("div.cell"):
        if not empty.get_text(strip=True) and not empty.find("svg"):
            empty.decompose()
    for element in article.select("[tabindex], [loading]"):
        del element["tabindex"]
    heading = article.find("h1")
    assert isinstance(heading, Tag)
    if name == "index":
        heading.string = "Summary"  # the book's title is on the page before
    captions = list(_captions(article, name))
    sections = [
        (f"{name}--{section['id']}", title.get_text(" ", strip=True))
        for section in article.select("section[id]")
        if (title := section.find("h2")) and title.find_parent("section") is section
    ]
    _point_inside(article, name, names)
    body = article.decode_contents()
    for place, drawing in enumerate(drawings):
        body = body.replace(f'<svg id="{name}--{_HELD}{place}"></svg>', _drawing_of(drawing, name))
    return Chapter(name, heading.get_text(" ", strip=True), body, sections, captions)


def _captions(article: Tag, name: str) -> Iterator[tuple[str, str, str]]:
    for numbered in article.select(".caption-number"):
        owner = numbered.find_parent(["figure", "table"])
        assert isinstance(owner, Tag)
        title = owner.select_one(".caption-text strong") or owner.select_one(".caption-text")
        if title is not None:
            yield f"{name}--{owner['id']}", numbered.get_text(strip=True), title.get_text(" ", strip=True)


def _point_inside(article: Tag, name: str, names: Sequence[str]) -> None:
    """Give every id the chapter's name for a prefix, and lead links between pages to places in the report."""
    for element in article.select("[id]"):
        element["id"] = f"{name}--{element['id']}"
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for element in article.select(f"[{attribute}]"):
            element[attribute] = f"{name}--{element[attribute]}"
    for link in article.select("a[href]"):
        page, place = urldefrag(str(link["href"]))
        if re.match(r"[a-z]+:", page):
            continue
        target = Path(page).stem if page else name
        inside = posixpath.dirname(posixpath.normpath(f"chapters/{page}")) == "chapters" or not page
        if inside and target in names:
            link["href"] = f"#{target}--{place}" if place else f"#{target}"
        else:
            link.unwrap()  # a file of the site, which is not in the report


def _drawing_of(drawing: str, name: str) -> str:
    """A drawing at its size on paper, whose ids are its own in a page of many chapters."""
    drawing = re.sub(r'\bid="', f'id="{name}--', drawing).replace("url(#", f"url(#{name}--")
    drawing = drawing.replace('href="#', f'href="#{name}--')
    if "fd-chart" not in drawing.partition(">")[0]:
        return drawing
    wide, tall = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing)[0])
    scale = min(SCALE_MM, COLUMN_MM / wide, TALLEST_MM / tall)
    style = f"width: {wide * scale:.1f}mm; --type: {min(TYPE_MM / scale, WIDEST_TYPE):.1f}px"
    return drawing.replace(' style="', f' style="{style}; ', 1)


def assemble(site: Path, chapters: Sequence[Chapter], pages: Mapping[str, int]) -> str:
    """Put the whole report into one page, ready to be printed.

    Parameters
    ----------
    site
        Folder of the built site.
    chapters
        From :func:`chapters_of`.
    pages
        Page on which each id begins, as :func:`pages_of` tells it; the contents name those that are there.
    """
    figures = json.loads((site / "figures.json").read_text("utf-8"))
    build = json.loads((site / "build.json").read_text("utf-8"))
    known = [source["vintage"] for f in figures for source in f["sources"] if source["edition_known"]]
    edition = dt.datetime.fromisoformat(build["time"]).date()
    styles = [(files.HERE / "static" / name).read_text("utf-8") for name in STYLES]
    return render(
        "report.html",
        chapters=chapters,
        captions=[caption for chapter in chapters for caption in chapter.captions],
        style="".join([*_fonts(), *styles, *map(_running_title, chapters)]),
        edition=words.day(edition),
        year=edition.year,
        vintage=words.day(dt.date.fromisoformat(max(known))) if known else "",
        book=_book(figures),
        terms=TERMS,
        commit=build["commit"],
        pages=pages,
    )


def _book(figures: Sequence[Mapping[str, Any]]) -> Book:
    """The book, at the address its figures name."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    address = figures[0]["url"].partition("figures/")[0]
    return Book(title=config["title"], author=config["author"], address=address)


def _fonts() -> Iterator[str]:
    """Styles that bring the typeface along: what a machine has of its own would show in the report."""
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    for file, weight, slope in TYPEFACE:
        font = base64.b64encode((folder / f"SourceSansPro-{file}.ttf").read_bytes()).decode()
        yield (
            f'@font-face {{ font-family: "Source Sans Pro"; font-weight: {weight}; font-style: {slope}; '
            f"src: url(data:font/ttf;base64,{font}); }}\n"
        )


def _running_title(chapter: Chapter) -> str:
    """Style of a chapter's pages: its heading stands above each but the first line of the chapter."""
    title = json.dumps(chapter.title, ensure_ascii=False).replace("<", "\\3c ")
    return (
        f"#{chapter.name} {{ page: {chapter.name}; }}\n"
        f"@page {chapter.name} {{ @top-right {{ content: {title}; }} }}\n"
    )


def pages_of(printed: PdfReader) -> dict[str, int]:
    """Page, from 1, on which each place of a report begins that a link leads to."""
    return {
        unquote(name.removeprefix("/")): page + 1
        for name, place in printed.named_destinations.items()
        if (page := printed.get_destination_page_number(place)) is not None
    }


def write_report(site: Path, target: Path, browser: Browser) -> int:
    """Print the whole report.

    Parameters
    ----------
    site
        Folder of the built site.
    target
        File to write.
    browser
        That prints it.

    Returns
    -------
    int
        How many pages it has.

    Raises
    ------
    PublishError
        If there is no built site, or the printed contents name a page on which their heading is not.
    """
    source, chapters = target.with_suffix(".html"), chapters_of(site)
    pages: dict[str, int] = {}
    for _ in range(PRINTINGS):
        source.write_text(assemble(site, chapters, pages), encoding="utf-8")
        page = browser.new_page()
        page.goto(source.resolve().as_uri(), timeout=LONGEST_MS)
        page.pdf(path=target, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
        page.close()
        found = pages_of(PdfReader(target))
        if found == pages:
            break
        pages = found
    else:
        raise PublishError(f"The contents of {target} name other pages than those their headings are on.")
    source.unlink()
    book = _book(json.loads((site / "figures.json").read_text("utf-8")))
    writer = PdfWriter(clone_from=target)
    writer.add_metadata({"/Author": book.author})
    writer.write(target)
    return len(writer.pages)


def offer(site: Path, report: Path) -> None:
    """Put the report into a built site, and a link to it wherever a page has kept the place."""
    files.write(site / NAME, report.read_bytes())
    for file in site.glob("chapters/*.html"):
        page = file.read_text("utf-8")
        files.write(file, page.replace(PLACE, render("report-link.html", name=f"../{NAME}"), 1))


def main() -> int:
    """Print the report of the built book and offer it on its pages; returns the exit status."""
    build = ROOT / "_build"
    try:
        with launch() as browser:
            pages = write_report(build / "html", build / NAME, browser)
        offer(build / "html", build / NAME)
    except ForeignDemandError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"Report    {build / NAME}, {pages} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
