"""Numbers in sentences: what a reader may never see, and words that follow the sign."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreign_demand import words
from foreign_demand.exceptions import FigureError

NUMBERS: dict[str, Callable[[float, int], str]] = {
    "billions": words.billions,
    "trillions": words.trillions,
    "percent": words.percent,
    "signed": words.signed,
    "signed_percent": words.signed_percent,
    "points": words.points,
    "between": lambda value, decimals: words.between(value, value, decimals),
    "points_between": lambda value, decimals: words.points_between(value, value, decimals),
}
each_number = pytest.mark.parametrize("name", NUMBERS)


@each_number
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")], ids=str)
def test_what_is_no_number_is_not_printed(name: str, value: float) -> None:
    with pytest.raises(FigureError, match="look at the data"):
        NUMBERS[name](value, 0)


@pytest.mark.parametrize(
    "says", [words.rose_or_fell, lambda change: words.moved(change, words.billions)], ids=["word", "moved"]
)
def test_a_missing_change_has_no_direction(says: Callable[[float], str]) -> None:
    with pytest.raises(FigureError, match="look at the data"):
        says(float("nan"))


@each_number
@given(value=st.floats(-999.4, 999.4), decimals=st.integers(0, 3))
def test_a_printed_number_is_the_rounded_value_without_a_minus_zero(
    name: str, value: float, decimals: int
) -> None:
    text = NUMBERS[name](value, decimals)
    (number,) = set(re.findall(r"[+−]?\d+(?:\.\d+)?", text))
    given_value = value / 1000 if name == "trillions" else value
    given_value = abs(given_value) if "points" in name else given_value
    assert float(number.replace("−", "-")) == pytest.approx(given_value, abs=0.5 / 10**decimals + 1e-9)
    assert not re.fullmatch(r"−0*\.?0*", number)
    assert "-" not in text
    assert len(number.partition(".")[2]) == decimals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (words.billions(1079.3), "USD 1,079 billion"),
        (words.billions(-0.4), "USD 0 billion"),
        (words.trillions(9349.6), "USD 9.35 trillion"),
        (words.percent(49.06), "49%"),
        (words.signed(-12.3), "−12"),
        (words.signed(12.3, 1), "+12.3"),
        (words.points(-4.2), "4 percentage points"),
        (words.points(1.04), "1 percentage point"),
        (words.between(1005.8, 1006.2), "1,006"),
        (words.points_between(-28.2, -10.2), "10 to 28 percentage points"),
        (words.day(pd.Timestamp("2025-04-09")), "9 April 2025"),
        (words.short_day(pd.Timestamp("2025-04-09")), "9 Apr 2025"),
        (words.span(pd.Timestamp("2025-04-02"), pd.Timestamp("2025-04-11")), "2 to 11 April 2025"),
        (words.span(pd.Timestamp("2025-04-02"), pd.Timestamp("2025-05-12")), "2 April to 12 May 2025"),
        (
            words.span(pd.Timestamp("2024-04-02"), pd.Timestamp("2025-04-11")),
            "2 April 2024 to 11 April 2025",
        ),
        (words.month(pd.Timestamp("2025-04-30")), "April 2025"),
        (words.quarter(pd.Timestamp("2025-06-30")), "the second quarter of 2025"),
        (words.count(3), "three"),
        (words.count(0), "no"),
        (words.how_many(0), "none"),
        (words.how_many(2), "two"),
        (words.how_many(3), "three"),
        (words.count(1234), "1,234"),
        (words.listed(["a"]), "a"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
        (words.count(12), "twelve"),
        (words.count(13), "13"),
    ],
)
def test_as_documented(text: str, expected: str) -> None:
    assert text == expected


@given(st.floats(-1e6, 1e6), st.floats(0, 10))
def test_the_word_follows_the_sign_and_small_changes_are_none(change: float, rounding: float) -> None:
    word = words.rose_or_fell(change, unchanged_below=rounding)
    if abs(change) <= rounding:
        assert word == "was unchanged"
    else:
        assert word == ("rose" if change > 0 else "fell")
    moved = words.moved(change, words.billions, 1, unchanged_below=rounding)
    assert moved == (word if word == "was unchanged" else f"{word} by {words.billions(abs(change), 1)}")


def test_purchases_and_sales_are_told_by_their_sign() -> None:
    assert words.bought_or_sold(-58.45, 1) == "sold USD 58.5 billion net"
    assert words.bought_or_sold(290) == "bought USD 290 billion net"


@pytest.mark.parametrize(
    ("value", "decimals", "says"),
    [(-35.4, 0, "35 basis points"), (1.04, 0, "1 basis point"), (0.0, 1, "0.0")],
)
def test_basis_points_are_a_size(value: float, decimals: int, says: str) -> None:
    assert words.basis_points(value, decimals).startswith(says)


def test_an_estimate_is_printed_with_what_is_known_of_it() -> None:
    assert words.estimate(0.571, 0.5, 0.654, 2, unit="%") == "+0.57% (+0.50 to +0.65)"
    assert words.estimate(0.571, math.nan, math.nan, 1) == "+0.6"
    assert words.estimate(1.24, 1.0, 1.36, 1, signs=False) == "1.2 (1.0 to 1.4)"


def test_words_follow_the_side_of_zero() -> None:
    signs = [words.against_zero(*pair) for pair in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1))]
    assert signs == ["above zero", "below zero", "not distinguishable from zero"]


def test_a_sentence_begins_with_a_capital_and_keeps_the_others() -> None:
    assert words.begun("the total of Japan") == "The total of Japan"
    assert words.begun("") == ""
