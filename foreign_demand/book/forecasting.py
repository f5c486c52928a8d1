"""Forecasts of prints to come, from what was known on a day, and the keeping of their record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from foreign_demand.analysis import nowcast
from foreign_demand.data.known import Known, read_known
from foreign_demand.data.nowcasts import FOLDER, FORECASTS, PRINTS, add_to_record, read_record
from foreign_demand.data.periods import overdue, period_end
from foreign_demand.data.store import Store, default_store
from foreign_demand.exceptions import StoreError

_HOLDERS, _YIELDS, _CUSTODY = "tic_slt_table3", "gsw_parameters", "WMTSECL1"


def inputs_on(day: dt.date, *, store: Store | None = None) -> tuple[nowcast.Inputs, dict[str, Known]]:
    """What a forecast made on a day rests on, and the tables as they were known then."""
    store = store or default_store()
    known = read_known(nowcast.TABLES, day, store=store)
    breaks = store.catalog["tic_mfhhis01"].breaks
    return nowcast.inputs({id: one.table for id, one in known.items()}, breaks), known


def forecasts_on(day: dt.date, *, store: Store | None = None) -> pd.DataFrame:
    """Forecast every print that was to come on a day.

    Returns
    -------
    pandas.DataFrame
        As from :func:`foreign_demand.analysis.nowcast.next_prints`, with ``issued``, the day;
        ``edition_day``, missing where the edition is not known; ``yields_to`` and ``custody_to``.
    """
    given, known = inputs_on(day, store=store)
    return nowcast.next_prints(given).assign(
        issued=pd.Timestamp(day),
        edition_day=pd.Timestamp(known[_HOLDERS].edition or None),
        yields_to=pd.Timestamp(known[_YIELDS].newest),
        custody_to=pd.Timestamp(known[_CUSTODY].newest),
    )


def first_prints(since: pd.Timestamp, *, store: Store | None = None) -> pd.DataFrame:
    """What was printed of each month first, by the editions held.

    Parameters
    ----------
    since
        First month.
    store
        Where the tables are held: this project's by default.

    Returns
    -------
    pandas.DataFrame
        ``released``, ``month``, ``target``, ``print_usd_bn``; a target of which a month has no change,
        because a break stands in it, is left out.
    """
    store = store or default_store()
    rows = [pd.DataFrame(columns=["released", "month", "target", "print_usd_bn"])]
    newest = since - pd.offsets.MonthEnd()
    for line in store.editions(_HOLDERS).sort_values("since").itertuples():
        end = pd.Timestamp(period_end(line.period))
        if end <= newest:
            continue
        given, _ = inputs_on(dt.date.fromisoformat(line.since), store=store)
        found = given.changes.loc[newest + pd.offsets.MonthEnd() : end, list(nowcast.TARGETS)]
        printed = (
            found.rename_axis("month")
            .reset_index()
            .melt("month", var_name="target", value_name="print_usd_bn")
        )
        rows.append(printed.dropna().assign(released=pd.Timestamp(line.since)))
        newest = end
    return pd.concat([part for part in rows if len(part)] or rows, ignore_index=True)


def keep_record(
    today: dt.date, *, store: Store | None = None, folder: Path = FOLDER
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add today's forecasts to the record, and the prints that came since it began.

    Returns
    -------
    tuple of pandas.DataFrame
        Forecasts and prints that were added; of inputs that are the same as before there are none.

    Raises
    ------
    StoreError
        If a newer print than the one held should be out: a forecast of it would come too late.
    """
    store = store or default_store()
    origin = store.origin(_HOLDERS)
    if overdue(store.catalog[_HOLDERS], origin, today=today):
        raise StoreError(
            f"{_HOLDERS}: the newest month held is {origin.reference_period}, and a later one should be out. "
            "A forecast of it is none; run `make refresh` before it is recorded."
        )
    said = read_record(FORECASTS, folder=folder)
    prints = pd.DataFrame()
    if len(said):
        prints = add_to_record(PRINTS, first_prints(said["month"].min(), store=store), folder=folder)
    return add_to_record(FORECASTS, forecasts_on(today, store=store), folder=folder), prints
