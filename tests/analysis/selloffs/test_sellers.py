"""Who sold: purchases, first prints, custody and auctions against the official figures."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from foreign_demand.analysis.selloffs import sellers
from foreign_demand.data.catalog import Catalog
from foreign_demand.data.sources.tic import parse_first_prints
from foreign_demand.data.store import Store
from foreign_demand.exceptions import ParseError


def test_ten_year_auction_of_9_april(embedded: Store) -> None:
    results = sellers.auctions_in_context(
        embedded.read("auctions"), start=pd.Timestamp("2025-04-08"), end=pd.Timestamp("2025-04-10")
    )
    now = results[results["current"]].set_index(["term", "measure"])
    assert list(now.index.get_level_values("term").unique()) == ["3-Year", "10-Year", "30-Year"]
    assert now.loc[("10-Year", "Bid-to-cover"), "value"] == 2.67
    assert now.loc[("10-Year", "Indirect share"), "value"] == pytest.approx(87.9, abs=0.05)
    assert (
        now.loc[("10-Year", "Indirect share"), "rank"] == now.loc[("10-Year", "Indirect share"), "compared"]
    )
    past = results[~results["current"]]
    assert past["date"].max() < pd.Timestamp("2025-04-08")
    assert past["date"].min() >= pd.Timestamp("2024-04-08")


def test_first_prints_beside_the_current_vintage(embedded: Store) -> None:
    prints = sellers.first_and_latest_print(
        embedded.read("tic_first_prints"), embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3")
    ).set_index("series")
    net = prints.loc["Notes and bonds, net"]
    assert net["first_usd_bn"] == -40.8
    assert net["latest_usd_bn"] < 0
    assert prints.loc["China, holdings", "first_usd_bn"] == 757.2
    assert (prints["revision_usd_bn"] == prints["latest_usd_bn"] - prints["first_usd_bn"]).all()


def test_official_and_private_make_the_total(embedded: Store) -> None:
    holder = sellers.net_purchases(
        embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3"), pd.Timestamp("2025-04-30")
    ).set_index("holder")
    assert (holder.loc[["Official", "Private"]].sum() - holder.loc["All foreigners"]).abs().max() < 0.005


def test_countries_and_regions_make_the_total(embedded: Store) -> None:
    table = embedded.read("tic_slt_table1")
    month = pd.Timestamp("2025-04-30")
    country = sellers.net_purchases_by_country(table, month)
    all_countries = table[(table["month"] == month) & (table["country_code"] == 69995)]
    gap = country["net_usd_bn"].sum() - all_countries["treasury_net_purchases_usd_mn"].iloc[0] / 1000
    assert abs(gap) < 5  # countries that are not listed by name
    rolled = sellers.rolling_purchases(table)
    wide = rolled[rolled["kind"] == "Treasuries"].pivot(index="month", columns="holder", values="value")
    regions = wide[list(sellers.REGIONS.values())].sum(axis=1)
    assert (regions - wide["All foreigners"]).abs().max() < 0.1
    assert wide.index[0] == pd.Timestamp("2024-01-31")


def test_on_11_april_the_newest_foreign_purchases_were_those_of_january() -> None:
    known = sellers.known_on(pd.Timestamp("2025-04-11")).set_index("publication")
    assert known.iloc[0]["newest_period"] == pd.Timestamp("2025-01-31")
    assert (known["published_on"] <= pd.Timestamp("2025-04-11")).all()
    assert sellers.known_on(pd.Timestamp("2025-06-18")).iloc[0]["newest_period"] == pd.Timestamp("2025-04-30")


def test_a_noted_print_with_other_columns_is_refused(catalog: Catalog, embedded: Store) -> None:
    dataset = catalog["tic_first_prints"]
    held = embedded.read("tic_first_prints")
    text = io.StringIO()
    held.assign(month="2025-04").to_csv(text, index=False)
    again = parse_first_prints(text.getvalue().encode(), dataset)
    assert again["value_usd_bn"].tolist() == held["value_usd_bn"].tolist()
    assert again["month"].tolist() == held["month"].tolist()
    with pytest.raises(ParseError, match="should name 'series'"):
        parse_first_prints(b"month,value\n2025-04,1\n", dataset)


def test_a_rank_is_told_in_words() -> None:
    ranks = pd.DataFrame({"rank": [13.0, 1.0, 2.0], "compared": [13.0, 13.0, 13.0]})
    said = [sellers.rank_in_words(row) for _, row in ranks.iterrows()]
    assert said == ["the highest of 13", "the lowest of 13", "rank 2 of 13 from the lowest"]


def test_purchases_and_sales_are_told_by_their_sign() -> None:
    assert sellers.bought_or_sold(-58.45, 1) == "sold USD 58.5 billion net"
    assert sellers.bought_or_sold(290) == "bought USD 290 billion net"


def test_custody_is_counted_from_the_last_wednesday(embedded: Store) -> None:
    custody = embedded.read("WMTSECL1")
    opening = pd.Timestamp("2025-04-02")
    weeks = sellers.custody_weeks(custody, start=opening, since=opening, end=pd.Timestamp("2025-05-14"))
    assert (weeks["date"].dt.day_name() == "Wednesday").all()
    assert weeks["since_usd_bn"].iloc[0] == 0
    change, place = sellers.custody_change(custody, start=opening, weeks=6)
    base = weeks["holdings_usd_bn"].iloc[0]
    assert change == pytest.approx(100 * weeks["since_usd_bn"].iloc[6] / base)
    assert 0 <= place <= 100
    longer = sellers.custody_weeks(custody, start=pd.Timestamp("2024-01-01"), since=opening)
    assert longer["date"].max() == custody["date"].max()
    assert longer.set_index("date").loc[weeks["date"]].equals(weeks.set_index("date"))
