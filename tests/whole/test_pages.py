"""Every page of the built book, in a browser: local, quiet, whole, usable by everyone."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from publications import FIRST, SECOND

from foreign_demand.site.serve import Handler

PHONE, DESKTOP, HEIGHT = 360, 1440, 900
TABS = 6
"""So many pages are waited for at once, until they ask for nothing more."""

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"label-content-name-mismatch": {"enabled": True}, "target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}

ALIKE = 4
"""So many words that look the same are looked at for contrast."""

LOOK_ALIKE = """
(kept) => {
  // Words look the same where they, and all that they lie in, are of one kind and painted alike.
  const kinds = new Map(), seen = new Map();
  const name = (text) => kinds.get(text) ?? (kinds.set(text, kinds.size), kinds.get(text));
  const look = (element, around) => {
    const style = getComputedStyle(element);
    const painted = [around, element.tagName, element.className, element.getAttribute("style"),
      style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
      style.mixBlendMode, style.textShadow, style.position, style.fontSize, style.fontWeight,
      style.webkitTextFillColor].join();
    const kind = name(painted);
    const words = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join("");
    if (/[\\p{L}\\p{N}]{2}/u.test(words) && element.checkVisibility({visibilityProperty: true})) {
      const before = seen.get(kind) ?? 0;
      seen.set(kind, before + 1);
      if (before >= kept) element.dataset.alike = "";
      else delete element.dataset.alike;
    }
    for (const child of element.children) if (child.tagName !== "svg") look(child, kind);
  };
  look(document.documentElement, "");
  axe.configure({rules: [
    {id: "color-contrast", selector: "*:not([data-alike], svg *)"},
    {id: "link-in-text-block", selector: "a[href]:not([data-alike])"},
  ]});
  // What is only painted makes most of a page, and no rule reads more of it: it is taken away.
  const painted = (element) => [...element.attributes].every(
    ({name}) => !/^(id|role|tabindex|title|lang|(xlink:)?href|aria-.*)$/.test(name)
  );
  const spare = (drawn) => {
    for (const part of drawn.querySelectorAll(":scope > :is(g, path, line, rect, circle, text, tspan)"))
      if (painted(part) && (spare(part), !part.childElementCount)) part.remove();
  };
  document.querySelectorAll("svg[role=img]").forEach(spare);
  const unread = (text) => text.trim().length < 2 || !/[\\p{L}\\p{N}]/u.test(text);
  for (const token of document.querySelectorAll("pre span:not(:has(*))"))
    if (painted(token) && ("alike" in token.dataset || unread(token.textContent)))
      token.replaceWith(...token.childNodes);
}
"""
"""Leaves out where contrast is not looked at: more of the same, signs, and letters in a drawing, which are
painted by ``fill``, where axe reads ``color``; the palette's own tests hold theirs.
"""

LINKS = """
() => [...document.querySelectorAll("a[href], link[href]"), ...document.querySelectorAll("[src]")]
  .map(element => element.href || element.src)
