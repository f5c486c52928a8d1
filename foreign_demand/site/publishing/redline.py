"""Two editions of the book against each other: sentences, verdicts, findings, figures, sources.

Sentences are set side by side page by page. One in which only numbers or a few words moved is one
change, marked word by word, not one that was struck and another that was added. Of tables, numbers
that were revised are told from numbers that are new (:mod:`foreign_demand.site.publishing.tables`).
"""

from __future__ import annotations

import re
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, Literal, TypeVar

from foreign_demand import words
from foreign_demand.site.publishing.record import Claim, Figure, Finding, Page, Record, Sentence, Source
from foreign_demand.site.publishing.tables import Table, TableChange, compare

_REFERENCE = re.compile(r"\b(?:Figs?\.|Figures?|Tables?) \d+")
_COUNTS = {
    *(words.count(number) for number in range(13)),
    *("none", "first", "second", "third", "fourth"),
    *month_name[1:],
}
"""Numbers and dates that are written in letters."""

T = TypeVar("T")
Kind = Literal["same", "struck", "added", "changed"]

ALIKE = 0.6
"""Share of their words that two sentences have in common, from which one is the other, changed."""
COMPUTED = 1e-9
"""Relative difference up to which a computed number is the same: a library's last digits are no news."""

_NUMBER = re.compile(r"[+−-]?\d[\d.,:–-]*")


@dataclass(frozen=True, kw_only=True)
class Pair(Generic[T]):
    """A thing as it was and as it is; None where there was or is none."""

    before: T | None
    after: T | None

    @property
    def kind(self) -> Kind:
        """Whether it is the same, was struck, was added or changed."""
        if self.before == self.after:
            return "same"
        return "added" if self.before is None else "struck" if self.after is None else "changed"

    @property
    def any(self) -> T:
        """As it is, or as it was where it is no more."""
        found = self.before if self.after is None else self.after
        assert found is not None
        return found


@dataclass(frozen=True, kw_only=True)
class Step(Pair[str]):
    """A sentence as it was and as it is; ``section`` is the anchor of its place in the later page."""

    section: str

    @property
    def kind(self) -> Kind:
        """As of any pair; a figure or table that has another number than it had is no change."""
        kept = [text and _REFERENCE.sub("", text) for text in (self.before, self.after)]
        return "same" if kept[0] == kept[1] else super().kind

    @property
    def only_numbers(self) -> bool:
        """Whether numbers and dates are all that changed in it."""
        if self.before is None or self.after is None:
            return False
        changed = (part.split() for kind, part in marked(self.before, self.after) if kind != "same")
        return all(_counts(word) for part in changed for word in part)


@dataclass(frozen=True, kw_only=True)
class Tabled(Pair[T]):
    """A figure or source with what changed in its table; None where neither edition hands it over."""

    data: TableChange | None


@dataclass(frozen=True, kw_only=True)
class Redline:
    """All that is different in the later of two editions; mappings are in the order of the later."""

    earlier: Record
    later: Record
    pages: Mapping[str, tuple[Step, ...]]
    """Every sentence of the pages on which any changed, in reading order."""
    claims: Mapping[str, Pair[Claim]]
    findings: Mapping[str, Pair[Finding]]
    figures: Mapping[str, Tabled[Figure]]
    sources: Mapping[str, Tabled[Source]]

    def __bool__(self) -> bool:
        return any((self.pages, self.claims, self.findings, self.figures, self.sources))

    @property
    def flipped(self) -> dict[str, Pair[Claim]]:
        """Claims that were judged before, and are judged otherwise."""
        return {
            id: pair
            for id, pair in self.claims.items()
            if pair.before and pair.after and pair.before.verdict != pair.after.verdict
        }

    def page(self, name: str) -> Page:
        """A page as it is, or as it was where it is no more."""
        return self.later.pages.get(name) or self.earlier.pages[name]


