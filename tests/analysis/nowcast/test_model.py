"""Accounting forward: a known world is found again, nothing later is used, the published errors are met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from nowcasting import DURATION, FLOW, RESPONSE, made_inputs
from statsmodels.regression.linear_model import OLS

from foreign_demand.analysis import nowcast
from foreign_demand.book.assembled import holder_breaks
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def simulated(embedded: Store) -> pd.DataFrame:
    given = nowcast.inputs({id: embedded.read(id) for id in nowcast.TABLES}, holder_breaks())
    return nowcast.forecasts(given)


def test_every_window_is_fitted_as_by_least_squares() -> None:
    random = np.random.default_rng(1)
    x = pd.DataFrame(random.normal(size=(90, 2)), columns=["a", "b"])
    y = x["a"] - 2 * x["b"] + random.normal(size=90)
    y[40] = np.nan
    found = nowcast.fitted(y, x, ahead=2, window=60)
    rows = slice(85 - 2 - 59, 85 - 2 + 1)
    known = y[rows].notna()
    by_hand = OLS(y[rows][known], x[rows].assign(constant=1.0)[known]).fit().params
    assert found.loc[85, ["a", "b", "constant"]].to_numpy() == pytest.approx(by_hand.to_numpy())
    assert found[:24].isna().all(axis=None)


def test_a_world_without_noise_is_forecast_to_the_billion() -> None:
    given = made_inputs(waiting=1)
    month = given.waiting()[0]
    part = nowcast.parts(given, "Official").loc[month]
    table = nowcast.forecasts(given)
    late = table[table["month"] > "2018-01"]
    missed = nowcast.errors(late, "Official")[nowcast.COMPONENTS].dropna()
    assert part["custody_usd_bn"] + part["valuation_usd_bn"] + part["flow_usd_bn"] == pytest.approx(
        FLOW
        + RESPONSE * given.custody.diff()[month]
        - DURATION / 100 * given.yields.diff()[month] * given.levels["Official"][given.edition],
        rel=0.05,
    )
    assert missed.abs().max() < 1.0


def test_the_total_is_the_sum_of_its_components() -> None:
    given = made_inputs(noise=10.0)
    table = nowcast.forecasts(given).set_index(["target", "month"])
    official, private = nowcast.parts(given, "Official"), nowcast.parts(given, "Private")
    month = given.edition
    parts = ["valuation_usd_bn", "flow_usd_bn", "custody_usd_bn"]
    by_hand = official.loc[month, parts].sum() + private.loc[month, parts[:2]].sum()
    assert table.loc[("Total", month), nowcast.COMPONENTS] == pytest.approx(by_hand)


@pytest.mark.parametrize("ahead", [1, 2])
def test_a_forecast_uses_nothing_that_was_not_known(ahead: int) -> None:
    """Whatever later months say, the forecast of a month stays."""
    given = made_inputs(noise=10.0)
    month = pd.Timestamp("2018-05-31")
    known = month - pd.offsets.MonthEnd(ahead)
    spoilt = replace(
        given,
        changes=pd.concat([given.changes[:known], given.changes[known:].iloc[1:] * 0 + 999.0]),
        levels=pd.concat([given.levels[:known], given.levels[known:].iloc[1:] * 0 + 1.0]),
        yields=given.yields.where(given.yields.index <= month, 99.0),
        custody=given.custody.where(given.custody.index <= month, 1.0),
    )
    models = list(nowcast.MODELS)
    first, second = (
        nowcast.forecasts(inputs, ahead=ahead).set_index(["month", "target"]).loc[month, models]
        for inputs in (given, spoilt)
    )
    pd.testing.assert_frame_equal(first, second)


def test_without_custody_the_mean_flow_stands_in() -> None:
    given = made_inputs(noise=10.0, waiting=1)
    month = given.waiting()[0]
    blind = replace(given, custody=given.custody.where(given.custody.index < month))
    row = nowcast.forecasts(blind).set_index(["target", "month"]).loc[("Official", month)]
    assert row[nowcast.COMPONENTS] == row[nowcast.BENCHMARK]


def test_weights_are_shares_and_go_to_the_better_forecast() -> None:
    random = np.random.default_rng(5)
    errors = pd.DataFrame(random.normal(size=(120, 3)) * [1.0, 5.0, 5.0], columns=list("abc"))
    weights = nowcast.best_weights(errors, ahead=1)
    assert weights.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert (weights >= 0).all(axis=None)
    assert weights["a"].iloc[-1] > 0.8
    assert weights.iloc[5].tolist() == pytest.approx([1 / 3] * 3)


SPANS = {"before": 58.0, "since": 66.0}


@pytest.mark.parametrize("span", SPANS)
def test_the_combination_for_the_total_misses_by_no_more_than_it_should(
    simulated: pd.DataFrame, span: str
) -> None:
    scores = nowcast.accuracy(simulated)
    rows = scores[(scores["target"] == "Total") & (scores["span"] == span)].set_index("model")
    found = rows.loc[nowcast.COMBINATION, "rmse_usd_bn"]
    assert found <= SPANS[span]
    assert found <= rows.loc[nowcast.BENCHMARK, "rmse_usd_bn"]


def test_no_change_misses_by_what_is_published(simulated: pd.DataFrame) -> None:
    scores = nowcast.accuracy(simulated)
    rows = scores[(scores["target"] == "Total") & (scores["model"] == nowcast.NO_CHANGE)]
    assert rows["rmse_usd_bn"].round().tolist() == [78, 118]


def test_the_present_is_forecast_as_the_past_was(simulated: pd.DataFrame, embedded: Store) -> None:
    """With the newest print taken away, its forecast is the one of the simulation."""
    tables = {id: embedded.read(id) for id in nowcast.TABLES}
    edition = tables["tic_slt_table3"]["month"].max()
    for id in ("tic_slt_table3", "tic_slt_table5", "tic_press_tables"):
        tables[id] = tables[id][tables[id]["month"] < edition]
    found = nowcast.next_prints(nowcast.inputs(tables, holder_breaks()))
    found = found[found["month"] == edition].set_index("target")["forecast_usd_bn"]
    past = simulated[simulated["month"] == edition].set_index("target")[nowcast.COMBINATION]
    pd.testing.assert_series_equal(found, past[found.index], check_names=False)
