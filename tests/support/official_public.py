"""Public copies of official publications, put back into the publishers' own layouts.

For a loopback mirror only: the copies stay outside the project. Each function
takes what is at hand and returns the bytes the official address would serve.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import xlwt

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.fiscaldata import FIELDS
from foreign_demand.data.sources.un import COINCIDENCE_LAYOUT, read_yearly_report
from foreign_demand.data.sources.z1 import HOLDERS, TOTAL

__all__ = [
    "ALLOTMENT_HEADINGS",
    "allotments_page",
    "allotments_workbook",
    "auctions_json",
    "btc_rows",
    "cofer_values_xml",
    "dataverse_listing",
    "fiscaldata_page",
    "holders_zip",
    "slt_editions_csv",
    "statement_page",
    "voting_coincidence_csv",
]

# --- United Nations ----------------------------------------------------------

_TABLE_OF_PAGE_2019 = {45: "all_votes", 55: "important", 63: "israel_related", 64: "israel_related"}
"""Four rows of 2019 whose table was not recognised, because their counts are misprinted."""

_NAMES_2017 = {
    "Congo": "COG",
    "Congo (Democratic Republic of the)": "COD",
    "Czech Republic (Czechia)": "CZE",
    "Czech Republic": "CZE",
    "Korea (Democratic People's Republic of)": "PRK",
    "Korea (Republic of)": "KOR",
    "Moldova (Republic of)": "MDA",
    "Myanmar (Burma)": "MMR",
    "Swaziland": "SWZ",
    "Syrian Arab Republic (Syria)": "SYR",
    "Tanzania, United Republic of": "TZA",
    "Northern Ireland": "GBR",
    "Britain and Northern Ireland": "GBR",
    "Venezuela (Bolivarian": "VEN",
    "Grenadines": "VCT",
    "of the)": "COD",
    "Yugoslav Republic of)": "MKD",
}
"""Countries that the report on 2017, which has no codes, names as no later one does,
and the last lines of names that were broken over several."""

_NAMES_2017_AFTER = {
    ("Bhutan", "of)"): "BOL",
    ("Kiribati", "of)"): "PRK",
    ("Kiribati", "Republic of)"): "PRK",
    ("Kyrgyzstan", "Republic"): "LAO",
    ("Luxembourg", "of)"): "MKD",
    ("Luxembourg", "Republic of)"): "MKD",
    ("Mexico", "of)"): "FSM",
}
"""Broken names of 2017 that only the country before them in the alphabet tells apart."""


def dataverse_listing() -> bytes:
    """Dataverse's list of the files of the deposit, as far as the importer reads it."""
    file = {"id": 13642025, "filename": "Idealpointestimates1946-2025.tab"}
    return json.dumps({"status": "OK", "data": [{"label": file["filename"], "dataFile": file}]}).encode()


def voting_coincidence_csv(folder: Path, dataset: Dataset) -> bytes:
    """All State Department tables at hand in one file of the gathered layout.

    All votes of 2018–2024 come from the yearly files, whose names are whole; 2017
    and the other tables from the one read out of the PDF reports. There the counts
    "oppose" and "partial" of 2020's votes on Israel stand in each other's place: only
    the other way round do they give the published percentages.

    Parameters
    ----------
    folder
        Directory with ``un-coincidence-YYYY.csv`` and ``state_voting_coincidence_*.csv``.
    dataset
        Catalog entry ``un_voting_coincidence``.
    """
    yearly = {int(path.stem[-4:]): path for path in sorted(folder.glob("un-coincidence-*.csv"))}
    reports = [read_yearly_report(path.read_bytes(), dataset, year=year) for year, path in yearly.items()]
    (pdf_file,) = folder.glob("state_voting_coincidence_*.csv")
    pdf = pd.read_csv(pdf_file, keep_default_na=False)
    strays = pdf["table"] == "unknown"
    pdf.loc[strays, "table"] = pdf.loc[strays, "pdf_page"].map(_TABLE_OF_PAGE_2019)
    swapped = (pdf["year"] == 2020) & (pdf["table"] == "israel_related")
    pdf.loc[swapped, ["oppose", "partial"]] = pdf.loc[swapped, ["partial", "oppose"]].to_numpy()
    before = list(zip(pdf["country"].shift(fill_value=""), pdf["country"], strict=True))
    repaired = pdf["country"].map(_NAMES_2017).fillna(pd.Series(before).map(_NAMES_2017_AFTER)).fillna("")
    pdf["iso"] = pdf["iso"].where(pdf["year"] != 2017, repaired)
    pdf = pdf[~((pdf["table"] == "all_votes") & pdf["year"].isin(list(yearly)))]
    gathered = pd.concat([pdf, *reports])[list(COINCIDENCE_LAYOUT)]
    return gathered.to_csv(index=False, lineterminator="\n").encode()


