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
from sphinx.environment import BuildEnvironment

from foreign_demand.site import files
from foreign_demand.site.citations import TERMS_URL, Book, permalink
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


def card(title: str, said: str, book: Book, *, address: str, picture: Mapping[str, Any] | None) -> str:
    """Tags that services show a link by: what the page asks and answers, with its first figure.

    Parameters
    ----------
    title, said
        From :func:`opening`.
    book
        The book it is in.
    address
        Of the page; empty where the book has none, and then no picture can be named.
    picture
        Record of a figure; none where the page has none.
    """
    told = {
        "og:type": "article",
        "og:site_name": book.title,
        "og:title": title,
        "og:description": said,
        "twitter:card": "summary",
    }
    if address:
        told["og:url"] = address
        if picture:
            told |= {
                "og:image": f"{permalink(picture['slug'], book)}figure.png",
                "og:image:type": "image/png",
                "og:image:alt": picture["alt"],
                "twitter:card": "summary_large_image",
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


def picture_of(env: BuildEnvironment, figures: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first of the figures and tables of a page that is drawn; where none is, that of the front page."""
    if drawn := [record for record in figures if record["spec"]]:
        return drawn[0]
    records = figure_records(env)
    shown = (records.get(slug) for slug in _shown(env.get_doctree(env.config.root_doc)))
    return next((record for record in shown if record and record["spec"]), None)


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
    address = f"{book.address.rstrip('/')}/{page}.html" if book.address else ""
    told = json.dumps(linked_data(title, answer, book, address=address, figures=figures), ensure_ascii=False)
    parts = [
        context.get("metatags", ""),
        card(
            question or title,
            answer,
            book,
            address=address,
            picture=picture_of(app.env, figures),
        ),
        f'<link rel="alternate" type="text/markdown" href="{Path(page).name}.md">',
        f'<script type="application/ld+json">{told.replace("<", chr(92) + "u003c")}</script>',
    ]
    context["metatags"] = "\n".join(parts)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("html-page-context", _tell)
