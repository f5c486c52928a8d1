"""Charts of the safe haven."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis import inference, safe_haven
from foreign_demand.book import charts
from foreign_demand.data.store import read_table


def test_breaks_are_drawn_with_their_intervals() -> None:
    levels = safe_haven.levels_of({id: read_table(id) for id in safe_haven.TABLES})
    breaks = inference.break_dates(safe_haven.realised_correlation(levels, "Stocks", "10-year Treasury"))
    paths = safe_haven.correlations(levels, "Stocks", "10-year Treasury").query("window == 250")
    paths = paths.assign(name="250 days")

    def drawn(found: pd.DataFrame) -> list[dict[str, object]]:
        chart = charts.chart_rolling_correlation(paths, found, banded="250 days", order=["250 days"])
        return chart.to_dict(format="vega-lite")["layer"]

    assert len(drawn(breaks)) == len(drawn(breaks.head(0))) + 2
    assert [layer["mark"]["type"] for layer in drawn(breaks)[:2]] == ["rule", "rule"]
