"""Who sold: foreign purchases, custody at the Federal Reserve, auctions, and what was known when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from foreign_demand.analysis.auctions.allotments import SETTLES_WITHIN
from foreign_demand.analysis.events import EVE, percentile, window_changes
from foreign_demand.analysis.holdings.levels import SUMS
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.places import CANADA, GRAND_TOTAL, NON_OFFICIAL, OFFICIAL

_HOLDERS = {GRAND_TOTAL: "All foreigners", OFFICIAL: "Official", NON_OFFICIAL: "Private"}

REGIONS: Mapping[int, str] = {
    19992: "Europe",
    34401: "Caribbean",
    49999: "Asia",
    CANADA: "Canada",
    39942: "Latin America",
    69906: "Other countries",
    59994: "Africa",
    79995: "International organisations",
}
"""Regions of the SLT tables, by code; together they are the grand total, but in table 1 for what holders of
unknown country have."""


def net_purchases(long_term: pd.DataFrame, by_country: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """What foreigners bought and sold in a month, net, by kind of holder.

    Parameters
    ----------
    long_term, by_country
        ``tic_slt_table1`` and ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``holder``; net purchases in USD billion of ``bonds``, ``bills`` (the publisher's
        estimate, the change in holdings) and ``equities``.
    """
    first = long_term[long_term["month"] == month].set_index("country_code")
    third = by_country[by_country["month"] == month].set_index("country_code")
    return pd.DataFrame(
        [
            {
                "holder": name,
                "bonds_usd_bn": first.loc[code, "treasury_net_purchases_usd_mn"] / 1000,
                "bills_usd_bn": third.loc[code, "short_term_net_purchases_usd_mn"] / 1000,
                "equities_usd_bn": first.loc[code, "equity_net_purchases_usd_mn"] / 1000,
            }
            for code, name in _HOLDERS.items()
        ]
    )


def net_purchases_by_country(long_term: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Net purchases of Treasury notes and bonds in a month by country, sellers first.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``net_usd_bn``, ``valuation_usd_bn``, ``holdings_usd_bn``, and
        ``next_month_usd_bn``, net purchases in the month after, and ``year_mean_usd_bn``, the
        monthly mean over the twelve months before, of which ``year_months`` are held.
    """
    code = long_term["country_code"]
    countries = long_term[code.between(10000, 69999) & ~code.isin(SUMS)]
    year = countries[(countries["month"] < month) & (countries["month"] >= month - pd.offsets.MonthEnd(12))]
    before = year.groupby("country_code")["treasury_net_purchases_usd_mn"]
    now = countries[countries["month"] == month]
    later = countries[countries["month"] == month + pd.offsets.MonthEnd()].set_index("country_code")
    after = later["treasury_net_purchases_usd_mn"] / 1000
    table = pd.DataFrame(
        {
            "country": now["country"],
            "net_usd_bn": now["treasury_net_purchases_usd_mn"] / 1000,
            "valuation_usd_bn": now["treasury_valuation_change_usd_mn"] / 1000,
            "holdings_usd_bn": now["treasury_holdings_usd_mn"] / 1000,
            "next_month_usd_bn": now["country_code"].map(after),
            "year_mean_usd_bn": now["country_code"].map(before.mean() / 1000),
            "year_months": now["country_code"].map(before.count()),
        }
    )
    return table.dropna(subset="net_usd_bn").sort_values("net_usd_bn", ignore_index=True)


_COLUMNS = {
    "treasury_net_purchases_usd_mn": "Treasuries",
    "equity_net_purchases_usd_mn": "Equities",
    "agency_net_purchases_usd_mn": "Agencies",
    "corporate_net_purchases_usd_mn": "Corporate bonds",
    "total_net_purchases_usd_mn": "All long-term",
}

KINDS = tuple(_COLUMNS.values())
"""Of long-term securities, by which purchases are told apart; the last is all of them."""


