"""The data store: tables as files, merging, reading.

A table is held as one CSV file whose first lines, each starting with ``# ``,
are its :class:`~foreign_demand.catalog.Origin` in YAML, so that a table and the
word on where it came from are replaced together, by one rename.

Two places hold tables. ``data/snapshot/`` is the embedded vintage, part of the
project. ``.cache/data/`` holds what refreshes brought since, outside git; there
``refresh.json`` says how the last refresh went. Reading takes the cached table
when the last refresh reached the network, and the embedded one otherwise.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml

from foreign_demand.catalog import ROOT, Catalog, Column, Dataset, Origin, period_end, read_catalog
from foreign_demand.exceptions import StoreError

__all__ = [
    "PANDAS_TYPES",
    "Changes",
    "Mode",
    "Outcome",
    "Store",
    "age_days",
    "cache_directory",
    "conform",
    "default_store",
    "merge_tables",
    "newest_period",
    "overdue",
    "read_origin",
    "read_outcome",
    "read_table",
    "table_csv",
    "write_period",
    "written",
]

Mode = Literal["live", "offline", "no network"]


# --- tables as files ---------------------------------------------------------


def write_period(values: pd.Series, column: Column) -> pd.Series:
    """Write period ends the way the column is written: 2025-04, 2025-Q2, 2025.

    Parameters
    ----------
    values
        ``datetime64``, the last day of each period.
    column
        The catalog's description of the period column.

    Returns
    -------
    pandas.Series
        Strings, same index; missing stays missing.
    """
    if column.type == "quarter":
        quarters = values.dt.to_period("Q")
        return quarters.dt.year.astype(str) + "-Q" + quarters.dt.quarter.astype(str)
    return values.dt.strftime({"date": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[column.type])


def _read_period(values: pd.Series, column: Column) -> pd.Series:
    if column.type == "date":
        return pd.to_datetime(values, format="%Y-%m-%d").astype("datetime64[us]")
    freq = {"month": "M", "quarter": "Q", "year": "Y"}[column.type]
    periods = pd.PeriodIndex(values.astype(str).str.replace("-Q", "Q"), freq=freq)
    return pd.Series(periods.end_time.normalize(), index=values.index).astype("datetime64[us]")


PANDAS_TYPES = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


def conform(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Give a table the columns, dtypes and row order the catalog says."""
    table = table[[c.name for c in dataset.columns]]
    types = {c.name: PANDAS_TYPES.get(c.type, "datetime64[us]") for c in dataset.columns}
    return table.astype(types).sort_values(list(dataset.key), ignore_index=True)


def table_csv(table: pd.DataFrame, dataset: Dataset) -> str:
    """Write a table as CSV, periods as the catalog says, without word on its origin."""
    periods = {c.name: write_period(table[c.name], c) for c in dataset.columns if c.type not in PANDAS_TYPES}
    return table.assign(**periods).to_csv(index=False, lineterminator="\n")


def _dump(table: pd.DataFrame, origin: Origin, dataset: Dataset) -> str:
    header = yaml.safe_dump(origin.to_dict(), sort_keys=False, allow_unicode=True, width=1000)
    return "".join(f"# {line}\n" for line in header.splitlines()) + table_csv(table, dataset)


