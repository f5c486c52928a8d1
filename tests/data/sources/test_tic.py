"""The TIC importers: published figures, every trap of the layouts, and bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data import places
from foreign_demand.data.catalog import Catalog, Dataset
from foreign_demand.data.sources import tic
from foreign_demand.exceptions import IdentityError, ParseError

SMALL = FIXTURES / "tic"
REAL = OFFICIAL / "tic"


@dataclass(frozen=True, kw_only=True)
class Publication:
    id: str
    parse: Callable[[bytes, Dataset], pd.DataFrame]
    small: str
    real: str
    rows: int
    first: str
    last: str
    checks: tuple[Callable[[pd.DataFrame, Dataset], None], ...]

    def read(self, catalog: Catalog, path: Path | None = None) -> pd.DataFrame:
        return self.parse((path or SMALL / self.small).read_bytes(), catalog[self.id])


PUBLICATIONS = [
    Publication(
        id="tic_mfhhis01",
        parse=tic.parse_major_holders,
        small="mfhhis01.txt",
        real="mfhhis01.txt",
        rows=12718,
        first="2000-03-31",
        last="2025-12-31",
        checks=(tic.check_major_holders,),
    ),
    Publication(
        id="tic_slt_table5",
        parse=tic.parse_major_holders,
        small="slt_table5.txt",
        real="slt_table5.txt",
        rows=325,
        first="2025-04-30",
        last="2026-04-30",
        checks=(tic.check_major_holders,),
    ),
    Publication(
        id="tic_slt_table3",
        parse=tic.parse_slt_table3,
        small="slt_table3.txt",
        real="slt_table3.txt",
        rows=7007,
        first="2020-01-31",
        last="2026-05-31",
        checks=(tic.check_official_split, tic.check_world, tic.check_regions, tic.check_long_and_short),
    ),
    Publication(
        id="tic_slt_table1",
        parse=tic.parse_slt_table1,
        small="slt_table1.txt",
        real="slt_table1.txt",
        rows=8778,
        first="2020-01-31",
        last="2026-05-31",
        checks=(tic.check_official_split, tic.check_world, tic.check_security_types),
    ),
    Publication(
        id="tic_s1_globl",
        parse=tic.parse_transactions,
        small="s1_globl.txt",
        real="s1_globl.txt",
        rows=41519,
        first="1977-01-31",
        last="2023-01-31",
        checks=(tic.check_world, tic.check_regions),
    ),
    Publication(
        id="tic_slt3d_globl",
        parse=tic.parse_slt3d,
        small="slt3d_globl.csv",
        real="slt3d_globl.csv",
        rows=17234,
        first="2011-09-30",
        last="2023-01-31",
        checks=(tic.check_world, tic.check_regions, tic.check_long_and_short),
    ),
    Publication(
        id="tic_shlhistdat",
        parse=tic.parse_survey,
        small="shlhistdat.txt",
        real="shlhistdat.txt",
        rows=6477,
        first="1974-12-31",
        last="2025-06-30",
        checks=(tic.check_survey,),
    ),
    Publication(
        id="tic_positions",
        parse=tic.parse_positions,
        small="positions.csv",
        real="bertaut_judson_positions_liabs_2021.csv",
        rows=8691,
        first="2011-06-30",
        last="2020-12-31",
        checks=(tic.check_positions,),
    ),
    Publication(
        id="tic_official_positions",
        parse=tic.parse_positions,
        small="foiadj.txt",
        real="ticdata.liabilities.foiadj.txt",
        rows=319,
        first="1984-12-31",
        last="2011-06-30",
        checks=(tic.check_positions,),
    ),
]
BY_ID = {publication.id: publication for publication in PUBLICATIONS}
each_publication = pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda p: p.id)
each_check = pytest.mark.parametrize(
    ("publication", "check"),
    [
        pytest.param(publication, check, id=f"{publication.id}-{check.__name__}")
        for publication in PUBLICATIONS
        for check in publication.checks
    ],
)


def cell(table: pd.DataFrame, column: str, **where: object) -> float:
    """The one figure of ``column`` in the row that ``where`` describes."""
    for name, value in where.items():
        is_month = name == "month"
        table = table[table[name] == (pd.Timestamp(value) + pd.offsets.MonthEnd(0) if is_month else value)]
    (value,) = table[column]
    return value


# --- the real files ----------------------------------------------------------------------------------------


@needs_official
@each_publication
def test_the_real_publication_is_what_the_catalog_says(publication: Publication, catalog: Catalog) -> None:
    dataset = catalog[publication.id]
    table = publication.read(catalog, REAL / publication.real)
    assert list(table.columns) == [column.name for column in dataset.columns]
    assert len(table) == publication.rows
    assert table["month"].min() == pd.Timestamp(publication.first)
    assert table["month"].max() == pd.Timestamp(publication.last)
    assert table["month"].dt.is_month_end.all()
    assert not table.duplicated(list(dataset.key)).any()
    pd.testing.assert_frame_equal(table, table.sort_values(list(dataset.key), ignore_index=True))
    for column in dataset.columns:
        values = table[column.name]
        assert column.missing or values.notna().all(), column.name
        if column.bounds:
            assert values.dropna().between(*column.bounds).all(), column.name


@needs_official
@each_check
def test_the_real_publication_adds_up(
    publication: Publication, check: Callable[[pd.DataFrame, Dataset], None], catalog: Catalog
) -> None:
    check(publication.read(catalog, REAL / publication.real), catalog[publication.id])


@needs_official
@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("tic_mfhhis01", "mfhhis01.txt"),
        ("tic_slt_table1", "slt_table1.txt"),
        ("tic_slt_table3", "slt_table3.txt"),
    ],
)
def test_an_earlier_edition_reads_and_adds_up_too(id: str, name: str, catalog: Catalog) -> None:
    publication = BY_ID[id]
    earlier = publication.read(catalog, REAL / "earlier" / name)
    for check in publication.checks:
        check(earlier, catalog[id])
    assert earlier["month"].max() <= pd.Timestamp(publication.last)


@needs_official
def test_major_holders_reproduces_published_figures(catalog: Catalog) -> None:
    holders = BY_ID["tic_mfhhis01"].read(catalog, REAL / "mfhhis01.txt")

    def published(country: str, month: str, series: str = "current") -> float:
        return cell(holders, "holdings_usd_bn", country=country, month=month, series=series)

    assert published("China, Mainland", "2025-01") == 760.8
    assert published("Japan", "2025-01") == 1079.3
    assert published("Grand Total", "2025-11") == 9349.6
    assert published("Foreign Official", "2025-12") == 3877.6
    assert published("Korea, South", "2000-12") == 29.6
    assert published("China, Mainland", "2010-06") == 1112.1
    assert published("China, Mainland", "2010-06", "superseded") == 843.7
    assert published("Grand Total", "2000-03") == 1085.0
    assert published("Grand Total", "2000-03", "superseded") == 1252.1
    assert pd.isna(published("Luxembourg", "2002-05"))
    breaks = holders.loc[holders["series"] == "superseded", "month"].dt.strftime("%Y-%m").unique()
    assert list(breaks) == ["2000-03", *(f"{year}-06" for year in range(2002, 2012))]
    assert set(breaks) <= {entry.period for entry in catalog["tic_mfhhis01"].breaks}
    assert not holders["country"].str.contains(r'[/"]|\d|^\s|\s$').any()


@needs_official
def test_the_rolling_table_continues_the_history_under_the_same_names(catalog: Catalog) -> None:
    history = BY_ID["tic_mfhhis01"].read(catalog, REAL / "mfhhis01.txt")
    rolling = BY_ID["tic_slt_table5"].read(catalog, REAL / "slt_table5.txt")
    assert set(rolling["country"]) < set(history["country"])
    both = history.merge(rolling, on=["month", "country", "series"], suffixes=("", "_rolling"))
    named = both[both["country"] != "All Other"]  # twenty countries there, thirty-six here
    assert len(named) == 24 * 9
    assert (named["holdings_usd_bn"] == named["holdings_usd_bn_rolling"]).all()


@needs_official
def test_the_dead_table_parses_so_that_its_newest_month_betrays_it(catalog: Catalog) -> None:
    dead = BY_ID["tic_slt_table5"].read(catalog, REAL / "mfh_frozen.txt")
    assert dead["month"].max() == pd.Timestamp("2023-01-31")
    assert len(dead) == 43 * 13
    assert cell(dead, "holdings_usd_bn", country="Korea, South", month="2023-01") == 105.8
    assert cell(dead, "holdings_usd_bn", country=places.OFFICIAL_BONDS, month="2022-01") == 3863.3
    tic.check_major_holders(dead, catalog["tic_slt_table5"])


@needs_official
def test_slt_tables_agree_with_each_other_and_with_the_major_holders(catalog: Catalog) -> None:
    treasuries = BY_ID["tic_slt_table3"].read(catalog, REAL / "slt_table3.txt")
    securities = BY_ID["tic_slt_table1"].read(catalog, REAL / "slt_table1.txt")
    belgium = {"month": "2026-05", "country_code": 10251}
    assert cell(treasuries, "holdings_usd_mn", **belgium) == 472030
    assert cell(treasuries, "net_purchases_usd_mn", **belgium) == 3965
    assert cell(treasuries, "long_term_valuation_change_usd_mn", **belgium) == 2148
    both = treasuries.merge(securities, on=["month", "country_code"])
    shown = both["treasury_holdings_usd_mn"].notna()
    assert shown.sum() > 6000
    for measure in ("holdings", "net_purchases", "valuation_change"):
        left, right = both[f"long_term_{measure}_usd_mn"], both[f"treasury_{measure}_usd_mn"]
        assert (left[shown].fillna(0) - right[shown].fillna(0)).abs().max() <= 1
    holders = BY_ID["tic_mfhhis01"].read(catalog, REAL / "mfhhis01.txt")
    total = holders[(holders["country"] == "Grand Total") & (holders["series"] == "current")]
    mine = treasuries[treasuries["country_code"] == places.GRAND_TOTAL].merge(total, on="month")
    assert (mine["holdings_usd_mn"] / 1000 - mine["holdings_usd_bn"]).abs().max() < 15


@needs_official
def test_frozen_tables_reproduce_published_figures(catalog: Catalog) -> None:
    trades = BY_ID["tic_s1_globl"].read(catalog, REAL / "s1_globl.txt")
    first = {"month": "1977-01", "country_code": places.GRAND_TOTAL}
    assert cell(trades, "treasury_purchases_usd_mn", **first) == 1632
    assert cell(trades, "treasury_sales_usd_mn", **first) == 1122
    assert cell(trades, "foreign_stock_sales_usd_mn", **first) == 198
    holdings = BY_ID["tic_slt3d_globl"].read(catalog, REAL / "slt3d_globl.csv")
    assert cell(holdings, "holdings_usd_mn", month="2011-09", country_code=places.GRAND_TOTAL) == 4912116
    assert not holdings["month"].isin(pd.to_datetime(["2011-10-31", "2011-11-30"])).any()


@needs_official
def test_survey_and_estimates_reproduce_published_figures(catalog: Catalog) -> None:
    survey = BY_ID["tic_shlhistdat"].read(catalog, REAL / "shlhistdat.txt")
    japan = {"month": "2025-06", "country_code": 42609}
    assert cell(survey, "long_term_treasury_holdings_usd_mn", **japan) == 1023937
    assert cell(survey, "long_term_holdings_usd_mn", **japan) == 1168725 + 1589301
    total = {"month": "1974-12", "country_code": places.GRAND_TOTAL}
    assert cell(survey, "long_term_holdings_usd_mn", **total) == 67098
    assert survey["month"].nunique() == 30
    estimates = BY_ID["tic_positions"].read(catalog, REAL / "bertaut_judson_positions_liabs_2021.csv")
    last = {"month": "2020-12", "country_code": places.GRAND_TOTAL}
    assert cell(estimates, "treasury_holdings_usd_mn", **last) == 6037069
    official = BY_ID["tic_official_positions"].read(catalog, REAL / "ticdata.liabilities.foiadj.txt")
    assert cell(official, "treasury_holdings_usd_mn", month="2011-06") == 3102041


@needs_official
@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("mfhhis01.txt", "2026-05-18"),
        ("earlier/mfhhis01.txt", "2026-03-18"),
        ("mfh_frozen.txt", "2023-03-15"),
        ("shlhistdat.txt", "2026-04-30"),
        ("slt_table3.txt", ""),
    ],
)
def test_edition_stamps_of_the_real_files(name: str, stamp: str) -> None:
    assert tic.vintage_tic((REAL / name).read_bytes()) == stamp


# --- the traps, on small files -----------------------------------------------------------------------------


@each_publication
def test_small_file_has_the_columns_of_the_catalog_and_adds_up(
    publication: Publication, catalog: Catalog
) -> None:
    dataset, table = catalog[publication.id], publication.read(catalog)
    assert list(table.columns) == [column.name for column in dataset.columns]
    assert all(table[column.name].dtype == "float64" for column in dataset.numbers)
    assert table["month"].dt.is_month_end.all()
    for check in publication.checks:
        check(table, dataset)


def test_a_month_printed_twice_is_current_on_the_left_and_superseded_on_the_right(catalog: Catalog) -> None:
    holders = BY_ID["tic_mfhhis01"].read(catalog)
    china = {"country": "China, Mainland", "month": "2010-06"}
    assert cell(holders, "holdings_usd_bn", series="current", **china) == 1112.1
    assert cell(holders, "holdings_usd_bn", series="superseded", **china) == 843.7
    twice = holders.loc[holders["series"] == "superseded", "month"].unique()
    assert list(twice) == [pd.Timestamp("2002-06-30"), pd.Timestamp("2010-06-30")]
    assert len(holders) == 8 * 13 + 9 * 3


def test_names_lose_footnotes_quotes_and_spaces_and_footer_lines_become_holders(catalog: Catalog) -> None:
    assert set(BY_ID["tic_mfhhis01"].read(catalog)["country"]) == {
        "China, Mainland",
        "Korea, South",
        "United Kingdom",
        "Japan",
        "Belgium",
        "Luxembourg",
        "Spain",
        "All Other",
        "Grand Total",
        "Foreign Official",
        "Foreign Official Treasury Bills",
        "Foreign Official T-Bonds & Notes",
    }


def test_star_keeps_sums_and_not_available_is_missing(catalog: Catalog) -> None:
    holders = BY_ID["tic_mfhhis01"].read(catalog)
    may = {"month": "2002-05", "series": "current"}
    assert cell(holders, "holdings_usd_bn", country="Spain", **may) == 0.0
    assert pd.isna(cell(holders, "holdings_usd_bn", country="Luxembourg", **may))


@pytest.mark.parametrize("name", ["slt_table5.txt", "mfh.txt"])
def test_other_layouts_of_the_major_holders_give_the_same_columns_and_names(
    name: str, catalog: Catalog
) -> None:
    table = BY_ID["tic_slt_table5"].read(catalog, SMALL / name)
    assert set(table["series"]) == {"current"}
    assert {"China, Mainland", "Korea, South", places.FOREIGN_OFFICIAL, places.OFFICIAL_BILLS} < set(
        table["country"]
    )
    tic.check_major_holders(table, catalog["tic_slt_table5"])


def test_a_month_printed_twice_without_the_series_mark_is_refused(catalog: Catalog) -> None:
    content = (SMALL / "mfhhis01.txt").read_bytes().replace(b"Series 15/\tSeries", b"\t")
    with pytest.raises(ParseError, match=r"^tic_mfhhis01: Jun 2010 stands twice without a series mark"):
        tic.parse_major_holders(content, catalog["tic_mfhhis01"])


def test_slt_rows_stop_at_the_blank_line_and_flows_keep_their_sign(catalog: Catalog) -> None:
    table = BY_ID["tic_slt_table3"].read(catalog)
    assert len(table) == 30
    china = {"month": "2023-02", "country_code": 41408}
    assert cell(table, "net_purchases_usd_mn", **china) == -3200
    assert cell(table, "long_term_valuation_change_usd_mn", **china) == -8000
    assert pd.isna(cell(table, "net_purchases_usd_mn", month="2023-01", country_code=41408))
    assert cell(table, "short_term_net_purchases_usd_mn", month="2023-01", country_code=41408) == 40
    guernsey = {"month": "2023-02", "country_code": 13006}
    assert pd.isna(cell(table, "holdings_usd_mn", **guernsey))
    assert cell(table, "long_term_holdings_usd_mn", **guernsey) == 8211


def test_a_printed_minus_zero_is_zero(catalog: Catalog) -> None:
    table = BY_ID["tic_slt_table3"].read(catalog)
    canada = cell(table, "long_term_valuation_change_usd_mn", month="2023-02", country_code=29998)
    assert str(canada) == "0.0"


def test_transactions_lose_thousands_separators_and_keep_sides_apart(catalog: Catalog) -> None:
    table = BY_ID["tic_s1_globl"].read(catalog)
    canada = {"month": "2000-02", "country_code": 29998}
    assert cell(table, "treasury_purchases_usd_mn", **canada) == 2960
    assert cell(table, "treasury_sales_usd_mn", **canada) == 3000
    assert cell(table, "foreign_stock_purchases_usd_mn", **canada) == 12
    assert cell(table, "country", month="2000-01", country_code=41408) == "China, Mainland"


def test_split_headings_of_table_3d_are_read_by_their_first_line(catalog: Catalog) -> None:
    table = BY_ID["tic_slt3d_globl"].read(catalog)
    other = {"month": "2023-01", "country_code": 69906}
    assert cell(table, "holdings_usd_mn", **other) == 60713
    assert cell(table, "long_term_holdings_usd_mn", **other) == 60000
    assert cell(table, "short_term_holdings_usd_mn", **other) == 713
    assert pd.isna(cell(table, "holdings_usd_mn", month="2023-01", country_code=30228))


def test_surveys_of_every_age_share_one_table(catalog: Catalog) -> None:
    table = BY_ID["tic_shlhistdat"].read(catalog)
    recent = {"month": "2025-06", "country_code": 30228}
    assert cell(table, "country", **recent) == "Anguilla"
    assert cell(table, "holdings_usd_mn", **recent) == 1390
    assert cell(table, "long_term_agency_holdings_usd_mn", **recent) == 0.0
    assert cell(table, "short_term_treasury_holdings_usd_mn", **recent) == 50
    assert cell(table, "long_term_holdings_usd_mn", **recent) == 916 + 388
    of_2000 = {"month": "2000-03", "country_code": 30228}
    assert cell(table, "long_term_holdings_usd_mn", **of_2000) == 40
    assert cell(table, "long_term_corporate_holdings_usd_mn", **of_2000) == 10
    assert pd.isna(cell(table, "holdings_usd_mn", **of_2000))
    of_1974 = {"month": "1974-12", "country_code": places.GRAND_TOTAL}
    assert cell(table, "long_term_holdings_usd_mn", **of_1974) == 67098
    assert cell(table, "long_term_debt_holdings_usd_mn", **of_1974) == 42427
    assert set(table["country"]) == {
        "Anguilla",
        "China, Mainland",
        "Guadeloupe excl St. Martin and St. Barthelemy",
        "Congo (Kinshasa) (formerly Zaire)",
        "Other Asia",
        "Total",
    }


def test_estimates_keep_what_was_not_done_missing(catalog: Catalog) -> None:
    table = BY_ID["tic_positions"].read(catalog)
    belgium = {"country_code": 10251}
    assert pd.isna(cell(table, "treasury_survey_holdings_usd_mn", month="2012-01", **belgium))
    assert cell(table, "treasury_survey_holdings_usd_mn", month="2012-06", **belgium) == 130000
    assert cell(table, "treasury_gap_usd_mn", month="2012-01", **belgium) == -4267
    official = BY_ID["tic_official_positions"].read(catalog)
    assert cell(official, "treasury_valuation_change_usd_mn", month="1985-01") == 933.57
    assert pd.isna(cell(official, "treasury_net_purchases_usd_mn", month="1984-12"))


# --- reordered columns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "delimiter"),
    [("tic_slt_table3", "\t"), ("tic_slt_table1", "\t"), ("tic_shlhistdat", "\t"), ("tic_positions", ",")],
)
def test_columns_are_found_by_name_wherever_they_stand(id: str, delimiter: str, catalog: Catalog) -> None:
    publication = BY_ID[id]
    lines = (SMALL / publication.small).read_text().splitlines()
    width = max(line.count(delimiter) for line in lines) + 1
    reordered = [
        delimiter.join(reversed(re.split(rf'{delimiter}(?=(?:[^"]*"[^"]*")*[^"]*$)', line)))
        if line.count(delimiter) + 1 >= width
        else line
        for line in lines
    ]
    content = ("\r\n".join(reordered) + "\r\n").encode()
    pd.testing.assert_frame_equal(
        publication.parse(content, catalog[id]), publication.read(catalog), check_like=False
    )


def test_swapped_securities_of_the_transactions_table_are_noticed(catalog: Catalog) -> None:
    content = (SMALL / "s1_globl.txt").read_bytes().replace(b"notes\tagencies", b"agencies\tnotes", 1)
    with pytest.raises(ParseError, match=r"^tic_s1_globl: the header should name 'notes \[1\]'"):
        tic.parse_transactions(content, catalog["tic_s1_globl"])


def test_a_byte_order_mark_is_no_part_of_the_first_name(catalog: Catalog) -> None:
    content = b"\xef\xbb\xbf" + (SMALL / "positions.csv").read_bytes()
    table = tic.parse_positions(content, catalog["tic_positions"])
    pd.testing.assert_frame_equal(table, BY_ID["tic_positions"].read(catalog))


# --- bad input ---------------------------------------------------------------------------------------------


def utf_16(content: bytes) -> bytes:
    return content.decode().encode("utf-16")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b" \r\n\r\n", id="blank"),
        pytest.param(
            lambda content: b"<!DOCTYPE html>\n<html><body>Country\tdate</body></html>", id="web page"
        ),
        pytest.param(lambda content: b"\r\n  <html>" + content, id="page around the table"),
        pytest.param(utf_16, id="UTF-16"),
        pytest.param(lambda content: content + b"Cura\xe7ao\r\n", id="Latin-1"),
        pytest.param(lambda content: b"\x00\x01\x02PK\x03\x04" * 50, id="binary"),
        pytest.param(lambda content: b"a,b,c\r\n1,2,3\r\n", id="another table"),
        pytest.param(lambda content: b'"' + content + b"x" * 140_000, id="quote never closed"),
    ],
)
@each_publication
def test_what_is_not_the_publication_is_refused_in_one_sentence(
    publication: Publication, spoil: Callable[[bytes], bytes], catalog: Catalog
) -> None:
    dataset = catalog[publication.id]
    content = spoil((SMALL / publication.small).read_bytes())
    with pytest.raises(ParseError, match=rf"^{publication.id}: .+https://ticdata\.treasury\.gov/"):
        publication.parse(content, dataset)


@each_publication
def test_a_file_cut_off_anywhere_is_refused_or_loses_nothing(
    publication: Publication, catalog: Catalog
) -> None:
    dataset, content = catalog[publication.id], (SMALL / publication.small).read_bytes()
    whole = publication.read(catalog)
    refused = 0
    line_ends = {match.end() for match in re.finditer(b"\n", content)}
    for end in sorted(line_ends.union(range(0, len(content) - 2, 3))):
        try:
            table = publication.parse(content[:end], dataset)
        except ParseError:
            refused += 1
            continue
        if len(table) == len(whole):
            pd.testing.assert_frame_equal(table, whole)
        else:  # files without notes, cut exactly behind a total: the store sees the lost months
            assert end in line_ends
            assert b"99996" in content[:end].splitlines()[-1]
            assert publication.id in ("tic_s1_globl", "tic_positions", "tic_official_positions")
    assert refused > 100


@pytest.mark.parametrize(
    ("id", "theirs", "ours"),
    [
        ("tic_mfhhis01", b"Country\t", b"Land\t"),
        ("tic_mfhhis01", b"T-Bonds & Notes", b"Bonds"),
        ("tic_mfhhis01", b"\tNov\t", b"\t\t"),
        ("tic_slt_table5", b"2026-04", b"2026-13"),
        ("tic_slt_table3", b"\tfor_lt_treas_net\t", b"\tfor_lt_net\t"),
        ("tic_slt_table3", b"for_lt_treas_net", b"for_treas_net"),
        ("tic_slt_table3", b"country\tcountry_code", b"country\tcode"),
        ("tic_slt_table1", b"for_lt_eqty_pos", b"equity"),
        ("tic_s1_globl", b"[12]", b"[13]"),
        ("tic_slt3d_globl", b'"Total U.S."', b'"All U.S."'),
        ("tic_shlhistdat", b"Treasury Debt", b"Government debt"),
        ("tic_shlhistdat", b"Country code", b"Code"),
        ("tic_shlhistdat", b"Treasury Debt\tAgency debt", b"Agency debt\tAgency debt"),
        ("tic_shlhistdat", b"Jun-25", b""),
        ("tic_positions", b"ftot_treas_est_pos", b"ftot_treas_pos"),
        ("tic_positions", b"ftot_stk_est_pos", b"ftot_treas_est_pos"),
        ("tic_official_positions", b" country code", b" nation code"),
    ],
)
def test_a_renamed_or_missing_heading_is_refused(
    id: str, theirs: bytes, ours: bytes, catalog: Catalog
) -> None:
    publication = BY_ID[id]
    content = (SMALL / publication.small).read_bytes()
    assert theirs in content
    with pytest.raises(ParseError, match=f"^{id}: "):
        publication.parse(content.replace(theirs, ours, 1), catalog[id])


@pytest.mark.parametrize(
    ("id", "theirs", "ours", "met"),
    [
        ("tic_mfhhis01", b"\t1160.1\t", b"\t1160.1r\t", "'1160.1r'"),
        ("tic_mfhhis01", b"\t889.0\r", b"\t889.0\t1.0\r", "China, Mainland has 14 figures for the 13"),
        ("tic_slt_table3", b"\t8211\t", b"\tabout 8211\t", "'about 8211'"),
        ("tic_slt_table3", b"\t13006\t", b"\tGG\t", "'GG'"),
        ("tic_slt_table3", b"\t2023-02\t", b"\tFeb 2023\t", "'Feb 2023'"),
        ("tic_slt_table3", b"13006\t2023-02\tn.a.", b"13006\t2023-02", "line 8 has 9 cells, the header 10"),
        ("tic_slt_table3", b"13006\t2023-01", b"13006\t2023-02", "13006 stands there more than once"),
        ("tic_s1_globl", b'"2,960"', b'"2.960,0x"', "'2.9600x'"),
        ("tic_positions", b"11/30/2011", b"30.11.2011", "'30.11.2011'"),
    ],
)
def test_a_strange_cell_is_named(id: str, theirs: bytes, ours: bytes, met: str, catalog: Catalog) -> None:
    publication = BY_ID[id]
    content = (SMALL / publication.small).read_bytes()
    assert theirs in content
    with pytest.raises(ParseError, match=rf"^{id}: .*{re.escape(met)}"):
        publication.parse(content.replace(theirs, ours, 1), catalog[id])


@pytest.mark.parametrize("id", ["tic_slt_table3", "tic_slt3d_globl", "tic_s1_globl", "tic_positions"])
def test_a_header_without_figures_is_refused(id: str, catalog: Catalog) -> None:
    publication = BY_ID[id]
    lines = (SMALL / publication.small).read_bytes().splitlines(keepends=True)
    without = b"".join(line for line in lines if not re.search(rb"\d{4}", line))
    with pytest.raises(ParseError, match=f"^{id}: "):
        publication.parse(without, catalog[id])


# --- identities --------------------------------------------------------------------------------------------


@each_check
def test_a_total_that_is_off_is_refused_with_both_numbers(
    publication: Publication, check: Callable[[pd.DataFrame, Dataset], None], catalog: Catalog
) -> None:
    dataset, table = catalog[publication.id], publication.read(catalog)
    holder = "country" if "country_code" not in table else "country_code"
    total = "Grand Total" if holder == "country" else places.GRAND_TOTAL
    if check is tic.check_regions:
        total = places.ALL_COUNTRIES
    newest = (table[holder] == total) & (table["month"] == table["month"].max())
    value = next(name for name in (c.name for c in dataset.numbers) if "treasury_gap" not in name)
    table.loc[newest, value] += 1000
    month = f"{table['month'].max():%Y-%m}"
    with pytest.raises(
        IdentityError, match=rf"^{publication.id}: .*in {month} .*gap: -?1,000\.\d"
    ) as refused:
        check(table, dataset)
    assert f"{table.loc[newest, value].iloc[0]:,.1f}" in str(refused.value)


@each_check
def test_an_identity_is_never_vacuous(
    publication: Publication, check: Callable[[pd.DataFrame, Dataset], None], catalog: Catalog
) -> None:
    dataset, table = catalog[publication.id], publication.read(catalog)
    with pytest.raises(IdentityError, match=f"^{publication.id}: no row to check"):
        check(table.iloc[:0], dataset)
    if check is tic.check_positions:
        return
    total = places.ALL_COUNTRIES if check is tic.check_regions else places.GRAND_TOTAL
    keep = table["country"] != "Grand Total" if "series" in table else table["country_code"] != total
    with pytest.raises(IdentityError, match=r"published figure missing|no row to check"):
        check(table[keep], dataset)


@pytest.mark.parametrize(
    ("id", "check", "lost"),
    [
        ("tic_mfhhis01", tic.check_major_holders, "All Other"),
        ("tic_mfhhis01", tic.check_major_holders, "Foreign Official"),
        ("tic_mfhhis01", tic.check_major_holders, "China, Mainland"),
        ("tic_slt_table3", tic.check_official_split, "Of Which: Foreign Official"),
        ("tic_slt_table1", tic.check_world, "Total IROs"),
        ("tic_slt_table3", tic.check_regions, "Canada"),
        ("tic_shlhistdat", tic.check_survey, "China, Mainland"),
    ],
)
def test_a_lost_row_is_noticed(
    id: str, check: Callable[[pd.DataFrame, Dataset], None], lost: str, catalog: Catalog
) -> None:
    table = BY_ID[id].read(catalog)
    with pytest.raises(IdentityError, match=f"^{id}: "):
        check(table[table["country"] != lost], catalog[id])


def test_bills_and_bonds_must_make_official_holdings(catalog: Catalog) -> None:
    dataset, table = catalog["tic_mfhhis01"], BY_ID["tic_mfhhis01"].read(catalog)
    table.loc[table["country"] == places.OFFICIAL_BILLS, "holdings_usd_bn"] += 0.3
    with pytest.raises(IdentityError, match=r"bills and bonds add up to Foreign Official, but in 2002-05 "):
        tic.check_major_holders(table, dataset)


def test_flows_must_add_up_once_tic_reports_them(catalog: Catalog) -> None:
    dataset, table = catalog["tic_slt_table3"], BY_ID["tic_slt_table3"].read(catalog)
    official = (table["country_code"] == places.OFFICIAL) & (table["month"] == pd.Timestamp("2023-02-28"))
    table.loc[official, "net_purchases_usd_mn"] = float("nan")
    with pytest.raises(IdentityError, match=r"official and non-official net_purchases_usd_mn .* missing"):
        tic.check_official_split(table, dataset)


def test_a_month_skipped_by_the_estimates_is_noticed(catalog: Catalog) -> None:
    dataset, table = catalog["tic_official_positions"], BY_ID["tic_official_positions"].read(catalog)
    with pytest.raises(IdentityError, match=r"^tic_official_positions: .* in 1985-02 "):
        tic.check_positions(table.drop(index=1), dataset)


def test_no_step_is_checked_into_a_break_of_the_catalog(catalog: Catalog) -> None:
    table = BY_ID["tic_positions"].read(catalog)
    with pytest.raises(IdentityError, match=r"in 2012-01 "):
        tic.check_positions(table, catalog["tic_official_positions"])
    tic.check_positions(table, catalog["tic_positions"])
