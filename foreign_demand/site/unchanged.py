"""Where nothing at all changed since the book was built, Sphinx is not even started.

Before a build the digest is taken of every file that a build can read: names, sizes, times of
change. A build that comes to its end without a warning while they stay the same adds that of every
file it wrote. Where both are the same again, the book that is there is the one that would be made:
``build.json`` then says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from foreign_demand.data.catalog import ROOT
from foreign_demand.site import files

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LEFT_OUT = {"_build", "__pycache__", "bench", "tests"}
"""Folders that no build reads; nor does it read what begins with a dot."""


def commit(root: Path = ROOT) -> str:
    """Commit that is checked out; ``unknown`` where that cannot be said."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()


def read_from(root: Path = ROOT) -> str:
    """Digest of all that a build is made from: the project, held tables, packages, the day."""
    from foreign_demand.data.store import Store, cache_directory

    mode = Store().mode()
    packages = Path(sysconfig.get_path("purelib"))
    found = hashlib.sha256()
    for part in (
        (sys.version, str(root), mode, commit(root), dt.date.today().isoformat()),
        (os.environ.get("BOOK_REPOSITORY"),),
        *sorted(package.name for package in packages.glob("*-info")),
        *_files(root, left_out=_LEFT_OUT),
        *(_files(cache_directory().parent) if mode == "live" else ()),
    ):
        found.update(repr(part).encode())
    return found.hexdigest()


def written_to(root: Path = ROOT) -> str:
    """Digest of all that a build left, but for what tells its time."""
    kept = [root / "_build" / name for name in (".doctrees/environment.pickle", ".jupyter_cache/global.db")]
    found = hashlib.sha256()
    for part in (*_files(root / "_build" / "html", left_out={"build.json"}), *map(_stamp, kept)):
        found.update(repr(part).encode())
    return found.hexdigest()


def _files(folder: Path, *, left_out: set[str] | None = None) -> Iterator[tuple[object, ...]]:
    """Every file below a folder, in order; the hidden ones only where nothing is left out."""
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if left_out and (entry.name in left_out or entry.name.startswith(".")):
            continue
        if entry.is_dir():
            yield from _files(Path(entry.path), left_out=left_out)
        else:
            yield entry.path, *_stamp(Path(entry.path))


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns


def _noted(root: Path) -> Path:
    return root / "_build" / "unchanged.json"


def still_good(root: Path = ROOT) -> bool:
    """Whether the book that is there is the one that a build would make.

    What is there to be read is noted, before anything else reads it.
    """
    file, now = _noted(root), read_from(root)
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["read"] == now and known["written"] == written_to(root):
            return True
    except (OSError, ValueError, KeyError):
        pass
    files.write(file, json.dumps({"read": now}))
    return False


def ended_well(root: Path = ROOT) -> None:
    """Note what a build wrote, if all that it read is as it was before it began."""
    file, now = _noted(root), read_from(root)
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if known.get("read") == now:
        files.write(file, json.dumps({"read": now, "written": written_to(root)}))


def say_so(root: Path, started: float) -> None:
    """Write into ``build.json`` when this was found, and that nothing was run."""
    file = root / "_build" / "html" / "build.json"
    build = json.loads(file.read_text(encoding="utf-8"))
    for chapter in build["chapters"].values():
        chapter |= {"state": "cached", "seconds": 0.0}
    build["time"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    build["seconds"] = {"execute": 0.0, "build": round(time.monotonic() - started, 2)}
    files.write_json(file, build)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if not exception and not app._warncount and Path(app.outdir) == ROOT / "_build" / "html":
        ended_well()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, after it wrote everything."""
    app.connect("build-finished", _finish, priority=999)
