"""What changed, in words, and the pages that say it: one for two editions, one for all of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from foreign_demand import words
from foreign_demand.book.wording import front
from foreign_demand.data.corrections import Correction
from foreign_demand.site.bundles import render
from foreign_demand.site.publishing.record import Record, Source
from foreign_demand.site.publishing.redline import Pair, Redline, Step, Tabled, marked
from foreign_demand.site.publishing.tables import Cell, TableChange, number

SHOWN = 8
"""Revised numbers and withdrawn rows of a source that are printed, the largest revisions first."""

_UNITS = {"usd_bn": "USD billion", "usd_mn": "USD million", "jpy_bn": "JPY billion", "pct": "%", "bp": "bp"}


def date_in_words(date: str) -> str:
    """``2026-11-28`` → ``28 November 2026``."""
    return words.day(dt.date.fromisoformat(date))


def period_in_words(text: str) -> str:
    """``2026-05`` → ``May 2026``; text that is no period stays as it is."""
    try:
        return front.period_in_words(text)
    except ValueError:
        return text


def row_in_words(row: Sequence[Cell]) -> str:
    """``April 2026, Japan``: the row that some cells are of."""
    return ", ".join(map(period_in_words, row[0].named)) if row else "a row without numbers"


def counted(number: int, name: str, plural: str = "") -> str:
    """``2, "row"`` → ``two rows``."""
    return f"{words.count(number)} {name if number == 1 else plural or f'{name}s'}"


def numbers_in_words(data: TableChange | None) -> str:
    """What happened to the numbers of a table: revised, new, withdrawn.

    Parameters
    ----------
    data
        None where its values are not handed on, so that nothing can be said of them.
    """
    if data is None:
        return "its terms do not let us hand on its numbers"
    told = [
        f"{counted(len(data.revised), 'number')} revised" if data.revised else "",
        f"{counted(len(data.filled), 'number')} filled in" if data.filled else "",
        f"{counted(len(data.new), 'new row')}" if data.new else "",
        f"{counted(len(data.withdrawn), 'row')} withdrawn" if data.withdrawn else "",
        f"{counted(len(data.reworded), 'entry', 'entries')} of words changed" if data.reworded else "",
    ]
    return words.listed([part for part in told if part]) or "no number changed"


def source_in_words(pair: Tabled[Source]) -> str:
    """Which edition of a source is used, which was, and what that did to its numbers."""
    before, after = pair.before, pair.after
    if before is None or after is None:
        return "is used now" if before is None else "is no longer used"
    told = []
    if before.vintage != after.vintage:
        told.append(f"edition of {date_in_words(after.vintage)} (before: {date_in_words(before.vintage)})")
    if before.reference_period != after.reference_period:
        now, then = period_in_words(after.reference_period), period_in_words(before.reference_period)
        told.append(f"data to {now} (before: {then})")
    return "; ".join([*told, numbers_in_words(pair.data)])


def counts_in_words(found: Redline) -> str:
    """How much changed from one edition to the next, as one sentence."""
    steps = [step for steps in found.pages.values() for step in steps if step.kind != "same"]
    alone = sum(step.only_numbers for step in steps)
    in_numbers = f"In {words.how_many(alone)} of the sentences only numbers and dates moved." if steps else ""
    parts = {
        "verdict flipped": ("verdicts flipped", len(found.flipped)),
        "finding changed": ("findings changed", len(found.findings)),
        "sentence changed": ("sentences changed", len(steps)),
        "figure or table changed": ("figures and tables changed", len(found.figures)),
        "source changed": ("sources changed", len(found.sources)),
    }
    told = [counted(many, one, more) for one, (more, many) in parts.items() if many]
    if not told:
        return "Nothing that readers see changed."
    return f"{words.listed(told).capitalize()}. {in_numbers}".strip()


def column_in_words(name: str) -> str:
    """``long_term_holdings_usd_mn`` → ``long term holdings, USD million``."""
    for suffix, unit in _UNITS.items():
        if name.endswith(f"_{suffix}"):
            return f"{name.removesuffix(f'_{suffix}').replace('_', ' ')}, {unit}"
    return name.replace("_", " ")


def cell_in_words(cell: str) -> str:
    """A number of a CSV as readers are shown it; other text as it is."""
    found = number(cell)
    if found is None or not re.fullmatch(r"-?\d+(\.\d*)?(e[-+]?\d+)?", cell):
        return cell
    text = f"{found:,.4f}" if abs(found) >= 0.01 or found == 0 else f"{found:.3g}"
    return (text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text).replace("-", "−")


def largest(cells: Sequence[Cell]) -> list[Cell]:
    """The largest revisions, by their size against the largest of the numbers that were in their column."""
    most: dict[str, float] = {}
    for cell in cells:
        most[cell.column] = max(most.get(cell.column, 0.0), abs(number(cell.before) or 0.0))

    def size(cell: Cell) -> float:
        before, after = number(cell.before) or 0.0, number(cell.after) or 0.0
        return abs(after - before) / (most[cell.column] or 1.0)

    return sorted(cells, key=size, reverse=True)[:SHOWN]


def new_in_words(rows: Sequence[Sequence[Cell]]) -> str:
    """How many rows are new, and for which periods: by the first column of their key."""
    first = sorted({row[0].named[0] for row in rows if row})
    span = " to ".join(map(period_in_words, dict.fromkeys([first[0], first[-1]]))) if first else ""
    return ", ".join(filter(None, [counted(len(rows), "row"), span]))


def _by_section(found: Redline, page: str) -> Iterator[tuple[str, str, list[Step]]]:
    """The changed sentences of a page: anchor, heading and sentences of each section, in reading order."""
    steps = found.pages[page]
    opening = steps[0].section
    kept = {s.section for s in found.later.pages[page].sentences} if page in found.later.pages else set()
    changed: dict[str, list[Step]] = {}
    for step in steps:
        if step.kind != "same":
            changed.setdefault(step.section, []).append(step)
    for section, of_it in changed.items():
        heading = "" if section == opening else section.replace("-", " ").capitalize()
        yield (section if section in kept else ""), heading, of_it


def _helpers() -> dict[str, Any]:
    return {
        "cell": cell_in_words,
        "column": column_in_words,
        "counts": counts_in_words,
        "largest": largest,
        "figure": figure_in_words,
        "marked": marked,
        "new": new_in_words,
        "row": row_in_words,
        "shown": SHOWN,
        "source": source_in_words,
    }


def redline_page(found: Redline) -> str:
    """The page of two editions, ``editions/LATER/since/EARLIER.html``."""
    return render(
        "redline.html",
        book=found.later.title,
        root="../../../",
        found=found,
        sections={name: list(_by_section(found, name)) for name in found.pages},
        first=_front(found.later),
        was_first=_front(found.earlier),
        **_helpers(),
    )


def _front(record: Record) -> str:
    return next(iter(record.pages), "index")


def changes_page(
    steps: Sequence[Redline],
    first: Record,
    corrections: Sequence[Correction],
    older: Sequence[tuple[str, str]] = (),
) -> str:
    """The page of what changed from edition to edition, ``changes.html``.

    Parameters
    ----------
    steps
        From each edition to the next, the newest first.
    first
        The earlier edition of the oldest of them.
    corrections
        Of errors of ours.
    older
        Days of the editions before, each with that of the next, the newest first.
    """
    newest: Record = steps[0].later if steps else first
    return render(
        "changes.html",
        book=newest.title,
        root="",
        steps=steps,
        first=first,
        first_page=_front(first),
        older=older,
        corrections=corrections,
        **_helpers(),
    )


def lines_of(found: Redline) -> list[str]:
    """Everything that changed, a line each, for a feed: findings and verdicts, then sources, then counts."""
    return [*findings_of(found), *sources_of(found), counts_in_words(found)]


def findings_of(found: Redline) -> list[str]:
    """Findings that changed and verdicts that flipped, a line each."""
    return [
        *(_was_and_is(f"Finding “{name}”", _text(pair)) for name, pair in found.findings.items()),
        *(
            f"Verdict on {id}, “{pair.any.claim}”: {pair.any.verdict} (before: {pair.before.verdict})"
            for id, pair in found.flipped.items()
            if pair.before
        ),
    ]


def sources_of(found: Redline) -> list[str]:
    """Sources that changed, a line each."""
    return [f"{p.any.publisher}, {p.any.title}: {source_in_words(p)}" for p in found.sources.values()]


def page_of(found: Redline, page: str) -> list[str]:
    """What changed on a page, a line each: its sentences, then its figures."""
    steps = [step for step in found.pages.get(page, ()) if step.kind != "same"]
    figures = [p for p in found.figures.values() if p.any.chapter == page]
    return [
        *(_was_and_is(step.kind.capitalize(), step) for step in steps),
        *(f"{p.any.kind.capitalize()} “{p.any.title}”: {figure_in_words(p)}" for p in figures),
    ]


def figure_in_words(pair: Tabled[Any]) -> str:
    """What happened to a figure or table."""
    if pair.kind in ("added", "struck"):
        return "new" if pair.kind == "added" else "no longer in the book"
    return numbers_in_words(pair.data) if pair.data or pair.data is None else "only its title changed"


def _text(pair: Pair[Any]) -> Pair[str]:
    return Pair(before=pair.before and pair.before.text, after=pair.after and pair.after.text)


def _was_and_is(name: str, pair: Pair[str]) -> str:
    told: Mapping[str, str] = {
        "added": f"{pair.after}",
        "struck": f"{pair.before}",
        "changed": f"{pair.after} (before: {pair.before})",
    }
    return f"{name}: {told[pair.kind]}"
