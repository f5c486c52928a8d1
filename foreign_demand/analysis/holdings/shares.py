"""The foreign share of the debt under several denominators, and since when it falls."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand.analysis.breaks import breaks_between, segments
from foreign_demand.data.catalog import Break

DENOMINATORS = (
    "Gross federal debt",
    "Debt held by the public",
    "Marketable debt",
    "Marketable debt without bills",
)


def marketable_debt(statement: pd.DataFrame) -> pd.DataFrame:
    """Marketable debt, with and without bills, from the Monthly Statement of the Public Debt.

    Parameters
    ----------
    statement
        ``mspd_marketable``: ``month``, ``security_class``, ``total_usd_mn``.

    Returns
    -------
    pandas.DataFrame
        Indexed by month: ``marketable_usd_bn``, ``bills_usd_bn``,
        ``without_bills_usd_bn``; face value.
    """
    wide = statement.pivot(index="month", columns="security_class", values="total_usd_mn") / 1000
    return pd.DataFrame(
        {
            "marketable_usd_bn": wide["Total Marketable"],
            "bills_usd_bn": wide["Bills"],
            "without_bills_usd_bn": wide["Total Marketable"] - wide["Bills"],
        }
    )


def foreign_shares(
    *,
    foreign: pd.DataFrame,
    gross_debt: pd.DataFrame,
    public_debt: pd.DataFrame,
    marketable: pd.DataFrame,
    total: pd.Series,
    long_term: pd.Series,
    breaks: Sequence[Break],
) -> pd.DataFrame:
    """Foreign share of the debt under the four denominators, by quarter.

    Parameters
    ----------
    foreign, gross_debt, public_debt
        ``FDHBFIN`` (USD billion), ``GFDEBTN`` and ``FYGFDPUN`` (USD million).
    marketable
        From :func:`marketable_debt`.
    total
        Foreign holdings by month, USD billion (TIC).
    long_term
        From :func:`long_term_holdings`.
    breaks
        Of the holdings. The surveys behind ``long_term`` are comparable among
        themselves: its breaks begin with the first two values of one year.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``denominator`` (one of :data:`DENOMINATORS`), ``holdings_usd_bn``,
        ``debt_usd_bn``, ``share_pct``, ``segment``. Quarter ends that both sides have.

    Notes
    -----
    TIC counts holdings at market value, the debt is at face value: when prices are
    below par a share is understated, in times above par overstated.
    """
    bulletin = foreign.set_index("quarter")["holdings_usd_bn"]
    pairs = (
        (bulletin, gross_debt.set_index("quarter")["debt_usd_mn"] / 1000),
        (bulletin, public_debt.set_index("quarter")["debt_usd_mn"] / 1000),
        (total, marketable["marketable_usd_bn"]),
        (long_term, marketable["without_bills_usd_bn"]),
    )
    tables = []
    for name, (holdings, debt) in zip(DENOMINATORS, pairs, strict=True):
        both = pd.DataFrame({"holdings_usd_bn": holdings, "debt_usd_bn": debt}).dropna()
        both = both[both.index.is_quarter_end].assign(denominator=name)
        years = both.index.year
        monthly_since = both.index[years.duplicated(keep=False)].min()
        own = [b for b in breaks if pd.Period(b.period, "M").end_time >= monthly_since]
        both["segment"] = segments(both.index.to_series(), own)
        tables.append(both.rename_axis("quarter").reset_index())
    table = pd.concat(tables, ignore_index=True)
    table["share_pct"] = 100 * table["holdings_usd_bn"] / table["debt_usd_bn"]
    return table[["quarter", "denominator", "holdings_usd_bn", "debt_usd_bn", "share_pct", "segment"]]


def peaks(shares: pd.DataFrame, breaks: Sequence[Break]) -> pd.DataFrame:
    """When each share peaked, and what has happened since.

    Parameters
    ----------
    shares
        From :func:`foreign_shares`.
    breaks
        Of the holdings; the changes cross those named in the column ``breaks``.

    Returns
    -------
    pandas.DataFrame
        One row a denominator, in order of appearance: ``first_quarter``,
        ``peak_quarter``, ``peak_pct``, ``latest_quarter``, ``latest_pct``,
        ``change_points``, and how much holdings and debt grew between the two,
        in percent: ``holdings_growth_pct``, ``debt_growth_pct``; ``breaks`` crossed.
    """
    rows = []
    for name, group in shares.groupby("denominator", sort=False):
        group = group.sort_values("quarter")
        peak, latest = group.loc[group["share_pct"].idxmax()], group.iloc[-1]
        rows.append(
            {
                "denominator": name,
                "first_quarter": group["quarter"].iloc[0],
                "peak_quarter": peak["quarter"],
                "peak_pct": peak["share_pct"],
                "latest_quarter": latest["quarter"],
                "latest_pct": latest["share_pct"],
                "change_points": latest["share_pct"] - peak["share_pct"],
                "holdings_growth_pct": 100 * (latest["holdings_usd_bn"] / peak["holdings_usd_bn"] - 1),
                "debt_growth_pct": 100 * (latest["debt_usd_bn"] / peak["debt_usd_bn"] - 1),
                "breaks": ", ".join(
                    b.period for b in breaks_between(breaks, peak["quarter"], latest["quarter"])
                ),
            }
        )
    return pd.DataFrame(rows)
