"""What the chapter on the safe haven says of its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import made_card

from foreign_demand.analysis import inference, safe_haven
from foreign_demand.book.figures import as_printed
from foreign_demand.book.wording import safe_haven as wording


def test_april_is_near_the_end_until_a_regime_is_as_long() -> None:
    assert "too near" in wording.near_end_in_words(inference.SHORTEST - 1)
    assert "far enough" in wording.near_end_in_words(inference.SHORTEST)


def test_an_estimate_is_printed_with_the_kind_of_its_interval() -> None:
    row = pd.Series({"mean_pct": 0.571, "low": 0.5, "high": 0.654})
    assert wording.with_interval(row, "mean_pct") == "+0.57% (95% interval +0.50 to +0.65)"


def test_the_scorecard_prints_every_row() -> None:
    card = made_card(low=-0.1, high=0.2, share=20.0)
    printed = as_printed(card, wording.SCORECARD)
    assert len(printed) == len(card)
    assert not printed.isin(["", "nan"]).any(axis=None)
    assert "nan" not in " ".join(printed.astype(str).to_numpy().ravel())
    assert wording.supported_in_words(card, "works") == "all nine arguments that it works are open"
    mixed = made_card(low=0.1, high=0.2, share=1.0)
    assert wording.supported_in_words(mixed, "works") == "all nine arguments that it works are supported"
    mixed.loc[mixed.index[0], "reading"] = "open"
    assert ", eight are supported and one is open" in wording.supported_in_words(mixed, "works")


@pytest.mark.parametrize(
    ("event", "clause"),
    [("2019-01-01", "before the whole"), ("2020-09-01", "within"), ("2025-04-02", "after the whole")],
)
def test_events_are_placed_against_the_interval(event: str, clause: str) -> None:
    found = pd.Series({"low": pd.Timestamp("2019-09-30"), "high": pd.Timestamp("2021-10-31")})
    assert clause in wording.dated_against(found, pd.Timestamp(event))


def test_events_that_lie_alike_are_told_together() -> None:
    found = pd.Series({"low": pd.Timestamp("2019-09-30"), "high": pd.Timestamp("2021-10-31")})
    days = {"one": pd.Timestamp("2022-03-16"), "other": pd.Timestamp("2025-04-02")}
    assert wording.events_against(found, days) == "one and other came after the whole interval"
    days["other"] = pd.Timestamp("2020-09-01")
    assert wording.events_against(found, days) == "one came after the whole interval and other fell within it"


def test_an_interval_follows_its_estimate() -> None:
    row = pd.Series({"mean": -0.5, "low": -0.8, "high": 0.1})
    assert wording.with_interval(row, "mean", 1) == "−0.5% (95% interval −0.8 to +0.1)"


def test_measures_in_which_the_dollar_came_loose_are_counted() -> None:
    slopes = pd.DataFrame({"low": [-2.0, -2, 1], "high": [-1.0, 1, 2], "share_pct": [4.0, 50, 60]})
    assert wording.loose_in_words(slopes) == (
        "below zero in one, not distinguishable from zero in one and above zero in one of three measures, "
        "and larger than at 95% of earlier dates in one"
    )


def test_an_asterisk_marks_an_interval_without_zero_and_a_mean_of_few_has_their_number() -> None:
    worst = pd.DataFrame(
        {
            "period": "P",
            "tail_pct": 5,
            "frequency": "daily",
            "asset": safe_haven.ASSETS,
            "number": [7, 10] * 3,
            "stocks_pct": -3.0,
            "mean_pct": [0.5, -0.5] * 3,
            "low": [0.1, -0.9, -0.1] * 2,
            "high": [0.9, -0.1, 0.9] * 2,
        }
    )
    printed = wording.worst_as_printed(worst).iloc[0]
    assert printed[["2-year", "5-year", "10-year"]].tolist() == ["+0.50* (n = 7)", "−0.50*", "+0.50 (n = 7)"]


def test_a_maturity_and_a_currency_are_printed_as_they_are_read() -> None:
    premium = {"maturity_years": [10], "before_bp": 10.0, "since_bp": 2.0, "change_bp": -8.0}
    table = pd.DataFrame(premium | {"low": -9.0, "high": -7.0, "share_pct": 0.0})
    printed = as_printed(table, wording.PREMIUM_BY_MATURITY)
    assert printed.loc[0, "Maturity"] == "10 years"
    reserves = {"currency": ["USD"], "share_pct": 58.0, "value_usd_bn": 7000.0, "added_pct": np.nan}
    assert as_printed(pd.DataFrame(reserves), wording.RESERVES).loc[0, "Would grow by"] == "–"


def test_samples_that_are_clear_of_zero_are_named() -> None:
    rows = pd.DataFrame({"sample": ["Since 2021"], "effect_bp": [10.2], "low": [5.8], "high": [14.7]})
    assert wording.samples_apart(rows) == "one (since 2021: +10.2 (+5.8 to +14.7))"
    assert wording.samples_apart(rows.head(0)) == "none"


@pytest.mark.parametrize(
    ("works", "broken", "short"),
    [
        ("open", "open", "It cannot be told yet: none of two"),
        ("supported", "open", "Yes: one of two"),
        ("open", "supported", "No: none of two"),
        ("supported", "supported", "Partly: one of two"),
        ("contradicted", "same event", "It cannot be told yet"),
    ],
)
def test_the_question_is_answered_by_the_verdicts(works: str, broken: str, short: str) -> None:
    sides = ["works", "works", "broken", "broken"]
    card = pd.DataFrame({"side": sides, "reading": ["open", works, "open", broken]})
    assert wording.answer(card).startswith(short)


def test_readings_are_counted_with_and_without_april() -> None:
    outcomes = pd.DataFrame(
        {
            "side": "broken",
            "argument": "It broke",
            "april": ["with", "with", "without", None],
            "reading": ["supported", "open", "open", "supported"],
        }
    )
    printed = wording.readings_as_printed(outcomes).iloc[0]
    assert printed["Argument"] == "It is broken: It broke"
    assert printed["With April 2025"] == "supported in 1, open in 1"
    assert printed["Without April 2025"] == "open in 1"
    row = {"first_reading": "supported", "holds": 12, "readings": 15}
    assert wording.held(pd.Series(row)) == "it is supported under 12 of 15 choices"


def test_a_hedged_treasury_is_told_for_those_whose_short_rate_is_known() -> None:
    rows = pd.DataFrame({"holder": ["Yen", "Euro", "Franc"], "pickup_points": [-0.958, 0.2, np.nan]})
    assert wording.hedged_in_words(rows) == (
        "the US 10-year, hedged, gave 0.96 points less in yen and 0.20 points more in euro "
        "than a bond at home"
    )
