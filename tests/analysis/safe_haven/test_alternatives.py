"""Alternatives: bonds of other countries, hedged yields and reserves by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.store import read_table


def test_hedging_swaps_the_short_rates() -> None:
    days = pd.bdate_range("2025-01-01", "2025-03-31")
    japan = pd.DataFrame({"yield_10y_pct": 1.0, "yield_1y_pct": 0.5}, index=days)
    month = safe_haven.hedged_yields(pd.Series(4.5, index=days), pd.Series(4.0, index=days), japan).iloc[-1]
    assert month["us_in_yen"] == pytest.approx(1.0)
    assert month["japan_in_dollars"] == pytest.approx(4.5)


def test_a_hedge_costs_the_gap_of_short_rates_and_leaves_the_slope() -> None:
    days = pd.bdate_range("2024-01-01", "2025-03-31")
    months = pd.date_range("2024-01-31", "2025-03-31", freq="ME")
    euro, franc = pd.Series(np.linspace(1.0, 0.9, len(days)), index=days), pd.Series(0.8, index=days)
    found = safe_haven.hedged_abroad(
        pd.Series(4.5, index=days),
        {"Euro": pd.Series(4.0, index=days), "Sterling": pd.Series(4.0, index=days)},
        {"Euro": pd.Series(2.7, index=months), "Sterling": pd.Series(4.8, index=months)},
        {"Euro": pd.Series(2.0, index=days)},
        {"Euro": euro, "Sterling": franc, "Franc": franc},
        pd.Series(100.0, index=days),
    ).set_index("holder")
    euro_row = found.loc["Euro"]
    assert euro_row[["cost_points", "hedged_pct", "pickup_points"]].tolist() == pytest.approx(
        [2.0, 2.5, -0.2]
    )
    assert euro_row["breakeven_short_pct"] == pytest.approx(2.2), "two tenths more would close the gap"
    assert (euro_row["better_pct"], euro_row["months"]) == (0, 15)
    assert -9 < euro_row["unhedged_return_pct"] < -7
    assert found.loc["Sterling", "breakeven_short_pct"] == pytest.approx(4.3)
    assert found.loc["Sterling", ["short_pct", "hedged_pct"]].isna().all(), "no rate, no hedge"
    assert found.loc["Franc", ["home_pct", "breakeven_short_pct"]].isna().all()
    assert found.loc["Franc", "unhedged_return_pct"] == pytest.approx(0)


def test_an_unfinished_month_is_not_dated_by_its_end() -> None:
    days = pd.bdate_range("2025-01-01", "2025-03-28")
    japan = pd.DataFrame({"yield_10y_pct": 1.0, "yield_1y_pct": 0.5}, index=days)
    hedged = safe_haven.hedged_yields(pd.Series(4.5, index=days), pd.Series(4.0, index=days), japan)
    assert hedged["month"].iloc[-1] == pd.Timestamp("2025-02-28")
    change = safe_haven.month_average_change(pd.Series(np.where(days.month == 1, 100.0, 110.0), index=days))
    assert change.index[-1] == pd.Timestamp("2025-02-28")
    assert change.iloc[-1] == pytest.approx(10)


def test_months_without_a_currency_are_in_no_sample() -> None:
    days = pd.bdate_range("2000-01-03", "2009-12-31")
    random = np.random.default_rng(9)
    months = pd.date_range("2000-01-31", "2009-12-31", freq="ME")
    bond_yields = {
        name: pd.Series(random.normal(4, 0.1, 120), index=months) for name in ("United States", "Italy")
    }
    wander = pd.DataFrame(np.exp(np.cumsum(random.normal(0, 0.01, (len(days), 3)), axis=0)), index=days)
    bonds = safe_haven.foreign_bonds(wander[0], bond_yields, {"Italy": wander[1]["2005-01-03":]}, wander[2])
    assert bonds["asset"].tolist() == ["United States", "Italy", "Gold"]
    assert set(bonds["first_month"]) == {pd.Timestamp("2005-02-28")}
    assert set(bonds["last_month"]) == {pd.Timestamp("2009-12-31")}
    assert set(bonds["months"]) == {6}
    assert bonds["unhedged_pct"].notna().all()


def test_foreign_bonds_in_the_worst_months() -> None:
    """Three of thirty months are the worst tenth; in each stocks and gold fall and the yen rises."""
    months = pd.date_range("2020-01-31", periods=31, freq="ME")
    worst = np.isin(np.arange(30), [5, 15, 25])
    stocks = pd.Series(100 * np.cumprod([1.0, *np.where(worst, 0.9, 1.01)]), index=months)
    yen = pd.Series(2 * np.cumprod([1.0, *np.where(worst, 1.1, 1.0)]), index=months)
    flat = pd.Series(1e-9, index=months)
    yields = {"United States": flat, "Japan": flat}
    bonds = safe_haven.foreign_bonds(stocks, yields, {"Japan": yen}, stocks).set_index("asset")
    japan = bonds.loc["Japan", ["months", "local_pct", "unhedged_pct"]]
    assert japan.tolist() == pytest.approx([3, 0, 10], abs=1e-6)
    assert bonds.loc["United States", "unhedged_pct"] == pytest.approx(0, abs=1e-6)
    assert bonds.loc["Gold", "local_pct"] == pytest.approx(-10)


def test_reserves_add_up() -> None:
    values = read_table("cofer_values")
    reserves = safe_haven.reserve_moves(read_table("cofer_shares"), values, 4_000).set_index("currency")
    assert reserves["share_pct"].sum() == pytest.approx(100, abs=0.5)
    dollars = values.query("currency == 'USD'")["value_usd_bn"].iloc[-1]
    assert reserves.loc["USD", "value_usd_bn"] == pytest.approx(dollars, rel=1e-3)
    assert safe_haven.dollar_share(values).iloc[-1] == pytest.approx(
        reserves.loc["USD", "share_pct"], rel=1e-3
    )
    assert reserves.loc["EUR", "added_pct"] == pytest.approx(100 * 400 / reserves.loc["EUR", "value_usd_bn"])
    assert pd.isna(reserves.loc["USD", "added_pct"])


def test_the_worst_months_helped_treasuries_until_2020_only(levels: pd.DataFrame) -> None:
    abroad = {"Germany": "IRLTLT01DEM156N", "United Kingdom": "IRLTLT01GBM156N"}
    abroad |= {"Italy": "IRLTLT01ITM156N", "Japan": "IRLTLT01JPM156N"}
    yields = {"United States": "GS10", **abroad}
    euro, pound, yen = (as_series(read_table(id)) for id in ("DEXUSEU", "DEXUSUK", "DEXJPUS"))
    bonds = safe_haven.foreign_bonds(
        levels["Stocks"],
        {country: as_series(read_table(id)) for country, id in yields.items()},
        {"Germany": euro, "Italy": euro, "United Kingdom": pound, "Japan": 1 / yen},
        as_series(read_table("gold_pm")),
    ).set_index("asset")
    ours = bonds.loc["United States", ["before_pct", "since_pct", "since_months"]]
    assert ours.tolist() == pytest.approx([2.1, -1.2, 6], abs=0.05)
