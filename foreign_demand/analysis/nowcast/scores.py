"""How good the forecasts would have been: errors by span, tests against the benchmark, what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.nowcast import bands
from foreign_demand.analysis.nowcast.inputs import PRIVATE, TARGETS, Inputs
from foreign_demand.analysis.nowcast.model import (
    BENCHMARK,
    COMBINATION,
    MODELS,
    parts,
)
from foreign_demand.exceptions import EstimationError

BEFORE = (pd.Timestamp("2015-01-31"), pd.Timestamp("2022-12-31"))
"""The span before holdings were reported on the expanded SLT form."""
SINCE = pd.Timestamp("2023-03-31")
"""First month of the span since."""
LAGS = 6
"""Autocorrelations of private flows that are tested together."""


def spans(newest: pd.Timestamp) -> Mapping[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """The spans that are scored, by name."""
    return {"before": BEFORE, "since": (SINCE, newest)}


def diebold_mariano(
    first: pd.Series, second: pd.Series, *, ahead: int = 1, power: int = 2
) -> tuple[float, float]:
    """Whether two forecasts of the same months differ in accuracy.

    Parameters
    ----------
    first, second
        Errors by month; months that both have count.
    ahead
        Months ahead of the forecasts.
    power
        Of the errors in the loss: 2 for squares.

    Returns
    -------
    tuple of float
        Statistic, negative where the first is the better, and two-sided p-value.

    Raises
    ------
    EstimationError
        If the two have fewer than ten months in common, or never differ.

    Notes
    -----
    Diebold and Mariano (1995), with the correction and Student's t of Harvey, Leybourne and Newbold
    (1997), eq. 9.
    """
    both = pd.concat([first, second], axis=1).dropna().to_numpy()
    loss = np.abs(both[:, 0]) ** power - np.abs(both[:, 1]) ** power
    size = len(loss)
    if size < 10 or not loss.any():
        raise EstimationError(
            f"Two forecasts with {size} months in common cannot be told apart by a test; "
            "give it at least ten months in which they differ."
        )
    from scipy import stats  # here and below: what was forecast is read without

    centred = loss - loss.mean()
    covariances = [(centred[lag:] * centred[: size - lag]).sum() / size for lag in range(ahead)]
    variance = (covariances[0] + 2 * sum(covariances[1:])) / size
    if variance <= 0:  # the sum of few autocovariances can be: the variance alone cannot
        variance = covariances[0] / size
    shrink = np.sqrt((size + 1 - 2 * ahead + ahead * (ahead - 1) / size) / size)
    statistic = shrink * loss.mean() / np.sqrt(variance)
    return float(statistic), float(2 * stats.t.sf(abs(statistic), size - 1))


def errors(table: pd.DataFrame, target: str, models: Sequence[str] = MODELS) -> pd.DataFrame:
    """Print less forecast by month, one column a model."""
    rows = table[table["target"] == target].set_index("month")
    return rows[list(models)].rsub(rows["actual_usd_bn"], axis=0)


def accuracy(table: pd.DataFrame, *, ahead: int = 1) -> pd.DataFrame:
    """Scores of every model by target and span.

    Parameters
    ----------
    table
        From :func:`~foreign_demand.analysis.nowcast.forecasts`.
    ahead
        Months ahead of the forecasts.

    Returns
    -------
    pandas.DataFrame
        ``target``, ``span`` (``before``, ``since``), ``model``, ``months``, ``rmse_usd_bn``,
        ``mae_usd_bn``, ``crps_usd_bn``, ``sign_pct`` (months in which the sign was right; missing for a
        forecast of zero) and, against the benchmark, the Diebold–Mariano ``statistic`` and ``p_value``.
    """
    rows = []
    for target in TARGETS:
        missed = errors(table, target)
        actual = table[table["target"] == target].set_index("month")["actual_usd_bn"]
        crps = missed.apply(bands.crps, ahead=ahead)
        for span, (start, end) in spans(missed[COMBINATION].last_valid_index()).items():
            found = missed[start:end].dropna()
            for model in MODELS:
                statistic, p_value = np.nan, np.nan
                if not found[model].equals(found[BENCHMARK]):
                    statistic, p_value = diebold_mariano(found[model], found[BENCHMARK], ahead=ahead)
                said = np.sign((actual - missed[model]).reindex(found.index))
                right = 100 * (said == np.sign(actual.reindex(found.index))).mean()
                rows.append(
                    {
                        "target": target,
                        "span": span,
                        "model": model,
                        "months": len(found),
                        "rmse_usd_bn": root_mean_square(found[model]),
                        "mae_usd_bn": found[model].abs().mean(),
                        "crps_usd_bn": crps.loc[found.index, model].mean(),
                        "sign_pct": right if said.any() else np.nan,
                        "statistic": statistic,
                        "p_value": p_value,
                    }
                )
    return pd.DataFrame(rows)


def root_mean_square(missed: pd.Series) -> float:
    """Of errors, those missing left out."""
    return float(np.sqrt((missed**2).mean()))


def with_bands(table: pd.DataFrame, *, ahead: int = 1, pace: float = bands.PACE) -> pd.DataFrame:
    """The combination's forecasts with their bands.

    Returns
    -------
    pandas.DataFrame
        ``target``, ``month``, ``forecast_usd_bn``, ``actual_usd_bn`` and the columns of
        :func:`~foreign_demand.analysis.nowcast.bands.bands`.
    """
    found = []
    for target in TARGETS:
        rows = table[table["target"] == target].set_index("month")
        point = rows[COMBINATION].rename("forecast_usd_bn")
        actual = rows["actual_usd_bn"]
        widths = bands.bands(point, actual, ahead=ahead, pace=pace)
        found.append(pd.concat([point, actual, widths], axis=1).reset_index().assign(target=target))
    return pd.concat(found, ignore_index=True)


def calibration(table: pd.DataFrame, *, since: pd.Timestamp = BEFORE[0]) -> pd.DataFrame:
    """How often bands held what they were to hold, adaptive ones and plain quantiles of past misses.

    Parameters
    ----------
    table
        From :func:`~foreign_demand.analysis.nowcast.forecasts`.
    since
        First month counted.

    Returns
    -------
    pandas.DataFrame
        ``target``, ``name`` (``Adaptive``, ``Plain``), ``asked_pct``, ``covered_pct``, ``low_pct`` and
        ``high_pct`` (what a band that holds what it is to hold would cover in as many months, 95 percent
        binomial interval), ``months``, and ``interval_score_usd_bn``.
    """
    from scipy import stats

    rows = []
    for name, pace in {"Adaptive": bands.PACE, "Plain": 0.0}.items():
        banded = with_bands(table, pace=pace)
        for target in TARGETS:
            found = banded[(banded["target"] == target) & (banded["month"] >= since)]
            cover = bands.covered(found, found["actual_usd_bn"])
            scores = [
                bands.interval_score(
                    found[f"low_{asked:.0f}"],
                    found[f"high_{asked:.0f}"],
                    found["actual_usd_bn"],
                    level=asked / 100,
                ).mean()
                for asked in cover["asked_pct"]
            ]
            low, high = (
                100 * stats.binom.ppf(tail, cover["months"], cover["asked_pct"] / 100) / cover["months"]
                for tail in (0.025, 0.975)
            )
            rows.append(
                cover.assign(
                    target=target, name=name, low_pct=low, high_pct=high, interval_score_usd_bn=scores
                )
            )
    return pd.concat(rows, ignore_index=True)


def noise_of_private_flows(given: Inputs, *, start: pd.Timestamp = SINCE) -> tuple[float, float]:
    """Whether private flows follow one another: first autocorrelation, and a test of the first six.

    Returns
    -------
    tuple of float
        Autocorrelation at one month, and the p-value of the test of Ljung and Box (1978).
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox

    valuation = parts(given, PRIVATE)["valuation_usd_bn"]
    flows = (given.changes[PRIVATE] - valuation)[start:].dropna()
    return float(flows.autocorr()), float(acorr_ljungbox(flows, lags=[LAGS])["lb_pvalue"].iloc[0])
