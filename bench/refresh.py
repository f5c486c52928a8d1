"""How long a refresh of everything takes, against how long its slowest dataset takes alone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measures import Measure
from foreign_demand.data.catalog import ROOT
from foreign_demand.data.refresh import refresh
from foreign_demand.data.store import Store
from foreign_demand.exceptions import BenchError

__all__ = ["BUDGET", "bench_refresh"]

BUDGET = 3.0
"""All together may take so many times as long as the slowest dataset alone."""
LATENCY = 0.3
"""Seconds the loopback server lets pass before each answer."""


def bench_refresh(*, latency: float = LATENCY) -> list[Measure]:
    """Refresh every publication that ``tests/support/editions.py`` serves, together and then one by one.

    FRED, the one publisher that limits how often it may be asked, is left out of what
    has a budget; the time of everything with it is told beside.

    Raises
    ------
    BenchError
        If a publication cannot be refreshed from that server.
    """
    with _publishers(latency) as served:
        catalog = Store().catalog
        served = [id for id in served if not catalog[id].by_hand]  # those a person brings in
        ids = [id for id in served if catalog[id].adapter != "fred"]
        alone = {id: _seconds([id]) for id in ids}
        together, with_fred = _seconds(ids), _seconds(served)
    slowest = max(alone, key=alone.__getitem__)
    return [
        Measure(name=f"{len(ids)} datasets together, s", value=together, digits=1),
        Measure(name=f"Slowest alone ({slowest}), s", value=alone[slowest], digits=1),
        Measure(name="Together over slowest", value=together / alone[slowest], budget=BUDGET, digits=1),
        Measure(name=f"{len(served)} datasets, FRED included, s", value=with_fred, digits=1),
    ]


@contextlib.contextmanager
def _publishers(latency: float) -> Iterator[list[str]]:
    """Have a server on this machine asked in place of the publishers; yields what it serves."""
    names = ("BOOK_MIRROR", "FRED_API_KEY")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    program = [sys.executable, "tests/support/editions.py", "--latency", str(latency)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            address, *served = (server.stdout.readline() if server.stdout else "").split()
            os.environ["BOOK_MIRROR"] = address
            yield served
        finally:
            server.terminate()
            os.environ.pop("BOOK_MIRROR", None)
            os.environ.update(before)


def _seconds(ids: list[str]) -> float:
    """What a first refresh into an empty place takes."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(snapshot=Path(folder) / "snapshot", cache=Path(folder) / "cache" / "data")
        started = time.monotonic()
        outcomes = refresh(store, ids)
        seconds = time.monotonic() - started
    if failed := [outcome.error for outcome in outcomes if outcome.status == "failed"]:
        raise BenchError(
            f"{len(failed)} datasets could not be refreshed, so nothing was measured: {failed[0]}"
        )
    return seconds
