"""Heavy estimations are not repeated: what came of them is kept, by their code and what they were given.

Nothing is kept unless ``BOOK_MEMORY`` names a folder, as the build does; results are the same either way.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LIMIT_MB = 300
"""What the folder may hold; the results that were not asked for longest go first."""

_LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels")


def remembered(estimate: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function returns; it must depend on its arguments and its code alone.

    Its code is that of its module, of the modules of the package which that one
    imports, in turn, and the versions of the libraries that estimate.
    """

    @functools.wraps(estimate)
    def found_or_made(*args: P.args, **kwargs: P.kwargs) -> R:
        folder = os.environ.get("BOOK_MEMORY")
        if not folder:
            return estimate(*args, **kwargs)
        asked = (estimate.__module__, estimate.__qualname__, _code_of(estimate.__module__), args, kwargs)
        file = Path(folder) / f"{hashlib.sha256(pickle.dumps(asked)).hexdigest()}.pickle"
        try:
            result: R = pickle.loads(file.read_bytes())
            os.utime(file)
        except Exception:  # not there, cut short, of another version: made again
            result = estimate(*args, **kwargs)
            _keep(file, result)
        return result

    return found_or_made


def _keep(file: Path, result: object) -> None:
    """Write a result, and make room; where it cannot be written it is not kept."""
    beside = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(pickle.dumps(result))
        beside.replace(file)
        kept = sorted(file.parent.glob("*.pickle"), key=lambda old: old.stat().st_mtime, reverse=True)
        held = 0
        for old in kept:
            held += old.stat().st_size
            if held > LIMIT_MB * 1_000_000:
                old.unlink(missing_ok=True)
    except OSError:
        beside.unlink(missing_ok=True)


@functools.cache
def _code_of(module: str) -> str:
    """Digest of a module, of what it imports of the package, and of the libraries."""
    seen: dict[str, bytes] = {}
    waiting = {module}
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if name in seen or not file:
            continue
        seen[name] = Path(file).read_bytes()
        for node in ast.walk(ast.parse(seen[name])):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            waiting.update(name for name in named if name.startswith("foreign_demand."))
    versions = [sys.version, *map(version, _LIBRARIES)]
    return hashlib.sha256(repr((sorted(seen.items()), versions)).encode()).hexdigest()
