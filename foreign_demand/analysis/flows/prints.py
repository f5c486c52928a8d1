"""First prints and what became of them: revisions by holder, type and age.

A print is a figure as one press release gave it. Its age is the number of months since the release
in which its month was the newest; the releases print a month four times, at ages 0 to 3.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.data.places import GRAND_TOTAL, NON_OFFICIAL, OFFICIAL, by_code, codes_of

NOTES_AND_BONDS, ALL_FOREIGNERS = "Notes and bonds", "All foreigners"
TYPES: Mapping[str, str] = {
    NOTES_AND_BONDS: "treasury_net_usd_bn",
    "Bills": "bills_change_usd_bn",
    "Agencies": "agency_net_usd_bn",
    "Corporate bonds": "corporate_net_usd_bn",
    "Equities": "equity_net_usd_bn",
}
"""Types of security, and the end of their lines in the press tables."""
HOLDERS: Mapping[str, int] = {ALL_FOREIGNERS: GRAND_TOTAL, "Official": OFFICIAL, "Private": NON_OFFICIAL}

BEFORE, SINCE = "to January 2023", "since February 2023"
"""The two forms on which purchases were reported."""
FIRST_OF_FORM = pd.Timestamp("2023-02-28")
NOW = "now"

_FIRST_AGE = 2
"""Months after its month in which a print is the newest: April comes out in June."""
_OLD = {
    NOTES_AND_BONDS: "treasury",
    "Agencies": "agency",
    "Corporate bonds": "corporate",
    "Equities": "equity",
}


def prints(press: pd.DataFrame) -> pd.DataFrame:
    """Net purchases as every release printed them.

    Parameters
    ----------
    press
        ``tic_press_tables``.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``release_date``, ``age`` in months, ``holder`` (of :data:`HOLDERS`), ``type`` (of
        :data:`TYPES`), ``value_usd_bn``. The first print of August 2025, which the government shutdown put
        off, has the age of its neighbours' second.
    """
    months = _months(press["release_date"]) - _months(press["month"])
    base = press[["month", "release_date"]].assign(age=months - _FIRST_AGE)
    parts = []
    for type_, line in TYPES.items():
        official, private = press[f"official_{line}"], press[f"private_{line}"]
        for holder, values in zip(HOLDERS, (official + private, official, private), strict=True):
            parts.append(base.assign(holder=holder, type=type_, value_usd_bn=values))
    return pd.concat(parts, ignore_index=True).dropna(subset="value_usd_bn", ignore_index=True)


def _months(days: pd.Series) -> pd.Series:
    return days.dt.year * 12 + days.dt.month


def latest(transactions: pd.DataFrame, table_1: pd.DataFrame, table_3: pd.DataFrame) -> pd.DataFrame:
    """The same figures as they stand now.

    Parameters
    ----------
    transactions
        ``tic_s1_globl``, to January 2023: totals only, without bills.
    table_1, table_3
        ``tic_slt_table1`` and, for bills, ``tic_slt_table3``, from February 2023.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``holder``, ``type``, ``now_usd_bn``.
    """
    world = transactions[transactions["country_code"] == GRAND_TOTAL]
    parts = [
        pd.DataFrame(
            {
                "month": world["month"],
                "holder": ALL_FOREIGNERS,
                "type": type_,
                "now_usd_bn": (world[f"{name}_purchases_usd_mn"] - world[f"{name}_sales_usd_mn"]) / 1000,
            }
        )
        for type_, name in _OLD.items()
    ]
    columns = {type_: (table_1, f"{name}_net_purchases_usd_mn") for type_, name in _OLD.items()}
    columns["Bills"] = (table_3, "short_term_net_purchases_usd_mn")
    for holder, code in HOLDERS.items():
        for type_, (table, column) in columns.items():
            rows = table[(table["country_code"] == code) & (table["month"] >= FIRST_OF_FORM)]
            now = pd.DataFrame({"month": rows["month"], "now_usd_bn": rows[column] / 1000})
            parts.append(now.assign(holder=holder, type=type_))
    return pd.concat(parts, ignore_index=True).dropna(ignore_index=True)


def revisions(printed: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """How far every later print is from the first.

    Parameters
    ----------
    printed, now
        From :func:`prints` and :func:`latest`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``era`` (:data:`BEFORE` or :data:`SINCE`), ``holder``, ``type``, ``age`` (``1``, ``2``,
        ``3`` or :data:`NOW`), ``first_usd_bn``, ``later_usd_bn``, ``revision_usd_bn``. Months whose first
        print is not at hand have no row.
    """
    key = ["month", "holder", "type"]
    first = printed[printed["age"] == 0].rename(columns={"value_usd_bn": "first_usd_bn"})
    later = printed[printed["age"] > 0].rename(columns={"value_usd_bn": "later_usd_bn"})
    later = pd.concat(
        [
            later[[*key, "age", "later_usd_bn"]].astype({"age": str}),
            now.rename(columns={"now_usd_bn": "later_usd_bn"}).assign(age=NOW),
        ]
    )
    both = first[[*key, "first_usd_bn"]].merge(later, on=key)
    both["revision_usd_bn"] = both["later_usd_bn"] - both["first_usd_bn"]
    both.insert(1, "era", np.where(both["month"] < FIRST_OF_FORM, BEFORE, SINCE))
    columns = ["month", "era", "holder", "type", "age", "first_usd_bn", "later_usd_bn", "revision_usd_bn"]
    return both[columns].sort_values(["type", "holder", "age", "month"], ignore_index=True)


def sizes(revised: pd.DataFrame) -> pd.DataFrame:
    """Bias and size of revisions.

    Parameters
    ----------
    revised
        From :func:`revisions`.

    Returns
    -------
    pandas.DataFrame
        One row an ``era``, ``holder``, ``type`` and ``age``: ``months``, ``mean_usd_bn`` (the bias),
        ``error_usd_bn`` of it, ``mean_size_usd_bn``, ``median_size_usd_bn``, ``sd_usd_bn``,
        ``largest_usd_bn``, ``spread_usd_bn`` (the standard deviation of the first prints themselves) and
        ``turned``, in how many months the sign is another.
    """
    sized = revised.assign(
        size=revised["revision_usd_bn"].abs(),
        turned=np.sign(revised["first_usd_bn"]) != np.sign(revised["later_usd_bn"]),
    )
    grouped = sized.groupby(["era", "type", "holder", "age"])
    table = grouped.agg(
        months=("month", "size"),
        mean_usd_bn=("revision_usd_bn", "mean"),
        error_usd_bn=("revision_usd_bn", "sem"),
        mean_size_usd_bn=("size", "mean"),
        median_size_usd_bn=("size", "median"),
        sd_usd_bn=("revision_usd_bn", "std"),
        largest_usd_bn=("size", "max"),
        spread_usd_bn=("first_usd_bn", "std"),
        turned=("turned", "sum"),
    )
    return table.reset_index()


def first_print_of(revised: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """One month's notes and bonds, by age: what was printed first, later and stands now.

    Parameters
    ----------
    revised
        From :func:`revisions`.

    Returns
    -------
    pandas.DataFrame
        Rows of ``revised``, by holder and age.
    """
    chosen = (revised["month"] == month) & (revised["type"] == NOTES_AND_BONDS)
    return revised[chosen].sort_values(["holder", "age"], ignore_index=True)


def editions_by_country(editions: pd.DataFrame, table_1: pd.DataFrame, *, months: int = 4) -> pd.DataFrame:
    """What dated editions gave for their newest months against now, by country.

    Parameters
    ----------
    editions
        ``tic_slt_table1_editions``.
    table_1
        ``tic_slt_table1``.
    months
        The newest of each edition, which are young as those that a press release prints.

    Returns
    -------
    pandas.DataFrame
        A row an edition, month and row of the table: ``edition``, ``month``, ``country_code``,
        ``then_usd_bn``, ``now_usd_bn``, ``revision_usd_bn`` of net purchases of notes and bonds.
    """
    column = "treasury_net_purchases_usd_mn"
    newest = editions.groupby("edition")["month"].transform("max")
    young = editions[editions["month"] > newest - pd.offsets.MonthEnd(months)].dropna(subset=column)
    both = young[["edition", "month", "country_code", column]].merge(
        table_1[["month", "country_code", column]], on=["month", "country_code"], suffixes=("", "_now")
    )
    then, now = both[column] / 1000, both[f"{column}_now"] / 1000
    return both[["edition", "month", "country_code"]].assign(
        then_usd_bn=then, now_usd_bn=now, revision_usd_bn=now - then
    )


def sizes_by_country(editions: pd.DataFrame) -> pd.DataFrame:
    """Bias and size of the revisions of each country's row.

    Parameters
    ----------
    editions
        From :func:`editions_by_country`.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``months``, ``mean_size_usd_bn``, ``mean_usd_bn``; the most revised first.
    """
    countries = editions[editions["country_code"].isin(codes_of("country"))]
    sized = countries.assign(size=countries["revision_usd_bn"].abs())
    table = sized.groupby("country_code").agg(
        months=("month", "size"), mean_size_usd_bn=("size", "mean"), mean_usd_bn=("revision_usd_bn", "mean")
    )
    table.insert(0, "country", [by_code(code).name for code in table.index])
    return table.sort_values("mean_size_usd_bn", ascending=False, ignore_index=True)


def log_by_age(log: pd.DataFrame, *, column: str = "treasury_net_purchases_usd_mn") -> pd.DataFrame:
    """What our own log of editions says of one column, by the age of the month.

    Parameters
    ----------
    log
        Revisions of ``tic_slt_table1`` from :func:`foreign_demand.data.editions.read_revisions`.
    column
        In USD million.

    Returns
    -------
    pandas.DataFrame
        ``months_old``, ``cells`` changed, ``mean_size_usd_bn``, ``largest_usd_bn``.
    """
    rows = log[(log["column"] == column) & log["old"].notna() & log["new"].notna()]
    size = (rows["new"] - rows["old"]).abs() / 1000
    table = pd.DataFrame({"months_old": _months(rows["new_vintage"]) - _months(rows["period"]), "size": size})
    grouped = table.groupby("months_old")["size"]
    return grouped.agg(cells="size", mean_size_usd_bn="mean", largest_usd_bn="max").reset_index()
