"""What a freshly parsed table must pass before it may replace the held one."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import age_days, newest_period, written
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import PANDAS_TYPES, conform
from foreign_demand.exceptions import ImplausibleError, SchemaError, ShortenedError, StaleError

DEAD_AFTER_DAYS = 365
"""A publication this far behind its own release rule has stopped: refused."""
AHEAD_DAYS = 366
"""A period may end this many days after the edition, as a fiscal or calendar year does."""
KEPT_SHARE = 0.9
"""A new table must have at least this share of the rows held for its own span."""
KEPT_OF_PERIOD = 0.5
"""A period that replaces the held one whole must have at least this share of its values, in each column."""
STEP_FACTOR = 3.0
"""A new step may be at most this many times the largest one held."""
STEP_FLOOR = 0.02
"""Steps below this share of the column's largest held value are never refused."""
STEP_HISTORY = 24
"""Groups with fewer held values than this have no step of their own to compare with; for
them the column's largest held value stands in."""
UNIT_FACTOR = 3.0
"""The middle one of the values held already may change at most by this factor, and not its sign."""


def check_table(
    table: pd.DataFrame,
    dataset: Dataset,
    *,
    held: pd.DataFrame | None = None,
    as_at: dt.date | None = None,
    accept_steps: bool = False,
) -> pd.DataFrame:
    """Refuse a freshly parsed table that may not replace the held one.

    Parameters
    ----------
    table
        What the importer made of the publisher's answer.
    dataset
        Its catalog entry: columns, bounds, key, release rule.
    held
        The table held so far, or None at the first import.
    as_at
        The day whose release calendar counts: today for a live pull, the copy's
        own date for a public copy.
    accept_steps
        True after a person has looked at an implausible step, or at a period with far
        fewer values than held, and found it real.

    Returns
    -------
    pandas.DataFrame
        The same table with the catalog's dtypes and row order.

    Raises
    ------
    SchemaError, IdentityError, StaleError, ShortenedError, ImplausibleError
        One message: dataset, what was met, where, and what to do next.
    """
    _check_schema(table, dataset)
    table = conform(table, dataset)
    _check_text(table, dataset)
    check_identities(table, dataset)
    _check_age(table, dataset, held, as_at or dt.date.today())
    if held is not None:
        _check_length(table, dataset, held)
        _check_units(table, dataset, held)
        if not accept_steps:
            _check_periods(table, dataset, held)
            _check_steps(table, dataset, held)
    return table


def check_identities(table: pd.DataFrame, dataset: Dataset) -> None:
    """Refuse a table in which numbers that must add up, by definition, do not.

    Raises
    ------
    IdentityError
        With what should add up, where it does not, and by how much.
    """
    for identity in ADAPTERS[dataset.adapter].identities:
        identity(table, dataset)


@cache
def _schema(dataset: Dataset) -> pa.DataFrameSchema:
    columns = {}
    for column in dataset.columns:
        checks = [pa.Check.in_range(*column.bounds)] if column.bounds else []
        dtype = PANDAS_TYPES.get(column.type, "datetime64[us]")
        columns[column.name] = pa.Column(dtype, checks=checks, nullable=column.missing, coerce=True)
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=list(dataset.key))


def _check_schema(table: pd.DataFrame, dataset: Dataset) -> None:
    if table.empty:
        raise SchemaError(f"{dataset.id}: the publication has no rows; look at {dataset.url}.")
    try:
        _schema(dataset).validate(table)
    except pa.errors.SchemaError as error:
        cases = error.failure_cases
        example = cases.iloc[0].to_dict() if isinstance(cases, pd.DataFrame) and len(cases) else cases
        where = getattr(error.schema, "name", None) or "table"
        row = example.get("index") if isinstance(example, dict) else None
        at = ""
        if isinstance(row, (int, np.integer)) and row in table.index:
            at = " at " + ", ".join(f"{k}={table.loc[row, k]}" for k in dataset.key)
        met = example.get("failure_case") if isinstance(example, dict) else example
        raise SchemaError(
            f"{dataset.id}: {where} fails {error.check}: met {met!r}{at}. Has the publisher changed "
            "units or layout? Look at the source, then mend the importer or the bounds in data/catalog.yml."
        ) from None
    except pa.errors.SchemaErrors as error:
        columns = ", ".join(map(str, error.failure_cases["column"].dropna().unique()))
        raise SchemaError(
            f"{dataset.id}: {columns} cannot be what the catalog says it is. Has the publisher changed "
            f"its layout? Compare {dataset.url} with the importer."
        ) from None


def _check_text(table: pd.DataFrame, dataset: Dataset) -> None:
    """No name carries mark-up or control characters: it goes into pages and files."""
    for column in (c.name for c in dataset.columns if c.type == "string"):
        strange = table.loc[table[column].str.contains(r"[<>\x00-\x1f\x7f]"), column]
        if len(strange):
            raise SchemaError(
                f"{dataset.id}: {column} holds {strange.iloc[0]!r}, which is no name but mark-up or worse. "
                f"Look at {dataset.url} before anything of it is used."
            )


