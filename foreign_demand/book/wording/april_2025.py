"""Sentences and cells of the chapter on April 2025."""

from __future__ import annotations

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.evidence import OPEN, SAME_EVENT, by_reversal
from foreign_demand.analysis.selloffs import joint
from foreign_demand.analysis.selloffs.readings import LABELS
from foreign_demand.data.places import in_a_sentence

_PRINTS = {
    "net purchases of notes and bonds": "Notes and bonds, net",
    "holdings, Grand Total": "All, holdings",
}


def print_name(series: str) -> str:
    """A row of ``tic_first_prints`` as the table names it: ``China, holdings``."""
    place = in_a_sentence(series.removeprefix("holdings, ")).removeprefix("the ")
    return _PRINTS.get(series, f"{place}, holdings")


def moves_elsewhere(places: pd.DataFrame, measure: str, *, but: str) -> str:
    """``rose in March 2020 and September 2022, and fell in September 2008``.

    Parameters
    ----------
    places
        From :func:`~foreign_demand.analysis.selloffs.episode.window_places`.
    measure
        Its name there.
    but
        Episode that is left out.
    """
    others = places[(places["measure"] == measure) & (places["episode"] != but)]
    rose = others["change"] > 0
    parts = {"rose": others.loc[rose, "episode"], "fell": others.loc[~rose, "episode"]}
    return ", and ".join(
        f"{verb} in {words.listed(list(names))}" for verb, names in parts.items() if len(names)
    )


def joint_finding(rebuilt: pd.DataFrame, frequency: pd.DataFrame) -> str:
    """The finding on joint sell-offs, in one sentence.

    Parameters
    ----------
    rebuilt
        From :func:`~foreign_demand.analysis.selloffs.joint.rebuilt_counts`.
    frequency
        From :func:`~foreign_demand.analysis.selloffs.joint.joint_frequency`, over the same years.
    """
    count = rebuilt.set_index("sampling").loc["Daily"]
    share = frequency.set_index("sampling").loc["Daily", "share_pct"]
    near = abs(count["rebuilt"] / count["published"] - 1) < 0.1
    year, first, last = joint.FIRST_DAILY.year, joint.FIRST_DAY.year, joint.LAST_DAY.year
    why = (
        f"with bond prices before {year} at month-ends only the count comes to {count['rebuilt']:,.0f} "
        f"days, near the {count['published']:,.0f} published"
        if near
        else f"the published count is not rebuilt by withholding daily bond prices before {year}"
    )
    return (
        f"US stocks, Treasuries and the dollar fell together on {words.percent(share, 1)} of trading days "
        f"between {first} and {last} (one day in {100 / share:.0f}), not on the "
        f"{words.percent(count['published_pct'])} that has been published: {why}."
    )


def dumped(april_usd_bn: float, may_usd_bn: float, *, held_usd_bn: float, revised_usd_bn: float) -> str:
    """Whether foreigners dumped Treasuries in April 2025, and what would change the answer.

    Parameters
    ----------
    april_usd_bn, may_usd_bn
        Net purchases of notes and bonds in the two months.
    held_usd_bn
        What was held at the end of March.
    revised_usd_bn
        By how much April has been revised since it was first published.
    """
    verb = "bought" if april_usd_bn >= 0 else "sold"
    size, share = abs(april_usd_bn), words.percent(100 * abs(april_usd_bn) / held_usd_bn, 1)
    back = april_usd_bn + may_usd_bn > 0
    answer = "No" if april_usd_bn >= 0 else f"They sold{', and not for long' if back else ''}"
    return (
        f"{answer}: by the current vintage they {verb} {words.billions(size, 1)} of notes and bonds net in "
        f"April, {share} of what they held, and {words.bought_or_sold(may_usd_bn, 1)} in May. Whether they "
        "sold in the days of the sell-off cannot be told from monthly figures. A revision larger than "
        f"{words.billions(size, 1)} would change the answer; the one since the first print was "
        f"{words.billions(abs(revised_usd_bn), 1)}."
    )


def sale_among(net_usd_bn: pd.Series, month: pd.Timestamp) -> str:
    """Where a month of net sales stands among all: ``the largest net sale of the 40 months since …``.

    Parameters
    ----------
    net_usd_bn
        Net purchases by month.
    month
        One in which foreigners sold net.
    """
    larger = int((net_usd_bn < net_usd_bn[month]).sum())
    beside = net_usd_bn.drop(month).idxmin()
    place = "the largest net sale" if not larger else f"number {larger + 1} among the net sales"
    near = f"{words.month(beside)} has {words.billions(-net_usd_bn[beside], 1)}"
    first = words.month(net_usd_bn.index[0])
    return f"{place} of the {words.count(len(net_usd_bn))} months since {first} ({near})"


