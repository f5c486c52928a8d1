"""The stock of notes, its refinancing, and what ten basis points cost."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.analysis.leverage.debt import EVENLY, federal_reserve_part
from foreign_demand.data.impacts import read_rule
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

MAY_2026 = pd.Timestamp("2026-05-31")


@pytest.fixture(scope="module")
def sales(embedded: Store) -> pd.DataFrame:
    return leverage.coupon_sales(embedded.read("auctions"), embedded.read("investor_class_coupons"))


@pytest.fixture(scope="module")
def took(embedded: Store) -> pd.DataFrame:
    return embedded.read("federal_reserve_at_auction")


@pytest.fixture(scope="module")
def profile(embedded: Store, sales: pd.DataFrame, took: pd.DataFrame) -> pd.DataFrame:
    stock = leverage.notes_outstanding(sales, took, MAY_2026)
    return leverage.refinancing(stock, embedded.read("mspd_marketable"), MAY_2026)


@pytest.fixture(scope="module")
def coefficients(embedded: Store, profile: pd.DataFrame) -> pd.DataFrame:
    return leverage.cost_coefficients(leverage.baseline(embedded.read("cbo_baselines")), profile)


def test_notes_from_auctions_are_those_of_the_statement_until_buybacks_began(
    embedded: Store, sales: pd.DataFrame, took: pd.DataFrame
) -> None:
    months = pd.date_range("2020-03-31", "2024-04-30", freq="QE")
    table = leverage.against_statement(sales, took, embedded.read("mspd_marketable"), months)
    assert table["gap_pct"].abs().max() < 0.5


def test_what_is_missing_in_may_2026_has_come_since_the_treasury_buys_back(
    embedded: Store, sales: pd.DataFrame, took: pd.DataFrame
) -> None:
    """Without a table of buybacks the sum is too large by what was bought; before them it was not."""
    months = pd.DatetimeIndex([leverage.BUYBACKS_SINCE - pd.offsets.QuarterEnd(), MAY_2026])
    before, now = leverage.against_statement(
        sales, took, embedded.read("mspd_marketable"), months
    ).itertuples()
    assert now.low_gap_pct < 0 < now.gap_pct < 1.7
    since = now.gap_usd_bn - before.gap_usd_bn
    assert 150 < since < 250
    assert (now.rebuilt_usd_bn - since) / now.statement_usd_bn - 1 < 0.005
    assert now.offered_pct > 40


def test_the_federal_reserve_takes_in_proportion_what_the_quarter_leaves() -> None:
    grid = pd.DataFrame(
        {
            "term_years": [10, 3, 2, 5],
            "issued": pd.to_datetime(["2024-02-15", "2024-02-15", "2024-02-29", "2024-03-29"]),
            "offered_usd_bn": [40.0, 60.0, 50.0, 50.0],
            "sold_usd_bn": [44.0, None, None, None],
        }
    )
    known = grid.assign(
        issued=grid["issued"] - pd.DateOffset(years=1), sold_usd_bn=grid["offered_usd_bn"] * 1.1
    )
    took = pd.DataFrame(
        {
            "quarter": pd.to_datetime(["2023-03-31", "2024-03-31"]),
            "security": "Coupons",
            "federal_reserve_usd_bn": 40.0,
        }
    )
    part = federal_reserve_part(pd.concat([known, grid], ignore_index=True), took).tail(4)
    # Of 40 the nominal ones had 20 a year before, so 20 now: 4 and 6 in the middle, 10 of 100 at the ends.
    assert part.tolist() == pytest.approx([0.1, 0.1, 0.1, 0.1])


def test_each_term_is_outstanding_as_many_months_as_it_has(sales: pd.DataFrame, took: pd.DataFrame) -> None:
    counted = leverage.notes_outstanding(sales, took, pd.Timestamp("2025-06-30")).groupby("term_years").size()
    assert counted[2] == 24
    assert counted[5] == 60
    assert counted[7] == 84
    assert counted[3] == 36
    assert counted[10] == 119  # two months of reopenings come due with the note of the refunding


def test_what_comes_due_on_a_weekend_is_still_owed_and_what_is_issued_then_is_not_yet(
    sales: pd.DataFrame, took: pd.DataFrame
) -> None:
    twos = leverage.notes_outstanding(sales, took, MAY_2026).query("term_years == 2")  # a Sunday
    assert twos["matures"].min() == MAY_2026
    assert twos["month"].max() == pd.Timestamp("2026-04-30")


def test_a_note_sold_under_an_old_number_has_the_term_that_is_left(sales: pd.DataFrame) -> None:
    by_term = sales[sales["month"] == "2022-01-31"].set_index("term_years")
    assert by_term.loc[5, "offered_usd_bn"] == 55
    assert by_term.loc[7, "offered_usd_bn"] == 53


def test_without_the_auctions_that_are_needed_there_is_no_stock(
    sales: pd.DataFrame, took: pd.DataFrame
) -> None:
    with pytest.raises(EstimationError, match="no auction before"):
        leverage.notes_outstanding(sales[sales["month"] > "2024"], took, MAY_2026)


def test_a_year_refinances_what_comes_due_in_it(embedded: Store, profile: pd.DataFrame) -> None:
    statement = embedded.read("mspd_marketable")
    classes = statement[statement["month"] == MAY_2026].set_index("security_class")["total_usd_mn"] / 1000
    assert profile["Bills"].sum() == pytest.approx(classes["Bills"])
    assert profile["Notes"].sum() == pytest.approx(classes["Notes"])
    assert profile.loc[0, "Bonds"] == pytest.approx(classes["Bonds"] / EVENLY["Bonds"])
    assert profile["refinanced_pct"].is_monotonic_increasing
    assert profile["refinanced_pct"].max() < 100
    assert 30 < profile.loc[0, "refinanced_pct"] < 40


def test_ten_basis_points_for_ten_years_cost_some_350_billion(coefficients: pd.DataFrame) -> None:
    cost = leverage.interest_cost(coefficients, 10.0)
    assert cost["fiscal_year"].tolist() == list(range(2027, 2037))
    total = cost["total_usd_bn"].sum()
    assert total == pytest.approx(350, rel=0.1)
    parts = cost[["legacy_usd_bn", "new_usd_bn", "on_interest_usd_bn"]].sum()
    assert parts.sum() == pytest.approx(total)
    assert parts["legacy_usd_bn"] > parts["new_usd_bn"] > parts["on_interest_usd_bn"] > 0
    assert total == pytest.approx(read_rule()["deficit_usd_bn"], rel=0.1)


def test_the_cost_is_proportional_and_nothing_costs_nothing(coefficients: pd.DataFrame) -> None:
    once, thrice = (leverage.interest_cost(coefficients, shift)["total_usd_bn"] for shift in (7.0, 21.0))
    pd.testing.assert_series_equal(3 * once, thrice)
    assert (leverage.interest_cost(coefficients, 0.0).iloc[:, 1:] == 0).all(axis=None)


def test_interest_on_interest_is_worked_out_by_hand() -> None:
    coefficients = pd.DataFrame(
        {"fiscal_year": [2027, 2028], "legacy_usd_bn": [1.0, 2.0], "new_usd_bn": [0.0, 1.0], "rate": 0.04}
    )
    cost = leverage.interest_cost(coefficients, 10.0)
    assert cost.loc[0, "on_interest_usd_bn"] == pytest.approx(0.04 * 5)
    assert cost.loc[1, "on_interest_usd_bn"] == pytest.approx(0.04 * (10.2 + 15))
