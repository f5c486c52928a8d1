"""What *Allies and rivals* says: the answer, verdicts, and cells that depend on a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import alignment
from foreign_demand.book.figures import as_printed
from foreign_demand.data.places import read_places

_YEAR, _FIRST = alignment.YEAR, alignment.FIRST

STATEMENTS: Mapping[str, str] = {
    "most_bought": f"The most aligned bought, net, in {_YEAR}",
    "most_above_rest": f"They bought more than the least aligned in {_YEAR}",
    "least_sold": f"The least aligned sold, net, in {_YEAR}",
    "rest_sold": f"Neutral and least aligned sold, net, over {_FIRST}–{_YEAR}",
    "largest_year": f"{_YEAR} was the most aligned's largest year since {_FIRST}",
    "nine_of_ten": "The most aligned bought in nine of ten years",
    "heaviest_in_six": f"{_YEAR} was the least aligned's heaviest sale of six years",
    "without_both_bought": f"Without the UK and Belgium the most aligned bought in {_YEAR}",
    "without_both_more": f"Without them they bought more in {_YEAR} than in {_YEAR - 1}",
}
"""What was concluded, by key of :func:`~foreign_demand.analysis.alignment.statements`."""

FIGURES: Mapping[str, str] = {
    "most_usd_bn": f"Most aligned, {_YEAR}",
    "least_usd_bn": f"Least aligned, {_YEAR}",
    "rest_usd_bn": f"Neutral and least aligned, {_FIRST}–{_YEAR}",
}
"""The published figures, by column of the curve."""

COUNTED: Mapping[str, str] = {
    "all": "All states",
    "without Belgium": "Without Belgium",
    "without the UK": "Without the UK",
    "without both": "Without both",
}
"""Which states are counted, as charts name it."""

_VERDICTS = {1: "stands", 0: "depends on the choice", -1: "does not stand"}
_CHOICES = {
    "measure": "Measure",
    "report": "Report",
    "share_pct": "Share of states in a group",
    "territories": "Dependent territories",
    "without": "Left out",
    "maturities": "Maturities",
    "edition": "Edition of the data",
}


def answer(found: pd.DataFrame, *, financed_pct: float) -> str:
    """The first word on whether friends fund the deficit.

    Parameters
    ----------
    found
        From :func:`~foreign_demand.analysis.alignment.statements`.
    financed_pct
        What the most aligned bought, in percent of the net issue.
    """
    stands = found.set_index("statement").loc["most_bought", "stands"]
    if stands > 0:
        return "Yes" if financed_pct >= 50 else "Partly"
    return "No" if stands < 0 else "That cannot be told"


def share_of_curve(found: pd.DataFrame, statement: str) -> str:
    """In how many specifications a statement holds: ``all``, ``72%``, ``none``."""
    share = found.set_index("statement").loc[statement, "holds_pct"]
    return {100.0: "all", 0.0: "none"}.get(share, words.percent(share))


def verdict(found: pd.DataFrame, statement: str) -> str:
    """``stands``, ``does not stand`` or ``depends on the choice``."""
    return _VERDICTS[int(found.set_index("statement").loc[statement, "stands"])]


def how_near(standing: pd.DataFrame, figure: str) -> str:
    """Where a published figure stands in the curve: ``above 74% of specifications``."""
    row = standing.set_index("figure").loc[figure]
    return f"{words.percent(row['below_pct'])} of specifications find less"


def span_of(standing: pd.DataFrame, figure: str) -> str:
    """Nine tenths of the curve: ``USD +147 to +528 billion``."""
    row = standing.set_index("figure").loc[figure]
    return f"USD {words.signed(row['low_usd_bn'])} to {words.signed(row['high_usd_bn'])} billion"


def mostly_whom(by_type: Mapping[str, float]) -> str:
    """Whether governments or others did most of what foreigners bought.

    Parameters
    ----------
    by_type
        From :func:`~foreign_demand.analysis.alignment.official_and_private`.
    """
    if by_type["official"] > by_type["private"]:
        return "mostly governments"
    return "mostly not governments"


def range_of_cutoffs(low: float, high: float) -> str:
    """``between 62.6% and 65.8%``."""
    return f"between {words.percent(low, 1)} and {words.percent(high, 1)}"


def statements_as_printed(found: pd.DataFrame) -> pd.DataFrame:
    """Cells of what was concluded and how often it is so, the safest first."""
    shown = found.assign(said=found["statement"].map(STATEMENTS)).sort_values("holds_pct", ascending=False)
    return as_printed(
        shown,
        {
            "What was concluded": ("said", str),
            "Holds in, %": ("holds_pct", _share),
            "of specifications": ("specifications", "{:,}".format),
            "Verdict": ("stands", _VERDICTS.__getitem__),
        },
    )


def _share(value: float) -> str:
    """Whole percent, which say ``100`` and ``0`` only where it is all or none."""
    if 99.5 <= value < 100:
        return "> 99"
    return "< 1" if 0 < value < 0.5 else f"{value:.0f}"


def choices_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of what each choice does."""
    shown = table.assign(
        named=table["choice"].map(_CHOICES),
        said=[_option(*pair) for pair in zip(table["choice"], table["option"], strict=True)],
    )
    whole = {title: (column, words.signed) for column, title in FIGURES.items()}
    return as_printed(
        shown,
        {"Choice": ("named", str), "Option": ("said", str)}
        | whole
        | {f"{_YEAR} largest, %": ("largest_pct", _share)},
    )


