"""The calculator in a browser: the sums of Python, for any input, with its state in the address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from project import ROOT

from bench.browser import serve
from foreign_demand.analysis import leverage
from foreign_demand.book import assembled
from foreign_demand.site.bundles import render
from foreign_demand.site.policy import POLICY

STATIC = ROOT / "foreign_demand" / "site" / "static"
SLUG = "selloff-calculator"
SCENARIOS = 600
BROKEN = (
    *("", " ", "-", ".", "1e3", "NaN", "Infinity", "-1", "1e999", "0x10"),
    *("１２", "12,5", "--3", "1.2.3", "9" * 30),
)


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return assembled.selloff_model()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, model: dict[str, Any]) -> Path:
    """A site of one page, with the toolbar and the policy that pages have."""
    site = tmp_path_factory.mktemp("site")
    for path in ("_static", f"figures/{SLUG}", "chapters"):
        (site / path).mkdir(parents=True)
    for name in ("foreign-demand.js", "foreign-demand.css", "calculator.js"):
        (site / "_static" / name).write_bytes((STATIC / name).read_bytes())
    figure = {"title": "A sale", "citation": {"short": "Foreign Demand."}, "model": model}
    script = f'foreignDemand("{SLUG}", {json.dumps(figure)});'
    (site / "figures" / SLUG / "figure.js").write_text(script, encoding="utf-8")
    where = {"slug": SLUG, "files": f"../figures/{SLUG}/"}
    bar = render("figure-toolbar.html", **where, title="A sale", kind="table", calculator=True)
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>x</title>'
        f'<link rel="stylesheet" href="../_static/foreign-demand.css">'
        f'<script defer src="../_static/foreign-demand.js"></script></head>'
        f'<body style="padding: 1rem">'
        f'<table id="fig-{SLUG}"><tr><td>Standard scenarios</td></tr></table>{bar}</body></html>'
    )
    (site / "chapters" / "leverage.html").write_text(page, encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def page_address(folder: Path) -> Iterator[str]:
    with serve(folder) as found:
        yield f"{found}/chapters/leverage.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, page_address: str) -> Page:
    opened = context.new_page()
    opened.goto(page_address)
    expect(opened.locator(".fd-outcome tr")).to_have_count(7)
    return opened


def any_texts(model: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Hundreds of scenarios as texts: choices, numbers within and beyond their ends, and broken ones."""
    random = np.random.default_rng(17)
    ids = {
        "holder": [h["id"] for h in model["holders"]],
        "maturity": [m["id"] for m in model["maturities"]],
        "study": ["all", *(s["id"] for s in model["studies"])],
        "scale": [s["id"] for s in model["scales"]],
    }
    for _ in range(SCENARIOS):
        texts = {name: str(random.choice([*known, "nobody"])) for name, known in ids.items()}
        for name, most in {"share": 130, "months": 30, "fed": 120}.items():
            number = f"{random.uniform(-10, most):.{random.integers(0, 4)}f}"
            texts[name] = str(random.choice(BROKEN)) if random.random() < 0.2 else number
        yield {name: text for name, text in texts.items() if random.random() < 0.9}


def test_python_and_the_browser_give_the_same_numbers_and_messages(page: Page, model: dict[str, Any]) -> None:
    asked = list(any_texts(model))
    found = page.evaluate(
        """([model, asked]) => asked.map((texts) => {
          const [scenario, messages] = foreignDemandCalculator.read(model, texts);
          return [scenario, messages, foreignDemandCalculator.evaluate(model, scenario)];
        })""",
        [model, asked],
    )
    assert len(found) == SCENARIOS
    for texts, (scenario, messages, numbers) in zip(asked, found, strict=True):
        expected, said = leverage.read_scenario(model, texts)
        assert scenario == expected, texts
        assert messages == said, texts
        for name, value in leverage.evaluate(model, expected).items():
            assert np.asarray(numbers[name]) == pytest.approx(np.asarray(value), rel=1e-12, abs=1e-12)


def test_nothing_sold_leaves_the_baseline(page: Page) -> None:
    page.get_by_label("Sells, % of its holdings").fill("0")
    rows = page.locator(".fd-outcome tr")
    expect(rows.filter(has_text="Federal interest")).to_contain_text("the baseline and USD 0 billion")
    expect(rows.filter(has_text="Yields rise by")).to_contain_text("0 basis points")


def test_a_scenario_is_in_the_address_and_comes_back_from_it(page: Page, context: BrowserContext) -> None:
    page.get_by_label("Seller").select_option("japan")
    page.get_by_label("Sells, % of its holdings").fill("25")
    page.get_by_label("Federal Reserve buys, %").fill("50")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?{SLUG}.holder=japan&{SLUG}.share=25&{SLUG}.fed=50")
    outcome = page.locator(".fd-outcome").inner_text()
    again = context.new_page()
    again.goto(page.url)
    expect(again.get_by_label("Seller")).to_have_value("japan")
    assert again.locator(".fd-outcome").inner_text() == outcome
    again.locator("summary").click()
    expect(again.locator("pre").nth(1)).to_contain_text(f"Scenario: {page.url}")
    expect(again.locator("pre").last).to_contain_text(f"/figures/{SLUG}/index.html?{SLUG}.holder=japan")


def test_what_an_address_asks_beyond_reason_is_set_right_and_said(page: Page, page_address: str) -> None:
    page.goto(f"{page_address}?{SLUG}.share=-40&{SLUG}.months=x&{SLUG}.holder=%3Cscript%3E&other=kept")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("share: from 0 to 100; 0 is used.")
    expect(alert).to_contain_text("months: not a number")
    expect(alert).to_contain_text("holder: no such choice")
    assert "other=kept" in page.url
    expect(page.get_by_label("Sells, % of its holdings")).to_have_value("0")


def test_every_effect_is_a_range_and_what_was_never_seen_is_said(page: Page) -> None:
    rows = page.locator(".fd-outcome tr")
    for name in ("Yields rise by", "Federal interest", "Mortgage rate", "The seller loses"):
        expect(rows.filter(has_text=name)).to_contain_text(" to ")
    page.get_by_label("Sells, % of its holdings").fill("100")
    expect(page.get_by_role("alert")).to_contain_text("nothing like it has been seen")


def test_it_is_worked_by_keyboard_and_fits_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Seller").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    expect(page.locator(".fd-outcome tr").first).to_contain_text("USD 192 billion")
    assert page.evaluate(
        "[...document.querySelectorAll('.fd-calculator :is(input, select)')].every(f => f.labels[0])"
    )


def test_it_works_from_a_folder_without_a_server(context: BrowserContext, folder: Path) -> None:
    page = context.new_page()
    page.goto((folder / "chapters" / "leverage.html").as_uri())
    expect(page.locator(".fd-outcome tr")).to_have_count(7)


def test_without_scripts_the_scenarios_are_there(browser: Browser, page_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_address)
    expect(page.get_by_text("Standard scenarios")).to_be_visible()
    context.close()
