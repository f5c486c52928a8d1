"""``releases.ics`` and ``feeds/nowcast.xml``: days of release, what was forecast and what was printed.

The calendar has every announced day, and for a source that announces none the day on which its next
edition is to be expected by its release rule. What is overdue has no day: the page *Data and methods*
lists it. An announced day of holdings carries the forecasts on
record that wait for it; a day that is past carries each forecast with its print. The feed has an entry
when forecasts are made and one when their prints are out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from sphinx.application import Sphinx

from foreign_demand.data.editions import read_state
from foreign_demand.data.nowcasts import FORECASTS, PRINTS, read_record
from foreign_demand.data.store import Store, default_store
from foreign_demand.site import atom, files
from foreign_demand.site.citations import Book
from foreign_demand.site.rendering import book_of

HOLDINGS = "tic_slt_table3"
ANNOUNCED, EXPECTED = "new figures", "new figures expected"
"""What an event says of its day: published, or the last that the release rule allows."""


def releases(store: Store, *, today: dt.date | None = None) -> dict[tuple[str, str, str], list[str]]:
    """Days of release of all held publications that did not end.

    Parameters
    ----------
    store
        Whose catalog announces days and has the release rules.
    today
        On which a day counts as gone by: that of the build by default.

    Returns
    -------
    dict
        Ids of datasets by ISO date, publisher, and :data:`ANNOUNCED` or :data:`EXPECTED`.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for id in filter(store.holds, store.catalog):
        state = read_state(id, store=store, today=today)
        days = dict.fromkeys(state.dataset.releases, ANNOUNCED)
        if state.next_release and not state.overdue:
            days.setdefault(state.next_release.isoformat(), EXPECTED)
        for day, kind in days.items():
            found.setdefault((day, state.dataset.publisher, kind), []).append(id)
    return dict(sorted(found.items()))


def calendar(store: Store, record: pd.DataFrame, *, today: dt.date | None = None) -> str:
    """The calendar, as RFC 5545 writes it.

    Parameters
    ----------
    store, today
        As for :func:`releases`.
    record
        From :func:`foreign_demand.analysis.nowcast.scored`.
    """
    from icalendar import Calendar, Event  # here: a build begins sooner without it

    from foreign_demand.analysis.nowcast import WAITING
    from foreign_demand.book.wording.nowcast import said_and_printed

    written = Calendar(prodid="-//Foreign Demand for US Treasuries//EN", version="2.0")
    stamp = dt.datetime.fromisoformat(store.origin(HOLDINGS).vintage).replace(tzinfo=dt.UTC)

    def add(day: str, summary: str, about: Iterable[str]) -> None:
        event = Event()
        name = "".join(letter for letter in summary.lower() if letter.isalnum())
        event.add("uid", f"{day}-{name}@foreign-demand")
        event.add("dtstamp", stamp)
        event.add("dtstart", dt.date.fromisoformat(day))
        event.add("summary", summary)
        event.add("description", "\n".join(about))
        written.add_component(event)

    waiting = record[record["state"] == WAITING]
    for (day, publisher, kind), ids in releases(store, today=today).items():
        about = [store.catalog[id].title for id in ids]
        if kind != ANNOUNCED:
            about.append(
                "No day is announced: this is the last one that the release rule of the source allows."
            )
        elif HOLDINGS in ids:
            about += [said_and_printed(row) for _, row in waiting.iterrows()]
        add(day, f"{publisher}: {kind}", about)
    for day, rows in record.dropna(subset="released").sort_values("released").groupby("released"):
        about = [said_and_printed(row) for _, row in rows.iterrows()]
        add(f"{day:%Y-%m-%d}", "Foreign holdings: forecast and print", about)
    return written.to_ical().decode()


def feed(store: Store, record: pd.DataFrame, book: Book) -> str:
    """The feed of forecasts and prints, newest first.

    Parameters
    ----------
    store
        Whose newest edition of holdings dates the feed while the record is empty.
    record
        From :func:`foreign_demand.analysis.nowcast.scored`.
    book
        The book; entries point to its page on the nowcast.
    """
    from foreign_demand.book.wording.nowcast import said_and_printed

    root = book.address.rstrip("/") if book.address else ".."
    page = f"{root}/chapters/nowcast.html"
    entries = [
        atom.Entry(
            id=f"nowcast/{day:%Y-%m-%d}/{name}",
            day=f"{day:%Y-%m-%d}",
            title=title,
            about=[said_and_printed(row) for _, row in rows.iterrows()],
            link=page,
        )
        for name, title, column in (
            ("forecast", "Next print of foreign holdings: forecast", "issued"),
            ("print", "Foreign holdings: forecast and print", "released"),
        )
        for day, rows in record.dropna(subset=column).groupby(column)
    ]
    return atom.feed(
        entries,
        id="nowcast",
        title=f"{book.title}: nowcast",
        author=book.author,
        day=store.origin(HOLDINGS).vintage,
        link=page,
        self_link=f"{root}/feeds/nowcast.xml",
    )


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