def _check_age(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame | None, as_at: dt.date) -> None:
    newest = newest_period(table, dataset)
    if (newest - as_at).days > AHEAD_DAYS:
        raise SchemaError(
            f"{dataset.id}: the newest reference period, {written(newest, dataset)}, is yet to come. "
            f"A misprinted date? Look at {dataset.url}."
        )
    if held is not None and newest < newest_period(held, dataset):
        raise StaleError(
            f"{dataset.id}: stale. The publication stops at {written(newest, dataset)}; the held table "
            f"reaches {written(newest_period(held, dataset), dataset)}. A frozen file still answers as if it "
            "were alive: check the address in data/catalog.yml."
        )
    if not dataset.ended and age_days(newest, as_at) > dataset.fresh_days + DEAD_AFTER_DAYS:
        raise StaleError(
            f"{dataset.id}: stale. The newest reference period is {written(newest, dataset)}, which ended "
            f"{age_days(newest, as_at):,} days before {as_at}; the release rule allows {dataset.fresh_days}. "
            "The publication has stopped: find its successor, or mark the entry `ended: true`."
        )


def _check_length(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    period = dataset.period.name
    first, held_first = table[period].min(), held[period].min()
    if dataset.history == "full" and first > held_first:
        raise ShortenedError(
            f"{dataset.id}: history starts at {written(first.date(), dataset)}, but at "
            f"{written(held_first.date(), dataset)} in the held table. Truncated download, or a "
            "publisher that now serves less? If so, mark the entry `history: rolling`."
        )
    expected = int((held[period] >= first).sum())
    found = int((table[period] <= held[period].max()).sum())
    if found < KEPT_SHARE * expected:
        raise ShortenedError(
            f"{dataset.id}: {found:,} rows up to {written(held[period].max().date(), dataset)} where "
            f"{expected:,} are held. Truncated download? Nothing was replaced."
        )


def _check_periods(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """Where a period replaces the held one whole, it is no emptier."""
    if not dataset.whole_periods:
        return
    period, columns = dataset.period.name, [column.name for column in dataset.numbers]
    had, has = (t.groupby(period)[columns].count().stack() for t in (held, table))
    both = had.index.intersection(has.index)
    emptier = both[(has[both] < KEPT_OF_PERIOD * had[both]).to_numpy()]
    if len(emptier):
        day, column = emptier[-1]
        raise ShortenedError(
            f"{dataset.id}: {column} has {has[emptier[-1]]:,} values in {written(day.date(), dataset)} where "
            f"{had[emptier[-1]]:,} are held, and less than half of them in {len(emptier):,} columns and "
            f"periods. Incomplete? If they were withdrawn, refresh once with `--accept {dataset.id}`."
        )


def _check_units(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """What is held already comes back in the same unit and with the same sign."""
    key = list(dataset.key)
    old, new = held.set_index(key), table.set_index(key)
    both = old.index.intersection(new.index)
    old, new = old.loc[both], new.loc[both]
    for column in (c.name for c in dataset.numbers):
        ratios = (new[column] / old[column].where(old[column] != 0)).dropna()
        factor = ratios.median()
        if len(ratios) > 1 and not 1 / UNIT_FACTOR <= factor <= UNIT_FACTOR:
            raise ImplausibleError(
                f"{dataset.id}: {column} comes back as {factor:,.6g} times what is held, by the middle one "
                f"of {len(ratios):,} values. Has the publisher changed its unit or sign? Mend the importer; "
                "the held table stays."
            )


def _check_steps(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    period, key = dataset.period.name, list(dataset.key)
    group = [k for k in key if k != period]
    before, after = (t.set_index(key).sort_index() for t in (held, table))
    for column in (c.name for c in dataset.numbers):
        old, new = before[column].dropna(), after[column].dropna()
        if old.empty:
            continue
        both = new.combine_first(old)
        if group:
            steps = both.groupby(level=group).diff()
            held_steps = old.groupby(level=group).diff().abs().groupby(level=group)
            long = old.groupby(level=group).size() >= STEP_HISTORY
            largest = held_steps.max().where(long, old.abs().max())
        else:
            steps = both.diff()
            largest = (old.diff() if len(old) >= STEP_HISTORY else old).abs().max()
        floor = STEP_FLOOR * old.abs().max()
        revised = (new - old).reindex(both.index)
        fresh = both.index.difference(old.index)
        moves = revised.fillna(0.0).abs()
        moves.loc[fresh] = steps.loc[fresh].abs()
        if group:
            limit = moves.index.to_frame(index=False).merge(
                largest.rename("limit").reset_index(), on=group, how="left"
            )["limit"]
            limit = limit.fillna(np.inf).set_axis(moves.index)
        else:
            limit = pd.Series(largest, index=moves.index)
        over = moves[moves > np.maximum(STEP_FACTOR * limit, floor)]
        if len(over):
            worst = over.idxmax()
            at = dict(zip(key, worst if isinstance(worst, tuple) else (worst,), strict=True))
            at[period] = written(at[period].date(), dataset)
            raise ImplausibleError(
                f"{dataset.id}: {column} moves by {over.max():,.6g} at "
                f"{', '.join(f'{k} {v}' for k, v in at.items())} ({both.loc[worst]:,.6g}), more than "
                f"{STEP_FACTOR:g} times the largest step held ({limit.loc[worst]:,.6g}). "
                f"If it is real, refresh once with `--accept {dataset.id}`."
            )
