"""April 2025 day by day, and where it stands among all stretches of the same length.

Prices are closing or fixing prices; nothing here is intraday. One episode is one
observation: where it stands is said by its place among all windows of the same
length, not by a t-statistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.events import (
    EPISODES,
    TARIFFS,
    TROUGH,
    Episode,
    Unit,
    change,
    percentile,
    window_changes,
)
from foreign_demand.analysis.returns import JOINED, as_series, chained, join_stock_returns

__all__ = [
    "BOUGHT_LESS",
    "CUSTODY_LOW",
    "CUSTODY_ORDINARY",
    "MEASURES",
    "RARE_PCT",
    "REALISED_DAYS",
    "STAYED",
    "TABLES",
    "TAILS",
    "UNDONE",
    "Larger",
    "Measure",
    "changes_since",
    "closing_highs",
    "last_as_large",
    "measures",
    "moves_elsewhere",
    "purchases_in_words",
    "readings_in_words",
    "retraced",
    "technical_or_structural",
    "weekly_changes",
    "window_places",
]

UNDONE, STAYED = 0.5, 0.25
"""Share of a move undone by the truce, from which on it reads as technical, and below which as structural."""
BOUGHT_LESS = 0.25
"""Share of the purchases before: a larger fall reads as structural, none as technical."""
CUSTODY_LOW, CUSTODY_ORDINARY = 10, 25
"""Percentile of the change in custody below which it reads as structural, and from which on as technical."""
RARE_PCT = 5
"""Percent of earlier stretches with as many joint days: fewer, and the days read as structural."""

TAILS = (5, 95)
"""Percentiles outside which a move is called unusual."""
REALISED_DAYS = 21
"""Days over which realised volatility is measured."""

TABLES = (
    *("DGS2", "DGS10", "DGS30", "DFII10", "T10YIE", "T5YIFR", "DTWEXBGS", "DEXJPUS", "DEXSZUS", "VIXCLS"),
    *("BAMLC0A0CM", "BAMLH0A0HYM2", "gold_pm", "SOFR", "IORB", "acm_daily", "THREEFYTP10"),
    *("french_factors_daily", "SP500", "DTWEXM", "DTWEXAFEGS"),
)
"""Datasets that the measures are made from."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of the episode."""

    name: str
    panel: str
    change: Unit
    label: str = ""
    """In a panel that says the rest; fill where the name is long."""


MEASURES: Mapping[str, Measure] = {
    "y2": Measure(name="2-year", panel="Treasury yields", change="bp", label="2 years"),
    "y10": Measure(name="10-year", panel="Treasury yields", change="bp", label="10 years"),
    "y30": Measure(name="30-year", panel="Treasury yields", change="bp", label="30 years"),
    "real10": Measure(name="Real 10-year", panel="Real, breakeven", change="bp", label="Real"),
    "breakeven10": Measure(name="Breakeven 10-year", panel="Real, breakeven", change="bp", label="Breakeven"),
    "forward": Measure(name="5y5y breakeven", panel="Real, breakeven", change="bp", label="5y5y"),
    "stocks": Measure(name="US stocks", panel="US stocks", change="%"),
    "gold": Measure(name="Gold", panel="Gold", change="%"),
    "majors": Measure(name="Dollar, advanced", panel="The dollar", change="%", label="Advanced"),
    "broad": Measure(name="Dollar, broad", panel="The dollar", change="%", label="Broad"),
    "yen": Measure(name="Yen", panel="Yen and franc", change="%"),
    "franc": Measure(name="Swiss franc", panel="Yen and franc", change="%", label="Franc"),
    "grade": Measure(name="Investment grade", panel="Credit spreads", change="bp", label="Inv. grade"),
    "high_yield": Measure(name="High yield", panel="Credit spreads", change="bp"),
    "term_acm": Measure(name="ACM premium", panel="Term premium", change="bp", label="ACM"),
    "term_kw": Measure(name="Kim–Wright premium", panel="Term premium", change="bp", label="Kim–Wright"),
    "vix": Measure(name="VIX", panel="VIX", change="points"),
    "funding": Measure(name="SOFR less IORB", panel="SOFR less IORB", change="bp"),
    "rate_volatility": Measure(name="10-year volatility", panel="10-year volatility", change="points"),
    "dollar_volatility": Measure(name="Dollar volatility", panel="Dollar volatility", change="points"),
}
"""What is followed through the episode, by short name, in the order of the figures."""


