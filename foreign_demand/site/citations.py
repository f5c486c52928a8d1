"""How to cite a figure or table: in a line, in full, as BibTeX and as RIS.

Every form names the vintage, because the figure behind a slug is redrawn when
newer data are out; the permalink is left out where the site has no address yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foreign_demand.words import day

TERMS = "CC BY 4.0"
TERMS_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, kw_only=True)
class Book:
    """What a citation says of the book."""

    title: str
    author: str
    address: str = ""
    """Where the site is published; empty while it is not."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """One figure or table, ready to be pasted."""

    short: str
    long: str
    bibtex: str
    ris: str


def permalink(slug: str, book: Book) -> str:
    """Address of a figure's own page; empty while the site has none."""
    return f"{book.address.rstrip('/')}/figures/{slug}/" if book.address else ""


def cite(figure: Mapping[str, Any], book: Book) -> Citation:
    """Write the citation of a figure or table.

    Parameters
    ----------
    figure
        ``slug``, ``kind``, ``number``, ``title``, ``chapter_title``, ``as_of``, ``vintage`` (which
        dates the citation) and ``sources``, as in ``metadata.json``.
    book
        The book it is from.
    """
    vintage = dt.date.fromisoformat(figure["vintage"])
    label = " ".join(filter(None, [figure["kind"].capitalize(), figure["number"]]))
    url = permalink(figure["slug"], book)
    edition = _edition(figure["sources"])
    dated = f"{edition}; data to {day(dt.date.fromisoformat(figure['as_of']))}."
    sources = "; ".join(dict.fromkeys(source["cite"] for source in figure["sources"]))
    where = f"{label} in {book.title}, chapter “{figure['chapter_title']}”"
    short = (
        f"{book.author} ({vintage.year}), {book.title}, {label.lower()}, {edition[0].lower()}{edition[1:]}"
    )
    long = [
        f"{book.author} ({vintage.year}). “{figure['title']}.” {where}. {dated}",
        f"Computed from: {sources}.",
        f"{TERMS}.",
        url,
    ]
    return Citation(
        short=f"{short}. {url}".strip(),
        long=" ".join(filter(None, long)),
        bibtex=_bibtex(
            f"foreign-demand-{figure['slug']}-{vintage}",
            {
                "author": f"{{{_latex(book.author)}}}",
                "title": f"{{{_latex(figure['title'])}}}",
                "howpublished": _latex(where),
                "year": str(vintage.year),
                "month": str(vintage.month),
                "note": _latex(f"{dated} Computed from: {sources}. {TERMS}"),
                "url": url,
            },
        ),
        ris=_ris(
            [
                ("TY", "FIGURE" if figure["kind"] == "figure" else "DATA"),
                ("AU", book.author),
                ("TI", figure["title"]),
                ("T2", f"{book.title}, {label.lower()}"),
                ("PY", str(vintage.year)),
                ("DA", f"{vintage:%Y/%m/%d}"),
                ("ET", edition),
                ("N1", f"{dated} Computed from: {sources}. {TERMS}"),
                ("UR", url),
            ]
        ),
    )


def _edition(sources: Sequence[Mapping[str, Any]]) -> str:
    """Newest vintage of the sources, and how many are copies of an edition that is not known."""
    known = [source["vintage"] for source in sources if source["edition_known"]]
    if not known:
        return "Edition unknown"
    vintage = f"Vintage {day(dt.date.fromisoformat(max(known)))}"
    unknown = len(sources) - len(known)
    return f"{vintage}, editions of {unknown} of {len(sources)} sources unknown" if unknown else vintage


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "−": "$-$",
        "×": r"$\times$",
        "≤": r"$\leq$",
        "≥": r"$\geq$",
        "≈": r"$\approx$",
        "→": r"$\to$",
    }
)
"""Signs with a meaning in LaTeX, and those that pdfLaTeX has no letter for."""


def _latex(text: str) -> str:
    return " ".join(text.split()).translate(_LATEX)


def _bibtex(key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _ris(fields: list[tuple[str, str]]) -> str:
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\n".join([*lines, "ER  - ", ""])
