"""What no genuine edition resembles is refused: every kind of fault, over every dataset it can befall."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from project import OFFICIAL, needs_official

from foreign_demand.data.catalog import Dataset, read_catalog
from foreign_demand.data.checks import check_table, renamings
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.store import Store, merge_tables
from foreign_demand.exceptions import (
    CheckError,
    IdentityError,
    ImplausibleError,
    SchemaError,
    ShortenedError,
    StaleError,
)

pytestmark = pytest.mark.slow

CATALOG = read_catalog()
ASKED = [id for id, d in CATALOG.items() if d.embedded and not d.by_hand and not d.ended]
DAILY = [id for id in ASKED if CATALOG[id].frequency == "daily" and not CATALOG[id].series]
SINGLE = ["cofer_shares"]
"""Of which a single period is embedded."""
PANELS = ["tic_slt_table1", "tic_slt_table3", "tic_slt_table5"]
YIELDS = ["DGS1", "DGS2", "DGS5", "DGS7", "DGS10", "DGS20", "DGS30"]


def judge(
    table: pd.DataFrame, dataset: Dataset, held: pd.DataFrame, *, accept_steps: bool = False, days: int = 60
) -> pd.DataFrame:
    """Judge an edition that comes ``days`` after the newest period."""
    newest = table[dataset.period.name].max()
    day = min(newest.date(), dt.date.today()) + dt.timedelta(days)
    return check_table(
        table, dataset, held=held, as_at=day, retrieved=day, accept_steps=accept_steps, held_edition=day
    )


def without_newest(table: pd.DataFrame, dataset: Dataset, periods: int = 1) -> pd.DataFrame:
    days = sorted(table[dataset.period.name].unique())
    return table[table[dataset.period.name] < days[-periods]].reset_index(drop=True)


@pytest.mark.parametrize("id", [id for id in ASKED if id not in SINGLE])
def test_the_newest_period_held_would_be_taken_today(id: str, embedded: Store) -> None:
    """What history brought is let in again: the newest period, after all that was before it."""
    dataset, table = CATALOG[id], embedded.read(id)
    held = without_newest(table, dataset)
    judge(table, dataset, held)
    judge(table, dataset, table)


@pytest.mark.parametrize("id", ASKED)
def test_an_eighth_cut_off_at_the_end_of_a_line_is_noticed(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    with pytest.raises(CheckError):
        judge(table.iloc[: int(0.92 * len(table))], dataset, table)


@pytest.mark.parametrize("id", [id for id in ASKED if CATALOG[id].earliest_days >= 0])
@pytest.mark.parametrize("ahead", ["a day", "a month", "a year"])
def test_a_period_that_cannot_have_come_out_is_refused(id: str, ahead: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    name = dataset.period.name
    days = {"a day": 1, "a month": 31, "a year": 366}[ahead]
    newest = table[table[name] == table[name].max()]
    today = newest[name].iloc[0].date()
    later = newest.assign(**{name: pd.Timestamp(today) + pd.offsets.BDay() + pd.Timedelta(days=days - 1)})
    day = {"month": "M", "quarter": "Q", "year": "Y"}.get(dataset.period.type)
    if day:
        later[name] = later[name].dt.to_period(day).dt.end_time.dt.normalize().astype(table[name].dtype)
        if (later[name] == newest[name].iloc[0]).any():
            later[name] += pd.offsets.YearEnd()
    table = pd.concat([table, later], ignore_index=True)
    with pytest.raises(CheckError):
        check_table(table, dataset, held=table.iloc[: -len(later)], as_at=today, retrieved=today)


@pytest.mark.parametrize("id", [id for id in ASKED if CATALOG[id].history == "full"])
def test_a_row_before_the_first_is_refused(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    name = dataset.period.name
    early = table[table[name] == table[name].min()].assign(**{name: pd.Timestamp("1900-12-31")})
    with pytest.raises(CheckError):
        judge(pd.concat([early.astype(table.dtypes), table], ignore_index=True), dataset, table)


STEPS = {"month": pd.offsets.MonthEnd, "quarter": pd.offsets.QuarterEnd, "year": pd.offsets.YearEnd}


def led_up_to(table: pd.DataFrame, dataset: Dataset, *, hole: int = 0, periods: int = 20) -> pd.DataFrame:
    """A table with earlier periods before its first, the last of them ``hole`` steps away from it."""
    name = dataset.period.name
    first = table[table[name] == table[name].min()]
    step = STEPS.get(dataset.period.type, lambda n: pd.offsets.BDay(20 * n))
    steps = range(hole + 1, hole + periods + 1)
    early = [first.assign(**{name: first[name] - step(n)}).astype(table.dtypes) for n in steps]
    return pd.concat([*early, table], ignore_index=True)


@pytest.mark.parametrize("id", [id for id in ASKED if CATALOG[id].history == "full"])
def test_a_history_that_goes_further_back_than_the_copy_held_is_taken(id: str, embedded: Store) -> None:
    """Some embedded copies begin later than the publication."""
    dataset, table = CATALOG[id], embedded.read(id)
    longer = led_up_to(table, dataset)
    merged, changes = merge_tables(table, judge(longer, dataset, table), dataset)
    assert len(merged) == len(longer)
    assert changes.revised.empty


@pytest.mark.parametrize(("hole", "periods"), [(0, 11), (60, 20)], ids=["few", "apart"])
def test_periods_that_do_not_lead_up_to_the_first_are_refused(
    embedded: Store, hole: int, periods: int
) -> None:
    dataset, table = CATALOG["GDP"], embedded.read("GDP")
    with pytest.raises(SchemaError, match="does not lead up to it"):
        judge(led_up_to(table, dataset, hole=hole, periods=periods), dataset, table)


@pytest.mark.parametrize("id", DAILY)
def test_the_newest_value_repeated_for_days_to_come_is_refused(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    last = table.tail(1)
    following = pd.bdate_range(last["date"].iloc[0], periods=31)[1:]
    more = pd.concat([last.assign(date=day) for day in following])
    today = table["date"].max().date()
    with pytest.raises(SchemaError, match="yet to come out"):
        check_table(
            pd.concat([table, more], ignore_index=True).astype(table.dtypes),
            dataset,
            held=table,
            as_at=today,
            retrieved=today,
        )


@pytest.mark.parametrize("id", PANELS)
def test_the_month_before_under_a_new_month_is_refused(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    newest = table[table["month"] == table["month"].max()]
    again = newest.assign(month=newest["month"] + pd.offsets.MonthEnd()).astype(table.dtypes)
    with pytest.raises(ImplausibleError, match="The same figures under another date"):
        judge(pd.concat([table, again], ignore_index=True), dataset, table)


@pytest.mark.parametrize(
    ("id", "change"),
    [
        *[(id, 1.5) for id in YIELDS],
        *[(id, 2.3) for id in YIELDS],
        ("VIXCLS", lambda v: 3 * v),
        ("DEXCHUS", lambda v: 1.15 * v),
        ("GDP", lambda v: 1.10 * v),
        ("WALCL", lambda v: 1.15 * v),
        ("SP500", lambda v: 0.8 * v),
        ("gold_pm", lambda v: 0.75 * v),
        ("WMTSECL1", lambda v: 0.8 * v),
    ],
)
def test_a_newest_value_far_from_its_own_series_is_refused(id: str, change, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    held, value = without_newest(table, dataset), table[dataset.value].iloc[-2]
    wrong = change(value) if callable(change) else value + change
    with pytest.raises(ImplausibleError, match=r"in the 5 years before .*--accept"):
        judge(table.assign(**{dataset.value: [*table[dataset.value].iloc[:-1], wrong]}), dataset, held)


@pytest.mark.parametrize(
    ("id", "change"),
    [
        ("GDP", lambda v: 1.10 * v),
        ("DGS10", lambda v: v + 1.5),
        ("DEXCHUS", lambda v: 1.15 * v),
        ("WALCL", lambda v: 1.15 * v),
        ("FYGFDPUN", lambda v: 1.3 * v),
    ],
)
def test_the_newest_value_held_is_not_revised_further_than_its_series_moves(
    id: str, change, embedded: Store
) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    value = table[dataset.value].to_numpy()
    with pytest.raises(ImplausibleError, match=r"as far apart in the years around.*--accept"):
        judge(table.assign(**{dataset.value: [*value[:-1], change(value[-1])]}), dataset, table)


@pytest.mark.parametrize("factor", [0.1, 0.0])
@pytest.mark.parametrize("country", ["Japan", "China, Mainland", "United Kingdom"])
def test_a_large_holder_that_nearly_vanishes_is_refused(
    country: str, factor: float, embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the other rows make up for it, in the shortest of the tables."""
    monkeypatch.setattr("foreign_demand.data.checks.check_identities", lambda table, dataset: None)
    dataset, table = CATALOG["tic_slt_table5"], embedded.read("tic_slt_table5")
    row = (table["country"] == country) & (table["month"] == table["month"].max())
    wrong = table.assign(
        holdings_usd_bn=table["holdings_usd_bn"].where(~row, factor * table["holdings_usd_bn"])
    )
    with pytest.raises(ImplausibleError, match=f"country {country}"):
        judge(wrong, dataset, without_newest(table, dataset))


