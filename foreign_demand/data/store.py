"""The data store: tables as files, merging, reading.

A table is held as one CSV file whose first lines, each starting with ``# ``,
are its :class:`~foreign_demand.data.catalog.Origin` in YAML, so that a table and the
word on where it came from are replaced together, by one rename.

Two places hold tables. ``data/snapshot/`` is the embedded vintage, part of the
project. ``.cache/data/`` holds what refreshes brought since, outside git; there
``refresh.json`` says how the last refresh went. Reading takes the table retrieved
last when the last refresh reached the network, and the embedded one otherwise.

Beside each place a folder ``revisions/`` lists every cell a publisher changed.
One refresh at a time writes to a place; whatever a killed one left half written
is swept away by the next.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
import json
import logging
import lzma
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TextIO

import filelock
import numpy as np
import pandas as pd
import yaml

from foreign_demand.data.archive import (
    EDITION,
    as_it_was,
    keep_edition,
    kept_edition,
    packed_log,
    read_lines,
    read_log,
)
from foreign_demand.data.catalog import ROOT, Catalog, Dataset, Origin, read_catalog
from foreign_demand.data.periods import read_period, write_period
from foreign_demand.data.reads import READS, Read
from foreign_demand.data.settings import switch
from foreign_demand.exceptions import StoreError

Mode = Literal["live", "offline", "no network"]

WAIT_FOR_OTHERS = 600.0
"""Seconds a refresh waits for another one of the same layer to end."""
LOG_BYTES = 1_000_000
"""A log of changes that would grow longer is packed, to about a tenth, and begun anew."""


# --- tables as files ---------------------------------------------------------


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


@contextmanager
def _reading(path: Path) -> Iterator[tuple[TextIO, Origin]]:
    """A held file, open at its table, and the origin above it.

    Raises
    ------
    StoreError
        If one or the other is not what was written.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header = list(itertools.takewhile(lambda line: line.startswith("# "), file))
            origin = Origin.from_dict(yaml.load("".join(line[2:] for line in header), yaml.CSafeLoader))
            file.seek(0)
            for _ in header:
                file.readline()
            yield file, origin
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise StoreError(
            f"{path.stem}: {path} cannot be read back ({error}). "
            "Restore it with `git checkout data/snapshot`, or delete the cache with `make clean`."
        ) from error


def _load(path: Path, dataset: Dataset) -> tuple[pd.DataFrame, Origin]:
    with _reading(path) as (file, origin):
        table = _parse_table(file, dataset)
        if origin.rows and int(origin.rows) != len(table):
            raise ValueError(f"{len(table):,} rows where {int(origin.rows):,} were written")
        return table, origin


def _parse_table(file: TextIO, dataset: Dataset) -> pd.DataFrame:
    strings = {c.name: "str" for c in dataset.columns if c.type not in ("number", "integer", "boolean")}
    table = pd.read_csv(file, dtype=strings, keep_default_na=False, na_values=[""])
    for column in dataset.columns:
        if column.type not in PANDAS_TYPES:
            table[column.name] = read_period(table[column.name], column)
        elif column.type == "string":
            table[column.name] = table[column.name].fillna("")
    return conform(table, dataset)


@cache
def _origin_at(path: Path, stamp: int) -> Origin:
    """The origin above a held table; ``stamp`` is the file's time of change."""
    with _reading(path) as (_, origin):
        return origin


def _write_atomically(path: Path, content: str | bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error}); what was there before stays.") from error


# --- merge -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an edition did to the held table."""

    new_rows: int
    """Rows whose key was not held before."""
    revised: pd.DataFrame
    """One row a cell that had a value: the key columns, ``column``, ``old``, ``new``."""
    filled: pd.DataFrame
    """So for cells that had none, and for whole rows of periods held already, whose
    ``column`` is empty: what else it takes to read back the table as it was."""


