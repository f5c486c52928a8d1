"""Foreign holdings of Treasuries in dollars: one table from three publications, totals, changes.

Holdings are the market value of what US custodians and issuers report as held
for foreigners (US Treasury, TIC). A holding that fell was not necessarily sold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from foreign_demand.analysis.breaks import current_series, segments
from foreign_demand.analysis.units import in_billions
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import (
    AGGREGATES,
    ALL_OTHER,
    FOREIGN_OFFICIAL,
    GRAND_TOTAL,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    TOTAL,
    codes_of,
)
from foreign_demand.exceptions import EstimationError

SUMS = codes_of("area", "region", "organisation", "total")
"""Codes in the SLT tables that are not countries."""
BOND_YEARS = (3.0, 6.0)
"""Ends of what the duration of notes and bonds held abroad is taken to be; no table has it."""
BILL_YEARS = 0.25
"""Duration of bills."""


def holders_by_country(by_country: pd.DataFrame) -> pd.DataFrame:
    """Bring SLT table 3 into the form of the major holders table.

    Parameters
    ----------
    by_country
        ``tic_slt_table3``, USD million, selected by code.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``series`` (all ``current``), ``holdings_usd_bn``:
        countries with a total (TIC does not show the bills of some small ones), the
        official lines, the grand total, and "All Other": the total less these
        countries, with international organisations in it.
    """
    table = in_billions(by_country).assign(series="current")

    def line(code: int, column: str, name: str) -> pd.DataFrame:
        rows = table[table["country_code"] == code]
        return rows.assign(country=name, holdings_usd_bn=rows[column])

    countries = table[~table["country_code"].isin(SUMS)]
    total = line(GRAND_TOTAL, "holdings_usd_bn", TOTAL)
    named = countries.groupby("month")["holdings_usd_bn"].sum()
    other = total.assign(
        country=ALL_OTHER, holdings_usd_bn=total["holdings_usd_bn"] - total["month"].map(named)
    )
    lines = [
        countries,
        other,
        total,
        line(OFFICIAL, "holdings_usd_bn", FOREIGN_OFFICIAL),
        line(OFFICIAL, "short_term_holdings_usd_bn", OFFICIAL_BILLS),
        line(OFFICIAL, "long_term_holdings_usd_bn", OFFICIAL_BONDS),
    ]
    return pd.concat(lines)[["month", "country", "series", "holdings_usd_bn"]]


def join_holders(history: pd.DataFrame, recent: pd.DataFrame, by_country: pd.DataFrame) -> pd.DataFrame:
    """One table of holders from the three publications that carry them.

    A month is taken whole from one publication, so that its rows add up and are of
    one vintage: from the one that reaches furthest, wherever it has the month.

    Parameters
    ----------
    history, recent
        ``tic_mfhhis01`` and ``tic_slt_table5``.
    by_country
        ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country``, ``series``, ``holdings_usd_bn``, sorted.
    """
    publications = [holders_by_country(by_country), recent, history]
    publications.sort(key=lambda table: table["month"].max(), reverse=True)
    joined = publications[0]
    for table in publications[1:]:
        joined = pd.concat([joined, table[~table["month"].isin(joined["month"])]])
    return joined.sort_values(["month", "country", "series"], ignore_index=True)


def totals(holders: pd.DataFrame) -> pd.DataFrame:
    """Foreign holdings by month: total, official and private.

    Parameters
    ----------
    holders
        From :func:`join_holders`, with ``segment`` from :func:`by_segment`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``segment``, ``series``, ``total_usd_bn``, ``official_usd_bn``,
        ``private_usd_bn``, ``official_share_pct``, ``official_bills_usd_bn``,
        ``official_bonds_usd_bn``.
        Two rows in a month in which an old series closes and a new one opens.
        Private is the difference; it includes international organisations.
    """
    rows = holders[holders["country"].isin(AGGREGATES)]
    wide = rows.pivot(index=["month", "segment", "series"], columns="country", values="holdings_usd_bn")
    table = pd.DataFrame(
        {
            "total_usd_bn": wide[TOTAL],
            "official_usd_bn": wide[FOREIGN_OFFICIAL],
            "private_usd_bn": wide[TOTAL] - wide[FOREIGN_OFFICIAL],
            "official_share_pct": 100 * wide[FOREIGN_OFFICIAL] / wide[TOTAL],
            "official_bills_usd_bn": wide[OFFICIAL_BILLS],
            "official_bonds_usd_bn": wide[OFFICIAL_BONDS],
        }
    )
    return table.reset_index().sort_values(["month", "segment"], ignore_index=True)


def bills_and_bonds(older: pd.DataFrame, newer: pd.DataFrame, code: int = GRAND_TOTAL) -> pd.DataFrame:
    """Foreign holdings by maturity at issue, from the two SLT publications.

    Parameters
    ----------
    older
        ``tic_slt3d_globl``, all countries (frozen at January 2023).
    newer
        ``tic_slt_table3``, all countries; counts where both have a month.
    code
        Of the row or sum.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``bills_usd_bn`` (short-term), ``bonds_usd_bn`` (notes, bonds and
        other long-term), ``bills_share_pct`` of all foreign holdings.
    """
    parts = [t[t["country_code"] == code] for t in (older, newer)]
    joined = in_billions(pd.concat(parts).drop_duplicates("month", keep="last"))
    joined = joined.sort_values("month", ignore_index=True)
    bills, bonds = joined["short_term_holdings_usd_bn"], joined["long_term_holdings_usd_bn"]
    return pd.DataFrame(
        {
            "month": joined["month"],
            "bills_usd_bn": bills,
            "bonds_usd_bn": bonds,
            "bills_share_pct": 100 * bills / (bills + bonds),
        }
    )


def in_ten_years(maturities: pd.DataFrame, ten_year_duration: pd.Series) -> pd.DataFrame:
    """Holdings as the ten-year notes that would lose as much by a rise of all yields.

    Parameters
    ----------
    maturities
        From :func:`bills_and_bonds`.
    ten_year_duration
        Modified duration of a par ten-year note in years, by the end of each month.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``held_usd_bn``, ``bills_share_pct``, ``duration_low_years``, ``duration_high_years`` (of
        all that is held), ``low_usd_bn``, ``high_usd_bn``: with notes and bonds at either end of
        :data:`BOND_YEARS` and bills at :data:`BILL_YEARS`.
    """
    table = maturities[["month", "bills_share_pct"]].assign(
        held_usd_bn=maturities["bills_usd_bn"] + maturities["bonds_usd_bn"]
    )
    note = maturities["month"].map(ten_year_duration)
    for end, years in zip(("low", "high"), BOND_YEARS, strict=True):
        weight = maturities["bonds_usd_bn"] * years + maturities["bills_usd_bn"] * BILL_YEARS
        table[f"duration_{end}_years"] = weight / table["held_usd_bn"]
        table[f"{end}_usd_bn"] = weight / note
    return table.dropna().reset_index(drop=True)


def long_term_holdings(maturities: pd.DataFrame, survey: pd.DataFrame) -> pd.Series:
    """Foreign holdings of notes and bonds: yearly surveys, then month by month.

    Parameters
    ----------
    maturities
        From :func:`bills_and_bonds`.
    survey
        ``tic_shlhistdat``; its dates before the first month of ``maturities`` count.

    Returns
    -------
    pandas.Series
        USD billion, indexed by month.
    """
    monthly = maturities.set_index("month")["bonds_usd_bn"]
    world = in_billions(survey[survey["country_code"] == GRAND_TOTAL]).set_index("month")
    older = world["long_term_treasury_holdings_usd_bn"].dropna()
    return pd.concat([older[older.index < monthly.index.min()], monthly]).sort_index()


def against_output(foreign: pd.DataFrame, output: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """Foreign holdings since 1970, in dollars and in percent of US output.

    Parameters
    ----------
    foreign, output
        ``FDHBFIN`` (USD billion, end of quarter) and ``GDP`` (USD billion, annual rate).
    breaks
        Of the holdings.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``segment``, ``holdings_usd_bn``, ``gdp_usd_bn``, ``of_gdp_pct``;
        quarters that both have.
    """
    both = foreign.merge(output, on="quarter").dropna()
    both.insert(1, "segment", segments(both["quarter"], breaks))
    return both.assign(of_gdp_pct=100 * both["holdings_usd_bn"] / both["gdp_usd_bn"])


def interest_abroad(
    foreign: pd.DataFrame, public_debt: pd.DataFrame, interest: pd.DataFrame, breaks: Sequence[Break]
) -> pd.DataFrame:
    """Interest that would go abroad if foreigners earned the average rate on what they hold.

    Parameters
    ----------
    foreign, public_debt, interest
        ``FDHBFIN`` (USD billion, end of quarter), ``FYGFDPUN`` (USD million) and ``A091RC1Q027SBEA``
        (USD billion, annual rate).
    breaks
        Of the holdings.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``segment``, ``rate_pct`` (interest in percent of debt held by the public) and
        ``abroad_usd_bn`` (annual rate); quarters that all three have.
    """
    both = foreign.merge(in_billions(public_debt), on="quarter").merge(interest, on="quarter").dropna()
    both.insert(1, "segment", segments(both["quarter"], breaks))
    rate = both["interest_usd_bn"] / both["debt_usd_bn"]
    return both[["quarter", "segment"]].assign(
        rate_pct=100 * rate, abroad_usd_bn=rate * both["holdings_usd_bn"]
    )


def change_over(table: pd.DataFrame, column: str, *, years: int) -> float:
    """Change of a monthly column over whole years, to its newest month.

    Raises
    ------
    EstimationError
        If the table has no value in the month it would start from.
    """
    values = current_series(table, column)
    start = values.index[-1] - pd.offsets.MonthEnd(12 * years)
    if start not in values.index:
        raise EstimationError(
            f"{column} has no value at {start:%Y-%m}, {years} years before its newest month. "
            "Ask for fewer years."
        )
    return float(values.iloc[-1] - values[start])


def as_lines(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Turn columns into named lines for a chart.

    Parameters
    ----------
    table
        With ``month`` or ``quarter`` and, where there are breaks, ``segment``.
    names
        Columns to keep, and what each is called on the chart.

    Returns
    -------
    pandas.DataFrame
        The period, ``segment`` where there is one, ``name``, ``value``.
    """
    kept = [column for column in ("month", "quarter", "segment") if column in table]
    return table.rename(columns=names).melt(kept, list(names.values()), var_name="name", value_name="value")
