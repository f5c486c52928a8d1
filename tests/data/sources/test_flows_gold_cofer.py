"""Japan's weekly flows, official gold, and COFER by two methods: their layouts and damage."""

from __future__ import annotations

import pandas as pd
import pytest
from project import OFFICIAL, needs_official

from foreign_demand.data.sources.imf import (
    check_legacy,
    check_revised,
    parse_legacy,
    parse_revised,
    vintage_legacy,
)
from foreign_demand.data.sources.mof import check_weekly_flows, parse_weekly_flows, vintage_weekly_flows
from foreign_demand.data.sources.wgc import parse_official_gold
from foreign_demand.exceptions import IdentityError, ParseError

# --- Japan, weekly -----------------------------------------------------------

_SIDE = ",   株式 ・投資ファンド持分,,,   中 長 期 債 ,,,  小  計,   短 期 債,,,  合  計"
_KINDS = (
    ",Equity and investment fund shares,,, Long-term debt securities,,,Subtotal"
    ",Short-term debt securities,,,Total"
)
_FLOWS = ",Acquisition,Disposition,Net,Acquisition,Disposition,Net,Net,Acquisition,Disposition,Net,Net"
_NOTE = '"Final Update  January  8 , 2026"'
WEEK = "\r\n".join(
    [
        f"対外及び対内証券売買契約等の状況{',' * 19}最終更新日,,,",
        f"International Transactions in Securities{',' * 19}{_NOTE},,,",
        f"{',' * 19}Unit: 100 million Yen,,,",
        f",１．対外証券投資{',' * 11}２．対内証券投資{',' * 10}",
        f",1. Portfolio Investment Assets{',' * 11}2. Portfolio Investment Liabilities{',' * 10}",
        f'"期間\nPeriod"{_SIDE}{_SIDE}',
        _KINDS * 2,
        _FLOWS * 2,
        '2025．12．21～12．27,"1,689 ","1,419 ",270 ,"23,929 ","15,051 ","8,878 ","9,149 ","1,662 ","1,001 ",'
        '662 ,"9,811 ","17,853 ","15,575 ","2,278 ","15,867 ","11,675 ","4,192 ","6,470 ","7,885 ","3,991 ",'
        '"3,894 ","10,363 "',
        '2025．12．28～ 1．3,"2,317 ","2,309 ",8 ,"20,658 ","16,950 ","3,708 ","3,716 ","2,448 ","3,119 ",'
        '-671 ,"3,045 ","21,502 ","19,322 ","2,180 ","15,507 ","9,521 ","5,986 ","8,166 ","10,453 ","8,992 ",'
        '"1,461 ","9,627 "',
        "," * 22,
        f"   (Note 1),Transactions related to investment funds{',' * 21}",
        "",
    ]
)  # fmt: skip


@pytest.fixture
def flows(catalog):
    return catalog["japan_weekly_flows"]


def test_a_week_goes_by_its_last_day_and_is_in_billions_of_yen(flows):
    table = parse_weekly_flows(WEEK.encode("cp932"), flows)
    assert list(table) == [c.name for c in flows.columns]
    assert table["week"].tolist() == [pd.Timestamp("2025-12-27"), pd.Timestamp("2026-01-03")]
    newest = table.iloc[-1]
    assert (newest["abroad_bonds_net_jpy_bn"], newest["abroad_short_term_net_jpy_bn"]) == (370.8, -67.1)
    assert newest["japan_total_net_jpy_bn"] == 962.7
    check_weekly_flows(table, flows)
    assert vintage_weekly_flows(WEEK.encode("cp932")) == "2026-01-08"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("100 million Yen", "Yen"),
        ("Portfolio Investment Liabilities", "Liabilities"),
        ("Acquisition", "Bought"),
        ("(Note 1)", "(Note)"),
        ('"8,878 "', '"8,878 ",0'),
        ('"8,878 "', "many"),
        ("12．27", "13．27"),
        ("12．21～12．27", "12．21"),
    ],
)
def test_another_layout_or_damage_is_refused(flows, old, new):
    assert old in WEEK
    with pytest.raises(ParseError):
        parse_weekly_flows(WEEK.replace(old, new).encode("cp932"), flows)


@pytest.mark.parametrize("content", [b"", WEEK.encode("utf-8"), WEEK.encode("cp932")[:900]])
def test_other_bytes_are_refused(flows, content):
    with pytest.raises(ParseError):
        parse_weekly_flows(content, flows)


def test_flows_that_do_not_add_up_are_refused(flows):
    table = parse_weekly_flows(WEEK.replace('"8,878 "', '"8,978 "').encode("cp932"), flows)
    with pytest.raises(
        IdentityError, match=r"bonds purchases less sales \(abroad\).*2025-12-27.*gap: -10\.0"
    ):
        check_weekly_flows(table, flows)


@needs_official
def test_the_official_weeks_since_2005_add_up(flows):
    content = (OFFICIAL / "mof" / "week.csv").read_bytes()
    table = parse_weekly_flows(content, flows)
    check_weekly_flows(table, flows)
    assert vintage_weekly_flows(content) == "2026-08-06"
    assert (table["week"].min(), table["week"].max()) == (
        pd.Timestamp("2005-01-08"),
        pd.Timestamp("2026-08-01"),
    )
    assert table["week"].diff().dropna().dt.days.between(3, 14).all()


# --- gold --------------------------------------------------------------------

GOLD = (
    'Date,Country,Tonnes\n2025-12,Poland,515.47\n2025-12,"Taiwan, China",423.63\n2025-09,Poland,\n'.replace(
        "2025-09,Poland,\n", "2025-09,Poland,515.1\n"
    )
)


