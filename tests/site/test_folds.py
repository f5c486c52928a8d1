"""Folded sections: what is marked is folded, whole, and keeps its heading."""

from __future__ import annotations

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document

from foreign_demand.site.folds import CLASS, FoldSections


def test_what_follows_the_heading_of_a_marked_section_is_folded() -> None:
    document = new_document("page", get_default_settings())
    marked = nodes.section("", nodes.title("", "More"), nodes.paragraph("", "long"), classes=[CLASS])
    plain = nodes.section("", nodes.title("", "Main"), nodes.paragraph("", "short"), marked)
    document += plain
    FoldSections(document).run()
    assert [type(node).__name__ for node in plain] == ["title", "paragraph", "section"]
    opened, title, named, text, closed = marked.children
    assert [opened.astext(), named.astext(), closed.astext()] == [
        '<details class="fd-fold"><summary>',
        "</summary>",
        "</details>",
    ]
    assert (title.astext(), text.astext()) == ("More", "long")
    assert title.parent is marked
