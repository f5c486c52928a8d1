"""The live monitor: how large a joint fall of US stocks, Treasuries and the dollar is.

The score of a day uses nothing that was not known by its close. One episode is one
observation: how often is said by comparison with all earlier stretches as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.events import EVE, OCCASIONS, SELLOFFS, percentile
from foreign_demand.analysis.inference import block_means, rolling_correlation
from foreign_demand.analysis.returns import sampled_returns

VOLATILITY_DAYS = 250
"""Trading days over which the usual move of each market is measured, unless another window is given."""
DAYS_AHEAD = 5
"""Trading days over which it is asked whether a market came back."""
GAP_DAYS = 10
"""Large joint declines with no more trading days than this between them are one episode."""
BLOCK_DAYS = 21
"""Trading days in a block when correlations are resampled."""


def standardised(returns: pd.DataFrame, *, window: int = VOLATILITY_DAYS) -> pd.DataFrame:
    """Each return in units of its asset's own volatility over the days before it.

    Parameters
    ----------
    returns
        Percent a day.
    window
        Trading days; the day itself and later ones are never used.
    """
    volatility = returns.rolling(window, min_periods=window).std().shift(1)
    return (returns / volatility).dropna()


def joint_score(scores: pd.DataFrame) -> pd.Series:
    """Size of a joint decline: the smallest of the three falls, in units of volatility.

    Positive when, and only when, all three fell; 1 means that each fell by at least its
    own usual daily move.
    """
    return (-scores).min(axis=1).rename("score")


def worst_days(
    levels: pd.DataFrame,
    score: pd.Series,
    *,
    since: pd.Timestamp | None = None,
    at_least: float = 0.0,
    most: int | None = None,
) -> pd.DataFrame:
    """Days of joint decline, the largest first, and what followed.

    Parameters
    ----------
    levels
        From :func:`~foreign_demand.analysis.markets.market_levels`.
    score
        From :func:`joint_score`.
    since, at_least, most
        Which days: from when on, from which score on, how many.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``score``, per asset the return of the day and ``<asset> after``, over
        the next :data:`DAYS_AHEAD` trading days; ``won_back`` counts the assets then above
        their level before the day. Both are missing where these days have not passed yet.
        ``occasion`` from :data:`OCCASIONS`, missing for others.
    """
    found = score[score > at_least]
    found = found[found.index >= since] if since is not None else found
    found = found.sort_values(ascending=False).head(most)
    returns = sampled_returns(levels, "daily")
    after = 100 * (levels.shift(-DAYS_AHEAD) / levels - 1)
    rows = []
    for day, value in found.items():
        then, later = returns.loc[day], after.loc[day]
        won = np.nan
        if later.notna().all():
            won = int((((1 + then / 100) * (1 + later / 100)) > 1).sum())
        rows.append(
            {
                "date": day,
                "score": value,
                **then.to_dict(),
                **{f"{name} after": number for name, number in later.items()},
                "won_back": won,
                "occasion": OCCASIONS.get(f"{day:%Y-%m-%d}"),
            }
        )
    return pd.DataFrame(rows)


def joint_days_since(
    scores: pd.DataFrame,
    *,
    thresholds: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25),
    record: pd.Timestamp | None = None,
    after: pd.Timestamp = EVE,
) -> pd.DataFrame:
    """Whether joint declines are more frequent since the eve, by size.

    Parameters
    ----------
    scores
        From :func:`standardised`.
    record
        First day of the record that is compared with; None for all. It ends with the eve.
    after
        Days after this one are counted: the eve, or a later day to leave out what raised the question.

    Returns
    -------
    pandas.DataFrame
        ``threshold``; ``days`` counted, ``expected`` at the earlier frequency; ``as_many_pct``,
        the share of earlier stretches of the same length with at least as many, ``most_before``
        in one of them; ``last_before``, the last such day up to the eve; ``trading_days`` counted.
    """
    size = joint_score(scores)
    rows = []
    for threshold in thresholds:
        hit = size > threshold
        before, since = hit[record:EVE], hit[hit.index > after]
        stretches = before.rolling(len(since)).sum().dropna()
        rows.append(
            {
                "threshold": threshold,
                "days": int(since.sum()),
                "expected": before.mean() * len(since),
                "as_many_pct": 100 * (stretches >= since.sum()).mean(),
                "most_before": stretches.max(),
                "last_before": before.index[before].max(),
                "trading_days": len(since),
            }
        )
    return pd.DataFrame(rows)


def monitor_choices(variants: Mapping[str, pd.DataFrame], *, threshold: float) -> pd.DataFrame:
    """Large joint declines since the opening under other choices of score.

    Parameters
    ----------
    variants
        Standardised returns by the name of the choice.

    Returns
    -------
    pandas.DataFrame
        ``choice``; ``days`` since, ``expected``, ``as_many_pct`` as in
        :func:`joint_days_since`; ``which``, the days.
    """
    rows = []
    for choice, scores in variants.items():
        found = joint_days_since(scores, thresholds=[threshold]).iloc[0]
        size = joint_score(scores)
        days = size.index[(size > threshold) & (size.index > EVE)]
        rows.append({"choice": choice, "which": tuple(days), **found[["days", "expected", "as_many_pct"]]})
    return pd.DataFrame(rows)


def named_episodes(levels: pd.DataFrame, score: pd.Series, *, days: int) -> pd.DataFrame:
    """What stocks, Treasuries and the dollar did in each of the named episodes.

    Returns
    -------
    pandas.DataFrame
        ``episode``, ``before``, ``end``, the percent change of each of :data:`ASSETS` over the
        window, ``joint_days`` in it, and its largest ``score``.
    """
    rows = []
    for name, close in SELLOFFS.items():
        at = levels.index.searchsorted(close, side="right") - 1
        window = levels.index[at + 1 : at + 1 + days]
        change = 100 * (levels.loc[window[-1]] / levels.iloc[at] - 1)
        rows.append(
            {
                "episode": name,
                "before": levels.index[at],
                "end": window[-1],
                **change.to_dict(),
                "joint_days": int((score.reindex(window) > 0).sum()),
                "score": score.reindex(window).max(),
            }
        )
    return pd.DataFrame(rows)


def score_episodes(score: pd.Series, *, threshold: float) -> pd.DataFrame:
    """Dated episodes: days with a score from a threshold on, joined by :data:`GAP_DAYS`.

    Parameters
    ----------
    score
        From :func:`joint_score`.

    Returns
    -------
    pandas.DataFrame
        ``start``, ``end``, ``days`` above the threshold, ``peak``, ``peak_day``.
    """
    position = pd.Series(np.arange(len(score)), index=score.index)[score >= threshold]
    number = (position.diff() > GAP_DAYS + 1).cumsum()
    rows = [
        {
            "start": group.index[0],
            "end": group.index[-1],
            "days": len(group),
            "peak": score[group.index].max(),
            "peak_day": score[group.index].idxmax(),
        }
        for _, group in position.groupby(number)
    ]
    return pd.DataFrame(rows, columns=["start", "end", "days", "peak", "peak_day"])


# --- correlations ---------------------------------------------------------------

_PAIRS = (("Stocks", "Treasuries"), ("Stocks", "Dollar"), ("Treasuries", "Dollar"))


def _pair_name(one: str, other: str) -> str:
    return f"{one} and {other.replace('Dollar', 'dollar')}"


def rolling_correlations(returns: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Correlations of daily returns over a moving window, at the last day of each month.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``name`` (the pair), ``value``, ``low``, ``high``: the 95 percent band of
        :func:`~foreign_demand.analysis.inference.rolling_correlation`.
    """
    parts = [
        rolling_correlation(returns[[one, other]], days).assign(name=_pair_name(one, other))
        for one, other in _PAIRS
    ]
    found = pd.concat(parts, ignore_index=True).rename(columns={"correlation": "value"})
    return found[["date", "name", "value", "low", "high"]]


