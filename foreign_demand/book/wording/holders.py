"""What *Holders* says: the ranking, why rows changed, and bounds, in words and in cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.flows import PARTS
from foreign_demand.book.figures import as_printed
from foreign_demand.data.places import in_a_sentence


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


def known_answer(custody_share_pct: float) -> str:
    """How much can be told of who holds, by the share recorded where the owner is not known.

    Parameters
    ----------
    custody_share_pct
        Share of foreign holdings in custody and fund centres, percent.
    """
    if custody_share_pct >= 50:
        return "For the most part that cannot be told"
    return "In part that cannot be told" if custody_share_pct >= 5 else "By country that can be told"


def bounds_in_words(bounds: Mapping[str, float]) -> str:
    """``has fallen by 14 to 57%``, or both ends with their signs where they differ.

    Parameters
    ----------
    bounds
        From :func:`foreign_demand.analysis.holdings.change_bounds`.
    """
    low, high = bounds["low_pct"], bounds["high_pct"]
    if high < 0:
        return f"has fallen by {words.between(-high, -low)}%"
    if low > 0:
        return f"has risen by {words.between(low, high)}%"
    return f"has changed by {words.signed_percent(low)} to {words.signed_percent(high)}"


def parts_in_words(row: pd.Series) -> str:
    """The parts of one change, with their signs, as a list.

    Parameters
    ----------
    row
        Of :func:`foreign_demand.analysis.flows.explain`.
    """
    return words.listed(
        [f"{_inside(name)} {words.signed(row[column])}" for column, name in PARTS.items() if column in row]
    )


def largest_parts_in_words(explained: pd.DataFrame) -> str:
    """Which part was the largest of each row's change, rows by part.

    Parameters
    ----------
    explained
        From :func:`foreign_demand.analysis.flows.explain`, without the grand total.
    """
    largest = explained[list(PARTS)].abs().idxmax(axis=1)
    clauses = []
    for column, name in PARTS.items():
        rows = explained[largest == column]
        if len(rows):
            places = [
                f"{in_a_sentence(r.country)} ({words.signed(getattr(r, column))})" for r in rows.itertuples()
            ]
            clauses.append(f"{_inside(name)} in {words.listed(places)}")
    return "; ".join(clauses)


def explained_as_printed(explained: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.flows.explain`."""
    columns: dict[str, Any] = {
        "Row": ("country", str),
        "USD billion": ("holdings_usd_bn", "{:,.0f}".format),
        "Change": ("change_usd_bn", words.signed),
    }
    return as_printed(explained, columns | {name: (part, words.signed) for part, name in PARTS.items()})


def _inside(part: str) -> str:
    """A part's name inside a sentence."""
    return part[0].lower() + part[1:]


def rank_in_words(holdings_usd_bn: float, ranks: pd.DataFrame) -> str:
    """``the largest row``, or ``row number four``: where holdings would stand among the rows.

    Parameters
    ----------
    holdings_usd_bn
        Of a row as it would be.
    ranks
        From :func:`foreign_demand.analysis.holdings.ranking`.
    """
    place = 1 + int((ranks["holdings_usd_bn"] > holdings_usd_bn).sum())
    return "the largest row" if place == 1 else f"row number {words.count(place)}"
