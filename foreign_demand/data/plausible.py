"""Whether an edition is believable beside the one held: what history says of steps, storms and repeats.

Nothing here knows what a number means. Each function compares a new edition with the held
table by what genuine editions did, and refuses with the two numbers and the way on. What a
second publication of the same fact says is in :mod:`foreign_demand.data.witnesses`.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from foreign_demand.data.catalog import Column, Dataset
from foreign_demand.data.periods import written
from foreign_demand.exceptions import ImplausibleError, ShortenedError

YEARS = 5
"""Steps of so many years before a new value are what it is judged by."""
FEWEST_STEPS = 20
"""Own steps that a series must have; a shorter one is judged by all series of its table, if these
have as many together. Met: the third press release held took 9 percent off purchases, where three
steps had been seen and none above 0.01 percent."""
STEP_FACTOR = 1.5
"""A new step may be so many times the largest of its own series. In ten years of each daily series
held that refuses about one true value, in March 2020 as a rule."""
PANEL_FACTOR, PANEL_SHARE_FACTOR = 2.0, 4.0
"""So in a table of many series, in its unit and in percent of the value before; of percentages only
the first. Met: the Cayman Islands' agency bonds in May 2026, 3.4 times the largest percentage before."""
MATERIAL = 0.025
"""Steps below this share of the column's largest value are not judged in a table of many series: custody
moves. Met: agency bonds of the British Virgin Islands in September 2024, 2.2 percent."""
SIGNED_MATERIAL = 0.05
"""So for revisions where values have either sign; new flows of one holder among many are not judged by
their steps: those of the British Virgin Islands went to 16 times the largest before, in July 2025."""
REVISION_FACTOR = 3.0
"""A revision may be so many times the largest step of its series, or as large as what is not judged."""
MONTHS_OF_REVISIONS = 6
"""Months between editions that add as much again: revisions of several editions come at once."""
WITHDRAWN_ROWS, WITHDRAWN_SHARE = 3, 0.002
"""Rows, or the share of rows, that an edition may take back unasked; genuine ones took none."""
REVISED_CELLS, REVISED_SHARE = 5, 0.001
"""Cells that may change at once where the publisher does not revise."""
RECENT_SHARE, RECENT_SHARE_A_MONTH = 0.12, 0.03
"""Share of cells that may change where recent periods are revised, and more for each month between
editions. Met in table 1 of TIC: 4 percent after two weeks, 16 after 15 months, 39 after 19."""
STORM_SIZE = 0.1
"""Where more than half of all cells change, the middle change may be this share of the value."""
FEWEST_HOLDERS = 8
"""Series a table must have for two of its periods to be compared as wholes."""
REPEATED_SHARE, REPEATED_FACTOR = 0.15, 2.0
"""Share of series that may stand as in the period before, or so many times the largest share held;
met among holders: 2 to 8 percent."""
RUN_FACTOR, RUN = 2.0, 10
"""A value may repeat so many times as often in a row as it ever did, or this often."""

REPEATS_FROM = 100
"""Periods a table must have for it to be told that none was ever that of the period before."""
TINY = 1e-6
"""Share of the values by which no publisher revises: figures are not printed to so many places."""

HOLE_FACTOR, HOLE_DAYS = 1.5, 1
"""New periods may be so many times as far apart as those of the last years, and so many days more. Met:
16 days in 1971, when no exchange rates were made; no months of two statistics in October 2025."""
VANISHED_SHARE, VANISHED_FACTOR = 0.01, 2.0
"""Size, as a share of the largest series, of one that may be left out unasked, or so many times the size
of those that were in the last years. Met: 0.9 percent, Turkey in the list of January 2018."""
STOOD = 6
"""Periods running that a series has stood in when it is missed."""
PERIOD_FACTOR = 1.02
"""The middle one of a held period's levels may be revised by this factor; met: 1, of most of them."""

LONGEST_APART = 100
"""Days; where the periods of a table of many series lie further apart, no step is judged: surveys."""

_PER_YEAR = {"daily": 250, "weekly": 52, "monthly": 12, "quarterly": 4, "annual": 1, "irregular": 50}


