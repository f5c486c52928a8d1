"""Levels of stocks, bonds and the dollar, and how much markets move: what several chapters measure from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.returns import (
    JOINED,
    as_series,
    constant_maturity_return,
    join_stock_returns,
    splice,
)

ASSETS = ("Stocks", "Treasuries", "Dollar")
TABLES = ("french_factors_daily", "SP500", "DGS10", "DTWEXM", "DTWEXAFEGS")
"""Datasets that the levels of the three are made from."""

TRADING_DAYS = 252
"""In a year: what a daily volatility is brought to."""


def market_levels(
    tables: Mapping[str, pd.DataFrame],
    *,
    dollar: str = "DTWEXAFEGS",
    joined: pd.Timestamp = JOINED,
    maturity_years: int = 10,
    common: bool = True,
) -> pd.DataFrame:
    """Wealth in stocks, in a constant-maturity bond, and the value of the dollar.

    The bond is compounded over every day with a yield, since ``common=False`` keeps them all;
    :func:`foreign_demand.analysis.safe_haven.assets.market_levels` takes one return between two common days.

    Parameters
    ----------
    tables
        By id, those of :data:`TABLES`.
    dollar
        Index that continues the one of major currencies, ``DTWEXM``.
    joined
        Day on which it does.
    maturity_years
        Of the bond: which of ``DGS10`` and its like is taken.
    common
        Keep the days on which all three have a price; otherwise all days since the
        last first one, each market without a price at its last one.

    Returns
    -------
    pandas.DataFrame
        Indexed by date; :data:`ASSETS`.
    """
    index = splice(tables["DTWEXM"], tables[dollar], at=joined)
    stocks = join_stock_returns(tables["french_factors_daily"], tables["SP500"])
    bond = constant_maturity_return(as_series(tables[f"DGS{maturity_years}"]), maturity_years=maturity_years)
    start = index.index[0]
    wealth = {
        "Stocks": (1 + stocks[start:] / 100).cumprod(),
        "Treasuries": (1 + bond[start:].fillna(0) / 100).cumprod(),
        "Dollar": index,
    }
    levels = pd.concat(wealth, axis=1, sort=True)
    last = min(series.index[-1] for series in wealth.values())
    return levels.dropna() if common else levels[:last].ffill().dropna()


def realised_volatility(changes: pd.Series, *, days: int, scale: float = 1.0) -> pd.Series:
    """Standard deviation of daily changes over the latest days, at an annual rate.

    Parameters
    ----------
    changes
        By day, in any unit.
    days
        In the moving window.
    scale
        Of the result: 100 makes basis points of percentage points, or percent of logarithms.
    """
    return scale * changes.rolling(days).std() * np.sqrt(TRADING_DAYS)
