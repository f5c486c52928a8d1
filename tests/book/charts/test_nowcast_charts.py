"""Charts of forecasts: what is inside and outside a band, gaps at breaks, a panel each."""

from __future__ import annotations

import pandas as pd

from foreign_demand.book import charts
from foreign_demand.book.charts.nowcast import INSIDE, OUTSIDE
from foreign_demand.data.catalog import Break


def rows(chart: object) -> list[dict]:
    """All rows that a chart draws from."""
    spec = chart.to_dict()  # type: ignore[attr-defined]
    return [row for data in spec["datasets"].values() for row in data]


def test_a_print_is_coloured_by_whether_the_band_held_it() -> None:
    past = pd.DataFrame(
        {
            "month": pd.date_range("2022-10-31", periods=3, freq="ME"),
            "low_80": -10.0,
            "high_80": 10.0,
            "actual_usd_bn": [5.0, None, -11.0],
        }
    )
    chart = charts.chart_forecast_past(past, breaks=[Break(period="2022-11", why="A form.")])
    named = {row["date"][:7]: row["name"] for row in rows(chart) if "name" in row}
    assert (named["2022-10"], named["2022-12"]) == (INSIDE, OUTSIDE)
    assert any(row.get("why") == "A form." for row in rows(chart))


def test_the_next_prints_have_a_panel_a_month_in_their_order() -> None:
    bands = {f"{end}_{level}": 0.0 for end in ("low", "high") for level in (50, 80, 95)}
    panels = {"group": ["June 2026", "July 2026"], "target": "Total", "forecast_usd_bn": [1.0, 2.0]}
    forecasts = pd.DataFrame(panels | bands)
    spec = charts.chart_next_print(forecasts, order=["Total"]).to_dict()
    assert spec["facet"]["sort"] == ["June 2026", "July 2026"]
    assert len(spec["spec"]["layer"]) == 5
