"""FRED: what a series looks like, with and without a key, and what must never happen to the key."""

from __future__ import annotations

import dataclasses
import logging
import time
import traceback

import httpx
import official_markets
import pandas as pd
import pytest
from mirror import Answer, Mirror
from pandas.testing import assert_frame_equal
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.sources import http
from foreign_demand.data.sources.fred import NO_KEY, fetch_series, parse_series
from foreign_demand.data.sources.http import Client, Host
from foreign_demand.exceptions import FetchError, ParseError

MARKETS = FIXTURES / "markets"
KEY = "0123456789abcdef0123456789abcdef"
GRAPH = "/fred.stlouisfed.org/graph/fredgraph.csv"
API = "/api.stlouisfed.org/fred/series/observations"


def read(name: str) -> bytes:
    return (MARKETS / name).read_bytes()


@pytest.fixture
def catalog() -> Catalog:
    """FRED alone; where the Board is asked first is in test_fedboard.py."""
    return Catalog({id: dataclasses.replace(dataset, board="") for id, dataset in read_catalog().items()})


@pytest.fixture
def client():
    with Client(attempts=3) as client:
        yield client


@pytest.fixture
def served(monkeypatch):
    """Start a mirror with some answers and send every request to it."""
    running = []

    def start(answers) -> Mirror:
        mirror = Mirror(answers)
        mirror.__enter__()
        running.append(mirror)
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        return mirror

    monkeypatch.delenv("FRED_API_KEY", raising=False)
    yield start
    for mirror in running:
        mirror.__exit__()


@pytest.fixture
def with_key(monkeypatch, served):
    monkeypatch.setenv("FRED_API_KEY", KEY)


