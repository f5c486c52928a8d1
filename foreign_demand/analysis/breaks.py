"""Breaks in a series: dates at which it changes meaning.

A *segment* is a stretch of a series between two breaks. Changes are computed inside a
segment, or carry the breaks they cross.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Break


def segments(periods: pd.Series, breaks: Sequence[Break]) -> np.ndarray:
    """How many breaks each period end has behind it: the number of its stretch."""
    starts = pd.PeriodIndex([b.period for b in breaks], freq="M").end_time.normalize()
    return np.searchsorted(np.sort(starts.to_numpy()), periods.to_numpy(), side="right")


def by_segment(holders: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Number the stretches between breaks.

    A value that closes an old series (``superseded``) belongs to the stretch
    before the break in its month.

    Parameters
    ----------
    holders
        With ``month`` and ``series``.
    breaks
        Of the dataset, from the catalog.

    Returns
    -------
    pandas.DataFrame
        ``holders`` with a column ``segment``, counted from 0.
    """
    closing = (holders["series"] == "superseded").to_numpy()
    return holders.assign(segment=segments(holders["month"], breaks) - closing)


def breaks_between(breaks: Sequence[Break], start: pd.Timestamp, end: pd.Timestamp) -> list[Break]:
    """Breaks that a change from ``start`` to ``end`` crosses."""
    return [b for b in breaks if start < pd.Period(b.period, "M").end_time.normalize() <= end]


def current_series(table: pd.DataFrame, column: str, *, period: str = "month") -> pd.Series:
    """Values by period; of the two in a period in which an old series closes, the one that opens the new.

    Parameters
    ----------
    table
        With ``segment`` where a period may have two rows.
    column, period
        Value and period.

    Returns
    -------
    pandas.Series
        Indexed by period, in order, none missing: no record, growth or text starts from a
        superseded value.
    """
    rows = table.dropna(subset=column)
    rows = rows.sort_values([period, "segment"] if "segment" in rows else period)
    return rows.drop_duplicates(period, keep="last").set_index(period)[column]


def steps(table: pd.DataFrame, column: str, breaks: Sequence[Break]) -> pd.DataFrame:
    """How far a monthly column stepped at each break.

    Parameters
    ----------
    table
        With ``month`` and ``segment``, as from :func:`by_segment`.
    column
        Value.
    breaks
        Of the series.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``before``, ``after``, ``step`` and ``same_month``: true where both values are of one
        month, so that the step is measurement alone; elsewhere the month's own change is in it.
    """
    rows = []
    for month in (pd.Period(b.period, "M").end_time.normalize() for b in breaks):
        known = table.dropna(subset=column).sort_values(["month", "segment"])
        inside, earlier = known[known["month"] == month], known[known["month"] < month]
        if inside.empty or (len(inside) == 1 and earlier.empty):
            continue
        before = inside if len(inside) > 1 else earlier.tail(1)
        first, last = before[column].iloc[0], inside[column].iloc[-1]
        rows.append((month, first, last, last - first, len(inside) > 1))
    return pd.DataFrame(rows, columns=["month", "before", "after", "step", "same_month"])
