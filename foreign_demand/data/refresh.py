"""Refresh: fetch, parse, check, merge, each dataset on its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import queue
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import pandas as pd

from foreign_demand.data.archive import ACCEPTED, DISPUTED, TAKEN_BACK, digest
from foreign_demand.data.catalog import ROOT, Catalog, Dataset, Origin
from foreign_demand.data.checks import check_alive, check_identities, check_table, renamings
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.periods import newest_period, written
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.data.sources.connection import certificates, proxy_of
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.sources.http import Client, Reply, host_of, pause_of, redact
from foreign_demand.data.store import (
    Edition,
    Outcome,
    Store,
    joined_lines,
    merge_tables,
    table_csv,
    withdrawn_rows,
)
from foreign_demand.data.witnesses import Witness, describe_dispute, disputes, read_witnesses
from foreign_demand.exceptions import (
    FetchError,
    ForeignDemandError,
    IdentityError,
    ImplausibleError,
    ParseError,
    SchemaError,
    SettingError,
    ShortenedError,
    StaleError,
    StoreError,
)

SPARE = dt.timedelta(hours=6)
"""What was confirmed so recently is not asked again unless told to."""
_READING = threading.Semaphore(2)
"""Held while a publication is read: a large one takes many times its size of memory."""


def network_reachable(*, seconds: float = 5.0) -> bool:
    """Whether a publisher, the mirror, or the proxy there is, can be connected to at all.

    Raises
    ------
    SettingError
        If what the environment names as a proxy, a mirror or certificates cannot be used.
    """
    certificates()
    answers: queue.Queue[bool] = queue.Queue()

    def connects(place: tuple[str, int]) -> None:
        try:
            with socket.create_connection(place, timeout=seconds):
                answers.put(True)
        except OSError:
            answers.put(False)

    places = _first_hops()
    for place in places:  # daemons: a name server that never answers must not keep the program from leaving
        threading.Thread(target=connects, args=(place,), daemon=True).start()
    until = time.monotonic() + seconds
    try:
        return any(answers.get(timeout=max(until - time.monotonic(), 0)) for _ in places)
    except queue.Empty:
        return False


PUBLISHERS = ("ticdata.treasury.gov", "fred.stlouisfed.org", "www.federalreserve.gov")


def _first_hops() -> list[tuple[str, int]]:
    """Hosts and ports that requests go to first: the proxy httpx takes from the system, or the publishers."""
    if mirror := os.environ.get("BOOK_MIRROR"):
        places = [mirror]
    else:
        places = [f"https://{host}" for host in PUBLISHERS]
    if (proxy := proxy_of(places[0])) or mirror:
        parts = urlsplit(proxy or mirror)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            port = 0
        if not parts.hostname or not port:
            raise SettingError(
                "BOOK_MIRROR is no address such as http://127.0.0.1:8000; mend it, or unset it."
            )
        return [(str(parts.hostname), port)]
    return [(host, 443) for host in PUBLISHERS]


def refresh(
    store: Store,
    ids: Iterable[str] | None = None,
    *,
    into: Path | None = None,
    accept: Iterable[str] = (),
    accepted: str = "",
    spare: dt.timedelta = dt.timedelta(0),
    files: Mapping[str, Path] = MappingProxyType({}),
    workers: int = 100,
    client: Client | None = None,
    on_done: Callable[[Outcome], object] = lambda outcome: None,
) -> list[Outcome]:
    """Fetch, parse, check and merge datasets, each on its own.

    A dataset that fails any step keeps its held table, byte for byte.

    Parameters
    ----------
    store
        Where tables are held.
    ids
        Which datasets; all of the catalog by default.
    into
        Layer to write: the cache by default, the snapshot to renew what is embedded.
    accept
        Datasets whose implausible steps a person has looked at. They are read anew
        even where the publisher has not changed them since.
    accepted
        Who looked and why it is right, for the list of editions: ``by NAME: WHY``.
    spare
        A table that a refresh confirmed so recently is not asked for again, nor, unless
        this is nothing, an ended publication that is held.
    files
        Of a dataset, a file that a person saved from the publisher: read in place of an answer.
    workers
        How many are in the works at once; most of them wait for their publisher's turn.
    client
        Closed at the end; one of its own by default.
    on_done
        Called after each dataset, for a progress bar.

    Returns
    -------
    list of Outcome
        In the order of ``ids``.
    """
    ids = list(ids if ids is not None else store.catalog)
    into = into or store.cache
    notes = dict.fromkeys(accept, " ".join(f"{ACCEPTED} {accepted}".split()))
    outcomes = {}
    client = client or Client()
    with (
        store.writing(into),
        client,
        Parsers() as parsers,
        ThreadPoolExecutor(max_workers=workers) as pool,
    ):
        run = _Run(store, into, client, parsers)
        jobs = {pool.submit(_refresh_one, run, id, notes.get(id, ""), spare, files.get(id)): id for id in ids}
        try:
            for job in as_completed(jobs):
                outcomes[jobs[job]] = job.result()
                on_done(job.result())
        except BaseException:  # Ctrl-C: what is written is written, nothing more is asked for or parsed
            client.stop()
            parsers.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
        for outcome in _disputed(store, list(outcomes.values()), into, notes):
            outcomes[outcome.id] = outcome
    return [outcomes[id] for id in ids]


@dataclasses.dataclass(frozen=True)
class _Run:
    """What the datasets of one refresh have in common."""

    store: Store
    into: Path
    client: Client
    parsers: Parsers


def _disputed(
    store: Store, outcomes: list[Outcome], into: Path, accept: Collection[str]
) -> Iterator[Outcome]:
    """Hold back new editions that their witnesses do not bear out: the ones before stay.

    Publications that are witnesses of each other are renewed together, so they are compared
    only when all are in. The one with most witnesses against it is held back first, and what
    then agrees is taken; among equals all are held back. Who is right is for a person to say, and to
    accept: what was held in dispute before is no news. A first edition has none before it and
    stays; the table of witnesses shows what is disputed.
    """
    changed = [o for o in outcomes if o.status == "live" and (o.new_rows or o.revised_cells)]
    renewed = {o.id for o in changed if o.previous_period}.difference(accept)
    tables = _Editions(store, into)
    while against := _against(renewed, tables):
        most = max(map(len, against.values()))
        for id in sorted(id for id, says in against.items() if len(says) == most):
            renewed.discard(id)
            try:
                _step_back(store, id, into, note=DISPUTED, day=tables.retrieved(id), validator="")
                kept = "The edition before stays"
            except StoreError:
                kept = "The edition before is not kept, so this one is shown"
            tables.pop(id, None)
            yield Outcome(
                id=id,
                status="failed",
                error=f"{id}: {against[id][0]} {kept}; look at both publications, and if it is real, refresh "
                f"once with `--accept {id}`.",
                fault="disputed",
            )


class _Editions(dict[str, pd.DataFrame]):
    """Tables as held now, each read when it is first asked for."""

    def __init__(self, store: Store, into: Path) -> None:
        super().__init__()
        self._store, self._into = store, into

    def __missing__(self, id: str) -> pd.DataFrame:
        found = self._store.held(id, into=self._into)
        self[id] = found[0] if found else pd.DataFrame()
        return self[id]

    def retrieved(self, id: str) -> str:
        """The day on which the held edition came."""
        held = self._store.held(id, into=self._into)
        return held[1].retrieved_at[:10] if held else ""

    def before(self, id: str) -> pd.DataFrame:
        """The table as it was held before its last edition; none if that is not kept."""
        held = self._store.held(id, into=self._into)
        try:
            return _edition_before(self._store, id, self._into, held) if held else pd.DataFrame()
        except StoreError:
            return pd.DataFrame()


def _against(renewed: Collection[str], tables: _Editions) -> dict[str, list[str]]:
    """What witnesses say against each renewed table, a sentence a witness."""
    against: dict[str, list[str]] = {}
    for witness in read_witnesses():
        both = set(witness.ids).intersection(renewed)
        if not both or any(tables[id].empty for id in witness.ids):
            continue
        try:
            says = _says(witness, both, tables)
        except (KeyError, TypeError, ValueError) as error:  # a layout the relation was not written for
            says = f"cannot be compared with {' and '.join(witness.by)} ({witness.about}): {error}."
        for id in both if says else ():
            against.setdefault(id, []).append(says)
    return against


def _says(witness: Witness, renewed: Collection[str], tables: _Editions) -> str:
    """What a witness says against the renewed tables that it did not say before; nothing where they agree."""
    wrong = disputes(witness, tables)
    if len(wrong):
        before = {id: tables.before(id) if id in renewed else tables[id] for id in witness.ids}
        if all(len(table) for table in before.values()):
            known = disputes(witness, before)[["period", "row", "said", "witnessed"]]
            wrong = wrong.merge(known, how="left", indicator="known").query("known == 'left_only'")
    return describe_dispute(witness, wrong) if len(wrong) else ""


def due(
    store: Store,
    ids: Iterable[str],
    *,
    into: Path,
    accept: Iterable[str] = (),
    spare: dt.timedelta = SPARE,
) -> list[str]:
    """Which datasets a refresh would ask for; the others are held and settled."""
    accept = set(accept)
    return [id for id in ids if id in accept or not _settled(store, id, into, spare)]


def expected_seconds(catalog: Catalog, ids: Iterable[str]) -> float:
    """How long asking for these datasets takes at the publishers' pace, were every answer immediate."""
    asked = {release_url(catalog[id]) or catalog[id].url for id in ids}
    hosts = Counter(map(host_of, asked))
    return max((pause_of(host) * (n - 1) for host, n in hosts.items()), default=0.0)


