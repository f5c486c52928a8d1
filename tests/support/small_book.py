"""A book of a few small chapters with a copy of the package and few tables, built by Sphinx in seconds."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from project import ROOT

IDS = ("DGS10", "GDP")

HEADER = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---

"""
CONF = """extensions = ['myst_nb', 'foreign_demand.site']
html_theme = 'sphinx_book_theme'
nb_execution_mode = 'cache'
exclude_patterns = ['foreign_demand', 'data', '_build']
numfig = True
"""
CELL = "```{code-cell} ipython3\n%s\n```\n"

STARTED = multiprocessing.get_context("forkserver")
"""Has what every build imports of others, and nothing of ours, so that a build begins at once."""
STARTED.set_forkserver_preload(["sphinx.cmd.build", "myst_nb.sphinx_ext", "sphinx_book_theme", "pytest"])


def _build(arguments: list[str], root: Path, settings: Mapping[str, str], said: Path) -> None:
    """What ``python -m sphinx`` does, in a process of its own."""
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(root)
    sys.path.insert(0, str(root))
    with said.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    from sphinx.cmd.build import main

    sys.exit(main(arguments))


def chapter(title: str, *cells: str, prose: str = "") -> str:
    """Text of a chapter."""
    return "\n".join([HEADER + f"# {title}\n", *(CELL % cell for cell in cells), prose, ""])


@dataclass(frozen=True, kw_only=True)
class SmallBuild:
    """What one build said and left."""

    status: int
    errors: str
    states: Mapping[str, str]
    """``executed`` or ``cached``, by page."""


class SmallBook:
    """A project of its own, with the package in it."""

    def __init__(self, root: Path, **chapters: str) -> None:
        self.root, self.site = root, root / "_build" / "html"
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "foreign_demand", root / "foreign_demand", ignore=left_out)
        for name in ("snapshot", "revisions"):
            (root / "data" / name).mkdir(parents=True)
            for id in IDS:
                if (ROOT / "data" / name / f"{id}.csv").exists():
                    shutil.copy2(ROOT / "data" / name / f"{id}.csv", root / "data" / name)
        for name in ("catalog.yml", "corrections.yml"):
            shutil.copy2(ROOT / "data" / name, root / "data")
        for name in ("requirements.in", "requirements.txt"):
            shutil.copy2(ROOT / name, root)
        (root / "conf.py").write_text(CONF, encoding="utf-8")
        names = "\n".join(chapters)
        self.write("index.md", f"# Index\n\n```{{toctree}}\n{names}\n```\n")
        for name, text in chapters.items():
            self.write(f"{name}.md", text)

    def write(self, name: str, text: str) -> None:
        """Write one file."""
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """Read one file."""
        return (self.root / name).read_text(encoding="utf-8")

    def page(self, name: str) -> str:
        """A page as HTML."""
        return (self.site / f"{name}.html").read_text(encoding="utf-8")

    def command(self) -> list[str]:
        """What builds it."""
        return [sys.executable, "-m", "sphinx", *self.arguments()]

    def arguments(self) -> list[str]:
        """What Sphinx is told."""
        return ["-q", "-b", "html", str(self.root), str(self.site)]

    def settings(self, **settings: str) -> dict[str, str]:
        """The environment it is built in."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BOOK_", "PYTEST_"))}
        return kept | {"PYTHONPATH": str(self.root), "OFFLINE": "1"} | settings

    def build(self, **settings: str) -> SmallBuild:
        """Build it as it stands; with settings of its own, by the command itself."""
        told = self.site / "build.json"
        if settings:
            done = subprocess.run(
                self.command(), cwd=self.root, env=self.settings(**settings), capture_output=True, text=True
            )
            status, errors = done.returncode, done.stdout + done.stderr
        else:
            said = self.root.with_name(f"{self.root.name}.log")
            given = (self.arguments(), self.root, self.settings(), said)
            begun = STARTED.Process(target=_build, args=given)
            begun.start()
            begun.join()
            status, errors = begun.exitcode, said.read_text(encoding="utf-8")
            begun.close()
        chapters = json.loads(told.read_text(encoding="utf-8"))["chapters"] if told.exists() else {}
        return SmallBuild(
            status=status,
            errors=errors,
            states={name: about["state"] for name, about in chapters.items()},
        )

    def files(self) -> dict[str, bytes]:
        """All that a build left, without what tells its time, Sphinx's index in the order in which pages were
        read, and the checksums of style sheets, which a first build does not know.
        """
        return {
            str(file.relative_to(self.site)): re.sub(rb"\?v=\w+", b"", file.read_bytes())
            for file in sorted(self.site.rglob("*"))
            if file.is_file()
            and file.name not in ("build.json", ".buildinfo", "searchindex.js")
            and ".doctrees" not in file.parts
        }
