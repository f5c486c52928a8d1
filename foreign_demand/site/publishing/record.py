"""What an edition of the book said: sentences, findings, figures, verdicts, sources; read off its pages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from foreign_demand.exceptions import PublishError


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of a page; ``section`` is the anchor it stands under."""

    section: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the table of contents."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A card of the front page; ``figure`` is the slug it leads to."""

    name: str
    text: str
    figure: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure or table; ``digest`` is of its data, ``path`` its folder as seen from the edition's."""

    title: str
    kind: str
    chapter: str
    as_of: str
    vintage: str
    digest: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What was found of a published claim."""

    claim: str
    verdict: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A dataset; ``digest`` and ``path`` are of its table, empty where the table may not be handed on.

    A table of days is frozen in two files, whose paths have a blank between them.
    """

    title: str
    publisher: str
    reference_period: str
    vintage: str
    digest: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """An edition: what it is of, and all that it says. Mappings are in the order of the book."""

    date: str
    commit: str
    mode: str
    title: str
    pages: Mapping[str, Page]
    findings: tuple[Finding, ...]
    figures: Mapping[str, Figure]
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]

    def to_json(self) -> dict[str, Any]:
        """The record as ``edition.json`` has it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Record:
        """The record from what :meth:`to_json` gave, read back or not."""
        return cls(
            **{name: told[name] for name in ("date", "commit", "mode", "title")},
            pages={
                name: Page(title=page["title"], sentences=tuple(Sentence(**s) for s in page["sentences"]))
                for name, page in told["pages"].items()
            },
            findings=tuple(Finding(**finding) for finding in told["findings"]),
            figures={slug: Figure(**figure) for slug, figure in told["figures"].items()},
            claims={id: Claim(**claim) for id, claim in told["claims"].items()},
            sources={id: Source(**source) for id, source in told["sources"].items()},
        )

    def said(self) -> Record:
        """What a reader sees of it: without its day, where it is from, and where its files lie."""
        return replace(
            self,
            date="",
            commit="",
            mode="",
            figures={slug: replace(figure, path="") for slug, figure in self.figures.items()},
            sources={id: replace(source, path="") for id, source in self.sources.items()},
        )


def read_record(site: Path) -> Record:
    """Read what a built book says.

    Parameters
    ----------
    site
        Folder of the built book, or of a frozen edition as it was built.

    Returns
    -------
    Record
        Dated by the day on which the book was built; paths are those of the built book.

    Raises
    ------
    PublishError
        If an index of the book is missing or cannot be read.
    """
    build, figures, claims, sources = (
        _index(site, name) for name in ("build.json", "figures.json", "claims.json", "sources.json")
    )
    articles = {name: _article(site / f"{name}.html") for name in build["pages"]}
    return Record(
        date=build["time"][:10],
        commit=build["commit"],
        mode="live" if build["mode"] == "live" else "snapshot",
        title=build["book"]["title"],
        pages={name: _page(article) for name, article in articles.items()},
        findings=tuple(finding for article in articles.values() for finding in _findings(article)),
        figures={
            about["slug"]: Figure(
                **{name: about[name] for name in ("title", "kind", "chapter", "as_of", "vintage")},
                digest=_digest(site / "figures" / about["slug"] / "data.csv"),
                path=f"figures/{about['slug']}/",
            )
            for about in figures
        },
        claims={
            about["id"]: Claim(**{n: about[n] for n in ("claim", "verdict", "found")}) for about in claims
        },
        sources={
            about["id"]: Source(
                **{name: about[name] for name in ("title", "publisher", "reference_period", "vintage")},
                digest=_digest(table := site / "data" / f"{about['id']}.csv"),
                path=f"data/{about['id']}.csv" if table.exists() else "",
            )
            for about in sources
        },
    )


def _index(site: Path, name: str) -> Any:
    try:
        return json.loads((site / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{site / name} cannot be read ({error}); run `make book`.") from error


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


# --- pages ------------------------------------------------------------------

_ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL)
_LONG = re.compile(
    r"<svg\b.*?</svg>|<table class=\"fd-table.*?</table>|<div class=\"cell_input.*?</pre>", re.DOTALL
)
"""Drawings, tables of figures and code: most of a page, and cut before it is taken apart."""
_LEFT_OUT = {
    "h1", "h2", "h3", "h4", "h5", "h6", "thead", "figure", "form", "button", "pre", "script", "style",
    "noscript", "nav",
}  # fmt: skip
_LEFT_OUT_CLASSES = {
    "fd-card", "fd-claims", "fd-finding", "fd-foot", "fd-table", "hide", "toctree-wrapper",
}  # fmt: skip
"""What is told elsewhere in a record, or is no sentence."""
_INLINE = {
    "a", "abbr", "b", "cite", "code", "em", "i", "kbd", "mark", "math", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "var", "wbr",
}  # fmt: skip
_TABLE_CELL = ("td", "th")


def _article(page: Path) -> BeautifulSoup:
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise PublishError(f"{page} cannot be read ({error}); run `make book`.") from error
    found = _ARTICLE.search(text)
    return BeautifulSoup(_LONG.sub("", found[0]) if found else "", "html.parser")


def _words(element: PageElement) -> str:
    return " ".join(element.get_text().split())


def _findings(article: BeautifulSoup) -> Iterator[Finding]:
    for card in article.select(".fd-finding"):
        label, *told = card.find_all("p")
        leads = label.find("a")
        slug = str(leads["href"]).partition("#fig-")[2] if leads else ""
        yield Finding(name=_words(label), text=" – ".join(map(_words, told)), figure=slug)


def _page(article: BeautifulSoup) -> Page:
    title = article.find("h1")
    sentences = tuple(
        Sentence(section=section, text=text)
        for section, block in _blocks(article, "")
        for text in sentences_of(block)
    )
    return Page(title=_words(title).removesuffix("#") if title else "", sentences=sentences)


def _blocks(element: Tag, section: str) -> Iterator[tuple[str, str]]:
    """The runs of text below an element that no block breaks, a row of a table as one."""
    if element.name == "section" and element.get("id"):
        section = str(element["id"])
    run: list[str] = []
    for child in element.children:
        if isinstance(child, Tag) and child.name not in _INLINE:
            yield from _run(section, run)
            run = []
            if child.name in _LEFT_OUT or not _LEFT_OUT_CLASSES.isdisjoint(child.get("class") or ()):
                continue
            if child.name == "tr":
                cells = [_words(cell) for cell in child.find_all(_TABLE_CELL, recursive=False)]
                yield from _run(section, [" – ".join(filter(None, cells))])
            else:
                yield from _blocks(child, section)
        elif type(child) is NavigableString or (isinstance(child, Tag) and not _leads_here(child)):
            run.append(child.get_text())
    yield from _run(section, run)


def _leads_here(element: Tag) -> bool:
    """Whether an element is the sign with which a heading or a term leads to itself."""
    return "headerlink" in (element.get("class") or ())


def _run(section: str, run: list[str]) -> Iterator[tuple[str, str]]:
    if text := " ".join("".join(run).split()):
        yield section, text


_END = re.compile(r"(?<=[.!?])(?P<quote>[”’\")\]]*)\s+(?=[“‘\"(\[]*[A-Z0-9+−])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|No|pp?|Fig|Eq|Sec|St|Dr|Mr|Ms|al|ed|eds|Vol|U\.S)|\b[A-Z])\.$"
)
"""What ends with a full stop and ends no sentence."""


def sentences_of(text: str) -> list[str]:
    """Split a paragraph into its sentences.

    Parameters
    ----------
    text
        Words with single blanks between them.
    """
    found, begins = [], 0
    for end in _END.finditer(text):
        if not _ABBREVIATED.search(text, begins, end.start()):
            found.append(text[begins : end.end("quote")])
            begins = end.end()
    return [*found, text[begins:]]
