"""Folded sections: what is marked is folded, whole, and keeps its heading."""

from __future__ import annotations

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from playwright.sync_api import Browser

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


def test_a_folded_figure_is_opened_by_its_address_and_printed(browser: Browser, address: str) -> None:
    page = browser.new_page()
    seen = "document.getElementById('fig-vix-jumps').checkVisibility()"
    page.goto(f"{address}/chapters/safe-haven.html")
    assert not page.evaluate(seen)
    page.emulate_media(media="print")
    assert page.evaluate(seen)
    assert page.evaluate("document.querySelector('.fd-claims li').checkVisibility()")
    page.emulate_media(media="screen")
    page.goto(f"{address}/chapters/safe-haven.html#fig-vix-jumps")
    page.wait_for_function(seen)
    page.close()
