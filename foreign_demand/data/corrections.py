"""Errors of our own that were published and mended: ``data/corrections.yml``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import CatalogError

CORRECTIONS = ROOT / "data" / "corrections.yml"
_PAGE = re.compile(r"(?:chapters|figures)/[\w/.-]+(?:#[\w-]+)?")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One error of ours."""

    id: str
    """A few words of its own, which stay: feeds and links name it."""
    said: str
    """What was said, word for word."""
    right: str
    """What is right, and why the other was not."""
    where: str
    """Page, with its anchor: ``chapters/holdings.html#fig-foreign-holdings``."""
    since: str
    """Day of the first edition that said it, ISO date."""
    mended: str
    """Day from which it was no longer said, ISO date."""


def read_corrections(path: Path = CORRECTIONS) -> tuple[Correction, ...]:
    """Read and check the corrections.

    Returns
    -------
    tuple of Correction
        The newest first; empty where none is known.

    Raises
    ------
    CatalogError
        If an entry lacks something, says something unknown, or says what cannot be.
    """
    told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    entries = told.get("corrections") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        raise CatalogError(
            f"{path.name} has no list `corrections`; write `corrections: []` where none is known."
        )
    found = [_correction(entry, path.name) for entry in entries]
    ids = [one.id for one in found]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise CatalogError(
            f"{path.name} has {', '.join(sorted(twice))} twice; give each correction an id of its own."
        )
    return tuple(sorted(found, key=lambda one: (one.mended, one.id), reverse=True))


def _correction(entry: Any, file: str) -> Correction:
    names = [field.name for field in fields(Correction)]
    given: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    place = f"{file}, correction {given.get('id', entry)!r}"
    if set(given) != set(names) or not all(str(given[name]).strip() for name in names):
        raise CatalogError(
            f"{place}: it takes {', '.join(names)}, each of them and nothing else; mend the entry."
        )
    one = Correction(**{name: str(given[name]).strip() for name in names})
    for name in ("since", "mended"):
        try:
            dt.date.fromisoformat(getattr(one, name))
        except ValueError as error:
            raise CatalogError(f"{place}: {name} is no day ({error}); write it as 2026-11-28.") from error
    if one.since > one.mended:
        raise CatalogError(f"{place}: it was mended on {one.mended}, before it was said; look at both days.")
    if not re.fullmatch(r"[a-z0-9-]+", one.id):
        raise CatalogError(f"{place}: an id is of small letters, digits and hyphens, as share-of-debt.")
    if not _PAGE.fullmatch(one.where):
        raise CatalogError(f"{place}: where is {one.where!r}; name a page, as chapters/holdings.html#level.")
    return one
