"""Days, weeks and months on which US stocks, Treasuries and the dollar all fell.

Prices are closing or fixing prices; nothing here is intraday. The bond is a par
bond whose return comes from its yield. The three are compared on days on which all
have a price: a holiday of one market lengthens the step of all three, and no price
is invented for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.analysis.inference import block_means
from foreign_demand.analysis.returns import sampled_returns

INDEX_CREATED = pd.Timestamp("1994-03-01")
"""When the best-known index of Treasuries was created; its earlier history was added afterwards."""
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

_BLOCKS = {"Daily": 63, "Weekly": 13, "Monthly": 12}
"""Periods in a bootstrap block: about a quarter, for months a year."""


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
        fell = joint(sampled_returns(levels, published.sampling.lower()))
        rows.append({"sampling": published.sampling, "periods": len(fell), "joint": int(fell.sum())})
    return pd.DataFrame(rows)


def rebuilt_counts(levels: pd.DataFrame, filled: pd.DataFrame) -> pd.DataFrame:
    """The published counts beside ours, with all bond prices and with those before a day withheld.

    The day is :data:`FIRST_DAILY`: until then the rebuilt count has month-end bond prices only.

    Parameters
    ----------
    levels
        From :func:`~foreign_demand.analysis.markets.market_levels`, on common days.
    filled
        The same with ``common=False``.

    Returns
    -------
    pandas.DataFrame
        One row a sampling: ``published``, ``published_periods``, ``rebuilt``,
        ``rebuilt_periods``, ``corrected``, ``corrected_periods``, and each count in
        percent of its periods.
    """
    weekdays = on_every_weekday(filled, start=FIRST_DAY, end=LAST_DAY)
    rebuilt = _counts(month_end_bonds(weekdays, before=FIRST_DAILY))
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
        ``choice``; ``daily_count``, joint days; and one column a sampling, in percent of the
        published count.
    """
    rows = []
    for choice, levels in variants.items():
        counts = _counts(levels[FIRST_DAY:LAST_DAY])["joint"]
        shares = {p.sampling: 100 * c / p.joint for p, c in zip(PUBLISHED, counts, strict=True)}
        rows.append({"choice": choice, "daily_count": int(counts.iloc[0]), **shares})
    return pd.DataFrame(rows)


# --- how often, and how sure ---------------------------------------------------


def _frequency(returns: pd.DataFrame, *, block: int, below: float = 0.0) -> dict[str, float]:
    """Joint declines, their interval, and what independence would give."""
    fell = (returns < below).to_numpy(dtype=float)
    both = fell.prod(axis=1)
    share, expected = both.mean(), fell.mean(axis=0).prod()
    draws = block_means(np.column_stack([both, fell]), block=min(block, max(1, len(both) // 4)))
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
            {"sampling": sampling, **_frequency(sampled_returns(levels, sampling.lower()), block=block)}
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
    returns = sampled_returns(levels[FIRST_DAY:], "daily")
    weekdays = on_every_weekday(filled, start=FIRST_DAY, end=filled.index[-1])
    withheld = joint(sampled_returns(month_end_bonds(weekdays, before=FIRST_DAILY), "daily"))
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


def by_threshold(scores: pd.DataFrame, thresholds: Sequence[float] = (0, 0.5, 1, 1.5)) -> pd.DataFrame:
    """Joint declines by how large each of the three falls was at least.

    Parameters
    ----------
    scores
        From :func:`~foreign_demand.analysis.selloffs.monitor.standardised`.

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
    returns = sampled_returns(levels, "daily")
    rows = pd.DataFrame([{"block": block, **_frequency(returns, block=block)} for block in blocks])
    return rows[["block", "low_pct", "high_pct", "ratio_low", "ratio_high"]]


KINDS = ("Published", "Rebuilt", "All bond prices", "If independent")
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
