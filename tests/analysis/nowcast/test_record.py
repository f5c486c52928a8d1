"""The record as it is shown: what counts, what came too late, and in which order."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import nowcast

BANDS = {"low_95": -30.0, "low_80": -20.0, "low_50": -10.0, "high_50": 10.0, "high_80": 20.0, "high_95": 30.0}


def forecast(issued: str, month: str, value: float = 0.0, target: str = "Total") -> dict[str, object]:
    return {
        "issued": pd.Timestamp(issued),
        "month": pd.Timestamp(month),
        "target": target,
        "forecast_usd_bn": value,
        **BANDS,
    }


def printed(released: str, month: str, value: float, target: str = "Total") -> dict[str, object]:
    return {
        "released": pd.Timestamp(released),
        "month": pd.Timestamp(month),
        "target": target,
        "print_usd_bn": value,
    }


def test_misses_come_first_and_what_waits_last() -> None:
    forecasts = [
        forecast("2026-08-10", "2026-06-30"),
        forecast("2026-09-10", "2026-07-31"),
        forecast("2026-10-10", "2026-09-30"),
    ]
    prints = [
        printed("2026-08-17", "2026-06-30", 5.0),
        printed("2026-09-16", "2026-07-31", 90.0),
        printed("2026-10-16", "2026-08-31", 3.0),
    ]
    found = nowcast.scored(pd.DataFrame(forecasts), pd.DataFrame(prints))
    assert found["month"].dt.month.tolist() == [8, 7, 6, 9]
    states = [nowcast.MISSED, nowcast.PRINTED, nowcast.PRINTED, nowcast.WAITING]
    assert found["state"].tolist() == states
    assert found["inside"].tolist()[1:3] == [False, True]
    assert found["surprise_usd_bn"].tolist()[1:3] == [90.0, 5.0]
    assert found["interval_score_usd_bn"].tolist()[1:3] == pytest.approx([40 + 10 * 70, 40.0])


def test_a_forecast_of_the_day_of_release_is_too_late() -> None:
    late = forecast("2026-08-17", "2026-06-30", 4.9)
    prints = pd.DataFrame([printed("2026-08-17", "2026-06-30", 5.0)])
    (row,) = nowcast.scored(pd.DataFrame([late]), prints).itertuples()
    assert row.state == nowcast.MISSED
    assert pd.isna(row.forecast_usd_bn)


def test_of_several_forecasts_the_last_in_time_counts() -> None:
    forecasts = [
        forecast(day, "2026-06-30", value)
        for day, value in (("2026-07-20", 1.0), ("2026-08-10", 2.0), ("2026-08-18", 5.0))
    ]
    prints = pd.DataFrame([printed("2026-08-17", "2026-06-30", 5.0)])
    (row,) = nowcast.scored(pd.DataFrame(forecasts), prints).itertuples()
    assert (row.state, row.forecast_usd_bn) == (nowcast.PRINTED, 2.0)


def test_forecasts_of_today_stand_behind_the_record_unless_they_are_in_it() -> None:
    kept = forecast("2026-08-10", "2026-06-30", 1.0)
    prints = pd.DataFrame(columns=["released", "month", "target", "print_usd_bn"]).astype(
        {"released": "datetime64[us]", "month": "datetime64[us]", "print_usd_bn": float}
    )
    record = nowcast.scored(pd.DataFrame([kept]), prints)
    today = pd.DataFrame([forecast("2026-08-12", month) for month in ("2026-06-30", "2026-07-31")])
    found = nowcast.with_next(record, today.drop(columns="issued"))
    assert found["state"].tolist() == [nowcast.WAITING, nowcast.NOT_RECORDED]
    assert found["forecast_usd_bn"].tolist() == [1.0, 0.0]
