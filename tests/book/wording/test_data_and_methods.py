"""What is said of editions."""

from __future__ import annotations

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
