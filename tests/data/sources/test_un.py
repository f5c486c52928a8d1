"""UN voting: the two publishers' files, their traps, and what must be refused."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from official_public import dataverse_listing, voting_coincidence_csv
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data.sources.http import Reply
from foreign_demand.data.sources.un import (
    COINCIDENCE_LAYOUT,
    check_coincidence,
    fetch_ideal_points,
    parse_agreement,
    parse_ideal_points,
    parse_voting_coincidence,
    read_yearly_report,
)
from foreign_demand.exceptions import IdentityError, ParseError

UN = FIXTURES / "un"
HTML = b"<!DOCTYPE html>\n<html><head><title>Voting Practices</title></head><body>...</body></html>\n"
PARSERS = {
    "un_ideal_points": (parse_ideal_points, "ideal_points.tab", b"IdealPointFP"),
    "un_agreement": (parse_agreement, "agreement.csv", b'"USAgree"'),
    "un_voting_coincidence": (parse_voting_coincidence, "voting_coincidence.csv", b"oppose"),
}


class Served:
    """A client that answers from a table of addresses and notes what was asked."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers, self.asked = answers, []

    def get(self, url: str, *, params=None, validator="", redirects=()) -> Reply:
        self.asked.append((url, validator, redirects))
        return Reply(content=self.answers[url], retrieved_at=dt.datetime.now(dt.UTC))


@pytest.fixture
def coincidence(catalog) -> pd.DataFrame:
    content = (UN / "voting_coincidence.csv").read_bytes()
    return parse_voting_coincidence(content, catalog["un_voting_coincidence"])


def row(rows: pd.DataFrame, year: int, **where: str) -> pd.Series:
    chosen = rows[rows["year"] == pd.Timestamp(year, 12, 31)]
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    assert len(chosen) == 1
    return chosen.iloc[0]


# --- the layouts -------------------------------------------------------------


def test_ideal_points_are_read_from_quoted_tabs(catalog):
    dataset = catalog["un_ideal_points"]
    table = parse_ideal_points((UN / "ideal_points.tab").read_bytes(), dataset)
    assert list(table.columns) == [c.name for c in dataset.columns]
    assert row(table, 2025, iso3="STP")["country"] == "São Tomé & Príncipe"
    usa = row(table, 2025, iso3="USA")
    assert (usa["ideal_point"], usa["ideal_point_p5"], usa["ideal_point_p95"]) == (3.3621, 3.18, 3.55)
    assert usa["votes"] == 158


def test_agreement_counts_sessions_from_1946_and_tells_the_yemens_apart(catalog):
    table = parse_agreement((UN / "agreement.csv").read_bytes(), catalog["un_agreement"])
    assert row(table, 1946, iso3="USA")["us_agreement"] == 1
    assert row(table, 2023, iso3="TUR")["votes"] == 2
    assert row(table, 1969, iso3="YAR")["country"] == "Yemen Arab Republic"
    assert row(table, 1969, iso3="YMD")["country"] == "Yemen People's Republic"
    assert pd.isna(row(table, 1992, iso3="KHM")["us_agreement"])


def test_agreement_is_read_from_tabs_as_well(catalog):
    content = (UN / "agreement.csv").read_bytes()
    tabs = content.replace(b",", b"\t")
    pd.testing.assert_frame_equal(
        parse_agreement(tabs, catalog["un_agreement"]), parse_agreement(content, catalog["un_agreement"])
    )


def test_percentage_is_recomputed_without_absences(coincidence):
    swazi = row(coincidence, 2022, iso3="SWZ")
    assert swazi["coincidence_pct"] == pytest.approx(100 * (12 + 9 / 2) / (12 + 9 + 48))
    assert swazi["published_coincidence_pct"] == 30
    assert (swazi["same"], swazi["partial"], swazi["opposed"], swazi["absent"]) == (12, 9, 48, 20)


def test_percentage_is_missing_where_nothing_was_voted_or_the_counts_are_misprinted(coincidence):
    assert pd.isna(row(coincidence, 2022, iso3="VEN")["coincidence_pct"])
    misprinted = row(coincidence, 2019, iso3="MDV")
    assert pd.isna(misprinted["coincidence_pct"])
    assert misprinted["published_coincidence_pct"] == 24
    assert row(coincidence, 2022, iso3="COD")["coincidence_pct"] == 100  # three votes, kept and countable


def test_missing_codes_come_from_other_years_unless_the_name_is_ambiguous(catalog, coincidence):
    assert row(coincidence, 2017, country="France")["iso3"] == "FRA"
    content = (UN / "voting_coincidence.csv").read_bytes().replace(b"Swaziland,SWZ", b"Congo,")
    table = parse_voting_coincidence(content, catalog["un_voting_coincidence"])
    assert row(table, 2017, country="Congo")["iso3"] == ""


def test_a_country_has_one_name_that_of_its_newest_report(coincidence):
    assert row(coincidence, 2017, iso3="SWZ")["country"] == "eSwatini"
    assert set(coincidence[coincidence["table"] == "important"]["country"]) == {"Congo", "DRC", "France"}
    assert row(coincidence, 2019, iso3="CIV")["country"] == "Côte D'Ivoire"
    assert not coincidence.duplicated(["year", "table", "country"]).any()


