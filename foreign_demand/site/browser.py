"""The browser that prints the report and that tests look through: the system's, or Playwright's own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foreign_demand.exceptions import BrowserError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    BrowserError
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
    raise BrowserError(
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


if __name__ == "__main__":
    print("Browser  ", bring())
