"""What lets readers follow the book: redlines, the page of changes, feeds, and links to them in its pages."""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from foreign_demand.data.corrections import Correction
from foreign_demand.data.renamed import read_renamed
from foreign_demand.site import files
from foreign_demand.site.bundles import render
from foreign_demand.site.citations import Book
from foreign_demand.site.publishing.changes import changes_page, redline_page
from foreign_demand.site.publishing.editions import read_table
from foreign_demand.site.publishing.feeds import ALL, FINDINGS, feeds_of, write_feeds
from foreign_demand.site.publishing.record import Record
from foreign_demand.site.publishing.redline import Redline, redline
from foreign_demand.site.publishing.tables import Table, read_csv

TOLD = 14
"""Editions that the page of changes and the feeds tell of: those of a quarter, if there is one a week."""
PLACE = "<!-- what changed, once it is published -->"
"""Stands on the front page where it is to lead to the page of changes."""


def write_following(dest: Path, editions: Sequence[Record]) -> None:
    """Write all that is made of several editions.

    Redlines are written of the newest edition against each one before. One that is there already stays
    as it is: editions do not change. That of two neighbours is a page; those of any other two, which are
    many, are packed, and ``editions/redline.html`` shows them.

    Parameters
    ----------
    dest
        Folder that is published, with the newest book and ``editions/YYYY-MM-DD/``.
    editions
        All of them, the oldest first; the last is the newest book.
    """
    *earlier, newest = editions
    told = _json(dest / "build.json", {}).get("book", {})
    book = Book(title=newest.title, author=told.get("author", newest.title), address=told.get("address", ""))
    corrections = [Correction(**one) for one in _json(dest / "corrections.json", [])]
    compared = _comparer(dest)
    days = [record.date for record in editions]
    for edition in earlier:
        packed = edition is not earlier[-1]
        file = dest / "editions" / newest.date / "since" / f"{edition.date}.html{'.gz' if packed else ''}"
        if not file.exists():
            page = redline_page(compared(edition, newest)).encode()
            files.write(file, gzip.compress(page, 9, mtime=0) if packed else page)
    if earlier:
        chooser = render("compare.html", root="../", book=newest.title, editions=days)
        files.write(dest / "editions" / "redline.html", chooser)
    recent = editions[-TOLD:]
    steps = [compared(one, other) for one, other in pairwise(recent)]
    older = list(pairwise(days[: len(days) - len(recent) + 1]))
    files.write(dest / "changes.html", changes_page(steps[::-1], recent[0], corrections, older[::-1]))
    for name, feed in write_feeds(steps, newest, recent[0], corrections, book, whole=not older):
        files.write(dest / "feeds" / name, feed)
    for name in newest.pages:
        file = dest / f"{name}.html"
        files.write(file, with_links(file.read_text(encoding="utf-8"), name, feeds_of(newest)))


def _json(file: Path, missing: Any) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else missing


def _comparer(dest: Path) -> Callable[[Record, Record], Redline]:
    """Compare editions below a folder, each two of them once."""

    def table(record: Record, path: str) -> Table:
        return read_csv(read_table(dest / "editions" / record.date, path))

    package = _json(dest / "datapackage.json", {"resources": []})
    keys = {Path(r["path"]).stem: r["schema"]["primaryKey"] for r in package["resources"]}
    renamed = read_renamed()
    done: dict[tuple[str, str], Redline] = {}

    def compared(one: Record, other: Record) -> Redline:
        days = one.date, other.date
        if days not in done:
            done[days] = redline(one, other, table, keys=keys, renamed=renamed)
        return done[days]

    return compared


def with_links(page: str, name: str, feeds: Mapping[str, str]) -> str:
    """A page of the newest book with its feeds in its head and, on the front page, what leads to the changes.

    Parameters
    ----------
    page
        As the build left it, or with these links already: they are not added twice.
    name
        Of the page, without ``.html``.
    feeds
        Titles by name, from :func:`foreign_demand.site.publishing.feeds.feeds_of`.
    """
    root = "../" * name.count("/")
    links = "".join(
        f'<link rel="alternate" type="application/atom+xml" title="{html.escape(feeds[feed])}" '
        f'href="{root}feeds/{feed}.xml">\n'
        for feed in (ALL, FINDINGS, name)
        if feed in feeds
    )
    if links not in page:
        page = page.replace("</head>", f"{links}</head>", 1)
    told = (
        f'<p><a href="{root}changes.html">What changed from edition to edition</a>, word by word and number '
        f'by number; to be followed as a <a href="{root}feeds/{ALL}.xml">feed of all changes</a> or of '
        f'<a href="{root}feeds/{FINDINGS}.xml">findings that changed</a>.</p>'
    )
    return page.replace(PLACE, told)
