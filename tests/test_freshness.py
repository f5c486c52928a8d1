"""When chapters run again: whatever a page depends on counts, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from foreign_demand.catalog import Catalog, read_catalog
from foreign_demand.site.freshness import inputs_digest
from foreign_demand.store import Store

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
