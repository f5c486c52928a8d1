"""What the chapter on April 2025 says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.book.wording import april_2025


def verdicts(*readings: str) -> pd.DataFrame:
    names = [f"Evidence {number}" for number in range(len(readings))]
    return pd.DataFrame({"argument": names, "reading": readings})


def test_readings_are_listed_by_what_they_say() -> None:
    table = pd.DataFrame(
        {
            "argument": ["Gold", "US stocks", "Yields", "Custody"],
            "reading": ["structural", "technical", "mixed", "same event"],
        }
    )
    assert april_2025.readings_listed(table) == (
        "One reads as technical (US stocks) and one reads as structural (Gold) under all choices that "
        "matter; one more of an event already counted. How the others read (one) turns with the choice."
    )


def test_no_side_is_taken_while_evidence_turns_or_points_both_ways() -> None:
    turned = april_2025.technical_or_structural(verdicts("mixed", "mixed", "technical"))
    both = april_2025.technical_or_structural(verdicts("technical", "technical", "structural"))
    assert "cannot be told" in turned
    assert "cannot be told" in both
    decided = april_2025.technical_or_structural(verdicts("technical", "technical", "mixed"))
    assert decided.startswith("April 2025 reads as technical: two of three")


def test_moves_of_a_day_are_counted_by_how_they_read() -> None:
    undone = pd.DataFrame({"30 Apr 2025 undone": [111.0, 50.0, 30.0, -5.0]})
    said = april_2025.undone_tally(undone, pd.Timestamp("2025-04-30"))
    assert said == "two technical, one mixed and one structural"


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
    assert "days, near the 680 published" in said
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
        {"base": pd.Timestamp("2025-04-02"), "end": pd.Timestamp("2025-05-12"), "value": 10.7},
        {"start": pd.Timestamp("2025-03-31"), "before": 526.0, "latest": -29.0},
        {"weeks": 64, "value": 1.5},
        {"weeks": 64, "value": 60.0},
        {"value": 0, "expected": 1.14, "share_pct": 100.0},
    ]
    assert [april_2025.found(pd.Series(row)) for row in rows] == [
        "11% undone by 12 May 2025",
        "USD +526 billion, then −29",
        "lower than over 98.5% of spans as long",
        "higher than over 60.0% of spans as long",
        "none, 1.1 expected; as many in 100% of earlier stretches",
    ]


def test_a_mark_of_another_day_names_its_day() -> None:
    places = pd.DataFrame(
        {"name": ["ACM premium", "Gold"], "end": pd.to_datetime(["2025-04-14", "2025-04-11"])}
    )
    said = april_2025.other_days(places, day=pd.Timestamp("2025-04-11"))
    assert "ACM premium of 14 April 2025" in said
    assert "Gold" not in said
    assert april_2025.other_days(places.iloc[1:], day=pd.Timestamp("2025-04-11")) == ""


@pytest.mark.parametrize(
    ("april", "may", "answer"),
    [(-58.5, 138.7, "They sold, and not for long"), (-58.5, 20.0, "They sold"), (5.0, 20.0, "No")],
)
def test_the_question_is_answered_first_and_with_what_would_change_it(
    april: float, may: float, answer: str
) -> None:
    said = april_2025.dumped(april, may, held_usd_bn=7800, revised_usd_bn=-17.7)
    assert said.startswith(f"{answer}: ")
    assert f"USD {abs(april):.1f} billion would change the answer" in said
    assert f"they {'sold' if april < 0 else 'bought'} USD" in said


def test_a_months_sale_is_set_beside_the_largest_other() -> None:
    months = pd.Series([-58.5, -58.2, 20.0], index=pd.to_datetime(["2025-04-30", "2025-10-31", "2025-11-30"]))
    first, second = (april_2025.sale_among(months, day) for day in months.index[:2])
    among = "of the three months since April 2025"
    assert first == f"the largest net sale {among} (October 2025 has USD 58.2 billion)"
    assert second == f"number 2 among the net sales {among} (April 2025 has USD 58.5 billion)"
