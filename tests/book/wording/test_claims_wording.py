"""What the page of claims says, from findings made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from foreign_demand.analysis import claims
from foreign_demand.book.wording import claims as wording
from foreign_demand.data.catalog import ROOT
from foreign_demand.data.claims import Claim, Ledger, Text, read_claims

MONTHS = pd.date_range("2024-01-31", periods=4, freq="ME")
MEASURES = {"a": pd.Series([12.0, 10, 15, 14], index=MONTHS), "b": pd.Series(12.0, index=MONTHS)}
PART = {"of": "a", "at": "2024-03", "value": 15}


def reason(**changed: Any) -> str:
    made: dict[str, Any] = {"id": "C", "source": "text", "claim": "", "period": "", "test": "level"}
    made |= {"unit": "USD billion", "parts": (PART,)}
    claim = Claim(**(made | changed))
    return wording.reason(claim, claims.verdict(claim, MEASURES))


def part(**changed: Any) -> tuple[dict[str, Any], ...]:
    return (PART | changed,)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "The data have USD 15.0 billion."),
        ({"note": "By the close."}, "The data have USD 15.0 billion. By the close."),
        ({"parts": part(value=9)}, "The data have USD 15.0 billion."),
        (
            {"parts": part(value=16, revision_pct=20, revision_of="b")},
            "Today's data have USD 15.0 billion, further off than its words allow, but within the "
            "USD 2.4 billion by which a later edition can move it.",
        ),
        (
            {"readings": ({"choice": "with b", "of": "b"},)},
            "As stated the data have USD 15.0 billion; with b, USD 12.0 billion (one of two readings agrees "
            "with the claim).",
        ),
        (
            {"parts": part(value=12), "readings": ({"choice": "as b", "of": "b", "kind": "concept"},)},
            "As stated the data have USD 15.0 billion; the figure is met as b: USD 12.0 billion.",
        ),
        (
            {"parts": part(value=14), "search": 2},
            "For that date the data have USD 15.0 billion; they meet the figures one month later, in "
            "April 2024: USD 14.0 billion.",
        ),
        (
            {"parts": part(value=1), "test": "rank", "unit": "rank"},
            "The data have place 1 in a record from January 2024.",
        ),
        (
            {"parts": (*part(value=1), *part(value=2, at="2024-02")), "test": "rank", "unit": "rank"},
            "The data have places 1 and 2 in a record from January 2024.",
        ),
        (
            {"parts": part(value="2023-01"), "test": "last_as_high", "unit": "month"},
            "The data have none in a record from January 2024.",
        ),
        ({"parts": part(at="2030-01")}, "The data that it asks for are not held in this build."),
        ({"test": "", "parts": (), "needs": "a judge"}, "It would need a judge."),
        ({"test": "", "parts": (), "lacks": "a table"}, "Not held here: a table."),
    ],
)
def test_a_reason_has_the_numbers_that_decide(changed: dict[str, Any], said: str) -> None:
    assert reason(**changed) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (-97.3, "USD billion", "USD −97.3 billion"),
        (10.32, "percent", "10.32%"),
        (-48.02, "percent change", "−48.0%"),
        (24240.0, "month", "January 2020"),
        (1.0, "months ago", "1 month before"),
        (651.0, "days", "651 days"),
        (float("nan"), "percent", "–"),
    ],
)
def test_a_figure_is_printed_by_its_unit(value: float, unit: str, said: str) -> None:
    assert wording.figure_in_words(value, unit) == said


def test_what_is_stated_says_how() -> None:
    parts = (*part(), *part(value=None, above=2), {"of": "a", "at": "2024-03", "below": 0})
    parts = tuple({name: v for name, v in p.items() if v is not None} for p in parts)
    made = Claim(
        id="C", source="text", claim="", period="", test="level", unit="USD billion", parts=tuple(parts)
    )
    assert wording.stated_in_words(made) == "USD 15.0 billion, at least USD 2.0 billion and below zero"


@pytest.mark.parametrize(("hold", "said"), [(8, "Most"), (6, "More than half"), (5, "Fewer than half")])
def test_the_answer_follows_the_count(hold: int, said: str) -> None:
    counts = pd.Series(dict.fromkeys(claims.VERDICTS, 0))
    counts[claims.HOLDS], counts[claims.CONTRADICTED], counts[claims.NOT_TESTABLE] = hold, 10 - hold, 30
    assert wording.answer(counts).startswith(said)


def test_every_claim_of_the_ledger_can_be_printed() -> None:
    ledger = read_claims()
    rows = pd.DataFrame(
        [{"id": c.id, "source": c.source, "claim": c.claim, "period": c.period} for c in ledger.claims]
    )
    printed = wording.tested_as_printed(rows.assign(verdict=claims.HOLDS, reason="So."))
    assert not printed.isin(["", "–"]).any(axis=None)
    assert not printed["Speaks of"].str.contains("/").any()


def test_a_text_whose_dates_fit_says_so() -> None:
    ledger = Ledger(texts={"text": Text(id="text", name="A text", claims=1)}, measures={}, claims=())
    found = pd.DataFrame({"source": ["text"], "shift": [0], "verdict": [claims.HOLDS], "decided_by": [None]})
    assert wording.shifted(found, ledger) == "No text is off in its dates as a whole."


def test_readings_are_named_and_counted() -> None:
    made = Claim(
        id="C", source="text", claim="", period="", test="level", unit="USD billion", parts=part(),
        readings=({"choice": "with b", "of": "b"},), tolerance=0.5,
    )  # fmt: skip
    ways = wording.ways_named(claims.all_ways(made, MEASURES))
    assert ways["name"].tolist() == ["As stated", "With b"]
    assert (
        wording.ways_title(ways, "USD billion")
        == "One of two readings gives the USD 15.0 billion that is stated"
    )
    assert wording.ways_alt(ways, "USD billion").startswith(
        "Points by reading. As stated: USD 15.0 billion; With b"
    )
    dated = wording.ways_named(claims.all_ways(made, MEASURES, shifts=(0, 1)))
    assert dated["name"].tolist()[:3] == ["March 2024", "April 2024"]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ([(0.1, 0.3), (-0.1, 0.1)], "badly by A, and one of the two records cannot tell"),
        ([(-0.3, -0.1), (0.1, 0.3)], "badly by B and well by A, and none of the two records cannot tell"),
        ([(-0.1, 0.1), (-0.1, 0.1)], "neither badly nor well by any, and two of the two records cannot tell"),
    ],
)
def test_timing_is_told_by_the_intervals(bounds: list[tuple[float, float]], said: str) -> None:
    table = pd.DataFrame(bounds, columns=["low", "high"]).assign(record=["A", "B"])
    assert wording.timing_answer(table) == said


def test_what_is_not_held_is_counted() -> None:
    assert wording.unheld(pd.Series({claims.UNCHECKED: 0})) == ""
    assert wording.unheld(pd.Series({claims.UNCHECKED: 14})) == "; for 14 of them free data are not held here"


def test_every_chapter_that_a_claim_belongs_to_lists_its_claims() -> None:
    ledger = read_claims()
    named = {wording.chapter_of(claim, ledger) for claim in ledger.claims} - {""}
    assert len(named) >= 8
    for chapter in named:
        assert "{claims-of-chapter}" in (ROOT / f"{chapter}.md").read_text(encoding="utf-8"), chapter
