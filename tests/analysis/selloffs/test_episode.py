"""April 2025 against the official figures, and its place among all windows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events
from foreign_demand.analysis.selloffs import episode as episodes
from foreign_demand.data.store import Store


def close(embedded: Store, id: str, day: str) -> float:
    return embedded.read(id).set_index("date").iloc[:, 0][pd.Timestamp(day)]


def test_closing_values_of_the_episode(embedded: Store) -> None:
    assert close(embedded, "DGS10", "2025-04-04") == 4.01
    assert close(embedded, "DGS10", "2025-04-11") == 4.48
    assert close(embedded, "VIXCLS", "2025-04-08") == 52.33
    assert close(embedded, "BAMLC0A0CM", "2025-04-02") == 0.96
    assert close(embedded, "BAMLC0A0CM", "2025-04-09") == 1.21


def test_the_week_is_the_largest_since_november_2001(embedded: Store) -> None:
    weeks = episodes.weekly_changes(embedded.read("DGS10"))
    found = episodes.last_as_large(weeks["change_bp"], events.TROUGH)
    assert found.value == 47
    assert found.prior_day == pd.Timestamp("2001-11-16")
    assert found.prior_value == 57
    assert found.phrase == "the highest since 16 November 2001"
    later = weeks["change_bp"][found.prior_day :].iloc[1:]
    assert later[: events.TROUGH].max() == 47


def test_a_week_with_good_friday_ends_on_thursday(embedded: Store) -> None:
    weeks = episodes.weekly_changes(embedded.read("DGS10"))
    assert weeks.loc["2025-04-18", "end"] == pd.Timestamp("2025-04-17")
    assert (weeks["end"] <= weeks.index).all()


def test_a_record_has_no_prior_day() -> None:
    rising = pd.Series([1.0, 2.0, 3.0], index=pd.date_range("2025-01-01", periods=3))
    found = episodes.last_as_large(rising, rising.index[-1])
    assert found.prior_day is None
    assert found.phrase == "the highest since the record begins in 2025"


def test_a_window_is_placed_among_all_windows() -> None:
    days = pd.bdate_range("2000-01-03", periods=500)
    values = pd.DataFrame({"date": days, "measure": "y10", "value": np.linspace(1, 3, 500) ** 2})
    here = events.Episode(name="last", before=days[-8])
    found = episodes.window_places(values, days=7, episodes=[here])
    assert len(found) == 1
    row = found.iloc[0]
    assert row["end"] == days[-1]
    assert row["windows"] == 493
    assert row["percentile"] == pytest.approx(100 * 492 / 493)
    outside = events.Episode(name="before the record", before=pd.Timestamp("1999-06-01"))
    assert episodes.window_places(values, days=7, episodes=[outside]).empty


def test_a_move_that_came_back_is_undone() -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    keys = list(episodes.MEASURES)
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, 4.25]}) for key in keys]
    )
    undone = episodes.retraced(values, {"truce": events.CALM}).set_index("measure")
    assert undone["truce undone"].round(6).eq(75).all()
    assert undone.loc["y10", "move"] == pytest.approx(100)
    assert undone.loc["stocks", "move"] == pytest.approx(25)


@pytest.mark.parametrize(("back", "reads"), [(4.0, "technical"), (4.6, "mixed"), (5.0, "structural")])
def test_readings_follow_the_data(back: float, reads: str) -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, back]}) for key in episodes.MEASURES]
    )
    undone = episodes.retraced(values, {"truce": events.CALM, "latest": events.CALM})
    change = {"technical": 0, "mixed": -10, "structural": -50}[reads]
    purchases = pd.DataFrame(
        [
            {"month": month, "kind": kind, "holder": holder, "value": value}
            for kind in ("Treasuries", "Equities")
            for holder in ("All foreigners", "Official")
            for month, value in (
                (pd.Timestamp("2025-03-31"), 100.0),
                (pd.Timestamp("2026-03-31"), 100.0 + change),
            )
        ]
    )
    days_since = pd.DataFrame(
        {
            "threshold": [0.0, 1.0],
            "days": {"technical": 1, "mixed": 3, "structural": 9}[reads],
            "expected": 2.0,
            "as_many_pct": {"technical": 80, "mixed": 40, "structural": 1}[reads],
        }
    )
    place = {"technical": 50.0, "mixed": 20.0, "structural": 1.0}[reads]
    readings = episodes.technical_or_structural(
        undone, purchases, custody_percentile=place, joint_days=days_since
    )
    assert set(readings["score"]) == {reads}


def test_readings_are_listed_by_what_they_say() -> None:
    readings = pd.DataFrame({"evidence": ["Gold", "US stocks"], "score": ["structural", "technical"]})
    said = episodes.readings_in_words(readings)
    assert said == "One as technical (US stocks) and one as structural (Gold)."


@pytest.mark.parametrize(
    ("treasuries", "equities", "says"),
    [
        (50, 200, "a change in what"),
        (-1, -1, "America is being sold"),
        (-1, 200, "more Treasuries than they buy and still buy equities"),
        (50, -1, "more equities than they buy and still buy Treasuries"),
        (120, 90, "more of Treasuries and less"),
    ],
)
def test_the_conclusion_follows_purchases(treasuries: float, equities: float, says: str) -> None:
    months = pd.to_datetime(["2025-03-31", "2026-03-31"])
    purchases = pd.concat(
        [
            pd.DataFrame({"month": months, "kind": kind, "holder": "All foreigners", "value": [100.0, now]})
            for kind, now in (("Treasuries", treasuries), ("Equities", equities))
        ]
    )
    assert says in episodes.purchases_in_words(purchases)


def test_other_episodes_are_told_by_the_sign_of_their_move() -> None:
    places = pd.DataFrame(
        {"measure": "majors", "episode": ["A", "B", "C", "this"], "change": [1.0, -2.0, 0.5, -3.0]}
    )
    assert episodes.moves_elsewhere(places, "majors", but="this") == "rose in A and C, and fell in B"


def test_an_event_in_whole_months() -> None:
    months = events.APRIL_2025.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30"))
    months = events.JANUARY_2026.in_whole_months()
    assert (months.start, months.end) == (pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-31"))


def test_closing_highs_say_when_it_was_last_as_high(embedded: Store) -> None:
    values = embedded.read("VIXCLS").dropna().set_axis(["date", "value"], axis=1).assign(measure="vix")
    (row,) = episodes.closing_highs(values, ["vix"], start=events.TARIFFS, end=events.CALM).itertuples()
    assert (row.day, row.value) == (pd.Timestamp("2025-04-08"), 52.33)
    assert row.prior_day < events.TARIFFS
    assert row.prior_value >= row.value
