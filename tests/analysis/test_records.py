"""The highest since: ties, records, and how far below the largest."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import records


def test_an_equal_value_before_was_as_large() -> None:
    series = pd.Series([5.0, 3.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=4))
    found = records.last_as_large(series, series.index[-1])
    assert (found.prior_period, found.prior_value) == (series.index[1], 3.0)


def test_a_record_has_no_prior_day() -> None:
    rising = pd.Series([1.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=3))
    found = records.last_as_large(rising, rising.index[-1])
    assert found.prior_period is None
    assert found.is_record
    assert records.last_as_large(rising) == found


def test_a_value_is_told_by_how_far_it_is_below_the_largest_so_far() -> None:
    series = pd.Series([2.0, 5.0, 4.0, 9.0], index=pd.date_range("2025-01-01", periods=4))
    found = records.last_as_large(series, series.index[2])
    assert (found.peak, found.peak_period, found.first) == (5.0, series.index[1], series.index[0])
    assert found.below_pct == pytest.approx(20)
