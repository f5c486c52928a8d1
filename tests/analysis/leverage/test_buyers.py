"""Who buys when foreigners sell: valuation out, sectors that add up, three quarters of 24."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.book import assembled
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


def test_only_the_panic_of_2020_was_a_quarter_of_sales_by_every_method(flows: pd.DataFrame) -> None:
    bought = assembled.bought_by_method(flows)
    table = leverage.sold_by_method(bought).set_index("method")
    assert table.loc[leverage.BY_PRICE, ["quarters", "sold"]].tolist() == [24, 3]
    assert table["sold"].tolist() == [3, 3, 4, 6, 4]
    assert table["quarters"].tolist() == [24, 24, 24, 23, 21]
    assert [f"{day:%Y-%m}" for day in leverage.sold_by_all(bought)] == ["2020-03"]


def test_methods_are_counted_on_the_quarters_they_have() -> None:
    quarters = pd.DatetimeIndex(["2020-03-31", "2020-06-30"])
    months = pd.date_range("2020-01-31", "2020-06-30", freq="ME")
    flows = pd.DataFrame({"quarter": quarters, "sector": leverage.FOREIGN, "change_usd_bn": [0.0, -10.0]})
    found = leverage.bought_by_method(
        flows.assign(net_usd_bn=[-1.0, -1.0]),
        pd.Series([200.0, 190.0], quarters),
        pd.Series([50.0, 50.0], quarters),
        {"priced": pd.Series([0, 0, 0, -0.2, 0, 0], months)},  # a hundred of bonds lost twenty
        {"reported": pd.Series([-1.0, -1, -1, 5, 5], months[:5])},
    )
    by = found.set_index(["method", "quarter"])["net_usd_bn"]
    assert by["priced", quarters[1]] == pytest.approx(10)
    assert by["reported"].to_dict() == {quarters[0]: -3.0}
    assert leverage.sold_by_all(found).tolist() == [quarters[0]]


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
