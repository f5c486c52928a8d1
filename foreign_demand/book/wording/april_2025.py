"""Sentences and cells of the chapter on April 2025."""

from __future__ import annotations

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.selloffs import joint

_PRINTS = {
    "net purchases of notes and bonds": "Notes and bonds, net",
    "holdings, Grand Total": "All, holdings",
}


def print_name(series: str) -> str:
    """A row of ``tic_first_prints`` as the table names it: ``China, holdings``."""
    place = words.country(series.removeprefix("holdings, ")).removeprefix("the ")
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
        f"the published count is rebuilt when bond prices before {year} are taken at month-ends only"
        if near
        else f"the published count is not rebuilt by withholding daily bond prices before {year}"
    )
    return (
        f"US stocks, Treasuries and the dollar fell together on {words.percent(share, 1)} of trading days "
        f"between {first} and {last} (one day in {100 / share:.0f}), not on the "
        f"{words.percent(count['published_pct'])} that has been published: {why}."
    )


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


def found(reading: pd.Series) -> str:
    """What was found for one piece of evidence, by its rule."""
    if reading["rule"] == "reversal":
        unit = {"bp": " bp", "%": "%", "points": ""}[reading["unit"]]
        return ", ".join(f"{words.signed(reading[at])}{unit}" for at in ("move", "truce", "latest"))
    if reading["rule"] == "flow":
        return f"USD {words.signed(reading['before'])} billion, now {words.signed(reading['latest'])}"
    if reading["rule"] == "percentile":
        place = reading["measured"]
        side, share = ("lower", 100 - place) if place < 50 else ("higher", place)
        return f"{side} than over {words.percent(share, 1)} of spans as long"
    return (
        f"{words.how_many(int(reading['days']))}, {reading['expected']:.1f} expected; as many in "
        f"{words.percent(reading['measured'])} of earlier stretches"
    )


def readings_listed(readings: pd.DataFrame) -> str:
    """Which evidence reads which way, in one sentence."""
    parts = []
    for score in ("technical", "structural", "mixed"):
        found = readings.loc[readings["score"] == score, "evidence"].tolist()
        if found:
            parts.append(f"{words.count(len(found))} as {score} ({'; '.join(found)})")
    text = words.listed(parts)
    return f"{text[:1].upper()}{text[1:]}."
