"""Who could act: what blocs hold, and what the Federal Reserve bought in weeks of strain."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foreign_demand.data.places import AGGREGATES, CUSTODY_CENTRES, FOREIGN_OFFICIAL, TOTAL
from foreign_demand.exceptions import EstimationError

BLOCS: Mapping[str, tuple[str, ...]] = {
    "Euro area": (
        "Austria",
        "Belgium",
        "Cyprus",
        "Finland",
        "France",
        "Germany",
        "Greece",
        "Ireland",
        "Italy",
        "Luxembourg",
        "Netherlands",
        "Portugal",
        "Spain",
    ),
    "China with Hong Kong": ("China, Mainland", "Hong Kong"),
    "Japan": ("Japan",),
    "United Kingdom": ("United Kingdom",),
    "Other BRICS": ("Brazil", "India", "Russia", "South Africa"),
    "Gulf": ("Saudi Arabia", "United Arab Emirates", "Kuwait", "Oman"),
}
"""Blocs that could act together, by the names of TIC, as far as it lists their members."""


def holdings_by_bloc(holders: pd.DataFrame, marketable_usd_bn: float) -> pd.DataFrame:
    """What each bloc holds in the last month, official and private, with the part in custody centres.

    TIC publishes the official holdings of all countries together and of none alone.

    Parameters
    ----------
    holders
        Holdings by country as the book joins them: ``month``, ``country``, ``series``, ``holdings_usd_bn``.
    marketable_usd_bn
        Marketable debt of that month.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``bloc`` (the blocs by size, then all custody centres, all official holders and all
        foreigners), ``holdings_usd_bn``, ``custody_pct`` (held in custody and fund centres), and
        ``of_marketable_pct``.
    """
    held = latest(holders)
    groups = {bloc: [name for name in names if name in held.index] for bloc, names in BLOCS.items()}
    groups = dict(sorted(groups.items(), key=lambda item: -held[item[1]].sum()))
    groups |= {
        "Custody and fund centres": list(CUSTODY_CENTRES),
        "All official holders": [FOREIGN_OFFICIAL],
        "All foreigners": [TOTAL],
    }
    inside = held[held.index.isin(CUSTODY_CENTRES)]
    rows = [
        {
            "bloc": bloc,
            "holdings_usd_bn": held[names].sum(),
            "custody_pct": inside[inside.index.isin(names)].sum() / held[names].sum() * 100,
        }
        for bloc, names in groups.items()
    ]
    table = pd.DataFrame(rows)
    everyone = table["bloc"] == "All foreigners"
    table.loc[everyone, "custody_pct"] = inside.sum() / held[TOTAL] * 100
    table.loc[table["bloc"] == "All official holders", "custody_pct"] = float("nan")
    table["of_marketable_pct"] = table["holdings_usd_bn"] / marketable_usd_bn * 100
    table.insert(0, "month", holders["month"].max())
    return table


def latest(holders: pd.DataFrame) -> pd.Series:
    """Holdings of the last month by country, in USD billion, without missing ones."""
    now = holders[(holders["month"] == holders["month"].max()) & (holders["series"] == "current")]
    return now.set_index("country")["holdings_usd_bn"].dropna()


def countries(holders: pd.DataFrame, *, at_least_usd_bn: float) -> pd.Series:
    """Countries that hold at least so much in the last month, the largest first."""
    held = latest(holders)
    held = held[~held.index.isin(AGGREGATES)]
    return held[held >= at_least_usd_bn].sort_values(ascending=False)


def since(level: pd.Series, start: pd.Timestamp, *, weeks: int) -> pd.Series:
    """Change of a weekly level since the last value before a day, by week: 0, 1, 2 and so on.

    Parameters
    ----------
    level
        Weekly, by day.
    start
        A day; week 0 is the last value on or before it.
    weeks
        To look ahead; fewer where the series ends.

    Raises
    ------
    EstimationError
        If there is no value on or before the day.
    """
    before = level[:start]
    if before.empty:
        raise EstimationError(f"No weekly value on or before {start:%-d %B %Y}; the series begins later.")
    later = level[before.index[-1] :].iloc[: weeks + 1]
    return (later - later.iloc[0]).reset_index(drop=True).rename_axis("week")


def largest_purchase(level: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, float]:
    """Week of the largest rise of a weekly level in a stretch, and its size."""
    rises = level.diff()[start:end]
    return rises.idxmax(), float(rises.max())
