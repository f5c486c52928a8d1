"""What keeps held tables sound: the limits of each check, the layers, the key, and what a reader is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mirror import Answer, Mirror
from parsers import notes
from project import ROOT

from foreign_demand.data import editions as revisions
from foreign_demand.data import parsing
from foreign_demand.data import refresh as refreshing
from foreign_demand.data.catalog import Dataset, read_catalog
from foreign_demand.data.checks import DEAD_AFTER_DAYS, check_table
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.periods import newest_period
from foreign_demand.data.refresh import _largest_pct, reader_of, refresh, take_back
from foreign_demand.data.sources import ADAPTERS, Adapter
from foreign_demand.data.sources.http import Client, Reply, redact
from foreign_demand.data.store import Store
from foreign_demand.exceptions import ImplausibleError, SchemaError, ShortenedError, StaleError

LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
def held(tmp_path: Path) -> Store:
    """The embedded tables, and a cache of its own."""
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path / "held" / "data")


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    """A store that holds nothing yet."""
    return Store(snapshot=tmp_path / "data" / "snapshot", cache=tmp_path / "cache" / "data")


def judge(store: Store, id: str, table: pd.DataFrame, **options: bool | dt.date) -> None:
    """Check a table against the held one on the day of its edition."""
    edition = dt.date.fromisoformat(store.origin(id).vintage)
    check_table(table, store.catalog[id], held=store.read(id), as_at=edition, **options)


# --- the limits of each check --------------------------------------------------


def test_a_seventh_of_the_rows_may_not_be_lost_in_the_middle(held: Store) -> None:
    table = held.read("DGS10")
    thinned = {step: table[np.arange(len(table)) % step != 3] for step in (7, 50)}
    with pytest.raises(ShortenedError, match="rows up to"):
        judge(held, "DGS10", thinned[7], accept_steps=True)
    with pytest.raises(ShortenedError, match="rows held are not in the new edition"):
        judge(held, "DGS10", thinned[50])
    judge(held, "DGS10", table.drop(index=[5000, 9000]))


def test_a_day_may_be_there_on_its_evening_and_no_earlier(held: Store) -> None:
    table, edition = held.read("DGS10"), pd.Timestamp(held.origin("DGS10").vintage)
    following = edition + pd.offsets.BDay()
    one_more = pd.concat([table, table.tail(1).assign(date=following)], ignore_index=True)
    judge(held, "DGS10", one_more, retrieved=following.date())
    with pytest.raises(SchemaError, match=f"yet to come out: .* not before {following.date()}"):
        judge(held, "DGS10", one_more, retrieved=edition.date())


def test_a_publication_has_stopped_a_year_after_its_release_rule(held: Store) -> None:
    table, dataset = held.read("DGS10"), held.catalog["DGS10"]
    alive = newest_period(table, dataset) + dt.timedelta(dataset.fresh_days + DEAD_AFTER_DAYS)
    check_table(table, dataset, as_at=alive)
    with pytest.raises(StaleError, match="has stopped"):
        check_table(table, dataset, as_at=alive + dt.timedelta(1))


@pytest.mark.parametrize("mark", ["\x00", "\x1b", "\x7f", "<", ">"])
def test_a_name_with_markup_or_a_control_character_is_refused(held: Store, mark: str) -> None:
    table = held.read("tic_slt_table5")
    named = table["country"].replace("Japan", f"Ja{mark}pan")
    with pytest.raises(SchemaError, match=r"is no name: it carries (mark-up|control characters)"):
        judge(held, "tic_slt_table5", table.assign(country=named))


def test_the_middle_value_may_change_twofold_but_not_fourfold(held: Store) -> None:
    def times(factor: float) -> pd.DataFrame:
        return held.read("DGS10").assign(yield_pct=lambda t: (t["yield_pct"] * factor).clip(upper=20))

    judge(held, "DGS10", times(2), accept_steps=True)
    with pytest.raises(ImplausibleError, match="times what is held"):
        judge(held, "DGS10", times(4), accept_steps=True)


# --- layers --------------------------------------------------------------------


def test_a_refresh_builds_on_the_newer_of_the_two_layers(held: Store, empty: Store) -> None:
    table, origin = held.read("DGS10"), held.origin("DGS10")
    older = dataclasses.replace(origin, retrieved_at=LONG_AGO)
    empty.write("DGS10", table.iloc[:-200], older, into=empty.cache)
    empty.write("DGS10", table, origin, into=empty.snapshot)
    built_on, _ = empty.held("DGS10", into=empty.cache)
    assert len(built_on) == len(table)


def test_what_a_reader_does_to_a_table_stays_with_it(held: Store) -> None:
    table = held.read("DGS10")
    table.loc[:, "yield_pct"] = 0.0
    assert held.read("DGS10")["yield_pct"].max() > 10


def test_revisions_of_the_cache_are_read_after_a_refresh_that_reached_the_network(
    held: Store, empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OFFLINE", raising=False)
    table, origin = held.read("DGS10"), held.origin("DGS10")
    changed = table.tail(1)[["date"]].assign(column="yield_pct", old=4.0, new=4.1)
    changed = changed.assign(old_vintage="2026-01-01", new_vintage="2026-01-02")
    empty.write("DGS10", table, origin, into=empty.snapshot)
    empty.write("DGS10", table, origin, changed, into=empty.cache)
    assert revisions.read_revisions(["DGS10"], store=empty).empty
    empty.write_report("live")
    read = revisions.read_revisions(["DGS10"], store=empty)
    assert read[["old", "new"]].to_numpy().tolist() == [[4.0, 4.1]]


def test_the_largest_revision_is_in_percent_of_the_largest_value() -> None:
    before = pd.DataFrame({"x": [50.0, -200.0], "name": ["a", "b"]})
    revised = pd.DataFrame(
        {"column": ["x", "x", "name"], "old": [50.0, 10.0, "a"], "new": [54.0, np.nan, "c"]}
    )
    assert _largest_pct(revised, before) == pytest.approx(5)


# --- what a refresh asks, and what it keeps ----------------------------------------


class NeverAsked(Client):
    """A client that no one may use."""

    def get(self, url: str, **options: object) -> Reply:
        raise AssertionError(f"{url} was asked for")


@pytest.mark.parametrize("id", [id for id, dataset in read_catalog().items() if dataset.by_hand])
def test_what_is_entered_by_hand_is_not_asked_for(held: Store, id: str) -> None:
    (outcome,) = refresh(held, [id], client=NeverAsked())
    assert outcome.status == "snapshot"
    assert not (held.cache / f"{id}.csv").exists()


def test_a_table_that_has_not_changed_is_dated_by_the_day_it_was_asked_for(
    held: Store, empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FRED_API_KEY", "OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    came = {"retrieved_at": LONG_AGO, "validator": '"held"', "reader": reader_of(held.catalog["DGS10"])}
    origin = dataclasses.replace(held.origin("DGS10"), **came)
    empty.write("DGS10", held.read("DGS10"), origin, into=empty.cache)
    with Mirror({"/fred.stlouisfed.org/graph/fredgraph.csv": Answer(status=304)}) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        (outcome,) = refresh(empty, ["DGS10"])
    assert outcome.status == "live"
    empty.write_report("live", [outcome])
    assert empty.origin("DGS10").retrieved_at > LONG_AGO
    assert empty.origin("DGS10").vintage == origin.vintage


class Serving(Client):
    """A publisher that knows nothing of conditions and always sends all it has."""

    def __init__(self, text: str, day: dt.date) -> None:
        super().__init__()
        self.text, self.day, self.conditions = text, day, []

    def get(self, url: str, *, validator: str = "", **_: object) -> Reply:
        self.conditions.append(validator)
        at = dt.datetime.combine(self.day, dt.time(20), dt.UTC)
        return Reply(content=self.text.encode(), retrieved_at=at, validator='"x"')


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been parsed, in its order."""
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    done: list[str] = []

    def parse(parsers: Parsers, adapter: Adapter, content: bytes, dataset: Dataset) -> object:
        done.append(dataset.id)
        return own(parsers, adapter, content, dataset)

    own = Parsers.parse
    monkeypatch.setattr(Parsers, "parse", parse)
    return done


