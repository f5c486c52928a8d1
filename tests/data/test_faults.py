"""The fault matrix: everything a publisher may do wrong, for every importer.

Whatever arrives, the held table stays byte for byte, one error names the dataset,
and what is right about an answer is still taken.
"""

from __future__ import annotations

import dataclasses
import functools
import gzip
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from editions import EDITIONS, SCRIPT, Edition
from mirror import Answer, Mirror
from parsers import KEY, divides

from foreign_demand.__main__ import main
from foreign_demand.book.figures import sources_of
from foreign_demand.book.wording.data_and_methods import describe_mode, failures_as_printed
from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.editions import freshness
from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources import ADAPTERS, http
from foreign_demand.data.sources.http import Client
from foreign_demand.data.store import Outcome, Store
from foreign_demand.site.bundles import provenance
from foreign_demand.site.exports import describe_sources

pytestmark = pytest.mark.slow

BY_ID = {edition.id: edition for edition in EDITIONS}
PAGE = b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>Try later.</body></html>\n"
SECOND = 0.15
"""How long these tests wait for a server that has stopped talking."""


class Place:
    """A store that holds all editions, and a mirror in the place of their publishers."""

    def __init__(self, folder: Path, mirror: Mirror) -> None:
        # Some publications are brought in by a person; here they are fetched like the others.
        catalog = {id: dataclasses.replace(dataset, by_hand=False) for id, dataset in read_catalog().items()}
        self.store = Store(snapshot=folder / "snapshot", cache=folder / "cache", catalog=Catalog(catalog))
        self.mirror = mirror

    def serve(self, edition: Edition, answer: Answer | None = None) -> None:
        """Serve an edition, or another answer at its address."""
        self.mirror.answers.update(edition.answers(self.store.catalog))
        if answer is not None:
            self.mirror.answers[edition.path(self.store.catalog)] = answer

    def refresh(self, id: str) -> Outcome:
        client = Client(attempts=2, timeout=httpx.Timeout(SECOND), first_wait=0)
        return refresh(self.store, [id], client=client)[0]

    def held(self, id: str) -> bytes:
        return (self.store.cache / f"{id}.csv").read_bytes()

    def source(self, outcome: Outcome) -> dict[str, object]:
        """What ``sources.json`` says of a dataset after its refresh."""
        self.store.write_report("live", [outcome])
        alone = Catalog({outcome.id: self.store.catalog[outcome.id]})
        (record,) = describe_sources(
            Store(snapshot=self.store.snapshot, cache=self.store.cache, catalog=alone)
        )
        return record


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One place for all: a fault that leaves a trace would be seen by the next."""
    with Mirror({}) as mirror, pytest.MonkeyPatch.context() as settings:
        settings.delenv("FRED_API_KEY", raising=False)
        settings.setenv("BOOK_MIRROR", mirror.url)
        made = Place(tmp_path_factory.mktemp("place"), mirror)
        for edition in EDITIONS:
            made.serve(edition)
            outcome = made.refresh(edition.id)
            assert outcome.status == "live", outcome.error
        yield made


@pytest.fixture
def settings(
    place: Place, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> pytest.MonkeyPatch:
    """A key is set, but where FRED's public file is asked; its faults with a key are in test_secrets.py."""
    monkeypatch.setenv("FRED_API_KEY", KEY)
    callspec = getattr(request.node, "callspec", None)
    if callspec is None or callspec.params.get("id", "DGS10") == "DGS10":
        monkeypatch.delenv("FRED_API_KEY")
    monkeypatch.delenv("STRICT", raising=False)
    monkeypatch.setenv("BOOK_MIRROR", place.mirror.url)
    return monkeypatch


def test_every_importer_has_an_edition() -> None:
    assert sorted(read_catalog()[id].adapter for id in BY_ID) == sorted(ADAPTERS)


def assert_refused(place: Place, id: str, *, says: str = "") -> None:
    before, log = place.held(id), list(place.store.cache.parent.glob("revisions/*"))
    outcome = place.refresh(id)
    assert outcome.status == "failed"
    assert outcome.error.startswith(f"{id}: ")
    assert says in outcome.error
    assert "\n" not in outcome.error
    assert (outcome.new_rows, outcome.revised_cells) == (0, 0)
    assert place.held(id) == before
    assert list(place.store.cache.parent.glob("revisions/*")) == log
    source = place.source(outcome)
    assert (source["status"], source["error"]) == ("failed", outcome.error)
    assert KEY not in outcome.error
    assert KEY.encode() not in (place.store.cache / "refresh.json").read_bytes()
    assert not any(KEY in line for line in place.mirror.asked), "a publisher was given FRED's key"


