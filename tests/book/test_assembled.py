"""Tables that several chapters draw from are put together as the analysis says."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis import holdings, markets
from foreign_demand.book import assembled
from foreign_demand.data import store
from foreign_demand.data.store import Read, read_table


def test_holders_reach_from_the_history_to_the_newest_month() -> None:
    holders = assembled.holders()
    newest = read_table("tic_slt_table3")["month"].max()
    assert holders["month"].min() == pd.Timestamp("2000-03-31")
    assert holders["month"].max() == newest
    assert "segment" in holders
    assert len(holdings.totals(holders)) > 300


def test_only_tables_that_the_levels_are_made_from_are_read() -> None:
    before = len(store.READS)
    levels = assembled.market_levels(maturity_years=5)
    read = {read.id for read in store.READS[before:] if read.what == "table"}
    assert list(levels) == list(markets.ASSETS)
    assert read == {*markets.TABLES, "DGS5"} - {"DGS10"}
    assert Read("table", "DGS10") not in store.READS[before:]
