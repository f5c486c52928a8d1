"""The ledger of published claims: what texts assert, and what each is to be put to.

``data/claims.yml`` is the one place where a claim, its stated figures, the test that fits it
and the tolerance that its wording leaves are written down. This module reads it into nouns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.reads import READS, Read
from foreign_demand.exceptions import CatalogError

LEDGER = ROOT / "data" / "claims.yml"

KINDS = ("definition", "edition", "concept")
"""Why a reading may stand beside the first: another definition of what is said, an earlier edition
of the data, or another thing than what is said."""
STATED = ("value", "above", "below")
"""How a part states its figure: about that, at least that, at most that."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text that claims were taken from."""

    id: str
    name: str
    claims: int
    """How many it makes; the ledger may have fewer so far."""
    search: int = 0
    """By how many months the dates of the whole text may be off, earlier or later."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A column of a table, as a series or, with ``by``, as one series for each name in a column."""

    id: str
    table: str = ""
    """Catalog id, or the name of a table that the book puts together."""
    column: str = ""
    by: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    """Rows that are meant: column to value."""
    less: str = ""
    """Column that is taken off."""
    scale: float = 1.0
    """What values are multiplied with: 0.001 from millions to billions."""
    sum: tuple[str, ...] = ()
    """Instead of a table: measures that are added up."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One assertion of a text."""

    id: str
    source: str
    """Id of its text."""
    claim: str
    """What it says, in our own words."""
    period: str
    """What time it speaks of, as published."""
    needs: str = ""
    """Instead of a test: what would be needed to settle it, where no free data do."""
    test: str = ""
    """Name of a function of :mod:`foreign_demand.analysis.claims`."""
    unit: str = ""
    parts: tuple[Mapping[str, Any], ...] = ()
    """Arguments of the test, one mapping a stated figure, which stands under one of :data:`STATED`."""
    readings: tuple[Mapping[str, Any], ...] = ()
    """Other ways to read all parts: ``choice`` names it, ``kind`` is one of :data:`KINDS`, all else
    takes the place of an argument."""
    tolerance: float = 0.0
    """How far from the figure its wording lets the data be, in the unit."""
    revision: float = 0.0
    """How far a later edition can have moved the figure; used where the first print is not held."""
    search: int = 0
    """By how many months its date may be off, earlier or later."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that ``data/claims.yml`` says."""

    texts: Mapping[str, Text]
    measures: Mapping[str, Measure]
    claims: tuple[Claim, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that the measures are columns of."""
        return tuple(dict.fromkeys(m.table for m in self.measures.values() if m.table))


def read_claims(path: Path = LEDGER) -> Ledger:
    """Read the ledger.

    Raises
    ------
    CatalogError
        If an entry lacks a field or has an unknown one, names a text or measure that is not in
        the ledger, states no figure, or says both or neither of how it is tested and what is needed.
    """
    READS.append(Read("ledger"))
    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
        sections = {name: held[name] for name in ("texts", "measures", "claims")}
        entries = {
            name: [{"id": id} | entry for id, entry in part.items()] for name, part in sections.items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CatalogError(
            f"{path.name} cannot be read ({error}); it needs the mappings texts, measures and claims."
        ) from error
    measures = {m.id: m for m in (_made(Measure, entry) for entry in entries["measures"])}
    texts = {t.id: t for t in (_made(Text, entry) for entry in entries["texts"])}
    claims = tuple(_made(Claim, entry) for entry in entries["claims"])
    for measure in measures.values():
        _known(measure.id, measure.sum, measures)
        if bool(measure.sum) == bool(measure.table and measure.column):
            raise CatalogError(f"{measure.id}: a measure has a table and a column, or a sum; give one.")
    for claim in claims:
        _check(claim, texts, measures)
    return Ledger(texts=texts, measures=measures, claims=claims)


def _made(kind: type[T], entry: Mapping[str, Any]) -> T:
    """An entry as a noun; lists become tuples, and days, which YAML knows as such, texts again."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
    values |= {name: v.isoformat() for name, v in values.items() if isinstance(v, dt.date)}
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(values.keys() - known):
        raise CatalogError(
            f"{entry['id']}: {', '.join(unknown)} is no field of a {kind.__name__.lower()}; "
            f"use {', '.join(sorted(known))}."
        )
    try:
        return kind(**values)
    except TypeError as error:
        raise CatalogError(f"{entry['id']} is incomplete: {error}. Add it in the ledger.") from error


def _known(id: str, names: Iterable[object], measures: Mapping[str, Measure]) -> None:
    if absent := [str(name) for name in names if name not in measures]:
        raise CatalogError(f"{id}: {', '.join(absent)} is no measure of the ledger; add it under measures.")


def _check(claim: Claim, texts: Mapping[str, Text], measures: Mapping[str, Measure]) -> None:
    if claim.source not in texts:
        raise CatalogError(f"{claim.id}: {claim.source!r} is no text of the ledger; add it under texts.")
    if bool(claim.needs) == bool(claim.test):
        raise CatalogError(f"{claim.id}: a claim has a test, or says what it needs; give one of the two.")
    if claim.needs:
        return
    if not claim.parts or not claim.unit:
        raise CatalogError(f"{claim.id}: it is tested, so it needs a unit and parts with a stated figure.")
    for part in claim.parts:
        if sum(name in part for name in STATED) != 1:
            raise CatalogError(
                f"{claim.id}: a part states its figure once, under one of {', '.join(STATED)}."
            )
    for reading in claim.readings:
        if not reading.get("choice") or reading.get("kind", KINDS[0]) not in KINDS:
            raise CatalogError(f"{claim.id}: a reading needs a choice, and a kind of {', '.join(KINDS)}.")
    for arguments in (*claim.parts, *claim.readings):
        _known(claim.id, [arguments[name] for name in ("of", "to") if name in arguments], measures)
