"""April 2025, technical or structural: what each reading predicts, and what came since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from foreign_demand.analysis.events import EVE, SELLOFF_END, Unit, change
from foreign_demand.analysis.selloffs.episode import MEASURES

Score = Literal["technical", "structural", "mixed"]

UNDONE, STAYED = 0.5, 0.25
"""Share of a move undone by the truce, from which on it reads as technical, and below which as structural."""
BOUGHT_LESS = 0.25
"""Share of the purchases before: a larger fall reads as structural, none as technical."""
CUSTODY_LOW, CUSTODY_ORDINARY = 10, 25
"""Percentile of the change in custody below which it reads as structural, and from which on as technical."""
RARE_PCT = 5
"""Percent of earlier stretches with as many joint days: fewer, and the days read as structural."""

PRICES: Mapping[str, str] = {
    "y10": "10-year yield",
    "y30": "30-year yield",
    "term_kw": "Term premium (Kim–Wright)",
    "grade": "Investment-grade spread",
    "stocks": "US stocks",
    "majors": "Dollar against advanced economies",
    "gold": "Gold",
}
"""Prices that are read, by measure."""
FLOWS: Mapping[tuple[str, str], str] = {
    ("Treasuries", "All foreigners"): "Purchases of notes and bonds, all foreigners",
    ("Treasuries", "Official"): "Purchases of notes and bonds, official",
    ("Equities", "All foreigners"): "Purchases of US equities, all foreigners",
}
"""Purchases that are read, by kind and holder."""
DAYS: Mapping[float, str] = {
    0.0: "Days on which all three fell",
    1.0: "Days on which all three fell by their usual move or more",
}
"""Counts of joint declines that are read, by threshold."""


def retraced(values: pd.DataFrame, dates: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """How much of each move between the opening and the end of the sell-off was undone by later dates.

    Parameters
    ----------
    values
        From :func:`~foreign_demand.analysis.selloffs.episode.measures`.
    dates
        Later days by name; a day after a record's end gives its newest value.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``move`` to its end; per date ``<date>``, the
        change since the opening, and ``<date> undone``, the share of the move undone in
        percent: 100 is all of it, below 0 the move went on.
    """
    rows = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()

        def since_opening(
            day: pd.Timestamp, series: pd.Series = series, unit: Unit = measure.change
        ) -> float:
            return float(change(series[:day].iloc[-1], series[:EVE].iloc[-1], unit))

        move = since_opening(SELLOFF_END)
        row = {"measure": key, "name": measure.name, "unit": measure.change, "move": move}
        for name, day in dates.items():
            row[name] = since_opening(day)
            row[f"{name} undone"] = 100 * (1 - row[name] / move)
        rows.append(row)
    return pd.DataFrame(rows)


def technical_or_structural(
    undone: pd.DataFrame,
    purchases: pd.DataFrame,
    *,
    custody_percentile: float,
    joint_days: pd.DataFrame,
) -> pd.DataFrame:
    """Two readings of April 2025, what each predicts, and what the data since say.

    A technical sell-off (leverage unwound, dealers full) is undone when the strain ends;
    a structural one (holders leaving) is not, and shows in purchases. The rules are
    :func:`by_reversal`, :func:`by_flow`, :func:`by_percentile` and :func:`by_days`.

    Parameters
    ----------
    undone
        From :func:`retraced`, with columns ``truce`` and ``latest``.
    purchases
        From :func:`~foreign_demand.analysis.selloffs.sellers.rolling_purchases`.
    custody_percentile
        From :func:`~foreign_demand.analysis.selloffs.sellers.custody_change`, over the weeks since.
    joint_days
        From :func:`~foreign_demand.analysis.selloffs.monitor.joint_days_since`.

    Returns
    -------
    pandas.DataFrame
        ``evidence``, ``technical`` and ``structural`` (what each predicts), ``rule``,
        ``measured`` (what the score rests on: percent undone by the truce, change in USD
        billion, percentile, percent of stretches), ``score``: ``technical``, ``structural``
        or ``mixed``; and what was found, missing where it does not apply: ``unit``,
        ``move``, ``truce`` and ``latest`` of a price, ``before`` and ``latest`` of
        purchases, ``days`` and ``expected``.
    """
    prices, counted = undone.set_index("measure"), joint_days.set_index("threshold")
    rows = []
    for key, evidence in PRICES.items():
        row = prices.loc[key]
        rows.append(
            {
                **_told(evidence, "reversal", "undone", "stays"),
                **row[["unit", "move", "truce", "latest"]].to_dict(),
                "measured": row["truce undone"],
                "score": by_reversal(row["truce undone"]),
            }
        )
    for (kind, holder), evidence in FLOWS.items():
        chosen = (purchases["kind"] == kind) & (purchases["holder"] == holder)
        series = purchases[chosen].set_index("month")["value"]
        before, latest = series[:EVE].iloc[-1], series.iloc[-1]
        rows.append(
            {
                **_told(evidence, "flow", "as before", "fall"),
                "before": before,
                "latest": latest,
                "measured": latest - before,
                "score": by_flow(before, latest),
            }
        )
    rows.append(
        {
            **_told("Custody at the Federal Reserve", "percentile", "an ordinary change", "an unusual fall"),
            "measured": custody_percentile,
            "score": by_percentile(custody_percentile),
        }
    )
    for threshold, evidence in DAYS.items():
        row = counted.loc[threshold]
        rows.append(
            {
                **_told(evidence, "days", "as rare as before", "more frequent"),
                **row[["days", "expected"]].to_dict(),
                "measured": row["as_many_pct"],
                "score": by_days(row["as_many_pct"], row["days"], row["expected"]),
            }
        )
    return pd.DataFrame(rows)


def _told(evidence: str, rule: str, technical: str, structural: str) -> dict[str, str]:
    return {"evidence": evidence, "rule": rule, "technical": technical, "structural": structural}


def by_reversal(undone_pct: float) -> Score:
    """A price: technical when at least :data:`UNDONE` was undone, structural below :data:`STAYED`."""
    if undone_pct >= 100 * UNDONE:
        return "technical"
    return "structural" if undone_pct < 100 * STAYED else "mixed"


def by_flow(before: float, latest: float) -> Score:
    """Purchases: structural when they fell by more than :data:`BOUGHT_LESS`, technical when not at all."""
    if latest - before < -BOUGHT_LESS * abs(before):
        return "structural"
    return "technical" if latest >= before else "mixed"


def by_percentile(percentile: float) -> Score:
    """Custody: structural below :data:`CUSTODY_LOW`, technical from :data:`CUSTODY_ORDINARY` on."""
    if percentile < CUSTODY_LOW:
        return "structural"
    return "mixed" if percentile < CUSTODY_ORDINARY else "technical"


def by_days(as_many_pct: float, days: float, expected: float) -> Score:
    """Joint days: structural when rarer than :data:`RARE_PCT`, technical when no more than expected."""
    if as_many_pct < RARE_PCT:
        return "structural"
    return "technical" if days <= expected else "mixed"
