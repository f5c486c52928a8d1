"""What a page tells programs beside its text: a twin in Markdown, a card for links to it, linked data.

All are written as the page is, so only for pages that changed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from markdownify import ATX, MarkdownConverter
from sphinx.application import Sphinx

from foreign_demand.site import files
from foreign_demand.site.bundles import PNG_SCALE
from foreign_demand.site.citations import TERMS_URL, Book, permalink
from foreign_demand.site.drawing import Drawings, poster
from foreign_demand.site.front import leading_figure
from foreign_demand.site.publishing.record import sentences_of
from foreign_demand.site.rendering import book_of, figure_records

_PICTURE = re.compile(r'<svg\b(?:[^>]*?\baria-label="([^"]*)")?[^>]*>.*?</svg>', re.DOTALL)
_CODE = re.compile(r'<details class="admonition hide above-input">.*?</details>', re.DOTALL)
_WRAPPED = re.compile(r"</?span\b[^>]*>|(?<=</p>)\s+(?=</t[dh]>)")
_CELL = re.compile(r"<(t[rdh])\b[^>]*>(?:<p>([^<]*)</p>(?=</t[dh]>))?")
"""What says nothing in Markdown, and takes long to be taken apart."""
_LEFT_OUT = {"button", "datalist", "form", "noscript"}
_LEFT_OUT_CLASSES = {"cell_input", "fd-thumbnail", "headerlink"}
"""What is code, or there to be clicked."""
_MEASURE = 300
"""Letters of a description that are shown at most places."""
CARDS = "cards"
"""Folder of the pictures of pages that begin with no figure."""
_NO_CHART = '<svg xmlns="http://www.w3.org/2000/svg" width="440" height="60"/>'
_COUNTED = {r"^- ### ": "figures and tables", r"^:   ": "terms", r"^\[\w+\]$": "works"}
"""What a page that asks nothing lists, by how an entry begins in Markdown."""


def twin(body: str, page: str) -> str:
    """The text of a page as Markdown: figures by title, words and data, tables as tables, no code.

    Parameters
    ----------
    body
        HTML of the page's article.
    page
        Name of its file, which links within it lead to.
    """
    text = _PICTURE.sub(lambda found: f"<p>{found[1]}</p>" if found[1] else "", _CODE.sub("", body))
    text = _CELL.sub(r"<\1>\2", _WRAPPED.sub("", text))
    article = BeautifulSoup(text, "html.parser")
    for part in article.find_all(True):
        if part.decomposed:
            continue
        kinds = set(part.get_attribute_list("class"))
        if part.name in _LEFT_OUT or kinds & _LEFT_OUT_CLASSES or "hidden" in part.attrs:
            part.decompose()
        elif kinds & {"fd-two", "fd-sources"}:  # a drawing twice; what its summary says in short
            for again in part.find_all("p")[1 if "fd-two" in kinds else 0 :]:
                again.decompose()
        elif "fd-bar" in kinds:
            links = (("data.csv", "Data (CSV)"), ("index.html", "page of its own"))
            words = ", ".join(f"[{label}]({part['data-files']}{name})" for name, label in links)
            part.replace_with(article.new_tag("p", string=words))
        elif "data-latex" in part.attrs:
            part.replace_with("$", article.new_tag("code", string=str(part["data-latex"])), "$")
        elif part.name == "a" and str(part.get("href", "")).startswith("#"):
            part["href"] = f"{page}{part['href']}"
    converter = MarkdownConverter(heading_style=ATX, bullets="-", escape_underscores=False)
    return re.sub(r"\n{3,}", "\n\n", converter.convert_soup(article)).strip() + "\n"


def opening(text: str) -> tuple[str, str, str]:
    """How a Markdown text opens, in plain words.

    Parameters
    ----------
    text
        From :func:`twin`.

    Returns
    -------
    tuple
        Title; the question its first paragraph asks, where it asks one; and what it answers: as many
        sentences as a card has room for, one at least.
    """
    title, said = (
        re.search(pattern, text, re.MULTILINE) for pattern in (r"^# (.*)$", r"^[^#>|!\[\s-].*(\n.+)*")
    )
    plain = re.sub(r"\*\*|\[([^]]*)\]\([^)]*\)", r"\1", said[0] if said else "")
    first, *rest = sentences_of(" ".join(plain.split()))
    question = first if first.endswith("?") and rest else ""
    answer, *rest = rest if question else [first, *rest]
    for sentence in rest:
        if len(answer) + len(sentence) >= _MEASURE:
            break
        answer = f"{answer} {sentence}"
    return title[1] if title else "", question, answer


def words_drawn(text: str, book: Book) -> str:
    """A page that begins with no figure as a picture: what it asks and answers, and how much it lists.

    Parameters
    ----------
    text
        From :func:`twin`.
    book
        The book it is in.
    """
    title, question, answer = opening(text)
    counts = {name: len(re.findall(begins, text, re.MULTILINE)) for begins, name in _COUNTED.items()}
    listed = [f"{count} {name}." for name, count in counts.items() if count and not question]
    return poster(
        _NO_CHART,
        slug=CARDS,
        title=question or title,
        drawn=" ".join([*listed, answer]),
        alt=answer,
        source=f"{book.title}. {book.address}",
    )


def card(title: str, said: str, book: Book, *, address: str, picture: str, alt: str) -> str:
    """Tags that services show a link by: what the page asks and answers, with a picture.

    Parameters
    ----------
    title, said
        From :func:`opening`.
    book
        The book it is in.
    address
        Of the page; empty where the book has none, and then no picture can be named.
    picture
        Its address.
    alt
        What it shows.
    """
    told = {
        "og:type": "article",
        "og:site_name": book.title,
        "og:title": title,
        "og:description": said,
        "twitter:card": "summary_large_image" if address else "summary",
    }
    if address:
        told |= {
            "og:url": address,
            "og:image": picture,
            "og:image:type": "image/png",
            "og:image:alt": alt,
        }
    tags = [f'<meta name="description" content="{html.escape(said)}">']
    for name, text in told.items():
        key = "name" if name.startswith("twitter:") else "property"
        tags.append(f'<meta {key}="{name}" content="{html.escape(text)}">')
    return "\n".join(tags)


def linked_data(
    title: str, said: str, book: Book, *, address: str, figures: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A page as schema.org describes it, with the data of its figures as parts.

    Parameters
    ----------
    title, said
        Of the page.
    book
        The book it is in.
    address
        Of the page; empty where the book has none.
    figures
        Records of the figures on it, in their order.
    """
    author = {"@type": "Organization", "name": book.author}
    vintages = [source["vintage"] for record in figures for source in record["sources"]]
    stated = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle" if figures else "WebPage",
        "headline": title,
        "description": said,
        "url": address,
        "dateModified": max(vintages, default=""),
        "inLanguage": "en",
        "author": author,
        "publisher": author,
        "license": TERMS_URL,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "Report", "name": book.title} | ({"url": book.address} if book.address else {}),
        "hasPart": [
            {"@type": "Dataset", "name": r["title"], "identifier": permalink(r["slug"], book) or r["slug"]}
            for r in figures
        ],
    }
    return {name: value for name, value in stated.items() if value not in ("", [])}


