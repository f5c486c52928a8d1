"""The estimated term premium beside others: the official one, its variants, Kim–Wright.

Two questions. Is this the model it claims to be: how far is it from the series the New
York Fed publishes, and what does each departure from the recipe cost? And what does the
premium say: how much of it was known at the time, do models agree, and how unusual is a
change among all changes of the same length?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends
from foreign_demand.analysis.events import Event, percentile_of_change
from foreign_demand.analysis.term_premium.bootstrap import bias_corrected
from foreign_demand.analysis.term_premium.model import TermPremiumModel, estimate
from foreign_demand.exceptions import EstimationError

COMPARED_YEARS = (2, 5, 10)
"""Maturities, in years, that the official series is compared at."""

_YEARS = 10
"""Maturity, in years, of the official daily series, and of the premium where one is read."""
_WHOLE_YEARS = range(12, 121, 12)
"""Maturities, in months, at which a change is taken apart."""
_SAMPLE_ENDS = 6
"""How many months may be the end of the sample behind the official daily series."""


# --- against the official series ---------------------------------------------


def monthly_gaps(official: pd.DataFrame, yields: pd.DataFrame, federal_funds: pd.Series) -> pd.DataFrame:
    """Estimate on the sample of the official monthly series and take the difference.

    Parameters
    ----------
    official
        ``acm_monthly``; its newest month ends the sample, or the curve's if that is older.
    yields, federal_funds
        As for :func:`~foreign_demand.analysis.term_premium.model.estimate`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``maturity_years``, ``premium_pct``, ``official_premium_pct``,
        ``premium_gap_bp``, ``fitted_gap_bp``: ours less official.
    """
    end = min(official["month"].max(), yields.index[-1])
    sample = yields[yields.index <= end]
    ours = estimate(sample, federal_funds).decompose(sample, [12 * y for y in COMPARED_YEARS])
    ours["maturity_years"] = ours["maturity_months"] // 12
    both = ours.merge(official, on=["month", "maturity_years"], suffixes=("", "_official"))
    return pd.DataFrame(
        {
            "month": both["month"],
            "maturity_years": both["maturity_years"],
            "premium_pct": both["term_premium_pct"],
            "official_premium_pct": both["term_premium_pct_official"],
            "premium_gap_bp": 100 * (both["term_premium_pct"] - both["term_premium_pct_official"]),
            "fitted_gap_bp": 100 * (both["fitted_yield_pct"] - both["fitted_yield_pct_official"]),
        }
    )


@dataclass(frozen=True, kw_only=True)
class ParameterMonth:
    """Which month's parameters an official daily series was made with."""

    month: pd.Timestamp
    """The sample end that comes nearest."""
    tried: pd.DataFrame
    """A row a sample end: ``month``, ``mean_gap_bp``, ``largest_gap_bp``."""
    gaps: pd.DataFrame
    """At the nearest: ``date``, ``premium_pct``, ``official_premium_pct``, ``premium_gap_bp`` and
    ``fitted_gap_bp``, missing where the official fitted yield is not at hand."""
    days_without_curve: pd.DatetimeIndex
    """Days with an official value for which the curve has none."""


def parameter_month(
    official: pd.DataFrame, daily: pd.DataFrame, yields: pd.DataFrame, federal_funds: pd.Series
) -> ParameterMonth:
    """Find the sample behind an official daily series and take the difference there.

    The daily sheet does not say which month's parameters it applies. The last few
    months up to its newest day are tried; the right one shows by a gap of rounding size.

    Parameters
    ----------
    official
        ``acm_daily``.
    daily, yields
        The curve by day and by month.
    federal_funds
        As for :func:`~foreign_demand.analysis.term_premium.model.estimate`.
    """
    theirs = official[official["maturity_years"] == _YEARS].set_index("date")
    newest = theirs.index.max() + pd.offsets.MonthEnd(0)
    ends = yields.index[yields.index <= newest][-_SAMPLE_ENDS:]
    common = theirs.index.intersection(daily.index)
    if common.empty:
        raise EstimationError("The curve and the official daily series have no day in common.")
    tried = {}
    for end in ends:
        model = estimate(yields[yields.index <= end], federal_funds)
        ours = model.decompose(daily.loc[common], [12 * _YEARS]).set_index("date")
        tried[end] = pd.DataFrame(
            {
                "premium_pct": ours["term_premium_pct"],
                "official_premium_pct": theirs.loc[common, "term_premium_pct"],
                "premium_gap_bp": 100 * (ours - theirs.loc[common])["term_premium_pct"],
                "fitted_gap_bp": 100 * (ours - theirs.loc[common])["fitted_yield_pct"],
            }
        ).reset_index()
    table = pd.DataFrame(
        {
            "month": list(tried),
            "mean_gap_bp": [t["premium_gap_bp"].mean() for t in tried.values()],
            "largest_gap_bp": [t["premium_gap_bp"].abs().max() for t in tried.values()],
        }
    )
    nearest = table.loc[table["largest_gap_bp"].idxmin(), "month"]
    return ParameterMonth(
        month=nearest,
        tried=table,
        gaps=tried[nearest],
        days_without_curve=theirs.index.difference(daily.index),
    )


