"""How long a refresh of everything takes, against how long its slowest dataset takes alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from foreign_demand.catalog import ROOT
from foreign_demand.refresh import refresh
from foreign_demand.store import Outcome, Store

__all__ = ["bench_refresh"]

LATENCY = 0.3
"""Seconds the loopback server lets pass before each answer."""


def bench_refresh(*, latency: float = LATENCY) -> dict[str, float | int | str]:
    """Refresh every publication that ``tests/editions.py`` serves, together and then one by one.

    FRED, the one host with a limit on requests, is left out of ``ratio``; what all
    datasets take with it stands in ``seconds_with_fred``.

    Returns
    -------
    dict
        ``datasets``, ``seconds`` for all together, ``slowest`` and ``slowest_seconds``
        alone, their ``ratio``, ``datasets_with_fred`` and ``seconds_with_fred``.
    """
    server = subprocess.Popen(
        [sys.executable, "tests/editions.py", "--latency", str(latency)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    mirror, key = os.environ.get("BOOK_MIRROR"), os.environ.pop("FRED_API_KEY", None)
    try:
        os.environ["BOOK_MIRROR"] = server.stdout.readline().strip()
        everything, _ = _timed(None)
        served = [outcome.id for outcome in everything if outcome.status == "live"]
        fred = {id for id in served if Store().catalog[id].adapter == "fred"}
        ids = [id for id in served if id not in fred]
        together = _timed(ids)[1]
        alone = {id: _timed([id])[1] for id in ids}
        with_fred = _timed(served)[1]
    finally:
        server.terminate()
        server.wait()
        for name, value in {"BOOK_MIRROR": mirror, "FRED_API_KEY": key}.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    slowest = max(alone, key=alone.__getitem__)
    return {
        "datasets": len(ids),
        "seconds": round(together, 2),
        "slowest": slowest,
        "slowest_seconds": round(alone[slowest], 2),
        "ratio": round(together / alone[slowest], 2),
        "datasets_with_fred": len(served),
        "seconds_with_fred": round(with_fred, 2),
    }


def _timed(ids: list[str] | None) -> tuple[list[Outcome], float]:
    """Outcomes and seconds of a first refresh into an empty place."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(snapshot=Path(folder) / "snapshot", cache=Path(folder) / "cache" / "data")
        started = time.monotonic()
        outcomes = refresh(store, ids)
        return outcomes, time.monotonic() - started
