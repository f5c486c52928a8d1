"""US Treasury: the Treasury International Capital (TIC) system.

Who holds and trades US securities abroad, month by month and survey by survey.
TIC serves its tables as text without a common layout; each parser below reads
one layout by the names in its header and returns the table the catalog
describes. A file that looks finished years ago parses all the same: whether it
is stale is told from its newest month, by the store.

Two marks of the publisher, in every table: ``n.a.`` (and a blank, and ``ND`` in
the Federal Reserve estimates) is missing; ``*`` is more than zero but too small
to print, and becomes 0.0 so that columns still add up. Such a 0.0 is a bound,
not a statement that nothing is held.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.reading import (
    read_rows,
    refuse_cells,
    text_of,
    tidy,
    to_dates,
    to_numbers,
)
from foreign_demand.data.sources.tic.layouts import (
    TABLE_1,
    TABLE_3,
    holder_rows,
    position_rows,
    slt_rows,
    survey_rows,
    table_3d_rows,
    transaction_rows,
    without_footnotes,
)

MISSING = ("", "n.a.", "ND")


def parse_major_holders(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the major foreign holders of Treasury securities, in any of its layouts.

    Parameters
    ----------
    content
        ``mfhhis01.txt`` (one block a year, a month row above the year row),
        ``slt_table5.txt`` (months in one row) or the fixed-width ``mfh.txt``.

    Returns
    -------
    pandas.DataFrame
        Columns ``month``, ``country``, ``series``, ``holdings_usd_bn``; one row a
        month, holder and series, sorted by these. ``series`` is ``current``, except
        where a survey break prints a month twice: the right-hand figure closes the
        old series and is ``superseded``. Names carry no footnote marks; the lines
        below the total are the holders ``Foreign Official``, ``Foreign Official
        Treasury Bills`` and ``Foreign Official T-Bonds & Notes``. A ``*`` (under
        USD 50 million) is 0.0.

    Raises
    ------
    ParseError
        If the content is not this publication, is cut off, or repeats a month
        without the publisher's series mark above it.
    """
    rows = holder_rows(content, dataset)
    month_format = "%Y-%m" if "-" in rows["month"].iat[0] else "%b %Y"
    return _typed(rows, dataset, month_format=month_format)


