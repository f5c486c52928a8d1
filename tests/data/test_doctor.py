"""The doctor: every kind of fault told from the others, and nothing changed."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from editions import EDITIONS, SCRIPT, Edition
from mirror import Answer, Mirror
from publishers import fred_csv

from foreign_demand.__main__ import main
from foreign_demand.data.doctor import Finding, as_records, as_table, examine, faults_of
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources.fedboard import release_url
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


def spoilt(change: Callable[[Edition, str], str]) -> bytes:
    one = BY_ID[ID]
    return one.body(change(one, one.text()))


FAULTS: dict[str, tuple[Answer, str, str]] = {
    "silence": (Answer(b"abcdef", stall=5), "no answer", "ReadTimeout"),
    "busy": (Answer(status=503), "busy", "HTTP 503, 2 times"),
    "too many": (Answer(status=429), "busy", "HTTP 429, 2 times"),
    "turned away": (Answer(b"", 403), "turned away", "turned this program away"),
    "moved": (Answer(b"", 404), "moved", "Has the publisher moved it"),
    "elsewhere": (Answer(b"", 302, {"Location": "https://example.org/"}), "redirected", "another host"),
    "challenge": (
        Answer(PAGE, headers={"cf-mitigated": "challenge"}),
        "turned away",
        "as some do with programs",
    ),
    "refused": (Answer(b'{"error_message": "no such table"}', 400), "refused", "HTTP 400 (no such table)"),
    "packed twice": (
        Answer(b"abc", headers={"Content-Encoding": "gzip, gzip"}),
        "refused",
        "packed as gzip, gzip",
    ),
    "cut off": (Answer(b"abcdef", breaks_off=True), "no answer", "peer closed connection"),
    "page": (edition(PAGE), "not the publication", "a web page arrived"),
    "empty": (edition(b""), "not the publication", "the answer is empty"),
    "renamed": (
        edition(BY_ID[ID].body().replace(*(text.encode() for text in BY_ID[ID].renamed))),
        "not the publication",
        "for_lt_treas_valchg",
    ),
    "wrong sums": (edition(grown(BY_ID[ID])), "does not add up", "add up"),
    "shortened": (edition(spoilt(lambda one, text: one.shortened())), "shortened", "history starts"),
    "other unit": (
        edition(spoilt(lambda one, text: one.layout.values(text, lambda value: value * 1000))),
        "not as described",
        "changed units",
    ),
    "other sign": (
        edition(spoilt(lambda one, text: one.layout.values(text, lambda value: -value))),
        "not as described",
        "met -",
    ),
    "a name that is none": (
        edition(spoilt(lambda one, text: text.replace(one.name, SCRIPT))),
        "not as described",
        "is no name",
    ),
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


def test_an_edition_that_no_history_resembles_and_one_before_its_time_are_told(
    mirror: Mirror, embedded: Store, tmp_path: Path
) -> None:
    """What is well formed, and yet not believed."""
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    dataset, table = embedded.catalog["VIXCLS"], embedded.read("VIXCLS")
    path = "/fred.stlouisfed.org/graph/fredgraph.csv?id=VIXCLS"
    mirror.answers[path] = Answer(fred_csv(table, dataset))
    assert refresh(store, ["VIXCLS"], client=Client(**OPTIONS))[0].status == "live"
    last = table.tail(1)
    told = {
        "implausible": last.assign(date=last["date"] + pd.offsets.BDay(), vix_index=150.0),
        "not as described": last.assign(date=pd.Timestamp.today().normalize() + pd.offsets.BDay(5)),
    }
    before = state(store.cache.parent)
    for kind, row in told.items():
        mirror.answers[path] = Answer(fred_csv(pd.concat([table, row.astype(table.dtypes)]), dataset))
        (finding,) = examine(store, ["VIXCLS"], client_options=OPTIONS)
        assert finding.answer == kind, finding.would
        assert finding.would.startswith("Keep the held table: ")
        assert "\n" not in finding.would
    assert "yet to come out" in finding.would
    assert state(store.cache.parent) == before


def test_a_held_table_that_cannot_be_read_is_told(mirror: Mirror, store: Store) -> None:
    file = store.cache / f"{ID}.csv"
    file.write_text(file.read_text(encoding="utf-8")[:300], encoding="utf-8")
    (finding,) = examine(store, [ID], client_options=OPTIONS)
    assert (finding.answer, finding.here) == ("held table", "")
    assert "cannot be read back" in finding.would


def test_what_the_second_source_gave_is_told(mirror: Mirror, embedded: Store, tmp_path: Path) -> None:
    """The Board answers with a page of the web, and FRED with the series."""
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    dataset = store.catalog["DGS10"]
    mirror.answers[release_url(dataset).removeprefix("https:/")] = Answer(PAGE)
    csv = fred_csv(embedded.read("DGS10"), dataset)
    mirror.answers["/fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10"] = Answer(csv)
    (finding,) = examine(store, ["DGS10"], client_options=OPTIONS)
    assert (finding.answer, finding.host) == ("new", "fred.stlouisfed.org")
    assert "FRED was asked instead of the Board. DGS10: a web page arrived" in finding.would


def test_the_kinds_of_fault_are_told_apart() -> None:
    """Each in its own words; the same kind only where a person does the same about it."""
    assert len({says for _, _, says in FAULTS.values()}) >= len(FAULTS) - 1
    assert len({kind for _, kind, _ in FAULTS.values()}) >= 9


YIELDS = ["DGS10", "DGS2", "T10Y2Y"]


def yields_answers(mirror: Mirror, embedded: Store, *, days: int, wrong: float = 0.0) -> None:
    """FRED's files of three series that are witnesses of each other, the Board away."""
    for id in YIELDS:
        table = embedded.read(id)
        table = table[table["date"] <= "2026-06-30"].iloc[-400 : days - 5 or None].copy()
        if id == "T10Y2Y":
            table.loc[table.index[-1], "spread_pct"] += wrong
        dataset = embedded.catalog[id]
        mirror.answers[f"/fred.stlouisfed.org/graph/fredgraph.csv?id={id}"] = Answer(fred_csv(table, dataset))


