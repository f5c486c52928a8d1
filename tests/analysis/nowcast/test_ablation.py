"""What was tried beside the method: an input that tells nothing, and one that would tell all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import nowcast
from foreign_demand.book.assembled import holder_breaks
from foreign_demand.data.store import Store


@pytest.fixture(scope="module")
def tables(embedded: Store) -> dict[str, pd.DataFrame]:
    return {id: embedded.read(id) for id in (*nowcast.TABLES, *nowcast.EXTRA_TABLES)}


def test_what_was_tried_adds_nothing_and_an_oracle_would(tables: dict[str, pd.DataFrame]) -> None:
    given = nowcast.inputs(tables, holder_breaks())
    missed = nowcast.errors(nowcast.forecasts(given), "Total")[nowcast.COMBINATION]
    noise = np.random.default_rng(6).normal(0, 5, len(missed))
    tried = nowcast.tried_inputs(tables).assign(Oracle=missed + noise)
    found = nowcast.ablation(tables, holder_breaks(), tried)
    added = found[found["group"] == nowcast.ADDED].dropna(subset="p_value")
    better = added[(added["statistic"] < 0) & (added["p_value"] < 0.05)]
    assert set(better["variant"]) == {"Oracle"}
    assert set(added["variant"]) >= {"Net issuance", "Dollar", "VIX", "Japan's weekly flows"}


def test_net_issuance_is_the_change_in_marketable_debt(tables: dict[str, pd.DataFrame]) -> None:
    debt = tables["mspd_marketable"]
    whole = debt[debt["security_class"] == "Total Marketable"].set_index("month")["held_by_public_usd_mn"]
    found = nowcast.tried_inputs(tables)["Net issuance"].dropna()
    assert found.sum() == pytest.approx((whole.iloc[-1] - whole.iloc[0]) / 1000)
