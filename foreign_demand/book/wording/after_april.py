"""Sentences and cells of the chapter on what came after April 2025."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.events import EVE
from foreign_demand.analysis.evidence import RARE_PCT
from foreign_demand.analysis.markets import ASSETS


def followed_by(days: pd.DataFrame) -> list[str | None]:
    """What the three did after each of some days, in one printed cell; None where it is not over.

    Parameters
    ----------
    days
        From :func:`~foreign_demand.analysis.selloffs.monitor.worst_days`.
    """
    after = days[[f"{name} after" for name in ASSETS]]
    return [
        None if row.isna().any() else "\u00a0/\u00a0".join(words.signed(value, 1) for value in row)
        for _, row in after.iterrows()
    ]


def by_size(counts: pd.DataFrame, *, threshold: float) -> str:
    """Whether joint declines of any size, and large ones, are more than expected, in one sentence.

    Parameters
    ----------
    counts
        From :func:`~foreign_demand.analysis.selloffs.monitor.joint_days_since`.
    threshold
        From which size on they are large.
    """
    any_size, large = (counts.loc[counts["threshold"] == size].iloc[0] for size in (0.0, threshold))
    first, second = ("fewer" if row["days"] < row["expected"] else "more" for row in (any_size, large))
    return (
        f"There are {first} joint days of any size than expected ({any_size['days']:.0f} against "
        f"{any_size['expected']:.0f}) {'and' if first == second else 'but'} {second} large ones "
        f"({large['days']:.0f} against {large['expected']:.1f})."
    )


def which_days(days: Sequence[pd.Timestamp]) -> str:
    """``10 Apr 2025, 21 Apr 2025`` or ``none``."""
    return ", ".join(map(words.short_day, days)) or "none"


def did_not_fall(episodes: pd.DataFrame) -> str:
    """What did not fall in which of the named episodes, in one sentence."""
    parts = []
    for row in episodes.to_dict("records"):
        said = {"Stocks": "stocks", "Treasuries": "Treasuries", "Dollar": "the dollar"}
        names = [said[name] for name in ASSETS if row[name] >= 0]
        if names:
            parts.append(f"in {row['episode']} {words.listed(names)} did not fall")
    text = "; ".join(parts) or "in each of them all three fell"
    return f"{words.begun(text)}."


_PURCHASED = {
    "Treasuries": "notes and bonds",
    "Bills": "bills",
    "Agencies": "bonds of agencies",
    "Corporate bonds": "corporate bonds",
    "Equities": "equities",
    "All long-term": "all long-term securities",
}


def purchased(row: pd.Series) -> str:
    """``Notes and bonds`` or ``Equities, official holders``: a row of the table of purchases."""
    name = _PURCHASED[row["kind"]]
    holder = "" if row["holder"] == "All foreigners" else f", {row['holder'].lower()} holders"
    return f"{words.begun(name)}{holder}"


def purchases_since(compared: pd.DataFrame) -> str:
    """What foreigners buy of America since the tariffs, and over how many pairs of months that holds.

    Parameters
    ----------
    compared
        From :func:`~foreign_demand.analysis.selloffs.sellers.compare_purchases`, all foreigners.
    """
    now = compared.set_index("kind")["latest"]
    if (now[["Treasuries", "Equities"]] < 0).all():
        return "Foreigners sell more of both Treasuries and equities than they buy: America is being sold."
    if now["Treasuries"] < 0:
        return "Foreigners sell more Treasuries than they buy and still buy equities: debt is being sold."
    if now["Equities"] < 0:
        return "Foreigners sell more equities than they buy and still buy Treasuries: shares are being sold."
    parts = []
    for row in compared.itertuples(index=False):
        side, number = "higher", row.higher
        if 2 * number < row.pairs:
            side, number = "lower", row.pairs - number
        parts.append(f"{side} for {_PURCHASED[row.kind]} in {number}")
    return (
        "Foreigners still buy more of both Treasuries and equities than they sell. Of the "
        f"{int(compared['pairs'].max())} pairs of a twelve-month sum before the tariffs and one after, "
        f"the later is {words.listed(parts)}."
    )


def came_back(days: pd.DataFrame, *, choices: pd.DataFrame, bought_usd_bn: float) -> str:
    """Whether joint declines came back, as an answer with what would change it.

    Parameters
    ----------
    days
        From :func:`~foreign_demand.analysis.selloffs.readings.day_readings`, of large declines.
    choices
        The same under every choice of score; an answer needs all of them.
    bought_usd_bn
        Net purchases of all long-term US securities by all foreigners over the latest twelve months.
    """
    later = days[days["after"] > EVE]
    first, number = later.iloc[0], int(later["value"].iloc[0])
    expected = words.between(later["expected"].min(), later["expected"].max(), 1)
    every = choices[choices["after"] > EVE]
    rare = every["share_pct"] < RARE_PCT
    counts = words.between(every["value"].min(), every["value"].max())
    others = (
        f"{words.how_many(number)} under other scores too"
        if every["value"].nunique() == 1
        else f"{counts} under other scores"
    )
    if rare.all():
        answer = "Yes"
    elif not rare.any() and bought_usd_bn > 0:
        answer = "No"
    else:
        answer = "Cannot be told"
    return (
        f"{answer}: of the {int(first['trading_days'])} trading days after the seven weeks that followed the "
        f"tariffs, large joint falls of stocks, Treasuries and the dollar came on {words.how_many(number)}, "
        f"where {expected} were to be expected ({others}), and foreigners "
        f"{words.bought_or_sold(bought_usd_bn)} of "
        "long-term US securities in the latest twelve months. More than "
        f"{words.count(int(later['most'].min()))} such days in a stretch as long, or net sales over twelve "
        "months, would change that."
    )


def by_record(any_size: pd.DataFrame, large: pd.DataFrame) -> str:
    """Joint days against each record, and large ones without the weeks in question, in sentences.

    Parameters
    ----------
    any_size, large
        From :func:`~foreign_demand.analysis.selloffs.readings.day_readings`.
    """
    whole, later = large[large["after"] == EVE], large[large["after"] > EVE]
    parts = [
        f"against the record since {every.record.year} there are {every.value} joint days where "
        f"{every.expected:.0f} were to be expected, and {row.value} large ones where {row.expected:.1f} were"
        for every, row in zip(
            any_size[any_size["after"] == EVE].itertuples(), whole.itertuples(), strict=True
        )
    ]
    text, first = "; ".join(parts), later.iloc[0]
    expected = words.listed([f"{row.expected:.1f}" for row in later.itertuples()])
    return (
        f"{words.begun(text)}. Without the weeks to {words.day(first['after'])} the large ones are "
        f"{words.how_many(int(first['value']))} in {int(first['trading_days'])} days, where {expected} were."
    )


def swaps_in_words(stretches: pd.DataFrame) -> str:
    """Whether dollars were drawn on swap lines in April 2025 as they were in spring 2020.

    Parameters
    ----------
    stretches
        From :func:`foreign_demand.analysis.selloffs.sellers.dollars_abroad`.
    """
    highest = stretches.set_index("stretch")["swaps_highest_usd_bn"]
    now, then = highest["April 2025"], highest["Spring 2020"]
    reading = "no sign of dollars short abroad" if now < then / 10 else "a sign of dollars short abroad"
    said = f"at most {words.billions(now, 1)} in April 2025, against {words.billions(then)} in spring 2020"
    return f"{said}, {reading}"
