"""Places: who holds Treasuries, by the code of the TIC system, the ISO code and every name in use.

``data/places.csv`` is the one list. A publisher's name is what it prints; a place is
what is meant. Publications name the same place in several ways and rename places, so
rows are joined by code, and a name that is in the list under no place is asked about.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import CatalogError

Kind = Literal["country", "group", "region", "area", "organisation", "total", "rest", "issuer"]

GRAND_TOTAL = 99996
ALL_COUNTRIES, ORGANISATIONS = 69995, 79995
OFFICIAL, NON_OFFICIAL = 99990, 99991
CANADA = 29998
REGIONS = (19992, CANADA, 34401, 39942, 39993, 49999, 59994, 69906)
"""Europe, Canada, Caribbean, Latin America, the two together (until 2000), Asia, Africa, other."""

TOTAL = "Grand Total"
ALL_OTHER = "All Other"
FOREIGN_OFFICIAL = "Foreign Official"
OFFICIAL_BILLS = "Foreign Official Treasury Bills"
OFFICIAL_BONDS = "Foreign Official T-Bonds & Notes"
AGGREGATES = (TOTAL, ALL_OTHER, FOREIGN_OFFICIAL, OFFICIAL_BILLS, OFFICIAL_BONDS)
"""Rows of the major holders tables that are no country."""

CUSTODY_CENTRES = ("United Kingdom", "Belgium", "Luxembourg", "Cayman Islands", "Ireland", "Switzerland")
"""Where custodians and funds hold for owners elsewhere: the owner is not known."""

BANKING_GROUPS = ("Oil Exporters", "Carib Bnkng Ctrs")
"""Rows of the major holders tables that are groups of countries, in the years before each was listed."""

LONGEST_NAME = 80
"""Characters; a longer cell is no name."""

_STRANGE = re.compile(r"[<>{}`|\\$\[\]]|\]\(|://")
_FORMULA = "=+-@"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A country, a group of countries, or a sum that a publication prints among countries."""

    name: str
    """As the US Treasury names it in its current tables."""
    kind: Kind
    code: int | None = None
    """TIC code; None for rows that only tables without codes have, and for states without one."""
    iso3: str = ""
    """ISO 3166 alpha-3 code of a country; former states keep theirs."""
    in_sentences: str = ""
    """As a sentence names it."""
    also: tuple[str, ...] = ()
    """Other names that publications give it."""
    sovereign: str = ""
    """ISO code of the state that a dependent territory belongs to, or that speaks for it abroad."""


@cache
def read_places(path: Path = ROOT / "data" / "places.csv") -> tuple[Place, ...]:
    """Read ``data/places.csv``.

    Returns
    -------
    tuple of Place
        In the order of the file: by TIC code, those without one last.

    Raises
    ------
    CatalogError
        If a line lacks a name, or a kind, code or name is none or stands twice.
    """
    places = []
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["kind"] not in get_args(Kind) or not line["name"]:
                raise CatalogError(
                    f"data/places.csv: {line} needs a name and a kind, one of {get_args(Kind)}."
                )
            places.append(
                Place(
                    name=line["name"],
                    kind=cast(Kind, line["kind"]),
                    code=int(line["code"]) if line["code"] else None,
                    iso3=line["iso3"],
                    in_sentences=line["in_sentences"] or line["name"],
                    also=tuple(filter(None, line["also"].split("; "))),
                    sovereign=line.get("sovereign") or "",
                )
            )
    for values in (  # codes, then names
        [str(p.code) for p in places if p.code],
        [p.iso3 for p in places if p.iso3],
        [p.name for p in places],
    ):
        if twice := {value for value in values if values.count(value) > 1}:
            raise CatalogError(
                f"data/places.csv: {', '.join(map(str, sorted(twice)))} stands more than once."
            )
    return tuple(places)


@cache
def _codes() -> Mapping[int, Place]:
    return {place.code: place for place in read_places() if place.code}


@cache
def _names() -> Mapping[str, Place]:
    others = {name: place for place in read_places() for name in place.also}
    return others | {place.name: place for place in read_places()}


def by_code(code: int) -> Place:
    """The place of a TIC code.

    Raises
    ------
    CatalogError
        If the code is not in the list.
    """
    try:
        return _codes()[code]
    except KeyError:
        raise CatalogError(
            f"TIC code {code} is not in data/places.csv. If a publisher shows a new place, add a line."
        ) from None


def by_name(name: str) -> Place:
    """The place that a publication's name means.

    Raises
    ------
    CatalogError
        If no place has the name.
    """
    try:
        return _names()[name]
    except KeyError:
        raise CatalogError(
            f"{name!r} is no place of data/places.csv. A new name of one that is there? Add it to its "
            "column `also`; a new place, add a line."
        ) from None


def is_known(name: str) -> bool:
    """Whether some place has the name."""
    return name in _names()


def codes_of(*kinds: Kind) -> frozenset[int]:
    """TIC codes of all places of some kinds."""
    return frozenset(code for code, place in _codes().items() if place.kind in kinds)


def in_a_sentence(name: str) -> str:
    """A holder as a sentence names it: ``China, Mainland`` → ``China``; what is no place stays as it is."""
    place = _names().get(name)
    return place.in_sentences if place else name


def normalised(name: str) -> str:
    """A name in one spelling: Unicode NFKC, single blanks, nothing that has no width.

    Raises
    ------
    ValueError
        With the reason, if it is no name: empty or very long, of several scripts, with
        mark-up, or one that a spreadsheet would take for a formula.
    """
    text = unicodedata.normalize("NFKC", name)
    text = " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise ValueError("carries control characters")
    if not text or len(text) > LONGEST_NAME:
        raise ValueError("is empty or far too long")
    if text[0] in _FORMULA:
        raise ValueError("begins as a formula does")
    if _STRANGE.search(text):
        raise ValueError("carries mark-up")
    letters = {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}
    if len(letters) > 1:
        raise ValueError(f"mixes scripts ({', '.join(sorted(letters)).lower()})")
    return text
