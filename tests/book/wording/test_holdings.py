"""What *Holdings* says: records and peaks, in words and in cells."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from foreign_demand.book.wording import holdings as wording


@pytest.mark.parametrize(
    ("growth", "says"),
    [
        ([63.0, 262.0], "In no case did .* they grew by 63 to 262%, and the debt grew faster"),
        ([-5.0, -2.0], "In every case .* smaller than at the peak of the share, by 2 to 5%"),
        ([-5.0, 30.0], r"changed by −5% to \+30%, depending on the denominator"),
    ],
)
def test_what_holdings_did_since_the_peak_is_said_by_its_sign(growth: list[float], says: str) -> None:
    text = wording.peaks_in_words(pd.DataFrame({"holdings_growth_pct": growth}))
    assert re.search(says, text)
