"""Charts of published claims."""

from __future__ import annotations

import pandas as pd

from foreign_demand.book import charts


def test_a_reading_that_fits_is_a_full_point_and_the_rest_are_open() -> None:
    data = pd.DataFrame(
        {"name": ["As stated", "Other"], "value": [4.0, 7.0], "stated": 4.1, "low": 4.0, "high": 4.2}
    ).assign(fits=[True, False])
    spec = charts.chart_readings(data, title="Percent").to_dict(format="vega-lite")
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "rule", "point", "text"]
    assert spec["layer"][2]["encoding"]["fillOpacity"]["condition"] == {"test": "datum.fits", "value": 1}
