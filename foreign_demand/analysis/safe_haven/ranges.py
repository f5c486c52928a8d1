"""The numbers behind the scorecard, each over the choices that could as well have been made.

Where the present began, where the data end, whether the weeks of April 2025 are in them,
how bad a day must be: one row a combination, the choice that is printed first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from foreign_demand.analysis.events import EVE, SELLOFF_END, TRUCE
from foreign_demand.analysis.inference import (
    BLOCK,
    FEWEST,
    SEED,
    SHORTEST,
    TAILS,
    block_positions,
    end_of_sample,
    mean_of,
)
from foreign_demand.analysis.safe_haven.assets import LAGS, LATELY, REGIMES, period_returns, window_return
from foreign_demand.analysis.safe_haven.hedge import FALL_PCT, TAIL_PCT, drawdowns
from foreign_demand.analysis.safe_haven.responses import (
    JUMP_DEVIATIONS,
    YEARS_BEFORE,
    dollar_and_differentials,
    vix_jumps,
)
from foreign_demand.data.memory import remembered
from foreign_demand.exceptions import EstimationError

JUDGED = ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar")
"""Assets that the scorecard has arguments about."""
APRIL_END = pd.Timestamp("2025-04-30")
"""Last day of what is left out where April 2025 is: from the eve of the tariffs on."""
ENDS_MONTHS = (0, 6, 12)
"""Months by which the data are cut short."""
_PRESENT = pd.Timestamp(REGIMES[LATELY][0])


def starts(last_break: pd.Series) -> list[pd.Timestamp]:
    """Where the present may have begun: as the periods say, at the last break, at its latest date.

    Parameters
    ----------
    last_break
        A row of :func:`~foreign_demand.analysis.inference.break_dates`.
    """
    return [_PRESENT, last_break["month"], last_break["high"]]


def ends(last: pd.Timestamp) -> list[pd.Timestamp]:
    """Where the data may end: on their last day, and :data:`ENDS_MONTHS` before it."""
    return [last - pd.DateOffset(months=months) for months in ENDS_MONTHS]


def without_april(table: pd.DataFrame) -> pd.DataFrame:
    """A table by day, week or month without what ended in the weeks after the eve of the tariffs."""
    return table[(table.index <= EVE) | (table.index > APRIL_END)]


def _cuts(
    table: pd.DataFrame, begins: Sequence[pd.Timestamp]
) -> list[tuple[dict[str, object], pd.DataFrame]]:
    """A table over every start, end, and with and without April 2025, beside the choice it is."""
    return [
        (
            {"start": start, "end": end, "april": "with" if april else "without"},
            (table if april else without_april(table)).loc[start:end],
        )
        for start, end, april in product(begins, ends(table.index[-1]), (True, False))
    ]


def _mean(values: pd.Series, chosen: pd.Series, lags: int) -> dict[str, float]:
    mean, low, high = mean_of(values, chosen, lags) if chosen.any() else (np.nan,) * 3
    return {"value": mean, "low": low, "high": high, "observations": int(chosen.sum())}


def worst_days(levels: pd.DataFrame, begins: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Mean return of each of :data:`JUDGED` on the worst days for stocks, over every choice.

    Returns
    -------
    pandas.DataFrame
        ``asset``, ``value``, ``low``, ``high``, ``observations``, and the choice: ``start``, ``end``,
        ``april``, ``tail_pct``.
    """
    rows = []
    for (choice, inside), tail in product(_cuts(period_returns(levels, "daily"), begins), (TAIL_PCT, 1, 10)):
        worst = inside["Stocks"] <= inside["Stocks"].quantile(tail / 100)
        for asset in JUDGED:
            number = _mean(inside[asset], worst, LAGS["daily"])
            rows.append({"asset": asset} | number | choice | {"tail_pct": tail})
    return pd.DataFrame(rows)


