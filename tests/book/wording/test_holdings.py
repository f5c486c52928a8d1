"""What *Holdings* says: records and peaks, in words and in cells."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from treasuries import end

from foreign_demand.book.wording import holdings as wording


@pytest.mark.parametrize(
    ("growth", "says"),
    [
        ([63.0, 262.0], "In no case did .* they grew by 63 to 262%, and the debt grew faster"),
        ([-5.0, -2.0], "In every case .* smaller than at the peak of the share, by 2 to 5%"),
        ([-5.0, 30.0], r"changed by −5% to \+30%, depending on the denominator"),
    ],
)
def test_what_holdings_did_since_the_peak_is_said_by_its_sign(growth: list[float], says: str) -> None:
    text = wording.peaks_in_words(pd.DataFrame({"holdings_growth_pct": growth}))
    assert re.search(says, text)


@pytest.mark.parametrize(
    ("bought", "says"),
    [
        ((290.0, 53.0), "No: in the twelve months to May 2026 foreigners bought USD 343 billion"),
        ((-90.0, 53.0), "For now, yes: in the twelve months to May 2026 foreigners sold USD 37 billion"),
    ],
)
def test_whether_foreigners_stopped_funding_is_answered_by_what_they_bought(
    bought: tuple[float, float], says: str
) -> None:
    table = pd.DataFrame({"month": end("2026-05"), "purchases_usd_bn": bought})
    assert wording.funding_answer(table).startswith(says)


def test_an_answer_says_in_how_many_windows_it_holds() -> None:
    months = [end("2026-03"), end("2026-04"), end("2026-05")]
    table = pd.DataFrame({"month": months, "purchases_usd_bn": [5.0, 4.0, 3.0]})
    assert "net buyers in all three overlapping windows" in wording.funding_answer(table)
    table["purchases_usd_bn"] = [-5.0, 4.0, 3.0]
    assert "in two of three overlapping windows" in wording.funding_answer(table)


@pytest.mark.parametrize(("newest", "says"), [(18.0, "smaller"), (40.0, "larger")])
def test_the_weight_of_foreigners_is_compared_with_the_year_before(newest: float, says: str) -> None:
    coupons = pd.DataFrame({"month": [end("2025-05"), end("2026-05")], "share_pct": [33.0, newest]})
    text = wording.weight_in_words(coupons)
    assert f"is {says} than it was: {newest:.0f}%" in text
    assert "after 33% in the twelve months before" in text
    assert f"({'lower' if says == 'smaller' else 'no lower'} than a year earlier in all one such" in text


def test_levels_are_told_from_the_first_value_of_the_current_series() -> None:
    rows = [("superseded", 0, 1252.0), ("current", 1, 1090.0)]
    totals = pd.DataFrame(rows, columns=["series", "segment", "total_usd_bn"]).assign(month=end("2000-03"))
    totals = totals.assign(official_usd_bn=totals["total_usd_bn"] / 2, private_usd_bn=0.0)
    assert "The total goes from USD 1.09 trillion" in wording.levels_in_words(totals)


def test_steps_of_breaks_are_told_with_their_sign_and_small_ones_left_out() -> None:
    steps = pd.DataFrame(
        {
            "month": [end("2010-06"), end("2011-06"), end("2021-06")],
            "step": [8.3, 0.4, -3.1],
            "same_month": [True, True, False],
        }
    )
    said = "by +8 in June 2010 and by −3 over the month of the break of June 2021"
    assert wording.steps_in_words(steps) == said


def test_the_lowest_share_is_placed_in_its_record() -> None:
    share = pd.DataFrame(
        {"quarter": [end("2002Q4"), end("2014Q2"), end("2026Q1")], "share_pct": [40.0, 60, 35]}
    )
    assert wording.place_in_words(share) == "the lowest since the record begins in 2002"
    share["share_pct"] = [30.0, 60, 35]
    assert wording.place_in_words(share) == "the lowest since the fourth quarter of 2002"
