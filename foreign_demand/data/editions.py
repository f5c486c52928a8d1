"""Editions of the publications: how fresh each is, what it changed, how much is revised.

A publisher adds periods and changes old values in the same breath. The store
lists every changed cell with both values and the dates of both editions; this
module reads that list, so that new data and revisions are never taken for each
other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Dataset, Origin
from foreign_demand.data.periods import edition_known, next_release, overdue, read_period
from foreign_demand.data.store import READS, Outcome, Read, Store, default_store

AGES = {"up to 3 months": 92, "3 to 12 months": 366, "1 to 3 years": 1096, "older": float("inf")}
"""How long a period had been over when it was revised: name and greatest number of days."""

_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_LINE = {
    "old": _NUMBER,
    "new": f"(?:{_NUMBER})?",
    "old_vintage": _DAY,
    "new_vintage": _DAY,
    "seen": _DAY,
}
_PERIOD = {
    "date": _DAY,
    "month": r"\d{4}-(?:0[1-9]|1[0-2])",
    "quarter": r"\d{4}-Q[1-4]",
    "year": r"\d{4}",
}

_COLUMNS = [
    "dataset",
    "period",
    "row",
    "column",
    "old",
    "new",
    "old_vintage",
    "new_vintage",
    "seen",
]


@dataclass(frozen=True, kw_only=True)
class State:
    """How a held table stands: what it is, where it came from, how it was last asked for, what is due."""

    dataset: Dataset
    origin: Origin
    outcome: Outcome
    next_release: dt.date | None
    """None for a publication that ended."""
    overdue: bool

    @property
    def announced(self) -> bool:
        """Whether the day of the next release is published, or follows from the release rule."""
        return self.next_release is not None and self.next_release.isoformat() in self.dataset.releases


def read_state(id: str, *, store: Store | None = None, today: dt.date | None = None) -> State:
    """How a held table stands today.

    Raises
    ------
    CatalogError, StoreError
        If there is no such dataset, or it is not held.
    """
    store = store or default_store()
    dataset, origin = store.catalog[id], store.origin(id)
    return State(
        dataset=dataset,
        origin=origin,
        outcome=store.outcome(id),
        next_release=next_release(dataset, origin, today=today),
        overdue=overdue(dataset, origin, today=today),
    )


def read_revisions(ids: Iterable[str] | None = None, *, store: Store | None = None) -> pd.DataFrame:
    """Read every cell that a publisher changed.

    Parameters
    ----------
    ids
        Which datasets; all that are held by default.
    store
        Where they are held: this project's by default.

    Returns
    -------
    pandas.DataFrame
        ``dataset``, ``period`` (its last day), ``row`` (the rest of the key in words),
        ``column``, ``old`` and ``new`` value (``new`` is missing where the publisher
        took a row back), the dates of the two editions, ``old_vintage`` and
        ``new_vintage``, and the day the change was ``seen``. Changed names and flags
        are left out: only numbers are revised.
    """
    store = store or default_store()
    found = []
    for id in ids if ids is not None else filter(store.holds, store.catalog):
        READS.append(Read("revisions", id))
        found.append(_revisions(store.log(id), store.catalog[id]))
    found = [revisions for revisions in found if len(revisions)]
    if not found:
        return pd.DataFrame(columns=_COLUMNS)
    same = _COLUMNS[:-2]
    return pd.concat(found, ignore_index=True).drop_duplicates(same, ignore_index=True)


def _revisions(lines: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Numbers that were revised; lines of another kind, or that cannot be read, are passed over."""
    lines = lines[lines["column"].isin([column.name for column in dataset.numbers])]
    written = _PERIOD[dataset.period.type]
    readable = lines[dataset.period.name].str.fullmatch(written)
    for name, pattern in _LINE.items():
        readable &= lines[name].str.fullmatch(pattern)
    lines = lines[readable]
    if lines.empty:
        return pd.DataFrame(columns=_COLUMNS)
    names = [name for name in dataset.key if name != dataset.period.name]
    return pd.DataFrame(
        {
            "dataset": dataset.id,
            "period": read_period(lines[dataset.period.name], dataset.period),
            "row": lines[names].agg(", ".join, axis="columns") if names else "",
            "column": lines["column"],
            "old": pd.to_numeric(lines["old"]),
            "new": pd.to_numeric(lines["new"]),
            "old_vintage": pd.to_datetime(lines["old_vintage"]).astype("datetime64[us]"),
            "new_vintage": pd.to_datetime(lines["new_vintage"]).astype("datetime64[us]"),
            "seen": pd.to_datetime(lines["seen"]).astype("datetime64[us]"),
        }
    )


def revision_sizes(revisions: pd.DataFrame) -> pd.DataFrame:
    """Sizes of revisions by dataset, column and age of the period.

    Parameters
    ----------
    revisions
        As :func:`read_revisions` gives them.

    Returns
    -------
    pandas.DataFrame
        One row a ``dataset``, ``column`` and ``age`` (see :data:`AGES`): ``cells``
        changed, and of those with a value before and after that is not 0, the
        ``median_pct`` and ``largest_pct`` absolute change in percent, and
        ``mean_pct``, which keeps the sign: away from zero, revisions go one way.
    """
    days = (revisions["new_vintage"] - revisions["period"]).dt.days
    change = 100 * (revisions["new"] / revisions["old"].where(revisions["old"] != 0) - 1)
    sized = revisions.assign(
        change_pct=change,
        size_pct=change.abs(),
        age=pd.cut(days, [-np.inf, *AGES.values()], labels=list(AGES)).astype(str),
    )
    sizes = sized.groupby(["dataset", "column", "age"], sort=False).agg(
        cells=("old", "size"),
        median_pct=("size_pct", "median"),
        largest_pct=("size_pct", "max"),
        mean_pct=("change_pct", "mean"),
    )
    order = {age: place for place, age in enumerate(AGES)}
    return sizes.reset_index().sort_values(
        ["dataset", "column", "age"], key=lambda c: c.map(order) if c.name == "age" else c, ignore_index=True
    )


