"""Shares of the debt: denominators, peaks, segments."""

from __future__ import annotations

import pandas as pd
import pytest
from treasuries import BREAKS, end

from foreign_demand.analysis import holdings
from foreign_demand.book.wording import holdings as wording


def test_shares_are_in_percent_of_debt_in_the_same_unit_at_quarter_ends_both_sides_have(
    shares: pd.DataFrame,
) -> None:
    found = {
        name: list(zip(group["quarter"].dt.strftime("%Y-%m"), group["share_pct"], strict=True))
        for name, group in shares.groupby("denominator", sort=False)
    }
    assert found == {
        "Gross federal debt": [("2020-03", 15.0), ("2020-06", 16.0)],
        "Debt held by the public": [("2020-06", 25.0)],
        "Marketable debt": [("2020-03", 50.0), ("2020-06", 40.0)],
        "Marketable debt without bills": [("2020-03", 50.0), ("2020-06", 70.0)],
    }
    assert tuple(found) == holdings.DENOMINATORS


def test_shares_on_two_sides_of_a_break_are_in_two_segments(shares: pd.DataFrame) -> None:
    gross = shares[shares["denominator"] == "Gross federal debt"]
    assert gross["segment"].tolist() == [0, 1]


def test_a_peak_knows_what_happened_since_and_which_breaks_lie_between() -> None:
    shares = pd.DataFrame(
        [
            ("A", end("2020Q4"), 30.0, 100.0, 30.0),
            ("A", end("2021Q1"), 80.0, 200.0, 40.0),
            ("A", end("2021Q2"), 100.0, 400.0, 25.0),
            ("B", end("2021Q1"), 10.0, 100.0, 10.0),
            ("B", end("2021Q2"), 30.0, 100.0, 30.0),
        ],
        columns=["denominator", "quarter", "holdings_usd_bn", "debt_usd_bn", "share_pct"],
    )
    for order in (shares, shares[::-1].sort_values("denominator", kind="stable")):
        fell, rose = holdings.peaks(order, BREAKS).itertuples()
        assert (fell.denominator, fell.first_quarter) == ("A", end("2020Q4"))
        assert (fell.peak_quarter, fell.peak_pct) == (end("2021Q1"), 40)
        assert (fell.latest_quarter, fell.latest_pct) == (end("2021Q2"), 25)
        assert fell.change_points == -15
        assert fell.holdings_growth_pct == pytest.approx(25)
        assert fell.debt_growth_pct == pytest.approx(100)
        assert fell.breaks == "2021-06"
        assert (rose.peak_quarter, rose.change_points, rose.breaks) == (end("2021Q2"), 0, "")


def test_printed_peaks_have_no_missing_cell(shares: pd.DataFrame) -> None:
    printed = wording.peaks_as_printed(holdings.peaks(shares, BREAKS))
    assert len(printed) == 4
    assert not printed.isin(["nan", "NaT", "None", ""]).any(axis=None)
