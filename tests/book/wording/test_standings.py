"""The highest since, in words."""

from __future__ import annotations

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.records import last_as_large
from foreign_demand.book.wording.standings import highest_since


def test_a_record_is_told_by_where_its_record_begins() -> None:
    rising = pd.Series([1.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=3))
    found = last_as_large(rising, rising.index[-1])
    assert found.prior_period is None
    assert highest_since(found) == "the highest since the record begins in 2025"


def test_the_highest_since_is_told_by_its_period() -> None:
    months = pd.Series([3.0, 1.0, 2.0], index=pd.date_range("2025-01-31", periods=3, freq="ME"))
    said = highest_since(last_as_large(months), what="largest sum", write=words.month)
    assert said == "the largest sum since January 2025"
