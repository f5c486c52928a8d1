"""What data say of published claims: a few general tests, and the verdict on each claim.

A test takes a series, a date and what else its claim gives, and returns a number. A claim is
read as it is stated and in the other ways that its ledger entry allows; the one engine
(:mod:`foreign_demand.analysis.evidence`) says whether the choice decides it. Where no literal
reading holds, earlier editions, other concepts and other dates are tried in this order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand.analysis import evidence
from foreign_demand.analysis.breaks import current_series
from foreign_demand.analysis.records import last_as_large
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs.joint import joint
from foreign_demand.data.claims import STATED, Claim, Ledger, Measure
from foreign_demand.data.places import by_name
from foreign_demand.exceptions import EstimationError

HOLDS = "holds"
REVISED = "holds with revision"
DEPENDS = "depends on definition"
WRONG_DATE = "wrong date"
WRONG_CONCEPT = "wrong unit or concept"
CONTRADICTED = "contradicted"
NOT_TESTABLE = "not testable with free data"
VERDICTS = (HOLDS, REVISED, DEPENDS, WRONG_DATE, WRONG_CONCEPT, CONTRADICTED, NOT_TESTABLE)
UNCHECKED = "not checked in this build"
"""No verdict: the data that the test asks for are not held."""

_LABELS = {evidence.FOR: HOLDS, evidence.OPEN: DEPENDS, evidence.AGAINST: CONTRADICTED}
_HOLDS = evidence.by_size(at_least=0, below=0)
"""Rule on the margin by which a reading is inside the tolerance."""
_ROUNDING = 1e-9
"""So that a difference that is the tolerance itself is inside it."""
MISSING, NEVER = float("nan"), float("-inf")
"""What a test finds where data are missing, and where what it looks for never was."""
VOLATILITY_DAYS = 21
"""Trading days of a month, over which a realised volatility is taken."""
_CLOSE = pd.Timedelta(days=6)
"""How old the last price may be on a day without one: a weekend with holidays."""

# --- measures -----------------------------------------------------------------


def measured(measures: Mapping[str, Measure], tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Series and panels by name.

    Parameters
    ----------
    measures
        Of the ledger.
    tables
        By the name that the measures give; ``month``, ``quarter``, ``date`` or a datetime index
        carries the period. Measures of a table that is not among them are left out.

    Returns
    -------
    dict
        Name to :class:`pandas.Series` by period, or, for a measure with ``by``, to
        :class:`pandas.DataFrame` by period and name; of holders only countries are one, no region or sum.

    Raises
    ------
    EstimationError
        If a table has not the column or the rows that are meant.
    """
    found: dict[str, Any] = {}
    for measure in sorted(measures.values(), key=lambda m: (bool(m.panel), bool(m.sum), bool(m.before))):
        if (measure.table and measure.table not in tables) or not found.keys() >= _made_of(measure):
            continue
        if measure.sum:
            found[measure.id] = sum(found[name] for name in measure.sum[1:]) + found[measure.sum[0]]
        elif measure.figures:
            months = pd.PeriodIndex(list(measure.figures), freq="M").to_timestamp(how="end").normalize()
            found[measure.id] = pd.Series(list(measure.figures.values()), index=months, dtype=float)
        elif measure.panel:
            found[measure.id] = pd.DataFrame({name: found[name] for name in measure.panel}).dropna()
        else:
            values = _column(measure, tables[measure.table])
            if measure.before:
                earlier = found[measure.before]
                values = pd.concat([earlier[earlier.index < values.first_valid_index()], values.dropna()])
            found[measure.id] = _volatility(values, measure.volatility) if measure.volatility else values
    return found


def _made_of(measure: Measure) -> set[str]:
    """Measures that another is made of."""
    return {*measure.sum, *measure.panel, *filter(None, [measure.before])}


def _volatility(values: pd.Series, of: str) -> pd.Series:
    """Standard deviation of a month's daily changes, in the unit or in percent."""
    known = values.dropna()
    changes = known.diff() if of == "changes" else 100 * known.pct_change()
    return changes.rolling(VOLATILITY_DAYS).std().dropna()


