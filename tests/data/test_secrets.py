"""A key that is set is used, and is nowhere to be found afterwards."""

from __future__ import annotations

import functools
import logging
import os
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mirror import Answer, Mirror
from project import FIXTURES, ROOT

from foreign_demand.__main__ import main
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.sources.fred import NO_KEY
from foreign_demand.data.sources.http import Client
from foreign_demand.data.store import Store
from foreign_demand.exceptions import FetchError, ForeignDemandError

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
API = "/api.stlouisfed.org/fred/series/observations"
OBSERVATIONS = (FIXTURES / "markets" / "DGS10.xml").read_bytes()
ANSWERS = {
    "an answer": Answer(OBSERVATIONS, headers={"X-Public-Copy": "public copy, excerpt"}),
    "not found": Answer(f"no series for {KEY}".encode(), 404),
    "bad request": Answer(f'<error code="400" message="bad key {KEY}"/>'.encode(), 400),
    "busy": Answer(KEY.encode(), 503),
    "wait": Answer(KEY.encode(), 429, {"Retry-After": "1000"}),
    "a page": Answer(f"<html><title>{KEY}</title></html>".encode()),
    "no XML": Answer(KEY.encode()),
    "no numbers": Answer(
        f'<observations><observation date="2025-04-04" value="{KEY}"/></observations>'.encode()
    ),
    "elsewhere": Answer(b"", 302, {"Location": f"https://example.org/?api_key={KEY}"}),
    "nowhere": Answer(b"", 302, {"Location": f"https://[::{KEY}"}),
    "breaks off": Answer(OBSERVATIONS, breaks_off=True),
    "not gzip": Answer(KEY.encode(), headers={"Content-Encoding": "gzip"}),
}


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    monkeypatch.setenv("FRED_API_KEY", f" {KEY}\n")  # as it comes out of a file
    for name in ("OFFLINE", "STRICT"):
        monkeypatch.delenv(name, raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        yield mirror


def files_with_key(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_key_is_in_no_output_log_or_file(
    mirror: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    answer: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    folders = {"snapshot": tmp_path / "data" / "snapshot", "cache": tmp_path / "cache" / "data"}
    monkeypatch.setattr("foreign_demand.data.store.Store", functools.partial(Store, **folders))
    monkeypatch.setattr(
        "foreign_demand.data.refresh.refresh",
        lambda *args, **options: refresh(*args, **options, client=Client(attempts=2, first_wait=0)),
    )
    mirror.answers[API] = ANSWERS[answer]
    main(["refresh", "--only", "DGS10"])
    assert any(NO_KEY in line for line in mirror.asked), "the way with a key was not gone at all"
    assert not any(KEY in line for line in mirror.asked), "a mirror was given the key"
    assert Store(**folders).outcome("DGS10").status == ("live" if answer == "an answer" else "failed")
    said = capfd.readouterr()
    assert KEY not in said.out + said.err
    assert KEY not in caplog.text
    assert (tmp_path / "cache" / "refresh-summary.md").exists()
    assert files_with_key(tmp_path) == []


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_key_is_in_no_traceback(mirror: Mirror, catalog, answer: str) -> None:
    """Not even in one that goes back to where the fault came from."""
    mirror.answers[API] = ANSWERS[answer]
    with Client(attempts=2, first_wait=0) as client:
        if answer == "an answer":
            assert KEY.encode() not in ADAPTERS["fred"].fetch(catalog["DGS10"], client, "").content
            return
        with pytest.raises(ForeignDemandError) as refused:
            ADAPTERS["fred"].fetch(catalog["DGS10"], client, "")
    assert KEY not in "".join(traceback.format_exception(refused.value))
    assert KEY not in repr(refused.value)


def test_the_key_is_not_left_where_no_server_is(mirror: Mirror, catalog, monkeypatch) -> None:
    monkeypatch.setenv("BOOK_MIRROR", "http://127.0.0.1:9")
    with (
        Client(attempts=2, first_wait=0, timeout=httpx.Timeout(0.5)) as client,
        pytest.raises(FetchError) as refused,
    ):
        ADAPTERS["fred"].fetch(catalog["DGS10"], client, "")
    assert KEY not in "".join(traceback.format_exception(refused.value))


def test_the_key_is_in_no_executed_notebook(mirror: Mirror, tmp_path: Path) -> None:
    """A chapter runs with the key in its environment, and its notebook, built pages and logs are clean."""
    chapter = textwrap.dedent(
        """\
        ---
        jupytext:
          text_representation:
            extension: .md
            format_name: myst
        kernelspec:
          display_name: Python 3
          language: python
          name: python3
        ---

        # A chapter

        ```{code-cell} ipython3
        from foreign_demand.book.figures import sources_table
        sources_table("a-chapter-sources", ["DGS10"])
        ```
        """
    )
    (tmp_path / "chapter.md").write_text(chapter, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "jupytext", "--to", "ipynb", "--execute", "chapter.md"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "H.15" in (tmp_path / "chapter.ipynb").read_text(encoding="utf-8")
    assert KEY not in done.stdout + done.stderr
    assert files_with_key(tmp_path) == []
