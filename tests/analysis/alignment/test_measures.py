"""Who votes with the United States: formulas by hand, and the official reports."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import alignment
from foreign_demand.exceptions import EstimationError

COUNTS = ["iso3", "same", "partial", "opposed", "absent"]


def votes(*states: tuple[str, int, int, int, int], year: int = 2023) -> pd.DataFrame:
    """One report on all votes."""
    table = pd.DataFrame(states, columns=COUNTS)
    return table.assign(year=pd.Timestamp(year, 12, 31), table="all_votes", coincidence_pct=50.0)


def points(**states: float) -> pd.DataFrame:
    """Ideal points of one year, each from a hundred votes."""
    return pd.DataFrame(
        {
            "year": pd.Timestamp("2025-12-31"),
            "iso3": list(states),
            "ideal_point": list(states.values()),
            "votes": 100,
        }
    )


def test_coincidence_counts_an_abstention_as_half_and_an_absence_as_nothing() -> None:
    table = alignment.coincidence(votes(("AAA", 40, 20, 20, 20), ("BBB", 10, 0, 90, 0)))
    assert table["alignment"].tolist() == [100 * 50 / 80, 10]


def test_a_state_that_took_part_in_few_votes_is_not_placed() -> None:
    table = alignment.coincidence(votes(("AAA", 49, 0, 0, 51), ("BBB", 10, 0, 90, 0), ("CCC", 50, 0, 0, 50)))
    assert table["iso3"].tolist() == ["BBB", "CCC"]


def test_distance_is_from_the_united_states_on_either_side_of_it() -> None:
    table = alignment.ideal_distance(points(USA=2.0, AAA=1.5, BBB=-1.0, CCC=2.5))
    assert dict(zip(table["iso3"], table["alignment"], strict=True)) == {
        "AAA": -0.5,
        "BBB": -3.0,
        "CCC": -0.5,
    }


def test_a_year_with_hardly_any_vote_places_no_state() -> None:
    assert alignment.ideal_distance(points(USA=2.0, AAA=1.0).assign(votes=8)).empty


def test_distances_without_the_united_states_are_refused() -> None:
    with pytest.raises(EstimationError, match="2025"):
        alignment.ideal_distance(points(AAA=1.0))


def test_states_with_the_same_value_stand_on_the_same_side_of_every_cutoff() -> None:
    tied = votes(
        *[(name, same, 0, 100 - same, 0) for name, same in zip("ABCD", (80, 60, 60, 20), strict=True)]
    )
    table = alignment.alignments(tied, points(USA=2.0, A=1.0))
    table = table[table["measure"] == alignment.ALL_VOTES].set_index("iso3")
    assert table["from_top_pct"].to_dict() == {"A": 25, "B": 50, "C": 50, "D": 100}
    assert table["from_bottom_pct"].to_dict() == {"A": 100, "B": 50, "C": 50, "D": 25}


def test_every_report_places_nearly_all_members(placed: pd.DataFrame) -> None:
    states = placed.groupby(["measure", "report"]).size()
    assert states.between(170, 192).all()
    assert states[alignment.ALL_VOTES].index.tolist() == list(range(2017, 2025))
    assert 2024 not in states[alignment.IDEAL].index  # eight votes only


def test_australia_mexico_and_china_fall_into_the_three_thirds(placed: pd.DataFrame) -> None:
    for measure in (alignment.ALL_VOTES, alignment.IMPORTANT):
        groups = alignment.grouped(alignment.newest(placed, measure))
        assert groups[["AUS", "MEX", "CHN"]].tolist() == list(alignment.GROUPS)


def test_in_the_ideal_points_of_2025_china_is_nearer_than_mexico(placed: pd.DataFrame) -> None:
    near = alignment.newest(placed, alignment.IDEAL).set_index("iso3")["alignment"]
    assert near["CHN"] > near["MEX"]


def test_a_report_that_is_not_held_is_asked_about(placed: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="no report on 2018"):
        alignment.one_report(placed, alignment.IMPORTANT, 2018)


def test_states_left_out_are_named(store) -> None:
    table = alignment.left_out(store.read("un_voting_coincidence"), store.read("un_ideal_points"))
    row = table.set_index(["measure", "report"]).loc[(alignment.ALL_VOTES, 2024)]
    assert row["names"].split() == ["AFG", "DMA", "SSD", "STP", "VEN"]
