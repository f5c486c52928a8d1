"""Returns from what is free: yields, exchange rates, published stock returns.

A bond sell-off is a rise in yield. The return on a bond is never the percent
change of its yield: it is carry, less duration times the change in yield, plus
half of convexity times its square.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from foreign_demand.exceptions import EstimationError

Frequency = Literal["daily", "weekly", "monthly"]
_RULES = {"weekly": "W-FRI", "monthly": "ME"}

JOINED = pd.Timestamp("2006-01-03")
"""The first day on which the dollar index of major currencies and its successor both have a value."""


def as_series(table: pd.DataFrame) -> pd.Series:
    """First value column of a table by its first column, the period, without missing values."""
    return table.set_index(table.columns[0]).iloc[:, 0].dropna()


def par_bond_risk(yield_pct: pd.Series, *, maturity_years: float) -> pd.DataFrame:
    """Modified duration and convexity of a par bond with half-yearly coupons.

    Parameters
    ----------
    yield_pct
        Bond-equivalent yield in percent a year; at par it is also the coupon.
    maturity_years
        Whole half-years to maturity.

    Returns
    -------
    pandas.DataFrame
        Index of ``yield_pct``; ``duration_years`` and ``convexity_years2``.

    Notes
    -----
    With y the half-yearly yield and n half-years, the price is 1, its first
    derivative -(1 - (1 + y)^-n) / y and its second the sum of
    t (t + 1) c_t (1 + y)^-(t + 2); both are divided by 2 and 4 to be in years.
    """
    half_yearly = yield_pct.to_numpy(dtype=float)[:, None] / 200
    t = np.arange(1, round(2 * maturity_years) + 1)[None, :]
    flows = np.broadcast_to(half_yearly, (len(yield_pct), t.shape[1])).copy()
    flows[:, -1] += 1.0
    discounted = flows * (1 + half_yearly) ** -t
    duration = (t * discounted).sum(axis=1) / (1 + half_yearly[:, 0]) / 2
    convexity = (t * (t + 1) * discounted).sum(axis=1) / (1 + half_yearly[:, 0]) ** 2 / 4
    return pd.DataFrame({"duration_years": duration, "convexity_years2": convexity}, index=yield_pct.index)


def constant_maturity_return(yield_pct: pd.Series, *, maturity_years: float) -> pd.Series:
    """Total return on a constant-maturity par bond between consecutive observations.

    Parameters
    ----------
    yield_pct
        Constant-maturity par yields in percent a year, indexed by date, no gaps
        other than days without a market.
    maturity_years
        Of the yield.

    Returns
    -------
    pandas.Series
        Percent, over the time since the observation before; the first is missing.

    Notes
    -----
    Carry over the calendar days, less duration times the change in yield, plus half
    of convexity times its square, all at the yield before.
    """
    before = yield_pct.shift(1)
    risk = par_bond_risk(before, maturity_years=maturity_years)
    change = (yield_pct - before) / 100
    days = yield_pct.index.to_series().diff().dt.days
    carry = before / 100 * days / 365.25
    returns = carry - risk["duration_years"] * change + 0.5 * risk["convexity_years2"] * change**2
    return (100 * returns).rename(f"bond_{maturity_years:g}y_return_pct")


def join_stock_returns(factors: pd.DataFrame, index: pd.DataFrame) -> pd.Series:
    """US stock market return by day: all listed stocks, prolonged by the S&P 500.

    Parameters
    ----------
    factors
        ``french_factors_daily``: ``date``, ``market_excess_return_pct``,
        ``risk_free_return_pct``; total return of all US stocks.
    index
        ``SP500``: ``date`` and closing ``index``; a price index, so that the days
        after ``factors`` ends lack dividends (about half a basis point a day).

    Returns
    -------
    pandas.Series
        Percent, indexed by date; the days of ``factors``, then those of ``index``.
    """
    market = factors.set_index("date")
    total = market["market_excess_return_pct"] + market["risk_free_return_pct"]
    price = 100 * index.set_index("date").iloc[:, 0].pct_change()
    return pd.concat([total, price[price.index > total.index.max()]]).rename("stock_return_pct")


def splice(old: pd.DataFrame, new: pd.DataFrame, *, at: pd.Timestamp) -> pd.Series:
    """One dollar index out of two: the old one up to a day, then the new one's changes.

    Parameters
    ----------
    old, new
        ``DTWEXM`` (major currencies, ends 2019) and ``DTWEXAFEGS`` or ``DTWEXBGS``
        (from 2006): period and index.
    at
        Day on which both have a value.

    Raises
    ------
    EstimationError
        If one of the two has no value that day.
    """
    first, second = as_series(old), as_series(new)
    if at not in first.index or at not in second.index:
        raise EstimationError(
            f"The two dollar indices have no common value on {at:%Y-%m-%d}; choose another day."
        )
    later = second[second.index > at] * first[at] / second[at]
    return pd.concat([first[:at], later]).rename("Dollar")


def sampled_returns(levels: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Percent changes of levels from day to day, Friday to Friday or month end to month end.

    A week without a Friday price ends with its last price; one that has only begun counts too.
    """
    taken = levels if frequency == "daily" else levels.resample(_RULES[frequency]).last()
    return 100 * taken.pct_change(fill_method=None).iloc[1:]
