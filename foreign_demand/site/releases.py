"""``releases.ics``: the days on which the book's publications come out, with what was forecast and printed.

An announced day of holdings carries the forecasts on record that wait for it; a day that is past carries
each forecast with its print.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from sphinx.application import Sphinx

from foreign_demand.data.nowcasts import FORECASTS, PRINTS, read_record
from foreign_demand.data.store import Store, default_store
from foreign_demand.site import files

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


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html" or not default_store().holds(HOLDINGS):
        return
    from foreign_demand.analysis.nowcast import scored  # here: a build begins sooner without it

    record = scored(read_record(FORECASTS), read_record(PRINTS))
    files.write(Path(app.outdir) / "releases.ics", calendar(default_store(), record))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", _write)
