"""Tests of claims, each worked out by hand, and verdicts that follow the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import claims
from foreign_demand.book import assembled
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


MEASURES = {"a": A, "b": B}


@pytest.mark.parametrize(
    ("made", "verdict", "found"),
    [
        (claim(15), claims.HOLDS, 15),
        (claim(15.4, tolerance=0.4), claims.HOLDS, 15),
        (claim(15.5, tolerance=0.4), claims.CONTRADICTED, 15),
        (claim(16, tolerance=0.4, revision=1), claims.REVISED, 15),
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


def test_every_claim_has_a_verdict_of_the_seven(found: pd.Series) -> None:
    assert set(found) <= set(claims.VERDICTS)
    assert found.index.is_unique


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
    assert turned["J16"] != claims.WRONG_DATE  # the row of that year is now the right one


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
