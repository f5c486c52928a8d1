"""What *Data and methods* and the front page say of editions, in words and in cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd

from foreign_demand import words
from foreign_demand.book.figures import as_printed
from foreign_demand.data import store
from foreign_demand.data.periods import period_end


def describe_mode() -> str:
    """How this build got its data, in one sentence."""
    held = store.default_store()
    report = held.report()
    if held.mode() != "live":
        retrieved = max(held.origin(id).retrieved_at for id in held.catalog if held.holds(id))
        return (
            f"This build uses the embedded data, collected from public copies until "
            f"{words.day(dt.date.fromisoformat(retrieved[:10]))}; each figure says how old its own are."
        )
    asked = [report["outcomes"][id] for id in held.catalog if id in report["outcomes"]]
    failed = sum(o.status == "failed" for o in asked)
    said = [f"Data refreshed {words.day(dt.date.fromisoformat(report['at'][:10]))}"]
    if len(asked) < len(held.catalog):
        were = "was" if len(asked) == 1 else "were"
        said.append(f"{words.count(len(asked))} of {len(held.catalog)} publications {were} asked")
    elif not failed:
        said.append("every publication answered")
    if failed:
        state = "failed and is shown at its" if failed == 1 else "failed and are shown at their"
        said.append(f"{words.count(failed)} of {len(asked)} publications {state} last good state")
    return f"{'; '.join(said)}."


def dictionary_as_printed(columns: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.dictionary.data_dictionary`; a table is named once."""
    first = ~columns["dataset"].duplicated()
    return as_printed(
        columns.assign(first=first),
        {
            "Table": (
                ("dataset", "title", "first"),
                lambda id, title, first: f"{id}: {title}" if first else "",
            ),
            "Column": (("column", "key"), lambda name, key: f"{name} (key)" if key else name),
            "What it has": (
                ("unit", "type", "about"),
                lambda unit, type, about: ". ".join(filter(None, [unit or type, about])),
            ),
        },
    )


def not_obtained() -> str:
    """Which publications of the catalog have no table, in one sentence."""
    held = store.default_store()
    absent = [id for id in held.catalog if not held.holds(id)]
    if not absent:
        return "Every publication of the catalog has a table."
    return (
        f"Of {words.listed(absent)} no copy was at hand to embed, and this build did not obtain "
        f"{'it' if len(absent) == 1 else 'them'}: what rests on {'it' if len(absent) == 1 else 'them'} waits."
    )


