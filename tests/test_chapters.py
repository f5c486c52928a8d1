"""What a chapter may hold: prose, calls and figures, and no number typed into a sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest

from foreign_demand import events
from foreign_demand.catalog import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
NAMES = [*(event.name for event in events.EPISODES), "S&P 500"]
"""Names that have a number in them."""
ROLES_LINKS_CODE_MATH = r"\{[\w:]+\}`[^`]*`|(?<=\])\([^)]*\)|`[^`]*`|\$[^$]*\$"


def typed_numbers(prose: str) -> list[str]:
    """Numbers in a text that no role computes and no name explains, with what stands around them."""
    prose = re.sub(ROLES_LINKS_CODE_MATH, "", prose)
    for name in NAMES:
        prose = prose.replace(name, "")
    prose = re.sub(r"\b\d{1,2}-year\b", "", prose)
    return re.findall(r".{0,40}\d+.{0,20}", prose)


def cells(path: Path, kind: str) -> Iterator[str]:
    for cell in jupytext.read(path).cells:
        if cell.cell_type == kind:
            yield cell.source


def test_every_chapter_of_the_book_is_read() -> None:
    listed = re.findall(r"chapters/([\w-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert listed
    assert set(listed) <= {path.stem for path in CHAPTERS}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_number_is_typed_into_prose(path: Path) -> None:
    assert [found for text in cells(path, "markdown") for found in typed_numbers(text)] == []


def test_a_typed_number_is_seen() -> None:
    assert typed_numbers("Holdings fell by 12% in {glue:text}`month_2`.") == ["Holdings fell by 12% in ."]
    assert typed_numbers("In April 2025 the 10-year yield [rose](x.md#y4).") == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_define_no_functions_and_open_nothing(path: Path) -> None:
    for source in cells(path, "code"):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef), source
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert module.split(".")[0] in {"foreign_demand", "functools", "numpy", "pandas"}, source
            if isinstance(node, ast.Call):
                assert not ast.unparse(node).startswith(("open(", "pd.read_", "Path(")), source
