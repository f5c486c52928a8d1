"""A chapter taken away: its notebook runs in another folder from the package that lies beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from project import ROOT

from foreign_demand.data.store import Store
from foreign_demand.site import notebooks, wheel

REQUIREMENTS = (ROOT / "requirements.in").read_text(encoding="utf-8")
RUN = """
import json, sys, nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell, told = InteractiveShell.instance(), []
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    if cell.cell_type == "code" and cell.id != "install":
        with capture_output() as shown:
            shell.run_cell(cell.source).raise_error()
        told += [o.data["text/markdown"] for o in shown.outputs if "text/markdown" in o.data]
import foreign_demand
print(json.dumps({"package": foreign_demand.__file__, "told": told}))
"""


def test_a_chapter_needs_less_than_the_book() -> None:
    needed = wheel.needed(REQUIREMENTS)
    assert {"pandas", "altair", "statsmodels", "myst-nb"} <= set(needed)
    assert not {"sphinx-book-theme<1.2", "setuptools", "jupytext"} & set(needed)


def test_the_package_has_all_tables_but_those_that_others_may_not_serve(embedded: Store) -> None:
    packed = wheel.contents(embedded)
    tables = {Path(name).stem for name in packed if "/data/snapshot/" in name}
    assert tables == {
        id for id in embedded.catalog if embedded.holds(id) and embedded.catalog[id].redistribute
    }
    assert "foreign_demand/_book/data/catalog.yml" in packed
    assert "foreign_demand/words.py" in packed
    assert not any(name.endswith(".pyc") for name in packed)


def test_the_package_is_the_same_for_the_same_contents() -> None:
    packed = {"foreign_demand/__init__.py": b"", "foreign_demand/_book/data/a.csv": b"a"}
    made = wheel.wheel(packed, REQUIREMENTS)
    assert made == wheel.wheel(dict(packed), REQUIREMENTS)
    assert made != wheel.wheel(packed | {"foreign_demand/_book/data/a.csv": b"b"}, REQUIREMENTS)


@pytest.fixture(scope="module")
def taken_away(built_book: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A Python that has the package from the site, and a folder with nothing but a chapter's notebook."""
    folder = tmp_path_factory.mktemp("reader")
    venv.create(folder / "env")
    python = folder / "env" / "bin" / "python"
    (own,) = (folder / "env" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(built_book / "notebooks" / wheel.NAME) as package:
        package.extractall(own)
    # What the package asks for is that of this environment; there is no network to bring it.
    (own / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python, folder


def run(taken_away: tuple[Path, Path], notebook: nbformat.NotebookNode) -> dict:
    """Run a notebook in the reader's folder."""
    python, folder = taken_away
    file = folder / "chapter.ipynb"
    nbformat.write(notebook, file)
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "BOOK_BUILD")}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", RUN, file],
        cwd=folder,
        env=env | {"OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_notebook_runs_in_another_folder_and_words_follow_what_a_reader_changes(
    built_book: Path, taken_away: tuple[Path, Path]
) -> None:
    notebook = nbformat.read(built_book / "notebooks" / "holders.ipynb", as_version=4)
    assert notebook.cells[1].source == f"%pip install --quiet ./{wheel.NAME}"
    first = next(cell for cell in notebook.cells if "What may be changed" in cell.source)
    assert '"2025-01-31", (1, 5, 10), 20' in first.source
    first.source = first.source.replace('"2025-01-31", (1, 5, 10)', '"2024-06-30", (1, 3, 10)')
    found = run(taken_away, notebook)
    assert Path(found["package"]).is_relative_to(taken_away[1])
    told = "\n".join(found["told"])
    assert "- since_month: June 2024" in told
    assert "- horizon: three" in told


def test_what_the_package_may_not_have_is_asked_of_its_publisher(built_book: Path) -> None:
    notebook = nbformat.read(built_book / "notebooks" / "safe-haven.ipynb", as_version=4)
    assert notebook.cells[1].id == notebooks.INSTALL
    asked = notebook.cells[1].source.splitlines()[1]
    assert asked.startswith("%run -m foreign_demand refresh --only ")
    assert {"SP500", "VIXCLS"} <= set(asked.split())


def test_the_package_lists_what_it_has(built_book: Path) -> None:
    with zipfile.ZipFile(built_book / "notebooks" / wheel.NAME) as file:
        assert file.testzip() is None
        (record,) = (name for name in file.namelist() if name.endswith("RECORD"))
        listed = [line.split(",")[0] for line in file.read(record).decode().splitlines()]
        assert sorted(listed) == sorted(file.namelist())
    assert (built_book / "notebooks" / wheel.NAME).stat().st_size < 12e6
