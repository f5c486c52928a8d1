"""Curves, term premia, factors, gold and Japanese yields: official layouts, copies and damage."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from codecs import BOM_UTF8

import official_markets
import pandas as pd
import pytest
import xlwt
from pandas.testing import assert_frame_equal
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data.sources import reading
from foreign_demand.data.sources.fedboard import parse_curve, parse_kim_wright
from foreign_demand.data.sources.french import parse_factors, vintage_factors
from foreign_demand.data.sources.lbma import parse_gold
from foreign_demand.data.sources.mof import parse_yields
from foreign_demand.data.sources.nyfed import check_decomposition, parse_term_premium
from foreign_demand.exceptions import IdentityError, ParseError

MARKETS = FIXTURES / "markets"


def read(name: str) -> bytes:
    return (MARKETS / name).read_bytes()


def official(name: str) -> bytes:
    return (OFFICIAL / name).read_bytes()


def zipped(content: bytes, name: str = "F-F_Research_Data_Factors_daily.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def column_renamed(content: bytes, old: bytes, new: bytes = b"RENAMED") -> bytes:
    assert old in content
    return content.replace(old, new)


PARSERS = {
    "acm_monthly": (parse_term_premium, "ACM_monthly.csv"),
    "acm_daily": (parse_term_premium, "ACM_daily_ACMTP10.csv"),
    "gsw_parameters": (parse_curve, "feds200628.csv"),
    "kim_wright_monthly": (parse_kim_wright, "feds200533.csv"),
    "french_factors_daily": (parse_factors, "F-F_Research_Data_Factors_daily.csv"),
    "gold_pm": (parse_gold, "gold_pm.json"),
    "jgb_yields": (parse_yields, "jgbcme_all.csv"),
}


@pytest.mark.parametrize("id", PARSERS)
class TestEveryImporter:
    def test_gives_the_columns_of_the_catalog_sorted_by_key(self, catalog, id):
        parse, name = PARSERS[id]
        table = parse(read(name), catalog[id])
        assert list(table) == [c.name for c in catalog[id].columns]
        assert table.set_index(list(catalog[id].key)).index.is_monotonic_increasing
        assert pd.api.types.is_datetime64_dtype(table[catalog[id].period.name])
        assert len(table) >= 2

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\n\n",
            b"<!DOCTYPE html><html><head><title>Busy</title></head></html>\n",
            b"\xff\xfe\x00\x01 \x82\xa0\xfd\n",
            b"some,other,table\n1,2,3\n",
            b"[1, 2",
            b"[]",
            b"PK\x03\x04 cut",
            b"\x1f\x8b\x08 cut",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut",
        ],
    )
    def test_refuses_anything_else_in_one_sentence(self, catalog, id, content):
        parse, _ = PARSERS[id]
        with pytest.raises(ParseError, match=rf"^{id}: ") as caught:
            parse(content, catalog[id])
        assert "\n" not in str(caught.value)

    def test_refuses_the_file_cut_inside_a_line(self, catalog, id):
        parse, name = PARSERS[id]
        content = read(name).rstrip()
        if id == "french_factors_daily":
            content = content.partition(b"\r\n\r\nCopyright")[0]
        for end in range(len(content) - 1, max(len(content) - 200, 1), -7):
            if content[:end].endswith((b"\r", b"\n")):
                continue
            with pytest.raises(ParseError, match=rf"^{id}: "):
                parse(content[:end], catalog[id])


def test_a_newer_workbook_under_an_old_name_is_told(catalog):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ParseError, match=r"^acm_monthly: a zip or a newer Excel workbook \(\.xlsx\) arrived"):
        parse_term_premium(buffer.getvalue(), catalog["acm_monthly"])


class TestTermPremium:
    @pytest.fixture
    def workbook(self) -> bytes:
        return official_markets.acm_workbook(read("ACM_monthly.csv"), read("ACM_daily_ACMTP10.csv"))

    def test_a_row_per_month_and_maturity(self, catalog):
        table = parse_term_premium(read("ACM_monthly.csv"), catalog["acm_monthly"])
        assert len(table) == 20
        assert table.iloc[9].tolist() == [pd.Timestamp("2025-03-31"), 10, 4.2, 0.4, 3.8]
        assert table.iloc[-1].tolist() == [pd.Timestamp("2025-04-30"), 10, 3.9, 0.4, 3.5]

    def test_months_that_end_on_a_weekend_are_dated_by_their_last_day(self, catalog):
        content = read("ACM_monthly.csv").replace(b"31-Mar-2025", b"30-May-2025")
        table = parse_term_premium(content, catalog["acm_monthly"])
        assert table["month"].max() == pd.Timestamp("2025-05-31")

    def test_a_month_still_running_is_left_out(self, catalog):
        content = read("ACM_monthly.csv").replace(b"30-Apr-2025", b"11-Apr-2025")
        table = parse_term_premium(content, catalog["acm_monthly"])
        assert table["month"].unique().tolist() == [pd.Timestamp("2025-03-31")]

    def test_the_workbook_and_its_sheets_as_csv_read_the_same(self, catalog, workbook):
        for id, name in (("acm_monthly", "ACM_monthly.csv"), ("acm_daily", "ACM_daily_ACMTP10.csv")):
            assert_frame_equal(
                parse_term_premium(workbook, catalog[id]), parse_term_premium(read(name), catalog[id])
            )

    def test_what_the_daily_excerpt_lacks_is_missing(self, catalog):
        table = parse_term_premium(read("ACM_daily_ACMTP10.csv"), catalog["acm_daily"])
        assert table["maturity_years"].tolist() == [10, 10]
        assert table["term_premium_pct"].tolist() == [0.655112093, 0.718240117]
        assert table[["fitted_yield_pct", "risk_neutral_yield_pct"]].isna().all(axis=None)

    def test_true_excel_dates_are_read_too(self, catalog):
        book = xlwt.Workbook()
        sheet = book.add_sheet("ACM Monthly")
        monthly = pd.read_csv(
            io.BytesIO(read("ACM_monthly.csv")), parse_dates=["DATE"], date_format="%d-%b-%Y"
        )
        day = xlwt.easyxf(num_format_str="DD-MMM-YYYY")
        for column, heading in enumerate(monthly):
            sheet.write(0, column, heading)
            for row, value in monthly[heading].items():
                if heading == "DATE":
                    sheet.write(row + 1, column, value.to_pydatetime(), day)
                else:
                    sheet.write(row + 1, column, value)
        buffer = io.BytesIO()
        book.save(buffer)
        assert_frame_equal(
            parse_term_premium(buffer.getvalue(), catalog["acm_monthly"]),
            parse_term_premium(read("ACM_monthly.csv"), catalog["acm_monthly"]),
        )

    def test_a_missing_sheet_is_named(self, catalog):
        book = xlwt.Workbook()
        book.add_sheet("Read me").write(0, 0, "DATE")
        buffer = io.BytesIO()
        book.save(buffer)
        with pytest.raises(ParseError, match=r"no sheet 'ACM Daily' but Read me"):
            parse_term_premium(buffer.getvalue(), catalog["acm_daily"])

    def test_a_cut_workbook_is_refused_wherever_it_is_cut(self, catalog, workbook):
        for end in range(8, len(workbook) - 1, len(workbook) // 40):
            with pytest.raises(ParseError, match=r"^acm_monthly: "):
                parse_term_premium(workbook[:end], catalog["acm_monthly"])

    @pytest.mark.parametrize("heading", [b"DATE", b"ACMTP10", b"ACMRNY01"])
    def test_a_renamed_column_is_refused(self, catalog, heading):
        content = column_renamed(read("ACM_monthly.csv"), heading)
        with pytest.raises(ParseError, match=heading.decode()):
            parse_term_premium(content, catalog["acm_monthly"])

    def test_a_workbook_may_not_lack_columns_even_daily(self, catalog):
        book = xlwt.Workbook()
        sheet = book.add_sheet("ACM Daily")
        for column, (heading, value) in enumerate({"DATE": "10-Apr-2025", "ACMTP10": 0.655}.items()):
            sheet.write(0, column, heading)
            sheet.write(1, column, value)
        buffer = io.BytesIO()
        book.save(buffer)
        with pytest.raises(ParseError, match=r"^acm_daily: .*'ACMY01'"):
            parse_term_premium(buffer.getvalue(), catalog["acm_daily"])

    def test_an_excerpt_without_any_known_column_is_refused(self, catalog):
        content = column_renamed(read("ACM_daily_ACMTP10.csv"), b"ACMTP10")
        with pytest.raises(ParseError, match="no row carries a value"):
            parse_term_premium(content, catalog["acm_daily"])


class TestDecomposition:
    def test_holds(self, catalog):
        check_decomposition(
            parse_term_premium(read("ACM_monthly.csv"), catalog["acm_monthly"]), catalog["acm_monthly"]
        )

    def test_names_the_first_row_that_does_not_add_up(self, catalog):
        content = read("ACM_monthly.csv").replace(b"4.2000", b"4.2001")
        table = parse_term_premium(content, catalog["acm_monthly"])
        with pytest.raises(IdentityError, match=r"^acm_monthly: .*2025-03 \(10\) .*4\.2000000 .* 4\.2001000"):
            check_decomposition(table, catalog["acm_monthly"])

    def test_a_lacking_part_breaks_it(self, catalog):
        table = parse_term_premium(read("ACM_monthly.csv"), catalog["acm_monthly"])
        table.loc[3, "risk_neutral_yield_pct"] = float("nan")
        for id in ("acm_monthly", "acm_daily"):
            with pytest.raises(IdentityError, match=r"\(4\)"):
                check_decomposition(table.rename(columns={"month": catalog[id].period.name}), catalog[id])

    def test_the_premium_alone_passes_only_where_the_catalog_allows_it(self, catalog):
        table = parse_term_premium(read("ACM_daily_ACMTP10.csv"), catalog["acm_daily"])
        check_decomposition(table, catalog["acm_daily"])
        with pytest.raises(IdentityError, match=r"\(10\)"):
            check_decomposition(table.rename(columns={"date": "month"}), catalog["acm_monthly"])

    def test_no_rows_cannot_pass(self, catalog):
        table = parse_term_premium(read("ACM_monthly.csv"), catalog["acm_monthly"])
        with pytest.raises(IdentityError, match="no row to check"):
            check_decomposition(table.head(0), catalog["acm_monthly"])


class TestCurve:
    def test_preamble_other_columns_and_marks(self, catalog):
        table = parse_curve(read("feds200628.csv"), catalog["gsw_parameters"])
        assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["1961-06-14", "2025-04-04"]
        assert table.loc[0, "beta3"] == 0
        assert pd.isna(table.loc[0, "tau2"])
        assert table.iloc[1, 1:].tolist() == [1.5, 2.25, -0.75, 9.5, 0.902377839254897, 13.5]

    def test_gzip_without_preamble(self, catalog):
        rows = read("feds200628.csv").partition(b"BETA0 to TAU2\n\n")[2]
        assert_frame_equal(
            parse_curve(gzip.compress(rows), catalog["gsw_parameters"]),
            parse_curve(read("feds200628.csv"), catalog["gsw_parameters"]),
        )

    def test_a_missing_mark_is_no_number(self, catalog):
        table = parse_curve(read("feds200628.csv").replace(b"-0.75", b"NA"), catalog["gsw_parameters"])
        assert pd.isna(table.loc[1, "beta2"])

    def test_a_renamed_parameter_is_refused(self, catalog):
        with pytest.raises(ParseError, match=r"^gsw_parameters: .*'TAU2' exactly once"):
            parse_curve(column_renamed(read("feds200628.csv"), b"TAU2"), catalog["gsw_parameters"])

    def test_a_cut_gzip_is_refused(self, catalog):
        with pytest.raises(ParseError, match="damaged or cut off"):
            parse_curve(gzip.compress(read("feds200628.csv"))[:-20], catalog["gsw_parameters"])

    def test_a_gzip_bomb_is_refused(self, catalog, monkeypatch):
        monkeypatch.setattr(reading, "MAX_BYTES", 300)
        with pytest.raises(ParseError, match="more than 300 bytes"):
            parse_curve(gzip.compress(read("feds200628.csv")), catalog["gsw_parameters"])


class TestKimWright:
    def test_last_observation_of_each_month_in_basis_points(self, catalog):
        table = parse_kim_wright(read("feds200533.csv"), catalog["kim_wright_monthly"])
        assert table["month"].tolist() == [pd.Timestamp("2026-01-31"), pd.Timestamp("2026-02-28")]
        assert table["term_premium_10y_bp"].tolist() == [61.48, 46.27]

    def test_the_month_counts_once_its_last_weekday_is_in(self, catalog):
        content = read("feds200533.csv").replace(b"2026-03-31,NA,NA,NA", b"2026-03-31,4.2,0.1,0.48")
        table = parse_kim_wright(content, catalog["kim_wright_monthly"])
        assert table.iloc[-1].tolist() == [pd.Timestamp("2026-03-31"), 48.0]

    @pytest.mark.parametrize("heading", [b"THREEFYTP10", b"THREEFYTP1000"])
    def test_the_heading_has_been_spelled_three_ways(self, catalog, heading):
        content = read("feds200533.csv").replace(b"THREEFYTP1000.B", heading)
        assert len(parse_kim_wright(content, catalog["kim_wright_monthly"])) == 2

    def test_another_maturity_is_not_taken_for_it(self, catalog):
        content = column_renamed(read("feds200533.csv"), b"THREEFYTP1000.B", b"THREEFYTP0900.B")
        with pytest.raises(ParseError, match=r"^kim_wright_monthly: .*'THREEFYTP10' exactly once"):
            parse_kim_wright(content, catalog["kim_wright_monthly"])

    def test_monthly_copy(self, catalog):
        copy = b"month_end,THREEFYTP10_bp\n2026-01-31,61.48\n2026-02-28,46.269999999999996\n"
        assert_frame_equal(
            parse_kim_wright(copy, catalog["kim_wright_monthly"]),
            parse_kim_wright(read("feds200533.csv"), catalog["kim_wright_monthly"]),
        )


class TestFactors:
    name = "F-F_Research_Data_Factors_daily.csv"

    def test_zip_with_dates_as_digits_and_missing_codes(self, catalog):
        table = parse_factors(zipped(read(self.name)), catalog["french_factors_daily"])
        assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["1926-07-01", "1926-07-02", "2025-04-03"]
        assert table.iloc[2, 1:].tolist() == [-5.04, -1.24, -0.33, 0.02]
        assert table.loc[1, ["size_factor_return_pct", "value_factor_return_pct"]].isna().all()
        assert table.loc[1, "market_excess_return_pct"] == 0.45

    def test_plain_copy_with_iso_dates(self, catalog):
        copy = (
            read(self.name)
            .replace(b",Mkt", b"Date,Mkt")
            .replace(b"192607", b"1926-07-")
            .replace(b"\r\n", b"\n")
        )
        copy = copy.replace(b"20250403", b"2025-04-03")
        assert_frame_equal(
            parse_factors(copy, catalog["french_factors_daily"]),
            parse_factors(zipped(read(self.name)), catalog["french_factors_daily"]),
        )

    @pytest.mark.parametrize("wrap", [zipped, bytes])
    def test_edition(self, wrap):
        assert vintage_factors(wrap(read(self.name))) == "2026-04-30"

    @pytest.mark.parametrize(
        "content", [b"", b"PK\x03\x04 cut", b"created by using the 202613 CRSP database."]
    )
    def test_no_edition(self, content):
        assert vintage_factors(content) == ""

    def test_a_renamed_factor_is_refused(self, catalog):
        content = zipped(column_renamed(read(self.name), b"SMB"))
        with pytest.raises(ParseError, match=r"^french_factors_daily: .*'SMB' exactly once"):
            parse_factors(content, catalog["french_factors_daily"])

    def test_a_second_file_in_the_zip_is_refused(self, catalog):
        buffer = io.BytesIO(zipped(read(self.name)))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("more.csv", "a,b")
        with pytest.raises(ParseError, match="just one file, and holds 2"):
            parse_factors(buffer.getvalue(), catalog["french_factors_daily"])

    def test_a_damaged_zip_is_refused(self, catalog):
        content = bytearray(zipped(read(self.name)))
        content[80] ^= 0xFF
        with pytest.raises(ParseError, match="damaged or cut off"):
            parse_factors(bytes(content), catalog["french_factors_daily"])

    def test_a_zip_bomb_is_refused(self, catalog, monkeypatch):
        monkeypatch.setattr(reading, "MAX_BYTES", 200)
        with pytest.raises(ParseError, match="more than 200 bytes"):
            parse_factors(zipped(read(self.name)), catalog["french_factors_daily"])


class TestGold:
    def test_dollar_price_of_days_with_one(self, catalog):
        table = parse_gold(read("gold_pm.json"), catalog["gold_pm"])
        assert table["date"].dt.strftime("%Y-%m-%d").tolist() == ["1968-04-01", "1968-04-02", "2025-04-11"]
        assert table["gold_usd_per_oz"].tolist() == [37.7, 37.3, 3230.5]

    def test_a_byte_order_mark_before_it_is_passed_over(self, catalog):
        marked = parse_gold(BOM_UTF8 + read("gold_pm.json"), catalog["gold_pm"])
        pd.testing.assert_frame_equal(marked, parse_gold(read("gold_pm.json"), catalog["gold_pm"]))

    @pytest.mark.parametrize("places", [(1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0)])
    def test_the_newest_price_in_another_currency_is_refused(self, catalog, places):
        """The file's own three prices make exchange rates, and these do not leap."""
        days = [("2026-07-29", [4000.0, 3000.0, 3450.0]), ("2026-07-30", [4100.0, 3080.0, 3540.0])]
        newest = [4000.0, 3000.0, 3448.0]
        entries = [{"d": day, "v": prices} for day, prices in days]
        good = [*entries, {"d": "2026-07-31", "v": newest}]
        assert len(parse_gold(json.dumps(good).encode(), catalog["gold_pm"])) == 3
        wrong = [*entries, {"d": "2026-07-31", "v": [newest[place] for place in places]}]
        with pytest.raises(ParseError, match=r"at 2026-07-31 the prices make .* in the wrong places"):
            parse_gold(json.dumps(wrong).encode(), catalog["gold_pm"])

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            (b'"d":"1968-04-02"', b'"day":"1968-04-02"', "entry 1 is"),
            (b"[37.3,37.3,null]", b"[]", "entry 1 is"),
            (b"[37.3,37.3,null]", b"37.3", "entry 1 is"),
            (b'"1968-04-02"', b'"2 April 1968"', "entry 1.*not a date"),
            (b"[37.3,", b'["x",', "entry 1.*not a number"),
            (b"]}]", b"]}", "JSON is damaged"),
            (b"[37.3,", b"[" + b"9" * 5000 + b",", "JSON is damaged"),
        ],
    )
    def test_other_entries_are_refused(self, catalog, old, new, says):
        with pytest.raises(ParseError, match=f"^gold_pm: .*{says}"):
            parse_gold(column_renamed(read("gold_pm.json"), old, new), catalog["gold_pm"])


