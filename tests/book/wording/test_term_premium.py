"""What *Term premium* says: signs, counts and dates, in words."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from foreign_demand.book.wording import term_premium as wording


@pytest.mark.parametrize(
    ("curve", "official", "says"),
    [
        ("2026-08-21", "2025-06-30", "The curve reaches 21 August 2026; .* June 2025, 14 months earlier"),
        ("2026-08-21", "2026-07-31", "one month earlier"),
        ("2026-08-21", "2026-09-30", "official series is newer than the curve: .* 21 August 2026"),
    ],
)
def test_both_dates_are_told_whichever_is_newer(curve: str, official: str, says: str) -> None:
    text = wording.which_is_fresher(pd.Timestamp(curve), pd.Timestamp(official))
    assert re.search(says, text)


@pytest.mark.parametrize(
    ("path", "premium", "says"),
    [(10, 30, "75% of"), (-5, 30, "more than the whole"), (30, -5, "the other way"), (-10, -30, "75% of")],
)
def test_a_change_is_split_in_words(path: float, premium: float, says: str) -> None:
    assert says in wording.split_in_words(path, premium)


@pytest.mark.parametrize(
    ("same", "says"),
    [
        (0, "none of the three drivers has"),
        (1, "one of the three drivers has"),
        (2, "two of the three drivers have"),
    ],
)
def test_the_verb_follows_how_many_drivers_keep_their_sign(same: int, says: str) -> None:
    stable = pd.DataFrame(
        {
            "model": "ACM",
            "driver": ["Debt", "Flows", "Federal Reserve purchases"],
            "p_value": 0.5,
            "same_sign": [place < same for place in range(3)],
        }
    )
    text = wording.stability_in_words(stable)
    assert "rejected at the level of 5% for no driver in ACM, and" in text
    assert says in text


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        ([-3.0, -3.0], [-1.0, -1.0], "in two of two pairs .* below zero in two and wholly above it in none"),
        ([-1.0, 1.0], [1.0, 3.0], "in none of two pairs .* below zero in none and wholly above it in one"),
    ],
)
def test_official_purchases_are_counted_in_words(low: list[float], high: list[float], says: str) -> None:
    results = pd.DataFrame({"low_bp": low, "high_bp": high})
    results["coefficient_bp"] = (results["low_bp"] + results["high_bp"]) / 2
    assert re.search(says, wording.official_in_words(results))


def test_what_official_purchases_go_with_is_counted_by_sign() -> None:
    results = pd.DataFrame(
        {"coefficient_bp": [-2.0, -1, 3], "low_bp": [-3.0, -2, -1], "high_bp": [-1.0, 1, 5]}
    )
    said = wording.official_in_words(results)
    assert "lower premium in two of three" in said
    assert "below zero in one and wholly above it in none" in said
    turned = -results.rename(columns={"low_bp": "high_bp", "high_bp": "low_bp"})
    said = wording.official_in_words(turned)
    assert "lower premium in one of three" in said
    assert "below zero in none and wholly above it in one" in said


def test_a_range_of_shares_is_in_percent() -> None:
    assert wording.shares_in_words(pd.Series([0.25, 0.11])) == "11 to 25%"


@pytest.mark.parametrize(
    ("revision", "change", "deficit", "moved"),
    [
        (200.0, -20.0, "200 billion more deficit", "fell by 20 basis points"),
        (-200.0, 20.0, "200 billion less deficit", "rose by 20 basis points"),
    ],
)
def test_budgets_and_premium_are_told_by_their_signs(
    revision: float, change: float, deficit: str, moved: str
) -> None:
    row = {"month": pd.Timestamp("2024-06-30"), "years": 1, "revision_usd_bn": revision}
    said = wording.budget_in_words(pd.DataFrame([row | {"premium_change_bp": change}]))
    assert deficit in said
    assert said.endswith(f"the premium {moved}")


UP, DOWN, OPEN = (0.1, 2.0), (-1.0, -0.1), (-1.0, 2.7)


@pytest.mark.parametrize(
    ("bands", "says", "by_sample"),
    [
        ([UP, UP], "Yes", "above zero on samples from 1961 and 1982"),
        ([DOWN, DOWN], "No", "below zero on samples from 1961 and 1982"),
        (
            [OPEN, UP],
            "It cannot be told",
            "above zero on the sample from 1982 and on both sides of zero on the sample from 1961",
        ),
    ],
)
def test_whether_lending_for_long_is_paid_hangs_on_the_band_of_every_sample(
    bands: list[tuple[float, float]], says: str, by_sample: str
) -> None:
    table = pd.DataFrame(bands, columns=["low_pct", "high_pct"])
    table["start"] = pd.to_datetime(["1961-06-01", "1982-01-01"])
    assert wording.premium_answer(table) == says
    assert wording.samples_in_words(table) == by_sample


def test_adjusted_shares_are_a_range_with_their_sign() -> None:
    assert wording.adjusted_in_words(pd.Series([0.18, -0.04])) == "−0.04 to 0.18"


def test_a_gap_has_two_digits_and_is_called_rounding_only_where_it_is() -> None:
    sizes = (0.00487, -0.31, 3.08, 28.925)
    said = ["0.0049 basis points", "0.31 basis points", "3.1 basis points", "29 basis points"]
    assert [wording.gap(size) for size in sizes] == said
    assert wording.gap(0.0) == "0 basis points"
    assert wording.what_the_gap_is(0.005) == "rounding"
    assert wording.what_the_gap_is(28.9).startswith("more than rounding")
