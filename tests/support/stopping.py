"""Publications that are killed: run by ``test_publish.py`` as a program without threads of its own.

Each is a forked child that kills itself before its n-th operation on a file. Prints a JSON list
of two numbers: after how many kills the folder was as it had been, and after how many it was whole.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import signal
import sys
from pathlib import Path

from foreign_demand.site.publishing.publish import publish

STEP = 19
FILE_EVENTS = frozenset(
    {"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.rmdir", "shutil.rmtree"}
)


def start(site: Path, dest: Path, day: dt.date, *, die_at: int) -> int:
    """Fork a child that publishes; it kills itself before its n-th operation on a file."""
    child = os.fork()
    if child:
        return child
    done = itertools.count(1)

    def hook(event: str, arguments: object) -> None:
        if event in FILE_EVENTS and next(done) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    status = 1
    try:
        publish(site, dest, date=day, today=day)
        status = 0
    finally:
        os._exit(status)


def files_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def main(site: Path, dest: Path, whole: Path, day: dt.date) -> list[int]:
    """Kill publications of a site into ``dest``, which ``whole`` shows as it is after one."""
    before, after, seen = files_of(dest), files_of(whole), [0, 0]
    moment, status = 1, 1
    while status:
        status = os.waitpid(start(site, dest, day, die_at=moment), 0)[1]
        held = files_of(dest)
        if held not in (before, after):
            sys.exit(f"killed before operation {moment}, the folder is neither as it was nor whole")
        seen[held == after] += 1
        moment += STEP
    return seen


if __name__ == "__main__":
    print(json.dumps(main(*map(Path, sys.argv[1:4]), dt.date.fromisoformat(sys.argv[4]))))
