"""A built site, opened in a browser on this machine: what tests and measurements look through."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import mimetypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vl_convert

from foreign_demand.exceptions import BenchError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NETWORK = "https://cdn.jsdelivr.net/npm"
"""Where Altair's default output finds Vega."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What a system calls the browser, in the order in which they are taken."""

ELSEWHERE = (Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),)
"""Where one lies that is on no path."""

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


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
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    scripts = {"vega": bundle, "vega-lite": "", "vega-embed": ""}
    files |= {f"/npm/{n}": ("text/javascript", gzip.compress(s.encode())) for n, s in scripts.items()}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


def installed() -> Path | None:
    """The system's own Chromium or Chrome; none where there is none."""
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    return next((path for path in (*found, *ELSEWHERE) if path.exists()), None)


def bring() -> str:
    """See to it that there is a browser: the system's, Playwright's own, or the distribution's package.

    Returns
    -------
    str
        Which one tests and measurements will use.

    Raises
    ------
    BenchError
        If none is there and none can be had.
    """
    if path := installed():
        return str(path)
    if _runs([sys.executable, "-m", "playwright", "install", "chromium"]):
        return "Playwright's own Chromium"
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        _runs(["apt-get", "update", "-qq"])
        _runs([*install, "chromium", "fonts-dejavu-core"], env=environment)
        if path := installed():
            return str(path)
    raise BenchError(
        "No Chromium or Chrome is installed, and neither Playwright nor the system's packages brought one. "
        "Install one (Debian: `apt-get install chromium`), then run this again."
    )


def _runs(command: Sequence[str], env: Mapping[str, str] | None = None) -> bool:
    return subprocess.run(command, capture_output=True, env=env).returncode == 0


@contextlib.contextmanager
def launch() -> Iterator[Browser]:
    """Start Chromium: the system's where there is one, Playwright's own otherwise."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=CHROMIUM_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