@pytest.mark.parametrize(
    ("file", "year", "first"),
    [
        ("coincidence_2018.csv", 2018, ["Greece", "GRO", 55, 25, 30, 0, 110, 64.0]),
        (
            "coincidence_2021.csv",
            2021,
            ["Democratic People’s Republic of Korea", "PRK", 6, 52, 16, 12, 86, 24.0],
        ),
    ],
)
def test_yearly_reports_are_read_by_name_whatever_their_order(catalog, file, year, first):
    report = read_yearly_report((UN / file).read_bytes(), catalog["un_voting_coincidence"], year=year)
    assert tuple(report.columns) == COINCIDENCE_LAYOUT
    assert report.iloc[0].drop(["year", "table", "pdf_page"]).tolist() == first
    assert set(report["year"]) == {year}


def test_greece_gets_its_code_back(catalog):
    dataset = catalog["un_voting_coincidence"]
    report = read_yearly_report((UN / "coincidence_2018.csv").read_bytes(), dataset, year=2018)
    table = parse_voting_coincidence(report.to_csv(index=False).encode(), dataset)
    assert row(table, 2018, country="Greece")["iso3"] == "GRC"


@pytest.mark.parametrize("id", PARSERS)
def test_reordered_columns_are_read_by_name(catalog, id):
    parse, file, _ = PARSERS[id]
    content = (UN / file).read_bytes()
    separator = "\t" if file.endswith(".tab") else ","
    table = pd.read_csv(UN / file, sep=separator, dtype=str, keep_default_na=False)
    turned = table[table.columns[::-1]].to_csv(index=False, sep=separator).encode()
    pd.testing.assert_frame_equal(parse(turned, catalog[id]), parse(content, catalog[id]))


# --- what must add up --------------------------------------------------------


def test_swapped_columns_do_not_pass_for_a_report(catalog):
    dataset = catalog["un_voting_coincidence"]
    content = (UN / "voting_coincidence.csv").read_bytes()
    check_coincidence(parse_voting_coincidence(content, dataset), dataset)
    swapped = content.replace(b"same,oppose,partial", b"same,partial,oppose")
    with pytest.raises(IdentityError, match=r"un_voting_coincidence: 2017, all_votes: a median gap of 5\.44"):
        check_coincidence(parse_voting_coincidence(swapped, dataset), dataset)


def test_a_table_that_cannot_be_judged_does_not_pass(catalog, coincidence):
    absent = coincidence.assign(absent=1)
    with pytest.raises(IdentityError, match="no country without absences"):
        check_coincidence(absent, catalog["un_voting_coincidence"])


def test_counts_that_do_not_add_up_to_the_total_are_refused(catalog):
    content = (UN / "voting_coincidence.csv").read_bytes().replace(b"FRA,55,20,25,0", b"FRA,55,20,25,1")
    with pytest.raises(
        ParseError, match=r"counts of France in 2019 \(all_votes\) do not add up to the total"
    ):
        parse_voting_coincidence(content, catalog["un_voting_coincidence"])


# --- what is no such file ----------------------------------------------------


@pytest.mark.parametrize("id", PARSERS)
@pytest.mark.parametrize(
    ("damage", "met"),
    [
        (lambda content, column: b"", "the answer is empty"),
        (lambda content, column: HTML, r"a web page arrived instead of data \('Voting Practices'\)"),
        (lambda content, column: content.replace(column, b"renamed"), "the header should name"),
        (lambda content, column: content.split(b"\n")[0] + b"\n", "no rows"),
        (
            lambda content, column: content.rstrip().rsplit(b"\n", 1)[0] + b"\n2",
            "breaks off in its last line",
        ),
        (lambda content, column: content.rstrip().rsplit(b"\n", 1)[0] + b"\n2\n", "line .* has 1 cells"),
        (lambda content, column: content.decode().encode("utf-16"), "byte 0 is not utf-8"),
        (lambda content, column: content.decode().replace("a", "ã").encode("latin-1"), "is not utf-8"),
    ],
    ids=["empty", "html", "renamed", "header", "truncated", "short", "utf-16", "latin-1"],
)
def test_other_content_is_refused_with_one_clear_message(catalog, id, damage, met):
    parse, file, column = PARSERS[id]
    with pytest.raises(ParseError, match=rf"^{id}: .*{met}"):
        parse(damage((UN / file).read_bytes(), column), catalog[id])


def test_a_word_among_the_numbers_is_refused(catalog):
    content = (UN / "ideal_points.tab").read_bytes().replace(b"3.3621", b"about 3")
    with pytest.raises(ParseError, match="line 3, column 'ideal_point': 'about 3' is not a number"):
        parse_ideal_points(content, catalog["un_ideal_points"])


def test_a_year_that_is_none_is_refused(catalog):
    content = (UN / "agreement.csv").read_bytes().replace(b'"1",2,1,', b'"1",2,99999,')
    with pytest.raises(ParseError, match="line 2: 101944 is not a year"):
        parse_agreement(content, catalog["un_agreement"])


