"""Revisions: what is listed when a newer edition arrives, and what is said of it."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from editions import EDITIONS
from mirror import Answer, Mirror, copy_headers
from project import OFFICIAL, ROOT, needs_official

from foreign_demand.book.wording.data_and_methods import changes_as_printed
from foreign_demand.data import editions as revisions
from foreign_demand.data.catalog import Catalog, Origin
from foreign_demand.data.periods import next_release
from foreign_demand.data.refresh import describe_outcomes, refresh
from foreign_demand.data.store import Outcome, Store
from foreign_demand.site.exports import describe_sources

SLT = next(edition for edition in EDITIONS if edition.id == "tic_slt_table3")
API = "/api.stlouisfed.org/fred/series/observations"


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog) -> Store:
    return Store(snapshot=tmp_path / "data" / "snapshot", cache=tmp_path / "cache" / "data", catalog=catalog)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for name in ("FRED_API_KEY", "OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with Mirror({}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        yield mirror


def bring(store: Store, mirror: Mirror, id: str, body: bytes, taken: str) -> Outcome:
    """Refresh the snapshot from an edition of a given day."""
    parts = urlsplit(store.catalog[id].url)
    mirror.answers[f"/{parts.netloc}{parts.path}"] = Answer(body, headers=copy_headers(taken, "excerpt"))
    (outcome,) = refresh(store, [id], into=store.snapshot)
    assert outcome.status == "live", outcome.error
    return outcome


EARLIER = SLT.text().replace(
    "Guernsey\t13006\t2023-01\tn.a.\tn.a.\t8000", "Guernsey\t13006\t2023-01\tn.a.\tn.a.\t7900"
)
LATER = SLT.text()


def test_a_changed_cell_is_listed_with_both_values_and_both_dates(store: Store, mirror: Mirror) -> None:
    bring(store, mirror, SLT.id, EARLIER.encode(), "2023-04-17")
    outcome = bring(store, mirror, SLT.id, LATER.encode(), "2023-04-30")
    assert (outcome.new_rows, outcome.revised_cells) == (0, 1)
    (line,) = revisions.read_revisions(store=store).to_dict("records")
    assert (line["old"], line["new"]) == (7900, 8000)
    assert (line["old_vintage"], line["new_vintage"]) == (
        pd.Timestamp("2023-04-17"),
        pd.Timestamp("2023-04-30"),
    )
    assert (line["period"], line["row"]) == (pd.Timestamp("2023-01-31"), "13006")
    assert line["column"] == "long_term_holdings_usd_mn"


def test_the_list_only_grows_and_repeats_nothing(store: Store, mirror: Mirror) -> None:
    file = store.snapshot.parent / "revisions" / f"{SLT.id}.csv"
    texts = []
    for day, text in enumerate([EARLIER, LATER, LATER, EARLIER, LATER], 10):
        bring(store, mirror, SLT.id, text.encode(), f"2023-04-{day}")
        texts.append(file.read_text() if file.exists() else "")
    assert [text.count("\n") for text in texts] == [0, 2, 2, 3, 4]
    for before, after in itertools.pairwise(texts):
        assert after.startswith(before)


def test_new_data_are_told_from_revisions(store: Store, mirror: Mirror) -> None:
    monthly = next(edition for edition in EDITIONS if edition.id == "DGS10")
    shorter = monthly.layout.without(monthly.text(), monthly.newest)
    bring(store, mirror, "DGS10", shorter.encode(), monthly.taken)
    first = changes_as_printed(revisions.what_changed(["DGS10"], store=store)).iloc[0]
    assert first["New data"] == "first edition held"
    bring(store, mirror, "DGS10", monthly.body(), "2026-09-01")
    bring(store, mirror, SLT.id, EARLIER.encode(), "2023-04-17")
    bring(store, mirror, SLT.id, LATER.encode(), "2023-04-30")
    changes = revisions.what_changed(["DGS10", SLT.id], store=store)
    printed = changes_as_printed(changes).set_index(changes["dataset"])
    assert printed.loc["DGS10", "New data"].startswith(f"{monthly.newest} (before: ")
    assert printed.loc["DGS10", "Revised"] == "none"
    assert printed.loc[SLT.id, "New data"] == "none since 2023-02"
    assert printed.loc[SLT.id, "Revised"] == "one cell; largest: Guernsey, 2023-01, 7,900 → 8,000"


def test_sizes_are_by_age_and_in_percent() -> None:
    table = pd.DataFrame(
        {
            "dataset": "x",
            "column": "holdings",
            "period": pd.to_datetime(["2026-01-31", "2026-01-31", "2020-01-31", "2026-01-31"]),
            "old": [100.0, 200.0, 100.0, 0.0],
            "new": [102.0, 196.0, 90.0, 5.0],
            "new_vintage": pd.to_datetime(["2026-03-15"] * 4),
        }
    )
    recent, old = revisions.revision_sizes(table).to_dict("records")
    assert (recent["age"], recent["cells"], recent["median_pct"]) == ("up to 3 months", 3, pytest.approx(2))
    assert recent["mean_pct"] == pytest.approx(0)
    assert (old["age"], old["largest_pct"], old["mean_pct"]) == (
        "older",
        pytest.approx(10),
        pytest.approx(-10),
    )


@needs_official
@pytest.mark.parametrize(("name", "revised"), [("mfhhis01", 50), ("slt_table1", 1000), ("slt_table3", 1000)])
def test_two_official_editions_give_the_listed_revisions(
    store: Store, mirror: Mirror, name: str, revised: int
) -> None:
    """The embedded list is what the importers make of the two editions."""
    id = f"tic_{name}"
    for folder, taken in (("tic/earlier", "2026-07-01"), ("tic", "2026-07-16")):
        outcome = bring(store, mirror, id, (OFFICIAL / folder / f"{name}.txt").read_bytes(), taken)
    assert outcome.revised_cells > revised
    made = pd.read_csv(store.snapshot.parent / "revisions" / f"{id}.csv").drop(columns="seen")
    embedded = pd.read_csv(ROOT / "data" / "revisions" / f"{id}.csv").drop(columns="seen")
    pd.testing.assert_frame_equal(made, embedded)


def test_the_embedded_list_leads_to_the_embedded_tables(catalog: Catalog) -> None:
    """The last new value of every cell listed is the value held."""
    held = Store(snapshot=ROOT / "data" / "snapshot", cache=ROOT / "nowhere" / "data")
    for file in sorted((ROOT / "data" / "revisions").glob("*.csv")):
        table, log = held.read(file.stem), revisions.read_revisions([file.stem], store=held)
        dataset = catalog[file.stem]
        names = [name for name in dataset.key if name != dataset.period.name]
        rows = table.assign(
            period=table[dataset.period.name], row=table[names].astype(str).agg(", ".join, axis=1)
        )
        cells = rows.melt(["period", "row"], [c.name for c in dataset.numbers], "column", "held")
        last = log.drop_duplicates(["period", "row", "column"], keep="last")
        both = last.merge(cells, on=["period", "row", "column"], how="left")
        assert len(both) > 50
        pd.testing.assert_series_equal(both["new"], both["held"], check_names=False)
        assert (both["old_vintage"] < both["new_vintage"]).all()


# --- the archive -------------------------------------------------------------

RELEASES = [
    ("2014-10-01", "2015-01-30", "17100.0"),
    ("2014-10-01", "2015-02-27", "17150.0"),
    ("2014-10-01", "2015-03-27", "17150.0"),
    ("2015-01-01", "2015-04-29", "."),
    ("2015-01-01", "2015-05-29", "17600.0"),
    ("2015-01-01", "2015-06-24", "17500.5"),
    ("2013-01-01", "2013-04-26", "16000.0"),
    ("2013-01-01", "2014-07-30", "16100.0"),
]
LATEST = {"2013-01-01": "16100.0", "2014-10-01": "17150.0", "2015-01-01": "17500.5"}


def observations(rows: list[tuple[str, str, str]]) -> bytes:
    """An answer in the layout of FRED's API."""
    lines = "".join(
        f'<observation realtime_start="{start}" realtime_end="9999-12-31" date="{date}" value="{value}"/>'
        for date, start, value in rows
    )
    return f'<?xml version="1.0" encoding="utf-8" ?><observations>{lines}</observations>'.encode()


