"""Measure a chapter of ten figures beside the same chapter drawn by Altair's default renderer.

Two small books are made from the figures of the built one: one with the book's own
extension, one with Jupyter Book and Altair as they come. Both are served from this
machine, compressed as a web server would, to Chromium on a slow line and a slow
processor. What Altair would load from its content network is served from here too,
which flatters it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import yaml

from bench.browser import serve
from bench.measures import Measure
from foreign_demand.book.figures import Figure, figure
from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import BenchError
from foreign_demand.site.browser import launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["BUDGET", "LONGEST_KB", "RATIO", "Speed", "as_measures", "bench_page", "measure", "redraw"]

FIGURES = 10
LINE = {"offline": False, "latency": 40, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A slow line: 40 ms, 200 kB a second."""
SLOW_DOWN = 4
"""A slow processor: this machine's, slowed down as often."""
PATIENCE_MS = 120_000


@dataclass(frozen=True, kw_only=True)
class Speed:
    """What a reader waits for and pays for, before any click but the last."""

    page_kb: float
    """HTML, compressed, in kB of 1,000 bytes as all sizes here."""
    scripts_kb: float
    other_kb: float
    """Style sheets, fonts, pictures."""
    largest_paint_ms: float
    load_ms: float
    layout_shift: float
    live_ms: float
    """To a live chart, at full speed: from the first click on Interact, where there is none from opening."""

    @property
    def all_kb(self) -> float:
        """Everything loaded before a click."""
        return self.page_kb + self.scripts_kb + self.other_kb


BUDGET: Mapping[str, float] = {"scripts_kb": 60, "all_kb": 200, "layout_shift": 0}
"""The most that a chapter of the book may take."""
RATIO: Mapping[str, float] = {"largest_paint_ms": 0.20, "load_ms": 0.25, "live_ms": 0.40}
"""The most that it may take as part of what Altair's takes in the same run.

Most of a click is what both do: Vega is read, and lays a chart out. What the page saves is
the rest, Vega-Lite and opening, so that its share cannot become as small as that of loading.
"""
LONGEST_KB = 320
"""The most that a chapter may weigh, of however many figures."""

_NAMES = {
    "page_kb": "Page, kB",
    "scripts_kb": "Scripts, kB",
    "other_kb": "Styles, fonts, pictures, kB",
    "all_kb": "All before a click, kB",
    "largest_paint_ms": "Largest contentful paint, ms",
    "load_ms": "Load, ms",
    "layout_shift": "Layout shift",
    "live_ms": "First click, or else opening, to live chart, ms",
}


# --- the two books -----------------------------------------------------------


def redraw(site: str | Path, number: int) -> Figure:
    """Make a figure of the built book again; from the first, when there are not enough.

    Parameters
    ----------
    site
        The built book.
    number
        Which figure, from zero.
    """
    site = Path(site)
    listed = json.loads((site / "figures.json").read_text(encoding="utf-8"))
    drawn = [about for about in listed if about["kind"] == "figure"]
    about = drawn[number % len(drawn)]
    folder = site / "figures" / about["slug"]
    spec = json.loads((folder / "spec.vl.json").read_text(encoding="utf-8"))
    return figure(
        f"{about['slug']}-{number}",
        alt.Chart.from_dict(spec),
        data=pd.read_csv(folder / "data.csv"),
        title=about["title"],
        caption=about["caption"],
        alt_text=about["alt"],
        unit=about["unit"],
        sources=[source["id"] for source in about["sources"]],
    )


def _chapter(site: Path, shown: str) -> str:
    header: dict[str, Any] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    header["jupytext"] = {"text_representation": {"extension": ".md", "format_name": "myst"}}
    cells = ["from bench.page import redraw"]
    cells += [f"redraw({str(site)!r}, {number}){shown}" for number in range(FIGURES)]
    body = "\n\n".join(f"```{{code-cell}} ipython3\n:tags: [hide-input]\n\n{cell}\n```" for cell in cells)
    return f"---\n{yaml.safe_dump(header)}---\n\n# Ten figures\n\nThe same, drawn in two ways.\n\n{body}\n"


