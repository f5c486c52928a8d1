"""Refreshes that are killed: run by ``test_kill.py`` as a program without threads of its own.

Each refresh is a forked child, so that it starts at once and can be killed without
harm to the tests. After every kill the store is read back and compared. What is tried is what
becomes of files, so that publications are parsed in the child itself: to start a process takes longer
than all the rest.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pandas as pd

from foreign_demand.data import refresh as refreshing
from foreign_demand.data.catalog import Dataset
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources import Adapter
from foreign_demand.data.store import Store, revisions_directory

IDS = ["DGS10", "tic_slt_table3"]
FILE_EVENTS = frozenset({"open", "os.rename", "os.remove", "os.chmod", "os.mkdir", "tempfile.mkstemp"})


class Here(Parsers):
    """Parses in the process that asks."""

    def parse(self, adapter: Adapter, content: bytes, dataset: Dataset) -> tuple[pd.DataFrame, str]:
        """Table of a publication, and the stamp of its edition."""
        return adapter.parse(content, dataset), adapter.vintage(content)


def store_in(folder: Path) -> Store:
    """A store below a folder."""
    return Store(snapshot=folder / "data" / "snapshot", cache=folder / "cache" / "data")


def start(folder: Path, *, die_at: int | None = None) -> int:
    """Fork a child that refreshes; it kills itself before its n-th operation on a file of the store."""
    child = os.fork()
    if child:
        return child
    if die_at is not None:
        done = itertools.count(1)

        def hook(event: str, args: tuple[object, ...]) -> None:
            if event in FILE_EVENTS and str(args[0]).startswith(str(folder)) and next(done) == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
    outcomes = refresh(store_in(folder), IDS)
    os._exit(0 if all(outcome.status == "live" for outcome in outcomes) else 1)


def ended(child: int) -> int:
    """Exit status of a child; negative when a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def state_of(folder: Path) -> dict[str, tuple[pd.DataFrame, str]]:
    """Every held table and its list of revisions, read back."""
    store = store_in(folder)
    found = {}
    for id in IDS:
        log = revisions_directory(store.cache) / f"{id}.csv"
        text = log.read_text(encoding="utf-8") if log.exists() else ""
        found[id] = store.held(id, into=store.cache)[0], text
    return found


class Trial:
    """A place that holds the old edition, and what it must look like before and after a refresh."""

    def __init__(self, base: Path, work: Path) -> None:
        self.base, self.work = base, work
        self.old = state_of(base)
        self.renew()
        refresh(store_in(work), IDS)  # so that the children find everything imported
        self.renew()
        assert ended(start(work)) == 0, "the undisturbed refresh failed"
        self.new = state_of(work)
        for id in IDS:
            assert not self.new[id][0].equals(self.old[id][0]), f"{id} has nothing new"
            assert self.new[id][1], f"{id} has no revision"

    def renew(self) -> None:
        """Put the old edition back."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.base, self.work)

    def check(self) -> str:
        """Each table is the old edition or the new one, whole, and what changed is listed."""
        found = state_of(self.work)
        seen = []
        for id, (table, log) in found.items():
            is_new = table.equals(self.new[id][0])
            assert is_new or table.equals(self.old[id][0]), f"{id} is neither the old nor the new edition"
            assert log in ("", self.new[id][1]), f"the revisions of {id} are not whole"
            assert log or not is_new, f"{id} was replaced before its revisions were listed"
            seen.append("new" if is_new else "old")
        return " ".join(seen)

    def recover(self) -> None:
        """Refresh undisturbed: the new edition, each revision once, nothing left over."""
        assert ended(start(self.work)) == 0
        found = state_of(self.work)
        for id, (table, log) in found.items():
            assert table.equals(self.new[id][0])
            assert log == self.new[id][1]
        assert not list(self.work.rglob("*.tmp")), "a temporary file was left behind"


def killed_at_every_file_operation(trial: Trial) -> dict[str, int]:
    """Kill before the first operation on a file, before the second, and so on to the last."""
    seen: dict[str, int] = {}
    for n in itertools.count(1):
        trial.renew()
        status = ended(start(trial.work, die_at=n))
        state = trial.check()
        if status == 0:
            return seen | {"operations": n - 1}
        assert status == -signal.SIGKILL
        seen[state] = seen.get(state, 0) + 1
        if n % 4 == 0:
            trial.recover()
    raise AssertionError("unreachable")


def killed_at_random(trial: Trial, times: int) -> dict[str, int]:
    """Kill so many times at random moments, on top of whatever the last kill left."""
    chance, seen = random.Random(4), {}
    trial.renew()
    began = time.monotonic()
    ended(start(trial.work))
    usual = time.monotonic() - began
    trial.renew()
    for _ in range(times):
        child = start(trial.work)
        time.sleep(chance.uniform(0, 1.1 * usual))
        os.kill(child, signal.SIGKILL)
        ended(child)
        state = trial.check()
        seen[state] = seen.get(state, 0) + 1
        if state == "new new":
            trial.recover()
            trial.renew()
    return seen


def several_at_once(trial: Trial) -> dict[str, int]:
    """Refresh in four processes at once, and kill one of them while the others wait or work."""
    for kill in (False, True):
        trial.renew()
        children = [start(trial.work) for _ in range(4)]
        if kill:
            time.sleep(0.1)
            os.kill(children[0], signal.SIGKILL)
        statuses = [ended(child) for child in children]
        assert statuses[1:] == [0, 0, 0], statuses
        trial.check()
        trial.recover()
    return {"processes": 4}


def main() -> None:
    """Run one kind of trial and print what was seen."""
    kind, base, work = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    refreshing.Parsers = Here
    trial = Trial(base, work)
    if kind == "operations":
        seen = killed_at_every_file_operation(trial)
    elif kind == "random":
        seen = killed_at_random(trial, int(sys.argv[4]))
    else:
        seen = several_at_once(trial)
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
