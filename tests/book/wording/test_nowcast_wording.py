"""Words of the nowcast that turn with its numbers."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from foreign_demand.analysis import nowcast
from foreign_demand.book.wording import nowcast as wording

BETTER, WORSE, ALIKE = (-3.0, 0.001), (3.0, 0.001), (-0.1, 0.9)


@pytest.mark.parametrize(
    ("nothing", "benchmark", "says"),
    [
        (ALIKE, ALIKE, "No"),
        (WORSE, WORSE, "No"),
        (BETTER, ALIKE, "Partly"),
        (BETTER, WORSE, "Partly"),
        (BETTER, BETTER, "Yes"),
    ],
)
def test_the_answer_follows_what_the_forecast_does_better_than(
    nothing: tuple[float, float], benchmark: tuple[float, float], says: str
) -> None:
    assert wording.answer(nothing, benchmark) == says


def test_a_comparison_is_one_only_where_the_test_says_so() -> None:
    assert [wording.compared(test) for test in (BETTER, WORSE, ALIKE)] == [
        "does better than",
        "does worse than",
        "does no better than",
    ]


def test_an_empty_record_is_said_to_be_and_misses_come_first() -> None:
    columns = ["state", "inside"]
    assert "empty" in wording.state_of_record(pd.DataFrame(columns=columns))
    rows = [
        (nowcast.MISSED, None),
        (nowcast.PRINTED, False),
        (nowcast.PRINTED, True),
        (nowcast.WAITING, None),
    ]
    record = pd.DataFrame(rows, columns=columns).astype({"inside": "boolean"})
    assert wording.state_of_record(record) == (
        "Of three figures printed since the record began one had no forecast in time, and one of the "
        "two others lay outside the band; one waits for a print"
    )


def test_a_print_that_should_be_out_is_said_to_be() -> None:
    months = [pd.Timestamp("2026-06-30"), pd.Timestamp("2026-07-31")]
    late = SimpleNamespace(overdue=True)
    assert "the publisher has newer figures" in wording.waiting_for(months, late)
    assert "No month waits" in wording.waiting_for(months[:1], late, printed=True)
    due = SimpleNamespace(overdue=False, announced=True, next_release=dt.date(2026, 12, 15))
    assert wording.waiting_for(months[:1], due) == (
        "June 2026 waits for its print; the next release is announced for 15 December 2026"
    )


def test_a_row_without_a_forecast_has_dashes() -> None:
    known = {
        "month": pd.Timestamp("2026-06-30"),
        "target": "Total",
        "print_usd_bn": 18.4,
        "released": pd.Timestamp("2026-08-17"),
        "state": nowcast.MISSED,
    }
    empty = ["issued", "forecast_usd_bn", "low_80", "high_80", "surprise_usd_bn", "digest"]
    (row,) = wording.record_as_printed(pd.DataFrame([known | dict.fromkeys(empty)])).itertuples(index=False)
    printed = ["June\u00a02026", "Total", *"–––", "+18", "17\u00a0Aug\u00a02026", "–", nowcast.MISSED, "–"]
    assert list(row) == printed


@pytest.mark.parametrize(("value", "verb"), [(64.5, "rises by USD 64"), (-64.5, "falls by USD 64")])
def test_a_forecast_says_its_direction_and_its_band(value: float, verb: str) -> None:
    row = pd.Series({"forecast_usd_bn": value, "low_80": -17.0, "high_80": 146.0})
    assert wording.rise_or_fall(row) == f"{verb} billion (80% band −17 to +146)"
