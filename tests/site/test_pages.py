"""What a page tells programs: its Markdown twin, its card, its linked data; and the guide to all pages."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from small_book import SmallBook, chapter

from foreign_demand.site.citations import Book
from foreign_demand.site.machines import guide
from foreign_demand.site.pages import card, linked_data, opening, twin, words_drawn

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


def words_of(svg: str) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "# Words\n\nWhat we mean.\n\nrow\n:   A line.\n\nbill\n:   Short.\n",
            "Words 2 terms. What we mean.",
        ),
        ("# Works\n\nCited.\n\n[AL23]\n\nA book.\n\n[B1]\n\nB.\n", "Works 2 works. Cited."),
        ("# All\n\nOf them.\n\n- ### [It rose](a.html)\n", "All 1 figures and tables. Of them."),
        (
            "# Data\n\n**From where?**\nFrom 3 publishers.\n\nGDP\n:   A line.\n",
            "From where? From 3 publishers.",
        ),
    ],
)
def test_a_page_that_begins_with_no_figure_is_drawn_with_what_it_says_and_lists(text: str, said: str) -> None:
    assert words_of(words_drawn(text, BOOK)) == f"{said} Book. {BOOK.address}"


def test_a_card_names_a_picture_only_where_the_book_has_an_address() -> None:
    page, picture = "https://example.org/book/chapters/a.html", "https://example.org/book/cards/a.png"
    published = card("Who?", "He & I.", BOOK, address=page, picture=picture, alt='One "line"')
    assert f'<meta property="og:image" content="{picture}">' in published
    assert f'<meta property="og:url" content="{page}">' in published
    assert '<meta property="og:description" content="He &amp; I.">' in published
    assert "One &quot;line&quot;" in published
    assert 'name="twitter:card" content="summary_large_image"' in published
    folder = card("Who?", "I.", Book(title="Book", author="S"), address="", picture="a.png", alt="")
    assert "og:image" not in folder
    assert 'content="summary"' in folder


CHART = """import altair as alt
from foreign_demand.book.figures import figure
from foreign_demand.data.store import read_table

yields = read_table("DGS10").tail(20)
figure(
    "ten", alt.Chart(yields).mark_line().encode(x="date:T", y=f"{yields.columns[-1]}:Q"),
    data=yields, title="Ten years", caption="Daily.", alt_text="A line.", unit="percent",
)"""


def test_every_page_of_a_book_with_an_address_has_a_picture_of_its_own(tmp_path: Path) -> None:
    book = SmallBook(tmp_path, words="# Words\n\nWhat we mean.\n", drawn=chapter("Drawn", CHART))
    address = "https://example.org/book/"
    book.write("conf.py", f"{book.read('conf.py')}html_baseurl = {address!r}\n")
    for plain, told in ((["index", "words"], "What we mean."), (["index"], "A line.")):
        built = book.build()
        assert built.status == 0, built.errors
        for page in ("index", "words", "drawn"):
            (named,) = re.findall(r'property="og:image" content="([^"]+)"', book.page(page))
            picture = named.removeprefix(address)
            assert picture == (f"cards/{page}.png" if page in plain else "figures/ten/figure.png")
            with Image.open(book.site / picture) as found:
                assert min(found.size) > 300
        assert f'property="og:image:alt" content="{told}"' in book.page("words")
        assert {file.stem for file in (book.site / "cards").iterdir()} == set(plain)
        book.write("words.md", book.read("drawn.md"))
        book.write("drawn.md", "# Drawn\n\n```{leading-figure} ten\n```\n")


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
