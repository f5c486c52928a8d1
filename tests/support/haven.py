"""Made-up markets and results for tests of the safe haven."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand.analysis import evidence, safe_haven

ALL_TIME = {"all": ("2000", "2099")}


def weekdays(count: int) -> pd.DatetimeIndex:
    return pd.bdate_range("2001-01-01", periods=count)


def made_levels(**closed: list[str]) -> pd.DataFrame:
    """Two weeks in April 2025 in which everything rises a little each day it trades."""
    days = pd.bdate_range("2025-04-14", "2025-04-25")
    open_days = {name: days.drop(pd.DatetimeIndex(dates)) for name, dates in closed.items()}
    flat = pd.Series(4.0, index=open_days.get("bonds", days))
    return safe_haven.common_day_levels(
        stock_return=pd.Series(1.0, index=open_days.get("stocks", days)),
        yields=dict.fromkeys(safe_haven.MATURITY_YEARS, flat),
        bills=flat,
        dollar=pd.Series(100.0, index=open_days.get("dollar", days)),
        gold=pd.Series(3000.0, index=days),
    )


def levels_from(returns: dict[str, Sequence[float]], index: pd.DatetimeIndex) -> pd.DataFrame:
    """Levels, 100 on the first day, from returns in percent; what is not given stands still."""
    table = pd.DataFrame(0.0, index=index, columns=["Stocks", *safe_haven.ASSETS, "Bills"])
    for name, values in returns.items():
        table.loc[index[1:], name] = values
    return 100 * (1 + table / 100).cumprod()


def made_card(*, low: float, high: float, share: float, later: float = 0.1) -> pd.DataFrame:
    """The scorecard of made-up results; the correlation rises by ``later`` at each date."""
    assets = ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar")
    estimate = {"value": 0.1, "low": low, "high": high, "observations": 25}
    each = pd.DataFrame([{"asset": asset} | estimate for asset in assets])
    one = pd.DataFrame([estimate])
    april = [{"asset": asset, "value": -1.0, "share_pct": share, "windows": 99} for asset in assets]
    months = {"value": 1.0, "share_pct": share, "observations": 100, "end": pd.Timestamp("2026-06-30")}
    found = safe_haven.arguments(
        worst=each,
        falls=each,
        months=each,
        cost=one,
        breaks=pd.DataFrame([{"value": later, "share_pct": 1.0, "month": pd.Timestamp("2020-08-31")}]),
        lately=pd.DataFrame([{"value": later, "share_pct": share, "observations": 15}]),
        april=pd.DataFrame(april),
        jumps=one,
        slopes=pd.DataFrame([estimate | {"measure": "made", "value": -1.0, "share_pct": share}]),
        debt=one,
        pickup=pd.DataFrame([months]),
    )
    return evidence.verdicts(found)