def fred_api(query: str, *, day: str = "2015-07-01") -> Answer:
    """What FRED's API answered on a day."""
    released = [release for release in RELEASES if release[1] <= day]
    latest = {date: (date, day, value) for date, _, value in released}
    rows = released if "realtime_start=1776-07-04" in query else list(latest.values())
    return Answer(observations(rows), headers=copy_headers(day, "excerpt"))


@pytest.fixture
def archive(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """FRED's API, and a key to it."""
    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef0123456789abcdef")
    mirror.answers[API] = fred_api
    return mirror


def test_with_a_key_the_archive_tells_every_revision(store: Store, archive: Mirror) -> None:
    (outcome,) = refresh(store, ["GDP"], into=store.snapshot)
    assert outcome.status == "live", outcome.error
    listed = revisions.read_revisions(store=store)
    assert listed[["old", "new"]].values.tolist() == [[17100.0, 17150.0], [17600.0, 17500.5]]
    assert listed["old_vintage"].dt.strftime("%Y-%m-%d").tolist() == ["2015-01-30", "2015-05-29"]
    assert listed["new_vintage"].dt.strftime("%Y-%m-%d").tolist() == ["2015-02-27", "2015-06-24"]
    assert listed["period"].dt.strftime("%Y-%m-%d").tolist() == ["2014-12-31", "2015-03-31"]
    refresh(store, ["GDP"], into=store.snapshot)
    assert len(revisions.read_revisions(store=store)) == 2


def test_where_the_archive_refuses_the_series_is_taken_and_its_words_are_passed_on(
    store: Store, archive: Mirror
) -> None:
    def only_the_newest(query: str) -> Answer:
        if "realtime_start=1776-07-04" in query:
            return Answer(b'<error code="400" message="Bad Request.  The series has no archive."/>', 400)
        return fred_api(query)

    archive.answers[API] = only_the_newest
    (outcome,) = refresh(store, ["GDP"], into=store.snapshot)
    assert (outcome.status, outcome.new_rows) == ("live", 3), outcome.error
    assert outcome.note.startswith("The archive of past values was not read: ")
    assert "The series has no archive." in outcome.note


def test_what_the_archive_dates_between_two_editions_has_changed_between_them(
    store: Store, archive: Mirror
) -> None:
    for day in ("2015-06-01", "2015-07-01"):
        archive.answers[API] = functools.partial(fred_api, day=day)
        (outcome,) = refresh(store, ["GDP"], into=store.snapshot)
        assert outcome.status == "live", outcome.error
    changes = revisions.what_changed(["GDP"], store=store)
    assert changes["revised_cells"].tolist() == [outcome.revised_cells] == [1]
    assert changes_as_printed(changes)["Revised"].tolist() == [
        "one cell; largest: 2015-03, 17,600 → 17,500.5"
    ]


def test_a_cell_changed_twice_between_two_editions_is_one_cell(store: Store, archive: Mirror) -> None:
    for day in ("2015-01-31", "2015-07-01"):
        archive.answers[API] = functools.partial(fred_api, day=day)
        refresh(store, ["GDP"], into=store.snapshot)
    table, origin = store.held("GDP", into=store.snapshot)
    again = pd.DataFrame(
        {
            "quarter": pd.to_datetime(["2014-12-31"]),
            "column": "gdp_usd_bn",
            "old": 17150.0,
            "new": 18200.0,
            "old_vintage": "2015-02-27",
            "new_vintage": "2015-05-29",
        }
    )
    store.write("GDP", table, origin, again, into=store.snapshot)
    changes = revisions.what_changed(["GDP"], store=store).set_index("dataset").loc["GDP"]
    assert changes["revised_cells"] == 2
    assert (changes["largest_old"], changes["largest_new"]) == (17100.0, 18200.0)


def test_without_a_key_the_archive_is_not_asked(store: Store, mirror: Mirror) -> None:
    rows = "".join(f"{date},{value}\n" for date, value in LATEST.items())
    bring(store, mirror, "GDP", f"observation_date,GDP\n{rows}".encode(), "2015-07-01")
    assert not [line for line in mirror.asked if "api.stlouisfed.org" in line]


# --- joins, dates, words -----------------------------------------------------


def test_where_a_rolling_history_is_joined_is_marked(store: Store, mirror: Mirror) -> None:
    days = pd.bdate_range("2026-01-01", periods=100)
    body = [f"{day:%Y-%m-%d},{4 + n % 5 / 10:.1f}\n" for n, day in enumerate(days)]
    head = "observation_date,SP500\n"
    for start, end, join in ((0, 80, ""), (20, 90, "2026-01-29"), (30, 100, "2026-02-12")):
        text = head + "".join(body[start:end]).replace(",4", ",4000")
        bring(store, mirror, "SP500", text.encode(), f"{days[end - 1]:%Y-%m-%d}")
        assert store.held("SP500", into=store.snapshot)[1].joined_at == join
    assert len(store.held("SP500", into=store.snapshot)[0]) == 100
    (source,) = describe_sources(store)
    assert source["joined_at"] == "2026-02-12"
    assert revisions.freshness(store=store)["joined_at"].tolist() == ["2026-02-12"]


def test_the_next_release_is_the_announced_day_or_the_last_the_rule_allows(catalog: Catalog) -> None:
    def origin(period: str) -> Origin:
        words = dict.fromkeys(("publisher", "title", "url", "retrieved_at", "vintage", "terms"), "x")
        return Origin(**words, obtained="live", reference_period=period)

    table = catalog["tic_slt_table3"]
    assert next_release(table, origin("2026-09"), today=dt.date(2026, 11, 21)) == dt.date(2026, 12, 15)
    assert next_release(table, origin("2026-10"), today=dt.date(2026, 12, 20)) == dt.date(2027, 1, 19)
    assert next_release(table, origin("2026-05"), today=dt.date(2026, 11, 21)) == dt.date(2026, 8, 19)
    assert next_release(catalog["tic_s1_globl"], origin("2023-01")) is None


def test_sources_say_when_the_next_release_comes(store: Store, mirror: Mirror) -> None:
    bring(store, mirror, SLT.id, LATER.encode(), "2023-04-30")
    ended = next(edition for edition in EDITIONS if edition.id == "tic_s1_globl")
    bring(store, mirror, ended.id, ended.body(), ended.taken)
    due = {source["id"]: source["next_release"] for source in describe_sources(store)}
    table = store.catalog[SLT.id]
    assert due[SLT.id] == (dt.date(2023, 2, 28) + dt.timedelta(table.fresh_days)).isoformat()
    assert due[ended.id] == ""


def test_the_summary_puts_the_worst_first(catalog: Catalog) -> None:
    text = describe_outcomes(
        [
            Outcome(
                id="DGS10",
                status="live",
                new_rows=1,
                previous_period="2026-08-20",
                reference_period="2026-08-21",
            ),
            Outcome(id="GDP", status="live", revised_cells=3, largest_revision_pct=0.2),
            Outcome(id="tic_slt_table3", status="live", revised_cells=2, largest_revision_pct=4.0),
            Outcome(id="SP500", status="failed", error="SP500: a | web\n<page>"),
            Outcome(id="DGS2", status="live"),
        ],
        catalog,
    )
    order = [text.index(f"`{id}`") for id in ("SP500", "tic_slt_table3", "GDP", "DGS10")]
    assert order == sorted(order)
    assert "5 tables: 1 failed, 2 revised, 1 with new rows, 1 unchanged." in text
    assert "DGS2" not in text
    assert "a \\| web &lt;page>" in text
