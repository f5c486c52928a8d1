"""Parsers that fail in every way, to be sent to the processes that parse.

Run as a program it refreshes the price of gold, asked of ``BOOK_MIRROR``, with a parser that hangs.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import re
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from foreign_demand.data import parsing
from foreign_demand.data.catalog import Dataset
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import Store
from foreign_demand.exceptions import ParseError

KEY = "fedcba9876543210fedcba9876543210"


def loops(content: bytes, dataset: Dataset) -> pd.DataFrame:
    while True:
        pass


def loops_in_c(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """No other thread of its process runs meanwhile, and no signal is looked at."""
    re.match(r"(a+)+$", "a" * 60 + "b")
    return pd.DataFrame()


def waits(content: bytes, dataset: Dataset) -> pd.DataFrame:
    time.sleep(600)
    return pd.DataFrame()


def grows(content: bytes, dataset: Dataset) -> pd.DataFrame:
    rows = []
    while True:
        rows.append(bytes(1_000_000))


def is_vast(content: bytes, dataset: Dataset) -> pd.DataFrame:
    return pd.DataFrame({"value": np.ones(10**12)})


def exits(content: bytes, dataset: Dataset) -> pd.DataFrame:
    os._exit(1)


def leaves(content: bytes, dataset: Dataset) -> pd.DataFrame:
    sys.exit("enough")


def aborts(content: bytes, dataset: Dataset) -> pd.DataFrame:
    os.abort()


def reads_nowhere(content: bytes, dataset: Dataset) -> pd.DataFrame:
    ctypes.string_at(0)
    return pd.DataFrame()


def cannot_be_sent(content: bytes, dataset: Dataset) -> pd.DataFrame:
    return pd.DataFrame({"value": [lambda: 1]})


class UnlikeOthersError(Exception):
    """It is made of two things and has one text, so that it cannot be sent."""

    def __init__(self, line: int, cell: str) -> None:
        super().__init__(f"line {line}: {cell}")


def raises_what_cannot_be_sent(content: bytes, dataset: Dataset) -> pd.DataFrame:
    raise UnlikeOthersError(3, "x")


def divides(content: bytes, dataset: Dataset) -> pd.DataFrame:
    raise ZeroDivisionError(f"in two\nlines, with {KEY}")


def refuses(content: bytes, dataset: Dataset) -> pd.DataFrame:
    raise ParseError(f"{dataset.id}: line 3 is “no” number.")


def talks(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Prints, from Python and below it, warns, and parses."""
    print("hello")
    os.write(1, b"hello")
    warnings.warn("this layout is old", FutureWarning, stacklevel=1)
    return ADAPTERS[dataset.adapter].parse(content, dataset)


def notes(content: bytes, dataset: Dataset) -> pd.DataFrame:
    """Writes into the file that ``content`` names when it begins and when it ends."""
    with Path(content.decode()).open("a") as file:
        for change in (1, -1):
            file.write(f"{time.monotonic()} {change} {os.getpid()}\n")
            file.flush()
            time.sleep(0.03)
    raise ParseError(f"{dataset.id}: nothing")


def main(folder: Path, seconds: float) -> None:
    """Refresh the price of gold with a parser that hangs, which may take so long."""
    parsing.SECONDS = seconds
    ADAPTERS["gold_pm"] = dataclasses.replace(ADAPTERS["gold_pm"], parse=waits)  # type: ignore[index]
    store = Store(snapshot=folder / "snapshot", cache=folder / "cache" / "data")
    refresh(store, ["gold_pm"])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from parsers import main as same  # under the name by which its parsers are found elsewhere

    same(Path(sys.argv[1]), float(sys.argv[2]))