class TestParse:
    def test_days_without_a_value_are_no_observations(self, catalog):
        table = parse_series(read("DGS10.csv"), catalog["DGS10"])
        assert list(table) == ["date", "yield_pct"]
        assert table.set_index("date")["yield_pct"].to_dict() == {
            pd.Timestamp("2025-04-04"): 4.01,
            pd.Timestamp("2025-04-07"): 4.15,
            pd.Timestamp("2025-04-11"): 4.48,
            pd.Timestamp("2025-04-17"): 4.34,
            pd.Timestamp("2025-04-21"): 4.42,
            pd.Timestamp("2025-05-27"): 4.43,
        }

    def test_month_is_dated_by_its_last_day_and_a_gap_stays(self, catalog):
        table = parse_series(read("CPIAUCSL.csv"), catalog["CPIAUCSL"])
        assert table["month"].dt.strftime("%Y-%m-%d").tolist() == [
            "2025-08-31",
            "2025-09-30",
            "2025-10-31",
            "2025-11-30",
        ]
        assert table["index"].isna().tolist() == [False, False, True, False]

    def test_a_stand_in_for_a_yield_that_was_not_published_is_left_out(self, catalog):
        days = ["2002-02-15", "2002-02-19", "2004-07-01", "2006-02-08", "2006-02-09"]
        copy = "observation_date,DGS30\n" + "".join(f"{day},5.3\n" for day in days)
        assert parse_series(copy.encode(), catalog["DGS30"])["date"].dt.strftime("%Y-%m-%d").tolist() == [
            "2002-02-15",
            "2006-02-09",
        ]

    def test_quarter_is_dated_by_its_last_day(self, catalog):
        table = parse_series(read("GDP.csv"), catalog["GDP"])
        assert table["quarter"].tolist() == [pd.Timestamp("2025-03-31"), pd.Timestamp("2025-06-30")]

    def test_fiscal_years_keep_the_day_they_end(self, catalog):
        table = parse_series(read("FYFSD.csv"), catalog["FYFSD"])
        assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["1975-06-30", "1976-06-30", "1977-09-30"]

    def test_zeros_before_the_first_custody_figure_are_missing(self, catalog):
        table = parse_series(read("WMTSECL1.csv"), catalog["WMTSECL1"])
        assert table.iloc[0].tolist() == [pd.Timestamp("2007-07-04"), 1209781.0]
        assert len(table) == 2

    def test_zero_is_a_value_elsewhere(self, catalog):
        content = read("DGS10.csv").replace(b"4.15", b"0.00").replace(b"DGS10", b"DFII10")
        assert 0.0 in parse_series(content, catalog["DFII10"])["real_yield_pct"].tolist()

    def test_columns_are_read_by_name(self, catalog):
        swapped = b"".join(
            b",".join(reversed(line.split(b","))) + b"\n" for line in read("DGS10.csv").splitlines()
        )
        assert_frame_equal(
            parse_series(swapped, catalog["DGS10"]), parse_series(read("DGS10.csv"), catalog["DGS10"])
        )

    def test_order_of_rows_does_not_matter(self, catalog):
        head, *rows = read("CPIAUCSL.csv").splitlines(keepends=True)
        backwards = head + b"".join(reversed(rows))
        assert_frame_equal(
            parse_series(backwards, catalog["CPIAUCSL"]),
            parse_series(read("CPIAUCSL.csv"), catalog["CPIAUCSL"]),
        )

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "empty"),
            (b" \n", "empty"),
            (read("unknown_series.html"), "web page.*Error - St. Louis Fed"),
            (read("DGS10.csv").decode().encode("utf-16"), "not utf-8"),
            (read("DGS10.csv").replace(b"DGS10", b"DGS20"), "'DGS10' exactly once"),
            (
                read("DGS10.csv").replace(b"observation_date", b"DATE"),
                "no header line with 'observation_date'",
            ),
            (read("DGS10.csv")[:60], "breaks off"),
            (read("DGS10.csv")[:60] + b"\n", "line 4 has 1 cells"),
            (b"observation_date,DGS10\n", "no rows"),
            (b"observation_date,DGS10\n2025-04-18,\n", "no row carries a value"),
            (read("DGS10.csv").replace(b"4.15", b"n/a"), "line 3.*'n/a' is not a number"),
            (read("DGS10.csv").replace(b"4.15", b"inf"), "line 3.*'inf' is not a number"),
            (read("DGS10.csv").replace(b"2025-04-07", b"07/04/2025"), "line 3.*not a date"),
            (read("DGS10.csv").replace(b"2025-04-07", b"2025-04-04"), "more than once"),
            (read("DGS10.csv") + b'"' + b"x" * 200_000 + b"\n", "cannot be split at|has 1 cells"),
        ],
    )
    def test_anything_else_is_refused_in_one_sentence(self, catalog, content, says):
        with pytest.raises(ParseError, match=f"(?s)^DGS10: .*{says}") as caught:
            parse_series(content, catalog["DGS10"])
        assert "\n" not in str(caught.value)

    def test_a_month_not_dated_by_its_first_day_is_refused(self, catalog):
        content = read("CPIAUCSL.csv").replace(b"2025-09-01", b"2025-09-15")
        with pytest.raises(
            ParseError, match=r"^CPIAUCSL: line 3: 2025-09-15 is not the first day of a month"
        ):
            parse_series(content, catalog["CPIAUCSL"])


class TestFetchWithoutKey:
    def test_asks_the_public_csv(self, catalog, client, served):
        mirror = served({GRAPH: Answer(read("DGS10.csv"), headers={"ETag": '"a"'})})
        reply = fetch_series(catalog["DGS10"], client)
        assert mirror.asked == [f"{GRAPH}?id=DGS10"]
        assert (reply.content, reply.validator) == (read("DGS10.csv"), '"a"')

    def test_an_empty_key_is_no_key(self, catalog, client, served, monkeypatch):
        monkeypatch.setenv("FRED_API_KEY", " ")
        mirror = served({GRAPH: Answer(read("DGS10.csv"))})
        fetch_series(catalog["DGS10"], client)
        assert mirror.asked == [f"{GRAPH}?id=DGS10"]

    def test_an_unchanged_series_is_not_sent_again(self, catalog, client, served):
        served({GRAPH: Answer(status=304)})
        assert fetch_series(catalog["DGS10"], client, '"a"').unchanged


