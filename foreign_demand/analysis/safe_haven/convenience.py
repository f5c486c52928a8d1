"""What the convenience of Treasuries is worth, and what else there is to hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.analysis.inference import mean_of, regression
from foreign_demand.analysis.returns import constant_maturity_return
from foreign_demand.analysis.safe_haven.model import (
    LAGS,
    WORST_MONTHS_PCT,
    YEARS_BEFORE,
    estimate_as_printed,
    period_returns,
)
from foreign_demand.words import percent, signed

__all__ = [
    "MOVED_PCT",
    "PUBLISHED_EFFECT_BP",
    "PUBLISHED_YEARS",
    "SLOPE_LAGS",
    "convenience_and_covariance",
    "convenience_slopes",
    "convenience_spreads",
    "dollar_share",
    "foreign_bonds",
    "hedged_yields",
    "month_average_change",
    "on_the_run_premium",
    "premium_by_maturity",
    "premium_by_maturity_as_printed",
    "reserve_moves",
    "reserves_as_printed",
]

PUBLISHED_YEARS = (1926, 2008)
"""Annual sample of Krishnamurthy and Vissing-Jorgensen (2012, Table 1)."""
PUBLISHED_EFFECT_BP = 6
"""Convenience of the 10-year note for one standard deviation of its covariance with stocks:
Acharya and Laarits (2023, abstract)."""

SLOPE_LAGS = 12
"""Newey–West lags of the slopes of convenience, in quarters or in months."""
MOVED_PCT = 10
"""Percent of official Treasuries that are thought to move into another currency."""
_COVARIANCE_DAYS = 63

_FITTED_SINCE = {2: "1976-06-01", 5: "1962-01-02", 10: "1971-08-16", 30: "1985-11-25"}
"""From when the fitted curve reaches a maturity and the maturity is quoted."""


def on_the_run_premium(parameters: pd.DataFrame, yields: Mapping[int, pd.Series]) -> pd.DataFrame:
    """Par yield of the fitted curve less that of the newest issues, last day of each month, basis points.

    The Svensson curve of Gürkaynak, Sack and Wright is fitted to Treasuries other than
    the newest of each maturity; the constant-maturity yields are read from the newest.
    What buyers accept less for the newest is a price for liquidity, one part of the
    convenience yield.

    Parameters
    ----------
    parameters
        ``gsw_parameters``: ``date``, ``beta0`` to ``beta3``, ``tau1``, ``tau2``.
    yields
        Constant-maturity yields in percent by maturity in years.

    Returns
    -------
    pandas.DataFrame
        Index ``month``; one column a maturity.
    """
    half_years = np.arange(1, 2 * max(_FITTED_SINCE) + 1)
    curve = zero_coupon_yields(parameters.dropna(subset=["beta0", "tau1"]), 6 * half_years)
    discount = np.exp(-curve / 100 * half_years / 2).set_axis(half_years, axis=1)
    par = 200 * (1 - discount) / discount.cumsum(axis=1)
    premium = {
        years: 100 * (par[2 * years] - yields[years]).loc[begins:] for years, begins in _FITTED_SINCE.items()
    }
    return month_ends(pd.DataFrame(premium).dropna(how="all"))


def premium_by_maturity(premium: pd.DataFrame, *, since: pd.Timestamp) -> pd.DataFrame:
    """The premium on the newest issues by maturity, before a date and since.

    Parameters
    ----------
    premium
        From :func:`on_the_run_premium`.
    since
        Months that end on or after this day count as since; they are compared with the
        :data:`~foreign_demand.analysis.safe_haven.model.YEARS_BEFORE` years before.

    Returns
    -------
    pandas.DataFrame
        ``maturity_years``, ``months`` (since), ``before_bp``, ``since_bp``, ``change_bp`` with
        ``low`` and ``high`` (95 percent, Newey–West), and ``share_pct``: the share of earlier
        dates at which means over stretches of the same two lengths differed at least as much
        (overlapping windows).
    """
    before = 12 * YEARS_BEFORE
    rows = []
    for years, values in premium.items():
        known = values.dropna()
        months = int((known.index >= since).sum())
        window = known.iloc[-(months + before) :]
        later = pd.DataFrame({"later": (window.index >= since).astype(float)}, index=window.index)
        fit = regression(window, later)
        low, high = fit.conf_int().loc["later"]
        earlier = known[known.index < since]
        moved = earlier.rolling(months).mean() - earlier.rolling(before).mean().shift(months)
        rows.append(
            {
                "maturity_years": years,
                "months": months,
                "before_bp": fit.params["const"],
                "since_bp": fit.params.sum(),
                "change_bp": fit.params["later"],
                "low": low,
                "high": high,
                "share_pct": 100 * (moved.dropna().abs() >= abs(fit.params["later"])).mean(),
            }
        )
    return pd.DataFrame(rows)


def premium_by_maturity_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """The premium on the newest issues, by maturity."""
    return pd.DataFrame(
        {
            "Maturity": [f"{years} years" for years in table["maturity_years"]],
            "Before": table["before_bp"].map(lambda v: signed(v, 1)),
            "Since": table["since_bp"].map(lambda v: signed(v, 1)),
            "Change": [estimate_as_printed(r.change_bp, r.low, r.high, 1) for r in table.itertuples()],
            "As large": table["share_pct"].map(percent),
        }
    )


def convenience_spreads(
    *,
    aaa: pd.Series,
    baa: pd.Series,
    ten_year: pd.Series,
    twenty_year: pd.Series,
    bills: pd.Series,
    stock_return: pd.Series,
    public_debt_usd_bn: pd.Series,
    gross_debt_usd_bn: pd.Series,
    gdp_usd_bn: pd.Series,
) -> pd.DataFrame:
    """Quarterly spreads of corporate over Treasury yields, and the supply of Treasuries.

    Returns
    -------
    pandas.DataFrame
        Index ``quarter``; ``aaa_10y``, ``aaa_20y``, ``baa_10y``, ``baa_aaa`` (percentage
        points, last month of the quarter), ``log_public`` and ``log_gross`` (debt over
        output at an annual rate), ``curve`` (10-year yield less bill) and ``volatility``
        (standard deviation of daily stock returns in the quarter, percent a year).
    """
    quarter = {
        name: series.resample("QE").last()
        for name, series in {
            "aaa": aaa,
            "baa": baa,
            "ten": ten_year,
            "twenty": twenty_year,
            "bills": bills,
            "public": public_debt_usd_bn,
            "gross": gross_debt_usd_bn,
            "gdp": gdp_usd_bn,
        }.items()
    }
    return (
        pd.DataFrame(
            {
                "aaa_10y": quarter["aaa"] - quarter["ten"],
                "aaa_20y": quarter["aaa"] - quarter["twenty"],
                "baa_10y": quarter["baa"] - quarter["ten"],
                "baa_aaa": quarter["baa"] - quarter["aaa"],
                "log_public": np.log(quarter["public"] / quarter["gdp"]),
                "log_gross": np.log(quarter["gross"] / quarter["gdp"]),
                "curve": quarter["ten"] - quarter["bills"],
                "volatility": np.sqrt(252) * stock_return.resample("QE").std(),
            }
        )
        .loc[quarter["gross"].index[0] : quarter["gdp"].dropna().index[-1]]
        .rename_axis("quarter")
    )


def convenience_slopes(spreads: pd.DataFrame) -> pd.DataFrame:
    """Slope of a spread on the logarithm of debt over output, over a range of choices.

    Krishnamurthy and Vissing-Jorgensen (2012, Table 1): more Treasuries, less convenience,
    a smaller spread. Every combination of spread, debt, sample and form is shown.

    Returns
    -------
    pandas.DataFrame
        ``spread``, ``debt``, ``sample``, ``form`` (``levels``, ``levels, with controls``
        for stock volatility and the slope of the curve, or ``yearly changes``, which
        overlap), ``quarters``, ``slope`` (percentage points per log point) with ``low``
        and ``high`` (95 percent, Newey–West with :data:`SLOPE_LAGS`).
    """
    samples = {"all": (None, None), "to 2007": (None, "2007-12-31"), "since 2008": ("2008-01-01", None)}
    rows = []
    for spread in ("aaa_10y", "aaa_20y", "baa_10y"):
        for debt in ("log_public", "log_gross"):
            for sample, (start, end) in samples.items():
                inside = spreads.loc[start:end]
                forms = {
                    "levels": inside[[debt]],
                    "levels, with controls": inside[[debt, "volatility", "curve"]],
                    "yearly changes": spreads[[debt, "volatility", "curve"]].diff(4).loc[start:end],
                }
                for form, x in forms.items():
                    y = spreads[spread].diff(4).loc[start:end] if form == "yearly changes" else inside[spread]
                    fit = regression(y, x, lags=SLOPE_LAGS)
                    low, high = fit.conf_int().loc[debt]
                    rows.append(
                        {
                            "spread": spread,
                            "debt": debt,
                            "sample": sample,
                            "form": form,
                            "quarters": int(fit.nobs),
                            "slope": fit.params[debt],
                            "low": low,
                            "high": high,
                        }
                    )
    return pd.DataFrame(rows)


def convenience_and_covariance(
    levels: pd.DataFrame, measures: Mapping[str, pd.Series], *, credit: pd.Series
) -> pd.DataFrame:
    """What a better hedge was worth: convenience measures on the stock–bond covariance.

    After Acharya and Laarits (2023): the covariance is that of daily returns of stocks and
    10-year notes over three months of trading to the end of the month, so that its windows
    overlap by two; Newey–West with :data:`SLOPE_LAGS`.

    Parameters
    ----------
    levels
        From :func:`market_levels`.
    measures
        Monthly measures in basis points by name.
    credit
        Baa less Aaa yield in points, which carries default risk; a control, with stock
        volatility over the same days.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``controls``, ``months``, ``effect_bp`` of a covariance lower by one
        standard deviation, with ``low`` and ``high``.
    """
    returns = period_returns(levels, "daily")
    covariance = returns["Stocks"].rolling(_COVARIANCE_DAYS).cov(returns["10-year Treasury"])
    monthly = pd.DataFrame(
        {
            "covariance": -covariance / covariance.std(),
            "volatility": returns["Stocks"].rolling(_COVARIANCE_DAYS).std(),
        }
    )
    monthly = month_ends(monthly).assign(credit=credit)
    rows = []
    for measure, values in measures.items():
        for controls, columns in (
            ("none", ["covariance"]),
            ("volatility and credit", ["covariance", "volatility", "credit"]),
        ):
            fit = regression(values.reindex(monthly.index), monthly[columns], lags=SLOPE_LAGS)
            low, high = fit.conf_int().loc["covariance"]
            rows.append(
                {
                    "measure": measure,
                    "controls": controls,
                    "months": int(fit.nobs),
                    "effect_bp": fit.params["covariance"],
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


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
    :data:`~foreign_demand.analysis.safe_haven.model.WORST_MONTHS_PCT` percent in which stocks returned least.

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
        ``unhedged_high``: 95 percent, Newey–West over all months.
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


def reserves_as_printed(reserves: pd.DataFrame) -> pd.DataFrame:
    """Official reserves by currency."""
    return pd.DataFrame(
        {
            "Currency": reserves["currency"],
            "Share": reserves["share_pct"].map(lambda v: percent(v, 1)),
            "USD billion": reserves["value_usd_bn"].map("{:,.0f}".format),
            "Would grow by": reserves["added_pct"].map(lambda v: "–" if pd.isna(v) else percent(v)),
        }
    )
