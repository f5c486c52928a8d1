"""What a freshly parsed table must pass before it may replace the held one."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa

from foreign_demand.data import places
from foreign_demand.data.archive import reverted_share
from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import age_days, last_business_day, newest_period, written
from foreign_demand.data.plausible import check_plausible, months_between
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import PANDAS_TYPES, conform
from foreign_demand.exceptions import (
    CatalogError,
    ImplausibleError,
    SchemaError,
    ShortenedError,
    StaleError,
)

DEAD_AFTER_DAYS = 365
"""A publication this far behind its own release rule has stopped: refused."""
KEPT_SHARE = 0.9
"""A new table must have at least this share of the rows held for its own span."""
KEPT_OF_PERIOD = 0.5
"""A period must have at least this share of the values held of it, in each column."""
REVERTED_SHARE = 0.5
"""An edition without a date that puts back so many of the values last revised is an older one."""
EARLIER_PERIODS, EARLIER_HOLE = 12, pd.Timedelta(days=731)
"""What a publication has before the held table is its longer history, where it is so many periods
and none is further from the next; a misprinted date is neither."""
WEEKDAYS_FROM = 250
"""Rows a series must have for it to be told on which days of the week it never falls."""
OPEN_LIST = 12
"""Names that stand in fewer periods than this are a new name each time, as a security's is."""
UNIT_FACTOR = 3.0
"""The middle one of the values held already may change at most by this factor, and not its sign."""


