"""What a chapter imports takes no longer than it must: nothing that compiles grammars creeps in."""

from __future__ import annotations

import ast
import os
import resource
import subprocess
import sys

from project import ROOT

MULTIPLE = 7.0
"""Altair, SciPy and statsmodels besides: the import of everything, by that of pandas alone."""


def imports_of_chapters() -> str:
    """Every import statement of the chapters, once."""
    found = {}
    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        for cell in chapter.read_text(encoding="utf-8").split("```{code-cell}")[1:]:
            code = "\n".join(
                line
                for line in cell.partition("\n")[2].partition("\n```")[0].splitlines()
                if not line.startswith((":", "%"))
            )
            for node in ast.parse(code).body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    found[ast.unparse(node)] = None
    return "\n".join(found)


def seconds(code: str) -> float:
    """Processor time of a program, at its quickest of three."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(3))


def test_what_chapters_import_takes_a_few_times_as_long_as_pandas() -> None:
    everything = imports_of_chapters()
    assert "from foreign_demand.book.figures import" in everything
    assert seconds(everything) < MULTIPLE * seconds("import pandas")
