"""Tests of claims, each worked out by hand, and verdicts that follow the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import claims
from foreign_demand.book import assembled
from foreign_demand.data.catalog import read_catalog
from foreign_demand.data.claims import Claim, Ledger, Measure, Text, read_claims
from foreign_demand.exceptions import EstimationError

MONTHS = pd.date_range("2024-01-31", periods=24, freq="ME")
A = pd.Series([10.0, 12, 9, 15, 14, 13, 8, 9, 10, 11, 12, 20, *range(21, 33)], index=MONTHS)
B = pd.Series(12.0, index=MONTHS)
DAYS = pd.Series([1.0, 2.0, 3.0], index=pd.to_datetime(["2025-04-03", "2025-04-04", "2025-04-07"]))
PANEL = pd.DataFrame({"X": [5.0, 1.0], "Y": [2.0, 3.0], "Z": [-1.0, -9.0]}, index=MONTHS[:2])


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


# --- tests --------------------------------------------------------------------


def test_a_level_is_that_of_its_own_month() -> None:
    assert claims.level(A, day("2024-03-31")) == 9
    assert np.isnan(claims.level(A, day("2026-01-31")))
    assert np.isnan(claims.level(A, day("2023-12-31")))


def test_a_level_on_a_day_without_a_price_is_the_last_one_before() -> None:
    assert claims.level(DAYS, day("2025-04-06")) == 2
    assert np.isnan(claims.level(DAYS, day("2025-04-20")))


def test_changes_are_of_two_levels() -> None:
    start, end = day("2024-03-31"), day("2024-04-30")
    assert claims.change(A, end, start) == 6
    assert claims.change_pct(A, end, start) == pytest.approx(100 * 6 / 9)
    assert claims.largest_change(A, day("2024-12-31"), day("2024-02-01"), 1) == 8


def test_the_highest_value_and_its_date_are_of_the_stretch() -> None:
    stretch = (day("2024-11-30"), day("2024-01-01"))
    assert claims.highest(A, *stretch) == 15
    assert claims.month_of(claims.when_highest(A, *stretch, "month")) == day("2024-04-01")
    assert claims.when_highest(A, *stretch, "year") == 2024


def test_a_sum_needs_all_its_months() -> None:
    assert claims.total(B, day("2024-12-31"), day("2024-01-01")) == 144
    assert np.isnan(claims.total(B, day("2024-12-31"), day("2023-12-01")))
    assert claims.times_before(A, day("2025-12-31"), day("2025-01-01")) == pytest.approx(318 / 143)


def test_a_share_and_a_gap_are_of_the_same_date() -> None:
    assert claims.share(A, day("2024-04-30"), B) == 125
    assert claims.gap(A, day("2024-04-30"), B) == 3
    assert claims.share_change(A, day("2024-04-30"), day("2024-03-31"), B) == pytest.approx(50)
    found = claims.when_share_highest(A, day("2024-11-30"), day("2024-01-01"), B[::3], "month")
    assert claims.month_of(found) == day("2024-04-01")


def test_the_last_time_as_low_or_high_is_a_month_a_year_or_so_long_ago() -> None:
    assert claims.month_of(claims.last_as_high(A, day("2024-11-30"), "month")) == day("2024-06-01")
    assert claims.last_as_low(A, day("2024-10-31"), "months ago") == 1
    assert claims.last_as_high(A, day("2024-07-31"), "months ago", day("2024-05-01")) == 1
    assert claims.last_as_high(A, day("2024-11-30"), "year") == 2024


def test_a_record_has_no_last_time() -> None:
    assert claims.last_as_high(A, day("2025-12-31"), "month") == claims.NEVER


def test_a_rank_counts_from_the_largest_or_the_smallest() -> None:
    assert claims.rank(A, day("2024-06-30")) == 3
    assert claims.rank(A, day("2024-06-30"), day("2024-05-01")) == 2
    assert claims.rank_from_below(A, day("2024-07-31"), over=1) == 1
    assert claims.rank(DAYS, day("2025-04-04"), over=1, every="W-FRI") != 1


def test_a_crossing_is_the_last_one_or_the_first() -> None:
    assert claims.month_of(claims.first_crossing(A, day("2025-12-31"), B)) == day("2024-04-01")
    assert claims.month_of(claims.crossing(A, day("2025-12-31"), B)) == day("2024-12-01")
    assert claims.crossing(A, day("2024-03-31"), B) == claims.NEVER


def test_a_place_is_by_the_level_or_by_the_sum() -> None:
    assert claims.place(PANEL, MONTHS[1], "Y") == 1
    assert claims.place(PANEL, MONTHS[1], "X", day("2024-01-01")) == 1
    assert claims.place_from_below(PANEL, MONTHS[1], "Z") == 1
    assert np.isnan(claims.place(PANEL, MONTHS[1], "nobody"))


def test_joint_falls_are_periods_in_which_all_fell() -> None:
    levels = pd.DataFrame(
        {"S": [10.0, 9, 8, 9], "T": [10.0, 9, 9, 8], "D": [10.0, 9, 8, 7]},
        index=pd.bdate_range("2025-01-06", periods=4),
    )
    assert claims.joint_falls(levels, levels.index[-1], levels.index[0], "daily") == 1


# --- words of size, and what comes with others --------------------------------


def test_a_change_is_told_from_the_usual_ones_by_how_many_were_as_large() -> None:
    at = day("2024-12-31")  # 8 in the month, the largest of eleven changes
    assert claims.share_as_large(A, at) == pytest.approx(100 / 11)
    assert claims.share_as_small(A, day("2024-07-31")) == pytest.approx(100 / 6)
    assert claims.share_as_small(A, day("2024-03-31"), relative=True) == 50
    assert np.isnan(claims.share_as_large(A, day("2030-01-31")))


def test_a_value_is_told_from_the_usual_ones_by_how_many_were_as_low_or_high() -> None:
    assert claims.share_as_low(A, day("2024-07-31")) == pytest.approx(100 / 7)
    assert claims.share_as_high(A, day("2024-06-30"), day("2024-05-01")) == pytest.approx(200 / 6)


def test_a_value_against_those_before_it() -> None:
    assert claims.less_mean_before(A, day("2024-04-30"), day("2024-01-01")) == pytest.approx(15 - 31 / 3)


def test_only_whole_years_are_ranked() -> None:
    assert claims.year_rank(A, day("2025-12-31"), day("2024-01-01")) == 1
    assert np.isnan(claims.year_rank(A, day("2024-11-30"), day("2024-01-01")))


def test_rows_that_rose_and_fell_are_counted() -> None:
    assert claims.risers(PANEL, MONTHS[1], MONTHS[0]) == 1
    assert claims.fallers(PANEL, MONTHS[1], MONTHS[0]) == 2
    assert np.isnan(claims.risers(PANEL, day("2030-01-31"), MONTHS[0]))


def test_a_place_can_be_of_the_change() -> None:
    assert claims.place(PANEL, MONTHS[1], "Y", over=1) == 1


def test_falls_of_one_in_which_the_other_rose() -> None:
    fell = pd.Series([3.0, 2, 1, 2], index=MONTHS[:4])
    assert (
        claims.rises_in_falls(pd.Series([1.0, 2, 1, 0], index=MONTHS[:4]), MONTHS[3], MONTHS[0], fell) == 50
    )


DRAWN = pd.DataFrame(
    np.random.default_rng(1).normal(0, 1, (500, 2)),
    columns=["S", "B"],
    index=pd.bdate_range("2020-01-01", periods=500),
)


def levels_of(returns: pd.DataFrame) -> pd.DataFrame:
    return 100 * (1 + returns / 100).cumprod()


def test_on_the_worst_days_of_one_the_other_has_its_mean() -> None:
    levels = levels_of(DRAWN.assign(B=-DRAWN["S"]))
    mean = claims.mean_on_worst(levels, levels.index[-1], levels.index[0], ["S", "B"], 1)
    worst = DRAWN["S"].iloc[1:]
    assert mean == pytest.approx(-worst[worst <= worst.quantile(0.01)].mean())


def test_a_correlation_rises_by_its_standard_errors() -> None:
    start = day("2021-01-01")
    later = DRAWN.index >= start
    together = DRAWN.assign(B=DRAWN["B"].where(~later, DRAWN["S"] + 0.1 * DRAWN["B"]))
    found = [
        claims.correlation_rise(levels_of(table), DRAWN.index[-1], start, ["S", "B"], 12)
        for table in (DRAWN, together)
    ]
    assert abs(found[0]) < 3 < 10 < found[1]


def test_joint_falls_can_be_of_a_size() -> None:
    levels = levels_of(DRAWN.assign(B=DRAWN["S"]))
    whole = (levels.index[-1], levels.index[0])
    assert claims.joint_share(levels, *whole, "daily") == pytest.approx(50, abs=6)
    assert claims.joint_share(levels, *whole, "daily", deviations=1) == pytest.approx(16, abs=4)


@pytest.mark.parametrize(
    "found",
    [
        claims.last_as_low(A, day("2030-01-31"), "month"),
        claims.when_highest(A, day("2030-01-31"), day("2024-01-01"), "month"),
        claims.rank(A, day("2030-01-31")),
        claims.crossing(A, day("2030-01-31"), B),
        claims.first_crossing(A, day("2030-01-31"), B),
        claims.place(PANEL, day("2030-01-31"), "X"),
    ],
)
def test_nothing_is_found_of_a_date_that_data_do_not_reach(found: float) -> None:
    assert np.isnan(found)


# --- measures -----------------------------------------------------------------


def test_a_measure_is_scaled_and_reads_the_rows_that_are_meant() -> None:
    table = pd.DataFrame(
        {"month": [MONTHS[0]] * 2, "country": ["Japan", "Grand Total"], "usd_mn": [5e3, 7e3]}
    )
    ledger = {
        "japan": Measure(id="japan", table="t", column="usd_mn", where={"country": "Japan"}, scale=0.001),
        "twice": Measure(id="twice", sum=("japan", "japan")),
        "all": Measure(id="all", table="t", column="usd_mn", by="country"),
    }
    found = claims.measured(ledger, {"t": table})
    assert (found["japan"].iloc[0], found["twice"].iloc[0]) == (5, 10)
    assert list(found["all"].columns) == ["Japan"]


def test_a_measure_can_follow_another_stand_beside_it_or_add_up_its_rows() -> None:
    old = pd.DataFrame({"month": MONTHS[:2], "usd": [1.0, 2.0]})
    new = pd.DataFrame({"month": MONTHS[1:3], "usd": [9.0, 3.0]})
    late = pd.DataFrame(
        {"month": [*MONTHS[:2], MONTHS[0]], "country": ["Japan", "Japan", "Canada"], "usd": [1.0, 2.0, 5.0]}
    )
    ledger = {
        "new": Measure(id="new", table="new", column="usd", before="old"),
        "old": Measure(id="old", table="old", column="usd"),
        "both": Measure(id="both", panel=("new", "old")),
        "all": Measure(id="all", table="late", column="usd", by="country", total=True),
    }
    found = claims.measured(ledger, {"old": old, "new": new, "late": late})
    assert found["new"].tolist() == [1, 9, 3]
    assert found["both"].to_numpy().tolist() == [[1, 1], [9, 2]]
    assert found["all"].tolist() == [6, 7]


def test_a_volatility_is_that_of_a_month_of_days() -> None:
    table = pd.DataFrame({"date": DRAWN.index, "yield_pct": DRAWN["S"].cumsum().to_numpy()})
    made = Measure(id="v", table="t", column="yield_pct", volatility="changes")
    (found,) = claims.measured({"v": made}, {"t": table}).values()
    assert found.iloc[-1] == pytest.approx(DRAWN["S"].iloc[-21:].std())


def test_figures_of_a_publication_are_a_measure_by_the_end_of_their_month() -> None:
    figures = Measure(id="place", figures={"2022-01": 4, "2023-03": 5}, source="a tracker")
    found = claims.measured({"place": figures}, {})["place"]
    assert claims.level(found, pd.Timestamp("2023-03-31")) == 5
    assert np.isnan(claims.level(found, pd.Timestamp("2024-12-31")))


def test_days_between_two_dates_are_a_measure() -> None:
    table = pd.DataFrame({"release": [day("2022-05-16")], "month": [day("2022-03-31")]})
    made = Measure(id="d", table="t", column="release", less="month")
    assert claims.measured({"d": made}, {"t": table})["d"].tolist() == [46]


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"column": "eur"}, "has no eur"), ({"column": "usd", "where": {"usd": 9}}, "no row of t has")],
)
def test_a_measure_that_is_not_there_is_named(asked: dict[str, Any], said: str) -> None:
    table = pd.DataFrame({"month": [MONTHS[0]], "usd": [1.0]})
    with pytest.raises(EstimationError, match=f"m: .*{said}"):
        claims.measured({"m": Measure(id="m", table="t", **asked)}, {"t": table})


# --- verdicts -----------------------------------------------------------------


def claim(value: float, **more: Any) -> Claim:
    part = {"of": "a", "at": "2024-04", "value": value}
    return Claim(
        **(
            {"id": "C", "source": "text", "claim": "", "period": "", "test": "level", "unit": "USD billion"}
            | {"parts": (part,)}
            | more
        )
    )


def moved(value: float) -> dict[str, Any]:
    """A part that a later edition can have moved by a tenth of what is held."""
    return {"of": "a", "at": "2024-04", "value": value, "revision_pct": 10, "revision_of": "a"}


MEASURES = {"a": A, "b": B}


@pytest.mark.parametrize(
    ("made", "verdict", "found"),
    [
        (claim(15), claims.HOLDS, 15),
        (claim(15.4, tolerance=0.4), claims.HOLDS, 15),
        (claim(15.5, tolerance=0.4), claims.CONTRADICTED, 15),
        (claim(16, parts=(moved(16),)), claims.REVISED, 15),
        (claim(15, readings=({"choice": "other", "of": "b"},)), claims.DEPENDS, 12),
        (claim(12, readings=({"choice": "other", "of": "b"},)), claims.DEPENDS, 12),
        (claim(99, readings=({"choice": "other", "of": "b"},)), claims.CONTRADICTED, 15),
        (claim(12, readings=({"choice": "thing", "of": "b", "kind": "concept"},)), claims.WRONG_CONCEPT, 12),
        (claim(12, readings=({"choice": "then", "of": "b", "kind": "edition"},)), claims.REVISED, 12),
        (claim(14, search=2), claims.WRONG_DATE, 14),
        (claim(14), claims.CONTRADICTED, 15),
        (claim(14, parts=({"of": "a", "at": "2030-04", "value": 14},)), claims.UNCHECKED, np.nan),
    ],
)
def test_a_verdict_is_that_of_its_rule(made: Claim, verdict: str, found: float) -> None:
    said = claims.verdict(made, MEASURES)
    assert said["verdict"] == verdict
    assert said["decided_by"].found == pytest.approx((found,), nan_ok=True)


def test_a_search_names_the_nearest_month_whose_data_match() -> None:
    said = claims.verdict(claim(12, search=24), MEASURES)
    assert (said["decided_by"].shift, said["decided_by"].as_of) == (-2, day("2024-02-29"))


def test_every_part_has_to_hold() -> None:
    parts = ({"of": "a", "at": "2024-04", "value": 15}, {"of": "a", "at": "2024-05", "value": 15})
    assert claims.verdict(claim(0, parts=parts), MEASURES)["verdict"] == claims.CONTRADICTED


def test_every_way_to_read_a_claim_is_told_with_what_it_finds() -> None:
    made = claim(15.2, tolerance=0.4, readings=({"choice": "other", "of": "b"},))
    ways = claims.all_ways(made, MEASURES, shifts=(0, 1))
    assert ways["value"].tolist() == [15, 12, 14, 12]
    assert ways["fits"].tolist() == [True, False, False, False]
    assert ways[["stated", "low", "high"]].iloc[0].tolist() == pytest.approx([15.2, 14.8, 15.6])


def test_of_what_revision_allows_a_first_print_that_fits_is_named() -> None:
    readings = ({"choice": "first", "kind": "edition", "of": "b"},)
    part = {"of": "a", "at": "2024-04", "value": 12, "revision_pct": 50, "revision_of": "a"}
    said = claims.verdict(claim(0, parts=(part,), readings=readings), MEASURES)
    assert (said["verdict"], said["decided_by"].choice) == (claims.REVISED, "first")
    assert said["first_print"].found == (12,)


def test_what_no_free_data_settle_has_no_number() -> None:
    made = Claim(id="C", source="text", claim="", period="", needs="a judge")
    said = claims.verdict(made, MEASURES)
    assert (said["verdict"], said["decided_by"]) == (claims.NOT_TESTABLE, None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"test": "guess"}, "C: guess is no test"), ({"test": "share"}, "C: share is given what it does not")],
)
def test_a_test_that_is_none_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(EstimationError, match=said):
        claims.verdict(claim(1, **changed), MEASURES)


def test_the_date_of_a_text_is_the_one_at_which_most_of_its_claims_hold() -> None:
    parts = [{"of": "a", "at": f"2024-{month:02}", "value": A.iloc[month]} for month in range(1, 7)]
    made = [claim(0, parts=(part,)) for part in parts]
    assert claims.text_shift(made, MEASURES, search=6) == 1
    text = Text(id="text", name="A text", claims=9, search=6)
    found = claims.verdicts(Ledger(texts={"text": text}, measures={}, claims=tuple(made)), MEASURES)
    assert set(found["verdict"]) == {claims.WRONG_DATE}
    counts = claims.by_text(found, Ledger(texts={"text": text}, measures={}, claims=tuple(made)))
    assert (
        counts.set_index("source")[["claims", "tested", claims.WRONG_DATE]].to_numpy().tolist()
        == [[9, 6, 6]] * 2
    )


# --- the ledger ---------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_claims()


@pytest.fixture(scope="module")
def measures(ledger: Ledger) -> dict[str, Any]:
    return claims.measured(ledger.measures, assembled.claim_tables(ledger))


def verdicts_of(ledger: Ledger, measures: Mapping[str, Any]) -> pd.Series:
    return claims.verdicts(ledger, measures).set_index("id")["verdict"]


@pytest.fixture(scope="module")
def found(ledger: Ledger, measures: dict[str, Any]) -> pd.Series:
    return verdicts_of(ledger, measures)


def test_every_claim_has_a_verdict_of_the_seven_or_says_what_is_not_held(
    ledger: Ledger, measures: dict[str, Any], found: pd.Series
) -> None:
    assert set(found) <= {*claims.VERDICTS, claims.UNCHECKED}
    waiting = {c.id for c in ledger.claims if c.test and claims.missing(c, measures)}
    assert set(found.index[found == claims.UNCHECKED]) == {c.id for c in ledger.claims if c.lacks} | waiting
    assert found.index.is_unique
    assert (found == claims.NOT_TESTABLE).sum() <= 25


def test_every_claim_that_is_tested_finds_a_number(ledger: Ledger, measures: dict[str, Any]) -> None:
    for claim in ledger.claims:
        if claim.test and not claims.missing(claim, measures):
            said = claims.verdict(claim, measures)
            assert np.isfinite(said["stated_reading"].found).all(), claim.id


def test_what_a_record_cannot_rule_out_is_not_contradicted_and_a_short_one_makes_no_all_time_high(
    measures: dict[str, Any], found: pd.Series
) -> None:
    assert found["C09"] == claims.DEPENDS  # the highest close is within a quote of the threshold
    assert measures["ten_year"]["2025-04-07":"2025-04-11"].max() == pytest.approx(4.48)
    assert found["R11"] == claims.DEPENDS  # more than one per cent against the euro alone
    assert found["B29"] == claims.DEPENDS  # the highest since 2000, and lower than in the sixties


def test_a_text_with_wrong_dates_is_found_out_as_a_whole(ledger: Ledger, measures: dict[str, Any]) -> None:
    table = claims.verdicts(ledger, measures)
    assert set(table.loc[table["source"] == "surge", "shift"]) == {-12}
    assert set(table.loc[table["source"] != "surge", "shift"]) == {0}


def test_tables_shifted_by_a_year_turn_the_verdicts_on_them(
    ledger: Ledger, measures: dict[str, Any], found: pd.Series
) -> None:
    later = {
        name: values.set_axis(values.index + pd.offsets.MonthEnd(12))
        for name, values in measures.items()
        if name in ("china", "japan")
    }
    turned = verdicts_of(ledger, measures | later)
    for id in ("C03", "C05"):
        assert found[id] == claims.HOLDS
        assert turned[id] != claims.HOLDS
    assert turned["J11"] == claims.HOLDS  # the row of that year is now the right one


def test_noise_for_a_series_takes_its_verdicts_away(
    ledger: Ledger, measures: dict[str, Any], found: pd.Series
) -> None:
    noise = pd.Series(
        np.random.default_rng(0).normal(50, 5, len(measures["ten_year"])), measures["ten_year"].index
    )
    turned = verdicts_of(ledger, measures | {"ten_year": noise})
    for id in ("B17", "C12", "C13"):
        assert (found[id], turned[id]) == (claims.HOLDS, claims.CONTRADICTED)
    others = [c.id for c in ledger.claims if "ten_year" not in str((c.parts, c.readings))]
    pd.testing.assert_series_equal(turned[others], found[others])


def test_with_every_table_a_year_late_or_of_noise_most_that_held_do_not(
    ledger: Ledger, measures: dict[str, Any], found: pd.Series
) -> None:
    random = np.random.default_rng(1)
    late, noise = {}, {}
    for name, values in measures.items():
        moved = values.index + pd.DateOffset(years=1)
        late[name] = values.set_axis(
            moved + pd.offsets.MonthEnd(0) if values.index.is_month_end.all() else moved
        )
        noise[name] = values * 0 + random.standard_normal(values.shape)
    held = found.index[found == claims.HOLDS]
    assert (verdicts_of(ledger, late)[held] != claims.HOLDS).mean() > 0.6
    assert (verdicts_of(ledger, noise)[held] != claims.HOLDS).mean() > 0.8


def test_verdicts_that_rest_on_the_margin_for_revisions_are_named(
    ledger: Ledger, measures: dict[str, Any]
) -> None:
    table = claims.verdicts(ledger, measures)
    assert claims.changed_by_margins(table, ledger, measures, times=1) == []
    without = claims.changed_by_margins(table, ledger, measures, times=0)
    assert set(claims.changed_by_margins(table, ledger, measures, times=0.5)) < set(without)
    assert "C04" in without
    assert not set(without) & set(table.loc[table["verdict"] == claims.HOLDS, "id"])


# --- claims that wait for series ----------------------------------------------


def test_a_claim_that_waits_for_a_series_says_which(ledger: Ledger, measures: dict[str, Any]) -> None:
    table, catalog = claims.verdicts(ledger, measures).set_index("id"), read_catalog()
    waiting = table["waits_for"].map(len) > 0
    assert set(table.loc[waiting, "verdict"]) <= {claims.UNCHECKED}
    assert not any(catalog[name].embedded for waits in table["waits_for"] for name in waits)
    assert set(table.index[waiting]) == {c.id for c in ledger.claims if claims.missing(c, measures)}


SPREADS = {"2025-04-01": 0.82, "2025-04-02": 0.81, "2025-04-03": 0.89}
AFTER = {"2025-04-04": 0.70, "2025-04-07": 0.73, "2025-04-08": 0.70}
OTHER = dict.fromkeys([*SPREADS, *AFTER], 0.9)
OIL = pd.date_range("1946-01-31", "1973-12-31", freq="ME")


@pytest.mark.parametrize(
    ("id", "made", "verdict"),
    [
        ("C19", {"BAMLC0A3CA": SPREADS, "BAMLC0A2CAA": AFTER}, claims.HOLDS),
        ("C19", {"BAMLC0A3CA": OTHER, "BAMLC0A2CAA": SPREADS | AFTER}, claims.WRONG_CONCEPT),
        ("C19", {"BAMLC0A3CA": OTHER, "BAMLC0A2CAA": OTHER}, claims.CONTRADICTED),
        ("R12", {"CBBTCUSD": {"2026-01-19": 97.0, "2026-01-20": 96.0}}, claims.HOLDS),
        ("R12", {"CBBTCUSD": {"2026-01-19": 97.0, "2026-01-20": 98.0}}, claims.CONTRADICTED),
        ("J14", {"JPINTDUSDJPY": {"2023-03-01": 0.0, "2023-03-31": 0.0}}, claims.CONTRADICTED),
        ("J14", {"JPINTDUSDJPY": {"2023-03-01": 0.0, "2023-03-31": -5000.0}}, claims.HOLDS),
        ("R14", {"WTISPLC": dict.fromkeys(OIL, 3.0) | dict.fromkeys(OIL[304:], 9.0)}, claims.DEPENDS),
        ("R14", {"WTISPLC": dict.fromkeys(OIL, 3.0)}, claims.CONTRADICTED),
    ],
)  # fmt: skip
def test_a_claim_that_waits_has_its_verdict_when_the_series_comes(
    id: str, made: dict[str, dict[str, float]], verdict: str, ledger: Ledger, measures: dict[str, Any]
) -> None:
    catalog, own = read_catalog(), ledger.of(id)
    tables = {
        name: pd.DataFrame(
            {catalog[name].period.name: pd.to_datetime(list(values)), catalog[name].value: values.values()}
        )
        for name, values in made.items()
    }
    found = claims.measured({n: m for n, m in own.measures.items() if n not in measures}, tables)
    assert claims.verdict(own.claims[0], measures)["verdict"] == claims.UNCHECKED
    assert claims.verdict(own.claims[0], measures | found)["verdict"] == verdict


def test_another_figure_turns_a_verdict_on_a_publication_that_no_program_reads(
    ledger: Ledger, measures: dict[str, Any], found: pd.Series
) -> None:
    raised = {name: 1.1 * measures[name] for name, m in ledger.measures.items() if m.figures}
    turned = verdicts_of(ledger, measures | raised | {"yuan_place": measures["yuan_place"] - 1})
    assert (found["S09"], turned["S09"]) == (claims.HOLDS, claims.CONTRADICTED)
    assert (found["J26"], turned["J26"]) == (claims.CONTRADICTED, claims.DEPENDS)


def test_years_above_zero_are_whole_years_of_a_stretch() -> None:
    months = pd.date_range("2015-01-31", "2018-06-30", freq="ME")
    values = pd.Series([{2015: 1.0, 2016: 1.0, 2017: -1.0, 2018: 5.0}[m.year] for m in months], months)
    since = pd.Timestamp("2016-01-01")
    assert claims.years_above_zero(values, pd.Timestamp("2017-12-31"), since) == 1
    assert np.isnan(claims.years_above_zero(values, pd.Timestamp("2018-06-30"), since))
