"""Voting in the United Nations General Assembly, measured against the United States.

Two publishers. Bailey, Strezhnev and Voeten (Harvard Dataverse) estimate where
each country stands, from every roll call since 1946. The Department of State
counts, once a year, how often each country voted as the United States did.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.http import Client, Reply
from foreign_demand.data.sources.reading import read_rows, text_of, tidy, to_numbers
from foreign_demand.exceptions import IdentityError, ParseError

COINCIDENCE_LAYOUT = (
    "year",
    "table",
    "country",
    "iso",
    "same",
    "oppose",
    "partial",
    "absent",
    "total",
    "coincidence_pct_published",
    "pdf_page",
)
"""Columns of the one file that gathers the yearly reports of the Department of State."""

DATAFILE = "https://dataverse.harvard.edu/api/access/datafile/{id}"
SESSION_BEFORE_FIRST = 1945
"""Session 1 met in 1946, and every session since is named after the year it opened."""
MISPRINT = 0.05
"""Counts that miss the table's usual number of votes by more than this share are misprints."""
PRINTED_TO = 0.5
"""Published percentages are whole numbers."""
MISPRINTED_ISO3 = {"GRO": "GRC"}
"""Greece in the report on 2018."""


def fetch_ideal_points(dataset: Dataset, client: Client, validator: str = "") -> Reply:
    """Fetch the newest ideal-point file of the Dataverse deposit.

    Each version of the deposit gives its files new numbers, so the catalog names
    the list of files of the latest version, and the file is looked up in it.

    Raises
    ------
    FetchError
        If the list or the file cannot be had.
    ParseError
        If the list names no ideal-point file.
    """
    listing = client.get(dataset.url, redirects=dataset.redirects).content
    return client.get(
        DATAFILE.format(id=_newest_file(listing, dataset)), validator=validator, redirects=dataset.redirects
    )


def _newest_file(listing: bytes, dataset: Dataset) -> int:
    try:
        files = [entry["dataFile"] for entry in json.loads(listing)["data"]]
        found = {
            int(match[1]): int(file["id"])
            for file in files
            if (match := re.fullmatch(r"Idealpointestimates1946-(\d{4})\.(?:tab|csv)", file["filename"]))
        }
    except (ValueError, KeyError, TypeError):
        raise ParseError(
            f"{dataset.id}: the list of files is not Dataverse's JSON; it begins {listing[:60]!r}. "
            f"Look at {dataset.url}."
        ) from None
    if not found:
        raise ParseError(
            f"{dataset.id}: the deposit has no file Idealpointestimates1946-YYYY; it has "
            f"{sorted(file['filename'] for file in files)}. Renamed? Mend the pattern in sources/un.py."
        )
    return found[max(found)]