def rank_among(auction: pd.Series) -> str:
    """``the highest of 13`` or ``rank 2 of 13 from the lowest``.

    Parameters
    ----------
    auction
        A current row of :func:`~foreign_demand.analysis.selloffs.sellers.auctions_in_context`.
    """
    rank, compared = int(auction["rank"]), int(auction["compared"])
    if rank in (1, compared):
        return f"the {'lowest' if rank == 1 else 'highest'} of {compared}"
    return f"rank {rank} of {compared} from the lowest"


def other_days(places: pd.DataFrame, *, day: pd.Timestamp) -> str:
    """Which measures have no value on a day and are shown on their next, in a sentence; or nothing.

    Parameters
    ----------
    places
        One row a measure: ``name`` and ``end``, the day that is shown.
    day
        The day that is meant.
    """
    late = places[places["end"] > day]
    if late.empty:
        return ""
    named = words.listed([f"{row.name} of {words.day(row.end)}" for row in late.itertuples(index=False)])
    return f" Without a value on {words.day(day)} and shown on the next day that has one: {named}."


def found(reading: pd.Series) -> str:
    """What the first reading of one piece of evidence found, as a cell.

    Parameters
    ----------
    reading
        First row of the readings of :mod:`foreign_demand.analysis.selloffs.readings`.
    """
    if "base" in reading:
        return f"{words.percent(reading['value'])} undone by {words.short_day(reading['end'])}"
    if "start" in reading:
        return f"USD {words.signed(reading['before'])} billion, then {words.signed(reading['latest'])}"
    if "weeks" in reading:
        place = reading["value"]
        side, share = ("lower", 100 - place) if place < 50 else ("higher", place)
        return f"{side} than over {words.percent(share, 1)} of spans as long"
    return (
        f"{words.how_many(int(reading['value']))}, {reading['expected']:.1f} expected; as many in "
        f"{words.percent(reading['share_pct'])} of earlier stretches"
    )


def readings_listed(verdicts: pd.DataFrame) -> str:
    """Which evidence reads one way whatever is chosen, and how much does not, in two sentences."""
    parts = []
    for score in ("technical", "structural"):
        named = verdicts.loc[verdicts["reading"] == score, "argument"].tolist()
        if named:
            read = "reads" if len(named) == 1 else "read"
            parts.append(f"{words.count(len(named))} {read} as {score} ({'; '.join(named)})")
    turned = int((verdicts["reading"] == LABELS[OPEN]).sum())
    same = int((verdicts["reading"] == SAME_EVENT).sum())
    text = f"{words.listed(parts) or 'none reads one way'} under all choices that matter"
    again = f"; {words.count(same)} more of an event already counted" if same else ""
    text = f"{words.begun(text)}{again}."
    return f"{text} How the others read ({words.count(turned)}) turns with the choice."


def technical_or_structural(verdicts: pd.DataFrame) -> str:
    """The answer, and what would change it, in two sentences."""
    counts = verdicts["reading"].value_counts()
    technical, structural = (int(counts.get(side, 0)) for side in ("technical", "structural"))
    pieces, decided = words.count(len(verdicts)), technical + structural
    if 2 * decided < len(verdicts) or (technical and structural):
        return (
            "Whether April 2025 was technical or structural cannot be told: "
            f"{words.how_many(technical)} of {pieces} pieces of evidence "
            f"{'reads' if technical == 1 else 'read'} as technical whatever date, base and window is taken, "
            f"{words.how_many(structural)} as structural. Positions of dealers and funds, or swap spreads, "
            "would tell more than another year of prices."
        )
    side = "technical" if technical else "structural"
    return (
        f"April 2025 reads as {side}: {words.count(decided)} of {pieces} pieces of evidence do so whatever "
        "date, base and window is taken, and none the other way. One that turned would change this."
    )


def undone_tally(undone: pd.DataFrame, day: pd.Timestamp) -> str:
    """``three technical and four structural``: how the moves of some prices read on a day.

    Parameters
    ----------
    undone
        From :func:`~foreign_demand.analysis.selloffs.readings.retraced`, with a column named by
        the day as :func:`~foreign_demand.words.short_day` writes it.
    """
    column = undone[f"{words.short_day(day)} undone"]
    found = pd.Series([LABELS[by_reversal(pd.Series({"value": value}))] for value in column])
    counts = found.value_counts()
    return words.listed(
        [f"{words.count(int(counts[label]))} {label}" for label in LABELS.values() if label in counts]
    )
