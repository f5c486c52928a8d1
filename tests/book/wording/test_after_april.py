"""What the chapter on the time after April 2025 says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import markets
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.analysis.selloffs import monitor
from foreign_demand.book.wording import after_april


@pytest.fixture(scope="module")
def scores(levels: pd.DataFrame) -> pd.DataFrame:
    return monitor.standardised(sampled_returns(levels[joint_selloffs.FIRST_DAY :], "daily"))


def compared(treasuries: float, equities: float, *, higher: int = 12) -> pd.DataFrame:
    """Two kinds of purchases, each compared over forty pairs of months."""
    kinds = ["Treasuries", "Equities"]
    return pd.DataFrame({"kind": kinds, "latest": [treasuries, equities], "higher": higher, "pairs": 40})


@pytest.mark.parametrize(
    ("treasuries", "equities", "says"),
    [
        (-1, -1, "America is being sold"),
        (-1, 200, "more Treasuries than they buy and still buy equities"),
        (50, -1, "more equities than they buy and still buy Treasuries"),
        (50, 200, "still buy more of both"),
    ],
)
def test_the_conclusion_follows_purchases(treasuries: float, equities: float, says: str) -> None:
    assert says in after_april.purchases_since(compared(treasuries, equities))


def test_less_or_more_is_told_with_the_pairs_of_months_in_which_it_holds() -> None:
    said = after_april.purchases_since(compared(50, 200, higher=39))
    assert "higher for notes and bonds in 39 and higher for equities in 39" in said
    assert "lower for notes and bonds in 28" in after_april.purchases_since(compared(50, 200, higher=12))


def joint_days(number: int, *, share: float) -> pd.DataFrame:
    after = pd.to_datetime(["2025-04-02", "2025-05-21", "2025-05-21"])
    return pd.DataFrame(
        {
            "after": after,
            "value": number,
            "expected": [1.1, 1.0, 0.4],
            "share_pct": share,
            "most": 3,
            "trading_days": 277,
        }
    )


@pytest.mark.parametrize(
    ("share", "bought", "answer"), [(35, 500, "No"), (1, 500, "Yes"), (35, -5, "Cannot be told")]
)
def test_whether_it_came_back_is_answered_first(share: float, bought: float, answer: str) -> None:
    days = joint_days(1, share=share)
    said = after_april.came_back(days, choices=days, bought_usd_bn=bought)
    assert said.startswith(f"{answer}: ")
    assert "came on one, where" in said
    assert "0.4 to 1.0 were to be expected" in said
    assert "More than three such days" in said
    assert "one under other scores too" in said


def test_no_answer_is_given_that_one_choice_of_score_would_turn() -> None:
    days = joint_days(1, share=35)
    choices = pd.concat([days, joint_days(4, share=1)])
    said = after_april.came_back(days, choices=choices, bought_usd_bn=500)
    assert said.startswith("Cannot be told: ")
    assert "1 to 4 under other scores" in said


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
    assert after_april.by_size(counts, threshold=1) == (
        f"There are {any_size} joint days of any size than expected ({days} against 29) {then} large ones "
        f"({large} against 1.1)."
    )


def test_what_did_not_fall_is_named(levels: pd.DataFrame, scores: pd.DataFrame) -> None:
    named = monitor.named_episodes(levels, monitor.joint_score(scores), days=7)
    said = after_april.did_not_fall(named)
    assert "in March 2020 the dollar did not fall" in said
    assert "April 2025" not in said
    assert (
        after_april.did_not_fall(named[named["episode"] == "April 2025"]) == "In each of them all three fell."
    )


def test_what_followed_is_one_cell_or_a_dash(levels: pd.DataFrame) -> None:
    days = levels.iloc[-300:]
    score = pd.Series([2.0, 1.0], index=[days.index[-2], days.index[-100]], name="score")
    first, second = after_april.followed_by(monitor.worst_days(days, score))
    assert first is None
    assert second is not None
    assert len(second.split("/")) == len(markets.ASSETS)


def test_days_are_named_or_there_is_none() -> None:
    days = pd.to_datetime(["2025-04-10", "2025-04-21"])
    assert after_april.which_days(days) == "10 Apr 2025, 21 Apr 2025"
    assert after_april.which_days([]) == "none"


def test_joint_days_are_told_against_each_record_and_without_the_weeks_in_question() -> None:
    days = pd.DataFrame(
        {
            "record": pd.to_datetime(["1974-01-01", "2000-01-01"] * 2),
            "after": pd.to_datetime(["2025-04-02"] * 2 + ["2025-05-21"] * 2),
            "value": [19, 19, 14, 14],
            "expected": [29.5, 19.5, 26.2, 17.4],
            "trading_days": [311, 311, 277, 277],
        }
    )
    large = days.assign(value=[4, 4, 1, 1], expected=[1.15, 0.45, 1.02, 0.4])
    assert after_april.by_record(days, large) == (
        "Against the record since 1974 there are 19 joint days where 30 were to be expected, and 4 large "
        "ones where 1.1 were; against the record since 2000 there are 19 joint days where 20 were to be "
        "expected, and 4 large ones where 0.5 were. Without the weeks to 21 May 2025 the large ones are one "
        "in 277 days, where 1.0 and 0.4 were."
    )


def test_swap_lines_are_read_against_spring_2020() -> None:
    rows = pd.DataFrame({"stretch": ["Spring 2020", "April 2025"], "swaps_highest_usd_bn": [449.0, 0.4]})
    assert after_april.swaps_in_words(rows) == (
        "at most USD 0.4 billion in April 2025, against USD 449 billion in spring 2020, "
        "no sign of dollars short abroad"
    )
    assert ", a sign of" in after_april.swaps_in_words(rows.assign(swaps_highest_usd_bn=[449.0, 100.0]))
