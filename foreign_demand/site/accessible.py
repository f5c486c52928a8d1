"""Make what the theme and MyST-NB write usable by keyboard and screen reader.

Six kinds of node are written a little differently; templates and ``static/book.css`` do
the rest. Everything here is HTML: nothing waits for a script.
"""

from __future__ import annotations

import html

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def _visit_fold(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Name folded code by the words it shows, not by a label that hides them."""
    start = len(self.body)
    visit_HideCellInput(self, node)
    self.body[start:] = [
        part.replace(' aria-label="Toggle hidden content"', "") for part in self.body[start:]
    ]


def _visit_table(self: HTML5Translator, node: nodes.table) -> None:
    """Let the box that scrolls a wide table be reached by keyboard, and named."""
    title = node.next_node(nodes.title)
    label = html.escape(title[0].astext() if title else "Table", quote=True)
    start = len(self.body)
    type(self).visit_table(self, node)
    box = 'class="pst-scrollable-table-container"'
    named = f'{box} role="region" tabindex="0" aria-label="{label}"'
    self.body[start:] = [part.replace(box, named) for part in self.body[start:]]


def _visit_entry(self: HTML5Translator, node: nodes.entry) -> None:
    """Write an empty cell above the row names as an ordinary cell: it heads nothing."""
    type(self).visit_entry(self, node)
    if isinstance(node.parent.parent, nodes.thead) and not node.astext().strip():
        self.body[-1] = self.body[-1].replace("<th", "<td")
        self.context[-1] = self.context[-1].replace("th", "td")


def _visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Leave out roles that ARIA has given up or does not allow on a plain block."""
    start = len(self.body)
    type(self).visit_citation(self, node)
    for role in (' role="list"', ' role="doc-biblioentry"'):
        self.body[start:] = [part.replace(role, "") for part in self.body[start:]]


TOP_DOWN = "fd-figure"
"""Of a figure whose caption stands above what it shows."""


def _depart_caption(self: HTML5Translator, node: nodes.caption) -> None:
    """End the caption of a figure that reads from the top down before the picture begins."""
    type(self).depart_caption(self, node)
    if TOP_DOWN in node.parent["classes"]:
        self.body.append("</figcaption>\n")


def _depart_figure(self: HTML5Translator, node: nodes.figure) -> None:
    """Such a figure has its caption behind it when it ends."""
    if TOP_DOWN in node["classes"]:
        self.body.append("</figure>\n")
    else:
        type(self).depart_figure(self, node)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(HideCodeCellNode, override=True, html=(_visit_fold, depart_HideCellInput))
    app.add_node(nodes.table, override=True, html=(_visit_table, None))
    app.add_node(nodes.citation, override=True, html=(_visit_citation, None))
    app.add_node(nodes.caption, override=True, html=(HTML5Translator.visit_caption, _depart_caption))
    app.add_node(nodes.figure, override=True, html=(HTML5Translator.visit_figure, _depart_figure))
    app.add_node(nodes.entry, override=True, html=(_visit_entry, None))
