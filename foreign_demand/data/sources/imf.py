"""Currency composition of the world's foreign-exchange reserves (IMF COFER)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from contextlib import suppress

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.identities import require_equal
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_numbers, to_quarters
from foreign_demand.exceptions import IdentityError, ParseError

WORLD = "G001"
CURRENCY_NAMES = {"T": "total", "OTHC": "other"}
"""What is no currency; the others go by their ISO 4217 code."""
LEGACY_SUMS = {"A": "allocated", "U": "unallocated", "T": "total"}
"""Sums of the method before December 2025, by the first letter of the indicator."""
REVISED = ("USD", "EUR", "JPY", "CNY")
TOLERANCE = 0.01
"""Percentage points; the shares are published unrounded."""


def parse_currency_shares(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read each currency's share of the world's foreign-exchange reserves.

    Parameters
    ----------
    content
        SDMX-ML 2.1, structure-specific, with transformation ``SHRO_PT``. It may hold
        country groups and other frequencies besides; only the world is taken.
    dataset
        Catalog entry ``cofer_shares``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and currency: ``quarter``, ``currency`` (ISO code, or
        ``other``), ``share_pct``. The total, 100 by definition, is left out.

    Raises
    ------
    ParseError
        If the content is not that message.
    """
    table = _observations(content, dataset, transformation="SHRO_PT")
    return tidy(table[table["currency"] != "total"], dataset)


