"""Charts of flows: stacks that reach where they should, and choices that are offered."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import vl_convert
from treasuries import end

from foreign_demand.analysis import flows
from foreign_demand.book import charts

PARTS = flows.LONG_TERM_PARTS


def periods() -> pd.DataFrame:
    rows = [
        ("S form", "2021-12", "2022-12", -10.0, 30.0, -50.0, 10.0),
        ("SLT", "2023-12", "2024-12", 5.0, 2.0, 2.0, 1.0),
    ]
    columns = ["span", "start", "end", "change_usd_bn", *PARTS]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(start=table["start"].map(end), end=table["end"].map(end))


def drawn(part: Any, kind: str) -> list[dict[str, Any]]:
    """Marks of a kind, anywhere in a drawing."""
    if isinstance(part, list):
        return [mark for piece in part for mark in drawn(piece, kind)]
    if not isinstance(part, dict):
        return []
    return part["items"] if part.get("marktype") == kind else drawn(list(part.values()), kind)


def test_parts_above_and_below_zero_are_stacked_apart_and_none_covers_another() -> None:
    chart = charts.chart_periods(periods(), parts=PARTS)
    bars = drawn(vl_convert.vegalite_to_scenegraph(chart.to_dict()), "rect")
    first = {
        name: bar
        for bar in bars
        for name in PARTS.values()
        if f"{name}; record: S form" in bar["description"]
    }
    bought = first["Net purchases of bonds"]
    zero, unit = bought["y"] + bought["height"], bought["height"] / 30
    ends = {
        name: [(zero - bar["y"] - bar["height"]) / unit, (zero - bar["y"]) / unit]
        for name, bar in first.items()
    }
    assert ends == {
        "Net purchases of bonds": pytest.approx([0, 30]),
        "Valuation": pytest.approx([-50, 0]),
        "Other change": pytest.approx([30, 40]),
    }


def test_a_reader_chooses_among_all_rows_and_periods() -> None:
    data = periods().assign(country=["Japan", "Chile"], period=["2022", "2024"], bills_usd_bn=[None, 1.0])
    chart = charts.chart_choice(
        data, parts=flows.PARTS, countries=["Chile", "Japan"], country="Japan", period="2022"
    )
    params = {param["name"]: param for param in chart.to_dict()["params"] if "bind" in param}
    assert params["country"]["bind"]["options"] == ["Chile", "Japan"]
    assert params["country"]["value"] == "Japan"
    assert params["period"]["bind"]["options"] == ["2022", "2024"]


@pytest.mark.parametrize("revision", [5.0, -5.0])
def test_a_circle_of_the_triangle_is_as_large_as_the_revision(revision: float) -> None:
    row = {"month": end("2025-04"), "age": "1", "first_usd_bn": 1.0, "later_usd_bn": 1.0 + revision}
    data = pd.DataFrame([{**row, "revision_usd_bn": revision}])
    (rows,) = charts.chart_triangle(data, ages={"1": "+1"}).to_dict()["datasets"].values()
    assert rows[0]["size"] == 5.0
    assert rows[0]["name"] == ("Raised" if revision > 0 else "Lowered")
