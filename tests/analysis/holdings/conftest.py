"""The embedded tables, and shares of a small debt."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from project import ROOT
from treasuries import TIC, end, quarterly

from foreign_demand.analysis import holdings
from foreign_demand.data.catalog import Break
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def joined(store: Store) -> pd.DataFrame:
    """The three embedded publications as one."""
    return holdings.join_holders(*map(store.read, TIC))


@pytest.fixture
def shares() -> pd.DataFrame:
    statement = pd.DataFrame(
        [
            (end(month), security_class, amount)
            for month, total, bills in (
                ("2020-03", 8_000_000, 2_000_000),
                ("2020-05", 8_000_000, 1.0),
                ("2020-06", 10_000_000, 5_000_000),
            )
            for security_class, amount in (("Total Marketable", total), ("Bills", bills), ("Notes", 1.0))
        ],
        columns=["month", "security_class", "total_usd_mn"],
    )
    months = [end("2020-03"), end("2020-05"), end("2020-06"), end("2020-09")]
    return holdings.foreign_shares(
        foreign=quarterly("holdings_usd_bn", {"2020Q1": 3000, "2020Q2": 4000, "2020Q3": np.nan}),
        gross_debt=quarterly("debt_usd_mn", {"2020Q1": 20_000_000, "2020Q2": 25_000_000, "2020Q3": 1}),
        public_debt=quarterly("debt_usd_mn", {"2020Q2": 16_000_000}),
        marketable=holdings.marketable_debt(statement),
        total=pd.Series([4000.0, 1.0, 4000.0, 4000.0], months),
        long_term=pd.Series([3000.0, 1.0, 3500.0, 3500.0], months),
        fed=pd.Series([3000.0, 1.0, 2000.0, 2000.0], months),
        breaks=[Break(period="2020-05", why="revision")],
    )
