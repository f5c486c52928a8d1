"""Build the book as ``jupyter-book build`` does, with what only waiting is good for left out.

Where nothing changed, Sphinx is not started. Where chapters will have to be run, what their kernels need
is imported while Sphinx is. What a build holds in memory is not taken apart at its end, which takes seconds.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import time

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.later import import_later
from foreign_demand.site import unchanged

__all__ = ["build"]


def build() -> int:
    """Build the book of this project.

    Returns
    -------
    int
        0 where nothing changed since it was built. Where it is built, the process ends here.
    """
    import_later(("numpy", "pandas"))
    began = time.monotonic()
    if unchanged.still_good():
        unchanged.say_so(ROOT, began)
        print("Nothing changed since the book was built.")
        return 0
    from foreign_demand.site.kernels import warm_kernels

    with contextlib.ExitStack() as kernels:
        if not (ROOT / "_build" / ".doctrees" / "environment.pickle").exists():
            kernels.enter_context(warm_kernels())
        from jupyter_book.cli.main import main

        try:
            main(["build", str(ROOT), "-W", "--quiet"])
        except SystemExit as left:
            if left.code:
                raise
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
