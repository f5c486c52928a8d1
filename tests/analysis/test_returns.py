"""Returns from yields: against closed forms and against a traded fund."""

from __future__ import annotations

import pandas as pd
import pytest
from project import OFFICIAL, needs_official

from foreign_demand.analysis.returns import (
    JOINED,
    constant_maturity_return,
    join_stock_returns,
    par_bond_risk,
    sampled_returns,
    splice,
)
from foreign_demand.data.store import Store, read_table
from foreign_demand.exceptions import EstimationError


def series(values: list[float], start: str = "2025-04-01", freq: str = "D") -> pd.Series:
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq=freq))


def price(coupon_pct: float, yield_pct: float, years: int) -> float:
    y = yield_pct / 200
    return sum((coupon_pct / 200 + (t == 2 * years)) / (1 + y) ** t for t in range(1, 2 * years + 1))


@pytest.mark.parametrize(("level", "years"), [(0.5, 2), (4.0, 10), (14.0, 30)])
def test_risk_matches_repricing(level: float, years: int) -> None:
    risk = par_bond_risk(series([level]), maturity_years=years).iloc[0]
    step = 0.01
    up, down = price(level, level + step, years), price(level, level - step, years)
    assert risk["duration_years"] == pytest.approx((down - up) / (2 * step / 100), rel=1e-5)
    assert risk["convexity_years2"] == pytest.approx((up + down - 2) / (step / 100) ** 2, rel=1e-3)


def test_a_rise_in_yield_is_a_loss_near_full_repricing() -> None:
    returns = constant_maturity_return(series([4.0, 4.5]), maturity_years=10)
    repriced = 100 * (price(4.0, 4.5, 10) - 1) + 4.0 / 365.25
    assert returns.iloc[1] == pytest.approx(repriced, abs=0.005)
    assert pd.isna(returns.iloc[0])


def test_a_weekend_carries_three_days() -> None:
    returns = constant_maturity_return(series([4.0, 4.0], freq="3D"), maturity_years=10)
    assert returns.iloc[1] == pytest.approx(3 * 4.0 / 365.25)


def test_stock_returns_change_source_once() -> None:
    days = pd.date_range("2026-04-28", periods=4)
    factors = pd.DataFrame(
        {"date": days[:2], "market_excess_return_pct": [1.0, -1.0], "risk_free_return_pct": [0.01, 0.01]}
    )
    index = pd.DataFrame({"date": days, "index": [100.0, 101.0, 102.01, 100.0]})
    joined = join_stock_returns(factors, index)
    assert joined.tolist() == pytest.approx([1.01, -0.99, 1.0, -1.97040], abs=1e-4)


def test_two_indices_are_joined_where_both_have_a_value(embedded: Store) -> None:
    old, new = embedded.read("DTWEXM"), embedded.read("DTWEXAFEGS")
    joined = splice(old, new, at=JOINED)
    second = new.set_index("date")["index"]
    assert joined[JOINED] == old.set_index("date")["index"][JOINED]
    assert joined.iloc[-1] / joined[JOINED] == pytest.approx(second.iloc[-1] / second[JOINED])
    assert joined.index.is_monotonic_increasing
    assert joined.index.is_unique
    with pytest.raises(EstimationError, match="no common value on 2005-01-03"):
        splice(old, new, at=pd.Timestamp("2005-01-03"))


def test_a_week_without_a_friday_ends_with_its_last_price() -> None:
    days = pd.DatetimeIndex(["2025-04-11", "2025-04-17", "2025-04-25", "2025-04-28"])
    levels = pd.DataFrame({"Stocks": [100.0, 110.0, 99.0, 198.0]}, index=days)
    found = {
        name: sampled_returns(levels, name)["Stocks"].tolist() for name in ("daily", "weekly", "monthly")
    }
    assert found["daily"] == found["weekly"] == pytest.approx([10, -10, 100])
    assert found["monthly"] == []
    assert sampled_returns(levels, "weekly").index[0] == pd.Timestamp("2025-04-18")


@needs_official
def test_monthly_returns_follow_a_fund_of_seven_to_ten_year_treasuries() -> None:
    fund = pd.read_csv(OFFICIAL / "checks" / "IEF_adjusted_close.csv", index_col=0, parse_dates=True).iloc[
        :, 0
    ]
    ours = constant_maturity_return(read_table("DGS10").set_index("date")["yield_pct"], maturity_years=10)
    monthly = pd.DataFrame(
        {
            "fund": 100 * fund.resample("ME").last().pct_change(),
            "ours": 100 * ((1 + ours / 100).resample("ME").prod() - 1),
        }
    ).dropna()
    monthly = monthly.iloc[1:-1]
    assert len(monthly) > 200
    assert monthly.corr().iloc[0, 1] > 0.985
