"""Kenneth R. French Data Library: daily returns of the US market and two factors."""

from __future__ import annotations

import re

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers, unpacked
from foreign_demand.exceptions import ParseError

_COLUMNS = {
    "market_excess_return_pct": "Mkt-RF",
    "size_factor_return_pct": "SMB",
    "value_factor_return_pct": "HML",
    "risk_free_return_pct": "RF",
}
_NAMELESS_DATE = re.compile(r"^,(?=.*Mkt-RF)", re.MULTILINE)
_EDITION = re.compile(rb"((?:19|20)\d{2})(0[1-9]|1[0-2]) CRSP database")


def parse_factors(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the daily factors of Fama and French (1993).

    The official zip (dates ``19260701`` under a nameless heading) and a plain
    CSV with ISO dates are both read.

    Returns
    -------
    pandas.DataFrame
        A row a trading day: ``date``, ``market_excess_return_pct`` (over the
        bill), ``size_factor_return_pct``, ``value_factor_return_pct``,
        ``risk_free_return_pct``, all percent per day, NaN where published as
        -99.99 or -999.

    Raises
    ------
    ParseError
        If this is not that file, or it unpacks to more than one answer may weigh.
    """
    text = text_of(unpacked(content, dataset.id), dataset).partition("\nCopyright")[0]
    cells = read_rows(_NAMELESS_DATE.sub("Date,", text), dataset, ["Date", *_COLUMNS.values()])
    days = cells["Date"].str.replace("-", "")
    table = pd.DataFrame(
        {"date": to_dates(days, dataset, format="%Y%m%d")}
        | {
            name: to_numbers(cells[heading], dataset, codes=(-99.99, -999.0))
            for name, heading in _COLUMNS.items()
        }
    )
    return tidy(table, dataset)


def vintage_factors(content: bytes) -> str:
    """Edition of the file: the last day of the month its first line names, as an ISO date.

    Empty if the stamp ("created by using the 202604 CRSP database") is not found.
    """
    try:
        stamp = _EDITION.search(unpacked(content, "edition stamp")[:1000])
    except ParseError:
        return ""
    return f"{pd.Period(f'{stamp[1].decode()}-{stamp[2].decode()}').end_time:%Y-%m-%d}" if stamp else ""
