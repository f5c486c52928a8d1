"""The highest since: a value against the last one as large, and against the largest of its record."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a value stands in the record up to its period."""

    period: pd.Timestamp
    value: float
    prior_period: pd.Timestamp | None
    """The last earlier period with a value at least as large; None where there is none."""
    prior_value: float | None
    peak_period: pd.Timestamp
    """The first period with the largest value of all up to this one."""
    peak: float
    first: pd.Timestamp
    """The first period of the record."""

    @property
    def is_record(self) -> bool:
        """Whether no value before was as large."""
        return self.prior_period is None

    @property
    def below_pct(self) -> float:
        """How far the value is below the largest, in percent of it."""
        return 100 * (1 - self.value / self.peak)


def last_as_large(series: pd.Series, period: pd.Timestamp | None = None) -> Standing:
    """Find the last earlier period with a value at least as large.

    Parameters
    ----------
    series
        Values or changes by period, in order, none missing.
    period
        In the index; the newest where none is given.
    """
    period = series.index[-1] if period is None else period
    value, record = series[period], series[:period]
    before = record.iloc[:-1]
    larger = before[before >= value]
    return Standing(
        period=period,
        value=float(value),
        prior_period=None if larger.empty else larger.index[-1],
        prior_value=None if larger.empty else float(larger.iloc[-1]),
        peak_period=record.idxmax(),
        peak=float(record.max()),
        first=record.index[0],
    )
