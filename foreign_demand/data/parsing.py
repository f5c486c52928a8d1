"""Publications are parsed in processes of their own: a parser that hangs or dies takes nothing with it.

Such a process is this module run as a program. It is sent a parser, bytes and the entry of their dataset,
and sends back a table or the exception that was raised. It ends when whoever asks is gone, and ends
itself when a publication takes too long.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from foreign_demand.exceptions import FetchError, ParseError

if TYPE_CHECKING:
    import pandas as pd

    from foreign_demand.data.catalog import Dataset
    from foreign_demand.data.sources import Adapter

SECONDS = 120.0
"""A publication may take so long to parse; none takes two."""
MEMORY_MB = 2_000
"""It may take so much memory, on systems that hold a program to it (Linux)."""

_SHOWN: dict[Any, Any] = {}
"""Warnings that were passed on, in the way of :mod:`warnings`."""


# --- the side that asks ----------------------------------------------------------


class Parsers:
    """Processes that parse, each started when the others are at work; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[_Process] = set()
        self._idle: list[_Process] = []
        self._stopped = False

    def __enter__(self) -> Parsers:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for process in list(self._all):
            self._end(process)

    def prepare(self) -> None:
        """Start a first process, while that is fetched which it will parse."""
        with self._lock:
            if not self._all and not self._stopped:
                self._idle.append(self._started())

    def stop(self) -> None:
        """Kill all processes, whatever they are at, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._all:
                process.kill()

    def parse(self, adapter: Adapter, content: bytes, dataset: Dataset) -> tuple[pd.DataFrame, str]:
        """Table of a publication, and the publisher's own stamp of its edition.

        Raises
        ------
        ParseError
            If the parser took more than its time or its memory, or its process died.
        Exception
            What the parser raised, as it raised it.
        """
        task = pickle.dumps((adapter.parse, adapter.vintage, content, dataset, SECONDS, MEMORY_MB))
        process = self._start_or_take()
        began = time.monotonic()
        try:
            found, error, said = process.ask(task)
        except (OSError, EOFError, pickle.UnpicklingError):
            late = time.monotonic() - began > SECONDS
            status = self._end(process, patience=10.0)  # it ends a little after its last word
            what = f"was not done after {SECONDS:g} s" if late else f"died ({_ending(status)})"
            raise _refused(dataset, what) from None
        if isinstance(error, MemoryError):  # what it left would be in the way of the next
            self._end(process)
            raise _refused(dataset, f"needed more than {MEMORY_MB:,} MB of memory")
        with self._lock:
            self._idle.append(process)
        for message, category, file, line in said:
            warnings.warn_explicit(message, category, file, line, registry=_SHOWN)
        if error is not None:
            raise error
        return cast("tuple[pd.DataFrame, str]", found)

    def _start_or_take(self) -> _Process:
        with self._lock:
            if self._stopped:
                raise FetchError("Nothing more is parsed: the refresh was stopped.")
            return self._idle.pop() if self._idle else self._started()

    def _started(self) -> _Process:
        process = _Process()
        self._all.add(process)
        return process

    def _end(self, process: _Process, *, patience: float = 0.0) -> int:
        """Exit status of a process, which is killed where it does not end by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        process.kill()
        with contextlib.suppress(OSError), process:  # a task may be half sent
            self._all.discard(process)
        return process.wait()


class _Process(subprocess.Popen[bytes]):
    """One process that parses."""

    def __init__(self) -> None:
        super().__init__(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,  # Ctrl-C is for the program that asks
        )

    def ask(self, task: bytes) -> Any:
        """What came of a task: a table and its stamp, an exception, and warnings."""
        pickle.dump(task, cast("IO[bytes]", self.stdin))
        cast("IO[bytes]", self.stdin).flush()
        return pickle.loads(pickle.load(cast("IO[bytes]", self.stdout)))


def _ending(status: int) -> str:
    """How a process ended, for a message."""
    with contextlib.suppress(ValueError):
        return signal.Signals(-status).name
    return f"exit status {status}"


def _refused(dataset: Dataset, what: str) -> ParseError:
    return ParseError(
        f"{dataset.id}: its parser {what}, and was ended. Open {dataset.url} and see what is served there; "
        f"if that is the publication, mend foreign_demand/data/sources ({dataset.adapter})."
    )


# --- the process that parses -----------------------------------------------------


def _serve() -> None:
    """Answer tasks until there are no more."""
    faulthandler.enable()  # where it dies, or takes too long, is told on standard error
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        while True:
            try:
                task = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                answer = _answer(task, said)
            pickle.dump(answer, answers)
            answers.flush()


def _answer(task: bytes, said: list[warnings.WarningMessage]) -> bytes:
    """What came of one task, as it is sent back."""
    try:
        parse, vintage, content, dataset, seconds, megabytes = pickle.loads(task)
        faulthandler.dump_traceback_later(seconds, exit=True)
        _limit_memory(megabytes)
        found = parse(content, dataset), vintage(content)
        return pickle.dumps((found, None, _sent(said)))
    except Exception as error:
        failed = _as_sent(error)
    finally:
        faulthandler.cancel_dump_traceback_later()
    return pickle.dumps((None, failed, _sent(said)))


def _sent(said: list[warnings.WarningMessage]) -> list[tuple[Any, ...]]:
    return [(str(one.message), one.category, one.filename, one.lineno) for one in said]


def _as_sent(error: Exception) -> Exception:
    """An exception, or one of its text where it cannot be sent itself."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _limit_memory(megabytes: int) -> None:
    """Let this process have so much more memory than it has now, where the system holds it to that."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = pages * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(
            resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most)
        )


if __name__ == "__main__":
    _serve()
