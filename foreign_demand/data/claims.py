"""The ledger of published claims: what texts assert, and what each is to be put to.

``data/claims.yml`` is the one place where a claim, its stated figures, the test that fits it
and the tolerance that its wording leaves are written down. This module reads it into nouns.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
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
class Rules:
    """What the wording of a figure leaves open, by one rule for all claims."""

    digit: float
    """Of one unit of the last digit that is stated."""
    softened_pct: float
    """Of the figure, in percent, where a word softens it: about, roughly, nearly."""
    group_pct: float = 0.0
    """Of an amount, in percent, of a group of countries that its text does not list."""
    since_months: float = 0.0
    """Months either way of one since which none was as high: the last that was, or the first after it."""
    revisions_pct: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By kind of row, how far a later edition moves a ``level``, a month's ``change`` and a month's
    ``flow``: in percent of what is held, 95 of 100 times or less."""


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
    panel: tuple[str, ...] = ()
    """Instead of a table: measures side by side, by their names."""
    total: bool = False
    """With ``by``: all rows of a period added up."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Instead of a table: month to figure, as a free publication that no program reads prints them."""
    source: str = ""
    """Of figures: which publication has them, and where."""
    before: str = ""
    """Measure that has the periods before the first one of this."""
    volatility: str = ""
    """Standard deviation of 21 days of ``changes`` or of ``percent`` changes, instead of the values."""
    apart: float = 0.0
    """How far it may be from what texts quote: another hour, another security, another adjustment."""
    revised: str = ""
    """Kind of row whose revisions it has, one of :attr:`Rules.revisions_pct`."""
    stock: str = ""
    """Of a flow: the measure of what is held."""
    chapter: str = ""
    """The chapter that what is said of it belongs to."""


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
    digit: float = 0.0
    """One unit of the last digit stated, where the figure here does not show it: 1000 for "17 trillion"."""
    softened: str = ""
    """The word that softens its figure: about, almost."""
    group: bool = False
    """Whether it is of a group of countries that its text does not list."""
    tolerance: float | None = None
    """Instead of the rule: what the list of claims allows for it, in the unit."""
    search: int = 0
    """By how many months its date may be off, earlier or later."""
    note: str = ""
    """What stands for what is meant, where that is not held: a sentence or two after the reason."""
    chapter: str = ""
    """The chapter that it belongs to, where that is not the one of its first measure."""
    lacks: str = ""
    """Free data that its test would need and that the book does not hold."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that ``data/claims.yml`` says."""

    texts: Mapping[str, Text]
    measures: Mapping[str, Measure]
    claims: tuple[Claim, ...]
    rules: Rules = Rules(digit=0.5, softened_pct=0)

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that the measures are columns of."""
        return tuple(dict.fromkeys(m.table for m in self.measures.values() if m.table))

    def of(self, id: str) -> Ledger:
        """The ledger of one claim, with the measures that it needs and no others."""
        (claim,) = (claim for claim in self.claims if claim.id == id)
        parts = [*claim.parts, *(part for reading in claim.readings for part in reading["parts"])]
        needed = {part[key] for part in parts for key in ("of", "to", "revision_of") if key in part}
        return replace(self, measures=self.made_of(needed), claims=(claim,))

    def made_of(self, names: Iterable[str]) -> dict[str, Measure]:
        """Measures by name, with those that they are sums of, stand beside or follow."""
        needed = set(names)
        while more := {
            name
            for id in needed
            for name in (*self.measures[id].sum, *self.measures[id].panel, self.measures[id].before)
            if name and name not in needed
        }:
            needed |= more
        return {id: measure for id, measure in self.measures.items() if id in needed}


def read_claims(path: Path = LEDGER) -> Ledger:
    """Read the ledger, the tolerance of every figure set by its rules.

    Raises
    ------
    CatalogError
        If an entry lacks a field or has an unknown one, names a text or measure that is not in
        the ledger, states no figure, or says both or neither of how it is tested and what is needed.
    """
    READS.append(Read("ledger"))
    try:
        held = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        sections = {name: held[name] for name in ("texts", "measures", "claims")}
        entries = {
            name: [{"id": id} | entry for id, entry in part.items()] for name, part in sections.items()
        }
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CatalogError(
            f"{path.name} cannot be read ({error}); it needs the mappings texts, measures and claims."
        ) from error
    rules = _made(Rules, held.get("rules", {"digit": 0.5, "softened_pct": 0}))
    measures = {m.id: m for m in (_made(Measure, entry) for entry in entries["measures"])}
    texts = {t.id: t for t in (_made(Text, entry) for entry in entries["texts"])}
    claims = tuple(_made(Claim, entry) for entry in entries["claims"])
    for measure in measures.values():
        _known(measure.id, (*measure.sum, *measure.panel, *filter(None, [measure.before])), measures)
        made = (measure.sum or measure.panel, measure.table and measure.column, measure.figures)
        if sum(map(bool, made)) != 1:
            raise CatalogError(
                f"{measure.id}: a measure has a table and a column, or a sum, or figures; give one."
            )
        if bool(measure.figures) != bool(measure.source):
            raise CatalogError(f"{measure.id}: figures, and they alone, have a source; give both or neither.")
    for claim in claims:
        _check(claim, texts, measures)
    settled = tuple(_settled(claim, measures, rules) for claim in claims)
    return Ledger(texts=texts, measures=measures, claims=settled, rules=rules)


def _settled(claim: Claim, measures: Mapping[str, Measure], rules: Rules) -> Claim:
    """A claim whose parts, in every reading, say how far the data may be from what they state."""

    def settled(part: Mapping[str, Any]) -> Mapping[str, Any]:
        test, unit = part.get("test", claim.test), part.get("unit", claim.unit)
        tolerance = part.get("tolerance", claim.tolerance)
        if tolerance is None:
            tolerance = _tolerance(part, claim, test, unit, rules)
            tolerance = max(
                tolerance, abs(part.get("scale", 1)) * measures[part["of"]].apart * ("value" in part)
            )
        return {**part, "tolerance": tolerance, **_revision(part, test, measures[part["of"]], rules)}

    readings = []
    for reading in claim.readings:
        named = {name: reading[name] for name in ("choice", "kind") if name in reading}
        changed = {name: v for name, v in reading.items() if name not in ("choice", "kind", "parts")}
        parts = reading.get("parts", claim.parts)
        readings.append({**named, "parts": tuple(settled({**part, **changed}) for part in parts)})
    return replace(claim, parts=tuple(map(settled, claim.parts)), readings=tuple(readings))


def _tolerance(part: Mapping[str, Any], claim: Claim, test: str, unit: str, rules: Rules) -> float:
    """By the rules: half of the last digit, or a share of a figure that is softened or of a group."""
    figure = part.get("value")
    if test.startswith("last_as") and unit.startswith("month"):
        return max(rules.since_months, rules.digit * part.get("digit", claim.digit))
    if figure is None or unit == "month":
        return 0.0
    digit = part.get("digit", claim.digit) or 10.0 ** -len(str(figure).partition(".")[2].rstrip("0"))
    softened = part.get("softened", claim.softened)
    pct = max(rules.softened_pct if softened else 0.0, rules.group_pct if claim.group else 0.0)
    return max(rules.digit * digit, pct / 100 * abs(figure))


def _revision(part: Mapping[str, Any], test: str, measure: Measure, rules: Rules) -> Mapping[str, Any]:
    """What later editions can have moved the figure by: in percent of a holding, and of which."""
    if "value" not in part or measure.revised not in rules.revisions_pct:
        return {}
    moved, held = rules.revisions_pct[measure.revised], measure.stock or measure.id
    start = str(part.get("start", part.get("since", "")))
    if test == "total":
        pct = moved["flow"] * math.sqrt(_months_between(start, str(part["at"])) + 1)
    elif test == "level":
        pct = moved["flow" if measure.stock else "level"]
    elif test == "change":
        apart = _months_between(start, str(part["at"]))
        pct = moved["change"] if apart <= 1 else math.sqrt(2) * moved["level"]
    else:
        return {}
    return {"revision_pct": pct, "revision_of": held}


def _months_between(start: str, end: str) -> int:
    (year, month), (last_year, last_month) = (map(int, day.split("-")[:2]) for day in (start, end))
    return 12 * (last_year - year) + last_month - month


def _made(kind: type[T], entry: Mapping[str, Any]) -> T:
    """An entry as a noun; lists become tuples, and days, which YAML knows as such, texts again."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
    values |= {name: v.isoformat() for name, v in values.items() if isinstance(v, dt.date)}
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(values.keys() - known):
        raise CatalogError(
            f"{entry.get('id', 'rules')}: {', '.join(unknown)} is no field of a {kind.__name__.lower()}; "
            f"use {', '.join(sorted(known))}."
        )
    try:
        return kind(**values)
    except TypeError as error:
        raise CatalogError(
            f"{entry.get('id', 'rules')} is incomplete: {error}. Add it in the ledger."
        ) from error


def _known(id: str, names: Iterable[object], measures: Mapping[str, Measure]) -> None:
    if absent := [str(name) for name in names if name not in measures]:
        raise CatalogError(f"{id}: {', '.join(absent)} is no measure of the ledger; add it under measures.")


def _check(claim: Claim, texts: Mapping[str, Text], measures: Mapping[str, Measure]) -> None:
    if claim.source not in texts:
        raise CatalogError(f"{claim.id}: {claim.source!r} is no text of the ledger; add it under texts.")
    if sum(map(bool, (claim.needs, claim.lacks, claim.test))) != 1:
        raise CatalogError(
            f"{claim.id}: a claim has a test, or says what it needs or lacks; give one of them."
        )
    if not claim.test:
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
