"""Net purchases and holdings of Treasuries by place, in the two regimes of the record."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from foreign_demand.analysis import flows
from foreign_demand.analysis.flows.prints import FIRST_OF_FORM
from foreign_demand.data.places import (
    GRAND_TOTAL,
    NON_OFFICIAL,
    OFFICIAL,
    by_code,
    codes_of,
    read_places,
)

SLT_START = FIRST_OF_FORM
"""First month whose transactions by country come from the SLT, a survey of holders' custodians; the S
form before it recorded with whom a trade was made."""
BEFORE, SINCE = "2016–2022", "2023 on"
"""The two regimes, never one series."""
DROPPED, GIVEN = "dropped", "given to their sovereign"
"""Dependent territories."""
LONG_TERM, WITH_BILLS = "long-term", "with bills"


def monthly_purchases(s_form: pd.DataFrame, by_country: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Net purchases of Treasuries by country and month.

    Parameters
    ----------
    s_form, by_country
        Datasets ``tic_s1_globl`` and ``tic_slt_table3``, in any edition, as for
        :func:`foreign_demand.analysis.flows.net_purchases_by_month`.
    earlier
        Dataset ``tic_slt3d_globl``: holdings of bills before those.

    Returns
    -------
    pandas.DataFrame
        One row a country and month: ``month``, ``country_code``, ``iso3``, ``country``,
        ``long_term_usd_bn``, ``bills_usd_bn`` (changes of holdings; missing where it has none) and
        ``regime``.
    """
    columns = ["month", "country_code"]
    net = flows.net_purchases_by_month(s_form, by_country).drop(columns="bills_usd_bn")
    net = net[net["country_code"].isin(codes_of("country"))]
    bills = by_country[[*columns, "short_term_net_purchases_usd_mn"]].set_axis([*columns, "bills"], axis=1)
    older = earlier.sort_values("month").assign(
        bills=lambda t: t.groupby("country_code")["short_term_holdings_usd_mn"].diff()
    )[[*columns, "bills"]]
    older = older[older["month"] < by_country["month"].min()]
    table = net.merge(pd.concat([older, bills]).dropna(), how="left", on=columns, validate="1:1")
    table = _named(table).assign(
        bills_usd_bn=table["bills"] / 1000,
        regime=table["form"].map({flows.S_FORM: BEFORE, flows.SLT_FORM: SINCE}),
    )
    names = ["iso3", "country", "long_term_usd_bn", "bills_usd_bn", "regime"]
    return table.rename(columns={"bonds_usd_bn": "long_term_usd_bn"})[[*columns, *names]]


def monthly_holdings(earlier: pd.DataFrame, maturities: pd.DataFrame) -> pd.DataFrame:
    """Holdings of Treasuries by country and month, bills included.

    Parameters
    ----------
    earlier, maturities
        Datasets ``tic_slt3d_globl`` and, from its first month on, ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country_code``, ``iso3``, ``country``, ``holdings_usd_bn``,
        ``long_term_holdings_usd_bn``.
    """
    columns = ["month", "country_code", "holdings_usd_mn", "long_term_holdings_usd_mn"]
    parts = [earlier[earlier["month"] < maturities["month"].min()], maturities]
    table = pd.concat([part[columns] for part in parts], ignore_index=True)
    table = _named(table[table["country_code"].isin(codes_of("country"))])
    return table.assign(
        holdings_usd_bn=table["holdings_usd_mn"] / 1000,
        long_term_holdings_usd_bn=table["long_term_holdings_usd_mn"] / 1000,
    )[["month", "country_code", "iso3", "country", "holdings_usd_bn", "long_term_holdings_usd_bn"]]


def _named(table: pd.DataFrame) -> pd.DataFrame:
    places = {code: by_code(code) for code in table["country_code"].unique()}
    return table.assign(
        iso3=table["country_code"].map({code: place.iso3 for code, place in places.items()}),
        country=table["country_code"].map({code: place.in_sentences for code, place in places.items()}),
    )


def with_sovereigns(table: pd.DataFrame) -> pd.DataFrame:
    """The same rows, those of dependent territories under the code of the state they belong to.

    Parameters
    ----------
    table
        With ``iso3``.
    """
    sovereigns = {place.iso3: place.sovereign for place in read_places() if place.sovereign}
    return table.assign(iso3=table["iso3"].replace(sovereigns))


TERRITORIES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    DROPPED: lambda table: table,
    GIVEN: with_sovereigns,
}
"""What may be done with dependent territories, which have no vote: left without a group, or not."""


def by_year(monthly: pd.DataFrame, *, maturities: str = LONG_TERM) -> pd.DataFrame:
    """Net purchases by place and calendar year, USD billion, spliced at February 2023.

    Parameters
    ----------
    monthly
        From :func:`monthly_purchases`, in :func:`with_sovereigns` or not.
    maturities
        :data:`LONG_TERM` or :data:`WITH_BILLS`.

    Returns
    -------
    pandas.DataFrame
        Index ISO code, columns complete years from 2016; 0 where a place has no row.
    """
    net = monthly["long_term_usd_bn"]
    if maturities == WITH_BILLS:
        net = net + monthly["bills_usd_bn"].fillna(0)
    wide = net.groupby([monthly["iso3"], monthly["month"].dt.year]).sum().unstack(fill_value=0.0)
    last = monthly["month"].max()
    return wide[[year for year in wide if 2016 <= year <= last.year - (last.month < 12)]]


def unmatched(monthly: pd.DataFrame, placed: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Places with purchases that no report places: territories, and states with few or no votes.

    Parameters
    ----------
    monthly
        From :func:`monthly_purchases`.
    placed
        Rows of one report, from :func:`~foreign_demand.analysis.alignment.measures.alignments`.
    year
        Whose net purchases are given.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``iso3``, ``sovereign`` (its name; empty where there is none) and
        ``net_purchases_usd_bn``, the largest in size first.
    """
    rows = monthly[(monthly["month"].dt.year == year) & ~monthly["iso3"].isin(placed["iso3"])]
    places = {place.iso3: place for place in read_places() if place.iso3}
    table = rows.groupby(["country", "iso3"], as_index=False)["long_term_usd_bn"].sum()
    owners = table["iso3"].map(lambda iso3: places[iso3].sovereign)
    table["sovereign"] = [places[owner].in_sentences if owner else "" for owner in owners]
    table = table.rename(columns={"long_term_usd_bn": "net_purchases_usd_bn"})
    return table.sort_values("net_purchases_usd_bn", key=abs, ascending=False, ignore_index=True)


def official_and_private(maturities: pd.DataFrame, *, year: int) -> dict[str, float]:
    """Net purchases of a year by official and other foreigners, which no table has by country.

    Parameters
    ----------
    maturities
        Dataset ``tic_slt_table3``.

    Returns
    -------
    dict
        In USD billion ``official``, ``private`` and ``total`` of notes and bonds, ``bills`` and
        ``bills_shown``, the part of all net purchases of bills that is given by country.
    """
    rows = maturities[maturities["month"].dt.year == year]
    sums = rows.groupby("country_code")[["long_term_net_purchases_usd_mn", "short_term_net_purchases_usd_mn"]]
    net = (sums.sum() / 1000).set_axis(["long", "bills"], axis=1)
    return {
        "official": net.loc[OFFICIAL, "long"],
        "private": net.loc[NON_OFFICIAL, "long"],
        "total": net.loc[GRAND_TOTAL, "long"],
        "bills": net.loc[GRAND_TOTAL, "bills"],
        "bills_shown": net.loc[net.index.isin(codes_of("country")), "bills"].sum(),
    }
