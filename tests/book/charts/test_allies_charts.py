"""Charts of alignment and purchases."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.book import charts
from foreign_demand.exceptions import FigureError

ORDER = ["Most aligned", "Neutral", "Least aligned"]


def countries() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "country": ["Canada", "China"],
            "group": ["Most aligned", "Least aligned"],
            "measure": "All votes",
            "period": "2025",
            "from_top_pct": [4.0, 88.0],
            "alignment": [74.2, 31.4],
            "net_purchases_usd_bn": [71.2, -110.1],
            "label": ["Canada", ""],
        }
    )


def test_a_reader_chooses_the_measure_and_the_period() -> None:
    chart = charts.chart_against_purchases(countries(), order=ORDER, measures=["All votes"], periods=["2025"])
    chosen = {one["name"]: one["value"] for one in chart.to_dict()["params"]}
    assert chosen == {"votes": "All votes", "purchases": "2025"}


def test_a_choice_without_a_country_is_refused() -> None:
    with pytest.raises(FigureError, match="period 2024"):
        charts.chart_against_purchases(
            countries(), order=ORDER, measures=["All votes"], periods=["2025", "2024"]
        )


def test_regimes_are_panels_on_one_scale() -> None:
    data = pd.DataFrame(
        {
            "period": ["2022", "2024"],
            "regime": ["before", "since"],
            "group": "Neutral",
            "net_purchases_usd_bn": [-10.0, 20.0],
        }
    )
    chart = charts.chart_by_group(data, order=ORDER, panels={"before": "Before", "since": "Since"})
    panels = chart.to_dict()["vconcat"]
    domains = [panel["layer"][0]["encoding"]["y"]["scale"]["domain"] for panel in panels]
    assert domains == [[-10, 20], [-10, 20]]
    assert [panel["title"]["text"] for panel in panels] == ["Before", "Since"]


def test_of_two_labels_side_by_side_the_lower_one_stands_below_its_point() -> None:
    near = countries().assign(
        measure="All votes",
        period="2025",
        from_top_pct=[20.0, 23.0],
        net_purchases_usd_bn=[50.0, 60.0],
        label=["A", "B"],
    )
    spec = charts.chart_against_purchases(
        near, order=ORDER, measures=["All votes"], periods=["2025"]
    ).to_dict()
    (rows,) = (rows for rows in spec["datasets"].values() if "label" in rows[0])
    assert {row["label"]: row["label_below"] for row in rows} == {"A": True, "B": False}
