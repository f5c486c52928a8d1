"""Convenience yields: curves, slopes and premia whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import levels_from, weekdays

from foreign_demand.analysis import events, safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.store import read_table


def test_the_newest_10_year_note_was_dear_in_autumn_2008(yields: dict[int, pd.Series]) -> None:
    premium = safe_haven.on_the_run_premium(read_table("gsw_parameters"), yields)
    assert premium.loc["2008-11-30", 10] > 30
    assert premium.loc["2013":"2019", 10].abs().max() < 15
    assert premium[30].first_valid_index() >= pd.Timestamp("1985-11-30")


def test_par_yield_of_a_flat_curve(yields: dict[int, pd.Series]) -> None:
    flat = pd.DataFrame(
        {"date": pd.to_datetime(["2025-04-30"]), "beta0": 4.0, "beta1": 0.0, "beta2": 0.0}
        | {"beta3": 9.0, "tau1": 1.0, "tau2": -999.99}
    )
    quoted = {years: pd.Series([4.0], index=flat["date"]) for years in safe_haven.MATURITY_YEARS}
    premium = safe_haven.on_the_run_premium(flat, quoted)
    assert premium.iloc[0].tolist() == pytest.approx([100 * (200 * (np.exp(0.02) - 1) - 4.0)] * 4)


def test_a_month_that_has_not_ended_has_no_premium(yields: dict[int, pd.Series]) -> None:
    parameters = read_table("gsw_parameters")
    cut = parameters[parameters["date"] <= "2025-04-15"]
    assert safe_haven.on_the_run_premium(cut, yields).index[-1] == pd.Timestamp("2025-03-31")


def test_a_premium_that_fell_is_seen_by_maturity() -> None:
    random = np.random.default_rng(8)
    months = pd.date_range("1990-01-31", "2026-06-30", freq="ME")
    level = np.where(months >= events.EVE, 2.0, 10.0)
    premium = pd.DataFrame({10: level + random.normal(size=len(months))}, index=months)
    row = safe_haven.premium_by_maturity(premium, since=events.EVE).iloc[0]
    assert row["change_bp"] == pytest.approx(-8, abs=0.6)
    assert row["high"] < -7
    assert row["share_pct"] == 0
    assert row["months"] == 15


def test_a_premium_before_and_since() -> None:
    months = pd.date_range("1990-01-31", "2026-06-30", freq="ME")
    noise = np.random.default_rng(8).normal(size=len(months))
    level = np.where(months >= events.EVE, 2.0, 10.0) + noise
    premium = pd.DataFrame({10: level}, index=months)
    row = safe_haven.premium_by_maturity(premium, since=events.EVE).iloc[0]
    assert row["before_bp"] == pytest.approx(level[-51:-15].mean())
    assert row["since_bp"] == pytest.approx(level[-15:].mean())


def test_spreads_are_corporate_less_treasury_and_debt_is_over_output() -> None:
    ends = pd.date_range("2020-03-31", periods=2, freq="QE")
    yields = {"aaa": 5.0, "baa": 6.0, "ten_year": 4.0, "twenty_year": 4.5, "bills": 3.0}
    sizes = {"public_debt_usd_bn": 80.0, "gross_debt_usd_bn": 100.0, "gdp_usd_bn": 100.0}
    flat = {name: pd.Series(value, index=ends) for name, value in (yields | sizes).items()}
    stocks = pd.Series([1.0, -1.0], index=ends)
    row = safe_haven.convenience_spreads(**flat, stock_return=stocks).iloc[0]
    names = ["aaa_10y", "aaa_20y", "baa_10y", "baa_aaa", "curve", "log_public", "log_gross"]
    assert row[names].tolist() == pytest.approx([1, 0.5, 2, 1, 1, np.log(0.8), 0])


def test_a_slope_on_debt_that_was_put_in_comes_out() -> None:
    random = np.random.default_rng(7)
    quarters = pd.date_range("1970-03-31", periods=220, freq="QE")
    log_debt = np.cumsum(random.normal(0.005, 0.02, 220)) - 1
    volatility = random.gamma(3, 5, 220)
    spread = 1 - 0.75 * log_debt + 0.02 * volatility + 0.1 * random.normal(size=220)
    spreads = pd.DataFrame(
        dict.fromkeys(("aaa_10y", "aaa_20y", "baa_10y"), spread)
        | {"log_public": log_debt, "log_gross": log_debt}
        | {"volatility": volatility, "curve": random.normal(size=220)},
        index=quarters,
    )
    slopes = safe_haven.convenience_slopes(spreads)
    controlled = slopes[(slopes["form"] == "levels, with controls") & (slopes["sample"] == "all")]
    assert np.allclose(controlled["slope"], -0.75, atol=0.1)
    assert ((slopes["low"] < slopes["slope"]) & (slopes["slope"] < slopes["high"])).all()


def test_a_better_hedge_has_a_lower_covariance() -> None:
    random = np.random.default_rng(3)
    beta, stocks = np.repeat([-0.5, 0.5] * 5, 250), random.normal(size=2500)
    levels = levels_from({"Stocks": stocks, "10-year Treasury": beta * stocks}, weekdays(2501))
    returns = safe_haven.period_returns(levels, "daily")
    covariance = returns["Stocks"].rolling(63).cov(returns["10-year Treasury"])
    worth = (-6 * covariance / covariance.std()).resample("ME").last()
    credit = pd.Series(random.normal(size=len(worth)), index=worth.index)
    found = safe_haven.convenience_and_covariance(levels, {"made": worth}, credit=credit)
    assert set(found["form"]) == {"levels", "monthly changes"}
    assert found["effect_bp"].tolist() == pytest.approx([6] * len(found))


def test_convenience_moves_with_the_covariance_in_levels_only(levels: pd.DataFrame) -> None:
    aaa, baa, ten = (as_series(read_table(id)) for id in ("AAA", "BAA", "GS10"))
    found = safe_haven.convenience_and_covariance(levels, {"Aaa": 100 * (aaa - ten)}, credit=baa - aaa)
    rows = found[found["controls"] != "none"].set_index(["sample", "form"])[["effect_bp", "low", "high"]]
    assert rows.loc[("all", "levels")].tolist() == pytest.approx([28.4, 18.5, 38.3], abs=0.05)
    assert rows.loc[("all", "monthly changes")].tolist() == pytest.approx([2.2, -2.4, 6.8], abs=0.05)