def _settled(store: Store, id: str, into: Path, spare: dt.timedelta) -> bool:
    try:
        held = store.held(id, into=into)
    except ForeignDemandError:
        return False
    return held is not None and _needless(store.catalog[id], held[1], into, spare)


def _needless(dataset: Dataset, origin: Origin, into: Path, spare: dt.timedelta) -> bool:
    """Whether a held table need not be asked for: ended, brought in by hand, or just confirmed."""
    if dataset.by_hand or (dataset.ended and spare):
        return True
    age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(origin.retrieved_at)
    # An embedded copy, however new, is no word of its publisher's.
    confirmed = origin.obtained == "live" or (into / f"{dataset.id}.csv").exists()
    return confirmed and dt.timedelta(0) <= age < spare


def _refresh_one(run: _Run, id: str, accept: str, spare: dt.timedelta, file: Path | None) -> Outcome:
    dataset = run.store.catalog[id]
    try:
        held = run.store.held(id, into=run.into)
        if held and not accept and not file and _needless(dataset, held[1], run.into, spare):
            once = dataset.by_hand or dataset.ended
            period = "" if once else held[1].reference_period
            return Outcome(
                id=id,
                status="snapshot" if once else "live",
                previous_period=period,
                reference_period=period,
            )
        return _replace(run, dataset, held, accept, file)
    except ForeignDemandError as error:
        text, fault = str(error), _kind(error)
    except Exception as error:  # whatever a publisher sends, the other datasets are refreshed
        fault = "program"
        text = (
            f"{type(error).__name__}: {error}. No importer should fail in this way: a fault of "
            f"foreign_demand/data/sources ({dataset.adapter}), to be mended there. The held table stays."
        )
    text = redact(" ".join(text.split()))
    return Outcome(
        id=id, status="failed", error=text if text.startswith(id) else f"{id}: {text}", fault=fault
    )


