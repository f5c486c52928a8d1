"""COFER, CBO baselines and holders by sector: layouts, traps, identities."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest
from official_public import cofer_values_xml, holders_zip
from pandas.testing import assert_frame_equal
from project import FIXTURES, OFFICIAL, needs_official

from foreign_demand.data.sources import z1
from foreign_demand.data.sources.cbo import check_actuals, check_baselines, parse_actuals, parse_baselines
from foreign_demand.data.sources.http import MAX_BYTES
from foreign_demand.data.sources.imf import (
    check_currency_shares,
    parse_currency_shares,
    parse_currency_values,
    vintage_cofer,
)
from foreign_demand.data.store import merge_tables
from foreign_demand.exceptions import IdentityError, ParseError

HTML = b"<!DOCTYPE html>\n<html><body>Service unavailable</body></html>"
SHARES = (FIXTURES / "imf" / "cofer_shares.xml").read_bytes()
VALUES = (FIXTURES / "imf" / "cofer_values.xml").read_bytes()
BASELINES = (FIXTURES / "cbo" / "baselines.csv").read_bytes()
ACTUALS = (FIXTURES / "cbo" / "actuals.csv").read_bytes()
L210 = (FIXTURES / "z1" / "l210.csv").read_bytes()
"""The table as it was called until March 2026, without a line of hedge funds."""
F3_2 = (FIXTURES / "z1" / "F3_2_s.csv").read_bytes()
"""The table since September 2026."""


def zipped(content: bytes, name: str = "csv/l210.csv", *, twice: str = "") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("csv/l209.csv", "date,FL893061005.Q\r\n")
        file.writestr(name, content)
        if twice:
            file.writestr(twice, content)
    return archive.getvalue()


# --- COFER -------------------------------------------------------------------


def test_shares_of_the_world_only(catalog):
    dataset = catalog["cofer_shares"]
    table = parse_currency_shares(SHARES, dataset)
    assert table.to_dict("list") == {
        "quarter": [pd.Timestamp("2025-09-30")] * 3 + [pd.Timestamp("2025-12-31")] * 3,
        "currency": ["EUR", "USD", "other"] * 2,
        "share_pct": [20.4, 56.6, 23.0, 20.25, 56.77, 22.98],
    }
    check_currency_shares(table, dataset)


def test_sdmxs_word_for_a_missing_value_is_no_value(catalog):
    dataset = catalog["cofer_shares"]
    without = SHARES.replace(b'"56.77"', b'"NaN"')
    assert without != SHARES
    table = parse_currency_shares(without, dataset)
    assert len(table) == len(parse_currency_shares(SHARES, dataset)) - 1


def test_values_are_in_single_dollars_whatever_the_scale_says(catalog):
    table = parse_currency_values(VALUES, catalog["cofer_values"])
    assert table["currency"].tolist() == ["USD", "total"]  # no group, no observation without a value
    assert table["value_usd_bn"].tolist() == pytest.approx([7457.8, 13136.8], abs=0.05)


def test_vintage_is_the_day_of_update():
    assert vintage_cofer(SHARES) == "2026-03-27"
    assert vintage_cofer(b"<x/>") == ""


def test_a_missing_currency_is_noticed(catalog):
    dataset = catalog["cofer_shares"]
    table = parse_currency_shares(SHARES, dataset)
    with pytest.raises(IdentityError, match=r"in 2025-Q3 the sum is 79\.600 .* 100\.000 \(gap: -20"):
        check_currency_shares(table[table["currency"] != "EUR"], dataset)
    with pytest.raises(IdentityError, match="no row to check"):
        check_currency_shares(table.iloc[:0], dataset)


ENTITY = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "met"),
    [
        (b"", "not a structure-specific SDMX message"),
        (HTML, "not a structure-specific SDMX message"),
        (SHARES[:900], "not a structure-specific SDMX message"),
        (SHARES.decode().encode("utf-16"), "not a structure-specific SDMX message"),
        (
            SHARES.replace(b"<message:StructureSpecificData", ENTITY + b"<message:StructureSpecificData", 1),
            "document type",
        ),
        (SHARES.replace(b"SHRO_PT", b"SHRE_PT"), "no series for the world"),
        (SHARES.replace(b"G001", b"W00"), "no series for the world"),
        (SHARES.replace(b"2025-Q3", b"2025-09"), "'2025-09' is not a quarter"),
        (SHARES.replace(b'"20.4"', b'"n.a."'), "observation 1, column 'OBS_VALUE': 'n.a.' is not a number"),
    ],
    ids=["empty", "html", "truncated", "utf-16", "entity", "renamed", "country", "month", "word"],
)
def test_other_messages_are_refused(catalog, content, met):
    with pytest.raises(ParseError, match=rf"(?s)^cofer_shares: .*{met}"):
        parse_currency_shares(content, catalog["cofer_shares"])


@needs_official
def test_real_cofer(catalog):
    content = (OFFICIAL / "cofer" / "cofer_shares.xml").read_bytes()
    shares = parse_currency_shares(content, catalog["cofer_shares"])
    check_currency_shares(shares, catalog["cofer_shares"])
    published = json.loads((OFFICIAL / "cofer" / "cofer_marginal.json").read_text())
    by_currency = shares.set_index("currency")["share_pct"]
    assert len(by_currency) == 9
    for code, share in published["currency_shares_pct"].items():
        name = {"OTHC": "other"}.get(code.removeprefix("CI_"), code.removeprefix("CI_"))
        if name != "T":
            assert by_currency[name] == pytest.approx(share, abs=0.005)
    values = parse_currency_values(cofer_values_xml(OFFICIAL / "cofer"), catalog["cofer_values"])
    latest = values[values["quarter"] == "2025-12-31"].set_index("currency")["value_usd_bn"]
    assert latest["total"] == pytest.approx(published["world_allocated_reserves_USD_bn"], abs=0.05)
    assert 100 * latest["USD"] / latest["total"] == pytest.approx(by_currency["USD"], abs=1e-4)
    assert vintage_cofer(content) == "2026-03-27"


# --- CBO ---------------------------------------------------------------------


def test_baselines_are_dated_by_month_and_fiscal_year(catalog):
    dataset = catalog["cbo_baselines"]
    table = parse_baselines(BASELINES, dataset)
    assert list(table.columns) == [c.name for c in dataset.columns]
    assert table["baseline"].unique().tolist() == [pd.Timestamp("1983-02-28"), pd.Timestamp("2026-02-28")]
    newest = table[table["baseline"] == "2026-02-28"].set_index(["component", "subcategory"])["value_usd_bn"]
    assert newest["deficit", "Total"] == -1849.75
    check_baselines(table, dataset)


def test_actuals_are_by_fiscal_year(catalog):
    dataset = catalog["cbo_actuals"]
    table = parse_actuals(ACTUALS, dataset)
    assert table["fiscal_year"].min() == pd.Timestamp("1982-12-31")
    check_actuals(table, dataset)


def test_a_deficit_that_is_not_revenue_less_outlays_is_noticed(catalog):
    actuals = parse_actuals(ACTUALS.replace(b"-185.4", b"185.4"), catalog["cbo_actuals"])
    with pytest.raises(IdentityError, match=r"cbo_actuals: .* in 1984 .* -185\.400 .* 185\.400 .* -370\.8"):
        check_actuals(actuals, catalog["cbo_actuals"])
    baselines = parse_baselines(BASELINES.replace(b"7450.25", b"7450.30"), catalog["cbo_baselines"])
    with pytest.raises(IdentityError, match=r"in 2026-02 \(2026\) .* \(gap: -0\.050"):
        check_baselines(baselines, catalog["cbo_baselines"])


@pytest.mark.parametrize("component", ["revenue", "outlay", "deficit"])
def test_totals_that_are_missing_do_not_pass(catalog, component):
    for parse, check, content, id in (
        (parse_baselines, check_baselines, BASELINES, "cbo_baselines"),
        (parse_actuals, check_actuals, ACTUALS, "cbo_actuals"),
    ):
        table = parse(content, catalog[id])
        with pytest.raises(IdentityError, match=r"missing|no row to check"):
            check(table[table["component"] != component], catalog[id])


@pytest.mark.parametrize(
    ("parse", "content", "id"),
    [
        (parse_baselines, BASELINES, "cbo_baselines"),
        (parse_actuals, ACTUALS, "cbo_actuals"),
    ],
)
@pytest.mark.parametrize(
    ("damage", "met"),
    [
        (lambda c: b"", "the answer is empty"),
        (lambda c: HTML, "a web page arrived"),
        (lambda c: b"404: Not Found\n", "no header line with 'component'"),
        (lambda c: c.replace(b"subcategory", b"item"), "the header should name 'subcategory'"),
        (lambda c: c.split(b"\n")[0] + b"\n", "no rows"),
        (lambda c: c.rstrip().rsplit(b",", 1)[0], "breaks off in its last line"),
        (lambda c: c.decode().encode("utf-16"), "byte 0 is not utf-8"),
        (
            lambda c: c.replace(b",1984,", b",84,").replace(b",2026,", b",26,"),
            "line 3: .* is not a fiscal year",
        ),
    ],
    ids=["empty", "html", "404", "renamed", "header", "truncated", "utf-16", "years"],
)
def test_other_tables_are_refused(catalog, parse, content, id, damage, met):
    with pytest.raises(ParseError, match=rf"(?s)^{id}: .*{met}"):
        parse(damage(content), catalog[id])


def test_a_baseline_without_a_date_is_refused(catalog):
    with pytest.raises(ParseError, match="line 3, column 'baseline_date': 'February 2026' is not a date"):
        parse_baselines(BASELINES.replace(b"2026-02-01", b"February 2026"), catalog["cbo_baselines"])


@needs_official
def test_real_baselines_and_actuals(catalog):
    dataset = catalog["cbo_baselines"]
    table = parse_baselines((OFFICIAL / "cbo" / "baselines_since_2024.csv").read_bytes(), dataset)
    check_baselines(table, dataset)
    assert len(table) == 924
    assert not table.duplicated(list(dataset.key)).any()
    newest = table[table["baseline"] == "2026-02-28"]
    assert newest["fiscal_year"].max() == 2036
    debt = newest[newest["component"] == "debt"].set_index("fiscal_year")["value_usd_bn"]
    assert debt[2036] == pytest.approx(56_152.391)
    actuals = parse_actuals((OFFICIAL / "cbo" / "actuals.csv").read_bytes(), catalog["cbo_actuals"])
    check_actuals(actuals, catalog["cbo_actuals"])
    assert len(actuals) == 792
    held = actuals[(actuals["component"] == "debt") & (actuals["fiscal_year"] == "2025-12-31")]
    assert held["value_usd_bn"].tolist() == [30_172.402]


# --- holders by sector -------------------------------------------------------


def test_sectors_are_sums_of_their_series(catalog):
    dataset = catalog["holders_by_sector"]
    table = z1.parse_holders(zipped(L210), dataset)
    assert table["quarter"].unique().tolist() == [pd.Timestamp("1951-12-31"), pd.Timestamp("2025-12-31")]
    latest = table[table["quarter"] == "2025-12-31"].set_index("sector")["holdings_usd_mn"]
    assert latest["rest_of_world"] == 1_000
    assert latest["nonfinancial_business"] == 4_000 + 5_000
    assert latest["banks"] == 7_000 + 8_000 + 9_000 + 10_000
    assert latest["total"] == 300_001
    assert set(latest.index) == {*z1.HOLDERS, "total"} - {"hedge_funds"}
    z1.check_holders(table, dataset)


def test_hedge_funds_are_a_holder_from_their_first_quarter_on(catalog):
    dataset = catalog["holders_by_sector"]
    table = z1.parse_holders(zipped(F3_2, "csv/F3_2_s.csv"), dataset)
    z1.check_holders(table, dataset)
    latest = table[table["quarter"] == "2026-06-30"].set_index("sector")["holdings_usd_mn"]
    assert latest["hedge_funds"] == 1_500
    assert latest["households_and_nonprofits"] == 1_500
    assert set(latest.index) == {*z1.HOLDERS, "total"}
    assert table.loc[table["sector"] == "hedge_funds", "quarter"].tolist() == [pd.Timestamp("2026-06-30")]


def test_the_table_is_found_under_whatever_name(catalog):
    dataset = catalog["holders_by_sector"]
    for name in ("csv/F3_2_s.csv", "F99_9_s.CSV", "csv/l210.csv"):
        assert_frame_equal(
            z1.parse_holders(zipped(F3_2, name), dataset),
            z1.parse_holders(zipped(F3_2, "csv/F3_2_s.csv"), dataset),
        )


def test_an_edition_with_hedge_funds_follows_one_without(catalog):
    """What households had is split, and the total stays."""
    dataset = catalog["holders_by_sector"]
    old = z1.parse_holders(zipped(L210), dataset)
    new = z1.parse_holders(zipped(F3_2, "csv/F3_2_s.csv"), dataset)
    merged, changes = merge_tables(old, new, dataset)
    z1.check_holders(merged, dataset)
    assert changes.revised.empty
    assert changes.new_rows == 14


def test_hedge_funds_counted_twice_do_not_pass(catalog):
    dataset = catalog["holders_by_sector"]
    content = F3_2.replace(b"2026:Q2,299995,300001,1500,1500", b"2026:Q2,299995,300001,3000,1500")
    with pytest.raises(IdentityError, match=r"in 2026-Q2 the sum is 301,500"):
        z1.check_holders(z1.parse_holders(zipped(content, "csv/F3_2_s.csv"), dataset), dataset)


def test_a_new_holder_is_noticed(catalog):
    dataset = catalog["holders_by_sector"]
    table = z1.parse_holders(zipped(L210.replace(b"300001", b"312000")), dataset)
    with pytest.raises(IdentityError, match=r"in 2025-Q4 the sum is 300,000\.0 .* 312,000"):
        z1.check_holders(table, dataset)


def test_a_missing_sector_does_not_pass(catalog):
    dataset = catalog["holders_by_sector"]
    table = z1.parse_holders(zipped(L210), dataset)
    with pytest.raises(IdentityError, match="1951-Q4"):
        z1.check_holders(table[table["sector"] != "dealers"], dataset)
    with pytest.raises(IdentityError, match="no row to check"):
        z1.check_holders(table.iloc[:0], dataset)


@pytest.mark.parametrize(
    ("content", "met"),
    [
        (b"", "not a zip file"),
        (HTML, "not a zip file"),
        (zipped(L210)[:300], "not a zip file"),
        (zipped(b"date,FL893061705.Q", "csv/l211.csv"), "none of 2 has; csv/l209.csv lacks LM263061105.Q"),
        (zipped(L210, "csv/l210.txt"), "none of 1 has; csv/l209.csv lacks"),
        (zipped(b""), "none of 2 has"),
        (zipped(L210.replace(b"date", b"quarter")), "none of 2 has; csv/l210.csv lacks date"),
        (zipped(L210.split(b"\r\n")[0]), "no rows"),
        (zipped(L210.replace(b"LM263061105.Q", b"FL263061105.Q")), "csv/l210.csv lacks LM263061105.Q"),
        (zipped(L210.replace(b"2025:Q4", b"2025-12-31")), "'2025-12-31' is not a quarter"),
        (zipped(L210.replace(b",300001,", b",300001r,")), "'300001r' is not a number"),
        (zipped(L210.split(b"1951:Q4")[0]), "no row carries a value"),
        (zipped(L210.decode().encode("utf-16")), "none of 2 has"),
        (zipped(L210 + b"0" * (MAX_BYTES + 1)), "unpacks to more than"),
        (zipped(L210, "csv/l210.csv", twice="csv/F3_2_s.csv"), "2 have: csv/l210.csv, csv/F3_2_s.csv"),
    ],
    ids=[
        "empty", "html", "truncated", "no-table", "no-csv", "empty-table", "no-date", "header", "renamed",
        "dates", "word", "no-data", "utf-16", "bomb", "twice",
    ],
)  # fmt: skip
def test_other_archives_are_refused(catalog, content, met):
    with pytest.raises(ParseError, match=rf"(?s)^holders_by_sector: .*{met}"):
        z1.parse_holders(content, catalog["holders_by_sector"])


@needs_official
def test_real_panel_through_the_boards_layout(catalog):
    dataset = catalog["holders_by_sector"]
    panel = (OFFICIAL / "z1" / "holders_panel.csv").read_bytes()
    table = z1.parse_holders(holders_zip(panel), dataset)
    z1.check_holders(table, dataset)
    assert len(table) == 303 * 13
    rows = pd.read_csv(io.BytesIO(panel))
    assert table.loc[table["sector"] != "total", "holdings_usd_mn"].sum() == rows["holdings"].sum()
    latest = table[table["quarter"] == "2025-12-31"].set_index("sector")["holdings_usd_mn"]
    assert latest["rest_of_world"] == 9_224_367
    assert latest["federal_reserve"] == 3_859_231


@needs_official
def test_all_foreigners_in_the_accounts_are_all_foreigners_in_tic(catalog):
    """The series taken for the rest of the world is all of it: it follows the TIC total."""
    panel = (OFFICIAL / "z1" / "holders_panel.csv").read_bytes()
    table = z1.parse_holders(holders_zip(panel), catalog["holders_by_sector"])
    world = table[table["sector"] == "rest_of_world"].set_index("quarter")["holdings_usd_mn"] / 1000
    tic = pd.read_csv(OFFICIAL / "fred" / "FDHBFIN.csv", parse_dates=["observation_date"])
    tic = tic.set_index(tic["observation_date"] + pd.offsets.QuarterEnd())["FDHBFIN"]
    both = pd.concat([world, tic], axis=1).dropna().loc["2012":]
    gap = (both["holdings_usd_mn"] / both["FDHBFIN"] - 1).abs()
    assert len(gap) > 50
    assert gap.median() < 0.00001
    assert gap.max() < 0.04  # 2019-2021, since revised
