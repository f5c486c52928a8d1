"""What is not known of the model: bias, and redrawn parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import term_premium
from foreign_demand.exceptions import EstimationError


def test_bias_correction_of_one_factor_is_the_textbook_one(yields: pd.DataFrame) -> None:
    one = term_premium.estimate(yields, factors=1)
    corrected = term_premium.bias_corrected(one)
    phi = one.phi[0, 0]
    room = 1 - phi  # the textbook correction, shrunk by hundredths where it would reach one
    textbook = (1 + 3 * phi) / (len(yields) - 1)
    shares = np.arange(100, -1, -1) / 100
    share = next(s for s in shares if s * textbook < room)
    assert corrected.phi[0, 0] - phi == pytest.approx(share * textbook, rel=1e-6)


def test_bias_correction_changes_the_split_and_not_the_yields(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    corrected = term_premium.bias_corrected(model)
    assert model.diagnostics.persistence[0] < corrected.diagnostics.persistence[0] < 1
    before, after = model.decompose(yields, [120]), corrected.decompose(yields, [120])
    assert (before["fitted_yield_pct"] - after["fitted_yield_pct"]).abs().max() < 1e-9
    assert after["risk_neutral_yield_pct"].std() > before["risk_neutral_yield_pct"].std()


@pytest.mark.parametrize("correct_bias", [True, False])
def test_a_bootstrap_repeats_itself_and_counts_what_it_discards(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame, correct_bias: bool
) -> None:
    one, again = (term_premium.bootstrap(model, draws=60, correct_bias=correct_bias) for _ in range(2))
    np.testing.assert_array_equal(one.slopes, again.slopes)
    assert len(one.slopes) + one.discarded == 60
    band = one.band(yields.tail(24))
    assert band.columns[0] == "month"
    assert (band["low_pct"] < band["median_pct"]).all()
    assert (band["median_pct"] < band["high_pct"]).all()


def test_changes_are_known_better_than_levels(
    model: term_premium.TermPremiumModel, daily: pd.DataFrame
) -> None:
    start, end = daily.loc[["2025-04-02"]], daily.loc[["2025-04-11"]]
    draws = term_premium.bootstrap(model, draws=100)
    low, high = draws.change(start, end)
    level = draws.band(end)
    assert high - low < 0.25 * (level["high_pct"] - level["low_pct"]).iloc[0]
    change = model.decompose(pd.concat([start, end]), [120])["term_premium_pct"].diff().iloc[-1]
    assert low < change < high


def test_the_bootstrap_of_a_precise_model_is_narrow(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    precise = replace(
        model,
        phi=0.5 * np.eye(5),
        return_errors=0.01 * model.return_errors,
        short_rate_errors=0.01 * model.short_rate_errors,
    )
    latest = yields.tail(1)
    narrow, wide = (
        term_premium.bootstrap(m, draws=60, correct_bias=False).band(latest).iloc[0] for m in (precise, model)
    )
    assert narrow["high_pct"] - narrow["low_pct"] < 0.5 * (wide["high_pct"] - wide["low_pct"])


def test_draws_that_are_mostly_not_stationary_are_refused(model: term_premium.TermPremiumModel) -> None:
    drifting = replace(model, phi=1.02 * np.eye(5))
    with pytest.raises(EstimationError, match="of 20 redrawn VARs are not stationary"):
        term_premium.bootstrap(drifting, draws=20, correct_bias=False)
