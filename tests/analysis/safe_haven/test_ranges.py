"""Ranges of readings: the printed choice first, and every other one as it says it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import levels_from, weekdays

from foreign_demand.analysis import events, inference, safe_haven
from foreign_demand.analysis.safe_haven import ranges


@pytest.fixture(scope="module")
def begins(breaks: pd.DataFrame) -> list[pd.Timestamp]:
    return ranges.starts(breaks.iloc[-1])


def test_the_present_begins_where_the_periods_say_or_at_the_break(
    breaks: pd.DataFrame, begins: list[pd.Timestamp]
) -> None:
    assert begins == [pd.Timestamp("2021-01-01"), breaks["month"].iloc[-1], breaks["high"].iloc[-1]]


def test_april_is_left_out_from_the_eve_on() -> None:
    days = pd.DataFrame({"x": 1.0}, index=pd.bdate_range("2025-03-31", "2025-05-05"))
    left = ranges.without_april(days).index
    assert left[left <= events.EVE][-1] == events.EVE
    assert left[left > events.EVE][0] == pd.Timestamp("2025-05-01")


def test_the_first_reading_of_the_worst_days_is_the_one_that_is_printed(
    levels: pd.DataFrame, regimes: pd.DataFrame, begins: list[pd.Timestamp]
) -> None:
    found = ranges.worst_days(levels, begins)
    assert len(found) == len(ranges.JUDGED) * 3 * 3 * 2 * 3
    first = found[found["asset"] == "10-year Treasury"].iloc[0]
    printed = regimes.loc[("Since 2021", 5, "10-year Treasury")]
    assert first[["value", "low", "high"]].tolist() == pytest.approx(
        printed[["mean_pct", "low", "high"]].tolist()
    )
    assert first["observations"] == printed["number"]
    assert (first["start"], first["april"], first["tail_pct"]) == (begins[0], "with", 5)


def test_long_falls_are_counted_since_the_present_began() -> None:
    days = weekdays(8)
    returns = {"Stocks": [0, -20, 30, 0, -20, 30, 0], "10-year Treasury": [0, 4, 0, 0, -2, 0, 0]}
    found = ranges.long_falls(levels_from(returns, days), [days[0], days[4]])
    bond = found[(found["asset"] == "10-year Treasury") & (found["fall_pct"] == safe_haven.FALL_PCT)]
    assert bond["value"].tolist() == pytest.approx([1, -2])
    assert bond["observations"].tolist() == [2, 1]
    assert bond[["low", "high"]].isna().all(axis=None)


def test_returns_over_bills_are_a_year(begins: list[pd.Timestamp]) -> None:
    ends = pd.date_range("2019-12-31", periods=80, freq="ME")
    levels = levels_from({"10-year Treasury": [1.0] * 79, "Bills": [0.25] * 79}, ends)
    found = ranges.over_bills(levels, begins)
    assert np.allclose(found["value"], 9)
    assert found["observations"].iloc[0] == (ends >= begins[0]).sum()


def test_the_worst_months_are_those_of_the_present(levels: pd.DataFrame, begins: list[pd.Timestamp]) -> None:
    first = ranges.worst_months(levels, begins).query("asset == 'Dollar'").iloc[0]
    months = safe_haven.period_returns(levels, "monthly")["2021":]
    worst = months["Stocks"] <= months["Stocks"].quantile(0.1)
    assert first["value"] == pytest.approx(months.loc[worst, "Dollar"].mean())
    assert first["observations"] == worst.sum()


def test_the_printed_choice_of_the_break_test_comes_first() -> None:
    month = pd.Timestamp("2020-08-31")
    rows = [(18, 6, 0.1, 0.01), (24, 12, 0.3, 0.02), (24, 12, 0.5, 0.03)]
    robust = pd.DataFrame(rows, columns=["shortest", "block", "after", "p_value"])
    found = ranges.last_breaks(robust.assign(before=0.0, month=month))
    assert found[["shortest", "block", "value", "share_pct"]].to_numpy().tolist() == [
        [24, 12, 0.5, 3.0],
        [18, 6, 0.1, 1.0],
    ]


def test_april_is_the_episode_and_four_other_last_days(levels: pd.DataFrame) -> None:
    found = ranges.april(levels)
    episode = safe_haven.episode_returns(levels).set_index(["episode", "asset"]).loc[("April 2025", "Dollar")]
    dollar = found[found["asset"] == "Dollar"]
    assert dollar["value"].iloc[0] == pytest.approx(episode["return_pct"])
    assert dollar["share_pct"].iloc[0] == pytest.approx(episode["percentile_when_stocks_fell"])
    assert dollar["end"].nunique() == 5


def test_ends_with_too_few_months_are_left_out(monthly: pd.Series, breaks: pd.DataFrame) -> None:
    found = ranges.since_april(monthly["2010":"2025-10"], breaks)
    assert found["end"].max() <= pd.Timestamp("2025-10-31")
    assert (found["observations"] > 0).all()
    assert len(found) < 9


def test_jumps_are_fewer_the_more_deviations_they_need() -> None:
    days = pd.bdate_range("2019-01-01", "2026-06-30")
    change = np.random.default_rng(1).normal(0, 0.05, len(days))
    vix = pd.Series(20 * np.exp(change.cumsum()), index=days)
    levels = levels_from({}, days)
    found = ranges.jumps(levels, pd.Series(4.0, index=days), vix, [pd.Timestamp("2021-01-01")])
    counts = found[found["april"] == "with"].groupby("deviations")["observations"].max()
    assert counts[1.5] > counts[2.0] > counts[2.5] > 0


def test_slopes_are_read_with_and_without_april() -> None:
    random = np.random.default_rng(6)
    weeks = pd.date_range("2010-01-01", "2026-06-26", freq="W-FRI")
    x = random.normal(size=len(weeks))
    april = (weeks > events.EVE) & (weeks <= ranges.APRIL_END)
    pair = pd.DataFrame({"dollar": np.where(april, -30.0, 3.0) * x, "yields": x}, index=weeks)
    found = ranges.slopes({"made": pair + random.normal(0, 0.1, pair.shape)}).query("end == end.max()")
    assert found.query("april == 'without'")["value"].abs().max() < 0.2
    assert found.query("april == 'with'")["value"].max() < -1


def test_the_slope_in_changes_is_read_first() -> None:
    names = ["spread", "debt", "sample", "form", "slope"]
    rows = [
        ("aaa_20y", "log_public", "all", "levels", 1.0),
        ("aaa_20y", "log_public", "all", "yearly changes", 2.0),
    ]
    found = ranges.debt_slopes(pd.DataFrame(rows, columns=names).assign(low=0.0, high=3.0, quarters=99))
    assert found["value"].tolist() == [2.0, 1.0]
    assert found["observations"].tolist() == [99, 99]


def test_the_hedged_pickup_is_ranked_within_its_base() -> None:
    months = pd.date_range("2000-01-31", periods=300, freq="ME")
    hedged = pd.DataFrame({"month": months, "us_in_yen": np.arange(300.0), "japan": 0.0})
    found = ranges.hedged_pickup(hedged)
    assert len(found) == 36
    assert found["value"].iloc[0] == 299
    assert (found["share_pct"] == 100).all()
    assert found["observations"].iloc[[0, 12, 24]].tolist() == [300, 240, 120]


def test_choices_of_the_test_are_those_of_the_module() -> None:
    assert inference.SHORTEST in inference.SHORTEST_CHOICES
    assert inference.BLOCK in inference.BLOCK_CHOICES
