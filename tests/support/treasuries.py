"""Small tables of holdings, in the form the store gives them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand.analysis.breaks import by_segment
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import CUSTODY_CENTRES, FOREIGN_OFFICIAL, TOTAL

BREAKS = (Break(period="2010-06", why="survey"), Break(period="2021-06", why="revision"))

SIX = list(CUSTODY_CENTRES)

TIC = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")


def end(month: str) -> pd.Timestamp:
    """Last day of a month or quarter, as the store dates it."""
    return pd.Period(month).end_time.normalize()


def holders(*rows: tuple[str, str, float] | tuple[str, str, float, str]) -> pd.DataFrame:
    """Rows of month, country, USD billion and, where not current, the series."""
    filled = [row if len(row) == 4 else (*row, "current") for row in rows]
    table = pd.DataFrame(filled, columns=["month", "country", "holdings_usd_bn", "series"])
    return table.assign(month=table["month"].map(end))[["month", "country", "series", "holdings_usd_bn"]]


def official(month: str, total: float, bills: float, bonds: float, *series: str) -> pd.DataFrame:
    """The lines below the countries, for one month and series."""
    return holders(
        (month, TOTAL, total, *series),
        (month, FOREIGN_OFFICIAL, bills + bonds, *series),
        (month, "Foreign Official Treasury Bills", bills, *series),
        (month, "Foreign Official T-Bonds & Notes", bonds, *series),
    )


def segmented(table: pd.DataFrame, breaks: Sequence[Break] = BREAKS) -> pd.DataFrame:
    return by_segment(table, breaks)


def line(values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"month": [end(month) for month in values], "x": values.values()})


def slt(month: str, **holdings_usd_mn: float) -> pd.DataFrame:
    """SLT table 3 for one month: two countries, a region, official holders, the total."""
    codes = {"Japan": 42609, "Chile": 30600, "Total Asia": 49999, "official": 99990, "total": 99996}
    names = {"official": "Of Which: Foreign Official", "total": "Grand Total"}
    rows = [
        (end(month), names.get(name, name), codes[name], value) for name, value in holdings_usd_mn.items()
    ]
    table = pd.DataFrame(rows, columns=["month", "country", "country_code", "holdings_usd_mn"])
    return table.assign(
        short_term_holdings_usd_mn=table["holdings_usd_mn"] / 4,
        long_term_holdings_usd_mn=table["holdings_usd_mn"] * 3 / 4,
    )


ASIA = {"Total Asia": 600_000, "official": 400_000, "total": 1_000_000}


def quarterly(column: str, values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"quarter": [end(quarter) for quarter in values], column: values.values()})