def what_changed(ids: Iterable[str], *, store: Store | None = None) -> pd.DataFrame:
    """What the held editions brought that the ones before did not have.

    Returns
    -------
    pandas.DataFrame
        One row a dataset: ``dataset``, ``publication``, ``vintage``, ``edition_known``,
        ``period`` (the newest), the ``previous_vintage`` and ``previous_period`` (empty for the first
        edition held), ``revised_cells`` between the two editions, and of the largest
        revision, by its size against the column's largest value, the ``largest_row``,
        ``largest_period``, ``largest_column``, ``largest_old`` and ``largest_new``.
    """
    store = store or default_store()
    rows = []
    for id in ids:
        dataset, origin = store.catalog[id], store.origin(id)
        between = _between(read_revisions([id], store=store), origin)
        row = {
            "dataset": id,
            "publication": dataset.cited(origin),
            "vintage": origin.vintage,
            "edition_known": edition_known(origin),
            "period": origin.reference_period,
            "previous_vintage": origin.previous_vintage,
            "previous_period": origin.previous_period,
            "revised_cells": len(between),
        }
        if len(between):
            held = store.read(id)
            largest_value = held[[column.name for column in dataset.numbers]].abs().max()
            share = (between["new"].fillna(0) - between["old"]).abs() / between["column"].map(largest_value)
            worst = between.loc[share.idxmax()]
            row |= {f"largest_{name}": worst[name] for name in ("row", "period", "column", "old", "new")}
            if "country_code" in dataset.key:
                same = held["country_code"].astype(str) == worst["row"]
                row["largest_row"] = held.loc[same, "country"].iloc[-1]
        rows.append(row)
    columns = [f"largest_{name}" for name in ("row", "period", "column", "old", "new")]
    table = pd.DataFrame(rows)
    return table.reindex(columns=[*table.columns, *(c for c in columns if c not in table)])


def _between(revisions: pd.DataFrame, origin: Origin) -> pd.DataFrame:
    """The cells changed since the edition before: a row each, from its value then to its value now.

    An archive dates a revision by its release, on a day between the two editions.
    """
    since, until = (pd.Timestamp(day or pd.NaT) for day in (origin.previous_vintage, origin.vintage))
    new = revisions[(revisions["new_vintage"] > since) & (revisions["new_vintage"] <= until)]
    cells = new.sort_values("new_vintage", kind="stable").groupby(["period", "row", "column"], sort=False)
    return cells["new"].last(skipna=False).to_frame().assign(old=cells["old"].first()).reset_index()


def decisions(ids: Iterable[str] | None = None, *, store: Store | None = None) -> pd.DataFrame:
    """What persons and witnesses decided of editions, newest first.

    Returns
    -------
    pandas.DataFrame
        ``dataset``, ``since`` (the day of the edition, or on which it was put back) and
        ``decision``: ``accepted by NAME: WHY``, or ``taken back`` or ``disputed`` with the day of
        the edition; empty where nothing was to be decided.
    """
    store = store or default_store()
    parts = []
    for id in ids if ids is not None else filter(store.holds, store.catalog):
        READS.append(Read("revisions", id))
        lines = store.editions(id)
        parts.append(lines[lines["note"] != ""].assign(dataset=id))
    found = pd.concat(parts, ignore_index=True).rename(columns={"note": "decision"})
    found = found.sort_values(["since", "dataset"], ascending=[False, True], ignore_index=True)
    return found[["dataset", "since", "decision"]]


def freshness(*, store: Store | None = None, today: dt.date | None = None) -> pd.DataFrame:
    """How fresh every held table is, and when a newer one is due.

    Returns
    -------
    pandas.DataFrame
        One row a dataset, in the order of the catalog: ``dataset``, ``publication``,
        ``publisher``, ``status`` and ``problem`` of the last refresh, ``period``,
        ``vintage``, ``edition_known``, ``next_release`` (missing for a publication that ended),
        ``announced`` (whether that day is published or follows from the release rule),
        ``overdue``, ``ended``, ``obtained``, ``how``, ``joined_at``, ``rows`` and ``terms``.
    """
    store = store or default_store()
    rows = []
    for id in filter(store.holds, store.catalog):
        state = read_state(id, store=store, today=today)
        rows.append(
            {
                "dataset": id,
                "publication": state.dataset.cited(state.origin),
                "publisher": state.dataset.publisher,
                "status": state.outcome.status,
                "problem": state.outcome.error,
                "period": state.origin.reference_period,
                "vintage": state.origin.vintage,
                "edition_known": edition_known(state.origin),
                "next_release": state.next_release,
                "announced": state.announced,
                "overdue": state.overdue,
                "ended": state.dataset.ended,
                "obtained": state.origin.obtained,
                "how": state.origin.how,
                "joined_at": state.origin.joined_at,
                "rows": len(store.read(id)),
                "terms": state.dataset.terms,
            }
        )
    return pd.DataFrame(rows)