def changes_as_printed(changes: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.editions.what_changed`."""
    revision = ("revised_cells", "previous_period", *(f"largest_{name}" for name in _LARGEST))
    return as_printed(
        changes,
        {
            "Publication": ("publication", str),
            "Edition": (("vintage", "edition_known"), lambda day, known: day if known else "unknown"),
            "Before": ("previous_vintage", lambda day: day or "–"),
            "New data": (("period", "previous_period"), _new_data),
            "Revised": (revision, _revised),
        },
    )


_LARGEST = ("row", "period", "old", "new")


def _new_data(period: str, before: str) -> str:
    if not before:
        return "first edition held"
    return f"none since {period}" if period == before else f"{period} (before: {before})"


def _revised(cells: int, before: str, row: str, period: pd.Timestamp, old: float, new: float) -> str:
    if not cells:
        return "none" if before else "–"
    where = f"{row}, {period:%Y-%m}".removeprefix(", ")
    to = "withdrawn" if pd.isna(new) else f"{new:,.6g}"
    values = f"{old:,.6g} → {to}".replace("-", "−")
    return f"{f'{cells:,} cells' if cells > 1 else 'one cell'}; largest: {where}, {values}"


def freshness_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.editions.freshness`, one row a publisher."""

    def row(publisher: str, tables: pd.DataFrame) -> dict[str, str]:
        ahead = tables.loc[~tables["overdue"] & ~tables["ended"]].sort_values("next_release")
        late, failed = int(tables["overdue"].sum()), int((tables["status"] == "failed").sum())
        due = [f"{late} overdue"] if late else []
        if len(ahead):
            first = ahead.iloc[0]
            due.append(f"{'' if first['announced'] else 'by '}{first['next_release']}")
        obtained = tables["obtained"].value_counts()
        state = [f"{number} {name}" for name, number in obtained.items()]
        return {
            "Publisher": publisher,
            "State": ", ".join(state + ([f"{failed} failed, last good table shown"] if failed else [])),
            "Data to": _range(tables["period"]),
            "Edition": _range(tables.loc[tables["edition_known"], "vintage"]),
            "Next": "; ".join(due) or "ended",
        }

    groups = table.groupby("publisher", sort=False)
    return pd.DataFrame([row(publisher, tables) for publisher, tables in groups])


def _range(periods: pd.Series) -> str:
    """Earliest and latest of days, months, quarters and years, by their ends."""
    if periods.empty:
        return "unknown"
    first, last = (choose(periods, key=period_end) for choose in (min, max))
    return first if first == last else f"{first} to {last}"


def failures_as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Cells of what failed of :func:`foreign_demand.data.editions.freshness`, without addresses."""
    failed = table[table["status"] == "failed"].copy()
    failed["problem"] = [
        problem.removeprefix(f"{id}: ")
        for id, problem in zip(failed["dataset"], failed["problem"], strict=True)
    ]
    return as_printed(
        failed.assign(problem=failed["problem"].str.replace(r"https://\S+: ", "", regex=True)),
        {"Table": ("dataset", str), "Shown to": ("period", str), "What happened": ("problem", str)},
    )


def sizes_as_printed(sizes: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.editions.revision_sizes`."""
    percent: Callable[[float], str] = "{:z,.2f}".format
    return as_printed(
        sizes,
        {
            "Table and column": (("dataset", "column"), "{}, {}".format),
            "Age when revised": ("age", str),
            "Cells": ("cells", "{:,}".format),
            "Median size": ("median_pct", percent),
            "Largest": ("largest_pct", percent),
            "Mean, with sign": ("mean_pct", "{:+z,.2f}".format),
        },
    )


def _four_digits(size: float) -> str:
    """A size with four digits that count, and no more than six decimals: ``310,000``, ``0.1092``, ``0``."""
    whole = len(str(int(abs(size)))) if abs(size) >= 1 else 0
    return f"{round(size, min(4 - whole, 6)):z,.6f}".rstrip("0").rstrip(".")


def witnesses_as_printed(matrix: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.witnesses.witness_matrix`."""
    return as_printed(
        matrix,
        {
            "Table": ("dataset", str),
            "Vouched for by": (
                ("dataset", "witnesses"),
                lambda id, by: "its own figures" if by == id else by,
            ),
            "Relation": ("about", str),
            "Last agreement": ("last_agreement", words.short_day),
            "Gap then": ("newest_gap", _four_digits),
            "Largest gap ever": (("largest_gap", "unit"), lambda gap, unit: f"{_four_digits(gap)} {unit}"),
            "In": ("largest_period", words.short_day),
        },
    )


def witnesses_in_words(matrix: pd.DataFrame) -> str:
    """Whether any publication disputes another, for a title."""
    disputed = int((matrix["disputed"] > 0).sum())
    facts = words.count(len(matrix))
    if not disputed:
        return f"Of {facts} comparisons of what is published twice none disagrees"
    disagree = "disagrees" if disputed == 1 else "disagree"
    return f"Of {facts} comparisons of what is published twice {words.count(disputed)} {disagree}"


def unvouched_in_words(matrix: pd.DataFrame, held: Sequence[str]) -> str:
    """Which of the tables held stand in no comparison; nothing where all do."""
    vouched = set(matrix["dataset"]).union(*matrix["witnesses"].str.split(", "))
    alone = sorted(set(held) - vouched)
    if not alone:
        return ""
    tables = "table" if len(alone) == 1 else "tables"
    return (
        f"Of {words.count(len(alone))} {tables} no second publication is at hand, and only bounds, sums and "
        f"their own history judge them: {words.listed(alone)}."
    )


def limits_as_printed(limits: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.witnesses.limits_table`."""
    return as_printed(
        limits,
        {"Fault": ("fault", str), "Why": ("why", str), "Tables": ("tables", str)},
    )


def limits_in_words(limits: pd.DataFrame) -> str:
    """How many kinds of fault may pass, and in how many tables at most, for a title."""
    kinds, most = words.count(len(limits)).capitalize(), int(limits["number"].max())
    return f"{kinds} kinds of fault may pass, each in some tables, the commonest in {most}"


def decisions_as_printed(decisions: pd.DataFrame) -> pd.DataFrame:
    """Cells of :func:`foreign_demand.data.editions.decisions`."""
    return as_printed(
        decisions, {"Table": ("dataset", str), "Since": ("since", str), "Decision": ("decision", str)}
    )


def joins_as_printed(joined: pd.DataFrame) -> pd.DataFrame:
    """Cells of rolling publications of :func:`foreign_demand.data.editions.freshness`."""
    return as_printed(
        joined,
        {
            "Publication": ("publication", str),
            "Table": ("dataset", str),
            "Data to": ("period", str),
            "From the latest edition since": ("joined_at", lambda day: day or "no join: one edition"),
        },
    )


WAYS = {
    "Obtained": ("obtained", str),
    "How": ("how", lambda how: how or "from the publisher"),
    "Tables": ("tables", str),
    "Rows": ("rows", "{:,}".format),
}
"""How tables were obtained, counted: what :func:`~foreign_demand.book.figures.as_printed` takes."""

TERMS = {"Publisher": ("publisher", str), "Terms": ("terms", str), "Tables": ("tables", str)}
"""Terms by publisher, likewise."""