@pytest.mark.parametrize(
    ("yield_pct", "refused", "said"),
    [(14.2, ImplausibleError, "high_yield_pct"), (1.435, IdentityError, "the median yield or below")],
)
def test_a_high_yield_with_a_slipped_point_is_refused(
    yield_pct: float, refused: type[Exception], said: str, embedded: Store
) -> None:
    dataset, table = CATALOG["auctions"], embedded.read("auctions")
    held = without_newest(table, dataset, 30)
    notes = table[
        (table["original_term"] == "10-Year") & ~table["inflation_indexed"] & ~table["floating_rate"]
    ]
    at = notes["high_yield_pct"].dropna().index[-1]
    held = table[table["date"] < table.loc[at, "date"]]
    wrong = table[table["date"] <= table.loc[at, "date"]].copy()
    wrong.loc[at, "high_yield_pct"] = yield_pct
    with pytest.raises(refused, match=said):
        judge(wrong, dataset, held)


def test_a_weekend_in_a_series_of_business_days_is_refused(embedded: Store) -> None:
    dataset, table = CATALOG["DGS10"], embedded.read("DGS10")
    saturday = table["date"].max() + pd.offsets.Week(weekday=5)
    more = pd.concat([table, table.tail(1).assign(date=saturday)], ignore_index=True)
    with pytest.raises(SchemaError, match="is a Saturday, and none of"):
        judge(more, dataset, table)


