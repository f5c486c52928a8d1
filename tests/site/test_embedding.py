"""Figures in frames of somebody else's page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from bench.browser import serve

EMBEDDED = ("foreign-holdings", "holdings-sources", "holders-over-time")
OUTGROWN = """() => {
    const { scrollHeight, scrollWidth, offsetHeight } = document.documentElement;
    return [scrollHeight - innerHeight, scrollWidth - innerWidth, innerHeight - offsetHeight];
}"""


@pytest.fixture(scope="module")
def codes(browser: Browser, address: str, built_book: Path) -> dict[str, str]:
    """What a reader copies from under a figure, by slug."""
    listed = json.loads((built_book / "figures.json").read_text("utf-8"))
    found = {}
    for about in listed:
        if about["slug"] in EMBEDDED:
            page = browser.new_page()
            page.goto(f"{address}/{about['chapter']}.html")
            bar = page.locator(f"[data-figure='{about['slug']}']")
            bar.evaluate(
                "node => { for (let p = node; p; p = p.parentElement) if (p.open === false) p.open = true; }"
            )
            bar.get_by_role("button", name="Cite").click()
            code = page.locator(f"#{about['slug']}-cite .fd-citation").last.locator("pre")
            expect(code).to_contain_text("<iframe")
            found[about["slug"]] = code.text_content() or ""
            page.close()
    assert set(found) == set(EMBEDDED)
    return found


@pytest.fixture
def elsewhere(tmp_path: Path, codes: dict[str, str]) -> Iterator[str]:
    """Pages of another host that embed the figures: with the script, and without it."""
    body = "".join(f"<article>{code}</article>" for code in codes.values())
    (tmp_path / "with.html").write_text(f"<!DOCTYPE html>{body}")
    (tmp_path / "without.html").write_text("<!DOCTYPE html>" + re.sub("<script.*?</script>", "", body))
    with serve(tmp_path) as host:
        yield host


@pytest.mark.parametrize("width", [320, 700])
def test_a_frame_is_as_high_as_its_figure(browser: Browser, elsewhere: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width + 16, "height": 800})
    page.goto(f"{elsewhere}/with.html")
    for wide in (width, 500):
        page.set_viewport_size({"width": wide + 16, "height": 800})
        for frame in show_all(page):
            frame.wait_for_function(f"() => ({OUTGROWN})().every((over) => over === 0)", timeout=10_000)
    page.close()


def test_without_the_script_a_frame_has_room_for_its_figure(browser: Browser, elsewhere: str) -> None:
    page = browser.new_page(viewport={"width": 716, "height": 800})
    page.goto(f"{elsewhere}/without.html")
    for frame in show_all(page):
        over, wide, free = frame.evaluate(OUTGROWN)
        assert (over, wide) == (0, 0), frame.url
        assert free < 250, frame.url
    page.close()


def test_a_frame_shows_the_figure_and_leads_to_its_chapter(
    browser: Browser, elsewhere: str, address: str
) -> None:
    page = browser.new_page(viewport={"width": 716, "height": 800})
    page.goto(f"{elsewhere}/with.html")
    list(show_all(page))
    frame = page.frame_locator(f"iframe[src*='{EMBEDDED[0]}']")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    expect(frame.locator(".fd-view svg")).to_be_visible()
    expect(frame.get_by_text("How to cite this figure")).to_be_hidden()
    frame.get_by_role("link", name="of Foreign Demand for US Treasuries").click()
    page.wait_for_url(f"{address}/chapters/holdings.html#fig-{EMBEDDED[0]}")
    page.close()


def test_once_an_edition_is_cited_it_can_be_embedded(browser: Browser, address: str) -> None:
    frozen = "https://example.org/editions/2026-11-28/figures/foreign-holdings/"
    page = browser.new_page()

    def cited(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=re.sub(r'("short":"[^"]+)"', rf'\1 {frozen}"', answer.text(), count=1)
        )

    page.route("**/figures/foreign-holdings/figure.js", cited)
    page.goto(f"{address}/chapters/holdings.html")
    page.locator("[data-figure='foreign-holdings']").get_by_role("button", name="Cite").click()
    codes = page.locator("#foreign-holdings-cite pre").filter(has_text="<iframe")
    expect(codes).to_have_count(2)
    live, last = codes.all_text_contents()
    assert f'src="{address}/figures/foreign-holdings/index.html#embed"' in live
    assert f'src="{frozen}index.html#embed"' in last
    page.close()


def test_a_frame_that_is_not_of_the_book_is_left_alone(
    browser: Browser, elsewhere: str, tmp_path: Path
) -> None:
    says = "parent.postMessage({ foreignDemandHeight: 1234 }, '*'); parent.said = true;"
    (tmp_path / "other.html").write_text(f"<script>{says}</script>")
    page = browser.new_page()
    page.goto(f"{elsewhere}/with.html")
    list(show_all(page))
    with serve(tmp_path) as host:
        page.evaluate(f"""() => {{
            const frame = document.createElement("iframe");
            frame.src = "{host}/other.html";
            frame.height = 50;
            document.body.append(frame);
            return new Promise((loaded) => {{ frame.onload = loaded; }});
        }}""")
    page.wait_for_timeout(100)
    assert page.locator("iframe").last.evaluate("frame => frame.clientHeight") == 50
    page.close()


def test_titles_cannot_leave_their_attribute(codes: dict[str, str]) -> None:
    for slug, code in codes.items():
        tags = re.findall(r"<(\w+)", html.unescape(re.sub(r'"[^"]*"', "", code)))
        assert tags == ["iframe", "script"], slug


def show_all(page: Page) -> Iterator[Frame]:
    """Each frame in view: they are loaded as they come near, and measured where they are seen."""
    for element in page.locator("iframe").all():
        element.scroll_into_view_if_needed()
        element.content_frame.locator("h1").wait_for()
        frame = element.element_handle().content_frame()
        assert frame
        yield frame
