"""A year of daily refreshes on a simulated clock: what publishers do, and what they do wrong.

Outages, revisions, late, early and withdrawn editions, a changed format, and one wrong edition
a month. Each day the acceptance path runs as in a refresh; only the bytes and the clock are made.
The suite runs a part of the year, ``make soak`` (SOAK=1) all of it, several times over.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from foreign_demand.data.archive import digest
from foreign_demand.data.catalog import Dataset, Origin
from foreign_demand.data.refresh import refresh
from foreign_demand.data.settings import switch
from foreign_demand.data.sources import ADAPTERS, no_stamp
from foreign_demand.data.sources.http import Reply
from foreign_demand.data.store import Store, _parse_table, conform, table_csv
from foreign_demand.exceptions import FetchError, ParseError

pytestmark = pytest.mark.slow

LONG = switch("SOAK")
BEGINS, ENDS = dt.date(2025, 5, 1), dt.date(2026, 4, 30) if LONG else dt.date(2025, 6, 30)
SINCE = {"DGS10": "2024-03-01", "DGS2": "2024-03-01", "T10Y2Y": "2024-03-01", "GDP": "1947-01-01"}
SINCE |= {"tic_slt_table1": "2024-04-01", "tic_slt_table3": "2024-04-01"}
"""The datasets, and where their tables begin here."""
HELD_SINCE = {"GDP": "1990-01-01"}
"""Where the copy held at first begins, if later than the publication."""
YIELDS = ["DGS10", "DGS2", "T10Y2Y"]
TIC = ["tic_slt_table1", "tic_slt_table3"]

Change = Callable[[pd.DataFrame, Dataset], pd.DataFrame]


def _newest(table: pd.DataFrame, dataset: Dataset) -> pd.Series:
    return table[dataset.period.name] == table[dataset.period.name].max()


def _times(factor: float, add: float = 0.0) -> Change:
    def change(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
        at, names = _newest(table, dataset), [column.name for column in dataset.numbers]
        return table.assign(**{n: table[n].where(~at, factor * table[n] + add) for n in names})

    return change


def _dated(days: int) -> Change:
    """The newest period under a later day."""

    def change(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
        name, at = dataset.period.name, _newest(table, dataset)
        later = table[name] + pd.Timedelta(days=days)
        if dataset.period.type == "month":
            later = later + pd.offsets.MonthEnd(0)
        return table.assign(**{name: table[name].where(~at, later)})

    return change


def _early_row(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    first = table.head(1).assign(**{dataset.period.name: pd.Timestamp("1900-01-02")}).astype(table.dtypes)
    return pd.concat([first, table], ignore_index=True)


def _cut(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    return table.iloc[: int(0.92 * len(table))].reset_index(drop=True)


def _one_row_off(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    return table.assign(**{dataset.value: table[dataset.value].shift(1).bfill()})


def _given_to_japan(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    table, now = table.copy(), _newest(table, dataset)
    (china,), (japan,) = (table.index[now & (table["country_code"] == code)] for code in (41408, 42609))
    for column in dataset.numbers:
        part = 0.2 * table.loc[china, column.name]
        table.loc[china, column.name] -= part
        table.loc[japan, column.name] += part
    return table


def _copied(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    name, names = dataset.period.name, [column.name for column in dataset.numbers]
    before = table.sort_values(name).groupby("country_code")[names].shift()
    at = _newest(table, dataset)
    return table.assign(**{n: table[n].where(~at, before[n]) for n in names})


def _code_misprinted(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    return table.assign(country_code=table["country_code"].replace(41408, 41409))


WRONG: dict[str, tuple[list[str], Change]] = {
    "2025-05": (["DGS10"], _times(1.0, 1.5)),
    "2025-06": (["tic_slt_table3"], _given_to_japan),
    "2025-07": (["T10Y2Y"], _times(-1.0)),
    "2025-08": (["DGS2"], _one_row_off),
    "2025-09": (["GDP"], _times(1.25)),
    "2025-10": (["DGS10"], _dated(8)),
    "2025-11": (["tic_slt_table1"], _copied),
    "2025-12": (["DGS2"], _cut),
    "2026-01": (TIC, _dated(40)),
    "2026-02": (["DGS10"], _early_row),
    "2026-03": (["tic_slt_table3"], _code_misprinted),
    "2026-04": (["tic_slt_table1", "DGS2"], _times(0.8)),
}
"""One wrong edition a month: whose, and what is wrong with it."""


@dataclass
class World:
    """What the publishers have, day by day, and how they fail."""

    embedded: Store
    random: np.random.Generator
    today: dt.date = BEGINS
    wrong: dict[str, Change] = field(default_factory=dict)
    """What is wrong today, by dataset."""
    down: set[str] = field(default_factory=set)
    changed_format: set[str] = field(default_factory=set)
    withdrawn: dict[str, pd.Timestamp] = field(default_factory=dict)
    """A row that a publisher has taken back, by dataset."""
    delays: dict[str, int] = field(default_factory=dict)

    def edition(self, id: str) -> pd.DataFrame:
        """The genuine edition of today: periods that are out, recent ones as first published."""
        dataset, day = self.embedded.catalog[id], pd.Timestamp(self.today)
        table = self.embedded.read(id)
        period = table[dataset.period.name]
        lag = {"daily": 1, "monthly": 47, "quarterly": 30}[dataset.frequency] + self.delays.get(id, 0)
        out = (period >= SINCE[id]) & (period <= day - pd.Timedelta(days=lag))
        table, age = table[out].reset_index(drop=True), (day - period[out]).dt.days.to_numpy()
        first_print = age < {"daily": 3, "monthly": 90, "quarterly": 100}[dataset.frequency]
        size = {"daily": 0.0, "monthly": 1e-3, "quarterly": 2e-3}[dataset.frequency]
        for column in dataset.numbers:
            revised = table[column.name] * np.where(first_print, 1 - size, 1.0)
            if dataset.frequency == "daily" and id != "T10Y2Y":  # one day in twenty is corrected later
                odd = (table["date"].dt.day_of_year % 20 == 0).to_numpy() & first_print
                revised = table[column.name] + np.where(odd, 0.01, 0.0)
            table[column.name] = revised
        if id in self.withdrawn:
            table = table[table[dataset.period.name] != self.withdrawn[id]].reset_index(drop=True)
        return conform(table, dataset)

    # The client of a refresh: what a publisher answers today.

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def stop(self) -> None:
        pass

    def answer(self, dataset: Dataset, validator: str) -> Reply:
        id = dataset.id
        if id in self.down:
            raise FetchError(f"{id}: ConnectError", kind="no answer")
        table = self.edition(id)
        if id in self.wrong:
            table = self.wrong[id](table, dataset)
        text = "moved elsewhere" if id in self.changed_format else table_csv(table, dataset)
        stamp = f'"{digest(text)}"'
        at = dt.datetime.combine(self.today, dt.time(20), dt.UTC)
        dated = self.today.isoformat()
        if stamp == validator:
            return Reply(content=b"", retrieved_at=at, unchanged=True, validator=stamp)
        return Reply(content=text.encode(), retrieved_at=at, last_modified=dated, validator=stamp)


def _parse(content: bytes, dataset: Dataset) -> pd.DataFrame:
    try:
        return _parse_table(io.StringIO(content.decode()), dataset)
    except KeyError as error:
        raise ParseError(f"{dataset.id}: no column {error}. Compare {dataset.url}.") from None


@pytest.fixture
def world(embedded: Store, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    world = World(embedded, np.random.default_rng(request.param))
    for id in SINCE:
        name = embedded.catalog[id].adapter
        own = dataclasses.replace(
            ADAPTERS[name],
            parse=_parse,
            fetch=lambda dataset, client, validator: client.answer(dataset, validator),
            vintages=lambda dataset, client: None,
            vintage=no_stamp,
        )
        monkeypatch.setitem(ADAPTERS, name, own)
    return world


def _hold_first(store: Store, world: World) -> None:
    for id in SINCE:
        table, dataset = world.edition(id), store.catalog[id]
        table = table[table[dataset.period.name] >= HELD_SINCE.get(id, SINCE[id])].reset_index(drop=True)
        newest = table[dataset.period.name].max()
        form = {"date": "%Y-%m-%d", "month": "%Y-%m"}.get(dataset.period.type)
        period = newest.strftime(form) if form else f"{newest.year}-Q{newest.quarter}"
        origin = Origin(
            publisher=dataset.publisher,
            title=dataset.title,
            url=dataset.url,
            retrieved_at=f"{world.today}T20:00:00+00:00",
            reference_period=period,
            vintage=world.today.isoformat(),
            terms=dataset.terms,
            obtained="live",
        )
        store.write(id, table, origin, into=store.snapshot)


def _cells(table: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Every value by its row and column, rounded as the log is read."""
    numbers = [column.name for column in dataset.numbers]
    return table.set_index(list(dataset.key))[numbers].stack().dropna().round(9)


