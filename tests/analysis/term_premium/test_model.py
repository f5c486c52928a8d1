"""The model: published values, its algebra, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import term_premium
from foreign_demand.exceptions import EstimationError


def test_march_and_april_2025_as_published(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    table = model.decompose(yields["2025-03":"2025-04"], [120])
    assert table["term_premium_pct"].round(3).tolist() == [0.386, 0.610]
    assert table["risk_neutral_yield_pct"].round(3).tolist() == [3.865, 3.608]


def test_the_federal_funds_rate_stands_in_before_1982_only(
    yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    patched = term_premium.patch_short_rate(yields, federal_funds)
    early = patched.index < "1982"
    pd.testing.assert_frame_equal(patched[~early], yields[~early])
    pd.testing.assert_frame_equal(patched.drop(columns=1), yields.drop(columns=1))
    correlation = patched.loc[early, 1].corr(federal_funds.reindex(patched.index[early]))
    assert correlation == pytest.approx(1)


def test_without_prices_of_risk_there_is_no_premium(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    neutral = replace(model, lambda0=model.mu, lambda1=np.zeros_like(model.lambda1))
    table = neutral.decompose(yields)
    assert table["term_premium_pct"].abs().max() < 1e-9


def test_the_risk_neutral_yield_is_the_average_expected_short_rate(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    certain = replace(model, sigma=np.zeros_like(model.sigma), return_variance=0.0)
    now = certain.factors[-1]
    expected = [
        model.delta0 + model.delta1 @ np.linalg.matrix_power(model.phi, month) @ now for month in range(36)
    ]
    sample = certain.yields.tail(1)
    table = certain.decompose(sample, [36])
    assert table["risk_neutral_yield_pct"].iloc[0] == pytest.approx(1200 * np.mean(expected))


def test_the_parts_add_up_by_day_and_by_month(
    model: term_premium.TermPremiumModel, daily: pd.DataFrame, yields: pd.DataFrame
) -> None:
    by_month, by_day = model.decompose(yields), model.decompose(daily, [120])
    for table in (by_month, by_day):
        parts = table["risk_neutral_yield_pct"] + table["term_premium_pct"]
        assert (table["fitted_yield_pct"] - parts).abs().max() < 1e-12
    assert by_month.columns[0] == "month"
    assert by_day.columns[0] == "date"
    assert len(by_month) == 120 * len(yields)
    last = by_day.set_index("date").loc["2025-04-30", "term_premium_pct"]
    month = by_month.set_index(["month", "maturity_months"]).loc[("2025-04-30", 120), "term_premium_pct"]
    assert last == pytest.approx(month)


def test_diagnostics_say_how_well_it_fits(model: term_premium.TermPremiumModel) -> None:
    found = model.diagnostics
    assert found.persistence[0] < 1
    assert (np.diff(found.persistence) <= 0).all()
    assert 0.9999 < found.explained_variance.sum() < 1
    errors = found.pricing_errors.set_index("maturity_months")["root_mean_square_bp"]
    assert errors[24:120].max() < 5
    assert np.cov(model.factors.T).round(9).tolist() == np.eye(5).tolist()


def test_factors_and_maturities_can_be_chosen(yields: pd.DataFrame) -> None:
    late = yields["1990":]
    three = term_premium.estimate(late, factors=3, factor_maturities=(6, 60))
    assert three.factors.shape == (len(late), 3)
    assert three.maturities.tolist() == list(range(6, 61))
    assert three.first_month == pd.Timestamp("1990-01-31")


def test_real_time_is_the_estimate_on_the_months_so_far(
    yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    until = yields[:"1995-06"]
    windows = term_premium.expanding_window(until, federal_funds, since="1995-01").set_index("month")
    assert len(windows) == 6
    for month in ("1995-01-31", "1995-06-30"):
        known = yields[:month]
        alone = term_premium.estimate(known, federal_funds)
        expected = alone.decompose(known.tail(1), [120]).iloc[0]
        assert windows.loc[month, "term_premium_pct"] == pytest.approx(expected["term_premium_pct"], abs=1e-7)
        assert windows.loc[month, "fitted_yield_pct"] == pytest.approx(expected["fitted_yield_pct"], abs=1e-7)
        assert windows.loc[month, "persistence"] == pytest.approx(alone.diagnostics.persistence[0], abs=1e-9)


def without_a_month(yields: pd.DataFrame) -> pd.DataFrame:
    return yields.drop(pd.Timestamp("2001-09-30"))


def with_a_gap(yields: pd.DataFrame) -> pd.DataFrame:
    spoiled = yields.copy()
    spoiled.loc["2001-09-30", [118, 119, 120]] = np.nan
    return spoiled


def flat(yields: pd.DataFrame) -> pd.DataFrame:
    level = yields[120]
    return pd.DataFrame(dict.fromkeys(yields.columns, level))


def explosive(yields: pd.DataFrame) -> pd.DataFrame:
    growth = 1.01 ** np.arange(len(yields))
    noise = np.random.default_rng(1).normal(0, 0.01, yields.shape)
    return pd.DataFrame(growth[:, None] * (1 + 0.001 * np.arange(120)) + noise, yields.index, yields.columns)


def doubled(yields: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([yields.iloc[:100], yields.iloc[99:]])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_a_month, r"skip 2001-09 \(1 months"),
        (with_a_gap, r"2001-09-30 has no yield at 118 to 120 months"),
        (flat, "do not span 5 factors"),
        (explosive, "not stationary"),
        (doubled, "not one row a month"),
        (lambda yields: yields.head(24), "24 months are too few"),
    ],
)
@pytest.mark.parametrize(
    "run",
    [
        term_premium.estimate,
        lambda bad: term_premium.expanding_window(bad, since=f"{bad.index[-1]:%Y-%m-%d}"),
    ],
    ids=["once", "in real time"],
)
def test_data_that_cannot_be_estimated_on_are_refused_by_name(
    yields: pd.DataFrame, spoil: Callable[[pd.DataFrame], pd.DataFrame], says: str, run: Callable
) -> None:
    bad = spoil(yields["1990":"2010"])
    with pytest.raises(EstimationError, match=says):
        run(bad)


def test_a_gap_on_another_day_is_refused(model: term_premium.TermPremiumModel, daily: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="has no yield at 60 to 60 months"):
        model.decompose(daily.tail(3).assign(**{"60": np.nan}).drop(columns=60).rename(columns={"60": 60}))


@pytest.mark.parametrize("maturity", [0, 121, 1.5])
def test_a_maturity_the_model_does_not_have_is_refused(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame, maturity: float
) -> None:
    with pytest.raises(EstimationError, match="whole months from 1 to 120"):
        model.decompose(yields, [maturity])


def test_a_missing_federal_funds_rate_is_refused(yields: pd.DataFrame, federal_funds: pd.Series) -> None:
    with pytest.raises(EstimationError, match="1970-05 is missing"):
        term_premium.estimate(yields, federal_funds.drop(pd.Timestamp("1970-05-31")))
    with pytest.raises(EstimationError, match="two years"):
        term_premium.estimate(yields[:"1982-06"], federal_funds)


def test_more_factors_than_priced_returns_are_refused(yields: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="12 factors cannot be priced"):
        term_premium.estimate(yields, factors=12)


def test_real_time_cannot_start_after_the_curve_ends(yields: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="No month from 2100-01"):
        term_premium.expanding_window(yields, since="2100-01")
