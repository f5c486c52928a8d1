"""The Board's own release files: read as FRED's copies are, asked for once, FRED the second source."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from mirror import Answer, Mirror, copy_headers
from pandas.testing import assert_frame_equal
from project import FIXTURES, ROOT
from publishers import fred_csv, release_zip

from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.refresh import SPARE, due, refresh
from foreign_demand.data.sources import fedboard
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.sources.fred import fetch_series, parse_series
from foreign_demand.data.sources.http import Client
from foreign_demand.data.store import Outcome, Store
from foreign_demand.exceptions import FetchError, ParseError

XML = (FIXTURES / "markets" / "H15_data.xml").read_bytes()
H15 = "/www.federalreserve.gov/releases/h15/data/FRB_h15_xml.zip"
GRAPH = "/fred.stlouisfed.org/graph/fredgraph.csv"
OF_THE_BOARD = [id for id, dataset in read_catalog().items() if dataset.board]


def zipped(content: bytes, name: str = "H15_data.xml") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("H15_struct.xml", "<structure/>")
        file.writestr(name, content)
    return archive.getvalue()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch):
    for name in ("FRED_API_KEY", "OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        yield mirror


def test_the_release_gives_the_table_freds_copy_gives(catalog: Catalog) -> None:
    theirs = (FIXTURES / "markets" / "DGS10.csv").read_bytes()
    assert_frame_equal(parse_series(zipped(XML), catalog["DGS10"]), parse_series(theirs, catalog["DGS10"]))


def test_a_series_is_not_taken_for_one_whose_name_begins_alike(catalog: Catalog) -> None:
    assert parse_series(zipped(XML), catalog["DFII10"])["real_yield_pct"].tolist() == [1.89]


def test_months_are_dated_by_their_last_day(catalog: Catalog) -> None:
    table = parse_series(zipped(XML), catalog["GS10"])
    assert table["month"].tolist() == [pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30")]
    with pytest.raises(ParseError, match=r"^GS10: observation 2: 2025-04-01 is not the last day of a month"):
        parse_series(zipped(XML.replace(b"2025-04-30", b"2025-04-01")), catalog["GS10"])


def test_what_stands_in_for_a_yield_that_was_not_published_is_left_out(catalog: Catalog) -> None:
    days = parse_series(zipped(XML), catalog["DGS30"])["date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2002-02-15", "2006-02-09"]


@pytest.mark.parametrize("id", OF_THE_BOARD)
def test_every_held_series_comes_back_from_a_release_as_it_is_held(
    catalog: Catalog, embedded: Store, id: str
) -> None:
    dataset, held = catalog[id], embedded.read(id)
    assert_frame_equal(parse_series(release_zip([(dataset, held)]), dataset), held)
    assert_frame_equal(parse_series(fred_csv(held, dataset), dataset), held)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zipped(XML)[:400], "not the Board's release file"),
        (zipped(XML, "H15.xml"), "not the Board's release file"),
        (zipped(XML.replace(b"RIFLGFCY10_N.B", b"RIFLGFCY10_N.X")), "just once, and has it 0 times"),
        (zipped(XML.replace(b"RIFLGFCY30_N.B", b"RIFLGFCY10_N.B")), "just once, and has it 2 times"),
        (zipped(XML[: XML.index(b"</kf:Series>")]), "has it 0 times"),
        (zipped(XML.replace(b"<frb:Obs", b"<frb:Other")), "has no observation"),
        (zipped(XML.replace(b'"4.15"', b'"4,15"')), "'4,15' is not a number"),
        (zipped(XML.replace(b'"2025-04-07"', b'"07/04/2025"')), "is not a date"),
        (zipped(XML.replace(b'"2025-04-07"', b'"2025-04-04"')), "more than once"),
        (zipped(XML.replace(b"<frb:Annotations>", b"<!ENTITY a 'b'><frb:Annotations>")), "document type"),
        (zipped(b"<x/>" * 300_000), "has it 0 times"),
    ],
    ids=["cut", "no member", "no series", "twice", "cut inside", "empty", "word", "day", "day twice",
         "entity", "another file"],
)  # fmt: skip
def test_anything_else_is_refused_in_one_sentence(catalog: Catalog, content: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=f"^DGS10: .*{says}") as caught:
        parse_series(content, catalog["DGS10"])
    assert "\n" not in str(caught.value)


def test_a_release_that_unpacks_without_end_is_refused(catalog: Catalog, monkeypatch) -> None:
    monkeypatch.setattr(fedboard, "MAX_UNPACKED", 2_000_000)
    with pytest.raises(ParseError, match=r"^DGS10: unpacks to more than 2,000,000 bytes"):
        parse_series(zipped(bytes(5_000_000)), catalog["DGS10"])


def test_a_series_across_pieces_of_the_file_is_whole(catalog: Catalog) -> None:
    spaced = XML.replace(b"</message:Header>", b"</message:Header>" + b" " * ((1 << 20) - 700))
    assert len(parse_series(zipped(spaced), catalog["DGS10"])) == 6


# --- where it is asked for ---------------------------------------------------


def test_the_board_is_asked_first_and_named_as_the_origin(mirror: Mirror, tmp_path: Path) -> None:
    mirror.answers[H15] = Answer(zipped(XML), headers=copy_headers("2025-05-28", "excerpt"))
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache")
    (outcome,) = refresh(store, ["DGS10"], into=store.snapshot)
    assert (outcome.status, outcome.note) == ("live", ""), outcome.error
    assert store.origin("DGS10").url == release_url(store.catalog["DGS10"])
    assert mirror.asked == [H15]
    dataset, origin = store.catalog["DGS10"], store.origin("DGS10")
    assert dataset.cited(origin) == "Federal Reserve Board, H.15 (DGS10)"
    theirs = (FIXTURES / "markets" / "DGS10.csv").read_bytes()
    copy = Answer(theirs, headers=copy_headers("2025-05-28", "excerpt"))
    mirror.answers |= {H15: Answer(status=404), GRAPH: copy}
    second = Store(snapshot=tmp_path / "second", cache=tmp_path / "cache")
    (outcome,) = refresh(second, ["DGS10"], into=second.snapshot)
    assert outcome.note.startswith("FRED was asked instead of the Board."), outcome.error
    assert dataset.cited(second.origin("DGS10")) == "Federal Reserve Board, H.15, via FRED (DGS10)"


def test_many_series_of_a_release_are_one_request(mirror: Mirror, catalog: Catalog) -> None:
    mirror.answers[H15] = Answer(zipped(XML), headers={"ETag": '"a"'})
    with Client() as client:
        replies = [fetch_series(catalog[id], client) for id in ("DGS10", "DGS30", "GS10", "DFII10")]
    assert mirror.asked == [H15]
    assert {reply.url for reply in replies} == {release_url(catalog["DGS10"])}


def test_one_that_is_held_and_one_that_is_not_are_two_requests_at_most(
    mirror: Mirror, catalog: Catalog
) -> None:
    mirror.answers[H15] = Answer(status=304)
    with Client() as client:
        assert fetch_series(catalog["DGS10"], client, '"a"').unchanged
        assert fetch_series(catalog["DGS30"], client, '"a"').unchanged
        mirror.answers[H15] = Answer(zipped(XML), headers={"ETag": '"a"'})
        assert fetch_series(catalog["GS10"], client).content
    assert mirror.asked == [H15, H15]


@pytest.mark.parametrize("status", [404, 403, 503])
def test_fred_is_asked_where_the_board_does_not_answer(mirror: Mirror, catalog: Catalog, status: int) -> None:
    content = (FIXTURES / "markets" / "DGS10.csv").read_bytes()
    mirror.answers |= {H15: Answer(status=status), GRAPH: Answer(content)}
    with Client(attempts=2, first_wait=0) as client:
        reply = fetch_series(catalog["DGS10"], client)
    assert (reply.content, reply.url) == (content, "")
    assert reply.note.startswith("FRED was asked instead of the Board.")
    assert f"HTTP {status}" in reply.note


def held_and_served(mirror: Mirror, folder: Path, board: bytes, fred: bytes) -> tuple[Store, Outcome]:
    """A store that holds DGS10 from the Board, after a refresh for which both serve something else."""
    store = Store(snapshot=folder / "snapshot", cache=folder / "cache")
    mirror.answers[H15] = Answer(zipped(XML), headers=copy_headers("2025-05-28", "excerpt"))
    assert refresh(store, ["DGS10"], into=store.snapshot)[0].status == "live"
    mirror.answers[H15] = Answer(board, headers=copy_headers("2025-05-29", "excerpt") | {"ETag": '"b"'})
    mirror.answers[GRAPH] = Answer(fred, headers=copy_headers("2025-05-29", "excerpt") | {"ETag": '"f"'})
    return store, refresh(store, ["DGS10"], into=store.snapshot)[0]


PAGE = b"<!DOCTYPE html>\n<html><body>Try later.</body></html>\n"


@pytest.mark.parametrize(
    ("board", "says"),
    [
        (PAGE, "web page"),
        (zipped(XML.replace(b"RIFLGFCY10_N.B", b"RIFLGFCY10_N.X")), "has it 0 times"),
        (zipped(XML.replace(b"RIFLGFCY30_N.B", b"RIFLGFCY10_N.B")), "has it 2 times"),
        (zipped(XML.replace(b'"2025-04-04"', b'"2025-04-05"', 1)), "history starts"),
        (zipped(XML.replace(b'"4.01"', b'"401"')), ""),
    ],
    ids=["page", "unknown series", "twice", "shorter", "out of bounds"],
)
def test_fred_is_asked_where_the_board_answers_with_something_else(
    mirror: Mirror, tmp_path: Path, board: bytes, says: str
) -> None:
    theirs = (FIXTURES / "markets" / "DGS10.csv").read_bytes()
    store, outcome = held_and_served(mirror, tmp_path, board, theirs)
    assert outcome.status == "live", outcome.error
    assert outcome.note.startswith("FRED was asked instead of the Board. DGS10: ")
    assert says in outcome.note
    assert not outcome.revised_cells
    origin = store.origin("DGS10")
    assert (origin.url, origin.validator) == (store.catalog["DGS10"].url, "")


def test_where_neither_answers_with_the_series_both_are_named(mirror: Mirror, tmp_path: Path) -> None:
    _, outcome = held_and_served(mirror, tmp_path, PAGE, PAGE.replace(b"later", b"again"))
    assert (outcome.status, outcome.fault) == ("failed", "not the publication")
    assert outcome.error.count("web page") == 2
    assert "The second source: DGS10: " in outcome.error
    _, outcome = held_and_served(mirror, tmp_path / "other", PAGE, b"")
    assert "The second source: DGS10: " in outcome.error


def test_where_neither_answers_both_are_named(mirror: Mirror, catalog: Catalog) -> None:
    with Client(attempts=2, first_wait=0) as client, pytest.raises(FetchError) as caught:
        fetch_series(catalog["DGS10"], client)
    assert "federalreserve.gov" in str(caught.value)
    assert "The second source: https://fred.stlouisfed.org" in str(caught.value)


def test_no_series_is_named_twice() -> None:
    names = [read_catalog()[id].board for id in OF_THE_BOARD]
    assert len(set(names)) == len(names) > 20
    assert (ROOT / "data" / "snapshot" / f"{OF_THE_BOARD[0]}.csv").exists()


def test_what_was_confirmed_within_six_hours_is_not_asked_again(mirror: Mirror, tmp_path: Path) -> None:
    """Unless told to; an embedded copy, however new, is not a confirmation."""
    mirror.answers[H15] = Answer(zipped(XML), headers=copy_headers("2025-05-28", "excerpt"))
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    for into, asked in ((store.snapshot, 1), (store.cache, 2), (store.cache, 2), (store.snapshot, 2)):
        (outcome,) = refresh(store, ["DGS10"], into=into, spare=SPARE)
        assert outcome.status == "live", outcome.error
        assert len(mirror.asked) == asked
    assert due(store, ["DGS10", "DGS2"], into=store.cache) == ["DGS2"]
    refresh(store, ["DGS10"])
    assert len(mirror.asked) == 3
