"""When a chapter has to be run again: when something that it read is not what it was.

The record of a chapter (:mod:`foreign_demand.book.record`) names everything that it is
made from. Each name has a digest, of what it stands for now; a chapter that was run is
kept with the digests of what it read (:mod:`foreign_demand.site.execution`), and is good
as long as they are the same. What only the pages depend on, programs and templates of
the site, renders all of them again, without running any.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.book.record import Record, module_file, modules_imported
from foreign_demand.data.archive import packed_log
from foreign_demand.data.catalog import ROOT
from foreign_demand.data.claims import LEDGER
from foreign_demand.data.impacts import IMPACTS
from foreign_demand.data.nowcasts import RECORD
from foreign_demand.data.periods import next_release, overdue
from foreign_demand.data.store import Store, default_store, revisions_directory
from foreign_demand.site import files

ALWAYS = "packages"
"""Name of what every chapter is run with."""

FOLLOWED = "import foreign_demand.book.follow"
"""What each kernel of the build runs before the first cell."""


def names_read(record: Record) -> tuple[str, ...]:
    """Names of everything a chapter is run from, fit for :meth:`State.of`.

    Parameters
    ----------
    record
        Of a chapter that was run.
    """
    kinds = {
        "table": record.tables,
        "origin": record.origins,
        "outcome": record.outcomes,
        "revisions": record.revisions,
        "entry": record.entries,
        "holds": record.holds,
        "module": {*record.modules, *modules_imported(FOLLOWED)},
    }
    named = {f"{kind} {name}" for kind, found in kinds.items() for name in found}
    return tuple(sorted(named | {ALWAYS} | {name for name in ("report", "ledger") if getattr(record, name)}))


class State:
    """What everything that a chapter can read is like now.

    Parameters
    ----------
    root
        The project's own directory.
    store
        Where the tables are held: this project's by default.
    today
        The day that release rules are held against.
    """

    def __init__(
        self, root: Path = ROOT, store: Store | None = None, *, today: dt.date | None = None
    ) -> None:
        self.root = root
        self._store = store
        self._today = today
        self._known: dict[str, str] = {}

    @cached_property
    def store(self) -> Store:
        """Where the tables are held."""
        return self._store or default_store()

    def of(self, name: str) -> str:
        """Digest of one thing, looked at once: what it is when a build begins."""
        if name not in self._known:
            kind, _, id = name.partition(" ")
            kinds: dict[str, Callable[[str], object]] = {
                "table": self._table,
                "origin": self._origin,
                "outcome": self._outcome,
                "revisions": self._revisions,
                "report": self._report,
                "ledger": self._ledger,
                "entry": self._entry,
                "holds": self.store.holds,
                "module": self._module,
                ALWAYS: self._packages,
            }
            found = kinds[kind](id)
            data = found if isinstance(found, bytes) else repr(found).encode()
            self._known[name] = hashlib.sha256(data).hexdigest()
        return self._known[name]

    def all_of(self, names: Iterable[str]) -> dict[str, str]:
        """Digests of things by name."""
        return {name: self.of(name) for name in names}

    def look(self) -> None:
        """Look at everything that a chapter could read, before any is run: a refresh may come between."""
        catalog = self.store.catalog
        for id in ("", *catalog):
            self.of(f"entry {id}")
        for id in catalog:
            self.of(f"holds {id}")
        for id in filter(self.store.holds, catalog):
            for kind in ("table", "origin", "outcome", "revisions"):
                self.of(f"{kind} {id}")
        self.of("report")
        self.of("ledger")
        self.of(ALWAYS)
        for file in (self.root / "foreign_demand").rglob("*.py"):
            parts = file.relative_to(self.root).with_suffix("").parts
            self.of("module " + ".".join(parts[:-1] if parts[-1] == "__init__" else parts))

    @property
    def _live(self) -> bool:
        return self.store.mode() == "live"

    def _table(self, id: str) -> object:
        return self.store.csv(id).encode() if self.store.holds(id) else None

    def _origin(self, id: str) -> object:
        """The origin as pages tell it, with what the day makes of it."""
        if not self.store.holds(id):
            return None
        dataset, origin = self.store.catalog[id], self.store.origin(id)
        due = overdue(dataset, origin, today=self._today), next_release(dataset, origin, today=self._today)
        # A refresh that found nothing new changes these alone, and no page tells them then.
        untold = {"validator", "body", "reader", "rows"} | ({"retrieved_at"} if self._live else set())
        told = {field: text for field, text in asdict(origin).items() if field not in untold}
        return told, due, self._live

    def _outcome(self, id: str) -> object:
        outcome = self.store.outcome(id)
        return outcome.status, outcome.error

    def _revisions(self, id: str) -> object:
        layers = [self.store.snapshot, *([self.store.cache] if self._live else [])]
        lists = [revisions_directory(layer) / f"{id}.csv" for layer in layers]
        return [_bytes(file) for log in lists for file in (packed_log(log), log)]

    def _report(self, _: str) -> object:
        return self._live, self.store.report() if self._live else None

    def _ledger(self, _: str) -> object:
        return [_bytes(self.root / file.relative_to(ROOT)) for file in (LEDGER, IMPACTS, *RECORD)]

    def _entry(self, id: str) -> object:
        catalog = self.store.catalog
        return (catalog[id] if id in list(catalog) else None) if id else list(catalog)

    def _module(self, name: str) -> object:
        file = module_file(name)
        return _bytes(self.root / file.relative_to(ROOT)) if file else None

    def _packages(self, _: str) -> object:
        return sys.version, _bytes(self.root / "requirements.txt")


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


# --- pages ---------------------------------------------------------------------


def _finished(app: Sphinx) -> Path:
    """File that names the programs which every page of this builder was made by; none while they differ."""
    return Path(app.doctreedir) / f"finished-{app.builder.name}"


def _all_pages(
    app: Sphinx, env: BuildEnvironment, added: Iterable[str], changed: Iterable[str], removed: Iterable[str]
) -> list[str]:
    """Render all pages again after a build that was stopped, and when programs of the site changed."""
    file = _finished(app)
    whole = file.exists() and file.read_text(encoding="utf-8") == files.program()
    file.unlink(missing_ok=True)
    return [] if whole else sorted(env.found_docs)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if not exception:
        files.write(_finished(app), files.program())


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("env-get-outdated", _all_pages)
    app.connect("build-finished", _finish, priority=900)  # after all files are written
