"""What TIC published when: press releases line by line, dated editions of table 1, and damage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from embed import embed
from official_public import slt_editions_csv
from project import OFFICIAL, ROOT, needs_official

from foreign_demand.data.checks import check_table
from foreign_demand.data.sources.tic.vintages import (
    LINES,
    check_editions,
    check_press_tables,
    parse_editions,
    parse_press_tables,
)
from foreign_demand.data.store import Store
from foreign_demand.exceptions import IdentityError, ParseError

HEADING = "release_date,ref_month,press_release,line,label,period,value_bn\n"
VALUES = {
    1: 1000.0, 2: 900.0, 5: 40.0, 6: 20.0, 7: 10.0, 8: 5.0, 10: 20.0, 11: 3.0, 12: 1.0, 13: 1.0,
    14: 300.0, 15: 310.0, 17: -4.0, 18: -6.0, 20: -20.0, 24: 4.0, 25: -2.0, 27: 1.0, 28: 2.0, 29: 25.0,
    31: 80.0, 32: 20.0,
}  # fmt: skip
VALUES |= {3: 100.0, 4: 75.0, 9: 25.0, 16: -10.0, 19: 90.0, 21: 70.0, 22: 5.0, 23: 2.0, 26: 3.0, 30: 100.0}
NAMED = {
    3: "Domestic Securities Purchased, net",
    16: "Foreign Securities Purchased, net",
    19: "Net Long-term Securities Transactions (line 3 plus line 16):",
    21: "Net Foreign Acquisition of Long-term Securities (lines 19 and 20):",
}
LOST = {16: "14", 19: "3", 21: "19"} | {line: "" for line in LINES if line > 9 and line not in (16, 19, 21)}


def release(
    day: str = "2025-06-18",
    months: tuple[str, ...] = ("2025-03", "2025-04"),
    *,
    lost: bool = False,
    **changed: float,
) -> str:
    """A release's lines, with or without the numbers that three of them lost."""
    values = VALUES | {int(line.removeprefix("line_")): value for line, value in changed.items()}
    return "".join(
        f"{day},{months[-1]},sb0001,{LOST.get(line, line) if lost else line},"
        f'"{NAMED.get(line, "Line")}",{month},{values[line]}\n'
        for line in LINES
        for month in ("year 2024", "12m 2025-04", *months)
    )


@pytest.fixture
def press(catalog):
    return catalog["tic_press_tables"]


def test_a_release_gives_its_newest_month_for_the_first_time_and_others_again(press):
    table = parse_press_tables((HEADING + release()).encode(), press)
    assert list(table) == [c.name for c in press.columns]
    assert table["month"].dt.strftime("%Y-%m").tolist() == ["2025-03", "2025-04"]
    assert table["newest"].tolist() == [False, True]
    assert (table["total_net_usd_bn"] == 100.0).all()
    check_press_tables(table, press)


def test_lines_without_numbers_are_told_by_their_order_and_words(press):
    numbered, lost = (HEADING + release(lost=lost) for lost in (False, True))
    pd.testing.assert_frame_equal(
        parse_press_tables(lost.encode(), press), parse_press_tables(numbered.encode(), press)
    )


def test_a_release_that_stands_there_twice_counts_once(press):
    assert len(parse_press_tables((HEADING + release() + release()).encode(), press)) == 2


def test_two_values_of_one_cell_are_refused(press):
    with pytest.raises(ParseError, match="private_treasury_net_usd_bn of 2025-03 twice"):
        parse_press_tables((HEADING + release() + release(line_5=41.0)).encode(), press)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(",32,", ",33,", 4),
        lambda text: text.replace(",32,", ",,", 4),
        lambda text: text.replace("2025-06-18", "18 June"),
        lambda text: text.replace(",100.0", ",many", 4),
        lambda text: text.replace("value_bn", "value"),
        lambda text: text[:-5],
        lambda text: "",
    ],
)
def test_damage_is_refused(press, damage):
    with pytest.raises(ParseError):
        parse_press_tables(damage(HEADING + release()).encode(), press)


def test_lines_that_do_not_add_up_are_refused(press):
    table = parse_press_tables((HEADING + release(line_24=4.6)).encode(), press)
    with pytest.raises(IdentityError, match=r"line 23 .*gap: 0\.6"):
        check_press_tables(table, press)


@pytest.mark.slow
def test_every_release_since_2004_passes_on_its_own_day_with_those_before_held(embedded, press):
    table = embedded.read("tic_press_tables")
    days = table["release_date"].unique()
    assert len(days) == 242
    editions = [table[table["release_date"] <= day].reset_index(drop=True) for day in days]
    dates = [day.date() for day in days]
    for n in range(1, len(days)):
        day, before = dates[n], dates[n - 1]
        check_table(
            editions[n],
            press,
            held=editions[n - 1],
            as_at=day,
            retrieved=day,
            edition=day,
            held_edition=before,
        )


