"""Pages that take facts from other chapters are written again with them.

MyST-NB puts a fact of another chapter in place when a page is written, from what
that chapter left when it was executed. A page is written only when it was read or
when somebody asks: here those are asked for that paste from a chapter read now.
"""

from __future__ import annotations

from pathlib import Path

from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.book.record import pasted_from


def _note_read(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    app.foreign_demand_pasted = set(docnames)


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    read_glue_cache.cache_clear()  # it outlives a build in one process
    read = app.foreign_demand_pasted
    texts = {name: Path(env.doc2path(name)) for name in env.found_docs} if read else {}
    return [
        name
        for name, file in sorted(texts.items())
        if read & pasted_from(file.read_text(encoding="utf-8"), name)
    ]


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.foreign_demand_pasted = set()
    app.connect("env-before-read-docs", _note_read)
    app.connect("env-updated", _write_again)