def parse_slt_table1(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read long-term US securities held by foreign residents (TIC SLT table 1).

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``country_code`` and, in USD million, holdings, net
        purchases by foreigners (publisher: net US sales, above zero when foreigners
        bought) and valuation change of all long-term securities, Treasuries, agency
        bonds, corporate bonds and equity; sorted by month and code. Regional totals,
        "Memo:" and "Of Which:" rows are kept: select by code.

    Raises
    ------
    ParseError
        If the content is not this table or is cut off.
    """
    return _typed(slt_rows(content, dataset, TABLE_1), dataset)


def parse_slt_table3(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read US Treasury securities held by foreign residents (TIC SLT table 3).

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``country_code`` and, in USD million, holdings and
        net purchases by foreigners (publisher: net US sales, above zero when
        foreigners bought) of all, long-term and short-term Treasuries, and the
        valuation change of long-term ones; sorted by month and code. Regional
        totals, "Memo:" and "Of Which:" rows are kept: select by code.

    Raises
    ------
    ParseError
        If the content is not this table or is cut off.
    """
    return _typed(slt_rows(content, dataset, TABLE_3), dataset)


def parse_slt3d(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read Treasury holdings by country as TIC served them until January 2023.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``country_code`` and, in USD million, total,
        long-term and short-term holdings; sorted by month and code.

    Raises
    ------
    ParseError
        If the content is not ``slt3d_globl.csv`` or is cut off.
    """
    return _typed(table_3d_rows(content, dataset), dataset)


def parse_transactions(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read transactions in long-term securities by country (TIC S form, to January 2023).

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``country_code`` and the twelve published columns in
        USD million: gross purchases by foreigners from US residents and gross sales
        to them, of Treasury bonds and notes, agency bonds, corporate bonds, US
        equity, foreign bonds and foreign stocks; sorted by month and code. A trade is
        recorded where it was booked, not where the owner lives.

    Raises
    ------
    ParseError
        If the content is not ``s1_globl.txt`` or is cut off.
    """
    return _typed(transaction_rows(content, dataset), dataset)


def parse_survey(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the annual survey of foreign holdings of US securities since 1974.

    Returns
    -------
    pandas.DataFrame
        ``month`` of the survey date, ``country``, ``country_code`` and holdings in
        USD million by type; sorted by month and code. Surveys reported total, equity
        and debt up to 1989, types of long-term debt from 1994, short-term debt from
        2002. ``long_term_holdings_usd_mn`` is published up to 2000 and equity plus
        long-term debt from 2002. Rows in which the survey has no figure are left
        out; names carry no footnote marks; ``*`` (under USD 0.5 million) is 0.0.

    Raises
    ------
    ParseError
        If the content is not ``shlhistdat.txt``, is cut off, or a survey reports
        other types than any before it.
    """
    rows = survey_rows(content, dataset).reindex(columns=[column.name for column in dataset.columns])
    rows["country"] = rows["country"].map(without_footnotes)
    table = _typed(rows.fillna(""), dataset, month_format="%b-%y")
    table["long_term_holdings_usd_mn"] = table["long_term_holdings_usd_mn"].fillna(
        table["equity_holdings_usd_mn"] + table["long_term_debt_holdings_usd_mn"]
    )
    reported = table[[column.name for column in dataset.numbers]].notna().any(axis="columns")
    return table[reported].reset_index(drop=True)


def parse_first_prints(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read figures as first published, noted by hand with where each was read.

    Parameters
    ----------
    content
        A CSV with the columns of the catalog.

    Raises
    ------
    ParseError
        If the content is not such a table.
    """
    rows = read_rows(text_of(content, dataset), dataset, [column.name for column in dataset.columns])
    rows["month"] = to_dates(rows["month"], dataset, format="%Y-%m") + pd.offsets.MonthEnd(0)
    rows["published_on"] = to_dates(rows["published_on"], dataset)
    rows["value_usd_bn"] = to_numbers(rows["value_usd_bn"], dataset, missing=())
    return tidy(rows, dataset)


def parse_positions(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read monthly Treasury positions as Federal Reserve staff estimate them.

    Parameters
    ----------
    content
        ``bertaut_judson_positions_liabs_2021.csv`` (all holders, by country) or
        ``ticdata.liabilities.foiadj.txt`` (official holders, grand total only); see
        Bertaut and Judson (2014), IFDP 1113.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country_code``, ``country`` and, of long-term Treasuries in
        USD million, estimated holdings, adjusted net purchases, adjusted valuation
        change, the gap that closes the month, and the survey's holdings where there
        was a survey; sorted by month and code.

    Raises
    ------
    ParseError
        If the content is neither file or is cut off.
    """
    return _typed(position_rows(content, dataset), dataset, month_format="%m/%d/%Y")


def vintage_tic(content: bytes) -> str:
    """Read the edition stamp of a TIC text file.

    Returns
    -------
    str
        ISO date of the release, or an empty string where the file carries none.
    """
    stamps = re.findall(
        r'(?:For release|Department of the Treasury/Federal Reserve Board)[\s"]+([^\t\r\n"]+)',
        content.decode("ascii", errors="replace"),
    )
    for stamp in stamps:
        for layout in ("%m/%d/%Y", "%m/%d/%y", "%B %d, %Y"):
            with suppress(ValueError):
                return dt.datetime.strptime(stamp.strip(), layout).date().isoformat()
    return ""


def _typed(text: pd.DataFrame, dataset: Dataset, *, month_format: str = "%Y-%m") -> pd.DataFrame:
    """Text as the catalog types it, in its order of columns, sorted by its key."""
    table = text.copy()
    for column in dataset.columns:
        cells = text[column.name]
        if column.type == "month":
            table[column.name] = to_dates(cells, dataset, format=month_format) + pd.offsets.MonthEnd(0)
        elif column.type == "integer":
            refuse_cells(cells[~cells.str.fullmatch(r"\d{1,9}")], dataset, "a code of digits")
            table[column.name] = cells.astype("int64")
        elif column.type == "number":
            plain = cells.str.replace(",", "").str.replace("*", "0")
            # TIC prints a rounded small negative as -0; adding 0.0 drops the sign.
            table[column.name] = to_numbers(plain, dataset, missing=MISSING) + 0.0
    return tidy(table, dataset)
