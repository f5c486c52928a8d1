"""Markets as they were, for tests of the safe haven."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import inference, safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.store import read_table


@pytest.fixture(scope="session")
def yields() -> dict[int, pd.Series]:
    return {years: as_series(read_table(f"DGS{years}")) for years in safe_haven.MATURITY_YEARS}


@pytest.fixture(scope="session")
def levels() -> pd.DataFrame:
    return safe_haven.levels_of({id: read_table(id) for id in safe_haven.TABLES})


@pytest.fixture(scope="session")
def regimes(levels: pd.DataFrame) -> pd.DataFrame:
    return safe_haven.worst_periods(levels, "daily", periods=safe_haven.REGIMES).set_index(
        ["period", "tail_pct", "asset"]
    )


@pytest.fixture(scope="session")
def monthly(levels: pd.DataFrame) -> pd.Series:
    return safe_haven.realised_correlation(levels, "Stocks", "10-year Treasury")


@pytest.fixture(scope="session")
def breaks(monthly: pd.Series) -> pd.DataFrame:
    return inference.break_dates(monthly)
