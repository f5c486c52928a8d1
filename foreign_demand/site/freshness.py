"""Re-run chapters when what they are computed from has changed.

Sphinx re-reads a chapter only when its own text changed. Here the package, the
catalog, the pinned requirements and every held table count as well: when any of
them differs from the last build, all chapters are executed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.catalog import ROOT
from foreign_demand.store import Store

__all__ = ["inputs_digest", "setup"]


def inputs_digest(root: Path = ROOT, store: Store | None = None) -> str:
    """Digest of everything a chapter's numbers depend on, its own text apart."""
    store = store or Store()
    files = [
        *sorted((root / "foreign_demand").rglob("*.py")),
        root / "data" / "catalog.yml",
        root / "requirements.txt",
        *(store.path(id) for id in store.catalog if store.holds(id)),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    digest.update(str(store.report()).encode() if store.mode() == "live" else b"")
    return digest.hexdigest()


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: Iterable[str], changed: Iterable[str], removed: Iterable[str]
) -> list[str]:
    digest = inputs_digest()
    before, env.foreign_demand_inputs = getattr(env, "foreign_demand_inputs", None), digest
    return [] if before == digest else sorted(env.found_docs)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("env-get-outdated", _outdated)
