"""Timing: what yields did after months of unusual purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis.timing import timing

MONTHS = pd.date_range("2000-01-31", periods=120, freq="ME")
BOUGHT = pd.Series(np.random.default_rng(3).normal(0, 10, 120), index=MONTHS)
UNUSUAL = (BOUGHT - BOUGHT.shift(1).rolling(12).mean()).fillna(0)


@pytest.mark.parametrize("sign", [1, -1])
def test_who_buys_before_yields_rise_times_badly(sign: int) -> None:
    noise = np.random.default_rng(5).normal(0, 0.01, 120)
    yields = 4 + sign * UNUSUAL.shift(1, fill_value=0).cumsum() / 100 + noise
    (row,) = timing({"all": BOUGHT}, yields).itertuples()
    assert row.value == pytest.approx(sign, abs=0.05)
    assert row.months == 107


def test_purchases_that_have_nothing_to_do_with_yields_tell_nothing() -> None:
    yields = pd.Series(np.random.default_rng(4).normal(0, 0.1, 120).cumsum(), index=MONTHS)
    (row,) = timing({"all": BOUGHT}, yields).itertuples()
    assert row.low < 0 < row.high
