"""Whether Treasuries and the dollar still protect when stocks fall.

Everything rests on one table of total-return levels on the days on which the stock
market, the bond market and the currency market all have a price. A return between
two such days covers whatever happened in between, so a Good Friday or a bond
holiday makes one longer return and never a zero or a lost one.

Rolling windows overlap and are shown as description; tests are made on data that do not
overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.mlemodel import MLEModel

from foreign_demand.analysis import evidence
from foreign_demand.analysis.events import APRIL_2025, TARIFFS, Event, percentile
from foreign_demand.analysis.inference import (
    SEED,
    SHORTEST,
    Z95,
    long_run_sum,
    mean_of,
    newey_west_lags,
    regression,
)
from foreign_demand.analysis.returns import (
    JOINED,
    Frequency,
    as_series,
    chained,
    constant_maturity_return,
    join_stock_returns,
    sampled_returns,
)
from foreign_demand.data.periods import is_over
from foreign_demand.words import count, day, how_many, listed, month, percent, signed, span

__all__ = [
    "ASSETS",
    "EARLY_FALLS",
    "EPISODES",
    "FALL_PCT",
    "FEWEST_DAYS",
    "HEDGE_YEARS",
    "HIKING_CYCLE",
    "INFLATION_YEAR",
    "JUMP_DAYS",
    "JUMP_DEVIATIONS",
    "LAGS",
    "LATELY",
    "LATE_FALLS",
    "MATURITIES",
    "PERIODS",
    "REGIMES",
    "RESPONSE_WEEKS",
    "SIMILAR_WINDOWS",
    "SINCE_TARIFFS",
    "SPLIT_YEAR",
    "TABLES",
    "TAIL_PCT",
    "THIS_DECADE",
    "VIX_RISE_PCT",
    "WINDOWS",
    "WORST_MONTHS_PCT",
    "YEARS_BEFORE",
    "YIELDS",
    "average_drawdown",
    "bill_yield",
    "breaks_as_printed",
    "correlations",
    "cost_as_printed",
    "dated_against",
    "dollar_and_differentials",
    "dollar_as_printed",
    "drawdowns",
    "episode_returns",
    "episodes_as_printed",
    "estimate_as_printed",
    "hedge_by_maturity",
    "hedge_cost",
    "jumps_as_printed",
    "last_breaks_in_words",
    "levels_of",
    "loose_in_words",
    "market_levels",
    "near_end_in_words",
    "period_returns",
    "realised_correlation",
    "scorecard",
    "scorecard_as_printed",
    "sign_in_words",
    "supported_in_words",
    "time_varying_response",
    "unexplained_dollar",
    "vix_jump_responses",
    "weekly_changes",
    "windows_as_printed",
    "with_interval",
    "worst_as_printed",
    "worst_periods",
]

MATURITIES = (2, 5, 10, 30)
ASSETS = (*(f"{years}-year Treasury" for years in MATURITIES), "Dollar", "Gold")
"""What is held against the fall of stocks, as named in every table here."""

YIELDS: Mapping[int, str] = {years: f"DGS{years}" for years in MATURITIES}
"""Datasets of the yields, by maturity in years."""
TABLES = (
    *("french_factors_daily", "SP500", *YIELDS.values(), "DTB3"),
    *("DTWEXM", "DTWEXAFEGS", "gold_pm"),
)
"""Datasets that the levels of all these are made from."""

PERIODS: Mapping[str, tuple[str, str]] = {
    "1973–79": ("1973-01-01", "1979-12-31"),
    "1980s": ("1980-01-01", "1989-12-31"),
    "1990s": ("1990-01-01", "1999-12-31"),
    "2000s": ("2000-01-01", "2009-12-31"),
    "2010s": ("2010-01-01", "2019-12-31"),
    "2020s": ("2020-01-01", "2099-12-31"),
}
"""Decades, the last one unfinished."""
THIS_DECADE = list(PERIODS)[-1]

HEDGE_YEARS, LATELY = "2000–2020", "Since 2021"
INFLATION_YEAR, SINCE_TARIFFS = "2022 alone", f"Since {day(TARIFFS)}"
REGIMES: Mapping[str, tuple[str, str]] = {
    "1973–1999": ("1973-01-01", "1999-12-31"),
    HEDGE_YEARS: ("2000-01-01", "2020-12-31"),
    LATELY: ("2021-01-01", "2099-12-31"),
    INFLATION_YEAR: ("2022-01-01", "2022-12-31"),
    SINCE_TARIFFS: (f"{TARIFFS + pd.Timedelta(days=1):%Y-%m-%d}", "2099-12-31"),
}
"""Before, during and after the years of negative correlation, and two parts of the last."""

WINDOWS: Mapping[Frequency, tuple[int, ...]] = {
    "daily": (63, 250, 750),
    "weekly": (52, 156, 260),
    "monthly": (36, 60, 120),
}
"""Lengths of the rolling windows, in observations."""

TAIL_PCT = 5
"""Percent of the days or weeks that are meant where a sentence speaks of the worst."""
_TAILS_PCT = (1, TAIL_PCT)
WORST_MONTHS_PCT = 10
"""Percent of the months that count as the worst."""
FEWEST_DAYS = 15
"""Common days in a month below which it has no correlation."""

VIX_RISE_PCT = 10
"""Rise of the VIX to which weekly answers are measured."""
RESPONSE_WEEKS = 104
"""Length of the rolling windows in which they are."""
JUMP_DEVIATIONS, JUMP_DAYS = 2, 250
"""Standard deviations that make a rise of the VIX a jump, and the days before that they are taken from."""

YEARS_BEFORE = 3
"""What came since :data:`foreign_demand.analysis.events.TARIFFS` is compared with as many years before."""
_WEEKS_A_YEAR = 52

SIMILAR_WINDOWS = "windows as long in which stocks lost at least half as much"
"""What an episode is compared with in :func:`episode_returns`."""

FALL_PCT = 10
"""How much stocks lose, from a record, in what counts as a fall that lasts."""
SPLIT_YEAR = 2000
"""Falls are averaged before this year and since."""
EARLY_FALLS, LATE_FALLS = f"Before {SPLIT_YEAR}", f"Since {SPLIT_YEAR}"

HIKING_CYCLE = pd.Timestamp("2022-03-16")
"""First rise of the federal funds target after the pandemic."""

LAGS: Mapping[Frequency, int] = {"daily": 21, "weekly": 8, "monthly": 6}
"""Newey–West lags by frequency of the returns."""
_LONGEST_GAP_DAYS = 7
_BILL_DAYS = 91
_DRAWS = 1999
_FEWEST_MONTHS = 12

EPISODES = (
    Event(name="Autumn 2008", start=pd.Timestamp("2008-09-12"), end=pd.Timestamp("2008-11-20")),
    Event(name="March 2020", start=pd.Timestamp("2020-03-09"), end=pd.Timestamp("2020-03-18")),
    Event(name="2022", start=pd.Timestamp("2021-12-31"), end=pd.Timestamp("2022-12-30")),
    APRIL_2025,
)
"""Dates fixed by the events, before looking at the returns."""


# --- levels and returns ------------------------------------------------------------


def bill_yield(discount_rate_pct: pd.Series) -> pd.Series:
    """Bond-equivalent yield of a three-month bill from its bank-discount rate, both in percent."""
    discount = discount_rate_pct / 100
    return 100 * 365 * discount / (360 - _BILL_DAYS * discount)


def market_levels(
    *,
    stock_return: pd.Series,
    yields: Mapping[int, pd.Series],
    bills: pd.Series,
    dollar: pd.Series,
    gold: pd.Series,
) -> pd.DataFrame:
    """Total-return levels on the days on which stocks, 10-year notes and the dollar all trade.

    Parameters
    ----------
    stock_return
        Percent by day, from :func:`foreign_demand.analysis.returns.join_stock_returns`.
    yields
        Constant-maturity yields in percent by maturity in years, with at least 10.
    bills
        Bond-equivalent yield of the three-month bill in percent.
    dollar, gold
        Price levels. A day without a gold price stays missing.

    Returns
    -------
    pandas.DataFrame
        Index of common days; ``Stocks``, the :data:`ASSETS` and ``Bills``. A maturity
        that was not issued is missing, and its level goes on after the gap from where it stopped.
    """
    stocks = (1 + stock_return.dropna() / 100).cumprod()
    days = stocks.index.intersection(yields[10].dropna().index).intersection(dollar.dropna().index)
    levels = {"Stocks": stocks[days]}
    for years in MATURITIES:
        returns = constant_maturity_return(yields[years].reindex(days), maturity_years=years)
        levels[f"{years}-year Treasury"] = _level(returns)
    levels["Dollar"] = dollar[days]
    levels["Gold"] = gold.reindex(days)
    held = bills.reindex(days).ffill(limit=5).shift(1) * days.to_series().diff().dt.days / 365.25
    levels["Bills"] = _level(held)
    return pd.DataFrame(levels)


def levels_of(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The levels of :func:`market_levels`, from the tables as published.

    Parameters
    ----------
    tables
        By id, those of :data:`TABLES`.
    """
    return market_levels(
        stock_return=join_stock_returns(tables["french_factors_daily"], tables["SP500"]),
        yields={years: as_series(tables[id]) for years, id in YIELDS.items()},
        bills=bill_yield(as_series(tables["DTB3"])),
        dollar=chained(tables["DTWEXM"], tables["DTWEXAFEGS"], at=JOINED),
        gold=as_series(tables["gold_pm"]),
    )


