"""Words of the chapter on leverage that depend on numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book.wording import leverage as wording


def test_the_answer_follows_how_far_the_estimates_are_apart() -> None:
    assert wording.answer({"low_bp": 0.65, "high_bp": 100}).startswith("It cannot be told: ")
    assert "154 times apart" in wording.answer({"low_bp": 0.65, "high_bp": 100})
    assert wording.answer({"low_bp": 10, "high_bp": 20}).startswith("By a known amount")
    assert wording.cost_answer({"low_bp": 0.65, "high_bp": 100}).startswith(
        "What a sell-off would cost cannot"
    )


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (0.6, 66, "0.6 to 66 basis points"),
        (2.81, 2.81, "2.8 basis points"),
        (0.0, 0.0, "0.0 basis points"),
    ],
)
def test_ends_are_as_precise_as_they_are_large(low: float, high: float, written: str) -> None:
    assert wording.bp_range(low, high) == written


def test_purchases_were_forced_by_what_was_bought() -> None:
    assert wording.forced(-20, 360, weeks=26).startswith("No: after 26 weeks nothing")
    assert wording.forced(20, 360, weeks=26).startswith("No: after 26 weeks something")
    assert wording.forced(400, 360, weeks=26).startswith("It was")


def test_the_largest_buyer_is_named_with_what_it_bought() -> None:
    rows = pd.DataFrame({"sector": ["banks", "federal_reserve"], "net_usd_bn": [10.0, 1067.4]})
    assert wording.largest_buyer(rows) == "the Federal Reserve, USD 1,067 billion"
    assert wording.largest_buyer(rows.head(1)) == "banks, USD 10 billion"
    assert wording.largest_buyer(rows.head(1), where="May") == "banks in May (USD 10 billion)"
