"""The events that several chapters look at, and the place of a change among all of its length.

One event is one observation. How unusual a change was is said by its percentile among
all windows of the same length, not by a t-statistic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from foreign_demand.exceptions import EstimationError

Unit = Literal["bp", "%", "points"]
"""Of a change: hundredths of a percentage point, percent of what was before, or as the values are."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A stretch of time whose change is measured."""

    name: str
    start: pd.Timestamp
    """The last close before it."""
    end: pd.Timestamp
    """Its last close."""

    def in_whole_months(self) -> Event:
        """The same event from the end of the month before to the end of its last month."""
        month_end = pd.offsets.MonthEnd()
        return Event(
            name=self.name, start=month_end.rollback(self.start), end=month_end.rollforward(self.end)
        )


EVE = pd.Timestamp("2025-04-02")
"""Tariffs were announced after this day's close: the last prices without them."""
SELLOFF_END = pd.Timestamp("2025-04-11")
"""End of the week in which yields rose."""
TRUCE = pd.Timestamp("2025-05-12")
"""The United States and China lower their tariffs for ninety days."""

APRIL_2025 = Event(name="April 2025", start=EVE, end=SELLOFF_END)
JANUARY_2026 = Event(name="January 2026", start=pd.Timestamp("2026-01-16"), end=pd.Timestamp("2026-01-20"))
"""The first trading day after tariffs were threatened over Greenland."""

DAYS_OF_APRIL: Mapping[str, str] = {
    "2025-04-02": "tariffs announced, after the close",
    "2025-04-09": "most tariffs paused; ten-year auction",
    "2025-05-12": "truce with China",
}
"""What happened on the days that are marked in figures of April 2025."""

OCCASIONS: Mapping[str, str] = {
    "2025-04-10": "the day after the pause",
    "2025-04-21": "attacks on the chairman of the Federal Reserve",
    "2025-05-21": "a weak twenty-year auction",
    "2026-01-20": "the first trading day after tariffs were threatened over Greenland",
}
"""What the press named as the occasion of a day of joint decline."""


SELLOFFS: Mapping[str, pd.Timestamp] = {
    # The slide into Black Monday begins on the 14th.
    "October 1987": pd.Timestamp("1987-10-13"),
    # Lehman Brothers fails.
    "September 2008": pd.Timestamp("2008-09-12"),
    # Treasuries are sold for cash.
    "March 2020": pd.Timestamp("2020-03-09"),
    # The British budget of the 23rd; gilts fall.
    "September 2022": pd.Timestamp("2022-09-22"),
    APRIL_2025.name: APRIL_2025.start,
    JANUARY_2026.name: JANUARY_2026.start,
}
"""Sell-offs that are compared over as many days, by name: the last close before each."""


def change(later: np.ndarray | float, before: np.ndarray | float, unit: Unit) -> np.ndarray | float:
    """Change between two values, or between two arrays of values one by one."""
    if unit == "%":
        return 100 * (later / before - 1)
    return (later - before) * (100 if unit == "bp" else 1)


def window_changes(values: pd.Series, periods: int, *, unit: Unit = "points") -> pd.Series:
    """Change over every stretch of as many periods; stretches overlap.

    Parameters
    ----------
    values
        By day, week or month, in order, none missing.
    periods
        From the first value of a stretch to its last.

    Returns
    -------
    pandas.Series
        By the period from which the change is measured.
    """
    found, stretches = values.to_numpy(), len(values) - periods
    return pd.Series(change(found[periods:], found[:stretches], unit), index=values.index[:stretches])


def percentile(changes: pd.Series, value: float) -> float:
    """Percent of all changes that were smaller than one of them."""
    return float(100 * (changes < value).mean())


def percentile_of_change(values: pd.Series, event: Event, *, since: str = "") -> tuple[float, float]:
    """A change, and the share of all changes of the same length that were smaller.

    Parameters
    ----------
    values
        By day or month, in any unit.
    event
        Start and end, both periods of ``values``. The windows it is compared with have as
        many periods, overlap each other, and include its own.
    since
        First start of a window; empty for all.

    Returns
    -------
    tuple of float
        The change, and the percentile (0 to 100).

    Raises
    ------
    EstimationError
        If the start or the end is not a period of ``values``.
    """
    values = values.dropna()
    absent = [f"{day:%Y-%m-%d}" for day in (event.start, event.end) if day not in values.index]
    if absent:
        raise EstimationError(
            f"{event.name}: no value on {', '.join(absent)}; choose days on which markets were open."
        )
    periods = values.index.get_loc(event.end) - values.index.get_loc(event.start)
    found = float(values[event.end] - values[event.start])
    return found, percentile(window_changes(values[since:] if since else values, periods), found)
