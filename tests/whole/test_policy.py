"""The content security policy of every page: nothing is refused that the pages do, and all else is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from foreign_demand.site.policy import POLICY, with_policy

REFUSED = """
window.refused = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  window.refused.push(`${violatedDirective}: ${blockedURI}`);
});
"""


PRESS_ALL = """
async () => {
  const wrong = [];
  let pressed = 0;
  for (const button of document.querySelectorAll(".fd-bar > button")) {
    for (let p = button; p; p = p.parentElement) if (p.open === false) p.open = true;
    const bar = button.parentElement, what = `${bar.dataset.figure}: ${button.textContent}`;
    if (!button.checkVisibility()) wrong.push(`${what} is hidden`);
    button.click();
    for (const end = performance.now() + 9000; button.ariaBusy === "true" && performance.now() < end;)
      await new Promise(done => setTimeout(done, 10));
    if (button.ariaBusy === "true" || bar.classList.contains("fd-failed")) wrong.push(`${what} failed`);
    pressed += 1;
  }
  return [pressed, wrong];
}
"""
"""Presses from within: a pointer for each, as in test_toolbar.py, takes four times as long."""
INSERT = "const s = document.createElement('script'); {}; document.body.append(s)"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    made.add_init_script(REFUSED)
    yield made
    made.close()


def pages_of(site: Path) -> list[str]:
    return sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))


def refused(page: Page) -> list[str]:
    return page.evaluate("window.refused")


def test_every_page_has_the_policy_and_no_script_in_it(built_book: Path) -> None:
    assert "unsafe-eval" not in POLICY
    assert re.search(r"script-src 'self'(;|$)", POLICY)
    pages = pages_of(built_book)
    assert len(pages) > 30
    for name in pages:
        text = (built_book / name).read_text(encoding="utf-8")
        if name == "index.html":  # it leads to the first chapter, and is no more than that
            assert "<script" not in text
            continue
        head = text[: text.index("</head>")]
        policy = head.index('http-equiv="Content-Security-Policy"')
        assert policy < head.find("<script") or "<script" not in head, name
        assert not re.search(r"<script(?![^>]*\b(src|type=\"application/ld\+json\"))", text), name
        assert not re.search(r"<[a-z]+ [^>]*\bon[a-z]+=", text), name
        assert "javascript:" not in text, name


def test_every_button_of_every_chapter_works_and_nothing_is_refused(
    context: BrowserContext, address: str, built_book: Path
) -> None:
    """Interact, data, download and citation of every figure; the theme's own buttons besides."""
    pressed = 0
    for name in [name for name in pages_of(built_book) if name.startswith("chapters/")]:
        page = context.new_page()
        page.goto(f"{address}/{name}")
        so_many, wrong = page.evaluate(PRESS_ALL)
        assert wrong == []
        assert refused(page) == [], name
        pressed += so_many
        page.close()
    assert pressed > 60


def test_the_themes_own_buttons_still_work(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{address}/chapters/holders.html")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.dataset.mode") == "auto"
    page.evaluate("document.querySelector('[data-page=print]').click()")
    assert page.evaluate("window.printed")
    before = page.evaluate("document.documentElement.dataset.theme")
    page.locator(".theme-switch-button").first.click()
    page.locator(".theme-switch-button").first.click()
    kept = page.evaluate("[localStorage.mode, document.documentElement.dataset.mode]")
    assert kept[0] == kept[1] != ""
    page.reload()
    assert page.evaluate("document.documentElement.dataset.mode") == kept[0]
    assert before in ("light", "dark")
    assert refused(page) == []


def test_search_works(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/search.html?q=Treasuries")
    expect(page.locator("#search-results li").first).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "q"
    assert refused(page) == []


@pytest.mark.parametrize(
    ("kind", "id"), [("claim", "B01"), ("figure", "foreign-holdings"), ("table", "top-holders-changes")]
)
def test_search_finds_figures_and_claims_and_leads_to_their_place(
    context: BrowserContext, built_book: Path, kind: str, id: str
) -> None:
    """From a folder on disk, without a server."""
    claims, figures = (
        json.loads((built_book / f"{name}.json").read_text("utf-8")) for name in ("claims", "figures")
    )
    named = {c["id"]: c["claim"] for c in claims} | {f["slug"]: f["title"] for f in figures}
    page = context.new_page()
    page.goto((built_book / "search.html").as_uri())
    page.locator("#search-input").last.fill(named[id])
    page.locator("#search-input").last.press("Enter")
    said = page.locator("#search-results li").filter(has_text=named[id])  # a figure may quote a claim
    found = said.filter(has_text=f"({kind.capitalize()}, in ")
    expect(found).to_have_count(1)
    result = found.locator(f"a[href$='#{'claim' if kind == 'claim' else 'fig'}-{id}']")
    result.click()
    expect(page.locator(":target")).to_be_visible()
    assert refused(page) == []


def test_a_page_read_from_a_folder_has_its_scripts(context: BrowserContext, built_book: Path) -> None:
    page = context.new_page()
    page.goto((built_book / "chapters" / "holders.html").as_uri())
    page.locator(".fd-bar > button[data-do=cite]").first.click()
    expect(page.locator(".fd-panel").first).to_be_visible()
    assert refused(page) == []


ATTACKS = (
    INSERT.format("s.textContent = 'window.harm = 1'"),
    "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.harm = 1\">')",
    "setTimeout(() => { try { new Function('window.harm = 1')(); } catch {} })",
    INSERT.format("s.src = 'https://example.org/x.js'"),
    "fetch('https://example.org/').catch(() => {})",
)


@pytest.mark.parametrize("place", ["chapters/holders.html", "figures/holders-over-time/index.html"])
def test_what_is_not_of_the_site_does_not_run(context: BrowserContext, address: str, place: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/{place}")
    page.wait_for_load_state("networkidle")
    for attack in ATTACKS:
        page.evaluate("window.refused.length = 0")
        page.evaluate(f"() => {{ {attack} }}")
        page.wait_for_timeout(100)
        assert page.evaluate("window.harm") is None, attack
        assert refused(page), attack


def test_a_script_in_a_page_is_taken_out_and_data_stay() -> None:
    page = (
        '<head></head><script>alert(1)</script><script src="a.js"></script>'
        '<script type="application/ld+json">{}</script><button onclick="window.print()">'
    )
    mended = with_policy(page)
    assert "alert" not in mended
    assert '<script src="a.js"></script><script type="application/ld+json">{}</script>' in mended
    assert 'data-page="print"' in mended
    assert mended.index("Content-Security-Policy") < mended.index("a.js")
