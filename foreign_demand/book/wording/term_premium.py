"""What *Term premium* says: changes, gaps to the official series and drivers, in words and in cells."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.records import last_as_large
from foreign_demand.analysis.term_premium import COMPARED_YEARS, DRIVERS
from foreign_demand.book.figures import as_printed
from foreign_demand.book.wording.standings import highest_since

_LEVEL = 0.05
"""Of the tests whether a coefficient is stable."""
_ENOUGH_REVISIONS = 20
"""Fewer revisions of the budget decide nothing."""

_FIT = {
    "R²": "r_squared",
    "R² of as many noise series": "noise_r_squared",
    "Adjusted R²": "adjusted_r_squared",
}
"""No R² is printed without what noise would give."""

_signed_tenths = partial(words.signed, decimals=1)


def premium_answer(bands: pd.DataFrame) -> str:
    """Whether lending for long is paid, by the bands around the newest premium from every sample."""
    if (bands["low_pct"] > 0).all():
        return "Yes"
    return "No" if (bands["high_pct"] < 0).all() else "It cannot be told"


def samples_in_words(bands: pd.DataFrame) -> str:
    """On which samples the band is clear of zero, as a clause.

    Parameters
    ----------
    bands
        From :func:`foreign_demand.analysis.term_premium.band_by_sample`.
    """
    sides = {"above zero": bands["low_pct"] > 0, "below zero": bands["high_pct"] < 0}
    sides["on both sides of zero"] = ~(sides["above zero"] | sides["below zero"])
    clauses = [
        f"{side} on {'samples' if at.sum() > 1 else 'the sample'} from "
        f"{words.listed([str(start.year) for start in bands.loc[at, 'start']])}"
        for side, at in sides.items()
        if at.any()
    ]
    return words.listed(clauses)


def adjusted_in_words(adjusted: pd.Series) -> str:
    """``0.00 to 0.02``: the range of adjusted R² over models and samples."""
    return words.between(adjusted.min(), adjusted.max(), 2)


# --- changes -----------------------------------------------------------------


def since_in_words(values: pd.Series) -> str:
    """``the highest since July 2014``, or ``lower than in June 2026`` when the month before was higher.

    Parameters
    ----------
    values
        Indexed by month.
    """
    standing = last_as_large(values)
    if standing.is_record:
        return "the highest on record"
    if standing.prior_period == values.index[-2]:
        return f"lower than in {words.month(standing.prior_period)}"
    return highest_since(standing, write=words.month)


def split_in_words(expected_path: float, premium: float) -> str:
    """How much of a change in a yield is premium, as a clause.

    Parameters
    ----------
    expected_path, premium
        The two parts, in the same unit; they add up to the change.
    """
    if premium * expected_path >= 0:
        return f"{words.percent(100 * premium / (expected_path + premium))} of the change is premium"
    if abs(premium) > abs(expected_path):
        return "more than the whole change is premium"
    return "the change is one of expectations, and the premium went the other way"


def changes_as_printed(table: pd.DataFrame, *, since: str) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.term_premium.change_by_maturity` at :data:`COMPARED_YEARS`.

    Parameters
    ----------
    since
        Start of the shorter set of windows, ISO.
    """
    shown = table[table["maturity_years"].isin(COMPARED_YEARS)]
    return as_printed(
        shown,
        {
            "Event": ("event", str),
            "From, to": (("start", "end"), _span),
            "Maturity": ("maturity_years", "{:.0f} years".format),
            "Yield, bp": ("yield_bp", _signed_tenths),
            "Expected path, bp": ("expected_path_bp", _signed_tenths),
            "Premium, bp": ("premium_bp", _signed_tenths),
            f"Percentile since {pd.Timestamp(since).year}": ("premium_percentile_since", "{:.1f}".format),
            "Stretches that do not overlap": ("separate_since", "{:,}".format),
            "Percentile, all": ("premium_percentile", "{:.1f}".format),
        },
    )


def _span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    if start.is_month_end and end.is_month_end:
        return f"{words.month(start)} to {words.month(end)}"
    return f"{words.short_day(start)} to {words.short_day(end)}"


# --- the official series -----------------------------------------------------


def which_is_fresher(curve: pd.Timestamp, official: pd.Timestamp) -> str:
    """Both dates in one sentence: the newest of the curve and of the official series."""
    if official > curve:
        return (
            f"The official series is newer than the curve: it reaches {words.month(official)}, the curve "
            f"{words.day(curve)}, and this estimate ends with the curve."
        )
    ahead = 12 * (curve.year - official.year) + curve.month - official.month
    lead = f", {words.count(ahead)} month{'' if ahead == 1 else 's'} earlier" if ahead else ""
    ends = f"the official series at hand ends in {words.month(official)}{lead}"
    return f"The curve reaches {words.day(curve)}; {ends}."


ROUNDING_BP = 0.05
"""A larger gap to the official series is not told as rounding, in basis points."""


def gap(size_bp: float) -> str:
    """``0.0049`` → ``0.0049 basis points``, ``28.9`` → ``29 basis points``: two digits that count."""
    size = abs(size_bp)
    decimals = 1 - math.floor(math.log10(size)) if size >= 1e-6 else 0
    return words.basis_points(size, max(decimals, 0))


def what_the_gap_is(size_bp: float) -> str:
    """Whether the largest gap to the official series is rounding, for "The gap to the official series is"."""
    if abs(size_bp) <= ROUNDING_BP:
        return "rounding"
    return "more than rounding: the edition at hand was not estimated on the curve of this page"


