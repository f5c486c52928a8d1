"""Episodes in which America was sold: April 2025, and what came after. Tables in, tables out.

Prices are closing or fixing prices; nothing here is intraday. The bond is a par
bond whose return comes from its yield. Stocks, bonds and the dollar are compared on
days on which all three have a price: a holiday of one market lengthens the step of
all three, and no price is invented for it.

One episode is one observation. Where it stands is said by its place among all
windows of the same length, not by a t-statistic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from foreign_demand import words
from foreign_demand.returns import constant_maturity_return

__all__ = [
    "ASSETS",
    "CALM",
    "EPISODES",
    "EVENTS",
    "FIRST_DAILY",
    "FIRST_DAY",
    "KINDS",
    "LAST_DAY",
    "MEASURES",
    "OCCASIONS",
    "OPENING",
    "PUBLISHED",
    "REGIONS",
    "TROUGH",
    "Episode",
    "JointFinding",
    "Larger",
    "alternative_explanations",
    "as_printed",
    "auctions_in_context",
    "block_bootstrap",
    "block_choices",
    "by_decade",
    "by_threshold",
    "chained",
    "changes_since",
    "closing_highs",
    "correlation_regime",
    "counts_by_first_daily_year",
    "custody_change",
    "custody_weeks",
    "decade_marks",
    "first_and_latest_print",
    "frequency_marks",
    "joined",
    "joint",
    "joint_days_since",
    "joint_finding",
    "joint_frequency",
    "joint_score",
    "known_on",
    "last_as_large",
    "market_levels",
    "measures",
    "monitor_choices",
    "month_end_bonds",
    "named_episodes",
    "net_purchases",
    "net_purchases_by_country",
    "on_every_weekday",
    "rebuilt_counts",
    "retraced",
    "rolling_correlations",
    "rolling_purchases",
    "sampled_returns",
    "score_episodes",
    "standardised",
    "technical_or_structural",
    "weekly_changes",
    "window_places",
    "worst_days",
]

ASSETS = ("Stocks", "Treasuries", "Dollar")

OPENING = pd.Timestamp("2025-04-02")
"""Tariffs were announced after this day's close: the last prices without them."""
TROUGH = pd.Timestamp("2025-04-11")
"""End of the week in which yields rose."""
CALM = pd.Timestamp("2025-05-12")
"""The United States and China lower their tariffs for ninety days."""

EVENTS: Mapping[str, str] = {
    "2025-04-02": "tariffs announced, after the close",
    "2025-04-09": "most tariffs paused; ten-year auction",
    "2025-05-12": "truce with China",
}

OCCASIONS: Mapping[str, str] = {
    "2025-04-10": "the day after the pause",
    "2025-04-21": "attacks on the chairman of the Federal Reserve",
    "2025-05-21": "a weak twenty-year auction",
    "2026-01-20": "the first trading day after tariffs were threatened over Greenland",
}
"""What the press named as the occasion of a day of joint decline."""

FIRST_DAILY = pd.Timestamp("1994-01-01")
"""From when on the published counts are taken to rest on daily bond prices."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published count of periods in which stocks, bonds and the dollar all fell."""

    sampling: str
    joint: int
    periods: int


PUBLISHED = (
    Published(sampling="Daily", joint=680, periods=13632),
    Published(sampling="Weekly", joint=109, periods=2725),
    Published(sampling="Monthly", joint=36, periods=626),
)
"""State Street Investment Management (May 2025), 31 January 1973 to 30 April 2025."""
FIRST_DAY, LAST_DAY = pd.Timestamp("1973-01-31"), pd.Timestamp("2025-04-30")

_RULES = {"Daily": None, "Weekly": "W-FRI", "Monthly": "ME"}
_BLOCKS = {"Daily": 63, "Weekly": 13, "Monthly": 12}
"""Periods in a bootstrap block: about a quarter, for months a year."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    """A sell-off to compare with, by the last close before it."""

    name: str
    before: pd.Timestamp
    why: str


EPISODES = (
    Episode(
        name="October 1987",
        before=pd.Timestamp("1987-10-13"),
        why="the slide into Black Monday begins on the 14th",
    ),
    Episode(name="September 2008", before=pd.Timestamp("2008-09-12"), why="Lehman Brothers fails"),
    Episode(name="March 2020", before=pd.Timestamp("2020-03-09"), why="Treasuries are sold for cash"),
    Episode(
        name="September 2022",
        before=pd.Timestamp("2022-09-22"),
        why="the British budget of the 23rd, gilts fall",
    ),
    Episode(name="April 2025", before=OPENING, why="tariffs on all trading partners"),
    Episode(name="January 2026", before=pd.Timestamp("2026-01-16"), why="tariff threat over Greenland"),
)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One line of the episode."""

    name: str
    panel: str
    change: str
    """``bp`` (difference of percents), ``%`` (percent change) or ``points``."""
    label: str = ""
    """In a panel that says the rest; fill where the name is long."""


MEASURES: Mapping[str, Measure] = {
    "y2": Measure(name="2-year", panel="Treasury yields", change="bp"),
    "y10": Measure(name="10-year", panel="Treasury yields", change="bp"),
    "y30": Measure(name="30-year", panel="Treasury yields", change="bp"),
    "real10": Measure(name="Real 10-year", panel="Real yield and breakeven", change="bp", label="Real"),
    "breakeven10": Measure(
        name="Breakeven 10-year", panel="Real yield and breakeven", change="bp", label="Breakeven"
    ),
    "forward": Measure(
        name="Breakeven 5 years in 5", panel="Real yield and breakeven", change="bp", label="5 in 5"
    ),
    "stocks": Measure(name="US stocks", panel="US stocks", change="%"),
    "gold": Measure(name="Gold", panel="Gold", change="%"),
    "majors": Measure(name="Dollar, advanced", panel="The dollar", change="%", label="Advanced"),
    "broad": Measure(name="Dollar, broad", panel="The dollar", change="%", label="Broad"),
    "yen": Measure(name="Yen", panel="Yen and franc in dollars", change="%"),
    "franc": Measure(name="Swiss franc", panel="Yen and franc in dollars", change="%"),
    "vix": Measure(name="VIX", panel="VIX", change="points"),
    "grade": Measure(name="Investment grade", panel="Credit spreads", change="bp"),
    "high_yield": Measure(name="High yield", panel="Credit spreads", change="bp"),
    "rate_volatility": Measure(
        name="Volatility of the 10-year", panel="Realised volatility, 10-year yield", change="points"
    ),
    "dollar_volatility": Measure(
        name="Volatility of the dollar", panel="Realised volatility, dollar", change="points"
    ),
    "term_acm": Measure(name="ACM premium", panel="Term premium", change="bp", label="ACM"),
    "term_kw": Measure(name="Kim–Wright premium", panel="Term premium", change="bp", label="Kim–Wright"),
    "funding": Measure(name="SOFR less IORB", panel="Overnight funding", change="bp"),
}
"""What is followed through the episode, by short name, in the order of the figures."""


