"""Files of the site, written only when they differ, and made only when what they are made of does."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from foreign_demand.data.catalog import ROOT

HERE = Path(__file__).parent


def write(file: Path, content: str | bytes) -> None:
    """Make a file hold ``content``; one that holds it already is left alone. Folders are made when needed.

    Stopped at any moment, this leaves the file as it was or as it should be.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if file.stat().st_size == len(data) and file.read_bytes() == data:
            return
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f".{file.name}.new")
    made.write_bytes(data)
    made.replace(file)


def write_json(file: Path, content: Any) -> None:
    """Make a file hold JSON, as all indexes of the site are written; to write it out takes longest."""
    with contextlib.suppress(OSError, ValueError):
        if json.dumps(json.loads(file.read_bytes())) == json.dumps(content):
            return
    write(file, json_text(content))


def json_text(content: Any) -> str:
    """JSON as all indexes of the site are written."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def digest(*parts: Any) -> str:
    """Name of a content: equal for what is equal as JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def program() -> str:
    """Name of the state of the programs that make files: modules loaded, templates, pinned packages."""
    loaded = [m.__file__ for name, m in sys.modules.items() if name.partition(".")[0] == "foreign_demand"]
    files = {
        *(Path(file) for file in loaded if file),
        *(file for folder in ("templates", "static") for file in (HERE / folder).rglob("*")),
        ROOT / "requirements.txt",
    }
    found = hashlib.sha256()
    for file in sorted(files):
        if file.is_file():
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


class Made:
    """Which files were made from what, in an earlier build and in this one.

    Parameters
    ----------
    file
        Where this is remembered. One that cannot be read counts as none: all is made again.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._known: dict[str, dict[str, Any]] = {}
        self._now: dict[str, dict[str, Any]] = {}
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            self._known = known["made"] if known["by"] == program() else {}
        except (OSError, ValueError, TypeError, KeyError):
            pass

    def again(self, name: str, made_of: str) -> list[str] | None:
        """Say that a thing is wanted as it was made before; None where it has to be made.

        Parameters
        ----------
        name
            Of the thing.
        made_of
            :func:`digest` of everything it is made of.

        Returns
        -------
        list of str or None
            What :meth:`note` was told it drew on.
        """
        known = self._known.get(name)
        if not known or known["of"] != made_of:
            return None
        if any(_stamp(Path(file)) != stamp for file, stamp in known["files"].items()):
            return None
        self._now[name] = known
        return known["used"]

    def note(self, name: str, made_of: str, files: Iterable[Path], used: Iterable[str] = ()) -> None:
        """Remember files as just made."""
        stamps = {str(file): _stamp(file) for file in files}
        self._now[name] = {"of": made_of, "files": stamps, "used": sorted(used)}

    def save(self) -> None:
        """Remember what was wanted and made since this object was; the rest is forgotten."""
        write(self.file, json.dumps({"by": program(), "made": self._now}))


def _stamp(file: Path) -> list[int] | None:
    """Size and time of change: a file that somebody touched or took away is made again."""
    try:
        found = file.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]
