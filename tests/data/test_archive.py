"""The archive: every past state is read back, an edition is taken back, and no log stops a book."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from foreign_demand.data import store as store_module
from foreign_demand.data.archive import KEPT_NEWEST, keep_edition, kept_edition, packed_log
from foreign_demand.data.catalog import Catalog, Origin
from foreign_demand.data.editions import read_revisions, revision_sizes, what_changed
from foreign_demand.data.refresh import take_back
from foreign_demand.data.store import (
    Edition,
    Store,
    conform,
    editions_directory,
    joined_lines,
    merge_tables,
    revisions_directory,
)
from foreign_demand.exceptions import StoreError

DAYS = pd.bdate_range("2026-01-01", periods=60)


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog) -> Store:
    return Store(snapshot=tmp_path / "data" / "snapshot", cache=tmp_path / "cache" / "data", catalog=catalog)


def hold(store: Store, id: str, table: pd.DataFrame, vintage: str) -> None:
    """Put an edition in place, as a refresh does."""
    dataset, held = store.catalog[id], store.held(id, into=store.snapshot)
    lines = None
    before = {"previous_vintage": "", "previous_period": ""}
    if held:
        table, changes = merge_tables(held[0], table, dataset)
        lines = joined_lines(changes.revised, changes.filled)
        lines = lines.assign(old_vintage=held[1].vintage, new_vintage=vintage)
        before = {"previous_vintage": held[1].vintage, "previous_period": held[1].reference_period}
    newest = table[dataset.period.name].max()
    written = {"date": "%Y-%m-%d", "month": "%Y-%m"}[dataset.period.type]
    origin = Origin(
        publisher="A",
        title="B",
        url="C",
        retrieved_at=f"{vintage}T12:00:00+00:00",
        reference_period=newest.strftime(written),
        vintage=vintage,
        terms="D",
        obtained="live",
        **before,
    )
    store.write(id, table, origin, lines, into=store.snapshot, edition=Edition(digest=vintage))


def yields(
    days: int, *, changed: dict[int, float] | None = None, without: tuple[int, ...] = ()
) -> pd.DataFrame:
    """Yields of the first days, some of them other than usual or missing."""
    table = pd.DataFrame({"date": DAYS[:days], "yield_pct": 4 + 0.01 * np.arange(days)})
    for at, value in (changed or {}).items():
        table.loc[at, "yield_pct"] = value
    return table.drop(index=list(without)).reset_index(drop=True)


def test_every_past_state_is_read_back(store: Store) -> None:
    """New days, corrections, a day withdrawn, one that comes late, one corrected twice."""
    editions = {
        "2026-02-02": yields(20, without=(3,)),
        "2026-02-03": yields(21, changed={5: 9.0}, without=(3,)),
        "2026-02-10": yields(25, changed={5: 8.0}),
        "2026-02-11": yields(26, without=(7, 8)),
        "2026-03-02": yields(40),
    }
    for vintage, table in editions.items():
        hold(store, "DGS10", table, vintage)
    dataset = store.catalog["DGS10"]
    for vintage, table in editions.items():
        day = dt.date.fromisoformat(vintage)
        pd.testing.assert_frame_equal(store.as_of("DGS10", day), conform(table, dataset))
    between = store.as_of("DGS10", dt.date(2026, 2, 9))
    pd.testing.assert_frame_equal(between, conform(editions["2026-02-03"], dataset))
    with pytest.raises(StoreError, match="no edition of 2026-02-01 or before"):
        store.as_of("DGS10", dt.date(2026, 2, 1))


@pytest.mark.parametrize("stopped", [False, True], ids=["", "stopped while it is packed"])
def test_a_log_stays_small_and_every_past_state_is_read_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    """Older lines are packed; nothing is lost, said twice or read otherwise for it."""
    monkeypatch.setattr(store_module, "LOG_BYTES", 2000)
    file = revisions_directory(store.snapshot) / "DGS10.csv"
    editions = {
        f"{day:%Y-%m-%d}": yields(60, changed={n: 4.5 + 0.01 * k + 0.001 * n for n in range(12)})
        for k, day in enumerate(pd.bdate_range("2026-04-01", periods=30))
    }
    for vintage, table in editions.items():
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        hold(store, "DGS10", table, vintage)
        if before:
            assert file.stat().st_size <= 2000
            if stopped and file.stat().st_size < len(before):
                file.write_text(before, encoding="utf-8")  # packed, and not begun anew
    log, lines = store.log("DGS10"), 12 * (len(editions) - 1)
    assert packed_log(file).exists()
    assert len(log.drop_duplicates()) == lines
    assert len(log) == lines or stopped
    assert len(read_revisions(["DGS10"], store=store)) == lines
    dataset = store.catalog["DGS10"]
    for vintage, table in editions.items():
        past = store.as_of("DGS10", dt.date.fromisoformat(vintage))
        pd.testing.assert_frame_equal(past, conform(table, dataset))
    hold(store, "DGS10", table, "2026-06-01")
    assert len(store.log("DGS10")) == len(log)


def test_a_packed_log_that_is_damaged_stops_no_book(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LOG_BYTES", 10)
    for day in (1, 2, 3):
        hold(store, "DGS10", yields(20, changed={4: 4.0 + day}), f"2026-04-0{day}")
    packed = packed_log(revisions_directory(store.snapshot) / "DGS10.csv")
    assert len(read_revisions(["DGS10"], store=store)) == 2
    packed.write_bytes(packed.read_bytes()[:-9])
    assert read_revisions(["DGS10"], store=store).empty


def test_a_table_of_many_columns_is_read_back_with_its_names(store: Store, embedded: Store) -> None:
    now = embedded.read("tic_slt_table3")
    first = now[now["month"] < "2026-01-01"].reset_index(drop=True)
    other = now.copy()
    other.loc[other.index[::500], "holdings_usd_mn"] += 5.0
    other = other.drop(index=other.index[[3, 700]])
    for vintage, table in (("2026-02-01", first), ("2026-03-01", other), ("2026-04-01", now)):
        hold(store, "tic_slt_table3", table, vintage)
    dataset = store.catalog["tic_slt_table3"]
    for day, table in (("2026-02-15", first), ("2026-03-01", other), ("2026-05-01", now)):
        day = dt.date.fromisoformat(day)
        pd.testing.assert_frame_equal(store.as_of("tic_slt_table3", day), conform(table, dataset))


def test_an_embedded_table_is_read_as_its_edition_before_had_it(embedded: Store) -> None:
    origin = embedded.origin("tic_mfhhis01")
    before = embedded.as_of("tic_mfhhis01", dt.date.fromisoformat(origin.previous_vintage))
    now = embedded.read("tic_mfhhis01")
    assert len(before) == len(now)
    assert (before["holdings_usd_bn"] != now["holdings_usd_bn"]).sum() > 50


def test_an_edition_is_taken_back_and_the_log_says_so(store: Store) -> None:
    good, wrong = yields(20), yields(22, changed={4: 9.9}, without=(6,))
    hold(store, "DGS10", good, "2026-02-02")
    hold(store, "DGS10", wrong, "2026-02-03")
    outcome = take_back(store, "DGS10", into=store.snapshot)
    assert outcome.note == "taken back: 2026-02-03"
    pd.testing.assert_frame_equal(store.read("DGS10"), conform(good, store.catalog["DGS10"]))
    assert store.origin("DGS10").vintage == "2026-02-02"
    assert store.editions("DGS10")["note"].iloc[-1] == "taken back: 2026-02-03"
    pd.testing.assert_frame_equal(
        store.as_of("DGS10", dt.date(2026, 2, 4)), conform(wrong, store.catalog["DGS10"])
    )
    with pytest.raises(StoreError, match="is the first one held"):
        take_back(store, "DGS10", into=store.snapshot)


def test_a_re_estimated_publication_keeps_editions_and_no_line_a_cell(store: Store, embedded: Store) -> None:
    table = embedded.read("acm_monthly")
    numbers = [column.name for column in store.catalog["acm_monthly"].numbers]
    for n in range(3):
        hold(
            store,
            "acm_monthly",
            table.assign(**{c: table[c] + 0.001 * n for c in numbers}),
            f"2026-0{n + 1}-15",
        )
    assert not (revisions_directory(store.snapshot) / "acm_monthly.csv").exists()
    past = store.as_of("acm_monthly", dt.date(2026, 2, 20))
    assert np.allclose(past[numbers[0]], table[numbers[0]] + 0.001)
    size = sum(file.stat().st_size for file in (editions_directory(store.snapshot) / "acm_monthly").iterdir())
    assert size < 1_000_000


def test_editions_that_are_kept_stay_few(tmp_path: Path) -> None:
    for day in pd.date_range("2024-01-01", periods=120, freq="7D"):
        keep_edition(tmp_path, f"{day:%Y-%m-%d}", f"{day}")
    kept = sorted(file.name[:10] for file in tmp_path.iterdir())
    assert len(kept) <= KEPT_NEWEST + 3
    assert {name[:4] for name in kept} == {"2024", "2025", "2026"}
    assert kept_edition(tmp_path, dt.date(2023, 12, 31)) is None
    assert kept_edition(tmp_path, dt.date(2025, 6, 1)).startswith("2024-12")


LINE = "2025-01,41408,holdings_usd_mn,760.0,761.0,2026-01-01,2026-02-01,2026-02-01\n"
RENAMED = LINE.replace("holdings_usd_mn,760.0,761.0", "country,Turkey,Türkiye")
HEADER = "month,country_code,column,old,new,old_vintage,new_vintage,seen\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param(HEADER, 0, id="header only"),
        pytest.param(HEADER + RENAMED, 0, id="text"),
        pytest.param(HEADER + LINE + LINE[:40], 1, id="torn"),
        pytest.param(HEADER + LINE + "a,b\n" + LINE.replace("760", "1"), 2, id="short line"),
        pytest.param(HEADER + LINE + LINE[:-1] + ",more,cells\n", 1, id="long line"),
        pytest.param(HEADER + LINE.replace("2025-01", "2025-13"), 0, id="no month"),
        pytest.param(HEADER + LINE.replace("760.0", "many"), 0, id="no number"),
        pytest.param(HEADER + LINE.replace("760.0", "inf"), 0, id="no finite number"),
        pytest.param(HEADER + LINE.replace("2026-02-01", "yesterday"), 0, id="no day"),
        pytest.param(HEADER + LINE.replace("760.0", ""), 0, id="a cell that was filled"),
        pytest.param(HEADER + LINE.replace("761.0", ""), 1, id="a cell that was withdrawn"),
        pytest.param("something else\n\x00\x01", 0, id="another file"),
        pytest.param(HEADER + '"' + LINE, 0, id="quotation mark"),
    ],
)
def test_no_log_stops_a_book(text: str, lines: int, store: Store, embedded: Store) -> None:
    store.write(
        "tic_slt_table3",
        embedded.read("tic_slt_table3"),
        replace(embedded.origin("tic_slt_table3"), previous_vintage="2026-01-01", vintage="2026-02-01"),
        into=store.snapshot,
    )
    file = revisions_directory(store.snapshot) / "tic_slt_table3.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    revisions = read_revisions(["tic_slt_table3"], store=store)
    assert len(revisions) == lines
    if lines:
        revision_sizes(revisions)
    assert len(what_changed(["tic_slt_table3"], store=store)) == 1
