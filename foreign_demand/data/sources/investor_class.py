"""Treasury's Office of Debt Management: what each class of investor was allotted at auction.

The page links workbooks whose names carry the day they were made: bills and coupon
securities since October 2009 in USD billion, and an ended one of coupon securities
before, in USD million. The allotments of an auction are published some weeks after it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import unquote, urljoin

import pandas as pd
import xlrd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.http import Client, Reply
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import (
    opened_workbook,
    read_rows,
    refuse_cells,
    text_of,
    tidy,
    to_dates,
    to_numbers,
)
from foreign_demand.exceptions import IdentityError, ParseError

CLASSES: Mapping[str, str] = {
    "depositoryinstitutions": "depository_institutions_usd_bn",
    "individuals": "individuals_usd_bn",
    "dealersandbrokers": "dealers_usd_bn",
    "pensionandretirementfundsandinsco": "pensions_and_insurers_usd_bn",
    "investmentfunds": "investment_funds_usd_bn",
    "foreignandinternational": "foreign_usd_bn",
    "other": "other_usd_bn",
}
"""The classes of investor, by the letters of their heading outside brackets."""
AMOUNTS: Mapping[str, str] = {
    "totalissue": "total_usd_bn",
    "federalreservebanks": "federal_reserve_usd_bn",
    **CLASSES,
}
HEADINGS = ("issuedate", "cusip", "maturitydate", *AMOUNTS)
UNITS = {"[In billions of dollars.": 1.0, "[In millions of dollars.": 1e-3}
"""How the line above the headings begins, and what turns its unit into USD billion."""
TOLERANCE_USD_BN = 0.0045
"""Nine numbers each rounded to a million, as before October 2009; later ones are to the dollar."""
SPARE_YEARS = 0.55
"""A security may mature this much later than its term after its issue, as some of 2000 to 2004 did."""
TOLERANCE_PCT = 0.015
"""Three shares, each rounded to two decimals."""
CENTURY = pd.DateOffset(years=100)

SHARES: Mapping[str, str] = {
    "dealers_brokers_pct": "dealers_share_pct",
    "investment_funds_pct": "investment_funds_share_pct",
    "foreign_international_pct": "foreign_share_pct",
}
"""Columns of the transcription, and ours."""

YEARS = {"Year": 1.0, "Week": 7 / 365, "Day": 1 / 365}


# --- fetching ----------------------------------------------------------------


def fetch_coupons(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the newest workbook of coupon securities that the page links.

    Raises
    ------
    FetchError
        If the page or the workbook cannot be had.
    ParseError
        If the page links no such workbook.
    """
    return _fetch_linked(dataset, client, validator, name=r"IC[-_ ]Coupons")


