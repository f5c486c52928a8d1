"""April 2025 against the official figures, and its place among all windows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events, records
from foreign_demand.analysis.selloffs import episode as episodes
from foreign_demand.book.wording.standings import highest_since
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
    found = records.last_as_large(weeks["change_bp"], events.SELLOFF_END)
    assert found.value == 47
    assert found.prior_period == pd.Timestamp("2001-11-16")
    assert found.prior_value == 57
    assert highest_since(found) == "the highest since 16 November 2001"
    later = weeks["change_bp"][found.prior_period :].iloc[1:]
    assert later[: events.SELLOFF_END].max() == 47


def test_a_week_with_good_friday_ends_on_thursday(embedded: Store) -> None:
    weeks = episodes.weekly_changes(embedded.read("DGS10"))
    assert weeks.loc["2025-04-18", "end"] == pd.Timestamp("2025-04-17")
    assert (weeks["end"] <= weeks.index).all()


def test_a_window_is_placed_among_all_windows() -> None:
    days = pd.bdate_range("2000-01-03", periods=500)
    values = pd.DataFrame({"date": days, "measure": "y10", "value": np.linspace(1, 3, 500) ** 2})
    found = episodes.window_places(values, days=7, selloffs={"last": days[-8]})
    assert len(found) == 1
    row = found.iloc[0]
    assert row["end"] == days[-1]
    assert row["windows"] == 493
    assert row["percentile"] == pytest.approx(100 * 492 / 493)
    outside = {"before the record": pd.Timestamp("1999-06-01")}
    assert episodes.window_places(values, days=7, selloffs=outside).empty


def test_closing_highs_say_when_it_was_last_as_high(embedded: Store) -> None:
    values = embedded.read("VIXCLS").dropna().set_axis(["date", "value"], axis=1).assign(measure="vix")
    (row,) = episodes.closing_highs(values, ["vix"], start=events.EVE, end=events.TRUCE).itertuples()
    assert (row.day, row.value) == (pd.Timestamp("2025-04-08"), 52.33)
    assert row.prior_day < events.EVE
    assert row.prior_value >= row.value


def test_changes_and_levels_of_the_episode() -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-03"])
    parts = [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0]}) for key in episodes.MEASURES]
    since = episodes.changes_since(pd.concat(parts), start=days[0], end=days[1])
    drawn = since.groupby("measure")["value"].last()
    assert drawn[["y10", "stocks", "vix", "funding"]].tolist() == pytest.approx([100, 25, 5, 500])


def test_every_measure_points_up_when_its_name_rises(embedded: Store) -> None:
    days = pd.bdate_range("2025-01-01", periods=30)

    def always(value: float) -> pd.DataFrame:
        return pd.DataFrame({"date": days, "value": value})

    tables = {id: embedded.read(id) for id in episodes.tables_of()}
    tables |= {"DEXJPUS": always(150.0), "DEXSZUS": always(0.5), "SOFR": always(4.5), "IORB": always(4.4)}
    found = episodes.measures(tables).groupby("measure")["value"].last()
    assert set(found.index) == set(episodes.MEASURES)
    assert found[["yen", "franc", "funding"]].tolist() == pytest.approx([1 / 150, 2, 0.1])


def test_as_large_counts_moves_in_either_direction() -> None:
    days = pd.bdate_range("2000-01-03", periods=6)
    values = pd.DataFrame({"date": days, "measure": "y10", "value": [0.0, 1, -1, -1, -1, 0]})
    row = episodes.window_places(values, days=1, selloffs={"here": days[0]}).iloc[0]
    assert (row["change"], row["percentile"], row["as_large_pct"]) == (100, 60, 60)


def test_the_largest_rise_of_a_week_ranks_first_and_ties_share_the_better_rank() -> None:
    fridays = pd.date_range("2025-01-03", periods=5, freq="W-FRI")
    table = pd.DataFrame({"date": fridays, "yield_pct": [4.0, 4.1, 4.4, 4.5, 4.3]})
    weeks = episodes.weekly_changes(table)
    assert weeks["change_bp"].tolist() == [10, 30, 10, -20]
    assert weeks["rank"].tolist() == [2, 1, 2, 4]
    assert weeks.nlargest(1, "change_bp")["rank"].item() == 1


def test_a_record_without_the_last_day_is_measured_to_its_next_and_says_so(embedded: Store) -> None:
    """The daily file of the ACM premium has no 11 April 2025."""
    tables = {id: embedded.read(id) for id in episodes.tables_of(["term_acm", "y10"])}
    places = episodes.window_places(episodes.measures(tables), days=7)
    ends = places[places["episode"] == "April 2025"].set_index("measure")["end"]
    assert ends["term_acm"] == pd.Timestamp("2025-04-14")
    assert ends["y10"] == events.SELLOFF_END