def _column(measure: Measure, table: pd.DataFrame) -> pd.Series | pd.DataFrame:
    if measure.column == "*":  # a wide table of levels, by day
        return table
    asked = {measure.column, *measure.where, *filter(None, (measure.by, measure.less))}
    if absent := sorted(asked - set(table.columns)):
        raise EstimationError(f"{measure.id}: {measure.table} has no {', '.join(absent)}; mend the ledger.")
    for name, value in measure.where.items():
        table = table[table[name].isin(value if isinstance(value, list) else [value])]
    if table.empty:
        raise EstimationError(
            f"{measure.id}: no row of {measure.table} has {dict(measure.where)}; mend the ledger."
        )
    values = table[measure.column] - (table[measure.less] if measure.less else 0)
    if pd.api.types.is_timedelta64_dtype(values):
        values = values.dt.days
    table = table.assign(value=measure.scale * values)
    period = "month" if "month" in table else str(table.select_dtypes("datetime").columns[0])
    if not measure.by:
        return current_series(table, "value", period=period)
    if measure.total:  # a row that is late counts with its last value
        return table.pivot(index=period, columns=measure.by, values="value").ffill().sum(axis=1)
    if measure.by == "country" and measure.table != "official_gold":
        table = table[table["country"].map(lambda name: by_name(name).kind == "country")]
    parts = {name: current_series(rows, "value", period=period) for name, rows in table.groupby(measure.by)}
    return pd.DataFrame(parts).sort_index()


def _reaches(values: pd.Series | pd.DataFrame, at: pd.Timestamp) -> bool:
    """Whether there is a value in the week, month or quarter of a date."""
    before = values.index[values.index <= at]
    if before.empty:
        return False
    apart = np.diff(values.index.to_numpy())
    return bool(
        at - before[-1] <= (max(_CLOSE, 0.9 * pd.Timedelta(np.median(apart))) if len(apart) else _CLOSE)
    )


# --- tests --------------------------------------------------------------------


def level(values: pd.Series, at: pd.Timestamp) -> float:
    """Value at a date: the last one of its week, month or quarter; missing where there is none."""
    return float(values[:at].iloc[-1]) if _reaches(values, at) else MISSING


