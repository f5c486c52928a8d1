"""What was known on a day: held tables without what was published later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.reads import READS, Read
from foreign_demand.data.store import Store, default_store
from foreign_demand.exceptions import StoreError

_CONTINUOUS = ("daily", "weekly")
"""Frequencies of what is out a day after it was observed, and is not revised."""
_PERIOD_DAYS = {"monthly": 31, "quarterly": 92, "annual": 366}


@dataclass(frozen=True, kw_only=True)
class Known:
    """A table as far as it was known on a day."""

    table: pd.DataFrame
    edition: str
    """Day of the edition; empty where no edition of the day or before is known, and the release rule
    alone says which periods were out: their values are of a later edition."""
    newest: dt.date | None
    """Last day of the newest period; None where nothing was out."""


def read_known(ids: Iterable[str], day: dt.date, *, store: Store | None = None) -> dict[str, Known]:
    """Read tables as they were known on a day.

    Parameters
    ----------
    ids
        Datasets.
    day
        Nothing published later is in the tables. What is observed daily or weekly counts up to
        the day before. A monthly table is the edition held then. Where that is not known, a month counts
        from the day on which it must have been out, which the release rule says.
    store
        Where they are held: this project's by default.

    Raises
    ------
    CatalogError, StoreError
        If there is no such dataset, or it is not held.
    """
    store = store or default_store()
    return {id: _known(store, store.catalog[id], day) for id in ids}


def _known(store: Store, dataset: Dataset, day: dt.date) -> Known:
    READS.append(Read("table", dataset.id))
    edition, period = "", dataset.period.name
    if dataset.frequency in _CONTINUOUS:
        table, wait = store.read(dataset.id), 1
    else:
        try:
            table, wait = store.as_of(dataset.id, day), dataset.earliest_days
            listed = store.editions(dataset.id)["since"]
            edition = max(listed[listed <= day.isoformat()], default="")
        except StoreError:
            # The newest period may be so old; so the one before it was out a period sooner.
            table, wait = store.read(dataset.id), dataset.fresh_days - _PERIOD_DAYS[dataset.frequency]
    if dataset.period.type == "date" and dataset.frequency not in _CONTINUOUS:
        wait = 0  # dated by the day of a release
    table = table[table[period] <= pd.Timestamp(day - dt.timedelta(days=wait))].reset_index(drop=True)
    return Known(table=table, edition=edition, newest=table[period].max().date() if len(table) else None)
