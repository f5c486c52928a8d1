"""What *Auctions* says: words and cells that depend on a number."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foreign_demand import words
from foreign_demand.book.figures import as_printed

NAMED: Mapping[str, str] = {
    "foreign_share_pct": "Foreign",
    "investment_funds_share_pct": "Investment funds",
    "dealers_share_pct": "Dealers",
}
"""Classes of investor as charts and tables name them."""


def answer(shares: pd.Series) -> str:
    """``No``, ``Partly`` or ``Yes``: whether foreigners were allotted what indirect bidders took.

    Parameters
    ----------
    shares
        ``foreign_share_pct`` and ``indirect_share_pct`` of the same auctions; yes from nine tenths on,
        no below a half.
    """
    part = shares["foreign_share_pct"] / shares["indirect_share_pct"]
    return "Yes" if part >= 0.9 else "Partly" if part >= 0.5 else "No"


def correlation_in_words(row: pd.Series) -> str:
    """``0.75 (0.63 to 0.83)``: a correlation with its interval."""
    value, low, high = (
        words.signed(row[name], 2).removeprefix("+") for name in ("correlation", "low", "high")
    )
    return f"{value} ({low} to {high})"


def stands_for(row: pd.Series, *, past: bool = False) -> str:
    """What an interval of a correlation lets one say: that one share stands for the other, or not.

    Parameters
    ----------
    row
        Of :func:`~foreign_demand.analysis.auctions.correlation_by_era`.
    past
        Whether it is said of a time that is over.
    """
    if row["low"] > 0.5:
        return "stood for foreign demand" if past else "stands for foreign demand"
    if row["low"] > 0:
        return f"{'told' if past else 'tells'} a little of foreign demand"
    return f"{'told' if past else 'tells'} nothing of foreign demand that can be measured"


def stands_in_windows(windows: pd.DataFrame, *, past: bool = False) -> str:
    """The same of an era and of the windows that its ends, moved, leave: each finding with its count.

    Parameters
    ----------
    windows
        From :func:`~foreign_demand.analysis.auctions.moved_windows`.
    past
        As in :func:`stands_for`.
    """
    found = windows.apply(stands_for, axis=1, past=past).value_counts()
    (first, often), *others = found.items()
    of = "all" if often == len(windows) else f"{words.count(often)} of"
    said = f"{first} in {of} {words.count(len(windows))} choices of its first and last month"
    return words.listed([said, *(f"{finding} in {words.count(number)}" for finding, number in others)])


def moves_with(foreign: pd.Series, funds: pd.Series) -> str:
    """Which class's share the indirect one moves with: ``more with that of foreigners``, ``with neither``.

    Parameters
    ----------
    foreign, funds
        Rows of :func:`~foreign_demand.analysis.auctions.correlation_by_era`, of one era.
    """
    rows = {"foreigners": foreign, "funds": funds}
    found = [name for name, row in rows.items() if row["low"] > 0]
    if len(found) == 1:
        return f"with that of {found[0]} only"
    if not found:
        return "with neither that can be told"
    larger = max(rows, key=lambda name: rows[name]["correlation"])
    return f"more with that of {larger}"


def below_or_above(points: float) -> str:
    """``-12.4`` → ``12 percentage points below``."""
    return f"{words.points(points)} {'below' if points < 0 else 'above'}"


def proxy_as_printed(correlations: pd.DataFrame) -> pd.DataFrame:
    """Cells of the correlations by tenor and era: with the foreign share, and with that of funds."""
    eras = list(dict.fromkeys(correlations["era"]))
    tenors = [
        "All",
        "Within tenors",
        *sorted(set(correlations["tenor"]) - {"All", "Within tenors"}, key=_years),
    ]
    wide = correlations.assign(cell=correlations.apply(correlation_in_words, axis=1)).pivot(
        index=["tenor", "with"], columns="era", values="cell"
    )
    order = [
        (tenor, name)
        for tenor in tenors
        for name in ("Foreign", "Investment funds")
        if (tenor, name) in wide.index
    ]
    shown = wide.loc[order, eras].reset_index()
    return as_printed(
        shown,
        {"Auctions": ("tenor", str), "With the share of": ("with", str)} | {era: (era, str) for era in eras},
    )


def _years(tenor: str) -> int:
    return int(tenor.partition("-")[0])


def tenors_as_printed(shares: pd.DataFrame, *, column: str) -> pd.DataFrame:
    """Cells of one class's share: a row a year, a column a tenor.

    Parameters
    ----------
    shares
        From :func:`~foreign_demand.analysis.auctions.by_tenor_and_year`.
    column
        Which share.
    """
    wide = shares.pivot(index="year", columns="tenor", values=column)
    nominal = sorted((name for name in wide if name.endswith("-year")), key=_years)
    others = [name for name in ("Indexed", "Floating-rate", "Bills") if name in wide]
    wide = wide[[*nominal, *others]].reset_index()
    return as_printed(
        wide, {"Year": ("year", str)} | {name: (name, "{:.1f}".format) for name in [*nominal, *others]}
    )


def headlines_as_printed(auctions: pd.DataFrame) -> pd.DataFrame:
    """Cells of auctions that made news: what the headline said, and what was allotted."""
    percent = "{:.1f}".format
    return as_printed(
        auctions,
        {
            "Auction": ("date", words.short_day),
            "Security": ("original_term", str),
            "Bid-to-cover": ("bid_to_cover", "{:.2f}".format),
            "Indirect, %": ("indirect_share_pct", percent),
            "Foreign, %": ("foreign_share_pct", percent),
            "Funds, %": ("investment_funds_share_pct", percent),
            "Dealers, %": ("dealers_share_pct", percent),
            "Why it is here": ("extreme", _why),
        },
    )


def _why(extreme: str) -> str:
    return f"{extreme} indirect share in two years" if extreme else "the week of the sell-off"


def why_no_bills(results: pd.DataFrame, issues: pd.DataFrame, first: pd.Timestamp) -> str:
    """Why auctions of bills are not among those that made news.

    Parameters
    ----------
    results
        ``auctions``.
    issues
        From :func:`~foreign_demand.analysis.auctions.allotted_shares`.
    first
        Day of the first auction that made news.
    """
    sold = results.loc[results["security_type"] == "Bill", "date"].max()
    allotted = issues.loc[issues["security_type"] == "Bill", "issue_date"].max()
    if not min(sold, allotted) >= first:
        return (
            f"Bills are not in the table: results of their auctions are at hand to {words.month(sold)}, and "
            f"their allotments to {words.month(allotted)}."
        )
    return "Bills, sold every week and rolled over, are not in the table; by tenor and year they are."


def standings_as_printed(standings: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Cells of auctions in a panic: each measure with its rank, and the yield afterwards.

    Parameters
    ----------
    standings
        From :func:`~foreign_demand.analysis.auctions.compared_with_own_history`.
    after
        From :func:`~foreign_demand.analysis.auctions.yields_after`.
    """
    cells = standings.assign(
        cell=[
            f"{value:.{2 if measure == 'bid_to_cover' else 1}f} ({rank} of {of})"
            for value, measure, rank, of in zip(
                *(standings[c] for c in ("value", "measure", "rank", "of")), strict=True
            )
        ]
    ).pivot(index=["date", "original_term"], columns="measure", values="cell")
    shown = after.merge(cells.reset_index(), on=["date", "original_term"], suffixes=("_raw", ""))
    return as_printed(
        shown,
        {
            "Auction": ("date", words.short_day),
            "Security": ("original_term", str),
            "Tail, bp": ("tail_bp", str),
            "Bid-to-cover": ("bid_to_cover", str),
            "Dealers, %": ("dealer_share_pct", str),
            "Yield next day, bp": ("change_1d_bp", words.signed),
            "Yield in five days, bp": ("change_5d_bp", words.signed),
        },
    )


def left_unjoined(left: pd.DataFrame) -> pd.DataFrame:
    """Cells of what has no partner, by year."""
    return as_printed(
        left,
        {
            "Year": ("year", str),
            "Auctions held here": ("auctions", str),
            "without allotment": ("auctions_without_allotment", str),
            "Issues with allotments": ("issues", str),
            "without auction result": ("issues_without_auction", str),
        },
    )
