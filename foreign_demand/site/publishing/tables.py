"""Two editions of a table against each other: what was revised, what is new, what was withdrawn.

A number under the same key with another value is revised; under a key that only the later table has,
it is new. The two are never taken for each other.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a row; ``before`` or ``after`` is empty where there is none."""

    row: Key
    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as its CSV has it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class TableChange:
    """What a later edition of a table did to an earlier one."""

    key: tuple[str, ...]
    """Columns that tell the rows apart; none where no columns do, and rows are compared whole."""
    revised: tuple[Cell, ...] = ()
    """Numbers that have another value, or none any more, in a row that stays."""
    filled: tuple[Cell, ...] = ()
    """Numbers where there was none, in a row that was there."""
    reworded: tuple[Cell, ...] = ()
    """Words that are others, in a row that stays."""
    new: tuple[tuple[Cell, ...], ...] = ()
    """Rows that only the later table has: their numbers."""
    withdrawn: tuple[tuple[Cell, ...], ...] = ()
    """Rows that only the earlier table has: their numbers."""

    def __bool__(self) -> bool:
        return any((self.revised, self.filled, self.reworded, self.new, self.withdrawn))


def read_csv(text: str) -> Table:
    """Read a published table.

    Parameters
    ----------
    text
        CSV with a header, with or without a byte-order mark; nothing at all is a table without columns.
    """
    columns, *rows = [tuple(row) for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))] or [()]
    return Table(columns=columns, rows=tuple(rows))


def compare(before: Table, after: Table, *, key: Sequence[str] = (), tolerance: float = 0.0) -> TableChange:
    """Compare two editions of a table, on the columns that both have.

    Parameters
    ----------
    before, after
        The tables.
    key
        Columns that tell the rows apart; found where it is not said, or not in both tables.
    tolerance
        Relative difference up to which two numbers count as the same: above zero for what is computed.

    Returns
    -------
    TableChange
        Cells and rows in the order of the tables.
    """
    shared = tuple(name for name in after.columns if name in before.columns)
    old, new = _only(before, shared), _only(after, shared)
    if not key or not set(key) <= set(shared):
        key = _key(shared, old, new)
    same = set(old) & set(new)  # most rows: nothing more is to be done with them
    named = [shared.index(name) for name in key] or range(len(shared))
    was = {tuple(row[at] for at in named): row for row in old if row not in same}
    found: dict[str, list] = {name: [] for name in ("revised", "filled", "reworded", "new")}
    for row in new:
        if row in same:
            continue
        at = tuple(row[place] for place in named)
        held = was.pop(at, None)
        if held is None:
            found["new"].append(_numbers(at, shared, row, named, after=True))
            continue
        for name, one, other in zip(shared, held, row, strict=True):
            if one != other and (kind := _kind(one, other, tolerance)):
                found[kind].append(Cell(row=at, column=name, before=one, after=other))
    return TableChange(
        key=tuple(key),
        **{name: tuple(cells) for name, cells in found.items()},
        withdrawn=tuple(_numbers(at, shared, row, named, after=False) for at, row in was.items()),
    )


def _only(table: Table, columns: Sequence[str]) -> list[Key]:
    if table.columns == tuple(columns):
        return list(table.rows)
    places = [table.columns.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in table.rows]


def _key(columns: Sequence[str], *tables: Sequence[Key]) -> tuple[str, ...]:
    """The first few columns that tell rows apart in both tables; words and dates come before numbers."""
    worded = [
        place
        for place in range(len(columns))
        if any(number(row[place]) is None and row[place] for rows in tables for row in rows)
    ]
    tried = [*worded, *(place for place in range(len(columns)) if place not in worded)]
    chosen: list[int] = []
    while tried and not _tells_apart(chosen, tables):
        chosen.append(tried.pop(0))
    if not _tells_apart(chosen, tables):
        return ()
    for place in list(chosen):
        fewer = [other for other in chosen if other != place]
        if fewer and _tells_apart(fewer, tables):
            chosen = fewer
    return tuple(columns[place] for place in chosen)


def _tells_apart(places: Sequence[int], tables: Sequence[Sequence[Key]]) -> bool:
    return bool(places) and all(
        len({tuple(row[place] for place in places) for row in rows}) == len(rows) for rows in tables
    )


def _numbers(
    at: Key, columns: Sequence[str], row: Key, named: Sequence[int], *, after: bool
) -> tuple[Cell, ...]:
    """The numbers of a row that has no other to be compared with."""
    return tuple(
        Cell(row=at, column=name, before="" if after else cell, after=cell if after else "")
        for place, (name, cell) in enumerate(zip(columns, row, strict=True))
        if (place not in named or len(named) == len(columns)) and number(cell) is not None
    )


def _kind(before: str, after: str, tolerance: float) -> str:
    """How a cell that is written otherwise changed; empty where it did not."""
    one, other = number(before), number(after)
    if one is None and other is None:
        return "reworded"
    if one is None:
        return "filled" if not before else "reworded"
    if other is None:
        return "revised" if not after else "reworded"
    return "" if math.isclose(one, other, rel_tol=tolerance) else "revised"


def number(cell: str) -> float | None:
    """The number in a cell; None where there is none."""
    try:
        found = float(cell)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
