"""Events in days and in whole months."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis import events


def test_an_event_in_whole_months() -> None:
    months = events.APRIL_2025.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30"))
    months = events.JANUARY_2026.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-31"))
