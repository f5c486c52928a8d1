"""Purchases by country in the two regimes, territories, and what no report places."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import alignment

NET_2025 = {
    "GBR": 187.4, "CAN": 71.2, "JPN": 65.0, "CHN": -110.1, "IND": -51.8, "BRA": -39.6, "BEL": -16.6,
}  # fmt: skip


def test_the_net_purchases_of_2025_are_those_of_the_current_edition(monthly: pd.DataFrame) -> None:
    net = alignment.by_year(monthly)[2025]
    assert net[list(NET_2025)].round(1).to_dict() == pytest.approx(NET_2025)


def test_the_regime_changes_with_february_2023_and_each_month_has_one(monthly: pd.DataFrame) -> None:
    regimes = monthly.groupby("regime")["month"].agg(["min", "max"])
    assert regimes.loc[alignment.BEFORE, "max"] == pd.Timestamp("2023-01-31")
    assert regimes.loc[alignment.SINCE, "min"] == pd.Timestamp("2023-02-28")
    assert not monthly.duplicated(["month", "country_code"]).any()


def test_only_complete_years_are_summed(monthly: pd.DataFrame) -> None:
    assert alignment.by_year(monthly).columns.tolist() == list(range(2016, 2026))
    cut_short = monthly[monthly["month"] < "2025-12-01"]
    assert alignment.by_year(cut_short).columns.max() == 2024


def test_a_territory_changes_its_state_and_no_sum(monthly: pd.DataFrame) -> None:
    apart, given = alignment.by_year(monthly), alignment.by_year(alignment.with_sovereigns(monthly))
    assert given.sum().tolist() == pytest.approx(apart.sum().tolist())
    assert given.loc["CHN", 2025] == pytest.approx(apart.loc[["CHN", "HKG"], 2025].sum())
    assert "CYM" not in given.index


def test_bills_are_changes_of_what_is_held(monthly: pd.DataFrame) -> None:
    with_bills = alignment.by_year(monthly, maturities=alignment.WITH_BILLS)[2025]
    assert with_bills["JPN"] == pytest.approx(95.458, abs=0.001)


def test_places_without_a_vote_are_listed_with_their_sovereign(placed, monthly) -> None:
    table = alignment.unmatched(monthly, alignment.newest(placed, alignment.ALL_VOTES), year=2025)
    assert table["iso3"].head(3).tolist() == ["HKG", "VGB", "BMU"]
    owners = table.set_index("iso3")["sovereign"]
    assert (owners["HKG"], owners["TWN"]) == ("China", "")


def test_holdings_cross_no_month_twice(store) -> None:
    table = alignment.monthly_holdings(store.read("tic_slt3d_globl"), store.read("tic_slt_table3"))
    assert not table.duplicated(["month", "country_code"]).any()
    held = table.loc[table["month"] >= "2015-12-01", "month"]
    assert held.nunique() == len(pd.period_range("2015-12", held.max(), freq="M"))


def test_official_and_private_are_all_foreigners(store) -> None:
    found = alignment.official_and_private(store.read("tic_slt_table3"), year=2025)
    assert found["official"] + found["private"] == pytest.approx(found["total"], abs=0.01)
    assert found["official"] == pytest.approx(-28.3, abs=0.1)
    assert found["bills_shown"] < found["bills"]
