"""What each class of investor was allotted, as shares, and the auctions they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from foreign_demand.exceptions import EstimationError

SHARES: Mapping[str, str] = {
    "foreign_share_pct": "foreign_usd_bn",
    "investment_funds_share_pct": "investment_funds_usd_bn",
    "dealers_share_pct": "dealers_usd_bn",
}
"""The three classes that every source has, and their amounts in the workbooks."""
OTHERS = "others_share_pct"
SETTLES_WITHIN = pd.Timedelta(days=16)
"""A security is issued at most this long after its auction; the same one is not sold again so soon."""
_KINDS = ["security_type", "term_years", "inflation_indexed", "floating_rate"]


def allotted_shares(workbooks: Sequence[pd.DataFrame], transcribed: pd.DataFrame) -> pd.DataFrame:
    """Shares of what was sold, without what the Federal Reserve adds for itself.

    Parameters
    ----------
    workbooks
        ``investor_class_coupons_2000``, ``investor_class_coupons``, ``investor_class_bills``:
        any of them.
    transcribed
        ``investor_class_shares``; where a workbook has the same issue, the workbook counts.

    Returns
    -------
    pandas.DataFrame
        One row an issue, by ``issue_date`` and ``cusip``: its kind and ``term_years``;
        ``sold_usd_bn``; the three shares of :data:`SHARES` and ``others_share_pct``, which add
        up to 100; ``basis``, the ``workbook`` or the ``transcription`` they come from.

    Raises
    ------
    EstimationError
        If three classes of an issue have more than all of it.
    """
    parts = []
    for table in workbooks:
        sold = table["total_usd_bn"] - table["federal_reserve_usd_bn"]
        shares = {name: 100 * table[amount] / sold.where(sold > 0) for name, amount in SHARES.items()}
        parts.append(table.assign(sold_usd_bn=sold, basis="workbook", **shares))
    if len(transcribed):
        notes = transcribed["term_years"] <= 10
        parts.append(
            transcribed.assign(
                security_type=notes.map({True: "Note", False: "Bond"}),
                inflation_indexed=False,
                floating_rate=False,
                sold_usd_bn=transcribed["total_usd_bn"],
                basis="transcription",
            )
        )
    columns = ["issue_date", "cusip", *_KINDS, "sold_usd_bn", *SHARES, "basis"]
    issues = pd.concat([part[columns] for part in parts], ignore_index=True)
    issues = issues.drop_duplicates(["issue_date", "cusip"]).dropna(subset=list(SHARES))
    issues[OTHERS] = 100 - issues[list(SHARES)].sum(axis=1)
    if (issues[OTHERS] < -0.02).any():
        row = issues.loc[issues[OTHERS].idxmin()]
        raise EstimationError(
            f"Three classes have {100 - row[OTHERS]:.2f} percent of {row['cusip']}, issued on "
            f"{row['issue_date'].date()}. Look at the table of its {row['basis']}."
        )
    return issues.sort_values(["issue_date", "cusip"], ignore_index=True)


def join_auctions(auctions: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """Auctions of notes and bonds with what was allotted of them.

    An issue belongs to the auction of the same CUSIP in the :data:`SETTLES_WITHIN` days
    before its issue date; a reopening has the CUSIP of the security and a date of its own.

    Parameters
    ----------
    auctions
        ``auctions``.
    issues
        From :func:`allotted_shares`.

    Returns
    -------
    pandas.DataFrame
        The columns of ``auctions`` and the shares of ``issues``, with ``issue_date``, ``sold_usd_bn`` and
        ``basis``; one row an auction that has both, by ``date`` and ``cusip``.

    Raises
    ------
    EstimationError
        If an issue is dated before its auction, or an auction would have two issues.
    """
    coupons = auctions[auctions["security_type"] != "Bill"]
    pairs = coupons.merge(
        issues[["issue_date", "cusip", "sold_usd_bn", *SHARES, OTHERS, "basis"]], on="cusip"
    )
    wait = pairs["issue_date"] - pairs["date"]
    joined = pairs[(wait >= pd.Timedelta(0)) & (wait <= SETTLES_WITHIN)]
    early = pairs[(wait < pd.Timedelta(0)) & (wait >= -SETTLES_WITHIN)]
    early = early[
        ~early.set_index(["cusip", "issue_date"]).index.isin(joined.set_index(["cusip", "issue_date"]).index)
    ]
    if len(early):
        row = early.iloc[0]
        raise EstimationError(
            f"{row['cusip']} is issued on {row['issue_date'].date()}, before its auction of "
            f"{row['date'].date()}. One of the two dates is wrong: look at the two tables."
        )
    twice = joined[joined.duplicated(["date", "cusip"]) | joined.duplicated(["issue_date", "cusip"])]
    if len(twice):
        row = twice.iloc[0]
        raise EstimationError(
            f"The auction of {row['cusip']} on {row['date'].date()} has more than one issue within "
            f"{SETTLES_WITHIN.days} days, or one issue two auctions. Look at the two tables."
        )
    return joined.sort_values(["date", "cusip"], ignore_index=True)


def not_joined(auctions: pd.DataFrame, issues: pd.DataFrame, joined: pd.DataFrame) -> pd.DataFrame:
    """What has no partner: by year, how many auctions and how many issues there are, and how many of them.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``auctions``, ``auctions_without_allotment``, ``issues``,
        ``issues_without_auction``; notes and bonds only, since the first year with allotments.
    """
    bonds = issues[issues["security_type"] != "Bill"]
    since = bonds["issue_date"].dt.year.min()
    coupons = auctions[(auctions["security_type"] != "Bill") & (auctions["date"].dt.year >= since)]
    known = joined.set_index(["date", "cusip"]).index
    issued = joined.set_index(["issue_date", "cusip"]).index
    left = ~coupons.set_index(["date", "cusip"]).index.isin(known)
    right = ~bonds.set_index(["issue_date", "cusip"]).index.isin(issued)
    by_year = pd.DataFrame(
        {
            "auctions": coupons.groupby(coupons["date"].dt.year).size(),
            "auctions_without_allotment": coupons[left].groupby(coupons["date"].dt.year).size(),
            "issues": bonds.groupby(bonds["issue_date"].dt.year).size(),
            "issues_without_auction": bonds[right].groupby(bonds["issue_date"].dt.year).size(),
        }
    )
    return by_year.fillna(0).astype(int).rename_axis("year").reset_index()


def nominal(issues: pd.DataFrame) -> pd.DataFrame:
    """Notes and bonds that are neither inflation-indexed nor floating-rate."""
    plain = ~issues["inflation_indexed"] & ~issues["floating_rate"]
    return issues[plain & (issues["security_type"] != "Bill")]


def _weighted(issues: pd.DataFrame) -> pd.Series:
    """Shares of all that was sold together, not of the average issue."""
    columns = [*SHARES, OTHERS]
    amounts = issues[columns].mul(issues["sold_usd_bn"], axis=0).sum()
    return pd.concat(
        [
            amounts / issues["sold_usd_bn"].sum(),
            pd.Series({"issues": len(issues), "sold_usd_bn": issues["sold_usd_bn"].sum()}),
        ]
    )


def by_quarter(issues: pd.DataFrame) -> pd.DataFrame:
    """Shares of each quarter's issues, and which stretch of unbroken quarters it belongs to.

    Returns
    -------
    pandas.DataFrame
        ``quarter`` (its last day), the shares, ``issues``, ``sold_usd_bn``, ``segment``.
    """
    quarters = issues["issue_date"].dt.to_period("Q")
    table = issues.groupby(quarters)[["sold_usd_bn", *SHARES, OTHERS]].apply(_weighted)
    gap = pd.Series(table.index.astype("int64"), index=table.index).diff().fillna(1) > 1
    table = table.assign(segment=gap.cumsum(), quarter=table.index.end_time.normalize())
    return table.reset_index(drop=True)


def by_tenor_and_year(issues: pd.DataFrame) -> pd.DataFrame:
    """Shares by tenor and year of issue, bills, indexed and floating-rate securities apart.

    Returns
    -------
    pandas.DataFrame
        ``tenor`` (``2-year``, ..., ``Indexed``, ``Floating-rate``, ``Bills``), ``year``, the shares,
        ``issues`` and ``sold_usd_bn``.
    """
    tenor = issues["term_years"].map("{:.0f}-year".format)
    tenor = tenor.mask(issues["inflation_indexed"], "Indexed").mask(issues["floating_rate"], "Floating-rate")
    tenor = tenor.mask(issues["security_type"] == "Bill", "Bills").rename("tenor")
    years = issues["issue_date"].dt.year.rename("year")
    return issues.groupby([tenor, years])[["sold_usd_bn", *SHARES, OTHERS]].apply(_weighted).reset_index()