_KINDS: Mapping[type[ForeignDemandError], str] = {
    ParseError: "not the publication",
    SchemaError: "not as described",
    IdentityError: "does not add up",
    StaleError: "stale",
    ShortenedError: "shortened",
    ImplausibleError: "implausible",
    StoreError: "held table",
    SettingError: "setting",
}


def _kind(error: ForeignDemandError) -> str:
    """What kind of fault an error tells of, in a word or two."""
    if isinstance(error, FetchError):
        return error.kind
    known = next((kind for type, kind in _KINDS.items() if isinstance(error, type)), "")
    return known or type(error).__name__.removesuffix("Error").lower()


def _replace(
    run: _Run,
    dataset: Dataset,
    held: tuple[pd.DataFrame, Origin] | None,
    accept: str,
    file: Path | None,
) -> Outcome:
    """Fetch one dataset and take what came; where that is not the publication, its second source."""
    adapter = ADAPTERS[dataset.adapter]
    asked_by = held[1] if held and not accept and held[1].reader == reader_of(dataset) else None
    validator = asked_by.validator if asked_by else ""
    if not asked_by:  # whatever comes is parsed
        run.parsers.prepare()
    reply = _saved(file) if file else adapter.fetch(dataset, run.client, validator)
    try:
        return _take(run, dataset, held, reply, accept)
    except (ParseError, SchemaError, ShortenedError, StaleError) as refused:
        try:
            if second := adapter.second(dataset, run.client, reply):
                note = f"{second.note} {refused}"
                return _take(run, dataset, held, dataclasses.replace(second, note=note), accept)
        except ForeignDemandError as error:
            raise type(refused)(f"{refused} The second source: {error}") from None
        raise


