"""Our own estimates of the price impact, as evidence of how little monthly flows decide.

All are in basis points on the ten-year yield for a sale of one percent of the debt held by the public.
A sale that raises yields has a positive effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from foreign_demand.analysis import inference
from foreign_demand.data.memory import remembered
from foreign_demand.data.places import CUSTODY_CENTRES, GRAND_TOTAL, codes_of
from foreign_demand.exceptions import EstimationError

FORM_CHANGES = pd.Timestamp("2023-02-28")
"""First month of net purchases on the SLT form."""
LAGS = 3
"""Months of flows and of changes in the yield that a projection controls for."""
HORIZONS = (0, 1, 3, 6, 12)
"""Months after the flow."""
FEWEST = 24
"""Months an estimate needs."""
STRONG_F = 10.0
"""First-stage F from which an instrument is called strong."""
HOLDERS = (10, 20, 40)
"""How many of the largest holders an instrument is made of."""
FACTORS = (0, 1, 2)
"""Common factors that are taken out of their flows."""
ROTATIONS, DRAWS, SEED = 10, 1000, 20250411
"""Of the vector autoregression: rotations for each draw of its parameters."""
VAR_LAGS = 6


def flows_and_yield(
    transactions: pd.DataFrame, table_1: pd.DataFrame, debt_usd_mn: pd.Series, yield_pct: pd.Series
) -> pd.DataFrame:
    """Foreign net purchases of notes and bonds over debt, beside the change of a yield, by month.

    Parameters
    ----------
    transactions, table_1
        ``tic_s1_globl`` to January 2023 and ``tic_slt_table1`` after; ``form`` keeps them apart.
    debt_usd_mn
        Debt held by the public by quarter.
    yield_pct
        Daily.

    Returns
    -------
    pandas.DataFrame
        By month: ``flow_pct`` of the debt of the quarter before, ``change_bp`` of the yield from month end
        to month end, ``form``.
    """
    old = transactions[transactions["country_code"] == GRAND_TOTAL].set_index("month")
    old = (old["treasury_purchases_usd_mn"] - old["treasury_sales_usd_mn"]).rename("flow")
    new = table_1[(table_1["country_code"] == GRAND_TOTAL) & (table_1["month"] >= FORM_CHANGES)]
    new = new.set_index("month")["treasury_net_purchases_usd_mn"].rename("flow")
    flow = pd.concat([old[old.index < FORM_CHANGES], new.dropna()])
    debt = debt_usd_mn.reindex(debt_usd_mn.index.union(flow.index)).ffill().shift().reindex(flow.index)
    change = yield_pct.groupby(yield_pct.index.to_period("M")).last().diff() * 100
    table = pd.DataFrame({"flow_pct": flow / debt * 100, "change_bp": flow.index.to_period("M").map(change)})
    return table.assign(form=np.where(table.index < FORM_CHANGES, "S", "SLT")).dropna()


def local_projection(table: pd.DataFrame, horizon: int) -> dict[str, float]:
    """What the yield did to a month ahead after foreigners sold, by least squares.

    Jordà (2005): the change of the yield from before the month to ``horizon`` months after it, on the
    flow of the month and three lags of both, Newey–West errors with at least twelve lags.

    Returns
    -------
    dict
        ``effect_bp``, ``low`` and ``high`` (95 percent), for a sale of one percent; ``months``.
    """
    ahead = sum(table["change_bp"].shift(-step) for step in range(horizon + 1))
    pairs = product(("flow_pct", "change_bp"), range(1, LAGS + 1))
    lags = {f"{name}_{lag}": table[name].shift(lag) for name, lag in pairs}
    x = pd.DataFrame({"flow_pct": table["flow_pct"], **lags})
    known = ahead.notna() & x.notna().all(axis=1)
    if known.sum() < FEWEST:
        raise EstimationError(f"A projection over {known.sum()} months; take {FEWEST} at least.")
    fit = inference.regression(ahead, x, lags=max(12, horizon + 1))
    low, high = fit.conf_int().loc["flow_pct"]
    effect = float(fit.params["flow_pct"])
    return {"effect_bp": -effect, "low": -float(high), "high": -float(low), "months": int(fit.nobs)}


def by_decade(table: pd.DataFrame) -> pd.DataFrame:
    """The projection on the month itself, decade by decade; never across the change of the form.

    Returns
    -------
    pandas.DataFrame
        ``sample`` (``1980s``, or ``2023 on``), ``effect_bp``, ``low``, ``high``, ``months``.
    """
    old = table[table["form"] == "S"]
    parts = {
        f"{decade}s": rows
        for decade, rows in old.groupby(old.index.year // 10 * 10)
        if len(rows) >= FEWEST + 2 * LAGS
    }
    parts["2023 on"] = table[table["form"] == "SLT"]
    return pd.DataFrame([{"sample": name} | local_projection(rows, 0) for name, rows in parts.items()])


def rolling_decades(table: pd.DataFrame, *, years: int = 10) -> pd.DataFrame:
    """The projection on the month itself over every ten years of the older form that end with a year.

    Returns
    -------
    pandas.DataFrame
        ``date`` (the end), ``effect_bp``, ``low``, ``high``.
    """
    old = table[table["form"] == "S"]
    ends = [day for day in old.index if day.month == 12 and day >= old.index[0] + pd.DateOffset(years=years)]
    rows = [
        {"date": end} | local_projection(old[end - pd.DateOffset(years=years) : end].iloc[1:], 0)
        for end in ends
    ]
    return pd.DataFrame(rows)


def by_horizon(table: pd.DataFrame) -> pd.DataFrame:
    """The projection at each of :data:`HORIZONS`, on the older form, whole."""
    old = table[table["form"] == "S"]
    return pd.DataFrame([{"horizon": horizon} | local_projection(old, horizon) for horizon in HORIZONS])


def granular_panels(positions: pd.DataFrame, table_3: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Holdings and net purchases by country and month, of the two records that have both.

    Parameters
    ----------
    positions
        ``tic_positions``, to 2020.
    table_3
        ``tic_slt_table3``, from February 2023.

    Returns
    -------
    dict of pandas.DataFrame
        By sample: ``month``, ``country_code``, ``country``, ``before`` (holdings at the end of the month
        before) and ``net``, in USD million, of countries alone.
    """
    names = {
        "to 2020": (positions, "treasury_holdings_usd_mn", "treasury_net_purchases_usd_mn"),
        "2023 on": (table_3, "long_term_holdings_usd_mn", "long_term_net_purchases_usd_mn"),
    }
    panels = {}
    for sample, (table, held, net) in names.items():
        own = table[table["country_code"].isin(codes_of("country"))].sort_values("month")
        own = own.assign(before=own.groupby("country_code")[held].shift(), net=own[net])
        panels[sample] = own[["month", "country_code", "country", "before", "net"]].dropna()
    return panels


