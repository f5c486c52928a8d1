"""Units: millions become billions, and nothing else changes."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis.units import in_billions


def test_millions_become_billions_and_other_columns_stay() -> None:
    table = pd.DataFrame({"month": ["2025-01"], "holdings_usd_mn": [1500.0], "share_pct": [7.0]})
    found = in_billions(table)
    assert found.to_dict("list") == {"month": ["2025-01"], "holdings_usd_bn": [1.5], "share_pct": [7.0]}
    assert list(table) == ["month", "holdings_usd_mn", "share_pct"]
