"""The arguments about the safe haven, each with its number, its readings and its verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from foreign_demand.analysis import evidence
from foreign_demand.analysis.events import APRIL_2025, EVE
from foreign_demand.analysis.evidence import Argument
from foreign_demand.analysis.safe_haven.alternatives import WORST_MONTHS_PCT
from foreign_demand.analysis.safe_haven.assets import LATELY
from foreign_demand.analysis.safe_haven.hedge import FALL_PCT, SIMILAR_WINDOWS, TAIL_PCT

WORKS, BROKEN = "works", "broken"
"""What an argument is for."""
_TODAY = LATELY.lower()


def arguments(
    *,
    worst: pd.DataFrame,
    falls: pd.DataFrame,
    months: pd.DataFrame,
    cost: pd.DataFrame,
    breaks: pd.DataFrame,
    lately: pd.DataFrame,
    april: pd.DataFrame,
    jumps: pd.DataFrame,
    slopes: pd.DataFrame,
    debt: pd.DataFrame,
    pickup: pd.DataFrame,
) -> list[Argument]:
    """What is said for the safe haven and against it, each with all its readings.

    Parameters
    ----------
    worst, falls, months, cost, breaks, lately, april, jumps, slopes, debt, pickup
        From :mod:`foreign_demand.analysis.safe_haven.ranges`: ``worst_days``, ``long_falls``,
        ``worst_months``, ``over_bills``, ``last_breaks``, ``since_april``, ``april``, ``jumps``,
        ``slopes``, ``debt_slopes`` and ``hedged_pickup``.

    Returns
    -------
    list of Argument
        For :func:`foreign_demand.analysis.evidence.verdicts`. What rests on April 2025 names it as its
        event; what is said of the present is read since :data:`LATELY` or later.

    Notes
    -----
    An argument is supported when its 95 percent interval lies on its side of zero,
    contradicted when on the other, open otherwise. One from a single event or month, or
    from a date chosen afterwards, is open where more than
    :data:`~foreign_demand.analysis.evidence.RARE_PCT` percent of comparisons were as extreme,
    and else read by the side on which it lies.
    """
    found: list[Argument] = []

    def add(side: str, says: str, readings: pd.DataFrame, **content: Any) -> None:
        found.append(Argument(side=side, says=says, readings=readings, **content))

    def of(table: pd.DataFrame, asset: str) -> pd.DataFrame:
        return table[table["asset"] == asset].drop(columns="asset")

    present = {"rule": evidence.by_interval(), "regime": _TODAY}
    for asset in ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar"):
        add(
            WORKS,
            f"{asset} gains on the worst days",
            of(worst, asset),
            measure=f"mean of the worst {TAIL_PCT}% of days for stocks",
            unit="% a day",
            would_change="more bad days, until the interval clears zero",
            **present,
        )
    for asset in ("10-year Treasury", "Dollar"):
        add(
            WORKS,
            f"{asset} gains when stocks fall for long",
            of(falls, asset),
            measure=f"mean of falls over {FALL_PCT}%",
            unit="% a fall",
            would_change="further long falls",
            **present,
        )
    for asset in ("10-year Treasury", "Dollar"):
        add(
            WORKS,
            f"{asset} gains in the worst months",
            of(months, asset),
            measure=f"mean of the worst {WORST_MONTHS_PCT}% of months for stocks",
            unit="% a month",
            would_change="bad months to come",
            **present,
        )
    add(
        WORKS,
        "Holding the hedge pays",
        cost,
        measure="10-year Treasury over bills",
        unit="% a year",
        would_change="a few years of excess returns of either sign",
        **present,
    )
    if len(breaks):
        add(
            BROKEN,
            "Stocks and bonds move together more than before",
            breaks,
            measure=f"mean monthly correlation since {breaks['month'].iloc[0]:%B %Y} less that of the "
            "regime before",
            unit="",
            share_of="bootstrap draws",
            rule=evidence.by_rarity(signed=True),
            would_change="a test that finds the break whatever block it resamples",
        )
    add(
        BROKEN,
        "Stocks and bonds move together more since April 2025",
        lately,
        measure="mean monthly correlation since less that of the regime it fell in",
        unit="",
        share_of="earlier stretches as long",
        rule=evidence.by_rarity(signed=True),
        would_change="correlations outside what earlier stretches show",
        event=APRIL_2025.name,
        regime=f"since {EVE:%B %Y}",
    )
    for asset in ("Dollar", "10-year Treasury"):
        add(
            BROKEN,
            f"{asset} fell unusually far with stocks in April 2025",
            of(april, asset),
            measure=f"return from {APRIL_2025.start.day} to {APRIL_2025.end.day} {APRIL_2025.end:%B %Y}",
            unit="%",
            share_of=SIMILAR_WINDOWS,
            rule=evidence.by_rarity(),
            would_change="a second event of the kind; one is no distribution",
            event=APRIL_2025.name,
        )
    add(
        BROKEN,
        "Yields rise when the VIX jumps",
        jumps,
        measure="mean change of the 10-year yield on days of a jump",
        unit="basis points",
        would_change="an interval clear of zero",
        **present,
    )
    for measure, readings in slopes.groupby("measure", sort=False):
        add(
            BROKEN,
            f"The dollar came loose from yields ({measure})",
            readings.drop(columns="measure"),
            measure=f"slope since {EVE.day} {EVE:%B %Y} less that of the years before",
            unit="% per point",
            share_of="earlier dates",
            rule=evidence.by_interval(sign=-1, rare=True),
            would_change="the slope returning to what it was, or the change without its first weeks",
            event=APRIL_2025.name,
            regime=f"since {EVE:%B %Y}",
        )
    add(
        BROKEN,
        "More debt wears the convenience yield down",
        debt,
        measure="slope of the Aaa less 20-year spread on log debt over output, in yearly changes",
        unit="points per log point",
        rule=evidence.by_interval(sign=-1),
        would_change="one sign, in levels and in changes and in both halves of the sample",
    )
    add(
        BROKEN,
        "Hedged, a Treasury pays a Japanese buyer unusually little",
        pickup,
        measure=f"10-year Treasury hedged into yen less Japanese bond, {pickup['end'].iloc[0]:%B %Y}",
        unit="points",
        share_of="months",
        rule=evidence.by_rarity(),
        would_change="another gap of short rates; the currency basis, which is not free data",
        regime="the latest month",
    )
    return found
