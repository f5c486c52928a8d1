"""How wide a forecast is: adaptive conformal bands, and scores of whole distributions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.nowcast.model import FEWEST, WINDOW

LEVELS = (0.5, 0.8, 0.95)
"""Shares of prints that the bands are to hold."""
HEADLINE = 0.8
"""The band that is quoted."""
PACE = 0.05
"""How fast a band widens after a print outside it, and narrows after one inside."""


def bands(
    point: pd.Series, actual: pd.Series, *, ahead: int = 1, window: int = WINDOW, pace: float = PACE
) -> pd.DataFrame:
    """Bands around every forecast, from how far the ones before it missed.

    Parameters
    ----------
    point, actual
        Forecast and print by month, in order; a print may be missing.
    ahead
        Months after which a print is known.
    window
        Misses that a band is read off.
    pace
        Step of the level; 0 for plain quantiles of past misses.

    Returns
    -------
    pandas.DataFrame
        By month: ``low_50``, ``high_50`` and so on for :data:`LEVELS`; missing while fewer than
        :data:`FEWEST` misses are known.

    Notes
    -----
    Gibbs and Candès (2021), Adaptive conformal inference under distribution shift, eq. 2: the level at
    which the quantile is read moves by ``pace`` times how far coverage of the last print was from what is
    asked. Bands are symmetric, a quantile of the sizes of past misses
    to both sides; a wider one is never inside a narrower.
    """
    target = 1 - np.array(LEVELS)
    level = target.copy()
    miss = (actual - point).abs().to_numpy()
    width = np.full((len(point), len(LEVELS)), np.nan)
    for at in range(len(point)):
        known = miss[: max(at - ahead + 1, 0)]
        past = known[~np.isnan(known)][-window:]
        if len(known) and not np.isnan(known[-1]) and not np.isnan(width[len(known) - 1, 0]):
            outside = known[-1] > width[len(known) - 1]
            level = level + pace * (target - outside)
        if len(past) >= FEWEST:
            # One more than the misses known: the next is as likely to be the largest as any of them.
            share = np.clip(((1 - level) * (1 + 1 / len(past))).round(9), 0.0, 1.0)
            width[at] = np.maximum.accumulate(np.quantile(past, share, method="inverted_cdf"))
    columns = {}
    for place, asked in enumerate(LEVELS):
        columns[f"low_{asked:.0%}"[:-1]] = point.to_numpy() - width[:, place]
        columns[f"high_{asked:.0%}"[:-1]] = point.to_numpy() + width[:, place]
    return pd.DataFrame(columns, index=point.index)


def crps(errors: pd.Series, *, ahead: int = 1, window: int = WINDOW) -> pd.Series:
    """Continuous ranked probability score of a forecast with its own past errors around it.

    Parameters
    ----------
    errors
        Print less forecast by month, in order.
    ahead, window
        As for :func:`bands`.

    Returns
    -------
    pandas.Series
        In the unit of the errors, smaller is better; missing where fewer than :data:`FEWEST` are known.

    Notes
    -----
    Gneiting and Raftery (2007), eq. 21: mean distance of the print from the draws, less half of the mean
    distance of two draws.
    """
    values = errors.to_numpy()
    scores = np.full(len(values), np.nan)
    for at in range(len(values)):
        known = values[: max(at - ahead + 1, 0)]
        draws = known[~np.isnan(known)][-window:]
        if len(draws) >= FEWEST and not np.isnan(values[at]):
            apart = np.abs(draws[:, None] - draws[None, :]).mean()
            scores[at] = np.abs(values[at] - draws).mean() - apart / 2
    return pd.Series(scores, index=errors.index)


def interval_score(low: pd.Series, high: pd.Series, actual: pd.Series, *, level: float) -> pd.Series:
    """Width of a band, and a fine for a print outside it.

    Parameters
    ----------
    low, high, actual
        By month, one unit.
    level
        Share of prints that the band is to hold.

    Notes
    -----
    Gneiting and Raftery (2007), eq. 43.
    """
    fine = 2 / (1 - level)
    below, above = (low - actual).clip(lower=0.0), (actual - high).clip(lower=0.0)
    return high - low + fine * (below + above)


def covered(bands: pd.DataFrame, actual: pd.Series, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
    """Share of prints within each band, in percent.

    Returns
    -------
    pandas.DataFrame
        ``asked_pct``, ``covered_pct`` and ``months``, a row a level.
    """
    rows = []
    for level in levels:
        name = f"{100 * level:.0f}"
        known = actual.notna() & bands[f"low_{name}"].notna()
        inside = actual.between(bands[f"low_{name}"], bands[f"high_{name}"])[known]
        rows.append((100 * level, 100 * inside.mean(), int(known.sum())))
    return pd.DataFrame(rows, columns=["asked_pct", "covered_pct", "months"])
