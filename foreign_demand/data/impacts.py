"""Published estimates of what a foreign sale does to yields, as ``data/price_impacts.yml`` has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.reads import READS, Read
from foreign_demand.exceptions import CatalogError

IMPACTS = ROOT / "data" / "price_impacts.yml"

SIZES = ("usd_bn", "share_pct", "inflow_year")
"""How an estimate says the size of the sale it is stated for: one of these."""
BASES = ("marketable", "notes_and_bonds")
"""What a share is a share of."""

_TEXTS = ("cite", "key", "market", "maturity", "flow", "horizon", "method", "where")
_MISSING = ("country", "month", "missing_usd_bn", "held_usd_bn")
_RULE = ("shift_bp", "first_year", "last_year", "deficit_usd_bn", "last_deficit_usd_bn")


def read_impacts(path: Path = IMPACTS) -> pd.DataFrame:
    """Read the published estimates.

    Returns
    -------
    pandas.DataFrame
        One row an estimate: ``id``; ``cite``, ``key``, ``maturity``, ``flow``, ``horizon``, ``method``,
        ``where``; ``low_bp``, ``high_bp``, ``more`` (the study says "more than"); ``usd_bn``,
        ``share_pct`` or ``inflow_year``, the others missing; ``base``; ``market`` (end of a month).

    Raises
    ------
    CatalogError
        If an entry lacks a field, says the size of its sale not once, or has its ends the wrong way round.
    """
    rows = []
    for id, entry in _section(path, "impacts").items():
        _whole(path, id, entry, (*_TEXTS, "low", "high"))
        if sum(name in entry for name in SIZES) != 1:
            raise CatalogError(f"{path.name}: {id} says the size of its sale once, as {', '.join(SIZES)}.")
        if not 0 <= entry["low"] <= entry["high"]:
            raise CatalogError(f"{path.name}: {id} goes from {entry['low']} to {entry['high']}; turn them.")
        if entry.get("base", BASES[0]) not in BASES:
            raise CatalogError(f"{path.name}: {id} has base {entry['base']!r}; use {', '.join(BASES)}.")
        rows.append(
            {"id": id}
            | {name: str(entry[name]) for name in _TEXTS}
            | {"low_bp": float(entry["low"]), "high_bp": float(entry["high"])}
            | {"more": bool(entry.get("more", False)), "base": entry.get("base", BASES[0])}
            | {name: float(entry.get(name, "nan")) for name in SIZES}
        )
    table = pd.DataFrame(rows)
    return table.assign(market=pd.to_datetime(table["market"]) + pd.offsets.MonthEnd(0))


def read_rule(id: str = "cbo_2025", path: Path = IMPACTS) -> dict[str, Any]:
    """Read a published rule of thumb: what a shift of all rates adds to deficits over ten years.

    Returns
    -------
    dict
        ``cite``, ``key``, ``where``, ``shift_bp``, ``first_year`` and ``last_year`` (fiscal years),
        ``deficit_usd_bn`` over all of them, ``last_deficit_usd_bn`` in the last.

    Raises
    ------
    CatalogError
        If it is not there or lacks a field.
    """
    rules = _section(path, "rules")
    if id not in rules:
        raise CatalogError(f"{path.name} has no rule {id!r}; it has {', '.join(rules)}.")
    _whole(path, id, rules[id], ("cite", "key", "where", *_RULE))
    return dict(rules[id])


def read_missing(id: str = "cayman_2024", path: Path = IMPACTS) -> dict[str, Any]:
    """Read what a publication finds missing in a row of the Treasury's table.

    Returns
    -------
    dict
        ``cite``, ``key``, ``where``, ``country``, ``month`` (its end), ``missing_usd_bn`` and
        ``held_usd_bn``, what the holders have by that publication.

    Raises
    ------
    CatalogError
        If it is not there or lacks a field.
    """
    found = _section(path, "missing")
    if id not in found:
        raise CatalogError(f"{path.name} says nothing of {id!r} as missing; it has {', '.join(found)}.")
    _whole(path, id, found[id], ("cite", "key", "where", *_MISSING))
    return found[id] | {"month": pd.Timestamp(str(found[id]["month"])) + pd.offsets.MonthEnd(0)}


def _section(path: Path, name: str) -> dict[str, dict[str, Any]]:
    READS.append(Read("ledger"))
    try:
        section = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)[name]
        return {id: dict(entry) for id, entry in section.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CatalogError(f"{path.name} cannot be read ({error}); it needs the mapping {name}.") from error


def _whole(path: Path, id: str, entry: dict[str, Any], names: tuple[str, ...]) -> None:
    if absent := [name for name in names if name not in entry]:
        raise CatalogError(f"{path.name}: {id} lacks {', '.join(absent)}; add it.")
