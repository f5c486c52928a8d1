"""What foreigners bought net, by country and year, on two forms that are never joined."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis.units import in_billions
from foreign_demand.data.places import by_code, codes_of

S_FORM, SLT_FORM = "S", "SLT"
"""Forms on which purchases were reported: by place of booking to January 2023, by holder since."""


def named(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of all publications, by ``country_code``, under one name a place: ``country``."""
    names = {code: by_code(code).name for code in rows["country_code"].unique()}
    return rows.assign(country=rows["country_code"].map(names))


def net_purchases_by_month(transactions: pd.DataFrame, table_3: pd.DataFrame) -> pd.DataFrame:
    """Net foreign purchases of Treasuries by country and month.

    Parameters
    ----------
    transactions
        ``tic_s1_globl``, to January 2023.
    table_3
        ``tic_slt_table3``, from February 2023; its purchases of notes and bonds are those of table 1.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``form`` (:data:`S_FORM` or :data:`SLT_FORM`), ``country_code``, ``country``,
        ``bonds_usd_bn`` and, on the second form only, ``bills_usd_bn`` (the publisher's estimate,
        the change in holdings), missing where the Treasury does not show them. Sums and regions
        keep their rows.
    """
    old = transactions.assign(
        bonds_usd_mn=transactions["treasury_purchases_usd_mn"] - transactions["treasury_sales_usd_mn"],
        form=S_FORM,
    )
    new = table_3.rename(
        columns={
            "long_term_net_purchases_usd_mn": "bonds_usd_mn",
            "short_term_net_purchases_usd_mn": "bills_usd_mn",
        }
    ).assign(form=SLT_FORM)
    new = new[new["month"] > old["month"].max()]
    columns = ["month", "form", "country_code", "bonds_usd_mn"]
    both = in_billions(pd.concat([old[columns], new[[*columns, "bills_usd_mn"]]], ignore_index=True))
    both = named(both.dropna(subset="bonds_usd_bn"))
    return both[["month", "form", "country_code", "country", "bonds_usd_bn", "bills_usd_bn"]].reset_index(
        drop=True
    )


def annual_net_purchases(transactions: pd.DataFrame, table_3: pd.DataFrame) -> pd.DataFrame:
    """Net foreign purchases of Treasuries by country and year, the two forms apart.

    Parameters
    ----------
    transactions, table_3
        As for :func:`net_purchases_by_month`.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``form``, ``country_code``, ``country``, ``months`` (how many of the year the form
        covers: 2023 has one on the first and eleven on the second), ``bonds_usd_bn`` and
        ``bills_usd_bn``, missing where a month of them is. Countries only; the rows of a form and
        year do not add up to the total, which the Treasury gives with countries that it does not show.
    """
    monthly = net_purchases_by_month(transactions, table_3)
    countries = monthly[monthly["country_code"].isin(codes_of("country", "group"))]
    grouped = countries.assign(year=countries["month"].dt.year).groupby(
        ["year", "form", "country_code", "country"]
    )
    table = grouped["bonds_usd_bn"].agg(["size", "sum"])
    table = table.rename(columns={"size": "months", "sum": "bonds_usd_bn"})
    bills = grouped["bills_usd_bn"]
    table["bills_usd_bn"] = bills.sum().where(bills.count() == table["months"])
    return table.reset_index()
