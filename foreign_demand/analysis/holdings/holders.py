"""Holders of Treasuries one by one: ranks, custody centres, concentration.

A country's row is where a custodian sits, not who owns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.breaks import breaks_between, current_series
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import AGGREGATES, BANKING_GROUPS, CUSTODY_CENTRES, TOTAL


def over_time(holders: pd.DataFrame, countries: Sequence[str]) -> pd.DataFrame:
    """Holdings of some countries, all months and segments.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``segment``, ``series``, ``holdings_usd_bn``; months in
        which a country is part of "All Other" are absent, not zero.
    """
    chosen = holders[holders["country"].isin(countries)]
    return chosen[["month", "country", "segment", "series", "holdings_usd_bn"]].reset_index(drop=True)


def survey_revisions(holders: pd.DataFrame, country: str) -> pd.DataFrame:
    """What each benchmark survey changed in one country's row.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``before_usd_bn`` (closing the old series), ``after_usd_bn``
        (opening the new one), ``revision_usd_bn``; one row a survey that has both.
    """
    rows = holders[holders["country"] == country]
    wide = rows.pivot(index="month", columns="series", values="holdings_usd_bn")
    wide = wide.dropna(subset=["superseded"]).rename(
        columns={"superseded": "before_usd_bn", "current": "after_usd_bn"}
    )
    wide["revision_usd_bn"] = wide["after_usd_bn"] - wide["before_usd_bn"]
    return wide.reset_index().rename_axis(columns=None)


def _wide(holders: pd.DataFrame) -> pd.DataFrame:
    """Months by country, current series only."""
    current = holders[holders["series"] == "current"]
    return current.pivot(index="month", columns="country", values="holdings_usd_bn")


def ranking(
    holders: pd.DataFrame,
    breaks: Sequence[Break],
    *,
    since: pd.Timestamp,
    years: Sequence[int],
) -> pd.DataFrame:
    """Countries by holdings in the newest month, with changes.

    Parameters
    ----------
    holders
        From :func:`join_holders`.
    breaks
        Of the dataset; a change that crosses one says which.
    since
        A month of interest, shown beside the whole years.
    years
        Horizons of the changes.

    Returns
    -------
    pandas.DataFrame
        One row a country with a figure, largest first: ``rank``, ``country``,
        ``month``, ``holdings_usd_bn``, ``share_pct`` of all foreign holdings,
        ``custody_centre``; for each start (``since`` and each horizon, as
        ``2025_01``, ``1y``, ``5y``) ``holdings_{start}_usd_bn``,
        ``change_{start}_usd_bn`` and ``breaks_{start}``, the breaks crossed. Missing
        when the country was not listed then.
    """
    wide = _wide(holders)
    newest = wide.index.max()
    now = wide.loc[newest].drop(list(AGGREGATES), errors="ignore").dropna().sort_values(ascending=False)
    columns: dict[str, object] = {
        "rank": range(1, len(now) + 1),
        "country": now.index,
        "month": newest,
        "holdings_usd_bn": now.to_numpy(),
        "share_pct": 100 * now.to_numpy() / wide.loc[newest, TOTAL],
        "custody_centre": now.index.isin(CUSTODY_CENTRES),
    }
    starts = {f"{since:%Y_%m}": since} | {f"{n}y": newest - pd.offsets.MonthEnd(12 * n) for n in years}
    for name, start in starts.items():
        before = wide.loc[start].reindex(now.index).to_numpy()
        columns[f"holdings_{name}_usd_bn"] = before
        columns[f"change_{name}_usd_bn"] = now.to_numpy() - before
        columns[f"breaks_{name}"] = ", ".join(b.period for b in breaks_between(breaks, start, newest))
    return pd.DataFrame(columns)


def custody_band(holders: pd.DataFrame) -> pd.DataFrame:
    """Holdings recorded in custody centres, and the rest.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``holdings_usd_bn``, ``share_pct`` of all foreign
        holdings; months in which all of the centres are listed by name.
    """
    wide = _wide(holders)
    band = wide[list(CUSTODY_CENTRES)].dropna()
    tidy = band.stack().rename("holdings_usd_bn").reset_index()
    tidy["share_pct"] = 100 * tidy["holdings_usd_bn"] / tidy["month"].map(wide[TOTAL])
    return tidy


def custody_share(holders: pd.DataFrame) -> pd.DataFrame:
    """Share of foreign holdings in the custody centres together.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``holdings_usd_bn``, ``share_pct``.
    """
    return custody_band(holders).groupby("month")[["holdings_usd_bn", "share_pct"]].sum().reset_index()


def china_with(holders: pd.DataFrame, *rows: str) -> pd.DataFrame:
    """China's row alone and with those that may hide some of what it holds.

    Parameters
    ----------
    holders
        Holdings in segments.
    *rows
        Countries whose custodians may keep securities for China.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``segment``, ``measure`` (``China``, then ``China and Belgium`` or as the rows are),
        ``holdings_usd_bn``; months in which all rows are listed by name.
    """
    listed = holders[holders["country"].isin(["China, Mainland", *rows])]
    wide = listed.pivot(index=["month", "segment"], columns="country", values="holdings_usd_bn").dropna()
    both = pd.DataFrame(
        {"China": wide["China, Mainland"], " and ".join(["China", *rows]): wide.sum(axis=1)}
    ).rename_axis(columns="measure")
    return both.stack().rename("holdings_usd_bn").reset_index()


def change_bounds(pair: pd.DataFrame, *, since: pd.Timestamp) -> dict[str, float]:
    """Bound the change of China's holdings when an unknown part of other rows is China's.

    A level is bounded by adding none and all of these rows. A change is not the difference of two
    such levels: it is smallest when nothing was hidden at the start and all is at the end, and largest
    the other way round.

    Parameters
    ----------
    pair
        From :func:`china_with`.
    since
        Month from which the change is measured.

    Returns
    -------
    dict
        Changes to the newest month, percent: ``alone_pct`` and ``together_pct`` (of the row, and of
        all rows), ``low_pct`` (all hidden, then none) and ``high_pct`` (none, then all).
    """
    alone, together = (
        current_series(pair[pair["measure"] == name], "holdings_usd_bn") for name in pair["measure"].unique()
    )
    before, after = (alone[since], together[since]), (alone.iloc[-1], together.iloc[-1])
    return {
        "alone_pct": 100 * (after[0] / before[0] - 1),
        "together_pct": 100 * (after[1] / before[1] - 1),
        "low_pct": 100 * (after[0] / before[1] - 1),
        "high_pct": 100 * (after[1] / before[0] - 1),
    }


def with_missing(
    holders: pd.DataFrame, country: str, *, missing_usd_bn: float, since: pd.Timestamp
) -> pd.DataFrame:
    """A row, and from a date on the row with what was found missing in it on that date.

    Parameters
    ----------
    holders
        Holdings in segments.
    country
        The row.
    missing_usd_bn
        Added to every month: a proxy, since it is known for one date.
    since
        That date.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``segment``, ``reported_usd_bn``, ``with_missing_usd_bn`` (from ``since`` on).
    """
    own = holders[holders["country"] == country].rename(columns={"holdings_usd_bn": "reported_usd_bn"})
    whole = own["reported_usd_bn"].add(missing_usd_bn).where(own["month"] >= since)
    table = own[["month", "segment", "reported_usd_bn"]].assign(with_missing_usd_bn=whole)
    return table.reset_index(drop=True)


def concentration(holders: pd.DataFrame) -> pd.DataFrame:
    """How concentrated foreign holdings are, month by month.

    The Herfindahl–Hirschman index is the sum of squared shares, in points of
    10,000. Countries inside "All Other", and inside the groups of the early years,
    are not known one by one, so it is given as a range: at least as if they were
    infinitely many, at most as if each of these rows were one holder.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``largest_pct``, ``largest_five_pct``, ``largest_ten_pct``,
        ``hhi_low``, ``hhi_high``, ``largest``, the country's name.
    """
    wide = _wide(holders)
    named = wide.drop(columns=[c for c in AGGREGATES if c in wide])
    groups = named[[c for c in named if c in BANKING_GROUPS]].div(wide[TOTAL], axis=0).fillna(0.0).to_numpy()
    named = named.drop(columns=[c for c in named if c in BANKING_GROUPS])
    shares = named.div(wide[TOTAL], axis=0)
    ordered = -np.sort(-shares.fillna(0.0).to_numpy(), axis=1)
    low = (ordered**2).sum(axis=1)
    unnamed = 1 - ordered.sum(axis=1) - groups.sum(axis=1)
    return pd.DataFrame(
        {
            "month": wide.index,
            "largest_pct": 100 * ordered[:, 0],
            "largest_five_pct": 100 * ordered[:, :5].sum(axis=1),
            "largest_ten_pct": 100 * ordered[:, :10].sum(axis=1),
            "hhi_low": 1e4 * low,
            "hhi_high": 1e4 * (low + unnamed**2 + (groups**2).sum(axis=1)),
            "largest": shares.idxmax(axis=1).to_numpy(),
        }
    )
