"""Whether indirect bids stand for foreign ones: Fleming's (2007) test, over time.

Fleming (2007), "Who Buys Treasury Securities at Auction?", Current Issues in Economics and
Finance 13(1), found that the indirect share of an auction moves with the share that foreign
investors are allotted. The test here is his, on what the Treasury has published since.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from foreign_demand.analysis.inference import SEED, block_positions
from foreign_demand.exceptions import EstimationError

INDIRECT = "indirect_share_pct"
PAIRS: Mapping[str, str] = {"Foreign": "foreign_share_pct", "Investment funds": "investment_funds_share_pct"}
"""Classes that indirect bids are held against."""
ERAS: Mapping[str, tuple[str, str]] = {
    "2008–09": ("2008-01-01", "2009-12-31"),
    "2010–12": ("2010-01-01", "2012-12-31"),
    "2013–15": ("2013-01-01", "2015-12-31"),
    "2016–18": ("2016-01-01", "2018-12-31"),
    "since 2024": ("2024-01-01", "2099-12-31"),
}
FEWEST = 24
"""Auctions below which no correlation is given."""
WINDOW_MONTHS = 24
COVERED = 0.75
"""A window needs auctions in at least this share of its months."""
MOVED_MONTHS = (0, 3, 6, 9)
"""By how much the ends of an era are moved, to see whether its verdict hangs on them."""
BLOCK = 8
"""Auctions drawn together: about a month of them."""
DRAWS = 1000


def correlation(first: pd.Series, second: pd.Series) -> tuple[float, float, float]:
    """Correlation of two columns of auctions in order of time, with a 95 percent interval.

    Returns
    -------
    tuple of float
        Correlation and the ends of its interval, from a circular block bootstrap of auctions.

    Raises
    ------
    EstimationError
        If there are fewer than :data:`FEWEST` auctions.
    """
    pair = pd.concat([first, second], axis=1).dropna().to_numpy(dtype=float)
    if len(pair) < FEWEST:
        raise EstimationError(f"{len(pair)} auctions with both shares; a correlation needs {FEWEST}.")
    drawn = pair[block_positions(len(pair), BLOCK, DRAWS, np.random.default_rng(SEED))]
    centred = drawn - drawn.mean(axis=1, keepdims=True)
    covariance = (centred[..., 0] * centred[..., 1]).sum(axis=1)
    draws = covariance / np.sqrt((centred**2).sum(axis=1).prod(axis=1))
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return float(np.corrcoef(pair.T)[0, 1]), float(low), float(high)


def moved_windows(joined: pd.DataFrame, era: str) -> pd.DataFrame:
    """Correlation with the foreign share in an era whose first and last month are moved inwards.

    Parameters
    ----------
    joined
        From :func:`~foreign_demand.analysis.auctions.join_auctions`, nominal securities.
    era
        Of :data:`ERAS`.

    Returns
    -------
    pandas.DataFrame
        ``first``, ``last``, ``auctions``, ``correlation``, ``low``, ``high``; the era itself first, then
        each pair of :data:`MOVED_MONTHS` that leaves :data:`FEWEST` auctions.
    """
    foreign = PAIRS["Foreign"]
    sample = joined[joined["date"].between(*ERAS[era])].dropna(subset=[INDIRECT, foreign])
    rows = []
    for later, earlier in product(MOVED_MONTHS, repeat=2):
        first = sample["date"].min() + pd.DateOffset(months=later)
        last = sample["date"].max() - pd.DateOffset(months=earlier)
        inside = sample[sample["date"].between(first, last)]
        if len(inside) >= FEWEST:
            found = correlation(inside[INDIRECT], inside[foreign])
            rows.append((first, last, len(inside), *found))
    return pd.DataFrame(rows, columns=["first", "last", "auctions", "correlation", "low", "high"])


def correlation_by_era(joined: pd.DataFrame, eras: Mapping[str, tuple[str, str]] = ERAS) -> pd.DataFrame:
    """Correlation of the indirect share with each class's, by era, for all tenors and for each.

    Parameters
    ----------
    joined
        From :func:`~foreign_demand.analysis.auctions.join_auctions`, nominal securities.

    Returns
    -------
    pandas.DataFrame
        ``tenor`` (``All``, ``Within tenors``, ``2-Year``, ...), ``era``, ``with`` (the class), ``auctions``,
        ``correlation``, ``low``, ``high``. ``Within tenors`` takes each tenor's mean of the era out
        first. Where there are fewer than :data:`FEWEST` auctions there is no row.
    """
    rows = []
    for era, (first, last) in eras.items():
        sample = joined[joined["date"].between(first, last)].dropna(subset=[INDIRECT, *PAIRS.values()])
        within = sample.assign(
            **{
                name: sample[name] - sample.groupby("original_term")[name].transform("mean")
                for name in (INDIRECT, *PAIRS.values())
            }
        )
        groups = {"All": sample, "Within tenors": within} | {
            tenor: sample[sample["original_term"] == tenor] for tenor in sample["original_term"].unique()
        }
        rows += [
            (tenor, era, name, len(group), *correlation(group[INDIRECT], group[column]))
            for tenor, group in groups.items()
            for name, column in PAIRS.items()
            if len(group) >= FEWEST
        ]
    return pd.DataFrame(rows, columns=["tenor", "era", "with", "auctions", "correlation", "low", "high"])


def rolling_correlation(joined: pd.DataFrame) -> pd.DataFrame:
    """Correlation of indirect with foreign and with fund shares over two years, at each quarter's end.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``name`` (the class), ``value``, ``low``, ``high``, ``auctions``, and ``segment``,
        which counts up where a window has too few auctions and the line is interrupted.
    """
    sample = joined.dropna(subset=[INDIRECT, *PAIRS.values()]).sort_values("date")
    ends = pd.date_range(sample["date"].min(), sample["date"].max() + pd.offsets.QuarterEnd(1), freq="QE")
    rows, segment, open_window = [], 0, False
    for end in ends:
        window = sample[
            (sample["date"] > end - pd.DateOffset(months=WINDOW_MONTHS)) & (sample["date"] <= end)
        ]
        months = window["date"].dt.to_period("M").nunique()
        if len(window) < FEWEST or months < COVERED * WINDOW_MONTHS:
            segment += open_window
            open_window = False
            continue
        open_window = True
        rows += [
            (end, name, *correlation(window[INDIRECT], window[column]), len(window), segment)
            for name, column in PAIRS.items()
        ]
    return pd.DataFrame(rows, columns=["date", "name", "value", "low", "high", "auctions", "segment"])


def mean_shares(joined: pd.DataFrame, eras: Mapping[str, tuple[str, str]] = ERAS) -> pd.DataFrame:
    """Mean share of indirect bidders, foreigners, funds and dealers in each era.

    Returns
    -------
    pandas.DataFrame
        ``era``, ``auctions``, and the means in percent.
    """
    columns = [INDIRECT, "foreign_share_pct", "investment_funds_share_pct", "dealers_share_pct"]
    rows = []
    for era, (first, last) in eras.items():
        sample = joined[joined["date"].between(first, last)].dropna(subset=columns)
        rows.append({"era": era, "auctions": len(sample), **sample[columns].mean()})
    return pd.DataFrame(rows)
