"""The identity: a change in holdings is net purchases, valuation, and what is neither.

Purchases and valuation come from four records that are never joined into one series: annual
surveys with transactions of the S form, the positions of Bertaut and Judson, SLT positions with
transactions of the S form, and the SLT form that reports all of them since February 2023.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.flows.purchases import S_FORM, named, net_purchases_by_month
from foreign_demand.analysis.flows.valuation import rolled_forward
from foreign_demand.analysis.holdings.levels import SUMS
from foreign_demand.analysis.inference import mean_of, newey_west_lags
from foreign_demand.analysis.units import in_billions
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import GRAND_TOTAL, OFFICIAL, TOTAL, by_code, codes_of, read_places
from foreign_demand.exceptions import EstimationError

PARTS = {
    "bonds_usd_bn": "Net purchases of bonds",
    "bills_usd_bn": "Net purchases of bills",
    "valuation_usd_bn": "Valuation",
    "other_usd_bn": "Other change",
}
"""Columns that add up to a change, and what each is called in print."""
LONG_TERM_PARTS = {name: label for name, label in PARTS.items() if name != "bills_usd_bn"}
"""The same where only notes and bonds are taken apart."""

SURVEYS, POSITIONS, S_SPAN, SLT_SPAN = "Surveys", "Bertaut–Judson", "S form", "SLT"
"""Records that a change is taken apart by, in the order of time."""

_TABLE_3 = {
    "long_term_net_purchases_usd_bn": "bonds_usd_bn",
    "short_term_net_purchases_usd_bn": "bills_usd_bn",
    "long_term_valuation_change_usd_bn": "valuation_usd_bn",
}
_KEY = ["month", "country_code", "country"]


def monthly_parts(by_country: pd.DataFrame) -> pd.DataFrame:
    """Take every month's change of every row apart, bills with notes and bonds.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``: purchases and valuation are reported since February 2023.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country_code``, ``country``, ``holdings_usd_bn`` at its end, ``change_usd_bn`` over
        it, and the columns of :data:`PARTS`, which add up to the change. Months of a row that lack any
        of these are left out.

    Notes
    -----
    Valuation is that of notes and bonds as the Treasury estimates it. Other is the remainder: bonds
    that changed custodian, revisions of who reports, holders told apart anew, and the price of bills.
    """
    rows = named(in_billions(by_country).rename(columns=_TABLE_3))
    return _with_other(rows[[*_KEY, "holdings_usd_bn", *_TABLE_3.values()]])


def _with_other(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the change over each month that follows another, and what purchases and valuation leave of it."""
    rows = rows.sort_values(["country_code", "month"], ignore_index=True)
    before = rows.groupby("country_code")[["month", "holdings_usd_bn"]].shift()
    follows = before["month"] + pd.offsets.MonthEnd() == rows["month"]
    change = (rows["holdings_usd_bn"] - before["holdings_usd_bn"]).where(follows)
    known = [name for name in PARTS if name in rows]
    rows.insert(rows.columns.get_loc("holdings_usd_bn") + 1, "change_usd_bn", change)
    rows["other_usd_bn"] = change - rows[known].sum(axis=1, skipna=False)
    return rows.dropna(ignore_index=True)


