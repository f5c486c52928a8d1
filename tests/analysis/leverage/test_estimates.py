"""Our own estimates: effects that are put in are found, and the record decides nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.analysis.leverage.estimates import granular, local_projection
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.places import GRAND_TOTAL
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

MONTHS = pd.date_range("1990-01-31", periods=300, freq="ME")


@pytest.fixture(scope="module")
def monthly(embedded: Store) -> pd.DataFrame:
    tables = (embedded.read(id) for id in ("tic_s1_globl", "tic_slt_table1"))
    debt, yields = (as_series(embedded.read(id)) for id in ("FYGFDPUN", "DGS10"))
    return leverage.flows_and_yield(*tables, debt, yields)


def test_a_projection_finds_the_effect_that_was_put_in() -> None:
    random = np.random.default_rng(1)
    flow = random.standard_normal(300)
    table = pd.DataFrame({"flow_pct": flow, "change_bp": -7 * flow + random.standard_normal(300)}, MONTHS)
    found = local_projection(table, 0)
    assert found["effect_bp"] == pytest.approx(7, abs=0.3)
    assert found["high"] - found["low"] < 0.5


def test_yields_that_draw_flows_give_the_wrong_sign() -> None:
    random = np.random.default_rng(2)
    change = random.standard_normal(300)
    table = pd.DataFrame(
        {"flow_pct": 0.5 * change + random.standard_normal(300), "change_bp": change}, MONTHS
    )
    assert local_projection(table, 0)["high"] < 0


def test_least_squares_has_the_wrong_sign_in_nearly_every_ten_years(monthly: pd.DataFrame) -> None:
    rolling = leverage.rolling_decades(monthly)
    assert len(rolling) > 30
    assert (rolling["effect_bp"] < 0).mean() > 0.9
    assert monthly.loc[:"2023-01", "form"].eq("S").all()
    assert monthly.loc["2023-02":, "form"].eq("SLT").all()


def test_the_granular_instrument_is_seldom_strong_and_never_decides(
    embedded: Store, monthly: pd.DataFrame
) -> None:
    panels = leverage.granular_panels(embedded.read("tic_positions"), embedded.read("tic_slt_table3"))
    found = leverage.specifications(panels, monthly["change_bp"], as_series(embedded.read("FYGFDPUN")))
    strong = found[found["f"] >= leverage.STRONG_F]
    assert len(found) == 36
    assert 0 < len(strong) < 9
    assert ((strong["low"] < 0) & (strong["high"] > 0)).all()
    assert (found["effect_bp"] < 0).any()
    assert (found["effect_bp"] > 0).any()


def test_flows_of_single_holders_identify_an_effect_that_was_put_in() -> None:
    random = np.random.default_rng(3)
    sizes = np.array([500.0, 200, 100, 50, 50, 40, 30, 20, 10, 10]) * 1000
    own, common = random.standard_normal((300, 10)), random.standard_normal(300)
    rates = own + common[:, None]
    flow = rates @ sizes / sizes.sum()
    change = pd.Series(-3 * flow + 5 * common + random.standard_normal(300) / 5, MONTHS)
    panel = pd.DataFrame(
        {
            "month": np.repeat(MONTHS, 10),
            "country_code": np.tile(np.arange(10), 300),
            "before": np.tile(sizes, 300),
            "net": (rates / 100 * sizes).ravel(),
        }
    )
    debt = pd.Series(sizes.sum(), MONTHS)
    found = granular(panel, change, debt, holders=10, factors=0)
    assert found["f"] > leverage.STRONG_F
    assert found["effect_bp"] == pytest.approx(3, abs=0.5)


def test_signs_alone_leave_a_very_wide_band(monthly: pd.DataFrame) -> None:
    old = monthly[monthly["form"] == "S"]
    effects = leverage.sign_restricted(old["flow_pct"].to_numpy(), old["change_bp"].to_numpy())
    found = leverage.band(effects)
    assert (effects > 0).all()
    assert found["high"] > 20 * found["low"]


def test_a_sample_that_is_too_short_is_refused() -> None:
    table = pd.DataFrame({"flow_pct": np.arange(10.0), "change_bp": np.arange(10.0)}, MONTHS[:10])
    with pytest.raises(EstimationError, match="take 24 at least"):
        local_projection(table, 0)


def test_flows_are_over_the_debt_of_the_quarter_before() -> None:
    month = pd.Timestamp("2020-06-30")
    base = {"country_code": GRAND_TOTAL, "month": [month]}
    old = pd.DataFrame(base | {"treasury_purchases_usd_mn": 30.0, "treasury_sales_usd_mn": 10.0})
    new = pd.DataFrame(base | {"treasury_net_purchases_usd_mn": np.nan})
    debt = pd.Series([1000.0, 2000.0], index=pd.to_datetime(["2020-03-31", "2020-06-30"]))
    days = pd.Series([1.0, 1.5], index=pd.to_datetime(["2020-05-29", "2020-06-30"]))
    (row,) = leverage.flows_and_yield(old, new, debt, days).itertuples()
    assert row.flow_pct == pytest.approx(2.0)
    assert row.change_bp == pytest.approx(50)
