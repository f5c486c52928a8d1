"""The ``corrections`` directive and ``corrections.json``: errors of our own that were mended."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from foreign_demand import words
from foreign_demand.data.corrections import CORRECTIONS, Correction, read_corrections
from foreign_demand.data.periods import period_end
from foreign_demand.site import files

_log = logging.getLogger(__name__)


class Corrections(SphinxDirective):
    """List the corrections, or say that there is none."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Read them; the page is read again when they change."""
        self.env.note_dependency(str(CORRECTIONS))
        found = read_corrections()
        for one in found:
            page = one.where.partition(".html")[0]
            if page.startswith("chapters/") and page not in self.env.found_docs:
                _log.warning("Correction %s names %s, a page that the book has not.", one.id, one.where)
        root = "../" * self.env.docname.count("/")
        return [nodes.raw("", corrections_in_html(found, root), format="html")]


def corrections_in_html(found: Sequence[Correction], root: str) -> str:
    """The list as it stands on its page.

    Parameters
    ----------
    found
        The newest first.
    root
        Relative way to the folder of the book.
    """
    if not found:
        return "<p>No error of our own is known in what was published so far.</p>\n"
    items = "\n".join(
        f'<li id="correction-{one.id}">{_day(one.mended)}: since {_day(one.since)} '
        f'<a href="{root}{one.where}">a page</a> said “{html.escape(one.said)}” '
        f"Right is: {html.escape(one.right)}</li>"
        for one in found
    )
    return f"<ul>\n{items}\n</ul>\n"


def _day(date: str) -> str:
    return words.day(period_end(date))


def _write(app: Sphinx, exception: Exception | None) -> None:
    if not exception and app.builder.format == "html":
        files.write_json(Path(app.outdir) / "corrections.json", [asdict(one) for one in read_corrections()])


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_directive("corrections", Corrections)
    app.connect("build-finished", _write)
