"""What the most, neutrally and least aligned states bought, hold and keep in gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.alignment.purchases import BEFORE, SINCE
from foreign_demand.data.places import read_places
from foreign_demand.exceptions import EstimationError

MOST, NEUTRAL, LEAST, NO_VOTE = "Most aligned", "Neutral", "Least aligned", "No vote"
GROUPS = (MOST, NEUTRAL, LEAST)
REST, APART = "Neutral and least aligned", "Most aligned, without the UK and Belgium"
"""Sums of states that claims are made about."""
THIRD_PCT = 100 / 3
"""The cutoff that asks for no choice: each group has a third of the states."""
LATE_QUARTERS = 4
"""A state whose newest figure for gold is older than this many quarters is left out of the sum."""


def grouped(placed: pd.DataFrame, *, share_pct: float = THIRD_PCT) -> pd.Series:
    """The group of each state, by its position among all.

    Parameters
    ----------
    placed
        Rows of one measure and report of :func:`~foreign_demand.analysis.alignment.measures.alignments`.
    share_pct
        Share of states in the most aligned group, and of those in the least aligned one; at most 50.

    Returns
    -------
    pandas.Series
        Index ISO code, values :data:`GROUPS`.
    """
    states = placed.set_index("iso3")
    names = np.select(
        [states["from_top_pct"] <= share_pct, states["from_bottom_pct"] <= share_pct], [MOST, LEAST], NEUTRAL
    )
    return pd.Series(names, index=states.index, name="group")


def cut(placed: pd.DataFrame, *, most: float, least: float) -> pd.Series:
    """The group of each state, by cutoffs of the measure itself.

    Parameters
    ----------
    placed
        Rows of one measure and report.
    most, least
        A state is most aligned from the first on, least aligned up to the second.

    Raises
    ------
    EstimationError
        If the cutoffs overlap.
    """
    if least >= most:
        raise EstimationError(f"Least aligned up to {least:g} and most from {most:g} overlap; part them.")
    states = placed.set_index("iso3")["alignment"]
    names = np.select([states >= most, states <= least], [MOST, LEAST], NEUTRAL)
    return pd.Series(names, index=states.index, name="group")


def by_group(monthly: pd.DataFrame, groups: pd.Series, *, without: Sequence[str] = ()) -> pd.DataFrame:
    """Net purchases of long-term Treasuries by group and month.

    Parameters
    ----------
    monthly
        From :func:`~foreign_demand.analysis.alignment.purchases.monthly_purchases`.
    groups
        From :func:`grouped` or :func:`cut`.
    without
        ISO codes of states that are left out.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``group`` (:data:`GROUPS` and :data:`NO_VOTE`), ``regime``, ``net_purchases_usd_bn``.
    """
    rows = monthly[~monthly["iso3"].isin(without)]
    rows = rows.assign(group=rows["iso3"].map(groups).fillna(NO_VOTE))
    sums = rows.groupby(["month", "group", "regime"], as_index=False)["long_term_usd_bn"].sum()
    return sums.rename(columns={"long_term_usd_bn": "net_purchases_usd_bn"})


def for_claims(groupings: Mapping[str, tuple[pd.DataFrame, pd.Series]]) -> pd.DataFrame:
    """Months by group in several groupings, with the sums that claims are made of.

    Parameters
    ----------
    groupings
        Name to the arguments of :func:`by_group`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``grouping``, ``group`` (:data:`GROUPS`, :data:`NO_VOTE`, :data:`REST` and
        :data:`APART`), ``net_purchases_usd_bn``.
    """
    parts = []
    for name, (monthly, groups) in groupings.items():
        every = by_group(monthly, groups)
        rest = every[every["group"].isin([NEUTRAL, LEAST])].assign(group=REST)
        apart = by_group(monthly, groups, without=["GBR", "BEL"]).query("group == @MOST").assign(group=APART)
        rows = pd.concat([every, rest, apart]).groupby(["month", "group"], as_index=False)
        parts.append(rows["net_purchases_usd_bn"].sum().assign(grouping=name))
    return pd.concat(parts).sort_values(["grouping", "group", "month"], ignore_index=True)


def by_group_and_year(months: pd.DataFrame) -> pd.DataFrame:
    """The same by calendar year, a year that crosses the regimes in two rows.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``group``, ``regime``, ``months`` (how many the sum has), ``net_purchases_usd_bn``; from
        2016.
    """
    rows = months.assign(year=months["month"].dt.year)
    rows = rows[rows["year"] >= 2016]
    return rows.groupby(["year", "group", "regime"], as_index=False).agg(
        months=("month", "nunique"), net_purchases_usd_bn=("net_purchases_usd_bn", "sum")
    )


def spliced(yearly: pd.DataFrame) -> pd.DataFrame:
    """Years by group as one series over both regimes, complete years only.

    Parameters
    ----------
    yearly
        From :func:`by_group_and_year`.

    Returns
    -------
    pandas.DataFrame
        Index year, columns groups.
    """
    months = yearly.groupby(["year", "group"])["months"].sum().groupby("year").max()
    table = yearly.pivot_table(index="year", columns="group", values="net_purchases_usd_bn", aggfunc="sum")
    return table.loc[months.index[months == 12]]


def within_regimes(yearly: pd.DataFrame, group: str) -> dict[str, pd.Series]:
    """A group's complete years within each regime, never across: by regime, index year."""
    rows = yearly[(yearly["group"] == group) & (yearly["months"] == 12)].set_index("year")
    return {
        name: rows.loc[rows["regime"] == name, "net_purchases_usd_bn"].sort_index()
        for name in (BEFORE, SINCE)
    }


