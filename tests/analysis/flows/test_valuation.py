"""Valuation by price alone: fitted on 2012–2020, held against what came after."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from treasuries import end

from foreign_demand.analysis import flows
from foreign_demand.exceptions import EstimationError


@pytest.fixture(scope="module")
def fit(reading: Callable[[str], pd.DataFrame], returns: pd.Series, changes: pd.DataFrame) -> pd.DataFrame:
    table_3 = reading("tic_slt_table3")
    until = table_3[table_3["month"] <= end("2026-05")]
    return flows.fit_of_valuation(flows.against_official(until, returns, changes)).set_index("country")


@pytest.mark.parametrize("country", ["Grand Total", "Japan", "China, Mainland"])
def test_out_of_sample_price_alone_explains_nine_tenths(fit: pd.DataFrame, country: str) -> None:
    assert round(fit.loc[country, "r2"], 2) >= 0.90


def test_the_total_is_off_by_some_18_billion_a_month(fit: pd.DataFrame) -> None:
    assert fit.loc["Grand Total", "r2"] == pytest.approx(0.94, abs=0.005)
    assert fit.loc["Grand Total", "rmse_usd_bn"] == pytest.approx(18, abs=0.5)


@pytest.mark.parametrize("country", ["United Kingdom", "Ireland", "Luxembourg"])
def test_where_funds_sit_neither_price_nor_an_own_duration_explains(fit: pd.DataFrame, country: str) -> None:
    assert fit.loc[country, "r2"] < 0.5
    assert fit.loc[country, "own_r2"] < 0.5


@pytest.mark.parametrize(
    ("country", "years"), {"Grand Total": 4.1, "Japan": 4.8, "China, Mainland": 5.4, "Taiwan": 7.2}.items()
)
def test_a_holders_own_duration(fit: pd.DataFrame, country: str, years: float) -> None:
    assert fit.loc[country, "own_duration"] == pytest.approx(years, abs=0.06)


def test_durations_are_those_that_made_the_valuation() -> None:
    random = np.random.default_rng(3)
    months = pd.date_range("2012-01-31", "2020-12-31", freq="ME")
    changes = pd.DataFrame(random.normal(size=(len(months), 4)), months, list(flows.KEY_RATES))
    made = pd.Series([1.0, 2.0, 0.5, 1.5], list(flows.KEY_RATES))
    positions = pd.DataFrame({"month": months, "country_code": 99996, "treasury_holdings_usd_mn": 1000.0})
    positions["treasury_valuation_change_usd_mn"] = 1000 * flows.price_returns(made, changes).to_numpy()
    pd.testing.assert_series_equal(flows.key_rate_durations(positions, changes), made)


def test_a_month_without_a_yield_is_asked_about(
    reading: Callable[[str], pd.DataFrame], changes: pd.DataFrame
) -> None:
    with pytest.raises(EstimationError, match="2015-03 is missing"):
        flows.key_rate_durations(reading("tic_positions"), changes.drop(end("2015-03")))


def test_the_twenty_year_yield_stands_in_while_no_thirty_year_was_issued(changes: pd.DataFrame) -> None:
    assert changes["2002-03":"2006-02"].notna().all(axis=None)
    assert list(changes) == list(flows.KEY_RATES)


def test_a_position_is_valued_at_the_change_of_the_month_after() -> None:
    levels = pd.DataFrame(
        {"month": [end("2024-01"), end("2024-02")], "country_code": 42609, "holdings_usd_bn": [100.0, 500.0]}
    )
    returns = pd.Series({end("2024-01"): 0.5, end("2024-02"): -0.02})
    valued = flows.rolled_forward(levels, returns)["valuation_usd_bn"]
    assert np.isnan(valued[0])
    assert valued[1] == pytest.approx(-2.0)
