"""The one engine of verdicts: what an argument says, the rule that reads it, and how often it holds.

An argument is read once for each choice that could as well have been made: end date, base,
window, sample. Its verdict stands only where the choice does not decide it. One event supports
at most one argument, and a statement about the present says from how many observations of the
present regime it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.exceptions import EstimationError

FOR, OPEN, AGAINST = 1, 0, -1
"""What a rule finds: the argument's own side, neither, the other side."""

LABELS: Mapping[int, str] = {FOR: "supported", OPEN: "open", AGAINST: "contradicted"}
SAME_EVENT = "same event"
"""Label of an argument whose event has already decided one before it."""

ROBUST_PCT = 90
"""Percent of an argument's readings that must agree with its first, none being opposite, for a verdict.

One choice in ten may leave the matter open, as one test in twenty does by chance; a
choice that turns a verdict round leaves none.
"""
RARE_PCT = 5
"""Percent of comparisons that may be as extreme where a single event counts as out of the ordinary."""
UNDONE_PCT, STAYED_PCT = 50, 25
"""Percent of a move undone, from which on it came back, and below which it stayed."""

Rule = Callable[[pd.Series], int]
"""From one row of an argument's readings to :data:`FOR`, :data:`OPEN` or :data:`AGAINST`."""

_NUMBERS = ("value", "low", "high", "share_pct", "observations")


def by_interval(*, sign: int = 1, rare: bool = False) -> Rule:
    """Read an estimate by the side of zero on which its whole interval lies.

    Parameters
    ----------
    sign
        1 where the argument says "above zero", −1 where it says "below".
    rare
        Whether no more than :data:`RARE_PCT` percent may be as extreme besides: for a date that
        was chosen afterwards.
    """

    def rule(reading: pd.Series) -> int:
        if rare and not reading["share_pct"] <= RARE_PCT:
            return OPEN
        return sign * (int(reading["low"] > 0) - int(reading["high"] < 0))

    return rule


def by_rarity(*, signed: bool = False) -> Rule:
    """Read a single event by the share of comparisons that were as extreme.

    Parameters
    ----------
    signed
        Whether the share counts both directions, so that the sign of the value decides the
        side; one that counts the argument's own direction alone needs none.
    """

    def rule(reading: pd.Series) -> int:
        if not reading["share_pct"] <= RARE_PCT:
            return OPEN
        return int(np.sign(reading["value"])) if signed else FOR

    return rule


def by_size(*, at_least: float, below: float) -> Rule:
    """Read a value by two thresholds: for the argument from ``at_least`` on, against it ``below``."""

    def rule(reading: pd.Series) -> int:
        return int(reading["value"] >= at_least) - int(reading["value"] < below)

    return rule


by_reversal: Rule = by_size(at_least=UNDONE_PCT, below=STAYED_PCT)
"""Read the share of a move that was undone, in percent: 100 is all of it, below 0 it went on."""


@dataclass(frozen=True, kw_only=True)
class Argument:
    """A statement that data can support or contradict."""

    side: str
    """What it is an argument for."""
    says: str
    measure: str
    """What its number is."""
    unit: str
    rule: Rule
    would_change: str
    """What would change the verdict."""
    readings: pd.DataFrame
    """One row a choice, the one that is printed first: ``value`` and, where known, ``low`` and
    ``high``, ``share_pct`` (of comparisons as extreme) and ``observations``; all other columns
    say which choice it is."""
    share_of: str = ""
    """What is compared with in ``share_pct``."""
    event: str = ""
    """The single event that it rests on; empty where there are many."""
    regime: str = ""
    """The stretch that a statement in the present tense is drawn from; empty for one about the past."""


def one_reading(value: float, **known: object) -> pd.DataFrame:
    """The readings of an argument that is read in one way only; ``known`` are its other columns."""
    return pd.DataFrame([{"value": value} | known])


def outcomes(arguments: Sequence[Argument], *, labels: Mapping[int, str] = LABELS) -> pd.DataFrame:
    """Every argument under every choice.

    Returns
    -------
    pandas.DataFrame
        ``side``, ``argument``, the columns of the readings, ``reading`` (a label).
    """
    parts = []
    for argument in arguments:
        found = [labels[argument.rule(row)] for _, row in _numbers(argument).iterrows()]
        parts.append(argument.readings.assign(side=argument.side, argument=argument.says, reading=found))
    table = pd.concat(parts, ignore_index=True)
    first = ["side", "argument"]
    return table[[*first, *table.columns.drop([*first, "reading"]), "reading"]]


def verdicts(arguments: Sequence[Argument], *, labels: Mapping[int, str] = LABELS) -> pd.DataFrame:
    """The verdict on every argument, and how often it holds.

    Parameters
    ----------
    arguments
        In the order of the table; of those that rest on one event the first decided one counts.
    labels
        Of the three findings.

    Returns
    -------
    pandas.DataFrame
        ``side``, ``argument``, ``measure``, the numbers of the first reading (``value``, ``low``,
        ``high``, ``share_pct``, ``observations``; missing where unknown), ``unit``, ``share_of``,
        ``event``, ``regime``, ``first_reading`` (a label), ``holds`` in how many of how many
        ``readings``, ``reading`` (the verdict: that label where it is robust by
        :data:`ROBUST_PCT`, the open one where it is not, :data:`SAME_EVENT` for a second one
        from one event) and ``would_change``.

    Raises
    ------
    EstimationError
        If an argument has no reading, or one about the present no number of observations.
    """
    rows, used = [], set()
    for argument in arguments:
        numbers = _numbers(argument)
        found = np.array([argument.rule(row) for _, row in numbers.iterrows()])
        first, holds = found[0], int((found == found[0]).sum())
        robust = 100 * holds >= ROBUST_PCT * len(found) and not (first and (found == -first).any())
        verdict = labels[first if robust else OPEN]
        if first and robust and argument.event:
            verdict = SAME_EVENT if argument.event in used else verdict
            used.add(argument.event)
        rows.append(
            {"side": argument.side, "argument": argument.says, "measure": argument.measure}
            | numbers.iloc[0][list(_NUMBERS)].to_dict()
            | {"unit": argument.unit, "share_of": argument.share_of}
            | {"event": argument.event, "regime": argument.regime}
            | {"first_reading": labels[first], "holds": holds, "readings": len(found)}
            | {"reading": verdict, "would_change": argument.would_change}
        )
    return pd.DataFrame(rows)


def _numbers(argument: Argument) -> pd.DataFrame:
    """The readings of an argument with all numbers, missing where unknown."""
    columns = argument.readings.columns.union(list(_NUMBERS), sort=False)
    numbers = argument.readings.reindex(columns=columns)
    if numbers.empty:
        raise EstimationError(f"{argument.says}: there is no reading; give at least one row.")
    if argument.regime and numbers["observations"].isna().any():
        raise EstimationError(
            f"{argument.says}: it speaks of the present ({argument.regime}) without the number of "
            "observations; add it to each reading."
        )
    return numbers