def check_plausible(
    table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame, *, months_between: float
) -> None:
    """Refuse an edition that no genuine one resembles.

    Parameters
    ----------
    table, held
        New edition and held table, as the catalog types them.
    months_between
        Months between the two editions; a longer time allows for more revisions.

    Raises
    ------
    ShortenedError
        If more rows are taken back than a publisher takes back, a period is left out, or a
        large series.
    ImplausibleError
        If too many cells change at once, a period repeats the one before, or a value moves
        further than its own series ever did.
    """
    _check_withdrawn(table, dataset, held)
    _check_holes(table, dataset, held)
    _check_vanished(table, dataset, held)
    _check_storm(table, dataset, held, months_between)
    _check_whole_periods(table, dataset, held)
    _check_repeats(table, dataset, held)
    _check_revisions(table, dataset, held, months_between)
    _check_neighbours(table, dataset, held)
    _check_steps(table, dataset, held)


def _accept(dataset: Dataset) -> str:
    return f"Look at {dataset.page or dataset.url}; if it is real, refresh once with `--accept {dataset.id}`."


def _at(key: tuple[object, ...] | object, dataset: Dataset) -> str:
    values = key if isinstance(key, tuple) else (key,)
    named = dict(zip(dataset.key, values, strict=True))
    named[dataset.period.name] = written(pd.Timestamp(named[dataset.period.name]).date(), dataset)
    return ", ".join(f"{name} {value}" for name, value in named.items())


