"""What *Claims* says: figures found, and the reason of a verdict, in words and in cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import claims
from foreign_demand.analysis.claims import Reading
from foreign_demand.book.figures import as_printed, sources_of
from foreign_demand.data.claims import Claim, Ledger

_WRITE: Mapping[str, Callable[[float], str]] = {
    "USD billion": lambda value: words.billions(value, 1),
    "USD trillion": lambda value: f"USD {value:.1f} trillion",
    "percent": lambda value: words.percent(value, 2),
    "basis points": lambda value: f"{words.signed(value)} basis points",
    "percent change": lambda value: words.signed_percent(value, 1),
    "percentage points": lambda value: f"{words.signed(value, 2)} percentage points",
    "index points": lambda value: f"{words.signed(value, 1)} points",
    "JPY billion": lambda value: f"JPY {value:,.1f} billion",
    "rank": lambda value: f"place {value:.0f}",
    "standard errors": lambda value: f"{words.signed(value, 1)} standard errors",
    "times": lambda value: f"{value:.1f} times",
    "month": lambda value: words.month(claims.month_of(value)),
    "year": lambda value: f"{value:.0f}",
    "months ago": lambda value: f"{value:.0f} month{'' if value == 1 else 's'} before",
}
"""How a figure is printed by its unit; other units are things that are counted."""

_STATED = {"value": "", "above": "at least ", "below": "at most "}


def figure_in_words(value: float, unit: str) -> str:
    """``-97.3, "USD billion"`` → ``USD −97.3 billion``; ``none`` and a dash where there is none."""
    if value in (claims.NEVER, -claims.NEVER):
        return "none"
    if value != value:
        return "–"
    if unit in _WRITE:
        return _WRITE[unit](value)
    part, _, of = unit.partition("percent ")
    return f"{value:,.0f} {unit}" if part else f"{words.percent(value)} {of}"


def stated_in_words(claim: Claim) -> str:
    """What a claim states, part by part."""
    parts = []
    for part in claim.parts:
        how, figure = claims.stated(claim, part)
        if how != "value" and not figure:
            parts.append(f"{how} zero")
            continue
        if claims.unit_of(claim, part) == "rank" and how == "below":
            parts.append(f"place {figure:.0f} or better")
            continue
        parts.append(f"{_STATED[how]}{figure_in_words(figure, claims.unit_of(claim, part))}")
    return words.listed(parts)


def found_in_words(reading: Reading | None) -> str:
    """What a reading finds, part by part; a figure that parts share stands once."""
    if reading is None:
        return ""
    if len(reading.found) > 1 and set(reading.units) == {"rank"} and all(map(math.isfinite, reading.found)):
        return f"places {words.listed([f'{place:.0f}' for place in reading.found])}"
    found = [figure_in_words(v, unit) for v, unit in zip(reading.found, reading.units, strict=True)]
    return words.listed(list(dict.fromkeys(found)))


def reason(claim: Claim, row: Mapping[str, Any]) -> str:
    """Why a claim has its verdict, in a sentence or two.

    Parameters
    ----------
    claim
        Of the ledger.
    row
        Of :func:`foreign_demand.analysis.claims.verdicts`.
    """
    return " ".join(filter(None, [_reason(claim, row), claim.note]))


def _reason(claim: Claim, row: Mapping[str, Any]) -> str:
    verdict, stated, decided = row["verdict"], row["stated_reading"], row["decided_by"]
    if verdict == claims.NOT_TESTABLE:
        return f"It would need {claim.needs}."
    if verdict == claims.UNCHECKED:
        if claim.lacks:
            return f"Not held here: {claim.lacks}."
        if waits := row.get("waits_for"):
            return f"It waits for {words.listed(waits)}, which this build did not obtain."
        return "The data that it asks for are not held in this build."
    first, other = found_in_words(stated), found_in_words(decided)
    if verdict == claims.HOLDS:
        return f"The data have {first}{_since(claim, stated)}{_counted(row)}."
    if verdict == claims.REVISED:
        if decided.kind == "edition":
            return f"Today's data have {first}; {decided.choice}, {other}."
        return f"Today's data have {other}{_revised(claim, decided)}."
    if verdict == claims.DEPENDS:
        return f"As stated the data have {first}; {decided.choice}, {other}{_counted(row)}."
    if verdict == claims.WRONG_CONCEPT:
        return f"As stated the data have {first}; the figure is met {decided.choice}: {other}."
    if verdict == claims.WRONG_DATE:
        choice = f", {decided.choice}" if decided.kind == "concept" else ""
        off = _months_off(_months_from(stated.as_of, decided.as_of))
        return (
            f"For that date the data have {first}; they meet the figures {off}, "
            f"in {words.month(decided.as_of)}{choice}: {other}{_revised(claim, decided)}."
        )
    tried = (
        ""
        if decided is stated
        else f"; {_months_off(decided.shift)}, where the text's other figures fit, {other}"
    )
    return f"The data have {first}{_since(claim, stated)}{tried}{_counted(row)}."


def _revised(claim: Claim, reading: Reading) -> str:
    """That a reading is near enough only with what revisions may add."""
    if reading.margin >= 0:
        return ""
    allowed = figure_in_words(max(reading.moved), reading.units[0])
    return (
        f", further off than its words allow, but within the {allowed} by which a later edition can move it"
    )


def _counted(row: Mapping[str, Any]) -> str:
    """How many of the readings agree; nothing where there is one."""
    if row["readings"] < 2:
        return ""
    agree = f"{words.how_many(row['agree'])} of {words.count(row['readings'])} readings"
    return f" ({agree} {'agrees' if row['agree'] == 1 else 'agree'} with the claim)"


def _since(claim: Claim, reading: Reading) -> str:
    """Where the record begins, for what is said of a record."""
    if not claim.test.startswith(("rank", "last_as")):
        return ""
    return f" in a record from {words.month(reading.first)}"


def _months_from(stated: pd.Timestamp, decided: pd.Timestamp) -> int:
    """From the month that is stated: the reading that decides may have a date of its own."""
    return 12 * (decided.year - stated.year) + decided.month - stated.month


def _months_off(shift: int) -> str:
    number = abs(shift)
    return f"{words.count(number)} month{'' if number == 1 else 's'} {'earlier' if shift < 0 else 'later'}"


def ways_named(ways: pd.DataFrame) -> pd.DataFrame:
    """Readings of a claim with a ``name`` each: the choice, or the month where several are tried.

    Parameters
    ----------
    ways
        From :func:`foreign_demand.analysis.claims.all_ways`.
    """
    dated = ways["shift"].nunique() > 1
    names = [
        ", ".join([words.month(row.as_of), *([row.choice] if row.kind == "concept" else [])])
        if dated
        else row.choice or "as stated"
        for row in ways.itertuples()
    ]
    named = ways.assign(name=[name[0].upper() + name[1:] for name in names]).drop_duplicates("name")
    return named.sort_values("as_of", kind="stable", ignore_index=True) if dated else named


def ways_title(ways: pd.DataFrame, unit: str) -> str:
    """How many readings give the stated figure: the title of their chart."""
    fit = int(ways["fits"].sum())
    number, stated = words.count(len(ways)), figure_in_words(float(ways["stated"].iloc[0]), unit)
    many = f"{words.how_many(fit)} of {number} readings"
    return f"{many[0].upper()}{many[1:]} {'gives' if fit == 1 else 'give'} the {stated} that is stated"


def ways_alt(ways: pd.DataFrame, unit: str) -> str:
    """Every reading with its figure, for who cannot see the chart."""
    said = "; ".join(
        f"{row.name}: {figure_in_words(row.value, unit)}" for row in ways.itertuples(index=False)
    )
    return f"Points by reading. {said}."


def timing_answer(table: pd.DataFrame) -> str:
    """What the records say of timing, from :func:`foreign_demand.analysis.timing.timing`."""
    badly, well = (list(table.loc[chosen, "record"]) for chosen in (table["low"] > 0, table["high"] < 0))
    parts = [
        f"{how} {words.listed(records)}"
        for how, records in (("badly by", badly), ("well by", well))
        if records
    ]
    rest = len(table) - len(badly) - len(well)
    told = words.listed(parts) if parts else "neither badly nor well by any"
    return f"{told}, and {words.how_many(rest)} of the {words.count(len(table))} records cannot tell"


def timing_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of timing by record."""
    return as_printed(
        table,
        {
            "Record": ("record", str),
            "From": ("first", words.month),
            "To": ("last", words.month),
            "Months": ("months", str),
            "Correlation": ("value", "{:+.2f}".format),
            "95% interval": (
                ("low", "high"),
                lambda low, high: f"{low:+.2f} to {high:+.2f}".replace("-", "−"),
            ),
        },
    )


