"""How a table is read in one line of pandas, R, Stata and DuckDB.

The ``reading-lines`` directive lists the lines of every table that the book hands over.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from foreign_demand.data.store import default_store

_LINES = {
    "pandas": 'table = pandas.read_csv("{}")',
    # A byte-order mark, where there is one, would else be part of the first name; blanks in names would
    # be dots, and missing words empty ones.
    "R": 'table <- read.csv("{}", fileEncoding = "UTF-8-BOM", na.strings = "", check.names = FALSE)',
    "Stata": 'import delimited "{}", clear varnames(1) case(preserve) asdouble encoding("UTF-8") '
    "bindquotes(strict)",
    "DuckDB": "SELECT * FROM read_csv('{}', header = true);",
}
_GIVEN = (
    "An empty cell is a missing value. Days, months and quarters come as text, days in DuckDB as dates; "
    "true and false are text in R and Stata."
)


def reading_lines(table: str) -> dict[str, str]:
    """By program, the line that reads one table.

    Parameters
    ----------
    table
        Address of a CSV of the book, or its path.
    """
    return {program: line.format(table) for program, line in _LINES.items()}


class lines(nodes.General, nodes.Element):  # noqa: N801 (nodes are named as their visitors are)
    """Stands where the lines go."""


class ReadingLines(SphinxDirective):
    """Show how each table is read."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        return [lines()]


def _visit(self: HTML5Translator, node: lines) -> None:
    store, address = default_store(), self.config.html_baseurl
    root = f"{address.rstrip('/')}/" if address else ""
    self.body.append('<details class="fd-foot"><summary>Read the data in one line</summary>\n')
    self.body.append(f"<p>{_GIVEN}</p>\n<dl>\n")
    for dataset in store.catalog.values():
        if dataset.redistribute and store.holds(dataset.id):
            written = "\n".join(reading_lines(f"{root}data/{dataset.id}.csv").values())
            self.body.append(
                f"<dt>{dataset.id}</dt>\n<dd>{html.escape(dataset.title)}\n"
                f'<pre tabindex="0">{html.escape(written, quote=False)}</pre></dd>\n'
            )
    self.body.append("</dl>\n</details>\n")
    raise nodes.SkipNode


def _skip(self: Any, node: lines) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(lines, html=(_visit, None), latex=(_skip, None), text=(_skip, None))
    app.add_directive("reading-lines", ReadingLines)
