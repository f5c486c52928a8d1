"""The live monitor: no look-ahead, dated days, and regimes told from chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events, markets
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.analysis.selloffs import monitor
from foreign_demand.book.wording import after_april


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
    large = monitor.worst_days(levels, score[:"2026-07-02"], since=events.EVE, at_least=1)
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


def test_named_windows_start_from_the_last_close_before(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    table = monitor.named_episodes(levels, monitor.joint_score(scores), days=7).set_index("episode")
    assert table.loc["January 2026", "before"] == pd.Timestamp("2026-01-16")
    assert table.loc["April 2025", "end"] == events.SELLOFF_END
    assert (table.loc["April 2025", list(markets.ASSETS)] < 0).all()
    assert table.loc["March 2020", "Dollar"] > 0


def test_choices_of_score_are_counted_alike(scores: pd.DataFrame) -> None:
    table = monitor.monitor_choices({"one": scores, "never": scores.abs()}, threshold=1).set_index("choice")
    since = monitor.joint_days_since(scores, thresholds=[1]).iloc[0]
    assert table.loc["one", "days"] == since["days"]
    assert pd.Timestamp("2026-01-20") in table.loc["one", "which"]
    assert table.loc["never", "which"] == ()


def test_a_new_regime_is_seen_and_none_is_not_invented() -> None:
    random = np.random.default_rng(3)
    days = pd.bdate_range("2005-01-03", periods=4000)
    change = days[-400]
    common = random.normal(size=4000)
    noise = random.normal(size=(4000, 3))
    stays = pd.DataFrame(noise, index=days, columns=list(markets.ASSETS))
    shifts = stays.copy()
    shifts.loc[days > change, "Treasuries"] = common[days > change]
    shifts.loc[days > change, "Stocks"] = common[days > change] + 0.5 * noise[days > change, 0]
    same = monitor.correlation_regime(stays, change=change).set_index("pair").loc["Stocks and Treasuries"]
    other = monitor.correlation_regime(shifts, change=change).set_index("pair").loc["Stocks and Treasuries"]
    assert same["difference_low"] < 0 < same["difference_high"]
    assert other["difference_low"] > 0.5
    assert other["as_large_pct"] == 0


def test_what_followed_a_bad_day() -> None:
    days = pd.bdate_range("2001-01-01", periods=12)
    levels = pd.DataFrame(100.0, index=days, columns=list(markets.ASSETS))
    levels.iloc[5:] = 99.0
    levels.iloc[8:] = [101.0, 98.0, 99.5]
    table = monitor.worst_days(levels, pd.Series([2.0], index=[days[5]]))
    moves = table.loc[0, ["Stocks", "Stocks after", "Treasuries after"]]
    assert moves.tolist() == pytest.approx([-1, 100 * (101 / 99 - 1), 100 * (98 / 99 - 1)])
    assert table.loc[0, "won_back"] == 1
    assert after_april.followed_by(table) == ["+2.0\u00a0/\u00a0−1.0\u00a0/\u00a0+0.5"]


def test_joint_days_are_compared_with_earlier_stretches() -> None:
    """Eight days up to the tariffs, three with a joint decline, and two since, one of them with one."""
    days = pd.bdate_range(end=events.EVE, periods=8).append(pd.bdate_range("2025-04-03", periods=2))
    moves = np.where([1, 1, 0, 0, 1, 0, 0, 0, 1, 0], -1.0, 1.0)
    scores = pd.DataFrame(dict.fromkeys(list(markets.ASSETS), moves), index=days)
    row = monitor.joint_days_since(scores, thresholds=[0.5]).iloc[0]
    assert (row["days"], row["trading_days"]) == (1, 2)
    assert row["expected"] == pytest.approx(2 * 3 / 8)
    assert row["as_many_pct"] == pytest.approx(100 * 4 / 7)


def test_joint_days_of_a_named_episode_are_counted() -> None:
    """Of the five days after the tariffs all three fall on two, and on the day before them."""
    days = pd.bdate_range("1987-01-01", "2026-12-31")
    fell = days.isin(pd.to_datetime(["2025-04-02", "2025-04-03", "2025-04-07", "2025-04-10"]))
    scores = pd.DataFrame(dict.fromkeys(list(markets.ASSETS), np.where(fell, -1.5, 0.5)), index=days)
    levels = pd.DataFrame(100.0, index=days, columns=list(markets.ASSETS))
    named = monitor.named_episodes(levels, monitor.joint_score(scores), days=5).set_index("episode")
    assert (named.loc["April 2025", "joint_days"], named.loc["April 2025", "score"]) == (2, 1.5)


def test_a_rolling_correlation_lies_inside_its_band() -> None:
    days = pd.bdate_range("2001-01-01", periods=200)
    noise = np.random.default_rng(1).normal(size=(200, 3))
    found = monitor.rolling_correlations(pd.DataFrame(noise, days, list(markets.ASSETS)), days=50)
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()
    width = (np.arctanh(found["high"]) - np.arctanh(found["low"])) / 2
    assert width.mean() == pytest.approx(1.96 / np.sqrt(50), rel=0.25)
    assert set(found["name"]) == {"Stocks and Treasuries", "Stocks and dollar", "Treasuries and dollar"}


def test_a_regime_without_the_episode_begins_after_it() -> None:
    days = pd.bdate_range(end="2025-06-30", periods=400)
    returns = pd.DataFrame(np.random.default_rng(4).normal(size=(400, 3)), days, list(markets.ASSETS))
    regime = monitor.correlation_regime(returns, without=events.SELLOFF_END).set_index("pair")
    row = regime.loc["Stocks and Treasuries"]
    since, before = returns[days > events.SELLOFF_END], returns[: events.EVE]
    assert row["days"] == len(since)
    assert row["since"] == pytest.approx(since["Stocks"].corr(since["Treasuries"]))
    same_length = before.iloc[-len(since) :]
    assert row["before"] == pytest.approx(same_length["Stocks"].corr(same_length["Treasuries"]))