def granular(
    panel: pd.DataFrame, change_bp: pd.Series, debt_usd_mn: pd.Series, *, holders: int, factors: int
) -> dict[str, float]:
    """The granular instrument of Gabaix and Koijen (2024): idiosyncratic flows of large holders.

    Flows over own holdings, less what they have in common; weighted by size less equally weighted.

    Parameters
    ----------
    panel
        One sample of :func:`granular_panels`.
    change_bp
        Of the yield, by month.
    debt_usd_mn
        Debt held by the public by quarter.
    holders, factors
        How many of the largest holders, and how many principal components are taken out.

    Returns
    -------
    dict
        ``f`` (first stage, Newey–West), ``effect_bp``, ``low``, ``high`` for a sale of one percent of the
        debt, ``months``.
    """
    size = panel.groupby("country_code")["before"].mean().nlargest(holders).index
    own = panel[panel["country_code"].isin(size) & (panel["before"] > 0)]
    wide = own.assign(rate=own["net"] / own["before"] * 100).pivot(index="month", columns="country_code")
    full = wide["rate"].columns[wide["rate"].notna().all()]
    rates, before = wide["rate"][full].clip(-50, 50), wide["before"][full]
    weights = before.div(before.sum(axis=1), axis=0)
    total = (weights * rates).sum(axis=1)
    apart = rates.sub(rates.mean(axis=1), axis=0)
    if factors:
        u, s, v = np.linalg.svd(apart - apart.mean(), full_matrices=False)
        apart = apart - (u[:, :factors] * s[:factors]) @ v[:factors]
    instrument = (weights * apart).sum(axis=1) - apart.mean(axis=1)
    known = pd.DataFrame({"z": instrument, "flow": total, "y": change_bp.reindex(total.index)}).dropna()
    if len(known) < FEWEST:
        raise EstimationError(f"An instrument over {len(known)} months; take {FEWEST} at least.")
    first = inference.regression(known["flow"], known[["z"]])
    reduced = inference.regression(known["y"], known[["z"]])
    slope = reduced.params["z"] / first.params["z"]
    residual = (known["y"] - known["y"].mean()) - slope * (known["flow"] - known["flow"].mean())
    z = (known["z"] - known["z"].mean()).to_numpy()
    lags = inference.newey_west_lags(len(known))
    error = np.sqrt(inference.long_run_sum(z * residual.to_numpy(), lags)) / abs(
        float((z * (known["flow"] - known["flow"].mean())).sum())
    )
    debt = debt_usd_mn.reindex(debt_usd_mn.index.union(before.index)).ffill().reindex(before.index)
    held = float((before.sum(axis=1) / debt).mean())
    return {
        "f": float(first.tvalues["z"] ** 2),
        "effect_bp": -float(slope) / held,
        "low": (-float(slope) - inference.Z95 * float(error)) / held,
        "high": (-float(slope) + inference.Z95 * float(error)) / held,
        "months": len(known),
    }


