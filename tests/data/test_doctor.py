"""The doctor: every kind of fault told from the others, and nothing changed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from editions import EDITIONS, Edition
from mirror import Answer, Mirror

from foreign_demand.__main__ import main
from foreign_demand.data.doctor import Finding, as_records, as_table, examine, faults_of
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources.http import Client
from foreign_demand.data.store import Store

BY_ID = {edition.id: edition for edition in EDITIONS}
ID = "tic_slt_table3"
PAGE = b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>Try later.</body></html>\n"
OPTIONS = {"attempts": 2, "first_wait": 0, "timeout": httpx.Timeout(0.3)}


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for name in ("FRED_API_KEY", "OFFLINE", "STRICT", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        yield mirror


@pytest.fixture
def store(mirror: Mirror, tmp_path: Path) -> Store:
    """What an earlier refresh brought."""
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    mirror.answers.update(BY_ID[ID].answers(store.catalog))
    (outcome,) = refresh(store, [ID], client=Client(**OPTIONS))
    assert outcome.status == "live", outcome.error
    return store


def state(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def served(mirror: Mirror, store: Store, answer: Answer) -> Finding:
    mirror.answers[BY_ID[ID].path(store.catalog)] = answer
    (finding,) = examine(store, [ID], client_options=OPTIONS)
    return finding


def edition(body: bytes) -> Answer:
    return Answer(body, headers=BY_ID[ID].headers)


def grown(one: Edition) -> bytes:
    return one.body().replace(one.grown[0].encode(), one.grown[1].encode())


FAULTS: dict[str, tuple[Answer, str, str]] = {
    "silence": (Answer(b"abcdef", stall=5), "no answer", "ReadTimeout"),
    "busy": (Answer(status=503), "busy", "HTTP 503, 2 times"),
    "too many": (Answer(status=429), "busy", "HTTP 429, 2 times"),
    "turned away": (Answer(b"", 403), "turned away", "turned this program away"),
    "moved": (Answer(b"", 404), "moved", "Has the publisher moved it"),
    "elsewhere": (Answer(b"", 302, {"Location": "https://example.org/"}), "redirected", "another host"),
    "page": (edition(PAGE), "not the publication", "a web page arrived"),
    "empty": (edition(b""), "not the publication", "the answer is empty"),
    "renamed": (
        edition(BY_ID[ID].body().replace(*(text.encode() for text in BY_ID[ID].renamed))),
        "not the publication",
        "for_lt_treas_valchg",
    ),
    "wrong sums": (edition(grown(BY_ID[ID])), "does not add up", "add up"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_of_fault_is_told_in_one_sentence(mirror: Mirror, store: Store, fault: str) -> None:
    answer, kind, says = FAULTS[fault]
    before = state(store.cache.parent)
    finding = served(mirror, store, answer)
    assert finding.answer == kind, finding.would
    assert says in finding.would
    assert finding.would.startswith("Keep the held table: ")
    assert "\n" not in finding.would
    assert faults_of([finding]) == [finding]
    assert finding.here == "2023-02"
    assert state(store.cache.parent) == before, "something was changed"


def test_what_is_served_as_held_is_no_news(mirror: Mirror, store: Store) -> None:
    finding = served(mirror, store, edition(BY_ID[ID].body()))
    assert (finding.answer, finding.here, finding.there) == ("as held", "2023-02", "2023-02")
    assert finding.seconds is not None
    assert finding.would == "Nothing: what is held is what is served."
    assert faults_of([finding]) == []


def test_news_are_counted_and_not_taken(mirror: Mirror, store: Store, tmp_path: Path) -> None:
    empty = Store(snapshot=tmp_path / "none", cache=tmp_path / "nothing")
    (finding,) = examine(empty, [ID], client_options=OPTIONS)
    assert (finding.answer, finding.here, finding.there) == ("new", "", "2023-02")
    assert finding.would.startswith("Take ")
    assert not (tmp_path / "nothing").exists()


def test_what_comes_by_hand_is_not_asked_and_says_what_to_do(
    mirror: Mirror, embedded: Store, tmp_path: Path
) -> None:
    store = Store(snapshot=embedded.snapshot, cache=tmp_path / "cache")
    (finding,) = examine(store, ["un_voting_coincidence"], client_options=OPTIONS)
    assert finding.answer == "by hand"
    assert "PDF report a year" in finding.would
    assert mirror.asked == []


def test_the_table_has_a_line_a_dataset_and_the_faults_below(mirror: Mirror, store: Store) -> None:
    finding = served(mirror, store, Answer(b"", 403))
    text = as_table([finding])
    first, second, *rest = text.splitlines()
    assert first.split() == ["dataset", "host", "answer", "s", "here", "there"]
    assert second.split()[:2] == [ID, "ticdata.treasury.gov"]
    assert any(line.startswith(f"{ID}: Keep the held table: ") for line in rest)
    assert json.loads(json.dumps(as_records([finding])))[0]["answer"] == "turned away"


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_command_tells_and_exits_by_what_it_found(
    mirror: Mirror, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    key = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("FRED_API_KEY", key)
    mirror.answers |= {"/api.stlouisfed.org/fred/series/observations": Answer(f"bad {key}".encode(), 400)}
    assert main(["doctor", "--only", "VIXCLS", *(["--json"] if form == "json" else [])]) == 1
    said = capsys.readouterr()
    assert key not in said.out + said.err
    if form == "json":
        told = json.loads(said.out)
        assert told["machine"]["FRED key"] == "set"
        assert told["datasets"][0]["answer"] == "refused"
        assert "check FRED_API_KEY" in told["datasets"][0]["would"]
    else:
        assert "1 datasets, 1 with a fault. Nothing was changed." in said.out


def test_without_a_network_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("BOOK_MIRROR", f"http://127.0.0.1:{port}")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out == "No network: nothing answers at the address in BOOK_MIRROR.\n"
