"""The foreign share of the debt under several denominators, and since when it falls."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand.analysis.breaks import breaks_between, segments
from foreign_demand.analysis.units import in_billions
from foreign_demand.data.catalog import Break
from foreign_demand.data.places import GRAND_TOTAL

DENOMINATORS = (
    "Gross federal debt",
    "Debt held by the public",
    "Marketable debt",
    "Marketable debt without bills",
    "Free float",
)
"""The last is marketable debt less what the Federal Reserve holds of it."""


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
    wide = in_billions(statement).pivot(index="month", columns="security_class", values="total_usd_bn")
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
    fed: pd.Series,
    breaks: Sequence[Break],
) -> pd.DataFrame:
    """Foreign share of the debt under five denominators, by quarter.

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
    fed
        Treasuries held by the Federal Reserve at month ends, USD billion, face value.
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
        (bulletin, in_billions(gross_debt).set_index("quarter")["debt_usd_bn"]),
        (bulletin, in_billions(public_debt).set_index("quarter")["debt_usd_bn"]),
        (total, marketable["marketable_usd_bn"]),
        (long_term, marketable["without_bills_usd_bn"]),
        (total, marketable["marketable_usd_bn"] - fed),
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


def share_without_fed(foreign: pd.DataFrame, public_debt: pd.DataFrame, fed: pd.Series) -> pd.DataFrame:
    """Foreign share of the debt held by the public outside the Federal Reserve, by quarter.

    Parameters
    ----------
    foreign, public_debt, fed
        As for :func:`foreign_shares`.

    Returns
    -------
    pandas.DataFrame
        In the form that :func:`peaks` takes, as one denominator.
    """
    debt = in_billions(public_debt).set_index("quarter")["debt_usd_bn"] - fed
    both = pd.DataFrame(
        {"holdings_usd_bn": foreign.set_index("quarter")["holdings_usd_bn"], "debt_usd_bn": debt}
    )
    both = both.dropna().rename_axis("quarter").reset_index()
    share = 100 * both["holdings_usd_bn"] / both["debt_usd_bn"]
    return both.assign(denominator="Debt held by the public outside the Federal Reserve", share_pct=share)


def share_of_issuance(flows: pd.DataFrame, marketable: pd.DataFrame, *, months: int = 12) -> pd.DataFrame:
    """Foreign net purchases beside net issuance, bills and notes and bonds apart.

    Parameters
    ----------
    flows
        ``tic_slt_table3``: net purchases are reported since February 2023.
    marketable
        From :func:`marketable_debt`.
    months
        Summed over.

    Returns
    -------
    pandas.DataFrame
        ``month`` (the last), ``security`` (``Notes and bonds``, ``Bills``), ``purchases_usd_bn``,
        ``issuance_usd_bn`` (change in what is outstanding) and ``share_pct``, missing where the
        purchases are not a part of the issuance: where this is not the larger of the two, or below zero.

    Notes
    -----
    Purchases are at market value, issuance is at face value and has the inflation compensation of
    TIPS in it. What the Federal Reserve lets run off is issued to others and counts as nothing here.
    """
    world = in_billions(flows[flows["country_code"] == GRAND_TOTAL]).set_index("month")
    kinds = {
        "Notes and bonds": ("long_term_net_purchases_usd_bn", "without_bills_usd_bn"),
        "Bills": ("short_term_net_purchases_usd_bn", "bills_usd_bn"),
    }
    tables = []
    for security, (purchases, outstanding) in kinds.items():
        bought = world[purchases].rolling(months).sum()
        issued = marketable[outstanding] - marketable[outstanding].shift(months, freq="ME")
        both = pd.DataFrame({"purchases_usd_bn": bought, "issuance_usd_bn": issued}).dropna()
        share = 100 * both["purchases_usd_bn"] / both["issuance_usd_bn"]
        part = (both["issuance_usd_bn"] > 0) & (both["purchases_usd_bn"].abs() <= both["issuance_usd_bn"])
        tables.append(both.assign(security=security, share_pct=share.where(part)))
    table = pd.concat(tables).rename_axis("month").reset_index()
    table = table[table["month"].isin(tables[0].index)]  # bills are known for longer
    return table[["month", "security", "purchases_usd_bn", "issuance_usd_bn", "share_pct"]]


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