def parse_currency_values(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the world's foreign-exchange reserves by currency, in USD billion.

    The message says ``SCALE="6"`` although its values are in single dollars.

    Parameters
    ----------
    content
        SDMX-ML 2.1, structure-specific, with transformation ``NV_USD``.
    dataset
        Catalog entry ``cofer_values``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and currency: ``quarter``, ``currency`` (ISO code, ``other``
        or ``total``), ``value_usd_bn``, converted at end-of-quarter exchange rates.

    Raises
    ------
    ParseError
        If the content is not that message.
    """
    table = _observations(content, dataset, transformation="NV_USD")
    return tidy(table.assign(value_usd_bn=table["value_usd_bn"] / 1e9), dataset)


def vintage_cofer(content: bytes) -> str:
    """Day the IMF last updated the data, as an ISO date; empty if the message has no such day."""
    if stamp := re.search(rb'\bUPDATE_DATE="(\d{4}-\d{2}-\d{2})', content):
        with suppress(ValueError):
            return dt.date.fromisoformat(stamp[1].decode()).isoformat()
    return ""


def check_currency_shares(table: pd.DataFrame, dataset: Dataset) -> None:
    """Currencies and "other" add up to 100 in every quarter.

    The shares are published unrounded and add up to 100.0000 at the end of 2025;
    0.01 percentage points catch any currency that is left out.

    Raises
    ------
    IdentityError
        At the first quarter where they do not, or if there is no quarter.
    """
    require_equal(
        table.groupby("quarter")["share_pct"].sum(min_count=1),
        100.0,
        what="the shares of the currencies add up to 100",
        tolerance=TOLERANCE,
        dataset=dataset,
    )


def parse_legacy(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read COFER as it was before December 2025: shares of allocated reserves.

    Parameters
    ----------
    content
        The IMF's data set as CSV, a line a series and a column a period. It may hold
        country groups and years besides; only the world by quarters is taken.
    dataset
        Catalog entry ``cofer_legacy``.

    Returns
    -------
    pandas.DataFrame
        One row a quarter and currency: ``quarter``, ``currency`` (ISO code, ``other``;
        ``allocated``, ``unallocated`` and ``total`` are sums), ``share_pct`` of allocated
        reserves (of all for the sums), and ``value_usd_bn``.

    Raises
    ------
    ParseError
        If the content is no such table.
    """
    text = text_of(content, dataset)
    heading = next(csv.reader(io.StringIO(text)), [])
    quarters = [name for name in heading if re.fullmatch(r"\d{4}-Q[1-4]", name)]
    cells = read_rows(text, dataset, ["SERIES_CODE", *quarters])
    codes = cells["SERIES_CODE"].str.extract(rf"^{WORLD}\.([AUT])FXRA\.CI_(\w+)\.(SHRO_PT|NV_USD)\.Q$")
    cells = cells.assign(
        currency=codes[1].replace(CURRENCY_NAMES).mask(codes[1] == "T", codes[0].map(LEGACY_SUMS)),
        column=codes[2].map({"SHRO_PT": "share_pct", "NV_USD": "value_usd_bn"}),
    ).dropna(subset="column")
    long = cells.melt(["currency", "column"], quarters, var_name="quarter", value_name="cell")
    long["value"] = to_numbers(long["cell"], dataset)
    twice = long.duplicated(["currency", "column", "quarter"])
    if not len(long) or twice.any():
        raise ParseError(
            f"{dataset.id}: the table has no quarters of the world, or one series twice. Compare it with "
            f"{dataset.page}."
        )
    wide = long.pivot(index=["quarter", "currency"], columns="column", values="value")
    wide = wide.reindex(columns=["share_pct", "value_usd_bn"]).dropna(how="all").reset_index()
    wide["quarter"] = to_quarters(wide["quarter"], dataset)
    wide["value_usd_bn"] = wide["value_usd_bn"] / 1e9
    return tidy(wide, dataset)


def vintage_legacy(content: bytes) -> str:
    """Day the data set was last updated, from its columns; empty if it says none."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig", errors="replace")))
    return (next(lines, {}).get("UPDATE_DATE") or "")[:10]


def check_legacy(table: pd.DataFrame, dataset: Dataset) -> None:
    """Currencies and "other" add up to 100 percent of allocated reserves, and to their value.

    Raises
    ------
    IdentityError
        At the first quarter where they do not.
    """
    by_currency = ~table["currency"].isin(LEGACY_SUMS.values())
    check_currency_shares(table[by_currency & table["share_pct"].notna()], dataset)
    allocated = table[table["currency"] == "allocated"].set_index("quarter")["value_usd_bn"]
    require_equal(
        100 * table[by_currency].groupby("quarter")["value_usd_bn"].sum(min_count=1) / allocated,
        100.0,
        what="the values of the currencies add up to allocated reserves, in percent of them",
        tolerance=0.5,
        dataset=dataset,
    )


def parse_revised(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read a transcription of the shares by the method of December 2025, a column a currency.

    Parameters
    ----------
    content
        CSV: ``period`` (2026-Q2) and the shares of ``USD``, ``EUR``, ``JPY`` and ``CNY``.
    dataset
        Catalog entry ``cofer_revised``.

    Raises
    ------
    ParseError
        If the content is no such table.
    """
    cells = read_rows(text_of(content, dataset), dataset, ["period", *REVISED])
    long = pd.concat(
        pd.DataFrame(
            {
                "quarter": to_quarters(cells["period"], dataset),
                "currency": currency,
                "share_pct": to_numbers(cells[currency], dataset),
            }
        )
        for currency in REVISED
    )
    return tidy(long.dropna(), dataset)


def check_revised(table: pd.DataFrame, dataset: Dataset) -> None:
    """Four currencies have no more than all reserves.

    Raises
    ------
    IdentityError
        At the first quarter in which they have more than 100 percent.
    """
    sums = table.groupby("quarter")["share_pct"].sum()
    if len(wrong := sums[~(sums <= 100)]):
        raise IdentityError(
            f"{dataset.id}: at {wrong.index[0].to_period('Q')} four currencies have {wrong.iloc[0]:.2f} "
            f"percent. Compare the transcription with {dataset.page}."
        )


def _observations(content: bytes, dataset: Dataset, *, transformation: str) -> pd.DataFrame:
    wanted = {
        "COUNTRY": WORLD,
        "INDICATOR": "AFXRA",
        "TYPE_OF_TRANSFORMATION": transformation,
        "FREQUENCY": "Q",
    }
    rows = [
        (series.get("FXR_CURRENCY", ""), point.get("TIME_PERIOD", ""), point.get("OBS_VALUE"))
        for series in _message(content, dataset).iterfind(".//{*}Series")
        if wanted.items() <= series.attrib.items()
        for point in series.iterfind("{*}Obs")
    ]
    if not rows:
        raise ParseError(
            f"{dataset.id}: the message has no series for the world with transformation {transformation}. "
            f"Has the IMF changed its codes? Look at {dataset.page}, then mend the URL or sources/imf.py."
        )
    raw = pd.DataFrame(rows, columns=["FXR_CURRENCY", "TIME_PERIOD", "OBS_VALUE"], dtype="str")
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="observation")
    codes = raw["FXR_CURRENCY"].str.removeprefix("CI_")
    return pd.DataFrame(
        {
            "quarter": to_quarters(raw["TIME_PERIOD"], dataset),
            "currency": codes.replace(CURRENCY_NAMES),
            dataset.value: to_numbers(raw["OBS_VALUE"], dataset, missing=("", "NaN")),  # SDMX's word for it
        }
    ).dropna()


def _message(content: bytes, dataset: Dataset) -> ET.Element:
    """The message's root; a document type declaration, where entities hide, is refused."""
    try:
        text = content.decode("utf-8-sig")
        declared = "<!DOCTYPE" in text or "<!ENTITY" in text
        root = None if declared else ET.fromstring(text)
    except (UnicodeDecodeError, ET.ParseError):
        root = None
    if root is None or not root.tag.endswith("}StructureSpecificData"):
        raise ParseError(
            f"{dataset.id}: not a structure-specific SDMX message (or one with a document type, which is "
            f"not read); the content begins {content[:60]!r}. Look at {dataset.page}."
        )
    return root
