"""The calendar of releases and the feed: days, forecasts, prints, and lines that a calendar can read."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pandas as pd
import pytest
from icalendar import Calendar

from foreign_demand.analysis import nowcast
from foreign_demand.data.editions import read_state
from foreign_demand.data.nowcasts import COLUMNS, FORECASTS, PRINTS
from foreign_demand.data.store import Store
from foreign_demand.site.citations import Book
from foreign_demand.site.releases import ANNOUNCED, HOLDINGS, calendar, feed, releases

ATOM = {"a": "http://www.w3.org/2005/Atom"}

BANDS = {"low_95": -30.0, "low_80": -20.0, "low_50": -10.0, "high_50": 10.0, "high_80": 20.0, "high_95": 30.0}


def record() -> pd.DataFrame:
    """A print outside its band, and a forecast that waits."""
    said = {"issued": pd.Timestamp("2026-08-10"), "target": "Total", "forecast_usd_bn": 1.0, **BANDS}
    months = [pd.Timestamp("2026-06-30"), pd.Timestamp("2026-07-31")]
    forecasts = pd.DataFrame([said | {"month": month} for month in months]).reindex(
        columns=COLUMNS[FORECASTS]
    )
    printed = [(pd.Timestamp("2026-08-17"), months[0], "Total", 55.0)]
    return nowcast.scored(forecasts, pd.DataFrame(printed, columns=COLUMNS[PRINTS]))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_announced_day_carries_the_forecasts_that_wait_and_a_past_one_the_print(embedded: Store) -> None:
    text = calendar(embedded, record())
    lines = unfolded(text)
    for day in embedded.catalog[HOLDINGS].releases:
        assert f"DTSTART;VALUE=DATE:{day.replace('-', '')}" in lines
    assert "DTSTART;VALUE=DATE:20260817" in lines
    about = [line for line in lines if line.startswith("DESCRIPTION")]
    assert any("July 2026\\, Total: forecast +1 (−20 to +20)" in line for line in about)
    assert any("printed +55\\, outside the 80% band" in line for line in about)


@pytest.mark.parametrize("today", [dt.date(2026, 7, 24), dt.date(2026, 11, 28)])
def test_every_source_that_goes_on_has_a_day_ahead_or_announced_and_what_is_overdue_none(
    embedded: Store, today: dt.date
) -> None:
    days = releases(embedded, today=today)
    told = {id for ids in days.values() for id in ids}
    held = {id: dataset for id, dataset in embedded.catalog.items() if embedded.holds(id)}
    late = {id for id in held if read_state(id, store=embedded, today=today).overdue}
    assert told == {id for id, d in held.items() if d.releases or not (d.ended or id in late)}
    assert late
    events = Calendar.from_ical(calendar(embedded, record(), today=today)).walk("VEVENT")
    rule = [event for event in events if "the release rule" in event["DESCRIPTION"]]
    assert len(rule) == sum(kind != ANNOUNCED for _, _, kind in days)
    for event in rule:
        assert event["SUMMARY"].endswith("expected")
        assert event.decoded("DTSTART") >= today
    assert len({event["UID"] for event in events}) == len(events)


def test_lines_are_short_and_whole_and_the_same_twice(embedded: Store) -> None:
    text = calendar(embedded, record())
    assert text == calendar(embedded, record())
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert unfolded(text).count("BEGIN:VEVENT") == unfolded(text).count("END:VEVENT") > 0


def test_the_feed_tells_a_forecast_when_it_is_made_and_its_print_when_it_is_out(embedded: Store) -> None:
    book = Book(title="Book & more", author="We", address="https://example.org/book/")
    read = ElementTree.fromstring(feed(embedded, record(), book))
    assert read.findtext("a:updated", namespaces=ATOM) == "2026-08-17T00:00:00Z"
    printed, said = read.findall("a:entry", ATOM)
    assert "printed +55, outside the 80% band" in printed.findtext("a:content", namespaces=ATOM)
    assert "July 2026, Total: forecast +1 (−20 to +20)" in said.findtext("a:content", namespaces=ATOM)
    ids = {entry.findtext("a:id", namespaces=ATOM) for entry in (printed, said)}
    assert ids == {
        f"tag:foreign-demand,2026:nowcast/{day}" for day in ("2026-08-17/print", "2026-08-10/forecast")
    }
    assert printed.find("a:link", ATOM).get("href") == "https://example.org/book/chapters/nowcast.html"


def test_the_feed_of_an_empty_record_is_a_feed(embedded: Store) -> None:
    empty = nowcast.scored(*(pd.DataFrame(columns=COLUMNS[file]) for file in (FORECASTS, PRINTS)))
    text = feed(embedded, empty, Book(title="Book", author="We"))
    assert text == feed(embedded, empty, Book(title="Book", author="We"))
    assert not ElementTree.fromstring(text).findall("a:entry", ATOM)


def test_without_an_address_entries_point_to_the_page_beside_the_feed(embedded: Store) -> None:
    read = ElementTree.fromstring(feed(embedded, record(), Book(title="Book", author="We")))
    links = {(link.get("rel"), link.get("href")) for link in read.iter(f"{{{ATOM['a']}}}link")}
    assert links == {("alternate", "../chapters/nowcast.html"), ("self", "../feeds/nowcast.xml")}