def specifications(
    panels: dict[str, pd.DataFrame], change_bp: pd.Series, debt_usd_mn: pd.Series
) -> pd.DataFrame:
    """The granular instrument over every choice: sample, holders, factors, custody centres in or out.

    Returns
    -------
    pandas.DataFrame
        ``sample``, ``holders``, ``factors``, ``custody`` and what :func:`granular` returns.
    """
    rows = []
    for sample, holders, factors, custody in product(panels, HOLDERS, FACTORS, (True, False)):
        panel = panels[sample]
        panel = panel if custody else panel[~panel["country"].isin(CUSTODY_CENTRES)]
        choice = {"sample": sample, "holders": holders, "factors": factors, "custody": custody}
        rows.append(choice | granular(panel, change_bp, debt_usd_mn, holders=holders, factors=factors))
    return pd.DataFrame(rows)


@remembered
def sign_restricted(flow_pct: np.ndarray, change_bp: np.ndarray) -> np.ndarray:
    """Effects on the yield in the month of a foreign sale of one percent, over all admitted rotations.

    Uhlig (2005), two variables: a sale lowers the flow and raises the yield; the other shock, news that
    foreigners answer, moves both the same way. Every rotation with these signs is as good as any other.

    Parameters
    ----------
    flow_pct, change_bp
        By month, without gaps.

    Returns
    -------
    numpy.ndarray
        Effects in basis points, of :data:`DRAWS` draws of the parameters (flat prior) and
        :data:`ROTATIONS` rotations each, those with the signs.
    """
    y = np.column_stack([flow_pct, change_bp])
    lagged = [y[VAR_LAGS - lag : -lag] for lag in range(1, VAR_LAGS + 1)]
    x = np.column_stack([np.ones(len(y) - VAR_LAGS), *lagged])
    residual = y[VAR_LAGS:] - x @ np.linalg.lstsq(x, y[VAR_LAGS:], rcond=None)[0]
    freedom = len(residual) - x.shape[1]
    root = np.linalg.cholesky(np.linalg.inv(residual.T @ residual))
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(DRAWS):
        normal = root @ random.standard_normal((2, freedom))
        impact = np.linalg.cholesky(np.linalg.inv(normal @ normal.T))
        for angle in random.uniform(0, 2 * np.pi, ROTATIONS):
            flow, change = impact @ np.array([np.cos(angle), np.sin(angle)])
            other = impact @ np.array([-np.sin(angle), np.cos(angle)])
            if flow < 0 < change and other[0] * other[1] > 0:
                found.append(-change / flow)
    return np.array(found)


def band(effects: np.ndarray, quantiles: Sequence[float] = (0.05, 0.5, 0.95)) -> dict[str, float]:
    """Low end, middle and high end of the effects of :func:`sign_restricted`."""
    low, middle, high = np.quantile(effects, quantiles)
    return {"effect_bp": float(middle), "low": float(low), "high": float(high)}
