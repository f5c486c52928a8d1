"""Mathematics as MathML, made when the book is built: no MathJax on any page."""

from __future__ import annotations

import html
import re

from docutils import nodes
from latex2mathml import exceptions
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)

# The converter's errors have no common base of their own.
_ERRORS: tuple[type[Exception], ...] = tuple(
    error for error in vars(exceptions).values() if isinstance(error, type)
)


def mathml(latex: str, *, display: bool, where: nodes.Node) -> str:
    """Write LaTeX mathematics as MathML.

    Parameters
    ----------
    latex
        Without its dollar signs.
    display
        On a line of its own, rather than in the text.
    where
        Node that a warning about wrong LaTeX points to; warnings fail the build.
    """
    try:
        written = convert(latex, display="block" if display else "inline")
    except _ERRORS as error:
        LOGGER.warning("%s in the mathematics %r", type(error).__name__, latex, location=where)
        return ""
    if unknown := re.findall(r">\\(\w+)<", written):
        LOGGER.warning("No MathML for \\%s in %r", ", \\".join(unknown), latex, location=where)
    return written.replace("<math ", f'<math data-latex="{html.escape(latex)}" ', 1)


def _visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), display=False, where=node))
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(
        self.starttag(
            node, "div", CLASS="math notranslate", role="group", tabindex="0", **{"aria-label": "Equation"}
        )
    )
    self.body.append(mathml(node.astext(), display=True, where=node))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Connect to Sphinx; ``html_math_renderer: mathml`` in ``_config.yml`` selects it."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