def between(parts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Add the months of a span up, row by row.

    Parameters
    ----------
    parts
        From :func:`monthly_parts` or :func:`long_term_parts`.
    start, end
        Month ends that the change runs between.

    Returns
    -------
    pandas.DataFrame
        A row a country, and one each of the grand total and of official holders, largest first:
        ``country``, ``start``, ``end``, ``holdings_usd_bn`` at the end, ``change_usd_bn`` and its parts.
        Rows without all of the months are left out.

    Raises
    ------
    EstimationError
        If the span would join two records or cross a break.
    """
    months = (end.to_period("M") - start.to_period("M")).n
    since = parts[(parts["month"] > start) & (parts["month"] <= end)]
    if "span" in since and (since["span"].nunique() > 1 or since["crosses"].any()):
        raise EstimationError(
            f"{start:%Y-%m} to {end:%Y-%m} runs over {', '.join(since['span'].unique())} and breaks in "
            f"{since.loc[since['crosses'], 'month'].nunique()} months. Ask for a span inside one record."
        )
    since = since[~since["country_code"].isin(SUMS - {GRAND_TOTAL, OFFICIAL})]
    bought_and_valued = [name for name in PARTS if name in parts and name != "other_usd_bn"]
    grouped = since.sort_values("month").groupby("country")
    table = grouped[["change_usd_bn", *bought_and_valued]].sum()
    table["other_usd_bn"] = table["change_usd_bn"] - table[bought_and_valued].sum(axis=1)
    table.insert(0, "holdings_usd_bn", grouped["holdings_usd_bn"].last())
    table.insert(0, "end", end)
    table.insert(0, "start", start)
    table = table[grouped.size() == months]
    return table.sort_values("holdings_usd_bn", ascending=False).reset_index()


def explain(by_country: pd.DataFrame, *, months: int = 12) -> pd.DataFrame:
    """Take the change of each row to the newest month apart.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``.
    months
        Length of the change.

    Returns
    -------
    pandas.DataFrame
        As from :func:`between`, without the row of official holders.

    Raises
    ------
    EstimationError
        If purchases are not reported in all of the months.
    """
    end = by_country["month"].max()
    start = end - pd.offsets.MonthEnd(months)
    table = between(monthly_parts(by_country), start, end)
    if TOTAL not in set(table["country"]):
        raise EstimationError(
            f"Purchases are not reported in every month from {start:%Y-%m} to {end:%Y-%m}; "
            "ask for fewer months."
        )
    return table[table["country"] != by_code(OFFICIAL).name].reset_index(drop=True)


def other_changes(by_country: pd.DataFrame, code: int = GRAND_TOTAL) -> pd.Series:
    """What is neither bought nor priced of one row, month by month.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``.
    code
        Of the row.

    Returns
    -------
    pandas.Series
        USD billion by month, from the first with purchases and valuation.
    """
    return monthly_parts(by_country[by_country["country_code"] == code]).set_index("month")["other_usd_bn"]


def long_term_parts(
    positions: pd.DataFrame,
    frozen: pd.DataFrame,
    transactions: pd.DataFrame,
    table_3: pd.DataFrame,
    *,
    returns: pd.Series,
    breaks: Sequence[Break],
) -> pd.DataFrame:
    """Changes in notes and bonds month by month since 2011, on three records.

    Parameters
    ----------
    positions
        ``tic_positions``: Bertaut and Judson (2014), with their own purchases and valuation, to 2020.
    frozen
        ``tic_slt3d_globl``: positions of the edition of which the S form is part, to January 2023.
    transactions
        ``tic_s1_globl``, to January 2023.
    table_3
        ``tic_slt_table3``, from February 2023.
    returns
        Price returns from :func:`~foreign_demand.analysis.flows.price_returns`, which stand in for the
        valuation of 2021 and 2022, of which the Treasury's tables have none.
    breaks
        Of these publications.

    Returns
    -------
    pandas.DataFrame
        As from :func:`monthly_parts`, without bills, with ``span`` (:data:`POSITIONS`, :data:`S_SPAN` or
        :data:`SLT_SPAN`) and ``crosses``, whether a break stands in the month: its change is no change.
    """
    names = dict(zip(("holdings", "net_purchases", "valuation_change"), _LONG_TERM, strict=True))
    first = in_billions(positions).rename(
        columns={f"treasury_{theirs}_usd_bn": ours for theirs, ours in names.items()}
    )
    levels = in_billions(frozen)[["month", "country_code", "long_term_holdings_usd_bn"]].rename(
        columns={"long_term_holdings_usd_bn": "holdings_usd_bn"}
    )
    levels = levels[levels["month"] >= first["month"].max()]
    bought = net_purchases_by_month(transactions, table_3)
    bought = bought.loc[bought["form"] == S_FORM, ["month", "country_code", "bonds_usd_bn"]]
    second = rolled_forward(levels, returns).merge(bought, on=["month", "country_code"], how="left")
    third = in_billions(table_3).rename(
        columns={f"long_term_{theirs}_usd_bn": ours for theirs, ours in names.items()}
        | {"holdings_usd_bn": "all_usd_bn"}
    )
    spans = []
    for span, rows in {POSITIONS: first, S_SPAN: second, SLT_SPAN: third}.items():
        places = named(rows[rows["country_code"].isin(_PLACES)])
        spans.append(_with_other(places[[*_KEY, *_LONG_TERM]]).assign(span=span))
    table = pd.concat(spans, ignore_index=True)
    broken = pd.PeriodIndex([b.period for b in breaks], freq="M")
    return table.assign(crosses=table["month"].dt.to_period("M").isin(broken))


_LONG_TERM = ("holdings_usd_bn", "bonds_usd_bn", "valuation_usd_bn")
_PLACES = codes_of("country", "group") | {GRAND_TOTAL, OFFICIAL}


def by_year(parts: pd.DataFrame) -> pd.DataFrame:
    """Add the months of each year up, row by row and record by record.

    Parameters
    ----------
    parts
        From :func:`long_term_parts`, or from :func:`monthly_parts`, which is of the last record.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``span``, ``country_code``, ``country``, ``start`` and ``end`` (the month ends that the
        change runs between), ``months`` that are added (a month with a break in it is not),
        ``holdings_usd_bn`` at the end, ``change_usd_bn`` and its parts.
    """
    if "span" not in parts:
        parts = parts.assign(span=SLT_SPAN, crosses=False)
    kept = parts[~parts["crosses"]].sort_values("month")
    grouped = kept.assign(year=kept["month"].dt.year).groupby(["year", "span", "country_code", "country"])
    table = grouped["month"].agg(["min", "max", "size"])
    table.columns = ["start", "end", "months"]
    table["start"] -= pd.offsets.MonthEnd()
    table["holdings_usd_bn"] = grouped["holdings_usd_bn"].last()
    summed = ["change_usd_bn", *(name for name in PARTS if name in parts)]
    return table.join(grouped[summed].sum()).reset_index()


def between_surveys(survey: pd.DataFrame, transactions: pd.DataFrame, returns: pd.Series) -> pd.DataFrame:
    """Changes in notes and bonds between the surveys of two years, with purchases of the S form.

    Parameters
    ----------
    survey
        ``tic_shlhistdat``.
    transactions
        ``tic_s1_globl``.
    returns
        Price returns by month.

    Returns
    -------
    pandas.DataFrame
        As from :func:`by_year`, a row a survey of a June and country whose year before has one:
        ``year`` is that of the survey, ``span`` :data:`SURVEYS`. To June 2011, after which positions
        are known by month.

    Notes
    -----
    The position of the first survey is rolled forward month by month: each month's return is that of
    what the months before left, purchases included.
    """
    rows = in_billions(survey)
    levels = rows.pivot(index="month", columns="country_code", values="long_term_treasury_holdings_usd_bn")
    levels = levels[(levels.index.month == 6) & (levels.index.year <= 2011)]
    net = transactions["treasury_purchases_usd_mn"] - transactions["treasury_sales_usd_mn"]
    bought = transactions.assign(net=net / 1000).pivot(index="month", columns="country_code", values="net")
    codes = sorted(set(levels) & set(bought) & (codes_of("country") | {GRAND_TOTAL}))
    found = []
    for start, end in zip(levels.index[:-1], levels.index[1:], strict=True):
        position, valued = levels.loc[start, codes], pd.Series(0.0, index=codes)
        months = bought.loc[start + pd.offsets.Day() : end, codes]
        for month, purchases in months.iterrows():
            step = position * returns[month]
            position, valued = position + step + purchases, valued + step
        change = levels.loc[end, codes] - levels.loc[start, codes]
        net_bought = months.sum(skipna=False)
        found.append(
            pd.DataFrame(
                {
                    "year": end.year,
                    "span": SURVEYS,
                    "country_code": codes,
                    "country": [by_code(code).name for code in codes],
                    "start": start,
                    "end": end,
                    "months": len(months),
                    "holdings_usd_bn": levels.loc[end, codes],
                    "change_usd_bn": change,
                    "bonds_usd_bn": net_bought,
                    "valuation_usd_bn": valued,
                    "other_usd_bn": change - net_bought - valued,
                }
            )
        )
    return pd.concat(found).dropna().reset_index(drop=True)


def every_period(surveys: pd.DataFrame, long_term: pd.DataFrame, monthly: pd.DataFrame) -> pd.DataFrame:
    """All periods that a reader can choose, row by row, each of one record.

    Parameters
    ----------
    surveys
        From :func:`between_surveys`.
    long_term, monthly
        From :func:`long_term_parts` and :func:`monthly_parts`. The last record is taken from the
        second, with bills.

    Returns
    -------
    pandas.DataFrame
        ``span``, ``start``, ``end``, ``country`` (countries and the grand total), ``holdings_usd_bn``,
        ``change_usd_bn`` and the columns of :data:`PARTS`, bills missing where only notes and bonds are
        known: the last record as a whole, its last twelve months, its years and its months, then the
        years of the earlier ones, newest first.
    """
    newest, oldest = monthly["month"].max(), monthly["month"].min() - pd.offsets.MonthEnd()
    whole = [between(monthly, start, newest) for start in (oldest, newest - pd.offsets.MonthEnd(12))]
    years = by_year(monthly).sort_values(["end", "country"], ascending=[False, True])
    months = monthly.sort_values(["month", "country"], ascending=[False, True])
    months = months.rename(columns={"month": "end"})
    months["start"] = months["end"] - pd.offsets.MonthEnd()
    earlier = pd.concat([surveys, by_year(long_term[long_term["span"] != SLT_SPAN])])
    earlier = earlier[earlier["months"] > 1].sort_values(["end", "country"], ascending=[False, True])
    table = pd.concat([*whole, years, months, earlier], ignore_index=True)
    table["span"] = table["span"].fillna(SLT_SPAN)
    names = {place.name for place in read_places() if place.kind in ("country", "group")} | {TOTAL}
    columns = ["span", "start", "end", "country", "holdings_usd_bn", "change_usd_bn", *PARTS]
    return table.loc[table["country"].isin(names), columns].reset_index(drop=True)


def added_up(parts: pd.DataFrame, country: str, *, since: pd.Timestamp) -> pd.DataFrame:
    """One row's change since a month, and its parts, month by month.

    Parameters
    ----------
    parts
        From :func:`monthly_parts`.
    since
        Month end from which it is added.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``change_usd_bn``, ``bought_usd_bn`` (notes, bonds and bills), ``valuation_usd_bn``,
        ``other_usd_bn``; all zero at ``since``.
    """
    rows = parts[(parts["country"] == country) & (parts["month"] > since)].sort_values("month")
    rows = rows.assign(bought_usd_bn=rows["bonds_usd_bn"] + rows["bills_usd_bn"]).set_index("month")
    added = rows[["change_usd_bn", "bought_usd_bn", "valuation_usd_bn", "other_usd_bn"]].cumsum()
    start = pd.DataFrame(0.0, pd.DatetimeIndex([since], name="month"), added.columns)
    return pd.concat([start, added]).reset_index()


def falls(parts: pd.DataFrame) -> pd.DataFrame:
    """In how many months each row fell, and in how many of these it was sold.

    Parameters
    ----------
    parts
        From :func:`monthly_parts`.

    Returns
    -------
    pandas.DataFrame
        A row a country and the grand total: ``country``, ``months``, ``fell``, ``sold`` (fell, and bills,
        notes and bonds together were sold net), ``only_sold`` (sold and did not fall).
    """
    rows = parts[~parts["country_code"].isin(SUMS - {GRAND_TOTAL})]
    fell, sold = rows["change_usd_bn"] < 0, rows["bonds_usd_bn"] + rows["bills_usd_bn"] < 0
    told = rows.assign(months=1, fell=fell, sold=fell & sold, only_sold=sold & ~fell)
    return told.groupby("country")[["months", "fell", "sold", "only_sold"]].sum().reset_index()


def by_month_of_quarter(parts: pd.DataFrame, country: str) -> pd.DataFrame:
    """Net purchases of notes and bonds in the first, second and third months of the quarters.

    Parameters
    ----------
    parts
        From :func:`monthly_parts`.

    Returns
    -------
    pandas.DataFrame
        Indexed by 1 to 3: ``months``, ``mean_usd_bn``, ``low_usd_bn`` and ``high_usd_bn``, the smallest and
        the largest, ``sold``, in how many months net.
    """
    bought = parts[parts["country"] == country].set_index("month")["bonds_usd_bn"]
    grouped = bought.groupby((bought.index.month - 1) % 3 + 1)
    table = grouped.agg(months="size", mean_usd_bn="mean", low_usd_bn="min", high_usd_bn="max")
    return table.assign(sold=(bought < 0).groupby((bought.index.month - 1) % 3 + 1).sum())


def covered(explained: pd.DataFrame) -> tuple[int, float]:
    """How many rows can be taken apart, and their share of the total.

    Parameters
    ----------
    explained
        From :func:`explain`.

    Returns
    -------
    tuple
        Rows of countries, and percent of the holdings of the grand total.
    """
    named, whole = explained[explained["country"] != TOTAL], explained[explained["country"] == TOTAL]
    share = named["holdings_usd_bn"].sum() / whole["holdings_usd_bn"].iloc[0]
    return len(named), float(100 * share)


def remainders(parts: pd.DataFrame, *, least_months: int = 24) -> pd.DataFrame:
    """How large the unexplained part of each row is from month to month, and whether it stays.

    Parameters
    ----------
    parts
        From :func:`monthly_parts`, or one span of :func:`long_term_parts`.
    least_months
        Rows with fewer are left out.

    Returns
    -------
    pandas.DataFrame
        A row a country and the two sums, largest first: ``country_code``, ``country``, ``months``,
        ``holdings_usd_bn`` in the newest, ``total_usd_bn`` (all of it added up), ``mean_usd_bn`` and
        its interval of 95 % ``low_usd_bn`` and ``high_usd_bn`` (Newey and West 1987),
        ``sd_usd_bn``, ``p10_usd_bn``, ``p90_usd_bn``, ``of_changes_pct``, the mean size of other
        against the mean size of the change (missing where nothing changed), and ``persistence``, the
        correlation with the month before.
    """
    rows = []
    chosen = parts[~parts["country_code"].isin(SUMS - {GRAND_TOTAL, OFFICIAL})].sort_values("month")
    for (code, country), group in chosen.groupby(["country_code", "country"]):
        other = group["other_usd_bn"]
        if len(other) < least_months:
            continue
        mean, low, high = mean_of(other, np.full(len(other), True), newey_west_lags(len(other)))
        rows.append(
            {
                "country_code": code,
                "country": country,
                "months": len(other),
                "holdings_usd_bn": group["holdings_usd_bn"].iloc[-1],
                "total_usd_bn": other.sum(),
                "mean_usd_bn": mean,
                "low_usd_bn": low,
                "high_usd_bn": high,
                "sd_usd_bn": other.std(),
                "p10_usd_bn": other.quantile(0.1),
                "p90_usd_bn": other.quantile(0.9),
                "of_changes_pct": 100 * other.abs().mean() / (group["change_usd_bn"].abs().mean() or np.nan),
                "persistence": other.autocorr(),
            }
        )
    return pd.DataFrame(rows).sort_values("holdings_usd_bn", ascending=False, ignore_index=True)
