"""Labels of the bibliography: initials and year; an institution goes by the letters it is known by."""

from __future__ import annotations

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting import unsrt
from pybtex.style.labels import alpha
from sphinx.application import Sphinx
from sphinx.config import Config

STYLE = "initials"


class Labels(alpha.LabelStyle):
    """``[ACM13]`` for three authors, and ``[IMF17]`` for an entry with ``shorthand = {IMF}``."""

    def format_label(self, entry: Entry) -> str:
        """Label of an entry."""
        if short := entry.fields.get("shorthand"):
            return f"{short}{entry.fields.get('year', '')[-2:]}"
        return super().format_label(entry)


class Style(unsrt.Style):
    """Entries in the order of their authors, as ``alpha`` has them."""

    default_label_style = Labels
    default_sorting_style = "author_year_title"


def _use(app: Sphinx, config: Config) -> None:
    config.bibtex_default_style = STYLE


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    register_plugin("pybtex.style.formatting", STYLE, Style)
    app.connect("config-inited", _use)
