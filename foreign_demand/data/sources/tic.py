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

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile

import pandas as pd

from foreign_demand.data.catalog import Column, Dataset
from foreign_demand.data.places import (
    ALL_COUNTRIES,
    CANADA,  # noqa: F401
    FOREIGN_OFFICIAL,
    GRAND_TOTAL,
    NON_OFFICIAL,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    ORGANISATIONS,
    REGIONS,
)
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_dates, to_numbers
from foreign_demand.exceptions import IdentityError, ParseError

FIRST_FLOWS = pd.Timestamp("2023-02-28")
"""First month of net purchases and valuation changes on the SLT form."""

KNOWN_GAPS: Mapping[tuple[str, str], float] = {
    ("tic_mfhhis01", "2006-06"): 2.5,
    ("tic_s1_globl", "2003-01"): 3245,
    ("tic_slt3d_globl", "2018-04"): 497,
}
"""Months in which the published edition itself does not add up, and by how much."""

MISSING = ("", "n.a.", "ND")

LONGEST_CELL = 10_000
"""Characters; a longer cell is a quotation mark that swallowed the lines after it."""

HOLDERS = {
    "For. Official": FOREIGN_OFFICIAL,
    "Treasury Bills": OFFICIAL_BILLS,
    "T-Bonds & Notes": OFFICIAL_BONDS,
    "Korea": "Korea, South",
}
"""Holders whose name differs between the layouts of the major holders table."""

SLT_HOLDER = {"country": "country", "country_code": "country_code", "date": "month"}

TABLE_1 = SLT_HOLDER | {
    f"for_lt_{theirs}_{measure}": f"{ours}_{name}_usd_mn"
    for theirs, ours in {
        "total": "total",
        "treas": "treasury",
        "agcy": "agency",
        "corp": "corporate",
        "eqty": "equity",
    }.items()
    for measure, name in {
        "pos": "holdings",
        "net": "net_purchases",
        "valchg": "valuation_change",
    }.items()
}
TABLE_3 = SLT_HOLDER | {
    "for_treas_pos": "holdings_usd_mn",
    "for_treas_net": "net_purchases_usd_mn",
    "for_lt_treas_pos": "long_term_holdings_usd_mn",
    "for_lt_treas_net": "long_term_net_purchases_usd_mn",
    "for_lt_treas_valchg": "long_term_valuation_change_usd_mn",
    "for_st_treas_pos": "short_term_holdings_usd_mn",
    "for_st_treas_net": "short_term_net_purchases_usd_mn",
}
TABLE_3D = SLT_HOLDER | {
    "Total U.S.": "holdings_usd_mn",
    "Long-term": "long_term_holdings_usd_mn",
    "Short-term": "short_term_holdings_usd_mn",
}
TRANSACTIONS = {"name": "country", "code": "country_code", "month": "month"} | {
    f"{label} [{first + offset}]": f"{security}_{side}_usd_mn"
    for side, first in {"purchases": 1, "sales": 7}.items()
    for offset, (label, security) in enumerate(
        [
            ("notes", "treasury"),
            ("agencies", "agency"),
            ("bonds", "corporate"),
            ("stocks", "equity"),
            ("Bonds", "foreign_bond"),
            ("Stocks", "foreign_stock"),
        ]
    )
}
"""Last word of each stacked heading with the publisher's column number."""

POSITIONS = {
    "date": "month",
    "country_code": "country_code",
    "country_name": "country",
    "treas_est_pos": "treasury_holdings_usd_mn",
    "treas_adj_net_flow": "treasury_net_purchases_usd_mn",
    "treas_adj_val_chg": "treasury_valuation_change_usd_mn",
    "treas_monthly_gap": "treasury_gap_usd_mn",
    "treas_survey_pos": "treasury_survey_holdings_usd_mn",
}

