"""Two editions of a table against each other: what was revised, what is new, what was withdrawn.

A number under the same key with another value is revised; under a key that only the later table has,
it is new. The two are never taken for each other.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter

Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of a row; ``before`` or ``after`` is empty where there is none."""

    row: Key
    named: Key
    """The row as readers know it: with the name of a country in place of its code."""
    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as its CSV has it: most rows of two editions are the same, and are never taken apart."""

    columns: tuple[str, ...]
    lines: tuple[str, ...]

    def rows(self, lines: Iterable[str] | None = None) -> list[Key]:
        """Cells of some of its lines, or of all."""
        return [tuple(row) for row in csv.reader(self.lines if lines is None else lines)]


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
    lines = text.removeprefix("\ufeff").split("\n")
    if '"' in text:  # a cell may be of several lines
        parts, lines = lines, []
        for part in parts:
            if lines and lines[-1].count('"') % 2:
                lines[-1] += f"\n{part}"
            else:
                lines.append(part)
    head, *lines = [line for line in lines if line] or [""]
    return Table(columns=tuple(next(csv.reader([head]))) if head else (), lines=tuple(lines))


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
    if not key or not set(key) <= set(shared):
        key = _key(shared, _only(before, shared), _only(after, shared))
    same = set(before.lines) & set(after.lines) if before.columns == after.columns else set()
    old, new = _only(before, shared, same), _only(after, shared, same)
    named = [shared.index(name) for name in key] or range(len(shared))
    names = [shared.index(_name(shared[place], shared)) for place in named]
    was = {tuple(row[at] for at in named): row for row in old}
    found: dict[str, list] = {name: [] for name in ("revised", "filled", "reworded", "new")}

    def cells(held: Key, row: Key, columns: Iterable[int]) -> Iterator[Cell]:
        given = row or held
        place = {"row": tuple(given[at] for at in named), "named": tuple(given[at] for at in names)}
        for at in columns:
            if (one := held[at] if held else "") != (other := row[at] if row else ""):
                yield Cell(**place, column=shared[at], before=one, after=other)

    values = [at for at in range(len(shared)) if at not in named or not key]
    for row in new:
        held = was.pop(tuple(row[place] for place in named), None)
        if held is None:
            found["new"].append(
                tuple(cell for cell in cells((), row, values) if number(cell.after) is not None)
            )
            continue
        for cell in cells(held, row, values):
            if kind := _kind(cell.before, cell.after, tolerance):
                found[kind].append(cell)
    withdrawn = (cells(row, (), values) for row in was.values())
    return TableChange(
        key=tuple(key),
        **{name: tuple(cells) for name, cells in found.items()},
        withdrawn=tuple(tuple(c for c in row if number(c.before) is not None) for row in withdrawn),
    )


def _name(column: str, columns: Sequence[str]) -> str:
    """The column that names what another has the code of, where there is one."""
    name = column.removesuffix("_code")
    return name if name in columns else column


def _only(table: Table, columns: Sequence[str], but: AbstractSet[str] = frozenset()) -> list[Key]:
    """Some columns of a table, without some of its lines."""
    rows = table.rows([line for line in table.lines if line not in but])
    if table.columns == tuple(columns):
        return rows
    places = [table.columns.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in rows]


def _key(columns: Sequence[str], *tables: Sequence[Key]) -> tuple[str, ...]:
    """The first few columns that tell rows apart in both tables; words and dates come before numbers."""
    worded = [place for place in range(len(columns)) if not all(_counts(rows, place) for rows in tables)]
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


def _counts(rows: Sequence[Key], place: int) -> bool:
    """Whether a column is of numbers, by the first that it has."""
    return number(next((row[place] for row in rows if row[place]), "0")) is not None


def _tells_apart(places: Sequence[int], tables: Sequence[Sequence[Key]]) -> bool:
    return bool(places) and all(len(set(map(itemgetter(*places), rows))) == len(rows) for rows in tables)


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
