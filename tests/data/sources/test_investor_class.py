"""What investors were allotted at auction: workbooks in two units, their page, and damage."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from official_public import ALLOTMENT_HEADINGS, allotments_page, allotments_workbook
from project import OFFICIAL, ROOT, needs_official

from foreign_demand.data.catalog import Catalog
from foreign_demand.data.sources.http import Reply
from foreign_demand.data.sources.investor_class import (
    CLASSES,
    check_classes,
    check_shares,
    day_in_name,
    fetch_bills,
    fetch_coupons,
    fetch_coupons_before_2009,
    parse_bills,
    parse_coupons,
    parse_federal_reserve,
    parse_shares,
)
from foreign_demand.data.store import Store
from foreign_demand.exceptions import IdentityError, ParseError

ISSUED = dt.date(2026, 8, 17)
TEN_YEARS = (
    ISSUED, "10-Year Note", 4.25, "91282CAB1", dt.date(2036, 8, 15),
    45.0, 3.0, 0.1, 0.2, 6.0, 0.0, 30.0, 5.5, 0.2,
)  # fmt: skip
INDEXED = (
    ISSUED, "30-Year TIPS Bond", 2.5, "912810AB2", dt.date(2056, 2, 15),
    9.0, 1.0, 0.0, 0.05, 1.0, 0.05, 5.9, 1.0, 0.0,
)  # fmt: skip
FLOATING = (
    ISSUED, "2-Year FRN", 0.05, "91282CAC3", dt.date(2028, 7, 31),
    30.0, 2.0, 0.0, 0.0, 9.0, 0.0, 15.0, 4.0, 0.0,
)  # fmt: skip
ROWS = (FLOATING, TEN_YEARS, INDEXED)
BEFORE_2009 = (
    "Issue \ndate", "Security type\n(1)", "Security term\n(2)", "Coupon \nrate \n%\n(3)", "Cusip\n(4)",
    "Maturity\ndate\n(5)", "Total \nissue\n(6)", "(SOMA) Federal Reserve banks\n(7)",
    "Deposi-\ntory \ninsti-\ntutions \n(8)", "Individ-\nuals \n(9)", "Dealers \nand \nbrokers\n (10)",
    "Pension and \nRetirement \nfunds and\nIns. Co. \n(11)", "Invest-\nment \nfunds \n(12)",
    "Foreign \nand \ninterna-\ntional \n(13)", "Other \n(14)",
)  # fmt: skip
WORKBOOKS = {
    "investor_class_coupons_2000": (parse_coupons, "Website_PDO-4-A-Coupons_Jan_2000-Sep_2009.xls", 391),
    "investor_class_coupons": (parse_coupons, "September_10_2018_IC_Coupons.xls", 801),
    "investor_class_bills": (parse_bills, "September_10_2018_IC_Bills_1.xls", 1637),
}


class Site:
    """A client that serves pages and files by address."""

    def __init__(self, **files: bytes) -> None:
        self.files, self.asked = files, []

    def get(self, url: str, *, validator: str = "", redirects=(), shared: bool = False) -> Reply:
        self.asked.append((url, validator))
        return Reply(content=self.files[url.rpartition("/")[2]], retrieved_at=dt.datetime.now(dt.UTC))


def official(name: str) -> bytes:
    return (OFFICIAL / "auctions" / "investor_class" / name).read_bytes()


def changed(row: tuple, **cells: object) -> tuple:
    at = {"issued": 0, "security": 1, "cusip": 3, "matures": 4, "total": 5, "dealers": 9}
    new = {at[name]: cell for name, cell in cells.items()}
    return tuple(new.get(place, cell) for place, cell in enumerate(row))


@pytest.fixture
def coupons(catalog):
    return catalog["investor_class_coupons"]


# --- reading -----------------------------------------------------------------


def test_a_row_is_an_issue_with_every_class_in_usd_billion(coupons):
    table = parse_coupons(allotments_workbook(ROWS), coupons)
    assert list(table) == [c.name for c in coupons.columns]
    ten = table.set_index("cusip").loc["91282CAB1"]
    assert (ten["issue_date"], ten["security_type"], ten["original_term"]) == (
        pd.Timestamp(ISSUED), "Note", "10-Year",
    )  # fmt: skip
    assert (ten["total_usd_bn"], ten["federal_reserve_usd_bn"], ten["foreign_usd_bn"]) == (45.0, 3.0, 5.5)


def test_indexed_and_floating_rate_securities_are_told_apart(coupons):
    table = parse_coupons(allotments_workbook(ROWS), coupons).set_index("original_term")
    assert table.loc["30-Year", ["inflation_indexed", "floating_rate"]].tolist() == [True, False]
    assert table.loc["2-Year", ["inflation_indexed", "floating_rate"]].tolist() == [False, True]
    assert table.loc["2-Year", "security_type"] == "Note"


def test_a_bill_of_any_number_of_days_is_a_bill(catalog):
    bill = changed(TEN_YEARS, security="56-Day CMB", matures=dt.date(2026, 10, 13))
    (row,) = parse_bills(
        allotments_workbook([bill], kind="Bill"), catalog["investor_class_bills"]
    ).itertuples()
    assert (row.security_type, row.original_term) == ("Bill", "56-Day")
    assert row.term_years == pytest.approx(56 / 365)


def before_2009(row: tuple) -> tuple:
    """A row as the workbook to September 2009 has it: type and term apart, USD million."""
    issued, security, coupon, cusip, matures, *amounts = row
    term, kind = security.split(maxsplit=1)
    kind = "TIPS- NOTE" if "TIPS" in kind else kind.upper()
    return issued, kind, term.replace("-Year", " YR"), coupon, cusip, matures, *(1000 * a for a in amounts)


def test_the_unit_changes_in_october_2009_and_the_table_does_not(catalog, coupons):
    rows = [TEN_YEARS, changed(INDEXED, security="10-Year TIPS Note", matures=dt.date(2036, 7, 15))]
    old = allotments_workbook(map(before_2009, rows), unit="millions", headings=BEFORE_2009)
    pd.testing.assert_frame_equal(
        parse_coupons(old, catalog["investor_class_coupons_2000"]),
        parse_coupons(allotments_workbook(rows), coupons),
    )


def test_a_maturity_whose_year_lost_its_century_is_read_as_meant(coupons):
    bond = changed(INDEXED, matures=dt.date(1956, 2, 15))
    assert len(parse_coupons(allotments_workbook([bond]), coupons)) == 1


# --- what is refused ---------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"sheets": ("Summary", "October 2009 - present")}, "one sheet"),
        ({"kind": "Bill"}, "is headed"),
        ({"unit": "trillions"}, "neither billions nor millions"),
        ({"note": ""}, "cut off"),
        ({"headings": ("Date", *BEFORE_2009[1:])}, "begins with 'Issue date'"),
    ],
)
def test_a_workbook_that_is_another_one_is_refused(coupons, made, says):
    with pytest.raises(ParseError, match=says):
        parse_coupons(allotments_workbook(ROWS, **made), coupons)


@pytest.mark.parametrize("gone", ["Investment \n funds", "Foreign \n and  \n international", "Cusip"])
def test_a_missing_class_is_refused(coupons, gone):
    headings = tuple("Renamed" if heading == gone else heading for heading in ALLOTMENT_HEADINGS)
    with pytest.raises(ParseError, match="headings should name"):
        parse_coupons(allotments_workbook(ROWS, headings=headings), coupons)


@pytest.mark.parametrize(
    "cells",
    [
        {"issued": dt.date(2016, 8, 17)},
        {"issued": dt.date(2036, 8, 15)},
        {"issued": "8/17/2026"},
        {"security": "Note"},
        {"security": "10-Year Perpetual"},
        {"cusip": "91282C"},
        {"total": "45.0"},
        {"total": ""},
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(coupons, cells):
    with pytest.raises(ParseError, match="line 7"):
        parse_coupons(allotments_workbook([FLOATING, changed(TEN_YEARS, **cells)]), coupons)


@pytest.mark.parametrize("content", [b"", b"<html></html>\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut"])
def test_bytes_that_are_no_workbook_are_refused(coupons, content):
    with pytest.raises(ParseError):
        parse_coupons(content, coupons)


def test_an_issue_that_stands_there_twice_is_refused(coupons):
    with pytest.raises(ParseError, match="more than once"):
        parse_coupons(allotments_workbook([TEN_YEARS, TEN_YEARS]), coupons)


def test_classes_that_do_not_add_up_to_the_issue_are_refused(coupons):
    table = parse_coupons(allotments_workbook([TEN_YEARS, changed(INDEXED, dealers=1.1)]), coupons)
    with pytest.raises(IdentityError, match=r"912810AB2.*gap: 0\.1000"):
        check_classes(table, coupons)


# --- fetching ----------------------------------------------------------------


def test_the_newest_workbook_is_taken_from_the_page(coupons):
    names = [
        "August_7_2026_IC_Bills.xls",
        "July_9_2026_IC_Coupons.xls",
        "August_7_2026_IC_Coupons.xls",
        "Website_PDO-4-A-Coupons_Jan_2000-Sep_2009.xls",
    ]
    page = allotments_page(f"/system/files/276/{name}" for name in names)
    site = Site(**{"investor-class-auction-allotments": page}, **{name: name.encode() for name in names})
    reply = fetch_coupons(coupons, site, '"held"')
    assert reply.content == b"August_7_2026_IC_Coupons.xls"
    assert reply.last_modified == "2026-08-07"
    assert site.asked[-1] == (
        "https://home.treasury.gov/system/files/276/August_7_2026_IC_Coupons.xls", '"held"',
    )  # fmt: skip
    assert fetch_bills(coupons, site).content == b"August_7_2026_IC_Bills.xls"
    assert fetch_coupons_before_2009(coupons, site).content.startswith(b"Website_PDO-4-A-Coupons")


def test_a_page_without_the_link_is_refused_by_name(coupons):
    site = Site(**{"investor-class-auction-allotments": allotments_page(["/files/readme.pdf"])})
    with pytest.raises(ParseError, match="links no workbook"):
        fetch_coupons(coupons, site)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("/system/files/276/August_7_2026_IC_Coupons.xls", "2026-08-07"),
        ("August%207%202026%20IC_Bills.xls", "2026-08-07"),
        ("September-10-2018_IC_Bills_1.xls", "2018-09-10"),
        ("Website_PDO-4-A-Coupons_Jan_2000-Sep_2009.xls", ""),
        ("February_30_2026_IC_Bills.xls", ""),
    ],
)
def test_a_workbooks_name_tells_its_day(name, day):
    assert day_in_name(name) == day


# --- the transcription -------------------------------------------------------

SHARES = (
    "issue_date,term_years,cusip,dealers_brokers_pct,investment_funds_pct,foreign_international_pct,total_ex_soma_bn\n"
    "2026-08-17,10,91282CAB1,14.29,71.43,13.10,42.00\n"
)


def test_transcribed_shares_are_those_of_what_was_sold(catalog):
    (row,) = parse_shares(SHARES.encode(), catalog["investor_class_shares"]).itertuples()
    assert (row.foreign_share_pct, row.total_usd_bn) == (13.10, 42.00)


@pytest.mark.parametrize(
    ("old", "new"),
    [("foreign_international", "foreign"), ("13.10", ""), ("91282CAB1", "91282"), ("08-17", "17-08")],
)
def test_a_damaged_transcription_is_refused(catalog, old, new):
    with pytest.raises(ParseError):
        parse_shares(SHARES.replace(old, new).encode(), catalog["investor_class_shares"])


def test_three_classes_with_more_than_all_of_an_issue_are_refused(catalog):
    table = parse_shares(SHARES.replace("14.29", "16.29").encode(), catalog["investor_class_shares"])
    with pytest.raises(IdentityError, match=r"91282CAB1.*100\.82"):
        check_shares(table, catalog["investor_class_shares"])


# --- the real ones -----------------------------------------------------------


@needs_official
@pytest.mark.parametrize("id", WORKBOOKS)
def test_the_official_workbooks_are_read_whole_and_add_up(catalog, id):
    parse, name, rows = WORKBOOKS[id]
    table = parse(official(name), catalog[id])
    assert len(table) == rows
    check_classes(table, catalog[id])


@needs_official
def test_october_2009_follows_on_september_without_a_step(catalog):
    """The largest mistake there could be at the seam is a factor of a thousand."""
    tables = [WORKBOOKS[id][0](official(WORKBOOKS[id][1]), catalog[id]) for id in list(WORKBOOKS)[:2]]
    before, after = (t[~t["inflation_indexed"]].set_index("issue_date") for t in tables)
    assert before.index.max() < after.index.min()
    ten = [t.loc[t["original_term"] == "10-Year", "total_usd_bn"] for t in (before, after)]
    assert ten[1].iloc[0] / ten[0].iloc[-1] == pytest.approx(1, abs=0.05)
    assert before[["total_usd_bn", *CLASSES.values()]].max().max() < 60


@needs_official
def test_foreigners_at_the_auctions_of_april_2025(catalog):
    table = parse_shares(
        official("investor_class_allotments_2-30y_2024-09_2026-09_transcribed.csv"),
        catalog["investor_class_shares"],
    )
    check_shares(table, catalog["investor_class_shares"])
    april = table[table["issue_date"] == "2025-04-15"].set_index("term_years")["foreign_share_pct"]
    assert april[10].round(1) == 18.4
    assert april[30].round(1) == 10.6


# --- what the Federal Reserve takes ----------------------------------------------------

TOOK = (ROOT / "tests" / "fixtures" / "investor_class" / "federal_reserve.csv").read_bytes()


def test_what_the_federal_reserve_took_is_zero_where_the_sums_know_the_quarter_only(catalog: Catalog) -> None:
    table = parse_federal_reserve(TOOK, catalog["federal_reserve_at_auction"])
    by = table.set_index(["security", "quarter"])["federal_reserve_usd_bn"]
    assert by["Coupons"].tolist() == [67.0586, 72.4822, 39.891]
    assert by["Bills"].tolist() == [0, 20.5, 1.5]


def test_a_quarter_that_is_not_over_is_left_out_and_a_file_without_the_federal_reserve_refused(
    catalog: Catalog,
) -> None:
    dataset = catalog["federal_reserve_at_auction"]
    assert parse_federal_reserve(TOOK, dataset)["quarter"].max() == pd.Timestamp("2018-09-30")
    with pytest.raises(ParseError, match="no row is of the buyer class fed"):
        parse_federal_reserve(TOOK.replace(b",fed,", b",soma,"), dataset)


def test_the_sums_of_others_are_those_of_the_workbook(embedded: Store) -> None:
    issues = embedded.read("investor_class_coupons")
    ours = issues.groupby(issues["issue_date"] + pd.offsets.QuarterEnd(0))["federal_reserve_usd_bn"].sum()
    took = embedded.read("federal_reserve_at_auction").query("security == 'Coupons'").set_index("quarter")
    both = pd.concat([ours, took["federal_reserve_usd_bn"]], axis=1, keys=["ours", "theirs"]).dropna()
    both = both[both.index <= "2018-06-30"]
    assert len(both) > 30
    assert (both["ours"] - both["theirs"]).abs().max() < 0.001
