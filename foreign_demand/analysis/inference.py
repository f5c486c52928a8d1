"""Standard errors, the bootstrap and break tests that the chapters share.

Errors are robust to heteroskedasticity and autocorrelation (Newey and West, 1987) or
come from resampling whole blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from foreign_demand.data.memory import remembered
from foreign_demand.exceptions import EstimationError

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

Z95 = 1.959964
"""Quantile of the normal that gives a 95 percent interval."""
TAILS = (0.025, 0.975)
"""Quantiles of a bootstrap that do: all intervals of the book have one width."""
SEED = 20250402
"""Of the bootstraps of breaks and of falls, so that a build repeats their numbers."""

FEWEST = 10
"""Observations below which a mean has no interval."""

SHORTEST = 24
"""Fewest months in a regime."""
BLOCK = 12
"""Months in a block of its bootstrap."""
MOST_BREAKS = 5
"""Largest number of breaks looked for."""
SIGNIFICANCE = 0.05
"""A further break is kept while the p-value of its test is at most this."""
SHORTEST_CHOICES, BLOCK_CHOICES = (18, 24, 36, 60), (6, 12, 24)
"""Other choices of the shortest regime and of the bootstrap block, in months."""


def long_run_sum(scores: np.ndarray, lags: int) -> np.ndarray:
    """Newey–West variance of a sum, with Bartlett weights.

    Parameters
    ----------
    scores
        With mean zero, in order of time along the last axis.
    lags
        Largest autocovariance counted.

    Returns
    -------
    numpy.ndarray
        Shape of ``scores`` without its last axis.
    """
    total = (scores**2).sum(axis=-1)
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        total = total + 2 * weight * (scores[..., lag:] * scores[..., :-lag]).sum(axis=-1)
    return np.maximum(total, 0.0)


def newey_west_lags(observations: int) -> int:
    """Lags of the Newey–West estimator by the usual rule, 4·(T/100)^(2/9), rounded down."""
    return int(4 * (observations / 100) ** (2 / 9))


def mean_of(
    values: pd.Series | np.ndarray, chosen: pd.Series | np.ndarray, lags: int
) -> tuple[float, float, float]:
    """Mean of some observations of a series, with its 95 percent Newey–West interval.

    Autocovariances are taken over the whole series, so that neighbours among the chosen count.

    Parameters
    ----------
    values
        In order of time, none missing.
    chosen
        True for the observations that are meant; at least one.
    lags
        Of the Newey–West variance.

    Returns
    -------
    tuple of float
        Mean, low and high; the last two missing for fewer than :data:`FEWEST` observations.
    """
    found, chosen = np.asarray(values, dtype=float), np.asarray(chosen, dtype=bool)
    number, mean = chosen.sum(), found[chosen].mean()
    scores = np.where(chosen, found - mean, 0.0)
    width = Z95 * np.sqrt(long_run_sum(scores, lags)) / number if number >= FEWEST else np.nan
    return float(mean), float(mean - width), float(mean + width)


def block_positions(size: int, block: int, replications: int, random: np.random.Generator) -> np.ndarray:
    """Positions of circular block-bootstrap samples.

    Parameters
    ----------
    size
        Observations in the series, and in each sample.
    block
        Consecutive observations drawn together.
    replications
        Number of samples.
    random
        Seeded generator.

    Returns
    -------
    numpy.ndarray
        ``replications`` rows of ``size`` positions.
    """
    count = -(-size // block)
    starts = random.integers(0, size, (replications, count))
    return ((starts[:, :, None] + np.arange(block)) % size).reshape(replications, -1)[:, :size]


@remembered
def block_means(values: np.ndarray, *, block: int, draws: int = 2000, seed: int = 1973) -> np.ndarray:
    """Means of resampled histories: a circular block bootstrap from running sums.

    It needs no position of a day, so that it takes long daily records that
    :func:`block_positions` would not; the last block is kept whole.

    Parameters
    ----------
    values
        Periods by columns.
    block
        Length of a resampled stretch, which keeps the dependence inside it.

    Returns
    -------
    numpy.ndarray
        Draws by columns: the mean of each column in each resampled history.

    Notes
    -----
    Künsch (1989), with the history closed to a circle so that all periods count alike.
    """
    columns = np.atleast_2d(np.asarray(values, dtype=float).T).T
    n = len(columns)
    running = np.vstack(
        [np.zeros(columns.shape[1]), np.cumsum(np.vstack([columns, columns[:block]]), axis=0)]
    )
    sums = running[block : block + n] - running[:n]
    random, needed = np.random.default_rng(seed), -(-n // block)
    return np.array([sums[random.integers(0, n, needed)].mean(axis=0) for _ in range(draws)]) / block


def regression(
    y: pd.Series, x: pd.DataFrame, *, lags: int | None = None, constant: bool = True
) -> RegressionResults:
    """Least squares with Newey–West errors and a small-sample correction.

    Parameters
    ----------
    y, x
        Explained and explaining, one row a period; rows with a gap are left out.
    lags
        Of the Newey–West variance; by :func:`newey_west_lags` where not given.
    constant
        Whether one is added to ``x``.

    Returns
    -------
    RegressionResults
        Of statsmodels; its tests and intervals use Student's t.
    """
    # Here, because most that is computed with this module needs no regression, and these take a second.
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools import add_constant

    known = y.notna() & x.notna().all(axis=1)
    x = add_constant(x[known]) if constant else x[known]
    return OLS(y[known], x).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": newey_west_lags(len(x)) if lags is None else lags, "use_correction": True},
        use_t=True,
    )


def rolling_correlation(returns: pd.DataFrame, window: int) -> pd.DataFrame:
    """Correlation in each window, with a band, at the last window of each month."""
    both = returns.dropna()
    ends = both.index.to_series().groupby(both.index.to_period("M")).transform("max") == both.index
    at = np.flatnonzero(ends.to_numpy())
    at = at[at >= window - 1]
    views = [
        np.lib.stride_tricks.sliding_window_view(both.iloc[:, i].to_numpy(), window)[at - window + 1]
        for i in (0, 1)
    ]
    first, second = ((v - v.mean(axis=1, keepdims=True)) / v.std(axis=1, keepdims=True) for v in views)
    rho = (first * second).mean(axis=1)
    scores = first * second - rho[:, None] / 2 * (first**2 + second**2)
    error = np.sqrt(long_run_sum(scores, newey_west_lags(window))) / window
    width = Z95 * error / (1 - rho**2)
    z = np.arctanh(rho)
    return pd.DataFrame(
        {"date": both.index[at], "correlation": rho, "low": np.tanh(z - width), "high": np.tanh(z + width)}
    )


def rolling_slope(pair: pd.DataFrame, window: int) -> pd.DataFrame:
    """Slope of the first column on the second in every window, Newey–West band."""
    known = pair.dropna()
    y, x = (np.lib.stride_tricks.sliding_window_view(known.iloc[:, i].to_numpy(), window) for i in (0, 1))
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    power = (x**2).sum(axis=1)
    slope = (x * y).sum(axis=1) / power
    error = np.sqrt(long_run_sum(x * (y - slope[:, None] * x), newey_west_lags(window))) / power
    return pd.DataFrame(
        {"date": known.index[window - 1 :], "slope": slope}
        | {"low": slope - Z95 * error, "high": slope + Z95 * error}
    )


def _best_partition(y: np.ndarray, breaks: int, shortest: int) -> list[int]:
    """First positions of the segments after each break, least squares, by dynamic programming.

    Bai and Perron (2003), section 3: the best partition into k + 1 segments up to an
    observation extends the best one into k segments up to an earlier one.
    """
    size = len(y)
    sums = np.concatenate([[0.0], np.cumsum(y)])
    squares = np.concatenate([[0.0], np.cumsum(y**2)])
    start, stop = np.arange(size + 1)[:, None], np.arange(size + 1)[None, :]
    length = stop - start
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = (squares[stop] - squares[start]) - (sums[stop] - sums[start]) ** 2 / length
    cost = np.where(length >= shortest, cost, np.inf)
    best, origin = cost[0], []
    for _ in range(breaks):
        totals = best[:, None] + cost
        origin.append(totals.argmin(axis=0))
        best = totals.min(axis=0)
    found, end = [], size
    for step in reversed(origin):
        end = int(step[end])
        found.append(end)
    return found[::-1]


def _added(before: Sequence[int], after: Sequence[int]) -> int:
    """Place of the break that a further step added: without it the others moved least."""
    moved = [
        sum(abs(a - b) for a, b in zip(before, [*after[:i], *after[i + 1 :]], strict=True))
        for i in range(len(after))
    ]
    return int(np.argmin(moved))


def _one_break(y: np.ndarray, shortest: int) -> tuple[np.ndarray, np.ndarray]:
    """Sup-F of one break in the mean and its position, for each row of ``y``."""
    size = y.shape[1]
    k = np.arange(shortest, size - shortest + 1)
    centred = y - y.mean(axis=1, keepdims=True)
    partial = np.cumsum(centred, axis=1)[:, k - 1]
    gain = partial**2 * size / (k * (size - k))
    total = (centred**2).sum(axis=1)
    at = gain.argmax(axis=1)
    largest = gain[np.arange(len(y)), at]
    return largest / ((total - largest) / (size - 2)), k[at]


def _segment_means(y: np.ndarray, edges: Sequence[int]) -> np.ndarray:
    means = np.empty_like(y)
    for low, high in pairwise(edges):
        means[low:high] = y[low:high].mean()
    return means


def break_dates(
    series: pd.Series,
    *,
    shortest: int = SHORTEST,
    block: int = BLOCK,
    replications: int = 499,
) -> pd.DataFrame:
    """Breaks in the mean of a monthly series: how many, when, and how surely.

    Parameters
    ----------
    series
        Indexed by month end, without gaps that matter.
    shortest
        Fewest months in a regime; a break in the last ``shortest`` months cannot be found.
    block
        Months in a bootstrap block.
    replications
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row a break: ``month`` (the first of the new regime), ``low`` and ``high``
        (95 percent bootstrap interval), ``before`` and ``after`` (means of the two
        regimes, as correlations), ``step`` in which it was found, and ``sup_f`` and ``p_value``
        of the test of that step: as many breaks as steps so far against one fewer. In order
        of time, which is not that of the steps. Empty when there is none.

    Notes
    -----
    Bai and Perron (1998), the sequential test sup F(l+1 | l): given the l dates that
    minimise the sum of squares, one more break is looked for in each segment. Its null
    distribution is drawn by resampling blocks of residuals around the l-break means,
    which keeps their autocorrelation. A break not yet allowed for is in these residuals and
    makes the test cautious; residuals around more breaks would make it reject several times
    too often.
    Intervals re-estimate each date between its neighbours on resampled series.
    """
    y = series.to_numpy(dtype=float)
    size = len(y)
    most = min(MOST_BREAKS, size // shortest - 1)
    random = np.random.default_rng(SEED)
    positions = block_positions(size, block, replications, random)
    found: list[int] = []
    tests: list[tuple[int, float, float]] = []
    while len(found) < most:
        edges = [0, *found, size]
        wide = [(a, b) for a, b in pairwise(edges) if b - a >= 2 * shortest]
        if not wide:
            break
        statistic = max(_one_break(y[None, a:b], shortest)[0][0] for a, b in wide)
        drawn = (y - _segment_means(y, edges))[positions]
        null = np.max([_one_break(drawn[:, a:b], shortest)[0] for a, b in wide], axis=0)
        p_value = (1 + (null >= statistic).sum()) / (1 + replications)
        if p_value > SIGNIFICANCE:
            break
        more = _best_partition(y, len(found) + 1, shortest)
        tests.insert(_added(found, more), (len(more), float(statistic), float(p_value)))
        found = more

    columns = ["month", "low", "high", "before", "after", "step", "sup_f", "p_value"]
    edges = [0, *found, size]
    means = _segment_means(y, edges)
    resampled = means + (y - means)[block_positions(size, block, replications, random)]
    rows = []
    for i, position in enumerate(found):
        a, b = edges[i], edges[i + 2]
        dates = a + _one_break(resampled[:, a:b], shortest)[1]
        low, high = np.quantile(dates, TAILS, method="nearest").astype(int)
        rows.append(
            [
                series.index[position],
                series.index[low],
                series.index[high],
                np.tanh(means[position - 1]),
                np.tanh(means[position]),
                *tests[i],
            ]
        )
    return pd.DataFrame(rows, columns=columns)


@remembered
def break_robustness(series: pd.Series) -> pd.DataFrame:
    """The breaks found under every one of :data:`SHORTEST_CHOICES` and :data:`BLOCK_CHOICES`."""
    parts = [
        break_dates(series, shortest=months, block=block).assign(shortest=months, block=block)
        for months in SHORTEST_CHOICES
        for block in BLOCK_CHOICES
    ]
    return pd.concat(parts, ignore_index=True)


def end_of_sample(series: pd.Series, breaks: pd.DataFrame, *, since: pd.Timestamp) -> dict[str, float]:
    """Compare the mean since a date with its regime, where it is too late for a break test.

    Parameters
    ----------
    series
        As for :func:`break_dates`.
    breaks
        What that found; the comparison is with the months since the last break before the
        first month counted.
    since
        First month counted ends on or after this day.

    Returns
    -------
    dict
        ``months``; ``before`` and ``since`` (mean correlations); ``share_pct``: the
        share of all stretches of as many months, each measured from the mean of its
        own regime and none crossing a break, that lie at least as far from it.

    Raises
    ------
    EstimationError
        If no month ends since, or no regime before is twice as long as the time since.

    Notes
    -----
    After Andrews (2003): with a handful of observations at the end, the reference is
    the empirical distribution over all earlier stretches of that length, not a normal.
    """
    late = series[series.index >= since]
    months = len(late)
    if not months:
        raise EstimationError(f"The series has no month since {since:%Y-%m-%d}; choose an earlier day.")
    first = late.index[0]
    edges = [series.index[0], *breaks.loc[breaks["month"] < first, "month"], first]
    regimes = [series[(series.index >= low) & (series.index < high)] for low, high in pairwise(edges)]
    long_enough = [regime for regime in regimes if len(regime) >= 2 * months]
    if not long_enough:
        raise EstimationError(
            f"No regime before {since:%Y-%m} has twice the {months} months since; test for a break instead."
        )
    placebo = pd.concat([(r.rolling(months).mean() - r.mean()).dropna() for r in long_enough])
    distance = late.mean() - regimes[-1].mean()
    return {
        "months": months,
        "before": float(np.tanh(regimes[-1].mean())),
        "since": float(np.tanh(late.mean())),
        "share_pct": float(100 * (placebo.abs() >= abs(distance)).mean()),
    }
