"""Sphinx extensions of the book, registered as one in ``_config.yml``."""

from __future__ import annotations

import os

from sphinx.application import Sphinx

from foreign_demand.catalog import ROOT
from foreign_demand.site import accessible, exports, figures, freshness, gallery, math, notebooks, slim

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, object]:
    """Register figures, freshness and exports; let kernels find the package."""
    os.environ["BOOK_BUILD"] = "1"
    # Chapters run side by side: each on one thread.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    for part in (freshness, slim, accessible, math, figures, gallery, exports, notebooks):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
