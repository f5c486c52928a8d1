"""April 2025 by hand: the monitor, the episode and who sold, from data whose answer is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events
from foreign_demand.analysis.selloffs import episode as episodes
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.analysis.selloffs import monitor, sellers
from foreign_demand.data.store import Store

ASSETS = list(joint_selloffs.ASSETS)
ALL, OFFICIAL, PRIVATE = 99996, 99990, 99991


def weekdays(count: int) -> pd.DatetimeIndex:
    return pd.bdate_range("2001-01-01", periods=count)


# --- joint declines -----------------------------------------------------------------


def test_joint_declines_are_counted_by_the_smallest_of_the_three() -> None:
    falls = np.repeat([2.0, 1.2, 0.7, 0.2, -1.0], [2, 3, 4, 5, 26])
    scores = pd.DataFrame({"Stocks": -falls, "Treasuries": -falls, "Dollar": -2 * falls}, index=weekdays(40))
    table = joint_selloffs.by_threshold(scores)
    assert table.set_index("threshold")["joint"].to_dict() == {0: 14, 0.5: 9, 1: 5, 1.5: 2}
    assert table["share_pct"].tolist() == pytest.approx([35, 22.5, 12.5, 5])


def test_what_followed_a_bad_day() -> None:
    days = weekdays(12)
    levels = pd.DataFrame(100.0, index=days, columns=ASSETS)
    levels.iloc[5:] = 99.0
    levels.iloc[8:] = [101.0, 98.0, 99.5]
    table = monitor.worst_days(levels, pd.Series([2.0], index=[days[5]]))
    moves = table.loc[0, ["Stocks", "Stocks after", "Treasuries after"]]
    assert moves.tolist() == pytest.approx([-1, 100 * (101 / 99 - 1), 100 * (98 / 99 - 1)])
    assert table.loc[0, "won_back"] == 1
    assert monitor.followed_by(table) == ["+2.0\u00a0/\u00a0−1.0\u00a0/\u00a0+0.5"]


def test_joint_days_are_compared_with_earlier_stretches() -> None:
    """Eight days up to the tariffs, three with a joint decline, and two since, one of them with one."""
    days = pd.bdate_range(end=events.TARIFFS, periods=8).append(pd.bdate_range("2025-04-03", periods=2))
    moves = np.where([1, 1, 0, 0, 1, 0, 0, 0, 1, 0], -1.0, 1.0)
    scores = pd.DataFrame(dict.fromkeys(ASSETS, moves), index=days)
    row = monitor.joint_days_since(scores, thresholds=[0.5]).iloc[0]
    assert (row["days"], row["trading_days"]) == (1, 2)
    assert row["expected"] == pytest.approx(2 * 3 / 8)
    assert row["as_many_pct"] == pytest.approx(100 * 4 / 7)


def test_joint_days_of_a_named_episode_are_counted() -> None:
    """Of the five days after the tariffs all three fall on two, and on the day before them."""
    days = pd.bdate_range("1987-01-01", "2026-12-31")
    fell = days.isin(pd.to_datetime(["2025-04-02", "2025-04-03", "2025-04-07", "2025-04-10"]))
    scores = pd.DataFrame(dict.fromkeys(ASSETS, np.where(fell, -1.5, 0.5)), index=days)
    levels = pd.DataFrame(100.0, index=days, columns=ASSETS)
    named = monitor.named_episodes(levels, monitor.joint_score(scores), days=5).set_index("episode")
    assert (named.loc["April 2025", "joint_days"], named.loc["April 2025", "score"]) == (2, 1.5)


# --- correlations ----------------------------------------------------------------------


def test_a_rolling_correlation_lies_inside_its_band() -> None:
    noise = np.random.default_rng(1).normal(size=(200, 3))
    found = monitor.rolling_correlations(pd.DataFrame(noise, weekdays(200), ASSETS), days=50)
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()
    width = (np.arctanh(found["high"]) - np.arctanh(found["low"])) / 2
    assert width.to_numpy() == pytest.approx(1.96 / np.sqrt(47), rel=1e-4)


def test_a_regime_without_the_episode_begins_after_it() -> None:
    days = pd.bdate_range(end="2025-06-30", periods=400)
    returns = pd.DataFrame(np.random.default_rng(4).normal(size=(400, 3)), days, ASSETS)
    regime = monitor.correlation_regime(returns, without=events.TROUGH).set_index("pair")
    row = regime.loc["Stocks and Treasuries"]
    since, before = returns[days > events.TROUGH], returns[: events.TARIFFS]
    assert row["days"] == len(since)
    assert row["since"] == pytest.approx(since["Stocks"].corr(since["Treasuries"]))
    same_length = before.iloc[-len(since) :]
    assert row["before"] == pytest.approx(same_length["Stocks"].corr(same_length["Treasuries"]))


# --- the episode ---------------------------------------------------------------------


def test_changes_and_levels_of_the_episode() -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-03"])
    parts = [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0]}) for key in episodes.MEASURES]
    since = episodes.changes_since(pd.concat(parts), start=days[0], end=days[1])
    drawn = since.groupby("measure")["value"].last()
    assert drawn[["y10", "stocks", "vix", "funding"]].tolist() == pytest.approx([100, 25, 5, 500])


def test_every_measure_points_up_when_its_name_rises(embedded: Store) -> None:
    days = pd.bdate_range("2025-01-01", periods=30)

    def always(value: float) -> pd.DataFrame:
        return pd.DataFrame({"date": days, "value": value})

    tables = {id: embedded.read(id) for id in episodes.TABLES}
    tables |= {"DEXJPUS": always(150.0), "DEXSZUS": always(0.5), "SOFR": always(4.5), "IORB": always(4.4)}
    found = episodes.measures(tables).groupby("measure")["value"].last()
    assert set(found.index) == set(episodes.MEASURES)
    assert found[["yen", "franc", "funding"]].tolist() == pytest.approx([1 / 150, 2, 0.1])


def test_as_large_counts_moves_in_either_direction() -> None:
    days = pd.bdate_range("2000-01-03", periods=6)
    values = pd.DataFrame({"date": days, "measure": "y10", "value": [0.0, 1, -1, -1, -1, 0]})
    here = dataclasses.replace(events.EPISODES[0], before=days[0])
    row = episodes.window_places(values, days=1, episodes=[here]).iloc[0]
    assert (row["change"], row["percentile"], row["as_large_pct"]) == (100, 60, 60)


def test_the_largest_rise_of_a_week_ranks_first_and_ties_share_the_better_rank() -> None:
    fridays = pd.date_range("2025-01-03", periods=5, freq="W-FRI")
    table = pd.DataFrame({"date": fridays, "yield_pct": [4.0, 4.1, 4.4, 4.5, 4.3]})
    weeks = episodes.weekly_changes(table)
    assert weeks["change_bp"].tolist() == [10, 30, 10, -20]
    assert weeks["rank"].tolist() == [2, 1, 2, 4]
    assert weeks.nlargest(1, "change_bp")["rank"].item() == 1


def test_an_equal_value_before_was_as_large() -> None:
    series = pd.Series([5.0, 3.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=4))
    found = episodes.last_as_large(series, series.index[-1])
    assert (found.prior_day, found.prior_value) == (series.index[1], 3.0)


# --- technical or structural ------------------------------------------------------------


def readings(
    *,
    undone: float = 50.0,
    before: float = 100.0,
    bought: float = 0.0,
    custody_percentile: float = 50.0,
    as_many: float = 50.0,
    days: int = 2,
) -> pd.Series:
    """Scores by evidence; every price undone, every holder buying, every count of days alike."""
    prices = pd.DataFrame({"measure": list(episodes.MEASURES), "unit": "bp", "truce undone": undone})
    prices[["move", "truce", "latest"]] = 1.0
    months = pd.to_datetime(["2025-03-31", "2026-03-31"])
    purchases = [
        pd.DataFrame({"month": months, "kind": kind, "holder": holder, "value": [before, before + bought]})
        for kind in ("Treasuries", "Equities")
        for holder in ("All foreigners", "Official")
    ]
    joint_days = pd.DataFrame(
        {"threshold": [0.0, 1.0], "days": days, "expected": 2.0, "as_many_pct": as_many}
    )
    found = episodes.technical_or_structural(
        prices, pd.concat(purchases), custody_percentile=custody_percentile, joint_days=joint_days
    )
    return found.set_index("evidence")["score"]


@pytest.mark.parametrize(
    ("evidence", "given", "reads"),
    [
        ("10-year yield", {"undone": 100 * episodes.UNDONE}, "technical"),
        ("10-year yield", {"undone": 100 * episodes.UNDONE - 0.1}, "mixed"),
        ("Gold", {"undone": 100 * episodes.STAYED}, "mixed"),
        ("Gold", {"undone": 100 * episodes.STAYED - 0.1}, "structural"),
        ("Purchases of US equities, all foreigners", {"bought": 0.0}, "technical"),
        ("Purchases of US equities, all foreigners", {"bought": -0.1}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.0}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.1}, "structural"),
        ("Purchases of notes and bonds, official", {"before": -100.0, "bought": -20.0}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 9.9}, "structural"),
        ("Custody at the Federal Reserve", {"custody_percentile": 10.0}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 24.9}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 25.0}, "technical"),
        ("Days on which all three fell", {"as_many": 4.9}, "structural"),
        ("Days on which all three fell", {"as_many": 5.0, "days": 2}, "technical"),
        ("Days on which all three fell", {"as_many": 5.0, "days": 3}, "mixed"),
    ],
)
def test_a_reading_turns_at_its_bound(evidence: str, given: dict[str, float], reads: str) -> None:
    assert readings(**given)[evidence] == reads


# --- who sold -------------------------------------------------------------------------


def test_purchases_of_a_month_are_told_apart_by_kind_and_holder() -> None:
    month = pd.Timestamp("2025-04-30")
    rows = pd.DataFrame({"month": month, "country_code": [PRIVATE, ALL, OFFICIAL]})
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
    months = pd.date_range("2024-03-31", periods=14, freq="ME")
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
            for month, value in zip(months, [99000.0] + [usual] * 12 + [last], strict=True)
        ]
    )
    first = sellers.net_purchases_by_country(table, months[-1]).iloc[0]
    assert first.to_dict() == {
        "country": "B",
        "net_usd_bn": -5,
        "valuation_usd_bn": 7,
        "holdings_usd_bn": 90,
        "year_mean_usd_bn": 3,
    }


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
    held = prints[prints["series"].str.endswith("holdings")]
    assert len(held)
    assert (held["latest_usd_bn"] / held["first_usd_bn"]).between(0.9, 1.1).all()
