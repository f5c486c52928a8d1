"""What *Holdings* says: breaks, records and the peaks of shares, in words and in cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.breaks import breaks_between, current_series
from foreign_demand.analysis.records import Standing, last_as_large
from foreign_demand.book.figures import Columns, as_printed
from foreign_demand.book.wording.standings import highest_since
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


def funding_answer(issuance: pd.DataFrame) -> str:
    """Whether foreigners stopped funding, by what they bought over the newest twelve months.

    Parameters
    ----------
    issuance
        From :func:`foreign_demand.analysis.holdings.share_of_issuance`.
    """
    windows = issuance.groupby("month")["purchases_usd_bn"].sum()
    bought, same = windows.iloc[-1], int((np.sign(windows) == np.sign(windows.iloc[-1])).sum())
    first = words.month(windows.index[0] - pd.offsets.MonthEnd(11))
    return (
        f"{'No' if bought > 0 else 'For now, yes'}: in the twelve months to {words.month(windows.index[-1])} "
        f"foreigners {'bought' if bought > 0 else 'sold'} {words.billions(abs(bought))} of Treasuries net "
        f"(they were net {'buyers' if bought > 0 else 'sellers'} in {_of_all(same, len(windows))} "
        f"overlapping windows of twelve months since {first})"
    )


def weight_in_words(coupons: pd.DataFrame) -> str:
    """The foreign share of the net issue of notes and bonds, and that of a year before.

    Parameters
    ----------
    coupons
        Rows of notes and bonds, one a month, of the same function.
    """
    share = coupons.set_index("month")["share_pct"]
    change = (share - share.shift(12, freq="ME")).reindex(share.index).dropna()
    newest, fell = share.iloc[-1], change.iloc[-1] < 0
    before = words.percent(newest - change.iloc[-1])
    same = int((change < 0).sum() if fell else (change >= 0).sum())
    return (
        f"their part of what is newly borrowed is {'smaller' if fell else 'larger'} than it was: "
        f"{words.percent(newest)} of the net issue of notes and bonds, after {before} "
        f"in the twelve months before ({'lower' if fell else 'no lower'} than a year earlier "
        f"in {_of_all(same, len(change))} such windows)"
    )


def _of_all(number: int, all_: int) -> str:
    """``all 29`` or ``20 of 29``."""
    return (
        f"all {words.count(all_)}" if number == all_ else f"{words.how_many(number)} of {words.count(all_)}"
    )


def levels_in_words(totals: pd.DataFrame) -> str:
    """From where to where total, official and private holdings went, by the current series.

    Parameters
    ----------
    totals
        From :func:`foreign_demand.analysis.holdings.totals`.
    """
    names = {"total_usd_bn": "The total", "official_usd_bn": "official holders", "private_usd_bn": "private"}
    lines = {name: current_series(totals, column) for column, name in names.items()}
    ends = [
        f"{name} {'goes ' if name == 'The total' else ''}from {words.trillions(line.iloc[0])} to "
        f"{words.trillions(line.iloc[-1])}"
        for name, line in lines.items()
    ]
    return "; ".join(ends)


def place_in_words(share: pd.DataFrame) -> str:
    """Where the newest share stands: ``the lowest since the record begins in …`` or the last as low.

    Parameters
    ----------
    share
        Rows of one denominator of :func:`foreign_demand.analysis.holdings.foreign_shares`.
    """
    standing = last_as_large(-current_series(share, "share_pct", period="quarter"))
    return highest_since(standing, what="lowest", write=words.quarter)


def steps_in_words(steps: pd.DataFrame) -> str:
    """How far breaks moved a share, as clauses: those that are measurement alone first.

    Parameters
    ----------
    steps
        From :func:`foreign_demand.analysis.breaks.steps`, in percentage points.
    """
    large = steps[steps["step"].abs() >= 1]
    measured = [
        f"by {words.signed(r.step)} in {words.month(r.month)}"
        for r in large[large["same_month"]].itertuples()
    ]
    others = [
        f"by {words.signed(r.step)} over the month of the break of {words.month(r.month)}"
        for r in large[~large["same_month"]].itertuples()
    ]
    return words.listed(measured + others)


def issuance_as_printed(issuance: pd.DataFrame) -> pd.DataFrame:
    """Twelve-month windows that do not overlap, the newest first."""
    newest = issuance["month"].max()
    wide = issuance.pivot(index="month", columns="security").sort_index(ascending=False)
    wide = wide[[newest.month == month.month for month in wide.index]]
    wide.columns = [f"{security} {column}" for column, security in wide.columns]
    columns: dict[str, Any] = {"Twelve months to": ("month", words.month)}
    for security in ("Notes and bonds", "Bills"):
        columns |= {
            f"{security}: net issue": (f"{security} issuance_usd_bn", "{:,.0f}".format),
            f"{security}: bought by foreigners": (f"{security} purchases_usd_bn", words.signed),
            f"{security}: share, %": (f"{security} share_pct", "{:.1f}".format),
        }
    return as_printed(wide.reset_index(), columns)


def range_in_trillions(low_usd_bn: float, high_usd_bn: float) -> str:
    """``USD 1.3 to 2.6 trillion``."""
    return f"USD {words.between(low_usd_bn / 1000, high_usd_bn / 1000, 1)} trillion"


def at_fifth_years(ten_years: pd.DataFrame) -> pd.DataFrame:
    """Every fifth December and the newest month, by holder."""
    months = ten_years["month"]
    fifth = (months.dt.month == 12) & (months.dt.year % 5 == 0)
    return ten_years[fifth | (months == months.max())]


TEN_YEARS: Columns = {
    "Holder": ("holder", str),
    "End of": ("month", words.month),
    "Held": ("held_usd_bn", "{:,.0f}".format),
    "Bills, %": ("bills_share_pct", "{:.1f}".format),
    "Duration, years": (("duration_low_years", "duration_high_years"), partial(words.between, decimals=1)),
    "In ten-year notes": (("low_usd_bn", "high_usd_bn"), words.between),
}
"""Holdings as the ten-year notes that would lose as much."""
