"""Refresh: fetch, parse, check, merge, each dataset on its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pandas as pd

from foreign_demand.catalog import Dataset, Origin
from foreign_demand.checks import check_table
from foreign_demand.exceptions import ForeignDemandError
from foreign_demand.sources import ADAPTERS, Adapter
from foreign_demand.sources.http import Client, Reply, redact
from foreign_demand.store import Outcome, Store, merge_tables, newest_period, written

__all__ = ["network_reachable", "refresh"]


def network_reachable(*, seconds: float = 5.0) -> bool:
    """Whether a publisher, or the mirror, can be connected to at all."""
    mirror = os.environ.get("BOOK_MIRROR")
    if mirror:
        return True
    hosts = ("ticdata.treasury.gov", "fred.stlouisfed.org", "www.federalreserve.gov")

    answers: queue.Queue[bool] = queue.Queue()

    def connects(host: str) -> None:
        try:
            with socket.create_connection((host, 443), timeout=seconds):
                answers.put(True)
        except OSError:
            answers.put(False)

    for host in hosts:  # daemons: a name server that never answers must not keep the program from leaving
        threading.Thread(target=connects, args=(host,), daemon=True).start()
    until = time.monotonic() + seconds
    try:
        return any(answers.get(timeout=max(until - time.monotonic(), 0)) for _ in hosts)
    except queue.Empty:
        return False


def refresh(
    store: Store,
    ids: Iterable[str] | None = None,
    *,
    into: Path | None = None,
    accept: Iterable[str] = (),
    workers: int = 8,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Fetch, parse, check and merge datasets, each on its own.

    A dataset that fails any step keeps its held table, byte for byte.

    Parameters
    ----------
    store
        Where tables are held.
    ids
        Which datasets; all of the catalog by default.
    into
        Layer to write: the cache by default, the snapshot to renew what is embedded.
    accept
        Datasets whose implausible steps a person has looked at.
    workers
        How many are fetched at once.
    on_done
        Called after each dataset, for a progress bar.

    Returns
    -------
    list of Outcome
        In the order of ``ids``.
    """
    ids = list(ids if ids is not None else store.catalog)
    into = into or store.cache
    accept = set(accept)
    outcomes = {}
    with Client() as client, ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = {pool.submit(_refresh_one, store, id, client, into, id in accept): id for id in ids}
        for job in as_completed(jobs):
            outcomes[jobs[job]] = job.result()
            on_done(job.result())
    return [outcomes[id] for id in ids]


def _refresh_one(store: Store, id: str, client: Client, into: Path, accept_steps: bool) -> Outcome:
    started = time.monotonic()
    dataset = store.catalog[id]
    adapter = ADAPTERS[dataset.adapter]
    try:
        held = store.held(id, into=into)
        if dataset.by_hand and held:
            return Outcome(id=id, status="snapshot")
        reply = adapter.fetch(dataset, client, held[1].etag if held else "")
        if reply.unchanged and held:
            table, changes = held[0], None
            origin = dataclasses.replace(held[1], retrieved_at=_stamp(reply), obtained="live", how="")
        else:
            new = adapter.parse(reply.content, dataset)
            vintage = _vintage(new, dataset, adapter, reply)
            new = check_table(
                new,
                dataset,
                held=held[0] if held else None,
                as_at=vintage if reply.copy else reply.retrieved_at.date(),
                accept_steps=accept_steps,
            )
            table, changes = merge_tables(held[0], new, dataset) if held else (new, None)
            origin = _origin(table, dataset, vintage, reply)
        store.write(id, table, origin, changes, into=into)
    except ForeignDemandError as error:
        seconds = time.monotonic() - started
        return Outcome(id=id, status="failed", error=redact(str(error)), seconds=seconds)
    return Outcome(
        id=id,
        status="live",
        new_rows=changes.new_rows if changes else 0,
        revised_cells=len(changes.revised) if changes else 0,
        seconds=time.monotonic() - started,
    )


def _stamp(reply: Reply) -> str:
    return reply.retrieved_at.isoformat(timespec="seconds")


def _vintage(new: pd.DataFrame, dataset: Dataset, adapter: Adapter, reply: Reply) -> dt.date:
    """Date of the edition; a copy of unknown date is no older than its newest period."""
    stamp = adapter.vintage(reply.content) or reply.last_modified
    if stamp:
        return dt.date.fromisoformat(stamp)
    today = reply.retrieved_at.date()
    return min(newest_period(new, dataset), today) if reply.copy and len(new) else today


def _origin(table: pd.DataFrame, dataset: Dataset, vintage: dt.date, reply: Reply) -> Origin:
    return Origin(
        publisher=dataset.publisher,
        title=dataset.title,
        url=dataset.url,
        retrieved_at=_stamp(reply),
        reference_period=written(newest_period(table, dataset), dataset),
        vintage=vintage.isoformat(),
        terms=dataset.terms,
        obtained="embedded" if reply.copy else "live",
        how=reply.copy,
        etag="" if reply.copy else reply.etag,
        last_modified=reply.last_modified,
    )