class TestJapan:
    def test_line_above_the_header_and_dashes(self, catalog):
        table = parse_yields(read("jgbcme_all.csv"), catalog["jgb_yields"]).set_index("date")
        assert table.loc["1974-09-24", "yield_9y_pct"] == 8.127
        assert table.loc["1974-09-24", "yield_10y_pct":].isna().all()
        assert table.loc["2026-06-30", ["yield_10y_pct", "yield_40y_pct"]].tolist() == [2.69, 3.792]

    def test_the_japanese_edition_is_refused(self, catalog):
        with pytest.raises(ParseError, match=r"^jgb_yields: no header line with 'Date'; .*国債金利情報"):
            parse_yields(read("jgbcm_all.csv"), catalog["jgb_yields"])

    def test_columns_are_read_by_name(self, catalog):
        first, *lines = read("jgbcme_all.csv").decode().splitlines()
        swapped = "\r\n".join([first, *(",".join(reversed(x.split(","))) for x in lines), ""])
        assert_frame_equal(
            parse_yields(swapped.encode(), catalog["jgb_yields"]),
            parse_yields(read("jgbcme_all.csv"), catalog["jgb_yields"]),
        )

    def test_a_missing_maturity_is_refused(self, catalog):
        with pytest.raises(ParseError, match=r"^jgb_yields: .*'25Y' exactly once"):
            parse_yields(column_renamed(read("jgbcme_all.csv"), b"25Y"), catalog["jgb_yields"])


