"""Tables that several chapters draw from, read and put together in one place.

What each rests on is recorded where it is called (:mod:`foreign_demand.book.record`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from foreign_demand.analysis import markets
from foreign_demand.analysis.breaks import by_segment
from foreign_demand.analysis.holdings import join_holders
from foreign_demand.analysis.returns import JOINED
from foreign_demand.analysis.selloffs import joint
from foreign_demand.data.catalog import Break, read_catalog
from foreign_demand.data.claims import Ledger
from foreign_demand.data.store import read_table, read_tables

_HOLDERS = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")
_MARKET_DEFAULTS = ("DTWEXAFEGS", "DGS10")
"""Dollar and bond of :func:`market_levels`, where no others are asked for."""


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
    joined = join_holders(*map(read_table, _HOLDERS))
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


def market_levels_month_end() -> pd.DataFrame:
    """The same on every weekday, with bond prices at month ends only before they became daily."""
    filled = joint.on_every_weekday(market_levels(common=False), start=joint.FIRST_DAY, end=joint.LAST_DAY)
    return joint.month_end_bonds(filled, before=joint.FIRST_DAILY)


_TOGETHER: Mapping[str, Callable[[], pd.DataFrame]] = {
    "holders": holders,
    "market_levels": market_levels,
    "market_levels_month_end": market_levels_month_end,
}
"""Tables of this module, by the name that the ledger of claims uses."""


def claim_tables(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Every table that the ledger of claims names, held or put together here."""
    return {name: _TOGETHER[name]() if name in _TOGETHER else read_table(name) for name in ledger.tables}


def behind_claims(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Ids of the datasets behind each table that the ledger of claims names."""
    prices = (*markets.TABLES, *_MARKET_DEFAULTS)
    behind = {"holders": _HOLDERS, "market_levels": prices, "market_levels_month_end": prices}
    return {name: behind.get(name, (name,)) for name in ledger.tables}