def assert_taken(place: Place, id: str) -> None:
    before = place.store.held(id, into=place.store.cache)[0]
    outcome = place.refresh(id)
    assert outcome.status == "live", outcome.error
    assert (outcome.new_rows, outcome.revised_cells) == (0, 0)
    pd.testing.assert_frame_equal(place.store.held(id, into=place.store.cache)[0], before)


# --- the connection, the answer, the bytes: the same for every importer ------

ANSWERS: dict[str, tuple[Callable[[Edition], Answer], str]] = {
    "unchanged, unasked": (lambda edition: Answer(b"", 304), "HTTP 304"),
    "403": (lambda edition: Answer(b"no", 403), "HTTP 403"),
    "404": (lambda edition: Answer(b"no", 404), "HTTP 404"),
    "429 and a wait": (lambda edition: Answer(b"slow", 429, {"Retry-After": "1000"}), "wait 1000 s"),
    "500": (lambda edition: Answer(b"oh", 500), "HTTP 500, 2 times"),
    "silent in the middle": (
        lambda edition: Answer(edition.body(), headers=edition.headers, stall=5),
        "ReadTimeout",
    ),
    "breaks off": (
        lambda edition: Answer(edition.body(), headers=edition.headers, breaks_off=True),
        "RemoteProtocolError",
    ),
    "empty": (lambda edition: Answer(b"", headers=edition.headers), ""),
    "a page with 200": (lambda edition: Answer(PAGE, headers=edition.headers), ""),
    "another encoding": (
        lambda edition: Answer(edition.body().decode("latin-1").encode("utf-16"), headers=edition.headers),
        "",
    ),
    "cut short": (
        lambda edition: Answer(edition.body()[: 2 * len(edition.body()) // 3], headers=edition.headers),
        "",
    ),
    "not gzip as it says": (
        lambda edition: Answer(b"plain", headers={"Content-Encoding": "gzip"}),
        "DecodingError",
    ),
    "another host": (
        lambda edition: Answer(b"", 302, {"Location": "https://example.org/data.csv"}),
        "another host, example.org",
    ),
    "unencrypted": (lambda edition: Answer(b"", 301, {"Location": "http:/data.csv"}), "redirects to"),
    "no address": (lambda edition: Answer(b"", 302, {"Location": "https://[::"}), "location"),
    "no name": (lambda edition: Answer(b"", 302, {"Location": "https://xn--/"}), "is no address (Malformed"),
    "no place": (lambda edition: Answer(b"", 302, {"Location": "mailto:data"}), "is no address (For"),
    "429 and no date": (
        lambda edition: Answer(b"", 429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 +99999999999999"}),
        "HTTP 429, 2 times",
    ),
}


NO_FAULT = {
    ("auctions", "another encoding"): "the first bytes of JSON tell its encoding",
    ("mspd_marketable", "another encoding"): "the first bytes of JSON tell its encoding",
}
"""Where what is a fault elsewhere is none, and why: the answer is taken."""


@pytest.mark.parametrize("fault", ANSWERS)
@pytest.mark.parametrize("id", BY_ID)
def test_a_bad_answer_leaves_the_held_table(
    place: Place, settings: pytest.MonkeyPatch, id: str, fault: str
) -> None:
    answer, says = ANSWERS[fault]
    place.serve(BY_ID[id], answer(BY_ID[id]))
    if (id, fault) in NO_FAULT:
        assert_taken(place, id)
    else:
        assert_refused(place, id, says=says)


@pytest.mark.parametrize("id", BY_ID)
def test_a_refused_connection_leaves_the_held_table(
    place: Place, settings: pytest.MonkeyPatch, id: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.setenv("BOOK_MIRROR", f"http://127.0.0.1:{port}")
    assert_refused(place, id, says="ConnectError")


@pytest.mark.parametrize("id", BY_ID)
def test_an_unknown_name_leaves_the_held_table(place: Place, settings: pytest.MonkeyPatch, id: str) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings.setattr(socket, "getaddrinfo", unknown)
    assert_refused(place, id, says="Name or service not known")


@pytest.fixture(scope="module")
def bomb() -> bytes:
    packed = gzip.compress(bytes(50_000_000), compresslevel=1)
    assert len(packed) < 1_000_000
    return packed


@pytest.mark.parametrize("id", BY_ID)
def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(
    place: Place, settings: pytest.MonkeyPatch, id: str, bomb: bytes
) -> None:
    settings.setattr(http, "MAX_BYTES", 1_000_000)
    place.serve(BY_ID[id], Answer(bomb, headers={"Content-Encoding": "gzip"}))
    assert_refused(place, id, says="more than 1,000,000 bytes")


@pytest.mark.parametrize("id", BY_ID)
def test_an_answer_at_the_second_attempt_is_as_good(
    place: Place, settings: pytest.MonkeyPatch, id: str
) -> None:
    edition = BY_ID[id]
    answers = iter([Answer(b"busy", 503), Answer(edition.body(), headers=edition.headers)])
    place.serve(edition, lambda query: next(answers))
    assert_taken(place, id)


@pytest.mark.parametrize("day", ["2015 07:28:00 +99999999999999", "99999999999 07:28:00 GMT"])
def test_a_day_of_change_that_is_none_is_passed_over(
    place: Place, settings: pytest.MonkeyPatch, day: str
) -> None:
    headers = {**BY_ID["gold_pm"].headers, "Last-Modified": f"Wed, 21 Oct {day}"}
    place.serve(BY_ID["gold_pm"], Answer(BY_ID["gold_pm"].body(), headers=headers))
    assert_taken(place, "gold_pm")


@pytest.mark.parametrize(
    ("adapter", "stamp"),
    [
        ("cofer_shares", b'<message UPDATE_DATE="2025-13-40">'),
        ("french_factors", b"created by using the 000001 CRSP database"),
        ("tic_survey", b"For release 13/40/2025"),
    ],
)
def test_an_edition_stamp_that_is_no_day_is_none(adapter: str, stamp: bytes) -> None:
    assert ADAPTERS[adapter].vintage(stamp) == ""


def test_a_fault_of_one_importer_is_told_as_such_and_stays_its_own(
    place: Place, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("FRED_API_KEY", KEY)
    settings.setitem(ADAPTERS, "gold_pm", dataclasses.replace(ADAPTERS["gold_pm"], parse=divides))
    for id in ("gold_pm", "jgb_yields"):
        place.serve(BY_ID[id])
    before = place.held("gold_pm")
    bad, good = refresh(place.store, ["gold_pm", "jgb_yields"])
    assert (bad.status, good.status) == ("failed", "live")
    assert bad.error.startswith("gold_pm: ZeroDivisionError: in two lines, with ***. ")
    assert "fault of foreign_demand/data/sources (gold_pm)" in bad.error
    assert place.held("gold_pm") == before


@pytest.mark.parametrize("fault", ["too many redirects", "trickles"])
def test_an_answer_without_end_is_given_up(place: Place, settings: pytest.MonkeyPatch, fault: str) -> None:
    edition = BY_ID["DGS10"]
    if fault == "trickles":
        settings.setattr(http, "MAX_SECONDS", 0.0)
        place.serve(edition)
        assert_refused(place, "DGS10", says="not complete after")
    else:
        place.serve(edition, Answer(b"", 302, {"Location": "/graph/fredgraph.csv"}))
        assert_refused(place, "DGS10", says="more than 5 times")


# --- the content: as each importer's layout allows it ------------------------

CONTENTS: dict[str, Callable[[Edition], str]] = {
    "renamed column": lambda edition: edition.replaced(edition.renamed),
    "repeated row": lambda edition: edition.layout.repeated(edition.text()),
    "frozen": lambda edition: edition.layout.without(edition.text(), edition.newest),
    "lost beginning": lambda edition: edition.shortened(),
    "implausible value": lambda edition: edition.replaced(edition.grown),
    "other sign": lambda edition: edition.layout.values(edition.text(), lambda value: -value),
    "thousandfold": lambda edition: edition.layout.values(edition.text(), lambda value: 1000 * value),
    "script in a name": lambda edition: edition.replaced((edition.name, SCRIPT)),
}

WITHOUT_NAMES = frozenset(id for id, edition in BY_ID.items() if not edition.name)
"""Publications that name nobody: a script has no place in them."""


@pytest.mark.parametrize(
    ("id", "fault"),
    [
        (id, fault)
        for id in BY_ID
        for fault in CONTENTS
        if not (id in WITHOUT_NAMES and fault == "script in a name")
    ],
)
def test_bad_content_leaves_the_held_table(
    place: Place, settings: pytest.MonkeyPatch, id: str, fault: str
) -> None:
    edition = BY_ID[id]
    place.serve(edition, Answer(edition.body(CONTENTS[fault](edition)), headers=edition.headers))
    assert_refused(place, id)


ORDER_IS_MEANING = {
    "gold_pm": "the three currencies of a fixing have no names",
    "japan_weekly_flows": "the same headings stand there for residents and for non-residents",
}


@pytest.mark.parametrize("id", [id for id in BY_ID if id not in ORDER_IS_MEANING])
def test_columns_are_found_by_name_wherever_they_stand(
    place: Place, settings: pytest.MonkeyPatch, id: str
) -> None:
    edition = BY_ID[id]
    text = edition.layout.reordered(edition.text())
    assert text != edition.text()
    place.serve(edition, Answer(edition.body(text), headers=edition.headers))
    assert_taken(place, id)


# --- what a refresh says of it -----------------------------------------------

SPOILT, SOUND = "tic_slt_table3", "cofer_shares"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Mirror]]:
    """The command line with a store of its own, two publishers, and a key."""
    folders = {"snapshot": tmp_path / "data" / "snapshot", "cache": tmp_path / "cache" / "data"}
    store = Store(**folders)
    monkeypatch.setattr("foreign_demand.data.store.Store", functools.partial(Store, **folders))
    monkeypatch.setattr("foreign_demand.data.store.default_store", lambda: store)
    monkeypatch.setattr(
        "foreign_demand.data.refresh.refresh",
        lambda *args, **options: refresh(
            *args, **options, client=Client(attempts=2, timeout=httpx.Timeout(SECOND), first_wait=0)
        ),
    )
    monkeypatch.setenv("FRED_API_KEY", KEY)
    for name in ("OFFLINE", "STRICT"):
        monkeypatch.delenv(name, raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        for id in (SPOILT, SOUND):
            mirror.answers.update(BY_ID[id].answers(store.catalog))
        assert main(["refresh", "--only", SPOILT, SOUND]) == 0
        yield store, mirror


def spoilt(fault: str) -> Answer:
    """One of all faults above."""
    edition = BY_ID[SPOILT]
    if fault in ANSWERS:
        return ANSWERS[fault][0](edition)
    return Answer(edition.body(CONTENTS[fault](edition)), headers=edition.headers)


@pytest.mark.parametrize(("strict", "status"), [("", 0), ("1", 1)])
@pytest.mark.parametrize("fault", [*ANSWERS, *CONTENTS])
def test_pages_and_sources_say_what_happened(
    command: tuple[Store, Mirror],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: str,
    strict: str,
    status: int,
) -> None:
    store, mirror = command
    mirror.answers[BY_ID[SPOILT].path(store.catalog)] = spoilt(fault)
    monkeypatch.setenv("STRICT", strict)
    capsys.readouterr()
    assert main(["refresh", "--again", "--only", SPOILT, SOUND]) == status
    text = capsys.readouterr().out
    assert f"failed  {SPOILT}: " in text
    assert "1 datasets refreshed, 1 failed" in text

    sources = {source["id"]: source for source in describe_sources(store)}
    assert sources[SPOILT]["status"] == "failed"
    assert sources[SPOILT]["error"].startswith(f"{SPOILT}: ")
    assert sources[SPOILT]["reference_period"] == "2023-02"
    assert (sources[SOUND]["status"], sources[SOUND]["error"]) == ("live", "")

    below = {source.id: provenance(dataclasses.asdict(source)) for source in sources_of([SPOILT, SOUND])}
    assert below[SPOILT].endswith(", last refresh failed")
    assert "failed" not in below[SOUND]
    assert "one of 2 publications failed and is shown at its last good state" in describe_mode()
    (listed,) = failures_as_printed(freshness(store=store)).to_dict("records")
    assert (listed["Table"], listed["Shown to"]) == (SPOILT, "2023-02")
    assert listed["What happened"]
    assert sources[SPOILT]["error"].endswith(listed["What happened"])

    summary = (store.cache.parent / "refresh-summary.md").read_text(encoding="utf-8")
    assert summary.index("## Failed") < summary.index(SPOILT)
    files = [file for file in store.cache.parent.parent.rglob("*") if file.is_file()]
    assert not [file for file in files if KEY.encode() in file.read_bytes()]
    assert KEY not in text