def _level(returns_pct: pd.Series) -> pd.Series:
    """Cumulated returns; missing where there is no return, 100 on the day before the first."""
    level = 100 * (1 + returns_pct / 100).cumprod()
    first = level.first_valid_index()
    before = level.index[level.index.get_loc(first) - 1]
    level.loc[before] = 100.0
    return level


def period_returns(levels: pd.DataFrame, frequency: Frequency) -> pd.DataFrame:
    """Returns in percent between consecutive days, Fridays or month ends (or the last day before).

    A week or month that has only begun, at either end of the sample, is left out. The last
    one is dated by the last day with prices.
    """
    returns = sampled_returns(levels, frequency)
    return returns if frequency == "daily" else _finished(returns, levels.index[-1])


def _finished(changes: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Weeks or months that were over on the last day with prices; the last is dated by that day."""
    over = changes[is_over(changes.index, last)]
    return over.set_axis(_dated_within(over.index, last))


def _dated_within(ends: pd.DatetimeIndex, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Ends of weeks or months, none later than the last day on which there was a price."""
    return ends.where(ends <= last, last)


def _window_return(levels: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Percent from one close to another; missing for what had no price most of the time."""
    inside = levels.loc[start:end]
    near = pd.Timedelta(days=_LONGEST_GAP_DAYS)
    first = levels.loc[start - near : start].ffill().iloc[-1]
    last = levels.loc[end - near : end].ffill().iloc[-1]
    priced = inside.notna().mean() >= 0.9
    return (100 * (last / first - 1)).where(priced)


# --- correlations ------------------------------------------------------------------


def _rolling_correlation(returns: pd.DataFrame, window: int) -> pd.DataFrame:
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


def correlations(levels: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Rolling correlation of two returns, at three frequencies and several windows.

    Parameters
    ----------
    levels
        From :func:`market_levels`.
    first, second
        Columns of it.

    Returns
    -------
    pandas.DataFrame
        ``frequency``, ``window``, ``date`` (end of the window, month by month),
        ``correlation``, ``low``, ``high``: 95 percent, from the Newey–West variance of
        the influence function of the correlation, on Fisher's scale. Neighbouring
        windows overlap.
    """
    parts = []
    for frequency, windows in WINDOWS.items():
        returns = period_returns(levels[[first, second]], frequency)
        parts += [
            _rolling_correlation(returns, window).assign(frequency=frequency, window=window)
            for window in windows
        ]
    return pd.concat(parts, ignore_index=True)[["frequency", "window", "date", "correlation", "low", "high"]]


def realised_correlation(levels: pd.DataFrame, first: str, second: str) -> pd.Series:
    """Correlation of daily returns within each calendar month, on Fisher's scale.

    Months do not overlap, so that breaks can be tested on them. One with fewer than
    :data:`FEWEST_DAYS` returns is left out, and the last is dated by the last of them.
    """
    returns = period_returns(levels[[first, second]], "daily").dropna()
    months = returns.index.to_period("M")
    centred = returns - returns.groupby(months).transform("mean")
    power = (centred**2).groupby(months).sum()
    together = (centred[first] * centred[second]).groupby(months).sum()
    rho = together / np.sqrt(power[first] * power[second])
    enough = months.value_counts().reindex(rho.index) >= FEWEST_DAYS
    z = np.arctanh(rho[enough])
    ends = z.index.to_timestamp(how="end").normalize()
    return z.set_axis(_dated_within(ends, returns.index[-1])).rename("fisher_z").rename_axis("month")


# --- worst days, drawdowns, episodes -----------------------------------------------


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
        From :func:`market_levels`.
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


def hedge_cost(levels: pd.DataFrame, yields: Mapping[int, pd.Series], bills: pd.Series) -> pd.DataFrame:
    """What holding the hedge cost or paid by decade: carry, and the return over bills that came of it.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``asset``, ``months``, ``carry_points`` (mean yield less the three-month
        bill over the same days; missing for the dollar and gold), ``excess_pct`` a year over
        bills with ``low`` and ``high`` (95 percent, Newey–West on months); the dollar's and
        gold's are price changes less bills, without the interest a foreign deposit would have
        paid.
    """
    monthly = period_returns(levels, "monthly")
    rows = []
    for period, (start, end) in PERIODS.items():
        inside = monthly.loc[start:end]
        for asset in ASSETS:
            excess = (inside[asset] - inside["Bills"]).dropna()
            if len(excess) < _FEWEST_MONTHS:
                continue
            mean, low, high = mean_of(excess, excess.notna(), LAGS["monthly"])
            carry = np.nan
            if asset.endswith("Treasury"):
                maturity = yields[int(asset.split("-")[0])]
                carry = (maturity - bills.reindex(maturity.index)).loc[start : inside.index[-1]].mean()
            rows.append(
                {
                    "period": period,
                    "asset": asset,
                    "months": len(excess),
                    "carry_points": carry,
                    "excess_pct": 12 * mean,
                    "low": 12 * low,
                    "high": 12 * high,
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
        returns = _window_return(levels, peak, trough)
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
            draws = values[random.integers(0, len(values), (_DRAWS, len(values)))].mean(axis=1)
            low, high = np.quantile(draws, [0.025, 0.975])
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
    """What each asset returned in each of :data:`EPISODES`, and how unusual that was.

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
    for episode in EPISODES:
        first, last = (levels.index.searchsorted(d, side="right") for d in (episode.start, episode.end))
        span = last - first
        placebo = 100 * (levels / levels.shift(span) - 1)
        own = _window_return(levels, episode.start, episode.end)
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
        for years in MATURITIES:
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


# --- responses: VIX, yield differentials -------------------------------------------


def weekly_changes(
    levels: pd.DataFrame,
    ten_year: pd.Series,
    vix: pd.Series,
    *,
    yen_per_dollar: pd.Series,
    japan: pd.DataFrame,
    two_year: pd.Series,
) -> pd.DataFrame:
    """Week-to-week changes, Friday to Friday or the last common day before, of the weeks that are over.

    Parameters
    ----------
    levels
        From :func:`market_levels`.
    ten_year, two_year
        US yields in percent.
    vix
        Level.
    yen_per_dollar
        Exchange rate.
    japan
        ``yield_2y_pct`` and ``yield_10y_pct``, indexed by date.

    Returns
    -------
    pandas.DataFrame
        ``yield_points``, ``dollar_pct``, ``yen_pct`` (dollars in yen, so that plus is a
        stronger dollar), ``japan_10y_points`` and ``japan_2y_points`` (change of the US
        yield less Japan's), ``vix_rises``: the change of the logarithm of the VIX in
        units of a rise by :data:`VIX_RISE_PCT` percent.
    """
    days = levels.index

    def weekly(series: pd.Series) -> pd.Series:
        return series.reindex(days).resample("W-FRI").last()

    us10, us2 = weekly(ten_year), weekly(two_year)
    changes = pd.DataFrame(
        {
            "yield_points": us10.diff(),
            "dollar_pct": 100 * weekly(levels["Dollar"]).pct_change(fill_method=None),
            "yen_pct": 100 * weekly(yen_per_dollar).pct_change(fill_method=None),
            "japan_10y_points": (us10 - weekly(japan["yield_10y_pct"])).diff(),
            "japan_2y_points": (us2 - weekly(japan["yield_2y_pct"])).diff(),
            "vix_rises": np.log(weekly(vix)).diff() / np.log(1 + VIX_RISE_PCT / 100),
        }
    )
    return _finished(changes, days[-1])


def _rolling_slope(pair: pd.DataFrame, window: int) -> pd.DataFrame:
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


class _DriftingSlope(MLEModel):
    """y = slope x + noise, with the slope a random walk; both variances by maximum likelihood."""

    start_params = (0.9, 0.05)
    param_names = ("noise", "drift")

    def __init__(self, y: np.ndarray, x: np.ndarray) -> None:
        super().__init__(y, k_states=1, k_posdef=1, initialization="approximate_diffuse")
        self["design"] = x[None, None, :]
        self["transition"] = np.eye(1)
        self["selection"] = np.eye(1)

    def update(self, params: np.ndarray, **kwargs: object) -> None:
        """Put the two standard deviations into the state space."""
        params = super().update(params, **kwargs)
        self["obs_cov", 0, 0] = params[0] ** 2
        self["state_cov", 0, 0] = params[1] ** 2


def time_varying_response(pair: pd.DataFrame, *, window: int = RESPONSE_WEEKS) -> pd.DataFrame:
    """How one weekly change answers to another, as it changes over time, in two ways.

    Parameters
    ----------
    pair
        The answer and what it answers to, one row a week.
    window
        Weeks in a rolling window.

    Returns
    -------
    pandas.DataFrame
        ``name`` (``Rolling`` or ``State space``), ``date``, ``slope``, ``low``,
        ``high``. Rolling windows end on the date and overlap; Newey–West bands. The
        state-space slope is a random walk seen with all data before and after
        (Kalman smoother), both sides scaled by the answer's volatility over the year
        before so that turbulent weeks do not dominate; its bands take the two estimated
        variances as known.
    """
    known = pair.dropna()
    trailing = known.iloc[:, 0].rolling(_WEEKS_A_YEAR).std().shift(1)
    known, scale = known[trailing.notna()], trailing.dropna().to_numpy()
    y, x = (known.iloc[:, i].to_numpy() / scale for i in (0, 1))
    unit = x.std()
    result = _DriftingSlope(y, x / unit).fit(disp=0)
    slope = result.smoothed_state[0] / unit
    error = np.sqrt(result.smoothed_state_cov[0, 0]) / unit
    drifting = pd.DataFrame(
        {"date": known.index, "slope": slope, "low": slope - Z95 * error, "high": slope + Z95 * error}
    )
    return pd.concat(
        [_rolling_slope(pair, window).assign(name="Rolling"), drifting.assign(name="State space")],
        ignore_index=True,
    )


def vix_jump_responses(
    levels: pd.DataFrame,
    ten_year: pd.Series,
    vix: pd.Series,
    periods: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:
    """Mean change of the 10-year yield and of the dollar on days on which the VIX jumped.

    A jump is a rise of its logarithm above :data:`JUMP_DEVIATIONS` standard deviations of the
    :data:`JUMP_DAYS` days before, so that no later day decides what counts.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``answer`` (``10-year yield, basis points`` or ``Dollar, percent``), ``jumps``,
        ``mean``, ``low``, ``high`` (95 percent, Newey–West over all days; missing where jumps
        are few).
    """
    days = levels.index
    change = np.log(vix.reindex(days)).diff()
    usual = change.rolling(JUMP_DAYS, min_periods=JUMP_DAYS * 4 // 5).std().shift(1)
    jump = change > JUMP_DEVIATIONS * usual
    answers = pd.DataFrame(
        {
            "10-year yield, basis points": 100 * ten_year.reindex(days).diff(),
            "Dollar, percent": 100 * levels["Dollar"].pct_change(fill_method=None),
        }
    )[change.notna()]
    rows = []
    for period, (start, end) in periods.items():
        for answer, values in answers.loc[start:end].items():
            chosen = jump.reindex(values.index).to_numpy()
            if not chosen.any():
                continue
            mean, low, high = mean_of(values, chosen, LAGS["daily"])
            rows.append(
                {
                    "period": period,
                    "answer": answer,
                    "jumps": int(chosen.sum()),
                    "mean": mean,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def dollar_and_differentials(pairs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Does the dollar still follow yields? Its slope on them before and since the tariffs.

    A change counts as since when it ends after :data:`foreign_demand.analysis.events.TARIFFS`, and as
    before in the :data:`YEARS_BEFORE` years to it.

    Parameters
    ----------
    pairs
        By name: the dollar's return in percent and the change of a yield or differential
        in points, in that order, one row a week or month.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``observations_before``, ``observations_since``, ``before``, ``since``
        (percent per percentage point), ``since_low``, ``since_high``, ``change`` with
        ``low`` and ``high`` (95 percent, Newey–West), and ``share_pct``: the share of
        earlier dates at which the slope changed at least as much between stretches of the
        same two lengths.
    """
    rows = []
    for measure, pair in pairs.items():
        known = pair.dropna().set_axis(["dollar", "yields"], axis=1)
        window = known[known.index > TARIFFS - pd.DateOffset(years=YEARS_BEFORE)]
        later = window.index > TARIFFS
        x = pd.DataFrame(
            {
                "before": window["yields"].where(~later, 0.0),
                "since": window["yields"].where(later, 0.0),
                "later": later.astype(float),
            }
        )
        fit = regression(window["dollar"], x)
        contrast = fit.t_test("since - before = 0")
        low, high = contrast.conf_int()[0]
        n_since, n_before = int(later.sum()), int((~later).sum())
        earlier = known[known.index <= TARIFFS]
        first = _rolling_slope(earlier, n_before).set_index("date")["slope"]
        second = _rolling_slope(earlier, n_since).set_index("date")["slope"]
        positions = earlier.index.get_indexer(first.index) + n_since
        inside = positions < len(earlier)
        moved = second.loc[earlier.index[positions[inside]]].to_numpy() - first[inside].to_numpy()
        change = fit.params["since"] - fit.params["before"]
        rows.append(
            {
                "measure": measure,
                "observations_before": n_before,
                "observations_since": n_since,
                "before": fit.params["before"],
                "since": fit.params["since"],
                "since_low": fit.conf_int().loc["since", 0],
                "since_high": fit.conf_int().loc["since", 1],
                "change": change,
                "low": low,
                "high": high,
                "share_pct": 100 * (np.abs(moved) >= abs(change)).mean(),
            }
        )
    return pd.DataFrame(rows)


def unexplained_dollar(
    pairs: Mapping[str, pd.DataFrame], *, horizons: Sequence[int] = (13, 26, 52)
) -> pd.DataFrame:
    """How far the dollar moved from what yields told, at several horizons after the tariffs.

    The slope is that of the :data:`YEARS_BEFORE` years before; what it predicts from the
    change of yields since is taken from the dollar's own change.

    Parameters
    ----------
    pairs
        As for :func:`dollar_and_differentials`, weekly.
    horizons
        In weeks.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``weeks``, ``dollar_pct``, ``explained_pct``, ``unexplained_pct``, and
        ``percentile``: the share of all earlier dates with a lower unexplained change over
        as many weeks (overlapping windows).
    """
    rows = []
    for measure, pair in pairs.items():
        known = pair.dropna()
        slope = _rolling_slope(known, YEARS_BEFORE * _WEEKS_A_YEAR).set_index("date")["slope"]
        slope = slope.reindex(known.index)
        cumulated = known.cumsum()
        for weeks in horizons:
            move = cumulated.shift(-weeks) - cumulated
            explained = slope * move.iloc[:, 1]
            residual = move.iloc[:, 0] - explained
            at = known.index[known.index <= TARIFFS][-1]
            if pd.isna(residual[at]):
                continue
            earlier = residual[: at - pd.Timedelta(weeks=weeks)].dropna()
            rows.append(
                {
                    "measure": measure,
                    "weeks": weeks,
                    "dollar_pct": move.loc[at].iloc[0],
                    "explained_pct": explained[at],
                    "unexplained_pct": residual[at],
                    "percentile": percentile(earlier, residual[at]),
                }
            )
    return pd.DataFrame(rows)


# --- the scorecard -----------------------------------------------------------------

_SIDES = {"works": "works", "broken": "is broken"}
_ORDER = tuple(evidence.LABELS[found] for found in (evidence.FOR, evidence.AGAINST, evidence.OPEN))


def scorecard(
    *,
    worst: pd.DataFrame,
    falls: pd.DataFrame,
    cost: pd.DataFrame,
    breaks: pd.DataFrame,
    lately: Mapping[str, float],
    episodes: pd.DataFrame,
    jumps: pd.DataFrame,
    slopes: pd.DataFrame,
    convenience: pd.DataFrame,
    bonds: pd.DataFrame,
    hedged: pd.DataFrame,
) -> pd.DataFrame:
    """Each argument about the safe haven with its number, and what would change the reading.

    Parameters
    ----------
    worst
        :func:`worst_periods`, daily, over :data:`REGIMES`.
    falls
        :func:`average_drawdown`.
    cost
        :func:`hedge_cost`.
    breaks, lately
        :func:`break_dates` and :func:`end_of_sample` of stocks and 10-year notes.
    episodes
        :func:`episode_returns`.
    jumps
        :func:`vix_jump_responses` over :data:`REGIMES`.
    slopes
        :func:`dollar_and_differentials`.
    convenience
        :func:`convenience_slopes`.
    bonds
        :func:`foreign_bonds`.
    hedged
        :func:`hedged_yields`.

    Returns
    -------
    pandas.DataFrame
        ``side`` (``works`` or ``broken``: what the argument is for), ``argument``,
        ``measure``, ``value``, ``low``, ``high`` (missing where the uncertainty is a
        share), ``unit``, ``share_pct`` of ``share_of`` that were as extreme, ``reading``
        and ``would_change``.

    Notes
    -----
    An argument is ``supported`` when its 95 percent interval lies on its side of zero,
    ``contradicted`` when on the other, ``open`` otherwise. One from a single event or month, or
    from a date chosen afterwards, is ``open`` where more than
    :data:`~foreign_demand.analysis.evidence.RARE_PCT` percent of comparisons were as extreme,
    and else read by the side on which it lies.
    """
    arguments: list[evidence.Argument] = []

    def pick(table: pd.DataFrame, value: str, **where: object) -> pd.DataFrame:
        chosen = table
        for column, wanted in where.items():
            chosen = chosen[chosen[column] == wanted]
        return chosen.iloc[[0]].rename(columns={value: "value"})

    def add(side: str, says: str, **content: Any) -> None:
        arguments.append(evidence.Argument(side=side, says=says, **content))

    for asset in ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar"):
        add(
            "works",
            f"{asset} gains on the worst days",
            measure=f"mean of the worst {percent(TAIL_PCT)} of days for stocks {LATELY.lower()}",
            readings=pick(worst, "mean_pct", period=LATELY, tail_pct=TAIL_PCT, asset=asset),
            unit="% a day",
            rule=evidence.by_interval(),
            would_change="more bad days, until the interval clears zero",
        )
    for asset in ("10-year Treasury", "Dollar"):
        add(
            "works",
            f"{asset} gains when stocks fall for long",
            measure=f"mean of falls over {percent(FALL_PCT)} {LATE_FALLS.lower()}",
            readings=pick(falls, "mean_pct", group=LATE_FALLS, asset=asset),
            unit="% a fall",
            rule=evidence.by_interval(),
            would_change="further long falls in which it loses",
        )
    add(
        "works",
        "10-year Treasury gains in the worst months",
        measure=f"mean of the worst {percent(WORST_MONTHS_PCT)} of months for stocks "
        f"since {bonds['first_month'].iloc[0].year}",
        readings=pick(bonds, "local_pct", asset="United States"),
        unit="% a month",
        rule=evidence.by_interval(),
        would_change=f"bad months to come: so far there are {count(bonds['months'].iloc[0])}",
    )
    add(
        "works",
        "Holding the hedge pays",
        measure=f"10-year Treasury over bills in the {THIS_DECADE}",
        readings=pick(cost, "excess_pct", period=THIS_DECADE, asset="10-year Treasury"),
        unit="% a year",
        rule=evidence.by_interval(),
        would_change="a few years of excess returns of either sign",
    )
    if len(breaks):
        last = breaks.iloc[-1]
        add(
            "broken",
            "Stocks and bonds move together more than before",
            measure=f"mean monthly correlation since {month(last['month'])} less that of the regime before",
            readings=evidence.one_reading(last["after"] - last["before"], share_pct=100 * last["p_value"]),
            unit="",
            share_of="bootstrap draws",
            rule=evidence.by_rarity(signed=True),
            would_change="a further break, back down",
        )
    add(
        "broken",
        "Stocks and bonds move together more since April 2025",
        measure="mean monthly correlation since April 2025 less that of the regime it fell in",
        readings=evidence.one_reading(lately["since"] - lately["before"], share_pct=lately["share_pct"]),
        unit="",
        share_of="earlier stretches as long",
        rule=evidence.by_rarity(signed=True),
        would_change="correlations outside what earlier stretches show",
    )
    for asset in ("10-year Treasury", "Dollar"):
        event = pick(episodes, "return_pct", episode="April 2025", asset=asset)
        add(
            "broken",
            f"{asset} fell unusually far with stocks in April 2025",
            measure=f"return from {span(APRIL_2025.start, APRIL_2025.end)}",
            readings=event.rename(columns={"percentile_when_stocks_fell": "share_pct"}),
            unit="%",
            share_of=SIMILAR_WINDOWS,
            rule=evidence.by_rarity(),
            would_change="a second event of the kind; one is no distribution",
        )
    add(
        "broken",
        "Yields rise when the VIX jumps",
        measure=f"mean change of the 10-year yield on days of a jump {LATELY.lower()}",
        readings=pick(jumps, "mean", period=LATELY, answer="10-year yield, basis points"),
        unit="basis points",
        rule=evidence.by_interval(),
        would_change="an interval clear of zero",
    )
    for loose in slopes["measure"]:
        add(
            "broken",
            f"The dollar came loose from yields ({loose})",
            measure=f"slope since {day(TARIFFS)} less that of the {count(YEARS_BEFORE)} years before",
            readings=pick(slopes, "change", measure=loose),
            unit="% per point",
            share_of="earlier dates",
            rule=evidence.by_interval(sign=-1, rare=True),
            would_change="the slope returning to what it was",
        )
    add(
        "broken",
        "More debt wears the convenience yield down",
        measure="slope of the Aaa less 20-year spread on log debt over output, with controls",
        readings=pick(
            convenience,
            "slope",
            spread="aaa_20y",
            debt="log_public",
            sample="all",
            form="levels, with controls",
        ),
        unit="points per log point",
        rule=evidence.by_interval(sign=-1),
        would_change="one sign, in levels and in changes and in both halves of the sample",
    )
    pickup = hedged["us_in_yen"] - hedged["japan"]
    add(
        "broken",
        "Hedged, a Treasury pays a Japanese buyer unusually little",
        measure=f"10-year Treasury hedged into yen less Japanese bond, {month(hedged['month'].iloc[-1])}",
        readings=evidence.one_reading(pickup.iloc[-1], share_pct=100 * (pickup <= pickup.iloc[-1]).mean()),
        unit="points",
        share_of="months",
        rule=evidence.by_rarity(),
        would_change="another gap of short rates; the currency basis, which is not free data",
    )
    columns = ["side", "argument", "measure", "value", "low", "high", "unit", "share_pct", "share_of"]
    return evidence.verdicts(arguments)[[*columns, "reading", "would_change"]]


# --- as printed --------------------------------------------------------------------


def estimate_as_printed(
    value: float, low: float, high: float, decimals: int, *, unit: str = "", interval: str = ""
) -> str:
    """``+0.57% (+0.50 to +0.65)``; without the bracket where there is no interval.

    Parameters
    ----------
    value, low, high
        An estimate and its interval.
    decimals
        To print.
    unit
        Written behind the estimate.
    interval
        Written before the interval.
    """
    if pd.isna(value):
        return "–"
    text = signed(value, decimals) + unit
    return text if pd.isna(low) else f"{text} ({interval}{signed(low, decimals)} to {signed(high, decimals)})"


def _short(asset: str) -> str:
    """``10-year Treasury`` → ``10-year``."""
    return asset.removesuffix(" Treasury")


def _spread_out(
    table: pd.DataFrame, rows: list[str], column: str, text: pd.Series, order: Sequence[str]
) -> pd.DataFrame:
    """One row for each combination of ``rows`` in the order met, one column for each of ``order``."""
    keys = table[rows].drop_duplicates()
    wide = table.assign(text=text).set_index([*rows, column])["text"].unstack()
    wide.columns.name = None
    return keys.merge(wide[list(order)].fillna("–").reset_index(), on=rows, how="left")


def breaks_as_printed(breaks: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Break dates of several correlations, by name, as printed."""
    return pd.DataFrame(
        [
            {
                "Stocks with": name,
                "New regime from": f"{row.month:%b\u00a0%Y} ({row.low:%b\u00a0%Y} to {row.high:%b\u00a0%Y})",
                "Mean": f"{signed(row.before, 2)} to {signed(row.after, 2)}",
                "p-value": f"{row.p_value:.3f}",
            }
            for name, table in breaks.items()
            for row in table.itertuples()
        ]
    )


def windows_as_printed(latest: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The latest rolling correlations over every frequency and window, by name of the pair."""
    columns = {
        name: [estimate_as_printed(r.correlation, r.low, r.high, 2) for r in table.itertuples()]
        for name, table in latest.items()
    }
    first = next(iter(latest.values()))
    units = {"daily": "days", "weekly": "weeks", "monthly": "months"}
    labels = [f"{r.window} {units[r.frequency]}" for r in first.itertuples()]
    return pd.DataFrame({"Window": labels} | columns)


def worst_as_printed(worst: pd.DataFrame) -> pd.DataFrame:
    """Mean returns on the worst days or weeks; an asterisk where the interval leaves out zero."""
    clear = (worst["low"] > 0) | (worst["high"] < 0)
    text = worst["mean_pct"].map(lambda v: signed(v, 2)) + clear.map({True: "*", False: ""})
    units = {"daily": "days", "weekly": "weeks"}
    table = worst.assign(
        asset=worst["asset"].map(_short),
        Worst=[f"{r.tail_pct:g}%\u00a0of\u00a0{units[r.frequency]}, {r.period}" for r in worst.itertuples()],
    )
    order = ["Stocks", *map(_short, ASSETS)]
    stocks = table.drop_duplicates("Worst").assign(asset="Stocks")
    both = pd.concat([stocks, table], ignore_index=True)
    shown = pd.concat([stocks["stocks_pct"].map(lambda v: signed(v, 1)), text], ignore_index=True)
    return _spread_out(both, ["Worst"], "asset", shown, order)


def cost_as_printed(cost: pd.DataFrame) -> pd.DataFrame:
    """Carry of the 10-year note by period, and returns over bills of what hedges most."""
    text = pd.Series(
        [estimate_as_printed(r.excess_pct, r.low, r.high, 1) for r in cost.itertuples()], index=cost.index
    )
    table = cost.assign(asset=cost["asset"].map(_short)).rename(columns={"period": "Period"})
    wide = _spread_out(table, ["Period"], "asset", text, ["10-year", "30-year", "Dollar"])
    carry = table[table["asset"] == "10-year"].set_index("Period")["carry_points"]
    wide.insert(1, "Carry", [signed(carry[p], 1) for p in wide["Period"]])
    return wide


def episodes_as_printed(episodes: pd.DataFrame) -> pd.DataFrame:
    """Returns in each episode, with their percentile among windows of the same length."""
    text = pd.Series(
        [
            "–" if pd.isna(r.return_pct) else f"{signed(r.return_pct, 1)} ({r.percentile:.0f})"
            for r in episodes.itertuples()
        ],
        index=episodes.index,
    )
    table = episodes.assign(Asset=episodes["asset"].map(_short))
    return _spread_out(table, ["Asset"], "episode", text, list(table["episode"].unique()))


def jumps_as_printed(jumps: pd.DataFrame) -> pd.DataFrame:
    """Answers to VIX jumps by period."""
    text = pd.Series(
        [estimate_as_printed(r.mean, r.low, r.high, 2) for r in jumps.itertuples()], index=jumps.index
    )
    table = jumps.rename(columns={"period": "Period", "jumps": "Jumps"})
    return _spread_out(table, ["Period", "Jumps"], "answer", text, list(table["answer"].unique()))


def dollar_as_printed(slopes: pd.DataFrame) -> pd.DataFrame:
    """Slopes of the dollar on yields before and since April 2025."""
    return pd.DataFrame(
        {
            "Measure": slopes["measure"].str[:1].str.upper() + slopes["measure"].str[1:],
            "Before": slopes["before"].map(lambda v: signed(v, 1)),
            "Since": [
                estimate_as_printed(r.since, r.since_low, r.since_high, 1) for r in slopes.itertuples()
            ],
            "Change": [estimate_as_printed(r.change, r.low, r.high, 1) for r in slopes.itertuples()],
            "As large": slopes["share_pct"].map(lambda v: percent(v)),
        }
    )


def scorecard_as_printed(card: pd.DataFrame) -> pd.DataFrame:
    """The scorecard in words."""
    sides = {"works": "It works", "broken": "It is broken"}

    def number(row: pd.Series) -> str:
        unit = row["unit"] if row["unit"][:1] in ("", "%") else f" {row['unit']}"
        text = estimate_as_printed(row["value"], row["low"], row["high"], 2, unit=unit)
        if pd.notna(row["share_pct"]):
            text += f"; as extreme: {percent(row['share_pct'], 1)} of {row['share_of']}"
        return f"{text}: {row['measure']}"

    return pd.DataFrame(
        {
            "Argument": [f"{sides[r.side]}: {r.argument}" for r in card.itertuples()],
            "Number, with its uncertainty": card.apply(number, axis=1),
            "Reading, and what would change it": [
                f"{r.reading.capitalize()}; {r.would_change}" for r in card.itertuples()
            ],
        }
    )


# --- words -----------------------------------------------------------------------------------


def dated_against(found: pd.Series, event: pd.Timestamp) -> str:
    """Where an event lies against the interval of a break date, as the end of a clause.

    Parameters
    ----------
    found
        A row of :func:`foreign_demand.analysis.inference.break_dates`.
    event
        A day.
    """
    if event > found["high"]:
        return "came after the whole interval"
    if event < found["low"]:
        return "came before the whole interval"
    return "lies within it"


def near_end_in_words(months: int) -> str:
    """Whether a break with so many months since could be found, as the end of a clause."""
    if months < SHORTEST:
        return "is too near the end for such a test"
    return "is far enough from the end for such a test too"


def last_breaks_in_words(robust: pd.DataFrame) -> str:
    """When the last break is dated under each choice that finds one: date (number of choices).

    Parameters
    ----------
    robust
        From :func:`foreign_demand.analysis.inference.break_robustness`.
    """
    dates = robust.groupby(["shortest", "block"])["month"].max().value_counts()
    return listed([f"{month(date)} ({count(number)})" for date, number in dates.items()])


def sign_in_words(low: float, high: float) -> str:
    """``above zero``, ``below zero`` or ``not distinguishable from zero``, by an interval."""
    if low > 0:
        return "above zero"
    return "below zero" if high < 0 else "not distinguishable from zero"


def with_interval(row: pd.Series, value: str, decimals: int = 2, *, unit: str = "%") -> str:
    """``+0.57% (95% interval +0.50 to +0.65)``.

    Parameters
    ----------
    row
        With ``low`` and ``high``.
    value
        Name of the estimate in it.
    decimals
        To print.
    unit
        Written behind the estimate.
    """
    return estimate_as_printed(
        row[value], row["low"], row["high"], decimals, unit=unit, interval="95% interval "
    )


def loose_in_words(slopes: pd.DataFrame) -> str:
    """In how many measures the slope of the dollar on yields changed, as a clause.

    Parameters
    ----------
    slopes
        From :func:`dollar_and_differentials`.
    """
    signs = pd.Series([sign_in_words(row.low, row.high) for row in slopes.itertuples()])
    parts = [f"{sign} in {count(number)}" for sign, number in signs.value_counts().items()]
    rare = how_many(int((slopes["share_pct"] <= evidence.RARE_PCT).sum()))
    return (
        f"{listed(parts)} of {count(len(slopes))} measures, and larger than at "
        f"{percent(100 - evidence.RARE_PCT)} of earlier dates in {rare}"
    )


def supported_in_words(card: pd.DataFrame, side: str) -> str:
    """How many arguments of one side the data support, contradict and leave open, as a clause.

    Parameters
    ----------
    card
        From :func:`scorecard`.
    side
        ``works`` or ``broken``.
    """
    own = card[card["side"] == side]
    found = own["reading"].value_counts()
    parts = [f"{count(found[r])} {r}" for r in _ORDER if r in found]
    return f"of {count(len(own))} arguments that it {_SIDES[side]}, {listed(parts)}"
