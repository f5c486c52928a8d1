"""Demand at single auctions: tails, extremes, what came after; and allotments against net purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from allotments import auction

from foreign_demand.analysis import auctions
from foreign_demand.data.places import GRAND_TOTAL
from foreign_demand.data.store import Store


def results() -> pd.DataFrame:
    """Thirty monthly auctions whose tail widens by a tenth of a basis point each."""
    days = pd.date_range("2023-01-01", periods=30, freq="MS") + pd.Timedelta(days=9)
    return pd.DataFrame(
        [
            auction(str(day.date()), f"C{at}", indirect=60 + at % 3)
            | {"high_yield_pct": 4.05, "median_yield_pct": 4.0 - 0.001 * at}
            for at, day in enumerate(days)
        ]
    )


def test_a_tail_is_the_highest_yield_less_the_median_one() -> None:
    table = auctions.history_of_tails(results())
    assert table["tail_bp"].iloc[0] == pytest.approx(5.0)
    assert table["tail_bp"].iloc[-1] == pytest.approx(7.9)
    assert auctions.history_of_tails(results().assign(median_yield_pct=np.nan)).empty


def test_a_rank_counts_from_the_highest_of_the_same_tenor() -> None:
    table = auctions.history_of_tails(results())
    last = table["date"].iloc[-1]
    (row,) = auctions.compared_with_own_history(table, ["tail_bp"], dates=[last]).itertuples()
    assert (row.rank, row.of, row.percentile) == (1, 30, 100)


def test_equal_tails_share_a_rank_whatever_the_noise_of_their_yields() -> None:
    table = results()
    table.loc[table.index[-2:], ["high_yield_pct", "median_yield_pct"]] = [[4.073, 3.973], [3.784, 3.684]]
    known = auctions.history_of_tails(table)
    found = auctions.compared_with_own_history(known, ["tail_bp"], dates=list(table["date"].iloc[-2:]))
    assert found["rank"].tolist() == [1, 1]


def test_panels_hold_the_auctions_in_question_and_all_others_of_their_tenor() -> None:
    table = auctions.history_of_tails(pd.concat([results(), results().assign(original_term="5-Year")]))
    ten = table[table["original_term"] == "10-Year"]
    panels = auctions.history_in_panels(ten, {"tail_bp": "Tail"}, dates=[ten["date"].iloc[3]])
    assert (len(panels), panels["current"].sum()) == (30, 1)
    assert set(panels["term"]) == {"10-Year"}


def test_an_extreme_is_the_highest_or_lowest_of_two_years() -> None:
    joined = results().assign(foreign_share_pct=12.0)
    joined.loc[27, ["indirect_share_pct", "foreign_share_pct"]] = 40.0, 13.0
    since, given = joined["date"].iloc[20], joined["date"].iloc[2]
    found = auctions.headline_auctions(joined, always=[given], since=since)
    assert found["extreme"].tolist() == ["", "lowest"]
    assert found["indirect_less_mean"].iloc[1] == pytest.approx(-21, abs=0.1)
    assert found["foreign_less_mean"].iloc[1] == pytest.approx(1)


def test_a_yield_after_an_auction_counts_trading_days_and_may_be_missing() -> None:
    yields = {"10-Year": pd.Series([4.0, 4.1, 4.3, np.nan], index=pd.bdate_range("2025-04-07", periods=4))}
    table = pd.DataFrame(
        [auction("2025-04-07", "A"), auction("2025-04-08", "B"), auction("2025-04-08", "C", years=3)]
    )
    after = auctions.yields_after(table, yields, days=(1, 2))
    assert after["change_1d_bp"].tolist() == pytest.approx([10, 20, np.nan], nan_ok=True)
    assert after["change_2d_bp"].tolist() == pytest.approx([30, np.nan, np.nan], nan_ok=True)


def test_net_purchases_and_allotments_meet_in_whole_quarters() -> None:
    issues = pd.DataFrame(
        {
            "issue_date": pd.to_datetime(["2022-10-15", "2022-11-15", "2022-12-15", "2023-01-15"]),
            "foreign_share_pct": 10.0,
            "sold_usd_bn": 100.0,
        }
    )
    months = pd.date_range("2022-10-31", "2023-01-31", freq="ME")
    old = pd.DataFrame(
        {
            "month": months,
            "country_code": GRAND_TOTAL,
            "treasury_purchases_usd_mn": 9000.0,
            "treasury_sales_usd_mn": 4000.0,
        }
    )
    new = pd.DataFrame(
        {"month": months[-1:], "country_code": GRAND_TOTAL, "treasury_net_purchases_usd_mn": 7000.0}
    )
    (row,) = auctions.auctions_and_net_purchases(issues, old, new).itertuples()
    assert (row.allotted_usd_bn, row.net_purchases_usd_bn, row.form) == (30, 15, "S")


def test_tails_of_the_week_of_the_sell_off_were_longer_than_in_the_year_before(embedded: Store) -> None:
    tails = auctions.history_of_tails(embedded.read("auctions"))
    week = tails[tails["date"].between("2025-04-08", "2025-04-10")].set_index("original_term")["tail_bp"]
    before = (
        tails[tails["date"].between("2024-04-08", "2025-04-07")].groupby("original_term")["tail_bp"].mean()
    )
    tenors = ["3-Year", "10-Year", "30-Year"]
    assert week[tenors].tolist() == pytest.approx([8.4, 9.5, 8.3], abs=0.05)
    assert before[tenors].tolist() == pytest.approx([5.4, 6.0, 6.2], abs=0.05)
