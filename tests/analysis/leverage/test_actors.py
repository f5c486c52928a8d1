"""Who could act: blocs, custody, and weeks of purchases."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import leverage
from foreign_demand.analysis.returns import as_series
from foreign_demand.book import assembled
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


def test_most_of_the_euro_area_lies_in_custody_centres() -> None:
    blocs = leverage.holdings_by_bloc(assembled.holders(), 30914.0).set_index("bloc")
    euro = blocs.loc["Euro area"]
    assert euro["custody_pct"] > 50
    assert blocs.loc["Gulf", "custody_pct"] == 0
    assert blocs.loc["All foreigners", "of_marketable_pct"] == pytest.approx(30.3, abs=0.1)
    assert pd.isna(blocs.loc["All official holders", "custody_pct"])


def test_every_member_of_a_bloc_is_listed_by_the_treasury() -> None:
    listed = set(assembled.holders()["country"])
    assert [name for names in leverage.BLOCS.values() for name in names if name not in listed] == []


def test_weeks_are_counted_from_the_last_value_before() -> None:
    level = pd.Series([1.0, 2.0, 4.0], index=pd.to_datetime(["2025-04-02", "2025-04-09", "2025-04-16"]))
    assert leverage.since(level, pd.Timestamp("2025-04-08"), weeks=1).tolist() == [0, 1]
    with pytest.raises(EstimationError, match="begins later"):
        leverage.since(level, pd.Timestamp("2025-01-01"), weeks=1)


def test_no_purchases_were_forced_in_april_2025_and_they_were_in_march_2020(embedded: Store) -> None:
    fed = as_series(embedded.read("TREAST")) / 1000
    week, largest = leverage.largest_purchase(fed, pd.Timestamp("2020-02-26"), pd.Timestamp("2020-06-30"))
    assert (f"{week:%Y-%m-%d}", round(largest)) == ("2020-04-01", 362)
    assert leverage.since(fed, pd.Timestamp("2025-04-02"), weeks=26).iloc[-1] < 0
