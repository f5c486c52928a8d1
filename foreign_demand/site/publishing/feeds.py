"""Feeds of what changes: all of it, each page, and findings; made of the redlines of successive editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from foreign_demand.data.corrections import Correction
from foreign_demand.site import atom
from foreign_demand.site.citations import Book
from foreign_demand.site.publishing.changes import date_in_words, findings_of, lines_of, page_of
from foreign_demand.site.publishing.record import Record
from foreign_demand.site.publishing.redline import Redline

ALL, FINDINGS = "all", "findings"
"""Names of feeds; those of pages are called as the pages are."""


def feeds_of(record: Record) -> dict[str, str]:
    """The feeds of an edition: title by name, as in ``feeds/NAME.xml``."""
    pages = {name: page.title for name, page in list(record.pages.items())[1:]}
    return {ALL: "all changes", FINDINGS: "findings that changed"} | pages


def write_feeds(
    steps: Sequence[Redline],
    newest: Record,
    first: Record,
    corrections: Iterable[Correction],
    book: Book,
    *,
    whole: bool,
) -> Iterator[tuple[str, str]]:
    """Write every feed.

    Parameters
    ----------
    steps
        From each edition to the next.
    newest, first
        The newest edition, and the earlier one of the oldest step.
    corrections
        Of errors of ours.
    book
        Whose title and author feeds have; links are absolute where it has an address.
    whole
        Whether there is no edition before ``first``, which then is told of too.

    Yields
    ------
    tuple of str
        Name of the file below ``feeds/``, and the feed.
    """
    for name, title in feeds_of(newest).items():
        root = f"{book.address.rstrip('/')}/" if book.address else "../" * (1 + name.count("/"))
        entries = [entry for found in steps if (entry := _entry(found, name, root))]
        if name == ALL:
            entries += [_first(first, root)] if whole else []
            entries += [_correction(one, root) for one in corrections]
        yield (
            f"{name}.xml",
            atom.feed(
                entries,
                id=f"changes/{name}",
                title=f"{book.title}: {title}",
                author=book.author,
                day=first.date,
                link=f"{root}changes.html",
                self_link=f"{root}feeds/{name}.xml",
            ),
        )


def _entry(found: Redline, name: str, root: str) -> atom.Entry | None:
    """What a feed tells of an edition; None where nothing of its business changed."""
    about = {ALL: lines_of, FINDINGS: findings_of}.get(name, lambda found: page_of(found, name))(found)
    if not about:
        return None
    place = {
        ALL: "",
        FINDINGS: "#findings" if found.findings else "#verdicts",
    }.get(name, f"#{name.rpartition('/')[2]}" if name in found.pages else "#figures")
    return atom.Entry(
        id=f"edition/{found.later.date}/{name}",
        day=found.later.date,
        title=f"What changed on {date_in_words(found.later.date)}",
        about=about,
        link=f"{root}editions/{found.later.date}/since/{found.earlier.date}.html{place}",
    )


def _first(record: Record, root: str) -> atom.Entry:
    return atom.Entry(
        id=f"edition/{record.date}/{ALL}/first",
        day=record.date,
        title=f"Edition of {date_in_words(record.date)}",
        about=[f"{finding.name}: {finding.text}" for finding in record.findings],
        link=f"{root}editions/{record.date}/{next(iter(record.pages), 'index')}.html",
    )


def _correction(one: Correction, root: str) -> atom.Entry:
    return atom.Entry(
        id=f"correction/{one.id}",
        day=one.mended,
        title=f"Correction of {date_in_words(one.mended)}",
        about=[f"We said, since {date_in_words(one.since)}: {one.said}", f"Right is: {one.right}"],
        link=f"{root}{one.where}",
    )