def merge_tables(held: pd.DataFrame, new: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, Changes]:
    """Put a checked edition in the place of the held table, from the edition's first period on.

    An edition is a whole: what it no longer has within its span is withdrawn, and listed as
    changed to missing. Rows of periods before it, which a rolling publication no longer
    serves, stay.

    Returns
    -------
    tuple of pandas.DataFrame and Changes
        The merged table, in catalog order, and what changed.
    """
    key, period = list(dataset.key), dataset.period.name
    old, fresh = held.set_index(key), new.set_index(key)
    common = old.index.intersection(fresh.index)
    before, after = old.loc[common], fresh.loc[common]
    cells = []
    for column in fresh.columns:
        changed = (after[column] != before[column]) & ~(after[column].isna() & before[column].isna())
        cells.append(
            pd.DataFrame({"column": column, "old": before[column][changed], "new": after[column][changed]})
        )
    kept = old[(old.index.get_level_values(period) < new[period].min())]
    gone = old.loc[old.index.difference(fresh.index).difference(kept.index)]
    cells.append(withdrawn_rows(gone.reset_index(), dataset).set_index(key))
    added = fresh.index.difference(old.index)
    late = added[added.get_level_values(period) <= held[period].max()]
    listed = pd.concat([part.astype({"old": object, "new": object}) for part in cells]).reset_index(names=key)
    rows = pd.DataFrame({"column": "", "old": None, "new": None}, index=late).reset_index(names=key)
    given = listed["old"].notna()
    columns = [*key, "column", "old", "new"]
    merged = conform(pd.concat([kept, fresh]).reset_index(names=key), dataset)
    return merged, Changes(
        new_rows=len(added),
        revised=listed.loc[given, columns].reset_index(drop=True),
        filled=joined_lines(listed.loc[~given, columns], rows[columns]),
    )


def joined_lines(*parts: pd.DataFrame) -> pd.DataFrame:
    """Lines of the log put together; what is empty has no types to go by."""
    given = [part.astype({"old": object, "new": object}) for part in parts if len(part)]
    return pd.concat(given, ignore_index=True) if given else parts[0]