def _check_withdrawn(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    key = list(dataset.key)
    old = held[held[dataset.period.name] >= table[dataset.period.name].min()].set_index(key)
    gone = old.index.difference(table.set_index(key).index)
    if len(gone) > max(WITHDRAWN_ROWS, WITHDRAWN_SHARE * len(old)):
        raise ShortenedError(
            f"{dataset.id}: {len(gone):,} of {len(old):,} rows held are not in the new edition, the first "
            f"{_at(gone[0], dataset)}. Cut off, renamed or withdrawn? {_accept(dataset)}"
        )


def _check_holes(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """New periods follow each other as those of the last years did; files that a person saves may not."""
    if dataset.by_hand:
        return
    period = dataset.period.name
    known, now = (t[period].drop_duplicates().sort_values() for t in (held, table))
    gaps = known.diff().dropna().tail(_window(dataset))
    if len(gaps) < FEWEST_STEPS:
        return
    allowed = HOLE_FACTOR * gaps.max() + pd.Timedelta(days=HOLE_DAYS)
    wide = now[(now.diff() > allowed) & (now > known.iloc[-1])]
    if len(wide):
        after, before = wide.iloc[0], now[now < wide.iloc[0]].iloc[-1]
        raise ShortenedError(
            f"{dataset.id}: nothing between {written(before.date(), dataset)} and "
            f"{written(after.date(), dataset)}, {(after - before).days:,} days, where periods were at most "
            f"{gaps.max().days:,} days apart of late. A misprinted date? {_accept(dataset)}"
        )


def _check_vanished(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """No large series is missed: neither in a new period, nor where it has a value already."""
    period, series = dataset.period.name, list(dataset.series)
    if (
        not series
        or dataset.by_hand
        or held.duplicated([period, *series]).any()
        or table.duplicated([period, *series]).any()
    ):
        return
    for column in dataset.numbers:
        had, has = (t.set_index([period, *series])[column.name].unstack(series) for t in (held, table))
        if len(had) <= STOOD:
            continue
        sizes = had.abs().rolling(STOOD).mean()  # missing where one of the periods is
        sizes = sizes.div(sizes.max(axis="columns"), axis="index")
        lately = sizes.shift().where(had.isna()).tail(_window(dataset)).max().max()
        allowed = max(VANISHED_SHARE, VANISHED_FACTOR * (lately if lately == lately else 0.0))
        has = has.reindex(columns=had.columns)
        again = has.index.intersection(had.index)
        missed = [
            sizes.loc[again].where(has.loc[again].isna()),
            has[has.index > had.index[-1]].isna() * sizes.iloc[-1],
        ]
        found = pd.concat(missed).max(axis="columns")
        if found.max() > allowed:
            day = found.idxmax()
            gone = pd.concat(missed).loc[day].idxmax()
            name = ", ".join(map(str, gone if isinstance(gone, tuple) else (gone,)))
            raise ShortenedError(
                f"{dataset.id}: {column.name} of {name} is missing in {written(day.date(), dataset)}, after "
                f"{STOOD} periods running; it is {found.max():.1%} of the largest, {allowed:.1%} may go. "
                f"{_accept(dataset)}"
            )


def _check_whole_periods(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """No held period comes back larger or smaller as a whole; what has either sign is not judged."""
    if not dataset.series or dataset.revises == "all":
        return
    old, new = _common(table, dataset, held)
    days = old.index.get_level_values(dataset.period.name)
    for column in (c for c in dataset.numbers if not _in_percent(c)):
        before = old[column.name].where(old[column.name] != 0)
        if before.min() < 0:
            continue
        ratios = (new[column.name] / before).groupby(days).agg(["median", "count"])
        far = np.log(ratios["median"].abs()).abs() > np.log(PERIOD_FACTOR)
        off = ratios[far & (ratios["count"] >= FEWEST_HOLDERS)]
        if len(off):
            raise ImplausibleError(
                f"{dataset.id}: {column.name} of {written(off.index[0].date(), dataset)} comes back as "
                f"{off['median'].iloc[0]:,.4g} times what is held, by the middle one of "
                f"{off['count'].iloc[0]:,} values. {_accept(dataset)}"
            )


def _check_storm(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame, months: float) -> None:
    old, new = _common(table, dataset, held)
    names = [column.name for column in dataset.numbers]
    before, after = old[names].stack(), new[names].stack()
    given = before.dropna()
    changed = given[given != after.reindex(given.index)]
    share = len(changed) / max(len(given), 1)
    allowed = {
        "none": max(REVISED_CELLS / max(len(given), 1), REVISED_SHARE),
        "recent": max(REVISED_CELLS / max(len(given), 1), RECENT_SHARE + RECENT_SHARE_A_MONTH * months),
        "all": 1.0,
    }[dataset.revises]
    if share > allowed:
        raise ImplausibleError(
            f"{dataset.id}: {len(changed):,} of {len(given):,} values held come back changed ({share:.1%}), "
            f"where {allowed:.1%} may; the first at {_at(changed.index[0][:-1], dataset)}. Another series, "
            f"shifted dates, or a revision of everything? {_accept(dataset)}"
        )
    sizes = ((after.reindex(changed.index) - changed).abs() / changed.abs().where(changed != 0)).dropna()
    if share > 0.5 and not dataset.re_estimated and sizes.median() < TINY:
        raise ImplausibleError(
            f"{dataset.id}: {share:.0%} of the values held come back changed, by {sizes.median():.0e} in the "
            f"middle: no publisher prints so many places. {_accept(dataset)}"
        )
    if dataset.revises == "all" and share > 0.5 and sizes.median() > _usual_storm(dataset):
        raise ImplausibleError(
            f"{dataset.id}: {share:.0%} of the values held come back changed, by {sizes.median():.1%} in the "
            f"middle, where {STORM_SIZE:.0%} may be. {_accept(dataset)}"
        )


def _usual_storm(dataset: Dataset) -> float:
    """Values near zero have no relative size: only units that are never near it are judged by it."""
    near_zero = any(column.bounds is None or column.bounds[0] <= 0 for column in dataset.numbers)
    return np.inf if near_zero else STORM_SIZE


def _check_repeats(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    period, numbers = dataset.period.name, [column.name for column in dataset.numbers]
    fresh = table[table[period] > held[period].max()]
    if len(fresh):
        _check_repeated(fresh, dataset, held)
    if not dataset.series:
        for column in numbers:
            _check_run(table, fresh, dataset, held, column)
    if fresh.empty or not dataset.series:
        return
    same, both = _unchanged(pd.concat([held[held[period] < fresh[period].min()], fresh]), dataset)
    shares = (same / both).where(both >= FEWEST_HOLDERS)
    new = shares.index >= fresh[period].min()
    allowed = (REPEATED_FACTOR * shares[~new].max()).clip(lower=REPEATED_SHARE).fillna(REPEATED_SHARE)
    over = shares[new].gt(allowed).stack()
    if over.any():
        day, column = over.idxmax()
        raise ImplausibleError(
            f"{dataset.id}: {column} of {written(day.date(), dataset)} is that of the period "
            f"before in {shares.loc[day, column]:.0%} of the rows, where {allowed[column]:.0%} may be. The "
            f"same figures under another date? {_accept(dataset)}"
        )


def _check_repeated(fresh: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """No period is that of the one before in all its figures, where none ever was."""
    period, series = dataset.period.name, list(dataset.series)
    numbers = [column.name for column in dataset.numbers]
    rows = pd.concat([held[held[period] < fresh[period].min()], fresh]).sort_values([*series, period])
    before = rows.groupby(series, dropna=False)[numbers].shift() if series else rows[numbers].shift()
    given = rows[numbers].notna() & before.notna()
    same = ((rows[numbers] == before) | ~given).all(axis="columns")
    compared = given.any(axis="columns")
    whole = same[compared].groupby(rows[period][compared]).all()
    known = whole[whole.index < fresh[period].min()]
    repeated = whole.index[whole & (whole.index >= fresh[period].min())]
    if len(repeated) and len(known) >= REPEATS_FROM and not known.any():
        raise ImplausibleError(
            f"{dataset.id}: {written(repeated[0].date(), dataset)} has the figures of the period before, all "
            f"of them, as none of {len(known):,} periods held ever had. {_accept(dataset)}"
        )


def _unchanged(table: pd.DataFrame, dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of each period and column, the series that stand as in the period before, and how many have both.

    A series that is 0 in both is not counted.
    """
    period, series = dataset.period.name, list(dataset.series)
    numbers = [column.name for column in dataset.numbers]
    rows = table.drop_duplicates([period, *series]).sort_values([*series, period], ignore_index=True)
    values, place = rows[numbers], rows[period].rank(method="dense")
    groups = rows.groupby(series, sort=False, dropna=False).ngroup()
    follows = (groups == groups.shift()) & (place == place.shift() + 1)
    before = values.shift().where(follows)
    both = values.notna() & before.notna() & ((values != 0) | (before != 0))
    counts = [flags.groupby(rows[period]).sum() for flags in ((values == before) & both, both)]
    return counts[0], counts[1]


def _check_run(
    table: pd.DataFrame, fresh: pd.DataFrame, dataset: Dataset, held: pd.DataFrame, column: str
) -> None:
    longest = _runs(held.sort_values(dataset.period.name)[column]).max()
    values = table.sort_values(dataset.period.name)[column].reset_index(drop=True)
    newest = _runs(values).iloc[-1] if len(fresh) else 0
    allowed = max(RUN, RUN_FACTOR * longest)
    if newest > allowed:
        raise ImplausibleError(
            f"{dataset.id}: {column} repeats {values.iloc[-1]:,.6g} for {newest:,} periods, where it never "
            f"stood for more than {longest:,}. {_accept(dataset)}"
        )


def _runs(values: pd.Series) -> pd.Series:
    """How many times in a row each value has stood."""
    return values.groupby((values != values.shift()).cumsum()).cumcount() + 1


def _check_revisions(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame, months: float) -> None:
    old, new = _common(table, dataset, held)
    for column in dataset.numbers:
        before, after = old[column.name], new[column.name]
        moves = (after - before).abs()
        if not (moves > 0).any():
            continue
        signed = bool((held[column.name] < 0).any())
        several = 1 + months / MONTHS_OF_REVISIONS
        floor = several * (SIGNED_MATERIAL if signed else MATERIAL) * held[column.name].abs().max()
        known: dict[tuple[object, ...], float] = {}
        for key in moves.index[moves > floor]:
            of = _series_of(key, dataset)
            if of not in known:
                known[of] = _steps_of(held, dataset, column.name, key).max()
            largest = known[of]
            allowed = max(floor, several * REVISION_FACTOR * (largest if largest == largest else np.inf))
            if moves[key] > allowed:
                raise ImplausibleError(
                    f"{dataset.id}: {column.name} at {_at(key, dataset)} is revised from {before[key]:,.6g} "
                    f"to {after[key]:,.6g}, where {allowed:,.6g} may be; the largest step held is "
                    f"{largest:,.6g}. {_accept(dataset)}"
                )


def _check_neighbours(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """A value revised or filled in among those held steps no further from its neighbours than they did.

    What brings it nearer to them is a correction, however large.
    """
    if dataset.series:
        return
    period = dataset.period.name
    for column in dataset.numbers:
        old, new = (
            t.dropna(subset=column.name).set_index(period)[column.name].sort_index() for t in (held, table)
        )
        if len(old) <= FEWEST_STEPS:
            continue
        new = new[old.index[0] : old.index[-1]]
        logs = not _in_percent(column) and bool((old > 0).all() and (new > 0).all())
        was, now = ((np.log(values) if logs else values).diff().abs() for values in (old, new))
        usual = was.rolling(_window(dataset), center=True, min_periods=FEWEST_STEPS).max().bfill().ffill()
        allowed = STEP_FACTOR * usual.reindex(now.index, method="nearest")
        over = now[(now > allowed) & (now > was.reindex(now.index).fillna(0.0) * (1 + TINY))]
        if len(over):
            day = over.idxmax()
            before = new.index[new.index < day][-1]
            raise ImplausibleError(
                f"{dataset.id}: {column.name} comes back as {new[before]:,.6g} at "
                f"{written(before.date(), dataset)} and {new[day]:,.6g} at {written(day.date(), dataset)}; "
                f"none that follow each other were as far apart in the years around. {_accept(dataset)}"
            )


def _series_of(key: tuple[object, ...] | object, dataset: Dataset) -> tuple[object, ...]:
    """What names the series that a key belongs to."""
    values = dict(zip(dataset.key, key if isinstance(key, tuple) else (key,), strict=True))
    return tuple(values[name] for name in dataset.series if name in values)


def _steps_of(
    held: pd.DataFrame, dataset: Dataset, column: str, key: tuple[object, ...] | object
) -> pd.Series:
    """Absolute steps of the held series that one key belongs to; of all if the key is its own series."""
    values = dict(zip(dataset.key, key if isinstance(key, tuple) else (key,), strict=True))
    given = rows = held.dropna(subset=column)
    for name in dataset.series:
        if name in values:
            rows = rows[rows[name] == values[name]]
    if len(rows) < FEWEST_STEPS:
        rows = given
    groups = [name for name in dataset.series if name in rows]
    steps = rows.groupby(groups)[column].diff() if groups else rows[column].diff()
    return steps.abs().dropna()


def _check_steps(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> None:
    """New periods, and the newest one if it is revised, each judged against its own series before."""
    period = dataset.period.name
    since = held[period].max()
    if dataset.series:
        fresh = table[table[period] > since]
        if fresh.empty:
            return
        rows = pd.concat([held, fresh]).sort_values([*dataset.series, period])
        lowest = rows[[column.name for column in dataset.numbers]].min()
        for column in dataset.numbers:
            if lowest[column.name] >= 0 or _in_percent(column):
                _check_panel(rows.dropna(subset=column.name), dataset, column, since)
        return
    for column in dataset.numbers:
        begins = _revised_before(table, held, dataset, column.name) or since
        fresh = table[table[period] > begins]
        if len(fresh):
            _check_series(pd.concat([held[held[period] <= begins], fresh]), dataset, column, begins)


def _revised_before(
    table: pd.DataFrame, held: pd.DataFrame, dataset: Dataset, column: str
) -> pd.Timestamp | None:
    """The period before the newest held one, where that comes back changed."""
    if len(held) < 2:
        return None
    period = dataset.period.name
    was, now = (t.set_index(period)[column].sort_index() for t in (held, table))
    last = was.index[-1]
    if last not in now.index or now[last] == was[last] or pd.isna(was[last]) or pd.isna(now[last]):
        return None
    return was.index[-2]


def _window(dataset: Dataset) -> int:
    return max(YEARS * _PER_YEAR[dataset.frequency], FEWEST_STEPS)


def _in_percent(column: Column) -> bool:
    return column.unit.startswith(("percent", "basis point")) or "percent" in column.unit


def _check_series(joined: pd.DataFrame, dataset: Dataset, column: Column, since: pd.Timestamp) -> None:
    rows = joined[[dataset.period.name, column.name]].dropna().sort_values(dataset.period.name)
    values = rows[column.name].to_numpy()
    logs = not _in_percent(column) and bool((values > 0).all())
    steps = np.abs(np.diff(np.log(values) if logs else values))
    days = pd.DatetimeIndex(rows[dataset.period.name].iloc[1:])
    new = np.asarray(days > since)
    known = steps[~new][-_window(dataset) :]
    if len(known) < FEWEST_STEPS or not new.any():
        return
    gaps = np.diff(rows[dataset.period.name].to_numpy()).astype("timedelta64[D]").astype(float)
    usual = max(np.quantile(gaps[~new][-_window(dataset) :], 0.99), 1.0)
    horizon = np.sqrt(np.maximum(gaps / usual, 1.0))  # a step over a gap may be longer
    allowed = STEP_FACTOR * known.max() * horizon
    over = np.flatnonzero(new & (steps > allowed))
    if len(over):
        at = over[0]
        size = f"{abs(values[at + 1] / values[at] - 1):.1%}" if logs else f"{steps[at]:,.4g}"
        most = f"{np.expm1(known.max()):.1%}" if logs else f"{known.max():,.4g}"
        raise ImplausibleError(
            f"{dataset.id}: {column.name} goes from {values[at]:,.6g} to {values[at + 1]:,.6g} at "
            f"{written(days[at].date(), dataset)}, by {size}; in the {YEARS} years before the largest step "
            f"was {most}. {_accept(dataset)}"
        )


def _check_panel(rows: pd.DataFrame, dataset: Dataset, column: Column, since: pd.Timestamp) -> None:
    """Steps of each series, whose rows follow each other."""
    period, series = dataset.period.name, list(dataset.series)
    values = rows[column.name]
    groups = rows.groupby(series, sort=False)[column.name]
    before = groups.shift()
    steps = (values - before).abs()
    shares = steps / before.abs().where(before != 0)
    new = (rows[period] > since) & before.notna()
    apart = rows[period].drop_duplicates().sort_values().diff().median()
    if not new.any() or apart > pd.Timedelta(days=LONGEST_APART):
        return
    top = values[~(rows[period] > since)].abs().max()
    large = new & (steps > MATERIAL * top)
    if not large.any():
        return
    known = rows.assign(step=steps, share=shares)[(rows[period] <= since) & steps.notna()]
    recent = known.groupby(series, sort=False).tail(_window(dataset))
    own = recent.groupby(series, sort=False).agg(
        step=("step", "max"), share=("share", "max"), n=("step", "size")
    )
    material = recent[recent[column.name].abs() > MATERIAL * top]
    pooled = material["share"].max() if len(material) >= FEWEST_STEPS else np.inf
    judged = rows.assign(step=steps, share=shares, before=before)[large]
    judged = judged.merge(own, left_on=series, right_index=True, how="left", suffixes=("", "_known"))
    short = ~(judged["n"] >= FEWEST_STEPS)
    most_step = judged["step_known"].where(~short, 0.0)
    most_share = judged["share_known"].where(~short, pooled)
    if _in_percent(column):
        over = judged[(judged["step"] > PANEL_FACTOR * most_step) & ~short]
    else:
        far = judged["step"] > PANEL_FACTOR * most_step
        over = judged[far & (judged["share"] > PANEL_SHARE_FACTOR * most_share.fillna(np.inf))]
    if len(over):
        worst = over.loc[over["step"].idxmax()]
        raise ImplausibleError(
            f"{dataset.id}: {column.name} at {_at(tuple(worst[list(dataset.key)]), dataset)} goes from "
            f"{worst['before']:,.6g} to {worst[column.name]:,.6g}, by {worst['step']:,.6g}; the largest step "
            f"of the series held is {worst['step_known']:,.6g}. {_accept(dataset)}"
        )


def _common(table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that both have, in one order."""
    old, new = held.set_index(list(dataset.key)), table.set_index(list(dataset.key))
    both = old.index.intersection(new.index)
    return old.loc[both], new.loc[both]


def months_between(earlier: dt.date, later: dt.date) -> float:
    """Months from one edition to the next, never negative."""
    return max((later - earlier).days, 0) / 30.4