def _take(
    run: _Run,
    dataset: Dataset,
    held: tuple[pd.DataFrame, Origin] | None,
    reply: Reply,
    accept: str,
) -> Outcome:
    """Parse, check, merge and write what a publisher sent."""
    adapter, store, into = ADAPTERS[dataset.adapter], run.store, run.into
    if held and (reply.unchanged or (not accept and _same_again(dataset, held[1], reply))):
        table, origin = held
        if not reply.unchanged:
            check_alive(table, dataset, reply.retrieved_at.date())
        origin = dataclasses.replace(
            origin, retrieved_at=_stamp(reply), obtained="live", how="", validator=reply.validator
        )
        store.write(dataset.id, table, origin, into=into)
        period = origin.reference_period
        return Outcome(
            id=dataset.id, status="live", previous_period=period, reference_period=period, note=reply.note
        )
    with _READING:
        given, stamp = run.parsers.parse(adapter, reply.content, dataset)
        stamped = _stamped(stamp, reply)
        vintage = stamped or _unstamped(given, dataset, reply)
        served = digest(table_csv(given.sort_values(list(dataset.key)), dataset))
        _refuse_taken_back(store, dataset, served, into, accept)
        new = check_table(
            given,
            dataset,
            held=held[0] if held else None,
            as_at=vintage if reply.copy else reply.retrieved_at.date(),
            retrieved=reply.retrieved_at.date(),
            edition=stamped,
            held_edition=dt.date.fromisoformat(held[1].vintage) if held else None,
            log=store.log(dataset.id, layers=[store.snapshot, into]) if held else None,
            accept_steps=bool(accept),
        )
        renamed = renamings(given, dataset) if held else None
    edition = Edition(digest=served, note=accept)
    vintages, note = None, reply.note
    if dataset.vintages:
        try:
            vintages = adapter.vintages(dataset, run.client)
        except FetchError as error:  # the archive is another service: the edition itself is good
            note = f"{note} The archive of past values was not read: {error}".strip()
    with _READING:
        return dataclasses.replace(
            _write(store, dataset, held, into, (new, vintage, vintages, renamed), reply, edition),
            note=redact(note),
        )