def gap_summary(monthly: pd.DataFrame, daily: ParameterMonth) -> pd.DataFrame:
    """Mean and largest gap and correlation, by maturity and frequency.

    Returns
    -------
    pandas.DataFrame
        ``series``, ``maturity_years``, ``first``, ``last``, ``observations``,
        ``mean_gap_bp``, ``largest_gap_bp``, ``correlation``, ``largest_fitted_gap_bp``
        (missing where the official fitted yield is not at hand).
    """
    rows = []
    for years, group in monthly.groupby("maturity_years"):
        rows.append(_summary("monthly", years, group.rename(columns={"month": "date"})))
    rows.append(_summary("daily", _YEARS, daily.gaps))
    return pd.DataFrame(rows)


def _summary(series: str, years: int, gaps: pd.DataFrame) -> dict[str, object]:
    return {
        "series": series,
        "maturity_years": years,
        "first": gaps["date"].min(),
        "last": gaps["date"].max(),
        "observations": len(gaps),
        "mean_gap_bp": gaps["premium_gap_bp"].mean(),
        "largest_gap_bp": gaps["premium_gap_bp"].abs().max(),
        "correlation": gaps["premium_pct"].corr(gaps["official_premium_pct"]),
        "largest_fitted_gap_bp": gaps["fitted_gap_bp"].abs().max(),
    }


def sensitivity(official: pd.DataFrame, yields: pd.DataFrame, federal_funds: pd.Series) -> pd.DataFrame:
    """What each departure from the recipe costs, against the official series.

    Parameters
    ----------
    official, yields, federal_funds
        As for :func:`monthly_gaps`.

    Returns
    -------
    pandas.DataFrame
        A row a departure, ``none`` first: ``departure``, ``months``, ``mean_gap_bp``,
        ``mean_absolute_gap_bp``, ``largest_gap_bp``, ``correlation``,
        ``change_gap_bp``, the mean absolute gap between monthly changes. A model on a
        shorter sample is applied to, and compared on, all months.
    """
    end = min(official["month"].max(), yields.index[-1])
    sample = yields[yields.index <= end]
    recipe = estimate(sample, federal_funds)
    variants = {
        "none": recipe,
        "no federal funds rate before 1982": estimate(sample),
        "components from 1 to 120 months": estimate(sample, federal_funds, factor_maturities=(1, 120)),
        "three factors": estimate(sample, federal_funds, factors=3),
        "four factors": estimate(sample, federal_funds, factors=4),
        "sample from 1987": estimate(sample["1987":], federal_funds),
        "sample to 2019": estimate(sample[:"2019"], federal_funds),
        "persistence corrected for bias": bias_corrected(recipe),
    }
    theirs = official[official["maturity_years"] == _YEARS].set_index("month")["term_premium_pct"]
    rows = []
    for name, model in variants.items():
        ours = model.decompose(sample, [12 * _YEARS]).set_index("month")["term_premium_pct"]
        both = pd.DataFrame({"ours": ours, "official": theirs}).dropna()
        gap, change = 100 * (both["ours"] - both["official"]), 100 * both.diff()
        rows.append(
            {
                "departure": name,
                "months": len(both),
                "mean_gap_bp": gap.mean(),
                "mean_absolute_gap_bp": gap.abs().mean(),
                "largest_gap_bp": gap.abs().max(),
                "correlation": both["ours"].corr(both["official"]),
                "change_gap_bp": (change["ours"] - change["official"]).abs().mean(),
            }
        )
    return pd.DataFrame(rows)


# --- against hindsight and against another model -----------------------------


def hindsight(full_sample: pd.Series, real_time: pd.DataFrame) -> pd.DataFrame:
    """The premium as known at the time beside what is said of that time now.

    Parameters
    ----------
    full_sample
        Premium by a model on all months, percent, indexed by ``month``.
    real_time
        From :func:`~foreign_demand.analysis.term_premium.model.expanding_window`.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``real_time_pct``, ``full_sample_pct``, ``hindsight_bp`` (full sample less
        real time), and whether the month was the lowest since the first one:
        ``real_time_record`` as it was known then, ``full_sample_record`` as it is drawn now.
    """
    then = real_time.set_index("month")["term_premium_pct"]
    both = pd.DataFrame({"real_time_pct": then, "full_sample_pct": full_sample}).dropna()
    both["hindsight_bp"] = 100 * (both["full_sample_pct"] - both["real_time_pct"])
    for name in ("real_time", "full_sample"):
        both[f"{name}_record"] = both[f"{name}_pct"] == both[f"{name}_pct"].cummin()
    return both.rename_axis("month").reset_index()