RATES = "observation_date,UNRATE\n" + "".join(f"{2024 + n // 12}-{n % 12 + 1:02}-01,4.1\n" for n in range(8))
DAY = dt.date(2024, 9, 7)


def test_the_same_bytes_again_are_not_read_again(
    empty: Store, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        (outcome,) = refresh(empty, ["UNRATE"], client=Serving(RATES, DAY + dt.timedelta(n)))
        assert (outcome.status, outcome.reference_period) == ("live", "2024-08")
    assert parsed == ["UNRATE"]
    with monkeypatch.context() as alone:  # no process is started for it
        alone.setattr(refreshing, "Parsers", Parsers)
        alone.setattr(parsing, "_Process", pytest.fail)
        refresh(empty, ["UNRATE"], client=Serving(RATES, DAY + dt.timedelta(2)))
    _, origin = empty.held("UNRATE", into=empty.cache)
    assert (origin.retrieved_at[:10], origin.vintage) == ("2024-09-09", "2024-09-07")
    refresh(empty, ["UNRATE"], client=Serving(RATES, DAY), accept=["UNRATE"])
    refresh(empty, ["UNRATE"], client=Serving(RATES.replace("4.1", "4.2"), DAY))
    assert parsed == ["UNRATE"] * 3


def test_a_table_that_other_code_made_is_not_confirmed(
    empty: Store, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(empty, ["UNRATE"], client=Serving(RATES, DAY))
    same, other = Serving(RATES, DAY), Serving(RATES, DAY)
    refresh(empty, ["UNRATE"], client=same)
    monkeypatch.setattr(refreshing, "_code", lambda: "mended")
    refresh(empty, ["UNRATE"], client=other)
    assert (same.conditions, other.conditions) == (['"x"'], [""])
    assert parsed == ["UNRATE"] * 2


def test_the_same_bytes_for_years_are_no_news_of_a_publication_that_stopped(
    empty: Store, parsed: list[str]
) -> None:
    refresh(empty, ["UNRATE"], client=Serving(RATES, DAY))
    years = dt.timedelta(DEAD_AFTER_DAYS + 100)
    (outcome,) = refresh(empty, ["UNRATE"], client=Serving(RATES, DAY + years))
    assert (outcome.status, outcome.fault) == ("failed", "stale")


def test_an_edition_taken_back_is_not_confirmed_by_its_bytes(empty: Store, parsed: list[str]) -> None:
    later = f"{RATES}2024-09-01,4.2\n"
    for text, day in ((RATES, DAY), (later, DAY + dt.timedelta(30))):
        refresh(empty, ["UNRATE"], client=Serving(text, day))
    take_back(empty, "UNRATE")
    (outcome,) = refresh(empty, ["UNRATE"], client=Serving(later, DAY + dt.timedelta(31)))
    assert "was taken back" in outcome.error


def test_no_more_than_two_publications_are_read_at_once(
    empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading takes memory: many times the size of the file."""
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    monkeypatch.setitem(ADAPTERS, "fred", dataclasses.replace(ADAPTERS["fred"], parse=notes))
    ids = [id for id, dataset in empty.catalog.items() if dataset.adapter == "fred" and not dataset.board]
    refresh(empty, ids, client=Serving(str(tmp_path / "notes"), DAY))
    lines = sorted(line.split() for line in (tmp_path / "notes").read_text().splitlines())
    assert len(lines) == 2 * len(ids)
    assert max(itertools.accumulate(int(change) for _, change, _ in lines)) == 2
    assert len({process for *_, process in lines}) == 2


def test_a_key_is_taken_out_of_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "secret0")
    assert redact("a secret0 b, again secret0") == "a *** b, again ***"
    monkeypatch.delenv("FRED_API_KEY")
    assert redact("x?api_key=secret1&y=2") == "x?api_key=***&y=2"