def _bootstrap_correlation(pair: np.ndarray, *, seed: int) -> np.ndarray:
    x, y = pair[:, 0], pair[:, 1]
    means = block_means(np.column_stack([x, y, x * x, y * y, x * y]), block=BLOCK_DAYS, seed=seed)
    mx, my, xx, yy, xy = means.T
    return (xy - mx * my) / np.sqrt((xx - mx**2) * (yy - my**2))


def correlation_regime(
    returns: pd.DataFrame, *, change: pd.Timestamp = EVE, without: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Whether correlations differ since a day, given how short the time since is.

    The stretch since is compared with the stretch of the same length before. The
    change is then placed among the changes at all earlier days, each between two
    stretches of that length: how often does so large a change come by itself?

    Parameters
    ----------
    returns
        Percent a day; :data:`ASSETS`.
    change
        Last day of the old regime.
    without
        Leave out the days up to this one, to see what the episode itself contributes.

    Returns
    -------
    pandas.DataFrame
        ``pair``, ``days``, ``before``, ``since``, 95% block-bootstrap interval of ``since``
        and of the ``difference``, ``as_large_pct`` (share of earlier days with at least as
        large a change), ``level_percentile`` (of ``since`` among all earlier stretches).
    """
    after = returns[returns.index > (without or change)]
    before = returns[:change].iloc[-len(after) :]
    n = len(after)
    past = returns[:change]
    rows = []
    for one, other in _PAIRS:
        pair = [one, other]
        since, then = after[one].corr(after[other]), before[one].corr(before[other])
        draws_since = _bootstrap_correlation(after[pair].to_numpy(), seed=2025)
        draws_then = _bootstrap_correlation(before[pair].to_numpy(), seed=2024)
        stretches = past[one].rolling(n).corr(past[other]).dropna()
        steps = (stretches - stretches.shift(n)).dropna()
        low, high = np.percentile(draws_since, [2.5, 97.5])
        step_low, step_high = np.percentile(draws_since - draws_then, [2.5, 97.5])
        rows.append(
            {
                "pair": _pair_name(one, other),
                "days": n,
                "before": then,
                "since": since,
                "since_low": low,
                "since_high": high,
                "difference": since - then,
                "difference_low": step_low,
                "difference_high": step_high,
                "as_large_pct": 100 * (steps.abs() >= abs(since - then)).mean(),
                "level_percentile": percentile(stretches, since),
            }
        )
    return pd.DataFrame(rows)
