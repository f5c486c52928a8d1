"""Technical or structural: moves that came back, and readings that turn at their bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events, evidence
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs import episode, joint, monitor, readings, sellers
from foreign_demand.data.store import Store


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


def scores_of(rate: float) -> pd.DataFrame:
    """Three markets that fall together at a rate, before and after the eve alike."""
    days = pd.bdate_range("1995-01-02", "2026-06-30")
    every = max(1, round(1 / rate)) if rate else len(days) + 1
    fell = np.arange(len(days)) % every == every - 1
    return pd.DataFrame(dict.fromkeys(("Stocks", "Treasuries", "Dollar"), np.where(fell, -2.0, 1.0)), days)


def purchases_of(before: float, bought: float) -> pd.DataFrame:
    months = pd.to_datetime(["2025-03-31", "2026-03-31"])
    return pd.concat(
        [
            pd.DataFrame(
                {"month": months, "kind": kind, "holder": holder, "value": [before, before + bought]}
            )
            for kind, holder in readings.FLOWS
        ]
    )


def prices_of(path: list[float]) -> pd.DataFrame:
    """Every price alike: on the last of March, the eve, the Friday after, the end, and from then on."""
    days = pd.to_datetime(["2025-03-31", "2025-04-02", "2025-04-04", "2025-04-11", "2025-04-14"])
    keys = list(readings.PRICES)
    return pd.concat([pd.DataFrame({"date": days, "measure": key, "value": path}) for key in keys])


CUSTODY = pd.DataFrame(
    {
        "date": pd.date_range("2007-07-04", "2026-06-24", freq="W-WED"),
        "holdings_usd_mn": 1e6,
    }
)


def verdicts_of(
    *, back: float = 5.0, before: float = 100.0, bought: float = 0.0, rate: float = 0.05
) -> pd.DataFrame:
    found = readings.arguments(
        prices_of([4.0, 4.0, 4.0, 5.0, back]), purchases_of(before, bought), CUSTODY, scores_of(rate)
    )
    return readings.tally(found).set_index("argument")


@pytest.mark.parametrize(("back", "reads"), [(4.0, "technical"), (4.6, "mixed"), (5.0, "structural")])
def test_readings_follow_the_data(back: float, reads: str) -> None:
    change = {"technical": 0, "mixed": -10, "structural": -50}[reads]
    found = verdicts_of(back=back, bought=change)
    prices, flows = list(readings.PRICES.values()), list(readings.FLOWS.values())
    assert set(found.loc[flows, "reading"]) == {reads}
    assert found.loc[prices[0], "reading"] == reads
    assert set(found.loc[[*prices, *flows], "first_reading"]) == {reads}


def test_the_prices_of_one_event_count_once() -> None:
    found = verdicts_of(back=4.0)
    prices = found.loc[list(readings.PRICES.values()), "reading"]
    assert prices.tolist() == ["technical", *[evidence.SAME_EVENT] * (len(prices) - 1)]


@pytest.mark.parametrize(
    ("name", "given", "reads"),
    [
        ("10-year yield", {"back": 4.5}, "technical"),
        ("10-year yield", {"back": 4.501}, "mixed"),
        ("10-year yield", {"back": 4.75}, "mixed"),
        ("10-year yield", {"back": 4.751}, "structural"),
        ("Purchases of US equities, all foreigners", {"bought": 0.0}, "technical"),
        ("Purchases of US equities, all foreigners", {"bought": -0.1}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.0}, "mixed"),
        ("Purchases of notes and bonds, official", {"bought": -25.1}, "structural"),
        ("Purchases of notes and bonds, official", {"before": -100.0, "bought": -20.0}, "mixed"),
    ],
)
def test_a_reading_turns_at_its_bound(name: str, given: dict[str, float], reads: str) -> None:
    assert verdicts_of(**given).loc[name, "first_reading"] == reads


@pytest.mark.parametrize(
    ("percentile", "reads"), [(9.9, "structural"), (10.0, "mixed"), (24.9, "mixed"), (25.0, "technical")]
)
def test_custody_turns_at_its_bounds(percentile: float, reads: str) -> None:
    found = {
        piece.says: piece
        for piece in readings.arguments(
            prices_of([4.0, 4.0, 4.0, 5.0, 5.0]), purchases_of(100, 0), CUSTODY, scores_of(0.05)
        )
    }
    rule = found["Custody at the Federal Reserve"].rule
    assert readings.LABELS[rule(pd.Series({"value": percentile}))] == reads


@pytest.mark.parametrize(
    ("as_many", "days", "reads"), [(4.9, 2, "structural"), (5.0, 2, "technical"), (5.0, 3, "mixed")]
)
def test_days_turn_at_their_bounds(as_many: float, days: int, reads: str) -> None:
    row = pd.Series({"share_pct": as_many, "value": days, "expected": 2.0})
    assert readings.LABELS[readings.by_count(row)] == reads


def test_a_base_from_which_a_price_moved_the_other_way_is_left_out() -> None:
    found = readings.price_readings(prices_of([4.0, 4.0, 5.5, 5.0, 4.0]), "y10")
    assert pd.Timestamp("2025-04-04") not in set(found["base"])
    assert len(found) == 2 * len(readings.ENDS)
    assert (found["base"].iloc[0], found["end"].iloc[0]) == (events.EVE, events.TRUCE)


# --- as published ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def values(embedded: Store) -> pd.DataFrame:
    return episode.measures({id: embedded.read(id) for id in episode.tables_of(readings.PRICES)})


@pytest.fixture(scope="module")
def pieces(embedded: Store, values: pd.DataFrame, levels: pd.DataFrame) -> list[evidence.Argument]:
    scores = monitor.standardised(sampled_returns(levels[joint.FIRST_DAY :], "daily"))
    purchases = sellers.rolling_purchases(embedded.read("tic_slt_table1"), embedded.read("tic_slt_table3"))
    return readings.arguments(values, purchases, embedded.read("WMTSECL1"), scores)


def test_what_was_undone_hangs_on_the_day(values: pd.DataFrame) -> None:
    dates = {"april": pd.Timestamp("2025-04-30"), "truce": events.TRUCE}
    undone = readings.retraced(values, dates).set_index("measure")
    assert undone.loc[["y10", "y30", "term_kw"], "april undone"].round().tolist() == [111, 61, 131]
    assert (undone.loc[["y10", "y30", "term_kw"], "truce undone"] < 25).all()


def test_no_verdict_is_printed_that_a_date_a_base_or_a_window_turns_round(
    pieces: list[evidence.Argument],
) -> None:
    verdicts = readings.tally(pieces)
    assert (verdicts[["technical", "mixed", "structural"]].sum(axis=1) == verdicts["readings"]).all()
    for row in verdicts.itertuples():
        if row.reading in ("technical", "structural"):
            other = "structural" if row.reading == "technical" else "technical"
            assert getattr(row, other) == 0, row.argument
            assert 100 * getattr(row, row.reading) >= evidence.ROBUST_PCT * row.readings, row.argument
    ten_year = verdicts.set_index("argument").loc["10-year yield"]
    assert (ten_year["first_reading"], ten_year["reading"]) == ("structural", "mixed")


def test_large_joint_days_are_counted_on_both_records_with_and_without_the_weeks_in_question(
    pieces: list[evidence.Argument],
) -> None:
    found = next(p.readings for p in pieces if p.says == readings.DAYS[1.0])
    assert found["value"].tolist() == [4, 4, 1, 1]
    assert found["expected"].round(2).tolist() == [1.15, 0.45, 1.02, 0.4]
    assert found["trading_days"].tolist() == [311, 311, 277, 277]
    assert (found["most"].iloc[1], found["share_pct"].iloc[1]) == (3, 0)
    every = next(p.readings for p in pieces if p.says == readings.DAYS[0.0])
    assert every["expected"].iloc[:2].round(1).tolist() == [29.5, 19.5]


def test_purchases_are_compared_over_all_months(pieces: list[evidence.Argument]) -> None:
    found = next(p.readings for p in pieces if p.says.startswith("Purchases of notes and bonds, all"))
    at = found.set_index(["start", "end"])
    first = found.iloc[0]
    assert (first["start"], round(first["before"]), round(first["latest"])) == (
        pd.Timestamp("2025-03-31"),
        526,
        290,
    )
    rose = at.loc[(pd.Timestamp("2025-01-31"), pd.Timestamp("2026-01-31"))]
    assert (round(rose["before"]), round(rose["latest"])) == (432, 481)
    assert round(at.loc[(pd.Timestamp("2024-10-31"), pd.Timestamp("2026-05-31")), "before"]) == 680
    assert found["start"].nunique() * found["end"].nunique() == len(found)


def test_spans_of_custody_are_counted_that_do_not_overlap(embedded: Store) -> None:
    found = readings.custody_readings(embedded.read("WMTSECL1"))
    assert (found["weeks"].iloc[0], found["apart"].iloc[0]) == (73, 13)
    assert found["value"].between(0, 100).all()