"""
KIND = """
() => [...new Set([...document.querySelectorAll("body *:not(svg *)")].map(
  element => [element.tagName, element.className, element.getAttribute("style")].join()
))].sort().join(" ")
"""
"""What a page is made of, but for words and drawings."""
SCROLLABLE = "[...document.querySelectorAll('.highlight pre')].every(e => e.hasAttribute('tabindex'))"
"""The theme lets long code be scrolled by keyboard only when it has been drawn."""
PLACES = "[...document.querySelectorAll('[id]')].map(e => e.id)"
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true; scrollTo(0, 0)"


def pages(site: Path) -> list[str]:
    """All pages but the one at the root, which only leads to the front page."""
    found = sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))
    return [name for name in found if name != "index.html"]


@contextmanager
def reader(
    browser: Browser, *, scheme: str = "light", width: int = DESKTOP, scripts: bool = True
) -> Iterator[Page]:
    context = browser.new_context(
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": HEIGHT},
        java_script_enabled=scripts,
    )
    yield context.new_page()
    context.close()


def test_the_root_leads_to_the_front_page(browser: Browser, address: str) -> None:
    with reader(browser) as page:
        page.goto(f"{address}/index.html")
        page.wait_for_url(f"{address}/chapters/index.html")


def test_github_serves_files_that_begin_with_an_underscore(built_book: Path) -> None:
    """Published from a branch, it leaves them out unless a file of this name is there."""
    assert (built_book / ".nojekyll").exists()
    assert (built_book / "_static").is_dir()


def listened(page: Page, address: str) -> list[str]:
    """What a page will ask of others, is refused, or complains of."""
    found: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:", "blob:")) else found.append(f"asks {r.url}"),
    )
    page.on("response", lambda r: found.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda m: found.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None,
    )
    return found


def violations(page: Page, state: str, *, within: str | None = None) -> list[str]:
    """What axe finds, one line a rule."""
    axe = Axe()
    page.evaluate(axe.axe_script)
    page.evaluate(LOOK_ALIKE, ALIKE)
    found = page.evaluate(
        "([within, options]) => axe.run(within ?? document, options).then(found => found.violations)",
        [within, AXE],
    )
    return [
        f"{page.url} {state}: {rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:200]}"
        for rule in found
    ]


LINK, INSIDE = "link-in-text-block (1)", "nested-interactive (1)"


@pytest.mark.parametrize(
    ("faulty", "found"),
    [
        ("<p style='color: #ccc'>low</p>", "color-contrast (1)"),
        ("<p>good</p>" * 9 + "<p style='color: #ccc'>low</p>", "color-contrast (1)"),
        ("<p>good</p>" * 9 + "<p class=low>low</p>", "color-contrast (1)"),
        ("<div class=dark><p>low</p></div>" + "<p>good</p>" * 9, "color-contrast (1)"),
        ("<p>good</p>" * 9 + "<div class=dark><p>low</p></div>", "color-contrast (1)"),
        ("<p class=gone>gone</p>" * 9 + "<p class=low>low</p>" * 9, f"color-contrast ({ALIKE})"),
        ("<p class=low> </p>" * 9 + "<p class=low>low</p>", "color-contrast (1)"),
        ("<div>" + "<p class=turn>row</p>" * 12 + "</div>", f"color-contrast ({ALIKE})"),
        ("<p>one <a href=x>good</a> link</p>" * 9 + "<p>one <a href=x class=ink>low</a> link</p>", LINK),
        ("<p>good</p><img src=x>", "image-alt (1)"),
        ("<svg width=99 height=99><text y=9 fill='#ddd'>low</text></svg>", None),
        ("<pre>" + "<span>good</span> " * 9 + "<span class=low>low</span></pre>", "color-contrast (1)"),
        ("<pre>" + "<span>==</span> " * 9 + "<span class=low>f_</span></pre>", "color-contrast (1)"),
        (
            "<pre>" + "<span>ok</span> " * 9 + "<span class=dark><span>low</span></span></pre>",
            "color-contrast (1)",
        ),
        (f"<svg role=img aria-label=one>{'<g><path /></g>' * 9}<g><a href=x>in</a></g></svg>", INSIDE),
        (f"<svg role=img>{'<g><path /></g>' * 9}<text>name</text></svg>", "svg-img-alt (1)"),
    ],
)
def test_looking_at_what_is_alike_once_leaves_out_no_fault(
    browser: Browser, faulty: str, found: str | None
) -> None:
    style = ".low { color: #ccc } .dark { background: #222 } .gone { color: #ccc; display: none }"
    style += ".turn:nth-child(even) { color: #ccc } .ink { color: #333; text-decoration: none }"
    with reader(browser) as page:
        page.set_content(
            f"<html lang=en><title>Page</title><style>{style}</style><main><h1>Page</h1>{faulty}</main>"
        )
        assert [line.partition(": ")[2].partition(":")[0] for line in violations(page, "")] == (
            [found] if found else []
        )


@dataclass
class Visit:
    """What was met on all pages, each opened once in one scheme."""

    faults: list[str] = field(default_factory=list)
    """What they ask of others, are refused, complain of, or show wrong."""
    violations: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    """Every address below that of the book, and a page that leads to it."""
    anchors: dict[str, set[str]] = field(default_factory=dict)
    """Places within each page."""


@pytest.fixture(
    scope="module", params=[("light", DESKTOP, PHONE), ("dark", PHONE, DESKTOP)], ids=lambda p: p[0]
)
def visit(request: pytest.FixtureRequest, browser: Browser, built_book: Path, address: str) -> Visit:
    """All pages, opened at one width and then made as wide or narrow as the other."""
    scheme, width, other = request.param
    visit, names, kinds = Visit(), pages(built_book), set[str]()
    with reader(browser, scheme=scheme, width=width) as page:
        tabs = [page, *(page.context.new_page() for _ in range(TABS - 1))]
        complaints = [listened(tab, address) for tab in tabs]
        for n in range(0, len(names), TABS):
            opened = list(zip(tabs, names[n : n + TABS], strict=False))
            for tab, name in opened:
                tab.goto(f"{address}/{name}")
                tab.evaluate("scrollTo(0, document.body.scrollHeight)")
            for tab, name in opened:
                # Pages of single figures are of one kind, and many: what they ask for, they ask for at once.
                tab.wait_for_load_state("load" if name.startswith("figures/") else "networkidle")
                if tab.evaluate("document.documentElement.dataset.theme") not in (scheme, None):
                    visit.faults.append(f"{name} is not {scheme}")
                for pixels in (other, width):
                    tab.set_viewport_size({"width": pixels, "height": HEIGHT})
                    if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                        visit.faults.append(f"{name} scrolls sideways at {pixels} pixels")
                kind = tab.evaluate(KIND)
                if scheme == "light" or kind not in kinds:  # pages of one kind are painted alike in the dark
                    kinds.add(kind)
                    tab.wait_for_function(SCROLLABLE)
                    tab.evaluate(UNFOLD)
                    visit.violations += violations(tab, "unfolded")
                visit.anchors[f"{address}/{name}"] = set(tab.evaluate(PLACES))
                visit.links |= {link: name for link in tab.evaluate(LINKS) if link.startswith(address)}
    visit.faults += [said for tab in complaints for said in tab]
    return visit


def test_pages_ask_no_other_host_and_complain_of_nothing(visit: Visit) -> None:
    assert visit.faults == []


def test_pages_are_accessible(visit: Visit) -> None:
    assert visit.violations == []


def test_links_and_assets_are_there(visit: Visit, built_book: Path, address: str) -> None:
    broken = []
    for link, name in visit.links.items():
        target, anchor = urldefrag(link)
        path = target.removeprefix(address).partition("?")[0].lstrip("/")
        if path.endswith("/"):
            path, target = f"{path}index.html", f"{target}index.html"
        if not (built_book / path).is_file():
            broken.append(f"{name}: {link} is not there")
        elif anchor and target in visit.anchors and anchor not in visit.anchors[target]:
            broken.append(f"{name}: {link} has no such place")
    assert broken == []
    assert len(visit.links) > len(visit.anchors)


@pytest.mark.parametrize(("scheme", "width"), [("light", DESKTOP), ("dark", PHONE)])
def test_toolbars_are_accessible_when_used(browser: Browser, address: str, scheme: str, width: int) -> None:
    found: list[str] = []
    with reader(browser, scheme=scheme, width=width) as page:
        page.goto(f"{address}/chapters/holders.html")
        figure = page.locator(".fd-figure").first
        for name in ("Data", "Download", "Cite", "Interact"):
            button = figure.get_by_role("button", name=name, exact=True)
            button.click()
            page.wait_for_function(
                "button => button.matches('[aria-expanded=true], [aria-pressed=true]')",
                arg=button.element_handle(),
            )
            found += violations(page, name, within=".fd-figure")
    assert found == []


def test_pages_can_be_read_without_scripts(browser: Browser, address: str) -> None:
    with reader(browser, scripts=False) as page:
        page.goto(f"{address}/chapters/figures.html")
        assert page.locator(".fd-card").count() == page.locator(".fd-card:visible").count() > 0
        assert not page.locator(".fd-search").is_visible()
        page.goto(f"{address}/chapters/holdings.html")
        assert page.locator(".fd-figure").first.locator("svg:visible").count() == 1
        assert not page.locator(".theme-switch-button").is_visible()


def test_the_gallery_finds_figures_by_word(browser: Browser, built_book: Path, address: str) -> None:
    with reader(browser) as page:
        page.goto(f"{address}/chapters/figures.html")
        cards = page.locator(".fd-card:visible")
        everything = cards.count()
        page.get_by_label("Search the figures by word").fill("Belgium china peak")
        shown = cards.count()
        assert 0 < shown < everything
        assert page.locator(".fd-search output").inner_text() == f"{shown} of {everything} shown"
        assert all(
            "china" in card.evaluate("e => e.textContent + e.dataset.words").lower() for card in cards.all()
        )
        galleries = page.locator(".fd-gallery").all()
        filled = [gallery.locator(".fd-card:visible").count() > 0 for gallery in galleries]
        assert [gallery.is_visible() for gallery in galleries] == filled
        assert not all(filled)
        page.get_by_label("Search the figures by word").fill("")
        assert cards.count() == everything


def test_a_chapter_can_be_searched_for(browser: Browser, address: str) -> None:
    with reader(browser) as page:
        page.goto(f"{address}/search.html?q=custody")
        page.wait_for_selector("#search-results li")
        assert "holders" in " ".join(
            page.locator("#search-results li a").evaluate_all("l => l.map(a => a.href)")
        )


def test_the_theme_can_be_changed(browser: Browser, address: str) -> None:
    with reader(browser, scheme="dark") as page:
        page.goto(f"{address}/chapters/holdings.html")
        seen = []
        for _ in range(3):
            page.locator(".theme-switch-button").click()
            seen.append(page.evaluate("document.documentElement.dataset.theme"))
        assert set(seen) == {"light", "dark"}


def test_paper_is_light_whatever_the_scheme(browser: Browser, address: str) -> None:
    with reader(browser, scheme="dark") as page:
        page.goto(f"{address}/chapters/holdings.html")
        seen = [
            page.evaluate(f"dispatchEvent(new Event('{event}')) && document.documentElement.dataset.theme")
            for event in ("beforeprint", "afterprint")
        ]
        assert seen == ["light", "dark"]


@pytest.mark.parametrize("name", ["claims", "data-and-methods", "nowcast"])
def test_no_table_is_wider_than_paper_and_a_claim_has_room(browser: Browser, address: str, name: str) -> None:
    """Whatever is wider than A4 less its margins is printed smaller, and all of the page with it."""
    with reader(browser, width=680) as page:
        page.emulate_media(media="print")
        page.goto(f"{address}/chapters/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= 680
        if name == "claims":
            claim = page.locator("#fig-claims-tested td:nth-child(3)").first
            assert (claim.bounding_box() or {"width": 0})["width"] > 120
            wide = page.locator(".fd-two > svg:nth-child(2)")
            assert all(wide.nth(i).is_visible() for i in range(wide.count()))


class Below(Handler):
    """Serves what is published below ``/some/where/``, and nothing else."""

    def translate_path(self, path: str) -> str:
        below = path.startswith("/some/where/")
        return super().translate_path(path.removeprefix("/some/where") if below else "/no such page")


@pytest.fixture(scope="module")
def below(published: Path) -> Iterator[str]:
    """Address of what is published, below a prefix of a host."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=published)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/"
        server.shutdown()


