"""What a page weighs, its icons, and its mathematics."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from bench import page as bench
from foreign_demand.site import theme

ELSEWHERE = ("mathjax", "thebe", "require.js", "requirejs", "all.min.js", "fontawesome", "googleapis")


def test_pages_name_no_script_of_others(built_book: Path) -> None:
    for page in built_book.rglob("*.html"):
        loaded = " ".join(re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page.read_text("utf-8")))
        assert not [word for word in ELSEWHERE if word in loaded.lower()], page
    assert not (built_book / "_static" / "vendor").exists()


def test_the_heaviest_chapter_keeps_to_its_budget(browser: Browser, built_book: Path, address: str) -> None:
    heaviest = max((built_book / "chapters").glob("*.html"), key=lambda page: page.stat().st_size)
    speed = bench.measure(browser, f"{address}/chapters/{heaviest.name}")
    assert 0 < speed.scripts_kb <= bench.BUDGET["scripts_kb"]
    assert speed.page_kb < speed.all_kb <= bench.LONGEST_KB
    assert speed.layout_shift <= bench.BUDGET["layout_shift"]
    assert 0 < speed.largest_paint_ms <= speed.load_ms


def test_every_icon_has_a_character_in_the_font(browser: Browser, built_book: Path, address: str) -> None:
    drawn = set(TTFont(built_book / "_static" / "icons.woff").getBestCmap())
    page = browser.new_page()
    for name in ("chapters/holdings.html", "chapters/figures.html", "search.html"):
        page.goto(f"{address}/{name}")
        icons = page.evaluate(
            "[...document.querySelectorAll('[class*=fa-]')].map(e => "
            "[e.className, getComputedStyle(e, '::before').content])"
        )
        assert icons
        for classes, content in icons:
            assert re.fullmatch(r'"."', content), f"{classes} has no rule in icons.css"
            assert ord(content[1]) in drawn, classes
    page.close()


def test_icon_font_holds_the_characters_named(tmp_path: Path) -> None:
    theme.icon_font(r'.a::before { content: "\f0c9"; } .b { --icon: "\f104"; }', tmp_path / "icons.woff")
    font = TTFont(tmp_path / "icons.woff")
    assert set(font.getBestCmap()) == {0xF0C9, 0xF104}
    assert "Font Awesome" in font["name"].getDebugName(0)  # the copyright
    assert font["name"].getDebugName(1) is None


def write_maths(folder: Path, text: str) -> Sphinx:
    (folder / "conf.py").write_text(
        "extensions = ['foreign_demand.site.math']\nhtml_math_renderer = 'mathml'\n"
    )
    (folder / "index.rst").write_text(f"Title\n=====\n\n{text}\n")
    with docutils_namespace():
        app = Sphinx(folder, folder, folder / "out", folder / "trees", "html", status=None, warning=None)
        app.build()
    return app


def test_mathematics_is_written_as_mathml(tmp_path: Path) -> None:
    text = "Of :math:`x^2`, see :eq:`share`.\n\n.. math:: \\frac{h_t}{d_t} = 1\n   :label: share\n"
    app = write_maths(tmp_path, text)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert re.search(
        r"<math[^>]+display=\"inline\"[^>]*><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>", page
    )
    assert re.search(r"<math[^>]+display=\"block\".*<mfrac>.*</math>", page)
    assert '<span class="eqno">(1)' in page
    assert "<script" not in page or "mathjax" not in page.lower()
    assert app._warncount == 0


@pytest.mark.parametrize("wrong", [r"\nosuchthing{a}", r"a_b_c", r"\left( a"])
def test_wrong_mathematics_is_a_warning(tmp_path: Path, wrong: str) -> None:
    assert write_maths(tmp_path, f":math:`{wrong}`")._warncount == 1