# --- fetching ----------------------------------------------------------------


def test_the_newest_ideal_point_file_of_the_deposit_is_fetched(catalog):
    dataset = catalog["un_ideal_points"]
    newest = "https://dataverse.harvard.edu/api/access/datafile/13"
    client = Served({dataset.url: (UN / "dataverse_files.json").read_bytes(), newest: b"the file"})
    assert fetch_ideal_points(dataset, client, 'W/"held"').content == b"the file"
    assert [url for url, *_ in client.asked] == [dataset.url, newest]
    assert client.asked[0][1] == ""  # the held file's tag says nothing about the list
    assert client.asked[1][1] == 'W/"held"'
    assert "dvn-cloud.s3.amazonaws.com" in client.asked[1][2]


@pytest.mark.parametrize(
    ("listing", "met"),
    [
        (HTML, "not Dataverse's JSON"),
        (b'{"status": "ERROR"}', "not Dataverse's JSON"),
        (b'{"data": [{"dataFile": {"id": 1, "filename": "Codebook.pdf"}}]}', r"it has \['Codebook.pdf'\]"),
    ],
)
def test_a_deposit_without_the_file_is_refused(catalog, listing, met):
    dataset = catalog["un_ideal_points"]
    with pytest.raises(ParseError, match=met):
        fetch_ideal_points(dataset, Served({dataset.url: listing}))


# --- the real publications ---------------------------------------------------


@needs_official
def test_real_ideal_points(catalog):
    content = (OFFICIAL / "un" / "Idealpointestimates1946-2025.tab").read_bytes()
    table = parse_ideal_points(content, catalog["un_ideal_points"])
    assert len(table) == 11_610
    assert not table.duplicated(["year", "iso3"]).any()
    years = table["year"].dt.year
    assert sorted(set(range(1946, 2026)) - set(years)) == [1964]
    usa, china = (row(table, 2025, iso3=code) for code in ("USA", "CHN"))
    assert usa["ideal_point"] == pytest.approx(3.362142)
    assert usa["ideal_point"] == table.loc[years == 2025, "ideal_point"].max()
    assert china["ideal_point_p5"] < china["ideal_point"] < china["ideal_point_p95"]
    assert table.loc[years == 2024, "votes"].max() == 8  # the caveat in the catalog


@needs_official
def test_real_agreement(catalog):
    content = (OFFICIAL / "un" / "IdealpointestimatesAll_Jun2024.csv").read_bytes()
    table = parse_agreement(content, catalog["un_agreement"])
    assert len(table) == 11_238
    assert not table.duplicated(["year", "iso3"]).any()
    assert row(table, 2023, iso3="GBR")["us_agreement"] == pytest.approx(0.7176471)
    assert row(table, 2023, iso3="TUR")["votes"] == 2
    assert (table.loc[table["iso3"] == "USA", "us_agreement"] == 1).all()


@needs_official
def test_real_voting_coincidence(catalog):
    dataset = catalog["un_voting_coincidence"]
    table = parse_voting_coincidence(voting_coincidence_csv(OFFICIAL / "un" / "state_dept", dataset), dataset)
    check_coincidence(table, dataset)
    assert len(table) == 3_850
    assert (table["iso3"] != "").all()
    assert not table.duplicated(["year", "table", "iso3"]).any()
    assert (table[table["table"] == "all_votes"].groupby("year").size() == 192).all()
    assert (table.groupby("iso3")["country"].nunique() == 1).all()
    israel = row(table, 2024, table="all_votes", iso3="ISR")
    assert israel["coincidence_pct"] == pytest.approx(90.322581)
    assert israel["published_coincidence_pct"] == 89
    australia = row(table, 2020, table="israel_related", iso3="AUS")
    assert australia["coincidence_pct"] == pytest.approx(73, abs=0.5)


@needs_official
@pytest.mark.parametrize(("years", "absences"), [((2017, 2018, 2020), 0.0), ((2022, 2023, 2024), 0.5)])
def test_the_published_formula_changed(catalog, years, absences):
    dataset = catalog["un_voting_coincidence"]
    table = parse_voting_coincidence(voting_coincidence_csv(OFFICIAL / "un" / "state_dept", dataset), dataset)
    votes = table[(table["table"] == "all_votes") & table["year"].dt.year.isin(years)]
    counted = votes["same"] + votes["partial"] + votes["opposed"] + (votes["absent"] if absences else 0)
    formula = 100 * (votes["same"] + votes["partial"] / 2 + absences * votes["absent"]) / counted
    assert (formula - votes["published_coincidence_pct"]).abs().max() < 0.55


def test_the_listing_for_the_mirror_is_what_the_importer_reads(catalog):
    dataset = catalog["un_ideal_points"]
    file = "https://dataverse.harvard.edu/api/access/datafile/13642025"
    assert fetch_ideal_points(dataset, Served({dataset.url: dataverse_listing(), file: b"x"})).content == b"x"
