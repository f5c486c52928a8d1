"""What price alone did to holdings: durations at four key rates, and a holder's own duration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends
from foreign_demand.analysis.flows.purchases import named
from foreign_demand.analysis.returns import as_series
from foreign_demand.data.places import GRAND_TOTAL, OFFICIAL, codes_of
from foreign_demand.exceptions import EstimationError

KEY_RATES = (2, 5, 10, 30)
"""Maturities in years whose yields stand for the curve."""
_STAND_IN = 20
MATURITIES = (*KEY_RATES, _STAND_IN)
"""Whose yields are asked for: one stands in for the thirty-year where there was none."""
OWN_RATE = 10
"""Maturity in years of the yield that a holder's own duration is measured at."""
FITTED = ("2012-02", "2020-12")
"""First and last month the durations are fitted on: after the break of January 2012, to the end."""


def yield_changes(yields: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Changes of constant-maturity yields from month end to month end.

    Parameters
    ----------
    yields
        Daily tables ``DGS2``, ``DGS5``, ``DGS10``, ``DGS20`` and ``DGS30`` by maturity in years. The
        twenty-year yield stands in from March 2002 to February 2006, when no thirty-year was issued.

    Returns
    -------
    pandas.DataFrame
        Percentage points, indexed by month, one column a maturity of :data:`KEY_RATES`.
    """
    ends = {years: month_ends(as_series(table).dropna()) for years, table in yields.items()}
    changes = pd.DataFrame(ends).asfreq("ME").diff()
    return changes[list(KEY_RATES)].fillna({KEY_RATES[-1]: changes[_STAND_IN]})


def key_rate_durations(positions: pd.DataFrame, changes: pd.DataFrame) -> pd.Series:
    """Durations at the key rates that give Bertaut and Judson's valuation of the total.

    Least squares, without a constant, of valuation over the position of the month before on the
    changes in yields. One set serves every holder, as their one price index does.

    Parameters
    ----------
    positions
        ``tic_positions``.
    changes
        From :func:`yield_changes`.

    Returns
    -------
    pandas.Series
        Years, indexed by maturity: percent lost for a rise of that yield by one point. Fitted on
        :data:`FITTED` only.

    Raises
    ------
    EstimationError
        If a month of the span has no position or no yield.
    """
    total = positions[positions["country_code"] == GRAND_TOTAL].set_index("month").sort_index()
    valued = total["treasury_valuation_change_usd_mn"] / total["treasury_holdings_usd_mn"].shift()
    sample = changes.reindex(pd.date_range(*FITTED, freq="MS") + pd.offsets.MonthEnd())
    sample = sample.join(100 * valued.rename("value"))
    if sample.isna().any(axis=None):
        month = sample.index[sample.isna().any(axis=1)][0]
        raise EstimationError(
            f"Valuation or a yield of {month:%Y-%m} is missing, and the durations are fitted on "
            f"{' to '.join(FITTED)}. Look at tic_positions and at the yields."
        )
    x = sample[list(changes)].to_numpy()
    fitted = np.linalg.lstsq(-x, sample["value"].to_numpy(), rcond=None)[0]
    return pd.Series(fitted, index=list(changes))


def price_returns(durations: pd.Series, changes: pd.DataFrame) -> pd.Series:
    """What a position gains by price in a month, as a fraction of it.

    Parameters
    ----------
    durations
        From :func:`key_rate_durations`.
    changes
        From :func:`yield_changes`.
    """
    return -(changes[list(durations.index)] @ durations).dropna() / 100


def rolled_forward(levels: pd.DataFrame, returns: pd.Series) -> pd.DataFrame:
    """Value every position of a month at the prices of its end.

    Parameters
    ----------
    levels
        ``month``, ``country_code``, ``holdings_usd_bn``, every month of a span.
    returns
        From :func:`price_returns`.

    Returns
    -------
    pandas.DataFrame
        ``levels`` with ``valuation_usd_bn``, the return on the position of the month before.
    """
    ordered = levels.sort_values(["country_code", "month"], ignore_index=True)
    before = ordered.groupby("country_code")["holdings_usd_bn"].shift()
    return ordered.assign(valuation_usd_bn=before * ordered["month"].map(returns))


def against_official(table_3: pd.DataFrame, returns: pd.Series, changes: pd.DataFrame) -> pd.DataFrame:
    """Hold the modelled valuation against the official one, which it has not seen.

    Parameters
    ----------
    table_3
        ``tic_slt_table3``.
    returns
        From :func:`price_returns`, fitted on years before.
    changes
        From :func:`yield_changes`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``country_code``, ``country``, ``holdings_usd_bn`` of the month before,
        ``official_usd_bn``, ``modelled_usd_bn`` and ``yield_loss_usd_bn``, what the row would lose by the
        change of the ten-year yield with a duration of one year.
    """
    rows = table_3[table_3["country_code"].isin(codes_of("country", "group") | {GRAND_TOTAL, OFFICIAL})]
    rows = named(rows).rename(columns={"long_term_valuation_change_usd_mn": "official"})
    levels = rows.assign(holdings_usd_bn=rows["long_term_holdings_usd_mn"] / 1000)
    valued = rolled_forward(
        levels[["month", "country_code", "country", "holdings_usd_bn", "official"]], returns
    )
    before = valued.groupby("country_code")["holdings_usd_bn"].shift()
    return (
        pd.DataFrame(
            {
                "month": valued["month"],
                "country_code": valued["country_code"],
                "country": valued["country"],
                "holdings_usd_bn": before,
                "official_usd_bn": valued["official"] / 1000,
                "modelled_usd_bn": valued["valuation_usd_bn"],
                "yield_loss_usd_bn": -before * valued["month"].map(changes[OWN_RATE]) / 100,
            }
        )
        .dropna()
        .reset_index(drop=True)
    )


def fit_of_valuation(compared: pd.DataFrame, *, least_usd_bn: float = 0.0) -> pd.DataFrame:
    """How well each way of valuing a row does, row by row.

    Parameters
    ----------
    compared
        From :func:`against_official`.
    least_usd_bn
        Rows that hold less in the newest month are left out.

    Returns
    -------
    pandas.DataFrame
        A row a country and sum, largest first: ``country_code``, ``country``, ``months``,
        ``holdings_usd_bn``, ``r2`` and ``rmse_usd_bn`` of the modelled valuation, ``official_usd_bn`` and
        ``modelled_usd_bn`` of all months together, ``own_duration``, in
        years at the ten-year yield, and ``own_r2``, each month valued by the duration of all the others.
        Both are 1 − Σ(official − modelled)² / Σ(official − mean)², and below zero where the mean does better.
    """
    rows = []
    for (code, country), group in compared.sort_values("month").groupby(["country_code", "country"]):
        official, loss = group["official_usd_bn"], group["yield_loss_usd_bn"]
        spread = ((official - official.mean()) ** 2).sum()
        if group["holdings_usd_bn"].iloc[-1] < least_usd_bn or not spread:
            continue
        error = official - group["modelled_usd_bn"]
        products, squares = (loss * official).sum(), (loss**2).sum()
        left_out = (products - loss * official) / (squares - loss**2)
        rows.append(
            {
                "country_code": code,
                "country": country,
                "months": len(group),
                "holdings_usd_bn": group["holdings_usd_bn"].iloc[-1],
                "r2": 1 - (error**2).sum() / spread,
                "rmse_usd_bn": np.sqrt((error**2).mean()),
                "official_usd_bn": official.sum(),
                "modelled_usd_bn": group["modelled_usd_bn"].sum(),
                "own_duration": products / squares,
                "own_r2": 1 - ((official - left_out * loss) ** 2).sum() / spread,
            }
        )
    return pd.DataFrame(rows).sort_values("holdings_usd_bn", ascending=False, ignore_index=True)
