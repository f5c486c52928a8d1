"""Technical or structural: moves that came back, and readings that turn at their bounds."""

from __future__ import annotations

import pandas as pd
import pytest

from foreign_demand.analysis import events
from foreign_demand.analysis.selloffs import episode, readings


def test_a_move_that_came_back_is_undone() -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    keys = list(episode.MEASURES)
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, 4.25]}) for key in keys]
    )
    undone = readings.retraced(values, {"truce": events.TRUCE}).set_index("measure")
    assert undone["truce undone"].round(6).eq(75).all()
    assert undone.loc["y10", "move"] == pytest.approx(100)
    assert undone.loc["stocks", "move"] == pytest.approx(25)


@pytest.mark.parametrize(("back", "reads"), [(4.0, "technical"), (4.6, "mixed"), (5.0, "structural")])
def test_readings_follow_the_data(back: float, reads: str) -> None:
    days = pd.to_datetime(["2025-04-02", "2025-04-11", "2025-05-12"])
    values = pd.concat(
        [pd.DataFrame({"date": days, "measure": key, "value": [4.0, 5.0, back]}) for key in episode.MEASURES]
    )
    undone = readings.retraced(values, {"truce": events.TRUCE, "latest": events.TRUCE})
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
    scored = readings.technical_or_structural(
        undone, purchases, custody_percentile=place, joint_days=days_since
    )
    assert set(scored["score"]) == {reads}


def scores(
    *,
    undone: float = 50.0,
    before: float = 100.0,
    bought: float = 0.0,
    custody_percentile: float = 50.0,
    as_many: float = 50.0,
    days: int = 2,
) -> pd.Series:
    """Scores by evidence; every price undone, every holder buying, every count of days alike."""
    prices = pd.DataFrame({"measure": list(episode.MEASURES), "unit": "bp", "truce undone": undone})
    prices[["move", "truce", "latest"]] = 1.0
    months = pd.to_datetime(["2025-03-31", "2026-03-31"])
    purchases = [
        pd.DataFrame({"month": months, "kind": kind, "holder": holder, "value": [before, before + bought]})
        for kind in ("Treasuries", "Equities")
        for holder in ("All foreigners", "Official")
    ]
    joint_days = pd.DataFrame(
        {"threshold": [0.0, 1.0], "days": days, "expected": 2.0, "as_many_pct": as_many}
    )
    found = readings.technical_or_structural(
        prices, pd.concat(purchases), custody_percentile=custody_percentile, joint_days=joint_days
    )
    return found.set_index("evidence")["score"]


@pytest.mark.parametrize(
    ("evidence", "given", "reads"),
    [
        ("10-year yield", {"undone": 100 * readings.UNDONE}, "technical"),
        ("10-year yield", {"undone": 100 * readings.UNDONE - 0.1}, "mixed"),
        ("Gold", {"undone": 100 * readings.STAYED}, "mixed"),
        ("Gold", {"undone": 100 * readings.STAYED - 0.1}, "structural"),
        ("Purchases of US equities, all foreigners", {"bought": 0.0}, "technical"),
        ("Purchases of US equities, all foreigners", {"bought": -0.1}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.0}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.1}, "structural"),
        ("Purchases of notes and bonds, official", {"before": -100.0, "bought": -20.0}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 9.9}, "structural"),
        ("Custody at the Federal Reserve", {"custody_percentile": 10.0}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 24.9}, "mixed"),
        ("Custody at the Federal Reserve", {"custody_percentile": 25.0}, "technical"),
        ("Days on which all three fell", {"as_many": 4.9}, "structural"),
        ("Days on which all three fell", {"as_many": 5.0, "days": 2}, "technical"),
        ("Days on which all three fell", {"as_many": 5.0, "days": 3}, "mixed"),
    ],
)
def test_a_reading_turns_at_its_bound(evidence: str, given: dict[str, float], reads: str) -> None:
    assert scores(**given)[evidence] == reads
