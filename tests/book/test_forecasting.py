"""Forecasts made on a day, and the record that a build keeps of them."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from foreign_demand.__main__ import main
from foreign_demand.analysis import nowcast
from foreign_demand.book.forecasting import first_prints, forecasts_on, keep_record
from foreign_demand.data.nowcasts import FORECASTS, PRINTS, read_record
from foreign_demand.data.periods import period_end
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError, StoreError

HOLDERS = "tic_slt_table3"


@pytest.fixture
def store(tmp_path: Path, embedded: Store) -> Store:
    """The tables of a nowcast, in a place of their own."""
    for name in ("snapshot", "revisions"):
        (tmp_path / name).mkdir()
        for id in nowcast.TABLES:
            if (file := embedded.snapshot.parent / name / f"{id}.csv").exists():
                shutil.copy2(file, tmp_path / name)
    return Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache")


def later_edition(store: Store, month: str, vintage: str) -> None:
    """Publish another month: the one before, with a billion more of everything."""
    held, origin = store.read(HOLDERS), store.origin(HOLDERS)
    rows = held[held["month"] == held["month"].max()]
    added = rows.assign(month=pd.Timestamp(month), holdings_usd_mn=rows["holdings_usd_mn"] + 1000)
    newer = replace(
        origin,
        vintage=vintage,
        reference_period=month[:7],
        previous_vintage=origin.vintage,
        previous_period=origin.reference_period,
    )
    store.write(HOLDERS, pd.concat([held, added], ignore_index=True), newer, into=store.snapshot)


def long_after(store: Store) -> dt.date:
    """A day on which the holdings held are too old."""
    return period_end(store.origin(HOLDERS).reference_period) + dt.timedelta(days=180)


@pytest.mark.parametrize(("day", "month"), [("2026-07-15", "2026-06-30"), ("2026-08-17", "2026-07-31")])
def test_the_month_before_is_forecast_from_what_was_known(embedded: Store, day: str, month: str) -> None:
    found = forecasts_on(dt.date.fromisoformat(day), store=embedded)
    assert found["month"].max() == pd.Timestamp(month)
    assert found["target"].tolist() == list(nowcast.TARGETS) * 2
    for used in ("edition_day", "yields_to", "custody_to"):
        assert (found[used] <= pd.Timestamp(day)).all()


def test_a_table_planted_from_later_changes_no_byte_of_a_forecast(store: Store) -> None:
    day = dt.date(2026, 8, 17)
    before = forecasts_on(day, store=store).to_csv()
    later_edition(store, "2026-06-30", "2026-08-18")
    curve = store.read("gsw_parameters")
    planted = pd.concat([curve, curve.tail(1).assign(date=pd.Timestamp("2026-08-31"), beta0=9.0)])
    store.write("gsw_parameters", planted, store.origin("gsw_parameters"), into=store.snapshot)
    assert forecasts_on(day, store=store).to_csv() == before
    assert forecasts_on(dt.date(2026, 8, 18), store=store)["edition"].max() == pd.Timestamp("2026-06-30")


def test_before_anything_was_out_there_is_no_forecast(store: Store) -> None:
    with pytest.raises(EstimationError, match="nothing was out"):
        forecasts_on(dt.date(1990, 1, 1), store=store)


def test_a_record_is_begun_completed_and_not_repeated(store: Store, tmp_path: Path) -> None:
    record = tmp_path / "nowcasts"
    said, printed = keep_record(dt.date(2026, 7, 20), store=store, folder=record)
    assert len(said) == len(nowcast.TARGETS)
    assert printed.empty
    first = (record / FORECASTS).read_bytes()
    again, _ = keep_record(dt.date(2026, 7, 22), store=store, folder=record)
    assert again.empty
    assert (record / FORECASTS).read_bytes() == first
    later_edition(store, "2026-06-30", "2026-08-17")
    said, printed = keep_record(dt.date(2026, 8, 18), store=store, folder=record)
    assert set(printed["month"]) == {pd.Timestamp("2026-06-30")}
    assert (record / FORECASTS).read_bytes().startswith(first)
    shown = nowcast.scored(read_record(FORECASTS, folder=record), read_record(PRINTS, folder=record))
    total = shown[shown["target"] == "Total"].set_index("month")
    assert total.loc["2026-06-30", "state"] == nowcast.PRINTED
    assert total.loc["2026-06-30", "print_usd_bn"] == pytest.approx(1.0)
    assert total.loc["2026-07-31", "state"] == nowcast.WAITING


def test_a_print_is_that_of_the_first_edition_with_its_month(embedded: Store) -> None:
    found = first_prints(pd.Timestamp("2026-05-31"), store=embedded).set_index("target")
    assert set(found["released"]) == {pd.Timestamp("2026-07-16")}
    assert found.loc["Total", "print_usd_bn"] == pytest.approx(18.4, abs=0.1)


def test_nothing_is_recorded_while_a_newer_print_should_be_out(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a later one should be out"):
        keep_record(long_after(store), store=store, folder=tmp_path / "nowcasts")
    assert not (tmp_path / "nowcasts").exists()


@pytest.mark.parametrize(("day", "month"), [("2026-07-15", "June 2026"), ("2026-08-17", "July 2026")])
def test_the_command_forecasts_as_of_a_day_and_says_the_same_twice(
    day: str, month: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFLINE", "1")
    printed = []
    for _ in range(2):
        assert main(["nowcast", "--as-of", day]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert f"\n{month}, USD billion" in printed[0]
    assert all(target in printed[0] for target in nowcast.TARGETS)
    assert "should be out" not in printed[0]


def test_the_command_says_when_a_later_print_should_be_out(
    embedded: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFLINE", "1")
    assert main(["nowcast", "--as-of", long_after(embedded).isoformat()]) == 0
    assert "a later print should be out" in capsys.readouterr().out