def rolling_purchases(long_term: pd.DataFrame, by_country: pd.DataFrame | None = None) -> pd.DataFrame:
    """Net foreign purchases of US securities over twelve months, by kind and holder.

    Parameters
    ----------
    long_term
        ``tic_slt_table1``; purchases by holder begin with the expanded form, in
        February 2023, and nothing before it is joined on.
    by_country
        ``tic_slt_table3``, for bills: the publisher's estimate, the change in holdings.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``kind`` (``Treasuries``, which are notes and bonds, ``Equities``,
        ``Agencies``, ``Corporate bonds``, ``All long-term``; ``Bills`` where ``by_country``
        is given), ``holder`` (``All foreigners``, ``Official``, ``Private`` or a region),
        ``value`` in USD billion.
    """
    names = {**_HOLDERS, **REGIONS}
    columns = [(long_term, column, kind) for column, kind in _COLUMNS.items() if column in long_term]
    if by_country is not None:
        since = long_term.dropna(subset="treasury_net_purchases_usd_mn")["month"].min()
        recent = by_country[by_country["month"] >= since]
        columns.append((recent, "short_term_net_purchases_usd_mn", "Bills"))
    parts = []
    for table, column, kind in columns:
        rows = table[table["country_code"].isin(names)]
        wide = rows.pivot(index="month", columns="country_code", values=column).dropna(how="all") / 1000
        rolled = wide.rolling(12).sum().dropna(how="all").rename(columns=names)
        parts.append(rolled.melt(var_name="holder", ignore_index=False).reset_index().assign(kind=kind))
    return pd.concat(parts, ignore_index=True)[["month", "kind", "holder", "value"]].dropna()


def purchase_pairs(purchases: pd.DataFrame, kind: str, holder: str) -> pd.DataFrame:
    """A twelve-month sum of every month before the eve against that of every month after.

    Parameters
    ----------
    purchases
        From :func:`rolling_purchases`.

    Returns
    -------
    pandas.DataFrame
        ``start``, ``end``, ``before`` and ``latest`` in USD billion, ``value``, the change in
        percent of the size of ``before``; the last month before and the newest first.
    """
    chosen = (purchases["kind"] == kind) & (purchases["holder"] == holder)
    series = purchases[chosen].set_index("month")["value"]
    before, after = series[series.index <= EVE][::-1], series[series.index > EVE][::-1]
    return pd.DataFrame(
        [
            {
                "start": start,
                "end": end,
                "before": then,
                "latest": now,
                "value": 100 * (now - then) / abs(then),
            }
            for start, then in before.items()
            for end, now in after.items()
        ]
    )


