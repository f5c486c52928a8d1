"""Federal Reserve Board: the zero-coupon curve and the Kim–Wright term premium.

Both are staff research products, CSV under a preamble of notes, with ``NA``
on holidays.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import is_over
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers, unpacked
from foreign_demand.exceptions import IdentityError, ParseError

__all__ = ["check_curve", "parse_curve", "parse_kim_wright"]

_PARAMETERS = ["beta0", "beta1", "beta2", "beta3", "tau1", "tau2"]
_TEN_YEAR_PREMIUM = re.compile(r"\bTHREEFYTP10(?:00)?(?:\.B)?(?=[,\r\n])")
"""The heading has been spelled THREEFYTP10, THREEFYTP1000 and THREEFYTP1000.B."""


def parse_curve(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the Svensson parameters of Gürkaynak, Sack and Wright (2007), eq. 22.

    The official CSV and a gzipped copy without its preamble are both read.

    Returns
    -------
    pandas.DataFrame
        A row a business day with a curve: ``date``; ``beta0`` to ``beta3`` in
        percent; ``tau1`` and ``tau2`` in years. Until 1979 the curve has no
        second hump: ``beta3`` is 0 and ``tau2`` NaN (published as -999.99).

    Raises
    ------
    ParseError
        If this is not that CSV, or a parameter is missing.
    """
    headings = [name.upper() for name in _PARAMETERS]
    text = text_of(unpacked(content, dataset.id), dataset)
    cells = read_rows(text, dataset, ["Date", *headings])
    table = pd.DataFrame(
        {"date": to_dates(cells["Date"], dataset)}
        | {
            name: to_numbers(cells[name.upper()], dataset, missing=("", "NA"), codes=(-999.99,))
            for name in _PARAMETERS
        }
    )
    return tidy(table.dropna(how="all", subset=_PARAMETERS), dataset)


def check_curve(table: pd.DataFrame, dataset: Dataset) -> None:
    """The parameters give a ten-year yield that can be real, between -2 and 25 percent.

    Single parameters say little: in the published file beta2 and beta3 reach 340,000
    with opposite signs. What they give together is a yield.

    Raises
    ------
    IdentityError
        At the first day on which it is not.
    """
    first, second = (10 / table[c].where(table[c] > 0) for c in ("tau1", "tau2"))
    slope = -np.expm1(-first) / first
    hump = -np.expm1(-second) / second - np.exp(-second)
    ten = (
        table["beta0"]
        + table["beta1"] * slope
        + table["beta2"] * (slope - np.exp(-first))
        + (table["beta3"] * hump).fillna(0.0)
    )
    wrong = ten[~ten.between(-2, 25)]
    if len(wrong):
        day = table.loc[wrong.index[0], "date"]
        raise IdentityError(
            f"{dataset.id}: the parameters of {day.date()} give a ten-year yield of {wrong.iloc[0]:,.2f} "
            f"percent. Compare with {dataset.page or dataset.url}."
        )


def parse_kim_wright(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the ten-year Kim–Wright premium at the end of each month.

    The official daily CSV is reduced to the last observation of each month; a
    month that still runs is left out. A monthly copy (``month_end``,
    ``THREEFYTP10_bp``) is read as it stands. The model's values have four
    decimals of a percent, so basis points are rounded to two.

    Returns
    -------
    pandas.DataFrame
        A row a month: ``month`` (its last day), ``term_premium_10y_bp``.

    Raises
    ------
    ParseError
        If this is neither layout.
    """
    text = text_of(content, dataset)
    if text.startswith("month_end,"):
        cells = read_rows(text, dataset, ["month_end", "THREEFYTP10_bp"])
        dates = to_dates(cells["month_end"], dataset)
        basis_points = to_numbers(cells["THREEFYTP10_bp"], dataset)
    else:
        cells = read_rows(_TEN_YEAR_PREMIUM.sub("THREEFYTP10", text), dataset, ["Date", "THREEFYTP10"])
        dates = to_dates(cells["Date"], dataset)
        basis_points = 100 * to_numbers(cells["THREEFYTP10"], dataset, missing=("", "NA"))
    if dates.duplicated().any():
        twice = dates[dates.duplicated()].iloc[0]
        raise ParseError(
            f"{dataset.id}: {twice:%Y-%m-%d} stands there more than once. Compare {dataset.url} "
            "with the importer."
        )
    daily = pd.DataFrame({"month": dates, "term_premium_10y_bp": basis_points.round(2)}).dropna()
    daily = daily.sort_values("month")
    last = daily.groupby(daily["month"].dt.to_period("M")).tail(1)
    return tidy(_dated_by_month_end(last), dataset)


def _dated_by_month_end(observations: pd.DataFrame) -> pd.DataFrame:
    """Observations at their month's last day; the newest only if its month is over."""
    days = observations["month"]
    month_ends = days + pd.offsets.MonthEnd(0)
    return observations.assign(month=month_ends)[is_over(pd.DatetimeIndex(month_ends), days.max())]