COPIES = {
    "acm_monthly": (parse_term_premium, "nyfed/ACM_monthly.csv", 7690),
    "acm_daily": (parse_term_premium, "nyfed/ACM_daily_ACMTP10.csv", 6583),
    "gsw_parameters": (parse_curve, "fedboard/feds200628_params.csv.gz", 16261),
    "kim_wright_monthly": (parse_kim_wright, "fedboard/kim_wright_10y_monthly_bp.csv", 434),
    "french_factors_daily": (parse_factors, "french/F-F_Research_Data_Factors_daily_202604_iso.csv", 26233),
    "gold_pm": (parse_gold, "lbma/gold_pm_usd.csv", 14666),
    "jgb_yields": (parse_yields, "mof/jgbcme_all.csv", 13248),
}


@needs_official
class TestOfficial:
    @pytest.mark.parametrize("id", COPIES)
    def test_every_row_is_read_and_within_bounds(self, catalog, id):
        parse, name, rows = COPIES[id]
        table = parse(official(name), catalog[id])
        assert len(table) == rows
        for column in catalog[id].columns:
            if column.bounds:
                assert table[column.name].dropna().between(*column.bounds).all(), column.name
            assert column.missing or table[column.name].notna().all(), column.name

    @pytest.mark.parametrize(
        ("month", "premium", "risk_neutral"), [("2025-03-31", 0.386, 3.865), ("2025-04-30", 0.610, 3.608)]
    )
    def test_published_term_premia(self, catalog, month, premium, risk_neutral):
        table = parse_term_premium(official("nyfed/ACM_monthly.csv"), catalog["acm_monthly"])
        row = table.set_index(["month", "maturity_years"]).loc[(pd.Timestamp(month), 10)]
        assert round(row["term_premium_pct"], 3) == premium
        assert round(row["risk_neutral_yield_pct"], 3) == risk_neutral

    def test_fitted_yields_decompose(self, catalog):
        table = parse_term_premium(official("nyfed/ACM_monthly.csv"), catalog["acm_monthly"])
        check_decomposition(table, catalog["acm_monthly"])

    def test_workbook_of_both_sheets(self, catalog):
        copies = {"acm_monthly": "nyfed/ACM_monthly.csv", "acm_daily": "nyfed/ACM_daily_ACMTP10.csv"}
        workbook = official_markets.acm_workbook(*map(official, copies.values()))
        for id, name in copies.items():
            assert_frame_equal(
                parse_term_premium(workbook, catalog[id]), parse_term_premium(official(name), catalog[id])
            )

    @pytest.mark.parametrize(
        ("id", "remade"),
        [
            ("gsw_parameters", official_markets.zero_coupon_csv),
            ("kim_wright_monthly", official_markets.kim_wright_csv),
            ("french_factors_daily", official_markets.factors_zip),
            ("gold_pm", official_markets.gold_json),
        ],
    )
    def test_copy_and_official_layout_read_the_same(self, catalog, id, remade):
        parse, name, _ = COPIES[id]
        copy = official(name)
        layout = remade(copy)
        assert layout != copy
        assert_frame_equal(parse(layout, catalog[id]), parse(copy, catalog[id]))

    def test_until_1979_the_curve_has_one_hump(self, catalog):
        table = parse_curve(official("fedboard/feds200628_params.csv.gz"), catalog["gsw_parameters"])
        one_hump = table["tau2"].isna()
        assert one_hump.sum() == 4620
        assert table.loc[one_hump, "beta3"].eq(0).all()
        assert table.loc[one_hump, "date"].max() < pd.Timestamp("1980-01-01")

    def test_edition_of_the_factors(self):
        assert (
            vintage_factors(official("french/F-F_Research_Data_Factors_daily_202604_iso.csv")) == "2026-04-30"
        )
