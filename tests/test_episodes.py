"""April 2025 and after: against the official figures, and against what must hold by construction."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from foreign_demand import episodes
from foreign_demand.catalog import Catalog
from foreign_demand.exceptions import ParseError
from foreign_demand.returns import join_stock_returns
from foreign_demand.sources.tic import parse_first_prints
from foreign_demand.store import read_table

JOINED = pd.Timestamp("2006-01-03")


def close(id: str, day: str) -> float:
    return read_table(id).set_index("date").iloc[:, 0][pd.Timestamp(day)]


@pytest.fixture(scope="module")
def stocks() -> pd.Series:
    return join_stock_returns(read_table("french_factors_daily"), read_table("SP500"))


@pytest.fixture(scope="module")
def dollar() -> pd.Series:
    return episodes.chained(read_table("DTWEXM"), read_table("DTWEXAFEGS"), at=JOINED)


@pytest.fixture(scope="module")
def levels(stocks: pd.Series, dollar: pd.Series) -> pd.DataFrame:
    return episodes.market_levels(stocks, read_table("DGS10"), dollar)


@pytest.fixture(scope="module")
def filled(stocks: pd.Series, dollar: pd.Series) -> pd.DataFrame:
    return episodes.market_levels(stocks, read_table("DGS10"), dollar, common=False)


@pytest.fixture(scope="module")
def scores(levels: pd.DataFrame) -> pd.DataFrame:
    return episodes.standardised(episodes.sampled_returns(levels[episodes.FIRST_DAY :], "Daily"))


# --- the official figures of the episode ---------------------------------------


def test_closing_values_of_the_episode() -> None:
    assert close("DGS10", "2025-04-04") == 4.01
    assert close("DGS10", "2025-04-11") == 4.48
    assert close("VIXCLS", "2025-04-08") == 52.33
    assert close("BAMLC0A0CM", "2025-04-02") == 0.96
    assert close("BAMLC0A0CM", "2025-04-09") == 1.21


def test_the_week_is_the_largest_since_november_2001() -> None:
    weeks = episodes.weekly_changes(read_table("DGS10"))
    found = episodes.last_as_large(weeks["change_bp"], episodes.TROUGH)
    assert found.value == 47
    assert found.prior_day == pd.Timestamp("2001-11-16")
    assert found.prior_value == 57
    assert found.phrase == "the highest since 16 November 2001"
    later = weeks["change_bp"][found.prior_day :].iloc[1:]
    assert later[: episodes.TROUGH].max() == 47


def test_a_week_with_good_friday_ends_on_thursday() -> None:
    weeks = episodes.weekly_changes(read_table("DGS10"))
    assert weeks.loc["2025-04-18", "end"] == pd.Timestamp("2025-04-17")
    assert (weeks["end"] <= weeks.index).all()


def test_ten_year_auction_of_9_april() -> None:
    results = episodes.auctions_in_context(
        read_table("auctions"), start=pd.Timestamp("2025-04-08"), end=pd.Timestamp("2025-04-10")
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


def test_a_record_has_no_prior_day() -> None:
    rising = pd.Series([1.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=3))
    found = episodes.last_as_large(rising, rising.index[-1])
    assert found.prior_day is None
    assert found.phrase == "the highest since the record begins in 2025"


# --- joint sell-offs -----------------------------------------------------------


def test_published_counts_are_rebuilt(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    table = episodes.rebuilt_counts(levels, filled).set_index("sampling")
    assert abs(table.loc["Monthly", "corrected"] - 36) <= 2
    assert abs(table.loc["Monthly", "rebuilt"] - 36) <= 2
    assert 1.75 < table.loc["Daily", "corrected"] / 680 < 2
    assert 1.75 < table.loc["Weekly", "corrected"] / 109 < 2.05
    assert table.loc["Daily", "rebuilt"] == pytest.approx(680, rel=0.06)
    assert table.loc["Weekly", "rebuilt"] == pytest.approx(109, rel=0.09)
    assert abs(table.loc["Daily", "rebuilt_periods"] - 13632) <= 2
    assert abs(table.loc["Weekly", "corrected_periods"] - 2725) <= 1
    assert abs(table.loc["Monthly", "corrected_periods"] - 626) <= 1


def test_daily_and_weekly_counts_point_to_the_same_years(filled: pd.DataFrame) -> None:
    curve = episodes.counts_by_first_daily_year(filled, range(1990, 1999))
    wide = curve.pivot(index="year", columns="sampling", values="of_published_pct")
    assert wide["Monthly"].nunique() == 1
    nearest = (wide - 100).abs().idxmin()
    assert abs(nearest["Daily"] - 1994) <= 1
    assert abs(nearest["Weekly"] - 1994) <= 1
    assert wide["Daily"].is_monotonic_decreasing


@pytest.mark.parametrize("index", ["DTWEXAFEGS", "DTWEXBGS"])
@pytest.mark.parametrize("at", ["2006-01-03", "2019-12-31"])
def test_no_dollar_index_explains_the_published_count(stocks: pd.Series, index: str, at: str) -> None:
    dollar = episodes.chained(read_table("DTWEXM"), read_table(index), at=pd.Timestamp(at))
    levels = episodes.market_levels(stocks, read_table("DGS10"), dollar)
    shares = episodes.alternative_explanations({"it": levels}).iloc[0]
    assert shares["Daily"] > 170
    assert abs(shares["Monthly"] - 100) < 6


def test_two_indices_are_joined_where_both_have_a_value() -> None:
    old, new = read_table("DTWEXM"), read_table("DTWEXAFEGS")
    joined = episodes.chained(old, new, at=JOINED)
    second = new.set_index("date")["index"]
    assert joined[JOINED] == close("DTWEXM", "2006-01-03")
    assert joined.iloc[-1] / joined[JOINED] == pytest.approx(second.iloc[-1] / second[JOINED])
    assert joined.index.is_monotonic_increasing
    assert joined.index.is_unique
    with pytest.raises(ValueError, match="no common value on 2005-01-03"):
        episodes.chained(old, new, at=pd.Timestamp("2005-01-03"))


def test_holidays_have_no_price_of_their_own(levels: pd.DataFrame) -> None:
    for closed in ("2025-04-18", "2025-10-13", "2026-01-19"):  # Good Friday, Columbus Day, Martin Luther King
        assert pd.Timestamp(closed) not in levels.index
    assert not levels.isna().any(axis=None)


def test_month_end_bonds_stand_still_in_between() -> None:
    days = pd.bdate_range("2024-01-31", "2024-03-29")
    levels = pd.DataFrame({"Treasuries": np.arange(len(days), 0.0, -1)}, index=days)
    kept = episodes.month_end_bonds(levels, before=pd.Timestamp("2024-03-01"))
    assert kept.loc["2024-02-01":"2024-02-28", "Treasuries"].nunique() == 1
    assert kept.loc["2024-02-29", "Treasuries"] == levels.loc["2024-02-29", "Treasuries"]
    assert kept.loc["2024-03-01":].equals(levels.loc["2024-03-01":])


def test_independent_markets_fall_together_as_often_as_chance() -> None:
    random = np.random.default_rng(1)
    days = pd.bdate_range("1973-01-31", periods=8000)
    steps = pd.DataFrame(random.normal(size=(8000, 3)), index=days, columns=list(episodes.ASSETS))
    found = episodes.joint_frequency(100 * np.exp(steps.cumsum() / 100), {"Daily": 63}).iloc[0]
    assert found["share_pct"] == pytest.approx(12.5, abs=1.2)
    assert found["ratio_low"] < 1 < found["ratio_high"]
    assert found["low_pct"] < found["share_pct"] < found["high_pct"]


def test_blocks_widen_the_interval_of_a_persistent_series() -> None:
    runs = np.repeat(np.random.default_rng(2).integers(0, 2, 100), 50).astype(float)
    short, long = (episodes.block_bootstrap(runs, block=block, draws=400)[:, 0].std() for block in (1, 100))
    assert long > 3 * short
    assert episodes.block_bootstrap(runs, block=100, draws=400).mean() == pytest.approx(runs.mean(), abs=0.02)


def test_the_finding_is_one_sentence_with_its_numbers(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    rebuilt = episodes.rebuilt_counts(levels, filled)
    sample = levels[episodes.FIRST_DAY : episodes.LAST_DAY]
    finding = episodes.joint_finding(rebuilt, episodes.joint_frequency(sample))
    assert finding.published == 680
    assert finding.low_pct < finding.corrected_pct < finding.high_pct
    assert f"{finding.corrected_pct:.1f}%" in finding.sentence
    assert "is rebuilt" in finding.sentence
    elsewhere = rebuilt.assign(rebuilt=rebuilt["corrected"])
    assert "is not rebuilt" in episodes.joint_finding(elsewhere, episodes.joint_frequency(sample)).sentence


def test_decades_add_up_to_the_whole(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    decades = episodes.by_decade(levels, filled)
    whole = episodes.joint(episodes.sampled_returns(levels[episodes.FIRST_DAY :], "Daily"))
    assert decades["joint"].sum() == whole.sum()
    assert decades["periods"].sum() == len(whole)
    assert decades["rebuilt_pct"].iloc[0] < 1 < decades["share_pct"].iloc[0]


# --- the monitor ----------------------------------------------------------------


def test_the_score_does_not_look_ahead(levels: pd.DataFrame) -> None:
    returns = episodes.sampled_returns(levels["2015":"2025-12"], "Daily")
    cut = pd.Timestamp("2025-04-10")
    whole, known = (episodes.joint_score(episodes.standardised(r)) for r in (returns, returns[:cut]))
    pd.testing.assert_series_equal(whole[:cut], known)
    changed = returns.copy()
    changed.loc[cut] *= 3
    assert episodes.joint_score(episodes.standardised(changed))[cut] == pytest.approx(3 * whole[cut])


def test_the_score_is_positive_only_when_all_three_fell(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    score = episodes.joint_score(scores)
    returns = episodes.sampled_returns(levels, "Daily").loc[score.index]
    assert ((score > 0) == episodes.joint(returns)).all()


def test_the_large_days_since_april_2025(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    score = episodes.joint_score(scores)
    large = episodes.worst_days(levels, score[:"2026-07-02"], since=episodes.OPENING, at_least=1)
    assert set(large["date"].dt.strftime("%Y-%m-%d")) == {
        "2025-04-10",
        "2025-04-21",
        "2025-05-21",
        "2026-01-20",
    }
    assert large["occasion"].notna().all()
    since = episodes.joint_days_since(scores[:"2026-07-02"]).set_index("threshold")
    assert since.loc[1.0, "days"] == 4
    assert since.loc[1.0, "last_before"] == pd.Timestamp("2017-06-27")
    assert since.loc[0.0, "days"] < since.loc[0.0, "expected"]


def test_a_rebound_that_has_not_happened_is_missing(levels: pd.DataFrame) -> None:
    days = levels.iloc[-300:]
    score = pd.Series([2.0, 1.0], index=[days.index[-2], days.index[-100]], name="score")
    table = episodes.worst_days(days, score)
    assert table["Stocks after"].isna().tolist() == [True, False]
    assert table["won_back"].isna().tolist() == [True, False]


def test_episodes_are_joined_when_close() -> None:
    days = pd.bdate_range("2025-01-01", periods=60)
    score = pd.Series(-1.0, index=days)
    score.iloc[[5, 9, 40]] = [1.2, 2.0, 1.0]
    found = episodes.score_episodes(score, threshold=1, gap=10)
    assert found["days"].tolist() == [2, 1]
    assert found["peak_day"].tolist() == [days[9], days[40]]
    assert episodes.score_episodes(score, threshold=9).empty


# --- windows ---------------------------------------------------------------------


def test_a_window_is_placed_among_all_windows() -> None:
    days = pd.bdate_range("2000-01-03", periods=500)
    values = pd.DataFrame({"date": days, "measure": "y10", "value": np.linspace(1, 3, 500) ** 2})
    here = episodes.Episode(name="last", before=days[-8], why="")
    found = episodes.window_places(values, days=7, episodes=[here])
    assert len(found) == 1
    row = found.iloc[0]
    assert row["end"] == days[-1]
    assert row["windows"] == 493
    assert row["percentile"] == pytest.approx(100 * 492 / 493)
    outside = episodes.Episode(name="before the record", before=pd.Timestamp("1999-06-01"), why="")
    assert episodes.window_places(values, days=7, episodes=[outside]).empty


def test_named_windows_start_from_the_last_close_before(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    table = episodes.named_episodes(levels, episodes.joint_score(scores), days=7).set_index("episode")
    assert table.loc["January 2026", "before"] == pd.Timestamp("2026-01-16")
    assert table.loc["April 2025", "end"] == episodes.TROUGH
    assert (table.loc["April 2025", list(episodes.ASSETS)] < 0).all()
    assert table.loc["March 2020", "Dollar"] > 0


# --- who sold, and since -----------------------------------------------------------


def test_first_prints_beside_the_current_vintage() -> None:
    prints = episodes.first_and_latest_print(
        read_table("tic_first_prints"), read_table("tic_slt_table1"), read_table("tic_slt_table3")
    ).set_index("series")
    net = prints.loc["All foreigners, net purchases of notes and bonds"]
    assert net["first_usd_bn"] == -40.8
    assert net["latest_usd_bn"] < 0
    assert prints.loc["China, holdings", "first_usd_bn"] == 757.2
    assert (prints["revision_usd_bn"] == prints["latest_usd_bn"] - prints["first_usd_bn"]).all()


def test_official_and_private_make_the_total() -> None:
    holder = episodes.net_purchases(
        read_table("tic_slt_table1"), read_table("tic_slt_table3"), pd.Timestamp("2025-04-30")
    ).set_index("holder")
    assert (holder.loc[["Official", "Private"]].sum() - holder.loc["All foreigners"]).abs().max() < 0.005


def test_countries_and_regions_make_the_total() -> None:
    table = read_table("tic_slt_table1")
    month = pd.Timestamp("2025-04-30")
    country = episodes.net_purchases_by_country(table, month)
    all_countries = table[(table["month"] == month) & (table["country_code"] == 69995)]
    gap = country["net_usd_bn"].sum() - all_countries["treasury_net_purchases_usd_mn"].iloc[0] / 1000
    assert abs(gap) < 5  # countries that are not listed by name
    rolled = episodes.rolling_purchases(table)
    wide = rolled[rolled["kind"] == "Treasuries"].pivot(index="month", columns="holder", values="value")
    regions = wide[list(episodes.REGIONS.values())].sum(axis=1)
    assert (regions - wide["All foreigners"]).abs().max() < 0.1
    assert wide.index[0] == pd.Timestamp("2024-01-31")


def test_on_11_april_the_newest_foreign_purchases_were_those_of_january() -> None:
    known = episodes.known_on(pd.Timestamp("2025-04-11")).set_index("publication")
    assert known.iloc[0]["newest_period"] == pd.Timestamp("2025-01-31")
    assert (known["published_on"] <= pd.Timestamp("2025-04-11")).all()
    assert episodes.known_on(pd.Timestamp("2025-06-18")).iloc[0]["newest_period"] == pd.Timestamp(
        "2025-04-30"
    )


def test_a_noted_print_with_other_columns_is_refused(catalog: Catalog) -> None:
    dataset = catalog["tic_first_prints"]
    held = read_table("tic_first_prints")
    text = io.StringIO()
    held.assign(month="2025-04").to_csv(text, index=False)
    again = parse_first_prints(text.getvalue().encode(), dataset)
    assert again["value_usd_bn"].tolist() == held["value_usd_bn"].tolist()
    assert again["month"].tolist() == held["month"].tolist()
    with pytest.raises(ParseError, match="columns are month, value"):
        parse_first_prints(b"month,value\n2025-04,1\n", dataset)


def test_a_move_that_came_back_is_undone() -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    keys = list(episodes.MEASURES)
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, 4.25]}) for key in keys]
    )
    undone = episodes.retraced(values, {"truce": episodes.CALM}).set_index("measure")
    assert undone["truce undone"].round(6).eq(75).all()
    assert undone.loc["y10", "move"] == pytest.approx(100)
    assert undone.loc["stocks", "move"] == pytest.approx(25)


@pytest.mark.parametrize(("back", "reads"), [(4.0, "technical"), (4.6, "mixed"), (5.0, "structural")])
def test_readings_follow_the_data(back: float, reads: str) -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, back]}) for key in episodes.MEASURES]
    )
    undone = episodes.retraced(values, {"truce": episodes.CALM, "latest": episodes.CALM})
    change = {"technical": 0, "mixed": -10, "structural": -50}[reads]
    purchases = pd.DataFrame(
        [
            {"month": month, "kind": kind, "holder": holder, "value": value}
            for kind in ("Treasuries", "Equities")
            for holder in ("All foreigners", "Official")
            for month, value in (
                (pd.Timestamp("2025-03-31"), 100.0),
                (pd.Timestamp("2026-03-31"), 100.0 + change),
            )
        ]
    )
    days_since = pd.DataFrame(
        {
            "threshold": [0.0, 1.0],
            "days": {"technical": 1, "mixed": 3, "structural": 9}[reads],
            "expected": 2.0,
            "as_many_pct": {"technical": 80, "mixed": 40, "structural": 1}[reads],
        }
    )
    place = {"technical": 50.0, "mixed": 20.0, "structural": 1.0}[reads]
    readings = episodes.technical_or_structural(
        undone, purchases, custody_percentile=place, joint_days=days_since
    )
    assert set(readings["score"]) == {reads}


def test_a_new_regime_is_seen_and_none_is_not_invented() -> None:
    random = np.random.default_rng(3)
    days = pd.bdate_range("2005-01-03", periods=4000)
    change = days[-400]
    common = random.normal(size=4000)
    noise = random.normal(size=(4000, 3))
    stays = pd.DataFrame(noise, index=days, columns=list(episodes.ASSETS))
    shifts = stays.copy()
    shifts.loc[days > change, "Treasuries"] = common[days > change]
    shifts.loc[days > change, "Stocks"] = common[days > change] + 0.5 * noise[days > change, 0]
    same = episodes.correlation_regime(stays, change=change).set_index("pair").loc["Stocks and Treasuries"]
    other = episodes.correlation_regime(shifts, change=change).set_index("pair").loc["Stocks and Treasuries"]
    assert same["difference_low"] < 0 < same["difference_high"]
    assert other["difference_low"] > 0.5
    assert other["as_large_pct"] == 0


def test_cells_have_dashes_minuses_and_unbroken_dates() -> None:
    table = pd.DataFrame({"day": pd.to_datetime(["2025-04-09", None]), "value": [-1.5, np.nan]})
    printed = episodes.as_printed(
        table, {"Day": ("day", lambda d: f"{d.day} {d:%B}"), "Value": ("value", "{:.1f}".format)}
    )
    assert printed.to_numpy().tolist() == [["9\u00a0April", "−1.5"], ["–", "–"]]


def test_choices_of_score_are_counted_alike(scores: pd.DataFrame) -> None:
    table = episodes.monitor_choices({"one": scores, "never": scores.abs()}, threshold=1).set_index("choice")
    since = episodes.joint_days_since(scores, thresholds=[1]).iloc[0]
    assert table.loc["one", "days"] == since["days"]
    assert "20 Jan 2026" in table.loc["one", "which"]
    assert table.loc["never", "which"] == "none"