def _load(path: Path, dataset: Dataset) -> tuple[pd.DataFrame, Origin]:
    text = path.read_text(encoding="utf-8")
    header = []
    body = text
    while body.startswith("# "):
        line, _, body = body.partition("\n")
        header.append(line[2:])
    try:
        origin = Origin.from_dict(yaml.safe_load("\n".join(header)))
        strings = {c.name: "str" for c in dataset.columns if c.type not in ("number", "integer", "boolean")}
        table = pd.read_csv(io.StringIO(body), dtype=strings, keep_default_na=False, na_values=[""])
        for column in dataset.columns:
            if column.type not in PANDAS_TYPES:
                table[column.name] = _read_period(table[column.name], column)
            elif column.type == "string":
                table[column.name] = table[column.name].fillna("")
        return conform(table, dataset), origin
    except (ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        raise StoreError(
            f"{dataset.id}: {path} cannot be read back ({error}). "
            "Restore it with `git checkout data/snapshot`, or delete the cache with `make clean`."
        ) from error


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def age_days(newest: dt.date, as_at: dt.date) -> int:
    """Days since the newest reference period ended, never negative."""
    return max((as_at - newest).days, 0)


def overdue(dataset: Dataset, origin: Origin, *, today: dt.date | None = None) -> bool:
    """Whether newer data than the held table's should be out by the release rule."""
    newest = period_end(origin.reference_period, dataset.period.type)
    return not dataset.ended and age_days(newest, today or dt.date.today()) > dataset.fresh_days


def newest_period(table: pd.DataFrame, dataset: Dataset) -> dt.date:
    """Last day of the newest reference period in a table."""
    return table[dataset.period.name].max().date()


def written(day: dt.date, dataset: Dataset) -> str:
    """One period end, as its column is written."""
    return write_period(pd.Series([pd.Timestamp(day)]), dataset.period).iloc[0]


# --- merge -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a merge did."""

    new_rows: int
    """Rows whose key was not held before."""
    revised: pd.DataFrame
    """One row a changed cell: the key columns, ``column``, ``old``, ``new``."""


def merge_tables(held: pd.DataFrame, new: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, Changes]:
    """Merge a checked table into the held one: nothing held is lost.

    New rows are added, changed cells take the new value and are listed, rows and
    cells the publisher no longer serves stay. In a dataset whose rows of one
    period add up among themselves (``whole_periods``), a period that is served
    again replaces the held one whole.

    Returns
    -------
    tuple of pandas.DataFrame and Changes
        The merged table, in catalog order, and what changed.
    """
    key = list(dataset.key)
    old, fresh = held.set_index(key), new.set_index(key)
    values = list(fresh.columns)
    common = old.index.intersection(fresh.index)
    before, after = old.loc[common], fresh.loc[common]
    revised = []
    for column in values:
        changed = after[column].notna() & before[column].notna() & (after[column] != before[column])
        revised.append(
            pd.DataFrame(
                {"column": column, "old": before[column][changed], "new": after[column][changed]}
            ).reset_index()
        )
    kept = old.loc[old.index.difference(fresh.index)]
    if dataset.whole_periods:
        served = kept.index.get_level_values(dataset.period.name).isin(new[dataset.period.name])
        gone = kept[served].stack().rename("old").rename_axis([*key, "column"]).reset_index()
        revised.append(gone.assign(new=np.nan))
        kept = kept[~served]
    merged = fresh.copy()
    for column in values:
        held_cells = before[column][after[column].isna() & before[column].notna()]
        merged.loc[held_cells.index, column] = held_cells
    merged = conform(pd.concat([kept, merged]).reset_index(), dataset)
    listed = [r.astype({"old": object, "new": object}) for r in revised if len(r)]
    columns = [*key, "column", "old", "new"]
    table = pd.concat(listed, ignore_index=True)[columns] if listed else pd.DataFrame(columns=columns)
    return merged, Changes(new_rows=len(fresh.index.difference(old.index)), revised=table)


# --- the store ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the refresh of one dataset went."""

    id: str
    status: Literal["live", "snapshot", "failed"]
    new_rows: int = 0
    revised_cells: int = 0
    error: str = ""
    seconds: float = 0.0


def cache_directory() -> Path:
    """Where refreshes write: what a mirror serves never mixes with the real thing."""
    return ROOT / ".cache" / ("mirror" if os.environ.get("BOOK_MIRROR") else "data")


class Store:
    """Held tables: the embedded snapshot, and what refreshes brought since.

    Parameters
    ----------
    snapshot, cache
        Directories of the two layers. Either may be empty; a new project starts
        with both empty.
    catalog
        What the tables are.
    """

    def __init__(
        self,
        *,
        snapshot: Path = ROOT / "data" / "snapshot",
        cache: Path | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.cache = cache or cache_directory()
        self.catalog = catalog if catalog is not None else read_catalog()
        self._loaded: dict[Path, tuple[int, pd.DataFrame, Origin]] = {}

    def path(self, id: str) -> Path:
        """File that :meth:`read` takes a dataset from.

        Raises
        ------
        StoreError
            If no layer holds it.
        """
        name = f"{self.catalog[id].id}.csv"
        layers = [self.snapshot] if self.mode() != "live" else [self.cache, self.snapshot]
        for layer in layers:
            if (layer / name).exists():
                return layer / name
        raise StoreError(
            f"{id}: no table held in {self.snapshot}. Run `make refresh` where there is a network."
        )

    def _load(self, id: str) -> tuple[pd.DataFrame, Origin]:
        path = self.path(id)
        stamp = path.stat().st_mtime_ns
        if self._loaded.get(path, (None,))[0] != stamp:
            self._loaded[path] = (stamp, *_load(path, self.catalog[id]))
        return self._loaded[path][1:]

    def read(self, id: str) -> pd.DataFrame:
        """Held table of a dataset: columns as in the catalog, sorted by key."""
        return self._load(id)[0].copy()

    def origin(self, id: str) -> Origin:
        """Where the held table came from."""
        return self._load(id)[1]

    def holds(self, id: str) -> bool:
        """Whether any layer in use has the table."""
        try:
            return self.path(id).exists()
        except StoreError:
            return False

    def mode(self) -> Mode:
        """How the last refresh went; ``offline`` when there was none or OFFLINE=1."""
        if os.environ.get("OFFLINE") == "1":
            return "offline"
        return self.report().get("mode", "offline")

    def report(self) -> dict:
        """The last refresh: ``mode``, ``at`` and, per dataset, its :class:`Outcome`."""
        path = self.cache / "refresh.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def outcome(self, id: str) -> Outcome:
        """How the last refresh of one dataset went."""
        if self.mode() == "live" and id in self.report().get("outcomes", {}):
            return Outcome(**self.report()["outcomes"][id])
        return Outcome(id=id, status="snapshot")

    def write_report(self, mode: Mode, outcomes: Iterable[Outcome] = ()) -> None:
        """Record how a refresh went; what :meth:`mode` and the site read."""
        report = {
            "mode": mode,
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "outcomes": {o.id: dataclasses.asdict(o) for o in outcomes},
        }
        _write_atomically(self.cache / "refresh.json", json.dumps(report, indent=1) + "\n")

    def held(self, id: str, *, into: Path) -> tuple[pd.DataFrame, Origin] | None:
        """What a refresh into ``into`` builds on: the newer of the layers it may see."""
        layers = {into, self.snapshot}
        tables = [
            _load(layer / f"{id}.csv", self.catalog[id]) for layer in layers if (layer / f"{id}.csv").exists()
        ]
        return max(tables, key=lambda held: held[1].retrieved_at, default=None)

    def write(
        self, id: str, table: pd.DataFrame, origin: Origin, changes: Changes | None = None, *, into: Path
    ) -> None:
        """Replace one held table, and log revised cells first.

        The log is written before the table, so a kill in between leaves a log
        that is repeated, never one that lacks a change.
        """
        dataset = self.catalog[id]
        if changes is not None and len(changes.revised):
            log = into.parent / "revisions" / f"{id}.csv"
            rows = changes.revised.assign(seen=origin.retrieved_at[:10], vintage=origin.vintage)
            rows[dataset.period.name] = write_period(rows[dataset.period.name], dataset.period)
            if log.exists():
                rows = pd.concat([pd.read_csv(log, dtype=str), rows.astype(str)]).drop_duplicates()
            _write_atomically(log, rows.to_csv(index=False, lineterminator="\n"))
        _write_atomically(into / f"{id}.csv", _dump(conform(table, dataset), origin, dataset))


@cache
def default_store() -> Store:
    """The store of this project, as chapters and the site read it."""
    return Store()


def read_table(id: str) -> pd.DataFrame:
    """Read a held table by its catalog id.

    Returns
    -------
    pandas.DataFrame
        Columns and units as in ``data/catalog.yml``; periods are the last day of
        each period; sorted by key; no network.

    Raises
    ------
    CatalogError
        If there is no such dataset.
    StoreError
        If no table is held for it.
    """
    return default_store().read(id)


def read_origin(id: str) -> Origin:
    """Read where a held table came from, and its vintage."""
    return default_store().origin(id)


def read_outcome(id: str) -> Outcome:
    """Read how the last refresh of a dataset went."""
    return default_store().outcome(id)
