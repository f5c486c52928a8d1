"""When chapters run again: whatever a page depends on counts, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from project import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.store import Store
from foreign_demand.site import freshness
from foreign_demand.site.freshness import inputs_digest

TODAY = dt.date(2026, 8, 25)
IDS = ("DGS10", "tic_slt_table3")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the digest looks at, with few tables."""
    monkeypatch.setenv("OFFLINE", "1")
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "foreign_demand", tmp_path / "foreign_demand", ignore=left_out)
    for name in ("snapshot", "revisions"):
        (tmp_path / "data" / name).mkdir(parents=True)
        for id in IDS:
            if (ROOT / "data" / name / f"{id}.csv").exists():
                shutil.copy2(ROOT / "data" / name / f"{id}.csv", tmp_path / "data" / name)
    shutil.copy2(ROOT / "data" / "catalog.yml", tmp_path / "data")
    shutil.copy2(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def digest(project: Path, today: dt.date = TODAY) -> str:
    catalog = Catalog({id: read_catalog()[id] for id in IDS})
    store = Store(snapshot=project / "data" / "snapshot", cache=project / "cache", catalog=catalog)
    return inputs_digest(project, store, today=today)


@pytest.mark.parametrize(
    "name",
    [
        "foreign_demand/words.py",
        "foreign_demand/site/templates/figure-toolbar.html",
        "foreign_demand/site/static/book.css",
        "foreign_demand/site/static/foreign-demand.js",
        "data/catalog.yml",
        "data/snapshot/DGS10.csv",
        "data/revisions/tic_slt_table3.csv",
        "requirements.txt",
    ],
)
def test_a_changed_file_runs_the_chapters_again(project: Path, name: str) -> None:
    before = digest(project)
    (project / name).write_bytes((project / name).read_bytes() + b"\n")
    assert digest(project) != before


def test_what_python_compiled_and_what_was_only_touched_do_not(project: Path) -> None:
    before = digest(project)
    (project / "foreign_demand" / "__pycache__").mkdir()
    (project / "foreign_demand" / "__pycache__" / "words.cpython-311.pyc").write_bytes(b"compiled")
    (project / "foreign_demand" / "words.py").touch()
    assert digest(project) == before


def test_a_page_does_not_go_on_saying_that_nothing_is_due(project: Path) -> None:
    """The same files, but the day has come on which the release rule asks for newer ones."""
    assert digest(project, TODAY) == digest(project, TODAY)
    assert digest(project, TODAY) != digest(project, TODAY + dt.timedelta(60))


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Build a page that shows its inputs; tell which pages were read, and stop where asked."""
    (tmp_path / "conf.py").write_text("extensions = ['foreign_demand.site.freshness']\n")
    (tmp_path / "index.rst").write_text("Title\n=====\n")

    def made(inputs: str, *, stop: BaseException | None = None) -> list[str]:
        read = []

        def show(app: Sphinx, page: str, source: list[str]) -> None:
            read.append(page)
            source[0] += f"\n{inputs}\n"

        def write(*event: object) -> None:
            if stop:
                raise stop

        monkeypatch.setattr(freshness, "inputs_digest", lambda: inputs)
        with docutils_namespace():
            folders = tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees"
            app = Sphinx(*folders, "html", status=None, warning=None)
            app.connect("source-read", show)
            app.connect("html-page-context", write)
            app.build()
        assert inputs in (tmp_path / "out" / "index.html").read_text("utf-8")
        return read

    return made


def test_pages_are_read_again_only_when_inputs_changed(build: Callable[..., list[str]]) -> None:
    assert build("first inputs") == ["index"]
    assert build("first inputs") == []
    assert build("second inputs") == ["index"]


@pytest.mark.parametrize("after", ["first inputs", "second inputs"])
def test_a_build_stopped_while_it_writes_leaves_no_stale_page(
    build: Callable[..., list[str]], after: str
) -> None:
    build("first inputs")
    with pytest.raises(KeyboardInterrupt):
        build("second inputs", stop=KeyboardInterrupt())
    assert build(after) == ["index"]
