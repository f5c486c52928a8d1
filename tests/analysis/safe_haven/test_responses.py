"""Responses to fear and to yields: slopes that were put in come out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import ALL_TIME, levels_from, weekdays

from foreign_demand.analysis import events, safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.store import read_table


def test_weekly_changes_have_their_signs() -> None:
    fridays = pd.date_range("2025-01-03", periods=3, freq="W-FRI")

    def rising(start: float, step: float) -> pd.Series:
        return pd.Series(start + step * np.arange(3), index=fridays)

    changes = safe_haven.weekly_changes(
        levels_from({"Dollar": [2.0, 2.0]}, fridays),
        rising(4, 0.1),
        rising(20, 2),
        yen_per_dollar=rising(100, 1),
        two_year=rising(3, 0.3),
        japan=pd.DataFrame({"yield_2y_pct": rising(0.5, 0.1), "yield_10y_pct": rising(1, 0.04)}),
    )
    names = ["yield_points", "dollar_pct", "yen_pct", "japan_10y_points", "japan_2y_points"]
    assert changes.iloc[1][names].tolist() == pytest.approx([0.1, 2, 1, 0.06, 0.2])
    assert changes.iloc[1].filter(like="vix").item() > 0


def test_a_drifting_slope_is_followed() -> None:
    random = np.random.default_rng(5)
    index = pd.date_range("2000-01-07", periods=600, freq="W-FRI")
    truth = np.linspace(-1, 1, 600)
    x = random.normal(size=600)
    pair = pd.DataFrame({"y": truth * x + 0.5 * random.normal(size=600), "x": x}, index=index)
    both = safe_haven.time_varying_response(pair, window=100)
    drifting = both[both["name"] == "State space"].set_index("date")
    expected = pd.Series(truth, index=index)[drifting.index]
    assert (drifting["slope"] - expected).abs().mean() < 0.15
    assert ((drifting["low"] < expected) & (expected < drifting["high"])).mean() > 0.8
    rolling = both[both["name"] == "Rolling"].set_index("date")["slope"]
    middle = pd.Series(truth, index=index).rolling(100).mean()[rolling.index]
    assert (rolling - middle).abs().mean() < 0.15


def test_yields_fell_when_the_vix_jumped_from_2000_to_2020(
    levels: pd.DataFrame, yields: dict[int, pd.Series]
) -> None:
    jumps = safe_haven.vix_jump_responses(
        levels, yields[10], as_series(read_table("VIXCLS")), safe_haven.REGIMES
    ).set_index(["period", "response"])
    assert jumps.loc[("2000–2020", "10-year yield, basis points"), "high"] < 0
    few = jumps["jumps"] < 10
    assert few.any()
    assert jumps.loc[few, ["low", "high"]].isna().all(axis=None)


def test_a_jump_is_measured_by_the_days_before_it_only() -> None:
    """A day a little beyond twice the volatility before it, which it would itself raise."""
    days = weekdays(400)
    change = np.where(np.arange(400) % 2, 0.01, -0.01)
    change[300] = 2.003 * pd.Series(change[50:300]).std()
    vix = pd.Series(20 * np.exp(change.cumsum()), index=days)
    ten_year = pd.Series(4.0, index=days).where(days < days[300], 3.9)
    jumps = safe_haven.vix_jump_responses(levels_from({}, days), ten_year, vix, ALL_TIME)
    row = jumps.set_index("response").loc["10-year yield, basis points"]
    assert (row["jumps"], row["mean"]) == (1, pytest.approx(-10))


def test_a_slope_that_turned_is_seen() -> None:
    random = np.random.default_rng(6)
    index = pd.date_range("2010-01-01", "2026-06-26", freq="W-FRI")
    x = random.normal(size=len(index))
    slope = np.where(index > events.EVE, -3.0, 3.0)
    pair = pd.DataFrame({"dollar": slope * x + random.normal(size=len(index)), "yields": x}, index=index)
    row = safe_haven.dollar_and_differentials({"made": pair}).iloc[0]
    assert row["change"] == pytest.approx(-6, abs=0.8)
    assert row["high"] < 0
    assert row["share_pct"] == 0
    moved = safe_haven.unexplained_dollar({"made": pair}, horizons=[13]).iloc[0]
    assert moved["dollar_pct"] == pytest.approx(moved["explained_pct"] + moved["unexplained_pct"])


def test_the_unexplained_dollar_is_what_was_put_in() -> None:
    weeks = pd.date_range("2010-01-01", "2026-06-26", freq="W-FRI")
    yields, later = np.random.default_rng(6).normal(size=len(weeks)), weeks > events.EVE
    pair = pd.DataFrame({"dollar": 3 * yields + later, "yields": yields}, index=weeks)
    row = safe_haven.unexplained_dollar({"made": pair}, horizons=[13]).iloc[0]
    assert row["unexplained_pct"] == pytest.approx(13)
    assert row["explained_pct"] == pytest.approx(3 * yields[later][:13].sum())
    assert row["percentile"] == 100