def _shown(doctree: nodes.document) -> Iterator[str]:
    """Slugs of the figures and tables of a page, in their order."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, leading_figure):
            yield node["figure"]
        elif isinstance(node, nodes.figure | nodes.table):
            yield from (id.removeprefix("fig-") for id in node["ids"] if id.startswith("fig-"))


def _tell(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or app.builder.format != "html":
        return
    text = twin(context["body"], f"{Path(page).name}.html")
    files.write(Path(app.outdir) / f"{page}.md", text)
    book, records = book_of(app.config), figure_records(app.env)
    figures = [records[slug] for slug in _shown(doctree) if slug in records]
    title, question, answer = opening(text)
    root = book.address.rstrip("/")
    address = f"{root}/{page}.html" if root else ""
    # A table that comes first is told in words.
    drawn = figures[0] if figures and figures[0]["spec"] else None
    words = _words(app, page)
    if root and not drawn:
        files.write(words, words_drawn(text, book))
    else:
        words.unlink(missing_ok=True)
    told = json.dumps(linked_data(title, answer, book, address=address, figures=figures), ensure_ascii=False)
    parts = [
        context.get("metatags", ""),
        card(
            question or title,
            answer,
            book,
            address=address,
            picture=f"{permalink(drawn['slug'], book)}figure.png" if drawn else f"{root}/{CARDS}/{page}.png",
            alt=drawn["alt"] if drawn else answer,
        ),
        f'<link rel="alternate" type="text/markdown" href="{Path(page).name}.md">',
        f'<script type="application/ld+json">{told.replace("<", chr(92) + "u003c")}</script>',
    ]
    context["metatags"] = "\n".join(parts)


def _words(app: Sphinx, page: str) -> Path:
    """Where the picture of a page in words waits to be made of pixels."""
    return Path(app.doctreedir) / CARDS / f"{page}.svg"


def _draw(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    folder, drawings = Path(app.outdir) / CARDS, Drawings(Path(app.doctreedir) / "drawn-cards")
    shown = {folder / f"{page}.png": _words(app, page) for page in app.env.found_docs}
    pictures = {file: words for file, words in shown.items() if words.exists()}
    for old in set(folder.rglob("*.png")) - set(pictures):
        old.unlink()
    for file, words in pictures.items():
        files.write(file, drawings.png(words.read_text(encoding="utf-8"), scale=PNG_SCALE))
    drawings.prune()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx: what draws does so after all that works side by side."""
    app.connect("html-page-context", _tell)
    app.connect("build-finished", _draw, priority=900)
