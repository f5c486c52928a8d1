"""Who buys when foreigners sell: the Financial Accounts by quarter, valuation removed."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

FOREIGN, FED, TOTAL = "rest_of_world", "federal_reserve", "total"
"""Holders of the Financial Accounts: all foreigners, the Federal Reserve, and the published sum."""
AT_PAR = ("money_market_funds",)
"""Holders whose Treasuries the accounts keep at par or cost: prices do not move them."""
BY_PRICE = "Price of all Treasuries"
"""The way of taking prices out that :func:`flows` has."""
SINCE, UNTIL = pd.Timestamp("2020-01-01"), pd.Timestamp("2025-12-31")
"""The quarters that are counted."""


def flows(holders: pd.DataFrame, marketable_usd_bn: pd.Series) -> pd.DataFrame:
    """Net purchases by sector and quarter: the change of its holdings less that of prices.

    The price is that of all Treasuries: the market value in the Financial Accounts over the face value
    in the Monthly Statement. It is one for all holders, so that a holder of long bonds has more
    valuation in truth, and one of bills less.

    Parameters
    ----------
    holders
        ``holders_by_sector``.
    marketable_usd_bn
        Marketable debt at face value by month.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``sector`` (without the total), ``change_usd_bn``, ``valuation_usd_bn``, ``net_usd_bn``;
        quarters of which both ends have both numbers.
    """
    wide = holders.pivot(index="quarter", columns="sector", values="holdings_usd_mn") / 1000
    price = wide[TOTAL] / marketable_usd_bn.reindex(wide.index)
    moved = price / price.shift() - 1
    change, before = wide.diff(), wide.shift()
    valuation = before.mul(moved, axis=0)
    valuation[list(AT_PAR)] = 0.0
    parts = {"change_usd_bn": change, "valuation_usd_bn": valuation, "net_usd_bn": change - valuation}
    known = moved.dropna().index
    long = [part.loc[known].drop(columns=TOTAL).stack().rename(name) for name, part in parts.items()]
    return pd.concat(long, axis=1).dropna().reset_index()


def selling_quarters(
    flows: pd.DataFrame,
    column: str = "net_usd_bn",
    *,
    since: pd.Timestamp = SINCE,
    until: pd.Timestamp = UNTIL,
) -> pd.DatetimeIndex:
    """Quarters in which foreigners sold, by net purchases or, to compare, by the change of holdings."""
    own = flows[(flows["sector"] == FOREIGN) & flows["quarter"].between(since, until)]
    return pd.DatetimeIndex(own.loc[own[column] < 0, "quarter"])


def counted_quarters(flows: pd.DataFrame) -> int:
    """Quarters from :data:`SINCE` to :data:`UNTIL` that are in the data."""
    return int(flows.loc[flows["quarter"].between(SINCE, UNTIL), "quarter"].nunique())


def when_sold(flows: pd.DataFrame) -> pd.DataFrame:
    """What each sector bought in the quarters in which foreigners sold.

    Returns
    -------
    pandas.DataFrame
        Rows of ``flows`` of these quarters, with ``sold_usd_bn``, what foreigners sold.
    """
    chosen = flows[flows["quarter"].isin(selling_quarters(flows))]
    sold = -chosen[chosen["sector"] == FOREIGN].set_index("quarter")["net_usd_bn"]
    return chosen.assign(sold_usd_bn=chosen["quarter"].map(sold))


def bought_by_method(
    flows: pd.DataFrame,
    held_usd_bn: pd.Series,
    long_term_pct: pd.Series,
    returns: Mapping[str, pd.Series],
    reported: Mapping[str, pd.Series],
) -> pd.DataFrame:
    """What foreigners bought by quarter, with prices taken out in other ways, and as reported.

    Parameters
    ----------
    flows
        From :func:`flows`, whose way is :data:`BY_PRICE`.
    held_usd_bn
        What foreigners held, by quarter.
    long_term_pct
        Notes and bonds in percent of it, by quarter; the price of bills stands still.
    returns
        What notes and bonds gained by price in a month, as a fraction of them, by name of the method.
    reported
        Net purchases of a month in USD billion, by name of the record; missing where none can be told.

    Returns
    -------
    pandas.DataFrame
        ``method``, ``quarter``, ``net_usd_bn``, from :data:`SINCE` to :data:`UNTIL`; of a record only
        quarters of which all three months are known.
    """
    own = flows[flows["sector"] == FOREIGN].set_index("quarter")
    before = (held_usd_bn * long_term_pct / 100).shift()
    nets = {BY_PRICE: own["net_usd_bn"]}
    for name, monthly in returns.items():
        gained = (1 + monthly).resample("QE").prod(min_count=3) - 1
        nets[name] = (own["change_usd_bn"] - before * gained).reindex(own.index)
    nets |= {name: monthly.resample("QE").sum(min_count=3) for name, monthly in reported.items()}
    wide = pd.DataFrame(nets)[SINCE:UNTIL].rename_axis("quarter")
    table = wide.melt(ignore_index=False, var_name="method", value_name="net_usd_bn").dropna()
    return table.reset_index()[["method", "quarter", "net_usd_bn"]]


def sold_by_method(bought: pd.DataFrame) -> pd.DataFrame:
    """In how many quarters foreigners sold under each way of taking prices out.

    Parameters
    ----------
    bought
        From :func:`bought_by_method`.

    Returns
    -------
    pandas.DataFrame
        ``method``, ``quarters`` known, ``sold`` of them, and ``which``, these quarters.
    """
    rows = []
    for method, known in bought.groupby("method", sort=False):
        sold = known.loc[known["net_usd_bn"] < 0, "quarter"]
        rows.append({"method": method, "quarters": len(known), "sold": len(sold), "which": tuple(sold)})
    return pd.DataFrame(rows)


def sold_by_all(bought: pd.DataFrame) -> pd.DatetimeIndex:
    """Quarters in which foreigners sold under every method that has them."""
    least_sold = bought.groupby("quarter")["net_usd_bn"].max()
    return pd.DatetimeIndex(least_sold.index[least_sold < 0])
