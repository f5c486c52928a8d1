"""Sums by group: identities, cutoffs, custody, gold."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import alignment
from foreign_demand.exceptions import EstimationError


@pytest.fixture
def groups(placed: pd.DataFrame) -> pd.Series:
    return alignment.grouped(alignment.newest(placed, alignment.ALL_VOTES))


def test_a_cutoff_of_64_percent_in_2023_gives_about_461_billion(placed, monthly) -> None:
    groups = alignment.cut(alignment.one_report(placed, alignment.ALL_VOTES, 2023), most=64, least=30)
    yearly = alignment.spliced(alignment.by_group_and_year(alignment.by_group(monthly, groups)))
    assert yearly.loc[2025, alignment.MOST] == pytest.approx(461, abs=1)
    assert yearly[alignment.MOST].idxmax() == 2025


def test_thirds_are_thirds_and_cutoffs_may_not_overlap(placed, groups) -> None:
    assert groups.value_counts(normalize=True).between(0.31, 0.36).all()
    with pytest.raises(EstimationError, match="overlap"):
        alignment.cut(alignment.newest(placed, alignment.ALL_VOTES), most=40, least=40)


def test_groups_and_places_without_a_vote_add_up_to_all_countries(monthly, groups) -> None:
    sums = alignment.by_group(monthly, groups).groupby("month")["net_purchases_usd_bn"].sum()
    every = monthly.groupby("month")["long_term_usd_bn"].sum()
    assert sums.to_numpy() == pytest.approx(every.to_numpy())


def test_2023_is_no_year_of_either_regime(monthly, groups) -> None:
    yearly = alignment.by_group_and_year(alignment.by_group(monthly, groups))
    assert yearly[yearly["year"] == 2023].groupby("regime")["months"].first().to_dict() == {
        alignment.BEFORE: 1,
        alignment.SINCE: 11,
    }
    within = alignment.within_regimes(yearly, alignment.MOST)
    assert within[alignment.BEFORE].index.tolist() == list(range(2016, 2023))
    assert within[alignment.SINCE].index.tolist() == [2024, 2025]


def test_what_custody_centres_bought_and_the_rest_are_the_whole(monthly, groups) -> None:
    found = alignment.without_custody(monthly, groups, ["GBR", "BEL", "LUX", "IRL", "CHE"], year=2025)
    assert found["centres_usd_bn"] + found["rest_usd_bn"] == pytest.approx(found["total_usd_bn"])
    assert found["bought_usd_bn"] > found["total_usd_bn"]
    assert 0 < found["bought_share_pct"] < 100


def test_change_of_holdings_is_purchases_and_the_rest(store, monthly, groups) -> None:
    holdings = alignment.monthly_holdings(store.read("tic_slt3d_globl"), store.read("tic_slt_table3"))
    held = alignment.holdings_by_group(holdings, groups)
    assert held.groupby("month")["share_pct"].sum().to_numpy() == pytest.approx(100)
    yearly = alignment.by_group_and_year(alignment.by_group(monthly, groups))
    table = alignment.bought_against_held(yearly, held, {"2024 and 2025": (2024, 2025)})
    change = table["net_purchases_usd_bn"] + table["other_usd_bn"]
    assert change.tolist() == pytest.approx(table["change_usd_bn"].tolist())


def test_claims_find_months_in_every_grouping(monthly, groups) -> None:
    table = alignment.for_claims({"thirds": (monthly, groups)})
    december = table[table["month"] == "2025-12-31"].set_index("group")["net_purchases_usd_bn"]
    whole = december[[alignment.NEUTRAL, alignment.LEAST]].sum()
    assert december["Neutral and least aligned"] == pytest.approx(whole)
    apart = december["Most aligned, without the UK and Belgium"]
    both = monthly[(monthly["month"] == "2025-12-31") & monthly["iso3"].isin(["GBR", "BEL"])]
    assert december[alignment.MOST] - apart == pytest.approx(both["long_term_usd_bn"].sum())


def test_a_country_table_has_each_place_once_the_largest_buyer_first(store, placed, monthly, groups) -> None:
    holdings = alignment.monthly_holdings(store.read("tic_slt3d_globl"), store.read("tic_slt_table3"))
    rows = {name: alignment.newest(placed, name) for name in alignment.MEASURES}
    table = alignment.by_country(monthly, holdings, rows, groups)
    assert table["iso3"].is_unique
    assert table["country"].head(3).tolist() == ["the United Kingdom", "Canada", "Japan"]
    assert table.set_index("iso3").loc["HKG", "group"] == alignment.NO_VOTE


def test_gold_is_counted_where_both_ends_are_known_and_not_stale() -> None:
    gold = pd.DataFrame(
        [
            ("2015-12-31", "CHN", "China", 100.0),
            ("2025-12-31", "CHN", "China", 150.0),
            ("2015-12-31", "RUS", "Russia", 100.0),
            ("2025-06-30", "RUS", "Russia", 300.0),
            ("2015-12-31", "VEN", "Venezuela", 100.0),
            ("2018-12-31", "VEN", "Venezuela", 10.0),
            ("2025-12-31", "POL", "Poland", 5.0),
            ("2015-12-31", "USA", "United States", 1.0),
            ("2025-12-31", "USA", "United States", 1.0),
        ],
        columns=["quarter", "iso3", "country", "gold_tonnes"],
    ).assign(quarter=lambda t: pd.to_datetime(t["quarter"]))
    groups = pd.Series({"CHN": alignment.LEAST, "RUS": alignment.LEAST})
    table = alignment.gold_bought(gold, groups, since=pd.Timestamp("2015-12-31"))
    assert table["iso3"].tolist() == ["RUS", "CHN"]
    assert table["change_tonnes"].tolist() == [200, 50]


def test_a_rank_correlation_is_positive_where_the_more_aligned_buy_more() -> None:
    rows = pd.DataFrame({"from_top_pct": [10, 20, 30, 40, 50], "net_purchases_usd_bn": [9.0, 7, 8, 2, 1]})
    value, low, high = alignment.rank_correlation(rows)
    assert value == pytest.approx(0.9)
    assert low < value < high < 1


def test_editions_say_of_the_same_months_what_they_said_then(store, groups) -> None:
    dated = store.read("tic_slt_table1_editions")
    editions = {str(day.date()): rows for day, rows in dated.groupby("edition")}
    spans = {"early": ("2023-02", "2023-07"), "later": ("2024-01", "2024-10")}
    table = alignment.by_edition(editions, groups, spans)
    assert list(zip(table["edition"], table["span"], strict=True)) == [
        ("2023-09-18", "early"),
        ("2024-12-19", "early"),
        ("2024-12-19", "later"),
    ]
    net = dated[(dated["edition"] == "2023-09-18") & dated["month"].between("2023-02-28", "2023-07-31")]
    china = net.loc[net["country_code"] == 41408, "treasury_net_purchases_usd_mn"].sum() / 1000
    alone = alignment.by_edition(editions, groups.where(groups.index == "CHN", alignment.MOST), spans)
    assert alone[alignment.LEAST].iloc[0] == pytest.approx(china)


def test_a_reader_may_choose_every_measure_and_period(placed, monthly) -> None:
    reports = {name: alignment.newest(placed, name) for name in alignment.MEASURES}
    table = alignment.by_measure_and_period(monthly, reports)
    assert table.groupby(["measure", "period"]).ngroups == 9
    largest = table[(table["period"] == "2025") & (table["rank"] == 1)]
    assert set(largest["iso3"]) == {"GBR"}
