"""What is said of editions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from foreign_demand.book.wording import data_and_methods as wording

TABLES = pd.DataFrame(
    {
        "publisher": "One",
        "dataset": ["a", "b", "c"],
        "period": ["2026-Q1", "2026-08-19", "2025"],
        "vintage": ["2026-03-31", "2026-08-19", "2026-01-15"],
        "edition_known": [False, False, True],
        "status": ["failed", "snapshot", "snapshot"],
        "problem": ["a: https://example.org/a.csv: HTTP 404.", "", ""],
        "next_release": pd.NaT,
        "announced": False,
        "overdue": False,
        "ended": True,
        "obtained": ["embedded", "embedded", "live"],
    }
)


def test_a_publisher_reaches_from_the_earliest_to_the_latest_end_of_its_periods() -> None:
    (row,) = wording.freshness_as_printed(TABLES).to_dict("records")
    assert row["Data to"] == "2025 to 2026-08-19"
    assert row["State"] == "2 embedded, 1 live, 1 failed, last good table shown"


def test_only_editions_that_are_known_are_dated() -> None:
    (row,) = wording.freshness_as_printed(TABLES).to_dict("records")
    assert row["Edition"] == "2026-01-15"
    (row,) = wording.freshness_as_printed(TABLES[:2]).to_dict("records")
    assert row["Edition"] == "unknown"


def test_a_failure_is_told_without_its_address() -> None:
    (row,) = wording.failures_as_printed(TABLES).to_dict("records")
    assert row == {"Table": "a", "Shown to": "2026-Q1", "What happened": "HTTP 404."}


def test_sizes_have_a_minus_and_no_minus_zero() -> None:
    sizes = {"dataset": "a", "column": "x", "age": "older", "cells": 1200, "median_pct": 0.5}
    printed = wording.sizes_as_printed(
        pd.DataFrame(
            [sizes | {"largest_pct": 2, "mean_pct": -0.001}, sizes | {"largest_pct": None, "mean_pct": -1.5}]
        )
    )
    assert printed["Mean, with sign"].tolist() == ["+0.00", "−1.50"]
    assert printed["Largest"].tolist() == ["2.00", "–"]
    assert printed["Cells"].tolist() == ["1,200", "1,200"]


def test_the_state_of_a_publisher_is_told_in_words() -> None:
    table = pd.DataFrame(
        {
            "publisher": ["A", "A", "B"],
            "status": ["failed", "live", "snapshot"],
            "period": ["2025-04", "2025-06", "2019"],
            "vintage": ["2025-05-16", "2025-07-16", "2020-01-01"],
            "next_release": [dt.date(2025, 7, 1), dt.date(2025, 8, 15), None],
            "announced": [False, True, False],
            "overdue": [True, False, False],
            "ended": [False, False, True],
            "obtained": ["live", "live", "embedded"],
            "edition_known": [True, True, True],
        }
    )
    first, second = wording.freshness_as_printed(table).to_dict("records")
    assert first == {
        "Publisher": "A",
        "State": "2 live, 1 failed, last good table shown",
        "Data to": "2025-04 to 2025-06",
        "Edition": "2025-05-16 to 2025-07-16",
        "Next": "1 overdue; 2025-08-15",
    }
    assert (second["State"], second["Data to"], second["Next"]) == ("1 embedded", "2019", "ended")
    by_the_rule = wording.freshness_as_printed(table.assign(announced=False))
    assert by_the_rule["Next"].tolist() == ["1 overdue; by 2025-08-15", "ended"]


def test_sizes_of_revisions_are_told_in_words() -> None:
    sizes = pd.DataFrame(
        {
            "dataset": ["x", "y"],
            "column": "holdings",
            "age": ["older", "1 to 3 years"],
            "cells": [1234, 1],
            "median_pct": [0.5, np.nan],
            "largest_pct": [1234.5, np.nan],
            "mean_pct": [-0.25, np.nan],
        }
    )
    first, second = wording.sizes_as_printed(sizes).to_numpy().tolist()
    assert first == ["x, holdings", "older", "1,234", "0.50", "1,234.50", "−0.25"]
    assert second == ["y, holdings", "1 to 3 years", "1", "–", "–", "–"]


def test_the_title_says_whether_publications_disagree() -> None:
    matrix = pd.DataFrame({"disputed": [0, 0, 0]})
    assert wording.witnesses_in_words(matrix).endswith("of what is published twice none disagrees")
    matrix.loc[1, "disputed"] = 4
    assert wording.witnesses_in_words(matrix) == (
        "Of three comparisons of what is published twice one disagrees"
    )


def test_tables_that_nobody_vouches_for_are_named() -> None:
    matrix = pd.DataFrame({"dataset": ["a", "b"], "witnesses": ["b, c", "b"]})
    assert wording.unvouched_in_words(matrix, ["a", "b", "c"]) == ""
    said = wording.unvouched_in_words(matrix, ["e", "a", "d"])
    assert said.startswith("Of two tables no second publication is at hand")
    assert said.endswith(": d and e.")


def test_the_limits_are_told_with_their_tables_and_reasons() -> None:
    limits = pd.DataFrame(
        {"fault": ["a", "b"], "tables": ["X, Y", "Z"], "number": [2, 1], "why": ["No.", "None."]}
    )
    assert wording.limits_as_printed(limits).to_numpy().tolist() == [
        ["a", "No.", "X, Y"],
        ["b", "None.", "Z"],
    ]
    assert wording.limits_in_words(limits) == (
        "Two kinds of fault may pass, each in some tables, the commonest in 2"
    )


def test_decisions_are_told_as_they_were_recorded() -> None:
    decided = pd.DataFrame({"dataset": ["X"], "since": ["2026-07-01"], "decision": ["accepted by A: B"]})
    assert wording.decisions_as_printed(decided).to_numpy().tolist() == [
        ["X", "2026-07-01", "accepted by A: B"]
    ]


def test_gaps_are_told_without_powers_of_ten_and_the_last_digits_of_a_machine_as_none() -> None:
    day = pd.Timestamp("2026-05-31")
    sizes = (310000.0, 2.2e-16, 0.1092345, 12.34567)
    matrix = pd.DataFrame(
        {"dataset": "X", "witnesses": "Y", "about": "same", "last_agreement": day, "newest_gap": sizes}
        | {"largest_gap": sizes, "unit": "points", "largest_period": day}
    )
    told = wording.witnesses_as_printed(matrix)
    assert told["Gap then"].tolist() == ["310,000", "0", "0.1092", "12.35"]
    assert told["Largest gap ever"].tolist() == [f"{gap} points" for gap in told["Gap then"]]