SURVEY = {
    ("Total", "total securities"): "holdings_usd_mn",
    ("Total", "total"): "long_term_holdings_usd_mn",
    ("Total", "total long-term securities"): "long_term_holdings_usd_mn",
    ("Long-term", "total long-term securities"): "long_term_holdings_usd_mn",
    ("Long-term", "equity"): "equity_holdings_usd_mn",
    ("Long-term", "debt"): "long_term_debt_holdings_usd_mn",
    ("Long-term", "total long-term debt"): "long_term_debt_holdings_usd_mn",
    ("Long-term", "treasury debt"): "long_term_treasury_holdings_usd_mn",
    ("Long-term", "agency debt"): "long_term_agency_holdings_usd_mn",
    ("Long-term", "corporate debt"): "long_term_corporate_holdings_usd_mn",
    ("Short-term", "total short-term debt"): "short_term_debt_holdings_usd_mn",
    ("Short-term", "treasury debt"): "short_term_treasury_holdings_usd_mn",
    ("Short-term", "agency debt"): "short_term_agency_holdings_usd_mn",
    ("Short-term", "corporate debt"): "short_term_corporate_holdings_usd_mn",
}
"""The two heading lines above each figure of the survey table, footnotes removed."""
SURVEY_HOLDER = {"Country code": "country_code", "Countries and Regions": "country"}
_SURVEY_TO_1989 = {
    "long_term_holdings_usd_mn",
    "equity_holdings_usd_mn",
    "long_term_debt_holdings_usd_mn",
}
_LONG_TERM_DEBT = [f"long_term_{kind}_holdings_usd_mn" for kind in ("treasury", "agency", "corporate")]
_SHORT_TERM_DEBT = [f"short_term_{kind}_holdings_usd_mn" for kind in ("treasury", "agency", "corporate")]
_SURVEY_TO_2000 = _SURVEY_TO_1989 | set(_LONG_TERM_DEBT)
SURVEY_LAYOUTS = (
    _SURVEY_TO_1989,
    _SURVEY_TO_2000,
    set(SURVEY.values()) - {"long_term_holdings_usd_mn"},
)
"""What a survey reports: up to 1989, in 1994 and 2000, and since 2002."""


# --- parsers -----------------------------------------------------------------------------------------------


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
    text = _text(content, dataset)
    if "\t" in text:
        rows = _cells(text, dataset)
    else:
        rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    starts = [at for at, row in enumerate(rows) if row[0] == "Country"]
    ends = sum(_holder(row[0]) == OFFICIAL_BONDS for row in rows)
    if not starts or ends != len(starts):
        raise _refusal(dataset, f"{len(starts)} lines start with Country, {ends} with T-Bonds & Notes")
    holdings = pd.DataFrame(
        [
            record
            for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)
            for record in _block(rows, start, end, dataset)
        ],
        columns=["month", "country", "series", "holdings_usd_bn"],
    )
    if not any(row[0].startswith(("Department of the Treasury", "Notes:")) for row in rows[starts[-1] :]):
        raise _refusal(dataset, "the notes below the last block are missing: the file is cut off")
    month_format = "%Y-%m" if "-" in holdings["month"].iat[0] else "%b %Y"
    return _typed(holdings, dataset, month_format=month_format)


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
    return _slt(content, dataset, TABLE_1)


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
    return _slt(content, dataset, TABLE_3)


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
    rows = _cells(_text(content, dataset), dataset, delimiter=",")
    at = _find(rows, {"Long-term", "Short-term"}, dataset)
    header = [*SLT_HOLDER, *rows[at][len(SLT_HOLDER) :]]
    body = _up_to_blank(rows, _first_figures(rows, at, dataset), dataset)
    return _typed(_select(header, body, TABLE_3D, dataset), dataset)


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
    text = _text(content, dataset)
    rows = _cells(text, dataset)
    at = _find(rows, {"name", "code", "month"}, dataset)
    header = [
        f"{above} {name}" if name.startswith("[") else name
        for above, name in zip(rows[at - 1], rows[at], strict=False)
    ]
    body = _up_to_total(text, rows, _first_figures(rows, at, dataset), dataset)
    return _typed(_select(header, body, TRANSACTIONS, dataset), dataset)


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
    rows = _cells(_text(content, dataset), dataset)
    at = _find(rows, set(SURVEY_HOLDER), dataset)
    if at < 2:
        raise _refusal(dataset, "the two lines of survey dates and terms above the header are missing")
    dates, groups, labels = rows[at - 2 : at + 1]
    body = _up_to_blank(rows, at + 1, dataset)
    _require_width(labels, [dates, groups, *body], dataset)
    wide = pd.DataFrame(body)
    holders = {_position(labels, theirs, dataset): ours for theirs, ours in SURVEY_HOLDER.items()}
    text = pd.concat(
        [
            wide[[*holders, *survey]].rename(columns=holders | survey).assign(month=date)
            for date, survey in _surveys(dates, groups, labels, dataset).items()
        ],
        ignore_index=True,
    ).reindex(columns=[column.name for column in dataset.columns])
    text["country"] = text["country"].map(_without_footnotes)
    table = _typed(text.fillna(""), dataset, month_format="%b-%y")
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
    text = _text(content, dataset)
    rows = _cells(text, dataset, delimiter=",")
    at = _find(rows, {"date"}, dataset)
    header = [re.sub("^(ftot|foi)_", "", cell.replace(" ", "_")) for cell in rows[at]]
    body = _up_to_total(text, rows, at + 1, dataset)
    return _typed(_select(header, body, POSITIONS, dataset), dataset, month_format="%m/%d/%Y")


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