def compare_purchases(purchases: pd.DataFrame, rows: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Purchases before the eve and after it, over all months that can be compared.

    Parameters
    ----------
    purchases
        From :func:`rolling_purchases`.
    rows
        Kinds and holders.

    Returns
    -------
    pandas.DataFrame
        ``kind``, ``holder``; ``before`` and ``latest``, the last sum before the eve and the newest;
        ``low_before``, ``high_before``, ``low_since``, ``high_since``, all in USD billion; ``higher``,
        in how many of the ``pairs`` the later sum is the larger.
    """
    found = []
    for kind, holder in rows:
        pairs = purchase_pairs(purchases, kind, holder)
        found.append(
            {
                "kind": kind,
                "holder": holder,
                "before": pairs["before"].iloc[0],
                "latest": pairs["latest"].iloc[0],
                "low_before": pairs["before"].min(),
                "high_before": pairs["before"].max(),
                "low_since": pairs["latest"].min(),
                "high_since": pairs["latest"].max(),
                "higher": int((pairs["latest"] > pairs["before"]).sum()),
                "pairs": len(pairs),
            }
        )
    return pd.DataFrame(found)


def first_and_latest_print(
    first: pd.DataFrame, long_term: pd.DataFrame, by_country: pd.DataFrame
) -> pd.DataFrame:
    """Figures as first published beside the current vintage.

    Parameters
    ----------
    first
        ``tic_first_prints``: ``month``, ``series``, ``value_usd_bn``, ``published_on``.
    long_term, by_country
        ``tic_slt_table1`` and ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``series`` as in ``first``, ``month``, ``published_on``, ``first_usd_bn``, ``latest_usd_bn``,
        ``revision_usd_bn``.
    """
    rows = []
    for row in first.itertuples():
        if row.series.startswith("holdings, "):
            country = row.series.removeprefix("holdings, ")
            table = by_country[(by_country["month"] == row.month) & (by_country["country"] == country)]
            latest = table["holdings_usd_mn"].iloc[0] / 1000
        else:
            table = long_term[(long_term["month"] == row.month) & (long_term["country_code"] == GRAND_TOTAL)]
            latest = table["treasury_net_purchases_usd_mn"].iloc[0] / 1000
        rows.append(
            {
                "series": row.series,
                "month": row.month,
                "published_on": row.published_on,
                "first_usd_bn": row.value_usd_bn,
                "latest_usd_bn": latest,
                "revision_usd_bn": latest - row.value_usd_bn,
            }
        )
    return pd.DataFrame(rows)


def custody_weeks(
    custody: pd.DataFrame, *, start: pd.Timestamp, since: pd.Timestamp, end: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Treasuries the Federal Reserve keeps for foreign official accounts, week by week.

    Parameters
    ----------
    custody
        ``WMTSECL1``.
    start, end
        First and last day shown; all to the newest where no end is given.
    since
        The level on the last Wednesday up to this day is what the others are compared with.

    Returns
    -------
    pandas.DataFrame
        ``date`` (Wednesday), ``holdings_usd_bn``, ``change_usd_bn`` on the week,
        ``since_usd_bn`` against that level.
    """
    series = _by_week(custody) / 1000
    base = series[:since].dropna().iloc[-1]
    table = pd.DataFrame(
        {"holdings_usd_bn": series, "change_usd_bn": series.diff(), "since_usd_bn": series - base}
    )
    return table[start:end].dropna(subset="holdings_usd_bn").rename_axis("date").reset_index()


def _by_week(custody: pd.DataFrame) -> pd.Series:
    """A value a week; a week that is not at hand is missing, so that no change steps over it unseen."""
    series = as_series(custody)
    return series.reindex(pd.date_range(series.index[0], series.index[-1], freq="7D"))


def custody_change(custody: pd.DataFrame, *, start: pd.Timestamp, weeks: int) -> tuple[float, float]:
    """Change in custody over some weeks, in percent, and its percentile among all such spans.

    Returns
    -------
    tuple
        Percent change, and percent of all spans of that length with a smaller one.
    """
    changes = window_changes(_by_week(custody), weeks, unit="%").dropna()
    change = changes[:start].iloc[-1]
    return float(change), percentile(changes, change)


STRESS: Mapping[str, tuple[str, str]] = {
    "Autumn 2008": ("2008-09-10", "2008-12-31"),
    "Spring 2020": ("2020-03-04", "2020-06-24"),
    "April 2025": ("2025-04-02", "2025-05-14"),
}
"""First and last Wednesday of stretches in which dollars were, or might have been, short abroad."""


def dollars_abroad(custody: pd.DataFrame, swaps: pd.DataFrame) -> pd.DataFrame:
    """Dollars lent to other central banks, beside what official accounts keep, in times of stress.

    Parameters
    ----------
    custody
        ``WMTSECL1``.
    swaps
        ``SWPT``.

    Returns
    -------
    pandas.DataFrame
        A row for each of :data:`STRESS` and one for the year to the newest Wednesday that both
        have: ``stretch``, ``start``, ``end``, ``swaps_start_usd_bn``, ``swaps_highest_usd_bn``
        and ``highest_on``, ``custody_change_usd_bn``.
    """
    weeks = pd.DataFrame({"custody": _by_week(custody), "swaps": as_series(swaps)}).dropna() / 1000
    newest = weeks.index[-1]
    spans = {name: tuple(map(pd.Timestamp, ends)) for name, ends in STRESS.items()}
    spans["Latest year"] = (newest - pd.Timedelta(weeks=52), newest)
    rows = []
    for name, (start, end) in spans.items():
        inside = weeks[start:end]
        rows.append(
            {
                "stretch": name,
                "start": inside.index[0],
                "end": inside.index[-1],
                "swaps_start_usd_bn": inside["swaps"].iloc[0],
                "swaps_highest_usd_bn": inside["swaps"].max(),
                "highest_on": inside["swaps"].idxmax(),
                "custody_change_usd_bn": inside["custody"].iloc[-1] - inside["custody"].iloc[0],
            }
        )
    return pd.DataFrame(rows)


def auctions_in_context(
    auctions: pd.DataFrame,
    *,
    start: dt.date | pd.Timestamp,
    end: dt.date | pd.Timestamp,
    allotted: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Auctions of some days, and those of the same maturity in the year before.

    Parameters
    ----------
    auctions
        ``auctions``; nominal notes and bonds, reopenings with their original term.
    start, end
        First and last day of the auctions that are looked at.
    allotted
        From :func:`foreign_demand.analysis.auctions.allotted_shares`, for the measured foreign share.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``date``, ``measure`` (``Bid-to-cover``, ``Indirect share``, ``Dealer share``; with
        ``allotted`` ``Foreign share``), ``value``, ``current`` (of these days), and for these
        ``rank`` from the lowest, ``compared`` (with how many), ``mean`` and ``z`` of the year before.
    """
    nominal = auctions[~auctions["inflation_indexed"] & ~auctions["floating_rate"]]
    nominal = nominal[nominal["security_type"].isin(["Note", "Bond"])]
    columns = {
        "bid_to_cover": "Bid-to-cover",
        "indirect_share_pct": "Indirect share",
        "dealer_share_pct": "Dealer share",
    }
    if allotted is not None:
        columns["foreign_share_pct"] = "Foreign share"
        nominal = pd.merge_asof(
            nominal.sort_values("date"),
            allotted[["issue_date", "cusip", "foreign_share_pct"]].sort_values("issue_date"),
            left_on="date",
            right_on="issue_date",
            by="cusip",
            direction="forward",
            tolerance=SETTLES_WITHIN,
        )
    parts = []
    for row in nominal[nominal["date"].between(pd.Timestamp(start), pd.Timestamp(end))].itertuples():
        same = nominal[nominal["original_term"] == row.original_term]
        year = same[(same["date"] < row.date) & (same["date"] >= row.date - pd.DateOffset(years=1))]
        for column, name in columns.items():
            past, value = year[column].dropna(), getattr(row, column)
            parts.append(
                pd.DataFrame({"date": year["date"], "value": year[column], "current": False}).assign(
                    term=row.original_term, measure=name
                )
            )
            parts.append(
                pd.DataFrame(
                    {
                        "date": [row.date],
                        "value": [value],
                        "current": [True],
                        "term": [row.original_term],
                        "measure": [name],
                        "rank": [int((past < value).sum()) + 1],
                        "compared": [len(past) + 1],
                        "mean": [past.mean()],
                        "z": [(value - past.mean()) / past.std()],
                    }
                )
            )
    columns_out = ["term", "date", "measure", "value", "current", "rank", "compared", "mean", "z"]
    return pd.concat(parts, ignore_index=True)[columns_out].dropna(subset="value", ignore_index=True)


_RELEASES = (
    # publication, newest period, published
    ("Fed custody (H.4.1)", "2025-04-09", "2025-04-10"),
    ("Fed custody (H.4.1)", "2025-04-16", "2025-04-17"),
    ("Auction, three-year", "2025-04-08", "2025-04-08"),
    ("Auction, ten-year", "2025-04-09", "2025-04-09"),
    ("Auction, thirty-year", "2025-04-10", "2025-04-10"),
    ("Yields and spreads", "2025-04-10", "2025-04-11"),
)
"""What came out around the episode besides TIC: what, newest period, day of publication."""


def known_on(day: pd.Timestamp, press: pd.DataFrame) -> pd.DataFrame:
    """What had been published by a day of April 2025.

    Parameters
    ----------
    day
        The day.
    press
        ``tic_press_tables``: when TIC published which month.

    Returns
    -------
    pandas.DataFrame
        ``publication``, ``newest_period``, ``published_on``, ``days_old`` (of the newest
        period on that day).
    """
    columns = ["publication", "newest_period", "published_on"]
    tic = press[press["newest"]].rename(columns={"month": "newest_period", "release_date": "published_on"})
    others = pd.DataFrame(_RELEASES, columns=columns)
    table = pd.concat(
        [
            tic.assign(publication="TIC, purchases and holdings").sort_values("published_on")[columns],
            others.assign(
                newest_period=pd.to_datetime(others["newest_period"]),
                published_on=pd.to_datetime(others["published_on"]),
            ),
        ]
    )
    known = table[table["published_on"] <= day].groupby("publication", sort=False).tail(1)
    return known.assign(days_old=(day - known["newest_period"]).dt.days).reset_index(drop=True)