def check_table(
    table: pd.DataFrame,
    dataset: Dataset,
    *,
    held: pd.DataFrame | None = None,
    as_at: dt.date | None = None,
    retrieved: dt.date | None = None,
    edition: dt.date | None = None,
    held_edition: dt.date | None = None,
    log: pd.DataFrame | None = None,
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
    retrieved
        The day on which it was there to be had; what comes out later cannot be in it. Today
        by default.
    edition
        The day the publisher gives its edition; None where it gives none.
    held_edition
        The day of the held edition.
    log
        Changes logged so far, as text: by them an undated edition is known to be an older one.
    accept_steps
        True after a person has looked at what is implausible, or at a period with far
        fewer values than held, and found it real.

    Returns
    -------
    pandas.DataFrame
        The same table with the catalog's dtypes and row order, each place under the name it is
        held under.

    Raises
    ------
    SchemaError, IdentityError, StaleError, ShortenedError, ImplausibleError
        One message: dataset, what was met, where, and what to do next.
    """
    as_at = as_at or dt.date.today()
    table = _named(table, dataset, held)
    _check_schema(table, dataset)
    table = conform(table, dataset)
    check_identities(table, dataset)
    _check_come_out(table, dataset, retrieved or dt.date.today())
    if held is not None:
        _check_not_behind(table, dataset, held)
    check_alive(table, dataset, as_at)
    if held is None:
        return table
    _check_edition(table, dataset, held, edition, held_edition, log)
    _check_length(table, dataset, held)
    _check_units(table, dataset, held)
    if not accept_steps:
        _check_names(table, dataset, held)
        _check_weekdays(table, dataset, held)
        _check_periods(table, dataset, held)
        months = months_between(held_edition or as_at, edition or as_at)
        check_plausible(table, dataset, held, months_between=months)
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


def _named(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame | None) -> pd.DataFrame:
    """The table with every name in one spelling, and every place under the name it is held under.

    A place that has a code is known by it, whatever its name: a new name is no new row, and is
    told by :func:`renamings`. Without a code, an unknown name is asked about.
    """
    for column in (c for c in dataset.columns if c.type == "string" and c.name in table):
        spelled = {}
        for name in table[column.name].unique():
            try:
                spelled[name] = _spelled(name, free=column.free)
            except ValueError as reason:
                raise SchemaError(
                    f"{dataset.id}: {column.name} holds {name[:100]!r}, which is no name: it {reason}. "
                    f"Look at {dataset.url} before anything of it is used."
                ) from None
        table = table.assign(**{column.name: table[column.name].map(spelled).astype("str")})
    if not dataset.place or "country" not in table:
        return table
    try:
        if dataset.place == "name":
            kept = {} if held is None else {places.by_name(name): name for name in held["country"].unique()}
            names = {name: kept.get(places.by_name(name), name) for name in table["country"].unique()}
            return table.assign(country=table["country"].map(names).astype("str"))
        return _by_code(table, dataset, held)
    except CatalogError as error:
        raise SchemaError(f"{dataset.id}: {error} Compare with {dataset.url}.") from None


def _by_code(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame | None) -> pd.DataFrame:
    rows = table[["country_code", "country"]].drop_duplicates()
    known = {} if held is None else dict(zip(held["country_code"], held["country"], strict=True))
    shown: dict[tuple[int, str], str] = {}
    for code, name in rows.itertuples(index=False):
        place = places.by_code(code)
        if name in (place.name, *place.also):
            shown[code, name] = name
            continue
        if places.is_known(name):
            raise SchemaError(
                f"{dataset.id}: code {code}, which is {place.name}, stands beside the name {name!r}. Codes "
                f"or names are in the wrong rows: compare with {dataset.url}."
            )
        shown[code, name] = known.get(code, place.name)
    names = [shown[pair] for pair in zip(table["country_code"], table["country"], strict=True)]
    return table.assign(country=pd.Series(names, index=table.index, dtype="str"))


def renamings(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Names of a publication under which its places are not known yet.

    Returns
    -------
    pandas.DataFrame
        ``country_code`` and the new ``country``, one row each; empty for tables without codes.
    """
    if dataset.place != "code":
        return pd.DataFrame(columns=["country_code", "country"])
    rows = table[["country_code", "country"]].drop_duplicates()
    return rows[[not places.is_known(_spelled(name)) for name in rows["country"]]]


def _spelled(name: str, *, free: bool = False) -> str:
    return " ".join(name.split()) if free or not name else places.normalised(name)


def _check_names(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """A name that is in no held row is asked about, where the same names stand in every period."""
    for column in dataset.columns:
        if column.type != "string" or column.name not in dataset.key or dataset.place:
            continue
        periods = held.groupby(column.name)[dataset.period.name].nunique()
        new = set(table[column.name]) - set(periods.index)
        if new and periods.median() >= OPEN_LIST:
            raise SchemaError(
                f"{dataset.id}: {column.name} has {', '.join(map(repr, sorted(new)))[:200]}, not met before. "
                f"Renamed or new? Look at {dataset.page or dataset.url}; if it is right, refresh once with "
                f"`--accept {dataset.id}`."
            )


def _check_weekdays(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """A daily or weekly series gets no day of the week on which it never fell."""
    if dataset.frequency not in ("daily", "weekly") or len(held) < WEEKDAYS_FROM:
        return
    days, known = table[dataset.period.name], held[dataset.period.name]
    wrong = days[(days >= known.min()) & ~days.dt.day_of_week.isin(known.dt.day_of_week.unique())]
    if len(wrong):
        raise SchemaError(
            f"{dataset.id}: {written(wrong.iloc[0].date(), dataset)} is a {wrong.iloc[0]:%A}, and none of "
            f"{len(held):,} rows held is. Dates that have slipped? Look at {dataset.page or dataset.url}."
        )


def _check_come_out(table: pd.DataFrame, dataset: Dataset, retrieved: dt.date) -> None:
    """No period is there before the publisher's own release rule lets it come out."""
    newest = newest_period(table, dataset)
    ended = newest if dataset.period.type == "date" else last_business_day(pd.Timestamp(newest)).date()
    earliest = ended + dt.timedelta(dataset.earliest_days)
    if earliest > retrieved:
        raise SchemaError(
            f"{dataset.id}: the newest reference period, {written(newest, dataset)}, is yet to come out: by "
            f"the release rule not before {earliest}, and it is {retrieved}. A misprinted date? Look at "
            f"{dataset.url}."
        )


def _check_not_behind(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    newest = newest_period(table, dataset)
    if newest < newest_period(held, dataset):
        raise StaleError(
            f"{dataset.id}: stale. The publication stops at {written(newest, dataset)}; the held table "
            f"reaches {written(newest_period(held, dataset), dataset)}. A frozen file still answers as if it "
            "were alive: check the address in data/catalog.yml. If the held rows are the wrong ones, take "
            f"them back with `refresh --back {dataset.id}`."
        )


def check_alive(table: pd.DataFrame, dataset: Dataset, as_at: dt.date) -> None:
    """Refuse a publication that stopped long ago, however well its address answers.

    Raises
    ------
    StaleError
        With the newest reference period and the age that the release rule allows.
    """
    newest = newest_period(table, dataset)
    if not dataset.ended and age_days(newest, as_at) > dataset.fresh_days + DEAD_AFTER_DAYS:
        raise StaleError(
            f"{dataset.id}: stale. The newest reference period is {written(newest, dataset)}, which ended "
            f"{age_days(newest, as_at):,} days before {as_at}; the release rule allows {dataset.fresh_days}. "
            "The publication has stopped: find its successor, or mark the entry `ended: true`."
        )


def _check_edition(
    table: pd.DataFrame,
    dataset: Dataset,
    held: pd.DataFrame,
    edition: dt.date | None,
    held_edition: dt.date | None,
    log: pd.DataFrame | None,
) -> None:
    """An older edition does not replace a newer one, by its date or by the values it brings back."""
    if held_edition is None or table.equals(held):
        return
    if edition and edition < held_edition:
        raise StaleError(
            f"{dataset.id}: the edition of {edition} is older than the held one of {held_edition}. A cache "
            "that lags behind? Ask again later."
        )
    if edition is None and log is not None and newest_period(table, dataset) == newest_period(held, dataset):
        share = reverted_share(table, log, dataset, held_edition.isoformat())
        if share >= REVERTED_SHARE:
            raise StaleError(
                f"{dataset.id}: {share:.0%} of the values revised on {held_edition} stand as before that. "
                "An older edition, from a cache that lags behind? Ask again later; if the revision was taken "
                f"back, refresh once with `refresh --back {dataset.id}`."
            )


def _check_length(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    period = dataset.period.name
    first, held_first = table[period].min(), held[period].min()
    earlier = table.loc[table[period] <= held_first, period].drop_duplicates().sort_values()
    if first < held_first and not (len(earlier) > EARLIER_PERIODS and earlier.diff().max() <= EARLIER_HOLE):
        raise SchemaError(
            f"{dataset.id}: history starts at {written(first.date(), dataset)}, before the first period "
            f"held, {written(held_first.date(), dataset)}, and does not lead up to it. A misprinted date? If "
            "the publisher now gives more, take the table out of data/snapshot and refresh it anew."
        )
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
    """A period replaces the held one whole, and is no emptier."""
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
    names = [column.name for column in dataset.numbers]
    old, new = old.loc[both, names], new.loc[both, names]
    ratios = new / old.where(old != 0)
    factors, counts = ratios.median(), ratios.count()
    for column in names:
        factor, count = factors[column], counts[column]
        if count > 1 and not 1 / UNIT_FACTOR <= factor <= UNIT_FACTOR:
            raise ImplausibleError(
                f"{dataset.id}: {column} comes back as {factor:,.6g} times what is held, by the middle one "
                f"of {count:,} values. Has the publisher changed its unit or sign? Mend the importer; "
                "the held table stays."
            )
