"""The store: what may replace a held table, what a merge keeps, what a reader gets."""

from __future__ import annotations

import datetime as dt
import functools
import io
import socket
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mirror import Answer, Mirror, copy_headers

from foreign_demand.data.catalog import Catalog, Dataset, Origin
from foreign_demand.data.checks import check_table
from foreign_demand.data.periods import age_days, overdue
from foreign_demand.data.refresh import network_reachable, refresh
from foreign_demand.data.sources import ADAPTERS, http
from foreign_demand.data.store import Outcome, Store, conform, merge_tables
from foreign_demand.exceptions import IdentityError, ShortenedError, StaleError, StoreError

FRED = "/fred.stlouisfed.org/graph/fredgraph.csv"
TODAY = dt.date.today()


def fred_csv(values: pd.Series, id: str = "DGS10") -> bytes:
    """A FRED file as served: header, ISO dates, blank where missing."""
    text = io.StringIO()
    values.rename_axis("observation_date").rename(id).to_csv(text, lineterminator="\n")
    return text.getvalue().encode()


@pytest.fixture
def yields() -> pd.Series:
    days = pd.bdate_range(end=TODAY, periods=400, freq="B").date
    walk = 4.0 + np.random.default_rng(1).normal(0, 0.05, 400).cumsum()
    return pd.Series(walk.round(2), index=days)


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog) -> Store:
    return Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch):
    """Serve one body as DGS10; returns the mirror, so that the answer can be changed."""
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)

        def start(body: bytes, **headers: str) -> Mirror:
            mirror.answers[FRED] = Answer(body, headers=headers)
            return mirror

        yield start


def refresh_one(store: Store, id: str = "DGS10", **options: object) -> Outcome:
    return refresh(store, [id], **options)[0]


def live(store: Store) -> Store:
    """The store as a build after a refresh that reached the network sees it."""
    store.write_report("live")
    return store


def test_a_first_refresh_holds_the_table_and_its_origin(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields))
    assert refresh_one(store).status == "live"
    held = live(store).read("DGS10")
    assert list(held.columns) == ["date", "yield_pct"]
    assert held["yield_pct"].tolist() == yields.tolist()
    origin = store.origin("DGS10")
    assert (origin.obtained, origin.reference_period) == ("live", str(yields.index[-1]))
    assert origin.url == "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10"


def test_a_public_copy_is_called_embedded_and_dated(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields), **copy_headers("2026-08-19", "exact bytes"))
    refresh_one(store, into=store.snapshot)
    origin = store.origin("DGS10")
    assert (origin.obtained, origin.how, origin.vintage) == (
        "embedded",
        "public copy, exact bytes",
        "2026-08-19",
    )


def test_new_and_revised_values_are_told_apart(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store)
    revised = yields.copy()
    revised.iloc[10] += 0.01
    serve(fred_csv(revised))
    outcome = refresh_one(store)
    assert (outcome.new_rows, outcome.revised_cells) == (1, 1)
    log = pd.read_csv(store.cache.parent / "revisions" / "DGS10.csv")
    assert log["column"].tolist() == ["yield_pct"]
    assert log["date"].tolist() == [str(yields.index[10])]
    assert log["new"].iloc[0] - log["old"].iloc[0] == pytest.approx(0.01)


def test_a_rolling_publication_prolongs_what_is_held(store: Store, serve, yields: pd.Series) -> None:
    path = "BAMLC0A0CM"
    serve(fred_csv(yields.iloc[:300], path))
    refresh_one(store, path)
    serve(fred_csv(yields.iloc[250:], path))
    outcome = refresh_one(store, path)
    assert outcome.status == "live", outcome.error
    assert live(store).read(path).iloc[:, 1].tolist() == yields.tolist()


