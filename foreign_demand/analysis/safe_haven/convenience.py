"""What the convenience of Treasuries is worth."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.analysis.inference import regression
from foreign_demand.analysis.safe_haven.assets import (
    EARLIER,
    HEDGE_YEARS,
    LATELY,
    REGIMES,
    period_returns,
)
from foreign_demand.analysis.safe_haven.responses import YEARS_BEFORE

PUBLISHED_YEARS = (1926, 2008)
"""Annual sample of Krishnamurthy and Vissing-Jorgensen (2012, Table 1)."""
PUBLISHED_EFFECT_BP = 6
"""Convenience of the 10-year note for one standard deviation of its covariance with stocks:
Acharya and Laarits (2023, abstract)."""
SLOPE_LAGS = 12
"""Newey–West lags of the slopes of convenience, in quarters or in months."""
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
        :data:`~foreign_demand.analysis.safe_haven.responses.YEARS_BEFORE` years before.

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
        From :func:`common_day_levels`.
    measures
        Monthly measures in basis points by name.
    credit
        Baa less Aaa yield in points, which carries default risk; a control, with stock
        volatility over the same days.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``form`` (``levels`` or ``monthly changes`` of both sides: two series that
        drift for years go together in levels whether or not one moves the other), ``controls``,
        ``sample`` (``all`` or a regime of
        :data:`~foreign_demand.analysis.safe_haven.assets.REGIMES` that lasts),
        ``months``, ``effect_bp`` of a covariance lower by one standard deviation, with ``low``
        and ``high``.
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
    both = pd.concat([monthly, pd.DataFrame(measures).reindex(monthly.index)], axis=1)
    forms = {"levels": both, "monthly changes": both.diff()}
    controlled = {"none": [], "volatility and credit": ["volatility", "credit"]}
    samples = {"all": (None, None)} | {name: REGIMES[name] for name in (EARLIER, HEDGE_YEARS, LATELY)}
    rows = []
    for measure, (form, table), (controls, more), (sample, (start, end)) in product(
        measures, forms.items(), controlled.items(), samples.items()
    ):
        columns = ["covariance", *more]
        inside = table.loc[start:end, [*columns, measure]].dropna()
        if len(inside) < 2 * SLOPE_LAGS:
            continue
        fit = regression(inside[measure], inside[columns], lags=SLOPE_LAGS)
        low, high = fit.conf_int().loc["covariance"]
        rows.append(
            {
                "measure": measure,
                "form": form,
                "controls": controls,
                "sample": sample,
                "months": int(fit.nobs),
                "effect_bp": fit.params["covariance"],
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)