# --- dated editions ----------------------------------------------------------

EDITIONS = (
    "edition,country,country_code,date,for_lt_treas_pos,for_lt_treas_net,for_lt_treas_valchg\n"
    "2024-12-19,Grand Total,99996,2024-10,7300000,20000,-150000\n"
    "2024-12-19,For. Official,99990,2024-10,3600000,-10000,-80000\n"
    "2024-12-19,Non-official,99991,2024-10,3700000,30000,-70000\n"
    "2023-09-18,Grand Total,99996,2023-07,6900000,0,n.a.\n"
    "2023-09-18,For. Official,99990,2023-07,3500000,5,n.a.\n"
    "2023-09-18,Non-official,99991,2023-07,3400001,-5,n.a.\n"
)


def test_an_edition_is_read_with_its_day(catalog):
    dataset = catalog["tic_slt_table1_editions"]
    table = parse_editions(EDITIONS.encode(), dataset)
    assert table["edition"].dt.year.tolist() == [2023] * 3 + [2024] * 3
    assert table["treasury_valuation_change_usd_mn"].isna().sum() == 3
    check_editions(table, dataset)
    check_table(table, dataset, as_at=dt.date(2024, 12, 19))


def test_an_edition_whose_parts_miss_the_total_is_refused(catalog):
    dataset = catalog["tic_slt_table1_editions"]
    table = parse_editions(EDITIONS.replace("3600000", "3500000").encode(), dataset)
    with pytest.raises(IdentityError, match=r"2024-12-19.*2024-10.*-100,000"):
        check_editions(table, dataset)


@pytest.mark.parametrize(
    ("old", "new"), [("99996", "total"), ("2024-10", "Oct 24"), ("for_lt_treas_net", "net")]
)
def test_a_damaged_edition_is_refused(catalog, old, new):
    with pytest.raises(ParseError):
        parse_editions(EDITIONS.replace(old, new).encode(), catalog["tic_slt_table1_editions"])


# --- the real ones -----------------------------------------------------------


@needs_official
def test_first_prints_agree_with_those_others_took_from_the_same_releases(catalog, press):
    """But for one month, in which theirs has the private line in place of the official one."""
    folder = OFFICIAL / "tic" / "vintages"
    table = parse_press_tables((folder / "tic_press_release_tables_2004-2026.csv").read_bytes(), press)
    check_press_tables(table, press)
    ours = table[table["newest"]].assign(ref_month=lambda t: t["month"].dt.strftime("%Y-%m"))
    theirs = pd.read_csv(folder / "tic_first_prints_2004-2026.csv").drop_duplicates("ref_month")
    both = ours.merge(theirs, on="ref_month", validate="1:1").set_index("ref_month")
    assert len(both) == len(theirs) == 242
    for mine, other in {
        "private_treasury_net_usd_bn": "treasury_lt_private",
        "official_treasury_net_usd_bn": "treasury_lt_official",
        "bills_change_usd_bn": "bills_total",
        "total_net_usd_bn": "total_net_inflow_line30",
    }.items():
        differ = both[(both[mine] - both[other]).abs() > 0.01]
        assert list(differ.index) == (["2017-02"] if "official" in mine else [])


@needs_official
def test_dated_editions_agree_with_the_press_release_of_their_day(catalog):
    dataset = catalog["tic_slt_table1_editions"]
    table = parse_editions(slt_editions_csv(OFFICIAL / "tic" / "vintages"), dataset)
    check_editions(table, dataset)
    total = table[table["country_code"] == 99996].set_index(["edition", "month"])[
        "treasury_net_purchases_usd_mn"
    ]
    newest = total.groupby("edition").tail(1)
    assert newest.tolist() == [209, 92111]


@needs_official
def test_dated_editions_of_table_1_pass_in_order_without_one_refusal(
    tmp_path: Path, catalog, monkeypatch
) -> None:
    monkeypatch.delenv("BOOK_MIRROR", raising=False)
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)
    tic = OFFICIAL / "tic"
    for day, file in {
        "2023-09-18": "vintages/2023-09-18/slt_table1.tsv",
        "2024-12-19": "vintages/2024-12-19/slt_table1.tsv",
        "2026-07-01": "earlier/slt_table1.txt",
        "2026-07-16": "slt_table1.txt",
    }.items():
        given = {"into": store.snapshot, "form": "exact bytes", "taken": day}
        outcome = embed(store, "tic_slt_table1", tic / file, **given)
        assert outcome.status == "live", outcome.error
    held = Store(snapshot=ROOT / "data" / "snapshot").read("tic_slt_table1")
    ours, newest = store.read("tic_slt_table1"), held["month"].max()
    pd.testing.assert_frame_equal(
        *(table[table["month"] == newest].reset_index(drop=True) for table in (ours, held))
    )
