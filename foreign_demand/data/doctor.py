"""What a refresh would do, without doing it: every publisher asked, nothing written.

It is what a person runs first on a machine with a network, and what a report of a
fault should contain.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.refresh import refresh
from foreign_demand.data.settings import switch
from foreign_demand.data.sources.connection import proxy_of
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.sources.http import Client, Reply, fred_key, host_of, mirrored
from foreign_demand.data.store import Outcome, Store


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


class _Untouched(Store):
    """A store that is read and never written."""

    def write(self, *args: Any, **options: Any) -> None:
        """Nothing."""

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
    reading = _Untouched(snapshot=store.snapshot, cache=store.cache, catalog=store.catalog)
    watch = _Watch(**(client_options or {}))
    ids = list(ids)
    return [
        _finding(reading, store.catalog[outcome.id], outcome, watch.seconds)
        for outcome in refresh(reading, ids, client=watch)
    ]


def _finding(store: Store, dataset: Dataset, outcome: Outcome, seconds: dict[str, float]) -> Finding:
    held = store.held(dataset.id, into=store.cache) if outcome.fault != "held table" else None
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
    headings = ("dataset", "host", "answer", "s", "here", "there")
    rows = [
        (f.id, f.host, f.answer, "" if f.seconds is None else f"{f.seconds:.1f}", f.here, f.there)
        for f in findings
    ]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, *rows)
    ]
    said = [f"{f.id}: {f.would}" for f in findings if f.answer not in ("as held", "by hand")]
    return "\n".join([*lines, "", *said]) if said else "\n".join(lines)


def as_records(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for JSON."""
    return [dataclasses.asdict(finding) for finding in findings]


def faults_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those of which a refresh would keep the held table because something is wrong."""
    return [finding for finding in findings if finding.answer not in ("new", "as held", "by hand")]