def measures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every daily measure of the episode in one tidy table.

    Parameters
    ----------
    tables
        By id, those of :data:`TABLES`.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``measure`` (a key of :data:`MEASURES`), ``value``; percent, index or
        price. Realised volatilities are over :data:`REALISED_DAYS`, a year: basis points for the
        yield, percent for the dollar; implied ones are not free.
    """
    of = {id: as_series(tables[id]) for id in TABLES if id != "acm_daily"}
    stocks = join_stock_returns(tables["french_factors_daily"], tables["SP500"])
    dollar = chained(tables["DTWEXM"], tables["DTWEXAFEGS"], at=JOINED)
    acm = tables["acm_daily"]
    acm = acm[acm["maturity_years"] == 10].set_index("date")["term_premium_pct"].dropna()
    year = np.sqrt(252)
    found = {
        "y2": of["DGS2"],
        "y10": of["DGS10"],
        "y30": of["DGS30"],
        "real10": of["DFII10"],
        "breakeven10": of["T10YIE"],
        "forward": of["T5YIFR"],
        "stocks": 100 * (1 + stocks["1970":] / 100).cumprod(),
        "gold": of["gold_pm"],
        "majors": dollar,
        "broad": of["DTWEXBGS"],
        "yen": 1 / of["DEXJPUS"],
        "franc": 1 / of["DEXSZUS"],
        "vix": of["VIXCLS"],
        "grade": of["BAMLC0A0CM"],
        "high_yield": of["BAMLH0A0HYM2"],
        "rate_volatility": 100 * of["DGS10"].diff().rolling(REALISED_DAYS).std() * year,
        "dollar_volatility": 100 * np.log(dollar).diff().rolling(REALISED_DAYS).std() * year,
        "term_acm": acm,
        "term_kw": of["THREEFYTP10"],
        "funding": (of["SOFR"] - of["IORB"]).dropna(),
    }
    parts = [
        pd.DataFrame({"date": values.index, "measure": name, "value": values.to_numpy()})
        for name, values in found.items()
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset="value")


def changes_since(values: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Each measure through the episode, as a change since its value on or before a day.

    VIX, volatilities and overnight funding are kept as levels.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``measure``, ``name``, ``panel``, ``unit``, ``level``, ``value``.
    """
    parts = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"]
        base = series[:start]
        window = series[base.index[-1] : end]
        level = measure.change == "points" or key == "funding"
        scale = 100 if key == "funding" else 1
        drawn = (
            scale * window.to_numpy()
            if level
            else change(window.to_numpy(), base.to_numpy()[-1], measure.change)
        )
        unit = {"VIX": "index", "10-year volatility": "bp", "Dollar volatility": "%"}
        parts.append(
            pd.DataFrame(
                {
                    "date": window.index,
                    "measure": key,
                    "name": measure.label or measure.name,
                    "panel": measure.panel,
                    "unit": unit.get(measure.panel, measure.change),
                    "level": window.to_numpy(),
                    "value": drawn,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def window_places(
    values: pd.DataFrame,
    *,
    days: int,
    since: pd.Timestamp | None = None,
    episodes: Sequence[Episode] = EPISODES,
) -> pd.DataFrame:
    """Where each episode's change stands among all windows of the same length.

    Parameters
    ----------
    values
        From :func:`measures`.
    days
        Observations of a measure's own record in a window.
    since
        First day a window may start; None for all of each measure's record.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``episode``, ``change``, ``percentile`` (share of
        windows with a smaller change), ``as_large_pct`` (share of windows with at least
        as large a change in either direction), ``windows``, ``first``, ``end``. Without a
        row where the record does not cover the episode.
    """
    rows = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()[since:]
        changes = window_changes(series, days, unit=measure.change)
        ends = pd.Series(series.index[days:], index=changes.index)
        for episode in episodes:
            before = changes[: episode.before]
            if before.empty or (episode.before - before.index[-1]).days > 5:
                continue
            start = before.index[-1]
            rows.append(
                {
                    "measure": key,
                    "name": measure.name,
                    "unit": measure.change,
                    "episode": episode.name,
                    "change": changes[start],
                    "percentile": percentile(changes, changes[start]),
                    "as_large_pct": 100 * (changes.abs() >= abs(changes[start]) - 1e-9).mean(),
                    "windows": len(changes),
                    "first": changes.index[0],
                    "end": ends[start],
                }
            )
    return pd.DataFrame(rows)


def moves_elsewhere(places: pd.DataFrame, measure: str, *, but: str) -> str:
    """``rose in March 2020 and September 2022, and fell in September 2008``.

    Parameters
    ----------
    places
        From :func:`window_places`.
    measure
        Its name there.
    but
        Episode that is left out.
    """
    others = places[(places["measure"] == measure) & (places["episode"] != but)]
    rose = others["change"] > 0
    parts = {"rose": others.loc[rose, "episode"], "fell": others.loc[~rose, "episode"]}
    return ", and ".join(
        f"{verb} in {words.listed(list(names))}" for verb, names in parts.items() if len(names)
    )


def weekly_changes(bond_yield: pd.DataFrame, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Change of a yield from Friday to Friday, ranked.

    A week ends with its last observation: Thursday's where Friday was a holiday.

    Returns
    -------
    pandas.DataFrame
        Indexed by the Friday: ``end``, the day of the last observation; ``change_bp``;
        ``rank``, 1 for the largest rise; ties share the better rank.
    """
    series = as_series(bond_yield)
    week = pd.DataFrame({"yield": series, "end": series.index}).resample("W-FRI").last().dropna()
    table = pd.DataFrame({"end": week["end"], "change_bp": (100 * week["yield"].diff()).round(6)}).iloc[1:]
    table = table[since:] if since is not None else table
    return table.assign(rank=table["change_bp"].rank(ascending=False, method="min").astype(int))


@dataclass(frozen=True, kw_only=True)
class Larger:
    """The last time a closing value was as high, before a day."""

    day: pd.Timestamp
    value: float
    prior_day: pd.Timestamp | None
    """``None``: the highest value of the record so far."""
    prior_value: float | None
    first: pd.Timestamp

    @property
    def phrase(self) -> str:
        """``the highest since 1 April 2020`` or ``the highest since the record begins in 1990``."""
        if self.prior_day is None:
            return f"the highest since the record begins in {self.first.year}"
        return f"the highest since {words.day(self.prior_day)}"


def last_as_large(series: pd.Series, day: pd.Timestamp) -> Larger:
    """Find the last earlier day with a value at least as high.

    Parameters
    ----------
    series
        Closing values or changes, indexed by date.
    day
        In the index.
    """
    value = series[day]
    before = series[series.index < day]
    higher = before[before >= value]
    return Larger(
        day=day,
        value=float(value),
        prior_day=None if higher.empty else higher.index[-1],
        prior_value=None if higher.empty else float(higher.iloc[-1]),
        first=series.index[0],
    )


def closing_highs(
    values: pd.DataFrame, keys: Sequence[str], *, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """The highest closing value of each measure in some days, and when it was last as high.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``day``, ``value``, ``prior_day`` and ``prior_value`` (missing for a record),
        ``first`` day of the measure.
    """
    rows = []
    for key in keys:
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()
        found = last_as_large(series, series[start:end].idxmax())
        rows.append(
            {
                "name": MEASURES[key].name,
                "day": found.day,
                "value": found.value,
                "prior_day": found.prior_day,
                "prior_value": found.prior_value,
                "first": found.first,
            }
        )
    return pd.DataFrame(rows)


# --- technical or structural ---------------------------------------------------


def retraced(values: pd.DataFrame, dates: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """How much of each move between the opening and the trough was undone by later dates.

    Parameters
    ----------
    values
        From :func:`measures`.
    dates
        Later days by name; a day after a record's end gives its newest value.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``move`` to the trough; per date ``<date>``, the
        change since the opening, and ``<date> undone``, the share of the move undone in
        percent: 100 is all of it, below 0 the move went on.
    """
    rows = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()

        def since_opening(
            day: pd.Timestamp, series: pd.Series = series, unit: Unit = measure.change
        ) -> float:
            return float(change(series[:day].iloc[-1], series[:TARIFFS].iloc[-1], unit))

        move = since_opening(TROUGH)
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
    a structural one (holders leaving) is not, and shows in purchases. A price move counts
    as technical when at least :data:`UNDONE` of it was undone by the truce of May, as structural
    when less than :data:`STAYED` was. Purchases count as technical when they did not fall, as
    structural when they fell by more than :data:`BOUGHT_LESS` of what they were; custody as
    structural when its change is below percentile :data:`CUSTODY_LOW`, as technical from
    :data:`CUSTODY_ORDINARY` on; joint days as structural when less than :data:`RARE_PCT` percent
    of earlier stretches had as many, as technical when they are no more than expected. All
    else is mixed.

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
        ``evidence``, ``technical`` and ``structural`` (what each predicts), ``found``,
        ``measured`` (what the score rests on: percent undone by the truce, change in USD
        billion, percentile, percent of stretches), ``score``: ``technical``, ``structural``
        or ``mixed``.
    """

    def by_reversal(key: str, label: str) -> dict[str, Any]:
        row = undone.set_index("measure").loc[key]
        share = row["truce undone"]
        unit = {"bp": " bp", "%": "%", "points": ""}[row["unit"]]
        steps = [f"{words.signed(row[column])}{unit}" for column in ("move", "truce", "latest")]
        score = "technical" if share >= 100 * UNDONE else "structural" if share < 100 * STAYED else "mixed"
        return {
            "evidence": label,
            "technical": "undone",
            "structural": "stays",
            "found": ", ".join(steps),
            "measured": share,
            "score": score,
        }

    def by_flow(kind: str, holder: str, label: str) -> dict[str, Any]:
        series = purchases[(purchases["kind"] == kind) & (purchases["holder"] == holder)].set_index("month")
        before = series.loc[:TARIFFS, "value"].iloc[-1]
        latest = series["value"].iloc[-1]
        change = latest - before
        fell = change < -BOUGHT_LESS * abs(before)
        score = "structural" if fell else "technical" if change >= 0 else "mixed"
        return {
            "evidence": label,
            "technical": "as before",
            "structural": "fall",
            "found": f"USD {words.signed(before)} billion, now {words.signed(latest)}",
            "measured": change,
            "score": score,
        }

    def by_days(threshold: float, label: str) -> dict[str, Any]:
        row = joint_days.set_index("threshold").loc[threshold]
        score = "mixed"
        if row["as_many_pct"] < RARE_PCT:
            score = "structural"
        elif row["days"] <= row["expected"]:
            score = "technical"
        return {
            "evidence": label,
            "technical": "as rare as before",
            "structural": "more frequent",
            "found": f"{words.how_many(int(row['days']))}, {row['expected']:.1f} expected; as many in "
            f"{words.percent(row['as_many_pct'])} of earlier stretches",
            "measured": row["as_many_pct"],
            "score": score,
        }

    rows = [
        by_reversal("y10", "10-year yield"),
        by_reversal("y30", "30-year yield"),
        by_reversal("term_kw", "Term premium (Kim–Wright)"),
        by_reversal("grade", "Investment-grade spread"),
        by_reversal("stocks", "US stocks"),
        by_reversal("majors", "Dollar against advanced economies"),
        by_reversal("gold", "Gold"),
        by_flow("Treasuries", "All foreigners", "Purchases of notes and bonds, all foreigners"),
        by_flow("Treasuries", "Official", "Purchases of notes and bonds, official"),
        by_flow("Equities", "All foreigners", "Purchases of US equities, all foreigners"),
        {
            "evidence": "Custody at the Federal Reserve",
            "technical": "an ordinary change",
            "structural": "an unusual fall",
            "found": f"lower than over {words.percent(100 - custody_percentile, 1)} of spans as long"
            if custody_percentile < 50
            else f"higher than over {words.percent(custody_percentile, 1)} of spans as long",
            "measured": custody_percentile,
            "score": "structural"
            if custody_percentile < CUSTODY_LOW
            else "mixed"
            if custody_percentile < CUSTODY_ORDINARY
            else "technical",
        },
        by_days(0.0, "Days on which all three fell"),
        by_days(1.0, "Days on which all three fell by their usual move or more"),
    ]
    return pd.DataFrame(rows)


def readings_in_words(readings: pd.DataFrame) -> str:
    """Which evidence of :func:`technical_or_structural` reads which way, in one sentence."""
    parts = []
    for score in ("technical", "structural", "mixed"):
        found = readings.loc[readings["score"] == score, "evidence"].tolist()
        if found:
            parts.append(f"{words.count(len(found))} as {score} ({'; '.join(found)})")
    text = words.listed(parts)
    return f"{text[:1].upper()}{text[1:]}."


def purchases_in_words(purchases: pd.DataFrame) -> str:
    """What foreigners buy of America since the opening, in one sentence.

    Parameters
    ----------
    purchases
        From :func:`~foreign_demand.analysis.selloffs.sellers.rolling_purchases`.
    """
    everyone = purchases[purchases["holder"] == "All foreigners"]
    sums = everyone.pivot(index="month", columns="kind", values="value")
    now = sums.iloc[-1]
    step = now - sums[:TARIFFS].iloc[-1]
    if (now < 0).all():
        return "Foreigners sell more of both Treasuries and equities than they buy: America is being sold."
    if now["Treasuries"] < 0:
        return "Foreigners sell more Treasuries than they buy and still buy equities: debt is being sold."
    if now["Equities"] < 0:
        return "Foreigners sell more equities than they buy and still buy Treasuries: shares are being sold."
    if step["Treasuries"] < 0 < step["Equities"]:
        return (
            "Foreigners buy less of the government's debt than before the tariffs and more of the companies' "
            "shares: not “sell America”, but a change in what is bought of it."
        )
    moved = {name: "more" if change > 0 else "less" for name, change in step.items()}
    return (
        f"Foreigners buy {moved['Treasuries']} of Treasuries and {moved['Equities']} of equities than before "
        "the tariffs."
    )
