"""What *Holders* says: the ranking in cells."""

from __future__ import annotations

from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.book.figures import as_printed


def ranking_as_printed(ranks: pd.DataFrame, *, top: int) -> pd.DataFrame:
    """Cells of the largest holders; an asterisk marks a change that crosses a break.

    Parameters
    ----------
    ranks
        From :func:`foreign_demand.analysis.holdings.ranking`.
    top
        How many are printed.
    """
    shown = ranks.head(top)
    columns: dict[str, Any] = {
        "Rank": ("rank", str),
        "Country": ("country", str),
        "USD billion": ("holdings_usd_bn", "{:,.0f}".format),
        "Share, %": ("share_pct", "{:.1f}".format),
    }
    for breaks in ranks.filter(like="breaks_"):
        start = breaks.removeprefix("breaks_")
        crossed = bool(shown[breaks].iloc[0])  # a horizon is the same for all countries
        columns[_heading(start)] = (f"change_{start}_usd_bn", _marked if crossed else words.signed)
    return as_printed(shown, columns)


def _marked(change: float) -> str:
    return f"{words.signed(change)}*"


def _heading(start: str) -> str:
    if start.endswith("y"):
        years = int(start[:-1])
        return f"Change, {years} year{'s' if years > 1 else ''}"
    return f"Change since {words.month(pd.Timestamp(start.replace('_', '-')))}"
