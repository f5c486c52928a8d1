"""The embedded curve, and the model on the sample of an official edition."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import term_premium
from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def daily(embedded: Store) -> pd.DataFrame:
    return zero_coupon_yields(embedded.read("gsw_parameters"))


@pytest.fixture(scope="module")
def yields(daily: pd.DataFrame) -> pd.DataFrame:
    return month_ends(daily)


@pytest.fixture(scope="module")
def federal_funds(embedded: Store) -> pd.Series:
    return embedded.read("FEDFUNDS").set_index("month")["rate_pct"]


@pytest.fixture(scope="module")
def model(yields: pd.DataFrame, federal_funds: pd.Series) -> term_premium.TermPremiumModel:
    """Estimated on the sample of the July 2025 vintage."""
    return term_premium.estimate(yields[:"2025-06"], federal_funds)
