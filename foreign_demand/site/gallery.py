"""The ``gallery`` directive: every figure and table of the book, with its picture and its places.

The list is written from the figure records when all chapters have been read, and
written anew in every build: it is always that of the other pages. Without
JavaScript it is a plain list; ``static/gallery.js`` adds a search by word.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from foreign_demand import words
from foreign_demand.site.files import digest
from foreign_demand.site.rendering import figure_records, printed_number

_MARK = "foreign_demand_gallery"


class gallery(nodes.General, nodes.Element):  # noqa: N801 (nodes are named as their visitors are)
    """Stands where the gallery goes."""


class Gallery(SphinxDirective):
    """Show every figure and table of the book."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Mark the page; what it shows is known only when all pages are read."""
        self.env.metadata[self.env.docname][_MARK] = True
        return [gallery()]


def _pages(env: BuildEnvironment) -> list[str]:
    return [name for name, about in env.metadata.items() if _MARK in about]


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages that show every figure, when one of them, or its number, is not what it was."""
    shown = digest(sorted((r["digest"], printed_number(env, r)) for r in figure_records(env).values()))
    if getattr(env, "foreign_demand_shown", None) == shown:
        return []
    env.foreign_demand_shown = shown
    return _pages(env)


def _by_chapter(env: BuildEnvironment) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    root = env.config.root_doc
    for chapter in [root, *env.toctree_includes.get(root, [])]:
        if found := [r for r in figure_records(env).values() if r["chapter"] == chapter]:
            yield chapter, found


def _thumbnail(record: dict[str, Any], folder: str) -> str:
    if record["spec"]:
        return f'<img src="{folder}figure.svg" alt="" class="fd-thumbnail dark-light" loading="lazy" />'
    columns, rows = record["table"]["columns"], record["table"]["rows"]
    lines = [columns[:4], *(row[:4] for row in rows[:6])]
    cells = "".join(f"<tr>{''.join(f'<td>{html.escape(str(c))}</td>' for c in line)}</tr>" for line in lines)
    return f"<table>{cells}</table>"


def _card(env: BuildEnvironment, record: dict[str, Any], here: str, chapter: str) -> str:
    folder = relative_uri(here, f"figures/{record['slug']}/")
    place = f"{relative_uri(here, chapter)}#fig-{record['slug']}"
    title, name = html.escape(record["title"]), f"{record['kind'].title()} {printed_number(env, record)}"
    said = " ".join([record["caption"], record["unit"], *(s["cite"] for s in record["sources"])])
    until = words.day(dt.date.fromisoformat(record["as_of"]))
    return f"""<li class="fd-card" data-words="{html.escape(said, quote=True)}">
<div class="fd-thumbnail" aria-hidden="true">{_thumbnail(record, folder)}</div>
<h3><a href="{folder}index.html">{title}</a></h3>
<p><a href="{place}">{name} in its chapter</a>; data to {until}</p>
</li>"""


def _visit(self: HTML5Translator, node: gallery) -> None:
    env = self.builder.env
    here = self.builder.get_target_uri(self.builder.current_docname)
    self.body.append(
        '<form class="fd-search" role="search" hidden><label>Search the figures by word '
        '<input type="search" autocomplete="off" /></label> <output></output></form>\n'
    )
    for chapter, records in _by_chapter(env):
        title = html.escape(env.titles[chapter].astext())
        cards = "\n".join(_card(env, r, here, self.builder.get_target_uri(chapter)) for r in records)
        self.body.append(f'<section class="fd-gallery"><h2>{title}</h2>\n<ul>\n{cards}\n</ul></section>\n')
    raise nodes.SkipNode


def _skip(self: Any, node: gallery) -> None:
    raise nodes.SkipNode


def _add_script(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if _MARK in app.env.metadata.get(pagename, {}):
        app.add_js_file("gallery.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(gallery, html=(_visit, None), latex=(_skip, None), text=(_skip, None))
    app.add_directive("gallery", Gallery)
    app.connect("env-get-updated", _write_again, priority=900)  # when figures have their numbers
    app.connect("html-page-context", _add_script)