def _option(choice: str, option: str) -> str:
    if choice == "report":
        return "each year's nearest" if option == str(alignment.EVERY_YEAR) else option
    if choice == "share_pct":
        return f"{option} to {int(option) + 9}%" if option != "50" else "50%"
    return COUNTED.get(option, option).lower() if choice == "without" else option


def on_the_cutoff_as_printed(edges: pd.DataFrame) -> pd.DataFrame:
    """Cells of the states on either side of each cutoff.

    Parameters
    ----------
    edges
        Tables of :func:`~foreign_demand.analysis.alignment.on_the_cutoff` one below the other, with
        ``cutoff`` (its name).
    """
    shown = edges.assign(
        country=edges["iso3"].map(state_name), side=edges["above"].map({True: "above", False: "below"})
    )
    return as_printed(
        shown,
        {
            "Cutoff": ("cutoff", str),
            "State": ("country", str),
            "Coincidence, %": ("alignment", "{:.1f}".format),
            "Side": ("side", str),
            f"Net purchases {_YEAR}": ("net_purchases_usd_bn", lambda value: words.signed(value, 1)),
            "Group's sum if the cutoff passes it": ("group_usd_bn", lambda value: words.signed(value, 1)),
        },
    )


def state_name(iso3: str) -> str:
    """A state as a sentence names it, without its article: ``GBR`` → ``United Kingdom``."""
    names = {place.iso3: place.in_sentences for place in read_places() if place.iso3}
    return names.get(iso3, iso3).removeprefix("the ")


def countries_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of the table by country.

    Parameters
    ----------
    table
        From :func:`~foreign_demand.analysis.alignment.by_country`.
    """
    place = "{:.0f}".format
    columns: dict[str, Any] = {
        "Country": ("iso3", state_name),
        "Group": ("group", str),
        "All votes": (alignment.ALL_VOTES, place),
        "Important votes": (alignment.IMPORTANT, place),
        "Ideal points": (alignment.IDEAL, place),
        alignment.BEFORE: ("before_usd_bn", lambda value: words.signed(value, 1)),
    }
    for column in table.filter(like="net_"):
        columns[column.split("_")[1]] = (column, lambda value: words.signed(value, 1))
    return as_printed(table, columns | {"Holdings": ("holdings_usd_bn", "{:,.0f}".format)})


def spans_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of purchases beside the change of holdings."""
    return as_printed(
        table,
        {
            "Span": ("span", str),
            "Group or country": ("group", str),
            "Net purchases": ("net_purchases_usd_bn", words.signed),
            "Change of holdings": ("change_usd_bn", words.signed),
            "Price and what is not recorded": ("other_usd_bn", words.signed),
        },
    )


def editions_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of what each edition said of the same months."""
    columns: dict[str, Any] = {"Edition": ("edition", str), "Months": ("span", str)}
    groups = {name: (name, lambda value: words.signed(value, 1)) for name in alignment.GROUPS}
    return as_printed(table, columns | groups)


def reports_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of the reports and of the states each leaves out."""
    return as_printed(
        table,
        {
            "Measure": ("measure", str),
            "Year": ("report", str),
            "States placed": ("states", str),
            "Left out": ("left_out", str),
            "Which": ("names", lambda codes: words.listed([state_name(code) for code in codes.split()])),
        },
    )


def unmatched_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of places that no report places."""
    return as_printed(
        table.assign(sovereign=table["sovereign"].map(lambda name: name.removeprefix("the ") or None)),
        {
            "Place": ("iso3", state_name),
            "Belongs to": ("sovereign", str),
            f"Net purchases {_YEAR}": ("net_purchases_usd_bn", lambda value: words.signed(value, 1)),
        },
    )


def largest_in_words(table: pd.DataFrame, column: str, *, count: int, decimals: int = 0) -> str:
    """``Russia (+912) and China (+544)``: the first rows of a table with ``iso3``."""
    rows = table.head(count)
    return words.listed(
        [
            f"{state_name(iso3)} ({words.signed(value, decimals)})"
            for iso3, value in zip(rows["iso3"], rows[column], strict=True)
        ]
    )


def period_labels(yearly: pd.DataFrame) -> pd.Series:
    """Labels of years in the chart by group: a year of which a regime has only a part says which."""
    rest = {1: "Jan", 11: "Feb–Dec"}
    return pd.Series(
        [
            str(year) if months == 12 else f"{year}, {rest.get(months, f'to {_month_name(months)}')}"
            for year, months in zip(yearly["year"], yearly["months"], strict=True)
        ],
        index=yearly.index,
    )


def _month_name(number: int) -> str:
    return f"{pd.Timestamp(2000, number, 1):%b}"
