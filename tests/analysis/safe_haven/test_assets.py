"""Levels and returns of what is held against the fall of stocks: closed days, known bills."""

from __future__ import annotations

import pandas as pd
import pytest
from haven import made_levels

from foreign_demand.analysis import safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.store import read_table


def test_good_friday_lengthens_one_return() -> None:
    levels = made_levels(stocks=["2025-04-18"])
    returns = safe_haven.period_returns(levels, "daily")
    assert pd.Timestamp("2025-04-18") not in levels.index
    assert returns.loc["2025-04-21", "10-year Treasury"] == pytest.approx(4 * 4 / 365.25)
    assert returns["Stocks"].tolist() == pytest.approx([1.0] * len(returns))


def test_bond_holiday_loses_no_stock_return() -> None:
    levels = made_levels(bonds=["2025-04-21"])
    returns = safe_haven.period_returns(levels, "daily")
    assert returns.loc["2025-04-22", "Stocks"] == pytest.approx(100 * (1.01**2 - 1))
    assert levels["Stocks"].iloc[-1] / levels["Stocks"].iloc[0] == pytest.approx(1.01**9)


def test_a_good_friday_with_yields_is_no_day_here(levels: pd.DataFrame) -> None:
    friday = pd.Timestamp("2012-04-06")
    assert friday in as_series(read_table("DGS10")).index
    assert friday not in levels.index


def test_no_return_crosses_years_without_a_maturity() -> None:
    days = pd.bdate_range("2001-01-01", "2007-12-31")
    flat = pd.Series(5.0, index=days)
    thirty = flat.where(days < "2006-02-09", 3.0).where((days < "2002-02-19") | (days > "2006-02-08"))
    levels = safe_haven.common_day_levels(
        stock_return=0 * flat + 0.01,
        yields={2: flat, 5: flat, 10: flat, 30: thirty},
        bills=flat,
        dollar=flat,
        gold=flat,
    )
    for frequency in ("daily", "weekly", "monthly"):
        returns = safe_haven.period_returns(levels, frequency)["30-year Treasury"]
        assert returns.loc["2002-03-31":"2006-02-08"].isna().all()
        assert returns.dropna().between(0, 1).all()


def test_an_unfinished_week_is_left_out(levels: pd.DataFrame) -> None:
    tuesday = levels.loc[:"2025-04-15"]
    assert safe_haven.period_returns(tuesday, "weekly").index[-1] == pd.Timestamp("2025-04-11")
    assert safe_haven.period_returns(tuesday, "monthly").index[-1] == pd.Timestamp("2025-03-31")


@pytest.mark.parametrize(("frequency", "last"), [("weekly", "2025-04-17"), ("monthly", "2025-04-30")])
def test_a_week_is_dated_by_its_last_day_with_prices(levels: pd.DataFrame, frequency: str, last: str) -> None:
    known = levels.loc[:last]
    assert safe_haven.period_returns(known, frequency).index[-1] == pd.Timestamp(last)


def test_the_two_dollar_indices_tell_the_same_story() -> None:
    old, new = (as_series(read_table(id)).rename(id) for id in ("DTWEXM", "DTWEXAFEGS"))
    both = pd.concat([old, new], axis=1, join="inner").pct_change().dropna()
    assert len(both) > 3000
    assert both.corr().iloc[0, 1] > 0.99


def test_bill_yield_of_a_known_bill() -> None:
    price = 100 * (1 - 0.05 * 91 / 360)
    assert safe_haven.bill_yield(pd.Series([5.0])).iloc[0] == pytest.approx(
        100 * (100 / price - 1) * 365 / 91
    )


def test_bills_earn_the_yield_of_the_day_before() -> None:
    days = pd.bdate_range("2025-04-14", periods=5)
    flat = pd.Series(4.0, index=days)
    levels = safe_haven.common_day_levels(
        stock_return=flat,
        yields=dict.fromkeys(safe_haven.MATURITY_YEARS, flat),
        dollar=flat,
        gold=flat,
        bills=pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=days),
    )
    earned = safe_haven.period_returns(levels, "daily")["Bills"]
    assert earned.tolist() == pytest.approx([rate / 365.25 for rate in (1, 2, 3, 4)])
