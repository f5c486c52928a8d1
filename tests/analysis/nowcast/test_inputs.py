"""What a nowcast rests on: changes that cross no break, first prints, custody between Wednesdays."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from nowcasting import made_inputs

from foreign_demand.analysis import nowcast
from foreign_demand.analysis.nowcast.inputs import custody_at_month_ends, net_purchases
from foreign_demand.book.assembled import holder_breaks
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def given(embedded: Store) -> nowcast.Inputs:
    return nowcast.inputs({id: embedded.read(id) for id in nowcast.TABLES}, holder_breaks())


def test_official_and_private_changes_add_up_to_that_of_the_total(given: nowcast.Inputs) -> None:
    both = given.changes[["Official", "Private"]].sum(axis=1, skipna=False)
    assert (both - given.changes["Total"]).abs().max() < 1e-6


@pytest.mark.parametrize("month", ["2021-06-30", "2022-11-30", "2023-02-28"])
def test_a_month_with_a_break_has_no_change(given: nowcast.Inputs, month: str) -> None:
    assert pd.isna(given.changes.loc[month, "Total"])
    assert pd.notna(given.levels.loc[month, "Total"])


def test_net_purchases_are_the_first_print_and_what_table_3_has_where_none_is_held() -> None:
    press = pd.DataFrame(
        {
            "release_date": pd.to_datetime(["2025-06-18", "2025-07-17", "2025-07-17"]),
            "month": pd.to_datetime(["2025-04-30", "2025-04-30", "2025-05-31"]),
            "newest": [True, False, True],
            "private_treasury_net_usd_bn": [-46.0, -10.0, 100.0],
            "official_treasury_net_usd_bn": [5.2, 1.0, 46.3],
        }
    )
    table_3 = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-05-31", "2025-06-30"]),
            "country_code": 99996,
            "long_term_net_purchases_usd_mn": [111_000.0, -5_000.0],
        }
    )
    assert net_purchases(press, table_3).round(1).tolist() == [-40.8, 146.3, -5.0]


def test_custody_at_a_month_s_end_lies_between_its_wednesdays() -> None:
    weekly = pd.DataFrame(
        {"date": pd.to_datetime(["2026-04-29", "2026-05-06"]), "holdings_usd_mn": [700_000.0, 770_000.0]}
    )
    assert custody_at_month_ends(weekly).tolist() == [pytest.approx(710.0)]


def test_custody_is_the_last_wednesday_s_where_the_next_is_not_known_and_missing_beyond_a_week() -> None:
    weekly = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-06-17", "2026-06-24", "2026-08-12"]),
            "holdings_usd_mn": [690_000.0, 700_000.0, 900_000.0],
        }
    )
    june, july = custody_at_month_ends(weekly)
    assert june == 700.0
    assert pd.isna(july)
    (at_last,) = custody_at_month_ends(weekly[:2])
    assert at_last == 700.0


def test_what_waits_is_over_and_not_printed(given: nowcast.Inputs) -> None:
    assert (given.waiting() > given.edition).all()
    assert given.yields[given.waiting()].notna().all()


def test_where_yields_end_before_the_holdings_the_last_month_with_a_yield_is_taken_as_not_printed() -> None:
    given = made_inputs()
    early = replace(given, yields=given.yields[:-2])
    assert early.waiting().empty
    found = early.with_a_month_waiting()
    assert list(found.waiting()) == [given.yields.index[-3]]
    assert nowcast.next_prints(found)["forecast_usd_bn"].notna().all()
    waits = made_inputs(waiting=1)
    assert waits.with_a_month_waiting() is waits