def _same_again(dataset: Dataset, origin: Origin, reply: Reply) -> bool:
    """Whether a publisher served, byte for byte, what the held table was made of, by this code.

    An archive of past values may have grown without its newest edition: such a publication is read.
    """
    if reply.copy or dataset.vintages or origin.reader != reader_of(dataset):
        return False
    return origin.body == digest(reply.content)


def reader_of(dataset: Dataset) -> str:
    """Fingerprint of all by which a publication is made a table: the code, the places and its entry.

    A table that another reader made is not confirmed: its publication is asked for in full.
    """
    return digest(f"{_code()} {dataset}")


@cache
def _code() -> str:
    files = [*sorted(Path(__file__).parent.rglob("*.py")), ROOT / "data" / "places.csv"]
    return digest(b"".join(file.read_bytes() for file in files))


def _saved(file: Path) -> Reply:
    """A file from a person in place of an answer."""
    try:
        moment = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
        content = file.read_bytes()
    except OSError as error:
        raise FetchError(f"{file} cannot be read ({error}). Name the file you saved.") from None
    how = f"file saved by a person from the publisher's page ({file.name})"
    return Reply(
        content=content,
        retrieved_at=dt.datetime.now(dt.UTC),
        last_modified=moment.date().isoformat(),
        copy=how,
    )


def _write(
    store: Store,
    dataset: Dataset,
    held: tuple[pd.DataFrame, Origin] | None,
    into: Path,
    checked: tuple[pd.DataFrame, dt.date, pd.DataFrame | None, pd.DataFrame | None],
    reply: Reply,
    edition: Edition,
) -> Outcome:
    """Put a checked edition (table, its day, what the archive remembers, new names) in place."""
    new, vintage, vintages, renamed = checked
    if not held:
        origin = _origin(new, dataset, vintage, reply)
        store.write(dataset.id, new, origin, vintages, into=into, edition=edition)
        return Outcome(
            id=dataset.id, status="live", new_rows=len(new), reference_period=origin.reference_period
        )
    before, was = held
    table, changes = merge_tables(before, new, dataset)
    if not table.equals(new):
        _check_joined(table, dataset)
    origin = _follow(_origin(table, dataset, vintage, reply), was, before, new, dataset)
    lines = joined_lines(changes.revised, changes.filled, _renamed(table, renamed, dataset))
    lines = lines.assign(old_vintage=was.vintage, new_vintage=origin.vintage)
    store.write(
        dataset.id, table, origin, lines if vintages is None else vintages, into=into, edition=edition
    )
    return Outcome(
        id=dataset.id,
        status="live",
        new_rows=changes.new_rows,
        revised_cells=len(changes.revised),
        largest_revision_pct=_largest_pct(changes.revised, before),
        previous_period=was.reference_period,
        reference_period=origin.reference_period,
    )


def _renamed(table: pd.DataFrame, renamed: pd.DataFrame | None, dataset: Dataset) -> pd.DataFrame:
    """Lines of the log for places that the publisher names anew; the table keeps the names it has."""
    if renamed is None or renamed.empty:
        return pd.DataFrame()
    newest = table[table[dataset.period.name] == table[dataset.period.name].max()]
    rows = newest.drop(columns="country").merge(renamed, on="country_code")
    known = newest.set_index("country_code")["country"]
    return rows[list(dataset.key)].assign(
        column="country", old=rows["country_code"].map(known), new=rows["country"]
    )


def _refuse_taken_back(store: Store, dataset: Dataset, served: str, into: Path, accept: str) -> None:
    """An edition that a person took back does not come again by itself."""
    if accept:
        return
    lines = store.editions(dataset.id, layers=[store.snapshot, into])
    taken = lines[lines["note"].str.startswith(TAKEN_BACK) & (lines["digest"] == served)]
    if len(taken):
        raise StaleError(
            f"{dataset.id}: this edition was taken back on {taken['since'].iloc[-1]}, and the publisher "
            f"still serves it: look at {dataset.url}. If it is right, refresh once with "
            f"`--accept {dataset.id}`."
        )