def test_an_edition_that_its_witnesses_dispute_is_told_and_witnesses_are_shown(
    mirror: Mirror, embedded: Store, tmp_path: Path
) -> None:
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    yields_answers(mirror, embedded, days=0)
    assert {o.status for o in refresh(store, YIELDS, client=Client(**OPTIONS))} == {"live"}
    store.write_report("live")
    yields_answers(mirror, embedded, days=5)
    findings = examine(store, YIELDS, client_options=OPTIONS)
    assert {f.answer for f in findings} == {"new"}
    (vouching,) = next(f for f in findings if f.id == "T10Y2Y").witnesses
    assert (vouching.by, vouching.unit, vouching.disputed) == ("DGS10, DGS2", "percentage points", 0)
    assert vouching.gap <= vouching.may_be
    assert "1 of 1 agree" in as_table(findings)
    assert json.loads(json.dumps(as_records(findings)))[2]["witnesses"][0]["by"] == "DGS10, DGS2"

    yields_answers(mirror, embedded, days=-2)
    assert {f.answer for f in examine(store, YIELDS, client_options=OPTIONS)} == {"stale"}
    yields_answers(mirror, embedded, days=5, wrong=0.04)
    before = state(store.cache.parent)
    findings = examine(store, YIELDS, client_options=OPTIONS)
    assert {f.answer for f in findings} == {"disputed"}
    assert all("T10Y2Y says" in f.would and f.here < "2026-06-30" for f in findings)
    assert state(store.cache.parent) == before


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
    assert first.split() == ["dataset", "host", "answer", "s", "here", "there", "witnesses"]
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