@pytest.mark.usefixtures("with_key")
class TestFetchWithKey:
    def test_asks_the_api_and_reads_the_same(self, catalog, client, served):
        mirror = served({API: Answer(read("DGS10.xml"), headers={"X-Public-Copy": "ours"})})
        reply = fetch_series(catalog["DGS10"], client)
        (asked,) = mirror.asked
        assert asked.startswith(API)
        assert "series_id=DGS10" in asked
        assert f"api_key={NO_KEY}" in asked
        assert reply.content.splitlines()[:2] == [b"observation_date,DGS10", b"2025-04-04,4.01"]
        assert reply.copy == "ours"
        assert_frame_equal(
            parse_series(reply.content, catalog["DGS10"]), parse_series(read("DGS10.csv"), catalog["DGS10"])
        )

    def test_the_publisher_is_given_the_key_and_a_mirror_is_not(self, catalog, client, served, monkeypatch):
        mirror = served({API: Answer(read("DGS10.xml"))})
        fetch_series(catalog["DGS10"], client)
        assert NO_KEY in mirror.asked[0]
        assert KEY not in mirror.asked[0]
        monkeypatch.delenv("BOOK_MIRROR")
        asked = []

        class Publisher(httpx.MockTransport):
            def __init__(self, proxy: str) -> None:
                super().__init__(
                    lambda request: asked.append(request) or httpx.Response(200, content=read("DGS10.xml"))
                )

            def until(self, moment: float) -> None:
                pass

        monkeypatch.setattr(http, "Transport", Publisher)
        with Client() as another:
            fetch_series(catalog["DGS10"], another)
        assert asked[0].url.params["api_key"] == KEY
        assert (asked[0].url.scheme, asked[0].url.host) == ("https", "api.stlouisfed.org")

    def test_a_passing_fault_is_tried_again(self, catalog, client, served):
        answers = iter([Answer(status=503), Answer(read("DGS10.xml"))])
        mirror = served({API: lambda query: next(answers)})
        assert b"2025-04-11,4.48" in fetch_series(catalog["DGS10"], client).content
        assert len(mirror.asked) == 2

    def test_keeps_the_pace_fred_asks_for(self, catalog, client, served, monkeypatch):
        monkeypatch.setitem(http.HOSTS, "api.stlouisfed.org", Host(interval=0.3))
        served({API: Answer(read("DGS10.xml"))})
        began = time.monotonic()
        fetch_series(catalog["DGS10"], client)
        fetch_series(catalog["DGS10"], client)
        assert time.monotonic() - began >= 0.3

    def test_refuses_more_than_the_cap(self, catalog, client, served, monkeypatch):
        monkeypatch.setattr(http, "MAX_BYTES", 100)
        served({API: Answer(read("DGS10.xml"))})
        with pytest.raises(FetchError, match=r"^DGS10: .*more than 100 bytes"):
            fetch_series(catalog["DGS10"], client)

    @pytest.mark.parametrize(
        ("answer", "error", "says"),
        [
            (Answer(b"<error/>", status=400), FetchError, "HTTP 400.*check FRED_API_KEY"),
            (Answer(status=503), FetchError, "HTTP 503.*3 times"),
            (Answer(status=302, headers={"Location": f"/elsewhere?api_key={KEY}"}), FetchError, "HTTP 404"),
            (Answer(read("unknown_series.html")), ParseError, "did not answer with observations"),
            (Answer(read("DGS10.xml")[:900]), ParseError, "did not answer with observations"),
            (Answer(b'<o><p date="2025-04-04"/></o>'), ParseError, "did not answer with observations"),
            (
                Answer(b'<o><p date="2025-04-04" value="x"/></o>'),
                ParseError,
                "did not answer with observations",
            ),
        ],
    )
    def test_the_key_is_in_no_message_traceback_or_log(
        self, catalog, client, served, caplog, answer, error, says
    ):
        mirror = served({API: answer})
        with caplog.at_level(logging.DEBUG), pytest.raises(error, match=f"^DGS10: .*{says}") as caught:
            fetch_series(catalog["DGS10"], client)
        assert NO_KEY in mirror.asked[0]
        assert "HTTP Request" in caplog.text
        assert KEY not in caplog.text
        assert KEY not in "".join(traceback.format_exception(caught.value))

    def test_no_observations_are_refused_by_the_parser(self, catalog, client, served):
        served({API: Answer(b'<?xml version="1.0"?><observations count="0"></observations>')})
        with pytest.raises(ParseError, match=r"^DGS10: a header and no rows"):
            parse_series(fetch_series(catalog["DGS10"], client).content, catalog["DGS10"])

    def test_an_unreachable_publisher_does_not_show_the_key(self, catalog, client, monkeypatch, caplog):
        monkeypatch.setenv("BOOK_MIRROR", "http://127.0.0.1:9")
        with caplog.at_level(logging.DEBUG), pytest.raises(FetchError, match=r"^DGS10: ") as caught:
            fetch_series(catalog["DGS10"], client)
        assert KEY not in caplog.text + "".join(traceback.format_exception(caught.value))