def withdrawn_rows(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Lines of the log for rows that are taken back: each cell that had a value becomes missing."""
    cells = rows.set_index(list(dataset.key))
    parts = [
        pd.DataFrame({"column": name, "old": cells[name].dropna().astype(object), "new": np.nan})
        for name in cells.columns
    ]
    return pd.concat(parts).reset_index(names=list(dataset.key))


# --- the store ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the refresh of one dataset went."""

    id: str
    status: Literal["live", "snapshot", "failed"]
    new_rows: int = 0
    revised_cells: int = 0
    largest_revision_pct: float = 0.0
    """The largest revised cell, in percent of the column's largest held value."""
    previous_period: str = ""
    """Newest period held before; empty when nothing was."""
    reference_period: str = ""
    """Newest period held now."""
    note: str = ""
    """What went otherwise than it should, where that did no harm."""
    error: str = ""
    fault: str = ""
    """What kind of fault it was, in a word or two; empty when all went well."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What the list of editions says of one."""

    digest: str = ""
    """Fingerprint of what the publisher served."""
    note: str = ""
    """What a person did: who accepted an edition and why, or took one back; or that it was disputed."""
    since: str = ""
    """First day on which it is held; the day of the edition by default."""


def cache_directory() -> Path:
    """Where refreshes write: what a mirror serves never mixes with the real thing."""
    cache = ROOT / ".cache"
    return (cache / "mirror" if os.environ.get("BOOK_MIRROR") else cache) / "data"


def revisions_directory(layer: Path) -> Path:
    """Where the revisions of the tables of a layer are listed: one file a dataset."""
    return layer.parent / "revisions"


def editions_directory(layer: Path) -> Path:
    """Where the editions of the tables of a layer are listed or kept."""
    return layer.parent / "editions"


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

    def _newest(self, id: str, *layers: Path) -> Path | None:
        """Of the files that layers have of a dataset, the one retrieved last."""
        files = [layer / f"{self.catalog[id].id}.csv" for layer in dict.fromkeys(layers)]
        files = [file for file in files if file.exists()]
        if len(files) < 2:
            return files[0] if files else None
        now = dt.datetime.now(dt.UTC).isoformat()  # what a wrong clock stamped as later is not newer

        def retrieved(file: Path) -> tuple[bool, str]:
            stamp = _origin_at(file, file.stat().st_mtime_ns).retrieved_at
            return stamp <= now, stamp

        return max(files, key=retrieved)

    def _in_use(self, id: str) -> Path | None:
        """The file that is read: after a refresh the newest of both layers, else the embedded one."""
        return self._newest(id, *([self.cache] if self.mode() == "live" else []), self.snapshot)

    def path(self, id: str) -> Path:
        """File that :meth:`read` takes a dataset from.

        Raises
        ------
        StoreError
            If no layer holds it.
        """
        if path := self._in_use(id):
            return path
        raise StoreError(
            f"{id}: no table held in {self.snapshot}. Run `make refresh` where there is a network, or "
            f"`python -m foreign_demand refresh --only {id}` where the book was installed as a package."
        )

    def _load(self, id: str) -> tuple[pd.DataFrame, Origin]:
        path = self.path(id)
        stamp = path.stat().st_mtime_ns
        if self._loaded.get(path, (None,))[0] != stamp:
            self._loaded[path] = (stamp, *_load(path, self.catalog[id]))
        return self._loaded[path][1:]

    def read(self, id: str) -> pd.DataFrame:
        """Held table of a dataset: columns as in the catalog, sorted by key."""
        READS.append(Read("table", id))
        return self._load(id)[0].copy()

    def origin(self, id: str) -> Origin:
        """Where the held table came from."""
        READS.append(Read("origin", id))
        path = self.path(id)
        return _origin_at(path, path.stat().st_mtime_ns)

    def csv(self, id: str) -> str:
        """Held table of a dataset as its file has it, below the origin."""
        with self.path(id).open(encoding="utf-8", newline="") as file:
            return "".join(itertools.dropwhile(lambda line: line.startswith("# "), file))

    def holds(self, id: str) -> bool:
        """Whether any layer in use has the table."""
        READS.append(Read("holds", id))
        return self._in_use(id) is not None

    def mode(self) -> Mode:
        """How the last refresh went; ``offline`` when there was none or OFFLINE=1."""
        if switch("OFFLINE"):
            return "offline"
        return self._report().get("mode", "offline")

    def report(self) -> dict:
        """The last refresh: ``mode``, ``at`` and, per dataset, its :class:`Outcome`."""
        READS.append(Read("report"))
        return self._report()

    def _report(self) -> dict:
        path = self.cache / "refresh.json"
        if not path.exists():
            return {}
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
            return report | {"outcomes": {id: Outcome(**o) for id, o in report["outcomes"].items()}}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StoreError(
                f"{path} is not what this version writes ({error}). Delete it with `make clean`."
            ) from error

    def outcome(self, id: str) -> Outcome:
        """How the last refresh of one dataset went."""
        READS.append(Read("outcome", id))
        outcomes = self._report()["outcomes"] if self.mode() == "live" else {}
        return outcomes.get(id, Outcome(id=id, status="snapshot"))

    def write_report(self, mode: Mode, outcomes: Iterable[Outcome] = ()) -> None:
        """Record how a refresh went; what :meth:`mode` and the site read.

        A refresh of a few datasets leaves what is known of the others.
        """
        with self.writing(self.cache):
            before = self._report()
            known = before["outcomes"] if mode == before.get("mode") == "live" else {}
            report = {
                "mode": mode,
                "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "outcomes": known | {outcome.id: outcome for outcome in outcomes},
            }
            text = json.dumps(report, indent=1, default=dataclasses.asdict)
            _write_atomically(self.cache / "refresh.json", text + "\n")

    def held(self, id: str, *, into: Path) -> tuple[pd.DataFrame, Origin] | None:
        """What a refresh into ``into`` builds on: the newer of the layers it may see."""
        path = self._newest(id, into, self.snapshot)
        return _load(path, self.catalog[id]) if path else None

    @contextmanager
    def writing(self, into: Path) -> Iterator[None]:
        """Have a layer to oneself; wait for another refresh to end, and sweep up after a killed one.

        Raises
        ------
        StoreError
            If another refresh has not ended within :data:`WAIT_FOR_OTHERS` seconds, or nothing can
            be written there.
        """
        file = self.cache.parent / f".{into.name}.lock"
        lock = filelock.FileLock(file, timeout=WAIT_FOR_OTHERS)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                logging.getLogger(__name__).warning(
                    "Another refresh is writing to %s; waiting for it to end, at most %.0f seconds.",
                    into,
                    WAIT_FOR_OTHERS,
                )
                lock.acquire()
        except filelock.Timeout:
            raise StoreError(
                f"Another refresh has been writing to {into} for {WAIT_FOR_OTHERS:.0f} seconds. "
                "Let it end, or stop it, and refresh again."
            ) from None
        except OSError as error:
            raise StoreError(
                f"{file.parent} cannot be written to ({error}), so nothing is refreshed. Copy the project to "
                "a folder of your own and run it there."
            ) from None
        try:
            for folder in (into, revisions_directory(into), editions_directory(into)):
                for left in folder.glob(".*.tmp"):
                    left.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def write(
        self,
        id: str,
        table: pd.DataFrame,
        origin: Origin,
        revised: pd.DataFrame | None = None,
        *,
        into: Path,
        edition: Edition | None = None,
    ) -> None:
        """Replace one held table, and log changed cells first.

        The log is written before the table, so a kill in between leaves a change
        listed that the next refresh makes, never one that is not listed.

        Parameters
        ----------
        revised
            The key columns, ``column``, ``old``, ``new``, and the dates of the two
            editions, ``old_vintage`` and ``new_vintage``.
        into
            Layer to write.
        edition
            Fill for a new edition: what the list of editions says of it.
        """
        dataset = self.catalog[id]
        if revised is not None and len(revised):
            if dataset.re_estimated:
                self._keep(dataset, into)
            else:
                self._log(dataset, revised.assign(seen=origin.retrieved_at[:10]), into)
        if edition:
            self._list(dataset, edition, origin, len(table), into)
        origin = dataclasses.replace(origin, rows=str(len(table)))
        _write_atomically(into / f"{id}.csv", _dump(conform(table, dataset), origin, dataset))

    def _log(self, dataset: Dataset, revised: pd.DataFrame, into: Path) -> None:
        """Append the lines that the log of a dataset does not have yet."""
        columns = [*dataset.key, "column", "old", "new", "old_vintage", "new_vintage", "seen"]
        period = write_period(revised[dataset.period.name], dataset.period)
        text = revised.assign(**{dataset.period.name: period})[columns].to_csv(
            index=False, lineterminator="\n"
        )
        file = revisions_directory(into) / f"{dataset.id}.csv"
        header = text.partition("\n")[0] + "\n"
        before = read_log(file) or header
        if not before.startswith(header):
            raise StoreError(f"{dataset.id}: {file} has the columns of another catalog entry; move it away.")
        known, lines = read_lines(before, columns), read_lines(text, columns)
        if not dataset.vintages:  # a step may be made again after it was taken back
            known = known.drop_duplicates([*dataset.key, "column"], keep="last")
        # The same step of the same cell, seen again because a refresh was stopped, is one revision.
        same = columns[: columns.index("new_vintage")]
        new = lines[~pd.MultiIndex.from_frame(lines[same]).isin(pd.MultiIndex.from_frame(known[same]))]
        if len(new):
            text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else header
            text += "" if text.endswith("\n") else "\n"  # a torn line is not added to
            text += new.to_csv(index=False, header=False, lineterminator="\n")
            if len(text) > LOG_BYTES:
                packed = packed_log(file)
                older = packed.read_bytes() if packed.exists() else b""
                rows = text.partition("\n")[2] if older else text
                _write_atomically(packed, older + lzma.compress(rows.encode()))
                text = header
            _write_atomically(file, text)

    def _keep(self, dataset: Dataset, into: Path) -> None:
        """Keep the held edition whole, before another takes its place."""
        if (held := self.held(dataset.id, into=into)) is None:
            return
        table, origin = held
        keep_edition(editions_directory(into) / dataset.id, origin.vintage, table_csv(table, dataset))

    def _list(self, dataset: Dataset, edition: Edition, origin: Origin, rows: int, into: Path) -> None:
        """Add an edition to the list; the one held before begins it."""
        file = editions_directory(into) / f"{dataset.id}.csv"
        lines = self._edition_lines(dataset.id, into)
        if not file.exists():
            if not (held := self.held(dataset.id, into=into)):
                return  # the first edition is told by its own table
            lines = _edition_line(Edition(), held[1].vintage, held[1].reference_period, len(held[0]))
        line = _edition_line(edition, edition.since or origin.vintage, origin.reference_period, rows)
        if len(lines) and lines.iloc[-1].equals(line.iloc[0]):
            return
        lines = pd.concat([lines, line], ignore_index=True)
        _write_atomically(file, lines.to_csv(index=False, lineterminator="\n"))

    def _edition_lines(self, id: str, layer: Path) -> pd.DataFrame:
        file = editions_directory(layer) / f"{id}.csv"
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        return read_lines(text, EDITION)

    def _layers(self) -> list[Path]:
        return [self.snapshot, *([self.cache] if self.mode() == "live" else [])]

    def log(self, id: str, *, layers: Iterable[Path] | None = None) -> pd.DataFrame:
        """Every logged change of a dataset, as text, in the order in which they were made."""
        columns = [*self.catalog[id].key, "column", "old", "new", "old_vintage", "new_vintage", "seen"]
        files = [revisions_directory(layer) / f"{id}.csv" for layer in layers or self._layers()]
        parts = [read_lines(text, columns) for text in filter(None, map(read_log, files))]
        return pd.concat(parts, ignore_index=True) if parts else read_lines("", columns)

    def editions(self, id: str, *, layers: Iterable[Path] | None = None) -> pd.DataFrame:
        """The editions of a dataset, as text: :data:`~foreign_demand.data.archive.EDITION`."""
        parts = [self._edition_lines(id, layer) for layer in layers or self._layers()]
        lines = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
        if lines.empty and (path := self._newest(id, *(layers or self._layers()))):
            origin = _origin_at(path, path.stat().st_mtime_ns)
            before = [(origin.previous_vintage, origin.previous_period)] if origin.previous_vintage else []
            known = [*before, (origin.vintage, origin.reference_period)]
            lines = pd.concat([_edition_line(Edition(), *one, 0) for one in known], ignore_index=True)
        return lines

    def as_of(
        self,
        id: str,
        day: dt.date,
        *,
        layers: Iterable[Path] | None = None,
        held: tuple[pd.DataFrame, Origin] | None = None,
    ) -> pd.DataFrame:
        """A table as it was held on a day: :meth:`read`, with what changed since undone.

        Raises
        ------
        StoreError
            If no edition of that day or before is known.
        """
        dataset, layers = self.catalog[id], list(layers or self._layers())
        table, origin = held or self._load(id)
        if origin.vintage <= day.isoformat() and not (self.editions(id, layers=layers)["note"] != "").any():
            return table.copy()
        if dataset.re_estimated:
            kept = [kept_edition(editions_directory(layer) / id, day) for layer in reversed(layers)]
            if text := next(filter(None, kept), None):
                return _parse_table(io.StringIO(text), dataset)
            raise StoreError(f"{id}: no edition of {day} or before is kept; its editions begin later.")
        past = as_it_was(table, self.log(id, layers=layers), self.editions(id, layers=layers), dataset, day)
        return conform(past, dataset)


def _edition_line(edition: Edition, since: str, period: str, rows: int) -> pd.DataFrame:
    values = [since, period, str(rows), edition.digest, edition.note]
    return pd.DataFrame([values], columns=EDITION, dtype=str)


@cache
def default_store() -> Store:
    """The store of this project, as chapters and the site read it."""
    return Store()


def read_table(id: str, *, as_of: dt.date | str | None = None) -> pd.DataFrame:
    """Read a held table by its catalog id.

    Parameters
    ----------
    as_of
        A day, to read the table as it was held then; by default as it is.

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
        If no table is held for it, or no edition of that day or before is known.
    """
    if as_of is None:
        return default_store().read(id)
    READS.append(Read("table", id))
    return default_store().as_of(id, dt.date.fromisoformat(str(as_of)[:10]))


def read_tables(ids: Iterable[str]) -> Mapping[str, pd.DataFrame]:
    """Read held tables by their catalog ids, each at the moment it is looked up.

    A figure names the tables that were read for it: of a mapping made here, those
    that were looked up, and not all that are in it.
    """
    return _Tables(tuple(dict.fromkeys(ids)))


class _Tables(Mapping[str, "pd.DataFrame"]):
    def __init__(self, ids: tuple[str, ...]) -> None:
        self._ids = ids

    def __getitem__(self, id: str) -> pd.DataFrame:
        if id not in self._ids:
            raise KeyError(id)
        return read_table(id)

    def __contains__(self, id: object) -> bool:
        return id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def read_origin(id: str) -> Origin:
    """Read where a held table came from, and its vintage."""
    return default_store().origin(id)


def read_outcome(id: str) -> Outcome:
    """Read how the last refresh of a dataset went."""
    return default_store().outcome(id)
