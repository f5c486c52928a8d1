"""Made-up markets and results for tests of the safe haven."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand.analysis import safe_haven

ALL_TIME = {"all": ("2000", "2099")}


def weekdays(count: int) -> pd.DatetimeIndex:
    return pd.bdate_range("2001-01-01", periods=count)


def made_levels(**closed: list[str]) -> pd.DataFrame:
    """Two weeks in April 2025 in which everything rises a little each day it trades."""
    days = pd.bdate_range("2025-04-14", "2025-04-25")
    open_days = {name: days.drop(pd.DatetimeIndex(dates)) for name, dates in closed.items()}
    flat = pd.Series(4.0, index=open_days.get("bonds", days))
    return safe_haven.market_levels(
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
    estimate = {"low": low, "high": high}
    assets = ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar")
    return safe_haven.scorecard(
        worst=pd.DataFrame(
            [{"period": "Since 2021", "tail_pct": 5, "asset": a, "mean_pct": 0.1} | estimate for a in assets]
        ),
        falls=pd.DataFrame([{"group": "Since 2000", "asset": a, "mean_pct": 0.1} | estimate for a in assets]),
        cost=pd.DataFrame([{"period": "2020s", "asset": assets[1], "return_pct": 0.1} | estimate]),
        breaks=pd.DataFrame(
            [{"month": pd.Timestamp("2020-08-31"), "before": -0.4, "after": -0.4 + later, "p_value": 0.01}]
        ),
        lately={"since": 0.1 + later, "before": 0.1, "share_pct": share},
        episodes=pd.DataFrame(
            [
                {
                    "episode": "April 2025",
                    "asset": a,
                    "return_pct": -1.0,
                    "percentile_when_stocks_fell": share,
                }
                for a in assets
            ]
        ),
        jumps=pd.DataFrame(
            [{"period": "Since 2021", "answer": "10-year yield, basis points", "mean": 1} | estimate]
        ),
        slopes=pd.DataFrame([{"measure": "made", "change": -1.0, "share_pct": share} | estimate]),
        convenience=pd.DataFrame(
            [
                {"spread": "aaa_20y", "debt": "log_public", "sample": "all", "slope": 0.1}
                | {"form": "levels, with controls"}
                | estimate
            ]
        ),
        bonds=pd.DataFrame(
            [
                {"asset": "United States", "local_pct": 1.0, "months": 25}
                | {"first_month": pd.Timestamp("2006-02-28")}
                | estimate
            ]
        ),
        hedged=pd.DataFrame(
            {
                "month": pd.date_range("2018-03-31", "2026-06-30", freq="ME"),
                "us_in_yen": [0.0] * round(share) + [3.0] * (99 - round(share)) + [1.0],
                "japan": 2.0,
            }
        ),
    )
