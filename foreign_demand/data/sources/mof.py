"""Ministry of Finance Japan: yields of Japanese government bonds."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers


def parse_yields(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the constant-maturity yields of ``jgbcme_all.csv``.

    The table is wide, a row a day as published: in long form it would have
    163,000 rows instead of 13,000, and each new day would show as fifteen
    lines of a diff.

    Returns
    -------
    pandas.DataFrame
        A row a business day: ``date`` and ``yield_1y_pct`` to ``yield_40y_pct``
        for 1 to 10, 15, 20, 25, 30 and 40 years, in percent per year,
        semi-annually compounded; NaN where the maturity was not yet issued.

    Raises
    ------
    ParseError
        If this is not the English file, or a maturity is missing.
    """
    headings = {c.name: c.name.removeprefix("yield_").removesuffix("_pct").upper() for c in dataset.numbers}
    text = text_of(content, dataset, encoding="cp932")
    cells = read_rows(text, dataset, ["Date", *headings.values()])
    yields = {
        name: to_numbers(cells[heading], dataset, missing=("", "-")) for name, heading in headings.items()
    }
    table = pd.DataFrame({"date": to_dates(cells["Date"], dataset, format="%Y/%m/%d")} | yields)
    return tidy(table.dropna(how="all", subset=list(headings)), dataset)