# --- auctions ----------------------------------------------------------------

_NOMINAL = {"inflation_index_security": "No", "floating_rate": "No"}


def allotments_page(links: Iterable[str]) -> bytes:
    """The page on investor class allotments, as far as the importer reads it."""
    items = "".join(f'<li><a href="{link}" target="_blank">Data</a></li>' for link in links)
    title = "Investor Class Auction Allotments"
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><ul>{items}</ul></html>\n".encode()


ALLOTMENT_HEADINGS = (
    "Issue \n date",
    "Security type",
    " (%)\n Coupon \n rate",
    "Cusip",
    "Maturity \n date",
    "Total \n issue",
    "(SOMA) \n Federal \n Reserve \n banks",
    "Depository \n institutions",
    "Individuals",
    "Dealers \n and \n brokers",
    "Pension \n and  \n Retirement \n funds and \n Ins. Co.",
    "Investment \n funds",
    "Foreign \n and  \n international",
    "Other",
)


def allotments_workbook(
    rows: Iterable[tuple[object, ...]],
    *,
    kind: str = "Coupon",
    unit: str = "billions",
    headings: Sequence[str] = ALLOTMENT_HEADINGS,
    sheets: Sequence[str] = ("October 2009 - present",),
    note: str = "Totals may not add due to rounding.",
) -> bytes:
    """A workbook of investor class allotments in the Treasury's layout.

    Parameters
    ----------
    rows
        Cells below the headings, the newest issue first: dates, text and numbers.
    kind, unit
        As the lines above the headings say them.
    headings, sheets, note
        Fill to make an edition that is not the publication.
    """
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="MM/DD/YYYY")
    for name in sheets:
        sheet = book.add_sheet(name)
        sheet.write(1, 0, f"Auction Allotments By Investor Class For Marketable Treasury {kind} Securities")
        sheet.write(2, 0, f"[In {unit} of dollars. Source: Office of Debt Management]")
        for column, heading in enumerate(headings):
            sheet.write(3, column, heading)
        lines = list(rows)
        for at, row in enumerate(lines, 5):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
        sheet.write(len(lines) + 6, 0, note)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fiscaldata_page(rows: list[dict[str, str]]) -> bytes:
    """One page of FiscalData's answer that holds all ``rows``."""
    size = len(rows)
    return json.dumps(
        {
            "data": rows,
            "meta": {"count": size, "total-count": size, "total-pages": 1},
            "links": {"self": "&page%5Bnumber%5D=1", "prev": None, "next": None},
        }
    ).encode()


def statement_page(table: bytes) -> bytes:
    """FiscalData's answer made of a CSV of its Monthly Statement of the Public Debt."""
    rows = pd.read_csv(io.BytesIO(table), dtype=str, keep_default_na=False)
    return fiscaldata_page(rows.to_dict("records"))


def auctions_json(folder: Path) -> list[dict[str, str]]:
    """Join the copies of auction results into FiscalData's fields.

    Where several copies have an auction the most complete one counts, in this order:
    ``treasurydirect_*`` (all fields), the notes and bonds of ``auction_results_*``
    (all amounts; its bills are left out because it tells neither their original term
    nor whether they are reopenings), ``auctions_2-30y_*`` (shares), ``10y30y_*``
    (amounts, without direct bidders). The copies agree to the last digit wherever
    they overlap. ``auctions_2022-2025_btc.csv`` names no security and is used to
    check the others only.

    Where only the shares of the three classes are known the amounts are those shares
    of a stand-in: the competitive amount that ``10y30y_*`` implies, else the offering.
    ``comp_accepted`` is then their sum, so that the shares come out as published, and
    is no published amount; ``total_accepted`` is ``"null"`` unless a copy has it.

    Returns
    -------
    list of dict
        One row an auction; every value a string, ``"null"`` where no copy knows it.
    """
    amounts = _amounts(next(folder.glob("10y30y_*.csv")))
    known: dict[tuple[str, str], dict[str, str]] = {}
    for rows in (
        _treasurydirect(next(folder.glob("treasurydirect_*.csv"))),
        _all_amounts(next(folder.glob("auction_results_*.jsonl"))),
        _shares(next(folder.glob("auctions_2-30y_*.csv")), amounts),
        amounts.values(),
    ):
        for row in rows:
            known.setdefault((row["auction_date"], row["cusip"]), row)
    return [known[key] for key in sorted(known)]


