"""First prints and what became of them."""

from __future__ import annotations

import pandas as pd
import pytest
from treasuries import end

from foreign_demand.analysis import flows
from foreign_demand.data.editions import read_revisions
from foreign_demand.data.store import Store


@pytest.fixture
def revised(embedded: Store) -> pd.DataFrame:
    printed = flows.prints(embedded.read("tic_press_tables"))
    now = flows.latest(*map(embedded.read, ("tic_s1_globl", "tic_slt_table1", "tic_slt_table3")))
    return flows.revisions(printed, now)


def test_first_prints_are_revised_by_5_billion_before_and_by_17_since(revised: pd.DataFrame) -> None:
    sizes = flows.sizes(revised[revised["month"] <= end("2025-11")])
    chosen = (sizes["type"] == flows.NOTES_AND_BONDS) & (sizes["holder"] == flows.ALL_FOREIGNERS)
    row = sizes[chosen & (sizes["age"] == flows.NOW)].set_index("era")
    assert row.loc[flows.BEFORE, "sd_usd_bn"] == pytest.approx(5.2, abs=0.1)
    assert row.loc[flows.SINCE, "sd_usd_bn"] == pytest.approx(17.5, abs=0.5)
    assert (row["mean_usd_bn"].abs() < 2 * row["error_usd_bn"]).all()


def test_april_2025_stood_for_months_and_turned_for_official_holders(revised: pd.DataFrame) -> None:
    april = flows.first_print_of(revised, end("2025-04")).set_index(["holder", "age"])
    total = april.loc[flows.ALL_FOREIGNERS]
    assert (total["first_usd_bn"] == -40.8).all()
    assert total.loc["3", "later_usd_bn"] == pytest.approx(-40.8)
    assert total.loc[flows.NOW, "later_usd_bn"] == pytest.approx(-58.5, abs=0.1)
    official = april.loc[("Official", flows.NOW)]
    assert official["first_usd_bn"] > 0 > official["later_usd_bn"]


def press(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Press tables: day of release, month, private and official notes and bonds."""
    table = pd.DataFrame(
        rows, columns=["release_date", "month", "private_treasury_net_usd_bn", "official_treasury_net_usd_bn"]
    )
    table["release_date"] = pd.to_datetime(table["release_date"])
    table["month"] = table["month"].map(end)
    kinds = ("bills_change", "agency_net", "corporate_net", "equity_net")
    return table.assign(**{f"{who}_{kind}_usd_bn": None for who in ("private", "official") for kind in kinds})


def test_a_print_is_as_old_as_the_release_after_its_first() -> None:
    printed = flows.prints(press(("2024-03-19", "2024-01", 5.0, 1.0), ("2024-04-17", "2024-01", 6.0, 1.5)))
    total = printed[printed["holder"] == flows.ALL_FOREIGNERS]
    assert total[["age", "value_usd_bn"]].to_numpy().tolist() == [[0, 6.0], [1, 7.5]]


def test_a_revision_is_the_later_print_less_the_first_and_a_month_without_first_has_none() -> None:
    printed = flows.prints(
        press(
            ("2024-03-19", "2024-01", 5.0, 1.0),
            ("2024-04-17", "2024-01", -6.0, -1.0),
            ("2024-05-15", "2024-02", 9.0, 9.0),
        )
    )
    nothing = pd.DataFrame({"month": [], "holder": [], "type": [], "now_usd_bn": []}).astype(
        {"month": "datetime64[us]", "holder": str, "type": str, "now_usd_bn": float}
    )
    revised = flows.revisions(printed, nothing)
    assert set(revised["month"]) == {end("2024-01")}
    total = revised[revised["holder"] == flows.ALL_FOREIGNERS]
    assert total["revision_usd_bn"].tolist() == [-13.0]
    assert flows.sizes(total)["turned"].tolist() == [1]


def test_our_own_log_counts_changed_cells_by_the_age_of_the_month(embedded: Store) -> None:
    ages = flows.log_by_age(read_revisions(["tic_slt_table1"], store=embedded))
    assert (ages["months_old"] >= 0).all()
    assert ages["cells"].sum() > 100
    assert (ages["mean_size_usd_bn"] <= ages["largest_usd_bn"]).all()


def test_of_an_edition_only_the_newest_months_are_young(embedded: Store) -> None:
    table = flows.editions_by_country(
        embedded.read("tic_slt_table1_editions"), embedded.read("tic_slt_table1")
    )
    assert table.groupby("edition")["month"].nunique().max() == 4
    then_and_now = table["now_usd_bn"] - table["then_usd_bn"]
    pd.testing.assert_series_equal(table["revision_usd_bn"], then_and_now, check_names=False)
