"""A built book in a folder that any host can serve: the newest pages, and editions that stay."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import broken
from project import ROOT
from small_site import write_site

from foreign_demand.__main__ import main
from foreign_demand.exceptions import PublishError
from foreign_demand.site.publishing import editions
from foreign_demand.site.publishing.publish import Published, publish

FIRST, SECOND = dt.date(2026, 11, 21), dt.date(2026, 11, 28)
ADDRESS = "https://example.org/book"
ONE, TWO = "month,usd_bn\n2026-05,9370\n", "month,usd_bn\n2026-05,9370\n2026-06,9380\n"


def published(site: Path, dest: Path, date: dt.date = FIRST, today: dt.date | None = None) -> Published:
    return publish(site, dest, date=date, today=today or date)


def files_of(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def twice(tmp_path: Path, dest: Path) -> Path:
    """Two editions: of two figures one changed, and what is said."""
    figures = {"a": ONE, "b": ONE}
    published(write_site(tmp_path / "one", figures=figures, said="It rose.", address=ADDRESS), dest)
    figures["b"] = TWO
    published(write_site(tmp_path / "two", figures=figures, said="It fell.", address=ADDRESS), dest, SECOND)
    return dest


# --- the newest book ---------------------------------------------------------


def test_the_newest_book_is_published_as_it_was_built(tmp_path: Path, dest: Path) -> None:
    site = write_site(tmp_path / "site")
    assert published(site, dest).new
    held = files_of(dest)
    for name, content in files_of(site).items():
        without_feeds = re.sub(rb'<link rel="alternate" type="application/atom.xml".*>\n', b"", held[name])
        assert without_feeds == content, name
    assert (dest / "404.html").exists()
    assert (dest / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert not (dest / "sitemap.xml").exists(), "without an address there is nothing to list"


def test_where_it_has_an_address_pages_are_listed(twice: Path) -> None:
    listed = re.findall(r"<loc>(.*)</loc>", (twice / "sitemap.xml").read_text())
    assert listed[:2] == [f"{ADDRESS}/chapters/index.html", f"{ADDRESS}/chapters/holdings.html"]
    assert f"{ADDRESS}/figures/a/" in listed
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (twice / "robots.txt").read_text()
    assert f'href="{ADDRESS}/index.html"' in (twice / "404.html").read_text(), "from any depth"


def test_a_page_that_is_gone_leads_to_the_last_edition_that_has_it(twice: Path, tmp_path: Path) -> None:
    site = write_site(tmp_path / "three", figures={"a": ONE}, said="It stands.", address=ADDRESS)
    published(site, twice, dt.date(2026, 12, 5))
    page = (twice / "figures" / "b" / "index.html").read_text()
    assert 'href="../../editions/2026-11-28/figures/b/index.html"' in page
    assert not (twice / "figures" / "b" / "data.csv").exists()
    assert list(broken(twice)) == []


def test_what_did_not_change_is_not_written_again(tmp_path: Path, dest: Path) -> None:
    site = write_site(tmp_path / "site")
    published(site, dest)
    before = {file: file.stat() for file in dest.rglob("*") if file.is_file()}
    done = published(site, dest, SECOND)
    assert (done.new, done.changed, done.edition) == (False, 0, "2026-11-21")
    assert {file: file.stat().st_mtime_ns for file in before} == {f: s.st_mtime_ns for f, s in before.items()}


def test_a_book_that_is_not_whole_is_refused_and_nothing_touched(twice: Path, tmp_path: Path) -> None:
    before = files_of(twice)
    site = write_site(tmp_path / "broken", said="New.")
    (site / "figures" / "foreign-holdings" / "data.csv").unlink()
    with pytest.raises(PublishError, match=r"not whole.*\n.*data\.csv is missing"):
        published(site, twice, dt.date(2026, 12, 5))
    assert files_of(twice) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path, dest: Path) -> None:
    dest.mkdir()
    (dest / "thesis.tex").write_text("mine")
    with pytest.raises(PublishError, match=r"holds 'thesis\.tex', which no publication left"):
        published(write_site(tmp_path / "site"), dest)
    assert files_of(dest) == {"thesis.tex": b"mine"}


def test_the_repository_of_the_folder_and_the_name_of_its_host_stay(tmp_path: Path, dest: Path) -> None:
    for name in (".git/HEAD", "CNAME"):
        (dest / name).parent.mkdir(parents=True, exist_ok=True)
        (dest / name).write_text(name)
    for day, said in ((FIRST, "One."), (SECOND, "Two.")):
        published(write_site(tmp_path / said, said=said), dest, day)
        assert [(dest / name).read_text() for name in (".git/HEAD", "CNAME")] == [".git/HEAD", "CNAME"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["One.", "Two.", "published"]


# --- editions ----------------------------------------------------------------


def test_an_edition_says_on_every_page_what_it_is(twice: Path) -> None:
    for date, told in (("2026-11-21", "21 November 2026"), ("2026-11-28", "28 November 2026")):
        found = (twice / "editions" / date).rglob("*.html")
        pages = [page for page in found if page.parent.name != "since" and "<body" in page.read_text()]
        assert len(pages) >= 3
        for page in pages:
            text = page.read_text()
            assert f"Edition of {told}, frozen." in text, page
            assert '<meta name="robots" content="noindex">' in text, page
            newest = re.search(r'frozen\. <a href="([^"]+)">Newest edition</a>', text)[1]
            assert (page.parent / newest).resolve() == twice / page.relative_to(twice / "editions" / date)


def test_what_did_not_change_is_kept_once_and_linked(twice: Path) -> None:
    first, second = (files_of(twice / "editions" / date) for date in ("2026-11-21", "2026-11-28"))
    assert {"_static/book.css", "figures/a/data.csv.gz", "figures/b/data.csv.gz"} <= first.keys()
    assert "figures/b/data.csv.gz" in second
    assert not any(name.startswith(("_static/", "figures/a/", "data/")) for name in second)
    page = second["chapters/holdings.html"].decode()
    assert 'href="../../2026-11-21/_static/book.css?v=1"' in page
    assert 'data-files="../../2026-11-21/figures/a/"' in page
    assert 'data-files="../figures/b/"' in page
    assert 'href="../../2026-11-21/data/DGS10.csv.gz"' in page
    assert 'href="../../../feeds/nowcast.xml"' in page, "what follows the book is of the newest"


def test_no_link_is_broken_on_the_newest_or_on_an_old_edition(twice: Path) -> None:
    assert list(broken(twice)) == []
    (twice / "editions" / "2026-11-21" / "figures" / "a" / "index.html").unlink()
    assert any("figures/a/index.html" in what for what in broken(twice)), "the crawler sees it"


def test_a_frozen_page_loads_nothing_after_a_click(twice: Path) -> None:
    for file in (twice / "editions").rglob("*"):
        assert file.name not in ("figure.js", "headlines-data.js")
    page = (twice / "editions" / "2026-11-21" / "chapters" / "holdings.html").read_text()
    assert "<noscript>" not in page
    assert '<a href="../figures/a/index.html">Data</a>' in page, "what stood for it without scripts is shown"


def test_tables_are_packed_the_same_each_time_and_hold_what_they_held(twice: Path) -> None:
    packed = (twice / "editions" / "2026-11-28" / "figures" / "b" / "data.csv.gz").read_bytes()
    assert gzip.decompress(packed).decode() == TWO
    assert packed == gzip.compress(TWO.encode(), 9, mtime=0)


def test_of_a_table_of_days_only_the_newest_year_is_kept_again(tmp_path: Path, dest: Path) -> None:
    table, days = "date,yield_pct\n2025-12-31,4.1\n2026-07-01,4.2\n", (FIRST, SECOND, dt.date(2027, 1, 9))
    for day, more in zip(days, ("2026-11-20,4.3\n", "2026-11-27,4.4\n", "2027-01-08,4.5\n"), strict=True):
        table += more
        site = write_site(tmp_path / "site", said=f"On {day}.")
        (site / "data" / "DGS10.csv").write_text(table)
        published(site, dest, day)
        edition = dest / "editions" / str(day)
        path = editions.read_edition(edition).sources["DGS10"].path
        assert editions.read_table(edition, path) == table
        if day == SECOND:
            assert path == "../2026-11-21/data/DGS10.csv.gz data/DGS10.2026.csv.gz"
    assert path == "data/DGS10.csv.gz data/DGS10.2027.csv.gz"


def test_the_record_of_an_edition_says_where_its_files_lie(twice: Path) -> None:
    folder = twice / "editions" / "2026-11-28"
    record = editions.read_edition(folder)
    assert record.date == "2026-11-28"
    assert record.figures["a"].path == "../2026-11-21/figures/a/"
    assert record.figures["b"].path == "figures/b/"
    assert record.sources["DGS10"].path == "../2026-11-21/data/DGS10.csv.gz"
    assert record.sources["SP500"].path == ""
    for figure in record.figures.values():
        assert (folder / figure.path / "metadata.json.gz").exists()
    about = json.loads(gzip.decompress((folder / "figures" / "b" / "metadata.json.gz").read_bytes()))
    assert "data.csv.gz" in about["files"]
    assert "figure.js" not in about["files"]
    assert editions.read_table(folder, f"{record.figures['a'].path}data.csv") == ONE


def test_figures_are_cited_from_the_edition_that_has_them(twice: Path) -> None:
    first, second = (f"{ADDRESS}/editions/{date}/figures" for date in ("2026-11-21", "2026-11-28"))
    for folder in (twice, twice / "editions" / "2026-11-28"):
        for name in ("cite.bib", "cite.ris", "index.html"):
            assert f"{second}/b/" in (folder / "figures" / "b" / name).read_text(), (folder, name)
    assert f"{first}/a/" in (twice / "figures" / "a" / "cite.bib").read_text(), "it did not change since"
    assert f"{second}/b/" in (twice / "figures" / "b" / "figure.js").read_text()
    cited = {about["slug"]: about for about in json.loads((twice / "figures.json").read_text())}
    assert f"{second}/b/" in cited["b"]["citation"]["long"]
    assert cited["b"]["url"] == f"{ADDRESS}/figures/b/", "its own address stays that of the newest"


def test_nothing_new_makes_no_edition(twice: Path, tmp_path: Path) -> None:
    site = write_site(
        tmp_path / "again",
        figures={"a": ONE, "b": TWO},
        said="It fell.",
        address=ADDRESS,
        built="2026-12-05T00:00:00+00:00",
    )
    assert not published(site, twice, dt.date(2026, 12, 5)).new
    assert sorted(path.name for path in (twice / "editions").iterdir() if path.is_dir()) == [
        "2026-11-21",
        "2026-11-28",
    ]


def test_an_edition_is_replaced_on_its_day_and_never_after(twice: Path, tmp_path: Path) -> None:
    site = write_site(tmp_path / "mended", figures={"a": ONE, "b": TWO}, said="It fell a little.")
    with pytest.raises(PublishError, match="The edition of 2026-11-28 is of an earlier day and stays"):
        published(site, twice, SECOND, today=dt.date(2026, 11, 29))
    assert published(site, twice, SECOND, today=SECOND).new
    told = editions.read_edition(twice / "editions" / "2026-11-28").pages["chapters/holdings"].sentences[0]
    assert told.text == "It fell a little."
    with pytest.raises(PublishError, match="The newest edition is of 2026-11-28, after 2026-11-25"):
        published(write_site(tmp_path / "late", said="Late."), twice, dt.date(2026, 11, 25))


@pytest.mark.parametrize("how", ["was changed", "is missing", "was added"])
def test_an_old_edition_that_is_not_as_it_was_stops_publication(
    twice: Path, tmp_path: Path, how: str
) -> None:
    page = twice / "editions" / "2026-11-21" / "chapters" / "holdings.html"
    if how == "was added":
        page = page.with_name("added.html")
    page.unlink(missing_ok=True)
    if how != "is missing":
        page.write_text("another")
    with pytest.raises(PublishError, match=rf"{page.name} {how}, and editions never change"):
        published(write_site(tmp_path / "three", said="New."), twice, dt.date(2026, 12, 5))


def test_how_an_edition_differs_from_those_before_is_written_into_it_and_listed(
    twice: Path, tmp_path: Path
) -> None:
    assert "rose" in (twice / "editions" / "2026-11-28" / "since" / "2026-11-21.html").read_text()
    published(write_site(tmp_path / "three", said="New."), twice, dt.date(2026, 12, 5))
    redlines = (twice / "editions").rglob("since/*")
    assert sorted(f"{path.parent.parent.name} {path.name}" for path in redlines) == [
        "2026-11-28 2026-11-21.html",
        "2026-12-05 2026-11-21.html.gz",
        "2026-12-05 2026-11-28.html",
    ]
    assert 'href="2026-11-28/since/2026-11-21.html"' in (twice / "editions" / "index.html").read_text()


def test_digests_are_those_that_any_program_can_check(twice: Path) -> None:
    edition = twice / "editions" / "2026-11-28"
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=edition, check=False)
    assert done.returncode == 0
    listed = json.loads((twice / "editions" / "index.json").read_text())
    assert [about["date"] for about in listed] == ["2026-11-28", "2026-11-21"]


# --- stopped, and asked for ---------------------------------------------------


def test_killed_at_any_moment_the_folder_is_as_it_was_or_whole(tmp_path: Path, dest: Path) -> None:
    one, two = (
        write_site(tmp_path / said, said=said, figures={"a": data})
        for said, data in (("One.", ONE), ("Two.", TWO))
    )
    published(one, dest)
    whole = tmp_path / "whole"
    shutil.copytree(dest, whole)
    published(two, whole, SECOND)
    program = [sys.executable, ROOT / "tests" / "support" / "stopping.py", two, dest, whole, str(SECOND)]
    settings = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    as_it_was, as_it_should_be = json.loads(done.stdout)
    assert as_it_was > 10
    assert as_it_should_be >= 1
    published(two, dest, SECOND)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["One.", "Two.", "published", "whole"], "what a kill left beside it is cleared away"


def test_the_command_says_what_it_did(tmp_path: Path, dest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["publish", str(dest), "--site"]
    assert main([*command, str(write_site(tmp_path / "site")), "--date", "2026-11-28"]) == 0
    assert "edition of 2026-11-28, made now" in capsys.readouterr().out
    assert main([*command, str(tmp_path / "none")]) == 1
    assert "PublishError" in capsys.readouterr().err
