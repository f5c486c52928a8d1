"""What must add up, said once for all importers."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.data.catalog import Catalog
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.exceptions import IdentityError

DAYS = pd.to_datetime(["2026-07-14", "2026-07-15"])


def prices(*values: float) -> pd.Series:
    return pd.Series(values, index=pd.Index(DAYS[: len(values)], name="date"))


def test_what_adds_up_within_its_rounding_passes(catalog: Catalog) -> None:
    gold = catalog["gold_pm"]
    require_equal(prices(2.0, 3.05), prices(2.05, 3.0), what="both agree", tolerance=0.05, dataset=gold)
    require_equal(prices(5.0, 5.0), 5.0, what="all are five", tolerance=0.05, dataset=gold)


def test_the_first_gap_is_named_with_both_numbers(catalog: Catalog) -> None:
    with pytest.raises(IdentityError) as met:
        require_equal(
            prices(2.0, 3.2), prices(2.0, 3.0), what="both agree", tolerance=0.05, dataset=catalog["gold_pm"]
        )
    for said in ("gold_pm", "both agree", "2026-07-15", "3.20", "3.00", "0.20", catalog["gold_pm"].page):
        assert said in str(met.value)


@pytest.mark.parametrize("side", [0, 1])
def test_a_missing_side_never_agrees(catalog: Catalog, side: int) -> None:
    sides = [prices(2.0), prices(2.0)]
    sides[side] = prices(float("nan"))
    with pytest.raises(IdentityError, match="missing"):
        require_equal(*sides, what="both agree", tolerance=0.05, dataset=catalog["gold_pm"])


def test_nothing_to_compare_does_not_pass(catalog: Catalog) -> None:
    with pytest.raises(IdentityError, match="no row to check"):
        require_equal(prices(), prices(), what="both agree", tolerance=0.05, dataset=catalog["gold_pm"])
