"""The arguments about the safe haven, each with its number and its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from foreign_demand.analysis import evidence
from foreign_demand.analysis.events import APRIL_2025, EVE
from foreign_demand.analysis.safe_haven.alternatives import WORST_MONTHS_PCT
from foreign_demand.analysis.safe_haven.assets import LATELY, THIS_DECADE
from foreign_demand.analysis.safe_haven.hedge import FALL_PCT, LATE_FALLS, SIMILAR_WINDOWS, TAIL_PCT
from foreign_demand.analysis.safe_haven.responses import YEARS_BEFORE
from foreign_demand.words import count, day, month, percent, span


def scorecard(
    *,
    worst: pd.DataFrame,
    falls: pd.DataFrame,
    cost: pd.DataFrame,
    breaks: pd.DataFrame,
    lately: Mapping[str, float],
    episodes: pd.DataFrame,
    jumps: pd.DataFrame,
    slopes: pd.DataFrame,
    convenience: pd.DataFrame,
    bonds: pd.DataFrame,
    hedged: pd.DataFrame,
) -> pd.DataFrame:
    """Each argument about the safe haven with its number, and what would change the reading.

    Parameters
    ----------
    worst
        :func:`worst_periods`, daily, over :data:`REGIMES`.
    falls
        :func:`average_drawdown`.
    cost
        :func:`hedge_cost`.
    breaks, lately
        :func:`break_dates` and :func:`end_of_sample` of stocks and 10-year notes.
    episodes
        :func:`episode_returns`.
    jumps
        :func:`vix_jump_responses` over :data:`REGIMES`.
    slopes
        :func:`dollar_and_differentials`.
    convenience
        :func:`convenience_slopes`.
    bonds
        :func:`foreign_bonds`.
    hedged
        :func:`hedged_yields`.

    Returns
    -------
    pandas.DataFrame
        ``side`` (``works`` or ``broken``: what the argument is for), ``argument``,
        ``measure``, ``value``, ``low``, ``high`` (missing where the uncertainty is a
        share), ``unit``, ``share_pct`` of ``share_of`` that were as extreme, ``reading``
        and ``would_change``.

    Notes
    -----
    An argument is ``supported`` when its 95 percent interval lies on its side of zero,
    ``contradicted`` when on the other, ``open`` otherwise. One from a single event or month, or
    from a date chosen afterwards, is ``open`` where more than
    :data:`~foreign_demand.analysis.evidence.RARE_PCT` percent of comparisons were as extreme,
    and else read by the side on which it lies.
    """
    arguments: list[evidence.Argument] = []

    def pick(table: pd.DataFrame, value: str, **where: object) -> pd.DataFrame:
        chosen = table
        for column, wanted in where.items():
            chosen = chosen[chosen[column] == wanted]
        return chosen.iloc[[0]].rename(columns={value: "value"})

    def add(side: str, says: str, **content: Any) -> None:
        arguments.append(evidence.Argument(side=side, says=says, **content))

    for asset in ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar"):
        add(
            "works",
            f"{asset} gains on the worst days",
            measure=f"mean of the worst {percent(TAIL_PCT)} of days for stocks {LATELY.lower()}",
            readings=pick(worst, "mean_pct", period=LATELY, tail_pct=TAIL_PCT, asset=asset),
            unit="% a day",
            rule=evidence.by_interval(),
            would_change="more bad days, until the interval clears zero",
        )
    for asset in ("10-year Treasury", "Dollar"):
        add(
            "works",
            f"{asset} gains when stocks fall for long",
            measure=f"mean of falls over {percent(FALL_PCT)} {LATE_FALLS.lower()}",
            readings=pick(falls, "mean_pct", group=LATE_FALLS, asset=asset),
            unit="% a fall",
            rule=evidence.by_interval(),
            would_change="further long falls in which it loses",
        )
    add(
        "works",
        "10-year Treasury gains in the worst months",
        measure=f"mean of the worst {percent(WORST_MONTHS_PCT)} of months for stocks "
        f"since {bonds['first_month'].iloc[0].year}",
        readings=pick(bonds, "local_pct", asset="United States"),
        unit="% a month",
        rule=evidence.by_interval(),
        would_change=f"bad months to come: so far there are {count(bonds['months'].iloc[0])}",
    )
    add(
        "works",
        "Holding the hedge pays",
        measure=f"10-year Treasury over bills in the {THIS_DECADE}",
        readings=pick(cost, "return_pct", period=THIS_DECADE, asset="10-year Treasury"),
        unit="% a year",
        rule=evidence.by_interval(),
        would_change="a few years of excess returns of either sign",
    )
    if len(breaks):
        last = breaks.iloc[-1]
        add(
            "broken",
            "Stocks and bonds move together more than before",
            measure=f"mean monthly correlation since {month(last['month'])} less that of the regime before",
            readings=evidence.one_reading(last["after"] - last["before"], share_pct=100 * last["p_value"]),
            unit="",
            share_of="bootstrap draws",
            rule=evidence.by_rarity(signed=True),
            would_change="a further break, back down",
        )
    add(
        "broken",
        "Stocks and bonds move together more since April 2025",
        measure="mean monthly correlation since April 2025 less that of the regime it fell in",
        readings=evidence.one_reading(lately["since"] - lately["before"], share_pct=lately["share_pct"]),
        unit="",
        share_of="earlier stretches as long",
        rule=evidence.by_rarity(signed=True),
        would_change="correlations outside what earlier stretches show",
    )
    for asset in ("10-year Treasury", "Dollar"):
        event = pick(episodes, "return_pct", episode="April 2025", asset=asset)
        add(
            "broken",
            f"{asset} fell unusually far with stocks in April 2025",
            measure=f"return from {span(APRIL_2025.start, APRIL_2025.end)}",
            readings=event.rename(columns={"percentile_when_stocks_fell": "share_pct"}),
            unit="%",
            share_of=SIMILAR_WINDOWS,
            rule=evidence.by_rarity(),
            would_change="a second event of the kind; one is no distribution",
        )
    add(
        "broken",
        "Yields rise when the VIX jumps",
        measure=f"mean change of the 10-year yield on days of a jump {LATELY.lower()}",
        readings=pick(jumps, "mean", period=LATELY, answer="10-year yield, basis points"),
        unit="basis points",
        rule=evidence.by_interval(),
        would_change="an interval clear of zero",
    )
    for loose in slopes["measure"]:
        add(
            "broken",
            f"The dollar came loose from yields ({loose})",
            measure=f"slope since {day(EVE)} less that of the {count(YEARS_BEFORE)} years before",
            readings=pick(slopes, "change", measure=loose),
            unit="% per point",
            share_of="earlier dates",
            rule=evidence.by_interval(sign=-1, rare=True),
            would_change="the slope returning to what it was",
        )
    add(
        "broken",
        "More debt wears the convenience yield down",
        measure="slope of the Aaa less 20-year spread on log debt over output, with controls",
        readings=pick(
            convenience,
            "slope",
            spread="aaa_20y",
            debt="log_public",
            sample="all",
            form="levels, with controls",
        ),
        unit="points per log point",
        rule=evidence.by_interval(sign=-1),
        would_change="one sign, in levels and in changes and in both halves of the sample",
    )
    pickup = hedged["us_in_yen"] - hedged["japan"]
    add(
        "broken",
        "Hedged, a Treasury pays a Japanese buyer unusually little",
        measure=f"10-year Treasury hedged into yen less Japanese bond, {month(hedged['month'].iloc[-1])}",
        readings=evidence.one_reading(pickup.iloc[-1], share_pct=100 * (pickup <= pickup.iloc[-1]).mean()),
        unit="points",
        share_of="months",
        rule=evidence.by_rarity(),
        would_change="another gap of short rates; the currency basis, which is not free data",
    )
    columns = ["side", "argument", "measure", "value", "low", "high", "unit", "share_pct", "share_of"]
    return evidence.verdicts(arguments)[[*columns, "reading", "would_change"]]
