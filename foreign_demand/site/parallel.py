"""Work side by side, in forks of the build, as Sphinx reads and writes pages, and not twice."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from docutils import nodes
from sphinx import builders
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.parallel import ParallelTasks, SerialTasks, make_chunks, parallel_available

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


class _Turns:
    """The pages that one of several forks reads: each time the next that none of them has begun.

    In the fork it gives one after the other; in the process that made it, those that the fork took.
    """

    def __init__(self, number: int, names: Sequence[str], begun: Any, by: Any) -> None:
        self._number, self._names, self._begun, self._by = number, names, begun, by
        self._maker = os.getpid()

    def __iter__(self) -> Iterator[str]:
        if os.getpid() == self._maker:
            return (name for name, by in zip(self._names, self._by, strict=True) if by == self._number)
        return self._take()

    def _take(self) -> Iterator[str]:
        while True:
            with self._begun.get_lock():
                n = self._begun.value
                self._begun.value = min(n + 1, len(self._names))
            if n == len(self._names):
                return
            self._by[n] = self._number
            yield self._names[n]


def _in_turns(names: Sequence[str], forks: int) -> list[_Turns]:
    """What each fork reads, where Sphinx would share pages out beforehand."""
    begun, by = multiprocessing.Value("i", 0), multiprocessing.Array("i", len(names))
    return [_Turns(n + 1, names, begun, by) for n in range(min(forks, len(names)))]


def read_side_by_side(app: Sphinx) -> None:
    """Have Sphinx read pages side by side even where they are few: they have to be run."""
    if parallel_available and app.parallel > 1 and app.is_parallel_allowed("read"):
        vars(app.builder)["_read_serial"] = partial(app.builder._read_parallel, nproc=app.parallel)


def _read_in_turns(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    vars(builders)["make_chunks"] = _in_turns


def beside(work: Callable[[Sphinx, Exception | None], None]) -> Callable[[Sphinx, Exception | None], None]:
    """Have what is done when a build is finished be done in a fork, beside what comes after it.

    It must not depend on anything else that is done then, and what it changes in memory is lost.
    """

    def begin(app: Sphinx, exception: Exception | None) -> None:
        app.foreign_demand_beside.add_task(lambda: work(app, exception))

    return begin


def _wait(app: Sphinx, exception: Exception | None) -> None:
    """Wait for what is done beside; what failed fails the build."""
    app.foreign_demand_beside.join()


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
    """Connect to Sphinx, before pages are read and when all are."""
    forks = parallel_available and app.parallel > 1
    app.foreign_demand_beside = ParallelTasks(app.parallel) if forks else SerialTasks()
    app.connect("build-finished", _wait, priority=850)
    app.connect("env-before-read-docs", _read_in_turns)
    app.connect("env-updated", _look_up_once)
    app.connect("env-updated", _write_few_at_once)
