"""Treasury auctions and the debt outstanding, from the Bureau of the Fiscal Service (FiscalData)."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.http import Client, Reply
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import refuse_cells, tidy, to_dates, to_numbers
from foreign_demand.exceptions import FetchError, ParseError

FIELDS = (
    "auction_date",
    "cusip",
    "security_type",
    "security_term",
    "original_security_term",
    "inflation_index_security",
    "floating_rate",
    "reopening",
    "offering_amt",
    "total_accepted",
    "comp_accepted",
    "primary_dealer_accepted",
    "direct_bidder_accepted",
    "indirect_bidder_accepted",
    "bid_to_cover_ratio",
    "high_yield",
    "avg_med_yield",
)
"""The fields asked for, of more than a hundred."""

STATEMENT_FIELDS = (
    "record_date",
    "security_type_desc",
    "security_class_desc",
    "debt_held_public_mil_amt",
    "intragov_hold_mil_amt",
    "total_mil_amt",
)
STATEMENT_COLUMNS = ("held_by_public_usd_mn", "intragovernmental_usd_mn", "total_usd_mn")
TOTAL_MARKETABLE = "Total Marketable"

PAGE_SIZE = 10_000
"""FiscalData's own limit."""
MAX_PAGES = 20
"""All auctions since 1979 are on two pages."""
NULL = "null"
TOLERANCE = 0.01
"""Percentage points; shares published to four decimals add up well within it."""
_YEARS = {"Year": 1.0, "Month": 1 / 12, "Week": 1 / 52, "Day": 1 / 365}


