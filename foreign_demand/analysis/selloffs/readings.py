"""April 2025, technical or structural: what each reading predicts, and how often the data since say so.

A technical sell-off, leverage unwound and dealers full, is undone when the strain ends. A
structural one, holders leaving, is not, and shows in what they buy. Each piece of evidence
is read under every choice of end date, base and window that could as well have been made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from foreign_demand.analysis import evidence
from foreign_demand.analysis.events import EVE, SELLOFF_END, TRUCE, Unit, change
from foreign_demand.analysis.evidence import Argument
from foreign_demand.analysis.selloffs.episode import MEASURES
from foreign_demand.analysis.selloffs.monitor import joint_days_since
from foreign_demand.analysis.selloffs.sellers import custody_change, purchase_pairs

LABELS: Mapping[int, str] = {
    evidence.FOR: "technical",
    evidence.OPEN: "mixed",
    evidence.AGAINST: "structural",
}
"""What the three findings are called."""

BOUGHT_LESS_PCT = 25
"""Percent of the purchases before: a larger fall reads as structural, none as technical."""
CUSTODY_LOW, CUSTODY_ORDINARY = 10, 25
"""Percentile of the change in custody below which it reads as structural, and from which on as technical."""

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
    ("Bills", "All foreigners"): "Purchases of bills, all foreigners",
    ("All long-term", "All foreigners"): "Purchases of all long-term securities, all foreigners",
    ("Equities", "All foreigners"): "Purchases of US equities, all foreigners",
}
"""Purchases that are read, by kind and holder."""
DAYS: Mapping[float, str] = {
    0.0: "Days on which all three fell",
    1.0: "Days on which all three fell by their usual move or more",
}
"""Counts of joint declines that are read, by threshold."""

BASES = (EVE, pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-04"))
"""Closes from which a move is measured: the eve, the end of the quarter, the Friday before the week."""
ENDS = (TRUCE, *pd.date_range(SELLOFF_END + pd.Timedelta(weeks=1), periods=13, freq="W-FRI"))
"""Days by which a move may be undone: the truce, and each Friday of the quarter after."""
RECORDS = (pd.Timestamp("1974-01-01"), pd.Timestamp("2000-01-01"))
"""First days of the records that joint declines and custody are compared with."""
SPANS = (6, 13, 26, 52)
"""Weeks after the eve over which custody is read, besides all of them."""
WINDOWS = (EVE, EVE + pd.Timedelta(weeks=7))
"""Days after which joint declines are counted: the eve, and the end of the weeks that raised the question."""


def retraced(
    values: pd.DataFrame, dates: Mapping[str, pd.Timestamp], *, base: pd.Timestamp = EVE
) -> pd.DataFrame:
    """How much of each move between a base and the end of the sell-off was undone by later dates.

    Parameters
    ----------
    values
        From :func:`~foreign_demand.analysis.selloffs.episode.measures`.
    dates
        Later days by name; a day after a record's end gives its newest value.
    base
        Close from which moves are measured.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``move`` to its end; per date ``<date>``, the
        change since the base, and ``<date> undone``, the share of the move undone in
        percent: 100 is all of it, below 0 the move went on.
    """
    rows = []
    for key, group in values.groupby("measure", sort=False):
        measure, series = MEASURES[key], group.set_index("date")["value"].sort_index()

        def since_base(day: pd.Timestamp, series: pd.Series = series, unit: Unit = measure.change) -> float:
            return float(change(series[:day].iloc[-1], series[:base].iloc[-1], unit))

        move = since_base(SELLOFF_END)
        row: dict[str, Any] = {"measure": key, "name": measure.name, "unit": measure.change, "move": move}
        for name, day in dates.items():
            row[name] = since_base(day)
            row[f"{name} undone"] = 100 * (1 - row[name] / move) if move else 0.0
        rows.append(row)
    return pd.DataFrame(rows)


def arguments(
    values: pd.DataFrame, purchases: pd.DataFrame, custody: pd.DataFrame, scores: pd.DataFrame
) -> list[Argument]:
    """Every piece of evidence under every choice that could as well have been made.

    A price reads as technical when at least half of its move was undone, as structural when
    less than a quarter was; the prices are one event. Purchases read as technical when they
    did not fall, as structural when they fell by more than :data:`BOUGHT_LESS_PCT`; custody
    by its percentile, below :data:`CUSTODY_LOW` and from :data:`CUSTODY_ORDINARY` on; joint
    days as structural when less than :data:`~foreign_demand.analysis.evidence.RARE_PCT` percent
    of earlier stretches had as many, as technical when there are no more than expected.

    Parameters
    ----------
    values
        From :func:`~foreign_demand.analysis.selloffs.episode.measures`.
    purchases
        From :func:`~foreign_demand.analysis.selloffs.sellers.rolling_purchases`, bills included.
    custody
        ``WMTSECL1``.
    scores
        From :func:`~foreign_demand.analysis.selloffs.monitor.standardised`.
    """
    found = [
        Argument(
            side="technical",
            says=evidence_name,
            measure="share of the move undone",
            unit="%",
            rule=evidence.by_reversal,
            would_change="nothing: the weeks after the sell-off are over",
            readings=price_readings(values, key),
            event="prices of April 2025",
        )
        for key, evidence_name in PRICES.items()
    ]
    found += [
        Argument(
            side="technical",
            says=evidence_name,
            measure="change in purchases over twelve months",
            unit="%",
            rule=evidence.by_size(at_least=0, below=-BOUGHT_LESS_PCT),
            would_change="another year of purchases",
            readings=purchase_pairs(purchases, kind, holder),
        )
        for (kind, holder), evidence_name in FLOWS.items()
    ]
    found.append(
        Argument(
            side="technical",
            says="Custody at the Federal Reserve",
            measure="percentile of the change among spans as long",
            unit="percentile",
            rule=evidence.by_size(at_least=CUSTODY_ORDINARY, below=CUSTODY_LOW),
            would_change="a year without a fall",
            readings=custody_readings(custody),
        )
    )
    found += [
        Argument(
            side="technical",
            says=evidence_name,
            measure="days",
            unit="days",
            rule=by_count,
            would_change="another year of joint declines at the present pace, or none",
            readings=day_readings(scores, threshold),
            share_of="earlier stretches as long",
        )
        for threshold, evidence_name in DAYS.items()
    ]
    return found


def by_count(reading: pd.Series) -> int:
    """Joint days: structural when rarer than usual by chance, technical when no more than expected."""
    if reading["share_pct"] < evidence.RARE_PCT:
        return evidence.AGAINST
    return evidence.FOR if reading["value"] <= reading["expected"] else evidence.OPEN


def price_readings(values: pd.DataFrame, key: str) -> pd.DataFrame:
    """Share of one price's move undone, by base and end; no base from which it moved the other way.

    Returns
    -------
    pandas.DataFrame
        ``base``, ``end``, ``value`` in percent; the eve and the truce first.
    """
    chosen = values[values["measure"] == key]
    dates = {f"{end:%Y-%m-%d}": end for end in ENDS}
    moves = [retraced(chosen, dates, base=base).iloc[0] for base in BASES]
    return pd.DataFrame(
        [
            {"base": base, "end": end, "value": row[f"{name} undone"]}
            for base, row in zip(BASES, moves, strict=True)
            if row["move"] * moves[0]["move"] > 0
            for name, end in dates.items()
        ]
    )


def custody_readings(custody: pd.DataFrame) -> pd.DataFrame:
    """Percentile of the change in custody since the eve, by weeks and by the record compared with.

    Returns
    -------
    pandas.DataFrame
        ``weeks``, ``record`` (its first day), ``change_pct``, ``value``, the percentile, and
        ``apart``, how many spans of that length the record holds that do not overlap; all weeks
        and the whole record first.
    """
    held = custody.dropna()
    weeks = (held["date"].max() - EVE).days // 7
    rows = []
    for span in (weeks, *(span for span in SPANS if span < weeks)):
        for record in RECORDS:
            rows_since = held[held["date"] >= max(record, held["date"].min())]
            moved, place = custody_change(rows_since, start=EVE, weeks=span)
            rows.append(
                {
                    "weeks": span,
                    "record": rows_since["date"].min(),
                    "change_pct": moved,
                    "value": place,
                    "apart": (rows_since["date"].max() - rows_since["date"].min()).days // 7 // span,
                }
            )
    return pd.DataFrame(rows).drop_duplicates(["weeks", "record"], ignore_index=True)


def day_readings(scores: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Joint days since, by the record they are compared with and with and without the weeks in question.

    Returns
    -------
    pandas.DataFrame
        ``record`` (its first day), ``after``, ``value`` (days), ``expected``, ``share_pct`` of
        earlier stretches with as many, ``most`` in one of them, ``trading_days``.
    """
    rows = []
    for after in WINDOWS:
        for record in RECORDS:
            row = joint_days_since(scores, thresholds=[threshold], record=record, after=after).iloc[0]
            rows.append(
                {
                    "record": record,
                    "after": after,
                    "value": row["days"],
                    "expected": row["expected"],
                    "share_pct": row["as_many_pct"],
                    "most": row["most_before"],
                    "trading_days": row["trading_days"],
                }
            )
    return pd.DataFrame(rows)


def tally(found: Sequence[Argument]) -> pd.DataFrame:
    """The verdict on each piece of evidence, and in how many readings it reads which way.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`~foreign_demand.analysis.evidence.verdicts`, and ``technical``,
        ``mixed`` and ``structural``, numbers of readings.
    """
    verdicts = evidence.verdicts(found, labels=LABELS)
    every = evidence.outcomes(found, labels=LABELS)
    counts = every.groupby(["argument", "reading"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(LABELS.values()), fill_value=0)
    return verdicts.join(counts, on="argument")
