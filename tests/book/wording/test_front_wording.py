"""What the front page says of editions."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from foreign_demand.book.wording import front
from foreign_demand.data import editions
from foreign_demand.data.store import Store


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2026-05", "May 2026"),
        ("2026-Q1", "the first quarter of 2026"),
        ("2026-08-21", "21 August 2026"),
        ("2025", "2025"),
    ],
)
def test_a_period_is_told_as_it_is_read(period: str, told: str) -> None:
    assert front.period_in_words(period) == told


def changes(**changed: object) -> pd.DataFrame:
    row = {
        "publication": "One",
        "period": "2026-05",
        "previous_period": "2026-04",
        "previous_vintage": "2026-06-18",
        "revised_cells": 1,
    }
    return pd.DataFrame([row | changed])


def test_new_periods_and_revised_values_are_told_apart() -> None:
    said = front.changes_in_words(changes())
    assert said == "One of one publications brought a new period (One: May 2026); 1 older value was revised"
    same = front.changes_in_words(changes(previous_period="2026-05", revised_cells=1200))
    assert same == "None of one publications brought a new period; 1,200 older values were revised"


def test_a_first_edition_brought_nothing_new() -> None:
    assert front.changes_in_words(changes(previous_vintage="")) == "No edition before is held"


def test_the_next_edition_is_announced_or_follows_from_the_release_rule(embedded: Store) -> None:
    state = editions.read_state("tic_slt_table3", store=embedded, today=dt.date(2026, 7, 20))
    dated = dataclasses.replace(
        state,
        dataset=dataclasses.replace(state.dataset, releases=("2026-08-17", "2026-09-16")),
        overdue=False,
    )
    assert front.next_in_words(dated, today=dt.date(2026, 8, 18)) == "is announced for 16 September 2026"
    late = dataclasses.replace(dated, overdue=True)
    assert front.next_in_words(late, today=dt.date(2026, 8, 18)).endswith("should be out already")
    assert front.next_in_words(dated, today=dt.date(2026, 12, 1)).startswith("is due by ")
    assert front.next_in_words(late, today=dt.date(2026, 12, 1)).startswith("should have come by ")
    ended = dataclasses.replace(dated, next_release=None)
    assert front.next_in_words(ended, today=dt.date(2026, 12, 1)).startswith("will not come")