DAY = pd.Timedelta(days=1)


def test_a_weekly_series_gets_no_other_day_of_the_week(embedded: Store) -> None:
    dataset, table = CATALOG["WALCL"], embedded.read("WALCL")
    newest = table["date"] == table["date"].max()
    late = table.assign(date=table["date"].where(~newest, table["date"] + DAY))
    with pytest.raises(SchemaError, match="is a Thursday, and none of"):
        judge(late, dataset, without_newest(table, dataset))


# --- what is missed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "periods"), [("tic_slt_table3", 1), ("tic_mfhhis01", 1), ("GS10", 1), ("GDP", 1), ("DGS10", 9)]
)
def test_periods_left_out_are_refused_unless_somebody_looked(id: str, periods: int, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    days = table[dataset.period.name]
    out = np.sort(days.unique())[-1 - periods : -1]
    wrong = table[~days.isin(out)].reset_index(drop=True)
    held = table[days < out[0]].reset_index(drop=True)
    with pytest.raises(ShortenedError, match="nothing between"):
        judge(wrong, dataset, held)
    judge(wrong, dataset, held, accept_steps=True)
    judge(table, dataset, held)


def test_a_market_that_was_closed_for_a_week_is_no_hole(embedded: Store) -> None:
    """After 11 September 2001 shares were not traded until the 17th."""
    dataset, table = CATALOG["VIXCLS"], embedded.read("VIXCLS")
    judge(table[table["date"] <= "2001-09-17"], dataset, table[table["date"] < "2001-09-17"])


def left_out(table: pd.DataFrame, country: str, *, into: str = "") -> pd.DataFrame:
    """The newest month without a country; in a list that has "All Other", that is more by it."""
    now = (table["month"] == table["month"].max()) & (table["country"] == country)
    if into:
        table = table.copy()
        rest = (table["month"] == table["month"].max()) & (table["country"] == into)
        table.loc[rest, "holdings_usd_bn"] += table.loc[now, "holdings_usd_bn"].sum()
    return table[~now].reset_index(drop=True)


@pytest.mark.parametrize("country", ["China, Mainland", "Belgium", "Brazil"])
@pytest.mark.parametrize("id", PANELS)
def test_a_large_holder_that_is_left_out_is_missed(id: str, country: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    wrong = left_out(table, country, into="All Other" if id == "tic_slt_table5" else "")
    for held in (without_newest(table, dataset), table):
        with pytest.raises(ShortenedError, match="is missing in 2026"):
            judge(wrong, dataset, held)


def test_a_small_holder_may_go_into_the_rest(embedded: Store) -> None:
    """Turkey was no longer listed in January 2018."""
    dataset, table = CATALOG["tic_mfhhis01"], embedded.read("tic_mfhhis01")
    until = table[table["month"] <= "2018-01-31"].reset_index(drop=True)
    assert "Turkey" not in set(until.loc[until["month"] == "2018-01-31", "country"])
    judge(until, dataset, without_newest(until, dataset))


@pytest.mark.parametrize("column", ["holdings_usd_mn", "net_purchases_usd_mn"])
def test_a_figure_of_a_large_holder_that_is_blank_is_missed(column: str, embedded: Store) -> None:
    dataset, table = CATALOG["tic_slt_table3"], embedded.read("tic_slt_table3")
    japan = (table["month"] == table["month"].max()) & (table["country"] == "Japan")
    wrong = table.assign(**{column: table[column].mask(japan)})
    with pytest.raises(ShortenedError, match=f"{column} of 42609 is missing"):
        judge(wrong, dataset, without_newest(table, dataset))


# --- what is changed long after -------------------------------------------------

OLD = ["GS10", "AAA", "DEXCHUS", "GDP", "FDHBFIN", "UNRATE", "gold_pm", "ECBDFR"]


@pytest.mark.parametrize("id", OLD)
def test_an_old_value_is_not_revised_away_from_its_neighbours_and_may_be_brought_back(
    id: str, embedded: Store
) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    value, middle = dataset.numbers[0].name, len(table) // 2
    wrong = table.copy()
    wrong.loc[middle, value] *= 1.5
    with pytest.raises(ImplausibleError, match="as far apart in the years around"):
        judge(wrong, dataset, table)
    judge(table, dataset, wrong)


def test_a_wilder_time_before_the_copy_held_is_taken(embedded: Store) -> None:
    dataset, table = CATALOG["GDP"], embedded.read("GDP")
    judge(table, dataset, table[table["quarter"] >= "1990-01-01"].reset_index(drop=True))


def test_a_value_filled_in_among_old_ones_is_near_them(embedded: Store) -> None:
    dataset, table = CATALOG["DGS10"], embedded.read("DGS10")
    held = table.drop(index=len(table) // 2).reset_index(drop=True)
    judge(table, dataset, held)
    wrong = table.copy()
    wrong.loc[len(table) // 2, "yield_pct"] += 1.0
    with pytest.raises(ImplausibleError, match="as far apart in the years around"):
        judge(wrong, dataset, held)


def test_a_survey_that_comes_back_larger_as_a_whole_is_refused(embedded: Store) -> None:
    dataset, table = CATALOG["tic_shlhistdat"], embedded.read("tic_shlhistdat")
    names = [column.name for column in dataset.numbers]
    wrong = table.copy()
    of_1994 = table["month"].dt.year == 1994
    wrong[names] = table[names].astype(float).where(~of_1994, 1.05 * table[names])
    with pytest.raises(ImplausibleError, match=r"1994-12 comes back as 1\.05 times"):
        judge(wrong.astype(table.dtypes), dataset, table)


def test_the_edition_of_a_day_before_is_refused_unless_it_says_the_same(embedded: Store) -> None:
    dataset, table = CATALOG["tic_slt_table3"], embedded.read("tic_slt_table3")
    day = dt.date(2026, 8, 1)
    other = table.copy()
    other.loc[other.index[-1], "holdings_usd_mn"] += 1.0
    for accepted in (False, True):
        with pytest.raises(StaleError, match="is older than the held one"):
            check_table(
                other,
                dataset,
                held=table,
                as_at=day,
                edition=day,
                held_edition=day + dt.timedelta(1),
                accept_steps=accepted,
            )
    check_table(table, dataset, held=table, as_at=day, edition=day, held_edition=day + dt.timedelta(1))


def test_an_undated_edition_that_puts_back_what_was_revised_is_an_older_one(embedded: Store) -> None:
    dataset, table = CATALOG["GDP"], embedded.read("GDP")
    corrected = table.copy()
    corrected.loc[corrected.index[-4:], "gdp_usd_bn"] += 10.0
    _, changes = merge_tables(table, corrected, dataset)
    log = changes.revised.assign(
        quarter=["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"][-len(changes.revised) :],
        old_vintage="2026-06-01",
        new_vintage="2026-07-01",
        seen="2026-07-01",
    ).astype(str)
    quarters = corrected["quarter"].tail(4)
    log["quarter"] = [f"{day.year}-Q{day.quarter}" for day in quarters]
    options = {"as_at": dt.date(2026, 7, 2), "held_edition": dt.date(2026, 7, 1), "log": log}
    with pytest.raises(StaleError, match="stand as before that"):
        check_table(table, dataset, held=corrected, **options)
    check_table(corrected, dataset, held=corrected, **options)


def test_a_storm_of_large_changes_is_refused_even_where_everything_is_revised(embedded: Store) -> None:
    dataset, table = CATALOG["GDP"], embedded.read("GDP")
    judge(table.assign(gdp_usd_bn=table["gdp_usd_bn"] * 1.02), dataset, table)
    with pytest.raises(ImplausibleError, match=r"come back changed, by 30"):
        judge(table.assign(gdp_usd_bn=table["gdp_usd_bn"] * 1.3), dataset, table)


def test_a_few_rows_may_be_withdrawn_and_many_only_when_asked(embedded: Store) -> None:
    dataset, table = CATALOG["DGS10"], embedded.read("DGS10")
    judge(table.drop(index=[100, 200, 300]), dataset, table)
    with pytest.raises(ShortenedError, match="Cut off, renamed or withdrawn"):
        judge(table.drop(index=range(100, 150)), dataset, table)
    judge(table.drop(index=range(100, 150)), dataset, table, accept_steps=True)


@needs_official
@pytest.mark.parametrize(
    ("id", "editions"),
    [
        (
            "tic_slt_table1",
            {
                "vintages/2023-09-18/slt_table1.tsv": "2023-09-18",
                "vintages/2024-12-19/slt_table1.tsv": "2024-12-19",
                "earlier/slt_table1.txt": "2026-06-18",
                "slt_table1.txt": "2026-07-16",
            },
        ),
        ("tic_slt_table3", {"earlier/slt_table3.txt": "2026-06-18", "slt_table3.txt": "2026-07-16"}),
        ("tic_mfhhis01", {"earlier/mfhhis01.txt": "2026-03-18", "mfhhis01.txt": "2026-05-18"}),
    ],
)
def test_honest_editions_pass_in_their_order_and_not_in_the_other(id: str, editions: dict[str, str]) -> None:
    dataset = CATALOG[id]
    held, day = None, None
    for file, date in editions.items():
        edition = dt.date.fromisoformat(date)
        table = ADAPTERS[dataset.adapter].parse((OFFICIAL / "tic" / file).read_bytes(), dataset)
        table = check_table(
            table, dataset, held=held, as_at=edition, retrieved=edition, edition=edition, held_edition=day
        )
        before, held, earlier, day = held, table, day, edition
    with pytest.raises(StaleError):
        check_table(before, dataset, held=held, as_at=day, edition=earlier, held_edition=day)


def test_the_largest_revisions_in_the_log_pass(embedded: Store) -> None:
    for id in ("tic_mfhhis01", "tic_slt_table1", "tic_slt_table3"):
        dataset, table, origin = CATALOG[id], embedded.read(id), embedded.origin(id)
        before = embedded.as_of(id, dt.date.fromisoformat(origin.previous_vintage))
        edition = dt.date.fromisoformat(origin.vintage)
        assert len(embedded.log(id)) > 50
        check_table(
            table,
            dataset,
            held=before,
            as_at=edition,
            retrieved=edition,
            edition=edition,
            held_edition=dt.date.fromisoformat(origin.previous_vintage),
        )


def test_revisions_of_half_of_all_cells_are_refused_where_the_recent_ones_are_revised(
    embedded: Store,
) -> None:
    dataset, table = CATALOG["tic_slt_table3"], embedded.read("tic_slt_table3")
    wrong = table.assign(
        **{
            name: table[name] + np.where(np.arange(len(table)) % 2 == 0, 1.0, 0.0)
            for name in ("net_purchases_usd_mn", "long_term_valuation_change_usd_mn")
        }
    )
    with pytest.raises(CheckError):
        judge(wrong, dataset, table)


# --- whose a row is -----------------------------------------------------------------


CODED = ["tic_slt_table1", "tic_slt_table3"]


@pytest.mark.parametrize("id", CODED)
def test_a_renamed_holder_keeps_its_row_and_the_new_name_is_told(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    renamed = table.assign(country=table["country"].replace("Cayman Islands", "Cayman Is."))
    lately = table["country"].where(table["month"] < "2026-01-01", renamed["country"])
    for new in (renamed, table.assign(country=lately)):
        pd.testing.assert_frame_equal(judge(new, dataset, table), table)
        assert renamings(new, dataset).values.tolist() == [[36137, "Cayman Is."]]
    assert renamings(table, dataset).empty


@pytest.mark.parametrize("id", CODED)
@pytest.mark.parametrize(
    "spelling", ["China,\u00a0Mainland", "China,\u200b Mainland", "\ufeffChina, Mainland"]
)
def test_another_spelling_of_a_name_is_the_same_name(id: str, spelling: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    spelled = table.assign(country=table["country"].replace("China, Mainland", spelling))
    pd.testing.assert_frame_equal(judge(spelled, dataset, table), table)


@pytest.mark.parametrize("id", [*CODED, "tic_slt_table5", "tic_mfhhis01"])
@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+Japan",
        "-Japan",
        "@Japan",
        "{math}`x`",
        "[a](b)",
        "<i>Japan</i>",
        "J\u0430pan",
        "\u202e",
        "A" * 4000,
    ],
)
def test_a_name_that_a_program_would_execute_is_refused(id: str, name: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    with pytest.raises(SchemaError, match="is no name: it"):
        judge(table.assign(country=table["country"].replace("Japan", name)), dataset, table)


@pytest.mark.parametrize("id", CODED)
def test_an_unknown_code_or_a_name_of_another_place_is_refused_with_it(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    with pytest.raises(SchemaError, match=r"TIC code 41409 is not in data/places\.csv"):
        judge(table.assign(country_code=table["country_code"].replace(41408, 41409)), dataset, table)
    swapped = table["country"].replace({"Japan": "China, Mainland", "China, Mainland": "Japan"})
    with pytest.raises(SchemaError, match="stands beside the name"):
        judge(table.assign(country=swapped), dataset, table)


@pytest.mark.parametrize("id", ["tic_slt_table5", "tic_mfhhis01"])
def test_without_codes_a_name_not_met_before_is_asked_about(id: str, embedded: Store) -> None:
    dataset, table = CATALOG[id], embedded.read(id)
    with pytest.raises(SchemaError, match=r"'Cayman Is\.' is no place of data/places\.csv"):
        judge(table.assign(country=table["country"].replace("Cayman Islands", "Cayman Is.")), dataset, table)
    other = table.assign(country=table["country"].replace("China, Mainland", "China"))
    pd.testing.assert_frame_equal(judge(other, dataset, table), table)


@pytest.mark.parametrize(
    ("id", "column", "name"),
    [
        ("mspd_marketable", "security_class", "Bills"),
        ("holders_by_sector", "sector", "dealers"),
        ("cbo_actuals", "component", "outlay"),
    ],
)
def test_a_class_that_is_renamed_is_asked_about(
    id: str, column: str, name: str, embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreign_demand.data.checks.check_identities", lambda table, dataset: None)
    dataset, table = CATALOG[id], embedded.read(id)
    newest = table[dataset.period.name].max()
    renamed = table[column].where(
        (table[dataset.period.name] != newest) | (table[column] != name), "Something new"
    )
    with pytest.raises(SchemaError, match="'Something new', not met before"):
        judge(table.assign(**{column: renamed}), dataset, table)