def btc_rows(folder: Path) -> pd.DataFrame:
    """The copy without security identifiers: bid-to-cover by date, term and kind."""
    rows = pd.read_csv(next(folder.glob("auctions_*_btc.csv")))
    rows["original_term"] = rows["security_term"].map(_original_term)
    return rows


def _row(**values: object) -> dict[str, str]:
    """A row of FiscalData's: text, ``null`` for what is not given."""
    return {
        field: "null" if (value := values.get(field)) is None or value != value else str(value)
        for field in FIELDS
    }


def _treasurydirect(path: Path) -> Iterable[dict[str, str]]:
    renamed = {
        "auctionDate": "auction_date",
        "cusip": "cusip",
        "securityType": "security_type",
        "securityTerm": "security_term",
        "originalSecurityTerm": "original_security_term",
        "tips": "inflation_index_security",
        "floatingRate": "floating_rate",
        "reopening": "reopening",
        "offeringAmount": "offering_amt",
        "totalAccepted": "total_accepted",
        "competitiveAccepted": "comp_accepted",
        "primaryDealerAccepted": "primary_dealer_accepted",
        "directBidderAccepted": "direct_bidder_accepted",
        "indirectBidderAccepted": "indirect_bidder_accepted",
        "bidToCoverRatio": "bid_to_cover_ratio",
        "highYield": "high_yield",
    }
    table = pd.read_csv(path, dtype=str, keep_default_na=False, usecols=list(renamed)).rename(columns=renamed)
    rows = table.assign(avg_med_yield="")[list(FIELDS)].to_dict("records")
    return ({k: v or "null" for k, v in row.items()} for row in rows)