def gaps_as_printed(summary: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.term_premium.gap_summary`."""
    return as_printed(
        summary,
        {
            "Series": (("maturity_years", "series"), "{} years, {}".format),
            "Span": (("first", "last"), "{:%Y-%m} to {:%Y-%m}".format),
            "Observations": ("observations", "{:,}".format),
            "Mean gap, bp": ("mean_gap_bp", "{:.4f}".format),
            "Largest gap, bp": ("largest_gap_bp", "{:.4f}".format),
            "Correlation": ("correlation", "{:.6f}".format),
            "Fitted yield, largest gap, bp": ("largest_fitted_gap_bp", "{:.4f}".format),
        },
    )


def sensitivity_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.term_premium.sensitivity`."""
    return as_printed(
        table,
        {
            "Departure": ("departure", str.capitalize),
            "Mean gap, bp": ("mean_gap_bp", _signed_tenths),
            "Mean size of the gap, bp": ("mean_absolute_gap_bp", "{:.1f}".format),
            "Largest, bp": ("largest_gap_bp", "{:.1f}".format),
            "Correlation": ("correlation", "{:.3f}".format),
            "Mean size in monthly changes, bp": ("change_gap_bp", "{:.1f}".format),
        },
    )


# --- drivers -----------------------------------------------------------------


def drivers_as_printed(results: pd.DataFrame, *, model: str) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.analysis.term_premium.regress` for one model, a column a sample."""
    chosen = results[results["model"] == model]
    cells = [words.estimate(r.coefficient_bp, r.low_bp, r.high_bp, 1) for r in chosen.itertuples()]
    wide = chosen.assign(cell=cells).pivot(index="driver", columns="sample", values="cell")
    wide = wide.loc[list(DRIVERS.values()), list(dict.fromkeys(chosen["sample"]))]
    per_sample = chosen.drop_duplicates("sample").set_index("sample").loc[wide.columns]
    wide.loc["Months"] = [f"{n:,}" for n in per_sample["months"]]
    for heading, column in _FIT.items():
        wide.loc[heading] = [words.between(share, share, 2) for share in per_sample[column]]
    return wide.rename_axis("Driver").rename_axis(columns=None).reset_index()


def _inside(driver: str) -> str:
    """A driver's name inside a sentence."""
    return driver if driver.startswith("Federal") else driver[0].lower() + driver[1:]


def shares_in_words(r_squared: pd.Series) -> str:
    """``3%`` or ``11 to 25%``: the range of a share over models and samples."""
    return f"{words.between(100 * r_squared.min(), 100 * r_squared.max())}%"


def agreed_in_words(shared: pd.DataFrame) -> str:
    """Rows of :func:`foreign_demand.analysis.term_premium.agreed`, as a list with signs."""
    return words.listed(
        [
            f"{_inside(r.driver)} in {r.sample} with a {'plus' if r.sign > 0 else 'minus'} sign"
            for r in shared.itertuples()
        ]
    )


def stability_in_words(stable: pd.DataFrame) -> str:
    """What :func:`foreign_demand.analysis.term_premium.stability` found, in one sentence."""
    models = list(dict.fromkeys(stable["model"]))
    clauses = []
    for model in models:
        rows = stable[(stable["model"] == model) & (stable["p_value"] < _LEVEL)]
        names = words.listed([_inside(name) for name in rows["driver"]]) or "no driver"
        clauses.append(f"for {names} in {model}")
    same = int(stable.groupby("driver")["same_sign"].all().sum())
    return (
        f"That a coefficient is equal in all periods is rejected at the level of "
        f"{words.percent(100 * _LEVEL)} {words.listed(clauses)}, and {words.how_many(same)} of the "
        f"{words.count(stable['driver'].nunique())} drivers "
        f"{'have' if same > 1 else 'has'} one sign in every period and model."
    )


def official_in_words(results: pd.DataFrame) -> str:
    """Whether purchases by foreign officials go with a lower premium, in one sentence.

    Parameters
    ----------
    results
        Rows of :func:`foreign_demand.analysis.term_premium.regress` of that driver.
    """
    lower = (results["coefficient_bp"] < 0).sum()
    clear, opposite = (results["high_bp"] < 0).sum(), (results["low_bp"] > 0).sum()
    return (
        f"Purchases by foreign officials, the driver this book is about, go with a lower premium in "
        f"{words.how_many(int(lower))} of {words.count(len(results))} pairs of model and period; the "
        f"interval is wholly below zero in {words.how_many(int(clear))} and wholly above it in "
        f"{words.how_many(int(opposite))}."
    )


def budget_in_words(revisions: pd.DataFrame) -> str:
    """Rows of :func:`foreign_demand.analysis.term_premium.budget_revisions`, as a list."""
    return "; ".join(
        f"in {words.month(r.month)} by {words.billions(abs(r.revision_usd_bn))} "
        f"{'more' if r.revision_usd_bn > 0 else 'less'} deficit over {r.years} years, while the premium "
        f"{words.moved(r.premium_change_bp, words.basis_points)}"
        for r in revisions.itertuples()
    )


def budget_reading(revisions: pd.DataFrame) -> str:
    """In how many months premium and deficits moved together, and what that is worth."""
    together = (np.sign(revisions["revision_usd_bn"]) == np.sign(revisions["premium_change_bp"])).sum()
    text = (
        f"The premium moved with the deficits in {words.how_many(int(together))} of these "
        f"{words.count(len(revisions))} months"
    )
    few = len(revisions) < _ENOUGH_REVISIONS
    return f"{text}; so few observations cannot decide anything." if few else f"{text}."
