"""Tests of accuracy by hand, coverage of the bands, and private flows that are noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nowcasting import made_inputs
from scipy import stats

from foreign_demand.analysis import nowcast
from foreign_demand.book.assembled import holder_breaks
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


@pytest.fixture(scope="module")
def given(embedded: Store) -> nowcast.Inputs:
    return nowcast.inputs({id: embedded.read(id) for id in nowcast.TABLES}, holder_breaks())


def test_one_month_ahead_the_corrected_test_is_a_t_test_of_the_difference_in_losses() -> None:
    random = np.random.default_rng(8)
    first, second = pd.Series(random.normal(size=39)), pd.Series(1.4 * random.normal(size=39))
    by_hand = stats.ttest_1samp(first**2 - second**2, 0.0)
    assert nowcast.diebold_mariano(first, second) == pytest.approx((by_hand.statistic, by_hand.pvalue))


def test_farther_ahead_autocovariances_count_and_the_statistic_shrinks() -> None:
    loss = pd.Series([2.0, 1.0, 3.0, 2.5, 0.5, 1.5, 2.0, 3.5, 1.0, 2.0, 2.2, 1.7])
    zero = loss * 0
    centred = (loss**2 - (loss**2).mean()).to_numpy()
    size = len(loss)
    variance = (centred @ centred + 2 * centred[1:] @ centred[:-1]) / size**2
    shrink = np.sqrt((size + 1 - 4 + 2 / size) / size)
    found, _ = nowcast.diebold_mariano(loss, zero, ahead=2)
    assert found == pytest.approx(shrink * (loss**2).mean() / np.sqrt(variance))


def test_forecasts_that_never_differ_or_too_few_months_are_refused() -> None:
    errors = pd.Series(np.arange(12.0))
    with pytest.raises(EstimationError, match="12 months in common"):
        nowcast.diebold_mariano(errors, errors)
    with pytest.raises(EstimationError, match="5 months in common"):
        nowcast.diebold_mariano(errors[:5], errors[:5] + 1)


def test_since_2023_nothing_beats_valuation_plus_mean_flow(given: nowcast.Inputs) -> None:
    scores = nowcast.accuracy(nowcast.forecasts(given))
    rows = scores[(scores["target"] == "Total") & (scores["span"] == "since")].set_index("model")
    assert rows.loc[nowcast.COMBINATION, "p_value"] > 0.5
    assert rows.loc[nowcast.NO_CHANGE, "p_value"] < 0.01


def test_bands_of_80_percent_hold_76_to_84_percent_of_all_targets(given: nowcast.Inputs) -> None:
    cover = nowcast.calibration(nowcast.forecasts(given))
    rows = cover[(cover["name"] == "Adaptive") & (cover["asked_pct"] == 80)]
    assert set(rows["target"]) == set(nowcast.TARGETS)
    assert rows["covered_pct"].between(76, 84).all()
    assert (rows["months"] > 130).all()


def test_plain_quantiles_of_past_misses_cover_too_little(given: nowcast.Inputs) -> None:
    cover = nowcast.calibration(nowcast.forecasts(given))
    rows = cover[(cover["asked_pct"] == 80)].pivot(index="target", columns="name", values="covered_pct")
    assert rows.loc["Total", "Plain"] < rows.loc["Total", "Adaptive"]


def test_private_flows_are_noise_and_a_trend_is_not(given: nowcast.Inputs) -> None:
    _, p_value = nowcast.noise_of_private_flows(given)
    assert p_value > 0.1
    assert nowcast.noise_of_private_flows(given, start=nowcast.BEFORE[0])[1] < 0.01, "since 2015 they are not"
    made = made_inputs(months=240, noise=10.0)
    trend = pd.Series(np.linspace(0, 400, 240), index=made.changes.index)
    made.changes["Private"] += trend
    assert nowcast.noise_of_private_flows(made, start=pd.Timestamp("2015-01-31"))[1] < 0.01