# --- identities --------------------------------------------------------------------------------------------


def check_major_holders(table: pd.DataFrame, dataset: Dataset) -> None:
    """Countries and All Other add up to Grand Total, bills and bonds to Foreign Official.

    Holds in every month and series. Figures are rounded to USD 0.1 billion: some
    forty rounded rows stray up to 0.5 in the published history (2.5 in June 2006),
    so 1.0 is allowed; two rounded parts of official holdings may stray by 0.15.
    Luxembourg before June 2002 is ``n.a.`` and counted within Belgium.

    Raises
    ------
    IdentityError
        If a sum is off or one of these rows is missing.
    """
    wide = table.pivot(index=["month", "series"], columns="country", values="holdings_usd_bn")
    totals = ["Grand Total", FOREIGN_OFFICIAL, OFFICIAL_BILLS, OFFICIAL_BONDS]
    wide = wide.reindex(columns=wide.columns.union(totals))
    _require_equal(
        wide.drop(columns=totals).sum(axis="columns"),
        wide["Grand Total"],
        what="countries and All Other add up to Grand Total",
        tolerance=1.0,
        dataset=dataset,
    )
    _require_equal(
        wide[OFFICIAL_BILLS] + wide[OFFICIAL_BONDS],
        wide[FOREIGN_OFFICIAL],
        what="bills and bonds add up to Foreign Official",
        tolerance=0.15,
        dataset=dataset,
    )


def check_official_split(table: pd.DataFrame, dataset: Dataset) -> None:
    """Official and non-official holders add up to the grand total, in every column.

    Exact in all published months; 1.5 (half a unit for each of three rounded
    figures) is allowed. Net purchases and valuation change from February 2023.

    Raises
    ------
    IdentityError
        If a sum is off or one of the rows is missing.
    """
    for column in dataset.numbers:
        reported = _reported(table, column)
        _require_equal(
            _sum_of(reported, column, [OFFICIAL, NON_OFFICIAL]),
            _sum_of(reported, column, [GRAND_TOTAL]),
            what=f"official and non-official {column.name} add up to the grand total",
            tolerance=1.5,
            dataset=dataset,
        )


def check_world(table: pd.DataFrame, dataset: Dataset) -> None:
    """All countries and international organisations add up to the grand total.

    Single countries do not: small ones are not shown, and the published regions
    hold the rest. The three rounded figures may stray by 1.5; met is 1, besides two
    months of the frozen files in :data:`KNOWN_GAPS`.

    Raises
    ------
    IdentityError
        If a sum is off or one of the rows is missing.
    """
    for column in dataset.numbers:
        reported = _reported(table, column)
        _require_equal(
            _sum_of(reported, column, [ALL_COUNTRIES, ORGANISATIONS]),
            _sum_of(reported, column, [GRAND_TOTAL]),
            what=f"{column.name} of all countries and organisations add up to the grand total",
            tolerance=1.5,
            dataset=dataset,
        )


