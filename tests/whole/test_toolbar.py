"""The toolbar under a figure, in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from foreign_demand.book.charts import DARK

PAGE, SLUG = "chapters/holders.html", "holders-over-time"

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
  .observe({type: "layout-shift"});
"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(f"{address}/{PAGE}")
    opened.wait_for_load_state("networkidle")
    return opened


@pytest.fixture
def figure(page: Page) -> Locator:
    found = page.locator(f"#fig-{SLUG}")
    found.scroll_into_view_if_needed()
    return found


def button(figure: Locator, name: str) -> Locator:
    return figure.get_by_role("button", name=name, exact=True)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_nothing_is_loaded_before_a_click_and_vega_once(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("/_static/vega.js", "figure.js"):
        assert page.locator(f"script[src*='{name}']").count() == 0
    figures = page.locator(".fd-figure")
    for i in (0, 1):
        button(figures.nth(i), "Interact").click()
        expect(figures.nth(i).locator(".fd-live svg")).to_be_visible()
    assert asked.count(f"{address}/_static/vega.js") == 1
    assert all(url.startswith(address) for url in asked)
    assert len(asked) == 3


def test_the_live_chart_takes_the_place_of_the_still_one(page: Page, figure: Locator) -> None:
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(WATCH_SHIFTS)
    view, interact = figure.locator(".fd-view"), button(figure, "Interact")
    before = view.bounding_box()

    interact.click()
    expect(interact).to_have_attribute("aria-pressed", "true")
    expect(figure.get_by_role("status")).to_contain_text("Escape")
    live = figure.get_by_role("img", name="Five lines")
    expect(live.locator("svg")).to_be_visible()
    assert view.bounding_box() == before

    box = live.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5)
    told = page.locator(".fd-tip")
    expect(told).to_contain_text("Japan")
    page.mouse.move(0, 0)

    page.keyboard.press("Escape")
    expect(interact).to_have_attribute("aria-pressed", "false")
    expect(figure.locator(".fd-view > svg")).to_be_visible()
    assert focused(page) == "Interact"
    assert view.bounding_box() == before
    assert sum(page.evaluate("shifts")) == 0
    assert errors == []


def test_the_pointer_reads_the_values_of_the_file(page: Page, figure: Locator, built_book: Path) -> None:
    button(figure, "Interact").click()
    live = figure.locator(".fd-live")
    expect(live.locator("svg")).to_be_visible()
    table = pd.read_csv(built_book / "figures" / SLUG / "data.csv", parse_dates=["month"])
    box = live.bounding_box()
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.5)
        rows = page.locator(".fd-tip tr").all()
        (_, date), *told = [row.locator("th, td").all_inner_texts() for row in rows]
        at = table[table["month"].dt.strftime("%B %Y") == date]
        newest = at.drop_duplicates("country", keep="last").set_index("country")["holdings_usd_bn"].dropna()
        assert {name: float(text.replace(",", "")) for name, text in told} == newest.round(1).to_dict()
        expect(live.locator(".fd-rule")).to_be_visible()


def test_the_labels_of_a_live_chart_go_with_their_points(page: Page, figure: Locator) -> None:
    button(figure, "Interact").click()
    live = figure.locator(".fd-live")
    expect(live.locator("svg")).to_be_visible()
    label = live.locator(".mark-text.role-mark text").first
    assert label.evaluate("text => text.closest('[clip-path]')") is None
    expect(label).not_to_have_attribute("opacity", "0")
    box = live.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=3)
    page.mouse.up()
    expect(label).to_have_attribute("opacity", "0")


def test_the_live_chart_is_repainted_with_the_page(page: Page, figure: Locator) -> None:
    line = figure.locator(".mark-line path").first
    for press in (False, True):
        if press:
            button(figure, "Interact").click()
            expect(figure.locator(".fd-live svg")).to_be_visible()
        drawn = line.get_attribute("stroke")
        for theme, colour in (("light", drawn), ("dark", DARK[drawn])):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            painted = line.evaluate("element => getComputedStyle(element).stroke")
            assert channels(painted) == [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def test_the_data_are_shown_as_a_table(page: Page, figure: Locator, built_book: Path) -> None:
    data = button(figure, "Data")
    data.click()
    expect(data).to_have_attribute("aria-expanded", "true")
    expect(data).to_have_attribute("aria-controls", f"{SLUG}-data")
    table = pd.read_csv(built_book / "figures" / SLUG / "data.csv")
    shown = figure.get_by_role("table")
    assert shown.get_by_role("columnheader").all_inner_texts() == list(table)
    newest = shown.get_by_role("row").last.locator("th, td").all_inner_texts()
    for cell, value in zip(newest, table.iloc[-1], strict=True):
        assert cell == value if isinstance(value, str) else float(cell) == pytest.approx(value, abs=5e-5)
    expect(figure.locator(".fd-panel")).to_contain_text(f"The last 300 of {len(table)} rows")
    assert shown.locator("td.fd-number").last.evaluate("e => getComputedStyle(e).textAlign") == "right"
    link = figure.get_by_role("link", name="CSV at full precision")
    assert link.get_attribute("href").endswith(f"/figures/{SLUG}/data.csv")
    data.click()
    expect(data).to_have_attribute("aria-expanded", "false")
    expect(shown).to_be_hidden()


def test_every_file_can_be_downloaded(page: Page, figure: Locator) -> None:
    button(figure, "Data").click()
    expect(figure.get_by_role("table")).to_be_visible()
    button(figure, "Download").click()
    expect(button(figure, "Data")).to_have_attribute("aria-expanded", "false")
    links = figure.locator(".fd-panel:visible a[download]")
    endings = []
    for link in links.all():
        with page.expect_download() as download:
            link.click()
        assert download.value.path().stat().st_size
        endings.append(download.value.suggested_filename)
    assert endings == [f"{SLUG}.{ending}" for ending in ("svg", "png", "csv", "vl.json")]


@pytest.mark.parametrize(
    ("label", "file"), [("BibTeX", "cite.bib"), ("RIS", "cite.ris"), ("Short", None), ("Long", None)]
)
def test_a_citation_is_copied_with_one_click(
    page: Page, figure: Locator, built_book: Path, label: str, file: str | None
) -> None:
    folder = built_book / "figures" / SLUG
    about = json.loads((folder / "metadata.json").read_text("utf-8"))
    expected = (folder / file).read_text("utf-8").strip() if file else about["citation"][label.lower()]
    button(figure, "Cite").click()
    figure.get_by_role("button", name=f"Copy {label} citation").click()
    expect(figure.get_by_role("status")).to_have_text(f"{label} citation copied")
    assert page.evaluate("navigator.clipboard.readText()") == expected


def test_a_refused_copy_is_said_and_the_text_selected(page: Page, figure: Locator) -> None:
    page.evaluate("""() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
        document.execCommand = () => false;
    }""")
    button(figure, "Cite").click()
    figure.get_by_role("button", name="Copy RIS citation").click()
    said = figure.get_by_role("status")
    expect(said).to_have_text("Not copied: select the text and copy it")
    expect(figure.get_by_role("button", name="Copy RIS citation")).to_have_text("Copy")
    assert page.evaluate("getSelection().toString()").startswith("TY  - FIGURE")
    page.set_viewport_size({"width": 360, "height": 800})
    assert said.bounding_box()["width"] > 100


def test_escape_elsewhere_leaves_the_figure_alone(page: Page, figure: Locator) -> None:
    button(figure, "Cite").click()
    panel = figure.locator(".fd-panel")
    expect(panel).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_rule_keeps_to_the_pointer_when_the_chart_is_zoomed(page: Page, figure: Locator) -> None:
    button(figure, "Interact").click()
    live = figure.locator(".fd-live")
    expect(live.locator("svg")).to_be_visible()
    frame = live.locator(".background").first.bounding_box()
    left, middle = frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] / 2
    told, rule = page.locator(".fd-tip"), page.locator(".fd-rule")
    dates = []
    for _ in range(2):
        page.mouse.move(left + 1, middle)
        page.mouse.move(left, middle)
        expect(told).to_be_visible()
        # As near as the next date, which in years of months is a pixel or two, and zoomed a few more.
        assert abs(rule.bounding_box()["x"] - left) < 8
        dates.append(told.locator("td").first.inner_text())
        page.mouse.move(left + frame["width"] * 0.6, middle)
        page.keyboard.down("Control")
        page.mouse.wheel(0, -400)
        page.keyboard.up("Control")
        expect(told).to_be_hidden()
        page.wait_for_timeout(200)
    assert dates[0] != dates[1]


def test_a_finger_reads_and_scrolls(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    figure = page.locator(f"#fig-{SLUG}")
    figure.scroll_into_view_if_needed()
    button(figure, "Interact").tap()
    live = figure.locator(".fd-live")
    expect(live.locator("svg")).to_be_visible()
    frame = live.locator(".background").first.bounding_box()
    finger = frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] / 2
    told, rule = page.locator(".fd-tip"), page.locator(".fd-rule")
    page.touchscreen.tap(*finger)
    expect(told).to_contain_text("Japan")
    box = told.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert abs(rule.bounding_box()["x"] - finger[0]) < 4
    page.get_by_role("heading").first.tap()
    expect(told).to_be_hidden()
    expect(rule).to_be_hidden()
    context.close()


def test_the_keyboard_is_enough(page: Page, figure: Locator) -> None:
    button(figure, "Interact").focus()
    for name in ("Data", "Download", "Cite"):
        page.keyboard.press("Tab")
        assert focused(page) == name
        page.keyboard.press("Enter")
        expect(button(figure, name)).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(button(figure, name)).to_have_attribute("aria-expanded", "false")
        assert focused(page) == name
    page.keyboard.press("Space")
    expect(figure.locator(".fd-panel:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    assert focused(page) == "Copy"
    page.keyboard.press("Escape")
    assert focused(page) == "Cite"
    expect(figure.locator(".fd-panel:visible")).to_have_count(0)


def test_a_failed_load_is_said_and_can_be_tried_again(page: Page, figure: Locator) -> None:
    page.route("**/vega.js", lambda route: route.abort())
    button(figure, "Interact").click()
    expect(figure.get_by_role("status")).to_have_text("Not available: _static/vega.js could not be loaded.")
    expect(figure.locator(".fd-view > svg")).to_be_visible()
    page.unroute("**/vega.js")
    button(figure, "Interact").click()
    expect(figure.locator(".fd-live svg")).to_be_visible()


def test_tables_have_data_and_citation(page: Page) -> None:
    bar = page.locator("[data-figure='top-holders-changes']")
    assert bar.get_by_role("button").all_inner_texts() == ["Data", "Cite"]
    bar.get_by_role("button", name="Data").click()
    expect(page.locator("#top-holders-changes-data table")).to_be_visible()


def test_without_scripts_the_figure_is_drawn_and_its_files_are_a_link_away(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    figure = page.locator(f"#fig-{SLUG}")
    expect(figure.get_by_role("img", name="Five lines")).to_be_visible()
    expect(figure.get_by_role("button")).to_have_count(0)
    figure.get_by_role("link", name="Data, downloads and citation").click()
    expect(page).to_have_url(f"{address}/figures/{SLUG}/index.html")
    expect(page.get_by_role("img", name="Five lines")).to_be_visible()
    expect(page.get_by_role("link", name="CSV")).to_be_visible()
    page.get_by_text("How to cite this figure").click()
    expect(page.get_by_text("@misc{")).to_be_visible()
    context.close()


def test_the_book_also_works_from_a_folder_on_disk(context: BrowserContext, built_book: Path) -> None:
    page = context.new_page()
    page.goto((built_book / PAGE).as_uri())
    figure = page.locator(f"#fig-{SLUG}")
    button(figure, "Interact").click()
    expect(figure.locator(".fd-live svg")).to_be_visible()
    button(figure, "Data").click()
    expect(figure.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_fit_and_can_be_read(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for path in (f"figures/{SLUG}/index.html", "figures/top-holders-changes/index.html", PAGE):
        page.goto(f"{address}/{path}")
        for width in (360, 768, 1600):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            sizes = page.evaluate(
                """() => [...document.querySelectorAll(".fd-view text")].map(text => {
                  const svg = text.ownerSVGElement;
                  const drawn = svg.clientWidth / svg.viewBox.baseVal.width;
                  return parseFloat(getComputedStyle(text).fontSize) * drawn;
                })"""
            )
            assert path != PAGE or sizes
            assert all(8 < size < 18 for size in sizes), (path, width)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('.fd-view .mark-text text')).fill")
    assert (sum(channels(paper)) > 380) == (scheme == "light")
    assert (sum(channels(ink)) < 380) == (scheme == "light")
    context.close()


def channels(colour: str) -> list[int]:
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def test_a_choice_in_a_live_chart_is_in_the_address_and_the_address_chooses(
    context: BrowserContext, address: str
) -> None:
    slug, choice = "indirect-is-not-foreign", "10-Year"
    page = context.new_page()
    page.goto(f"{address}/chapters/auctions.html")
    figure = page.locator(f"#fig-{slug}")
    button(figure, "Interact").click()
    figure.locator("select").select_option(choice)
    expect(page).to_have_url(f"{address}/chapters/auctions.html?{slug}.tenor={choice}")
    again = context.new_page()
    again.goto(page.url)
    menu = again.locator(f"#fig-{slug} select")
    expect(menu).to_have_value(choice)
    button(again.locator(f"#fig-{slug}"), "Interact").click()
    expect(menu).to_have_count(0)


def test_of_two_choices_both_are_in_the_address_and_both_fit_a_telephone(
    context: BrowserContext, address: str
) -> None:
    slug = "decomposition-by-country"
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    asked = f"{slug}.country=Japan&{slug}.period=2022, notes and bonds (S form)"
    page.goto(f"{address}/chapters/flows-and-valuation.html?{asked}")
    figure = page.locator(f"#fig-{slug}")
    country, period = figure.locator("select").all()
    expect(country).to_have_value("Japan")
    expect(period).to_have_value("2022, notes and bonds (S form)")
    expect(figure.locator(".fd-live")).to_contain_text("Japan, 2022, notes and bonds (S form)")
    country.select_option("Canada")
    period.select_option("April 2025")
    asked = f"{slug}.country=Canada&{slug}.period=April+2025"
    expect(page).to_have_url(f"{address}/chapters/flows-and-valuation.html?{asked}")
    for menu in (country, period):
        box = menu.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
