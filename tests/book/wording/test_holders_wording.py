"""What *Holders* says: how much can be told, bounds and parts of changes, in words and in cells."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book.charts import chart_explained
from foreign_demand.book.wording import holders as wording

PARTS = {"bonds_usd_bn": 169.0, "bills_usd_bn": 20.0, "valuation_usd_bn": -102.0, "other_usd_bn": 53.0}
BELGIUM = {"bonds_usd_bn": -16.0, "bills_usd_bn": 17.0, "valuation_usd_bn": 1.0, "other_usd_bn": 54.0}


@pytest.fixture
def explained() -> pd.DataFrame:
    rows = [
        {"country": "United Kingdom", "holdings_usd_bn": 949.0, "change_usd_bn": 139.0} | PARTS,
        {"country": "Belgium", "holdings_usd_bn": 472.0, "change_usd_bn": 56.0} | BELGIUM,
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("share", "says"), [(60.0, "For the most part"), (32.0, "In part that cannot"), (1.0, "By country")]
)
def test_how_much_can_be_told_goes_with_what_custody_centres_hold(share: float, says: str) -> None:
    assert wording.known_answer(share).startswith(says)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (-57.0, -14.0, "has fallen by 14 to 57%"),
        (5.0, 9.0, "has risen by 5 to 9%"),
        (-5.0, 9.0, "has changed by −5% to +9%"),
    ],
)
def test_bounds_say_a_direction_only_where_both_ends_have_it(low: float, high: float, says: str) -> None:
    assert wording.bounds_in_words({"low_pct": low, "high_pct": high}) == says


def test_rows_are_listed_by_their_largest_part(explained: pd.DataFrame) -> None:
    said = "net purchases of bonds in the United Kingdom (+169); other change in Belgium (+54)"
    assert wording.largest_parts_in_words(explained) == said
    assert wording.parts_in_words(explained.iloc[0]).endswith("valuation −102 and other change +53")


def test_explained_rows_are_printed_and_drawn_with_all_parts(explained: pd.DataFrame) -> None:
    printed = wording.explained_as_printed(explained).set_index("Row")
    assert printed.loc["Belgium", "Net purchases of bonds"] == "−16"
    assert printed.loc["United Kingdom", "Change"] == "+139"
    spec = chart_explained(explained, parts=wording.PARTS).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["bar", "point"]
