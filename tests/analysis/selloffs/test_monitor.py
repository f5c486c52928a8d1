"""The live monitor: no look-ahead, dated days, and regimes told from chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.analysis.selloffs import monitor


@pytest.fixture(scope="module")
def scores(levels: pd.DataFrame) -> pd.DataFrame:
    returns = sampled_returns(levels[joint_selloffs.FIRST_DAY :], "daily")
    return monitor.standardised(returns)


def test_the_score_does_not_look_ahead(levels: pd.DataFrame) -> None:
    returns = sampled_returns(levels["2015":"2025-12"], "daily")
    cut = pd.Timestamp("2025-04-10")
    whole, known = (monitor.joint_score(monitor.standardised(r)) for r in (returns, returns[:cut]))
    pd.testing.assert_series_equal(whole[:cut], known)
    changed = returns.copy()
    changed.loc[cut] *= 3
    assert monitor.joint_score(monitor.standardised(changed))[cut] == pytest.approx(3 * whole[cut])


def test_the_score_is_positive_only_when_all_three_fell(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    score = monitor.joint_score(scores)
    returns = sampled_returns(levels, "daily").loc[score.index]
    assert ((score > 0) == joint_selloffs.joint(returns)).all()


def test_the_large_days_since_april_2025(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    score = monitor.joint_score(scores)
    large = monitor.worst_days(levels, score[:"2026-07-02"], since=events.TARIFFS, at_least=1)
    assert set(large["date"].dt.strftime("%Y-%m-%d")) == {
        "2025-04-10",
        "2025-04-21",
        "2025-05-21",
        "2026-01-20",
    }
    assert large["occasion"].notna().all()
    since = monitor.joint_days_since(scores[:"2026-07-02"]).set_index("threshold")
    assert since.loc[1.0, "days"] == 4
    assert since.loc[1.0, "last_before"] == pd.Timestamp("2017-06-27")
    assert since.loc[0.0, "days"] < since.loc[0.0, "expected"]


def test_a_rebound_that_has_not_happened_is_missing(levels: pd.DataFrame) -> None:
    days = levels.iloc[-300:]
    score = pd.Series([2.0, 1.0], index=[days.index[-2], days.index[-100]], name="score")
    table = monitor.worst_days(days, score)
    assert table["Stocks after"].isna().tolist() == [True, False]
    assert table["won_back"].isna().tolist() == [True, False]


def test_episodes_are_joined_when_close() -> None:
    days = pd.bdate_range("2025-01-01", periods=60)
    score = pd.Series(-1.0, index=days)
    score.iloc[[5, 9, 40]] = [1.2, 2.0, 1.0]
    found = monitor.score_episodes(score, threshold=1)
    assert found["days"].tolist() == [2, 1]
    assert found["peak_day"].tolist() == [days[9], days[40]]
    assert monitor.score_episodes(score, threshold=9).empty


@pytest.mark.parametrize(("between", "number"), [(monitor.GAP_DAYS, 1), (monitor.GAP_DAYS + 1, 2)])
def test_an_episode_ends_when_more_than_the_gap_lies_between(between: int, number: int) -> None:
    score = pd.Series(-1.0, index=pd.bdate_range("2025-01-01", periods=60))
    score.iloc[[5, 5 + between + 1]] = 1.0
    assert len(monitor.score_episodes(score, threshold=1)) == number


@pytest.mark.parametrize(
    ("days", "large", "any_size", "then"),
    [
        (19, 4, "fewer", "but more"),
        (40, 4, "more", "and more"),
        (19, 0, "fewer", "and fewer"),
        (40, 0, "more", "but fewer"),
    ],
)
def test_counts_by_size_are_told_as_they_are(days: int, large: int, any_size: str, then: str) -> None:
    counts = pd.DataFrame({"threshold": [0.0, 1.0], "days": [days, large], "expected": [29.0, 1.1]})
    assert monitor.by_size_in_words(counts, threshold=1) == (
        f"There are {any_size} joint days of any size than expected ({days} against 29) {then} large ones "
        f"({large} against 1.1)."
    )


def test_named_windows_start_from_the_last_close_before(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    table = monitor.named_episodes(levels, monitor.joint_score(scores), days=7).set_index("episode")
    assert table.loc["January 2026", "before"] == pd.Timestamp("2026-01-16")
    assert table.loc["April 2025", "end"] == events.TROUGH
    assert (table.loc["April 2025", list(joint_selloffs.ASSETS)] < 0).all()
    assert table.loc["March 2020", "Dollar"] > 0


def test_choices_of_score_are_counted_alike(scores: pd.DataFrame) -> None:
    table = monitor.monitor_choices({"one": scores, "never": scores.abs()}, threshold=1).set_index("choice")
    since = monitor.joint_days_since(scores, thresholds=[1]).iloc[0]
    assert table.loc["one", "days"] == since["days"]
    assert "20 Jan 2026" in table.loc["one", "which"]
    assert table.loc["never", "which"] == "none"


def test_a_new_regime_is_seen_and_none_is_not_invented() -> None:
    random = np.random.default_rng(3)
    days = pd.bdate_range("2005-01-03", periods=4000)
    change = days[-400]
    common = random.normal(size=4000)
    noise = random.normal(size=(4000, 3))
    stays = pd.DataFrame(noise, index=days, columns=list(joint_selloffs.ASSETS))
    shifts = stays.copy()
    shifts.loc[days > change, "Treasuries"] = common[days > change]
    shifts.loc[days > change, "Stocks"] = common[days > change] + 0.5 * noise[days > change, 0]
    same = monitor.correlation_regime(stays, change=change).set_index("pair").loc["Stocks and Treasuries"]
    other = monitor.correlation_regime(shifts, change=change).set_index("pair").loc["Stocks and Treasuries"]
    assert same["difference_low"] < 0 < same["difference_high"]
    assert other["difference_low"] > 0.5
    assert other["as_large_pct"] == 0


def test_what_did_not_fall_is_named(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    named = monitor.named_episodes(levels, monitor.joint_score(scores), days=7)
    said = monitor.rose_in_words(named)
    assert "in March 2020 the dollar did not fall" in said
    assert "April 2025" not in said
    assert monitor.rose_in_words(named[named["episode"] == "April 2025"]) == "In each of them all three fell."


def test_what_followed_is_one_cell_or_a_dash(levels: pd.DataFrame) -> None:
    days = levels.iloc[-300:]
    score = pd.Series([2.0, 1.0], index=[days.index[-2], days.index[-100]], name="score")
    first, second = monitor.followed_by(monitor.worst_days(days, score))
    assert first is None
    assert second is not None
    assert len(second.split("/")) == len(joint_selloffs.ASSETS)
