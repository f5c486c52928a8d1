"""Net purchases by country: figures of the current edition, and two forms that are never added."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import flows
from foreign_demand.data.store import Store

BOUGHT_IN_2025 = {
    "United Kingdom": 187.4,
    "Canada": 71.2,
    "Japan": 65.0,
    "China, Mainland": -110.1,
    "India": -51.8,
    "Brazil": -39.6,
    "Belgium": -16.6,
}


@pytest.fixture
def annual(embedded: Store) -> pd.DataFrame:
    return flows.annual_net_purchases(embedded.read("tic_s1_globl"), embedded.read("tic_slt_table3"))


@pytest.mark.parametrize(("country", "usd_bn"), BOUGHT_IN_2025.items())
def test_notes_and_bonds_bought_in_2025_are_those_of_the_current_edition(
    annual: pd.DataFrame, country: str, usd_bn: float
) -> None:
    (row,) = annual[(annual["year"] == 2025) & (annual["country"] == country)].itertuples()
    assert (row.months, row.form) == (12, flows.SLT_FORM)
    assert row.bonds_usd_bn == pytest.approx(usd_bn, abs=0.05)


def test_the_two_tables_that_give_purchases_of_notes_and_bonds_give_the_same(embedded: Store) -> None:
    first, third = (
        embedded.read(id).set_index(["month", "country_code"])[column].dropna()
        for id, column in (
            ("tic_slt_table1", "treasury_net_purchases_usd_mn"),
            ("tic_slt_table3", "long_term_net_purchases_usd_mn"),
        )
    )
    both = pd.concat([first, third], axis=1, join="inner")
    assert len(both) > 2000
    assert (both.iloc[:, 0] == both.iloc[:, 1]).all()


def test_the_year_in_which_the_form_changed_has_a_row_on_each_form_and_they_are_not_added(
    annual: pd.DataFrame,
) -> None:
    rows = annual[(annual["year"] == 2023) & (annual["country"] == "Japan")].set_index("form")
    assert rows["months"].to_dict() == {flows.S_FORM: 1, flows.SLT_FORM: 11}


def test_bills_are_missing_on_the_form_that_does_not_have_them_and_never_zero(annual: pd.DataFrame) -> None:
    assert annual.loc[annual["form"] == flows.S_FORM, "bills_usd_bn"].isna().all()
    assert annual.loc[annual["form"] == flows.SLT_FORM, "bills_usd_bn"].notna().any()


def test_sums_and_regions_are_no_countries(annual: pd.DataFrame) -> None:
    assert not set(annual["country"]) & {"Grand Total", "Total Europe", "All Countries"}