def fetch_auctions(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch all auctions, page by page.

    Parameters
    ----------
    dataset
        Catalog entry ``auctions``.
    client
        The door to the network.
    validator
        Not used: an answer in several pages has no single one.

    Returns
    -------
    Reply
        Content ``{"data": [...]}`` with the rows of all pages.

    Raises
    ------
    FetchError
        If a page cannot be had, or the pages hold another number of rows than announced.
    ParseError
        If a page is not FiscalData's JSON.
    """
    return _fetch_rows(dataset, client, fields=FIELDS, sort="auction_date,cusip")


def fetch_statement(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the summary of the Monthly Statement of the Public Debt, page by page.

    Parameters and errors as for :func:`fetch_auctions`.
    """
    return _fetch_rows(dataset, client, fields=STATEMENT_FIELDS, sort="record_date,security_class_desc")


def parse_auctions(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read auction results.

    Parameters
    ----------
    content
        FiscalData's JSON (``auctions_query``): ``data`` is a list of rows, every
        value a string, missing ones ``"null"``.
    dataset
        Catalog entry ``auctions``.

    Returns
    -------
    pandas.DataFrame
        One row an auction held, by ``date`` and ``cusip``; auctions only announced
        are left out. ``original_term`` is the term at first issue, which a reopening
        keeps ("10-Year" where the security has 9 years and 10 months left), and
        ``term_years`` the same in years. Amounts are in USD billion. The three bidder
        shares divide by the competitive amount accepted, as the press does;
        ``indirect_share_of_total_pct`` divides by everything accepted, the Federal
        Reserve's own account included. Indirect bidders are not foreigners: they are
        all who bid through a dealer or the New York Fed.

    Raises
    ------
    ParseError
        If the content is not that JSON, is empty, or gives two results for one auction.
    """
    raw = _rows(content, FIELDS, dataset)
    number = {
        field: to_numbers(raw[field], dataset, missing=(NULL,))
        for field in FIELDS[FIELDS.index("offering_amt") :]
    }
    competitive, indirect = number["comp_accepted"], number["indirect_bidder_accepted"]
    term = raw["original_security_term"].where(raw["original_security_term"] != NULL, raw["security_term"])
    table = pd.DataFrame(
        {
            "date": to_dates(raw["auction_date"], dataset),
            "cusip": raw["cusip"],
            "security_type": raw["security_type"],
            "original_term": term,
            "term_years": _term_years(term, dataset),
            "inflation_indexed": _flags(raw["inflation_index_security"], dataset),
            "floating_rate": _flags(raw["floating_rate"], dataset),
            "reopening": _flags(raw["reopening"], dataset),
            "offering_usd_bn": number["offering_amt"] / 1e9,
            "total_accepted_usd_bn": number["total_accepted"] / 1e9,
            "bid_to_cover": number["bid_to_cover_ratio"],
            "high_yield_pct": number["high_yield"],
            "median_yield_pct": number["avg_med_yield"],
            "dealer_share_pct": _percent(number["primary_dealer_accepted"], competitive),
            "direct_share_pct": _percent(number["direct_bidder_accepted"], competitive),
            "indirect_share_pct": _percent(indirect, competitive),
            "indirect_share_of_total_pct": _percent(indirect, number["total_accepted"]),
        }
    )
    held = number["bid_to_cover_ratio"].notna() | number["total_accepted"].notna()
    return tidy(table[held].drop_duplicates(), dataset)


def parse_statement(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read marketable debt outstanding by class of security.

    Parameters
    ----------
    content
        FiscalData's JSON (``mspd_table_1``): amounts in USD million, as strings.
    dataset
        Catalog entry ``mspd_marketable``.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``security_class`` and, at face value in USD million, what the
        public and government accounts hold, and the total; the class ``Total
        Marketable`` is their sum. Non-marketable debt is left out.

    Raises
    ------
    ParseError
        If the content is not that JSON, or has no marketable debt.
    """
    raw = _rows(content, STATEMENT_FIELDS, dataset)
    total = raw["security_type_desc"] == TOTAL_MARKETABLE
    raw = raw[total | (raw["security_type_desc"] == "Marketable")]
    if raw.empty:
        raise ParseError(f"{dataset.id}: no row is marketable debt. Look at {dataset.page}.")
    amounts = [field for field in STATEMENT_FIELDS if field.endswith("_mil_amt")]
    return tidy(
        pd.DataFrame(
            {
                "month": to_dates(raw["record_date"], dataset),
                "security_class": raw["security_class_desc"].mask(total, TOTAL_MARKETABLE),
            }
            | {
                column: to_numbers(raw[field], dataset, missing=(NULL,))
                for column, field in zip(STATEMENT_COLUMNS, amounts, strict=True)
            }
        ),
        dataset,
    )


def check_statement(table: pd.DataFrame, dataset: Dataset) -> None:
    """Classes of marketable debt add up to its total, and debt of the two kinds of holders in each class.

    Figures of the older statements are rounded to a million; in 305 months of
    2001 to 2026 the largest gap is 2, so 2.5 is allowed.

    Raises
    ------
    IdentityError
        At the first month where they do not, or that has no total.
    """
    rows = table.set_index(list(dataset.key))
    require_equal(
        rows["held_by_public_usd_mn"] + rows["intragovernmental_usd_mn"],
        rows["total_usd_mn"],
        what="debt held by the public and within the government add up to the total of a class",
        tolerance=2.5,
        dataset=dataset,
    )
    total = table["security_class"] == TOTAL_MARKETABLE
    columns = list(STATEMENT_COLUMNS)
    sums = table[~total].groupby("month")[columns].sum()
    require_equal(
        sums.stack(),
        table[total].set_index("month")[columns].stack(),
        what=f"the classes of security add up to {TOTAL_MARKETABLE!r}",
        tolerance=2.5,
        dataset=dataset,
    )


def check_bidder_shares(table: pd.DataFrame, dataset: Dataset) -> None:
    """Shares of dealers, direct and indirect bidders add up to 100; no median yield is above the highest.

    In 1,657 auctions of 2008–2022 the three amounts add up to the competitive amount
    to the dollar; 0.01 percentage points leave room for shares rounded to four decimals.

    Raises
    ------
    IdentityError
        At the first auction where they do not, or if no auction has all three.
    """
    classes = ["dealer_share_pct", "direct_share_pct", "indirect_share_pct"]
    require_equal(
        table.set_index(list(dataset.key))[classes].dropna().sum(axis="columns"),
        100.0,
        what="dealers, direct and indirect bidders take all of the competitive amount",
        tolerance=TOLERANCE,
        dataset=dataset,
    )
    both = table.dropna(subset=["high_yield_pct", "median_yield_pct"]).set_index(list(dataset.key))
    if len(both):
        require_equal(
            both[["high_yield_pct", "median_yield_pct"]].max(axis="columns"),
            both["high_yield_pct"],
            what="half of what is accepted was bid at the median yield or below, and none above the high one",
            tolerance=TOLERANCE,
            dataset=dataset,
        )


def _fetch_rows(dataset: Dataset, client: Client, *, fields: Sequence[str], sort: str) -> Reply:
    rows: list[Any] = []
    page = pages = 1
    while page <= pages:
        query = {
            "fields": ",".join(fields),
            "sort": sort,
            "page[number]": str(page),
            "page[size]": str(PAGE_SIZE),
        }
        reply = client.get(dataset.url, params=query, redirects=dataset.redirects)
        rows += _member(reply.content, "data", list, dataset)
        meta = _member(reply.content, "meta", dict, dataset)
        pages, announced = meta.get("total-pages"), meta.get("total-count")
        if not (isinstance(pages, int) and isinstance(announced, int)):
            raise ParseError(
                f"{dataset.id}: FiscalData's meta gives no total-pages and total-count, only {sorted(meta)}. "
                "Look at its API documentation, then mend sources/fiscaldata.py."
            )
        if not 0 <= pages <= MAX_PAGES:
            raise ParseError(
                f"{dataset.id}: FiscalData announces {pages:,} pages, and more than {MAX_PAGES} are "
                f"not asked for. Look at {dataset.page or dataset.url}."
            )
        page += 1
    if len(rows) != announced:
        raise FetchError(
            f"{dataset.id}: {dataset.url} announced {announced:,} rows and served {len(rows):,} "
            f"on {pages} pages. "
            "The table may have been renewed meanwhile: refresh again."
        )
    return dataclasses.replace(reply, content=json.dumps({"data": rows}).encode(), validator="")


def _rows(content: bytes, fields: Sequence[str], dataset: Dataset) -> pd.DataFrame:
    rows = _member(content, "data", list, dataset)
    if not rows:
        raise ParseError(
            f"{dataset.id}: no rows. FiscalData answers so to a filter that matches nothing; "
            f"look at {dataset.url}."
        )
    for row in rows:
        if not isinstance(row, dict) or not set(fields) <= row.keys():
            gone = sorted(set(fields) - set(row)) if isinstance(row, dict) else [str(row)[:40]]
            raise ParseError(
                f"{dataset.id}: a row lacks {', '.join(gone)}. Has FiscalData renamed fields? "
                f"Look at {dataset.page or dataset.url}, then mend the fields in sources/fiscaldata.py."
            )
    raw = pd.DataFrame(rows, columns=list(fields)).astype("str").apply(lambda cells: cells.str.strip())
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="row")
    return raw


def _member(content: bytes, name: str, kind: type, dataset: Dataset) -> Any:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, kind):
        raise ParseError(
            f"{dataset.id}: not FiscalData's JSON with {name!r}; the content begins {content[:60]!r}. "
            f"Look at {dataset.url}."
        )
    return found


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100 * part / whole.where(whole > 0)


def _flags(cells: pd.Series, dataset: Dataset) -> pd.Series:
    """``Yes`` is true; ``null`` is found where the kind of security did not exist yet."""
    refuse_cells(cells[~cells.isin(["Yes", "No", NULL])], dataset, "Yes or No")
    return cells == "Yes"


def _term_years(terms: pd.Series, dataset: Dataset) -> pd.Series:
    years = {term: _years(term) for term in terms.unique()}
    refuse_cells(terms[terms.map(years).isna() & (terms != NULL)], dataset, "a term")
    return terms.map(years).astype("float64")


def _years(term: str) -> float:
    parts = [re.fullmatch(r"(\d+)-(Year|Month|Week|Day)", part) for part in term.split()]
    found = [part for part in parts if part]
    return sum(int(part[1]) * _YEARS[part[2]] for part in found) if found and found == parts else math.nan
