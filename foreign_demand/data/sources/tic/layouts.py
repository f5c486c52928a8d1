"""How TIC lays out its files: where the header and the figures stand, and what a heading means.

TIC serves text without a common layout. Each function finds the header and the lines of
figures of one layout, by name and never by place, and returns the wanted columns as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.places import FOREIGN_OFFICIAL, GRAND_TOTAL, OFFICIAL_BILLS, OFFICIAL_BONDS
from foreign_demand.data.sources.reading import cells_of, chosen, text_of
from foreign_demand.exceptions import ParseError

Lines = dict[int, list[str]]
"""Cells by line number."""

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
_TO_1989 = {
    "long_term_holdings_usd_mn",
    "equity_holdings_usd_mn",
    "long_term_debt_holdings_usd_mn",
}
_TO_2000 = _TO_1989 | {f"long_term_{kind}_holdings_usd_mn" for kind in ("treasury", "agency", "corporate")}
SURVEY_LAYOUTS = (
    _TO_1989,
    _TO_2000,
    set(SURVEY.values()) - {"long_term_holdings_usd_mn"},
)
"""What a survey reports: up to 1989, in 1994 and 2000, and since 2002."""


# --- finding header and figures ----------------------------------------------


def refusal(dataset: Dataset, met: str) -> ParseError:
    """What to raise when a file is not laid out as it should be."""
    return ParseError(
        f"{dataset.id}: {met}. The held table stays; open {dataset.url} and, if the publisher "
        "changed the layout, adapt foreign_demand/data/sources/tic/layouts.py."
    )


def without_footnotes(name: str) -> str:
    """A name of the survey without the numbers of its notes: ``Total (1, 2)`` → ``Total``."""
    return re.sub(r"(,?\s*\([\d, ]+\))+$", "", name)


def _lines(content: bytes, dataset: Dataset, *, delimiter: str = "\t", closed: bool = False) -> Lines:
    text = text_of(content, dataset, closed=closed)
    return cells_of(text, dataset, delimiter=delimiter, strict=False)


def _header(lines: Lines, names: set[str], dataset: Dataset) -> int:
    """Line of the header: the first with all of ``names`` among its cells."""
    for line, cells in lines.items():
        if names <= set(cells):
            return line
    raise refusal(dataset, f"no header line with {sorted(names)} in {len(lines)} lines")


def _first_figures(lines: Lines, header: int, dataset: Dataset) -> int:
    """The first line below the header that has a country code."""
    for line, cells in lines.items():
        if line > header and any(re.fullmatch(r"\d{5}", cell) for cell in cells):
            return line
    raise refusal(dataset, "no line with a country code below the header")


def _up_to_blank(lines: Lines, start: int, dataset: Dataset) -> Lines:
    """Lines from ``start`` to the blank line that sets off the notes."""
    body = _stretch(lines, start)
    if not any(any(cells) for line, cells in lines.items() if line >= start and line not in body):
        raise refusal(dataset, f"no blank line and notes after {len(body)} lines of figures: cut off")
    return body


def _up_to_total(lines: Lines, start: int, dataset: Dataset) -> Lines:
    """Lines from ``start`` to the end of a file without notes; the grand total comes last."""
    body = _stretch(lines, start)
    if not body or str(GRAND_TOTAL) not in body[max(body)]:
        raise refusal(dataset, f"{len(body)} lines of figures do not end with a grand total: cut off")
    return body


def _stretch(lines: Lines, start: int) -> Lines:
    below = ((line, cells) for line, cells in lines.items() if line >= start)
    return dict(takewhile(lambda item: any(item[1]), below))


def _renamed(headings: list[str], body: Lines, dataset: Dataset, names: Mapping[str, str]) -> pd.DataFrame:
    return chosen(headings, body, dataset, list(names)).rename(columns=dict(names))


# --- one function a layout ---------------------------------------------------


def slt_rows(content: bytes, dataset: Dataset, names: Mapping[str, str]) -> pd.DataFrame:
    """Tables 1 and 3: machine-readable headings, figures down to a blank line, notes."""
    lines = _lines(content, dataset)
    at = _header(lines, {"country", "country_code"}, dataset)
    return _renamed(lines[at], _up_to_blank(lines, at + 1, dataset), dataset, names)


def table_3d_rows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Table 3D: headings over several lines, read by the first; figures down to a blank line, notes."""
    lines = _lines(content, dataset, delimiter=",")
    at = _header(lines, {"Long-term", "Short-term"}, dataset)
    headings = [*SLT_HOLDER, *lines[at][len(SLT_HOLDER) :]]
    body = _up_to_blank(lines, _first_figures(lines, at, dataset), dataset)
    return _renamed(headings, body, dataset, TABLE_3D)


def transaction_rows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """The S form: column numbers below stacked headings, and no notes."""
    lines = _lines(content, dataset, closed=True)
    at = _header(lines, {"name", "code", "month"}, dataset)
    above = lines.get(at - 1, [])
    headings = [
        f"{word} {name}" if name.startswith("[") else name
        for word, name in zip(above, lines[at], strict=False)
    ]
    body = _up_to_total(lines, _first_figures(lines, at, dataset), dataset)
    return _renamed(headings, body, dataset, TRANSACTIONS)


def position_rows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """The Federal Reserve estimates: a plain CSV whose headings say whose holdings they are."""
    lines = _lines(content, dataset, delimiter=",", closed=True)
    at = _header(lines, {"date"}, dataset)
    headings = [re.sub("^(ftot|foi)_", "", cell.replace(" ", "_")) for cell in lines[at]]
    return _renamed(headings, _up_to_total(lines, at + 1, dataset), dataset, POSITIONS)