def by_edition(
    editions: Mapping[str, pd.DataFrame], groups: pd.Series, spans: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """What each edition of table 1 said of the same months.

    Parameters
    ----------
    editions
        Day of an edition to its ``month``, ``country_code`` and ``treasury_net_purchases_usd_mn``.
    groups
        From :func:`grouped`.
    spans
        Name to first and last month.

    Returns
    -------
    pandas.DataFrame
        ``edition``, ``span``, and one column a group in USD billion; only spans that an edition has whole.
    """
    codes = {place.code: place.iso3 for place in read_places() if place.code and place.kind == "country"}
    rows = []
    for edition, table in editions.items():
        net = table.dropna(subset="treasury_net_purchases_usd_mn")
        net = net.assign(group=net["country_code"].map(codes).map(groups))
        for span, (first, last) in spans.items():
            if net["month"].max() < pd.Period(last, "M").end_time.normalize():
                continue
            inside = net[net["month"].between(pd.Timestamp(first), pd.Period(last, "M").end_time)]
            sums = inside.groupby("group")["treasury_net_purchases_usd_mn"].sum() / 1000
            sums = sums.reindex(list(GROUPS), fill_value=0.0)
            rows.append({"edition": edition, "span": span} | sums.to_dict())
    return pd.DataFrame(rows)


def without_custody(monthly: pd.DataFrame, groups: pd.Series, centres: Sequence[str], *, year: int) -> dict:
    """How much of what the most aligned bought is recorded in custody and fund centres.

    Parameters
    ----------
    monthly
        From :func:`~foreign_demand.analysis.alignment.purchases.monthly_purchases`.
    groups
        From :func:`grouped`.
    centres
        ISO codes.
    year
        Whose purchases are meant.

    Returns
    -------
    dict
        ``total_usd_bn``, ``centres_usd_bn``, ``share_pct`` and ``rest_usd_bn`` of the group;
        ``bought_usd_bn``, what its net buyers bought, and ``bought_share_pct``, the share of that in
        centres, which sales by others do not swell.
    """
    rows = monthly[(monthly["month"].dt.year == year) & (monthly["iso3"].map(groups) == MOST)]
    net = rows.groupby("iso3")["long_term_usd_bn"].sum()
    inside = net.index.isin(centres)
    bought = net.clip(lower=0)
    return {
        "total_usd_bn": net.sum(),
        "centres_usd_bn": net[inside].sum(),
        "share_pct": 100 * net[inside].sum() / net.sum(),
        "rest_usd_bn": net[~inside].sum(),
        "bought_usd_bn": bought.sum(),
        "bought_share_pct": 100 * bought[inside].sum() / bought.sum(),
    }


def holdings_by_group(holdings: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Holdings of Treasuries by group and month, bills included.

    Parameters
    ----------
    holdings
        From :func:`~foreign_demand.analysis.alignment.purchases.monthly_holdings`.
    groups
        From :func:`grouped`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``group``, ``holdings_usd_bn``, ``long_term_holdings_usd_bn`` and ``share_pct`` of the
        holdings of all countries shown.
    """
    rows = holdings.assign(group=holdings["iso3"].map(groups).fillna(NO_VOTE))
    sums = rows.groupby(["month", "group"], as_index=False)[
        ["holdings_usd_bn", "long_term_holdings_usd_bn"]
    ].sum()
    share = 100 * sums["holdings_usd_bn"] / sums.groupby("month")["holdings_usd_bn"].transform("sum")
    return sums.assign(share_pct=share)


def bought_against_held(
    yearly: pd.DataFrame, holdings: pd.DataFrame, spans: Mapping[str, tuple[int, int]]
) -> pd.DataFrame:
    """Net purchases of each group beside the change of what it holds, notes and bonds.

    Parameters
    ----------
    yearly
        From :func:`by_group_and_year`.
    holdings
        From :func:`holdings_by_group`.
    spans
        First and last year by name, complete years of one regime each.

    Returns
    -------
    pandas.DataFrame
        ``span``, ``group``, ``net_purchases_usd_bn``, ``change_usd_bn`` and ``other_usd_bn``, the rest of
        the change: price and whatever the form did not record.
    """
    held = holdings.pivot(index="month", columns="group", values="long_term_holdings_usd_bn")
    rows = []
    for span, (first, last) in spans.items():
        change = held.loc[pd.Timestamp(last, 12, 31)] - held.loc[pd.Timestamp(first - 1, 12, 31)]
        inside = yearly[yearly["year"].between(first, last)]
        net = inside.groupby("group")["net_purchases_usd_bn"].sum()
        rows += [
            {
                "span": span,
                "group": group,
                "net_purchases_usd_bn": net[group],
                "change_usd_bn": change[group],
                "other_usd_bn": change[group] - net[group],
            }
            for group in net.index
        ]
    return pd.DataFrame(rows)


def by_country(
    monthly: pd.DataFrame, holdings: pd.DataFrame, placed: Mapping[str, pd.DataFrame], groups: pd.Series
) -> pd.DataFrame:
    """Every country of the tables with its positions, purchases and holdings.

    Parameters
    ----------
    monthly, holdings
        From :mod:`foreign_demand.analysis.alignment.purchases`.
    placed
        Name of a measure to the rows of one of its reports.
    groups
        From :func:`grouped`.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``iso3``, ``group``, one column a measure with the position from the top in percent of
        states, ``before_usd_bn`` (net purchases 2016–2022), one column a complete year since
        (``net_2024_usd_bn``), ``holdings_usd_bn`` at the last month; the largest net buyer of the last
        year first.
    """
    net = monthly.groupby(["iso3", "regime", monthly["month"].dt.year])["long_term_usd_bn"].sum().unstack()
    years = [
        year for year, rows in monthly.groupby(monthly["month"].dt.year) if rows["month"].nunique() == 12
    ]
    table = monthly.drop_duplicates("iso3", keep="last")[["country", "iso3"]].set_index("iso3")
    before = net.xs(BEFORE, level="regime")
    table["group"] = groups.reindex(table.index).fillna(NO_VOTE)
    for name, rows in placed.items():
        table[name] = rows.set_index("iso3")["from_top_pct"]
    table["before_usd_bn"] = before[[y for y in before if 2016 <= y <= 2022]].sum(axis=1)
    since = net.xs(SINCE, level="regime")
    for year in (y for y in years if y > 2023):
        table[f"net_{year}_usd_bn"] = since[year]
    last = holdings[holdings["month"] == holdings["month"].max()].set_index("iso3")
    table["holdings_usd_bn"] = last["holdings_usd_bn"]
    newest = max(name for name in table if name.startswith("net_"))
    return table.dropna(subset=[newest]).sort_values(newest, ascending=False).reset_index()


def by_measure_and_period(monthly: pd.DataFrame, placed: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each country's position and net purchases, for every measure and period.

    Parameters
    ----------
    monthly
        From :mod:`foreign_demand.analysis.alignment.purchases`.
    placed
        Name of a measure to the rows of one of its reports.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``period`` (:data:`~foreign_demand.analysis.alignment.purchases.BEFORE` as one, and
        every complete year since), ``country``, ``iso3``, ``group``, ``alignment``, ``from_top_pct``,
        ``net_purchases_usd_bn``, ``rank`` of its size in that period.
    """
    year = monthly["month"].dt.year
    months = monthly.groupby(year)["month"].nunique()
    complete = [y for y in months.index if y > 2023 and months[y] == 12]
    spans = {str(y): year == y for y in reversed(complete)} | {BEFORE: year.between(2016, 2022)}
    parts = []
    for measure, rows in placed.items():
        groups = grouped(rows).rename("group")
        states = rows.set_index("iso3")[["alignment", "from_top_pct"]].join(groups)
        for period, inside in spans.items():
            net = monthly[inside].groupby(["country", "iso3"], as_index=False)["long_term_usd_bn"].sum()
            table = net.merge(states, on="iso3").rename(columns={"long_term_usd_bn": "net_purchases_usd_bn"})
            table["rank"] = table["net_purchases_usd_bn"].abs().rank(ascending=False, method="first")
            parts.append(table.assign(measure=measure, period=period))
    return pd.concat(parts, ignore_index=True)


def rank_correlation(table: pd.DataFrame) -> tuple[float, float, float]:
    """Spearman correlation of alignment with net purchases, with a 95 percent interval.

    Parameters
    ----------
    table
        Rows of one measure and period of :func:`by_measure_and_period`.

    Returns
    -------
    tuple of float
        The correlation, positive where the more aligned bought more, and the ends of its interval by
        Fisher's transformation with the variance of Bonett and Wright (2000).
    """
    value = -float(table[["from_top_pct", "net_purchases_usd_bn"]].corr("spearman").iloc[0, 1])
    spread = 1.96 * np.sqrt((1 + value**2 / 2) / (len(table) - 3))
    low, high = np.tanh(np.arctanh(value) + np.array([-spread, spread]))
    return value, float(low), float(high)


def gold_bought(gold: pd.DataFrame, groups: pd.Series, *, since: pd.Timestamp) -> pd.DataFrame:
    """Change of official gold by country, from a quarter to its newest figure.

    Parameters
    ----------
    gold
        Dataset ``official_gold``.
    groups
        From :func:`grouped`.
    since
        Last day of the quarter from which changes are counted.

    Returns
    -------
    pandas.DataFrame
        One row a country that has a figure then and one no older than :data:`LATE_QUARTERS`: ``country``,
        ``iso3``, ``group``, ``change_tonnes``, ``tonnes``, ``quarter`` (of its newest figure); the largest
        buyer first. Source: World Gold Council, from IMF International Financial Statistics.
    """
    first = gold[gold["quarter"] == since].set_index("iso3")["gold_tonnes"]
    newest = gold.sort_values("quarter").groupby("iso3").tail(1).set_index("iso3")
    oldest = gold["quarter"].max() - pd.offsets.QuarterEnd(LATE_QUARTERS)
    newest = newest[newest["quarter"] >= oldest]
    change = (newest["gold_tonnes"] - first).dropna()
    table = newest.loc[change.index, ["country", "quarter", "gold_tonnes"]].rename(
        columns={"gold_tonnes": "tonnes"}
    )
    table = table.assign(group=groups.reindex(change.index).fillna(NO_VOTE), change_tonnes=change)
    return (
        table.drop(index="USA", errors="ignore")
        .sort_values("change_tonnes", ascending=False)
        .rename_axis("iso3")
        .reset_index()[["country", "iso3", "group", "change_tonnes", "tonnes", "quarter"]]
    )
