"""Demand at single auctions: the tail, what the headline said, what yields did afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

LOOK_BACK = pd.DateOffset(years=2)
FEWEST_BEFORE = 12
"""Auctions of the same tenor before one that could be called extreme."""


def history_of_tails(auctions: pd.DataFrame) -> pd.DataFrame:
    """Auctions of nominal notes and bonds whose median yield is known, with their tail.

    Returns
    -------
    pandas.DataFrame
        The columns of ``auctions`` and ``tail_bp``: the highest yield accepted less the median
        one, in basis points. How far the last bid that was needed lay above the middle one:
        a measure from the auction alone, which needs no quote of the market before it.
    """
    plain = auctions[~auctions["inflation_indexed"] & ~auctions["floating_rate"]]
    known = plain.dropna(subset=["high_yield_pct", "median_yield_pct"])
    tail = 100 * (known["high_yield_pct"] - known["median_yield_pct"])
    # yields have three decimals: without rounding, the noise of a float would part two equal tails
    return known.assign(tail_bp=tail.round(1)).reset_index(drop=True)


def compared_with_own_history(
    auctions: pd.DataFrame, measures: Sequence[str], *, dates: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """Where auctions of some days stand among all held of the same tenor.

    Parameters
    ----------
    auctions
        From :func:`history_of_tails`, or joined with their allotments.
    measures
        Columns to compare.
    dates
        Days of the auctions in question.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``original_term``, ``measure``, ``value``, ``rank`` from the highest, ``of`` how many,
        ``percentile`` of the others below, and ``median`` of all.
    """
    rows = []
    for auction in auctions[auctions["date"].isin(dates)].itertuples():
        same = auctions[auctions["original_term"] == auction.original_term]
        for measure in measures:
            values, value = same[measure].dropna(), getattr(auction, measure)
            if pd.notna(value) and len(values) > FEWEST_BEFORE:
                rows.append(
                    {
                        "date": auction.date,
                        "original_term": auction.original_term,
                        "measure": measure,
                        "value": value,
                        "rank": int((values > value).sum()) + 1,
                        "of": len(values),
                        "percentile": 100 * (values < value).sum() / (len(values) - 1),
                        "median": values.median(),
                    }
                )
    return pd.DataFrame(rows)


def history_in_panels(
    auctions: pd.DataFrame, measures: Mapping[str, str], *, dates: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """Auctions of some days and all others of their tenors, a row a measure.

    Parameters
    ----------
    auctions
        From :func:`history_of_tails`.
    measures
        Columns to show, and what each is called.
    dates
        Days of the auctions in question.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``date``, ``measure``, ``value`` and ``current``, whether it is of these days.
    """
    terms = auctions.loc[auctions["date"].isin(dates)].sort_values("date")["original_term"].unique()
    shown = auctions[auctions["original_term"].isin(terms)].rename(
        columns={"original_term": "term", **measures}
    )
    table = shown.melt(["term", "date"], list(measures.values()), var_name="measure", value_name="value")
    table["current"] = table["date"].isin(dates)
    order = {term: place for place, term in enumerate(terms)}
    return table.dropna(subset="value").sort_values(
        ["measure", "term", "date"], key=lambda c: c.map(order) if c.name == "term" else c, ignore_index=True
    )


def headline_auctions(
    joined: pd.DataFrame, *, always: Sequence[pd.Timestamp], since: pd.Timestamp
) -> pd.DataFrame:
    """Auctions that made news: those of given days, and each since with an extreme indirect share.

    Parameters
    ----------
    joined
        From :func:`~foreign_demand.analysis.auctions.join_auctions`, nominal securities.
    always
        Days whose auctions are shown whatever their shares.
    since
        First day on which an extreme counts.

    Returns
    -------
    pandas.DataFrame
        Rows of ``joined`` by date and ``extreme``: ``highest`` or ``lowest`` indirect share of the tenor
        in the two years before, empty for a day that is given. For extremes ``indirect_less_mean`` and
        ``foreign_less_mean`` are the distances of both shares from their means in these two years, in
        percentage points, and ``before_auctions`` how many auctions these means are of.
    """
    shares = ["indirect_share_pct", "foreign_share_pct"]
    rows = []
    for auction in joined[joined["date"] >= min([*always, since])].itertuples():
        before = joined[
            (joined["original_term"] == auction.original_term)
            & (joined["date"] < auction.date)
            & (joined["date"] >= auction.date - LOOK_BACK)
        ][shares].dropna()
        indirect, extreme = before["indirect_share_pct"], ""
        if len(before) >= FEWEST_BEFORE and auction.date >= since:
            extreme = "highest" if auction.indirect_share_pct > indirect.max() else extreme
            extreme = "lowest" if auction.indirect_share_pct < indirect.min() else extreme
        if extreme or auction.date in always:
            distance = joined.loc[auction.Index, shares] - before.mean() if extreme else [float("nan")] * 2
            rows.append((auction.Index, extreme, *distance, len(before)))
    columns = ["at", "extreme", "indirect_less_mean", "foreign_less_mean", "before_auctions"]
    found = pd.DataFrame(rows, columns=columns)
    return joined.loc[found["at"]].reset_index(drop=True).join(found.drop(columns="at"))


def yields_after(
    auctions: pd.DataFrame, yields: Mapping[str, pd.Series], *, days: Sequence[int] = (1, 5)
) -> pd.DataFrame:
    """What the yield of the same maturity did after auctions.

    Parameters
    ----------
    auctions
        With ``date`` and ``original_term``.
    yields
        Percent, daily, by ``original_term``; a term that is missing has no change.
    days
        Trading days from the close of the auction's day.

    Returns
    -------
    pandas.DataFrame
        ``auctions`` with ``change_{days}d_bp`` for each, in basis points; missing where the
        series does not reach so far.
    """
    table = auctions.copy()
    for ahead in days:
        changes = {
            term: 100 * (series.dropna().shift(-ahead) - series.dropna()) for term, series in yields.items()
        }
        table[f"change_{ahead}d_bp"] = [
            changes[term].get(day, float("nan")) if term in changes else float("nan")
            for term, day in zip(table["original_term"], table["date"], strict=True)
        ]
    return table
