"""Shares of the debt: denominators, peaks, segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from treasuries import BREAKS, end

from foreign_demand.analysis import holdings
from foreign_demand.analysis.curve import month_ends
from foreign_demand.book.wording import holdings as wording
from foreign_demand.data.store import Store


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
        "Free float": [("2020-03", 80.0), ("2020-06", 50.0)],
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
    assert len(printed) == len(holdings.DENOMINATORS)
    assert not printed.isin(["nan", "NaT", "None", ""]).any(axis=None)


def fed_of(store: Store) -> pd.Series:
    return month_ends(store.read("TREAST").set_index("date")["holdings_usd_mn"]) / 1000


def test_outside_the_federal_reserve_the_share_peaked_in_2014_and_is_the_lowest_since_2002(
    store: Store,
) -> None:
    table = holdings.share_without_fed(store.read("FDHBFIN"), store.read("FYGFDPUN"), fed_of(store))
    share = table.set_index("quarter")["share_pct"][:"2026-03-31"]
    assert (share.idxmax(), round(share.max())) == (end("2014Q2"), 59)
    assert share[end("2026Q1")] == pytest.approx(34.5, abs=0.1)
    assert share.idxmin() == end("2026Q1")
    assert share.index[0] == end("2002Q4")


def test_foreigners_took_a_third_of_the_coupons_to_march_2025_and_less_than_a_fifth_to_may_2026(
    store: Store,
) -> None:
    table = holdings.share_of_issuance(
        store.read("tic_slt_table3"), holdings.marketable_debt(store.read("mspd_marketable"))
    )
    share = table.set_index(["month", "security"])["share_pct"]
    assert share[end("2025-03"), "Notes and bonds"] == pytest.approx(34.1, abs=0.1)
    assert share[end("2026-05"), "Notes and bonds"] == pytest.approx(18.5, abs=0.1)
    assert np.isnan(share[end("2025-03"), "Bills"])  # more was bought than issued net


def test_twelve_months_of_purchases_depend_on_the_month_they_end_in(store: Store) -> None:
    table = holdings.share_of_issuance(
        store.read("tic_slt_table3"), holdings.marketable_debt(store.read("mspd_marketable"))
    )
    bought = table[table["security"] == "Notes and bonds"].set_index("month")["purchases_usd_bn"]
    months = [end(month) for month in ("2024-10", "2025-01", "2025-03", "2026-01", "2026-05")]
    assert bought[months].round().tolist() == [680, 432, 526, 481, 290]


def test_a_share_of_what_is_redeemed_is_no_share() -> None:
    months = pd.date_range("2024-01-31", periods=3, freq="ME")
    marketable = pd.DataFrame(
        {"without_bills_usd_bn": [100.0, 110, 120], "bills_usd_bn": [50.0, 49, 48]}, index=months
    )
    flows = pd.DataFrame(
        {
            "month": months,
            "country_code": 99996,
            "long_term_net_purchases_usd_mn": [0.0, 2_000, 3_000],
            "short_term_net_purchases_usd_mn": [0.0, 1_000, 1_000],
        }
    )
    table = holdings.share_of_issuance(flows, marketable, months=2).set_index("security")
    assert table.loc["Notes and bonds", "share_pct"] == 25
    assert np.isnan(table.loc["Bills", "share_pct"])
