"""Errors, the bootstrap and break tests: against other implementations and known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from haven import weekdays
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from foreign_demand.analysis import inference
from foreign_demand.exceptions import EstimationError


@pytest.mark.parametrize(("observations", "lags"), [(40, 3), (100, 4), (214, 4), (3000, 8)])
def test_lags_grow_slowly_with_the_sample(observations: int, lags: int) -> None:
    assert inference.newey_west_lags(observations) == lags


def test_the_variance_of_a_mean_is_that_of_statsmodels() -> None:
    values = autocorrelated(np.random.default_rng(0), 200)
    ours = np.sqrt(inference.long_run_sum(values - values.mean(), 6)) / len(values)
    theirs = OLS(values, np.ones(200)).fit(cov_type="HAC", cov_kwds={"maxlags": 6}).bse[0]
    assert ours == pytest.approx(theirs)
    both = inference.long_run_sum(np.vstack([values, 2 * values]) - values.mean(), 0)
    assert both[0] == pytest.approx(((values - values.mean()) ** 2).sum())


def test_the_mean_of_chosen_days_is_a_regression_on_them() -> None:
    random = np.random.default_rng(10)
    values, chosen = autocorrelated(random, 200), random.random(200) < 0.2
    mean, low, high = inference.mean_of(values, chosen, 6)
    theirs = OLS(values, np.column_stack([chosen, ~chosen]).astype(float))
    theirs = theirs.fit(cov_type="HAC", cov_kwds={"maxlags": 6})
    assert mean == pytest.approx(values[chosen].mean())
    assert [low, high] == pytest.approx(theirs.conf_int()[0].tolist())


def test_a_handful_has_a_mean_and_no_interval() -> None:
    values = np.arange(50.0)
    mean, low, high = inference.mean_of(values, values < inference.FEWEST - 1, 2)
    assert mean == pytest.approx(4)
    assert np.isnan([low, high]).all()
    assert not np.isnan(inference.mean_of(values, values < inference.FEWEST, 2)).any()


def test_a_regression_leaves_out_gaps_and_corrects_for_a_small_sample() -> None:
    random = np.random.default_rng(1)
    x = pd.DataFrame({"x": random.normal(size=60)})
    y = 2 * x["x"] + pd.Series(autocorrelated(random, 60))
    y[3] = np.nan
    fit = inference.regression(y, x)
    known = y.notna()
    plain = OLS(y[known], add_constant(x[known])).fit(cov_type="HAC", cov_kwds={"maxlags": 3})
    assert fit.nobs == 59
    assert fit.params.tolist() == pytest.approx(plain.params.tolist())
    assert (fit.bse / plain.bse).tolist() == pytest.approx([np.sqrt(59 / 57)] * 2)
    assert fit.use_t
    through_zero = inference.regression(y, x, lags=0, constant=False)
    assert through_zero.params.index.tolist() == ["x"]


def test_blocks_are_drawn_whole_and_go_round_the_end() -> None:
    positions = inference.block_positions(10, 4, 50, np.random.default_rng(2))
    assert positions.shape == (50, 10)
    steps = np.diff(positions, axis=1) % 10
    inside = np.arange(9) % 4 != 3
    assert (steps[:, inside] == 1).all()
    assert set(np.unique(positions)) == set(range(10))


def test_partition_is_the_best_of_all() -> None:
    y = np.random.default_rng(2).normal(size=30) + np.repeat([0.0, 2.0, -1.0], 10)

    def cost(a: int, b: int) -> float:
        edges = [0, a, b, 30]
        return float(((y - inference._segment_means(y, edges)) ** 2).sum())

    best = min(((a, b) for a in range(4, 23) for b in range(a + 4, 27)), key=lambda pair: cost(*pair))
    assert inference._best_partition(y, 2, 4) == list(best)


def autocorrelated(random: np.random.Generator, size: int) -> np.ndarray:
    noise = np.zeros(size)
    for i in range(1, size):
        noise[i] = 0.3 * noise[i - 1] + 0.25 * random.normal()
    return noise


def test_known_breaks_are_found_and_mostly_lie_in_their_intervals() -> None:
    random = np.random.default_rng(3)
    months = pd.date_range("1990-01-31", periods=400, freq="ME")
    regimes = np.repeat([0.4, -0.4, 0.1], [150, 150, 100])
    inside = []
    right = 0
    for _ in range(20):
        series = pd.Series(autocorrelated(random, 400) + regimes, index=months)
        found = inference.break_dates(series, replications=199)
        right += len(found) == 2
        if len(found) == 2:
            inside += [
                row.low <= months[position] <= row.high
                for row, position in zip(found.itertuples(), (150, 300), strict=True)
            ]
            assert found["before"].iloc[0] == pytest.approx(np.tanh(0.4), abs=0.1)
    assert right >= 16
    assert np.mean(inside) >= 0.85


def test_autocorrelated_noise_is_seldom_called_a_break() -> None:
    random = np.random.default_rng(4)
    months = pd.date_range("1990-01-31", periods=300, freq="ME")
    series = (pd.Series(autocorrelated(random, 300), index=months) for _ in range(40))
    alarms = sum(len(inference.break_dates(s, replications=99)) > 0 for s in series)
    assert alarms <= 5


def broken_at(*months: str) -> pd.DataFrame:
    return pd.DataFrame({"month": pd.DatetimeIndex(months)})


def test_the_end_is_held_against_the_regime_before_whatever_breaks_then() -> None:
    months = pd.date_range("1990-01-31", "2026-06-30", freq="ME")
    noise = autocorrelated(np.random.default_rng(11), len(months))
    series = pd.Series(np.where(months < "2010", 0.3, -0.3) + noise, index=months)
    since = pd.Timestamp("2025-04-02")
    plain = inference.end_of_sample(series, broken_at("2010-01-31"), since=since)
    assert plain["months"] == 15
    assert plain["before"] == pytest.approx(-0.3, abs=0.1)
    assert inference.end_of_sample(series, broken_at("2010-01-31", "2025-04-30"), since=since) == plain
    assert inference.end_of_sample(series, broken_at("2010-01-31", "2026-01-31"), since=since) == plain
    unbroken = inference.end_of_sample(series, inference.break_dates(series[:30]), since=since)
    assert unbroken["before"] == pytest.approx(np.tanh(series[:since].mean()))


def test_an_end_without_anything_to_hold_it_against_is_refused() -> None:
    months = pd.date_range("2020-01-31", "2026-06-30", freq="ME")
    series = pd.Series(0.1, index=months)
    with pytest.raises(EstimationError, match="no month since"):
        inference.end_of_sample(series, broken_at(), since=pd.Timestamp("2026-07-15"))
    with pytest.raises(EstimationError, match="twice the 54 months"):
        inference.end_of_sample(series, broken_at(), since=pd.Timestamp("2022-01-01"))


def test_the_band_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    covered = []
    for _ in range(150):
        first = random.standard_t(5, 250)
        second = 0.5 * first + np.sqrt(0.75) * random.standard_t(5, 250)
        pair = pd.DataFrame({"a": first, "b": second}, index=weekdays(250))
        band = inference.rolling_correlation(pair, 240).iloc[-1]
        covered.append(band["low"] < 0.5 < band["high"])
    assert 0.87 <= np.mean(covered) <= 1.0


def test_the_band_of_a_correlation_is_as_wide_as_it_should_be() -> None:
    random = np.random.default_rng(1)
    pair = pd.DataFrame(random.normal(size=(4000, 2)), index=weekdays(4000), columns=["a", "b"])
    band = inference.rolling_correlation(pair, 250)
    width = (np.arctanh(band["high"]) - np.arctanh(band["low"])) / 2
    assert width.mean() == pytest.approx(inference.Z95 / np.sqrt(250), rel=0.1)


def test_blocks_widen_the_interval_of_a_persistent_series() -> None:
    runs = np.repeat(np.random.default_rng(2).integers(0, 2, 100), 50).astype(float)
    short, long = (inference.block_means(runs, block=block, draws=400)[:, 0].std() for block in (1, 100))
    assert long > 3 * short
    assert inference.block_means(runs, block=100, draws=400).mean() == pytest.approx(runs.mean(), abs=0.02)


def test_the_break_that_a_step_added_is_the_one_the_others_do_without() -> None:
    assert inference._added([], [50]) == 0
    assert inference._added([50], [20, 52]) == 0
    assert inference._added([20, 52], [21, 52, 80]) == 2
    assert inference._added([20, 80], [20, 50, 79]) == 1
