"""A build of which nothing changed is not made again, and one of which anything did is."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foreign_demand.site import unchanged

CHAPTER, PAGE = "chapters/holders.md", "_build/html/chapters/holders.html"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a page that was built."""
    about = {"chapters": {"chapters/holders": {"state": "executed", "seconds": 3.0}}, "seconds": {"run": 3.0}}
    texts = {
        CHAPTER: "# Holders",
        "foreign_demand/words.py": "",
        "data/snapshot/GDP.csv": "quarter,gdp_usd_bn\n",
        "_config.yml": "title: Book",
        PAGE: "<h1>Holders</h1>",
        "_build/html/figures/holders/data.csv": "a\n1\n",
        "_build/html/build.json": json.dumps(about),
        "_build/.doctrees/environment.pickle": "pickle",
        "_build/.jupyter_cache/global.db": "runs",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert not unchanged.still_good(tmp_path)
    unchanged.ended_well(tmp_path)
    return tmp_path


def test_nothing_changed_is_found_and_said(project: Path) -> None:
    assert unchanged.still_good(project)
    unchanged.say_so(project, time.monotonic())
    assert unchanged.still_good(project)
    told = json.loads((project / "_build/html/build.json").read_text("utf-8"))
    assert told["chapters"]["chapters/holders"] == {"state": "cached", "seconds": 0.0}
    assert set(told["seconds"]) == {"execute", "build"}


@pytest.mark.parametrize(
    "name",
    [
        CHAPTER,
        "foreign_demand/words.py",
        "data/snapshot/GDP.csv",
        "_config.yml",
        PAGE,
        "_build/html/figures/holders/data.csv",
        "_build/.doctrees/environment.pickle",
        "_build/.jupyter_cache/global.db",
    ],
)
@pytest.mark.parametrize("how", ["changed", "touched", "taken away"])
def test_whatever_is_read_or_written_counts(project: Path, name: str, how: str) -> None:
    file = project / name
    if how == "changed":
        file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    elif how == "touched":
        os.utime(file, ns=(1, 1))
    else:
        file.unlink()
    assert not unchanged.still_good(project)


@pytest.mark.parametrize("name", ["chapters/new.md", "data/snapshot/NEW.csv", "_build/html/new.html"])
def test_what_comes_counts(project: Path, name: str) -> None:
    (project / name).write_text("", encoding="utf-8")
    assert not unchanged.still_good(project)


def test_what_no_build_reads_does_not_count(project: Path) -> None:
    for name in ("tests/test_a.py", ".git/index", "foreign_demand/__pycache__/words.pyc"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("", encoding="utf-8")
    assert unchanged.still_good(project)


def test_the_day_and_how_the_last_refresh_went_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date(2199, 1, 1)

    with monkeypatch.context() as patched:
        patched.setattr(unchanged.dt, "date", Tomorrow)
        assert not unchanged.still_good(project)
    unchanged.ended_well(project)


def test_what_changes_while_a_build_runs_counts(project: Path) -> None:
    (project / PAGE).unlink()
    assert not unchanged.still_good(project)  # a build begins
    (project / CHAPTER).write_text("# Holders, changed", encoding="utf-8")
    (project / PAGE).write_text("<h1>Holders</h1>", encoding="utf-8")
    unchanged.ended_well(project)
    assert not unchanged.still_good(project)


def test_a_build_that_failed_counts(project: Path) -> None:
    (project / CHAPTER).write_text("# Broken", encoding="utf-8")
    assert not unchanged.still_good(project)
    assert not unchanged.still_good(project)


def test_a_build_that_runs_nothing_waits_for_no_library_of_tables_or_charts() -> None:
    program = (
        "import sys\n"
        "from foreign_demand.data.later import import_later\n"
        "import_later(('numpy', 'pandas', 'altair'))\n"
        "from foreign_demand.site import claims, execution, exports, gallery, notebooks\n"
        "from foreign_demand.site import releases, rendering\n"
        "print({'numpy._core', 'pandas.core', 'altair.vegalite', 'scipy', 'statsmodels'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