@pytest.mark.parametrize("world", range(3 if LONG else 1), indirect=True)
def test_a_year_of_refreshes_takes_nothing_wrong_and_loses_nothing_good(world: World, tmp_path: Path) -> None:
    store = Store(snapshot=tmp_path / "data" / "snapshot", cache=tmp_path / "cache" / "data")
    _hold_first(store, world)
    last = {id: world.edition(id) for id in SINCE}
    held_last = {id: store.read(id) for id in SINCE}
    genuine = {id: set(_cells(last[id], store.catalog[id]).items()) for id in SINCE}
    held_on: dict[tuple[str, dt.date], pd.DataFrame] = {}
    refused = dict.fromkeys(WRONG, 0)
    wrong_since: dict[str, dt.date] = {}
    while world.today < ENDS:
        world.today += dt.timedelta(1)
        if world.today.weekday() > 4:
            continue
        events(world, wrong_since)
        outcomes = {o.id: o for o in refresh(store, SINCE, into=store.snapshot, client=world)}
        month = f"{world.today:%Y-%m}"
        for id, outcome in outcomes.items():
            dataset = store.catalog[id]
            edition, held = world.edition(id), held_last[id]
            if outcome.status == "failed" or outcome.new_rows or outcome.revised_cells:
                held = store.held(id, into=store.snapshot)[0]
            if not edition.equals(last[id]):
                genuine[id] |= set(_cells(edition, dataset).items())
            same = held.equals(held_last[id])
            odd = set() if same else set(_cells(held, dataset).items()) - genuine[id]
            last[id], held_last[id] = edition, held
            assert not odd, f"{world.today}, {id}: published {sorted(odd, key=str)[:3]}, which nobody had"
            if id in world.wrong:
                refused[month] += outcome.status == "failed"
            elif well(world, id):
                assert outcome.status == "live", f"{world.today}: a good edition is lost: {outcome.error}"
                pd.testing.assert_frame_equal(held, edition, check_exact=False, rtol=1e-12)
            if world.today.day < 8 or world.wrong:
                held_on[id, world.today] = held
    months = [month for month in WRONG if BEGINS.isoformat() < f"{month}-28" < ENDS.isoformat()]
    assert all(refused[month] for month in months), f"never served: {refused}"
    for (id, day), table in held_on.items():
        past = store.as_of(id, day, layers=[store.snapshot])
        pd.testing.assert_frame_equal(past, table, check_exact=False, rtol=1e-9, obj=f"{id} as of {day}")


