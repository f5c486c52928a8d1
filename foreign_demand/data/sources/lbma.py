"""London Bullion Market Association: the afternoon gold price."""

from __future__ import annotations

import json
from codecs import BOM_UTF8

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import ParseError


def parse_gold(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the dollar price set in London each afternoon.

    The official JSON, a list of ``{"d": day, "v": [USD, GBP, EUR]}``, and a
    CSV with ``date`` and ``close`` are both read. A price of null or 0 means
    that none was set; the day is left out.

    Returns
    -------
    pandas.DataFrame
        A row a day with a price: ``date``, ``gold_usd_per_oz`` (fine troy ounce).

    Raises
    ------
    ParseError
        If this is neither layout.
    """
    if content.removeprefix(BOM_UTF8).lstrip().startswith(b"["):
        cells = _prices(content, dataset)
    else:
        cells = read_rows(text_of(content, dataset), dataset, ["date", "close"])
    table = pd.DataFrame(
        {
            "date": to_dates(cells["date"], dataset),
            "gold_usd_per_oz": to_numbers(cells["close"], dataset, missing=("", "None"), codes=(0.0,)),
        }
    )
    return tidy(table.dropna(), dataset)


def _prices(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """The JSON's days and dollar prices as text cells, by position in the list."""
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{dataset.id}: the JSON is damaged or cut off ({error}). Fetch it again.") from None
    for position, entry in enumerate(entries):
        match entry:
            case {"d": str(), "v": [_, *_]}:
                continue
        raise ParseError(
            f"{dataset.id}: entry {position} is {str(entry)[:100]}, not a day 'd' with its prices 'v'. "
            f"Compare {dataset.url} with the importer."
        )
    return pd.DataFrame(
        {"date": [e["d"] for e in entries], "close": [str(e["v"][0]) for e in entries]},
        index=pd.RangeIndex(len(entries), name="entry"),
        dtype=str,
    )
