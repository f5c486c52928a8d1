"""Files for machines beside the pages.

``sources.json`` says how fresh every dataset is, ``build.json`` what was built,
``datapackage.json`` with ``data/*.csv`` hands over the tables the book is made of.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.book.record import read_record
from foreign_demand.data.catalog import Column, Dataset
from foreign_demand.data.editions import read_state
from foreign_demand.data.periods import age_days, edition_known, period_end
from foreign_demand.data.store import Store, default_store
from foreign_demand.site import files
from foreign_demand.site.rendering import book_of, figure_records
from foreign_demand.site.unchanged import commit


def describe_sources(store: Store) -> list[dict[str, Any]]:
    """One record a held dataset: status, reference period, age, next release, rows, what went wrong."""
    records = []
    for id in filter(store.holds, store.catalog):
        state = read_state(id, store=store)
        dataset, origin, outcome, due = state.dataset, state.origin, state.outcome, state.next_release
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
                "edition_known": edition_known(origin),
                "retrieved_at": origin.retrieved_at,
                "age_days": age_days(newest, dt.datetime.now(dt.UTC).date()),
                "overdue": state.overdue,
                "next_release": due.isoformat() if due else "",
                "joined_at": origin.joined_at,
                "rows": store.csv(id).count("\n") - 1,
                "revised_cells": outcome.revised_cells,
                "terms": dataset.terms,
                "error": outcome.error,
            }
        )
    return records


def _stages(app: Sphinx) -> dict[str, float]:
    """Seconds by stage: to start, to run chapters and read pages, to write them, and other files."""
    marks = [app.foreign_demand_started, *app.foreign_demand_marks.values(), time.monotonic()]
    names = ("start", *app.foreign_demand_marks)
    return {name: round(b - a, 2) for name, a, b in zip(names, marks, marks[1:], strict=False)}


def reading_order(env: BuildEnvironment) -> list[str]:
    """Pages in the order in which each leads to the next."""
    leads = env.collect_relations()
    order = [env.config.root_doc]
    while following := leads[order[-1]][2]:
        order.append(following)
    return order


def describe_build(app: Sphinx, store: Store) -> dict[str, Any]:
    """What was built, from what, and how long it took."""
    executed = getattr(app.env, "nb_metadata", {})
    chapters: dict[str, dict[str, Any]] = {}
    for name in sorted(app.env.found_docs):
        ran = executed.get(name, {}).get("exec_data") or {}
        chapter = app.foreign_demand_chapters.get(name)
        fresh = chapter.ran if chapter else name in app.foreign_demand_read
        chapters[name] = {
            "state": "executed" if fresh else "cached",
            "seconds": round(ran.get("runtime") or 0.0, 2) if fresh else 0.0,
            "read": app.env.foreign_demand_records.get(name, {}),
        }
    return {
        "$schema": "schemas/build.schema.json",
        "commit": commit(),
        "time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "mode": store.mode(),
        "refreshed_at": store.report().get("at", "") if store.mode() == "live" else "",
        "book": asdict(book_of(app.config)),
        "pages": reading_order(app.env),
        "seconds": {
            "execute": round(sum(c["seconds"] for c in chapters.values()), 2),
            "build": round(time.monotonic() - app.foreign_demand_started, 2),
            **_stages(app),
        },
        "chapters": chapters,
    }


_FIELD_TYPES = {"month": "yearmonth", "quarter": "string"}
"""Frictionless types, where they are not called as the catalog's own."""


def _field(column: Column) -> dict[str, Any]:
    """One column, as Table Schema writes it."""
    constraints: dict[str, Any] = {}
    if column.type != "string":  # an empty text is a value of its own
        constraints["required"] = not column.missing
    if column.type == "quarter":
        constraints["pattern"] = r"\d{4}-Q[1-4]"
    if column.bounds:
        constraints["minimum"], constraints["maximum"] = column.bounds
    words = {"description": column.about, "unit": column.unit}
    return {
        "name": column.name,
        "type": _FIELD_TYPES.get(column.type, column.type),
        **{name: text for name, text in words.items() if text},
        "constraints": constraints,
    }