def well(world: World, id: str) -> bool:
    """Whether a publisher answers today as it should, and the witnesses it is told wrong by do too."""
    group = YIELDS if id in YIELDS else TIC if id in TIC else [id]
    troubled = {*world.wrong, *world.down, *world.changed_format}
    return not troubled.intersection(group) and id not in world.withdrawn


def events(world: World, wrong_since: dict[str, dt.date]) -> None:
    """What happens today: by the calendar, and by chance."""
    day, month = world.today.day, f"{world.today:%Y-%m}"
    world.down = {id for id in SINCE if world.random.random() < 0.04}
    if 6 <= day <= 8:  # a host is down for days
        world.down |= set(TIC)
    world.changed_format = {"T10Y2Y"} if world.today.month % 4 == 2 and 10 <= day <= 13 else set()
    world.delays = dict.fromkeys(TIC, 9) if world.today.month % 5 == 0 else {}
    if world.today.month % 3 == 0 and 24 <= day <= 26:  # on the evening of the day itself
        world.delays["DGS10"] = world.delays["DGS2"] = world.delays["T10Y2Y"] = -1
    world.withdrawn = {}
    if world.today.month % 2 == 0 and 15 <= day <= 17:
        dates = world.embedded.read("DGS2")["date"]
        world.withdrawn = {"DGS2": dates[dates <= pd.Timestamp(world.today.replace(day=5))].max()}
    ids, change = WRONG.get(month, ([], _cut))
    world.wrong = {}
    if 20 <= day <= 24 and (month not in wrong_since or (world.today - wrong_since[month]).days < 2):
        wrong_since.setdefault(month, world.today)
        world.wrong = dict.fromkeys(ids, change)
        world.down -= set(ids)