def take_back(store: Store, id: str, *, into: Path | None = None) -> Outcome:
    """Take back the last edition of a dataset: the table is again as it was held before.

    What is logged stays logged, and the step back is logged too. The edition that was taken
    back is not taken again, unless it is accepted.

    Parameters
    ----------
    into
        Layer to write: the cache by default.

    Raises
    ------
    StoreError
        If the table is not held, or no edition before the last is known.
    """
    into = into or store.cache
    with store.writing(into):
        return _step_back(store, id, into, note=TAKEN_BACK, day=dt.datetime.now(dt.UTC).date().isoformat())


def _step_back(
    store: Store, id: str, into: Path, *, note: str, day: str, validator: str | None = None
) -> Outcome:
    """Put the edition before the last in its place again; the layer is the caller's own."""
    dataset, layers = store.catalog[id], [store.snapshot, into]
    held = store.held(id, into=into)
    if held is None:
        raise StoreError(f"{id}: no table is held, so there is none to take back.")
    table, origin = held
    before = _edition_before(store, id, into, held)
    _, changes = merge_tables(table, before, dataset)
    later = table[table[dataset.period.name] > before[dataset.period.name].max()]
    lines = joined_lines(changes.revised, changes.filled, withdrawn_rows(later, dataset))
    lines = lines.drop_duplicates([*dataset.key, "column"])
    then = dataclasses.replace(
        origin,
        vintage=origin.previous_vintage,
        reference_period=written(newest_period(before, dataset), dataset),
        previous_vintage="",
        previous_period="",
        validator=origin.validator if validator is None else validator,
        body="",  # what is taken back is looked at again where it is served in full
    )
    edition = Edition(
        digest=store.editions(id, layers=layers)["digest"].iloc[-1],
        note=f"{note}: {origin.vintage}",
        since=day,
    )
    lines = lines.assign(old_vintage=origin.vintage, new_vintage=day)
    store.write(id, before, then, lines, into=into, edition=edition)
    return Outcome(
        id=id,
        status="live",
        revised_cells=len(changes.revised),
        previous_period=origin.reference_period,
        reference_period=then.reference_period,
        note=edition.note,
    )


def _edition_before(store: Store, id: str, into: Path, held: tuple[pd.DataFrame, Origin]) -> pd.DataFrame:
    """A table as the edition before the held one had it."""
    origin = held[1]
    if not origin.previous_vintage:
        raise StoreError(f"{id}: the edition of {origin.vintage} is the first one held.")
    day = dt.date.fromisoformat(origin.previous_vintage)
    return store.as_of(id, day, layers=[store.snapshot, into], held=held)


def _check_joined(table: pd.DataFrame, dataset: Dataset) -> None:
    """What is kept of the held table still adds up with what is new."""
    try:
        check_identities(table, dataset)
    except IdentityError as error:
        raise IdentityError(
            f"{error} The publication alone does add up, but not with the rows held of periods before it. "
            f"Take the table out of data/snapshot and refresh it anew, or look at {dataset.url}."
        ) from None


def _follow(origin: Origin, was: Origin, before: pd.DataFrame, new: pd.DataFrame, dataset: Dataset) -> Origin:
    """Origin of an edition that replaces another: what that was, and where the two are joined."""
    first = new[dataset.period.name].min()
    joined = dataset.history == "rolling" and before[dataset.period.name].min() < first
    same = origin.vintage == was.vintage
    return dataclasses.replace(
        origin,
        previous_vintage=was.previous_vintage if same else was.vintage,
        previous_period=was.previous_period if same else was.reference_period,
        joined_at=written(first.date(), dataset) if joined else "",
    )


