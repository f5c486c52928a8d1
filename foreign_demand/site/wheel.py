"""The book as a package: what a notebook that was taken away needs to run again.

A wheel with the code and with the tables that the pages were made of, at a place of their own inside
the package. Tables whose owners do not let others serve the values are not among them.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from pathlib import Path

from sphinx.application import Sphinx

from foreign_demand import __version__
from foreign_demand.data.catalog import PACKED, ROOT
from foreign_demand.data.store import Store, default_store
from foreign_demand.site import files
from foreign_demand.site.parallel import beside

NAME = f"foreign_demand-{__version__}-py3-none-any.whl"
_ABOUT = f"foreign_demand-{__version__}.dist-info"
_NOT_TO_RUN = ("# the book", "# chapters as notebooks", "# installing this package into the environment")
"""Parts of ``requirements.in`` that only a build of the book needs."""
_GLUE = "myst-nb"
"""Publishes the words of a chapter, in a build and in a notebook."""


def needed(requirements: str) -> list[str]:
    """Packages that a chapter needs to run, from the text of ``requirements.in``."""
    found, kept = [_GLUE], True
    for line in requirements.splitlines():
        if line.startswith("#"):
            kept = line not in _NOT_TO_RUN
        elif line.strip() and kept:
            found.append(line.strip())
    return found


def contents(store: Store, root: Path = ROOT) -> dict[str, bytes]:
    """Files of the package by their place in the wheel: modules, and the data as they are held."""
    package = {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted((root / "foreign_demand").rglob("*"))
        if file.is_file() and file.suffix != ".pyc"
    }
    data = {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted((root / "data").rglob("*"))
        if file.is_file() and file.parent != store.snapshot and not file.name.startswith(".")
    }
    held = {
        f"data/snapshot/{id}.csv": store.path(id).read_bytes()
        for id in filter(store.holds, store.catalog)
        if store.catalog[id].redistribute
    }
    inside = {f"foreign_demand/{PACKED}/{name}": content for name, content in (data | held).items()}
    return package | inside


def wheel(packed: dict[str, bytes], requirements: str) -> bytes:
    """The wheel as bytes, the same for the same contents.

    Parameters
    ----------
    packed
        From :func:`contents`.
    requirements
        Text of ``requirements.in``.
    """
    told = [
        "Metadata-Version: 2.1",
        "Name: foreign-demand",
        f"Version: {__version__}",
        "Requires-Python: >=3.11",
    ]
    told += [f"Requires-Dist: {name}" for name in needed(requirements)]
    made = packed | {
        f"{_ABOUT}/METADATA": "\n".join([*told, ""]).encode(),
        f"{_ABOUT}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_hash(content)},{len(content)}\n" for name, content in made.items())
    made[f"{_ABOUT}/RECORD"] = f"{record}{_ABOUT}/RECORD,,\n".encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in made.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    requirements = (ROOT / "requirements.in").read_text(encoding="utf-8")
    packed, file = contents(default_store()), Path(app.outdir) / "notebooks" / NAME
    made = files.Made(Path(app.doctreedir) / "wheel.json")
    made_of = files.digest({name: _hash(content) for name, content in packed.items()}, requirements)
    if made.again(NAME, made_of) is None:
        for old in file.parent.glob("*.whl"):
            old.unlink()
        files.write(file, wheel(packed, requirements))
        made.note(NAME, made_of, [file])
    made.save()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", beside(_write))