def check_regions(table: pd.DataFrame, dataset: Dataset) -> None:
    """The regions, with Canada, add up to all countries.

    Nine rounded figures at most may stray by 4.5; met is 2 (S form, before 1992)
    and 0 (SLT). Not so in SLT table 1, where holders of unknown country belong to no
    region.

    Raises
    ------
    IdentityError
        If a sum is off or a region is missing.
    """
    for column in dataset.numbers:
        reported = _reported(table, column)
        regions = reported[reported["country_code"].isin(REGIONS)]
        _require_equal(
            regions.groupby("month")[column.name].sum(min_count=1),
            _sum_of(reported, column, [ALL_COUNTRIES]),
            what=f"{column.name} of the regions add up to all countries",
            tolerance=4.5,
            dataset=dataset,
        )


def check_long_and_short(table: pd.DataFrame, dataset: Dataset) -> None:
    """Long-term and short-term Treasuries add up to all, in every row that has both.

    Three rounded figures may stray by 1.5; met is 1.

    Raises
    ------
    IdentityError
        If a sum is off, or the grand total lacks one of the figures.
    """
    names = {column.name for column in dataset.numbers}
    for total in ("holdings_usd_mn", "net_purchases_usd_mn"):
        if total in names:
            _require_parts(table, [f"long_term_{total}", f"short_term_{total}"], total, dataset)


def check_security_types(table: pd.DataFrame, dataset: Dataset) -> None:
    """Treasuries, agency bonds, corporate bonds and equity add up, in every row that has all four.

    Five rounded figures may stray by 2.5; met is 1.

    Raises
    ------
    IdentityError
        If a sum is off, or the grand total lacks one of the figures.
    """
    for measure in ("holdings", "net_purchases", "valuation_change"):
        parts = [f"{kind}_{measure}_usd_mn" for kind in ("treasury", "agency", "corporate", "equity")]
        _require_parts(table, parts, f"total_{measure}_usd_mn", dataset)


def check_survey(table: pd.DataFrame, dataset: Dataset) -> None:
    """From 2002, types add up to totals in every row, and countries to the total.

    Four rounded figures may stray by 2.0; met is 2. Some 240 rounded countries stray
    up to 29 in the published surveys; 50 is allowed. Earlier surveys have short-term
    debt unmeasured and totals that the publisher's notes say do not add up.

    Raises
    ------
    IdentityError
        If a sum is off, or the total lacks one of the figures.
    """
    recent = table[table["month"] >= "2002-01-01"]
    long_term, short_term = "long_term_debt_holdings_usd_mn", "short_term_debt_holdings_usd_mn"
    _require_parts(recent, ["equity_holdings_usd_mn", long_term, short_term], "holdings_usd_mn", dataset)
    _require_parts(recent, _LONG_TERM_DEBT, long_term, dataset)
    _require_parts(recent, _SHORT_TERM_DEBT, short_term, dataset)
    countries = recent[recent["country_code"] != GRAND_TOTAL].groupby("month")
    for column in dataset.numbers:
        _require_equal(
            countries[column.name].sum(min_count=1),
            _sum_of(recent, column, [GRAND_TOTAL]),
            what=f"{column.name} of the countries add up to the total",
            tolerance=50,
            dataset=dataset,
        )


def check_positions(table: pd.DataFrame, dataset: Dataset) -> None:
    """Last month's holdings, net purchases, valuation change and gap make this month's holdings.

    So the estimates are built. Five rounded figures may stray by 2.5; met is 2.
    No step is taken into a month the catalog lists as a break.

    Raises
    ------
    IdentityError
        If a step does not close, a figure of it is missing, or there is none.
    """
    rows = table.set_index(["month", "country_code"]).sort_index(level=["country_code", "month"])
    before = rows.groupby("country_code")["treasury_holdings_usd_mn"].shift()
    steps = ["treasury_net_purchases_usd_mn", "treasury_valuation_change_usd_mn", "treasury_gap_usd_mn"]
    restarts = pd.to_datetime([entry.period for entry in dataset.breaks]) + pd.offsets.MonthEnd(0)
    continued = before.notna() & ~rows.index.get_level_values("month").isin(restarts)
    _require_equal(
        (before + rows[steps].sum(axis="columns", skipna=False))[continued],
        rows["treasury_holdings_usd_mn"][continued],
        what="holdings, net purchases, valuation change and gap make the next holdings",
        tolerance=2.5,
        dataset=dataset,
    )


