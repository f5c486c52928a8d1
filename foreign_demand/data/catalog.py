"""The catalog: what each dataset is, where it comes from, and what it may contain.

``data/catalog.yml`` is the one place where a series, its unit, its URL, its
release rule and its terms are written down. This module reads it into nouns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml

from foreign_demand.data.reads import READS, Read
from foreign_demand.exceptions import CatalogError

PACKED = "_book"
"""Folder inside the package that has the data where it was installed without the book around it."""
_PACKAGE = Path(__file__).resolve().parent.parent
ROOT = _PACKAGE / PACKED if (_PACKAGE / PACKED).is_dir() else _PACKAGE.parent
"""The book's own directory: chapters, data and package side by side."""

PERIOD_TYPES = ("date", "month", "quarter", "year")
"""Column types that carry a reference period; in memory all hold its last day."""

ColumnType = Literal["date", "month", "quarter", "year", "integer", "number", "string", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a tidy table."""

    name: str
    """As in the table, with its unit: ``holdings_usd_bn``, ``yield_pct``."""
    type: ColumnType
    """How it is written and read. Periods are ``date`` (2025-04-09), ``month``
    (2025-04), ``quarter`` (2025-Q2) or ``year`` (2025)."""
    about: str = ""
    """What it measures, in words; fill whenever the name does not say it all."""
    unit: str = ""
    """Unit in words; required for numbers."""
    bounds: tuple[float, float] | None = None
    """Smallest and largest value that can be real; outside, a pull is refused."""
    missing: bool = False
    """Whether the publisher leaves cells of this column empty."""
    free: bool = False
    """True for text that is no name: an address, a remark."""


@dataclass(frozen=True, kw_only=True)
class Break:
    """A date at which a series changes meaning; no change is computed across it."""

    period: str
    """First period of the new definition, written as the period column is."""
    why: str
    """What changed, in one clause."""


@dataclass(frozen=True, kw_only=True)
class KnownGap:
    """A period in which the published edition itself does not add up."""

    period: str
    """Written as the period column is."""
    size: float
    """By how much, in the unit of the values."""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One publication, as the book uses it: one official file, one tidy table."""

    id: str
    """Name of the table and of its entry; FRED series keep FRED's own name."""
    title: str
    """The publisher's title, or as near as is readable."""
    publisher: str
    """Who answers for the numbers (not who redistributes them)."""
    url: str
    """The official address that is asked."""
    adapter: str
    """Name of the importer in ``foreign_demand.data.sources.ADAPTERS``."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that identify a row."""
    frequency: Literal["daily", "weekly", "monthly", "quarterly", "annual", "irregular"]
    fresh_days: int
    """Release rule: the newest period may have ended at most this many days ago."""
    terms: str
    """What may be done with the values, in one sentence."""
    redistribute: bool = True
    """False when the terms do not let others serve the values as a data set: the
    book draws from it, and leaves it out of its data package."""
    page: str = ""
    """Where a person reads about it; fill when the URL serves bare data."""
    source_note: str = ""
    """How to name it under a figure; fill when publisher and title do not do."""
    history: Literal["full", "rolling"] = "full"
    """``rolling`` when the publisher serves only the latest stretch."""
    releases: tuple[str, ...] = ()
    """Days of coming releases that the publisher has announced, ISO dates."""
    vintages: bool = False
    """True to ask the publisher, where there is a key, for every value it ever gave."""
    revises: Literal["none", "recent", "all", ""] = ""
    """What a new edition changes of old values: nothing but single corrections, the recent
    periods, or everything. By default nothing of a daily or weekly series, else the recent."""
    re_estimated: bool = False
    """True when every edition is a new estimate of everything: editions are kept, not a line a cell."""
    earliest_days: int = 0
    """Release rule: a period's figures come out at the earliest so many days after its last
    business day; negative where a period is dated by an end yet to come."""
    series: tuple[str, ...] = ()
    """Columns that make one series of a table of several; by default the key without its period."""
    by_hand: bool = False
    """True when the publisher has no address a program can read: a refresh leaves the
    held table alone, and a new edition is brought in by a person."""
    steps: str = ""
    """Fill with ``by_hand``: what a person does to bring in a new edition."""
    board: str = ""
    """Fill where the Federal Reserve Board publishes a FRED series itself: its release
    and the series' name there (``H15/RIFLGFCY10_N.B``). The Board is then asked first."""
    embedded: bool = True
    """False while no copy of it is at hand to embed: there is a table once a refresh has brought
    it, and until then what rests on it waits."""
    ended: bool = False
    """True for a publication that stopped; its age is not held against it."""
    caveat: str = ""
    """The one thing a user must know before using it."""
    breaks: tuple[Break, ...] = ()
    known_gaps: tuple[KnownGap, ...] = ()
    flows_since: str = ""
    """First month of net purchases and valuation changes, where they begin later than holdings."""
    not_quoted: tuple[str, str] | None = None
    """First and last day of a stretch for which the publisher has no value and copies have a substitute."""
    zero_is_missing: bool = False
    """True when the publisher writes 0 where it has no value."""
    redirects: tuple[str, ...] = ()
    """Hosts the publisher redirects to; any other redirect is refused."""

    @property
    def period(self) -> Column:
        """The column that carries the reference period."""
        return next(c for c in self.columns if c.type in PERIOD_TYPES)

    @property
    def place(self) -> Literal["code", "name", ""]:
        """How a row says whose it is: by TIC code, by the name alone, or it is no place's."""
        names = {column.name for column in self.columns}
        if "country_code" in names:
            return "code" if "country" in names else ""
        return "name" if "country" in self.key and "iso3" not in names else ""

    @property
    def numbers(self) -> tuple[Column, ...]:
        """The columns that carry values."""
        return tuple(c for c in self.columns if c.type == "number")

    @property
    def value(self) -> str:
        """The name of the only value column.

        Raises
        ------
        CatalogError
            If the dataset has more than one value column.
        """
        if len(self.numbers) != 1:
            raise CatalogError(f"{self.id} has {len(self.numbers)} value columns; name the one you mean.")
        return self.numbers[0].name

    @property
    def cite(self) -> str:
        """How a figure names this source; a FRED series with its name there."""
        name = self.source_note or f"{self.publisher}, {self.title}"
        return f"{name} ({self.id})" if self.adapter == "fred" else name

    def cited(self, origin: Origin) -> str:
        """How a figure names this source as it came: a series of the Board's own release not via FRED."""
        from_board = self.board and urlsplit(origin.url).hostname == BOARD
        return self.cite.replace(", via FRED", "") if from_board else self.cite


BOARD = "www.federalreserve.gov"
"""Where the Federal Reserve Board publishes its releases itself."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the rows of a held table came from, and when."""

    publisher: str
    title: str
    url: str
    """Official address, without any key."""
    retrieved_at: str
    """When the bytes arrived, UTC, ISO 8601."""
    reference_period: str
    """Newest period in the table, written as its period column is."""
    vintage: str
    """Date of the edition: the publisher's own stamp, else Last-Modified, else the
    day of retrieval; for a public copy of unknown date its newest period, which it
    cannot be older than."""
    terms: str
    obtained: Literal["live", "embedded"]
    """``live``: from the publisher when the book was refreshed. ``embedded``:
    through a public copy of the publication."""
    how: str = ""
    """Fill for ``embedded``: what the copy is (exact bytes, re-saved, transcribed)."""
    validator: str = ""
    """What the next refresh asks the publisher with: the ETag, else Last-Modified."""
    body: str = ""
    """Fingerprint of what the publisher served: the same again needs no reading."""
    reader: str = ""
    """Fingerprint of the code and the entry by which that was read; another one reads it anew."""
    rows: str = ""
    """How many rows were written; a file with others was cut."""
    previous_vintage: str = ""
    """Date of the edition that this one replaced."""
    previous_period: str = ""
    """Newest period of the edition that this one replaced."""
    joined_at: str = ""
    """Fill for a rolling publication: first period of the latest pull; the rows before
    it were held from earlier ones."""

    def to_dict(self) -> dict[str, str]:
        """Plain mapping, in field order, empty fields left out."""
        return {k: v for k, v in asdict(self).items() if v != ""}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Origin:
        """Inverse of :meth:`to_dict`; unknown keys are refused by the dataclass."""
        written: dict[str, Any] = {k: str(v) for k, v in values.items()}
        return cls(**written)


class Catalog(Mapping[str, Dataset]):
    """All datasets by id, in the order of the file."""

    def __init__(self, datasets: Mapping[str, Dataset]) -> None:
        self._datasets = dict(datasets)

    def __getitem__(self, id: str) -> Dataset:
        READS.append(Read("entry", id))
        try:
            return self._datasets[id]
        except KeyError:
            raise CatalogError(
                f"No dataset {id!r} in data/catalog.yml; add an entry or check the name."
            ) from None

    def __iter__(self) -> Iterator[str]:
        READS.append(Read("entry"))
        return iter(self._datasets)

    def __len__(self) -> int:
        READS.append(Read("entry"))
        return len(self._datasets)


_PERIOD_OF = {"daily": "date", "weekly": "date", "monthly": "month", "quarterly": "quarter", "annual": "year"}


def _revises(frequency: str) -> str:
    return "none" if frequency in ("daily", "weekly") else "recent"


def _series(columns: Sequence[Column], key: Sequence[str]) -> list[str]:
    periods = [c.name for c in columns if c.type in PERIOD_TYPES]
    return [name for name in key if name not in periods[:1]]


def _column(dataset: str, name: str, entry: Mapping[str, Any]) -> Column:
    bounds = entry.get("bounds")
    said: dict[str, Any] = {
        "type": "number",
        **entry,
        "bounds": tuple(map(float, bounds)) if bounds else None,
    }
    column = Column(name=name, **said)
    if column.type == "number" and not column.unit:
        raise CatalogError(f"{dataset}.{name} is a number without a unit; say it in data/catalog.yml.")
    return column


def _dataset(id: str, entry: Mapping[str, Any], adapters: Mapping[str, Any]) -> Dataset:
    values = {**adapters.get(entry.get("adapter", ""), {}), **entry}
    try:
        if "value" in values:  # a single series: a period and one number
            period = _PERIOD_OF[values["frequency"]]
            values["columns"] = {period: {"type": period}} | values.pop("value")
            values["key"] = [period]
        columns = tuple(_column(id, name, column) for name, column in values.pop("columns").items())
        breaks = tuple(Break(period=str(b["period"]), why=b["why"]) for b in values.pop("breaks", ()))
        gaps = tuple(KnownGap(period=str(g["period"]), size=g["size"]) for g in values.pop("known_gaps", ()))
        unquoted = values.get("not_quoted")
        values["url"] = values["url"].format(id=id)
        values["page"] = values.get("page", "").format(id=id)
        dataset = Dataset(
            id=id,
            **{
                **values,
                "columns": columns,
                "revises": values.get("revises") or _revises(values["frequency"]),
                "series": tuple(values.get("series") or _series(columns, values["key"])),
                "breaks": breaks,
                "known_gaps": gaps,
                "flows_since": str(values.get("flows_since", "")),
                "not_quoted": (str(unquoted[0]), str(unquoted[1])) if unquoted else None,
                "key": tuple(values["key"]),
                "redirects": tuple(values.get("redirects", ())),
                "releases": tuple(map(str, values.get("releases", ()))),
            },
        )
    except (KeyError, TypeError) as error:
        known = ", ".join(f.name for f in fields(Dataset))
        raise CatalogError(f"data/catalog.yml, entry {id}: {error}. An entry has: {known}.") from error
    names = {c.name for c in dataset.columns}
    periods = {c.name for c in dataset.columns if c.type in PERIOD_TYPES}
    if not set(dataset.key) <= names or not periods & set(dataset.key):
        raise CatalogError(
            f"data/catalog.yml, entry {id}: the key {dataset.key} needs a period among {sorted(names)}."
        )
    return dataset


@cache
def read_catalog(path: Path = ROOT / "data" / "catalog.yml") -> Catalog:
    """Read ``data/catalog.yml``.

    Returns
    -------
    Catalog
        Datasets by id, in file order.

    Raises
    ------
    CatalogError
        If an entry lacks a field, has an unknown one, or a number has no unit.
    """
    text = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    shared = text.get("adapters", {})
    return Catalog({id: _dataset(id, entry, shared) for id, entry in text["datasets"].items()})
