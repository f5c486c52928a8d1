"""Published estimates of the price impact of a foreign sale, on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from foreign_demand.data.places import GRAND_TOTAL
from foreign_demand.exceptions import EstimationError

SALE_USD_BN = 100.0
"""The sale that all estimates are put on."""
OF_NOTES_AND_BONDS = ("Notes", "Bonds")
"""Classes of the Monthly Statement that are meant by notes and bonds."""


def marketable(statement: pd.DataFrame) -> pd.DataFrame:
    """Marketable debt, and the notes and bonds in it.

    Parameters
    ----------
    statement
        ``mspd_marketable``.

    Returns
    -------
    pandas.DataFrame
        By month: ``marketable_usd_bn`` and ``notes_and_bonds_usd_bn``, nominal, at face value.
    """
    wide = statement.pivot(index="month", columns="security_class", values="total_usd_mn") / 1000
    return pd.DataFrame(
        {
            "marketable_usd_bn": wide["Total Marketable"],
            "notes_and_bonds_usd_bn": wide[list(OF_NOTES_AND_BONDS)].sum(axis=1, min_count=2),
        }
    )


def yearly_inflow(transactions: pd.DataFrame) -> pd.Series:
    """Foreign net purchases of Treasury notes and bonds by calendar year, in USD billion.

    Parameters
    ----------
    transactions
        ``tic_s1_globl``.
    """
    total = transactions[transactions["country_code"] == GRAND_TOTAL]
    net = (total["treasury_purchases_usd_mn"] - total["treasury_sales_usd_mn"]) / 1000
    return net.groupby(total["month"].dt.year).sum()


def on_one_scale(impacts: pd.DataFrame, debt: pd.DataFrame, inflow: pd.Series) -> pd.DataFrame:
    """Put estimates on basis points per USD 100 billion and per percent of marketable debt.

    A sale in dollars is a share of the market of its time; that share, of the market of today,
    is the sale that would do the same now. An effect is taken as proportional to the sale, and one
    on another maturity as it stands, as if the curve moved as a whole.

    Parameters
    ----------
    impacts
        As :func:`foreign_demand.data.impacts.read_impacts` gives them.
    debt
        From :func:`marketable`.
    inflow
        From :func:`yearly_inflow`.

    Returns
    -------
    pandas.DataFrame
        ``impacts`` and, each with ``_low_bp`` and ``_high_bp``: ``then`` and ``today`` (per
        :data:`SALE_USD_BN` on the market of its time, and on that of the last month), ``share``
        (per percent of marketable debt); ``as_of``.

    Raises
    ------
    EstimationError
        If the market of an estimate's time, or the inflow of its year, is not in the data.
    """
    now = debt.dropna().iloc[-1]
    rows = []
    for row in impacts.itertuples():
        if row.market not in debt.index:
            raise EstimationError(
                f"{row.id}: there is no marketable debt of {row.market:%B %Y}; it begins later."
            )
        if np.isfinite(row.share_pct):
            ratio = now["marketable_usd_bn"] / now[f"{row.base}_usd_bn"] / row.share_pct
            sale = row.share_pct / 100 * debt[f"{row.base}_usd_bn"][row.market]
        else:
            sale = row.usd_bn if np.isfinite(row.usd_bn) else inflow.get(int(row.inflow_year), np.nan)
            if not sale > 0:
                raise EstimationError(
                    f"{row.id}: no foreign net purchases of {row.inflow_year:.0f} are held."
                )
            ratio = debt["marketable_usd_bn"][row.market] / 100 / sale
        scales = {
            "then": SALE_USD_BN / sale,
            "share": ratio,
            "today": ratio * SALE_USD_BN / now["marketable_usd_bn"] * 100,
        }
        rows.append(
            {
                f"{name}_{end}_bp": factor * getattr(row, f"{end}_bp")
                for name, factor in scales.items()
                for end in ("low", "high")
            }
        )
    scaled = pd.DataFrame(rows, index=impacts.index)
    return pd.concat([impacts, scaled], axis=1).assign(as_of=debt.dropna().index[-1])


def spread(scaled: pd.DataFrame) -> dict[str, float]:
    """Ends of the published range per USD 100 billion, on the market of each study's time and of today.

    Returns
    -------
    dict
        ``then_low_bp``, ``then_high_bp``, ``today_low_bp``, ``today_high_bp``, and ``then_times`` and
        ``today_times``, the high end over the low one.
    """
    ends: dict[str, float] = {}
    for name in ("then", "today"):
        low, high = float(scaled[f"{name}_low_bp"].min()), float(scaled[f"{name}_high_bp"].max())
        ends |= {f"{name}_low_bp": low, f"{name}_high_bp": high, f"{name}_times": high / low}
    return ends
