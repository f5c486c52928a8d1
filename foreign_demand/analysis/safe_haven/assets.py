"""Total returns of stocks, Treasuries, the dollar and gold on the days on which all have a price.

Everything about the safe haven rests on one table of total-return levels on the days on which
the stock market, the bond market and the currency market all have a price. A return between
two such days covers whatever happened in between, so a Good Friday or a bond
holiday makes one longer return and never a zero or a lost one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from foreign_demand.analysis.events import EVE
from foreign_demand.analysis.returns import (
    JOINED,
    Frequency,
    as_series,
    constant_maturity_return,
    join_stock_returns,
    sampled_returns,
    splice,
)
from foreign_demand.data.periods import is_over

MATURITY_YEARS = (2, 5, 10, 30)
ASSETS = (*(f"{years}-year Treasury" for years in MATURITY_YEARS), "Dollar", "Gold")
"""What is held against the fall of stocks, as named in every table here."""
YIELDS: Mapping[int, str] = {years: f"DGS{years}" for years in MATURITY_YEARS}
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
EARLIER, HEDGE_YEARS, LATELY = "1973–1999", "2000–2020", "Since 2021"
INFLATION_YEAR, SINCE_TARIFFS = "2022 alone", f"Since {EVE.day} {EVE:%B %Y}"
REGIMES: Mapping[str, tuple[str, str]] = {
    EARLIER: ("1973-01-01", "1999-12-31"),
    HEDGE_YEARS: ("2000-01-01", "2020-12-31"),
    LATELY: ("2021-01-01", "2099-12-31"),
    INFLATION_YEAR: ("2022-01-01", "2022-12-31"),
    SINCE_TARIFFS: (f"{EVE + pd.Timedelta(days=1):%Y-%m-%d}", "2099-12-31"),
}
"""Before, during and after the years of negative correlation, and two parts of the last."""
LAGS: Mapping[Frequency, int] = {"daily": 21, "weekly": 8, "monthly": 6}
"""Newey–West lags by frequency of the returns."""
_LONGEST_GAP_DAYS = 7
_BILL_DAYS = 91


def bill_yield(discount_rate_pct: pd.Series) -> pd.Series:
    """Bond-equivalent yield of a three-month bill from its bank-discount rate, both in percent."""
    discount = discount_rate_pct / 100
    return 100 * 365 * discount / (360 - _BILL_DAYS * discount)


def common_day_levels(
    *,
    stock_return: pd.Series,
    yields: Mapping[int, pd.Series],
    bills: pd.Series,
    dollar: pd.Series,
    gold: pd.Series,
) -> pd.DataFrame:
    """Total-return levels on the days on which stocks, 10-year notes and the dollar all trade.

    A bond's return is one step between two such days;
    :func:`foreign_demand.analysis.markets.market_levels` compounds it over every day with a yield,
    because it keeps those days too.

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
    for years in MATURITY_YEARS:
        returns = constant_maturity_return(yields[years].reindex(days), maturity_years=years)
        levels[f"{years}-year Treasury"] = _level(returns)
    levels["Dollar"] = dollar[days]
    levels["Gold"] = gold.reindex(days)
    held = bills.reindex(days).ffill(limit=5).shift(1) * days.to_series().diff().dt.days / 365.25
    levels["Bills"] = _level(held)
    return pd.DataFrame(levels)


def levels_of(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The levels of :func:`common_day_levels`, from the tables as published.

    Parameters
    ----------
    tables
        By id, those of :data:`TABLES`.
    """
    return common_day_levels(
        stock_return=join_stock_returns(tables["french_factors_daily"], tables["SP500"]),
        yields={years: as_series(tables[id]) for years, id in YIELDS.items()},
        bills=bill_yield(as_series(tables["DTB3"])),
        dollar=splice(tables["DTWEXM"], tables["DTWEXAFEGS"], at=JOINED),
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
    return returns if frequency == "daily" else finished(returns, levels.index[-1])


def finished(changes: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Weeks or months that were over on the last day with prices; the last is dated by that day."""
    over = changes[is_over(changes.index, last)]
    return over.set_axis(dated_within(over.index, last))


def dated_within(ends: pd.DatetimeIndex, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Ends of weeks or months, none later than the last day on which there was a price."""
    return ends.where(ends <= last, last)


def window_return(levels: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Percent from one close to another; missing for what had no price most of the time."""
    inside = levels.loc[start:end]
    near = pd.Timedelta(days=_LONGEST_GAP_DAYS)
    first = levels.loc[start - near : start].ffill().iloc[-1]
    last = levels.loc[end - near : end].ffill().iloc[-1]
    priced = inside.notna().mean() >= 0.9
    return (100 * (last / first - 1)).where(priced)
