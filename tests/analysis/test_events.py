"""Events in days and in whole months, and a change among all changes of the same length."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import events
from foreign_demand.analysis.events import Event, percentile_of_change
from foreign_demand.exceptions import EstimationError


def test_an_event_in_whole_months() -> None:
    months = events.APRIL_2025.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30"))
    months = events.JANUARY_2026.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-31"))


def test_a_change_is_placed_among_all_of_its_length() -> None:
    days = pd.bdate_range("2024-01-01", periods=11)
    values = pd.Series([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20.0], index=days)
    event = Event(name="the last two", start=days[8], end=days[10])
    assert percentile_of_change(values, event) == (12.0, pytest.approx(100 * 8 / 9))
    change, percentile = percentile_of_change(values, event, since=f"{days[7]:%Y-%m-%d}")
    assert (change, percentile) == (12.0, 50.0)


def test_an_event_on_a_holiday_is_refused() -> None:
    values = pd.Series(1.0, index=pd.bdate_range("2026-01-12", periods=5))
    with pytest.raises(EstimationError, match="storm: no value on 2026-01-17"):
        percentile_of_change(
            values, Event(name="storm", start=pd.Timestamp("2026-01-17"), end=pd.Timestamp("2026-01-16"))
        )
