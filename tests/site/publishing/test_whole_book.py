"""The whole book, published twice: every link of every page, nothing of the machine, and room for years."""

from __future__ import annotations

import calendar
import datetime as dt
import getpass
import gzip
import json
import re
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import broken
from project import ROOT
from publications import FIRST, RELEASED, SECOND

from foreign_demand.data.catalog import read_catalog
from foreign_demand.site.publishing import editions

pytestmark = pytest.mark.whole
A_YEAR = {"daily": 52, "weekly": 52, "monthly": 12, "quarterly": 4, "annual": 1, "irregular": 12}
"""How often a table is another in weekly editions."""
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
    assert {name for name in names if name.startswith("data/")} == {f"data/{RELEASED}.csv.gz"}
    assert not any(name.startswith("_static/") for name in names)


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            yield file.relative_to(folder).as_posix(), gzip.decompress(held) if file.suffix == ".gz" else held


def test_nothing_published_names_the_machine_its_user_its_folders_or_a_key(published: Path) -> None:
    folders = (ROOT, published.parent, Path.home(), tempfile.gettempdir(), sys.prefix, "/home", "/Users")
    words = [f"{str(folder).rstrip('/')}/" for folder in folders]
    words += [name for name in (socket.gethostname(), getpass.getuser()) if name not in ("root", "localhost")]
    told = re.compile("|".join([*map(re.escape, words), r"api_key=\w+", r"\bgh[ops]_\w{20,}"]).encode())
    found = {name: told.findall(held)[:3] for name, held in contents(published) if told.search(held)}
    assert found == {}


def a_year(published: Path) -> Counter[str]:
    """Bytes of a year of weekly editions by kind, from what each part of the first one takes.

    A figure is drawn anew each week where its data end within a month, else each month; a table as often
    as it is published; pages and indexes each week; the theme and the sources of chapters each month.
    """
    folder, catalog, bytes_of = edition(published, FIRST), read_catalog(), Counter[str]()
    record = editions.read_edition(folder)
    for file in (file for file in folder.rglob("*") if file.is_file()):
        name = file.relative_to(folder).as_posix()
        part = editions.part_of(name.removesuffix(".gz"))
        kind, _, rest = (part or "").partition("/")
        if kind == "figures":
            last = dt.date.fromisoformat(record.figures[rest.strip("/")].as_of)
            times = 12 if last.day == calendar.monthrange(last.year, last.month)[1] else 52
        elif kind == "data":
            dataset = catalog[rest.removesuffix(".csv")]
            times = 1 if dataset.ended else A_YEAR[dataset.frequency]
        else:
            times = 12 if kind in ("_static", "_sources") else 52
        bytes_of[kind or "pages"] += file.stat().st_size * times
    return bytes_of


def test_a_year_of_weekly_editions_has_room(published: Path) -> None:
    told = a_year(published)
    print({kind: round(size / 1e6, 1) for kind, size in told.most_common()})
    assert told.total() < ROOM
