"""Who buys when foreigners sell: valuation out, sectors that add up, three quarters of 24."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def flows(embedded: Store) -> pd.DataFrame:
    debt = leverage.marketable(embedded.read("mspd_marketable"))
    return leverage.flows(embedded.read("holders_by_sector"), debt["marketable_usd_bn"])


def test_without_valuation_foreigners_sold_in_three_quarters_of_24(flows: pd.DataFrame) -> None:
    assert leverage.counted_quarters(flows) == 24
    sold = leverage.selling_quarters(flows)
    assert [f"{day:%Y-%m}" for day in sold] == ["2020-03", "2022-12", "2025-12"]
    fell = leverage.selling_quarters(flows, "change_usd_bn")
    assert len(fell) == 7
    assert (fell.year == 2022).sum() == 4


def test_in_march_2020_the_federal_reserve_bought_more_than_foreigners_sold(flows: pd.DataFrame) -> None:
    march = leverage.when_sold(flows)[lambda t: t["quarter"] == "2020-03-31"].set_index("sector")
    assert march.loc[leverage.FED, "net_usd_bn"] > 3 * march.loc[leverage.FOREIGN, "sold_usd_bn"] > 0


def test_a_rise_of_all_prices_is_no_purchase() -> None:
    quarters = pd.DatetimeIndex(["2020-03-31", "2020-06-30"])
    levels = {"total": [100.0, 121.0], "rest_of_world": [50.0, 55.0], "money_market_funds": [10.0, 10.0]}
    holders = (
        pd.DataFrame(levels, index=quarters)
        .rename_axis("quarter")
        .melt(ignore_index=False, var_name="sector", value_name="holdings_usd_mn")
    )
    holders["holdings_usd_mn"] *= 1000
    par = pd.Series([100.0, 110.0], index=quarters)  # ten sold, and prices up by a tenth
    found = leverage.flows(holders.reset_index(), par).set_index("sector")
    assert found.loc["rest_of_world", "net_usd_bn"] == pytest.approx(0)
    assert found.loc["money_market_funds", "valuation_usd_bn"] == 0
