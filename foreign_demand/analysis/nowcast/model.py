"""Accounting forward: position, valuation from yields, flow; by component, and combined.

Each month is forecast from what was out before its print: fits end with the last month of which the
edition before tells. All months are computed at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from foreign_demand.analysis.nowcast.inputs import NET_PURCHASES, PRIVATE, TARGETS, Inputs

WINDOW = 60
"""Months over which durations, responses and weights are fitted."""
FLOW_MONTHS = 36
"""Months over which a flow is averaged."""
FEWEST = 24
"""Months of which all must be known in a window."""
FIRST = pd.Timestamp("2008-01-31")
"""First month forecast: custody is known from July 2007."""

NO_CHANGE, AR1 = "No change", "AR(1)"
VALUATION, BENCHMARK = "Valuation only", "Valuation plus mean flow"
COMPONENTS, COMBINATION = "Components", "Combination"
COMBINED = (VALUATION, BENCHMARK, COMPONENTS)
"""Forecasts that the combination weighs."""
MODELS = (NO_CHANGE, AR1, *COMBINED, COMBINATION)


def known_before(values: pd.Series | pd.DataFrame, ahead: int, window: int) -> pd.Series | pd.DataFrame:
    """Sums over the months of a window that were known ``ahead`` months before."""
    return values.rolling(window, min_periods=1).sum().shift(ahead)


def fitted(y: pd.Series, x: pd.DataFrame, *, ahead: int, window: int = WINDOW) -> pd.DataFrame:
    """Least squares in every window, all at once.

    Parameters
    ----------
    y, x
        Explained and explaining by month; a month with a gap counts in no window.
    ahead
        Months by which the window ends before the month it is for.
    window
        Months.

    Returns
    -------
    pandas.DataFrame
        A row a month: ``constant`` and the slope of each column of ``x``; missing where a window has
        fewer than :data:`FEWEST` months.
    """
    columns = x.assign(constant=1.0)
    known = y.notna() & x.notna().all(axis=1)
    values = columns.where(known, 0.0).to_numpy()
    explained = y.where(known, 0.0).to_numpy()
    names, size = list(columns), len(columns.columns)
    products = (values[:, :, None] * values[:, None, :]).reshape(len(y), -1)
    sums = known_before(pd.DataFrame(np.hstack([products, values * explained[:, None]])), ahead, window)
    count = known_before(known.astype(float), ahead, window)
    enough = (count >= FEWEST).to_numpy()
    squares = sums.to_numpy()[enough, : size * size].reshape(-1, size, size)
    cross = sums.to_numpy()[enough, size * size :, None]
    found = pd.DataFrame(np.nan, index=y.index, columns=names)
    found.loc[enough] = (np.linalg.pinv(squares, hermitian=True) @ cross)[:, :, 0]
    return found


def parts(
    given: Inputs, target: str, *, ahead: int = 1, window: int = WINDOW, flow_months: int = FLOW_MONTHS
) -> pd.DataFrame:
    """What each part adds to the forecast of a month's change.

    Parameters
    ----------
    given
        What is known.
    target
        A column of its tables.
    ahead
        Months from the newest known one to the one forecast.
    window, flow_months
        Of the duration, and of the mean flow.

    Returns
    -------
    pandas.DataFrame
        By month: ``duration`` (percent per percentage point), ``position_usd_bn`` (holdings last known),
        ``valuation_usd_bn``, ``flow_usd_bn`` (mean of what valuation left) and ``custody_usd_bn``
        (what
        the month's change in custody adds to that mean or takes from it; missing where it is not known).

    Notes
    -----
    Bertaut and Judson (2014), IFDP 1113, carried forward: their valuation is a price index times the
    position; here duration is refitted on the changes in holdings, so that it holds what foreigners tend
    to do when yields move as well as what their securities lose.
    """
    change, level = given.changes[target], given.levels[target]
    step = given.yields.diff().reindex(level.index)
    position = level.shift(ahead)
    base = level.shift()
    moved = given.custody.diff()
    if target == NET_PURCHASES:
        slope = pd.Series(0.0, index=level.index)
    else:
        fit = fitted(change / base, pd.DataFrame({"step": step}), ahead=ahead, window=window)
        slope = fit["step"]
    known = change.notna() & (step * base).notna()
    flows = known_before(change.where(known, 0.0), ahead, flow_months)
    priced = known_before((step * base).where(known, 0.0), ahead, flow_months)
    months = known_before(known.astype(float), ahead, flow_months)
    flow = (flows - slope * priced) / months.where(months >= flow_months / 2)
    both = fitted(
        change / base, pd.DataFrame({"step": step, "custody": moved / base}), ahead=ahead, window=window
    )
    with_custody = position * (both["constant"] + both["step"] * step) + both["custody"] * moved
    return pd.DataFrame(
        {
            "duration": -100 * slope,
            "position_usd_bn": position,
            "valuation_usd_bn": slope * step * position,
            "flow_usd_bn": flow,
            "custody_usd_bn": with_custody - slope * step * position - flow,
        }
    )


def forecasts(
    given: Inputs,
    *,
    ahead: int = 1,
    window: int = WINDOW,
    flow_months: int = FLOW_MONTHS,
    targets: Sequence[str] = TARGETS,
) -> pd.DataFrame:
    """Forecast every month since :data:`FIRST` by every model.

    Parameters
    ----------
    given, ahead, window, flow_months
        As for :func:`parts`.
    targets
        What is forecast.

    Returns
    -------
    pandas.DataFrame
        One row a ``target`` and ``month``: the models of :data:`MODELS` in USD billion, ``actual_usd_bn``
        (missing where there is none), and the weights of the combination, ``weight_1`` to ``weight_3``,
        in the order of :data:`COMBINED`.
    """
    of = {
        name: parts(given, name, ahead=ahead, window=window, flow_months=flow_months)
        for name in {*targets, *(["Official", PRIVATE] if "Total" in targets else [])}
    }
    rows = []
    for target in targets:
        table = _by_model(given, of, target, ahead=ahead)
        actual = table["actual_usd_bn"]
        errors = table[list(COMBINED)].rsub(actual, axis=0)
        weights = best_weights(errors, ahead=ahead)
        table[COMBINATION] = (weights.to_numpy() * table[list(COMBINED)].to_numpy()).sum(axis=1)
        for place, name in enumerate(COMBINED, start=1):
            table[f"weight_{place}"] = weights[name]
        rows.append(table[table.index >= FIRST].rename_axis("month").reset_index().assign(target=target))
    return pd.concat(rows, ignore_index=True)


def _by_model(given: Inputs, of: dict[str, pd.DataFrame], target: str, *, ahead: int) -> pd.DataFrame:
    """The forecasts of one target but for the combination."""
    change, part = given.changes[target], of[target]
    mean = part["valuation_usd_bn"] + part["flow_usd_bn"]
    components = mean + part["custody_usd_bn"].fillna(0.0)
    if target == "Total":  # custody is that of official holders: it tells nothing of the others
        official, private = of["Official"], of[PRIVATE]
        components = sum(each["valuation_usd_bn"] + each["flow_usd_bn"] for each in (official, private))
        components = components + official["custody_usd_bn"].fillna(0.0)
    lagged = pd.DataFrame({"lag": change.shift(ahead)})
    line = fitted(change, lagged, ahead=ahead)
    return pd.DataFrame(
        {
            "actual_usd_bn": change,
            NO_CHANGE: 0.0,
            AR1: line["constant"] + line["lag"] * lagged["lag"].fillna(0.0),
            VALUATION: part["valuation_usd_bn"],
            BENCHMARK: mean,
            COMPONENTS: components,
        }
    )


def best_weights(errors: pd.DataFrame, *, ahead: int, window: int = WINDOW, steps: int = 20) -> pd.DataFrame:
    """Weights that would have been best over the months of a window that were known.

    Parameters
    ----------
    errors
        By month, one column a forecast.
    ahead, window
        As for :func:`fitted`.
    steps
        Weights are multiples of one in so many.

    Returns
    -------
    pandas.DataFrame
        By month, same columns; none negative, their sum is one; equal where fewer than :data:`FEWEST`
        months are known.

    Notes
    -----
    Bates and Granger (1969): the combination with the least mean squared error, here found among the
    corners and a grid between them, so that no weight is negative.
    """
    count = len(errors.columns)
    grid = np.array([w for w in product(range(steps + 1), repeat=count) if sum(w) == steps]) / steps
    known = errors.notna().all(axis=1)
    squares = (errors.where(known, 0.0).to_numpy() @ grid.T) ** 2
    sums = known_before(pd.DataFrame(squares), ahead, window).to_numpy()
    enough = (known_before(known.astype(float), ahead, window) >= FEWEST).to_numpy()
    weights = np.full((len(errors), count), 1 / count)
    weights[enough] = grid[sums[enough].argmin(axis=1)]
    return pd.DataFrame(weights, index=errors.index, columns=errors.columns)
