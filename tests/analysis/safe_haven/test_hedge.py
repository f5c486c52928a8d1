"""The hedge: signs that history settles, and numbers by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import ALL_TIME, levels_from, weekdays

from foreign_demand.analysis import inference, safe_haven


@pytest.mark.parametrize("tail", [1, 5])
@pytest.mark.parametrize(
    "asset", ["2-year Treasury", "5-year Treasury", "10-year Treasury", "30-year Treasury"]
)
def test_bonds_gained_on_the_worst_days_from_2000_to_2020(
    regimes: pd.DataFrame, asset: str, tail: int
) -> None:
    row = regimes.loc[("2000–2020", tail, asset)]
    assert row["mean_pct"] > 0
    assert row["low"] > 0


@pytest.mark.parametrize(
    "asset", ["2-year Treasury", "5-year Treasury", "10-year Treasury", "30-year Treasury"]
)
def test_bonds_did_not_gain_on_the_worst_days_of_2022(regimes: pd.DataFrame, asset: str) -> None:
    row = regimes.loc[("2022 alone", 5, asset)]
    assert row["mean_pct"] < 0
    assert row["low"] < 0


def test_worst_days_are_the_stated_share(levels: pd.DataFrame) -> None:
    worst = safe_haven.worst_periods(levels, "daily")
    days = safe_haven.period_returns(levels, "daily")
    for period, (start, end) in safe_haven.PERIODS.items():
        own = worst[(worst["period"] == period) & (worst["tail_pct"] == 5) & (worst["asset"] == "Dollar")]
        stocks = days.loc[start:end, "Stocks"]
        assert own["number"].iloc[0] == (stocks <= stocks.quantile(0.05)).sum()
        assert own["number"].iloc[0] == pytest.approx(0.05 * len(stocks), rel=0.03)


def test_the_worst_days_since_the_tariffs_are_sixteen_and_six_of_them_one_event(levels: pd.DataFrame) -> None:
    start, _ = safe_haven.REGIMES[safe_haven.SINCE_TARIFFS]
    days = safe_haven.worst_dates(levels, start, "2026-07-02")
    assert len(days) == 16
    assert (days[0], days[5]) == (pd.Timestamp("2025-04-03"), pd.Timestamp("2025-04-21"))
    assert days[6] > pd.Timestamp("2025-05-01")


def test_no_interval_from_a_handful_of_days(regimes: pd.DataFrame) -> None:
    few = regimes[regimes["number"] < 10]
    assert len(few) > 0
    assert few[["low", "high"]].isna().all(axis=None)


def test_worst_days() -> None:
    """Ten worst days out of two hundred, twenty apart, on which the bond moves by turns."""
    stocks, bond = np.full(200, 1.0), np.full(200, 0.1)
    stocks[3::20] = [-5.0, -4.0] * 5
    bond[3::20] = [2.0, -1.0] * 5
    levels = levels_from({"Stocks": stocks, "10-year Treasury": bond}, weekdays(201))
    found = safe_haven.worst_periods(levels, "daily", periods=ALL_TIME)
    row = found.set_index(["tail_pct", "asset"]).loc[(safe_haven.TAIL_PCT, "10-year Treasury")]
    assert row[["number", "stocks_pct", "mean_pct", "gained_pct", "usual_pct"]].tolist() == pytest.approx(
        [10, -4.5, 0.5, 50, 0.1]
    )
    weight = 1 - 20 / (safe_haven.LAGS["daily"] + 1)
    variance = 10 * 1.5**2 - 2 * weight * 9 * 1.5**2
    assert (row["high"] - row["low"]) / 2 == pytest.approx(inference.Z95 * np.sqrt(variance) / 10)


def test_what_the_hedge_paid() -> None:
    ends = pd.date_range("2020-12-31", periods=25, freq="ME")
    levels = levels_from({"10-year Treasury": [1.0] * 24, "Bills": [0.25] * 24}, ends)
    yields = {years: pd.Series(4.0, index=ends) for years in safe_haven.MATURITY_YEARS}
    cost = safe_haven.hedge_cost(levels, yields, pd.Series(3.0, index=ends)).set_index(["period", "asset"])
    bond, dollar = (cost.loc[(safe_haven.THIS_DECADE, asset)] for asset in ("10-year Treasury", "Dollar"))
    assert bond[["months", "carry_points", "return_pct"]].tolist() == pytest.approx([24, 1, 9])
    assert (dollar["return_pct"], dollar["over"]) == (0, "nothing")
    assert np.isnan(dollar["carry_points"])


def test_falls_of_stocks_since_1973(levels: pd.DataFrame) -> None:
    falls = safe_haven.drawdowns(levels).set_index("trough")
    assert (falls["Stocks"] <= -10).all()
    assert falls.loc["2009-03-09", "Stocks"] == pytest.approx(-54.6, abs=0.5)
    assert falls.loc["2009-03-09", "10-year Treasury"] > 15
    assert falls.loc["2022-10-14", "10-year Treasury"] < -15
    assert falls.loc["2022-10-14", "Dollar"] > 10
    assert falls.loc["2025-04-08", "Dollar"] < 0
    assert falls["10-year Treasury"].notna().all()
    assert ((falls.index.to_series() - falls["peak"]).dt.days == falls["days"]).all()


def test_drawdown_table_by_hand() -> None:
    days = weekdays(6)
    stocks = pd.Series([100.0, 120.0, 90.0, 99.0, 130.0, 125.0], index=days)
    levels = pd.DataFrame(dict.fromkeys(("Stocks", *safe_haven.ASSETS), stocks)).assign(Bills=100.0)
    falls = safe_haven.drawdowns(levels)
    assert len(falls) == 1
    assert falls.loc[0, ["peak", "trough"]].tolist() == [days[1], days[2]]
    assert falls.loc[0, "Stocks"] == pytest.approx(-25)
    assert falls.loc[0, "recovered"]


def test_the_offset_of_a_fall_counts_what_bills_earned() -> None:
    returns = {"Stocks": [0, -25, 0], "10-year Treasury": [0, 6, 0], "Bills": [0, 1, 0]}
    assert safe_haven.drawdowns(levels_from(returns, weekdays(4))).loc[0, "offset_pct"] == pytest.approx(20)


def test_falls_are_averaged_on_their_side_of_the_split() -> None:
    falls = pd.DataFrame({asset: [4.0, -2.0, 6.0] for asset in safe_haven.ASSETS})
    falls["peak"] = pd.to_datetime(["1990-07-16", "2001-03-01", "2007-10-09"])
    mean = safe_haven.average_drawdown(falls).set_index(["group", "asset"])
    late, early = (mean.loc[(group, "Dollar")] for group in (safe_haven.LATE_FALLS, safe_haven.EARLY_FALLS))
    assert (late["number"], late["mean_pct"], late["gained"]) == (2, 2, 1)
    assert (early["number"], early["mean_pct"], early["gained"]) == (1, 4, 1)


def test_episodes_stand_where_they_should(levels: pd.DataFrame) -> None:
    episodes = safe_haven.episode_returns(levels).set_index(["episode", "asset"])
    assert episodes.loc[("March 2020", "10-year Treasury"), "return_pct"] < -4
    assert episodes.loc[("March 2020", "Dollar"), "percentile"] > 95
    assert episodes.loc[("April 2025", "Dollar"), "percentile"] < 5
    assert episodes.loc[("2022", "10-year Treasury"), "return_pct"] < -12
    assert episodes["percentile"].between(0, 100).all()


def test_an_episode_is_compared_with_windows_in_which_stocks_fell() -> None:
    """Stocks fall as far on three days; a window of April 2025 has seven of the days around each."""
    days = pd.bdate_range("1987-01-01", "2026-12-31")
    fell = days.get_indexer(pd.to_datetime(["1995-03-01", "2005-03-01", "2025-04-04"])) - 1
    stocks, bond = np.zeros(len(days) - 1), np.zeros(len(days) - 1)
    stocks[fell] = -10.0
    bond[fell] = [1.0, 0.0, -1.0]
    found = safe_haven.episode_returns(levels_from({"Stocks": stocks, "10-year Treasury": bond}, days))
    row = found.set_index(["episode", "asset"]).loc[("April 2025", "10-year Treasury")]
    assert row["return_pct"] == pytest.approx(-1)
    assert (row["windows_when_stocks_fell"], row["percentile_when_stocks_fell"]) == (21, 0)


def test_a_bond_that_rises_when_stocks_fall_has_a_slope_below_zero() -> None:
    stocks = np.random.default_rng(1).normal(size=80)
    bonds = {f"{years}-year Treasury": -0.01 * years * stocks for years in safe_haven.MATURITY_YEARS}
    table = safe_haven.hedge_by_maturity(levels_from({"Stocks": stocks} | bonds, weekdays(81)), ALL_TIME)
    assert table["slope"].tolist() == pytest.approx([-0.02, -0.05, -0.1, -0.3])
    assert (table["correlation"] < -0.999).all()
