"""Files of each figure, as the whole book wrote them, and of figures meant to do harm."""

from __future__ import annotations

import html
import io
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import rispy
from docutils import nodes
from docutils.parsers.rst import Directive
from myst_nb.core.render import MimeData
from pybtex.database import parse_string
from schemas import problems
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace

from foreign_demand.book.charts import DARK
from foreign_demand.book.figures import MIME_TYPE
from foreign_demand.site.bundles import (
    SCHEMA,
    SOURCES_NAMED,
    describe,
    for_spreadsheets,
    numeric_columns,
    preview,
    sources_in_words,
    write_bundle,
)
from foreign_demand.site.citations import Book, _latex, cite
from foreign_demand.site.drawing import Drawings, inline_svg, live_spec, reading, slim_spec
from foreign_demand.site.rendering import FigureRenderer, figure_records, kept_whole

SVG = "{http://www.w3.org/2000/svg}"
SHARED = {"index.html", "figure.js", "data.csv", "cite.bib", "cite.ris", "metadata.json"}
DRAWN = SHARED | {"figure.svg", "figure.png", "spec.vl.json"}
HOSTILE = '</script><script>alert("x")</script> & 50% of {$x_1$} ~ ^ \\ <b>#</b> – “q”'


@pytest.fixture(scope="module")
def listed(built_book: Path) -> list[dict[str, Any]]:
    return json.loads((built_book / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def drawn(listed: list[dict[str, Any]]) -> list[str]:
    slugs = [about["slug"] for about in listed if about["kind"] == "figure"]
    assert len(slugs) >= 5
    return slugs


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8")


def linked_data(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def test_every_figure_has_its_files_and_no_others(built_book: Path, listed: list[dict[str, Any]]) -> None:
    assert {path.name for path in (built_book / "figures").iterdir()} == {about["slug"] for about in listed}
    for about in listed:
        folder = built_book / "figures" / about["slug"]
        assert {path.name for path in folder.iterdir()} == set(about["files"])
        assert set(about["files"]) == (DRAWN if about["kind"] == "figure" else SHARED)
        assert all(path.stat().st_size for path in folder.iterdir())
        assert json.loads(read(folder, "metadata.json")) == {"$schema": SCHEMA} | about


def test_metadata_say_what_the_figure_is(listed: list[dict[str, Any]]) -> None:
    numbers = [(about["kind"], about["number"]) for about in listed]
    assert len(set(numbers)) == len(numbers)
    for about in listed:
        texts = ("title", "caption", "alt", "unit", "chapter", "chapter_title", "number")
        assert all(about[name].strip() for name in texts), about["slug"]
        assert pd.Timestamp(about["as_of"]) <= pd.Timestamp(about["vintage"]), about["slug"]
        assert about["vintage"] == max(source["vintage"] for source in about["sources"])
        assert all(source["cite"] and source["reference_period"] for source in about["sources"])


POSITIONS = ("x", "y", "x2", "y2", "size")
Mark = tuple[set[str], set[float], set[float]]


def drawn_values(spec: dict[str, Any]) -> Iterator[Mark]:
    """Dates or names, numbers and sizes of every mark; not reference lines, nor names at the end of lines."""

    def walk(part: dict[str, Any], data: Any, encoding: dict[str, Any]) -> Iterator[Mark]:
        data, encoding = part.get("data", data), encoding | part.get("encoding", {})
        inner = [part["spec"]] if "spec" in part else []
        for key in ("layer", "concat", "hconcat", "vconcat"):
            inner += part.get(key, [])
        for piece in inner:
            yield from walk(piece, data, encoding)
        sides = {side: encoding[side] for side in POSITIONS if "field" in encoding.get(side, {})}
        types = {side: encoding[side.removesuffix("2")].get("type") for side in sides}
        numbers = [sides[side]["field"] for side, kind in types.items() if kind == "quantitative"]
        places = [sides[side]["field"] for side, kind in types.items() if kind != "quantitative"]
        if inner or not numbers or len(sides) < 2 or "place" in numbers:
            return
        if folded := [name for step in part.get("transform", []) for name in step.get("fold", [])]:
            numbers, places = folded, []  # columns that the chart itself makes rows of
        if stacked := [step["stack"] for step in part.get("transform", []) if "stack" in step]:
            numbers = stacked  # parts that the chart itself puts on one another
        for row in spec["datasets"][data["name"]]:
            found = {name: row[name] for name in numbers if row.get(name) is not None}
            sizes = {found.pop(name) for name in list(found) if name == sides.get("size", {}).get("field")}
            yield {str(row[name]).removesuffix("T00:00:00") for name in places}, set(found.values()), sizes

    yield from walk(spec, None, {})


def test_the_data_reproduce_the_drawn_marks(built_book: Path, drawn: list[str]) -> None:
    for slug in drawn:
        folder = built_book / "figures" / slug
        marks = list(drawn_values(json.loads(read(folder, "spec.vl.json"))))
        assert marks, slug
        named = {place for places, _, _ in marks for place in places}
        held: dict[str, set[float]] = {}
        everything: set[float] = set()
        for row in pd.read_csv(folder / "data.csv").itertuples(index=False):
            numbers = {cell for cell in row if isinstance(cell, int | float)}
            everything |= numbers
            for place in named.intersection(map(str, row)):
                held.setdefault(place, set()).update(numbers)
        for places, numbers, sizes in marks:
            there = [held.get(place, everything) for place in places] or [everything]
            lost = {number for number in numbers if not any(number in those for those in there)}
            assert not lost, (slug, places, lost)
            for size in sizes:
                assert size == abs(size), (slug, places, size)
                assert any(size in those or -size in those for those in there), (slug, places, size)


def same_rows(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Whether two tables are one, but for the last digit of a number."""
    return all(
        a[name] == b[name]
        or (isinstance(b[name], int | float) and a[name] == pytest.approx(b[name], rel=1e-12))
        for a, b in zip(one, other, strict=True)
        for name in a
    )


def test_the_live_chart_and_the_shown_rows_come_from_the_same_data(
    built_book: Path, listed: list[dict[str, Any]]
) -> None:
    for about in listed:
        folder = built_book / "figures" / about["slug"]
        call = re.fullmatch(r'foreignDemand\("([a-z0-9-]+)", (\{.*\})\);\n', read(folder, "figure.js"))
        assert call[1] == about["slug"]
        live = json.loads(call[2])
        assert live["data"]["total"] == len(pd.read_csv(folder / "data.csv"))
        if about["kind"] == "figure":
            assert not [part for part in live["chart"]["data"] if part.get("values")], about["slug"]
            carried = [
                [dict(zip(part["columns"], row, strict=True)) for row in part["rows"]]
                for part in live["chart"]["data"]
                if "rows" in part
            ]
            for rows in json.loads(read(folder, "spec.vl.json"))["datasets"].values():
                alike = [held for held in carried if len(held) == len(rows) and set(held[0]) == set(rows[0])]
                assert any(same_rows(rows, held) for held in alike), about["slug"]


def test_drawings_stand_alone_and_use_only_colours_that_have_a_dark_one(
    built_book: Path, drawn: list[str]
) -> None:
    for slug in drawn:
        folder = built_book / "figures" / slug
        root = ElementTree.parse(folder / "figure.svg").getroot()
        about = json.loads(read(folder, "metadata.json"))
        assert root.findtext(f"{SVG}title") == about["title"]
        assert root.findtext(f"{SVG}desc") == about["alt"]
        assert "prefers-color-scheme: dark" in root.findtext(f"{SVG}style")
        words = " ".join(text for element in root.iter(f"{SVG}text") for text in element.itertext())
        named = about["sources"][:SOURCES_NAMED]
        assert all(" ".join(source["cite"].split()[:3]) in words for source in named)
        paints = {element.get(paint) for element in root.iter() for paint in ("fill", "stroke")}
        assert paints <= {*DARK, "none", "transparent", None}, slug
        assert not re.search(r'\bd="[^"]*\.\d{3}', read(folder, "figure.svg"))


def test_pictures_are_sharp_at_print_width(built_book: Path, drawn: list[str]) -> None:
    for slug in drawn:
        folder = built_book / "figures" / slug
        png = (folder / "figure.png").read_bytes()
        width, height = struct.unpack(">II", png[16:24])
        root = ElementTree.parse(folder / "figure.svg").getroot()
        assert png.startswith(b"\x89PNG")
        assert (width, height) == (2 * float(root.get("width")), 2 * float(root.get("height")))
        assert width >= 1_400, "200 dots an inch over seven inches"


def test_ids_in_a_page_are_its_own(built_book: Path) -> None:
    for page in (built_book / "chapters").glob("*.html"):
        ids = re.findall(r'\sid="([^"]+)"', page.read_text("utf-8"))
        assert sorted(set(ids)) == sorted(ids), page.name


def test_pages_of_figures_carry_cards_and_descriptions(
    built_book: Path, listed: list[dict[str, Any]]
) -> None:
    for about in listed:
        folder = built_book / "figures" / about["slug"]
        page = read(folder, "index.html")
        described = linked_data(page)
        assert described["@type"] == "Dataset"
        assert described["name"] == about["title"]
        assert described["variableMeasured"] == list(pd.read_csv(folder / "data.csv"))
        assert 'name="citation_title"' in page
        assert f'content="{about["vintage"].replace("-", "/")}"' in page
        assert ("figure.png" in page) == (about["kind"] == "figure")
        assert f'href="../../{about["chapter"]}.html#fig-{about["slug"]}"' in page
        assert f'id="fig-{about["slug"]}"' in read(built_book, f"{about['chapter']}.html")


def test_citations_parse(built_book: Path, listed: list[dict[str, Any]]) -> None:
    for about in listed:
        folder = built_book / "figures" / about["slug"]
        (key,) = parse_string(read(folder, "cite.bib"), "bibtex").entries
        assert key == f"foreign-demand-{about['slug']}-{about['vintage']}"
        (entry,) = rispy.loads(read(folder, "cite.ris"))
        assert entry["title"] == about["title"]
        assert entry["date"] == about["vintage"].replace("-", "/")


# Figures that no chapter makes.


def spec(**extra: str) -> dict[str, Any]:
    row = {"month": "2025-01-31", "value": 1.23456, "unused": 1.0, **extra}
    encoding = {
        "x": {"field": "month", "type": "temporal"},
        "y": {"field": "value", "type": "quantitative"},
    }
    named = {"data": {"name": "d"}, "mark": {"type": "line"}, "encoding": encoding}
    return {"datasets": {"d": [row, {**row, "month": "2025-02-28", "value": 2.0}]}, "layer": [named]}


def record(**changed: Any) -> dict[str, Any]:
    source = {
        "id": "one",
        "cite": "A Publisher, A Table",
        "reference_period": "2025-02",
        "vintage": "2025-03-18",
        "edition_known": True,
        "obtained": "live",
        "overdue": False,
        "url": "https://example.org/",
        "problem": "",
        "joined_at": "",
    }
    words = {name: f"Some {name}" for name in ("title", "caption", "alt", "unit")}
    made = {"slug": "one", "chapter": "chapters/one", "as_of": "2025-02-28", "sources": [source], **words}
    drawn = {"kind": "figure", "spec": spec(), "table": None}
    return made | {"csv": "month,value\n2025-01-31,1.23456\n"} | drawn | changed


BOOK = Book(title="A Book", author="Some Authors", address="https://example.org/book/")


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path / "drawings")
    words = dict.fromkeys(("title", "caption", "alt", "unit"), HOSTILE)
    table = {"columns": [HOSTILE, "n"], "rows": [[HOSTILE, "1"]]}
    for kind in ({}, {"kind": "table", "spec": None, "table": table}):
        source = record()["sources"][0] | {"cite": HOSTILE, "problem": HOSTILE}
        made = record(**words, **kind, sources=[source])
        about = describe(made, BOOK, number="1", chapter_title=HOSTILE)
        folder = tmp_path / about["kind"]
        write_bundle(folder, about, made, BOOK, drawings)
        page = read(folder, "index.html")
        assert "<script>alert" not in page
        assert "<b>" not in page
        assert linked_data(page)["name"] == HOSTILE
        (entry,) = rispy.loads(read(folder, "cite.ris"))
        assert entry["title"] == HOSTILE
        (entry,) = parse_string(read(folder, "cite.bib"), "bibtex").entries.values()
        assert r"50\% of \textbraceleft{}\$x\_1\$\textbraceright{}" in entry.fields["title"]
    assert ElementTree.parse(tmp_path / "figure" / "figure.svg").getroot().findtext(f"{SVG}title") == HOSTILE
    drawing = inline_svg(drawings.svg(spec()), slug="one", alt=HOSTILE)
    assert ElementTree.fromstring(drawing).get("aria-label") == HOSTILE


def test_citations_name_the_permalink_when_there_is_one() -> None:
    about = describe(record(), BOOK, number="3", chapter_title="One")
    link = "https://example.org/book/figures/one/"
    citation = cite(about, BOOK)
    assert about["url"] == link
    assert (
        parse_string(citation.bibtex, "bibtex").entries["foreign-demand-one-2025-03-18"].fields["url"] == link
    )
    assert rispy.loads(citation.ris)[0]["urls"] == [link]
    assert citation.short == f"Some Authors (2025), A Book, figure 3, vintage 18 March 2025. {link}"
    assert citation.long == (
        "Some Authors (2025). “Some title.” Figure 3 in A Book, chapter “One”. Vintage 18 March 2025; "
        f"data to 28 February 2025. Computed from: A Publisher, A Table. CC BY 4.0. {link}"
    )
    nowhere = cite(about, Book(title="A Book", author="Some Authors"))
    assert "http" not in "".join([nowhere.short, nowhere.long, nowhere.bibtex, nowhere.ris])


def test_a_citation_says_which_editions_are_not_known() -> None:
    source = record()["sources"][0]
    copy = source | {"vintage": "2025-06-30", "reference_period": "2025-06", "edition_known": False}
    some = cite(describe(record(sources=[source, copy]), BOOK, number="3", chapter_title="One"), BOOK)
    assert "Vintage 18 March 2025, editions of 1 of 2 sources unknown; data to" in some.long
    none = cite(describe(record(sources=[copy]), BOOK, number="3", chapter_title="One"), BOOK)
    assert "figure 3, edition unknown." in none.short
    assert "Edition unknown; data to 28 February 2025." in none.long
    assert rispy.loads(none.ris)[0]["edition"] == "Edition unknown"
    assert "Vintage" not in none.bibtex


def test_the_newest_of_mixed_periods_is_the_one_that_ended_last() -> None:
    source = record()["sources"][0]
    periods = ["2026-Q1", "2026-08-19", "2025", "2026-06", "2025-12-30"]
    mixed = [
        source | {"cite": period, "reference_period": period, "edition_known": period != "2025"}
        for period in periods
    ]
    said = sources_in_words(mixed)
    assert "Data to 19 August 2026 in the newest and 30 December 2025 in the oldest, vintage" in said
    assert "1 of 5 of unknown edition." in said
    unknown = sources_in_words([s | {"edition_known": False} for s in mixed])
    assert "in the oldest. 5 of 5 of unknown edition." in unknown


def test_a_published_figure_has_absolute_addresses(tmp_path: Path) -> None:
    about = describe(record(), BOOK, number="1", chapter_title="One")
    write_bundle(tmp_path / "one", about, record(), BOOK, Drawings(tmp_path / "drawings"))
    page = read(tmp_path / "one", "index.html")
    for tag in ('rel="canonical" href', 'property="og:url" content', 'name="citation_public_url" content'):
        assert f'{tag}="https://example.org/book/figures/one/"' in page
    assert 'property="og:image" content="https://example.org/book/figures/one/figure.png"' in page
    told = json.loads(read(tmp_path / "one", "oembed.json"))
    assert problems("oembed", told) == []
    assert f'type="application/json+oembed" href="{about["url"]}oembed.json"' in page
    frame, script = re.findall(r' src="([^"]+)"', told["html"])
    assert (frame, script) == (f"{about['url']}index.html#embed", "https://example.org/book/_static/embed.js")
    assert told["html"] in html.unescape(page)


def test_a_figure_that_became_a_table_leaves_no_picture(tmp_path: Path) -> None:
    printed = {"columns": ["n"], "rows": [["1"]]}
    for made in (record(), record(kind="table", spec=None, table=printed)):
        about = describe(made, BOOK, number="1", chapter_title="One")
        write_bundle(tmp_path / "one", about, made, BOOK, Drawings(tmp_path / "drawings"))
        assert sorted(path.name for path in (tmp_path / "one").iterdir()) == about["files"]


def test_only_columns_that_are_named_are_shipped() -> None:
    slim = slim_spec(spec(**{"a name": "kept: it could be named in ways that are not looked for"}))
    assert [set(row) for row in slim["datasets"]["d"]] == [{"month", "value", "a name"}] * 2
    assert slim["layer"] == spec()["layer"]


def test_nothing_is_drawn_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Drawings(tmp_path).svg(spec())
    monkeypatch.setattr("vl_convert.vegalite_to_svg", None)
    assert Drawings(tmp_path).svg(spec()) == first


def test_a_drawing_stopped_while_it_is_written_is_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:100])
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(Path, "write_bytes", stop)
        with pytest.raises(KeyboardInterrupt):
            Drawings(tmp_path).svg(spec())
    assert ElementTree.fromstring(Drawings(tmp_path).svg(spec())).tag == f"{SVG}svg"


def test_pixels_are_kept_by_scale_and_drawings_of_earlier_builds_are_not(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path)
    svg = drawings.svg(spec())
    sizes = [struct.unpack(">I", drawings.png(svg, scale=scale)[16:20])[0] for scale in (1, 2)]
    assert sizes[1] == 2 * sizes[0]
    later = Drawings(tmp_path)
    later.svg(spec())
    later.prune()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".svg"]  # compiled, and drawn


def test_the_live_chart_tells_all_values_at_a_date(tmp_path: Path) -> None:
    told = spec(name="a.b")
    told["layer"][0]["encoding"]["color"] = {"field": "name", "scale": {"domain": ["a.b"]}}
    live = live_spec(told)
    assert live["layer"][0]["params"][0]["bind"] == "scales"
    found = reading(told, Drawings(tmp_path).compiled(live))
    assert found["data"] in {table["name"] for table in Drawings(tmp_path).compiled(live)["data"]}
    assert [found[key] for key in ("x", "y", "name", "names")] == ["month", "value", "name", ["a.b"]]
    assert live_spec(spec()) == spec()
    assert reading(spec(), {}) is None


def test_long_data_show_their_end() -> None:
    rows = "".join(f"2025-01-{day:02},{day}.123456,\n" for day in range(1, 11))
    shown = preview(f"day,value,note\n{rows}", limit=3)
    assert shown["total"] == 10
    assert shown["rows"] == [[f"2025-01-{day:02}", f"{day}.1235", ""] for day in (8, 9, 10)]
    assert shown["numeric"][:2] == [False, True]


def test_printed_numbers_are_told_from_words() -> None:
    rows = [["1", "Japan", "−12*", "2025-12", "4.5%"], ["2", "Other", "–", "2025-Q4", "0%"]]
    assert numeric_columns(rows) == [True, False, True, False, True]
    assert numeric_columns([["0.12", "<0.01"], ["<0.01", "below"]]) == [True, False]


def test_shown_rows_are_those_of_the_file(built_book: Path, listed: list[dict[str, Any]]) -> None:
    for about in listed:
        text = read(built_book / "figures" / about["slug"], "data.csv").removeprefix("\ufeff")
        shown, table = preview(text), pd.read_csv(io.StringIO(text))
        tail = table.tail(len(shown["rows"]))
        for name, numeric, column in zip(
            shown["columns"], shown["numeric"], zip(*shown["rows"], strict=True), strict=True
        ):
            if numeric and table[name].notna().any():
                cells = pd.to_numeric(pd.Series(column))
                assert ((cells - tail[name].reset_index(drop=True)).abs().dropna() <= 5.000001e-5).all(), name


# What Sphinx makes of a figure.


class HandOver(Directive):
    """Hand over a table under the slug that is the argument, as an executed cell does."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        made = record(
            slug=self.arguments[0], kind="table", spec=None, table={"columns": ["n"], "rows": [["1"]]}
        )
        renderer = SimpleNamespace(renderer=SimpleNamespace(document=self.state.document))
        return FigureRenderer.handle_mime(renderer, MimeData(MIME_TYPE, json.dumps(made)), inline=False)


def slugs_read(folder: Path, pages: Mapping[str, str]) -> dict[str, str]:
    """Chapter by slug, of a book of a table a page; more than five pages are read side by side."""
    (folder / "conf.py").write_text("extensions = ['foreign_demand.site.rendering']\n")
    for name, slug in pages.items():
        (folder / f"{name}.rst").write_text(f":orphan:\n\n{name}\n=====\n\n.. hand-over:: {slug}\n")
    with docutils_namespace():
        app = Sphinx(folder, folder, folder / "out", folder / "trees", "dummy", status=None, parallel=2)
        app.extensions["foreign_demand.site.rendering"].parallel_read_safe = True
        app.add_directive("hand-over", HandOver)
        app.build()
    return {slug: made["chapter"] for slug, made in figure_records(app.env).items()}


PAGES = ["index", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize("pages", [PAGES[:2], PAGES], ids=["in-turn", "side-by-side"])
def test_a_slug_used_twice_is_refused(tmp_path: Path, pages: list[str]) -> None:
    used = {name: f"of-{name}" for name in pages}
    assert slugs_read(tmp_path, used) == {slug: name for name, slug in used.items()}
    moved = {"index": "of-b", "b": "of-index"}
    assert slugs_read(tmp_path, used | moved)["of-b"] == "index"
    with pytest.raises(SphinxError, match=r"'of-b' is used in \w+ and again in \w+; rename one"):
        slugs_read(tmp_path, used | {"index": "of-b"})


CHAPTER = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

# One

```{code-cell} ipython3
import altair as alt
import pandas as pd
from foreign_demand.book.figures import figure

data = pd.DataFrame({"quarter": pd.to_datetime(["2025-03-31", "2025-06-30"]), "value": [1.0, 2.0]})
chart = alt.Chart(data).mark_line().encode(x="quarter:T", y="value:Q")
words = dict(title="A title", caption="A caption.", alt_text="Words.", unit="units")
figure("one", chart, data=data, sources=["FDHBFIN"], **words)
```
"""


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("a,b\n1,-2.5\n", "a,b\n1,-2.5\n"),
        ("a,b\n−1,x\n", "\ufeffa,b\n−1,x\n"),
        ('a,b\n1,"+28 bp, +25 bp"\n', 'a,b\n1," +28 bp, +25 bp"\n'),
        ("a,b\n+1.5,-3e-05\n", "a,b\n+1.5,-3e-05\n"),
        ("a\n=cmd|' /C calc'!A0\n@x\n-y\n", "a\n =cmd|' /C calc'!A0\n @x\n -y\n"),
    ],
)
def test_what_people_download_opens_right_in_a_spreadsheet(text: str, opens: str) -> None:
    assert for_spreadsheets(text) == opens
    assert list(pd.read_csv(io.StringIO(opens))) == list(pd.read_csv(io.StringIO(text)))


def test_bibtex_has_no_sign_that_pdflatex_lacks() -> None:
    """Whatever a title holds: a minus, a product, spaces that do not break."""
    text = _latex("−2.5 × 3 ≤ 4 → 5\u00a0% ≈ 6\u202fbn & “so” – on")
    assert text.startswith(r"$-$2.5 $\times$ 3 $\leq$ 4 $\to$ 5 \% $\approx$ 6 bn \&")
    assert set(re.findall(r"[^\x00-\x7f]", text)) <= set("“”–")


def test_latex_gets_the_picture(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text(CHAPTER, "utf-8")
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_nb', 'foreign_demand.site']\nnb_execution_raise_on_error = True\n",
        "utf-8",
    )
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "latex", tmp_path, out], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = out.glob("*.tex")
    source = file.read_text("utf-8")
    assert "{{figure-one}.png}" in source
    assert "<svg" not in source
    assert struct.unpack(">I", (out / "figure-one.png").read_bytes()[16:20])[0] > 1_000


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("+0.03 (−0.15 to +0.33)", ["+0.03", "(−0.15 to +0.33)"]),
        ("16 Jan 2026 to 20 Jan 2026", ["16 Jan 2026", "to", "20 Jan 2026"]),
        ("December 2025 to January 2026", ["December 2025", "to", "January 2026"]),
        ("USD 75 billion (one of two)", ["USD", "75", "billion", "(one", "of", "two)"]),
    ],
)
def test_a_narrow_cell_breaks_neither_a_date_nor_an_interval(cell: str, lines: list[str]) -> None:
    assert [line.replace("\u00a0", " ") for line in kept_whole(cell).split(" ")] == lines
