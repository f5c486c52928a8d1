"""Sections that stand folded: robustness, alternatives and long tables, one click from the main line.

A chapter marks one by ``{rst-class} folded`` before its heading. It keeps its place in the
contents, its address and the numbers of its figures; only its text waits to be opened.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CLASS = "folded"
"""Of a section that stands folded."""


class FoldSections(SphinxPostTransform):
    """Put what follows the heading of a folded section into a box that opens."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Fold each marked section of a page."""
        for section in self.document.findall(nodes.section):
            if CLASS not in section["classes"]:
                continue
            title, *rest = section.children
            opened = nodes.raw("", '<details class="fd-fold"><summary>', format="html")
            named = nodes.raw("", "</summary>", format="html")
            section.children = []
            section += [opened, title, named, *rest, nodes.raw("", "</details>", format="html")]


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_post_transform(FoldSections)
