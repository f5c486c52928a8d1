"""Words of the chapter on leverage that depend on numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book.wording import leverage as wording


def test_the_answer_follows_how_far_the_estimates_are_apart() -> None:
    wide, narrow = (
        {"then_low_bp": low, "then_high_bp": high, "then_times": high / low}
        for low, high in ((1.6, 100), (10, 20))
    )
    assert wording.answer(wide).startswith("It cannot be told: ")
    assert "the highest 62 times the lowest" in wording.answer(wide)
    assert wording.answer(narrow).startswith("By a known amount")
    assert wording.cost_answer(wide).startswith("What a sell-off would cost cannot")


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
