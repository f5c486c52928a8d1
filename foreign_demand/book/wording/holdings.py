"""What *Holdings* says: breaks, records and the peaks of shares, in words and in cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.breaks import breaks_between
from foreign_demand.analysis.records import Standing
from foreign_demand.book.figures import as_printed
from foreign_demand.data.catalog import Break


def break_months(breaks: Sequence[Break]) -> str:
    """``June 2021, November 2022 and February 2023``."""
    return words.listed([words.month(pd.Period(b.period, "M").end_time) for b in breaks])


def across(breaks: Sequence[Break]) -> str:
    """The breaks that a change crosses, or nothing: ``, across the break of June 2021``."""
    if not breaks:
        return ""
    return f", across the {'break' if len(breaks) == 1 else 'breaks'} of {break_months(breaks)}"


def record_in_words(standing: Standing, breaks: Sequence[Break] = ()) -> str:
    """``the highest on record`` or ``1.2% below the record of February 2026``.

    Parameters
    ----------
    standing
        From :func:`foreign_demand.analysis.records.last_as_large`, by month.
    breaks
        Of the series; those between the two values are named.
    """
    if standing.is_record:
        return "the highest on record"
    below, crossed = words.percent(standing.below_pct, 1), breaks_since_peak(standing, breaks)
    return f"{below} below the record of {words.month(standing.peak_period)}{across(crossed)}"


def breaks_since_peak(standing: Standing, breaks: Sequence[Break]) -> list[Break]:
    """Breaks between the largest value and the one that is compared with it."""
    return breaks_between(breaks, standing.peak_period, standing.period)


def peaks_in_words(peaks: pd.DataFrame) -> str:
    """Whether holdings shrank since the peak of their share, in one sentence.

    Parameters
    ----------
    peaks
        From :func:`foreign_demand.analysis.holdings.peaks`.
    """
    growth = peaks["holdings_growth_pct"]
    low, high = growth.min(), growth.max()
    if low > 0:
        return (
            "In no case did the holdings themselves shrink: since the peak of the share they grew by "
            f"{words.between(low, high)}%, and the debt grew faster"
        )
    if high < 0:
        return (
            "In every case the holdings themselves are smaller than at the peak of the share, by "
            f"{words.between(-high, -low)}%"
        )
    return (
        f"Since the peak of the share the holdings themselves changed by {words.signed_percent(low)} to "
        f"{words.signed_percent(high)}, depending on the denominator"
    )


def peaks_as_printed(peaks: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.holdings.peaks`."""
    return as_printed(
        peaks,
        {
            "Denominator": ("denominator", str),
            "Known since": ("first_quarter", _quarter),
            "Peak, %": ("peak_pct", "{:.1f}".format),
            "Peak in": ("peak_quarter", _quarter),
            "Latest, %": ("latest_pct", "{:.1f}".format),
            "Latest in": ("latest_quarter", _quarter),
            "Change, points": ("change_points", partial(words.signed, decimals=1)),
            "Holdings grew, %": ("holdings_growth_pct", "{:,.0f}".format),
            "Debt grew, %": ("debt_growth_pct", "{:,.0f}".format),
        },
    )


def _quarter(end: pd.Timestamp) -> str:
    return f"{end.year} Q{end.quarter}"
