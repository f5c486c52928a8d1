"""Work side by side, in forks of the build, as Sphinx reads and writes pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sphinx.application import Sphinx
from sphinx.util.parallel import ParallelTasks, parallel_available

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
