"""The whole book, published twice: every link of every page, nothing of the machine, and room for years."""

from __future__ import annotations

import calendar
import datetime as dt
import getpass
import gzip
import json
import random
import re
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crawling import broken
from project import ROOT
from publications import FIRST, RELEASED, SECOND

from foreign_demand.data.catalog import read_catalog
from foreign_demand.site.publishing import editions
from foreign_demand.site.publishing.changes import SHOWN, redline_page
from foreign_demand.site.publishing.record import Record
from foreign_demand.site.publishing.redline import redline
from foreign_demand.site.publishing.tables import Table, read_csv

pytestmark = pytest.mark.whole
A_YEAR = {"daily": 52, "weekly": 52, "monthly": 12, "quarterly": 4, "annual": 1, "irregular": 12}
"""How often a table is another in weekly editions."""
HALF_A_YEAR = dt.timedelta(days=183)
ROOM = 500_000_000
"""Bytes of a year of editions."""


def edition(published: Path, day: dt.date) -> Path:
    return published / "editions" / str(day)


def test_no_page_of_the_newest_book_or_of_an_edition_has_a_broken_link(published: Path) -> None:
    assert list(broken(published)) == []


def test_a_week_stores_what_its_release_changed(published: Path) -> None:
    names = {name for name in editions.read_sums(edition(published, SECOND)) if "/" in name}
    figures = {name.split("/")[1] for name in names if name.startswith("figures/")}
    assert "custody-since-april" in figures
    index = json.loads((published / "figures.json").read_text("utf-8"))
    assert figures == {f["slug"] for f in index if RELEASED in {source["id"] for source in f["sources"]}}
    assert [name for name in names if name.startswith("data/")] == [f"data/{RELEASED}.2026.csv.gz"]
    assert not any(name.startswith("_static/") for name in names)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            yield file.relative_to(folder).as_posix(), gzip.decompress(held) if file.suffix == ".gz" else held


def test_nothing_published_names_the_machine_its_user_its_folders_or_a_key(published: Path) -> None:
    folders = (ROOT, published.parent, Path.home(), tempfile.gettempdir(), sys.prefix, "/home", "/Users")
    words = [f"{str(folder).rstrip('/')}/" for folder in folders]
    words += [name for name in (socket.gethostname(), getpass.getuser()) if len(name) > 4]
    told = re.compile("|".join([*map(re.escape, words), r"api_key=\w+", r"\bgh[ops]_\w{20,}"]).encode())
    found = {name: told.findall(held)[:3] for name, held in contents(published) if told.search(held)}
    assert found == {}


def a_year(published: Path) -> Counter[str]:
    """Bytes of a year of weekly editions by kind, from what each part of the first one takes.

    A figure is another each week where its data end within a month, else each month, or each quarter where
    they ended half a year before the newest; a table as often as it is published, but its years that are
    over once; pages and indexes each week; the theme and the sources of chapters each month.
    """
    folder, catalog, bytes_of = edition(published, FIRST), read_catalog(), Counter[str]()
    record, parts = editions.read_edition(folder), editions.read_parts(folder)
    newest = max(dt.date.fromisoformat(figure.as_of) for figure in record.figures.values())
    for file in (file for file in folder.rglob("*") if file.is_file()):
        name = file.relative_to(folder).as_posix()
        part = editions.part_of(name.removesuffix(".gz"))
        kind, _, rest = (part or "").partition("/")
        if kind == "figures":
            last = dt.date.fromisoformat(record.figures[rest.strip("/")].as_of)
            ends_a_month = last.day == calendar.monthrange(last.year, last.month)[1]
            times = 4 if last < newest - HALF_A_YEAR else 12 if ends_a_month else 52
        elif kind == "data":
            id, _, year = rest.removesuffix(".csv").partition(".")
            over = f"data/{id}.{newest.year}.csv" in parts and not year
            times = 1 if over or catalog[id].ended else A_YEAR[catalog[id].frequency]
        else:
            times = 12 if kind in ("_static", "_sources") else 52
        bytes_of[kind or "pages"] += file.stat().st_size * times
    page = full_redline(folder)
    bytes_of["redlines"] = 51 * len(page) + 51 * 50 // 2 * len(gzip.compress(page, 9))
    return bytes_of


def full_redline(folder: Path) -> bytes:
    """The redline of an edition against one in which every number of every sentence and table is another."""
    chosen = random.Random(19)

    def other(text: str) -> str:
        return re.sub(r"\d", lambda _: str(chosen.randrange(10)), text)

    earlier = editions.read_edition(folder)
    later = replace(
        earlier,
        date=str(SECOND),
        pages={
            name: replace(page, sentences=tuple(replace(s, text=other(s.text)) for s in page.sentences))
            for name, page in earlier.pages.items()
        },
        findings=tuple(replace(finding, text=other(finding.text)) for finding in earlier.findings),
        claims={id: replace(claim, found=other(claim.found)) for id, claim in earlier.claims.items()},
        figures={slug: replace(f, title=other(f.title), digest="") for slug, f in earlier.figures.items()},
        sources={id: replace(source, digest="") for id, source in earlier.sources.items()},
    )

    def table(record: Record, path: str) -> Table:
        held = read_csv(editions.read_table(folder, path))
        last = held.lines[-SHOWN:]
        if record is later:  # the last column
            last = tuple(re.sub(r"[^,]*$", lambda cell: other(cell[0]), line) for line in last)
        return replace(held, lines=last)

    return redline_page(redline(earlier, later, table)).encode()


def test_a_year_of_weekly_editions_has_room(published: Path) -> None:
    told = a_year(published)
    print({kind: round(size / 1e6, 1) for kind, size in told.most_common()})
    assert told.total() < ROOM
