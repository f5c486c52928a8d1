"""The scorecard: each argument is read by its own numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from haven import made_card

from foreign_demand.analysis import evidence, inference, safe_haven
from foreign_demand.analysis.returns import as_series
from foreign_demand.analysis.safe_haven import ranges
from foreign_demand.data.store import read_table


@pytest.mark.parametrize(
    ("low", "high", "reading"), [(0.1, 0.2, "supported"), (-0.1, 0.2, "open"), (-0.2, -0.1, "contradicted")]
)
def test_readings_follow_the_intervals(low: float, high: float, reading: str) -> None:
    card = made_card(low=low, high=high, share=50.0)
    works = card[card["side"] == "works"]
    assert set(works["reading"]) == {reading}
    debt = card[card["argument"].str.startswith("More debt")].iloc[0]
    opposite = {"supported": "contradicted", "contradicted": "supported", "open": "open"}
    assert debt["reading"] == opposite[reading]


def test_one_event_is_at_most_rare() -> None:
    rare, common = made_card(low=-1, high=1, share=1.0), made_card(low=-1, high=1, share=40.0)
    event = rare["argument"].str.contains("with stocks in April 2025|unusually little")
    assert event.sum() == 3
    assert set(rare.loc[event, "first_reading"]) == {"supported"}
    assert set(common.loc[event, "first_reading"]) == {"open"}


@pytest.mark.parametrize(("share", "reading"), [(5.0, "supported"), (5.1, "open")])
def test_what_is_rare_enough_is_rare_up_to_five_percent(share: float, reading: str) -> None:
    readings = made_card(low=-0.2, high=-0.1, share=share).set_index("argument")["first_reading"]
    assert readings["The dollar came loose from yields (made)"] == reading
    assert readings[readings.index.str.startswith("10-year Treasury fell")].tolist() == [reading]


@pytest.mark.parametrize(("later", "reading"), [(0.5, "supported"), (-0.5, "contradicted")])
def test_a_lower_correlation_breaks_nothing(later: float, reading: str) -> None:
    rare, common = (made_card(low=-1, high=1, share=share, later=later) for share in (1.0, 40.0))
    together = rare["argument"].str.contains("move together")
    assert rare.loc[together, "first_reading"].tolist() == [reading] * 2
    assert common.loc[together, "reading"].tolist() == [reading, "open"]


@pytest.mark.parametrize(
    ("low", "high", "share", "reading"),
    [
        (-2.0, -1.0, 1.0, "supported"),
        (-2.0, -1.0, 40.0, "open"),
        (-1.0, 1.0, 1.0, "open"),
        (1.0, 2.0, 1.0, "contradicted"),
    ],
)
def test_a_slope_that_changed_is_clear_of_zero_and_rare(
    low: float, high: float, share: float, reading: str
) -> None:
    card = made_card(low=low, high=high, share=share)
    assert card.loc[card["argument"].str.contains("came loose"), "first_reading"].tolist() == [reading]


def test_yields_that_fall_when_the_vix_jumps_contradict_that_they_rise() -> None:
    readings = made_card(low=-0.2, high=-0.1, share=50.0).set_index("argument")["reading"]
    assert readings["Yields rise when the VIX jumps"] == "contradicted"


def test_april_2025_supports_one_argument() -> None:
    card = made_card(low=-2, high=-1, share=1.0, later=0.0)
    april = card[card["event"] == "April 2025"]
    assert april["reading"].value_counts().to_dict() == {"open": 1, "supported": 1, "same event": 2}


def test_the_scorecard_says_from_when_the_present_is_and_how_much_of_it_there_is() -> None:
    card = made_card(low=0.1, high=0.2, share=20.0)
    works = card[card["side"] == safe_haven.WORKS]
    assert set(works["regime"]) == {"since 2021"}
    assert set(works["observations"]) == {25}


# --- as it is ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(levels: pd.DataFrame, yields: dict[int, pd.Series], monthly: pd.Series) -> list[evidence.Argument]:
    """The arguments on the embedded tables."""
    breaks = inference.break_dates(monthly)
    begins = ranges.starts(breaks.iloc[-1])
    vix, japan = as_series(read_table("VIXCLS")), read_table("jgb_yields").set_index("date")
    weekly = safe_haven.weekly_changes(
        levels,
        yields[10],
        vix,
        yen_per_dollar=as_series(read_table("DEXJPUS")),
        japan=japan,
        two_year=yields[2],
    )
    flat = {"spread": "aaa_20y", "debt": "log_public", "sample": "all", "form": "yearly changes"}
    return safe_haven.arguments(
        worst=ranges.worst_days(levels, begins),
        falls=ranges.long_falls(levels, begins),
        months=ranges.worst_months(levels, begins),
        cost=ranges.over_bills(levels, begins),
        breaks=ranges.last_breaks(inference.break_robustness(monthly)),
        lately=ranges.since_april(monthly, breaks),
        april=ranges.april(levels),
        jumps=ranges.jumps(levels, yields[10], vix, begins),
        slopes=ranges.slopes({"dollar": weekly[["dollar_pct", "yield_points"]]}),
        debt=ranges.debt_slopes(
            pd.DataFrame([flat | {"slope": 0.1, "low": -1.0, "high": 1.0, "quarters": 200}])
        ),
        pickup=ranges.hedged_pickup(
            safe_haven.hedged_yields(yields[10], as_series(read_table("DGS1")), japan)
        ),
    )


def test_no_verdict_that_is_printed_as_certain_flips(real: list[evidence.Argument]) -> None:
    """Under every end date, base and window, and not only on the whole."""
    card = evidence.verdicts(real).set_index("argument")
    every = evidence.outcomes(real)
    decided = card[card["reading"].isin(["supported", "contradicted"])]
    for argument, row in decided.iterrows():
        found = every.loc[every["argument"] == argument, "reading"]
        assert set(found) <= {row["reading"], "open"}, argument
        assert (found == row["reading"]).mean() >= evidence.ROBUST_PCT / 100, argument
    assert decided["event"].replace("", pd.NA).dropna().is_unique


def test_every_argument_is_read_over_several_ends_bases_or_windows(real: list[evidence.Argument]) -> None:
    choices = {"start", "end", "april", "tail_pct", "fall_pct", "shortest", "block", "compared"}
    choices |= {"deviations", "years_before", "base"}
    for argument in real:
        if argument.says.startswith("More debt"):
            continue
        used = [name for name in argument.readings if name in choices]
        assert argument.readings[used].drop_duplicates().shape[0] == len(argument.readings) > 1, argument.says


def test_the_dollar_did_not_come_loose_without_the_weeks_of_april(real: list[evidence.Argument]) -> None:
    (loose,) = (a for a in real if a.says.startswith("The dollar came loose"))
    without = loose.readings.query("april == 'without' and end == end.max()")
    assert ((without["low"] < 0) & (without["high"] > 0)).all()
    assert evidence.verdicts([loose])["reading"].tolist() == ["open"]


def test_what_is_said_of_the_present_is_not_drawn_from_the_past(
    real: list[evidence.Argument],
) -> None:
    (months,) = (a for a in real if a.says == "10-year Treasury gains in the worst months")
    first = months.readings.iloc[0]
    assert first["start"] >= pd.Timestamp("2021-01-01")
    assert first["value"] < 0
    assert first["observations"] < inference.FEWEST
    assert evidence.verdicts([months])["reading"].tolist() == ["open"]
