"""The plan of the house: which floor may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from project import ROOT

PACKAGE = ROOT / "foreign_demand"
GROUND = {"__init__.py", "__main__.py", "exceptions.py", "py.typed", "words.py"}
FLOORS = ("data", "analysis", "book", "site")

NEVER = {
    "exceptions": ("foreign_demand",),
    "words": ("foreign_demand.data", "foreign_demand.analysis", "foreign_demand.book", "foreign_demand.site"),
    "data": ("foreign_demand.analysis", "foreign_demand.book", "foreign_demand.site", "bench"),
    "analysis": (
        "foreign_demand.data.sources",
        "foreign_demand.data.store",
        "foreign_demand.data.editions",
        "foreign_demand.data.refresh",
        "foreign_demand.book",
        "foreign_demand.words",
        "foreign_demand.site",
        "bench",
    ),
    "book": ("foreign_demand.site", "bench"),
    "book.charts": ("foreign_demand.analysis", "foreign_demand.data.store", "foreign_demand.data.sources"),
    "site": ("bench",),
}
"""What a place may not import, whatever else it does."""


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below ``foreign_demand``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__").removesuffix("__init__")] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_root_of_the_package_does_not_grow() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert found <= GROUND | set(FLOORS)


@pytest.mark.parametrize("place", NEVER)
def test_imports_run_one_way(place: str) -> None:
    inside = {n: p for n, p in modules().items() if n == place or n.startswith(f"{place}.")}
    assert inside
    wrong = [
        f"{name} imports {found}"
        for name, path in inside.items()
        for found in imports(path)
        for never in NEVER[place]
        if found == never or found.startswith(f"{never}.")
    ]
    assert wrong == []


def test_no_module_imports_itself_round_a_corner() -> None:
    known = modules()
    edges = {
        name: {
            target
            for found in imports(path)
            if (target := _module(found, known)) is not None and target != name
        }
        for name, path in known.items()
    }
    done: set[str] = set()

    def visit(name: str, behind: tuple[str, ...]) -> None:
        assert name not in behind, " imports ".join((*behind[behind.index(name) :], name))
        if name in done:
            return
        for target in sorted(edges[name]):
            visit(target, (*behind, name))
        done.add(name)

    for name in sorted(edges):
        visit(name, ())


def _module(dotted: str, known: dict[str, Path]) -> str | None:
    """The module that an imported name lives in; packages count as their ``__init__`` only when named."""
    if not dotted.startswith("foreign_demand."):
        return None
    name = dotted.removeprefix("foreign_demand.")
    while name not in known and "." in name:
        name = name.rpartition(".")[0]
    return name if name in known else None
