"""Charts of several chapters: lines on a band."""

from __future__ import annotations

import pandas as pd

from foreign_demand.book import charts


def test_lines_on_a_band_draw_both() -> None:
    dates = pd.date_range("2000-01-31", periods=3, freq="ME")
    lines = pd.DataFrame({"date": dates, "name": "ACM", "value": [0.1, 0.2, 0.3]})
    band = pd.DataFrame({"date": dates, "low": 0.0, "high": 1.0})
    spec = charts.chart_with_band(lines, title="Points", order=["ACM"], band=band).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"][:3]] == ["rule", "area", "line"]
    bare = charts.chart_with_band(lines, title="Points", order=["ACM"]).to_dict()
    assert len(bare["layer"]) == 3
