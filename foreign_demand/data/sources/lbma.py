"""London Bullion Market Association: the afternoon gold price."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import Any

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import ParseError

NEWEST_DAYS = 30
"""Days up to the newest fixing in which the prices in three currencies are compared."""
LARGEST_MOVE = 0.1
"""Share by which dollars to the pound or to the euro may move from one fixing to the next. In the Board's
H.10 they never moved by more than 7.9 percent in a day (the pound, 24 June 2016)."""


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
        If this is neither layout, or the newest prices in three currencies are not one price.
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
    _check_currencies(entries, dataset)
    return pd.DataFrame(
        {"date": [e["d"] for e in entries], "close": [str(e["v"][0]) for e in entries]},
        index=pd.RangeIndex(len(entries), name="entry"),
        dtype=str,
    )


def _check_currencies(entries: list[dict[str, Any]], dataset: Dataset) -> None:
    """The dollars to the pound and to the euro that the newest prices imply do not leap."""
    days = pd.to_datetime([entry["d"] for entry in entries], format="%Y-%m-%d", errors="coerce")
    prices = pd.DataFrame([entry["v"] for entry in entries], index=days).reindex(columns=range(3))
    prices = prices.apply(pd.to_numeric, errors="coerce").sort_index()
    prices = prices[prices.index >= prices.index.max() - pd.Timedelta(days=NEWEST_DAYS)]
    for place, name in ((1, "pound"), (2, "euro")):
        rates = (prices[0] / prices[place].where(prices[place] != 0)).dropna()
        moves = rates.pct_change().abs()
        if (moves > LARGEST_MOVE).any():
            day = moves.idxmax()
            raise ParseError(
                f"{dataset.id}: at {day:%Y-%m-%d} the prices make {rates[day]:.4f} dollars to the {name}, "
                f"{moves.max():.0%} from the fixing before. Are they in the wrong places? Look at "
                f"{dataset.page or dataset.url}."
            )
