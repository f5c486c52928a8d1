"""Hedges and convenience yields by hand: each number and word from data whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from test_safe_haven import made_card, weekdays

from foreign_demand.analysis import events, inference
from foreign_demand.analysis.safe_haven import convenience
from foreign_demand.analysis.safe_haven import model as safe_haven

ALL_TIME = {"all": ("2000", "2099")}


def levels_from(returns: dict[str, Sequence[float]], index: pd.DatetimeIndex) -> pd.DataFrame:
    """Levels, 100 on the first day, from returns in percent; what is not given stands still."""
    table = pd.DataFrame(0.0, index=index, columns=["Stocks", *safe_haven.ASSETS, "Bills"])
    for name, values in returns.items():
        table.loc[index[1:], name] = values
    return 100 * (1 + table / 100).cumprod()


# --- what hedged, and what it paid -----------------------------------------------


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
    yields = {years: pd.Series(4.0, index=ends) for years in safe_haven.MATURITIES}
    cost = safe_haven.hedge_cost(levels, yields, pd.Series(3.0, index=ends)).set_index(["period", "asset"])
    bond, dollar = (cost.loc[(safe_haven.THIS_DECADE, asset)] for asset in ("10-year Treasury", "Dollar"))
    assert bond[["months", "carry_points", "excess_pct"]].tolist() == pytest.approx([24, 1, 9])
    assert dollar["excess_pct"] == pytest.approx(-3)
    assert np.isnan(dollar["carry_points"])


def test_falls_are_averaged_on_their_side_of_the_split() -> None:
    falls = pd.DataFrame({asset: [4.0, -2.0, 6.0] for asset in safe_haven.ASSETS})
    falls["peak"] = pd.to_datetime(["1990-07-16", "2001-03-01", "2007-10-09"])
    mean = safe_haven.average_drawdown(falls).set_index(["group", "asset"])
    late, early = (mean.loc[(group, "Dollar")] for group in (safe_haven.LATE_FALLS, safe_haven.EARLY_FALLS))
    assert (late["number"], late["mean_pct"], late["gained"]) == (2, 2, 1)
    assert (early["number"], early["mean_pct"], early["gained"]) == (1, 4, 1)


def test_the_offset_of_a_fall_counts_what_bills_earned() -> None:
    returns = {"Stocks": [0, -25, 0], "10-year Treasury": [0, 6, 0], "Bills": [0, 1, 0]}
    assert safe_haven.drawdowns(levels_from(returns, weekdays(4))).loc[0, "offset_pct"] == pytest.approx(20)


def test_bills_earn_the_yield_of_the_day_before() -> None:
    days = pd.bdate_range("2025-04-14", periods=5)
    flat = pd.Series(4.0, index=days)
    levels = safe_haven.market_levels(
        stock_return=flat,
        yields=dict.fromkeys(safe_haven.MATURITIES, flat),
        dollar=flat,
        gold=flat,
        bills=pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=days),
    )
    earned = safe_haven.period_returns(levels, "daily")["Bills"]
    assert earned.tolist() == pytest.approx([rate / 365.25 for rate in (1, 2, 3, 4)])


def test_a_bond_that_rises_when_stocks_fall_has_a_slope_below_zero() -> None:
    stocks = np.random.default_rng(1).normal(size=80)
    bonds = {f"{years}-year Treasury": -0.01 * years * stocks for years in safe_haven.MATURITIES}
    table = safe_haven.hedge_by_maturity(levels_from({"Stocks": stocks} | bonds, weekdays(81)), ALL_TIME)
    assert table["slope"].tolist() == pytest.approx([-0.02, -0.05, -0.1, -0.3])
    assert (table["correlation"] < -0.999).all()


# --- correlations ----------------------------------------------------------------


def test_the_band_of_a_correlation_is_as_wide_as_it_should_be() -> None:
    random = np.random.default_rng(1)
    pair = pd.DataFrame(random.normal(size=(4000, 2)), index=weekdays(4000), columns=["a", "b"])
    band = safe_haven._rolling_correlation(pair, 250)
    width = (np.arctanh(band["high"]) - np.arctanh(band["low"])) / 2
    assert width.mean() == pytest.approx(inference.Z95 / np.sqrt(250), rel=0.1)


def test_monthly_correlations_are_on_fishers_scale() -> None:
    random = np.random.default_rng(2)
    stocks = random.normal(size=400)
    bonds = 0.9 * stocks + 0.3 * random.normal(size=400)
    levels = levels_from({"Stocks": stocks, "10-year Treasury": bonds}, weekdays(401))
    found = safe_haven.realised_correlation(levels, "Stocks", "10-year Treasury")
    month = safe_haven.period_returns(levels, "daily").loc["2001-03", ["Stocks", "10-year Treasury"]]
    assert np.tanh(found["2001-03-31"]) == pytest.approx(month.corr().iloc[0, 1])


# --- April 2025 --------------------------------------------------------------------


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


def test_a_jump_is_measured_by_the_days_before_it_only() -> None:
    """A day a little beyond twice the volatility before it, which it would itself raise."""
    days = weekdays(400)
    change = np.where(np.arange(400) % 2, 0.01, -0.01)
    change[300] = 2.003 * pd.Series(change[50:300]).std()
    vix = pd.Series(20 * np.exp(change.cumsum()), index=days)
    ten_year = pd.Series(4.0, index=days).where(days < days[300], 3.9)
    jumps = safe_haven.vix_jump_responses(levels_from({}, days), ten_year, vix, ALL_TIME)
    row = jumps.set_index("answer").loc["10-year yield, basis points"]
    assert (row["jumps"], row["mean"]) == (1, pytest.approx(-10))


def test_the_unexplained_dollar_is_what_was_put_in() -> None:
    weeks = pd.date_range("2010-01-01", "2026-06-26", freq="W-FRI")
    yields, later = np.random.default_rng(6).normal(size=len(weeks)), weeks > events.TARIFFS
    pair = pd.DataFrame({"dollar": 3 * yields + later, "yields": yields}, index=weeks)
    row = safe_haven.unexplained_dollar({"made": pair}, horizons=[13]).iloc[0]
    assert row["unexplained_pct"] == pytest.approx(13)
    assert row["explained_pct"] == pytest.approx(3 * yields[later][:13].sum())
    assert row["percentile"] == 100


# --- the scorecard, and words ---------------------------------------------------------


@pytest.mark.parametrize(("share", "reading"), [(5.0, "supported"), (5.1, "open")])
def test_what_is_rare_enough_is_rare_up_to_five_percent(share: float, reading: str) -> None:
    readings = made_card(low=-0.2, high=-0.1, share=share).set_index("argument")["reading"]
    assert readings["The dollar came loose from yields (made)"] == reading
    assert readings[readings.index.str.startswith("10-year Treasury fell")].tolist() == [reading]


def test_yields_that_fall_when_the_vix_jumps_contradict_that_they_rise() -> None:
    readings = made_card(low=-0.2, high=-0.1, share=50.0).set_index("argument")["reading"]
    assert readings["Yields rise when the VIX jumps"] == "contradicted"


def test_words_follow_the_sign() -> None:
    signs = [safe_haven.sign_in_words(*pair) for pair in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1))]
    assert signs == ["above zero", "below zero", "not distinguishable from zero"]
    row = pd.Series({"mean": -0.5, "low": -0.8, "high": 0.1})
    assert safe_haven.with_interval(row, "mean", 1) == "−0.5% (95% interval −0.8 to +0.1)"


def test_measures_in_which_the_dollar_came_loose_are_counted() -> None:
    slopes = pd.DataFrame({"low": [-2.0, -2, 1], "high": [-1.0, 1, 2], "share_pct": [4.0, 50, 60]})
    assert safe_haven.loose_in_words(slopes) == (
        "below zero in one, not distinguishable from zero in one and above zero in one of three measures, "
        "and larger than at 95% of earlier dates in one"
    )


def test_an_asterisk_marks_an_interval_without_zero() -> None:
    worst = pd.DataFrame(
        {
            "period": "P",
            "tail_pct": 5,
            "frequency": "daily",
            "asset": safe_haven.ASSETS,
            "stocks_pct": -3.0,
            "mean_pct": [0.5, -0.5] * 3,
            "low": [0.1, -0.9, -0.1] * 2,
            "high": [0.9, -0.1, 0.9] * 2,
        }
    )
    printed = safe_haven.worst_as_printed(worst).iloc[0]
    assert printed[["2-year", "5-year", "10-year"]].tolist() == ["+0.50*", "−0.50*", "+0.50"]


# --- convenience -----------------------------------------------------------------


def test_spreads_are_corporate_less_treasury_and_debt_is_over_output() -> None:
    ends = pd.date_range("2020-03-31", periods=2, freq="QE")
    yields = {"aaa": 5.0, "baa": 6.0, "ten_year": 4.0, "twenty_year": 4.5, "bills": 3.0}
    sizes = {"public_debt_usd_bn": 80.0, "gross_debt_usd_bn": 100.0, "gdp_usd_bn": 100.0}
    flat = {name: pd.Series(value, index=ends) for name, value in (yields | sizes).items()}
    stocks = pd.Series([1.0, -1.0], index=ends)
    row = convenience.convenience_spreads(**flat, stock_return=stocks).iloc[0]
    names = ["aaa_10y", "aaa_20y", "baa_10y", "baa_aaa", "curve", "log_public", "log_gross"]
    assert row[names].tolist() == pytest.approx([1, 0.5, 2, 1, 1, np.log(0.8), 0])


def test_a_better_hedge_has_a_lower_covariance() -> None:
    random = np.random.default_rng(3)
    beta, stocks = np.repeat([-0.5, 0.5] * 5, 250), random.normal(size=2500)
    levels = levels_from({"Stocks": stocks, "10-year Treasury": beta * stocks}, weekdays(2501))
    returns = safe_haven.period_returns(levels, "daily")
    covariance = returns["Stocks"].rolling(63).cov(returns["10-year Treasury"])
    worth = (-6 * covariance / covariance.std()).resample("ME").last()
    credit = pd.Series(random.normal(size=len(worth)), index=worth.index)
    found = convenience.convenience_and_covariance(levels, {"made": worth}, credit=credit)
    assert found["effect_bp"].tolist() == pytest.approx([6, 6])


def test_foreign_bonds_in_the_worst_months() -> None:
    """Three of thirty months are the worst tenth; in each stocks and gold fall and the yen rises."""
    months = pd.date_range("2020-01-31", periods=31, freq="ME")
    worst = np.isin(np.arange(30), [5, 15, 25])
    stocks = pd.Series(100 * np.cumprod([1.0, *np.where(worst, 0.9, 1.01)]), index=months)
    yen = pd.Series(2 * np.cumprod([1.0, *np.where(worst, 1.1, 1.0)]), index=months)
    flat = pd.Series(1e-9, index=months)
    yields = {"United States": flat, "Japan": flat}
    bonds = convenience.foreign_bonds(stocks, yields, {"Japan": yen}, stocks).set_index("asset")
    japan = bonds.loc["Japan", ["months", "local_pct", "unhedged_pct"]]
    assert japan.tolist() == pytest.approx([3, 0, 10], abs=1e-6)
    assert bonds.loc["United States", "unhedged_pct"] == pytest.approx(0, abs=1e-6)
    assert bonds.loc["Gold", "local_pct"] == pytest.approx(-10)


def test_a_premium_before_and_since() -> None:
    months = pd.date_range("1990-01-31", "2026-06-30", freq="ME")
    noise = np.random.default_rng(8).normal(size=len(months))
    level = np.where(months >= events.TARIFFS, 2.0, 10.0) + noise
    premium = pd.DataFrame({10: level}, index=months)
    row = convenience.premium_by_maturity(premium, since=events.TARIFFS).iloc[0]
    assert row["before_bp"] == pytest.approx(level[-51:-15].mean())
    assert row["since_bp"] == pytest.approx(level[-15:].mean())
