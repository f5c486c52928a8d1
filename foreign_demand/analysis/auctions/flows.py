"""What foreigners were allotted at auction against what they bought net, by TIC."""

from __future__ import annotations

import pandas as pd

from foreign_demand.data.places import GRAND_TOTAL


def auctions_and_net_purchases(
    issues: pd.DataFrame, transactions: pd.DataFrame, table_1: pd.DataFrame
) -> pd.DataFrame:
    """Foreign allotments of notes and bonds and foreigners' net purchases of them, by quarter.

    Allotments are gross: nothing is taken off for what matures or is sold on. Net purchases
    are of all trades with US residents, new issues among them.

    Parameters
    ----------
    issues
        From :func:`~foreign_demand.analysis.auctions.allotted_shares`, notes and bonds.
    transactions
        ``tic_s1_globl``, to January 2023.
    table_1
        ``tic_slt_table1``, from February 2023.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``allotted_usd_bn``, ``net_purchases_usd_bn``, ``form`` (``S`` or ``SLT``, by the
        form that purchases were reported on); quarters that have both, whole.
    """
    allotted = (
        (issues["foreign_share_pct"] * issues["sold_usd_bn"] / 100)
        .groupby(issues["issue_date"].dt.to_period("Q"))
        .sum()
    )
    months = issues.groupby(issues["issue_date"].dt.to_period("Q"))["issue_date"].agg(
        lambda days: days.dt.month.nunique()
    )
    old = transactions[transactions["country_code"] == GRAND_TOTAL].set_index("month")
    old = old["treasury_purchases_usd_mn"] - old["treasury_sales_usd_mn"]
    new = table_1[table_1["country_code"] == GRAND_TOTAL].set_index("month")["treasury_net_purchases_usd_mn"]
    parts = []
    for form, monthly in {"S": old, "SLT": new.dropna()}.items():
        grouped = monthly.groupby(monthly.index.to_period("Q"))
        whole = grouped.sum()[grouped.size() == 3] / 1000
        parts.append(pd.DataFrame({"net_purchases_usd_bn": whole, "form": form}))
    table = pd.concat(parts).join(allotted.rename("allotted_usd_bn")[months == 3], how="inner")
    table.insert(0, "quarter", table.index.end_time.normalize())
    return table.reset_index(drop=True)[["quarter", "allotted_usd_bn", "net_purchases_usd_bn", "form"]]
