"""What *Allies and rivals* says follows its numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import alignment
from foreign_demand.book.wording import allies_and_rivals as wording


def found(**holds: float) -> pd.DataFrame:
    """Conclusions with how often they hold."""
    table = pd.DataFrame({"statement": list(holds), "holds_pct": list(holds.values()), "specifications": 8})
    return table.assign(stands=(table["holds_pct"] >= 90).astype(int) - (table["holds_pct"] <= 10))


@pytest.mark.parametrize(
    ("holds", "financed", "said"),
    [(100, 60, "Yes"), (100, 30, "Partly"), (50, 60, "That cannot be told"), (5, 60, "No")],
)
def test_the_answer_needs_a_sign_that_stands_and_a_size(holds: float, financed: float, said: str) -> None:
    assert wording.answer(found(most_bought=holds), financed_pct=financed) == said


def test_shares_say_all_and_none_only_where_it_is_so() -> None:
    table = found(most_bought=100, largest_year=21.4, rest_sold=99.7, least_sold=0)
    assert wording.share_of_curve(table, "most_bought") == "all"
    assert wording.share_of_curve(table, "largest_year") == "21%"
    assert wording.verdict(table, "least_sold") == "does not stand"
    cells = wording.statements_as_printed(table)
    assert cells["Holds in, %"].tolist() == ["100", "> 99", "21", "0"]


def test_years_that_a_regime_has_in_part_say_so() -> None:
    yearly = pd.DataFrame({"year": [2022, 2023, 2026], "months": [12, 11, 5]})
    assert wording.period_labels(yearly).tolist() == ["2022", "2023, Feb–Dec", "2026, to May"]


def test_states_are_named_without_their_article() -> None:
    rows = pd.DataFrame({"iso3": ["GBR", "CHN"], "net": [187.44, -110.1]})
    said = wording.largest_in_words(rows, "net", count=2, decimals=1)
    assert said == "United Kingdom (+187.4) and China (−110.1)"


def test_options_are_named_as_the_text_names_them() -> None:
    table = pd.DataFrame(
        {
            "choice": ["report", "report", "share_pct", "without"],
            "option": [str(alignment.EVERY_YEAR), "2023", "20", "without both"],
            "most_usd_bn": 1.0,
            "least_usd_bn": -1.0,
            "rest_usd_bn": 0.0,
            "largest_pct": 50.0,
        }
    )
    cells = wording.choices_as_printed(table)
    assert cells["Option"].tolist() == ["each year's nearest", "2023", "20 to 29%", "without both"]


def test_who_bought_is_told_by_size() -> None:
    assert wording.mostly_whom({"official": -28.0, "private": 457.0}) == "mostly not governments"
    assert wording.mostly_whom({"official": 300.0, "private": 57.0}) == "mostly governments"
