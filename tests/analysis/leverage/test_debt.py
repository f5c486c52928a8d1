"""The stock of notes, its refinancing, and what ten basis points cost."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.analysis.leverage.debt import EVENLY
from foreign_demand.data.impacts import read_rule
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

MAY_2026 = pd.Timestamp("2026-05-31")


@pytest.fixture(scope="module")
def sales(embedded: Store) -> pd.DataFrame:
    return leverage.note_sales(embedded.read("auctions"), embedded.read("investor_class_coupons"))


@pytest.fixture(scope="module")
def profile(embedded: Store, sales: pd.DataFrame) -> pd.DataFrame:
    stock = leverage.notes_outstanding(sales, MAY_2026)
    return leverage.refinancing(stock, embedded.read("mspd_marketable"), MAY_2026)


@pytest.fixture(scope="module")
def coefficients(embedded: Store, profile: pd.DataFrame) -> pd.DataFrame:
    return leverage.cost_coefficients(leverage.baseline(embedded.read("cbo_baselines")), profile)


def test_notes_from_auctions_are_those_of_the_statement_until_buybacks_began(
    embedded: Store, sales: pd.DataFrame
) -> None:
    months = pd.date_range("2020-12-31", "2024-06-30", freq="QE")
    table = leverage.against_statement(sales, embedded.read("mspd_marketable"), months)
    assert table["gap_pct"].abs().max() < 1


def test_in_may_2026_the_statement_lies_between_the_ends_of_what_is_not_known(
    embedded: Store, sales: pd.DataFrame
) -> None:
    months = pd.DatetimeIndex([MAY_2026])
    (row,) = leverage.against_statement(sales, embedded.read("mspd_marketable"), months).itertuples()
    assert row.low_gap_pct < 0 < row.gap_pct < 2.5
    assert row.offered_pct > 40


def test_each_term_is_outstanding_as_many_months_as_it_has(sales: pd.DataFrame) -> None:
    counted = leverage.notes_outstanding(sales, pd.Timestamp("2025-06-30")).groupby("term_years").size()
    assert counted[2] == 24
    assert counted[5] == 60
    assert counted[7] == 84
    assert counted[3] == 36
    assert counted[10] == 119  # two months of reopenings come due with the note of the refunding


def test_what_comes_due_on_a_weekend_is_still_owed_and_what_is_issued_then_is_not_yet(
    sales: pd.DataFrame,
) -> None:
    twos = leverage.notes_outstanding(sales, MAY_2026).query("term_years == 2")  # a Sunday
    assert twos["matures"].min() == MAY_2026
    assert twos["month"].max() == pd.Timestamp("2026-04-30")


def test_a_note_sold_under_an_old_number_has_the_term_that_is_left(sales: pd.DataFrame) -> None:
    by_term = sales[sales["month"] == "2022-01-31"].set_index("term_years")
    assert by_term.loc[5, "offered_usd_bn"] == 55
    assert by_term.loc[7, "offered_usd_bn"] == 53


def test_without_the_auctions_that_are_needed_there_is_no_stock(sales: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="no auction before"):
        leverage.notes_outstanding(sales[sales["month"] > "2024"], MAY_2026)


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
