"""Tables that several chapters draw from, read and put together in one place.

What each rests on is recorded where it is called (:mod:`foreign_demand.book.record`).
"""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis import markets
from foreign_demand.analysis.breaks import by_segment
from foreign_demand.analysis.holdings import join_holders
from foreign_demand.analysis.returns import JOINED
from foreign_demand.data.catalog import Break, read_catalog
from foreign_demand.data.store import read_table, read_tables


def holder_breaks() -> tuple[Break, ...]:
    """Breaks in the record of holdings by country, as its catalog entry lists them."""
    return read_catalog()["tic_mfhhis01"].breaks


def holders() -> pd.DataFrame:
    """Holdings of Treasuries by country and month since 2000, in segments between breaks.

    Returns
    -------
    pandas.DataFrame
        As :func:`foreign_demand.analysis.holdings.join_holders` gives it, in USD
        billion, with ``segment`` from :func:`foreign_demand.analysis.breaks.by_segment`.
        Source: US Treasury, TIC, Major foreign holders, its history and table 5, and
        SLT table 3.
    """
    joined = join_holders(*map(read_table, ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")))
    return by_segment(joined, holder_breaks())


def market_levels(
    *,
    dollar: str = "DTWEXAFEGS",
    joined: pd.Timestamp = JOINED,
    maturity_years: int = 10,
    common: bool = True,
) -> pd.DataFrame:
    """Levels of US stocks, of a Treasury held at constant maturity and of the dollar, by day.

    Parameters and result are those of :func:`foreign_demand.analysis.markets.market_levels`, which
    is given the tables that they ask for.
    """
    tables = read_tables([*markets.TABLES, dollar, f"DGS{maturity_years}"])
    return markets.market_levels(
        tables, dollar=dollar, joined=joined, maturity_years=maturity_years, common=common
    )