def kim_wright_premium(monthly: pd.DataFrame, daily: pd.DataFrame) -> pd.Series:
    """Ten-year Kim–Wright premium at month ends, as far as either publication reaches.

    Parameters
    ----------
    monthly
        ``kim_wright_monthly``: basis points, since 1990.
    daily
        ``THREEFYTP10``: percent; its months count where both have one, being newer.

    Returns
    -------
    pandas.Series
        Percent, indexed by ``month``; months that are over.
    """
    newer = month_ends(daily.dropna().set_index("date"))["term_premium_pct"]
    older = monthly.set_index("month")["term_premium_10y_bp"] / 100
    return newer.combine_first(older).rename("kim_wright_pct").rename_axis("month")


def side_by_side(ours: pd.Series, kim_wright: pd.Series) -> pd.DataFrame:
    """Two models and their range, by month.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``acm_pct``, ``kim_wright_pct``, ``low_pct``, ``high_pct``, and the monthly
        changes ``acm_change_bp``, ``kim_wright_change_bp``; months that both have.
    """
    both = pd.DataFrame({"acm_pct": ours, "kim_wright_pct": kim_wright}).dropna().rename_axis("month")
    both["low_pct"], both["high_pct"] = both.min(axis=1), both[["acm_pct", "kim_wright_pct"]].max(axis=1)
    both["acm_change_bp"] = 100 * both["acm_pct"].diff()
    both["kim_wright_change_bp"] = 100 * both["kim_wright_pct"].diff()
    return both.reset_index()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two models agree, in changes first."""

    change_correlation: float
    same_direction_pct: float
    """Share of months in which both rose or both fell."""
    level_correlation: float
    mean_range_bp: float
    latest_range_bp: float


def agreement(pair: pd.DataFrame) -> Agreement:
    """Summarise :func:`side_by_side`."""
    changes = pair.dropna()
    same = np.sign(changes["acm_change_bp"]) == np.sign(changes["kim_wright_change_bp"])
    spread = 100 * (pair["high_pct"] - pair["low_pct"])
    return Agreement(
        change_correlation=changes["acm_change_bp"].corr(changes["kim_wright_change_bp"]),
        same_direction_pct=100 * same.mean(),
        level_correlation=pair["acm_pct"].corr(pair["kim_wright_pct"]),
        mean_range_bp=spread.mean(),
        latest_range_bp=spread.iloc[-1],
    )


# --- one change among all changes --------------------------------------------


def change_by_maturity(
    model: TermPremiumModel,
    yields: pd.DataFrame,
    events: Sequence[Event],
    *,
    since: str,
) -> pd.DataFrame:
    """Take changes apart into the expected path and the premium, by maturity.

    Parameters
    ----------
    model
        Whose parameters are applied to every period.
    yields
        By day or month, containing the events' starts and ends.
    events
        What to take apart.
    since
        Start of the shorter of two placebo sets; the longer has all of ``yields``.

    Returns
    -------
    pandas.DataFrame
        A row per ``event`` and ``maturity_years``, one to ten: ``start``, ``end``, ``periods``,
        ``separate_since`` (stretches as long since then that do not overlap);
        ``yield_bp``, ``expected_path_bp``, ``premium_bp``; and the percentile of the
        premium's and of the yield's change: ``premium_percentile``,
        ``premium_percentile_since``, ``yield_percentile_since``.
    """
    parts = model.decompose(yields, _WHOLE_YEARS)
    parts = parts.set_index(parts.columns[0])
    rows = []
    for event in events:
        for months in _WHOLE_YEARS:
            one = parts[parts["maturity_months"] == months]
            periods = one.index.get_loc(event.end) - one.index.get_loc(event.start)
            premium, percentile = percentile_of_change(one["term_premium_pct"], event)
            fitted, fitted_since = percentile_of_change(one["fitted_yield_pct"], event, since=since)
            rows.append(
                {
                    "event": event.name,
                    "maturity_years": months / 12,
                    "start": event.start,
                    "end": event.end,
                    "periods": periods,
                    "separate_since": (len(one.loc[since:]) - 1) // periods,
                    "yield_bp": 100 * fitted,
                    "expected_path_bp": 100 * (fitted - premium),
                    "premium_bp": 100 * premium,
                    "premium_percentile": percentile,
                    "premium_percentile_since": percentile_of_change(
                        one["term_premium_pct"], event, since=since
                    )[1],
                    "yield_percentile_since": fitted_since,
                }
            )
    return pd.DataFrame(rows)
