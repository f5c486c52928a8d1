"""What the chapter on April 2025 says follows its numbers."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.book.wording import april_2025


def test_readings_are_listed_by_what_they_say() -> None:
    readings = pd.DataFrame({"evidence": ["Gold", "US stocks"], "score": ["structural", "technical"]})
    said = april_2025.readings_listed(readings)
    assert said == "One as technical (US stocks) and one as structural (Gold)."


def test_other_episodes_are_told_by_the_sign_of_their_move() -> None:
    places = pd.DataFrame(
        {"measure": "majors", "episode": ["A", "B", "C", "this"], "change": [1.0, -2.0, 0.5, -3.0]}
    )
    assert april_2025.moves_elsewhere(places, "majors", but="this") == "rose in A and C, and fell in B"


def test_the_finding_is_one_sentence_with_its_numbers(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    rebuilt = joint_selloffs.rebuilt_counts(levels, filled)
    sample = levels[joint_selloffs.FIRST_DAY : joint_selloffs.LAST_DAY]
    frequency = joint_selloffs.joint_frequency(sample)
    daily = frequency.set_index("sampling").loc["Daily"]
    assert daily["low_pct"] < daily["share_pct"] < daily["high_pct"]
    said = april_2025.joint_finding(rebuilt, frequency)
    assert f"{daily['share_pct']:.1f}%" in said
    assert "is rebuilt" in said
    elsewhere = rebuilt.assign(rebuilt=rebuilt["corrected"])
    assert "is not rebuilt" in april_2025.joint_finding(elsewhere, frequency)


def test_a_rank_is_told_in_words() -> None:
    ranks = pd.DataFrame({"rank": [13.0, 1.0, 2.0], "compared": [13.0, 13.0, 13.0]})
    said = [april_2025.rank_among(row) for _, row in ranks.iterrows()]
    assert said == ["the highest of 13", "the lowest of 13", "rank 2 of 13 from the lowest"]


def test_a_print_is_named_as_its_table_names_it() -> None:
    assert april_2025.print_name("holdings, China, Mainland") == "China, holdings"
    assert april_2025.print_name("holdings, United Kingdom") == "United Kingdom, holdings"
    assert april_2025.print_name("net purchases of notes and bonds") == "Notes and bonds, net"


def test_what_was_found_is_told_by_its_rule() -> None:
    rows = [
        {"rule": "reversal", "unit": "bp", "move": 28.0, "truce": 25.0, "latest": -4.0},
        {"rule": "flow", "before": 526.0, "latest": -29.0},
        {"rule": "percentile", "measured": 1.5},
        {"rule": "percentile", "measured": 60.0},
        {"rule": "days", "days": 0, "expected": 1.14, "measured": 100.0},
    ]
    assert [april_2025.found(pd.Series(row)) for row in rows] == [
        "+28 bp, +25 bp, −4 bp",
        "USD +526 billion, now −29",
        "lower than over 98.5% of spans as long",
        "higher than over 60.0% of spans as long",
        "none, 1.1 expected; as many in 100% of earlier stretches",
    ]
