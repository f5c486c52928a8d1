"""Federal Reserve Bank of New York: the term premium of Adrian, Crump and Moench.

One old-style Excel workbook holds a monthly and a daily sheet with the fitted
zero-coupon yield (ACMY), its term premium (ACMTP) and its risk-neutral part
(ACMRNY) at one to ten years. Every release re-estimates the whole history.
"""

from __future__ import annotations

import csv
import io

import pandas as pd
import xlrd
from xlrd.sheet import Cell

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import is_over
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import (
    WORKBOOK,
    opened_workbook,
    read_rows,
    text_of,
    tidy,
    to_dates,
    to_numbers,
)
from foreign_demand.exceptions import ParseError

TOLERANCE = 1e-6
"""Largest gap, in percentage points, that rounding can leave in fitted = risk-neutral + premium."""

_SHEET = {"month": "ACM Monthly", "date": "ACM Daily"}
_MATURITIES = range(1, 11)
_PARTS = {
    "fitted_yield_pct": "ACMY",
    "term_premium_pct": "ACMTP",
    "risk_neutral_yield_pct": "ACMRNY",
}
_HEADINGS = [f"{prefix}{years:02d}" for prefix in _PARTS.values() for years in _MATURITIES]


def parse_term_premium(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the monthly or the daily sheet, by the dataset's own frequency.

    The official workbook and the same sheet saved as CSV are both read. A CSV
    excerpt of the daily sheet may lack columns; what it lacks is NaN.

    Returns
    -------
    pandas.DataFrame
        A row per period and maturity: ``month`` (its last day) or ``date``,
        ``maturity_years`` (1 to 10), ``fitted_yield_pct``,
        ``term_premium_pct``, ``risk_neutral_yield_pct``, in percent per year,
        continuously compounded.

    Raises
    ------
    ParseError
        If this is neither the workbook nor its sheet as CSV, or the sheet or
        a column is missing.
    """
    monthly = dataset.period.type == "month"
    workbook = content.startswith(WORKBOOK)
    text = _sheet_as_csv(content, dataset) if workbook else text_of(content, dataset)
    if workbook or monthly:
        cells = read_rows(text, dataset, ["DATE", *_HEADINGS])
    else:
        cells = read_rows(text, dataset, ["DATE"], optional=_HEADINGS)
    dates = to_dates(cells["DATE"], dataset, format="%d-%b-%Y")
    if monthly:
        month_ends = dates.dt.to_period("M").dt.end_time.dt.normalize().astype(dates.dtype)
        over = is_over(pd.DatetimeIndex(month_ends), dates.max())
        cells, dates = cells[over], month_ends[over]
    table = pd.concat(
        pd.DataFrame(
            {dataset.period.name: dates, "maturity_years": years}
            | {name: to_numbers(cells[f"{prefix}{years:02d}"], dataset) for name, prefix in _PARTS.items()}
        )
        for years in _MATURITIES
    )
    return tidy(table.dropna(how="all", subset=list(_PARTS)), dataset)


def _sheet_as_csv(content: bytes, dataset: Dataset) -> str:
    name = _SHEET[dataset.period.type]
    buffer = io.StringIO()
    with opened_workbook(content, dataset) as book:
        if name not in book.sheet_names():
            raise ParseError(
                f"{dataset.id}: the workbook has no sheet {name!r} but {', '.join(book.sheet_names())}. "
                f"Compare {dataset.url} with the importer."
            )
        rows = book.sheet_by_name(name).get_rows()
        csv.writer(buffer).writerows([_cell_text(cell, book.datemode) for cell in row] for row in rows)
    return buffer.getvalue()


def _cell_text(cell: Cell, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return f"{xlrd.xldate_as_datetime(cell.value, datemode):%d-%b-%Y}"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[cell.value]
    return str(cell.value)


def check_decomposition(table: pd.DataFrame, dataset: Dataset) -> None:
    """Hold fitted yield = risk-neutral yield + term premium in every row.

    A row gives all three numbers; where the catalog lets the yields be
    missing it may give the premium alone, as the excerpt of the daily sheet
    does. The numbers are published unrounded (the largest gap in the 7,690
    rows of the July 2025 edition is 1e-13 percentage points), in copies with
    as few as nine decimals; :data:`TOLERANCE` allows for six.

    Raises
    ------
    IdentityError
        If there are no rows, or with the first period and maturity that does
        not add up or lacks a part.
    """
    parts = table.set_index(list(dataset.key))[list(_PARTS)]
    if all(column.missing for column in dataset.numbers if column.name != "term_premium_pct"):
        parts = parts[parts.drop(columns="term_premium_pct").notna().any(axis=1)]
        if parts.empty and not table.empty:
            return
    require_equal(
        parts["risk_neutral_yield_pct"] + parts["term_premium_pct"],
        parts["fitted_yield_pct"],
        what="risk-neutral yield and term premium make the fitted yield",
        tolerance=TOLERANCE,
        dataset=dataset,
    )
