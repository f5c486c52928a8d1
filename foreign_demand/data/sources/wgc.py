"""World Gold Council: gold that central banks and governments hold."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data import places
from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, refuse_cells, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import CatalogError

ISO3 = {
    "Congo": "COG",
    "Hong Kong SAR": "HKG",
    "Lao PDR": "LAO",
    "Russian Federation": "RUS",
    "South Korea": "KOR",
    "Syrian Arab Republic": "SYR",
    "Taiwan, China": "TWN",
    "United States of America": "USA",
}
"""Countries that the Council names as the list of places does not."""


def parse_official_gold(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read gold reserves by country at the end of each quarter.

    Parameters
    ----------
    content
        The Council's table in long form: ``Date`` (last month of a quarter), ``Country``, ``Tonnes``.
    dataset
        Catalog entry ``official_gold``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and country: ``quarter``, ``iso3``, ``country`` as the Council
        names it, ``gold_tonnes``.

    Raises
    ------
    ParseError
        If the content is no such table, or a country is not known.
    """
    cells = read_rows(text_of(content, dataset), dataset, ["Date", "Country", "Tonnes"])
    months = to_dates(cells["Date"], dataset, format="%Y-%m")
    refuse_cells(cells["Date"][months.dt.month % 3 != 0], dataset, "the last month of a quarter")
    codes = {name: _iso3(name) for name in cells["Country"].unique()}
    refuse_cells(cells["Country"][cells["Country"].map(codes) == ""], dataset, "a country of data/places.csv")
    return tidy(
        pd.DataFrame(
            {
                "quarter": months + pd.offsets.MonthEnd(0),
                "iso3": cells["Country"].map(codes),
                "country": cells["Country"],
                "gold_tonnes": to_numbers(cells["Tonnes"], dataset, missing=()),
            }
        ),
        dataset,
    )


def _iso3(name: str) -> str:
    """Code of a country; empty where the list has none of that name."""
    try:
        return ISO3.get(name) or places.by_name(name).iso3
    except CatalogError:
        return ""
