"""What else there is to hold: bonds of other countries, gold, other currencies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends
from foreign_demand.analysis.inference import mean_of
from foreign_demand.analysis.returns import constant_maturity_return
from foreign_demand.analysis.safe_haven.assets import LAGS, LATELY, REGIMES

WORST_MONTHS_PCT = 10
"""Percent of the months that count as the worst."""

_PAST = pd.Timestamp(REGIMES[LATELY][0])

MOVED_PCT = 10
"""Percent of official Treasuries that are thought to move into another currency."""


def foreign_bonds(
    stock_level: pd.Series,
    yields: Mapping[str, pd.Series],
    dollars_per_unit: Mapping[str, pd.Series],
    gold: pd.Series,
) -> pd.DataFrame:
    """10-year government bonds of several countries in the worst months for US stocks.

    Yields abroad are published as monthly averages, so everything here, stocks, currencies
    and gold included, is a change between monthly averages. That dampens all moves alike.
    The sample has the months in which everything is known; the worst are the
    :data:`WORST_MONTHS_PCT` percent in which stocks returned least.

    Parameters
    ----------
    stock_level
        Total-return level by day.
    yields
        Monthly-average yields in percent by country.
    dollars_per_unit
        Daily price of the country's currency in dollars; absent for the United States.
    gold
        Dollars, by day.

    Returns
    -------
    pandas.DataFrame
        ``asset``, ``first_month`` and ``last_month`` (of the sample), ``months`` (number of
        worst months), ``latest_pct`` (yield in the last month),
        ``local_pct`` (mean return in own currency in the worst months, close to that of a
        position hedged into dollars, which also earns the gap of short rates) with ``low``
        and ``high``, ``unhedged_pct`` (in dollars) with ``unhedged_low`` and
        ``unhedged_high``: 95 percent, Newey–West over all months; and the mean in own currency,
        with their number, of the worst months ``before`` the present regime and ``since``.
    """
    bonds = {c: constant_maturity_return(y.dropna(), maturity_years=10) for c, y in yields.items()}
    local = pd.DataFrame(bonds | {"Gold": month_average_change(gold)})
    currency = pd.DataFrame({c: month_average_change(price) for c, price in dollars_per_unit.items()})
    stocks = month_average_change(stock_level)
    known = pd.concat([local, currency, stocks], axis=1).dropna().index
    worst = stocks[known] <= stocks[known].quantile(WORST_MONTHS_PCT / 100)
    rows = []
    for asset, own in local.loc[known].items():
        abroad = currency.loc[known, asset] if asset in currency else 0.0
        row = {
            "asset": asset,
            "first_month": known[0],
            "last_month": known[-1],
            "months": int(worst.sum()),
            "latest_pct": yields[asset][known[-1]] if asset in yields else np.nan,
        }
        for name, values in (("local", own), ("unhedged", own + abroad + own * abroad / 100)):
            mean, low, high = mean_of(values, worst, LAGS["monthly"])
            prefix = "" if name == "local" else "unhedged_"
            row |= {f"{name}_pct": mean, f"{prefix}low": low, f"{prefix}high": high}
        for name, part in {"before": own[worst][:_PAST], "since": own[worst][_PAST:]}.items():
            row |= {f"{name}_pct": part.mean(), f"{name}_months": len(part)}
        rows.append(row)
    return pd.DataFrame(rows)


def month_average_change(daily: pd.Series) -> pd.Series:
    """Percent change of the monthly average of a price, by the end of each month that is over."""
    change = 100 * daily.resample("ME").mean().pct_change(fill_method=None)
    return change[month_ends(daily).index]


def hedged_yields(ten_year: pd.Series, one_year: pd.Series, japan: pd.DataFrame) -> pd.DataFrame:
    """10-year yields of the United States and Japan, also hedged for the other's investor.

    Hedging swaps the short rate of the bond's currency for that of the investor's, here
    the one-year yields; the cross-currency basis, which is not free data, is left out.

    Returns
    -------
    pandas.DataFrame
        ``month`` (the ends of those that are over), ``us``, ``japan``, ``us_in_yen``,
        ``japan_in_dollars``, in percent.
    """
    daily = {
        "us": ten_year,
        "short": one_year,
        "japan": japan["yield_10y_pct"],
        "short_japan": japan["yield_1y_pct"],
    }
    month = month_ends(pd.DataFrame(daily).dropna())
    gap = month["short"] - month["short_japan"]
    hedged = month[["us", "japan"]].assign(us_in_yen=month["us"] - gap, japan_in_dollars=month["japan"] + gap)
    return hedged.reset_index()


def hedged_abroad(
    ten_year: pd.Series,
    us_short: Mapping[str, pd.Series],
    home: Mapping[str, pd.Series],
    home_short: Mapping[str, pd.Series],
    dollar_price: Mapping[str, pd.Series],
    ten_year_level: pd.Series,
) -> pd.DataFrame:
    """What a 10-year Treasury yields a holder elsewhere, hedged by short rates, and returned unhedged.

    A hedge costs the US short rate less the holder's own, of one maturity; the cross-currency basis is
    left out. Over the life of the bond a hedge costs the gap of the long yields, and leaves the home
    yield. Rates are monthly averages, as foreign long yields are published.

    Parameters
    ----------
    ten_year
        US 10-year yield by day, percent.
    us_short, home_short
        Short rates in percent by day, by holder, the two of one maturity; where no short rate of the
        holder's is known, it is absent from ``home_short``.
    home
        10-year yields of the holder's country by month; absent where none is known.
    dollar_price
        Price of a dollar in the holder's currency by day; every holder is named here.
    ten_year_level
        Total-return level of the 10-year Treasury in dollars by day.

    Returns
    -------
    pandas.DataFrame
        ``holder``, ``month`` (of the yields), ``us_pct``, ``home_pct``, ``short_pct``, ``cost_points``,
        ``hedged_pct``, ``pickup_points`` (hedged less home), ``breakeven_short_pct`` (the holder's short
        rate at which hedged and home yields are the same), ``better_pct`` of ``months`` in which the
        hedged yield was the higher; ``return_month``, ``local_return_pct`` (of the Treasury in dollars
        over twelve months to it) and ``unhedged_return_pct`` in the holder's currency. Missing where a
        rate is.
    """
    rows = []
    for holder, price in dollar_price.items():
        level = month_ends(pd.DataFrame({"usd": ten_year_level, "price": price}).dropna())
        year = level.iloc[-1] / level.shift(12).iloc[-1]
        row = {
            "holder": holder,
            "return_month": level.index[-1],
            "local_return_pct": 100 * (year["usd"] - 1),
            "unhedged_return_pct": 100 * (year["usd"] * year["price"] - 1),
        }
        if holder in home:
            us = {"us": ten_year, "us_short": us_short[holder]}
            daily = pd.DataFrame(us if holder not in home_short else {**us, "short": home_short[holder]})
            month = daily.dropna().resample("ME").mean().assign(home=home[holder]).dropna()
            slope = month["us"] - month["us_short"]
            last = month.iloc[-1]
            row |= {
                "month": month.index[-1],
                "us_pct": last["us"],
                "home_pct": last["home"],
                "breakeven_short_pct": last["home"] - slope.iloc[-1],
            }
            if "short" in month:
                hedged = slope + month["short"]
                row |= {
                    "short_pct": last["short"],
                    "cost_points": last["us_short"] - last["short"],
                    "hedged_pct": hedged.iloc[-1],
                    "pickup_points": hedged.iloc[-1] - last["home"],
                    "better_pct": 100 * (hedged > month["home"]).mean(),
                    "months": len(month),
                }
        rows.append(row)
    return pd.DataFrame(rows)


def reserve_moves(shares: pd.DataFrame, values: pd.DataFrame, official_usd_bn: float) -> pd.DataFrame:
    """Official reserves by currency, and what a move out of Treasuries would add to each.

    Parameters
    ----------
    shares, values
        ``cofer_shares`` and ``cofer_values``.
    official_usd_bn
        Treasuries of foreign official holders, of which :data:`MOVED_PCT` percent move.

    Returns
    -------
    pandas.DataFrame
        ``quarter``, ``currency``, ``share_pct``, ``value_usd_bn``, ``added_pct``: the move in
        percent of all reserves in that currency; missing for dollars. Largest first.
    """
    latest = shares[shares["quarter"] == shares["quarter"].max()]
    total = values[values["currency"] == "total"].set_index("quarter")["value_usd_bn"]
    worth = latest["share_pct"] / 100 * total.loc[latest["quarter"].iloc[0]]
    added = (MOVED_PCT * official_usd_bn / worth).where(latest["currency"] != "USD")
    return latest.assign(value_usd_bn=worth, added_pct=added).sort_values(
        "share_pct", ascending=False, ignore_index=True
    )


def dollar_share(values: pd.DataFrame) -> pd.Series:
    """Dollars in percent of the world's reserves, by quarter.

    Parameters
    ----------
    values
        ``cofer_values``.
    """
    wide = values.pivot(index="quarter", columns="currency", values="value_usd_bn")
    return (100 * wide["USD"] / wide["total"]).dropna().rename("share_pct")