def _series(table: pd.DataFrame) -> pd.Series:
    return table.set_index(table.columns[0]).iloc[:, 0].dropna()


def chained(old: pd.DataFrame, new: pd.DataFrame, *, at: pd.Timestamp) -> pd.Series:
    """One dollar index out of two: the old one up to a day, then the new one's changes.

    Parameters
    ----------
    old, new
        ``DTWEXM`` (major currencies, ends 2019) and ``DTWEXAFEGS`` or ``DTWEXBGS``
        (from 2006): period and index.
    at
        Day on which both have a value.

    Raises
    ------
    ValueError
        If one of the two has no value that day.
    """
    first, second = _series(old), _series(new)
    if at not in first.index or at not in second.index:
        raise ValueError(f"The two dollar indices have no common value on {at:%Y-%m-%d}; choose another day.")
    later = second[second.index > at] * first[at] / second[at]
    return pd.concat([first[:at], later]).rename("Dollar")


def market_levels(
    stock_returns: pd.Series,
    bond_yield: pd.DataFrame,
    dollar: pd.Series,
    *,
    maturity_years: float = 10,
    common: bool = True,
) -> pd.DataFrame:
    """Wealth in stocks, in a constant-maturity bond, and the value of the dollar.

    Parameters
    ----------
    stock_returns
        Percent a day, from :func:`foreign_demand.returns.join_stock_returns`.
    bond_yield
        ``DGS10`` or another maturity: ``date`` and percent a year.
    dollar
        From :func:`chained`.
    common
        Keep the days on which all three have a price; otherwise all days since the
        last first one, each market without a price at its last one.

    Returns
    -------
    pandas.DataFrame
        Indexed by date; :data:`ASSETS`.
    """
    bond = constant_maturity_return(_series(bond_yield), maturity_years=maturity_years)
    start = dollar.index[0]
    wealth = {
        "Stocks": (1 + stock_returns[start:] / 100).cumprod(),
        "Treasuries": (1 + bond[start:].fillna(0) / 100).cumprod(),
        "Dollar": dollar,
    }
    levels = pd.concat(wealth, axis=1, sort=True)
    last = min(series.index[-1] for series in wealth.values())
    return levels.dropna() if common else levels[:last].ffill().dropna()


def sampled_returns(levels: pd.DataFrame, sampling: str) -> pd.DataFrame:
    """Percent changes of levels from day to day, Friday to Friday or month-end to month-end.

    Parameters
    ----------
    levels
        From :func:`market_levels`.
    sampling
        ``Daily``, ``Weekly`` or ``Monthly``. A week without a Friday price ends with
        its last price.
    """
    rule = _RULES[sampling]
    taken = levels if rule is None else levels.resample(rule).last().ffill()
    return (100 * taken.pct_change()).iloc[1:]


def joint(returns: pd.DataFrame, *, below: float = 0.0) -> pd.Series:
    """Whether all columns fell below a value, by period."""
    return (returns < below).all(axis=1)


# --- the published count, rebuilt ---------------------------------------------