def _all_amounts(path: Path) -> Iterable[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        auction = json.loads(line)
        result = auction["_analysis"]
        if auction["security_type"] == "Bill":
            continue
        classes = [round(result[f"{name}_accepted"] or 0) for name in ("pd", "di", "in")]
        floating = result["high_yield"] is None  # FRNs are sold at a margin
        # The nominal ones of this file all yielded more than 3.4 percent, the indexed ones less than 3.
        indexed = not floating and result["high_yield"] < 3
        yield _row(
            auction_date=auction["auction_date"],
            cusip=auction["cusip"],
            security_type=auction["security_type"],
            security_term=auction["security_term"],
            offering_amt=round(auction["offering_amt"]),
            total_accepted=round(auction["total_accepted"]),
            original_security_term=_original_term(auction["security_term"]),
            inflation_index_security="Yes" if indexed else "No",
            floating_rate="Yes" if floating else "No",
            reopening="Yes" if "Month" in auction["security_term"] else "No",
            comp_accepted=sum(classes),
            primary_dealer_accepted=classes[0],
            direct_bidder_accepted=classes[1],
            indirect_bidder_accepted=classes[2],
            bid_to_cover_ratio=result["btc"],
            high_yield=result["high_yield"],
        )


def _amounts(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    rows = {}
    for auction in pd.read_csv(path).to_dict("records"):
        years = int(auction["bucket"].removesuffix("y_nominal"))
        rows[auction["date"], auction["cusip"]] = _row(
            **_NOMINAL,
            auction_date=auction["date"],
            cusip=auction["cusip"],
            security_type="Note" if years <= 10 else "Bond",
            security_term=auction["term"],
            original_security_term=f"{years}-Year",
            reopening="Yes" if "Month" in auction["term"] else "No",
            offering_amt=_dollars(auction["offering_bn"]),
            total_accepted=_dollars(auction["accepted_bn"]),
            primary_dealer_accepted=_dollars(auction["dealer_bn"]),
            indirect_bidder_accepted=_dollars(auction["indirect_bn"]),
            bid_to_cover_ratio=auction["btc"],
            high_yield=auction["high_yield"],
        )
    return rows


def _shares(path: Path, amounts: dict[tuple[str, str], dict[str, str]]) -> Iterable[dict[str, str]]:
    for auction in pd.read_csv(path).to_dict("records"):
        key = auction["auction_date"], auction["cusip"]
        full = amounts.get(key, {})
        term = f"{auction['tenor_y']}-Year"
        base = _dollars(auction["offering_bn"])
        if full:
            base = int(full["indirect_bidder_accepted"]) * 100 / auction["indirect_pct"]
        classes = [round(base * auction[f"{name}_pct"] / 100) for name in ("dealer", "direct", "indirect")]
        yield _row(
            **_NOMINAL,
            auction_date=key[0],
            cusip=key[1],
            security_type="Note" if auction["tenor_y"] <= 10 else "Bond",
            security_term=full.get("security_term", term),
            original_security_term=term,
            reopening="Yes" if auction["reopening"] else "No",
            offering_amt=_dollars(auction["offering_bn"]),
            total_accepted=full.get("total_accepted"),
            comp_accepted=sum(classes),
            primary_dealer_accepted=classes[0],
            direct_bidder_accepted=classes[1],
            indirect_bidder_accepted=classes[2],
            bid_to_cover_ratio=auction["bid_to_cover"],
            high_yield=auction["high_yield"],
            avg_med_yield=auction["median_yield"],
        )


def _dollars(billions: float) -> int:
    return round(billions * 1e9)


def _original_term(term: str) -> str:
    """Term at issue of a note or bond: "9-Year 10-Month" was issued for ten years."""
    if match := re.fullmatch(r"(\d+)-Year \d+-Month", term):
        return f"{int(match[1]) + 1}-Year"
    return term


# --- TIC ---------------------------------------------------------------------


def slt_editions_csv(folder: Path) -> bytes:
    """Dated editions of ``slt_table1`` in one file, each line with the day of its edition."""
    editions = []
    for file in sorted(folder.glob("*/slt_table1.tsv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = list(csv.reader(lines, delimiter="\t"))
        start = next(at for at, row in enumerate(rows) if row[0] == "country")
        end = next(at for at, row in enumerate(rows[start:], start) if not any(row))
        table = pd.DataFrame(rows[start + 1 : end], columns=rows[start])
        table.insert(0, "edition", file.parent.name)
        editions.append(table)
    return pd.concat(editions).to_csv(index=False, lineterminator="\n").encode()


# --- IMF and Federal Reserve Board -------------------------------------------


def cofer_values_xml(folder: Path) -> bytes:
    """The copies of total and of dollar reserves in one message, as the address serves all currencies."""
    total, dollars = ((folder / f"cofer_{name}_nv.xml").read_bytes() for name in ("total", "usd"))
    series = re.findall(rb"<Series .*?</Series>", dollars, flags=re.DOTALL)
    return total.replace(b"</message:DataSet>", b"".join(series) + b"</message:DataSet>")


_PANEL_SECTORS = {
    "foreigners_official": "rest_of_world",
    "fed": "federal_reserve",
    "households_residual": "households_and_nonprofits",
    "nonfinancial_corporates": "nonfinancial_business",
    "pensions": "pension_funds",
    "state_local_governments": "state_and_local_governments",
    "mutual_funds_etfs": "mutual_funds_and_etfs",
}


def holders_zip(panel: bytes) -> bytes:
    """The derived panel of holders in the layout of the Board's archive.

    The panel knows only sums: each stands in the first series of its sector and the
    sector's other series are 0, so only sectors, not series, are meaningful. The
    panel has no total; the one here is the sum of its sectors. It is older than the
    line of hedge funds, which has no data here.
    """
    rows = pd.read_csv(io.BytesIO(panel), parse_dates=["date"])
    rows["sector"] = rows["sector"].replace(_PANEL_SECTORS)
    wide = rows.pivot(index="date", columns="sector", values="holdings").astype("int64")
    table = pd.DataFrame(0, index=wide.index, columns=[f"{c}.Q" for codes in HOLDERS.values() for c in codes])
    for sector, codes in HOLDERS.items():
        table[f"{codes[0]}.Q"] = wide.get(sector, "ND")
    table.insert(0, f"{TOTAL}.Q", wide[list(HOLDERS.keys() & wide.columns)].sum(axis=1))
    table.insert(0, "date", [f"{day.year}:Q{day.quarter}" for day in wide.index])
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        member = zipfile.ZipInfo("csv/F3_2_s.csv", date_time=(2026, 3, 19, 12, 0, 0))
        file.writestr(member, table.to_csv(index=False, lineterminator="\n"))
    return archive.getvalue()
