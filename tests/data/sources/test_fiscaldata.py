"""Treasury auctions: FiscalData's answer, its traps, and the copies put back into its shape."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pandas as pd
import pytest
from official_public import auctions_json, btc_rows, fiscaldata_page
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data.sources.fiscaldata import (
    FIELDS,
    PAGE_SIZE,
    check_bidder_shares,
    fetch_auctions,
    parse_auctions,
)
from foreign_demand.data.sources.http import Reply
from foreign_demand.exceptions import FetchError, IdentityError, ParseError

ANSWER = json.loads((FIXTURES / "auctions" / "auctions_query.json").read_text())
SHARES = ["dealer_share_pct", "direct_share_pct", "indirect_share_pct"]


class Pages:
    """A client that serves pages of auctions as FiscalData does."""

    def __init__(self, pages: list[list[dict]], announced: int | None = None) -> None:
        self.pages, self.asked = pages, []
        self.announced = sum(map(len, pages)) if announced is None else announced

    def get(self, url: str, *, params=None, validator="", redirects=()) -> Reply:
        self.asked.append((params, validator))
        rows = self.pages[int(params["page[number]"]) - 1]
        meta = {"count": len(rows), "total-count": self.announced, "total-pages": len(self.pages)}
        content = json.dumps({"data": rows, "meta": meta, "links": {}}).encode()
        return Reply(content=content, retrieved_at=dt.datetime.now(dt.UTC), validator='W/"page"')


def content_of(rows: list[dict]) -> bytes:
    return json.dumps({"data": rows}).encode()


@pytest.fixture
def table(catalog) -> pd.DataFrame:
    return parse_auctions(json.dumps(ANSWER).encode(), catalog["auctions"])


def auction(table: pd.DataFrame, day: str) -> pd.Series:
    chosen = table[table["date"] == day]
    assert len(chosen) == 1
    return chosen.iloc[0]


# --- reading -----------------------------------------------------------------


def test_columns_are_those_of_the_catalog(catalog, table):
    assert list(table.columns) == [c.name for c in catalog["auctions"].columns]
    assert table["date"].is_monotonic_increasing


def test_shares_divide_the_competitive_amount(table):
    ten = auction(table, "2025-03-12")
    assert ten[SHARES].tolist() == pytest.approx([10, 20, 70])
    assert ten["indirect_share_of_total_pct"] == pytest.approx(100 * 27.23 / 44)
    assert (ten["offering_usd_bn"], ten["total_accepted_usd_bn"]) == (39, 44)
    assert (ten["bid_to_cover"], ten["high_yield_pct"]) == (2.59, 4.31)


def test_a_reopening_keeps_the_term_it_was_issued_for(table):
    ten = auction(table, "2025-03-12")
    assert (ten["original_term"], ten["term_years"], ten["reopening"]) == ("10-Year", 10, True)
    assert auction(table, "2025-03-24")["term_years"] == 0.5


def test_indexed_and_floating_notes_are_told_apart_from_nominal_ones(table):
    nominal = table[~table["inflation_indexed"] & ~table["floating_rate"]]
    assert nominal["date"].dt.strftime("%Y-%m-%d").tolist() == ["1980-02-05", "2025-03-12", "2025-03-24"]
    assert auction(table, "2025-03-20")["inflation_indexed"]
    assert auction(table, "2025-03-26")["floating_rate"]


def test_null_is_missing_and_an_announced_auction_is_left_out(table):
    early = auction(table, "1980-02-05")
    assert early[[*SHARES, "bid_to_cover"]].isna().all()
    assert early["original_term"] == "3-Year"
    assert pd.isna(auction(table, "2025-03-24")["high_yield_pct"])
    assert "912797MS3" not in set(table["cusip"])


def test_the_same_row_twice_is_one_auction(catalog, table):
    again = parse_auctions(content_of(ANSWER["data"] + ANSWER["data"][:2]), catalog["auctions"])
    pd.testing.assert_frame_equal(again, table)


def test_fields_may_come_in_any_order_and_with_others(catalog, table):
    turned = [dict(reversed((row | {"record_date": "2025-01-01"}).items())) for row in ANSWER["data"]]
    pd.testing.assert_frame_equal(parse_auctions(content_of(turned), catalog["auctions"]), table)


# --- refusing ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "met"),
    [
        (b"", "not FiscalData's JSON"),
        (b"<html><body>Request Rejected</body></html>", "not FiscalData's JSON"),
        (json.dumps(ANSWER).encode()[:400], "not FiscalData's JSON"),
        (b'{"error": "Invalid Query Param"}', "not FiscalData's JSON"),
        (b"[]", "not FiscalData's JSON"),
        (content_of([]), "no rows"),
        (content_of(["a row"]), "a row lacks"),
        (
            content_of([{k: v for k, v in ANSWER["data"][1].items() if k != "comp_accepted"}]),
            "lacks comp_accepted",
        ),
    ],
    ids=["empty", "html", "truncated", "error", "list", "no-rows", "text", "renamed"],
)
def test_other_content_is_refused_with_one_clear_message(catalog, content, met):
    with pytest.raises(ParseError, match=rf"^auctions: .*{met}"):
        parse_auctions(content, catalog["auctions"])


def test_json_in_another_encoding_is_read_not_garbled(catalog, table):
    again = parse_auctions(json.dumps(ANSWER).encode("utf-16"), catalog["auctions"])
    pd.testing.assert_frame_equal(again, table)


@pytest.mark.parametrize(
    ("field", "value", "met"),
    [
        ("bid_to_cover_ratio", "n/a", "row 1, column 'bid_to_cover_ratio': 'n/a' is not a number"),
        ("auction_date", "03/12/2025", "row 1, column 'auction_date': '03/12/2025' is not a date"),
        ("reopening", "true", "row 1, column 'reopening': 'true' is not Yes or No"),
        ("original_security_term", "10Y", "row 1, column 'original_security_term': '10Y' is not a term"),
    ],
)
def test_cells_of_another_kind_are_refused(catalog, field, value, met):
    with pytest.raises(ParseError, match=met):
        parse_auctions(content_of([ANSWER["data"][1] | {field: value}]), catalog["auctions"])


def test_two_results_for_one_auction_are_refused(catalog):
    other = ANSWER["data"][1] | {"bid_to_cover_ratio": "2.6"}
    with pytest.raises(ParseError, match=r"date 2025-03-12.*, cusip 91282CMM0 stands there more than once"):
        parse_auctions(content_of([ANSWER["data"][1], other]), catalog["auctions"])


def test_bidder_classes_must_add_up(catalog, table):
    check_bidder_shares(table, catalog["auctions"])
    wrong = table.assign(direct_share_pct=table["direct_share_pct"] + 0.5)
    with pytest.raises(IdentityError, match=r"2025-03-12 \(91282CMM0\) .* 100\.500 .* \(gap: 0\.500"):
        check_bidder_shares(wrong, catalog["auctions"])


def test_no_median_yield_is_above_the_highest(catalog, table):
    given = table.assign(high_yield_pct=4.5, median_yield_pct=4.45)
    check_bidder_shares(given, catalog["auctions"])
    with pytest.raises(IdentityError, match="none above the high one"):
        check_bidder_shares(given.assign(median_yield_pct=4.6), catalog["auctions"])


def test_a_table_without_shares_does_not_pass(catalog, table):
    with pytest.raises(IdentityError, match="no row to check"):
        check_bidder_shares(table.assign(dealer_share_pct=float("nan")), catalog["auctions"])


# --- fetching ----------------------------------------------------------------


def test_all_pages_are_fetched_into_one_answer(catalog, table):
    client = Pages([ANSWER["data"][:2], ANSWER["data"][2:4], ANSWER["data"][4:]])
    reply = fetch_auctions(catalog["auctions"], client, 'W/"held"')
    pd.testing.assert_frame_equal(parse_auctions(reply.content, catalog["auctions"]), table)
    assert [query["page[number]"] for query, _ in client.asked] == ["1", "2", "3"]
    assert {query["page[size]"] for query, _ in client.asked} == {str(PAGE_SIZE)}
    assert client.asked[0][0]["fields"].split(",") == list(FIELDS)
    assert reply.validator == ""


def test_missing_rows_are_noticed(catalog):
    with pytest.raises(FetchError, match=r"^auctions: .* announced 7 rows and served 6 on 1 pages"):
        fetch_auctions(catalog["auctions"], Pages([ANSWER["data"]], announced=7))


def test_an_answer_without_page_count_is_refused(catalog):
    with pytest.raises(ParseError, match="gives no total-pages"):
        fetch_auctions(catalog["auctions"], Pages([ANSWER["data"]], announced="many"))


# --- the real results --------------------------------------------------------


@pytest.fixture(scope="module")
def official_rows() -> list[dict[str, str]]:
    return auctions_json(OFFICIAL / "auctions")


@needs_official
def test_ten_year_auction_of_9_april_2025(catalog, official_rows):
    table = parse_auctions(fiscaldata_page(official_rows), catalog["auctions"])
    ten = auction(table, "2025-04-09")
    assert (ten["original_term"], ten["reopening"]) == ("10-Year", True)
    assert ten["bid_to_cover"] == 2.67
    assert ten["high_yield_pct"] == 4.435
    assert ten["indirect_share_pct"] == pytest.approx(87.9, abs=0.05)
    assert ten["dealer_share_pct"] == pytest.approx(10.7, abs=0.05)
    assert ten["indirect_share_of_total_pct"] == pytest.approx(75, abs=0.5)


@needs_official
def test_the_joined_copies_make_a_table(catalog, official_rows):
    assert all(isinstance(value, str) for row in official_rows for value in row.values())
    table = parse_auctions(fiscaldata_page(official_rows), catalog["auctions"])
    check_bidder_shares(table, catalog["auctions"])
    assert len(table) == 2_000
    assert table["date"].min() == pd.Timestamp("2008-04-14")
    assert table["date"].max() == pd.Timestamp("2026-10-06")
    tens = table[(table["original_term"] == "10-Year") & ~table["inflation_indexed"]]
    assert (
        tens.loc[tens["date"].dt.year.between(2023, 2025)].groupby(tens["date"].dt.year).size() == 12
    ).all()
    # Real yields are far below nominal ones of the same day's market: no mix-up of kinds in 2026.
    recent = table[(table["date"] >= "2026-01-01") & table["high_yield_pct"].notna()]
    indexed = recent["inflation_indexed"]
    assert recent.loc[indexed, "high_yield_pct"].max() < 3 < recent.loc[~indexed, "high_yield_pct"].min()


@needs_official
def test_copies_agree_on_bid_to_cover(catalog, official_rows):
    table = parse_auctions(fiscaldata_page(official_rows), catalog["auctions"])
    other = btc_rows(OFFICIAL / "auctions")
    other["date"] = pd.to_datetime(other["auction_date"])
    both = table[table["security_type"] != "Bill"].merge(
        other[other["security_type"] != "Bill"],
        left_on=["date", "original_term", "inflation_indexed"],
        right_on=["date", "original_term", "is_tips"],
    )
    assert len(both) == 305
    assert (both["bid_to_cover"] == both["bid_to_cover_ratio"]).all()


def test_pages_without_end_are_not_asked_for(catalog):
    class Endless(Pages):
        def get(self, url: str, **options: object) -> Reply:
            reply = super().get(url, **options)
            content = reply.content.replace(b'"total-pages": 1', b'"total-pages": 1000000000')
            return dataclasses.replace(reply, content=content)

    client = Endless([[ANSWER["data"][0]]])
    with pytest.raises(ParseError, match=r"^auctions: FiscalData announces 1,000,000,000 pages, and more"):
        fetch_auctions(catalog["auctions"], client)
    assert len(client.asked) == 1
