"""What was known on a day: editions as they were, release rules where none is known, nothing later."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from foreign_demand.data.known import read_known
from foreign_demand.data.store import Store

HOLDERS = "tic_slt_table3"


@pytest.fixture
def store(tmp_path: Path, embedded: Store) -> Store:
    """The holdings by country and custody alone, in a place of their own."""
    for id in (HOLDERS, "WMTSECL1"):
        (tmp_path / "snapshot").mkdir(exist_ok=True)
        shutil.copy2(embedded.snapshot / f"{id}.csv", tmp_path / "snapshot")
    (tmp_path / "revisions").mkdir()
    shutil.copy2(embedded.snapshot.parent / "revisions" / f"{HOLDERS}.csv", tmp_path / "revisions")
    return Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache")


def newest(store: Store, day: str, id: str = HOLDERS) -> dt.date | None:
    return read_known([id], dt.date.fromisoformat(day), store=store)[id].newest


@pytest.mark.parametrize(
    ("day", "month", "edition"), [("2026-07-15", 4, "2026-07-01"), ("2026-07-16", 5, "2026-07-16")]
)
def test_of_the_editions_held_the_one_of_the_day_counts(
    store: Store, day: str, month: int, edition: str
) -> None:
    found = read_known([HOLDERS], dt.date.fromisoformat(day), store=store)[HOLDERS]
    assert (found.newest.month, found.edition) == (month, edition)  # type: ignore[union-attr]


def test_a_table_planted_from_later_is_ignored(store: Store) -> None:
    """With its months, and with other values of those before."""
    day = dt.date(2026, 8, 17)
    before = read_known([HOLDERS], day, store=store)[HOLDERS]
    held, origin = store.read(HOLDERS), store.origin(HOLDERS)
    months = held[held["month"] == held["month"].max()]
    later = pd.concat([held, months.assign(month=pd.Timestamp("2026-06-30"))], ignore_index=True)
    later["holdings_usd_mn"] = later["holdings_usd_mn"] + 1000
    changed = held.dropna(subset="holdings_usd_mn")[["month", "country_code", "holdings_usd_mn"]]
    revised = pd.DataFrame(
        {
            "month": changed["month"],
            "country_code": changed["country_code"],
            "column": "holdings_usd_mn",
            "old": changed["holdings_usd_mn"],
            "new": changed["holdings_usd_mn"] + 1000,
            "old_vintage": origin.vintage,
            "new_vintage": "2026-08-18",
        }
    )
    newer = replace(
        origin,
        vintage="2026-08-18",
        reference_period="2026-06",
        previous_vintage=origin.vintage,
        previous_period=origin.reference_period,
    )
    store.write(HOLDERS, later, newer, revised, into=store.snapshot)
    assert store.read(HOLDERS)["month"].max() == pd.Timestamp("2026-06-30")
    found = read_known([HOLDERS], day, store=store)[HOLDERS]
    pd.testing.assert_frame_equal(found.table, before.table)
    assert newest(store, "2026-08-18") == dt.date(2026, 6, 30)


def test_without_a_known_edition_a_month_counts_once_it_must_have_been_out(store: Store) -> None:
    """Holdings of February 2025 were printed on 16 April: on the 11th January is the newest."""
    found = read_known([HOLDERS], dt.date(2025, 4, 11), store=store)[HOLDERS]
    assert (found.newest, found.edition) == (dt.date(2025, 1, 31), "")


def test_what_is_observed_every_week_counts_to_the_day_before(store: Store) -> None:
    assert newest(store, "2026-06-25", "WMTSECL1") == dt.date(2026, 6, 24)
    assert newest(store, "2026-06-24", "WMTSECL1") == dt.date(2026, 6, 17)


def test_before_anything_was_out_there_are_no_rows(store: Store) -> None:
    assert newest(store, "2020-01-15") is None
