"""Charts of several chapters: lines on a band."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book import charts
from foreign_demand.book.charts.style import HEIGHT, PAPER
from foreign_demand.data.catalog import Break
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


def test_a_break_is_a_gap_with_a_tick_on_the_axis() -> None:
    dates = pd.date_range("2000-01-31", periods=24, freq="ME")
    lines = pd.DataFrame({"date": dates, "name": "Total", "segment": [0] * 12 + [1] * 12, "value": 1.0})
    inside, outside = Break(period="2000-12", why="New form."), Break(period="2010-06", why="Later.")
    spec = charts.chart_lines(lines, title="USD", order=["Total"], breaks=[inside, outside]).to_dict()
    line, gap, tick, _ = spec["layer"]
    assert line["encoding"]["detail"]["field"] == "segment"
    assert gap["mark"]["color"] == PAPER
    assert tick["encoding"]["y2"]["value"] < tick["encoding"]["y"]["value"] == HEIGHT
    (marked,) = spec["datasets"][tick["data"]["name"]]
    assert (marked["date"][:7], marked["why"]) == ("2000-12", "New form.")
    none = charts.chart_lines(lines, title="USD", order=["Total"], breaks=[outside]).to_dict()
    assert len(none["layer"]) == 2
