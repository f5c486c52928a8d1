"""Forecasts of prints to come: which months, from what, and always the same."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from nowcasting import made_inputs

from foreign_demand.analysis import nowcast
from foreign_demand.exceptions import EstimationError


def test_every_month_that_waits_is_forecast_for_every_target() -> None:
    given = made_inputs(noise=10.0, waiting=2)
    found = nowcast.next_prints(given)
    assert found.groupby("ahead")["target"].apply(tuple).tolist() == [nowcast.TARGETS] * 2
    assert found.groupby("ahead")["month"].first().tolist() == list(given.waiting())
    ordered = found[["low_95", "low_80", "low_50", "forecast_usd_bn", "high_50", "high_80", "high_95"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_the_same_inputs_give_the_same_bytes_and_others_another_digest() -> None:
    given = made_inputs(noise=10.0, waiting=1)
    first, again = (nowcast.next_prints(given).to_csv() for _ in range(2))
    assert first == again
    changed = given.custody.copy()
    changed.iloc[-1] += 1
    other = nowcast.next_prints(replace(given, custody=changed))
    assert set(other["digest"]).isdisjoint(nowcast.next_prints(given)["digest"])


def test_months_after_the_one_forecast_do_not_change_its_digest() -> None:
    given = made_inputs(noise=10.0, waiting=2)
    first = nowcast.next_prints(given)
    until = given.waiting()[0]
    shorter = replace(
        given,
        changes=given.changes[:until],
        levels=given.levels[:until],
        yields=given.yields[:until],
        custody=given.custody[:until],
    )
    again = nowcast.next_prints(shorter)
    pd.testing.assert_frame_equal(first[first["ahead"] == 1], again)


def test_where_no_month_waits_it_is_said() -> None:
    with pytest.raises(EstimationError, match="No month after December 2020 is over"):
        nowcast.next_prints(made_inputs(noise=10.0))


def test_the_parts_add_up_to_the_forecast() -> None:
    given = made_inputs(noise=10.0, waiting=1)
    found = nowcast.contributions(given, given.waiting()[0])
    parts = found[["valuation_usd_bn", "flow_usd_bn", "custody_usd_bn", "combined_usd_bn"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(found["forecast_usd_bn"].to_numpy())
    assert found["target"].tolist() == list(nowcast.TARGETS)
