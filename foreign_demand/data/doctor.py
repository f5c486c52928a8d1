"""What a refresh would do, without doing it: every publisher asked, nothing written.

It is what a person runs first on a machine with a network, and what a report of a
fault should contain.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import platform
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from foreign_demand.data.catalog import Dataset, Origin
from foreign_demand.data.refresh import refresh
from foreign_demand.data.settings import switch
from foreign_demand.data.sources.connection import proxy_of
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.sources.http import Client, Reply, fred_key, host_of, mirrored
from foreign_demand.data.store import Outcome, Store
from foreign_demand.data.witnesses import witness_matrix
from foreign_demand.exceptions import StoreError


@dataclass(frozen=True, kw_only=True)
class Vouching:
    """What a second publication says of a held table."""

    by: str
    about: str
    agreed: str
    """Newest period in which the two agree."""
    gap: float
    """The largest of that period, in ``unit``."""
    may_be: float
    unit: str
    disputed: int
    """Rows whose gap is larger."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What came of asking for one dataset."""

    id: str
    host: str
    address: str
    """The official address, without any key."""
    answer: str
    """``new``, ``as held``, ``by hand``, or the kind of fault."""
    seconds: float | None
    """From the request to its last byte; None where nothing arrived."""
    here: str
    """Newest period held."""
    there: str
    """Newest period that was served; empty where that is not known."""
    would: str
    """What a refresh would do, and why, in one sentence."""
    witnesses: tuple[Vouching, ...] = ()
    """What second publications say of the held table."""


class _Untouched(Store):
    """A store that is read and never written: what would be written is held in memory."""

    def __init__(self, store: Store) -> None:
        super().__init__(snapshot=store.snapshot, cache=store.cache, catalog=store.catalog)
        self._written: dict[str, tuple[pd.DataFrame, Origin]] = {}

    def write(self, id: str, table: pd.DataFrame, origin: Origin, *changes: Any, **options: Any) -> None:
        """Remember a table, so that witnesses can be asked about it."""
        self._written[id] = (table, origin)

    def held(self, id: str, *, into: Path) -> tuple[pd.DataFrame, Origin] | None:
        """What would be held."""
        return self._written.get(id) or self.on_disk(id, into=into)

    def on_disk(self, id: str, *, into: Path) -> tuple[pd.DataFrame, Origin] | None:
        """What is held."""
        return super().held(id, into=into)

    def as_of(self, id: str, day: dt.date, **_: Any) -> pd.DataFrame:
        """The edition before the one that would be written is the one that is held."""
        found = self.on_disk(id, into=self.cache)
        if found is None:
            raise StoreError(f"{id}: no table is held.")
        return found[0]

    @contextmanager
    def writing(self, layer: Path) -> Iterator[None]:
        """Nothing is locked, because nothing is written."""
        yield


