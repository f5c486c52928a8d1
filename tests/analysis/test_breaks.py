"""Breaks: where a segment begins, and which breaks a change crosses."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from treasuries import BREAKS, end, holders, segmented

from foreign_demand.analysis.breaks import breaks_between, current_series, steps
from foreign_demand.data.catalog import Break


def test_a_break_opens_a_segment_in_its_own_month_and_the_old_value_closes_the_one_before() -> None:
    table = holders(
        ("2010-05", "Japan", 1.0),
        ("2010-06", "Japan", 2.0),
        ("2010-06", "Japan", 3.0, "superseded"),
        ("2010-07", "Japan", 4.0),
        ("2021-05", "Japan", 5.0),
        ("2021-06", "Japan", 6.0),
    )
    for breaks in (BREAKS, BREAKS[::-1]):
        assert segmented(table, breaks)["segment"].tolist() == [0, 1, 0, 1, 1, 2]
    assert segmented(table, ())["segment"].tolist() == [0, 0, -1, 0, 0, 0]


@pytest.mark.parametrize(
    ("start", "finish", "crossed"),
    [
        ("2010-05", "2010-06", ["2010-06"]),
        ("2010-04", "2010-05", []),
        ("2010-06", "2010-07", []),
        ("2010-06", "2010-06", []),
        ("2010-06", "2021-05", []),
        ("2010-06", "2021-06", ["2021-06"]),
        ("2010-05", "2021-06", ["2010-06", "2021-06"]),
        ("2021-06", "2026-05", []),
        ("2010Q1", "2010Q2", ["2010-06"]),
        ("2010Q2", "2010Q3", []),
    ],
)
def test_a_change_crosses_a_break_when_it_starts_before_and_ends_in_its_month_or_later(
    start: str, finish: str, crossed: list[str]
) -> None:
    found = breaks_between(BREAKS, end(start), end(finish))
    assert [entry.period for entry in found] == crossed


months = st.integers(0, 120).map(lambda n: pd.Period("2004-01", "M") + n)


@given(st.sets(months, max_size=6), months, months)
def test_breaks_between_two_months_are_the_segments_between_them(
    periods: set[pd.Period], one: pd.Period, other: pd.Period
) -> None:
    breaks = [Break(period=str(period), why="any") for period in sorted(periods)]
    start, finish = sorted((one, other))
    table = segmented(holders((str(start), "Japan", 1.0), (str(finish), "Japan", 2.0)), breaks)
    crossed = breaks_between(breaks, *table["month"])
    assert len(crossed) == table["segment"].diff().iloc[-1]


def test_a_step_is_measurement_alone_where_a_month_has_both_values() -> None:
    table = segmented(
        holders(
            ("2010-05", "Japan", 1.0),
            ("2010-06", "Japan", 2.0, "superseded"),
            ("2010-06", "Japan", 5.0),
            ("2021-05", "Japan", 6.0),
            ("2021-06", "Japan", 8.0),
        )
    )
    found = steps(table, "holdings_usd_bn", BREAKS)
    assert found["step"].tolist() == [3, 2]
    assert found["same_month"].tolist() == [True, False]
    assert steps(table, "holdings_usd_bn", [Break(period="2000-03", why="before all")]).empty


def test_the_current_series_takes_the_value_that_opens_the_new_series() -> None:
    table = segmented(holders(("2010-06", "Japan", 5.0), ("2010-06", "Japan", 2.0, "superseded")))
    assert current_series(table, "holdings_usd_bn").tolist() == [5]