def redline(
    earlier: Record,
    later: Record,
    table: Callable[[Record, str], Table],
    *,
    keys: Mapping[str, Sequence[str]] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Redline:
    """Compare two editions.

    Parameters
    ----------
    earlier, later
        The editions.
    table
        Reads a table of an edition: its record, and the ``path`` of the file as the record has it.
    keys
        Columns that tell the rows of a source apart, by its id; those of figures are found.
    renamed
        What pages and figures (``figures/<slug>``) are called now, by the names they had.
    """

    def now(named: Mapping[str, T], folder: str = "") -> dict[str, T]:
        names = {name: (renamed or {}).get(folder + name, folder + name) for name in named}
        return {new.removeprefix(folder): named[name] for name, new in names.items()}

    def behind(
        pair: Pair[Figure] | Pair[Source], file: str, key: Sequence[str] = (), tolerance: float = 0.0
    ) -> TableChange | None:
        one, other = pair.before, pair.after
        if one is None or other is None or not (one.path and other.path):
            return None
        if one.digest == other.digest:
            return TableChange(key=())
        tables = table(earlier, one.path + file), table(later, other.path + file)
        return compare(*tables, key=key, tolerance=tolerance)

    pages = {
        name: aligned(
            pair.before.sentences if pair.before else (), pair.after.sentences if pair.after else ()
        )
        for name, pair in _paired(now(earlier.pages), later.pages).items()
    }
    figures = {
        slug: Tabled(before=p.before, after=p.after, data=behind(p, "data.csv", tolerance=COMPUTED))
        for slug, p in _paired(now(earlier.figures, "figures/"), later.figures).items()
    }
    sources = {
        id: Tabled(before=p.before, after=p.after, data=behind(p, "", key=(keys or {}).get(id, ())))
        for id, p in _paired(earlier.sources, later.sources).items()
    }
    cards = [{f.name: f for f in record.findings} for record in (earlier, later)]
    return Redline(
        earlier=earlier,
        later=later,
        pages={name: steps for name, steps in pages.items() if any(s.kind != "same" for s in steps)},
        claims={id: p for id, p in _paired(earlier.claims, later.claims).items() if p.kind != "same"},
        findings={name: p for name, p in _paired(*cards).items() if _said(p.before) != _said(p.after)},
        figures={slug: t for slug, t in figures.items() if _told(t, "title")},
        sources={id: t for id, t in sources.items() if _told(t, "title", "vintage", "reference_period")},
    )


def _said(finding: Finding | None) -> str | None:
    return finding.text if finding else None


def _told(pair: Tabled[T], *names: str) -> bool:
    """Whether what readers are told of a thing is another: its being there, these facts, its numbers."""
    if pair.before is None or pair.after is None or pair.data:
        return True
    return any(getattr(pair.before, name) != getattr(pair.after, name) for name in names)


def _paired(before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, Pair[T]]:
    names = [*after, *(name for name in before if name not in after)]
    return {name: Pair(before=before.get(name), after=after.get(name)) for name in names}


# --- sentences ----------------------------------------------------------------


def aligned(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Step, ...]:
    """Set the sentences of two editions of a page side by side.

    Returns
    -------
    tuple of Step
        What was, without the missing ones, is ``before`` again; what is, likewise, is ``after``.
    """
    return tuple(_steps(before, after, (lambda text: text, lambda text: _NUMBER.sub("#", text))))


def _steps(
    before: Sequence[Sentence], after: Sequence[Sentence], readings: Sequence[Callable[[str], str]]
) -> Iterator[Step]:
    """Pair what reads the same, first word by word, then with numbers left out; then what is alike."""
    if not (before and after):
        yield from (Step(section=s.section, before=s.text, after=None) for s in before)
        yield from (Step(section=s.section, before=None, after=s.text) for s in after)
        return
    if not readings:
        yield from _alike(before, after)
        return
    read, *rest = readings
    matcher = SequenceMatcher(None, [read(s.text) for s in before], [read(s.text) for s in after], False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from _both(before[a:b], after[c:d])
        else:
            yield from _steps(before[a:b], after[c:d], rest)


def _both(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Step]:
    for one, other in zip(before, after, strict=True):
        yield Step(section=other.section, before=one.text, after=other.text)


def _alike(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[Step]:
    """Pair sentences that have most words in common, in order, so that most are kept."""
    counts = [[Counter(s.text.split()) for s in sentences] for sentences in (before, after)]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            both = _common(counts[0][i], counts[1][j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both + best[i + 1][j + 1] if both else 0.0)
    i = j = 0
    while i < len(before) and j < len(after):
        if best[i][j] == best[i + 1][j]:
            yield Step(section=before[i].section, before=before[i].text, after=None)
            i += 1
        elif best[i][j] == best[i][j + 1]:
            yield Step(section=after[j].section, before=None, after=after[j].text)
            j += 1
        else:
            yield from _both(before[i : i + 1], after[j : j + 1])
            i, j = i + 1, j + 1
    yield from _steps(before[i:], after[j:], ())


def _common(one: Counter[str], other: Counter[str]) -> float:
    share = 2 * (one & other).total() / (one.total() + other.total())
    return share if share >= ALIKE else 0.0


def _counts(word: str) -> bool:
    """Whether a word is a number or part of a date."""
    bare = word.strip(".,;:()“”’")
    return bare in _COUNTS or bare.lower() in _COUNTS or any(letter.isdigit() for letter in bare)


def marked(before: str, after: str) -> tuple[tuple[Kind, str], ...]:
    """The words of a sentence that changed.

    Parameters
    ----------
    before, after
        With single blanks between words.

    Returns
    -------
    tuple of (kind, words)
        ``same``, ``struck`` and ``added`` runs of words in reading order. Without what was added they
        are ``before``, and without what was struck ``after``.
    """
    one, other = before.split(), after.split()
    parts: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, False).get_opcodes():
        if tag == "equal":
            parts.append(("same", " ".join(one[a:b])))
            continue
        if b > a:
            parts.append(("struck", " ".join(one[a:b])))
        if d > c:
            parts.append(("added", " ".join(other[c:d])))
    return tuple(parts)