def long_falls(levels: pd.DataFrame, begins: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Mean return of each of :data:`JUDGED` over falls of stocks, by how deep and since when.

    Returns
    -------
    pandas.DataFrame
        ``asset``, ``value``, ``low``, ``high`` (bootstrap over falls; missing for fewer than
        :data:`~foreign_demand.analysis.inference.FEWEST`), ``observations``, ``start``, ``fall_pct``.
    """
    rows = []
    for size, start in product((FALL_PCT, 5, 15), begins):
        falls = drawdowns(levels, at_least_pct=size)
        falls = falls[falls["trough"] >= start]
        for asset in JUDGED:
            values = falls[asset].to_numpy()
            low, high = np.nan, np.nan
            if len(values) >= FEWEST:
                random = np.random.default_rng(SEED)
                low, high = np.quantile(values[block_positions(len(values), 1, 1999, random)].mean(1), TAILS)
            rows.append(
                {"asset": asset, "value": values.mean() if len(values) else np.nan, "low": low, "high": high}
                | {"observations": len(values), "start": start, "fall_pct": size}
            )
    return pd.DataFrame(rows)


def worst_months(levels: pd.DataFrame, begins: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Mean return of each of :data:`JUDGED` in the worst months for stocks, over every choice.

    Returns
    -------
    pandas.DataFrame
        As :func:`worst_days`, with ``tail_pct`` of months.
    """
    rows = []
    for (choice, inside), tail in product(_cuts(period_returns(levels, "monthly"), begins), (10, 5, 20)):
        worst = inside["Stocks"] <= inside["Stocks"].quantile(tail / 100)
        for asset in JUDGED:
            number = _mean(inside[asset], worst, LAGS["monthly"])
            rows.append({"asset": asset} | number | choice | {"tail_pct": tail})
    return pd.DataFrame(rows)


def over_bills(levels: pd.DataFrame, begins: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Return of the 10-year note over bills, percent a year, over every choice.

    Returns
    -------
    pandas.DataFrame
        ``value``, ``low``, ``high``, ``observations`` (months), and the choice.
    """
    returns = period_returns(levels, "monthly")
    excess = (returns["10-year Treasury"] - returns["Bills"]).to_frame("excess")
    rows = []
    for choice, inside in _cuts(excess, begins):
        number = _mean(inside["excess"], inside["excess"].notna(), LAGS["monthly"])
        yearly = {name: 12 * number[name] for name in ("value", "low", "high")}
        rows.append(number | yearly | choice)
    return pd.DataFrame(rows)


def last_breaks(robust: pd.DataFrame) -> pd.DataFrame:
    """Step of a correlation at its last break, under every choice of the test.

    Parameters
    ----------
    robust
        From :func:`~foreign_demand.analysis.inference.break_robustness`; the choice that is printed
        is taken first.

    Returns
    -------
    pandas.DataFrame
        ``value`` (mean since less mean before), ``share_pct`` (100 p), ``month``, ``shortest``,
        ``block``.
    """
    last = robust.groupby(["shortest", "block"], as_index=False).last()
    printed = (last["shortest"] == SHORTEST) & (last["block"] == BLOCK)
    last = pd.concat([last[printed], last[~printed]], ignore_index=True)
    return pd.DataFrame(
        {"value": last["after"] - last["before"], "share_pct": 100 * last["p_value"]}
        | {"month": last["month"], "shortest": last["shortest"], "block": last["block"]}
    )


def since_april(monthly: pd.Series, breaks: pd.DataFrame) -> pd.DataFrame:
    """Mean correlation since April 2025 less that of its regime, over first days and ends.

    Returns
    -------
    pandas.DataFrame
        ``value``, ``share_pct`` (of earlier stretches as far off), ``observations`` (months), ``start``,
        ``end``; without a row where too few months are left.
    """
    rows = []
    for start, end in product((EVE, SELLOFF_END, TRUCE), ends(monthly.index[-1])):
        try:
            found = end_of_sample(monthly[:end], breaks, since=start)
        except EstimationError:
            continue
        rows.append(
            {"value": found["since"] - found["before"], "share_pct": found["share_pct"]}
            | {"observations": found["months"], "start": start, "end": end}
        )
    return pd.DataFrame(rows)


def april(levels: pd.DataFrame) -> pd.DataFrame:
    """Return of each of :data:`JUDGED` in April 2025, by last day and by what it is compared with.

    Returns
    -------
    pandas.DataFrame
        ``asset``, ``value``, ``share_pct`` (of compared windows as long that returned less), ``windows``,
        ``end``, ``compared`` (``stocks fell half as much``, ``stocks fell``, ``all``). The last days are
        those on which stocks were still below the eve by more than a little; windows overlap.
    """
    rows = []
    first = levels.index.searchsorted(EVE, side="right")
    for day in pd.to_datetime([SELLOFF_END, "2025-04-08", "2025-04-16", "2025-04-21", "2025-04-30"]):
        span = levels.index.searchsorted(day, side="right") - first
        windows = 100 * (levels / levels.shift(span) - 1)
        own = window_return(levels, EVE, day)
        sets = {
            "stocks fell half as much": windows["Stocks"] <= own["Stocks"] / 2,
            "stocks fell": windows["Stocks"] < 0,
            "all": windows["Stocks"].notna(),
        }
        for (name, kept), asset in product(sets.items(), JUDGED):
            similar = windows.loc[kept, asset].dropna()
            rows.append(
                {"asset": asset, "value": own[asset], "share_pct": 100 * (similar < own[asset]).mean()}
                | {"windows": len(similar), "end": day, "compared": name}
            )
    return pd.DataFrame(rows)


def jumps(
    levels: pd.DataFrame, ten_year: pd.Series, vix: pd.Series, begins: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """Mean change of the 10-year yield on days on which the VIX jumped, over every choice.

    Returns
    -------
    pandas.DataFrame
        ``value`` (basis points), ``low``, ``high``, ``observations``, and the choice, with
        ``deviations`` that make a jump.
    """
    change = 100 * ten_year.reindex(levels.index).diff()
    rows = []
    for deviations in (JUMP_DEVIATIONS, 1.5, 2.5):
        jump = vix_jumps(vix.reindex(levels.index), deviations)
        both = pd.DataFrame({"change": change, "jump": jump}).dropna()
        for choice, inside in _cuts(both, begins):
            number = _mean(inside["change"], inside["jump"].astype(bool), LAGS["daily"])
            rows.append(number | choice | {"deviations": deviations})
    return pd.DataFrame(rows)


@remembered
def slopes(pairs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Change of the dollar's slope on yields since April 2025, over every choice.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``value``, ``low``, ``high``, ``share_pct`` (of earlier dates with as large a change),
        ``observations`` (since), ``years_before``, ``end``, ``april``.
    """
    parts = []
    last = {name: pair.dropna().index[-1] for name, pair in pairs.items()}
    for years, place, whole in product((YEARS_BEFORE, 2, 5), range(len(ENDS_MONTHS)), (True, False)):
        cut = {
            name: (pair if whole else without_april(pair))[: ends(last[name])[place]]
            for name, pair in pairs.items()
        }
        found = dollar_and_differentials(cut, years_before=years)
        parts.append(
            found.assign(
                value=found["change"],
                observations=found["observations_since"],
                years_before=years,
                end=[ends(last[name])[place] for name in found["measure"]],
                april="with" if whole else "without",
            )
        )
    columns = ["measure", "value", "low", "high", "share_pct", "observations", "years_before", "end", "april"]
    return pd.concat(parts, ignore_index=True)[columns]


def debt_slopes(convenience: pd.DataFrame) -> pd.DataFrame:
    """Slopes of convenience on debt over every choice, that in yearly changes first.

    Parameters
    ----------
    convenience
        From :func:`~foreign_demand.analysis.safe_haven.convenience_slopes`.
    """
    table = convenience.rename(columns={"slope": "value", "quarters": "observations"})
    printed = (table["spread"] == "aaa_20y") & (table["debt"] == "log_public")
    printed &= (table["sample"] == "all") & (table["form"] == "yearly changes")
    return pd.concat([table[printed], table[~printed]], ignore_index=True)


def hedged_pickup(hedged: pd.DataFrame) -> pd.DataFrame:
    """Hedged Treasury less Japanese bond, over the last twelve month ends and several bases.

    Parameters
    ----------
    hedged
        From :func:`~foreign_demand.analysis.safe_haven.hedged_yields`.

    Returns
    -------
    pandas.DataFrame
        ``value``, ``share_pct`` (of the base's months with as little), ``observations`` (months), ``end``,
        ``base`` (months at most).
    """
    pickup = (hedged["us_in_yen"] - hedged["japan"]).set_axis(hedged["month"])
    rows = []
    for base, back in product((len(pickup), 240, 120), range(12)):
        known = pickup.iloc[: len(pickup) - back].tail(base)
        rows.append(
            {"value": known.iloc[-1], "share_pct": 100 * (known <= known.iloc[-1]).mean()}
            | {"observations": len(known), "end": known.index[-1], "base": base}
        )
    return pd.DataFrame(rows)