# --- reading -----------------------------------------------------------------------------------------------


def _refusal(dataset: Dataset, met: str) -> ParseError:
    return ParseError(
        f"{dataset.id}: {met}. The held table stays; open {dataset.url} and, if the publisher "
        "changed the layout, adapt foreign_demand/data/sources/tic.py."
    )


def _text(content: bytes, dataset: Dataset) -> str:
    if not content.strip():
        raise _refusal(dataset, "the answer is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(dataset, f"byte {error.start} is not UTF-8 text: {error.reason}") from None
    if text.lstrip().startswith("<"):
        raise _refusal(dataset, "the answer is a web page, not the table")
    return text


def _cells(text: str, dataset: Dataset, *, delimiter: str = "\t") -> list[list[str]]:
    """Lines of the file as stripped cells, at least one a line."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _refusal(dataset, f"the lines cannot be split into cells: {error}") from None
    if any(max(map(len, line), default=0) > LONGEST_CELL for line in lines):
        raise _refusal(dataset, "a quotation mark is opened and never closed")
    return [[cell.strip() for cell in line] or [""] for line in lines]


def _find(rows: list[list[str]], names: set[str], dataset: Dataset) -> int:
    """Position of the header: the first line with all of ``names`` among its cells."""
    for at, row in enumerate(rows):
        if names <= set(row):
            return at
    raise _refusal(dataset, f"no header line with {sorted(names)} in {len(rows)} lines")


def _first_figures(rows: list[list[str]], header: int, dataset: Dataset) -> int:
    """Position of the first line below ``header`` that has a country code."""
    for at in range(header + 1, len(rows)):
        if any(re.fullmatch(r"\d{5}", cell) for cell in rows[at]):
            return at
    raise _refusal(dataset, "no line with a country code below the header")


def _up_to_blank(rows: list[list[str]], start: int, dataset: Dataset) -> list[list[str]]:
    """Lines from ``start`` to the blank line that sets off the notes."""
    body = list(takewhile(any, rows[start:]))
    if not any(any(row) for row in rows[start + len(body) :]):
        raise _refusal(dataset, f"no blank line and notes after {len(body)} lines of figures: cut off")
    return body


def _up_to_total(text: str, rows: list[list[str]], start: int, dataset: Dataset) -> list[list[str]]:
    """Lines from ``start`` to the end of a file without notes; the grand total comes last."""
    body = list(takewhile(any, rows[start:]))
    if not body or str(GRAND_TOTAL) not in body[-1] or not text.endswith("\n"):
        raise _refusal(dataset, f"{len(body)} lines of figures do not end with a grand total: cut off")
    return body


def _require_width(header: Sequence[str], body: Sequence[Sequence[str]], dataset: Dataset) -> None:
    for number, row in enumerate(body, 1):
        if len(row) != len(header):
            start = ", ".join(row[:3])
            raise _refusal(
                dataset, f"line {number} of the figures ({start}) has {len(row)} of {len(header)} cells"
            )


def _position(header: Sequence[str], name: str, dataset: Dataset) -> int:
    if header.count(name) != 1:
        raise _refusal(dataset, f"column {name!r} stands {header.count(name)} times in the header, not once")
    return header.index(name)


def _select(
    header: list[str], body: list[list[str]], names: Mapping[str, str], dataset: Dataset
) -> pd.DataFrame:
    """Columns of ``names`` as text, found by the publisher's name and given ours."""
    for name in names:
        _position(header, name, dataset)
    _require_width(header, body, dataset)
    return pd.DataFrame(body, columns=header)[list(names)].rename(columns=dict(names))


def _slt(content: bytes, dataset: Dataset, names: Mapping[str, str]) -> pd.DataFrame:
    rows = _cells(_text(content, dataset), dataset)
    at = _find(rows, {"country", "country_code"}, dataset)
    return _typed(_select(rows[at], _up_to_blank(rows, at + 1, dataset), names, dataset), dataset)


def _typed(text: pd.DataFrame, dataset: Dataset, *, month_format: str = "%Y-%m") -> pd.DataFrame:
    """Text as the catalog types it, in its order of columns, sorted by its key."""
    if text.empty:
        raise _refusal(dataset, "the table has no rows")
    table = pd.DataFrame(
        {column.name: _column(text[column.name], column, dataset, month_format) for column in dataset.columns}
    )
    repeated = table.loc[table.duplicated(list(dataset.key)), list(dataset.key)].astype(str)
    if not repeated.empty:
        raise _refusal(dataset, f"{', '.join(repeated.iloc[0])} stands more than once")
    return table.sort_values(list(dataset.key), ignore_index=True)


def _column(cells: pd.Series, column: Column, dataset: Dataset, month_format: str) -> pd.Series:
    """Cells as the column is typed; most repeat another, so each text is read once."""
    if column.type == "string":
        return cells
    places, distinct = cells.factorize(use_na_sentinel=False)
    index, cells = cells.index, distinct.to_series()
    if column.type == "month":
        values = pd.to_datetime(cells, format=month_format, errors="coerce") + pd.offsets.MonthEnd(0)
        strange = cells[values.isna()]
    elif column.type == "integer":
        values = pd.to_numeric(cells.where(cells.str.fullmatch(r"\d{1,9}")))
        strange = cells[values.isna()]
    else:
        plain = cells.str.replace(",", "").replace("*", "0")
        missing = plain.isin(MISSING)
        # TIC prints a rounded small negative as -0; adding 0.0 drops the sign.
        values = pd.to_numeric(plain.mask(missing), errors="coerce").astype(float) + 0.0
        strange = cells[values.isna() & ~missing]
    if not strange.empty:
        raise _refusal(dataset, f"column {column.name} holds {strange.iat[0]!r}, which is no {column.type}")
    values = values.astype("int64") if column.type == "integer" else values
    return values.take(places).set_axis(index)


def _block(rows: list[list[str]], start: int, end: int, dataset: Dataset) -> Iterator[list[str]]:
    """Month, holder, series and figure of one block, whose header is the line at ``start``."""
    months = _block_months(rows, start, dataset)
    series = ["superseded" if month in months[:at] else "current" for at, month in enumerate(months)]
    marked = any(cell.startswith("Series") for row in rows[max(start - 3, 0) : start] for cell in row)
    if "superseded" in series and not marked:
        raise _refusal(dataset, f"{months[series.index('superseded')]} stands twice without a series mark")
    for row in rows[start + 1 : end]:
        if row[0].strip("-") == "" or row[0] == "Of which:":
            continue
        holder, figures = _holder(row[0]), row[1 : len(months) + 1]
        if len(figures) < len(months) or any(row[len(months) + 1 :]):
            raise _refusal(
                dataset,
                f"{holder} has {len(row) - 1} figures for the {len(months)} months from {months[-1]}",
            )
        for month, name, figure in zip(months, series, figures, strict=True):
            yield [month, holder, name, figure]
        if holder == OFFICIAL_BONDS:
            return
    raise _refusal(dataset, f"the block from {months[-1]} ends before T-Bonds & Notes: cut off or renamed")


def _block_months(rows: list[list[str]], start: int, dataset: Dataset) -> list[str]:
    """Months over a block: ``2025-12`` in one line, or ``Dec`` above ``2025`` in two."""
    header = list(takewhile(bool, rows[start][1:]))
    if header and "-" in header[0]:
        return header
    above = [cell for cell in rows[start - 1] if cell]
    if not header or len(above) != len(header):
        raise _refusal(dataset, f"line {start + 1} has {len(header)} years under {len(above)} months")
    return [f"{month} {year}" for month, year in zip(above, header, strict=True)]


def _holder(name: str) -> str:
    name = re.sub(r"\s*\d+/$", "", name.removeprefix("Of Which: "))
    return HOLDERS.get(name, name)


def _surveys(
    dates: Sequence[str], groups: Sequence[str], labels: Sequence[str], dataset: Dataset
) -> dict[str, dict[int, str]]:
    """For each survey date, which position holds which of our columns."""
    surveys: dict[str, dict[int, str]] = {}
    for at, (date, group, label) in enumerate(zip(dates, groups, labels, strict=True)):
        if label in SURVEY_HOLDER:
            continue
        name = SURVEY.get((group, _without_footnotes(label).lower()))
        if name is None:
            raise _refusal(dataset, f"unknown column {group!r} {label!r} in the survey of {date!r}")
        surveys.setdefault(date, {})[at] = name
    for date, survey in surveys.items():
        if sorted(survey.values()) not in map(sorted, SURVEY_LAYOUTS):
            raise _refusal(dataset, f"the survey of {date!r} has the columns {sorted(survey.values())}")
    return surveys


def _without_footnotes(name: str) -> str:
    return re.sub(r"(,?\s*\([\d, ]+\))+$", "", name)


# --- adding up ---------------------------------------------------------------------------------------------


def _reported(table: pd.DataFrame, column: Column) -> pd.DataFrame:
    """Months in which TIC reports ``column``: SLT flows begin in February 2023."""
    if "net_purchases" in column.name or "valuation_change" in column.name:
        return table[table["month"] >= FIRST_FLOWS]
    return table


def _sum_of(table: pd.DataFrame, column: Column, codes: list[int]) -> pd.Series:
    """Sum over ``codes`` by month; missing where one of them is."""
    rows = table[table["country_code"].isin(codes)]
    wide = rows.pivot(index="month", columns="country_code", values=column.name)
    months = pd.Index(table["month"].unique(), name="month").sort_values()
    return wide.reindex(index=months, columns=codes).sum(axis="columns", skipna=False)


def _require_parts(table: pd.DataFrame, parts: list[str], total: str, dataset: Dataset) -> None:
    """Columns ``parts`` add up to ``total`` in every row that has them; the grand total must."""
    columns = {column.name: column for column in dataset.numbers}
    rows = _reported(table, columns[total]).set_index(["month", "country_code"])
    months = rows.index.unique("month")
    rows = rows.reindex(
        rows.index.union(pd.MultiIndex.from_product([months, [GRAND_TOTAL]], names=rows.index.names))
    )
    added = rows[parts].sum(axis="columns", skipna=False)
    due = rows.index.get_level_values("country_code") == GRAND_TOTAL
    checked = (added.notna() & rows[total].notna()) | due
    _require_equal(
        added[checked],
        rows[total][checked],
        what=f"{', '.join(parts)} add up to {total}",
        tolerance=(len(parts) + 1) / 2,
        dataset=dataset,
    )


def _require_equal(
    added: pd.Series, stated: pd.Series, *, what: str, tolerance: float, dataset: Dataset
) -> None:
    """Raise where ``added`` and ``stated``, both by month first, differ by more than ``tolerance``."""
    sides = pd.DataFrame({"added": added, "stated": stated}).sort_index()
    if sides.empty:
        raise IdentityError(f"{dataset.id}: no row to check that {what}; compare with {dataset.url}.")
    sides["gap"] = (sides["added"] - sides["stated"]).abs()
    months = sides.index.get_level_values("month")
    known = {
        pd.Timestamp(month) + pd.offsets.MonthEnd(): gap
        for (id, month), gap in KNOWN_GAPS.items()
        if id == dataset.id
    }
    broken = ~(sides["gap"] <= tolerance + months.map(known).fillna(0.0) + 1e-9)
    if broken.any():
        at = broken.to_numpy().argmax()
        first = sides.iloc[at].map("{:,.1f}".format).replace("nan", "missing")
        raise IdentityError(
            f"{dataset.id}: it should hold that {what}, but in {months[at]:%Y-%m} the sum is "
            f"{first['added']} and the published figure {first['stated']} (gap: {first['gap']}). "
            f"Nothing is merged; compare with {dataset.url}."
        )
