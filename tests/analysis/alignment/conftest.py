"""The embedded publications: votes, ideal points, purchases and holdings of Treasuries."""

from __future__ import annotations

import pandas as pd
import pytest
from project import ROOT

from foreign_demand.analysis import alignment
from foreign_demand.data.store import Store

Variant = tuple[str, str, str]


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="package")
def placed(store: Store) -> pd.DataFrame:
    return alignment.alignments(store.read("un_voting_coincidence"), store.read("un_ideal_points"))


@pytest.fixture(scope="package")
def monthly(store: Store) -> pd.DataFrame:
    ids = ("tic_s1_globl", "tic_slt_table3", "tic_slt3d_globl")
    return alignment.monthly_purchases(*map(store.read, ids))


@pytest.fixture(scope="package")
def purchases(monthly: pd.DataFrame) -> dict[Variant, pd.DataFrame]:
    return {
        (territories, maturities, "newest"): alignment.by_year(changed(monthly), maturities=maturities)
        for territories, changed in alignment.TERRITORIES.items()
        for maturities in (alignment.LONG_TERM, alignment.WITH_BILLS)
    }