def highest(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Largest value of a stretch."""
    return float(values[start:at].max())


def change(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Difference of two values."""
    return level(values, at) - level(values, start)


def change_pct(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Difference of two values in percent of the first."""
    return 100 * (level(values, at) / level(values, start) - 1)


def total(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Sum of the months of a stretch; missing unless all of them are there."""
    part = values[start:at]
    return float(part.sum()) if len(part) == _months(at) - _months(start) + 1 else MISSING


def times_before(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Sum of a stretch of months over the sum of the stretch of the same length before."""
    length = _months(at) - _months(start) + 1
    return total(values, at, start) / total(values, _later(at, -length), _later(start, -length))


def largest_change(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp, over: int) -> float:
    """Largest change over so many periods that ends in a stretch."""
    return float(values.diff(over)[start:at].max())


def gap(values: pd.Series, at: pd.Timestamp, to: pd.Series) -> float:
    """Value less another."""
    return level(values, at) - level(to, at)


def share(values: pd.Series, at: pd.Timestamp, to: pd.Series) -> float:
    """Value in percent of another."""
    return 100 * level(values, at) / level(to, at)


def share_change(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp, to: pd.Series) -> float:
    """Difference of two shares, in percentage points."""
    return share(values, at, to) - share(values, start, to)


def when_share_highest(
    values: pd.Series, at: pd.Timestamp, start: pd.Timestamp, to: pd.Series, unit: str
) -> float:
    """Month or year of the largest share of a stretch, by number, among dates that both have."""
    return when_highest((values / to).dropna(), at, start, unit)


def last_as_high(values: pd.Series, at: pd.Timestamp, unit: str, start: pd.Timestamp | None = None) -> float:
    """When a value was last as high before: a month or year by number, or how many months ago.

    Parameters
    ----------
    unit
        ``month``, ``year`` or ``months ago``.
    start
        First day of the stretch whose highest value is meant; that of ``at`` where none is given.
    """
    if not _reaches(values, at):
        return MISSING
    held = values[:at]
    period = held.index[-1] if start is None else held[start:].idxmax()
    prior = last_as_large(held, period).prior_period
    if prior is None:
        return NEVER
    if unit == "months ago":
        return float(_months(period) - _months(prior))
    return float(prior.year if unit == "year" else _months(prior))


def last_as_low(values: pd.Series, at: pd.Timestamp, unit: str, start: pd.Timestamp | None = None) -> float:
    """When a value was last as low before; see :func:`last_as_high`."""
    return last_as_high(-values, at, unit, start)


def rank(
    values: pd.Series,
    at: pd.Timestamp,
    start: pd.Timestamp | None = None,
    over: int = 0,
    every: str = "",
) -> float:
    """Place of a value among all since ``start``; 1 is the largest.

    Parameters
    ----------
    over
        Periods, for the place of a change.
    every
        For the last values of longer periods, as pandas calls these: ``W-FRI``.
    """
    values = values.resample(every).last() if every else values
    known = (values.diff(over) if over else values).dropna()
    value = level(known, at)
    return float(1 + (known[start:at] > value).sum()) if value == value else value


def rank_from_below(
    values: pd.Series,
    at: pd.Timestamp,
    start: pd.Timestamp | None = None,
    over: int = 0,
    every: str = "",
) -> float:
    """Place from the smallest; see :func:`rank`."""
    return rank(-values, at, start, over, every)


def when_highest(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp, unit: str) -> float:
    """Month or year of the largest value of a stretch, by number."""
    if not _reaches(values, at):
        return MISSING
    when = values[start:at].idxmax()
    return float(when.year if unit == "year" else _months(when))


def crossing(values: pd.Series, at: pd.Timestamp, to: pd.Series) -> float:
    """Month, by number, in which a value last rose above another, up to a date."""
    above = (values - to).dropna()[:at] > 0
    if not _reaches(above, at):
        return MISSING
    rose = above.index[above & ~above.shift(fill_value=True)]
    return float(_months(rose[-1])) if len(rose) else NEVER


def first_crossing(values: pd.Series, at: pd.Timestamp, to: pd.Series) -> float:
    """Month, by number, in which a value first stood above another, up to a date."""
    above = (values - to).dropna()[:at] > 0
    if not _reaches(above, at):
        return MISSING
    return float(_months(above.idxmax())) if above.any() else NEVER


def place(
    panel: pd.DataFrame, at: pd.Timestamp, name: str, start: pd.Timestamp | None = None, over: int = 0
) -> float:
    """Place of one row among all: by its value, its change, or its sum since ``start``; 1 is the largest."""
    if not _reaches(panel, at):
        return MISSING
    panel = panel.diff(over) if over else panel
    known = panel[start:at].sum(min_count=1) if start is not None else panel[:at].iloc[-1]
    return float(known.rank(ascending=False).get(name, MISSING))


def place_from_below(
    panel: pd.DataFrame, at: pd.Timestamp, name: str, start: pd.Timestamp | None = None, over: int = 0
) -> float:
    """Place from the smallest; see :func:`place`."""
    return place(-panel, at, name, start, over)


def share_as_large(values: pd.Series, at: pd.Timestamp, over: int = 1, relative: bool = False) -> float:
    """Percent of all changes over so many periods, up to a date, that were as large as the last one."""
    known = values.dropna()[:at]
    changes = (known.pct_change(over) if relative else known.diff(over)).dropna()
    if changes.empty or not _reaches(changes, at):
        return MISSING
    return float(100 * (changes >= changes.iloc[-1]).mean())


def share_as_small(values: pd.Series, at: pd.Timestamp, over: int = 1, relative: bool = False) -> float:
    """Percent of all changes that were as small or smaller; see :func:`share_as_large`."""
    return share_as_large(-values, at, over) if not relative else share_as_large(1 / values, at, over, True)


def share_as_low(values: pd.Series, at: pd.Timestamp) -> float:
    """Percent of all values up to a date that were as low as the last one."""
    known = values.dropna()[:at]
    return float(100 * (known <= known.iloc[-1]).mean()) if _reaches(known, at) else MISSING


def share_as_high(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Percent of all values up to a date that were as high as the highest of a stretch."""
    known = values.dropna()[:at]
    return float(100 * (known >= known[start:].max()).mean()) if _reaches(known, at) else MISSING


def less_mean_before(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """The last value of a stretch less the mean of those before it in the stretch."""
    known = values.dropna()[start:at]
    return float(known.iloc[-1] - known.iloc[:-1].mean()) if _reaches(known, at) else MISSING


def year_rank(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """Place of the sum of a year among those of all whole years since ``start``; 1 is the largest."""
    years = values.dropna()[start:at].groupby(lambda day: day.year)
    sums = years.sum()[years.size() == 12]
    return float(sums.rank(ascending=False).get(at.year, MISSING))


def years_above_zero(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """How many whole years of a stretch have a sum above zero; missing unless the last is whole."""
    years = values.dropna()[start:at].groupby(lambda day: day.year)
    sums = years.sum()[years.size() == 12]
    return float((sums > 0).sum()) if at.year in sums.index else MISSING


def risers(panel: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """How many rows stood higher than at the start."""
    if not (_reaches(panel, at) and _reaches(panel, start)):
        return MISSING
    return float((panel[:at].iloc[-1] > panel[:start].iloc[-1]).sum())


def fallers(panel: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp) -> float:
    """How many rows stood lower than at the start."""
    return risers(-panel, at, start)


def rises_in_falls(values: pd.Series, at: pd.Timestamp, start: pd.Timestamp, to: pd.Series) -> float:
    """Percent of the periods in which one measure fell, in which another rose."""
    pair = pd.DataFrame({"one": values, "other": to}).dropna()[start:at].diff().dropna()
    return float(100 * (pair.loc[pair["other"] < 0, "one"] > 0).mean())


def mean_on_worst(
    levels: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp, names: Sequence[str], worst_pct: float
) -> float:
    """Mean daily change, in percent, of the second column on the worst days of the first."""
    returns = sampled_returns(levels[start:at], "daily")
    first, second = (returns[name] for name in names)
    return float(second[first <= first.quantile(worst_pct / 100)].mean())


def correlation_rise(
    levels: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp, names: Sequence[str], months: int
) -> float:
    """Rise of a daily correlation from the months before a stretch, in its standard errors (Fisher)."""
    returns = sampled_returns(levels[_later(start, -months) : at], "daily")[list(names)].dropna()
    parts = returns[start:], returns[: start - pd.Timedelta(days=1)]
    now, then = (np.arctanh(part.corr().iloc[0, 1]) for part in parts)
    return float((now - then) / np.sqrt(sum(1 / (len(part) - 3) for part in parts)))


def joint_share(
    levels: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp, sampling: str, deviations: float = 0
) -> float:
    """Percent of days, weeks or months in which all columns fell, each by so many of its deviations."""
    returns = sampled_returns(levels[start:at], sampling)
    return float(100 * joint(returns + deviations * returns.std()).mean())


def joint_falls(levels: pd.DataFrame, at: pd.Timestamp, start: pd.Timestamp, sampling: str) -> float:
    """Number of days, weeks or months in which all columns fell."""
    return float(joint(sampled_returns(levels[start:at], sampling)).sum())


TESTS: Mapping[str, Callable[..., float]] = {
    test.__name__: test
    for test in (
        level,
        highest,
        change,
        change_pct,
        total,
        times_before,
        largest_change,
        gap,
        share,
        share_change,
        when_share_highest,
        last_as_high,
        last_as_low,
        rank,
        rank_from_below,
        when_highest,
        crossing,
        first_crossing,
        place,
        place_from_below,
        share_as_large,
        share_as_small,
        share_as_low,
        share_as_high,
        less_mean_before,
        year_rank,
        years_above_zero,
        risers,
        fallers,
        rises_in_falls,
        mean_on_worst,
        correlation_rise,
        joint_falls,
        joint_share,
    )
}
"""By the name that the ledger uses."""


def _months(day: pd.Timestamp) -> int:
    return day.year * 12 + day.month - 1


def month_of(number: float) -> pd.Timestamp:
    """The month that a test gave by its number."""
    return pd.Timestamp(int(number) // 12, int(number) % 12 + 1, 1)


def _later(day: pd.Timestamp, months: int) -> pd.Timestamp:
    """A day moved by months; the last day of a month stays one."""
    return day + (pd.offsets.MonthEnd(months) if day.is_month_end else pd.DateOffset(months=months))


@cache
def _day(written: object, *, first: bool = False) -> pd.Timestamp:
    """``2025-04-09``, or the first or last day of ``2025-04`` or ``2025``."""
    period = pd.Period(str(written))
    return period.start_time if first else period.end_time.normalize()


# --- verdicts -----------------------------------------------------------------

_NOT_ARGUMENTS = {
    *STATED,
    "of",
    "test",
    "unit",
    "scale",
    "choice",
    "kind",
    "row",
    "parts",
    "tolerance",
    "digit",
    "softened",
    "revision_pct",
    "revision_of",
    "found_in",
}
_DATED = ("last_as_high", "last_as_low", "when_highest", "when_share_highest")
"""Tests that give a date."""
_OVER_MONTHS = (
    *_DATED,
    "highest",
    "total",
    "times_before",
    "rank",
    "rank_from_below",
    "place",
    "place_from_below",
    "largest_change",
    "share_as_high",
    "less_mean_before",
    "year_rank",
    "years_above_zero",
)
"""Tests of a stretch, which begins on the first day of a month that is written without one."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A claim, read in one way."""

    choice: str
    """What the way is; empty for what is stated."""
    kind: str
    shift: int
    """Months by which its dates are moved."""
    found: tuple[float, ...]
    """One value a stated figure."""
    margin: float
    """How far the worst of them is inside the tolerance; below zero it is outside."""
    revised: float
    """The same with what a revision may add."""
    moved: tuple[float, ...]
    """What a later edition can have moved each figure by."""
    units: tuple[str, ...]
    first: pd.Timestamp
    """Where the record begins that ranks and dates are taken from."""
    as_of: pd.Timestamp


def _found(claim: Claim, part: Mapping[str, Any], measures: Mapping[str, Any], shift: int) -> float:
    name = part.get("test", claim.test)
    if name not in TESTS:
        raise EstimationError(f"{claim.id}: {name} is no test; write one, or use {', '.join(TESTS)}.")
    arguments = {key: value for key, value in part.items() if key not in _NOT_ARGUMENTS}
    if name in _DATED:
        arguments["unit"] = unit_of(claim, part)
    arguments["at"] = _later(_day(part["at"]), shift)
    first = name in _OVER_MONTHS
    if "start" in arguments:
        arguments["start"] = _later(_day(part["start"], first=first), shift)
    if "since" in arguments:  # a date that the text gives for itself
        arguments["start"] = _day(arguments.pop("since"), first=first)
    if "to" in arguments:
        arguments["to"] = measures[part["to"]]
    values = measures[part["of"]]
    if "row" in part:  # of a measure with one series a name
        if part["row"] not in values:
            raise EstimationError(f"{claim.id}: {part['of']} has no row {part['row']}; mend the ledger.")
        values = values[part["row"]]
    try:
        return part.get("scale", 1) * TESTS[name](values, **arguments)
    except TypeError as error:
        raise EstimationError(f"{claim.id}: {name} is given what it does not take ({error}).") from error


def _begins(part: Mapping[str, Any], measures: Mapping[str, Any]) -> pd.Timestamp:
    """First day of a part's record: that of its measure, or a later one that it gives itself."""
    first = measures[part["of"]].first_valid_index()
    return max(first, _day(part["since"], first=True)) if "since" in part else first


def unit_of(claim: Claim, part: Mapping[str, Any]) -> str:
    """Unit of a part: its own, else that of its claim."""
    return str(part.get("unit", claim.unit))


def stated(claim: Claim, part: Mapping[str, Any]) -> tuple[str, float]:
    """How a part states its figure (one of :data:`STATED`), and which; a month by its number."""
    (how,) = (name for name in STATED if name in part)
    return how, float(_months(_day(part[how])) if unit_of(claim, part) == "month" else part[how])


def _revision(part: Mapping[str, Any], measures: Mapping[str, Any], at: pd.Timestamp) -> float:
    """What later editions can have moved a figure by, in its unit."""
    if "revision_pct" not in part:
        return 0.0
    return part.get("scale", 1) * part["revision_pct"] / 100 * abs(level(measures[part["revision_of"]], at))


def _margin(claim: Claim, part: Mapping[str, Any], found: float, revision: float) -> float:
    how, figure = stated(claim, part)
    allowed = part.get("tolerance", claim.tolerance or 0.0) + revision
    off = {"value": -abs(found - figure), "above": found - figure, "below": figure - found}[how]
    return off + allowed + _ROUNDING


def read_one(
    claim: Claim, measures: Mapping[str, Any], reading: Mapping[str, Any] | None = None, *, shift: int = 0
) -> Reading:
    """Read a claim in one way: what each of its parts finds, and how far that is from what it states.

    Parameters
    ----------
    claim
        One with a test.
    measures
        From :func:`measured`.
    reading
        One of the claim's readings; none for what is stated.
    shift
        Months by which dates are moved; those that the text itself gives as a start stay.

    Raises
    ------
    EstimationError
        If the ledger names an unknown test, or gives one what it does not take.
    """
    reading = reading or {}
    parts = [part | reading for part in reading.get("parts", claim.parts)]
    found = tuple(_found(claim, part, measures, shift) for part in parts)
    moved = [_revision(part, measures, _later(_day(part["at"]), shift)) for part in parts]
    margins, revised = (
        [_margin(claim, part, *pair) for part, *pair in zip(parts, found, late, strict=True)]
        for late in ([0.0] * len(parts), moved)
    )
    return Reading(
        choice=reading.get("choice", ""),
        kind=reading.get("kind", "definition"),
        shift=shift,
        found=found,
        margin=min(margins) if pd.notna(margins).all() else MISSING,
        revised=min(revised) if pd.notna(revised).all() else MISSING,
        moved=tuple(moved),
        units=tuple(str(part.get("found_in", unit_of(claim, part))) for part in parts),
        first=min(_begins(part, measures) for part in parts),
        as_of=max(_later(_day(part["at"]), shift) for part in parts),
    )


def missing(claim: Claim, measures: Mapping[str, Any], reading: Mapping[str, Any] | None = None) -> list[str]:
    """Measures that a reading of a claim asks for, and that are not there: it waits for them."""
    reading = reading or {}
    parts = [part | reading for part in reading.get("parts", claim.parts)]
    asked = dict.fromkeys(part[key] for part in parts for key in ("of", "to") if key in part)
    return [name for name in asked if name not in measures]


def _all_readings(claim: Claim, measures: Mapping[str, Any], *, shift: int = 0) -> list[Reading]:
    """Every reading whose measures are there: the first is what is stated."""
    ways = (way for way in (None, *claim.readings) if not missing(claim, measures, way))
    return [read_one(claim, measures, reading, shift=shift) for reading in ways]


def all_ways(claim: Claim, measures: Mapping[str, Any], *, shifts: Sequence[int] = (0,)) -> pd.DataFrame:
    """What the first figure of a claim is in each of its readings, and how near to what is stated.

    Parameters
    ----------
    claim
        One with a test.
    measures
        From :func:`measured`.
    shifts
        Months by which dates are moved.

    Returns
    -------
    pandas.DataFrame
        ``choice``, ``kind``, ``shift``, ``as_of``, ``value``, ``stated``, ``low`` and ``high`` (what the
        wording leaves) and whether the value ``fits``; readings in the unit of the first figure alone.
    """
    how, figure = stated(claim, claim.parts[0])
    tolerance = claim.parts[0].get("tolerance", claim.tolerance or 0.0)
    rows = []
    for shift in shifts:
        for reading in _all_readings(claim, measures, shift=shift):
            value = reading.found[0]
            if reading.units[0] == unit_of(claim, claim.parts[0]) and np.isfinite(value):
                off = {"value": abs(value - figure), "above": figure - value, "below": value - figure}[how]
                rows.append(
                    {"choice": reading.choice, "kind": reading.kind, "shift": shift, "as_of": reading.as_of}
                    | {
                        "value": value,
                        "stated": figure,
                        "low": figure - tolerance,
                        "high": figure + tolerance,
                    }
                    | {"fits": bool(off <= tolerance + _ROUNDING)}
                )
    return pd.DataFrame(rows)


def text_shift(claims: Sequence[Claim], measures: Mapping[str, Any], *, search: int) -> int:
    """Months by which the dates of a text have to be moved so that most of its claims hold.

    One date for all of its claims: a single figure meets some month by chance, many do not.

    Parameters
    ----------
    claims
        Of one text, each with a test.
    search
        Largest number of months, earlier or later; of two as good the smaller move is taken.
    """
    moves = sorted(range(-search, search + 1), key=abs)
    hold = Counter(
        {
            shift: sum(
                any(reading.revised >= 0 for reading in _all_readings(claim, measures, shift=shift))
                for claim in claims
            )
            for shift in moves
        }
    )
    return hold.most_common(1)[0][0] if hold else 0


def verdict(claim: Claim, measures: Mapping[str, Any], *, shift: int = 0) -> dict[str, Any]:
    """The verdict on a claim, with the reading that decided it.

    Parameters
    ----------
    claim
        Of the ledger.
    measures
        From :func:`measured`.
    shift
        Months by which the dates of its text are off, from :func:`text_shift`.

    Returns
    -------
    dict
        ``verdict``; ``stated_reading`` and ``decided_by``, a :class:`Reading` each, None for a claim
        that no free data settle or whose data are not there; ``first_print``, the one of an earlier
        edition where that is held; ``agree`` of ``readings`` literal ones.
    """
    if not claim.test or missing(claim, measures):
        return {
            "verdict": NOT_TESTABLE if claim.needs else UNCHECKED,
            "stated_reading": None,
            "decided_by": None,
            "first_print": None,
            "agree": 0,
            "readings": 0,
        }
    every = _all_readings(claim, measures)
    stated, literal = every[0], [r for r in every if r.kind == "definition"]
    known = [r for r in literal if r.margin == r.margin]
    said = {
        "stated_reading": stated,
        "first_print": next((r for r in every if r.kind == "edition" and r.margin == r.margin), None),
        "agree": sum(r.margin >= 0 for r in known),
        "readings": len(known),
    }
    if not known or stated not in known:
        return said | {"verdict": UNCHECKED, "decided_by": stated}
    argument = evidence.Argument(
        side=claim.source,
        says=claim.id,
        measure="margin",
        unit=claim.unit,
        rule=_HOLDS,
        would_change="",
        readings=pd.DataFrame([{"value": r.margin, "choice": r.choice} for r in known]),
    )
    found = evidence.verdicts([argument], labels=_LABELS)["reading"].iloc[0]
    if found != CONTRADICTED:
        other = next((r for r in known if (r.margin >= 0) != (stated.margin >= 0)), stated)
        return said | {"verdict": found, "decided_by": stated if found == HOLDS else other}
    moved = _all_readings(claim, measures, shift=shift) if shift else []
    exact = list(moved)
    for months in sorted(range(-claim.search, claim.search + 1), key=abs):
        exact += _all_readings(claim, measures, shift=months) if months else []
    if met := [r for r in exact if r.margin >= 0]:
        return said | {"verdict": WRONG_DATE, "decided_by": met[0]}
    if met := [r for r in moved if r.revised >= 0]:
        return said | {"verdict": WRONG_DATE, "decided_by": met[0]}
    # For a text that fits another date, a revision is no way back to the one that it gives.
    near = {id(r): r.margin if moved or r.kind == "edition" else r.revised for r in every}
    if met := [r for r in every if near[id(r)] >= 0 and r.kind != "concept"]:
        printed = [r for r in met if r.kind == "edition"]
        return said | {"verdict": REVISED, "decided_by": (printed or met)[0]}
    if met := [r for r in every if near[id(r)] >= 0]:
        return said | {"verdict": WRONG_CONCEPT, "decided_by": met[0]}
    decided = next((r for r in moved if r.margin == r.margin), stated)
    return said | {"verdict": CONTRADICTED, "decided_by": decided}


def verdicts(ledger: Ledger, measures: Mapping[str, Any]) -> pd.DataFrame:
    """The verdict on every claim of the ledger.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``source`` (id of its text), ``verdict``, ``stated_reading``, ``decided_by``,
        ``first_print``, ``agree``, ``readings``; ``shift``, by how many months its text is off;
        ``waits_for``, the tables that its test asks for and that are not there.
    """
    rows = []
    for text in ledger.texts.values():
        claims = [claim for claim in ledger.claims if claim.source == text.id]
        tested = [claim for claim in claims if claim.test and not missing(claim, measures)]
        shift = text_shift(tested, measures, search=text.search) if text.search else 0
        for claim in claims:
            found = verdict(claim, measures, shift=shift)
            names = missing(claim, measures)
            tables = [m.table for m in ledger.made_of(names).values() if m.table and m.id not in measures]
            about = {"id": claim.id, "source": claim.source, "shift": shift}
            rows.append(about | found | {"waits_for": tuple(dict.fromkeys(tables))})
    return pd.DataFrame(rows)


def changed_by_margins(
    found: pd.DataFrame, ledger: Ledger, measures: Mapping[str, Any], *, times: float
) -> list[str]:
    """Claims whose verdict is another where later editions are let move figures by more or less.

    Parameters
    ----------
    found
        From :func:`verdicts`.
    ledger, measures
        That it was found with.
    times
        What every margin for revisions is multiplied with; 0 for none.
    """

    def scaled(parts: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            {**p, "revision_pct": times * p["revision_pct"]} if "revision_pct" in p else p for p in parts
        )

    changed = []
    rows = {row["id"]: row for row in found.to_dict("records")}
    for claim in ledger.claims:
        readings = tuple({**reading, "parts": scaled(reading["parts"])} for reading in claim.readings)
        other = replace(claim, parts=scaled(claim.parts), readings=readings)
        said = rows[claim.id]
        if other != claim and verdict(other, measures, shift=said["shift"])["verdict"] != said["verdict"]:
            changed.append(claim.id)
    return changed


def by_text(found: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """How many claims of each text have which verdict.

    Returns
    -------
    pandas.DataFrame
        One row a text and one for all: ``source``, ``claims`` that it makes, ``tested`` of them so
        far, and one column a verdict (:data:`VERDICTS` and :data:`UNCHECKED`).
    """
    counts = pd.crosstab(found["source"], found["verdict"])
    counts = counts.reindex(index=list(ledger.texts), columns=[*VERDICTS, UNCHECKED], fill_value=0)
    counts.loc["all"] = counts.sum()
    made = [text.claims for text in ledger.texts.values()]
    counts.insert(0, "tested", counts.sum(axis=1))
    counts.insert(0, "claims", [*made, sum(made)])
    return counts.rename_axis("source", axis=0).rename_axis(None, axis=1).reset_index()
