"""Budget baselines and actuals, from the Congressional Budget Office's own repository."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import ParseError

TOLERANCE_USD_BN = 0.01
"""Recent figures are published in millions of dollars."""


def parse_baselines(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read CBO's baseline projections.

    Parameters
    ----------
    content
        ``input_data/baselines.csv``, comma-separated.
    dataset
        Catalog entry ``cbo_baselines``.

    Returns
    -------
    pandas.DataFrame
        One row a baseline, item and year: ``baseline`` (month of release),
        ``component`` (debt, deficit, outlay, revenue), ``category``, ``subcategory``,
        ``fiscal_year`` (ends on 30 September) and ``value_usd_bn``. Debt is debt held
        by the public; a deficit is negative.

    Raises
    ------
    ParseError
        If the content is not that file.
    """
    table = _rows(content, dataset, "projected_fiscal_year", "value", "baseline_date")
    table["baseline"] = to_dates(table["baseline_date"], dataset) + pd.offsets.MonthEnd(0)
    return tidy(table, dataset)


def parse_actuals(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read what revenues, outlays, deficits and debt turned out to be.

    Parameters
    ----------
    content
        ``input_data/actuals.csv``, comma-separated.
    dataset
        Catalog entry ``cbo_actuals``.

    Returns
    -------
    pandas.DataFrame
        One row an item and fiscal year: ``fiscal_year`` (held as 31 December of the
        year, though a fiscal year ends on 30 September), ``component``, ``category``,
        ``subcategory`` and ``value_usd_bn``. Debt is debt held by the public; a
        deficit is negative.

    Raises
    ------
    ParseError
        If the content is not that file.
    """
    table = _rows(content, dataset, "fiscal_year", "actual_value")
    table["fiscal_year"] = pd.to_datetime({"year": table["fiscal_year"], "month": 12, "day": 31})
    return tidy(table, dataset)


def check_baselines(table: pd.DataFrame, dataset: Dataset) -> None:
    """Revenues less outlays are the deficit in every year of the newest baseline.

    They are to a thousandth of a million in the baselines since 2024; 0.01 USD billion
    is ten times the unit of publication. Early baselines are in whole billions.

    Raises
    ------
    IdentityError
        At the first year where they are not, or if one of the three is missing.
    """
    _check_deficit(table[table["baseline"] == table["baseline"].max()], dataset)


def check_actuals(table: pd.DataFrame, dataset: Dataset) -> None:
    """Revenues less outlays are the deficit in every fiscal year since 1984.

    They are to a thousandth of a million; the tolerance is 0.01 USD billion.

    Raises
    ------
    IdentityError
        At the first year where they are not, or if one of the three is missing.
    """
    _check_deficit(table[table["fiscal_year"] >= "1984"], dataset)


def _check_deficit(table: pd.DataFrame, dataset: Dataset) -> None:
    totals = table[(table[["category", "subcategory"]] == "Total").all(axis="columns")]
    rows = [name for name in dataset.key if name not in ("component", "category", "subcategory")]
    wide = totals.pivot(index=rows, columns="component", values="value_usd_bn")
    wide = wide.reindex(columns=["revenue", "outlay", "deficit"])
    require_equal(
        wide["revenue"] - wide["outlay"],
        wide["deficit"],
        what="revenue less outlays is the deficit",
        tolerance=TOLERANCE_USD_BN,
        dataset=dataset,
    )


def _rows(content: bytes, dataset: Dataset, years: str, value: str, *others: str) -> pd.DataFrame:
    """The file's columns under tidy names, fiscal years and values as numbers."""
    columns = ["component", "category", "subcategory", years, value, *others]
    table = read_rows(text_of(content, dataset), dataset, columns)
    for column in (years, value):
        table[column] = to_numbers(table[column], dataset, missing=())
    if (wrong := ~table[years].isin(range(1900, 2200))).any():
        raise ParseError(
            f"{dataset.id}: line {wrong.idxmax()}: {table[years][wrong.idxmax()]} is not a fiscal year. "
            f"Compare {dataset.url} with the importer."
        )
    return table.rename(columns={years: "fiscal_year", value: "value_usd_bn"}).astype(
        {"fiscal_year": "int64"}
    )
