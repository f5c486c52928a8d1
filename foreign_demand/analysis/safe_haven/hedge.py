"""What Treasuries, the dollar and gold returned when stocks fell, and what holding them paid."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from foreign_demand.analysis.events import APRIL_2025, Event, percentile
from foreign_demand.analysis.inference import (
    SEED,
    TAILS,
    block_positions,
    mean_of,
    newey_west_lags,
    regression,
)
from foreign_demand.analysis.returns import Frequency
from foreign_demand.analysis.safe_haven.assets import (
    ASSETS,
    LAGS,
    MATURITY_YEARS,
    PERIODS,
    period_returns,
    window_return,
)

TAIL_PCT = 5
"""Percent of the days or weeks that are meant where a sentence speaks of the worst."""
_TAILS_PCT = (1, TAIL_PCT)
FALL_PCT = 10
"""How much stocks lose, from a record, in what counts as a fall that lasts."""
SPLIT_YEAR = 2000
"""Falls are averaged before this year and since."""
EARLY_FALLS, LATE_FALLS = f"Before {SPLIT_YEAR}", f"Since {SPLIT_YEAR}"
SIMILAR_WINDOWS = "windows as long in which stocks lost at least half as much"
"""What an episode is compared with in :func:`episode_returns`."""
STRETCHES = (
    Event(name="Autumn 2008", start=pd.Timestamp("2008-09-12"), end=pd.Timestamp("2008-11-20")),
    Event(name="March 2020", start=pd.Timestamp("2020-03-09"), end=pd.Timestamp("2020-03-18")),
    Event(name="2022", start=pd.Timestamp("2021-12-31"), end=pd.Timestamp("2022-12-30")),
    APRIL_2025,
)
"""Dates fixed by the events, before looking at the returns."""
_DRAWS = 1999
_FEWEST_MONTHS = 12


def worst_periods(
    levels: pd.DataFrame,
    frequency: Frequency,
    *,
    periods: Mapping[str, tuple[str, str]] = PERIODS,
) -> pd.DataFrame:
    """What each asset returned in the worst percent of days or weeks for stocks.

    Parameters
    ----------
    levels
        From :func:`common_day_levels`.
    frequency
        Of the returns; they do not overlap.
    periods
        First and last day by name; each has a threshold of its own.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``frequency``, ``tail_pct``, ``asset``, ``number``, ``stocks_pct`` (mean),
        ``mean_pct`` with ``low`` and ``high`` (95 percent, Newey–West over all days of the
        period, so that clusters of bad days count; missing where days are few),
        ``gained_pct`` (share of them on which the asset rose), ``usual_pct`` (mean on
        all other days).
    """
    returns = period_returns(levels, frequency)
    rows = []
    for period, (start, end) in periods.items():
        inside = returns.loc[start:end]
        for tail in _TAILS_PCT:
            worst = inside["Stocks"] <= inside["Stocks"].quantile(tail / 100)
            for asset in ASSETS:
                known = inside[asset].notna()
                chosen = (worst & known)[known].to_numpy()
                values = inside.loc[known, asset].to_numpy()
                number = int(chosen.sum())
                if number == 0:
                    continue
                mean, low, high = mean_of(values, chosen, LAGS[frequency])
                rows.append(
                    {
                        "period": period,
                        "frequency": frequency,
                        "tail_pct": tail,
                        "asset": asset,
                        "number": number,
                        "stocks_pct": inside.loc[worst & known, "Stocks"].mean(),
                        "mean_pct": mean,
                        "low": low,
                        "high": high,
                        "gained_pct": 100 * (values[chosen] > 0).mean(),
                        "usual_pct": values[~chosen].mean(),
                    }
                )
    return pd.DataFrame(rows)


def worst_dates(
    levels: pd.DataFrame, start: str, end: str, *, tail_pct: float = TAIL_PCT
) -> pd.DatetimeIndex:
    """The worst percent of days for stocks from one day to another, as :func:`worst_periods` takes them."""
    stocks = period_returns(levels, "daily").loc[start:end, "Stocks"]
    return stocks.index[stocks <= stocks.quantile(tail_pct / 100)]


def hedge_cost(levels: pd.DataFrame, yields: Mapping[int, pd.Series], bills: pd.Series) -> pd.DataFrame:
    """What holding the hedge cost or paid by decade: carry, and the return that came of it.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``asset``, ``months``, ``carry_points`` (mean yield less the three-month
        bill over the same days; missing for the dollar and gold), ``return_pct`` a year with
        ``low`` and ``high`` (95 percent, Newey–West on months), and ``over``: ``bills`` for
        Treasuries and gold, which are held with money that bills would have paid; ``nothing``
        for the dollar. Dollars earn the US rate and cost the foreign one, which is not in the
        data, so that theirs is the change of their price alone.
    """
    monthly = period_returns(levels, "monthly")
    rows = []
    for period, (start, end) in PERIODS.items():
        inside = monthly.loc[start:end]
        for asset in ASSETS:
            over = "nothing" if asset == "Dollar" else "bills"
            paid = (inside[asset] - (inside["Bills"] if over == "bills" else 0.0)).dropna()
            if len(paid) < _FEWEST_MONTHS:
                continue
            mean, low, high = mean_of(paid, paid.notna(), LAGS["monthly"])
            carry = np.nan
            if asset.endswith("Treasury"):
                maturity = yields[int(asset.split("-")[0])]
                carry = (maturity - bills.reindex(maturity.index)).loc[start : inside.index[-1]].mean()
            rows.append(
                {
                    "period": period,
                    "asset": asset,
                    "months": len(paid),
                    "carry_points": carry,
                    "return_pct": 12 * mean,
                    "low": 12 * low,
                    "high": 12 * high,
                    "over": over,
                }
            )
    return pd.DataFrame(rows)


def drawdowns(levels: pd.DataFrame, *, at_least_pct: float = FALL_PCT) -> pd.DataFrame:
    """Falls of stocks from a record close to the low before the next record, and what hedged them.

    Returns
    -------
    pandas.DataFrame
        One row a fall: ``peak``, ``trough``, ``recovered`` (whether a new record
        followed), ``days``, ``Stocks`` and each asset's return from peak to trough in
        percent, ``Bills``, and ``offset_pct``: the 10-year note's gain over bills for
        each 100 percent that stocks lost.
    """
    stocks = levels["Stocks"]
    record = stocks.cummax()
    rows = []
    for _, fall in stocks.groupby((stocks == record).cumsum()):
        if 100 * (fall.min() / fall.iloc[0] - 1) > -at_least_pct:
            continue
        peak, trough = fall.index[0], fall.idxmin()
        returns = window_return(levels, peak, trough)
        rows.append(
            {
                "peak": peak,
                "trough": trough,
                "recovered": fall.index[-1] != stocks.index[-1],
                "days": (trough - peak).days,
                **returns.to_dict(),
                "offset_pct": 100 * (returns["10-year Treasury"] - returns["Bills"]) / -returns["Stocks"],
            }
        )
    return pd.DataFrame(rows)


def average_drawdown(falls: pd.DataFrame) -> pd.DataFrame:
    """Mean return of each asset over the falls before :data:`SPLIT_YEAR` and since, falls resampled.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``asset``, ``number``, ``mean_pct``, ``low``, ``high`` (95 percent,
        bootstrap over whole falls), ``gained`` (number of falls in which it rose).
    """
    random = np.random.default_rng(SEED)
    late = falls["peak"].dt.year >= SPLIT_YEAR
    groups = {"All": falls, EARLY_FALLS: falls[~late], LATE_FALLS: falls[late]}
    rows = []
    for group, inside in groups.items():
        for asset in ASSETS:
            values = inside[asset].dropna().to_numpy()
            draws = values[block_positions(len(values), 1, _DRAWS, random)].mean(axis=1)
            low, high = np.quantile(draws, TAILS)
            rows.append(
                {
                    "group": group,
                    "asset": asset,
                    "number": len(values),
                    "mean_pct": values.mean(),
                    "low": low,
                    "high": high,
                    "gained": int((values > 0).sum()),
                }
            )
    return pd.DataFrame(rows)


def episode_returns(levels: pd.DataFrame) -> pd.DataFrame:
    """What each asset returned in each of :data:`STRETCHES`, and how unusual that was.

    Returns
    -------
    pandas.DataFrame
        ``episode``, ``start``, ``end``, ``asset`` (stocks included), ``return_pct``;
        ``percentile``: share of all windows of as many days since the record begins with
        a lower return; ``percentile_when_stocks_fell``: the same among windows in which
        stocks lost at least half as much as here, and ``windows_when_stocks_fell``, their
        number. Windows overlap; an episode is one event.
    """
    rows = []
    for episode in STRETCHES:
        first, last = (levels.index.searchsorted(d, side="right") for d in (episode.start, episode.end))
        span = last - first
        placebo = 100 * (levels / levels.shift(span) - 1)
        own = window_return(levels, episode.start, episode.end)
        fell = placebo["Stocks"] <= own["Stocks"] / 2
        for asset in ("Stocks", *ASSETS):
            similar = placebo.loc[fell, asset].dropna()
            rows.append(
                {
                    "episode": episode.name,
                    "start": episode.start,
                    "end": episode.end,
                    "asset": asset,
                    "return_pct": own[asset],
                    "percentile": percentile(placebo[asset].dropna(), own[asset]),
                    "percentile_when_stocks_fell": percentile(similar, own[asset]),
                    "windows_when_stocks_fell": len(similar),
                }
            )
    return pd.DataFrame(rows)


def hedge_by_maturity(levels: pd.DataFrame, periods: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Slope of each Treasury's return on that of stocks, by maturity and period, daily.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``maturity_years``, ``days``, ``slope`` with ``low`` and ``high`` (95 percent,
        Newey–West) and ``correlation``. Below zero it hedges.
    """
    returns = period_returns(levels, "daily")
    rows = []
    for period, (start, end) in periods.items():
        for years in MATURITY_YEARS:
            pair = returns.loc[start:end, ["Stocks", f"{years}-year Treasury"]].dropna()
            fit = regression(
                pair.iloc[:, 1], pair[["Stocks"]], lags=min(LAGS["daily"], newey_west_lags(len(pair)))
            )
            low, high = fit.conf_int().loc["Stocks"]
            rows.append(
                {
                    "period": period,
                    "maturity_years": years,
                    "days": len(pair),
                    "slope": fit.params["Stocks"],
                    "low": low,
                    "high": high,
                    "correlation": pair.corr().iloc[0, 1],
                }
            )
    return pd.DataFrame(rows)
