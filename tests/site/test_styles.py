"""Style sheets without what no page can use: rules that may be wanted stay, and pages look as they did."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from foreign_demand.site import theme
from foreign_demand.site.styles import cut, used_by

USED = used_by(
    ['<main class="page wide" id="top"><p>Words<A HREF="x" class="link">x</A></p></main>'],
    ['e.classList.add("shown", \'is-open\'); "bs-" + name; `tip-${where}-auto`; `${all}`'],
)

KEPT = (
    ".page{color:red}",
    "main.wide > p{color:red}",
    "#top:hover::before{color:red}",
    "a.link[href]:not(.gone){color:red}",
    "P.shown, .gone{color:red}",
    ".is-open{color:red}",
    ".bs-popover{color:red}",
    ".tip-left-auto{color:red}",
    "*,:root{--wide:1px}",
    ":is(.gone, .page){color:red}",
    "@media print{.page{color:red}}",
    "@keyframes gone{from{top:0}}",
    "@font-face{font-family:x}",
)


@pytest.mark.parametrize("rule", KEPT)
def test_a_rule_that_may_be_wanted_stays(rule: str) -> None:
    assert cut(rule, USED).replace(", .gone", "") == rule.replace(", .gone", "")


@pytest.mark.parametrize(
    "rule",
    [".gone{}", "#gone{}", "table{}", ".page .gone{}", ".tip-left{}", "@media print{.gone{}}", "/* x */"],
)
def test_a_rule_that_no_page_can_use_goes(rule: str) -> None:
    assert cut(rule, USED) == ""


def test_of_several_selectors_those_in_use_stay_and_so_does_the_licence() -> None:
    css = "/*! MIT */.page,\n.gone,.link{color:red}/* a word */"
    assert cut(css, USED) == "/*! MIT */\n.page,.link{color:red}"


# --- the theme -------------------------------------------------------------------

WHOLE = {
    file.name: Path(str(file))
    for package, folder in (
        ("pydata_sphinx_theme", "theme/pydata_sphinx_theme/static/styles"),
        ("sphinx_book_theme", "theme/sphinx_book_theme/static/styles"),
        ("sphinx_copybutton", "_static"),
        ("myst_nb", "static"),
    )
    for file in files(package).joinpath(folder).iterdir()
    if file.name.endswith(".css") and file.name != "theme.css"
}

ASPECTS = [
    "display",
    "position",
    "color",
    "backgroundColor",
    "font",
    "margin",
    "padding",
    "border",
    "width",
    "height",
    "opacity",
    "inset",
    "visibility",
    "zIndex",
    "transform",
    "flex",
    "gap",
    "textDecoration",
    "overflow",
    "content",
    "boxShadow",
    "listStyle",
    "textAlign",
    "cursor",
    "whiteSpace",
    "verticalAlign",
]

LOOKS = """
names => [...document.querySelectorAll("body, body *:not(svg *, table *, pre *)")].map(element => {
  const looks = [null, "::before", "::after"].map(part => {
    const style = getComputedStyle(element, part);
    return names.map(name => style[name]).join("|");
  });
  return [element.tagName, element.className, ...looks].join(" ");
})
"""


def looks(page: Page, address: str, name: str) -> list[str]:
    """How every element looks at first, and with what scripts show."""
    page.goto(f"{address}/chapters/{name}.html")
    page.wait_for_load_state("networkidle")
    seen = page.evaluate(LOOKS, ASPECTS)
    for shown in (".dropdown-download-buttons > button", ".search-button__button", ".primary-toggle"):
        button = page.locator(shown).locator("visible=true").first
        if button.count():
            button.click()
            page.wait_for_timeout(50)
            seen += page.evaluate(LOOKS, ASPECTS)
            page.keyboard.press("Escape")
    return seen


def uncut(route: Route) -> None:
    name = route.request.url.partition("?")[0].rpartition("/")[2]
    found = WHOLE.get(name) or WHOLE.get(name.replace(name.partition(".")[2], "css"))
    route.fulfill(path=found, content_type="text/css") if found else route.continue_()


@pytest.mark.parametrize(("width", "pages"), [(390, ["holdings"]), (1440, ["glossary", "../search"])])
def test_pages_look_as_with_the_whole_theme(
    browser: Browser, built_book: Path, address: str, width: int, pages: list[str]
) -> None:
    for name in ("bootstrap.css", "pydata-sphinx-theme.css", "sphinx-book-theme.css"):
        assert (built_book / "_static" / "styles" / name).read_text("utf-8").startswith(theme.CUT)
        assert name in WHOLE
    for name in pages:
        seen = []
        for whole in (False, True):
            context = browser.new_context(reduced_motion="reduce", viewport={"width": width, "height": 900})
            if whole:
                context.route("**/*.css*", uncut)
            seen.append(looks(context.new_page(), address, name))
            context.close()
        short, long = seen
        assert len(short) == len(long) > 100
        assert [a for a, b in zip(short, long, strict=True) if a != b][:3] == [], name
