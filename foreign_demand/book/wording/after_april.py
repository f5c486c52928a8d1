"""Sentences and cells of the chapter on what came after April 2025."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.events import EVE
from foreign_demand.analysis.markets import ASSETS


def followed_by(days: pd.DataFrame) -> list[str | None]:
    """What the three did after each of some days, in one printed cell; None where it is not over.

    Parameters
    ----------
    days
        From :func:`~foreign_demand.analysis.selloffs.monitor.worst_days`.
    """
    after = days[[f"{name} after" for name in ASSETS]]
    return [
        None if row.isna().any() else "\u00a0/\u00a0".join(words.signed(value, 1) for value in row)
        for _, row in after.iterrows()
    ]


def by_size(counts: pd.DataFrame, *, threshold: float) -> str:
    """Whether joint declines of any size, and large ones, are more than expected, in one sentence.

    Parameters
    ----------
    counts
        From :func:`~foreign_demand.analysis.selloffs.monitor.joint_days_since`.
    threshold
        From which size on they are large.
    """
    any_size, large = (counts.loc[counts["threshold"] == size].iloc[0] for size in (0.0, threshold))
    first, second = ("fewer" if row["days"] < row["expected"] else "more" for row in (any_size, large))
    return (
        f"There are {first} joint days of any size than expected ({any_size['days']:.0f} against "
        f"{any_size['expected']:.0f}) {'and' if first == second else 'but'} {second} large ones "
        f"({large['days']:.0f} against {large['expected']:.1f})."
    )


def which_days(days: Sequence[pd.Timestamp]) -> str:
    """``10 Apr 2025, 21 Apr 2025`` or ``none``."""
    return ", ".join(map(words.short_day, days)) or "none"


def did_not_fall(episodes: pd.DataFrame) -> str:
    """What did not fall in which of the named episodes, in one sentence."""
    parts = []
    for row in episodes.to_dict("records"):
        said = {"Stocks": "stocks", "Treasuries": "Treasuries", "Dollar": "the dollar"}
        names = [said[name] for name in ASSETS if row[name] >= 0]
        if names:
            parts.append(f"in {row['episode']} {words.listed(names)} did not fall")
    text = "; ".join(parts) or "in each of them all three fell"
    return f"{text[:1].upper()}{text[1:]}."


def purchases_since(purchases: pd.DataFrame) -> str:
    """What foreigners buy of America since the opening, in one sentence.

    Parameters
    ----------
    purchases
        From :func:`~foreign_demand.analysis.selloffs.sellers.rolling_purchases`.
    """
    everyone = purchases[purchases["holder"] == "All foreigners"]
    sums = everyone.pivot(index="month", columns="kind", values="value")
    now = sums.iloc[-1]
    step = now - sums[:EVE].iloc[-1]
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