def _build(folder: Path, site: Path, config: Mapping[str, Any], shown: str) -> Path:
    """Build a book of one chapter; returns its pages."""
    folder.mkdir()
    (folder / "_config.yml").write_text(yaml.safe_dump(dict(config)), encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: ten\n", encoding="utf-8")
    (folder / "ten.md").write_text(_chapter(site, shown), encoding="utf-8")
    environment = {name: text for name, text in os.environ.items() if name != "BOOK_BUILD"}
    done = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", folder, "--quiet"],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"The test book in {folder} could not be built:\n{done.stdout}{done.stderr}")
    return folder / "_build" / "html"


def _own_config() -> dict[str, Any]:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return config | {"bibtex_bibfiles": [str(ROOT / name) for name in config["bibtex_bibfiles"]]}


# --- measuring ---------------------------------------------------------------

_WATCH = """
window.paint = 0; window.shift = 0;
new PerformanceObserver(list => { for (const e of list.getEntries()) paint = e.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value; })
  .observe({type: "layout-shift", buffered: true});
"""

_TIMES = """
() => [paint, performance.getEntriesByType("navigation")[0].loadEventEnd, shift]
"""

_WATCH_LIVE = """
const look = () => {
  if (document.querySelector(".marks")) window.live = performance.now();
  else requestAnimationFrame(look);
};
look();
"""

# Polled in the page itself: its policy lets nothing turn a text into a program, as a driver that polls would.
_LIVE = """
() => new Promise((resolve, reject) => {
  const look = () => window.live ? resolve(window.live) : requestAnimationFrame(look);
  look();
  setTimeout(() => reject(new Error("No live chart within 30 seconds.")), 30000);
})
"""

_CLICK = """
() => {
  const button = [...document.querySelectorAll("button")].find(b => b.textContent.includes("Interact"));
  if (!button) return 0;
  button.scrollIntoView();
  const start = performance.now();
  button.click();
  return start;
}
"""


def _weigh(page: Page) -> Counter[str]:
    """Count compressed bytes by kind while the page loads."""
    kinds: dict[str, str] = {}
    weights: Counter[str] = Counter()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda event: weights.update({kinds.get(event["requestId"], "Other"): event["encodedDataLength"]}),
    )
    return weights


def measure(browser: Browser, address: str) -> Speed:
    """Open a page once, with nothing cached, and take its measure."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_WATCH)
    weights = _weigh(page)
    page.goto(address, wait_until="load", timeout=PATIENCE_MS)
    page.wait_for_timeout(2500)  # what a page draws after it has loaded
    paint, load, shift = page.evaluate(_TIMES)
    page.close()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_WATCH_LIVE)
    page.goto(address, wait_until="load")
    clicked = page.evaluate(_CLICK)
    live = page.evaluate(_LIVE) - clicked
    page.close()
    return Speed(
        page_kb=weights["Document"] / 1000,
        scripts_kb=weights["Script"] / 1000,
        other_kb=(weights.total() - weights["Document"] - weights["Script"]) / 1000,
        largest_paint_ms=paint,
        load_ms=load,
        layout_shift=shift,
        live_ms=live,
    )


def _median(runs: list[Speed]) -> Speed:
    """Field by field."""
    return Speed(
        **{name: statistics.median(getattr(run, name) for run in runs) for name in Speed.__dataclass_fields__}
    )


def bench_page(site: Path, *, runs: int = 3) -> list[Measure]:
    """Measure the book's own rendering, beside Altair's default one.

    Parameters
    ----------
    site
        The built book, whose figures are drawn again.
    runs
        How often each is opened; medians are reported.

    Returns
    -------
    list of Measure
        One a field of :class:`Speed`, with Altair's ``beside``.

    Raises
    ------
    BenchError
        If there is no built book, or a test book cannot be built.
    """
    if not (site / "figures.json").exists():
        raise BenchError(f"No built book in {site}; run `make book` first.")
    folder = Path(tempfile.mkdtemp(prefix="foreign-demand-bench-"))
    plain = {"title": "Ten figures", "execute": {"execute_notebooks": "force", "timeout": 300}}
    try:
        books = [
            _build(folder / "altair", site, plain, ".chart"),
            _build(folder / "own", site, _own_config(), ""),
        ]
        with ExitStack() as stack:
            browser = stack.enter_context(launch())
            pages = [f"{stack.enter_context(serve(book))}/ten.html" for book in books]
            # By turns, so that what else this machine does weighs on both.
            found = [[measure(browser, page) for page in pages] for _ in range(runs)]
    finally:
        shutil.rmtree(folder)
    beside, own = (_median(list(speeds)) for speeds in zip(*found, strict=True))
    return as_measures(own, beside=beside)


def as_measures(own: Speed, *, beside: Speed) -> list[Measure]:
    """Name each figure of two speeds, and say what is allowed."""
    return [
        Measure(
            name=title,
            value=getattr(own, name),
            budget=RATIO[name] * getattr(beside, name) if name in RATIO else BUDGET.get(name),
            beside=getattr(beside, name),
            digits=5 if name == "layout_shift" else 0,
        )
        for name, title in _NAMES.items()
    ]
