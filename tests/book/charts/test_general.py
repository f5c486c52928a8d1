"""Charts of several chapters: lines on a band."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book import charts
from foreign_demand.exceptions import FigureError


def test_lines_on_a_band_draw_both() -> None:
    dates = pd.date_range("2000-01-31", periods=3, freq="ME")
    lines = pd.DataFrame({"date": dates, "name": "ACM", "value": [0.1, 0.2, 0.3]})
    band = pd.DataFrame({"date": dates, "low": 0.0, "high": 1.0})
    spec = charts.chart_with_band(lines, title="Points", order=["ACM"], band=band).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"][:3]] == ["rule", "area", "line"]
    bare = charts.chart_with_band(lines, title="Points", order=["ACM"]).to_dict()
    assert len(bare["layer"]) == 3


def test_a_logarithmic_axis_refuses_what_it_has_no_place_for() -> None:
    lines = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-01-31", "2025-02-28"]),
            "name": "One",
            "segment": 0,
            "value": [0.0, 3.0],
        }
    )
    with pytest.raises(FigureError, match="Percent: a logarithmic axis has no place for 0"):
        charts.chart_lines(lines, title="Percent", order=["One"], log=True)
