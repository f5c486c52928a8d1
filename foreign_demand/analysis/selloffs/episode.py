"""April 2025 day by day, and where it stands among all stretches of the same length.

Prices are closing or fixing prices; nothing here is intraday. One episode is one
observation: where it stands is said by its place among all windows of the same
length, not by a t-statistic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.analysis.events import SELLOFFS, Unit, change, percentile, window_changes
from foreign_demand.analysis.markets import realised_volatility
from foreign_demand.analysis.records import last_as_large
from foreign_demand.analysis.returns import JOINED, as_series, join_stock_returns, splice

TAILS = (5, 95)
"""Percentiles outside which a move is called unusual."""
REALISED_DAYS = 21
"""Days over which realised volatility is measured."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of the episode."""

    name: str
    panel: str
    change: Unit
    tables: tuple[str, ...]
    """Datasets it is made from."""
    label: str = ""
    """In a panel that says the rest; fill where the name is long."""


MEASURES: Mapping[str, Measure] = {
    "y2": Measure(tables=("DGS2",), name="2-year", panel="Treasury yields", change="bp", label="2 years"),
    "y10": Measure(tables=("DGS10",), name="10-year", panel="Treasury yields", change="bp", label="10 years"),
    "y30": Measure(tables=("DGS30",), name="30-year", panel="Treasury yields", change="bp", label="30 years"),
    "real10": Measure(
        tables=("DFII10",), name="Real 10-year", panel="Real, breakeven", change="bp", label="Real"
    ),
    "breakeven10": Measure(
        tables=("T10YIE",), name="Breakeven 10-year", panel="Real, breakeven", change="bp", label="Breakeven"
    ),
    "forward": Measure(
        tables=("T5YIFR",), name="5y5y breakeven", panel="Real, breakeven", change="bp", label="5y5y"
    ),
    "stocks": Measure(
        tables=("french_factors_daily", "SP500"), name="US stocks", panel="US stocks", change="%"
    ),
    "gold": Measure(tables=("gold_pm",), name="Gold", panel="Gold", change="%"),
    "majors": Measure(
        tables=("DTWEXM", "DTWEXAFEGS"),
        name="Dollar, advanced",
        panel="The dollar",
        change="%",
        label="Advanced",
    ),
    "broad": Measure(
        tables=("DTWEXBGS",), name="Dollar, broad", panel="The dollar", change="%", label="Broad"
    ),
    "yen": Measure(tables=("DEXJPUS",), name="Yen", panel="Yen and franc", change="%"),
    "franc": Measure(
        tables=("DEXSZUS",), name="Swiss franc", panel="Yen and franc", change="%", label="Franc"
    ),
    "grade": Measure(
        tables=("BAMLC0A0CM",),
        name="Investment grade",
        panel="Credit spreads",
        change="bp",
        label="Inv. grade",
    ),
    "high_yield": Measure(tables=("BAMLH0A0HYM2",), name="High yield", panel="Credit spreads", change="bp"),
    "term_acm": Measure(
        tables=("acm_daily",), name="ACM premium", panel="Term premium", change="bp", label="ACM"
    ),
    "term_kw": Measure(
        tables=("THREEFYTP10",),
        name="Kim–Wright premium",
        panel="Term premium",
        change="bp",
        label="Kim–Wright",
    ),
    "vix": Measure(tables=("VIXCLS",), name="VIX", panel="VIX", change="points"),
    "funding": Measure(tables=("SOFR", "IORB"), name="SOFR less IORB", panel="SOFR less IORB", change="bp"),
    "rate_volatility": Measure(
        tables=("DGS10",), name="10-year volatility", panel="10-year volatility", change="points"
    ),
    "dollar_volatility": Measure(
        tables=("DTWEXM", "DTWEXAFEGS"), name="Dollar volatility", panel="Dollar volatility", change="points"
    ),
}
"""What is followed through the episode, by short name, in the order of the figures."""


def tables_of(keys: Iterable[str] = MEASURES) -> list[str]:
    """Datasets that some measures are made from, each once, in the order of the measures."""
    return list(dict.fromkeys(id for key in keys for id in MEASURES[key].tables))


def _acm(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    table = tables["acm_daily"]
    return table[table["maturity_years"] == 10].set_index("date")["term_premium_pct"].dropna()


def _stocks(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    returns = join_stock_returns(tables["french_factors_daily"], tables["SP500"])
    return 100 * (1 + returns["1970":] / 100).cumprod()


def _dollar(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    return splice(tables["DTWEXM"], tables["DTWEXAFEGS"], at=JOINED)


def _funding(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    return (as_series(tables["SOFR"]) - as_series(tables["IORB"])).dropna()


def _rate_volatility(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    return realised_volatility(as_series(tables["DGS10"]).diff(), days=REALISED_DAYS, scale=100)


def _dollar_volatility(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    return realised_volatility(np.log(_dollar(tables)).diff(), days=REALISED_DAYS, scale=100)


_MADE: Mapping[str, Callable[[Mapping[str, pd.DataFrame]], pd.Series]] = {
    "stocks": _stocks,
    "majors": _dollar,
    "yen": lambda tables: 1 / as_series(tables["DEXJPUS"]),
    "franc": lambda tables: 1 / as_series(tables["DEXSZUS"]),
    "term_acm": _acm,
    "funding": _funding,
    "rate_volatility": _rate_volatility,
    "dollar_volatility": _dollar_volatility,
}
"""How a measure is made that is not simply the one value of its one table."""


def measures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Daily measures of the episode in one tidy table.

    Parameters
    ----------
    tables
        By id, from :func:`tables_of`; a measure that lacks one of its tables is left out.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``measure`` (a key of :data:`MEASURES`), ``value``; percent, index or
        price. Realised volatilities are over :data:`REALISED_DAYS`, a year: basis points for the
        yield, percent for the dollar; implied ones are not free.
    """
    found = {
        key: _MADE[key](tables) if key in _MADE else as_series(tables[measure.tables[0]])
        for key, measure in MEASURES.items()
        if set(measure.tables) <= tables.keys()
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
    selloffs: Mapping[str, pd.Timestamp] = SELLOFFS,
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
    selloffs
        By name, the last close before each.

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
        for name, close in selloffs.items():
            before = changes[:close]
            if before.empty or (close - before.index[-1]).days > 5:
                continue
            start = before.index[-1]
            rows.append(
                {
                    "measure": key,
                    "name": measure.name,
                    "unit": measure.change,
                    "episode": name,
                    "change": changes[start],
                    "percentile": percentile(changes, changes[start]),
                    "as_large_pct": 100 * (changes.abs() >= abs(changes[start]) - 1e-9).mean(),
                    "windows": len(changes),
                    "first": changes.index[0],
                    "end": ends[start],
                }
            )
    return pd.DataFrame(rows)


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
                "day": found.period,
                "value": found.value,
                "prior_day": found.prior_period,
                "prior_value": found.prior_value,
                "first": found.first,
            }
        )
    return pd.DataFrame(rows)
