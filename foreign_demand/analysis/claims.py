"""What data say of published claims: a few general tests, and the verdict on each claim.

A test takes a series, a date and what else its claim gives, and returns a number. A claim is
read as it is stated and in the other ways that its ledger entry allows; the one engine
(:mod:`foreign_demand.analysis.evidence`) says whether the choice decides it. Where no literal
reading holds, earlier editions, other concepts and other dates are tried in this order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        carries the period.

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
    for measure in sorted(measures.values(), key=lambda m: bool(m.sum)):
        if measure.sum:
            found[measure.id] = sum(found[name] for name in measure.sum[1:]) + found[measure.sum[0]]
        else:
            found[measure.id] = _column(measure, tables[measure.table])
    return found


def _column(measure: Measure, table: pd.DataFrame) -> pd.Series | pd.DataFrame:
    if measure.column == "*":  # a wide table of levels, by day
        return table
    asked = {measure.column, *measure.where, *filter(None, (measure.by, measure.less))}
    if absent := sorted(asked - set(table.columns)):
        raise EstimationError(f"{measure.id}: {measure.table} has no {', '.join(absent)}; mend the ledger.")
    for name, value in measure.where.items():
        table = table[table[name] == value]
    if table.empty:
        raise EstimationError(
            f"{measure.id}: no row of {measure.table} has {dict(measure.where)}; mend the ledger."
        )
    values = table[measure.column] - (table[measure.less] if measure.less else 0)
    table = table.assign(value=measure.scale * values)
    period = str(table.select_dtypes("datetime").columns[0])
    if not measure.by:
        return current_series(table, "value", period=period)
    if measure.by == "country":
        table = table[table["country"].map(lambda name: by_name(name).kind == "country")]
    parts = {name: current_series(rows, "value", period=period) for name, rows in table.groupby(measure.by)}
    return pd.DataFrame(parts).sort_index()


def _reaches(values: pd.Series | pd.DataFrame, at: pd.Timestamp) -> bool:
    """Whether there is a value in the week, month or quarter of a date."""
    before = values.index[values.index <= at]
    if before.empty:
        return False
    spacing = values.index.to_series().diff().median()
    return bool(at - before[-1] <= (_CLOSE if pd.isna(spacing) else max(_CLOSE, 0.9 * spacing)))


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


def place(panel: pd.DataFrame, at: pd.Timestamp, name: str, start: pd.Timestamp | None = None) -> float:
    """Place of one row among all: by its value, or by its sum since ``start``; 1 is the largest."""
    if not _reaches(panel, at):
        return MISSING
    known = panel[start:at].sum(min_count=1) if start is not None else panel[:at].iloc[-1]
    return float(known.rank(ascending=False).get(name, MISSING))


def place_from_below(
    panel: pd.DataFrame, at: pd.Timestamp, name: str, start: pd.Timestamp | None = None
) -> float:
    """Place from the smallest; see :func:`place`."""
    return place(-panel, at, name, start)


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
        joint_falls,
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
    "parts",
    "tolerance",
    "revision",
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
    try:
        return part.get("scale", 1) * TESTS[name](measures[part["of"]], **arguments)
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


def _margin(claim: Claim, part: Mapping[str, Any], found: float, *, revised: bool) -> float:
    how, figure = stated(claim, part)
    allowed = part.get("tolerance", claim.tolerance)
    allowed += part.get("revision", claim.revision) if revised else 0
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
    margins, revised = (
        [_margin(claim, part, value, revised=late) for part, value in zip(parts, found, strict=True)]
        for late in (False, True)
    )
    return Reading(
        choice=reading.get("choice", ""),
        kind=reading.get("kind", "definition"),
        shift=shift,
        found=found,
        margin=min(margins) if pd.notna(margins).all() else MISSING,
        revised=min(revised) if pd.notna(revised).all() else MISSING,
        units=tuple(str(part.get("found_in", unit_of(claim, part))) for part in parts),
        first=min(_begins(part, measures) for part in parts),
        as_of=max(_later(_day(part["at"]), shift) for part in parts),
    )


def _all_readings(claim: Claim, measures: Mapping[str, Any], *, shift: int = 0) -> list[Reading]:
    return [read_one(claim, measures, reading, shift=shift) for reading in (None, *claim.readings)]


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
                any(r.revised >= 0 for r in _all_readings(claim, measures, shift=shift)) for claim in claims
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
        that no free data settle; ``agree`` of ``readings`` literal ones.
    """
    if claim.needs:
        return {
            "verdict": NOT_TESTABLE,
            "stated_reading": None,
            "decided_by": None,
            "agree": 0,
            "readings": 0,
        }
    every = _all_readings(claim, measures)
    stated, literal = every[0], [r for r in every if r.kind == "definition"]
    known = [r for r in literal if r.margin == r.margin]
    said = {"stated_reading": stated, "agree": sum(r.margin >= 0 for r in known), "readings": len(known)}
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
    if met := [r for r in moved if r.margin >= 0]:
        return said | {"verdict": WRONG_DATE, "decided_by": met[0]}
    if met := [
        r for r in every if (r.margin if r.kind == "edition" else r.revised) >= 0 and r.kind != "concept"
    ]:
        return said | {"verdict": REVISED, "decided_by": met[0]}
    if met := [r for r in every if r.kind == "concept" and r.revised >= 0]:
        return said | {"verdict": WRONG_CONCEPT, "decided_by": met[0]}
    for months in sorted(range(-claim.search, claim.search + 1), key=abs):
        moved += [r for r in _all_readings(claim, measures, shift=months) if months and r.margin >= 0]
    if met := [r for r in moved if r.revised >= 0]:
        return said | {"verdict": WRONG_DATE, "decided_by": met[0]}
    return said | {"verdict": CONTRADICTED, "decided_by": moved[0] if moved else stated}


def verdicts(ledger: Ledger, measures: Mapping[str, Any]) -> pd.DataFrame:
    """The verdict on every claim of the ledger.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``source`` (id of its text), ``verdict``, ``stated_reading``, ``decided_by``,
        ``agree``, ``readings``; ``shift``, the months by which the dates of its text are off.
    """
    rows = []
    for text in ledger.texts.values():
        claims = [claim for claim in ledger.claims if claim.source == text.id]
        tested = [claim for claim in claims if claim.test]
        shift = text_shift(tested, measures, search=text.search) if text.search else 0
        for claim in claims:
            found = verdict(claim, measures, shift=shift)
            rows.append({"id": claim.id, "source": claim.source, "shift": shift} | found)
    return pd.DataFrame(rows)


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