def parse_ideal_points(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the ideal points estimated from final-passage votes.

    Parameters
    ----------
    content
        ``Idealpointestimates1946-YYYY.tab``: tab-separated, names in quotes.
    dataset
        Catalog entry ``un_ideal_points``.

    Returns
    -------
    pandas.DataFrame
        One row a country and year (1964 had no roll calls): ``year``, ``iso3``,
        ``country``, ``ideal_point`` with its 5th and 95th percentile (no unit; about
        0 on average and 1 in standard deviation; higher is closer to the United
        States) and ``votes``, the number of roll calls the estimate rests on.

    Raises
    ------
    ParseError
        If the content is not that file.
    """
    names = {
        "iso3c": "iso3",
        "Countryname": "country",
        "IdealPointFP": "ideal_point",
        "Q5%FP": "ideal_point_p5",
        "Q95%FP": "ideal_point_p95",
        "NVotesFP": "votes",
    }
    raw = _rows(content, dataset, ["year", *names])
    table = raw.rename(columns=names).assign(year=_year_end(_whole(raw["year"], dataset), dataset))
    return _finish(table, dataset)


def parse_agreement(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read agreement with the United States and ideal points from all votes.

    Parameters
    ----------
    content
        ``IdealpointestimatesAll_Jun2024``, as tab- or comma-separated text.
    dataset
        Catalog entry ``un_agreement``.

    Returns
    -------
    pandas.DataFrame
        One row a country and year: ``year``, ``iso3``, ``country``, ``votes`` (roll
        calls the country took part in), ``us_agreement`` (share of votes equal to that
        of the United States, 0 to 1) and the ideal point with its 5th and 95th
        percentile. South Yemen, which the file files under the code of North Yemen,
        is ``YMD``.

    Raises
    ------
    ParseError
        If the content is not that file.
    """
    names = {
        "iso3c": "iso3",
        "Countryname": "country",
        "NVotesAll": "votes",
        "USAgree": "us_agreement",
        "IdealPointAll": "ideal_point",
        "Q5%All": "ideal_point_p5",
        "Q95%All": "ideal_point_p95",
    }
    raw = _rows(content, dataset, ["ccode", "session", *names])
    year = _whole(raw["session"], dataset) + SESSION_BEFORE_FIRST
    table = raw.rename(columns=names).assign(year=_year_end(year, dataset))
    table["iso3"] = table["iso3"].where(table["ccode"] != "680", "YMD")
    return _finish(table, dataset)


def parse_voting_coincidence(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Read the gathered voting-coincidence tables and recompute the percentage.

    The official formula changed: the reports on 2017–2020 drop absences, those on
    2022–2024 count an absence as half an agreement, that on 2021 fits neither. Here
    it is always 100 × (same + ½ partial) / (same + partial + opposed).

    Parameters
    ----------
    content
        One comma-separated file with the columns :data:`COINCIDENCE_LAYOUT`; ``iso``
        may be empty and is then taken from the rows that have it under the same name.
    dataset
        Catalog entry ``un_voting_coincidence``.

    Returns
    -------
    pandas.DataFrame
        One row a year, table and country: ``year``, ``table`` (``all_votes``,
        ``important``, …), ``country`` (as its newest report on all votes names it),
        ``iso3`` (empty where unknown), the counts ``same``, ``partial``, ``opposed``,
        ``absent``, and in percent ``coincidence_pct`` and the
        ``published_coincidence_pct``. ``coincidence_pct`` is missing where a country
        never voted and where the counts are misprinted (their sum is more than 5 %
        off the number of votes the table otherwise has).

    Raises
    ------
    ParseError
        If the content has another layout, or counts that do not add up to ``total``.
    """
    raw = _rows(content, dataset, COINCIDENCE_LAYOUT)
    same, opposed, partial, absent, total = (
        _whole(raw[c], dataset) for c in ("same", "oppose", "partial", "absent", "total")
    )
    wrong = raw[same + opposed + partial + absent != total]
    if len(wrong):
        row = wrong.iloc[0]
        raise ParseError(
            f"{dataset.id}: the counts of {row['country']} in {row['year']} ({row['table']}) do not add up "
            f"to the total {row['total']}. Look the row up in the report and mend the file."
        )
    usual = total.groupby([raw["year"], raw["table"]]).transform(lambda votes: votes.mode().iloc[0])
    cast = same + partial + opposed
    iso3 = _filled_iso3(raw)
    table = pd.DataFrame(
        {
            "year": _year_end(_whole(raw["year"], dataset), dataset),
            "table": raw["table"],
            "country": _newest_names(raw.assign(iso=iso3)),
            "iso3": iso3,
            "same": same,
            "partial": partial,
            "opposed": opposed,
            "absent": absent,
            "coincidence_pct": (100 * (same + partial / 2) / cast).where(
                (cast > 0) & ((total / usual - 1).abs() <= MISPRINT)
            ),
            "published_coincidence_pct": raw["coincidence_pct_published"],
        }
    )
    return _finish(table, dataset)


def check_coincidence(table: pd.DataFrame, dataset: Dataset) -> None:
    """Hold the recomputed against the published percentage, where no absence divides them.

    For a country that missed no vote every official formula gives the same number,
    to the whole percent that is printed. Single rows are misprinted (15 of 2,019), so
    the median row of each table must agree: counts in the wrong columns do not pass.

    Raises
    ------
    IdentityError
        If the median gap of a year's table is more than half a percentage point, or
        if a table has no country without absences to judge by.
    """
    present = table[(table["absent"] == 0) & table["coincidence_pct"].notna()]
    gaps = (present["coincidence_pct"] - present["published_coincidence_pct"]).abs()
    medians = gaps.groupby([present["year"].dt.year, present["table"]]).median()
    for report in sorted(set(zip(table["year"].dt.year, table["table"], strict=True))):
        gap = medians.get(report)
        if gap is None or not gap <= PRINTED_TO + 1e-6:
            met = "no country without absences" if gap is None else f"a median gap of {gap:.2f} points"
            raise IdentityError(
                f"{dataset.id}: {report[0]}, {report[1]}: {met} between the published percentage and the one "
                f"recomputed from the counts, at most {PRINTED_TO} is rounding. Are two columns swapped?"
            )


def read_yearly_report(content: bytes, dataset: Dataset, *, year: int) -> pd.DataFrame:
    """Read the table of all votes of one yearly report, into the gathered layout.

    This is how a new report is added: read it, append it to the gathered file.

    Parameters
    ----------
    content
        Comma-separated, with or without byte-order mark: COUNTRY, ISO, SAME, PARTIAL,
        OPPOSE (or OPPOSITE), ABSENT and COINCIDENCE as a fraction, in any order. Made
        by hand, it may lack the end of its last line.
    dataset
        Catalog entry ``un_voting_coincidence``.
    year
        Year the report is about; the file does not say it.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COINCIDENCE_LAYOUT`, percentages in percent, ``pdf_page`` 0.

    Raises
    ------
    ParseError
        If the content is not such a table.
    """
    oppose = "OPPOSITE" if b"OPPOSITE" in content.split(b"\n", 1)[0] else "OPPOSE"
    raw = _rows(
        content.rstrip() + b"\n",
        dataset,
        ["COUNTRY", "ISO", "SAME", "PARTIAL", oppose, "ABSENT", "COINCIDENCE"],
    )
    counts = pd.DataFrame(
        {
            name: _whole(raw[column], dataset)
            for name, column in zip(
                ("same", "oppose", "partial", "absent"), ("SAME", oppose, "PARTIAL", "ABSENT"), strict=True
            )
        }
    )
    report = counts.assign(
        year=year,
        table="all_votes",
        country=raw["COUNTRY"],
        iso=raw["ISO"],
        total=counts.sum(axis=1),
        coincidence_pct_published=(100 * _numbers(raw["COINCIDENCE"], dataset)).round(2),
        pdf_page=0,
    )
    return report[list(COINCIDENCE_LAYOUT)]


def _filled_iso3(raw: pd.DataFrame) -> pd.Series:
    """Country codes, empty ones taken from rows where the same name has just one code."""
    codes = raw["iso"].replace(MISPRINTED_ISO3)
    spelled = raw["country"].map(_plain)
    by_name = codes[codes != ""].groupby(spelled).unique()
    only = by_name[by_name.map(len) == 1].map(lambda found: found[0])
    return codes.where(codes != "", spelled.map(only)).fillna("")


def _newest_names(raw: pd.DataFrame) -> pd.Series:
    """One name a country, so that its spelling does not change from year to year."""
    reports = raw[(raw["iso"] != "") & (raw["table"] == "all_votes")].sort_values("year", kind="stable")
    names = reports.groupby("iso")["country"].last()
    return raw["iso"].map(names).fillna(raw["country"])


def _plain(name: str) -> str:
    return re.sub("[^a-z]", "", unicodedata.normalize("NFKD", name).casefold())


def _rows(content: bytes, dataset: Dataset, columns: Sequence[str]) -> pd.DataFrame:
    """Chosen columns of a comma- or tab-separated file as text, white space made single."""
    text = text_of(content, dataset)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = read_rows(text, dataset, columns, delimiter=delimiter)
    return rows.apply(lambda cells: cells.str.replace(r"\s+", " ", regex=True))


def _numbers(cells: pd.Series, dataset: Dataset) -> pd.Series:
    return to_numbers(cells, dataset, missing=("NA",))


def _whole(cells: pd.Series, dataset: Dataset) -> pd.Series:
    numbers = to_numbers(cells, dataset, missing=())
    if (broken := numbers % 1 != 0).any():
        raise ParseError(
            f"{dataset.id}: line {broken.idxmax()}, column {cells.name!r}: {numbers[broken.idxmax()]} "
            f"is not a whole number. Compare {dataset.url} with the importer."
        )
    return numbers.astype("int64")


def _year_end(years: pd.Series, dataset: Dataset) -> pd.Series:
    if (wrong := ~years.between(1900, 2200)).any():
        raise ParseError(
            f"{dataset.id}: line {wrong.idxmax()}: {years[wrong.idxmax()]} is not a year. "
            f"Compare {dataset.url} with the importer."
        )
    return pd.to_datetime({"year": years, "month": 12, "day": 31})


def _finish(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The catalog's columns, those still in text as numbers."""
    read = {"number": _numbers, "integer": _whole}
    for column in dataset.columns:
        if column.type in read and table[column.name].dtype == "str":
            table[column.name] = read[column.type](table[column.name], dataset)
    return tidy(table, dataset)