def _resource(dataset: Dataset, store: Store) -> dict[str, Any]:
    """One table, as Tabular Data Resource writes it."""
    origin = store.origin(dataset.id)
    return {
        "name": dataset.id.lower(),
        "path": f"data/{dataset.id}.csv",
        "profile": "tabular-data-resource",
        "title": dataset.title,
        "description": dataset.caveat,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [{"title": dataset.cited(origin), "path": origin.url}],
        "licenses": [{"title": dataset.terms, "path": dataset.page or dataset.url}],
        "reference_period": origin.reference_period,
        "vintage": origin.vintage,
        "edition_known": edition_known(origin),
        "obtained": origin.obtained,
        "schema": {
            "fields": [_field(column) for column in dataset.columns],
            "primaryKey": list(dataset.key),
            "missingValues": [""],
        },
    }


def describe_package(store: Store, ids: Iterable[str], *, title: str) -> dict[str, Any]:
    """Describe held tables as a Frictionless Data Package.

    Parameters
    ----------
    store
        Where the tables are held.
    ids
        Catalog ids of the tables the book draws from. Those whose terms do not let
        others serve the values are named under ``withheld`` instead.
    title
        Of the book.
    """
    wanted = set(ids)
    used = [dataset for id, dataset in store.catalog.items() if id in wanted]
    return {
        "profile": "tabular-data-package",
        "name": "foreign-demand",
        "title": f"{title}: data",
        "description": "Every table the book draws from, as held when it was built. Column names carry their "
        "unit; periods are written 2025-04-09, 2025-04, 2025-Q2 or 2025. Terms are those of each publisher.",
        "resources": [_resource(dataset, store) for dataset in used if dataset.redistribute],
        "withheld": [
            {"id": d.id, "title": d.cite, "path": d.page or d.url, "reason": d.terms}
            for d in used
            if not d.redistribute
        ],
    }


def _write_package(app: Sphinx, store: Store) -> None:
    ids = {source["id"] for record in figure_records(app.env).values() for source in record["sources"]}
    package = describe_package(store, ids, title=app.config.html_title)
    folder = Path(app.outdir) / "data"
    tables = {folder / f"{id}.csv": id for id in ids if store.catalog[id].redistribute}
    for old in set(folder.glob("*.csv")) - set(tables):
        old.unlink()
    for file, id in tables.items():
        files.write(file, store.csv(id))
    files.write_json(Path(app.outdir) / "datapackage.json", package)


def _note_records(app: Sphinx, env: BuildEnvironment) -> None:
    """Keep the record of each chapter that was read, until it is read again."""
    if not hasattr(env, "foreign_demand_records"):
        env.foreign_demand_records = {}
    for name in app.foreign_demand_read:
        env.foreign_demand_records[name] = asdict(read_record(Path(env.mystnb_config.output_folder), name))


def _note_read(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    app.foreign_demand_read.update(docnames)


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    store = default_store()
    files.write_json(Path(app.outdir) / "sources.json", describe_sources(store))
    files.write_json(Path(app.outdir) / "build.json", describe_build(app, store))
    _write_package(app, store)
    # GitHub Pages leaves out folders whose names begin with an underscore, unless it meets this.
    files.write(Path(app.outdir) / ".nojekyll", "")


_STAGES = (
    ("read", "env-before-read-docs", 1),
    ("write", "env-updated", 999),
    ("files", "build-finished", 1),
)
"""Stages of a build, and where in Sphinx each begins."""


def _mark(stage: str, app: Sphinx, *event: object) -> None:
    app.foreign_demand_marks[stage] = time.monotonic()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.foreign_demand_started = time.monotonic()
    app.foreign_demand_read = set()
    app.foreign_demand_marks = {}
    for stage, event, priority in _STAGES:
        app.connect(event, partial(_mark, stage), priority=priority)
    app.connect("env-before-read-docs", _note_read)
    app.connect("env-updated", _note_records)
    app.connect("build-finished", _write)
