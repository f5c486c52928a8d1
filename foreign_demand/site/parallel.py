"""Work side by side, in forks of the build, as Sphinx reads and writes pages, and not twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from docutils import nodes
from sphinx import builders
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.parallel import ParallelTasks, make_chunks, parallel_available

Task = TypeVar("Task")
Result = TypeVar("Result")


def side_by_side(
    app: Sphinx,
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    done: Callable[[Task, Result], None],
    *,
    at_once: int = 1,
) -> None:
    """Do tasks on all cores, the first ones first; one that fails ends the build when the others are done.

    Parameters
    ----------
    app
        Whose ``parallel`` says how many are done at a time.
    work
        What is done, in a fork: what it changes in memory is lost, what it returns is not.
    tasks
        What it is done with.
    done
        Called here with each task and what came of it.
    at_once
        Tasks that one fork is worth.
    """
    if not parallel_available or app.parallel < 2 or len(tasks) <= at_once:
        for task in tasks:
            done(task, work(task))
        return
    forks = ParallelTasks(app.parallel)
    parts = [tasks[i : i + at_once] for i in range(0, len(tasks), at_once)]

    def some(part: Sequence[Task]) -> list[Result]:
        return [work(task) for task in part]

    failed: list[Exception] = []

    def told(part: Sequence[Task], results: list[Result]) -> None:
        for task, result in zip(part, results, strict=True):
            try:
                done(task, result)
            except Exception as error:  # raised when the others have ended: what they did is not lost
                failed.append(error)

    # What is added begins while there is room; of what waits, Sphinx takes the last.
    for part in (*parts[: app.parallel], *reversed(parts[app.parallel :])):
        forks.add_task(some, part, told)
    forks.join()
    if failed:
        raise failed[0]


def _look_up_once(app: Sphinx, env: BuildEnvironment) -> None:
    """Have a page be unpacked once for all references to its figures, and not for each of them."""
    standard, unpack = env.get_domain("std"), env.get_doctree
    resolve, kept = standard._resolve_numref_xref, cache(unpack)

    def resolved(env: BuildEnvironment, *args: Any) -> nodes.Element | None:
        vars(env)["get_doctree"] = kept  # what is looked up is not changed; pages that are written are others
        try:
            return resolve(env, *args)
        finally:
            del vars(env)["get_doctree"]

    standard._resolve_numref_xref = resolved


def _write_few_at_once(app: Sphinx, env: BuildEnvironment) -> None:
    """Have pages be written while the next ones are prepared, which Sphinx does for a dozen at a time."""
    builders.make_chunks = partial(make_chunks, maxbatch=1)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, when all pages are read."""
    app.connect("env-updated", _look_up_once)
    app.connect("env-updated", _write_few_at_once)
