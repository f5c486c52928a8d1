"""Files for machines beside the pages: ``sources.json`` and ``build.json``."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from foreign_demand.catalog import ROOT, period_end
from foreign_demand.store import Store, age_days, overdue

__all__ = ["describe_build", "describe_sources", "setup"]


def describe_sources(store: Store) -> list[dict[str, Any]]:
    """One record a held dataset: status, reference period, age, rows, what went wrong."""
    records = []
    for id in filter(store.holds, store.catalog):
        dataset, origin, outcome = store.catalog[id], store.origin(id), store.outcome(id)
        newest = period_end(origin.reference_period, dataset.period.type)
        records.append(
            {
                "id": id,
                "title": dataset.title,
                "publisher": dataset.publisher,
                "url": dataset.url,
                "status": outcome.status,
                "obtained": origin.obtained,
                "how": origin.how,
                "reference_period": origin.reference_period,
                "vintage": origin.vintage,
                "retrieved_at": origin.retrieved_at,
                "age_days": age_days(newest, dt.datetime.now(dt.UTC).date()),
                "overdue": overdue(dataset, origin),
                "rows": len(store.read(id)),
                "revised_cells": outcome.revised_cells,
                "terms": dataset.terms,
                "error": outcome.error,
            }
        )
    return records


def _commit() -> str:
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def describe_build(app: Sphinx, store: Store) -> dict[str, Any]:
    """What was built, from what, and how long it took."""
    executed = getattr(app.env, "nb_metadata", {})
    chapters = {}
    for name in sorted(app.env.found_docs):
        ran = executed.get(name, {}).get("exec_data") or {}
        fresh = name in app.foreign_demand_read
        chapters[name] = {
            "state": "executed" if fresh else "cached",
            "seconds": round(ran.get("runtime") or 0.0, 2) if fresh else 0.0,
        }
    return {
        "commit": _commit(),
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "mode": store.mode(),
        "refreshed_at": store.report().get("at", "") if store.mode() == "live" else "",
        "seconds": {
            "execute": round(sum(c["seconds"] for c in chapters.values()), 2),
            "build": round(time.monotonic() - app.foreign_demand_started, 2),
        },
        "chapters": chapters,
    }


def _note_read(app: Sphinx, docname: str, source: list[str]) -> None:
    app.foreign_demand_read.add(docname)


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    store = Store()
    for name, content in {
        "sources.json": describe_sources(store),
        "build.json": describe_build(app, store),
    }.items():
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (Path(app.outdir) / name).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.foreign_demand_started = time.monotonic()
    app.foreign_demand_read = set()
    app.connect("source-read", _note_read)
    app.connect("build-finished", _write)
