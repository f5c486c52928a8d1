"""Reference periods: how they are written, when they end, and when their figures are due."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Column, ColumnType, Dataset, Origin

_FREQUENCIES = {"date": "D", "month": "M", "quarter": "Q", "year": "Y"}
_WRITTEN = re.compile(r"(\d{4})(?:-Q([1-4])|-(?P<month>\d\d)(?:-(\d\d))?)?")


def write_period(values: pd.Series, column: Column) -> pd.Series:
    """Write period ends the way the column is written: 2025-04, 2025-Q2, 2025.

    Parameters
    ----------
    values
        ``datetime64``, the last day of each period.
    column
        The catalog's description of the period column.

    Returns
    -------
    pandas.Series
        Strings, same index; missing stays missing.
    """
    if column.type == "quarter":
        quarters = values.dt.to_period("Q")
        return quarters.dt.year.astype(str) + "-Q" + quarters.dt.quarter.astype(str)
    return values.dt.strftime({"date": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[column.type])


def read_period(values: pd.Series, column: Column) -> pd.Series:
    """Inverse of :func:`write_period`."""
    if column.type == "date":
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[us]")
    written = pd.Index(values.astype(str).unique())  # a panel repeats each period many times
    freq = _FREQUENCIES[column.type]
    ends = pd.PeriodIndex(written.str.replace("-Q", "Q"), freq=freq).end_time.normalize()
    return values.astype(str).map(pd.Series(ends, index=written)).astype("datetime64[us]")


def period_end(period: str, type: ColumnType | None = None) -> dt.date:
    """Last day of a period written as ``2025-04-09``, ``2025-04``, ``2025-Q2`` or ``2025``.

    Parameters
    ----------
    type
        Of its column; by default told from how the period is written.
    """
    parts = _WRITTEN.fullmatch(str(period))
    if not parts:
        raise ValueError(f"{period!r} is no period such as 2025-04-09, 2025-04, 2025-Q2 or 2025.")
    year, quarter, month, day = (int(part) if part else 0 for part in parts.groups())
    month = month or max(3 * quarter - 2, 1)
    type = type or ("date" if day else "quarter" if quarter else "month" if parts["month"] else "year")
    if type == "date":
        return dt.date(year, month, day or 1)
    last = {"month": month, "quarter": month + -month % 3, "year": 12}[type]
    return dt.date(year, last, calendar.monthrange(year, last)[1])


def edition_known(origin: Origin) -> bool:
    """Whether the date of a held table's edition is known.

    Of a public copy without a date only the newest period is known, which stands in
    its place as the day that the edition cannot be older than.
    """
    return origin.obtained == "live" or origin.vintage != period_end(origin.reference_period).isoformat()


def written(day: dt.date, dataset: Dataset) -> str:
    """One period end, as its column is written."""
    return write_period(pd.Series([pd.Timestamp(day)]), dataset.period).iloc[0]


def newest_period(table: pd.DataFrame, dataset: Dataset) -> dt.date:
    """Last day of the newest reference period in a table."""
    return table[dataset.period.name].max().date()


# --- business days -----------------------------------------------------------


@cache
def _calendar(first: int, last: int) -> np.busdaycalendar:
    """US business days of some years: those on which the bond market is open."""
    from pandas.tseries import holiday

    rules = [*holiday.USFederalHolidayCalendar.rules, holiday.GoodFriday]
    market = holiday.AbstractHolidayCalendar(rules=rules)
    days = market.holidays(pd.Timestamp(first, 1, 1), pd.Timestamp(last, 12, 31))
    return np.busdaycalendar(holidays=days.to_numpy().astype("datetime64[D]"))


def last_business_day(day: pd.Timestamp) -> pd.Timestamp:
    """``day`` itself, or the last day before it on which the US bond market was open."""
    back = np.busday_offset(
        np.datetime64(day, "D"), 0, roll="backward", busdaycal=_calendar(day.year - 1, day.year)
    )
    return pd.Timestamp(back).as_unit("us")


def is_over(ends: pd.DatetimeIndex, newest: pd.Timestamp) -> np.ndarray:
    """Which weeks, months, quarters or years are over, by what has been observed of them.

    A period is over once its last business day, or any later day, has been observed. This is the
    book's only rule for it: what still runs has no end-of-period value and no return.

    Parameters
    ----------
    ends
        Last days of periods.
    newest
        The newest day observed.

    Returns
    -------
    numpy.ndarray of bool
        One a period.
    """
    over = np.asarray(ends <= newest)
    running = np.flatnonzero(~over)
    over[running] = [last_business_day(ends[at]) <= newest for at in running]
    return over


# --- release rules -----------------------------------------------------------


def age_days(newest: dt.date, as_at: dt.date) -> int:
    """Days since the newest reference period ended, never negative."""
    return max((as_at - newest).days, 0)


def overdue(dataset: Dataset, origin: Origin, *, today: dt.date | None = None) -> bool:
    """Whether newer data than the held table's should be out by the release rule."""
    newest = period_end(origin.reference_period, dataset.period.type)
    return not dataset.ended and age_days(newest, today or dt.date.today()) > dataset.fresh_days


def next_release(dataset: Dataset, origin: Origin, *, today: dt.date | None = None) -> dt.date | None:
    """Day of the next edition: as announced, else the last day the release rule allows.

    Returns
    -------
    datetime.date or None
        None for a publication that ended; a day in the past when it is overdue.
    """
    if dataset.ended:
        return None
    latest = period_end(origin.reference_period, dataset.period.type) + dt.timedelta(dataset.fresh_days)
    ahead = [dt.date.fromisoformat(day) for day in dataset.releases]
    ahead = [day for day in ahead if day >= (today or dt.date.today())]
    return latest if overdue(dataset, origin, today=today) else min(ahead, default=latest)
