"""What every test may ask for."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from foreign_demand.catalog import Catalog, read_catalog

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = ROOT.parent / "shared" / "official"
FIXTURES = Path(__file__).parent / "fixtures"
CHROMIUM = Path("/usr/bin/chromium")

needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="reads the official publications, which are not part of the project"
)


@pytest.fixture
def catalog() -> Catalog:
    return read_catalog()


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the whole book, built from a copy of the project without the network."""
    project = tmp_path_factory.mktemp("book") / "project"
    unneeded = shutil.ignore_patterns(".*", "_build", "tests", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, project, ignore=unneeded)
    settings = {"OFFLINE": "1", "PYTHONPATH": str(project)}
    kept = {name: text for name, text in os.environ.items() if name not in ("BOOK_MIRROR", "STRICT")}
    done = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", project, "-W", "--quiet"],
        env=kept | settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "_build" / "html"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(built_book: Path) -> Iterator[str]:
    """Where the built book is served on this machine."""
    handler = functools.partial(_Quiet, directory=str(built_book))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without the errands it runs by itself."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None,
            args=["--no-sandbox", "--disable-gpu", *quiet],
        )
        yield launched
        launched.close()
