"""The zero-coupon curve: yields at any maturity by day, and at month ends.

Yields are in percent per year, continuously compounded, one column a maturity in months.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from foreign_demand.data.periods import is_over

Daily = TypeVar("Daily", pd.DataFrame, pd.Series)

MATURITY_MONTHS = np.arange(1, 121)
"""Maturities of the curve, in months."""

MONTHS_A_YEAR = 12


def zero_coupon_yields(
    parameters: pd.DataFrame, maturities: Sequence[int] | np.ndarray = MATURITY_MONTHS
) -> pd.DataFrame:
    """Yields of the Svensson curve (Gürkaynak, Sack and Wright 2007, eq. 22).

    Parameters
    ----------
    parameters
        ``date``, ``beta0`` to ``beta3``, ``tau1``, ``tau2``, as in ``gsw_parameters``.
        The second hump is left out where ``tau2`` is missing or not positive.
    maturities
        In months.

    Returns
    -------
    pandas.DataFrame
        Percent per year, continuously compounded; indexed by ``date``, one column a
        maturity. A day without parameters is a row of NaN.
    """
    years = np.asarray(maturities) / MONTHS_A_YEAR
    beta0, beta1, beta2, beta3, tau1, tau2 = (
        parameters[[name]].to_numpy() for name in ("beta0", "beta1", "beta2", "beta3", "tau1", "tau2")
    )

    def slope_and_hump(tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        decay = np.exp(-years / tau)
        slope = (1 - decay) * tau / years
        return slope, slope - decay

    slope, hump = slope_and_hump(tau1)
    yields = beta0 + beta1 * slope + beta2 * hump
    second = np.flatnonzero(tau2[:, 0] > 0)
    yields[second] += beta3[second] * slope_and_hump(tau2[second])[1]
    index = pd.DatetimeIndex(parameters["date"], name="date")
    return pd.DataFrame(yields, index=index, columns=pd.Index(maturities, name="maturity_months"))


def month_ends(daily: Daily) -> Daily:
    """The last observation of each month that is over.

    Parameters
    ----------
    daily
        From :func:`zero_coupon_yields`, or any table or series indexed by day.

    Returns
    -------
    pandas.DataFrame or pandas.Series
        Indexed by ``month``, its last day. The newest month is left out while a
        business day of it is still to come.
    """
    days = daily.index
    ends = (days + pd.offsets.MonthEnd(0)).rename("month")
    last = np.append(ends[1:] != ends[:-1], True)
    last &= is_over(ends, days[-1])
    return daily[last].set_axis(ends[last])
