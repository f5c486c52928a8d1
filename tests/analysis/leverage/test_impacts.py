"""Price impacts on one scale: worked out by hand, and as the studies are on the market of today."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.data.impacts import read_impacts
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

MONTHS = pd.DatetimeIndex(["2005-05-31", "2025-12-31"])
DEBT = pd.DataFrame(
    {"marketable_usd_bn": [5000.0, 20000.0], "notes_and_bonds_usd_bn": [4000.0, 10000.0]}, index=MONTHS
)
INFLOW = pd.Series({2005: 400.0})


def one(**known: object) -> pd.DataFrame:
    row = {"id": "x", "low_bp": 10.0, "high_bp": 20.0, "base": "marketable", "market": MONTHS[0]}
    sizes = dict.fromkeys(("usd_bn", "share_pct", "inflow_year"), float("nan"))
    return pd.DataFrame([row | sizes | known])


def test_dollars_are_a_share_of_the_market_of_their_time() -> None:
    (row,) = leverage.on_one_scale(one(usd_bn=50.0), DEBT, INFLOW).itertuples()
    assert (row.then_low_bp, row.then_high_bp) == (20, 40)
    assert (row.share_low_bp, row.share_high_bp) == (10, 20)  # 50 of 5,000 are one per cent
    assert (row.today_low_bp, row.today_high_bp) == (5, 10)  # 100 of 20,000 are half of one


def test_a_share_of_notes_and_bonds_becomes_one_of_all() -> None:
    (row,) = leverage.on_one_scale(one(share_pct=1.0, base="notes_and_bonds"), DEBT, INFLOW).itertuples()
    assert row.share_low_bp == 20  # one per cent of 20,000 are two of 10,000
    assert row.today_low_bp == 10
    assert row.then_low_bp == 25  # 100 were two and a half per cent of 4,000


def test_a_years_inflow_is_its_size() -> None:
    (row,) = leverage.on_one_scale(one(inflow_year=2005.0), DEBT, INFLOW).itertuples()
    assert row.then_low_bp == 2.5


def test_what_is_not_in_the_data_is_said() -> None:
    with pytest.raises(EstimationError, match="no marketable debt of January 1990"):
        leverage.on_one_scale(one(usd_bn=1.0, market=pd.Timestamp("1990-01-31")), DEBT, INFLOW)
    with pytest.raises(EstimationError, match="net purchases of 1999"):
        leverage.on_one_scale(one(inflow_year=1999.0), DEBT, INFLOW)


def test_published_effects_range_over_two_orders_of_magnitude(embedded: Store) -> None:
    debt = leverage.marketable(embedded.read("mspd_marketable"))
    inflow = leverage.yearly_inflow(embedded.read("tic_s1_globl"))
    scaled = leverage.on_one_scale(read_impacts(), debt, inflow)
    found = leverage.spread(scaled)
    assert found["then_high_bp"] == 100
    assert min(found["then_times"], found["today_times"]) > 50
    by = scaled.set_index("id")
    # the abstract of the first study has its effect in both units: 1.5 to 1.8 for USD 100 billion then
    assert by.loc["imf_2017", ["then_low_bp", "then_high_bp"]].tolist() == pytest.approx([1.5, 1.8], abs=0.1)
    assert found["then_low_bp"] == by["then_low_bp"].min() == by.loc["imf_2017", "then_low_bp"]
    assert by.loc["imf_2017", "today_high_bp"] < by.loc["chaudhary_2024", "today_low_bp"]
    assert inflow[2005] == pytest.approx(338.1, abs=0.1)