def _largest_pct(revised: pd.DataFrame, before: pd.DataFrame) -> float:
    """The largest revised cell, in percent of its column's largest held value; text counts for nothing."""
    sizes = [0.0]
    for column, cells in revised.groupby("column"):
        if pd.api.types.is_numeric_dtype(before[column]):
            moves = (cells["new"].astype(float).fillna(0.0) - cells["old"].astype(float)).abs()
            sizes.append(100 * moves.max() / (before[column].abs().max() or 1.0))
    return float(max(sizes))


def _stamp(reply: Reply) -> str:
    return reply.retrieved_at.isoformat(timespec="seconds")


def _stamped(stamp: str, reply: Reply) -> dt.date | None:
    """The day the publisher gives its edition: in the file, else when it was changed; none to come."""
    stamp = stamp or reply.last_modified
    day = dt.date.fromisoformat(stamp) if stamp else None
    return day if day and day <= reply.retrieved_at.date() else None


def _unstamped(new: pd.DataFrame, dataset: Dataset, reply: Reply) -> dt.date:
    """Day of an edition that says none: today's, but a copy is as old as its newest period."""
    today = reply.retrieved_at.date()
    return min(newest_period(new, dataset), today) if reply.copy and len(new) else today


def _origin(table: pd.DataFrame, dataset: Dataset, vintage: dt.date, reply: Reply) -> Origin:
    return Origin(
        publisher=dataset.publisher,
        title=dataset.title,
        url=reply.url or dataset.url,
        retrieved_at=_stamp(reply),
        reference_period=written(newest_period(table, dataset), dataset),
        vintage=vintage.isoformat(),
        terms=dataset.terms,
        obtained="embedded" if reply.copy else "live",
        how=reply.copy,
        validator="" if reply.copy else reply.validator,
        body="" if reply.copy else digest(reply.content),
        reader="" if reply.copy else reader_of(dataset),
    )


def describe_outcomes(outcomes: Iterable[Outcome], catalog: Catalog) -> str:
    """Sum up a refresh in Markdown, fit for a pull request: worst news first."""
    outcomes = list(outcomes)
    failed = [o for o in outcomes if o.status == "failed"]
    revised = sorted(
        (o for o in outcomes if o.revised_cells), key=lambda o: (-o.largest_revision_pct, -o.revised_cells)
    )
    longer = [o for o in outcomes if o.new_rows]
    unchanged = len(outcomes) - len({o.id for o in (*failed, *revised, *longer)})
    sections = [
        _section(
            "Failed: the last good table stays",
            ["Table", "What happened"],
            [[f"`{o.id}`", o.error] for o in failed],
        ),
        _section(
            "Revised",
            ["Table", "Publication", "Cells", "Largest, % of the column's largest value"],
            [
                [f"`{o.id}`", catalog[o.id].cite, f"{o.revised_cells:,}", f"{o.largest_revision_pct:.2g}"]
                for o in revised
            ],
        ),
        _section(
            "New data",
            ["Table", "Publication", "Data to", "Before", "New rows"],
            [
                [
                    f"`{o.id}`",
                    catalog[o.id].cite,
                    o.reference_period,
                    o.previous_period or "–",
                    f"{o.new_rows:,}",
                ]
                for o in longer
            ],
        ),
    ]
    total = (
        f"{len(outcomes)} tables: {len(failed)} failed, {len(revised)} revised, {len(longer)} with new rows, "
        f"{unchanged} unchanged."
    )
    return "\n".join(["# Data refresh", "", total, "", *filter(None, sections)])


def _section(title: str, headings: list[str], rows: list[list[str]]) -> str:
    """A heading and a Markdown table; nothing without rows."""
    if not rows:
        return ""
    cells = [
        [" ".join(cell.split()).replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in rows
    ]
    lines = [headings, ["---"] * len(headings), *cells]
    return "\n".join([f"## {title}", "", *(f"| {' | '.join(line)} |" for line in lines), ""])
