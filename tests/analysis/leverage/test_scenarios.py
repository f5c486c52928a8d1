"""Scenarios of a sale: worked out by hand, proportional, and with inputs from anywhere."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.analysis.returns import as_series
from foreign_demand.book import assembled
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return assembled.selloff_model()


def test_the_model_is_plain_numbers_that_survive_writing(model: dict[str, Any]) -> None:
    assert json.loads(json.dumps(model)) == model
    ids = [holder["id"] for holder in model["holders"]]
    assert len(ids) == len(set(ids))
    assert {"japan", "china-mainland", "euro-area", "least-aligned", "all-official-holders"} <= set(ids)


def test_nothing_sold_is_exactly_the_baseline(model: dict[str, Any]) -> None:
    for holder in model["holders"]:
        found = leverage.evaluate(model, {**model["defaults"], "holder": holder["id"], "share": 0.0})
        assert found["left_usd_bn"] == holder["holdings_usd_bn"]
        effects = ("sold_usd_bn", "counted_usd_bn", "shift_bp", "interest_usd_bn", "mortgage_bp", "loss_pct")
        assert all(np.all(np.asarray(found[name]) == 0) for name in effects)


def test_twice_the_sale_has_twice_the_effects(model: dict[str, Any]) -> None:
    once, twice = (leverage.evaluate(model, {**model["defaults"], "share": share}) for share in (7.0, 14.0))
    for name in ("sold_usd_bn", "shift_bp", "interest_usd_bn", "mortgage_bp"):
        assert np.multiply(2, once[name]) == pytest.approx(twice[name])


def test_what_the_federal_reserve_buys_does_not_weigh_on_the_market(model: dict[str, Any]) -> None:
    found = leverage.evaluate(model, {**model["defaults"], "fed": 100.0})
    assert found["sold_usd_bn"] > 0
    assert found["shift_bp"] == [0, 0]


def test_a_scenario_is_the_sum_of_its_parts(model: dict[str, Any]) -> None:
    scenario = {**model["defaults"], "holder": "japan", "share": 10.0, "months": 1, "study": "beltran_impact"}
    found = leverage.evaluate(model, scenario | {"scale": "dollars"})
    japan = next(h for h in model["holders"] if h["id"] == "japan")
    assert found["shift_bp"][0] == pytest.approx(40 * japan["holdings_usd_bn"] / 10 / 100)
    loss = japan["duration_years"] * found["shift_bp"][0] / 10000 * japan["holdings_usd_bn"] * 0.95
    assert found["loss_usd_bn"][0] == pytest.approx(loss)
    costs = pd.DataFrame(
        {"legacy_usd_bn": model["legacy"], "new_usd_bn": model["new"], "rate": model["rate"]}
    )
    costs.insert(0, "fiscal_year", range(2027, 2037))
    by_year = leverage.interest_cost(costs, np.array(found["path_bp"][1]))
    assert found["interest_usd_bn"][1] == pytest.approx(by_year["total_usd_bn"].sum())


def test_a_slow_sale_reaches_its_effect_in_the_second_year(model: dict[str, Any]) -> None:
    low = leverage.evaluate(model, {**model["defaults"], "months": 24})
    assert np.array(low["path_bp"][1][:3]) / low["shift_bp"][1] == pytest.approx([0.25, 0.75, 1.0])
    fast = leverage.evaluate(model, {**model["defaults"], "months": 12})
    assert fast["path_bp"][1][0] / fast["shift_bp"][1] == pytest.approx(0.5)
    assert fast["interest_usd_bn"][1] > low["interest_usd_bn"][1]


def test_the_whole_range_reaches_from_the_least_to_the_most(model: dict[str, Any]) -> None:
    one = [
        leverage.evaluate(model, {**model["defaults"], "study": study["id"]})["shift_bp"]
        for study in model["studies"]
    ]
    whole = leverage.evaluate(model, model["defaults"])["shift_bp"]
    assert whole == [min(low for low, _ in one), max(high for _, high in one)]


@pytest.mark.parametrize(
    ("asked", "found", "said"),
    [
        ({"share": "250"}, {"share": 100}, "share: from 0 to 100; 100 is used."),
        ({"share": "-5"}, {"share": 0}, "share: from 0 to 100; 0 is used."),
        ({"share": "ten"}, {"share": 10.0}, "share: not a number; 10 is used."),
        ({"share": "1e2"}, {"share": 10.0}, "share: not a number; 10 is used."),
        ({"share": "NaN"}, {"share": 10.0}, "share: not a number; 10 is used."),
        ({"months": "0"}, {"months": 1}, "months: from 1 to 24; 1 is used."),
        ({"months": "900"}, {"months": 24}, "months: from 1 to 24; 24 is used."),
        ({"holder": "atlantis"}, {"holder": "all-official-holders"}, "holder: no such choice"),
        ({"study": "<script>"}, {"study": leverage.ALL}, "study: no such choice"),
        ({"fed": "50", "share": "12.5", "months": "6.4"}, {"fed": 50, "share": 12.5, "months": 6}, ""),
    ],
)
def test_broken_and_extreme_inputs_are_set_right_with_a_message(
    model: dict[str, Any], asked: dict[str, str], found: dict[str, object], said: str
) -> None:
    scenario, messages = leverage.read_scenario(model, asked)
    assert {name: scenario[name] for name in found} == found
    assert " ".join(messages).startswith(said)
    assert bool(messages) == bool(said)


def test_printed_scenarios_stay_within_what_has_been_seen(model: dict[str, Any]) -> None:
    rows = leverage.standard(model)
    assert len(rows) == 9
    assert (rows["shift_bp_low"] < rows["shift_bp_high"]).all()
    assert rows["shift_bp_high"].max() < model["seen_bp"]


def test_a_duration_is_the_slope_of_valuation_on_yield() -> None:
    months = pd.date_range("2023-01-31", periods=40, freq="ME")
    yields = pd.Series(4 + np.sin(np.arange(40)), index=months)
    change = yields.diff().fillna(0) / 100
    table = pd.DataFrame(
        {
            "month": months,
            "country_code": 1,
            "holdings_usd_mn": 200.0,
            "long_term_holdings_usd_mn": 100.0,
            "long_term_valuation_change_usd_mn": (-5 * change * 100).to_numpy(),
        }
    )
    (row,) = leverage.durations(table, yields).itertuples()
    assert row.duration_years == pytest.approx(5)
    assert row.r2 == pytest.approx(1)
    assert leverage.duration_of(1, leverage.durations(table, yields)) == (
        pytest.approx(0.5 * 5 + 0.5 * 0.25),
        True,
    )


def test_mortgages_follow_the_ten_year_yield_in_part(embedded: Store) -> None:
    found = leverage.mortgage_pass_through(
        as_series(embedded.read("MORTGAGE30US")), as_series(embedded.read("DGS10"))
    )
    assert 0.4 < found["low"] < found["slope"] < found["high"] < 0.9