def test_gold_is_in_tonnes_by_the_code_of_its_country(catalog):
    table = parse_official_gold(GOLD.encode(), catalog["official_gold"])
    assert table["iso3"].tolist() == ["POL", "POL", "TWN"]
    assert table["quarter"].max() == pd.Timestamp("2025-12-31")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Poland", "Polonia"),
        ("2025-12", "2025-11"),
        ("515.47", ""),
        ("Tonnes", "Gold"),
        ("2025-09", "2025-12"),
    ],
)
def test_damaged_gold_is_refused(catalog, old, new):
    with pytest.raises(ParseError):
        parse_official_gold(GOLD.replace(old, new).encode(), catalog["official_gold"])


@needs_official
def test_every_country_with_gold_is_a_known_place(catalog):
    table = parse_official_gold(
        (OFFICIAL / "gold" / "wgc_reserves.csv").read_bytes(), catalog["official_gold"]
    )
    assert table["iso3"].nunique() == table["country"].nunique() == 122
    at_end = table[table["quarter"] == "2025-06-30"].set_index("iso3")["gold_tonnes"]
    assert at_end["USA"] == pytest.approx(8133.46)


# --- COFER, two methods ------------------------------------------------------


def legacy(**cells: str) -> bytes:
    """The data set of a world with two currencies, half of it reported."""
    rows = {
        "G001.AFXRA.CI_USD.SHRO_PT.Q": "60", "G001.AFXRA.CI_OTHC.SHRO_PT.Q": "40",
        "G001.AFXRA.CI_T.SHRO_PT.Q": "50", "G001.UFXRA.CI_T.SHRO_PT.Q": "50",
        "G001.AFXRA.CI_USD.NV_USD.Q": "600000000000", "G001.AFXRA.CI_OTHC.NV_USD.Q": "400000000000",
        "G001.AFXRA.CI_T.NV_USD.Q": "1000000000000", "G001.UFXRA.CI_T.NV_USD.Q": "1000000000000",
        "G001.TFXRA.CI_T.NV_USD.Q": "2000000000000", "G110.AFXRA.CI_USD.SHRO_PT.Q": "70",
        "G001.AFXRA.CI_USD.SHRO_PT.A": "61",
    } | cells  # fmt: skip
    lines = [
        f'"COFER","{code}","two\nlines","2025-07-17T14:40:41Z","1","","{cell}"' for code, cell in rows.items()
    ]
    return "\n".join(
        ['"DATASET","SERIES_CODE","NOTE","UPDATE_DATE","2024","2024-Q4","2025-Q1"', *lines, ""]
    ).encode("utf-8-sig")


def test_the_old_method_has_shares_of_what_is_reported_by_currency(catalog):
    dataset = catalog["cofer_legacy"]
    table = parse_legacy(legacy(), dataset)
    check_legacy(table, dataset)
    dollar = table.set_index("currency").loc["USD"]
    assert (dollar["share_pct"], dollar["value_usd_bn"]) == (60, 600)
    assert set(table["currency"]) == {"USD", "other", "allocated", "unallocated", "total"}
    assert vintage_legacy(legacy()) == "2025-07-17"


@pytest.mark.parametrize("gone", ["SHRO_PT", "NV_USD"])
def test_a_currency_that_is_missing_from_the_old_method_shows(catalog, gone):
    dataset = catalog["cofer_legacy"]
    table = parse_legacy(legacy(**{f"G001.AFXRA.CI_OTHC.{gone}.Q": ""}), dataset)
    with pytest.raises(IdentityError):
        check_legacy(table, dataset)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        legacy(**{"G001.AFXRA.CI_USD.SHRO_PT.Q": "many"}),
        legacy().replace(b"G001", b"G002"),
    ],
)
def test_a_damaged_data_set_of_the_old_method_is_refused(catalog, content):
    with pytest.raises(ParseError):
        parse_legacy(content, catalog["cofer_legacy"])


REVISED = "period,USD,EUR,JPY,CNY\n2000-Q1,70.7966,16.5349,6.0029,\n2026-Q2,56.7048,20.6018,4.9648,2.1138\n"


def test_a_currency_without_a_share_yet_has_no_row(catalog):
    dataset = catalog["cofer_revised"]
    table = parse_revised(REVISED.encode(), dataset)
    check_revised(table, dataset)
    assert table["currency"].value_counts().to_dict() == {"USD": 2, "EUR": 2, "JPY": 2, "CNY": 1}


@pytest.mark.parametrize(
    ("old", "new"), [("2000-Q1", "2000"), ("CNY", "RMB"), ("70.7966", "n.a."), ("2000-Q1", "2026-Q2")]
)
def test_a_damaged_transcription_of_the_new_method_is_refused(catalog, old, new):
    with pytest.raises(ParseError):
        parse_revised(REVISED.replace(old, new).encode(), catalog["cofer_revised"])


def test_four_currencies_of_more_than_all_reserves_are_refused(catalog):
    dataset = catalog["cofer_revised"]
    with pytest.raises(IdentityError, match="2026Q2"):
        check_revised(parse_revised(REVISED.replace("20.6018", "40.6018").encode(), dataset), dataset)


def test_the_two_methods_differ_where_they_overlap_and_are_two_tables(embedded):
    """The dollar's share differs by up to two and a half points, either way: no splice."""
    old, new = (
        embedded.read(id).query("currency == 'USD'").set_index("quarter")["share_pct"]
        for id in ("cofer_legacy", "cofer_revised")
    )
    gap = (new - old).dropna()
    assert gap.min() == pytest.approx(-2.5, abs=0.1)
    assert gap.max() == pytest.approx(0.7, abs=0.1)
