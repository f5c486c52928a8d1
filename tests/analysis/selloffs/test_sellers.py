"""Who sold: purchases, first prints, custody and auctions against the official figures."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from foreign_demand.analysis import auctions
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
    net = prints.loc["net purchases of notes and bonds"]
    assert net["first_usd_bn"] == -40.8
    assert net["latest_usd_bn"] < 0
    assert prints.loc["holdings, China, Mainland", "first_usd_bn"] == 757.2
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


def test_on_11_april_the_newest_foreign_purchases_were_those_of_january(embedded: Store) -> None:
    press = embedded.read("tic_press_tables")
    known = sellers.known_on(pd.Timestamp("2025-04-11"), press).set_index("publication")
    assert known.iloc[0]["newest_period"] == pd.Timestamp("2025-01-31")
    assert (known["published_on"] <= pd.Timestamp("2025-04-11")).all()
    later = sellers.known_on(pd.Timestamp("2025-06-18"), press).iloc[0]
    assert later["newest_period"] == pd.Timestamp("2025-04-30")


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


def test_purchases_of_a_month_are_told_apart_by_kind_and_holder() -> None:
    month = pd.Timestamp("2025-04-30")
    rows = pd.DataFrame({"month": month, "country_code": [99991, 99996, 99990]})
    long_term = rows.assign(
        treasury_net_purchases_usd_mn=[-2000.0, -3000.0, -1000.0],
        equity_net_purchases_usd_mn=[200.0, 300.0, 100.0],
    )
    by_country = rows.assign(short_term_net_purchases_usd_mn=[20.0, 30.0, 10.0])
    earlier = pd.Timestamp("2025-03-31")
    table = sellers.net_purchases(
        pd.concat([long_term.assign(month=earlier, treasury_net_purchases_usd_mn=9.0), long_term]),
        pd.concat([by_country.assign(month=earlier, short_term_net_purchases_usd_mn=9.0), by_country]),
        month,
    ).set_index("holder")
    columns = ["bonds_usd_bn", "bills_usd_bn", "equities_usd_bn"]
    assert table.loc["All foreigners", columns].tolist() == [-3, 0.03, 0.3]
    assert table.loc["Official", columns].tolist() == [-1, 0.01, 0.1]
    assert table.loc["Private", columns].tolist() == [-2, 0.02, 0.2]


def test_the_largest_seller_comes_first_with_its_year_before() -> None:
    months = pd.date_range("2024-03-31", periods=15, freq="ME")
    table = pd.DataFrame(
        [
            {
                "month": month,
                "country": name,
                "country_code": code,
                "treasury_net_purchases_usd_mn": value,
                "treasury_valuation_change_usd_mn": 7000.0,
                "treasury_holdings_usd_mn": 90000.0,
            }
            for name, code, usual, last in (("A", 10101, 2000.0, 1000.0), ("B", 10102, 3000.0, -5000.0))
            for month, value in zip(months, [99000.0] + [usual] * 12 + [last, 4000.0], strict=True)
        ]
    )
    first = sellers.net_purchases_by_country(table, months[-2]).iloc[0]
    assert first.to_dict() == {
        "country": "B",
        "net_usd_bn": -5,
        "valuation_usd_bn": 7,
        "holdings_usd_bn": 90,
        "next_month_usd_bn": 4,
        "year_mean_usd_bn": 3,
        "year_months": 12,
    }


def test_a_share_of_the_net_sales_of_april_2025_means_nothing(embedded: Store) -> None:
    table_1 = embedded.read("tic_slt_table1")
    month = pd.Timestamp("2025-04-30")
    own = sellers.net_purchases_by_country(table_1, month).set_index("country")["net_usd_bn"]
    total = table_1[(table_1["month"] == month) & (table_1["country"] == "Grand Total")]
    shares = 100 * own / (total["treasury_net_purchases_usd_mn"].item() / 1000)
    assert shares["Canada"] == pytest.approx(99, abs=0.5)
    assert shares["United Kingdom"] == pytest.approx(-73, abs=0.5)


def test_no_change_in_custody_steps_over_weeks_that_are_not_at_hand() -> None:
    weeks = pd.date_range("2026-06-10", periods=8, freq="7D").delete([3, 4])
    custody = pd.DataFrame({"date": weeks, "holdings_usd_mn": [1e6, 1.1e6, 1.2e6, 1.7e6, 1.8e6, 1.9e6]})
    table = sellers.custody_weeks(custody, start=weeks[0], since=weeks[0]).set_index("date")
    assert list(table.index) == list(weeks)
    assert table["change_usd_bn"].isna().tolist() == [True, False, False, True, False, False]
    change, _ = sellers.custody_change(custody, start=weeks[-1], weeks=1)
    assert change == pytest.approx(100 / 18)


def test_custody_week_by_week() -> None:
    weeks = pd.date_range("2025-03-26", periods=5, freq="W-WED")
    custody = pd.DataFrame({"date": weeks, "holdings_usd_mn": [1e6, 1.1e6, 1.0e6, 0.9e6, 0.95e6]})
    table = sellers.custody_weeks(custody, start=weeks[1], since=weeks[1], end=weeks[3])
    assert table["change_usd_bn"].tolist() == pytest.approx([100, -100, -100])
    assert table["since_usd_bn"].tolist() == pytest.approx([0, -100, -200])
    assert sellers.custody_change(custody, start=weeks[2], weeks=1) == pytest.approx((-10, 0))


def test_an_auction_against_the_year_before() -> None:
    """The first one is older than a year, and higher than all others."""
    auctions = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-03-01", "2024-06-01", "2024-09-01", "2024-12-01", "2025-04-09"]),
            "original_term": "10-Year",
            "security_type": "Note",
            "inflation_indexed": False,
            "floating_rate": False,
        }
    )
    for column in ("bid_to_cover", "indirect_share_pct", "dealer_share_pct"):
        auctions[column] = [9.0, 1.0, 2.0, 3.0, 3.0]
    day = auctions["date"].iloc[-1]
    now = sellers.auctions_in_context(auctions, start=day, end=day).dropna(subset="rank").iloc[0]
    assert now[["rank", "compared", "mean", "z"]].tolist() == pytest.approx([3, 4, 2, 1])


def test_a_print_is_compared_with_the_same_figure_in_the_same_unit(embedded: Store) -> None:
    prints = sellers.first_and_latest_print(
        embedded.read("tic_first_prints"), embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3")
    )
    held = prints[prints["series"].str.startswith("holdings")]
    assert len(held)
    assert (held["latest_usd_bn"] / held["first_usd_bn"]).between(0.9, 1.1).all()


def test_purchases_of_all_kinds_before_and_after_the_tariffs(embedded: Store) -> None:
    bought = sellers.rolling_purchases(embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3"))
    rows = [(kind, "All foreigners") for kind in ("Bills", "All long-term", "Treasuries")]
    table = sellers.compare_purchases(bought, [*rows, ("Equities", "Official")]).set_index(["kind", "holder"])
    rounded = table[["before", "latest"]].round()
    assert rounded.loc[("Bills", "All foreigners")].tolist() == [323, 53]
    assert rounded.loc[("All long-term", "All foreigners")].tolist() == [1286, 1772]
    assert rounded.loc[("Equities", "Official")].tolist() == [-18, 123]
    notes = table.loc[("Treasuries", "All foreigners")]
    assert (round(notes["high_before"]), round(notes["low_before"])) == (680, 432)
    assert 0 < notes["higher"] < notes["pairs"]
    parts = bought[bought["holder"] == "All foreigners"].pivot(index="month", columns="kind", values="value")
    kinds = ["Treasuries", "Agencies", "Corporate bonds", "Equities"]
    assert (parts[kinds].sum(axis=1) - parts["All long-term"]).abs().max() < 0.1


def test_foreigners_were_allotted_less_than_indirect_bidders_took(embedded: Store) -> None:
    allotted = auctions.allotted_shares(
        [embedded.read("investor_class_coupons")], embedded.read("investor_class_shares")
    )
    results = sellers.auctions_in_context(
        embedded.read("auctions"),
        start=pd.Timestamp("2025-04-08"),
        end=pd.Timestamp("2025-04-10"),
        allotted=allotted,
    )
    now = results[results["current"]].set_index(["measure", "term"])["value"]
    assert round(now["Indirect share", "10-Year"], 1) == 87.9
    assert round(now["Foreign share", "10-Year"], 1) == 18.4
    assert round(now["Foreign share", "30-Year"], 1) == 10.6
    assert results["value"].notna().all()


def test_the_largest_seller_of_april_bought_in_may(embedded: Store) -> None:
    first = sellers.net_purchases_by_country(
        embedded.read("tic_slt_table1"), pd.Timestamp("2025-04-30")
    ).iloc[0]
    assert (first["country"], round(first["next_month_usd_bn"], 1)) == ("Canada", 65.9)
    tables = embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3")
    sums = [
        sellers.net_purchases(*tables, pd.Timestamp(m)).iloc[0]["bonds_usd_bn"]
        for m in ("2025-04-30", "2025-05-31")
    ]
    assert [round(value, 1) for value in sums] == [-58.5, 138.7]


def test_swap_lines_stand_beside_custody(embedded: Store) -> None:
    found = sellers.dollars_abroad(embedded.read("WMTSECL1"), embedded.read("SWPT"))
    found = found.set_index("stretch")
    assert list(found.index) == [*sellers.STRESS, "Latest year"]
    assert found.loc["Autumn 2008", "swaps_highest_usd_bn"] == pytest.approx(583, abs=1)
    assert found.loc["Spring 2020", "swaps_highest_usd_bn"] == pytest.approx(449, abs=1)
    assert found.loc["April 2025", "swaps_highest_usd_bn"] < 1
    assert (found["end"] > found["start"]).all()