def ledger_in_words(found: pd.DataFrame, ledger: Ledger, tables: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """One row a claim, ready to be printed and to be handed over.

    Parameters
    ----------
    found
        From :func:`foreign_demand.analysis.claims.verdicts`.
    ledger
        Of the claims.
    tables
        Ids of the datasets behind each table that the measures name.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``source``, ``claim``, ``stated``, ``period``, ``verdict``, ``found``, ``as_of``,
        ``vintage`` (the oldest behind it, ``unknown`` where one is), ``reason``, ``agree``, ``readings``,
        ``first_print`` where one is held, ``chapter`` that it belongs to.
    """
    by_id = {claim.id: claim for claim in ledger.claims}
    rows = []
    for row in found.to_dict("records"):
        claim, decided = by_id[row["id"]], row["decided_by"]
        rows.append(
            {
                "id": claim.id,
                "source": ledger.texts[claim.source].name,
                "claim": claim.claim,
                "stated": stated_in_words(claim),
                "period": claim.period,
                "verdict": row["verdict"],
                "found": found_in_words(decided),
                "as_of": decided.as_of if decided else pd.NaT,
                "vintage": _vintage(claim, ledger, tables) if decided else "",
                "reason": " ".join(filter(None, [reason(claim, row), _published(claim, ledger)])),
                "agree": row["agree"],
                "readings": row["readings"],
                "first_print": _first_print(row),
                "chapter": chapter_of(claim, ledger),
            }
        )
    return pd.DataFrame(rows)


def chapter_of(claim: Claim, ledger: Ledger) -> str:
    """The chapter that a claim belongs to: its own, or that of what it is measured by; empty for none."""
    name = claim.chapter or (ledger.measures[claim.parts[0]["of"]].chapter if claim.parts else "")
    return f"chapters/{name}" if name else ""


def _first_print(row: Mapping[str, Any]) -> str:
    """What was first printed, where that is held."""
    return found_in_words(row["first_print"]) if row.get("first_print") is not None else ""


def _published(claim: Claim, ledger: Ledger) -> str:
    """Which publication has the figures of a claim that no program reads; empty where tables are read."""
    names = [part[key] for part in claim.parts for key in ("of", "to") if key in part]
    sources = dict.fromkeys(filter(None, (ledger.measures[name].source for name in names)))
    return f"Figures of {'; '.join(sources)}." if sources else ""


def read_by_people(ledger: Ledger) -> str:
    """How many claims are tested with figures that no program reads."""
    number = sum(bool(_published(claim, ledger)) for claim in ledger.claims)
    return words.how_many(number)


def _vintage(claim: Claim, ledger: Ledger, tables: Mapping[str, Sequence[str]]) -> str:
    ways = [*claim.parts, *claim.readings, *(part for way in claim.readings for part in way.get("parts", ()))]
    names = {way[key] for way in ways for key in ("of", "to") if key in way}
    names |= {name for measure in names for name in ledger.measures[measure].sum}
    held = [id for name in names if (t := ledger.measures[name].table) for id in tables[t]]
    behind = sources_of(held)
    if _published(claim, ledger) or not all(source.edition_known for source in behind):
        return "unknown"
    return min((source.vintage for source in behind), default="")


def tested_as_printed(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells of the table of claims, from :func:`ledger_in_words`."""
    return as_printed(
        rows,
        {
            "Id": ("id", str),
            "Source": ("source", _short),
            "Claim": ("claim", str),
            "Speaks of": ("period", lambda period: period.replace("/", " to ")),
            "Verdict": ("verdict", str),
            "Why": ("reason", str),
        },
    )


_HEADINGS = {
    claims.DEPENDS: "Depends",
    claims.NOT_TESTABLE: "Not testable",
    claims.UNCHECKED: "Not checked",
}
"""Verdicts that are too long for the head of a column."""


def summary_as_printed(counts: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Cells of the summary, from :func:`foreign_demand.analysis.claims.by_text`."""
    names = {text.id: text.name for text in ledger.texts.values()} | {"all": "All"}
    shown = counts.assign(source=counts["source"].map(names))
    seen = [name for name in (*claims.VERDICTS, claims.UNCHECKED) if shown[name].any()]
    headings = {"Claims": "claims"} | {_HEADINGS.get(name, name.capitalize()): name for name in seen}
    if (shown["tested"] < shown["claims"]).any():
        headings |= {"In the ledger": "tested"}
    return as_printed(
        shown, {"Source": ("source", str)} | {heading: (name, str) for heading, name in headings.items()}
    )


def _short(name: str) -> str:
    return name.partition(", on ")[0]


def answer(counts: pd.Series) -> str:
    """How much of what was tested holds, by the row of all texts: the first words of the page."""
    judged = counts[list(claims.VERDICTS)].sum() - counts[claims.NOT_TESTABLE]
    hold = counts[claims.HOLDS] + counts[claims.REVISED]
    if 4 * hold >= 3 * judged:
        return "Most of them do"
    more = 2 * hold > judged
    return "More than half of them do" if more else "Fewer than half of them do as they are stated"


def in_the_ledger(counts: pd.Series) -> str:
    """How many claims of the texts have a verdict: ``all 134``, or ``74 of the 134``, by the row of all."""
    tested, made = int(counts["tested"]), words.count(int(counts["claims"]))
    return f"all {made}" if tested == counts["claims"] else f"{words.count(tested)} of the {made}"


def unheld(counts: pd.Series) -> str:
    """How many claims are not checked because free data are not held; empty where all are."""
    number = int(counts[claims.UNCHECKED])
    return f"; for {words.count(number)} of them free data are not held here" if number else ""


def verdicts_counted(ids: Sequence[str]) -> str:
    """How many verdicts: ``no verdict``, ``one verdict`` or ``ten verdicts``."""
    return f"{words.how_many(len(ids)) if ids else 'no'} verdict{'' if len(ids) < 2 else 's'}"


def waiting(found: pd.DataFrame) -> str:
    """Which series the claims wait for that have a test and no data yet, in one sentence."""
    waits = found.loc[found["waits_for"].map(len) > 0, "waits_for"]
    if waits.empty:
        return "Every test has its data."
    ids = sorted({id for tables in waits for id in tables})
    one = len(waits) == 1
    return (
        f"The test{'' if one else 's'} of {words.count(len(waits))} of them {'waits' if one else 'wait'} for "
        f"{words.listed(ids)}, which a build with a network asks for."
    )


def shifted(found: pd.DataFrame, ledger: Ledger) -> str:
    """Which texts have wrong dates as a whole, and how many of their claims that explains."""
    parts = []
    for id, rows in found[found["shift"] != 0].groupby("source", sort=False):
        moved = rows["decided_by"].map(lambda r: r is not None and r.shift != 0)
        number = int((moved & (rows["verdict"] == claims.WRONG_DATE)).sum())
        name, off = _uncapitalised(ledger.texts[str(id)].name), _months_off(rows["shift"].iloc[0])
        parts.append(
            f"The figures of the {name}, fit a date {off} than it says: {words.count(number)} of its "
            f"{words.count(len(rows))} claims here are wrong by their date alone."
        )
    return " ".join(parts) or "No text is off in its dates as a whole."


def _uncapitalised(name: str) -> str:
    return name[0].lower() + name[1:]
