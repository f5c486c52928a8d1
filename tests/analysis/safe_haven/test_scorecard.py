"""The scorecard: each argument is read by its own numbers."""

from __future__ import annotations

import pytest
from haven import made_card


@pytest.mark.parametrize(
    ("low", "high", "reading"), [(0.1, 0.2, "supported"), (-0.1, 0.2, "open"), (-0.2, -0.1, "contradicted")]
)
def test_readings_follow_the_intervals(low: float, high: float, reading: str) -> None:
    card = made_card(low=low, high=high, share=50.0)
    works = card[card["side"] == "works"]
    assert set(works["reading"]) == {reading}
    debt = card[card["argument"].str.startswith("More debt")].iloc[0]
    opposite = {"supported": "contradicted", "contradicted": "supported", "open": "open"}
    assert debt["reading"] == opposite[reading]


def test_one_event_is_at_most_rare() -> None:
    rare, common = made_card(low=-1, high=1, share=1.0), made_card(low=-1, high=1, share=40.0)
    event = rare["argument"].str.contains("with stocks in April 2025|unusually little")
    assert event.sum() == 3
    assert set(rare.loc[event, "reading"]) == {"supported"}
    assert set(common.loc[event, "reading"]) == {"open"}


@pytest.mark.parametrize(("share", "reading"), [(5.0, "supported"), (5.1, "open")])
def test_what_is_rare_enough_is_rare_up_to_five_percent(share: float, reading: str) -> None:
    readings = made_card(low=-0.2, high=-0.1, share=share).set_index("argument")["reading"]
    assert readings["The dollar came loose from yields (made)"] == reading
    assert readings[readings.index.str.startswith("10-year Treasury fell")].tolist() == [reading]


@pytest.mark.parametrize(("later", "reading"), [(0.5, "supported"), (-0.5, "contradicted")])
def test_a_lower_correlation_breaks_nothing(later: float, reading: str) -> None:
    rare, common = (made_card(low=-1, high=1, share=share, later=later) for share in (1.0, 40.0))
    together = rare["argument"].str.contains("move together")
    assert rare.loc[together, "reading"].tolist() == [reading] * 2
    assert common.loc[together, "reading"].tolist() == [reading, "open"]


@pytest.mark.parametrize(
    ("low", "high", "share", "reading"),
    [
        (-2.0, -1.0, 1.0, "supported"),
        (-2.0, -1.0, 40.0, "open"),
        (-1.0, 1.0, 1.0, "open"),
        (1.0, 2.0, 1.0, "contradicted"),
    ],
)
def test_a_slope_that_changed_is_clear_of_zero_and_rare(
    low: float, high: float, share: float, reading: str
) -> None:
    card = made_card(low=low, high=high, share=share)
    assert card.loc[card["argument"].str.contains("came loose"), "reading"].tolist() == [reading]


def test_yields_that_fall_when_the_vix_jumps_contradict_that_they_rise() -> None:
    readings = made_card(low=-0.2, high=-0.1, share=50.0).set_index("argument")["reading"]
    assert readings["Yields rise when the VIX jumps"] == "contradicted"


def test_the_scorecard_says_from_when_its_months_are() -> None:
    measures = made_card(low=0.1, high=0.2, share=20.0)["measure"]
    assert measures.str.contains("worst 10% of months for stocks since 2006", regex=False).sum() == 1