BAD = {
    "empty": (lambda body: b"", "empty"),
    "a page": (lambda body: b"<!DOCTYPE html><html><body>Sorry</body></html>\n", "web page"),
    "renamed column": (lambda body: body.replace(b"DGS10", b"DGS_10"), "DGS_10"),
    "truncated history": (lambda body: body[: len(body) // 2].rsplit(b"\n", 1)[0] + b"\n", "stops at"),
    "frozen": (lambda body: b"\n".join(body.split(b"\n")[:-21]) + b"\n", "stops at"),
    "lost beginning": (
        lambda body: b"\n".join([body.split(b"\n")[0], *body.split(b"\n")[200:]]),
        "history starts at",
    ),
    "duplicated row": (lambda body: body + body.split(b"\n")[-2] + b"\n", "DGS10"),
    "ten times": (lambda body: body[:-1] + b"0\n" if b"." not in body[-6:] else scaled(body, 10), "DGS10"),
    "thousandfold": (lambda body: scaled(body, 1000), "yield_pct"),
    "wrong sign": (lambda body: scaled(body, -1), "yield_pct"),
}


def scaled(body: bytes, factor: float) -> bytes:
    lines = body.decode().strip().split("\n")
    day, value = lines[-1].split(",")
    return "\n".join([*lines[:-1], f"{day},{float(value) * factor:.2f}"]).encode() + b"\n"


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_names_the_dataset_and_leaves_the_held_table(
    store: Store, serve, yields: pd.Series, fault: str
) -> None:
    good = fred_csv(yields)
    serve(good)
    refresh_one(store)
    before = (store.cache / "DGS10.csv").read_bytes()
    spoil, named = BAD[fault]
    serve(spoil(good))
    outcome = refresh_one(store)
    assert outcome.status == "failed"
    assert outcome.error.startswith("DGS10: ")
    assert named in outcome.error
    assert "\n" not in outcome.error
    assert (store.cache / "DGS10.csv").read_bytes() == before


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_an_http_error_says_so_and_leaves_the_held_table(
    store: Store, serve, yields: pd.Series, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "UNSAID_WAIT", 0.05)
    mirror = serve(fred_csv(yields))
    refresh_one(store)
    before = (store.cache / "DGS10.csv").read_bytes()
    mirror.answers[FRED] = Answer(b"no", status=status)
    outcome = refresh_one(store)
    assert outcome.status == "failed"
    assert f"HTTP {status}" in outcome.error
    assert (store.cache / "DGS10.csv").read_bytes() == before


def test_a_passing_fault_is_tried_again_and_no_library_speaks_of_it(
    store: Store, serve, yields: pd.Series, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    mirror = serve(b"")
    answers = iter([Answer(status=503), Answer(fred_csv(yields))])
    mirror.answers[FRED] = lambda query: next(answers)
    assert refresh_one(store).status == "live"
    assert len([path for path in mirror.asked if path.startswith(FRED)]) == 2
    assert not [line for line in caplog.records if line.levelname not in ("DEBUG", "INFO")]
    assert capfd.readouterr() == ("", "")


def test_an_implausible_step_can_be_accepted_by_name(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store)
    jumped = yields.copy()
    jumped.iloc[-1] += 5
    serve(fred_csv(jumped))
    refused = refresh_one(store)
    assert "--accept DGS10" in refused.error
    assert refresh_one(store, accept=["DGS10"]).status == "live"


def test_an_accepted_publication_is_asked_for_whole(store: Store, serve, yields: pd.Series) -> None:
    """As after its importer was mended: that nothing has changed is no answer then."""
    mirror = serve(fred_csv(yields), ETag='"one"')
    refresh_one(store)
    mirror.answers[FRED] = Answer(status=304)
    assert refresh_one(store).status == "live"
    assert "HTTP 304" in refresh_one(store, accept=["DGS10"]).error


def test_an_unchanged_publication_is_not_parsed_again(store: Store, serve, yields: pd.Series) -> None:
    mirror = serve(fred_csv(yields), ETag='"one"')
    refresh_one(store)
    mirror.answers[FRED] = Answer(status=304)
    outcome = refresh_one(store)
    assert (outcome.status, outcome.new_rows) == ("live", 0)
    assert len(live(store).read("DGS10")) == len(yields)


def test_a_publication_that_stopped_is_refused_even_at_first_sight(catalog: Catalog) -> None:
    old = pd.DataFrame({"date": pd.to_datetime(["2019-01-02"]), "yield_pct": [2.5]})
    with pytest.raises(StaleError, match="2019-01-02"):
        check_table(old, catalog["DGS10"], as_at=dt.date(2026, 1, 1))
    check_table(old, catalog["DGS10"], as_at=dt.date(2019, 1, 5))


def test_overdue_follows_the_release_rule(catalog: Catalog) -> None:
    dataset = catalog["DGS10"]
    origin = Origin(
        publisher="p",
        title="t",
        url="u",
        retrieved_at="r",
        reference_period="2025-04-09",
        vintage="2025-04-10",
        terms="",
        obtained="live",
    )
    day = dt.date(2025, 4, 9)
    assert not overdue(dataset, origin, today=day + dt.timedelta(dataset.fresh_days))
    assert overdue(dataset, origin, today=day + dt.timedelta(dataset.fresh_days + 1))
    assert age_days(day, dt.date(2025, 4, 1)) == 0


def test_merge_keeps_what_is_no_longer_served(catalog: Catalog) -> None:
    dataset = catalog["DGS10"]
    days = pd.to_datetime(["2025-04-07", "2025-04-08", "2025-04-09"])
    held = pd.DataFrame({"date": days[:2], "yield_pct": [4.15, 4.26]})
    new = pd.DataFrame({"date": days[1:], "yield_pct": [4.26, 4.34]})
    merged, changes = merge_tables(held, new, dataset)
    assert merged["yield_pct"].tolist() == [4.15, 4.26, 4.34]
    assert (changes.new_rows, len(changes.revised)) == (1, 0)


def test_what_an_edition_no_longer_has_within_its_span_is_withdrawn_and_listed(catalog: Catalog) -> None:
    days = pd.to_datetime(["2025-04-07", "2025-04-08", "2025-04-09"])
    held = pd.DataFrame({"date": days, "yield_pct": [4.15, 4.26, 4.34]})
    merged, changes = merge_tables(held, held.drop(index=1), catalog["DGS10"])
    assert merged["yield_pct"].tolist() == [4.15, 4.34]
    assert changes.revised[["date", "old"]].values.tolist() == [[days[1], 4.26]]
    assert changes.revised["new"].isna().all()


def test_rows_of_a_held_period_and_cells_that_were_empty_are_listed_apart(catalog: Catalog) -> None:
    held, new = holders(np.nan, 6.0, 7.0, 8.0).iloc[:-1], holders(5.0, 6.0, 7.0, 8.0)
    _, changes = merge_tables(held, new, catalog["tic_mfhhis01"])
    assert changes.revised.empty
    assert changes.filled[["country", "column"]].values.tolist() == [
        ["Chile", "holdings_usd_bn"],
        ["Peru", ""],
    ]


def test_rows_that_add_up_are_replaced_a_period_at_a_time(catalog: Catalog) -> None:
    dataset = catalog["tic_mfhhis01"]

    def table(rows: list[tuple[str, float]]) -> pd.DataFrame:
        month = pd.Timestamp("2025-01-31")
        return pd.DataFrame(
            [(month, name, "current", value) for name, value in rows],
            columns=["month", "country", "series", "holdings_usd_bn"],
        )

    held = table([("Chile", 30.0), ("All Other", 70.0), ("Grand Total", 100.0)])
    new = table([("All Other", 100.0), ("Grand Total", 100.0)])
    merged, changes = merge_tables(held, new, dataset)
    assert set(merged["country"]) == {"All Other", "Grand Total"}
    assert set(changes.revised["country"]) == {"All Other", "Chile"}


def holders(*figures: float) -> pd.DataFrame:
    """Two holders in two months."""
    months = pd.to_datetime(["2025-01-31", "2025-01-31", "2025-02-28", "2025-02-28"])
    rows = {"month": months, "country": ["Chile", "Peru"] * 2, "series": "current"}
    return pd.DataFrame(rows | {"holdings_usd_bn": figures})


def test_a_cell_taken_back_is_missing_where_periods_are_replaced_whole(catalog: Catalog) -> None:
    dataset = catalog["tic_mfhhis01"]
    held, new = holders(5.0, 6.0, 7.0, 8.0), holders(np.nan, 6.0, 7.0, 9.0)
    merged, changes = merge_tables(held, new, dataset)
    pd.testing.assert_frame_equal(merged, conform(new, dataset))
    assert changes.revised[["country", "old"]].values.tolist() == [["Chile", 5.0], ["Peru", 8.0]]
    assert changes.revised["new"].isna().tolist() == [True, False]


def test_an_empty_row_taken_back_is_no_revision(catalog: Catalog) -> None:
    held = holders(np.nan, 6.0, 7.0, 8.0)
    merged, changes = merge_tables(held, held.iloc[1:], catalog["tic_mfhhis01"])
    assert len(merged) == 3
    assert changes.revised.empty


def test_a_period_that_comes_back_empty_is_refused(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would replace the held figures, as a period comes whole."""
    monkeypatch.setattr("foreign_demand.data.checks.check_identities", lambda table, dataset: None)
    check = functools.partial(check_table, dataset=catalog["tic_mfhhis01"], as_at=dt.date(2025, 3, 20))
    held, emptied = holders(5.0, 6.0, 7.0, 8.0), holders(5.0, 6.0, np.nan, np.nan)
    with pytest.raises(ShortenedError, match="has 0 values in 2025-02 where 2 are held"):
        check(emptied, held=held)
    check(emptied, held=held, accept_steps=True)
    check(emptied, held=emptied)
    check(holders(5.0, 6.0, 7.0, np.nan), held=held)


def test_what_is_kept_must_add_up_with_what_is_new(
    store: Store, monkeypatch: pytest.MonkeyPatch, serve, yields: pd.Series
) -> None:
    def even(table: pd.DataFrame, dataset: Dataset) -> None:
        if len(table) % 2:
            raise IdentityError(f"{dataset.id}: an odd number of rows.")

    monkeypatch.setitem(ADAPTERS, "fred", replace(ADAPTERS["fred"], identities=(even,)))
    rolling = replace(store.catalog["DGS10"], history="rolling")
    store.catalog = Catalog({**store.catalog, "DGS10": rolling})
    serve(fred_csv(yields.iloc[:-1].iloc[1:]))
    assert refresh_one(store).status == "live"
    before = (store.cache / "DGS10.csv").read_bytes()
    serve(fred_csv(yields.iloc[2:]))
    outcome = refresh_one(store)
    assert "not with the rows held of periods before it" in outcome.error
    assert (store.cache / "DGS10.csv").read_bytes() == before


def test_the_table_retrieved_last_is_read_wherever_it_is_held(store: Store, serve, yields: pd.Series) -> None:
    """The cache is from February, the snapshot was renewed in June: June is the last good table."""
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store)
    serve(fred_csv(yields))
    refresh_one(store, into=store.snapshot)
    for layer, at in (
        (store.cache, "2026-02-01T00:00:00+00:00"),
        (store.snapshot, "2026-06-01T00:00:00+00:00"),
    ):
        held = Store(snapshot=layer, cache=layer, catalog=store.catalog)
        store.write("DGS10", held.read("DGS10"), replace(held.origin("DGS10"), retrieved_at=at), into=layer)
    live(store)
    assert store.path("DGS10").parent == store.snapshot
    assert store.origin("DGS10") == store.held("DGS10", into=store.cache)[1]
    assert len(store.read("DGS10")) == len(yields)
    refresh_one(store)
    assert store.path("DGS10").parent == store.cache


def test_a_report_of_another_version_says_what_to_do(store: Store, serve, yields: pd.Series) -> None:
    for text in ('{"mode": "live", "outcomes": {"DGS10": {"id": "DGS10", "colour": "red"}}}', "{", "[]"):
        store.cache.mkdir(parents=True, exist_ok=True)
        (store.cache / "refresh.json").write_text(text)
        with pytest.raises(StoreError, match=r"refresh\.json .*`make clean`"):
            store.outcome("DGS10")


def test_a_refresh_sweeps_only_the_layer_it_writes(store: Store, serve, yields: pd.Series) -> None:
    """Another process may be writing to the other layer at this moment."""
    serve(fred_csv(yields))
    refresh_one(store)
    unfinished = store.cache / ".DGS10.csv.x.tmp"
    unfinished.touch()
    refresh_one(store, into=store.snapshot)
    assert unfinished.exists()
    refresh_one(store)
    assert not unfinished.exists()


def test_a_table_nobody_holds_says_what_to_do(store: Store) -> None:
    with pytest.raises(StoreError, match="make refresh"):
        store.read("DGS10")


def test_a_damaged_table_is_an_error_not_a_number(store: Store) -> None:
    store.snapshot.mkdir(parents=True)
    (store.snapshot / "DGS10.csv").write_text("# publisher: x\ndate,yield_pct\n2025-04-09,4.34\n")
    with pytest.raises(StoreError, match="git checkout"):
        store.read("DGS10")


def test_a_table_cut_at_the_end_of_a_line_is_not_read(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields))
    refresh_one(store, into=store.snapshot)
    file = store.snapshot / "DGS10.csv"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[: whole.rindex("\n", 0, -1) + 1], encoding="utf-8")
    with pytest.raises(StoreError, match=f"{len(yields) - 1:,} rows where {len(yields):,} were written"):
        Store(snapshot=store.snapshot, cache=store.cache, catalog=store.catalog).read("DGS10")


def test_what_a_wrong_clock_stamped_is_not_the_newest(store: Store, serve, yields: pd.Series) -> None:
    """An embedded table that claims to be from years to come does not hide what is refreshed today."""
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store, into=store.snapshot)
    table, origin = store.held("DGS10", into=store.snapshot)
    ahead = replace(origin, retrieved_at="2099-01-01T00:00:00+00:00")
    store.write("DGS10", table, ahead, into=store.snapshot)
    assert len(store.read("DGS10")) == len(yields) - 1
    serve(fred_csv(yields))
    refresh_one(store)
    live(store)
    assert store.path("DGS10").parent == store.cache
    assert len(store.read("DGS10")) == len(yields)


def test_a_place_that_cannot_be_written_is_said_before_anybody_is_asked(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    closed = Store(snapshot=store.snapshot, cache=tmp_path / "file" / "data", catalog=store.catalog)
    with pytest.raises(StoreError, match=r"cannot be written to .* folder of your own"):
        refresh(closed, ["DGS10"])


def test_who_waits_for_another_refresh_is_told_at_once(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreign_demand.data.store.WAIT_FOR_OTHERS", 0.1)
    with (
        store.writing(store.cache),
        pytest.raises(StoreError, match="Another refresh has been writing"),
        store.writing(store.cache),
    ):
        raise AssertionError("two refreshes write at once")
    assert "waiting for it to end" in caplog.text
    with store.writing(store.cache):
        pass


def test_offline_reads_the_snapshot_whatever_the_cache_holds(
    store: Store, serve, yields: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store, into=store.snapshot)
    serve(fred_csv(yields))
    refresh_one(store)
    assert len(live(store).read("DGS10")) == len(yields)
    monkeypatch.setenv("OFFLINE", "1")
    assert len(store.read("DGS10")) == len(yields) - 1


def test_reading_while_writing_sees_the_old_or_the_new_table(store: Store, serve, yields: pd.Series) -> None:
    serve(fred_csv(yields.iloc[:-1]))
    refresh_one(store)
    live(store)
    serve(fred_csv(yields))
    worker = threading.Thread(target=refresh, args=(store, ["DGS10"] * 1))
    worker.start()
    lengths = set()
    while worker.is_alive():
        lengths.add(
            len(Store(snapshot=store.snapshot, cache=store.cache, catalog=store.catalog).read("DGS10"))
        )
    worker.join()
    assert lengths <= {len(yields) - 1, len(yields)}
    assert not list(store.cache.glob(".*DGS10*")), "a temporary file was left behind"


def test_the_key_is_in_no_message(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "0123456789abcdef0123456789abcdef"
    monkeypatch.setenv("FRED_API_KEY", key)
    with Mirror(
        {"/api.stlouisfed.org/fred/series/observations": Answer(f"bad {key}".encode(), 400)}
    ) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        outcome = refresh_one(store)
        assert any("api_key=" in line for line in mirror.asked), "the way with a key was not gone at all"
        assert not any(key in line for line in mirror.asked), "a mirror was given the key"
    assert outcome.status == "failed"
    assert key not in outcome.error + "".join(capsys.readouterr())


def test_behind_a_proxy_it_is_the_proxy_that_must_be_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_MIRROR", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:word@127.0.0.1:{proxy.getsockname()[1]}")
        assert network_reachable()
    assert not network_reachable()


def test_no_network_is_noticed_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOOK_MIRROR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def hangs(*args: object, **options: object) -> None:
        threading.Event().wait(30)
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", hangs)
    started = dt.datetime.now()
    assert not network_reachable(seconds=0.5)
    assert (dt.datetime.now() - started).total_seconds() < 5
