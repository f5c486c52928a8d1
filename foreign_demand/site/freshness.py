"""Re-run chapters when what they are computed from has changed.

Sphinx re-reads a chapter only when its own text changed. Here the package with its
templates and style sheets, the catalog, the pinned requirements, every held table and
list of revisions count as well, and so does the day on which newer data fall due:
when any of them differs from the last build that was finished, all chapters are executed again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.periods import next_release, overdue
from foreign_demand.data.store import Store, default_store, revisions_directory


def inputs_digest(root: Path = ROOT, store: Store | None = None, *, today: dt.date | None = None) -> str:
    """Digest of everything a page depends on, its own text apart.

    Parameters
    ----------
    root
        The project's own directory.
    store
        Where the tables are held: this project's by default.
    today
        The day that release rules are held against.
    """
    store = store or default_store()
    held = {id: store.path(id) for id in store.catalog if store.holds(id)}
    lists = {
        revisions_directory(layer) for layer in (store.snapshot, *{file.parent for file in held.values()})
    }
    files = [
        *_written_by_hand(root / "foreign_demand"),
        root / "data" / "catalog.yml",
        root / "requirements.txt",
        *held.values(),
        *sorted(file for folder in lists for file in folder.glob("*.csv")),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    for id in held:
        dataset, origin = store.catalog[id], store.origin(id)
        due = overdue(dataset, origin, today=today), next_release(dataset, origin, today=today)
        digest.update(f"{id} {due}".encode())
    digest.update(str(store.report()).encode() if store.mode() == "live" else b"")
    return digest.hexdigest()


def _written_by_hand(package: Path) -> list[Path]:
    """Files of the package: modules, templates, style sheets and scripts."""
    return sorted(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _finished(app: Sphinx) -> Path:
    """File with the digest that every page of this builder was made from; none while they differ."""
    return Path(app.doctreedir) / f"inputs-{app.builder.name}.sha256"


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: Iterable[str], changed: Iterable[str], removed: Iterable[str]
) -> list[str]:
    file, digest = _finished(app), inputs_digest()
    app.foreign_demand_inputs = digest
    if file.exists() and file.read_text(encoding="utf-8") == digest:
        return []
    file.unlink(missing_ok=True)
    return sorted(env.found_docs)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if not exception:
        _finished(app).write_text(app.foreign_demand_inputs, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("env-get-outdated", _outdated)
    app.connect("build-finished", _finish, priority=900)  # after all files are written
