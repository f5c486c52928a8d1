"""A parser may loop, take all memory or die: it is told as a fault of its dataset, and the others go on."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import parsers as made
import psutil
import pytest
from editions import EDITIONS
from mirror import Mirror
from project import ROOT

from foreign_demand.__main__ import main
from foreign_demand.data import parsing
from foreign_demand.data.catalog import Catalog, Dataset, read_catalog
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import Store
from foreign_demand.exceptions import FetchError, ParseError
from foreign_demand.site.exports import describe_sources

pytestmark = pytest.mark.slow

BY_ID = {edition.id: edition for edition in EDITIONS}
Parse = Callable[[bytes, Dataset], pd.DataFrame]
ENDED = {
    made.loops: "was not done after 0.5 s",
    made.loops_in_c: "was not done after 0.5 s",
    made.waits: "was not done after 0.5 s",
    made.exits: "died (exit status 1)",
    made.leaves: "died (exit status 1)",
    made.aborts: "died (SIGABRT)",
    made.reads_nowhere: "died (SIGSEGV)",
}
if sys.platform == "linux":
    ENDED |= dict.fromkeys((made.grows, made.is_vast), "needed more than 100 MB of memory")


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers() as found:
        yield found


@pytest.fixture
def gold() -> Dataset:
    return read_catalog()["gold_pm"]


def parsed(parsers: Parsers, parse: Parse, dataset: Dataset) -> tuple[pd.DataFrame, str]:
    adapter = dataclasses.replace(ADAPTERS[dataset.adapter], parse=parse)
    return parsers.parse(adapter, BY_ID[dataset.id].body(), dataset)


def own(parsers: Parsers, gold: Dataset) -> None:
    """A publication is parsed as ever."""
    content = BY_ID["gold_pm"].body()
    table, stamp = parsers.parse(ADAPTERS["gold_pm"], content, gold)
    pd.testing.assert_frame_equal(table, ADAPTERS["gold_pm"].parse(content, gold))
    assert stamp == ""


@pytest.mark.parametrize("parse", ENDED, ids=lambda parse: parse.__name__)
def test_a_parser_that_does_not_come_back_is_ended_and_the_next_is_not_harmed(
    parsers: Parsers, gold: Dataset, parse: Parse, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(parsers, gold)
    with monkeypatch.context() as limits:
        limits.setattr(parsing, "SECONDS", 0.5 if "after" in ENDED[parse] else 60.0)
        limits.setattr(parsing, "MEMORY_MB", 100)
        with pytest.raises(ParseError) as refused:
            parsed(parsers, parse, gold)
    assert str(refused.value).startswith(f"gold_pm: its parser {ENDED[parse]}, and was ended.")
    assert gold.url in str(refused.value)
    own(parsers, gold)


@pytest.mark.parametrize(
    ("parse", "type", "text"),
    [
        (made.refuses, ParseError, "gold_pm: line 3 is “no” number."),
        (made.divides, ZeroDivisionError, f"in two\nlines, with {made.KEY}"),
        (made.raises_what_cannot_be_sent, RuntimeError, "UnlikeOthersError: line 3: x"),
    ],
)
def test_what_a_parser_raises_arrives(
    parsers: Parsers, gold: Dataset, parse: Parse, type: type[Exception], text: str
) -> None:
    with pytest.raises(type) as raised:
        parsed(parsers, parse, gold)
    assert str(raised.value) == text


def test_a_table_that_cannot_be_sent_is_told(parsers: Parsers, gold: Dataset) -> None:
    with pytest.raises(Exception, match="pickle"):
        parsed(parsers, made.cannot_be_sent, gold)
    own(parsers, gold)


def test_what_is_printed_is_no_answer_and_warnings_come_through(
    parsers: Parsers, gold: Dataset, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.warns(FutureWarning, match="this layout is old") as said:
        parsed(parsers, made.talks, gold)
    assert Path(said[0].filename).name == "parsers.py"
    assert capfd.readouterr().out == ""


def test_what_is_stopped_starts_nothing_more(gold: Dataset) -> None:
    before = psutil.Process().children()
    with Parsers() as parsers:
        own(parsers, gold)
        (process,) = set(psutil.Process().children()).difference(before)
        parsers.stop()
        with pytest.raises(FetchError, match="was stopped"):
            own(parsers, gold)
    assert not process.is_running()


# --- in a refresh ----------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that holds two publications, and a mirror that serves them with a word more."""
    for name in ("FRED_API_KEY", "OFFLINE", "STRICT"):
        monkeypatch.delenv(name, raising=False)
    catalog = Catalog({id: read_catalog()[id] for id in ("gold_pm", "jgb_yields")})
    held = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data", catalog=catalog)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        for id in catalog:
            mirror.answers.update(BY_ID[id].answers(catalog))
        assert {outcome.status for outcome in refresh(held)} == {"live"}
        yield held


@pytest.mark.parametrize("parse", [made.waits, made.aborts, made.cannot_be_sent], ids=lambda p: p.__name__)
def test_a_refresh_keeps_the_table_of_a_parser_that_does_not_come_back_and_goes_on(
    store: Store, parse: Parse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parsing, "SECONDS", 2.0)
    monkeypatch.setitem(ADAPTERS, "gold_pm", dataclasses.replace(ADAPTERS["gold_pm"], parse=parse))
    monkeypatch.setattr("foreign_demand.data.store.Store", lambda: store)
    before = (store.cache / "gold_pm.csv").read_bytes()
    assert main(["refresh", "--again"]) == 0
    monkeypatch.setenv("STRICT", "1")
    assert main(["refresh", "--again"]) == 1
    assert (store.cache / "gold_pm.csv").read_bytes() == before
    assert "1 datasets refreshed, 1 failed" in capsys.readouterr().out
    gold, yields = describe_sources(store)
    assert (gold["status"], yields["status"]) == ("failed", "live")
    assert str(gold["error"]).startswith("gold_pm: ")


@pytest.mark.parametrize(("stop", "seconds"), [(signal.SIGINT, 600), (signal.SIGKILL, 2)])
def test_a_refresh_that_is_stopped_leaves_no_process(
    store: Store, tmp_path: Path, stop: int, seconds: int
) -> None:
    """Ctrl-C kills one that hangs, and one whose refresh was killed ends when its time is over."""
    program = [sys.executable, "tests/support/parsers.py", str(tmp_path / "other"), str(seconds)]
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(program, cwd=ROOT, env=settings, stderr=subprocess.DEVNULL) as refreshing:
        process = first_child(psutil.Process(refreshing.pid))
        refreshing.send_signal(stop)
        assert refreshing.wait(timeout=60) != 0
        process.wait(timeout=60)


def first_child(process: psutil.Process) -> psutil.Process:
    """The process that a refresh has parse, once there is one."""
    until = time.monotonic() + 60
    while not (found := process.children()):
        assert time.monotonic() < until, "nothing was parsed"
        time.sleep(0.05)
    return found[0]