FROZEN = f"editions/{FIRST}"
LISTS = (
    "changes.html",
    "404.html",
    "editions/index.html",
    "editions/redline.html",
    f"editions/{SECOND}/since/{FIRST}.html",
)


@pytest.mark.parametrize(
    ("scheme", "width", "kept"),
    [("light", DESKTOP, "chapters/*.html"), ("dark", PHONE, "chapters/[ah]*.html")],
)
def test_an_old_edition_below_a_prefix_is_quiet_whole_and_accessible(
    browser: Browser, published: Path, below: str, scheme: str, width: int, kept: str
) -> None:
    frozen = [path.relative_to(published) for path in sorted((published / FROZEN).glob(kept))]
    figures = sorted((published / FROZEN).glob("figures/[fn]*/index.html"))[:4]
    names = [*LISTS, *frozen, *(path.relative_to(published) for path in figures)]
    with reader(browser, scheme=scheme, width=width) as page:
        found = listened(page, below)
        for name in names:
            page.goto(f"{below}{name}")
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            page.wait_for_load_state("load")
            if page.evaluate("[...document.images].some(image => image.complete && !image.naturalWidth)"):
                found.append(f"{name} lacks a picture")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{name} scrolls sideways at {width} pixels")
            grounds = page.locator(".fd-view > img").evaluate_all(
                "images => images.map(image => getComputedStyle(image).backgroundColor)"
            )
            if set(grounds) - {"rgb(18, 18, 18)" if scheme == "dark" else "rgb(255, 255, 255)"}:
                found.append(f"{name} has a {scheme} drawing on another ground: {set(grounds)}")
            if not Path(name).match("chapters/[!h]*"):  # what being kept adds is the same in all
                found += violations(page, scheme)
    assert found == []
