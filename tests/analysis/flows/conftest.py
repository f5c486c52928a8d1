"""The embedded tables, and the prices that durations fitted on 2012–2020 give."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from project import ROOT

from foreign_demand.analysis import flows
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], pd.DataFrame]:
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache")).read


@pytest.fixture(scope="module")
def changes(reading: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    return flows.yield_changes({years: reading(f"DGS{years}") for years in flows.MATURITIES})


@pytest.fixture(scope="module")
def returns(reading: Callable[[str], pd.DataFrame], changes: pd.DataFrame) -> pd.Series:
    return flows.price_returns(flows.key_rate_durations(reading("tic_positions"), changes), changes)