def official(id: str) -> bytes:
    return (OFFICIAL / "fred" / f"{id}.csv").read_bytes()


@needs_official
class TestOfficial:
    @pytest.mark.parametrize(
        ("id", "period", "value"),
        [
            ("DGS10", "2025-04-04", 4.01),
            ("DGS10", "2025-04-11", 4.48),
            ("VIXCLS", "2025-04-08", 52.33),
            ("BAMLC0A0CM", "2025-04-02", 0.96),
            ("BAMLC0A0CM", "2025-04-09", 1.21),
            ("FDHBFIN", "2026-03-31", 9355.0),
            ("GFDEBTN", "2026-03-31", 39065421.0),
            ("WMTSECL1", "2007-07-04", 1209781.0),
            ("FYFSD", "1976-06-30", -73732.0),
            ("USREC", "2020-04-30", 1.0),
        ],
    )
    def test_published_figures(self, catalog, id, period, value):
        dataset = catalog[id]
        table = parse_series(official(id), dataset).set_index(dataset.period.name)
        assert table.loc[period, dataset.value] == value

    def test_every_series_reads_within_its_bounds_and_no_other_unit_would(self, catalog):
        ids = [id for id, dataset in catalog.items() if dataset.adapter == "fred" and dataset.embedded]
        assert len(ids) >= 60
        for id in ids:
            dataset = catalog[id]
            table = parse_series(official(id), dataset)
            low, high = next(c.bounds for c in dataset.columns if c.name == dataset.value)
            values = table[dataset.value].dropna()
            assert values.between(low, high).all(), id
            assert not (values * 1000).between(low, high).all(), id
            if "USD" in dataset.numbers[0].unit and id not in ("FYFSD", "RRPONTSYD", "SWPT"):
                assert not (values / 1000).between(low, high).all(), id
            assert table[dataset.period.name].is_monotonic_increasing, id
            assert dataset.numbers[0].missing or table[dataset.value].notna().all(), id

    def test_the_api_gives_the_same_table(self, catalog, client, served, with_key):
        mirror = served({API: Answer(official_markets.observations_xml(official("VIXCLS")))})
        reply = fetch_series(catalog["VIXCLS"], client)
        assert mirror.asked
        assert_frame_equal(
            parse_series(reply.content, catalog["VIXCLS"]),
            parse_series(official("VIXCLS"), catalog["VIXCLS"]),
        )


def test_what_fred_cuts_short_or_ended_says_so(catalog):
    assert {catalog[id].history for id in ("SP500", "BAMLC0A0CM", "BAMLH0A0HYM2")} == {"rolling"}
    assert catalog["DGS10"].history == "full"
    assert catalog["DTWEXM"].ended