def survey_rows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """The annual surveys side by side: a date, a group and a heading above each column of figures.

    Returns
    -------
    pandas.DataFrame
        A line a survey and holder: ``month`` as the publisher writes the survey's date, the
        holder, and the figures under our names.
    """
    lines = _lines(content, dataset)
    at = _header(lines, set(SURVEY_HOLDER), dataset)
    if at - 2 not in lines:
        raise refusal(dataset, "the two lines of survey dates and terms above the header are missing")
    stacked = [lines[line] for line in (at - 2, at - 1, at)]
    if len({len(cells) for cells in stacked}) > 1:
        raise refusal(dataset, f"lines {at - 2} to {at}, the header, are not equally wide")
    headings = [
        label if label in SURVEY_HOLDER else " / ".join((date, group, without_footnotes(label).lower()))
        for date, group, label in zip(*stacked, strict=True)
    ]
    body = _up_to_blank(lines, at + 1, dataset)
    surveys = [
        _renamed(headings, body, dataset, SURVEY_HOLDER | names).assign(month=date)
        for date, names in _surveys(headings, dataset).items()
    ]
    return pd.concat(surveys)


def _surveys(headings: list[str], dataset: Dataset) -> dict[str, dict[str, str]]:
    """For each survey date, which heading is which of our columns."""
    surveys: dict[str, dict[str, str]] = {}
    for heading in headings:
        if heading in SURVEY_HOLDER:
            continue
        date, group, label = heading.split(" / ", 2)
        if (group, label) not in SURVEY:
            raise refusal(dataset, f"unknown column {group!r} {label!r} in the survey of {date!r}")
        surveys.setdefault(date, {})[heading] = SURVEY[group, label]
    for date, survey in surveys.items():
        if sorted(survey.values()) not in map(sorted, SURVEY_LAYOUTS):
            raise refusal(dataset, f"the survey of {date!r} has the columns {sorted(survey.values())}")
    return surveys


# --- major holders -----------------------------------------------------------


def holder_rows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """The major holders: blocks of months, each from a line ``Country`` to the official bonds.

    Returns
    -------
    pandas.DataFrame
        ``month`` as the publisher writes it, ``country`` without notes, ``series`` and
        ``holdings_usd_bn``; the index is the line.
    """
    text = text_of(content, dataset, closed=False)
    if "\t" in text:
        lines = _lines(content, dataset)
    else:
        lines = {at: re.split(r"\s{2,}", line.strip()) for at, line in enumerate(text.splitlines(), 1)}
    starts = [at for at, cells in lines.items() if cells[0] == "Country"]
    ends = sum(_holder(cells[0]) == OFFICIAL_BONDS for cells in lines.values())
    if not starts or ends != len(starts):
        raise refusal(dataset, f"{len(starts)} lines start with Country, {ends} with T-Bonds & Notes")
    records = [
        record
        for start, end in zip(starts, [*starts[1:], max(lines) + 1], strict=True)
        for record in _block(lines, start, end, dataset)
    ]
    notes = (cells[0] for at, cells in lines.items() if at >= starts[-1])
    if not any(cell.startswith(("Department of the Treasury", "Notes:")) for cell in notes):
        raise refusal(dataset, "the notes below the last block are missing: the file is cut off")
    columns = ["line", "month", "country", "series", "holdings_usd_bn"]
    return pd.DataFrame(records, columns=columns).set_index("line")


def _block(lines: Lines, start: int, end: int, dataset: Dataset) -> Iterator[tuple[int, str, str, str, str]]:
    """Line, month, holder, series and figure of one block, whose header is the line ``start``."""
    months = _block_months(lines, start, dataset)
    series = ["superseded" if month in months[:at] else "current" for at, month in enumerate(months)]
    above = (cells for at, cells in lines.items() if start - 3 <= at < start)
    marked = any(cell.startswith("Series") for cells in above for cell in cells)
    if "superseded" in series and not marked:
        raise refusal(dataset, f"{months[series.index('superseded')]} stands twice without a series mark")
    for line in (at for at in lines if start < at < end):
        first, *figures = lines[line]
        if first.strip("-") == "" or first == "Of which:":
            continue
        holder = _holder(first)
        if len(figures) < len(months) or any(figures[len(months) :]):
            raise refusal(
                dataset, f"{holder} has {len(figures)} figures for the {len(months)} months from {months[-1]}"
            )
        for month, name, figure in zip(months, series, figures, strict=False):
            yield line, month, holder, name, figure
        if holder == OFFICIAL_BONDS:
            return
    raise refusal(dataset, f"the block from {months[-1]} ends before T-Bonds & Notes: cut off or renamed")


def _block_months(lines: Lines, start: int, dataset: Dataset) -> list[str]:
    """Months over a block: ``2025-12`` in one line, or ``Dec`` above ``2025`` in two."""
    header = list(takewhile(bool, lines[start][1:]))
    if header and "-" in header[0]:
        return header
    above = [cell for cell in lines.get(start - 1, []) if cell]
    if not header or len(above) != len(header):
        raise refusal(dataset, f"line {start} has {len(header)} years under {len(above)} months")
    return [f"{month} {year}" for month, year in zip(above, header, strict=True)]


def _holder(name: str) -> str:
    name = re.sub(r"\s*\d+/$", "", name.removeprefix("Of Which: "))
    return HOLDERS.get(name, name)
