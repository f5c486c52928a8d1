"""How stocks move with Treasuries and with the dollar.

Rolling windows overlap and are shown as description; tests are made on data that do not
overlap.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.inference import rolling_correlation
from foreign_demand.analysis.returns import Frequency
from foreign_demand.analysis.safe_haven.assets import dated_within, period_returns

WINDOWS: Mapping[Frequency, tuple[int, ...]] = {
    "daily": (63, 250, 750),
    "weekly": (52, 156, 260),
    "monthly": (36, 60, 120),
}
"""Lengths of the rolling windows, in observations."""
FEWEST_DAYS = 15
"""Common days in a month below which it has no correlation."""
HIKING_CYCLE = pd.Timestamp("2022-03-16")
"""First rise of the federal funds target after the pandemic."""


def correlations(levels: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rolling correlation of two returns, at three frequencies and several windows.

    Parameters
    ----------
    levels
        From :func:`common_day_levels`.
    first, second
        Columns of it.

    Returns
    -------
    pandas.DataFrame
        ``frequency``, ``window``, ``date`` (end of the window, month by month),
        ``correlation``, ``low``, ``high``: 95 percent, from the Newey–West variance of
        the influence function of the correlation, on Fisher's scale. Neighbouring
        windows overlap.
    """
    parts = []
    for frequency, windows in WINDOWS.items():
        returns = period_returns(levels[[first, second]], frequency)
        parts += [
            rolling_correlation(returns, window).assign(frequency=frequency, window=window)
            for window in windows
        ]
    return pd.concat(parts, ignore_index=True)[["frequency", "window", "date", "correlation", "low", "high"]]


def realised_correlation(levels: pd.DataFrame, first: str, second: str) -> pd.Series:
    """Correlation of daily returns within each calendar month, on Fisher's scale.

    Months do not overlap, so that breaks can be tested on them. One with fewer than
    :data:`FEWEST_DAYS` returns is left out, and the last is dated by the last of them.
    """
    returns = period_returns(levels[[first, second]], "daily").dropna()
    months = returns.index.to_period("M")
    centred = returns - returns.groupby(months).transform("mean")
    power = (centred**2).groupby(months).sum()
    together = (centred[first] * centred[second]).groupby(months).sum()
    rho = together / np.sqrt(power[first] * power[second])
    enough = months.value_counts().reindex(rho.index) >= FEWEST_DAYS
    z = np.arctanh(rho[enough])
    ends = z.index.to_timestamp(how="end").normalize()
    return z.set_axis(dated_within(ends, returns.index[-1])).rename("fisher_z").rename_axis("month")
