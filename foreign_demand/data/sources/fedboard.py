"""Federal Reserve Board: statistical releases, the zero-coupon curve, the Kim–Wright term premium.

A release (H.10, H.15, H.4.1) is one zip with all its series in SDMX-ML 1.0. The curve
and the premium are staff research products, CSV under a preamble of notes, with ``NA``
on holidays.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import is_over
from foreign_demand.data.sources.http import Client, Reply
from foreign_demand.data.sources.reading import (
    DAMAGE,
    read_rows,
    text_of,
    tidy,
    to_dates,
    to_numbers,
    unpacked,
)
from foreign_demand.exceptions import IdentityError, ParseError

RELEASE = "https://www.federalreserve.gov/releases/{name}/data/FRB_{name}_xml.zip"
"""Where the Board serves all series of a release, by its name in small letters."""
MAX_UNPACKED = 400_000_000
"""H.4.1 unpacks to 126 MB; it is read piece by piece and never held whole."""
NO_DATA = -9999
"""What stands for a value where the status says that there is none."""

_PARAMETERS = ["beta0", "beta1", "beta2", "beta3", "tau1", "tau2"]
_TEN_YEAR_PREMIUM = re.compile(r"\bTHREEFYTP10(?:00)?(?:\.B)?(?=[,\r\n])")
"""The heading has been spelled THREEFYTP10, THREEFYTP1000 and THREEFYTP1000.B."""


def fetch_release(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the release file that a dataset's series is in, once for all of its datasets.

    Parameters
    ----------
    dataset
        Its ``board`` is the release and the series there: ``H15/RIFLGFCY10_N.B``.
    """
    url = release_url(dataset)
    return replace(client.get(url, validator=validator, shared=True), url=url)


def release_url(dataset: Dataset) -> str:
    """Address of the release file that a dataset's series is in; empty for a dataset in none."""
    release = dataset.board.partition("/")[0].lower()
    return RELEASE.format(name=release) if release else ""


def is_release(content: bytes) -> bool:
    """Whether this is a release file, and not FRED's text."""
    return content.startswith(b"PK")


def read_release(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """One series of a release file as text cells.

    Parameters
    ----------
    content
        Zip whose ``*_data.xml`` has elements ``Series`` with ``SERIES_NAME`` and, in
        them, ``Obs`` with ``TIME_PERIOD``, ``OBS_VALUE`` and ``OBS_STATUS`` (A: a value).

    Returns
    -------
    pandas.DataFrame
        ``observation_date`` and a column named after the dataset, empty where there is no
        data; the index is the observation's place in its series.

    Raises
    ------
    ParseError
        If this is no release file, or does not have the series once.
    """
    name = dataset.board.partition("/")[2]
    series = _series_in(content, name, dataset)
    rows = [
        (point.get("TIME_PERIOD", ""), point.get("OBS_VALUE", ""), point.get("OBS_STATUS", ""))
        for point in series.iterfind("Obs")
    ]
    if not rows:
        raise ParseError(f"{dataset.id}: {name} has no observation. Look at {dataset.page}.")
    cells = pd.DataFrame(rows, columns=["observation_date", dataset.id, "status"], dtype=str)
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="observation")
    sentinel = pd.to_numeric(cells[dataset.id], errors="coerce") == NO_DATA
    cells[dataset.id] = cells[dataset.id].mask((cells["status"] != "A") | sentinel, "")
    return cells.drop(columns="status")


def _series_in(content: bytes, name: str, dataset: Dataset) -> ET.Element:
    """The element of one series, cut out of the file as it is unpacked."""
    mark = f'SERIES_NAME="{name}"'.encode()
    found, kept, size = [], b"", 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (member,) = [one for one in archive.namelist() if one.lower().endswith("_data.xml")]
            with archive.open(member) as file:
                while part := file.read(1 << 20):
                    size += len(part)
                    if size > MAX_UNPACKED:
                        raise ParseError(
                            f"{dataset.id}: unpacks to more than {MAX_UNPACKED:,} bytes; refused."
                        )
                    kept += part
                    while (at := kept.find(mark)) >= 0 and (end := kept.find(b"Series>", at)) >= 0:
                        found.append(kept[kept.rfind(b"<", 0, at) : end + len(b"Series>")])
                        kept = kept[end:]
                    if at < 0:
                        kept = kept[-4096:]  # a series' own attributes may lie across two pieces
        if len(found) != 1:
            raise ParseError(
                f"{dataset.id}: the release should have {name} just once, and has it {len(found)} times. "
                f"Has the Board renamed it? Look at {dataset.page}, then mend `board` in data/catalog.yml."
            )
        text = re.sub(rb"<(/?)[\w.]+:", rb"<\1", found[0])
        if b"<!" in text:
            raise ValueError("a document type or a comment stands in it")
        return ET.fromstring(text)
    except (*DAMAGE, ET.ParseError) as error:
        raise ParseError(
            f"{dataset.id}: not the Board's release file, or damaged or cut off ({error}); it begins "
            f"{content[:40]!r}. Fetch it again."
        ) from None


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
