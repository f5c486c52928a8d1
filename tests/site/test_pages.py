"""What a page tells programs: its Markdown twin, its card, its linked data; and the guide to all pages."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docutils.utils import new_document

from foreign_demand.site.citations import Book
from foreign_demand.site.front import leading_figure
from foreign_demand.site.machines import guide
from foreign_demand.site.pages import card, linked_data, opening, picture_of, twin

BOOK = Book(title="Book", author="Somebody", address="https://example.org/book/")
BODY = """
<section><h1>Holdings<a class="headerlink" href="#holdings">#</a></h1>
<p><strong>Who holds them?</strong>
Foreigners hold <span class="pasted-text">USD 9 trillion</span>. See <a href="#fig-one">Fig. 1</a>.</p>
<div class="cell"><details class="admonition hide above-input"><pre>secret = 1</pre></details></div>
<div class="cell"><div class="cell_input"><pre>hidden = 2</pre></div></div>
<figure id="fig-one"><figcaption><p>Fig. 1 <strong>It rose</strong></p></figcaption>
<div class="fd-view fd-two"><svg role="img" aria-label="One line &amp; a gap"><g><text>1</text></g></svg><svg
aria-label="One line &amp; a gap"><text>1</text></svg></div>
<div class="fd-bar" data-figure="one" data-files="../figures/one/"><button>Interact</button></div></figure>
<p>Where <math data-latex="r_t^{*}"><mi>r</mi></math> is a rate.<svg><path/></svg></p>
<table><thead><tr><th>Holder</th><th>USD billion</th></tr></thead>
<tbody><tr><td>Japan</td><td>1,143</td></tr></tbody></table></section>
"""


def test_a_twin_has_words_numbers_and_tables_and_neither_code_nor_drawing() -> None:
    text = twin(BODY, "holdings.html")
    assert text.startswith("# Holdings\n")
    assert "Foreigners hold USD 9 trillion. See [Fig. 1](holdings.html#fig-one)." in text
    assert "Fig. 1 **It rose**\n\nOne line & a gap\n\n[Data (CSV)](../figures/one/data.csv)" in text
    assert text.count("One line & a gap") == 1
    assert "Where $`r_t^{*}`$ is a rate." in text
    assert "| Holder | USD billion |\n| --- | --- |\n| Japan | 1,143 |" in text
    assert not re.search(r"secret|hidden|Interact|<\w", text)


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("# A\n\n**Why?**\nBecause it\nrose. And fell.\n", ("A", "Why?", "Because it rose. And fell.")),
        ("# A\n\nSee [this](b.html). " + "More. " * 80, ("A", "", None)),
        ("# A\n\n> quoted\n\n[AB1]\n\nFirst.\n", ("A", "", "First.")),
        ("# A\n", ("A", "", "")),
    ],
)
def test_a_page_opens_with_a_question_and_its_answer(text: str, opened: tuple[str, str, str | None]) -> None:
    title, question, answer = opening(text)
    assert (title, question) == opened[:2]
    assert (
        answer.startswith("See this. More.") and len(answer) < 320
        if opened[2] is None
        else answer == opened[2]
    )


def record(slug: str, **other: Any) -> dict[str, Any]:
    known = {"slug": slug, "title": "It rose", "alt": 'One "line"', "spec": {"mark": "line"}}
    return known | {"sources": [{"vintage": "2026-07-16"}]} | other


def test_a_page_without_a_figure_is_shown_by_that_of_the_front_page() -> None:
    front = new_document("index")
    front += leading_figure("", figure="one")
    env = SimpleNamespace(
        foreign_demand_figures=[record("one"), record("two"), record("table", spec=None)],
        config=SimpleNamespace(root_doc="index"),
        get_doctree={"index": front}.__getitem__,
    )
    for shown, pictured in ((["table", "two"], "two"), (["table"], "one"), ([], "one")):
        figures = [one for slug in shown for one in env.foreign_demand_figures if one["slug"] == slug]
        assert picture_of(env, figures)["slug"] == pictured


def test_a_card_names_a_picture_only_where_the_book_has_an_address() -> None:
    page = "https://example.org/book/chapters/a.html"
    published = card("Who?", "He & I.", BOOK, address=page, picture=record("one"))
    assert '<meta property="og:image" content="https://example.org/book/figures/one/figure.png">' in published
    assert f'<meta property="og:url" content="{page}">' in published
    assert '<meta property="og:description" content="He &amp; I.">' in published
    assert "One &quot;line&quot;" in published
    assert 'name="twitter:card" content="summary_large_image"' in published
    folder = card("Who?", "I.", Book(title="Book", author="S"), address="", picture=record("one"))
    assert "og:image" not in folder
    assert 'content="summary"' in folder


def test_a_page_is_described_with_the_data_of_its_figures() -> None:
    told = linked_data(
        "A", "It rose.", BOOK, address="https://example.org/book/a.html", figures=[record("one")]
    )
    assert (told["@type"], told["dateModified"]) == ("ScholarlyArticle", "2026-07-16")
    assert told["hasPart"][0]["identifier"] == "https://example.org/book/figures/one/"
    plain = linked_data("A", "Words.", Book(title="Book", author="S"), address="", figures=[])
    assert plain["@type"] == "WebPage"
    assert not {"url", "dateModified", "hasPart"} & set(plain)


def test_the_guide_lists_pages_in_their_order_and_every_index() -> None:
    told = guide("Book", {"chapters/index": "# Book\n\n**Who?**\nThey.\n", "chapters/a": "# A\n\nIt rose.\n"})
    assert told.startswith("# Book\n\n> Who? They.\n")
    assert "- [Book](chapters/index.md): Who? They.\n- [A](chapters/a.md): It rose.\n" in told


# --- the book ----------------------------------------------------------------


def links(text: str) -> set[str]:
    return {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}


def test_every_page_has_a_twin_whose_links_lead_somewhere(built_book: Path) -> None:
    for page in json.loads((built_book / "build.json").read_text("utf-8"))["pages"]:
        file = built_book / f"{page}.md"
        text = file.read_text("utf-8")
        assert not re.search(r"<(div|span|svg|table|math)\b", text), page
        for link in links(text) - {""}:
            assert (file.parent / html.unescape(link)).exists(), f"{page}: {link}"
        assert f'type="text/markdown" href="{file.name}"' in (built_book / f"{page}.html").read_text("utf-8")


def test_the_guide_leads_to_pages_indexes_and_schemas(built_book: Path) -> None:
    told = (built_book / "llms.txt").read_text("utf-8")
    assert all((built_book / link).exists() for link in links(told))
    assert {f"{name}.json" for name in ("figures", "claims", "sources", "datapackage", "build")} <= links(
        told
    )


def test_every_page_has_a_card_with_what_it_found(built_book: Path) -> None:
    for page in json.loads((built_book / "build.json").read_text("utf-8"))["pages"]:
        text = (built_book / f"{page}.html").read_text("utf-8")
        head = text[: text.index("</head>")]
        for tag in ("og:title", "og:description"):
            assert re.search(rf'property="{tag}" content="[^"]+"', head), page
        told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)[-1])
        assert told["@context"] == "https://schema.org"
