"""``releases.ics`` and ``feeds/nowcast.xml``: days of release, what was forecast and what was printed.

An announced day of holdings carries the forecasts on record that wait for it; a day that is past carries
each forecast with its print. The feed has an entry when forecasts are made and one when their prints are out.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
from sphinx.application import Sphinx

from foreign_demand.data.nowcasts import FORECASTS, PRINTS, read_record
from foreign_demand.data.store import Store, default_store
from foreign_demand.site import files
from foreign_demand.site.citations import Book
from foreign_demand.site.rendering import book_of

HOLDINGS = "tic_slt_table3"
_OCTETS = 75
"""Length of a line of a calendar, at most (RFC 5545, 3.1)."""


def calendar(store: Store, record: pd.DataFrame) -> str:
    """The calendar, as RFC 5545 writes it.

    Parameters
    ----------
    store
        Whose catalog announces days of release.
    record
        From :func:`foreign_demand.analysis.nowcast.scored`.
    """
    from foreign_demand.analysis.nowcast import WAITING
    from foreign_demand.book.wording.nowcast import said_and_printed

    stamp = store.origin(HOLDINGS).vintage.replace("-", "")
    announced: dict[tuple[str, str], list[str]] = {}
    for id in filter(store.holds, store.catalog):
        for day in store.catalog[id].releases:
            announced.setdefault((day, store.catalog[id].publisher), []).append(id)
    events = []
    waiting = record[record["state"] == WAITING]
    for (day, publisher), ids in sorted(announced.items()):
        titles = [store.catalog[id].title for id in ids]
        about = [said_and_printed(row) for _, row in waiting.iterrows()] if HOLDINGS in ids else []
        events.append(_event(day, f"{publisher}: new figures", [*titles, *about], stamp))
    for day, rows in record.dropna(subset="released").sort_values("released").groupby("released"):
        about = [said_and_printed(row) for _, row in rows.iterrows()]
        events.append(_event(f"{day:%Y-%m-%d}", "Foreign holdings: forecast and print", about, stamp))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Foreign Demand for US Treasuries//EN"]
    lines += [line for event in events for line in event]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(day: str, summary: str, about: Iterable[str], stamp: str) -> list[str]:
    name = "".join(letter for letter in summary.lower() if letter.isalnum())
    return [
        "BEGIN:VEVENT",
        f"UID:{day}-{name}@foreign-demand",
        f"DTSTAMP:{stamp}T000000Z",
        f"DTSTART;VALUE=DATE:{day.replace('-', '')}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(chr(10).join(about))}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line in pieces that are short enough, each but the first behind a blank; no letter is cut."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _OCTETS:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])


_ATOM = "http://www.w3.org/2005/Atom"


def feed(store: Store, record: pd.DataFrame, book: Book) -> str:
    """The feed of forecasts and prints, newest first, as RFC 4287 writes it.

    Parameters
    ----------
    store
        Whose newest edition of holdings dates the feed while the record is empty.
    record
        From :func:`foreign_demand.analysis.nowcast.scored`.
    book
        The book; entries point to its page on the nowcast where it has an address.
    """
    from foreign_demand.book.wording.nowcast import said_and_printed

    parts = [
        (f"{day:%Y-%m-%d}", name, title, [said_and_printed(row) for _, row in rows.iterrows()])
        for name, title, column in (
            ("forecast", "Next print of foreign holdings: forecast", "issued"),
            ("print", "Foreign holdings: forecast and print", "released"),
        )
        for day, rows in record.dropna(subset=column).groupby(column)
    ]
    parts.sort(reverse=True)
    newest = parts[0][0] if parts else store.origin(HOLDINGS).vintage
    top = ElementTree.Element("feed", xmlns=_ATOM)
    _about(top, f"{book.title}: nowcast", "tag:foreign-demand,2026:nowcast", newest)
    ElementTree.SubElement(ElementTree.SubElement(top, "author"), "name").text = book.author
    for day, name, title, about in parts:
        entry = ElementTree.SubElement(top, "entry")
        _about(entry, title, f"tag:foreign-demand,2026:nowcast/{day}/{name}", day)
        if book.address:
            page = f"{book.address.rstrip('/')}/chapters/nowcast.html"
            ElementTree.SubElement(entry, "link", href=page)
        ElementTree.SubElement(entry, "content", type="text").text = "\n".join(about)
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _about(part: ElementTree.Element, title: str, id: str, day: str) -> None:
    for name, text in {"title": title, "id": id, "updated": f"{day}T00:00:00Z"}.items():
        ElementTree.SubElement(part, name).text = text


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html" or not default_store().holds(HOLDINGS):
        return
    from foreign_demand.analysis.nowcast import scored  # here: a build begins sooner without it

    record = scored(read_record(FORECASTS), read_record(PRINTS))
    files.write(Path(app.outdir) / "releases.ics", calendar(default_store(), record))
    told = feed(default_store(), record, book_of(app.config))
    files.write(Path(app.outdir) / "feeds" / "nowcast.xml", told)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", _write)
