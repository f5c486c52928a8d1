"""Reference periods: how they are written, and when one is over."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from foreign_demand.data.catalog import Column, Origin
from foreign_demand.data.periods import (
    edition_known,
    is_over,
    last_business_day,
    period_end,
    read_period,
    write_period,
)


@pytest.mark.parametrize(
    ("type", "written", "last_day"),
    [
        ("date", "2025-04-09", dt.date(2025, 4, 9)),
        ("month", "2024-02", dt.date(2024, 2, 29)),
        ("quarter", "2025-Q2", dt.date(2025, 6, 30)),
        ("year", "2025", dt.date(2025, 12, 31)),
    ],
)
def test_a_period_is_read_as_its_last_day_and_written_back(
    type: str, written: str, last_day: dt.date
) -> None:
    column = Column(name="period", type=type)
    read = read_period(pd.Series([written]), column)
    assert period_end(written, type) == period_end(written) == read[0].date() == last_day
    assert write_period(read, column)[0] == written


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("2025-04-30", "2025-04-30"),  # a Wednesday
        ("2025-08-31", "2025-08-29"),  # a Sunday
        ("2027-05-31", "2027-05-28"),  # Memorial Day
        ("2024-03-31", "2024-03-28"),  # the weekend after Good Friday
        ("2025-04-18", "2025-04-17"),  # a week that ends with Good Friday
    ],
)
def test_the_last_business_day_knows_the_holidays_of_the_bond_market(end: str, last: str) -> None:
    assert last_business_day(pd.Timestamp(end)) == pd.Timestamp(last)


@pytest.mark.parametrize(
    ("newest", "over"),
    [
        ("2025-08-28", [True, False]),  # Friday is still to come
        ("2025-08-29", [True, True]),
        ("2025-09-02", [True, True]),
        ("2025-07-30", [False, False]),
    ],
)
def test_a_month_is_over_with_its_last_business_day(newest: str, over: list[bool]) -> None:
    ends = pd.DatetimeIndex(["2025-07-31", "2025-08-31"])
    assert is_over(ends, pd.Timestamp(newest)).tolist() == over


def test_of_a_copy_that_is_no_younger_than_its_newest_day_the_edition_is_not_known() -> None:
    words = dict.fromkeys(("publisher", "title", "url", "retrieved_at", "terms"), "x")
    copy = Origin(**words, reference_period="2026-Q1", vintage="2026-03-31", obtained="embedded")
    dated = Origin(**words, reference_period="2026-Q1", vintage="2026-04-30", obtained="embedded")
    live = Origin(**words, reference_period="2026-03-31", vintage="2026-03-31", obtained="live")
    assert [edition_known(origin) for origin in (copy, dated, live)] == [False, True, True]
