"""Charts of flows: stacks that reach where they should, and choices that are offered."""

from __future__ import annotations

import pandas as pd
import pytest
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


def test_parts_above_and_below_zero_are_stacked_apart_and_none_covers_another() -> None:
    spec = charts.chart_periods(periods(), parts=PARTS).to_dict()
    (bars,) = [rows for rows in spec["datasets"].values() if "foot" in rows[0]]
    first = {row["name"]: (row["foot"], row["top"]) for row in bars if row["span"] == "S form"}
    assert first == {
        "Net purchases of bonds": (0.0, 30.0),
        "Valuation": (0.0, -50.0),
        "Other change": (30.0, 40.0),
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
