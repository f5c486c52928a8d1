"""What a chapter read, and what each of its figures rests on.

The stores note what is taken from them (:data:`~foreign_demand.data.reads.READS`).
In a notebook every top-level statement is followed: what was read while it ran, and
what stands behind each name it uses, stands behind each name it sets. So a figure
knows its sources, and none can be forgotten. A statement is an assignment, a call or
a whole loop; what a called function reads, the statement read. What is not followed
is one object under two names, changed in place under one of them.

In the build each cell hands over what it read, and :func:`read_record` puts together
the record of a chapter: everything that it is made from, its own text apart.
"""

from __future__ import annotations

import ast
import json
import os
import re
import symtable
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.reads import READS, Read

MIME_TYPE = "application/vnd.foreign-demand.reads+json"

_GLUED = "application/papermill.record/"
"""What MyST-NB's glue puts before a MIME type."""

_MARK = "_foreign_demand_statement"
"""Name under which notebooks call :meth:`_Recorder.begin`."""


# --- what stands behind a name ------------------------------------------------


def names_in(statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Names that a top-level statement uses, and names that it sets.

    A name of which only a part is set or which only some turns of a statement set
    (``x["a"] = 1``, ``x += 1``, ``x.append(1)``, a loop, a condition) is used as well:
    what stood behind it stays.
    """
    used, kept = set(), set()
    scopes = [top := symtable.symtable(ast.unparse(statement), "statement", "exec")]
    stored = set()
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        for symbol in scope.get_symbols():
            if scope is top or symbol.is_global():
                if symbol.is_referenced():
                    used.add(symbol.get_name())
                if symbol.is_assigned() or symbol.is_imported():
                    stored.add(symbol.get_name())
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            kept.add(_base(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            kept.add(_base(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.update(re.findall(r"@([^\W\d]\w*)", node.value))  # names in DataFrame.query
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom):
        kept |= stored
    kept.discard("")  # a call that begins with no name changes none
    return frozenset(used | kept), frozenset(stored | kept)


def _base(node: ast.expr) -> str:
    """``x`` of ``x["a"].b(…)``; empty where no name stands at the beginning, as in ``f(x)``."""
    if isinstance(node, ast.Call):
        return _base(node.func) if isinstance(node.func, ast.Attribute) else ""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


class _Marks(ast.NodeTransformer):
    """Say before each top-level statement of a cell what it uses and sets."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        marked: list[ast.stmt] = []
        for statement in node.body:
            said = tuple(tuple(sorted(names)) for names in names_in(statement))
            (mark,) = ast.parse(f"{_MARK}{said}").body
            marked += [ast.copy_location(mark, statement), statement]
        return ast.Module(marked, node.type_ignores)


class _Recorder:
    """Follows the statements of one notebook."""

    def __init__(self, shell: Any) -> None:
        self._names: dict[str, Any] = shell.user_ns
        self._behind: dict[str, set[str]] = {}
        self._used: Iterable[str] = ()
        self._set: Iterable[str] = self._names  # of the cell that is running already, if any
        self._start = self._handed_over = 0
        self._names[_MARK] = self.begin
        shell.ast_transformers.append(_Marks())
        shell.events.register("post_run_cell", self._end_cell)
        if file := os.environ.get("BOOK_TIMES"):
            _note_times(shell, Path(file))

    def begin(self, used: Iterable[str], sets: Iterable[str]) -> None:
        """End the statement before and begin the next."""
        self._end()
        self._used, self._set, self._start = used, sets, len(READS)

    def sources(self) -> set[str]:
        """What the statement that runs now rests on, so far."""
        return _datasets(READS[self._start :]).union(*(self._behind.get(name, ()) for name in self._used))

    def _end(self) -> None:
        found = self.sources()
        for name in self._set:
            if not isinstance(self._names.get(name), ModuleType | type):
                self._behind[name] = found

    def _end_cell(self, result: Any) -> None:
        self.begin((), ())
        new = list(dict.fromkeys(READS[self._handed_over :]))
        if new and os.environ.get("BOOK_BUILD") == "1":
            _hand_over(f"reads {self._handed_over}", new)
        self._handed_over = len(READS)


def _note_times(shell: Any, file: Path) -> None:
    """Append to a file what each cell takes: a line of JSON with its code and its processor time."""
    started = time.process_time()

    def start(info: Any) -> None:
        nonlocal started
        started = time.process_time()

    def end(result: Any) -> None:
        line = {"code": result.info.raw_cell, "cpu_s": round(time.process_time() - started, 3)}
        with file.open("a", encoding="utf-8") as times:
            times.write(json.dumps(line) + "\n")

    shell.events.register("pre_run_cell", start)
    shell.events.register("post_run_cell", end)


def _datasets(reads: Iterable[Read]) -> set[str]:
    """Datasets whose values, revisions or edition were read."""
    return {read.id for read in reads if read.what in ("table", "revisions", "origin")}


def _hand_over(name: str, reads: list[Read]) -> None:
    """Put reads where MyST-NB keeps glued words: beside the page, not on it."""
    from IPython.display import display

    display(
        {_GLUED + MIME_TYPE: [asdict(read) for read in reads], _GLUED + "text/plain": repr(str(len(reads)))},
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": _GLUED}},
    )


_recorder: _Recorder | None = None


def install(shell: Any) -> None:
    """Follow a notebook, from its next cell on; the cell that is running counts as one statement.

    Parameters
    ----------
    shell
        IPython's, of the kernel that runs the notebook.
    """
    global _recorder
    if _recorder is None:
        _recorder = _Recorder(shell)


def rests_on() -> list[str]:
    """Ids of the datasets that the running statement rests on, in the order they were first read.

    Outside a notebook there are no statements to follow: everything read so far.
    """
    found = _recorder.sources() if _recorder else _datasets(READS)
    return _in_order(found)


def read_so_far() -> list[str]:
    """Ids of the datasets that this notebook rests on so far, in the order they were first read."""
    return _in_order(_datasets(READS))


def _in_order(ids: set[str]) -> list[str]:
    read = dict.fromkeys(read.id for read in READS if read.what not in ("entry", "holds"))
    return [id for id in read if id in ids]


# --- the record of a chapter --------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything a chapter is made from, its own text apart. Names are sorted."""

    tables: tuple[str, ...] = ()
    """Datasets whose table was read."""
    origins: tuple[str, ...] = ()
    """Datasets of which the page tells edition, age or next release: these turn with the day as well."""
    outcomes: tuple[str, ...] = ()
    """Datasets of which the page tells how their last refresh went."""
    revisions: tuple[str, ...] = ()
    """Datasets whose list of revisions was read."""
    entries: tuple[str, ...] = ()
    """Datasets whose entry in the catalog was looked up; an empty name for the list of all."""
    holds: tuple[str, ...] = ()
    """Datasets of which it was asked whether there is a table at all."""
    report: bool = False
    """Whether the page tells of the last refresh as a whole."""
    ledger: bool = False
    """Whether the ledger of claims was read."""
    modules: tuple[str, ...] = ()
    """Modules of the package that its cells import, and what these import in turn, dotted."""
    pastes: tuple[str, ...] = ()
    """Chapters from which it takes facts, as Sphinx names them."""


def read_record(executed: Path, docname: str) -> Record:
    """Read the record of a chapter as the build left it.

    Parameters
    ----------
    executed
        Folder of MyST-NB's executed notebooks.
    docname
        Of the chapter; the record is empty where it was not executed.
    """
    notebook, glued = (executed / f"{docname}{ending}" for ending in (".ipynb", ".glue.json"))
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"] if notebook.exists() else []
    outputs = json.loads(glued.read_text(encoding="utf-8")) if glued.exists() else {}
    return _record(
        cells, [found for o in outputs.values() for found in o["data"].get(MIME_TYPE, ())], docname
    )


def record_of(cells: Iterable[Mapping[str, Any]], docname: str) -> Record:
    """The record of a chapter that was just run, from the cells of its notebook."""
    cells = list(cells)
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return _record(cells, [found for data in outputs for found in data.get(_GLUED + MIME_TYPE, ())], docname)


def _record(
    cells: Sequence[Mapping[str, Any]], handed_over: Iterable[Mapping[str, Any]], docname: str
) -> Record:
    reads = [Read(**read) for read in handed_over]
    sources = {kind: [_text(c) for c in cells if c["cell_type"] == kind] for kind in ("code", "markdown")}

    def ids(what: str) -> tuple[str, ...]:
        return tuple(sorted({read.id for read in reads if read.what == what}))

    return Record(
        tables=ids("table"),
        origins=ids("origin"),
        outcomes=ids("outcome"),
        revisions=ids("revisions"),
        entries=ids("entry"),
        holds=ids("holds"),
        report=any(read.what == "report" for read in reads),
        ledger=any(read.what == "ledger" for read in reads),
        modules=tuple(sorted(modules_imported("\n".join(sources["code"])))),
        pastes=tuple(sorted(pasted_from("\n".join(sources["markdown"]), docname))),
    )


def _text(cell: Mapping[str, Any]) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def pasted_from(markdown: str, docname: str) -> set[str]:
    """Chapters that a text takes facts from with ``{glue:text}`file.md::name:s```."""
    files = re.findall(r"\{glue:text\}`([^`:]+)::", markdown)
    return {str(PurePosixPath(docname).parent / PurePosixPath(file).with_suffix("")) for file in files}


def modules_imported(source: str) -> set[str]:
    """Modules of the package that code imports, directly and through one another, dotted."""
    found: set[str] = set()
    waiting = set(_imports(source))
    while waiting:
        name = waiting.pop()
        if file := module_file(name):
            found.add(name)
            waiting |= _imports(file.read_text(encoding="utf-8")) - found
    return found


def module_file(name: str) -> Path | None:
    """File of a module of the package by its dotted name; None where there is no such module."""
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.exists()), None)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements of a module, those within others too; no expression holds an import."""
    yield tree
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(tree, name, ()):
            yield from _statements(inner)


@cache
def _imports(source: str) -> frozenset[str]:
    """Names of the package that code imports, with those of the packages around them."""
    named = set()
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    parts = [name.split(".") for name in named if name.split(".")[0] == "foreign_demand"]
    return frozenset(".".join(name[:n]) for name in parts for n in range(1, len(name) + 1))


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    install(_shell)
