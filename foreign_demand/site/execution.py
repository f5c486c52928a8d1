"""Run the chapters that have to be run, side by side in warm kernels, and keep what came of them.

MyST-NB takes executed notebooks from a cache (jupyter-cache), by their code and their
``kernelspec``. Before it reads a page, what the cache does not have is run here and put
there: one chapter is read while others run. Each run is kept with the digests of everything it read
(:class:`~foreign_demand.site.freshness.State`) and is found again as long as these are
what they were, after a change was taken back as well. The digest of all of them stands
in the ``kernelspec`` of the text that MyST-NB is given, so that it finds that run and no other.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.cache.main import JupyterCacheBase
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sqlalchemy.exc import SQLAlchemyError

from foreign_demand.book.record import record_of
from foreign_demand.exceptions import ForeignDemandError
from foreign_demand.site import files
from foreign_demand.site.freshness import State, names_read
from foreign_demand.site.kernels import ordinary_kernels, warm_kernels
from foreign_demand.site.parallel import read_side_by_side

RUNS_KEPT = 8
"""Runs of one chapter that are kept: what was changed and changed back is found again."""

_DIGEST = "digest"
"""File beside a notebook that is kept, by which one that was spoilt is known."""

logger = logging.getLogger(__name__)


class ChapterError(ForeignDemandError, SphinxError):
    """A chapter could not be run."""

    category = "A chapter could not be run"


@dataclass(kw_only=True)
class Chapter:
    """A page with code, as it stands in this build."""

    name: str
    notebook: NotebookNode
    """Without outputs until it is run."""
    code: str
    """Digest of its cells."""
    seconds: float = 0.0
    """What the run took."""
    inputs: dict[str, str] = field(default_factory=dict)
    """Digests of what the run read, by name."""
    ran: bool = False
    """Whether this build runs it."""

    @property
    def stamp(self) -> str:
        """Name of the run among all runs of the same code."""
        return files.digest(self.inputs)


# --- what was run before ----------------------------------------------------------


class Runs:
    """Chapters that were run, with what they read.

    A folder that cannot be used as a cache is emptied: then all is run again.

    Parameters
    ----------
    folder
        Where MyST-NB looks for executed notebooks.
    """

    def __init__(self, folder: Path) -> None:
        self.cache: JupyterCacheBase = get_cache(folder)
        try:
            self._known = self.cache.list_cache_records()
        except Exception as error:  # of the database, of whatever kind
            logger.info("%s is no cache any more (%s); it is made anew.", folder, error)
            shutil.rmtree(folder, ignore_errors=True)
            self.cache = get_cache(folder)
            self._known = self.cache.list_cache_records()

    def code_of(self, notebook: NotebookNode) -> str:
        """Digest of what is run: code and metadata of the cells, the kernel."""
        return self.cache.create_hashed_notebook(notebook)[1]

    def find(self, chapter: Chapter, state: State) -> bool:
        """Fill in the run of a chapter that is still good; False where there is none."""
        for known in self._of(chapter.name):
            data = known.data
            if data.get("code") != chapter.code or not self._whole(known.hashkey):
                continue
            if all(state.of(name) == digest for name, digest in data["inputs"].items()):
                chapter.inputs, chapter.seconds = data["inputs"], data["execution_seconds"]
                return True
        return False

    def last_seconds(self, name: str) -> float:
        """What the last run of a chapter took, whatever it was run from; endless where it is new."""
        return next((known.data["execution_seconds"] for known in self._of(name)), float("inf"))

    def keep(self, chapter: Chapter) -> None:
        """Keep a run that came to its end, and drop the oldest of the same chapter.

        Raises
        ------
        ChapterError
            If it cannot be written.
        """
        chapter.notebook.metadata.kernelspec["inputs"] = chapter.stamp
        data = {"code": chapter.code, "inputs": chapter.inputs, "execution_seconds": chapter.seconds}
        bundle = CacheBundleIn(chapter.notebook, chapter.name, data=data)
        try:
            kept = self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            files.write(self._file(kept.hashkey).with_name(_DIGEST), self._digest(kept.hashkey))
            for old in self._of(chapter.name)[RUNS_KEPT - 1 :]:
                with contextlib.suppress(KeyError):
                    self.cache.remove_cache(old.pk)
        except (OSError, RuntimeError, SQLAlchemyError) as error:
            raise ChapterError(
                f"{chapter.name} was run, but the run cannot be kept in {self.cache.path} ({error}). "
                "Is the disk full? Make room and build again."
            ) from error

    def close(self) -> None:
        """Leave the database, before this process forks."""
        self.cache.db.dispose()

    def _of(self, name: str) -> list[NbCacheRecord]:
        """Runs of a chapter, newest first."""
        return sorted((r for r in self._known if r.uri == name), key=lambda r: r.pk, reverse=True)

    def _file(self, hashkey: str) -> Path:
        return self.cache.path / "executed" / hashkey / "base.ipynb"

    def _digest(self, hashkey: str) -> str:
        return hashlib.sha256(self._file(hashkey).read_bytes()).hexdigest()

    def _whole(self, hashkey: str) -> bool:
        """Whether a notebook is as it was kept."""
        try:
            told = self._file(hashkey).with_name(_DIGEST).read_text(encoding="utf-8")
            return told == self._digest(hashkey)
        except (OSError, ValueError):
            return False


# --- what is run now ----------------------------------------------------------------


def _chapters(app: Sphinx, docnames: Iterable[str], runs: Runs) -> list[Chapter]:
    """Of the pages, those with code."""
    found = []
    for name in docnames:
        file = app.env.doc2path(name)
        text = Path(file).read_text(encoding="utf-8")
        reader = create_nb_reader(file, app.env.myst_config, app.env.mystnb_config, text)
        if reader is None:
            continue
        notebook = reader.read(text)
        if any(cell.cell_type == "code" for cell in notebook.cells):
            if stamped(text, "") == text:
                raise ChapterError(f"{name}: the header of {file} has no `kernelspec:`; add one.")
            found.append(Chapter(name=name, notebook=notebook, code=runs.code_of(notebook)))
    return found


def stamped(text: str, stamp: str) -> str:
    """Write into the header of a chapter by which run it is to be shown."""
    return re.sub(r"\A(---\n(?:.*\n)*?kernelspec:\n)", rf"\1  inputs: {stamp}\n", text, count=1)


def _run(app: Sphinx, chapter: Chapter) -> None:
    """Run a chapter.

    Raises
    ------
    ChapterError
        If a cell fails, or its kernel dies twice.
    """
    config = app.env.mystnb_config
    folder = str(Path(app.env.doc2path(chapter.name)).parent)
    for kernels in (contextlib.nullcontext, ordinary_kernels):
        notebook = nbformat.from_dict(chapter.notebook)
        try:
            with kernels():
                done = single_nb_execution(
                    notebook,
                    cwd=folder,
                    timeout=config.execution_timeout,
                    allow_errors=config.execution_allow_errors,
                )
        except DeadKernelError:
            # It, or the server it came from, was killed: once more, in a kernel of its own.
            if os.getppid() == 1:  # and so was the build: there is nobody to run it for
                break
            continue
        if done.exc_string:
            raise ChapterError(f"{chapter.name}\n{done.exc_string}")
        chapter.notebook, chapter.seconds = notebook, done.time
        return
    raise ChapterError(
        f"{chapter.name}\nIts kernel died, twice. Was it killed, or is there too little memory?"
    )


def _before_reading(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """See which of the pages about to be read have to be run; those that take longest are read first."""
    app.foreign_demand_chapters = {}
    kernels = app.foreign_demand_kernels
    if not docnames or env.mystnb_config.execution_mode != "cache":
        kernels.close()
        return
    state, runs = app.foreign_demand_state, Runs(Path(env.mystnb_config.execution_cache_path))
    app.foreign_demand_runs = runs
    chapters = {chapter.name: chapter for chapter in _chapters(app, docnames, runs)}
    for chapter in chapters.values():
        chapter.ran = not runs.find(chapter, state)
    app.foreign_demand_chapters = chapters
    waiting = {name: runs.last_seconds(name) for name, chapter in chapters.items() if chapter.ran}
    runs.close()
    if not waiting:
        kernels.close()
        return
    if not app.foreign_demand_first:
        kernels.enter_context(warm_kernels())
    state.look()  # while the server imports what kernels need
    for name in waiting:
        record_of(
            chapters[name].notebook.cells, name
        )  # modules are then looked through once, and not in each fork
    # Of chapters that never ran, the last ones of the book draw on most.
    places = {name: n for n, name in enumerate(getattr(app.config, "external_site_map", ()))}
    docnames.sort(key=lambda name: (waiting.get(name, 0.0), places.get(name, 0)), reverse=True)
    if len(waiting) > 1:
        read_side_by_side(app)


def _run_in_turn(app: Sphinx, docname: str, source: list[str]) -> None:
    """Run a page that is about to be read, if it has to be; say in its header which run it is to show."""
    chapter = app.foreign_demand_chapters.get(docname)
    if chapter is None:
        return
    if chapter.ran:
        _run(app, chapter)
        read = names_read(record_of(chapter.notebook.cells, docname))
        chapter.inputs = app.foreign_demand_state.all_of(read)
        app.foreign_demand_runs.keep(chapter)
        logger.info("%s was run in %.1f s", docname, chapter.seconds)
    app.env.foreign_demand_inputs[docname] = chapter.inputs
    source[0] = stamped(source[0], chapter.stamp)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    inputs = other.foreign_demand_inputs
    env.foreign_demand_inputs |= {name: inputs[name] for name in docnames if name in inputs}


def _leave_kernels(app: Sphinx, *event: object) -> None:
    app.foreign_demand_kernels.close()


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: Iterable[str], changed: Iterable[str], removed: Iterable[str]
) -> list[str]:
    """Pages that were made from something that is not what it was."""
    app.foreign_demand_state = state = State()
    if not hasattr(env, "foreign_demand_inputs"):
        env.foreign_demand_inputs = {}
    return [
        page
        for page, inputs in env.foreign_demand_inputs.items()
        if any(state.of(name) != digest for name, digest in inputs.items())
    ]


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.foreign_demand_chapters = {}
    app.foreign_demand_kernels = contextlib.ExitStack()
    app.foreign_demand_first = not Path(app.doctreedir, "environment.pickle").exists()
    if app.foreign_demand_first:  # chapters will have to be run: their kernels are got ready while Sphinx is
        app.foreign_demand_kernels.enter_context(warm_kernels())
    atexit.register(app.foreign_demand_kernels.close)  # where the build is stopped
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _before_reading)
    app.connect("source-read", _run_in_turn)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _leave_kernels)
    app.connect("build-finished", _leave_kernels)
