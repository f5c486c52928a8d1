"""The archive of editions: every past state of a held table, read back from what changed since.

Beside the tables of a layer, ``revisions/ID.csv`` lists every cell that an edition changed,
filled or withdrew, older lines packed in ``ID.csv.xz``; ``editions/ID.csv`` has a line an edition.
A past state is the held table with all later changes undone. Where every edition estimates
everything anew, editions themselves are kept, packed: the newest :data:`KEPT_NEWEST`, and the last
of each year.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import lzma
from pathlib import Path

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import period_end, read_period
from foreign_demand.exceptions import StoreError

EDITION = ["since", "period", "rows", "digest", "note"]
"""Columns of the list of editions: day of the edition, its newest period, rows held with it,
the fingerprint of what the publisher served, and what a person did."""
KEPT_NEWEST = 12
"""Editions of a re-estimated publication that are kept besides the last of each year."""
ACCEPTED, TAKEN_BACK, DISPUTED = "accepted", "taken back", "disputed"
"""How a note begins: what a person did, and what witnesses did."""


def digest(content: str | bytes) -> str:
    """Fingerprint of a table as it is written, or of what was served."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()[:16]


def read_lines(text: str, columns: list[str]) -> pd.DataFrame:
    """Lines of a log as text, whatever is in it: what is torn or of another kind is passed over.

    Returns
    -------
    pandas.DataFrame
        Those columns, strings; empty if the log has not all of them.
    """
    try:
        lines = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, on_bad_lines="skip")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        lines = pd.DataFrame()
    if not set(columns) <= set(lines):
        return pd.DataFrame(columns=columns, dtype=str)
    return lines[columns].fillna("")


def packed_log(file: Path) -> Path:
    """Where the older lines of a log are, packed."""
    return file.with_suffix(".csv.xz")


def read_log(file: Path) -> str:
    """A log from its first line, with what was packed of it; empty where there is none."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    packed = packed_log(file)
    try:
        older = lzma.decompress(packed.read_bytes()).decode(errors="replace") if packed.exists() else ""
    except lzma.LZMAError:
        older = ""  # damaged: what is logged since is read
    return older + text.partition("\n")[2] if older else text


def as_it_was(
    table: pd.DataFrame, lines: pd.DataFrame, editions: pd.DataFrame, dataset: Dataset, as_of: dt.date
) -> pd.DataFrame:
    """A table as it was held on a day.

    Parameters
    ----------
    table
        As it is held.
    lines
        Every change since: the key columns, ``column``, ``old``, ``new_vintage``, as text and in
        the order in which they were made.
    editions
        As :data:`EDITION`, as text.
    as_of
        The day; changes of editions after it are undone.

    Returns
    -------
    pandas.DataFrame
        Columns of ``table``, any order of rows.

    Raises
    ------
    StoreError
        If no edition of that day or before is known.
    """
    known = editions[editions["since"] <= as_of.isoformat()]
    if known.empty:
        raise StoreError(
            f"{dataset.id}: no edition of {as_of} or before is known; the first is "
            f"of {editions['since'].min() if len(editions) else 'today'}."
        )
    key = list(dataset.key)
    period = dataset.period.name
    later = lines[lines["new_vintage"] > as_of.isoformat()].sort_values("new_vintage", kind="stable")
    first = later.drop_duplicates([*key, "column"])  # what a cell was before the first change since
    past = table.set_index(key).astype(object)
    if len(first):
        undone = first.assign(**{name: _typed(first[name], name, dataset) for name in key}).set_index(key)
        past = past.drop(index=undone.index[undone["column"] == ""], errors="ignore")
        for column, cells in undone[undone["column"] != ""].groupby("column"):
            values = _typed(cells["old"], column, dataset)
            past = past.reindex(past.index.union(values.index))
            past.loc[values.index, column] = values
    past = past.reset_index()
    newest = pd.Timestamp(period_end(known["period"].iloc[-1], dataset.period.type))
    return past[past[period] <= newest]


def _typed(cells: pd.Series, name: str, dataset: Dataset) -> pd.Series:
    column = next(c for c in dataset.columns if c.name == name)
    if column.type in ("number", "integer"):
        numbers = pd.to_numeric(cells.where(cells != ""), errors="coerce")
        return numbers.astype("int64") if column.type == "integer" and numbers.notna().all() else numbers
    if column.type == "boolean":
        return cells == "True"
    if column.type == "string":
        return cells
    return read_period(cells, column)


# --- whole editions ----------------------------------------------------------


def keep_edition(folder: Path, vintage: str, text: str) -> None:
    """Keep one edition of a re-estimated publication, and let go of those no longer needed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{vintage}.csv.xz").write_bytes(lzma.compress(text.encode(), preset=6))
    days = sorted(file.name.removesuffix(".csv.xz") for file in folder.glob("*.csv.xz"))
    last_of_year = {day[:4]: day for day in days}
    for day in days[:-KEPT_NEWEST]:
        if day not in last_of_year.values():
            (folder / f"{day}.csv.xz").unlink()


def kept_edition(folder: Path, as_of: dt.date) -> str | None:
    """The newest whole edition of a day or before, None if there is none."""
    files = [file for file in folder.glob("*.csv.xz") if file.name[:10] <= as_of.isoformat()]
    return lzma.decompress(max(files).read_bytes()).decode() if files else None


def reverted_share(table: pd.DataFrame, lines: pd.DataFrame, dataset: Dataset, vintage: str) -> float:
    """Of the numbers that the edition of a day revised, the share that a table has as before it.

    Returns
    -------
    float
        0 where that edition revised nothing.
    """
    numbers = [column.name for column in dataset.numbers]
    cells = lines[(lines["new_vintage"] == vintage) & lines["column"].isin(numbers) & (lines["old"] != "")]
    if cells.empty:
        return 0.0
    key = list(dataset.key)
    cells = cells.assign(**{name: _typed(cells[name], name, dataset) for name in key})
    long = table.set_index(key)[numbers].stack().rename("value").rename_axis([*key, "column"]).reset_index()
    both = cells.merge(long, on=[*key, "column"], how="left")
    return float(np.isclose(both["value"].astype(float), pd.to_numeric(both["old"], errors="coerce")).mean())
