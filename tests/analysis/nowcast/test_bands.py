"""Bands that learn from what fell outside them, and scores worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import nowcast


def test_a_band_is_a_quantile_of_the_misses_before_it() -> None:
    actual = pd.Series(np.arange(1.0, 31.0))
    found = nowcast.bands(pd.Series(np.zeros(30)), actual, pace=0.0)
    assert found[:24].isna().all(axis=None)
    # Of the misses 1 to 24: the smallest that at least 80 % of 25 do not exceed.
    assert (found.loc[24, "low_80"], found.loc[24, "high_80"]) == (-20.0, 20.0)


def test_adaptive_bands_hold_when_misses_grow_and_plain_ones_do_not() -> None:
    random = np.random.default_rng(7)
    actual = pd.Series(random.normal(size=600) * np.linspace(1, 12, 600))
    point = pd.Series(np.zeros(600))
    adaptive, plain = (
        nowcast.covered(nowcast.bands(point, actual, pace=pace)[100:], actual[100:]).set_index("asked_pct")
        for pace in (0.05, 0.0)
    )
    assert 77 < adaptive.loc[80.0, "covered_pct"] < 83
    assert plain.loc[80.0, "covered_pct"] < adaptive.loc[80.0, "covered_pct"]


def test_a_wider_band_holds_a_narrower_one() -> None:
    actual = pd.Series(np.random.default_rng(2).standard_t(3, size=300))
    found = nowcast.bands(actual * 0, actual).dropna()
    assert (found["high_50"] <= found["high_80"]).all()
    assert (found["high_80"] <= found["high_95"]).all()


@pytest.mark.parametrize("ahead", [1, 3])
def test_a_band_knows_only_prints_that_were_out(ahead: int) -> None:
    actual = pd.Series(np.random.default_rng(4).normal(size=80))
    later = actual.where(actual.index <= 60 - ahead, 1e6)
    first, second = (nowcast.bands(actual * 0, prints, ahead=ahead).loc[60] for prints in (actual, later))
    pd.testing.assert_series_equal(first, second)


def test_the_interval_score_is_the_width_and_a_fine_for_a_miss() -> None:
    low, high = pd.Series([0.0, 0.0, 0.0]), pd.Series([10.0, 10.0, 10.0])
    found = nowcast.interval_score(low, high, pd.Series([5.0, -1.0, 12.0]), level=0.8)
    assert found.tolist() == pytest.approx([10.0, 20.0, 30.0])


def test_the_crps_is_the_distance_to_the_draws_less_half_their_own() -> None:
    errors = pd.Series([*[-1.0, 1.0] * 12, 3.0])
    # The draws are 24 misses of one to either side: the print is 2 or 4 from each, they are 0 or 2 apart.
    assert nowcast.crps(errors).iloc[-1] == pytest.approx(3.0 - 0.5)
    assert nowcast.crps(errors)[:24].isna().all()