def fetch_bills(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the newest workbook of bills that the page links; errors as :func:`fetch_coupons`."""
    return _fetch_linked(dataset, client, validator, name=r"IC[-_ ]Bills")


def fetch_coupons_before_2009(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the ended workbook of coupon securities; errors as :func:`fetch_coupons`."""
    return _fetch_linked(dataset, client, validator, name=r"Coupons[-_ ]Jan[-_ ]2000")


def _fetch_linked(dataset: Dataset, client: Client, validator: str, *, name: str) -> Reply:
    page = client.get(dataset.url, redirects=dataset.redirects, shared=True)
    links = re.findall(r'href\s*=\s*["\']([^"\']+\.xlsx?)["\']', page.content.decode(errors="replace"), re.I)
    named = {urljoin(dataset.url, link) for link in links if re.search(name, link.rpartition("/")[2], re.I)}
    if not named:
        raise ParseError(
            f"{dataset.id}: {dataset.url} links no workbook named like {name!r}. Open the page; if the "
            "workbook has another name now, mend sources/investor_class.py."
        )
    newest = max(named, key=lambda link: (day_in_name(link), link))
    reply = client.get(newest, validator=validator, redirects=dataset.redirects)
    return dataclasses.replace(reply, last_modified=day_in_name(newest) or reply.last_modified)


def day_in_name(link: str) -> str:
    """The day a workbook's name begins with, ``August_7_2026_IC_Coupons.xls``, as an ISO date.

    Returns
    -------
    str
        Empty where the name begins with no day.
    """
    if match := re.match(r"[A-Za-z]+[-_ ]\d{1,2}[-_ ]\d{4}(?=[-_ ])", unquote(link.rpartition("/")[2])):
        with suppress(ValueError):
            return dt.datetime.strptime(re.sub("[-_]", " ", match[0]), "%B %d %Y").date().isoformat()
    return ""


# --- parsing -----------------------------------------------------------------


def parse_coupons(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the allotments of notes and bonds, of either workbook.

    Parameters
    ----------
    content
        The Excel workbook, of one sheet, its amounts in USD million or billion as it says.
    dataset
        Catalog entry ``investor_class_coupons`` or ``investor_class_coupons_2000``.

    Returns
    -------
    pandas.DataFrame
        One row an issue, by ``issue_date`` and ``cusip``: ``security_type`` (Note or
        Bond), ``original_term`` ("10-Year", kept by reopenings) and ``term_years``,
        whether ``inflation_indexed`` or ``floating_rate``, and in USD billion the total
        issue, the Federal Reserve's part of it, and that of each class of investor.

    Raises
    ------
    ParseError
        If this is not that workbook: another sheet, an unknown unit, a class or the last
        line missing, a security that matures before its issue or later than its term allows.
    """
    return _workbook(content, dataset, kind="Coupon")


def parse_bills(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the allotments of bills; as :func:`parse_coupons`, of ``investor_class_bills``."""
    return _workbook(content, dataset, kind="Bill")


def parse_shares(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read a transcription of the workbook: three classes, in percent of what was sold.

    Parameters
    ----------
    content
        CSV with ``issue_date``, ``term_years``, ``cusip``, shares in percent of the total
        without the Federal Reserve's part, and that total in USD billion.
    dataset
        Catalog entry ``investor_class_shares``.

    Raises
    ------
    ParseError
        If a column is missing or a cell is no date or number.
    """
    total = "total_ex_soma_bn"
    cells = read_rows(
        text_of(content, dataset), dataset, ["issue_date", "term_years", "cusip", *SHARES, total]
    )
    numbers = {ours: to_numbers(cells[theirs], dataset, missing=()) for theirs, ours in SHARES.items()}
    _refuse_cusips(cells["cusip"], dataset)
    return tidy(
        pd.DataFrame(
            {
                "issue_date": to_dates(cells["issue_date"], dataset),
                "cusip": cells["cusip"],
                "term_years": to_numbers(cells["term_years"], dataset, missing=()),
                **numbers,
                "total_usd_bn": to_numbers(cells[total], dataset, missing=()),
            }
        ),
        dataset,
    )


def parse_federal_reserve(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read what others summed from the workbooks: the Federal Reserve's part by quarter of issue.

    Parameters
    ----------
    content
        CSV with ``date`` (end of a quarter), ``buyer_class``, ``instrument`` and ``allotment_amount`` in USD
        billion, the newest quarter not over.
    dataset
        Catalog entry ``federal_reserve_at_auction``.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``security`` (Bills, Coupons), ``federal_reserve_usd_bn``; zero where the sums know the
        quarter and no part of the Federal Reserve. The newest quarter is left out.

    Raises
    ------
    ParseError
        If a column is missing, a cell is no date or number, or no row is of the Federal Reserve.
    """
    cells = read_rows(
        text_of(content, dataset), dataset, ["date", "buyer_class", "allotment_amount", "instrument"]
    )
    rows = pd.DataFrame(
        {
            "quarter": to_dates(cells["date"], dataset),
            "security": cells["instrument"].map({"bills": "Bills", "nominal_coupons": "Coupons"}),
            "federal_reserve_usd_bn": to_numbers(cells["allotment_amount"], dataset, missing=()),
        }
    ).dropna(subset="security")
    own = rows[cells["buyer_class"].reindex(rows.index) == "fed"]
    if own.empty:
        raise _refusal(dataset, "no row is of the buyer class fed")
    every = rows[["quarter", "security"]].drop_duplicates()
    table = every.merge(own, how="left").fillna({"federal_reserve_usd_bn": 0.0})
    return tidy(table[table["quarter"] < table["quarter"].max()], dataset)


def _workbook(content: bytes, dataset: Dataset, *, kind: str) -> pd.DataFrame:
    rows, unit = _rows(content, dataset, kind=kind)
    issued = _days(rows["issuedate"], dataset)
    matures = _days(rows["maturitydate"], dataset)
    matures = matures.mask(matures < issued, matures + CENTURY)  # "39" was read as 1939
    security = _securities(rows["security"], dataset)
    years_left = (matures - issued).dt.days / 365
    impossible = (years_left <= 0) | (years_left > security["term_years"] + SPARE_YEARS)
    refuse_cells(rows["issuedate"][impossible], dataset, "an issue date, by the security's term and maturity")
    cusips = rows["cusip"].astype(str).str.strip().rename("Cusip")
    _refuse_cusips(cusips, dataset)
    amounts = {ours: (_amounts(rows[theirs], dataset) * unit).round(7) for theirs, ours in AMOUNTS.items()}
    return tidy(
        pd.DataFrame({"issue_date": issued, "cusip": cusips} | dict(security.items()) | amounts), dataset
    )


def _rows(content: bytes, dataset: Dataset, *, kind: str) -> tuple[pd.DataFrame, float]:
    """The rows of the workbook's one sheet by the letters of their headings, and its unit in USD billion."""
    with opened_workbook(content, dataset) as book:
        names = book.sheet_names()
        if len(names) != 1:
            raise _refusal(dataset, f"the workbook should have one sheet, and has {', '.join(names)}")
        lines = [[_value(cell, book.datemode) for cell in line] for line in book.sheet_by_index(0).get_rows()]
    starts = [at for at, line in enumerate(lines) if _letters(line[0]) == "issuedate"]
    ends = [at for at, line in enumerate(lines) if str(line[0]).startswith("Totals may not add")]
    if not starts:
        raise _refusal(dataset, f"sheet {names[0]!r} has no line of headings that begins with 'Issue date'")
    if not ends:
        raise _refusal(dataset, "the note on totals below the last line is missing: the file is cut off")
    above = " ".join(str(line[0]).strip() for line in lines[: starts[0]])
    if f"Allotments By Investor Class For Marketable Treasury {kind} Securities" not in above:
        raise _refusal(dataset, f"sheet {names[0]!r} is headed {above.strip()[:100]!r}")
    units = [factor for words, factor in UNITS.items() if words in above]
    if len(units) != 1:
        raise _refusal(dataset, "the line on its unit says neither billions nor millions of dollars")
    headings = [_letters(heading) for heading in lines[starts[0]]]
    if wrong := [name for name in HEADINGS if headings.count(name) != 1]:
        raise _refusal(dataset, f"the headings should name {', '.join(wrong)} once, and are {headings}")
    body = lines[starts[0] + 1 : ends[-1]]
    table = pd.DataFrame(
        {name: pd.Series([line[headings.index(name)] for line in body], dtype=object) for name in HEADINGS}
    )
    described = [at for at, heading in enumerate(headings) if heading.startswith("security")]
    table["security"] = [" ".join(str(line[at]) for at in described).strip() for line in body]
    table.index = pd.RangeIndex(starts[0] + 2, starts[0] + 2 + len(body), name="line")
    return table[(table != "").any(axis=1)], units[0]


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    """A cell's date, number or text."""
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    return cell.value if cell.ctype == xlrd.XL_CELL_NUMBER else str(cell.value).strip()


def _letters(heading: object) -> str:
    """A heading without what is in brackets, line breaks and hyphens: ``depositoryinstitutions``."""
    return re.sub(r"[^a-z]", "", re.sub(r"\([^)]*\)", "", str(heading)).lower())


def _days(cells: pd.Series, dataset: Dataset) -> pd.Series:
    refuse_cells(cells[~cells.map(lambda cell: isinstance(cell, dt.datetime))], dataset, "a date")
    return pd.to_datetime(cells).astype("datetime64[us]").dt.normalize()


def _amounts(cells: pd.Series, dataset: Dataset) -> pd.Series:
    refuse_cells(cells[~cells.map(lambda cell: isinstance(cell, float))], dataset, "an amount")
    return cells.astype(float)


def _securities(cells: pd.Series, dataset: Dataset) -> pd.DataFrame:
    """Type and term of ``10-Year TIPS Note``, or of ``TIPS-NOTE`` ``10 YR`` before October 2009."""
    text = cells.str.lower()
    term = text.str.extract(r"\b(\d+)[- ](year|yr|week|day)\b")
    kind = text.str.extract(r"\b(bill|cmb|note|frn|bond)\b")[0]
    refuse_cells(cells[term[0].isna() | kind.isna()], dataset, "a security with its type and term")
    unit = term[1].replace("yr", "year").str.title()
    return pd.DataFrame(
        {
            "security_type": kind.replace({"cmb": "bill", "frn": "note"}).str.title(),
            "original_term": term[0] + "-" + unit,
            "term_years": term[0].astype(float) * unit.map(YEARS),
            "inflation_indexed": text.str.contains("tips"),
            "floating_rate": text.str.contains("frn"),
        }
    )


def _refuse_cusips(cells: pd.Series, dataset: Dataset) -> None:
    refuse_cells(cells[~cells.str.fullmatch("[0-9A-Z]{9}")], dataset, "a CUSIP of nine letters and digits")


def _refusal(dataset: Dataset, met: str) -> ParseError:
    return ParseError(
        f"{dataset.id}: {met}. Look at what {dataset.url} links, then mend sources/investor_class.py."
    )


# --- identities --------------------------------------------------------------


def check_classes(table: pd.DataFrame, dataset: Dataset) -> None:
    """The Federal Reserve's part and the classes of investor add up to the total issue.

    In 2,438 issues since October 2009 they do to the dollar, in 391 before, printed in
    millions, within two million; nine roundings can leave 4.5.

    Raises
    ------
    IdentityError
        At the first issue where they do not.
    """
    issues = table.set_index(["issue_date", "cusip"])
    require_equal(
        issues[["federal_reserve_usd_bn", *CLASSES.values()]].sum(axis=1),
        issues["total_usd_bn"],
        what="the Federal Reserve's part and the classes of investor add up to the total issue",
        tolerance=TOLERANCE_USD_BN,
        dataset=dataset,
    )


def check_shares(table: pd.DataFrame, dataset: Dataset) -> None:
    """Three of the classes never have more than all of them: their shares are at most 100.

    Raises
    ------
    IdentityError
        At the first issue where they are more.
    """
    shares = table[list(SHARES.values())].sum(axis=1)
    wrong = shares[~(shares <= 100 + TOLERANCE_PCT)]
    if len(wrong):
        row = table.loc[wrong.index[0]]
        raise IdentityError(
            f"{dataset.id}: of {row['cusip']}, issued on {row['issue_date'].date()}, three classes have "
            f"{wrong.iloc[0]:.2f} percent. Compare the transcription with {dataset.url}."
        )