def on_every_weekday(levels: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Levels on every Monday to Friday, holidays at the last price, as data terminals fill them."""
    days = pd.bdate_range(start, end)
    return levels.reindex(levels.index.union(days)).ffill().reindex(days)


def month_end_bonds(levels: pd.DataFrame, *, before: pd.Timestamp) -> pd.DataFrame:
    """Levels as they look when the bond has only month-end prices before a day.

    Between two month-ends the bond keeps its last price, and so cannot fall.
    """
    month = levels.index.to_period("M")
    last = pd.Series(levels.index, index=levels.index).groupby(month).transform("max")
    known = (levels.index == last) | (levels.index >= before)
    return levels.assign(Treasuries=levels["Treasuries"].where(known).ffill()).dropna()


def _counts(levels: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for published in PUBLISHED:
        fell = joint(sampled_returns(levels, published.sampling))
        rows.append({"sampling": published.sampling, "periods": len(fell), "joint": int(fell.sum())})
    return pd.DataFrame(rows)


def rebuilt_counts(
    levels: pd.DataFrame, filled: pd.DataFrame, *, first_daily: pd.Timestamp = FIRST_DAILY
) -> pd.DataFrame:
    """The published counts beside ours, with all bond prices and with those before a day withheld.

    Parameters
    ----------
    levels
        From :func:`market_levels`, on common days.
    filled
        The same with ``common=False``.
    first_daily
        First day with daily bond prices, in the rebuilt count.

    Returns
    -------
    pandas.DataFrame
        One row a sampling: ``published``, ``published_periods``, ``rebuilt``,
        ``rebuilt_periods``, ``corrected``, ``corrected_periods``, and each count in
        percent of its periods.
    """
    weekdays = on_every_weekday(filled, start=FIRST_DAY, end=LAST_DAY)
    rebuilt = _counts(month_end_bonds(weekdays, before=first_daily))
    full = _counts(levels[FIRST_DAY:LAST_DAY])
    table = pd.DataFrame(
        {
            "sampling": [p.sampling for p in PUBLISHED],
            "published": [p.joint for p in PUBLISHED],
            "published_periods": [p.periods for p in PUBLISHED],
            "rebuilt": rebuilt["joint"],
            "rebuilt_periods": rebuilt["periods"],
            "corrected": full["joint"],
            "corrected_periods": full["periods"],
        }
    )
    for name in ("published", "rebuilt", "corrected"):
        table[f"{name}_pct"] = 100 * table[name] / table[f"{name}_periods"]
    return table


def counts_by_first_daily_year(filled: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The rebuilt counts, in percent of the published, by the first year with daily bond prices.

    If the explanation is right, daily and weekly counts come down to the published
    ones in the same year, and the monthly count does not move.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``sampling``, ``joint``, ``of_published_pct``.
    """
    weekdays = on_every_weekday(filled, start=FIRST_DAY, end=LAST_DAY)
    rows = []
    for year in years:
        counts = _counts(month_end_bonds(weekdays, before=pd.Timestamp(year, 1, 1)))
        for published, count in zip(PUBLISHED, counts["joint"], strict=True):
            rows.append(
                {
                    "year": year,
                    "sampling": published.sampling,
                    "joint": count,
                    "of_published_pct": 100 * count / published.joint,
                }
            )
    return pd.DataFrame(rows)


def alternative_explanations(variants: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Daily, weekly and monthly counts under other choices, none of which withholds prices.

    Parameters
    ----------
    variants
        Levels by the name of the choice.

    Returns
    -------
    pandas.DataFrame
        ``choice`` and one column a sampling, in percent of the published count.
    """
    rows = []
    for choice, levels in variants.items():
        counts = _counts(levels[FIRST_DAY:LAST_DAY])["joint"]
        shares = {p.sampling: 100 * c / p.joint for p, c in zip(PUBLISHED, counts, strict=True)}
        rows.append({"choice": choice, "daily_count": int(counts.iloc[0]), **shares})
    return pd.DataFrame(rows)


# --- how often, and how sure ---------------------------------------------------


def block_bootstrap(values: np.ndarray, *, block: int, draws: int = 2000, seed: int = 1973) -> np.ndarray:
    """Means of resampled stretches: a circular block bootstrap.

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


def _frequency(returns: pd.DataFrame, *, block: int, below: float = 0.0) -> dict[str, float]:
    """Joint declines, their interval, and what independence would give."""
    fell = (returns < below).to_numpy(dtype=float)
    both = fell.prod(axis=1)
    share, expected = both.mean(), fell.mean(axis=0).prod()
    draws = block_bootstrap(np.column_stack([both, fell]), block=min(block, max(1, len(both) // 4)))
    ratios = draws[:, 0] / np.maximum(draws[:, 1:].prod(axis=1), 1e-12)
    low, high = np.percentile(draws[:, 0], [2.5, 97.5])
    ratio_low, ratio_high = np.percentile(ratios, [2.5, 97.5])
    return {
        "periods": len(both),
        "joint": int(both.sum()),
        "share_pct": 100 * share,
        "low_pct": 100 * low,
        "high_pct": 100 * high,
        "independent_pct": 100 * expected,
        "ratio": share / expected if expected else np.nan,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
    }


def joint_frequency(levels: pd.DataFrame, blocks: Mapping[str, int] = _BLOCKS) -> pd.DataFrame:
    """How often all three fell, by sampling, with a 95% block-bootstrap interval.

    Returns
    -------
    pandas.DataFrame
        ``sampling``, ``periods``, ``joint``, ``share_pct``, ``low_pct``, ``high_pct``;
        ``independent_pct``, the product of the three separate shares; ``ratio`` of
        the two with its interval.
    """
    return pd.DataFrame(
        [
            {"sampling": sampling, **_frequency(sampled_returns(levels, sampling), block=block)}
            for sampling, block in blocks.items()
        ]
    )


def by_decade(levels: pd.DataFrame, filled: pd.DataFrame) -> pd.DataFrame:
    """Daily joint declines by decade, and what month-end bond prices would show.

    Returns
    -------
    pandas.DataFrame
        ``decade`` and the columns of :func:`joint_frequency`; ``rebuilt_pct``, the share
        with bond prices before :data:`FIRST_DAILY` at month-ends only.
    """
    returns = sampled_returns(levels[FIRST_DAY:], "Daily")
    weekdays = on_every_weekday(filled, start=FIRST_DAY, end=filled.index[-1])
    withheld = joint(sampled_returns(month_end_bonds(weekdays, before=FIRST_DAILY), "Daily"))
    rows = []
    for start, group in returns.groupby(10 * (returns.index.year // 10)):
        seen = withheld[(withheld.index.year // 10) * 10 == start]
        rows.append(
            {
                "decade": f"{group.index[0].year}–{group.index[-1].year}",
                **_frequency(group, block=_BLOCKS["Daily"]),
                "rebuilt_pct": 100 * seen.mean(),
            }
        )
    return pd.DataFrame(rows)


def standardised(returns: pd.DataFrame, *, window: int = 250) -> pd.DataFrame:
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


def by_threshold(scores: pd.DataFrame, thresholds: Sequence[float] = (0, 0.5, 1, 1.5)) -> pd.DataFrame:
    """Joint declines by how large each of the three falls was at least.

    Parameters
    ----------
    scores
        From :func:`standardised`.

    Returns
    -------
    pandas.DataFrame
        ``threshold`` and the columns of :func:`joint_frequency`; ``last_day``, the latest
        such day.
    """
    rows = []
    for threshold in thresholds:
        days = scores.index[joint(scores, below=-threshold)]
        found = _frequency(scores, block=_BLOCKS["Daily"], below=-threshold)
        rows.append({"threshold": threshold, **found, "last_day": days.max()})
    return pd.DataFrame(rows)


def block_choices(levels: pd.DataFrame, blocks: Sequence[int]) -> pd.DataFrame:
    """The daily frequency's interval under other lengths of the bootstrap block.

    Returns
    -------
    pandas.DataFrame
        ``block`` (trading days), ``low_pct``, ``high_pct``, ``ratio_low``, ``ratio_high``.
    """
    returns = sampled_returns(levels, "Daily")
    columns = ["low_pct", "high_pct", "ratio_low", "ratio_high"]
    rows = [
        {"block": block, **{name: _frequency(returns, block=block)[name] for name in columns}}
        for block in blocks
    ]
    return pd.DataFrame(rows)


KINDS = ("Published", "Rebuilt, month-end bond prices at first", "All bond prices", "If independent")
"""The four shares that are drawn side by side."""


def frequency_marks(rebuilt: pd.DataFrame, frequency: pd.DataFrame) -> pd.DataFrame:
    """One row a mark: the published, rebuilt, corrected and independent share by sampling.

    Parameters
    ----------
    rebuilt
        From :func:`rebuilt_counts`.
    frequency
        From :func:`joint_frequency`.

    Returns
    -------
    pandas.DataFrame
        ``sampling``, ``kind``, ``share_pct``, ``low_pct``, ``high_pct``.
    """
    shares = [rebuilt["published_pct"], rebuilt["rebuilt_pct"], frequency["share_pct"]]
    return _marks(rebuilt["sampling"], [*shares, frequency["independent_pct"]], KINDS, frequency)


def decade_marks(decades: pd.DataFrame) -> pd.DataFrame:
    """The same by decade, from :func:`by_decade`; there is no published share by decade."""
    shares = [decades["rebuilt_pct"], decades["share_pct"], decades["independent_pct"]]
    return _marks(decades["decade"], shares, KINDS[1:], decades)


def _marks(
    rows: pd.Series, shares: Sequence[pd.Series], kinds: Sequence[str], intervals: pd.DataFrame
) -> pd.DataFrame:
    parts = []
    for share, kind in zip(shares, kinds, strict=True):
        part = pd.DataFrame({rows.name: rows, "kind": kind, "share_pct": share})
        if kind == "All bond prices":
            part = part.assign(low_pct=intervals["low_pct"], high_pct=intervals["high_pct"])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, kw_only=True)
class JointFinding:
    """What the rebuilt count says, for a front page."""

    published: int
    rebuilt: int
    corrected: int
    published_pct: float
    corrected_pct: float
    low_pct: float
    high_pct: float
    sentence: str


def joint_finding(rebuilt: pd.DataFrame, frequency: pd.DataFrame) -> JointFinding:
    """The finding on joint sell-offs in one sentence, with its numbers.

    Parameters
    ----------
    rebuilt
        From :func:`rebuilt_counts`.
    frequency
        From :func:`joint_frequency`, over the same years.
    """
    count = rebuilt.set_index("sampling").loc["Daily"]
    share = frequency.set_index("sampling").loc["Daily"]
    near = abs(count["rebuilt"] / count["published"] - 1) < 0.1
    why = (
        "the published count is rebuilt when bond prices before "
        f"{FIRST_DAILY.year} are taken at month-ends only"
        if near
        else f"the published count is not rebuilt by withholding daily bond prices before {FIRST_DAILY.year}"
    )
    one_in = 100 / share["share_pct"]
    sentence = (
        f"US stocks, Treasuries and the dollar fell together on {words.percent(share['share_pct'], 1)} of "
        f"trading days between {FIRST_DAY.year} and {LAST_DAY.year} (one day in {one_in:.0f}), not on the "
        f"{words.percent(count['published_pct'])} that has been published: {why}."
    )
    return JointFinding(
        published=int(count["published"]),
        rebuilt=int(count["rebuilt"]),
        corrected=int(count["corrected"]),
        published_pct=float(count["published_pct"]),
        corrected_pct=float(share["share_pct"]),
        low_pct=float(share["low_pct"]),
        high_pct=float(share["high_pct"]),
        sentence=sentence,
    )


# --- the monitor ---------------------------------------------------------------


def _after(levels: pd.DataFrame, day: pd.Timestamp, days: int) -> pd.Series:
    at = levels.index.get_loc(day)
    if at + days >= len(levels):
        return pd.Series(np.nan, index=levels.columns)
    return 100 * (levels.iloc[at + days] / levels.iloc[at] - 1)


def worst_days(
    levels: pd.DataFrame,
    score: pd.Series,
    *,
    since: pd.Timestamp | None = None,
    at_least: float = 0.0,
    most: int | None = None,
    ahead: int = 5,
) -> pd.DataFrame:
    """Days of joint decline, the largest first, and what followed.

    Parameters
    ----------
    levels
        From :func:`market_levels`.
    score
        From :func:`joint_score`.
    since, at_least, most
        Which days: from when on, from which score on, how many.
    ahead
        Trading days over which the rebound is measured; missing where they have not
        passed yet.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``score``, per asset the return of the day and ``<asset> after``.
        ``won_back`` counts the assets above their level before the day; ``occasion``
        from :data:`OCCASIONS`, missing for others.
    """
    found = score[score > at_least]
    found = found[found.index >= since] if since is not None else found
    found = found.sort_values(ascending=False).head(most)
    returns = sampled_returns(levels, "Daily")
    rows = []
    for day, value in found.items():
        then, later = returns.loc[day], _after(levels, day, ahead)
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
    change: pd.Timestamp = OPENING,
    thresholds: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25),
) -> pd.DataFrame:
    """Whether joint declines are more frequent since a day, by size.

    Parameters
    ----------
    scores
        From :func:`standardised`.
    change
        The days after it are compared with those up to it.

    Returns
    -------
    pandas.DataFrame
        ``threshold``; ``days`` since, ``expected`` at the earlier frequency; ``as_many_pct``,
        the share of earlier stretches of the same length with at least as many;
        ``last_before``, the last such day up to ``change``; ``trading_days`` since.
    """
    size = joint_score(scores)
    rows = []
    for threshold in thresholds:
        hit = size > threshold
        before, since = hit[:change], hit[hit.index > change]
        stretches = before.rolling(len(since)).sum().dropna()
        rows.append(
            {
                "threshold": threshold,
                "days": int(since.sum()),
                "expected": before.mean() * len(since),
                "as_many_pct": 100 * (stretches >= since.sum()).mean(),
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
        :func:`joint_days_since`; ``which``, the days in words.
    """
    rows = []
    for choice, scores in variants.items():
        found = joint_days_since(scores, thresholds=[threshold]).iloc[0]
        size = joint_score(scores)
        days = size.index[(size > threshold) & (size.index > OPENING)]
        which = ", ".join(f"{day.day} {day:%b %Y}" for day in days) or "none"
        rows.append({"choice": choice, "which": which, **found[["days", "expected", "as_many_pct"]]})
    return pd.DataFrame(rows)


def named_episodes(
    levels: pd.DataFrame, score: pd.Series, *, days: int, episodes: Sequence[Episode] = EPISODES
) -> pd.DataFrame:
    """What stocks, Treasuries and the dollar did in each named episode.

    Returns
    -------
    pandas.DataFrame
        ``episode``, ``before``, ``end``, the percent change of each of :data:`ASSETS` over the
        window, ``joint_days`` in it, and its largest ``score``.
    """
    rows = []
    for episode in episodes:
        at = levels.index.searchsorted(episode.before, side="right") - 1
        window = levels.index[at + 1 : at + 1 + days]
        change = 100 * (levels.loc[window[-1]] / levels.iloc[at] - 1)
        rows.append(
            {
                "episode": episode.name,
                "before": levels.index[at],
                "end": window[-1],
                **change.to_dict(),
                "joint_days": int((score.reindex(window) > 0).sum()),
                "score": score.reindex(window).max(),
            }
        )
    return pd.DataFrame(rows)


def score_episodes(score: pd.Series, *, threshold: float, gap: int = 10) -> pd.DataFrame:
    """Dated episodes: days with a score from a threshold on, joined when close together.

    Parameters
    ----------
    score
        From :func:`joint_score`.
    gap
        Trading days without such a day that end an episode.

    Returns
    -------
    pandas.DataFrame
        ``start``, ``end``, ``days`` above the threshold, ``peak``, ``peak_day``.
    """
    position = pd.Series(np.arange(len(score)), index=score.index)[score >= threshold]
    number = (position.diff() > gap).cumsum()
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


# --- the episode among all windows ----------------------------------------------


def measures(tables: Mapping[str, pd.DataFrame], stocks: pd.Series, dollar: pd.Series) -> pd.DataFrame:
    """Every daily measure of the episode in one tidy table.

    Parameters
    ----------
    tables
        Catalog tables by id: yields, real yields, breakevens, dollar indices, exchange
        rates, VIX, spreads, gold, SOFR, IORB, ACM and Kim–Wright premia.
    stocks
        Percent a day, from :func:`foreign_demand.returns.join_stock_returns`.
    dollar
        From :func:`chained`: the long index against advanced economies.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``measure`` (a key of :data:`MEASURES`), ``value``; percent, index or
        price. Realised volatilities are over 21 days, a year: basis points for the
        yield, percent for the dollar; implied ones are not free.
    """
    of = {id: _series(table) for id, table in tables.items() if id != "acm_daily"}
    acm = tables["acm_daily"]
    acm = acm[acm["maturity_years"] == 10].set_index("date")["term_premium_pct"].dropna()
    year = np.sqrt(252)
    found = {
        "y2": of["DGS2"],
        "y10": of["DGS10"],
        "y30": of["DGS30"],
        "real10": of["DFII10"],
        "breakeven10": of["T10YIE"],
        "forward": of["T5YIFR"],
        "stocks": 100 * (1 + stocks["1970":] / 100).cumprod(),
        "gold": of["gold_pm"],
        "majors": dollar,
        "broad": of["DTWEXBGS"],
        "yen": 1 / of["DEXJPUS"],
        "franc": 1 / of["DEXSZUS"],
        "vix": of["VIXCLS"],
        "grade": of["BAMLC0A0CM"],
        "high_yield": of["BAMLH0A0HYM2"],
        "rate_volatility": 100 * of["DGS10"].diff().rolling(21).std() * year,
        "dollar_volatility": 100 * np.log(dollar).diff().rolling(21).std() * year,
        "term_acm": acm,
        "term_kw": of["THREEFYTP10"],
        "funding": (of["SOFR"] - of["IORB"]).dropna(),
    }
    parts = [
        pd.DataFrame({"date": values.index, "measure": name, "value": values.to_numpy()})
        for name, values in found.items()
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset="value")


def _change(later: np.ndarray, before: np.ndarray, kind: str) -> np.ndarray:
    if kind == "%":
        return 100 * (later / before - 1)
    return (later - before) * (100 if kind == "bp" else 1)


def changes_since(values: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Each measure through the episode, as a change since its value on or before a day.

    VIX, volatilities and overnight funding are kept as levels.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``measure``, ``name``, ``panel``, ``unit``, ``level``, ``value``.
    """
    parts = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"]
        base = series[:start]
        window = series[base.index[-1] : end]
        level = measure.change == "points" or key == "funding"
        scale = 100 if key == "funding" else 1
        drawn = (
            scale * window.to_numpy()
            if level
            else _change(window.to_numpy(), base.to_numpy()[-1], measure.change)
        )
        unit = {
            "VIX": "index",
            "Realised volatility, 10-year yield": "bp a year",
            "Realised volatility, dollar": "% a year",
            "Overnight funding": "SOFR less IORB, bp",
        }
        parts.append(
            pd.DataFrame(
                {
                    "date": window.index,
                    "measure": key,
                    "name": measure.label or measure.name,
                    "panel": measure.panel,
                    "unit": unit.get(measure.panel, f"{measure.change} since {words.day(start)}"),
                    "level": window.to_numpy(),
                    "value": drawn,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def window_places(
    values: pd.DataFrame,
    *,
    days: int,
    since: pd.Timestamp = FIRST_DAY,
    episodes: Sequence[Episode] = EPISODES,
) -> pd.DataFrame:
    """Where each episode's change stands among all windows of the same length.

    Parameters
    ----------
    values
        From :func:`measures`.
    days
        Observations of a measure's own record in a window.
    since
        First day a window may start; later where a measure begins later.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``episode``, ``change``, ``percentile`` (share of
        windows with a smaller change), ``as_large_pct`` (share of windows with at least
        as large a change in either direction), ``windows``, ``first``, ``end``. Without a
        row where the record does not cover the episode.
    """
    rows = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()[since:]
        changes = pd.Series(
            _change(series.to_numpy()[days:], series.to_numpy()[:-days], measure.change),
            index=series.index[:-days],
        )
        ends = pd.Series(series.index[days:], index=changes.index)
        for episode in episodes:
            before = changes[: episode.before]
            if before.empty or (episode.before - before.index[-1]).days > 5:
                continue
            start = before.index[-1]
            change = changes[start]
            rows.append(
                {
                    "measure": key,
                    "name": measure.name,
                    "unit": measure.change,
                    "episode": episode.name,
                    "change": change,
                    "percentile": 100 * (changes < change).mean(),
                    "as_large_pct": 100 * (changes.abs() >= abs(change) - 1e-9).mean(),
                    "windows": len(changes),
                    "first": changes.index[0],
                    "end": ends[start],
                }
            )
    return pd.DataFrame(rows)


def weekly_changes(bond_yield: pd.DataFrame, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Change of a yield from Friday to Friday, ranked.

    A week ends with its last observation: Thursday's where Friday was a holiday.

    Returns
    -------
    pandas.DataFrame
        Indexed by the Friday: ``end``, the day of the last observation; ``change_bp``;
        ``rank``, 1 for the largest rise; ties share the better rank.
    """
    series = _series(bond_yield)
    week = pd.DataFrame({"yield": series, "end": series.index}).resample("W-FRI").last().dropna()
    table = pd.DataFrame({"end": week["end"], "change_bp": (100 * week["yield"].diff()).round(6)}).iloc[1:]
    table = table[since:] if since is not None else table
    return table.assign(rank=table["change_bp"].rank(ascending=False, method="min").astype(int))


@dataclass(frozen=True, kw_only=True)
class Larger:
    """The last time a closing value was as high, before a day."""

    day: pd.Timestamp
    value: float
    prior_day: pd.Timestamp | None
    """``None``: the highest value of the record so far."""
    prior_value: float | None
    first: pd.Timestamp

    @property
    def phrase(self) -> str:
        """``the highest since 1 April 2020`` or ``the highest since the record begins in 1990``."""
        if self.prior_day is None:
            return f"the highest since the record begins in {self.first.year}"
        return f"the highest since {words.day(self.prior_day)}"


def last_as_large(series: pd.Series, day: pd.Timestamp) -> Larger:
    """Find the last earlier day with a value at least as high.

    Parameters
    ----------
    series
        Closing values or changes, indexed by date.
    day
        In the index.
    """
    value = series[day]
    before = series[series.index < day]
    higher = before[before >= value]
    return Larger(
        day=day,
        value=float(value),
        prior_day=None if higher.empty else higher.index[-1],
        prior_value=None if higher.empty else float(higher.iloc[-1]),
        first=series.index[0],
    )


def closing_highs(
    values: pd.DataFrame, keys: Sequence[str], *, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """The highest closing value of each measure in some days, and when it was last as high.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``day``, ``value``, ``prior_day`` and ``prior_value`` (missing for a record),
        ``first`` day of the measure.
    """
    rows = []
    for key in keys:
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()
        found = last_as_large(series, series[start:end].idxmax())
        rows.append(
            {
                "name": MEASURES[key].name,
                "day": found.day,
                "value": found.value,
                "prior_day": found.prior_day,
                "prior_value": found.prior_value,
                "first": found.first,
            }
        )
    return pd.DataFrame(rows)


def as_printed(table: pd.DataFrame, columns: Mapping[str, tuple[str, Callable[[Any], str]]]) -> pd.DataFrame:
    """Cells of a table as they are printed; a dash where a value is missing.

    Parameters
    ----------
    columns
        Heading to the column it prints and how.
    """
    return pd.DataFrame(
        {
            heading: ["–" if pd.isna(value) else _cell(write(value), value) for value in table[column]]
            for heading, (column, write) in columns.items()
        }
    )


def joined(table: pd.DataFrame, columns: Sequence[str]) -> list[str | None]:
    """Several percent columns in one printed cell; ``None`` where one is missing."""
    return [
        None if row.isna().any() else "\u00a0/\u00a0".join(words.signed(value, 1) for value in row)
        for _, row in table[list(columns)].iterrows()
    ]


def _cell(text: str, value: Any) -> str:
    """Dates stay on one line; negative numbers have a minus, not a hyphen."""
    if isinstance(value, dt.date):
        return text.replace(" ", "\u00a0")
    return text if isinstance(value, str) else text.replace("-", "−")


# --- who sold --------------------------------------------------------------------

_ALL, _OFFICIAL, _PRIVATE = 99996, 99990, 99991

REGIONS: Mapping[int, str] = {
    19992: "Europe",
    34401: "Caribbean",
    49999: "Asia",
    29998: "Canada",
    39942: "Latin America",
    69906: "Other countries",
    59994: "Africa",
    79995: "International organisations",
}
"""Regions of the SLT tables, by code; together they are the grand total."""

_SUMS = (16713, 16721, 19992, 34401, 39942, 49999, 59994, 69906, 69995, 72907, 76929, 79995)
_TOTALS = (_ALL, _OFFICIAL, _PRIVATE)


def net_purchases(long_term: pd.DataFrame, by_country: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """What foreigners bought and sold in a month, net, by kind of holder.

    Parameters
    ----------
    long_term, by_country
        ``tic_slt_table1`` and ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``holder``; net purchases in USD billion of ``bonds``, ``bills`` (the publisher's
        estimate, the change in holdings) and ``equities``.
    """
    names = {_ALL: "All foreigners", _OFFICIAL: "Official", _PRIVATE: "Private"}
    first = long_term[long_term["month"] == month].set_index("country_code")
    third = by_country[by_country["month"] == month].set_index("country_code")
    return pd.DataFrame(
        [
            {
                "holder": name,
                "bonds_usd_bn": first.loc[code, "treasury_net_purchases_usd_mn"] / 1000,
                "bills_usd_bn": third.loc[code, "short_term_net_purchases_usd_mn"] / 1000,
                "equities_usd_bn": first.loc[code, "equity_net_purchases_usd_mn"] / 1000,
            }
            for code, name in names.items()
        ]
    )


def net_purchases_by_country(long_term: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Net purchases of Treasury notes and bonds in a month by country, sellers first.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``net_usd_bn``, ``valuation_usd_bn``, ``holdings_usd_bn``, and
        ``year_mean_usd_bn``, the monthly mean over the twelve months before.
    """
    countries = long_term[~long_term["country_code"].isin((*_SUMS, *_TOTALS))]
    countries = countries[countries["country_code"].between(10000, 69999)]
    year = countries[(countries["month"] < month) & (countries["month"] >= month - pd.offsets.MonthEnd(12))]
    mean = year.groupby("country_code")["treasury_net_purchases_usd_mn"].mean() / 1000
    now = countries[countries["month"] == month]
    table = pd.DataFrame(
        {
            "country": now["country"],
            "net_usd_bn": now["treasury_net_purchases_usd_mn"] / 1000,
            "valuation_usd_bn": now["treasury_valuation_change_usd_mn"] / 1000,
            "holdings_usd_bn": now["treasury_holdings_usd_mn"] / 1000,
            "year_mean_usd_bn": now["country_code"].map(mean),
        }
    )
    return table.dropna(subset="net_usd_bn").sort_values("net_usd_bn", ignore_index=True)


_PRINTS = {
    "net purchases of notes and bonds": "All foreigners, net purchases of notes and bonds",
    "holdings, Grand Total": "All foreigners, holdings",
}


def first_and_latest_print(
    first: pd.DataFrame, long_term: pd.DataFrame, by_country: pd.DataFrame
) -> pd.DataFrame:
    """Figures as first published beside the current vintage.

    Parameters
    ----------
    first
        ``tic_first_prints``: ``month``, ``series``, ``value_usd_bn``, ``published_on``.
    long_term, by_country
        ``tic_slt_table1`` and ``tic_slt_table3``.

    Returns
    -------
    pandas.DataFrame
        ``series``, ``month``, ``published_on``, ``first_usd_bn``, ``latest_usd_bn``,
        ``revision_usd_bn``.
    """
    rows = []
    for row in first.itertuples():
        if row.series.startswith("holdings, "):
            country = row.series.removeprefix("holdings, ")
            table = by_country[(by_country["month"] == row.month) & (by_country["country"] == country)]
            latest = table["holdings_usd_mn"].iloc[0] / 1000
        else:
            table = long_term[(long_term["month"] == row.month) & (long_term["country_code"] == _ALL)]
            latest = table["treasury_net_purchases_usd_mn"].iloc[0] / 1000
        country = row.series.removeprefix("holdings, ")
        name = _PRINTS.get(row.series, f"{words.country(country).removeprefix('the ')}, holdings")
        rows.append(
            {
                "series": name,
                "month": row.month,
                "published_on": row.published_on,
                "first_usd_bn": row.value_usd_bn,
                "latest_usd_bn": latest,
                "revision_usd_bn": latest - row.value_usd_bn,
            }
        )
    return pd.DataFrame(rows)


def custody_weeks(custody: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Treasuries the Federal Reserve keeps for foreign official accounts, week by week.

    Returns
    -------
    pandas.DataFrame
        ``date`` (Wednesday), ``holdings_usd_bn``, ``change_usd_bn`` on the week,
        ``since_usd_bn`` since the last Wednesday on or before ``start``.
    """
    series = _series(custody) / 1000
    base = series[:start].iloc[-1]
    table = pd.DataFrame(
        {"holdings_usd_bn": series, "change_usd_bn": series.diff(), "since_usd_bn": series - base}
    )
    return table[start:end].rename_axis("date").reset_index()


def custody_change(custody: pd.DataFrame, *, start: pd.Timestamp, weeks: int) -> tuple[float, float]:
    """Change in custody over some weeks, in percent, and its percentile among all such spans.

    Returns
    -------
    tuple
        Percent change, and percent of all spans of that length with a smaller one.
    """
    series = _series(custody)
    changes = 100 * (series.shift(-weeks) / series - 1).dropna()
    change = changes[:start].iloc[-1]
    return float(change), float(100 * (changes < change).mean())


def auctions_in_context(
    auctions: pd.DataFrame, *, start: dt.date | pd.Timestamp, end: dt.date | pd.Timestamp
) -> pd.DataFrame:
    """Auctions of some days, and those of the same maturity in the year before.

    Parameters
    ----------
    auctions
        ``auctions``; nominal notes and bonds, reopenings with their original term.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``date``, ``measure`` (``Bid-to-cover``, ``Indirect share``, ``Dealer share``), ``value``,
        ``current`` (of these days), and for these ``rank`` from the lowest, ``compared``
        (with how many), ``mean`` and ``z`` of the year before.
    """
    nominal = auctions[~auctions["inflation_indexed"] & ~auctions["floating_rate"]]
    nominal = nominal[nominal["security_type"].isin(["Note", "Bond"])]
    columns = {
        "bid_to_cover": "Bid-to-cover",
        "indirect_share_pct": "Indirect share",
        "dealer_share_pct": "Dealer share",
    }
    parts = []
    for row in nominal[nominal["date"].between(pd.Timestamp(start), pd.Timestamp(end))].itertuples():
        same = nominal[nominal["original_term"] == row.original_term]
        year = same[(same["date"] < row.date) & (same["date"] >= row.date - pd.DateOffset(years=1))]
        for column, name in columns.items():
            past, value = year[column].dropna(), getattr(row, column)
            parts.append(
                pd.DataFrame({"date": year["date"], "value": year[column], "current": False}).assign(
                    term=row.original_term, measure=name
                )
            )
            parts.append(
                pd.DataFrame(
                    {
                        "date": [row.date],
                        "value": [value],
                        "current": [True],
                        "term": [row.original_term],
                        "measure": [name],
                        "rank": [int((past < value).sum()) + 1],
                        "compared": [len(past) + 1],
                        "mean": [past.mean()],
                        "z": [(value - past.mean()) / past.std()],
                    }
                )
            )
    columns_out = ["term", "date", "measure", "value", "current", "rank", "compared", "mean", "z"]
    return pd.concat(parts, ignore_index=True)[columns_out]


_RELEASES = (
    # publication, what it covers, newest period, published
    ("TIC, all foreign purchases and holdings", "2025-01-31", "2025-03-19"),
    ("TIC, all foreign purchases and holdings", "2025-02-28", "2025-04-16"),
    ("TIC, all foreign purchases and holdings", "2025-03-31", "2025-05-16"),
    ("TIC, all foreign purchases and holdings", "2025-04-30", "2025-06-18"),
    ("Custody at the Federal Reserve (H.4.1)", "2025-04-09", "2025-04-10"),
    ("Custody at the Federal Reserve (H.4.1)", "2025-04-16", "2025-04-17"),
    ("Auction results, three-year note", "2025-04-08", "2025-04-08"),
    ("Auction results, ten-year note", "2025-04-09", "2025-04-09"),
    ("Auction results, thirty-year bond", "2025-04-10", "2025-04-10"),
    ("Closing yields and spreads", "2025-04-10", "2025-04-11"),
)
"""Release calendar around the episode: what, newest period, day of publication."""


def known_on(day: pd.Timestamp) -> pd.DataFrame:
    """What had been published by a day of April 2025.

    Returns
    -------
    pandas.DataFrame
        ``publication``, ``newest_period``, ``published_on``, ``days_old`` (of the newest
        period on that day).
    """
    table = pd.DataFrame(_RELEASES, columns=["publication", "newest_period", "published_on"])
    table = table.assign(
        newest_period=pd.to_datetime(table["newest_period"]),
        published_on=pd.to_datetime(table["published_on"]),
    )
    known = table[table["published_on"] <= day].groupby("publication", sort=False).tail(1)
    return known.assign(days_old=(day - known["newest_period"]).dt.days).reset_index(drop=True)


def retraced(values: pd.DataFrame, dates: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """How much of each move between the opening and the trough was undone by later dates.

    Parameters
    ----------
    values
        From :func:`measures`.
    dates
        Later days by name; a day after a record's end gives its newest value.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``name``, ``unit``, ``move`` to the trough; per date ``<date>``, the
        change since the opening, and ``<date> undone``, the share of the move undone in
        percent: 100 is all of it, below 0 the move went on.
    """
    rows = []
    for key, measure in MEASURES.items():
        series = values[values["measure"] == key].set_index("date")["value"].sort_index()

        def since_opening(day: pd.Timestamp, series: pd.Series = series, kind: str = measure.change) -> float:
            return float(_change(np.array(series[:day].iloc[-1]), np.array(series[:OPENING].iloc[-1]), kind))

        move = since_opening(TROUGH)
        row = {"measure": key, "name": measure.name, "unit": measure.change, "move": move}
        for name, day in dates.items():
            row[name] = since_opening(day)
            row[f"{name} undone"] = 100 * (1 - row[name] / move)
        rows.append(row)
    return pd.DataFrame(rows)


def technical_or_structural(
    undone: pd.DataFrame,
    purchases: pd.DataFrame,
    *,
    custody_percentile: float,
    joint_days: pd.DataFrame,
) -> pd.DataFrame:
    """Two readings of April 2025, what each predicts, and what the data since say.

    A technical sell-off (leverage unwound, dealers full) is undone when the strain ends;
    a structural one (holders leaving) is not, and shows in purchases. A price move counts
    as technical when at least half of it was undone by the truce of May, as structural
    when less than a quarter was, else as mixed.

    Parameters
    ----------
    undone
        From :func:`retraced`, with columns ``truce`` and ``latest``.
    purchases
        From :func:`rolling_purchases`.
    custody_percentile
        From :func:`custody_change`, over the weeks since.
    joint_days
        From :func:`joint_days_since`.

    Returns
    -------
    pandas.DataFrame
        ``evidence``, ``technical`` and ``structural`` (what each predicts), ``found``,
        ``measured`` (what the score rests on: percent undone by the truce, change in USD
        billion, percentile, percent of stretches), ``score``: ``technical``, ``structural``
        or ``mixed``.
    """

    def by_reversal(key: str, label: str) -> dict[str, Any]:
        row = undone.set_index("measure").loc[key]
        share = row["truce undone"]
        unit = {"bp": " bp", "%": "%", "points": ""}[row["unit"]]
        steps = [f"{words.signed(row[column])}{unit}" for column in ("move", "truce", "latest")]
        score = "technical" if share >= 50 else "structural" if share < 25 else "mixed"
        return {
            "evidence": label,
            "technical": "undone when the strain ends",
            "structural": "stays",
            "found": f"{steps[0]} by {TROUGH.day} {TROUGH:%B}, {steps[1]} by {CALM.day} {CALM:%B}, "
            f"{steps[2]} by the latest day",
            "measured": share,
            "score": score,
        }

    def by_flow(kind: str, holder: str, label: str) -> dict[str, Any]:
        series = purchases[(purchases["kind"] == kind) & (purchases["holder"] == holder)].set_index("month")
        before = series.loc[:OPENING, "value"].iloc[-1]
        latest = series["value"].iloc[-1]
        change = latest - before
        score = "structural" if change < -0.25 * abs(before) else "technical" if change >= 0 else "mixed"
        return {
            "evidence": label,
            "technical": "as before",
            "structural": "fall",
            "found": f"USD {words.signed(before)} billion in the year before, "
            f"{words.signed(latest)} in the latest",
            "measured": change,
            "score": score,
        }

    def by_days(threshold: float, label: str) -> dict[str, Any]:
        row = joint_days.set_index("threshold").loc[threshold]
        score = "mixed"
        if row["as_many_pct"] < 5:
            score = "structural"
        elif row["days"] <= row["expected"]:
            score = "technical"
        return {
            "evidence": label,
            "technical": "as rare as before",
            "structural": "more frequent",
            "found": f"{words.count(int(row['days']))}, {row['expected']:.1f} expected; as many in "
            f"{words.percent(row['as_many_pct'])} of earlier stretches",
            "measured": row["as_many_pct"],
            "score": score,
        }

    rows = [
        by_reversal("y10", "10-year yield"),
        by_reversal("y30", "30-year yield"),
        by_reversal("term_kw", "Term premium (Kim–Wright)"),
        by_reversal("grade", "Investment-grade spread"),
        by_reversal("stocks", "US stocks"),
        by_reversal("majors", "Dollar against advanced economies"),
        by_reversal("gold", "Gold"),
        by_flow("Treasuries", "All foreigners", "Purchases of notes and bonds, all foreigners"),
        by_flow("Treasuries", "Official", "Purchases of notes and bonds, official"),
        by_flow("Equities", "All foreigners", "Purchases of US equities, all foreigners"),
        {
            "evidence": "Custody at the Federal Reserve",
            "technical": "an ordinary change",
            "structural": "an unusual fall",
            "found": f"lower than over {words.percent(100 - custody_percentile, 1)} of spans as long"
            if custody_percentile < 50
            else f"higher than over {words.percent(custody_percentile, 1)} of spans as long",
            "measured": custody_percentile,
            "score": "structural"
            if custody_percentile < 10
            else "mixed"
            if custody_percentile < 25
            else "technical",
        },
        by_days(0.0, "Days on which all three fell"),
        by_days(1.0, "Days on which all three fell by their usual move or more"),
    ]
    return pd.DataFrame(rows)


# --- flows and correlations since ------------------------------------------------


def rolling_purchases(long_term: pd.DataFrame, *, months: int = 12) -> pd.DataFrame:
    """Net foreign purchases of Treasury notes and bonds and of equities, over twelve months.

    Parameters
    ----------
    long_term
        ``tic_slt_table1``; purchases by holder begin with the expanded form, in
        February 2023, and nothing before it is joined on.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``kind`` (``Treasuries``, ``Equities``), ``holder`` (``All foreigners``,
        ``Official``, ``Private`` or a region), ``value`` in USD billion.
    """
    names = {_ALL: "All foreigners", _OFFICIAL: "Official", _PRIVATE: "Private", **REGIONS}
    rows = long_term[long_term["country_code"].isin(names)]
    parts = []
    for column, kind in (
        ("treasury_net_purchases_usd_mn", "Treasuries"),
        ("equity_net_purchases_usd_mn", "Equities"),
    ):
        wide = rows.pivot(index="month", columns="country_code", values=column).dropna(how="all") / 1000
        rolled = wide.rolling(months).sum().dropna(how="all").rename(columns=names)
        parts.append(rolled.melt(var_name="holder", ignore_index=False).reset_index().assign(kind=kind))
    return pd.concat(parts, ignore_index=True)[["month", "kind", "holder", "value"]].dropna()


_PAIRS = (("Stocks", "Treasuries"), ("Stocks", "Dollar"), ("Treasuries", "Dollar"))


def _pair_name(one: str, other: str) -> str:
    return f"{one} and {other.replace('Dollar', 'dollar')}"


def rolling_correlations(returns: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Correlations of daily returns over a moving window, with Fisher bands.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``name`` (the pair), ``value``, ``low``, ``high``: 95%, as if days were
        independent; clusters of volatility make the truth wider.
    """
    parts = []
    for one, other in _PAIRS:
        value = returns[one].rolling(days).corr(returns[other]).dropna()
        band = 1.96 / np.sqrt(days - 3)
        parts.append(
            pd.DataFrame(
                {
                    "date": value.index,
                    "name": _pair_name(one, other),
                    "value": value.to_numpy(),
                    "low": np.tanh(np.arctanh(value.to_numpy()) - band),
                    "high": np.tanh(np.arctanh(value.to_numpy()) + band),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _bootstrap_correlation(
    pair: np.ndarray, *, block: int = 21, draws: int = 2000, seed: int = 2025
) -> np.ndarray:
    x, y = pair[:, 0], pair[:, 1]
    means = block_bootstrap(np.column_stack([x, y, x * x, y * y, x * y]), block=block, draws=draws, seed=seed)
    mx, my, xx, yy, xy = means.T
    return (xy - mx * my) / np.sqrt((xx - mx**2) * (yy - my**2))


def correlation_regime(
    returns: pd.DataFrame, *, change: pd.Timestamp = OPENING, without: pd.Timestamp | None = None
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
        draws_since = _bootstrap_correlation(after[pair].to_numpy())
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
                "level_percentile": 100 * (stretches < since).mean(),
            }
        )
    return pd.DataFrame(rows)
