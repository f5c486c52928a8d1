"""Measure a chapter of ten figures beside the same chapter drawn by Altair's default renderer.

Two small books are made from the figures of the built one: one with the book's own
extension, one with Jupyter Book and Altair as they come. Both are served from this
machine, compressed as a web server would, to Chromium on a slow line and a slow
processor. What Altair would load from its content network is served from here too,
which flatters it.
"""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import mimetypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd
import vl_convert
import yaml

from foreign_demand.catalog import ROOT
from foreign_demand.exceptions import BenchError
from foreign_demand.figures import Figure, figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["BUDGET", "Speed", "compare", "launch", "measure", "over_budget", "redraw", "report", "serve"]

FIGURES = 10
LINE = {"offline": False, "latency": 40, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A slow line: 40 ms, 200 kB a second."""
SLOW_DOWN = 4
"""A slow processor: this machine's, slowed down as often."""
NETWORK = "https://cdn.jsdelivr.net/npm"
"""Where Altair's default output finds Vega."""

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


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
    interact_ms: float | None = None
    """First click on Interact to live chart, at full speed; None without such a button."""

    @property
    def all_kb(self) -> float:
        """Everything loaded before a click."""
        return self.page_kb + self.scripts_kb + self.other_kb


BUDGET: Mapping[str, float] = {
    "scripts_kb": 60,
    "all_kb": 320,
    "largest_paint_ms": 1400,
    "load_ms": 2300,
    "layout_shift": 0,
    "interact_ms": 250,
}
"""The most that a chapter of the book may take."""

_NAMES = {
    "page_kb": "Page, kB",
    "scripts_kb": "Scripts, kB",
    "other_kb": "Styles, fonts, pictures, kB",
    "all_kb": "All before a click, kB",
    "largest_paint_ms": "Largest contentful paint, ms",
    "load_ms": "Load, ms",
    "layout_shift": "Layout shift",
    "interact_ms": "First click to live chart, ms",
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
    header = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    header["jupytext"] = {"text_representation": {"extension": ".md", "format_name": "myst"}}
    cells = ["from foreign_demand.bench import redraw"]
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


# --- serving -----------------------------------------------------------------


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, files: Mapping[str, tuple[str, bytes]], *args: Any) -> None:
        self.files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].partition("@")[0]
        kind, body = self.files.get(path + "index.html" * path.endswith("/"), ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        if kind:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal for the result."""


@contextlib.contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a built site from this machine, compressed; yields its address.

    Vega's scripts are served below ``/npm``, and pages that ask a content network
    for them are sent here instead.
    """
    files: dict[str, tuple[str, bytes]] = {}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files))
    address = f"http://127.0.0.1:{server.server_port}"
    for path in filter(Path.is_file, site.rglob("*")):
        body = path.read_bytes()
        if path.suffix == ".html":
            body = body.replace(NETWORK.encode(), f"{address}/npm".encode())
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        files[f"/{path.relative_to(site).as_posix()}"] = (kind, gzip.compress(body))
    # One bundle has all three of Vega's scripts.
    scripts = {"vega": vl_convert.javascript_bundle(), "vega-lite": "", "vega-embed": ""}
    files |= {f"/npm/{n}": ("text/javascript", gzip.compress(s.encode())) for n, s in scripts.items()}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


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

_INTERACT = """
() => {
  const button = [...document.querySelectorAll("button")].find(b => b.textContent.includes("Interact"));
  if (!button) return null;
  button.scrollIntoView();
  return new Promise(resolve => {
    const start = performance.now();
    const look = () => document.querySelector(".fd-live .marks")
      ? resolve(performance.now() - start) : requestAnimationFrame(look);
    button.click();
    look();
  });
}
"""


@contextlib.contextmanager
def launch() -> Iterator[Browser]:
    """Start Chromium: the system's where there is one, Playwright's own otherwise."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None, args=CHROMIUM_ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


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
    page.goto(address, wait_until="load")
    page.wait_for_timeout(2500)  # what a page draws after it has loaded
    paint, load, shift = page.evaluate(_TIMES)
    page.close()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address, wait_until="load")
    interact = page.evaluate(_INTERACT)
    page.close()
    return Speed(
        page_kb=weights["Document"] / 1000,
        scripts_kb=weights["Script"] / 1000,
        other_kb=(weights.total() - weights["Document"] - weights["Script"]) / 1000,
        largest_paint_ms=paint,
        load_ms=load,
        layout_shift=shift,
        interact_ms=interact,
    )


def _median(runs: list[Speed]) -> Speed:
    """Field by field."""

    def middle(name: str) -> float | None:
        values = [getattr(run, name) for run in runs]
        return None if None in values else statistics.median(values)

    return Speed(**{name: middle(name) for name in Speed.__dataclass_fields__})


def compare(site: Path, *, runs: int = 3) -> tuple[Speed, Speed]:
    """Measure Altair's default rendering and the book's own.

    Parameters
    ----------
    site
        The built book, whose figures are drawn again.
    runs
        How often each is opened; medians are reported.

    Returns
    -------
    tuple of Speed
        Altair's, the book's.

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
        found = []
        for book in books:
            with serve(book) as address, launch() as browser:
                found.append(_median([measure(browser, f"{address}/ten.html") for _ in range(runs)]))
    finally:
        shutil.rmtree(folder)
    return found[0], found[1]


def _written(value: float | None, name: str) -> str:
    if value is None:
        return "–"
    return f"{value:.5f}" if name == "layout_shift" else f"{value:,.0f}"


def over_budget(own: Speed) -> list[str]:
    """What takes more than the budget allows, one sentence each."""
    taken = {name: getattr(own, name) for name in BUDGET}
    return [
        f"{_NAMES[name]}: {_written(value, name)}, where {_written(BUDGET[name], name)} is allowed."
        for name, value in taken.items()
        if value is not None and value > BUDGET[name]
    ]


def report(altair: Speed, own: Speed) -> str:
    """Both measures side by side, with the budget."""
    lines = [f"{'':<30}{'Altair':>10}{'this book':>12}{'budget':>10}"]
    for name, title in _NAMES.items():
        budget = _written(BUDGET[name], name) if name in BUDGET else ""
        both = [_written(getattr(speed, name), name) for speed in (altair, own)]
        lines.append(f"{title:<30}{both[0]:>10}{both[1]:>12}{budget:>10}".rstrip())
    return "\n".join(lines)
