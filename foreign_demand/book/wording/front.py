"""What the front page says of editions: what they brought, and when the next one comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from foreign_demand import words
from foreign_demand.data.editions import State
from foreign_demand.data.periods import period_end

_TOLD: Mapping[int, Callable[[dt.date], str]] = {7: words.month, 10: words.day}
"""How a period is told, by how long it is written: 2025-04, 2025-04-09."""


def period_in_words(period: str) -> str:
    """``2026-05`` → ``May 2026``; ``2026-Q1`` → ``the first quarter of 2026``."""
    told = words.quarter if "Q" in period else _TOLD.get(len(period), lambda end: str(end.year))
    return told(period_end(period))


def changes_in_words(changes: pd.DataFrame) -> str:
    """What the newest editions brought that those before did not have, in one sentence.

    Parameters
    ----------
    changes
        From :func:`foreign_demand.data.editions.what_changed`.
    """
    again = changes[changes["previous_vintage"] != ""]
    if again.empty:
        return "No edition before is held"
    new = again[again["period"] != again["previous_period"]]
    revised = int(again["revised_cells"].sum())
    brought = [f"{r.publication}: {period_in_words(r.period)}" for r in new.itertuples()]
    listed = f" ({'; '.join(brought)})" if brought else ""
    said = f"{words.how_many(len(new)).capitalize()} of {words.count(len(again))} publications"
    values = "value was" if revised == 1 else "values were"
    return f"{said} brought a new period{listed}; {revised:,} older {values} revised"


def next_in_words(state: State, *, today: dt.date | None = None) -> str:
    """When the next edition of a publication comes, in a part of a sentence.

    Parameters
    ----------
    state
        From :func:`foreign_demand.data.editions.read_state`.
    today
        For tests: the day of the build.
    """
    today = today or dt.date.today()
    ahead = [day for day in map(dt.date.fromisoformat, state.dataset.releases) if day >= today]
    if ahead:
        late = ", and newer data than these should be out already" if state.overdue else ""
        return f"is announced for {words.day(min(ahead))}{late}"
    if state.next_release is None:
        return "will not come: the publication ended"
    verb = "should have come by" if state.overdue else "is due by"
    return f"{verb} {words.day(state.next_release)}"
