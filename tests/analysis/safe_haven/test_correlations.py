"""Correlations of stocks with Treasuries: against pandas, and breaks that history settles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import levels_from, weekdays

from foreign_demand.analysis import events, inference, safe_haven


def test_rolling_correlation_is_pandas_and_its_band_holds_it(levels: pd.DataFrame) -> None:
    paths = safe_haven.correlations(levels, "Stocks", "10-year Treasury")
    daily = safe_haven.period_returns(levels, "daily")
    window = paths.query("frequency == 'daily' and window == 250").set_index("date")
    expected = daily["Stocks"].rolling(250).corr(daily["10-year Treasury"])
    assert np.allclose(window["correlation"], expected[window.index])
    assert ((paths["low"] < paths["correlation"]) & (paths["correlation"] < paths["high"])).all()
    assert paths[["low", "high"]].abs().max(axis=None) <= 1


def test_monthly_correlations_are_on_fishers_scale() -> None:
    random = np.random.default_rng(2)
    stocks = random.normal(size=400)
    bonds = 0.9 * stocks + 0.3 * random.normal(size=400)
    levels = levels_from({"Stocks": stocks, "10-year Treasury": bonds}, weekdays(401))
    found = safe_haven.realised_correlation(levels, "Stocks", "10-year Treasury")
    month = safe_haven.period_returns(levels, "daily").loc["2001-03", ["Stocks", "10-year Treasury"]]
    assert np.tanh(found["2001-03-31"]) == pytest.approx(month.corr().iloc[0, 1])


def test_break_dates_repeat_themselves(monthly: pd.Series, breaks: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(inference.break_dates(monthly), breaks)


def test_stocks_and_bonds_changed_sign_around_1998_and_back_around_2020(breaks: pd.DataFrame) -> None:
    turned = breaks[(breaks["before"] > 0) & (breaks["after"] < 0)]
    assert turned["month"].dt.year.tolist() == [1997]
    assert breaks["month"].iloc[-1].year in (2020, 2021, 2022)
    assert breaks["before"].iloc[-1] < -0.3 < breaks["after"].iloc[-1]
    assert ((breaks["low"] <= breaks["month"]) & (breaks["month"] <= breaks["high"])).all()
    assert (breaks["p_value"] <= 0.05).all()


def test_end_of_sample_sees_a_shift_and_no_shift(monthly: pd.Series, breaks: pd.DataFrame) -> None:
    shifted = monthly.copy()
    shifted[shifted.index >= events.EVE] += 1.0
    calm = inference.end_of_sample(monthly, breaks, since=events.EVE)
    loud = inference.end_of_sample(shifted, breaks, since=events.EVE)
    assert loud["share_pct"] < 1 < calm["share_pct"]


def test_a_p_value_belongs_to_the_break_that_its_step_added(
    levels: pd.DataFrame, breaks: pd.DataFrame
) -> None:
    found = breaks.assign(month=breaks["month"].dt.strftime("%Y-%m")).set_index("step")[["month", "p_value"]]
    assert {step: tuple(row) for step, row in found.iterrows()} == {
        1: ("1997-10", 0.002),
        2: ("2020-08", 0.012),
        3: ("2007-07", pytest.approx(0.02)),
        4: ("1977-11", 0.008),
    }
    thirty = inference.break_dates(safe_haven.realised_correlation(levels, "Stocks", "30-year Treasury"))
    assert thirty.set_index("month").loc["1994-02-28", "p_value"] == pytest.approx(0.04)