class _Watch(Client):
    """A client that remembers how long each address took."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seconds: dict[str, float] = {}
        self._noting = threading.Lock()

    def _get(self, url: str, *how: Any) -> Reply:
        reply = super()._get(url, *how)
        with self._noting:
            self.seconds[url] = self.seconds.get(url, 0.0) + reply.seconds
        return reply


def examine(
    store: Store, ids: Iterable[str], *, client_options: dict[str, Any] | None = None
) -> list[Finding]:
    """Ask for datasets as a refresh would, and tell what it would do.

    Parameters
    ----------
    store
        What is held; it is not written to.
    ids
        Which datasets.
    client_options
        Of :class:`~foreign_demand.data.sources.http.Client`.
    """
    reading = _Untouched(store)
    watch = _Watch(**(client_options or {}))
    ids = list(ids)
    vouched = _vouched(store, ids)
    return [
        _finding(reading, store.catalog[outcome.id], outcome, watch.seconds, vouched.get(outcome.id, ()))
        for outcome in refresh(reading, ids, client=watch)
    ]


def _vouched(store: Store, ids: Iterable[str]) -> dict[str, tuple[Vouching, ...]]:
    """By dataset, what its witnesses say; one whose table cannot be read has none."""
    readable = {id for id in store.catalog if _readable(store, id)}
    matrix = witness_matrix(store=store, among=readable, of=set(ids))
    found: dict[str, tuple[Vouching, ...]] = {}
    for row in matrix.to_dict("records"):
        said = Vouching(
            by="its own figures" if row["witnesses"] == row["dataset"] else row["witnesses"],
            about=row["about"],
            agreed="" if pd.isna(row["last_agreement"]) else f"{row['last_agreement'].date()}",
            gap=float(row["newest_gap"]),
            may_be=row["tolerance"],
            unit=row["unit"],
            disputed=row["disputed"],
        )
        found[row["dataset"]] = (*found.get(row["dataset"], ()), said)
    return found


def _readable(store: Store, id: str) -> bool:
    try:
        return store.holds(id) and bool(len(store.read(id)))
    except StoreError:
        return False


def _finding(
    store: _Untouched,
    dataset: Dataset,
    outcome: Outcome,
    seconds: dict[str, float],
    witnesses: tuple[Vouching, ...],
) -> Finding:
    held = store.on_disk(dataset.id, into=store.cache) if outcome.fault != "held table" else None
    address = release_url(dataset) or dataset.url
    if outcome.note and dataset.url in seconds:
        address = dataset.url  # the second source
    return Finding(
        id=dataset.id,
        host=host_of(address),
        address=address,
        answer=_answer(outcome),
        seconds=seconds.get(address),
        here=held[1].reference_period if held else "",
        there=outcome.reference_period,
        would=_would(dataset, outcome),
        witnesses=witnesses,
    )


def _answer(outcome: Outcome) -> str:
    if outcome.fault:
        return outcome.fault
    if outcome.status == "snapshot":
        return "by hand"
    return "new" if outcome.new_rows or outcome.revised_cells else "as held"


def _would(dataset: Dataset, outcome: Outcome) -> str:
    if outcome.fault:
        why = outcome.error.removeprefix(f"{dataset.id}: ")
        return f"Keep the held table: {why}"
    if outcome.status == "snapshot":
        return f"Nothing: no program gets this. {dataset.steps}".strip()
    if not outcome.new_rows and not outcome.revised_cells:
        done = "Nothing: what is held is what is served."
    else:
        done = f"Take {outcome.new_rows:,} new rows and {outcome.revised_cells:,} revised cells."
    return f"{done} {outcome.note}".strip()


def describe_machine() -> dict[str, str]:
    """What of this machine bears on an answer; no secret is in it."""
    return {
        "Python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "FRED key": "set" if fred_key() else "not set: FRED's public files are asked, one in two seconds",
        "Mirror": mirrored("https://HOST") if os.environ.get("BOOK_MIRROR") else "none",
        "Proxy": "set" if proxy_of("https://fred.stlouisfed.org") else "none",
        "OFFLINE": "on: `refresh` would ask nobody" if switch("OFFLINE") else "off",
    }


def as_table(findings: Sequence[Finding]) -> str:
    """The findings as lines of equal columns, the faults told in sentences below."""
    headings = ("dataset", "host", "answer", "s", "here", "there", "witnesses")
    rows = [
        (
            f.id,
            f.host,
            f.answer,
            "" if f.seconds is None else f"{f.seconds:.1f}",
            f.here,
            f.there,
            _agreement(f.witnesses),
        )
        for f in findings
    ]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, *rows)
    ]
    said = [f"{f.id}: {f.would}" for f in findings if f.answer not in ("as held", "by hand")]
    said += [
        f"{f.id}: disputed by {w.by} in {w.disputed:,} rows ({w.about})."
        for f in findings
        for w in f.witnesses
        if w.disputed
    ]
    return "\n".join([*lines, "", *said]) if said else "\n".join(lines)


def _agreement(witnesses: Sequence[Vouching]) -> str:
    """How many of the witnesses agree, and how much of what may be the widest gap now takes."""
    if not witnesses:
        return "none"
    disputed = sum(bool(w.disputed) for w in witnesses)
    widest = max(w.gap / w.may_be for w in witnesses)
    agree = f"{len(witnesses) - disputed} of {len(witnesses)} agree"
    return f"{agree}, widest gap {widest:.0%} of what may be"


def as_records(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for JSON."""
    return [dataclasses.asdict(finding) for finding in findings]


def faults_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those of which a refresh would keep the held table because something is wrong."""
    return [finding for finding in findings if finding.answer not in ("new", "as held", "by hand")]
