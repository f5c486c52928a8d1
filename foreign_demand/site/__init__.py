"""Sphinx extensions of the book, registered as one in ``_config.yml``."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.later import import_later

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]


def _side_by_side(app: Sphinx) -> None:
    """Let chapters be read side by side past extensions that do not say whether they may be.

    Those that Jupyter Book brings do their work before the reading or after it.
    """
    for extension in app.extensions.values():
        if extension.parallel_read_safe is None:
            extension.parallel_read_safe = True


def setup(app: Sphinx) -> dict[str, object]:
    """Register figures, freshness and exports; let kernels find the package."""
    import_later(("numpy", "pandas", "altair"))
    # Here, so that `check`, a module beside these, need not wait for them.
    from foreign_demand.site import (
        accessible,
        claims,
        corrections,
        execution,
        exports,
        folds,
        freshness,
        front,
        gallery,
        labels,
        launch,
        machines,
        math,
        notebooks,
        pages,
        parallel,
        pasting,
        policy,
        reading,
        releases,
        renamed,
        rendering,
        search,
        theme,
        unchanged,
        wheel,
    )

    # A page is a tree of many small things that stay: to look so often which of them are garbage
    # takes longer than to unpack them.
    gc.freeze()
    gc.set_threshold(1_000_000)
    os.environ["BOOK_BUILD"] = "1"
    # One more at a time than there are processors: now and then one waits for messages of its kernel.
    app.parallel = int(os.environ.get("BOOK_JOBS", (os.cpu_count() or 1) + 1))
    os.environ.setdefault("BOOK_MEMORY", str(ROOT / ".cache" / "estimates"))
    app.connect("builder-inited", _side_by_side)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    # Kernels run no start-up files and no profile of whoever builds the book.
    os.environ["IPYTHONDIR"] = str(Path(app.outdir).parent / "ipython")
    os.environ["PYTHONSTARTUP"] = str(ROOT / "foreign_demand" / "book" / "follow.py")
    parts = (
        freshness,
        execution,
        theme,
        accessible,
        labels,
        math,
        wheel,
        rendering,
        folds,
        pasting,
        gallery,
        front,
        claims,
        corrections,
        pages,
        search,
        reading,
        exports,
        launch,
        notebooks,
        parallel,
        releases,
        machines,
        renamed,
        policy,
        unchanged,
    )
    for part in parts:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 3}
