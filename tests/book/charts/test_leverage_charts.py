"""Charts of leverage."""

from __future__ import annotations

import pandas as pd

from foreign_demand.book import charts


def test_each_study_is_named_above_its_ranges() -> None:
    data = pd.DataFrame(
        {"study": ["A", "B"], "name": "Market of today", "low_bp": [1, 2], "high_bp": [1, 30]}
    )
    spec = charts.chart_impacts(data, order=["Market of today"], title="bp").to_dict(format="vega-lite")
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rule", "point", "point", "text"]
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"


def test_estimates_stand_around_zero_under_their_names() -> None:
    data = pd.DataFrame({"sample": ["1980s"], "name": "Least squares", "value": -5, "low": -9, "high": -1})
    spec = charts.chart_estimates(data, order=["Least squares"], title="bp").to_dict(format="vega-lite")
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rule", "rule", "point", "text"]


def test_a_sector_that_sold_has_another_colour() -> None:
    data = pd.DataFrame({"panel": "Q1", "sector": ["A", "B"], "net_usd_bn": [5.0, -5.0]})
    spec = charts.chart_buyers(data, title="USD bn").to_dict(format="vega-lite")
    rows = next(iter(spec["datasets"].values()))
    assert [row["name"] for row in rows] == ["Bought", "Sold"]


def test_lines_by_week_are_named_at_their_ends() -> None:
    data = pd.DataFrame({"week": [0, 1], "name": "April 2025", "value": [0.0, 2.0]})
    spec = charts.chart_weeks(data, order=["April 2025"], title="USD bn").to_dict(format="vega-lite")
    assert spec["layer"][-1]["encoding"]["text"]["field"] == "name"
