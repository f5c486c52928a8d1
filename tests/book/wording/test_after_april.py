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


@pytest.mark.parametrize(
    ("treasuries", "equities", "says"),
    [
        (50, 200, "a change in what"),
        (-1, -1, "America is being sold"),
        (-1, 200, "more Treasuries than they buy and still buy equities"),
        (50, -1, "more equities than they buy and still buy Treasuries"),
        (120, 90, "more of Treasuries and less"),
    ],
)
def test_the_conclusion_follows_purchases(treasuries: float, equities: float, says: str) -> None:
    months = pd.to_datetime(["2025-03-31", "2026-03-31"])
    purchases = pd.concat(
        [
            pd.DataFrame({"month": months, "kind": kind, "holder": "All foreigners", "value": [100.0, now]})
            for kind, now in (("Treasuries", treasuries), ("Equities", equities))
        ]
    )
    assert says in after_april.purchases_since(purchases)


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
