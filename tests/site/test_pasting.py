"""A page that takes a fact from another chapter always shows that chapter's latest."""

from __future__ import annotations

from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

HEAD = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# A page

"""
OWNS = (
    HEAD + "```{{code-cell}} ipython3\nfrom myst_nb import glue\nglue('level', '{0}', display=False)\n```\n"
)
PASTES = "# Front\n\nIt is {glue:text}`b.md::level:s`.\n"
QUIET = "# Nothing pasted\n"


def built(folder: Path, pages: dict[str, str]) -> tuple[str, set[str]]:
    """Text of the front page of a book, and the pages that were read for it."""
    folder.joinpath("conf.py").write_text(
        "extensions = ['myst_nb', 'foreign_demand.site.pasting']\nnb_execution_raise_on_error = True\n"
        "exclude_patterns = ['jupyter_execute']\n"
    )
    for name, text in pages.items():
        file = folder / f"{name}.md"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    read: set[str] = set()
    with docutils_namespace():
        app = Sphinx(
            folder, folder, folder / "out", folder / "trees", "html", status=None, warning=None, parallel=2
        )
        app.extensions["foreign_demand.site.pasting"].parallel_read_safe = True
        app.connect("env-before-read-docs", lambda app, env, names: read.update(names))
        app.build()
    return (folder / "out" / "index.html").read_text(encoding="utf-8"), read


@pytest.mark.parametrize("others", [0, 6], ids=["in-turn", "side-by-side"])
def test_a_pasted_fact_is_that_of_the_chapter_now(tmp_path: Path, others: int) -> None:
    quiet = {f"c{number}": QUIET for number in range(others)}
    first, _ = built(tmp_path, {"index": PASTES, "b": OWNS.format("9.37 trillion"), **quiet})
    assert '<span class="pasted-text">9.37 trillion</span>' in first
    changed, read = built(tmp_path, {"index": PASTES, "b": OWNS.format("9.41 trillion"), **quiet})
    assert read == {"b"}
    assert '<span class="pasted-text">9.41 trillion</span>' in changed
    reverted, _ = built(tmp_path, {"index": PASTES, "b": OWNS.format("9.37 trillion"), **quiet})
    assert '<span class="pasted-text">9.37 trillion</span>' in reverted
