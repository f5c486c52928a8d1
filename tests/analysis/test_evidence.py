"""The engine of verdicts by hand: rules at their bounds, choices that turn a verdict, events counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import evidence
from foreign_demand.exceptions import EstimationError


def argument(readings: pd.DataFrame, says: str = "It works", **content: object) -> evidence.Argument:
    given = {"side": "works", "measure": "mean", "unit": "%", "would_change": "more data"}
    return evidence.Argument(
        says=says, readings=readings, **given | {"rule": evidence.by_size(at_least=0, below=0)} | content
    )


def verdict(*arguments: evidence.Argument) -> list[str]:
    return evidence.verdicts(arguments)["reading"].tolist()


def read_by(rule: evidence.Rule, **numbers: float) -> int:
    return rule(pd.Series({"value": np.nan, "low": np.nan, "high": np.nan, "share_pct": np.nan} | numbers))


@pytest.mark.parametrize(
    ("low", "high", "found"), [(0.1, 0.2, 1), (-0.1, 0.2, 0), (-0.2, -0.1, -1), (np.nan, np.nan, 0)]
)
def test_an_interval_is_read_by_its_side_of_zero(low: float, high: float, found: int) -> None:
    assert read_by(evidence.by_interval(), low=low, high=high) == found
    assert read_by(evidence.by_interval(sign=-1), low=low, high=high) == -found


@pytest.mark.parametrize(("share", "found"), [(1.0, -1), (5.0, -1), (5.1, 0), (np.nan, 0)])
def test_a_date_chosen_afterwards_must_be_rare_too(share: float, found: int) -> None:
    assert read_by(evidence.by_interval(rare=True), low=-2, high=-1, share_pct=share) == found


@pytest.mark.parametrize(
    ("share", "value", "signed", "found"),
    [(5.0, -1, False, 1), (5.1, -1, False, 0), (5.0, -1, True, -1), (5.0, 1, True, 1), (5.1, 1, True, 0)],
)
def test_an_event_is_read_by_how_rare_it_was(share: float, value: float, signed: bool, found: int) -> None:
    assert read_by(evidence.by_rarity(signed=signed), share_pct=share, value=value) == found


@pytest.mark.parametrize(
    ("undone", "found"), [(131, 1), (50, 1), (49.9, 0), (25, 0), (24.9, -1), (-10, -1), (np.nan, 0)]
)
def test_a_move_is_read_by_the_share_of_it_that_was_undone(undone: float, found: int) -> None:
    assert read_by(evidence.by_reversal, value=undone) == found


def test_a_rule_of_ones_own_sees_the_choices_of_a_reading() -> None:
    readings = evidence.one_reading(3.0, expected=2.0)
    assert verdict(argument(readings, rule=lambda row: -int(row["value"] > row["expected"]))) == [
        "contradicted"
    ]


def test_a_verdict_that_one_end_date_turns_round_is_open() -> None:
    ends = pd.to_datetime(["2025-05-12", "2025-04-30", "2025-05-30"])
    table = evidence.verdicts(
        [argument(pd.DataFrame({"end": ends, "value": [20.0, 111.0, 24.0]}), rule=evidence.by_reversal)],
        labels={evidence.FOR: "technical", evidence.OPEN: "mixed", evidence.AGAINST: "structural"},
    )
    assert table.loc[0, ["first_reading", "holds", "readings", "reading"]].tolist() == [
        "structural",
        2,
        3,
        "mixed",
    ]


@pytest.mark.parametrize(("left_open", "reading"), [(0, "supported"), (1, "supported"), (2, "open")])
def test_a_verdict_may_be_left_open_by_one_choice_in_ten(left_open: int, reading: str) -> None:
    values = [1.0] * (10 - left_open) + [0.0] * left_open
    found = argument(pd.DataFrame({"value": values}), rule=evidence.by_size(at_least=1, below=-1))
    assert verdict(found) == [reading]


def test_one_choice_in_a_hundred_that_says_the_opposite_is_enough() -> None:
    assert verdict(argument(pd.DataFrame({"value": [1.0] * 99 + [-1.0]}))) == ["open"]


def test_one_event_supports_one_argument() -> None:
    april = {"event": "April 2025"}
    undecided = argument(evidence.one_reading(0.0), "A", rule=evidence.by_size(at_least=1, below=-1), **april)
    first, second = (argument(evidence.one_reading(1.0), says, **april) for says in ("B", "C"))
    other = argument(evidence.one_reading(1.0), "D", event="March 2020")
    assert verdict(undecided, first, second, other) == ["open", "supported", "same event", "supported"]


def test_the_present_is_not_spoken_of_without_its_observations() -> None:
    now = {"regime": "since 2021"}
    table = evidence.verdicts([argument(evidence.one_reading(1.0, observations=6), **now)])
    assert table.loc[0, ["regime", "observations"]].tolist() == ["since 2021", 6]
    with pytest.raises(EstimationError, match=r"present \(since 2021\) without the number"):
        evidence.verdicts([argument(evidence.one_reading(1.0), **now)])


def test_an_argument_without_a_reading_is_refused() -> None:
    with pytest.raises(EstimationError, match="It works: there is no reading"):
        evidence.verdicts([argument(pd.DataFrame({"value": []}))])


def test_every_choice_can_be_counted() -> None:
    readings = pd.DataFrame({"end": ["April", "May"], "value": [1.0, -1.0]})
    table = evidence.outcomes([argument(readings, "A"), argument(readings, "B")])
    assert list(table) == ["side", "argument", "end", "value", "reading"]
    assert table.groupby("end")["reading"].value_counts().to_dict() == {
        ("April", "supported"): 2,
        ("May", "contradicted"): 2,
    }
