"""Surprises and yields around releases: days counted by hand, a slope that was put in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import nowcast


def test_the_change_runs_from_the_day_before_to_the_day_after_the_release() -> None:
    days = pd.to_datetime(["2025-06-17", "2025-06-18", "2025-06-20", "2025-06-23"])
    yields = pd.Series([4.0, 4.1, 4.25, 4.5], index=days)
    banded = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-04-30", "2025-05-31", "2025-04-30"]),
            "target": ["Total", "Total", "Japan"],
            "forecast_usd_bn": [10.0, 0.0, 0.0],
            "actual_usd_bn": [-30.0, 5.0, 1.0],
        }
    )
    press = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-04-30", "2025-04-30"]),
            "release_date": pd.to_datetime(["2025-06-18", "2025-07-17"]),
            "newest": [True, False],
        }
    )
    (row,) = nowcast.surprises(banded, press, yields).itertuples()
    assert (row.target, row.surprise_usd_bn) == ("Total", -40.0)
    assert row.change_bp == pytest.approx(25.0)


def test_a_slope_that_was_put_in_is_found() -> None:
    random = np.random.default_rng(9)
    surprise = random.normal(0, 60, 130)
    found = pd.DataFrame(
        {
            "target": "Total",
            "surprise_usd_bn": surprise,
            "change_bp": -3 * surprise / nowcast.PER + random.normal(0, 1, 130),
        }
    )
    (row,) = nowcast.yields_on_surprises(found).itertuples()
    assert row.low < -3 < row.high
    assert row.months == 130
