"""What every test may ask for."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pandas as pd
import pytest
from clone import Build, Clone
from filelock import FileLock
from project import OFFICIAL
from publications import publish_twice

from bench.browser import serve
from foreign_demand.analysis import markets
from foreign_demand.data import refresh, store
from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.parsing import Parsers
from foreign_demand.data.sources import http
from foreign_demand.data.store import Store
from foreign_demand.site.browser import launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_configure(config: pytest.Config) -> None:
    """Set what holds for all, from the first test module that is read.

    Stores that name no cache get an empty one, no mirror is asked at a publisher's pace, no property
    fails because the machine is busy, and the processes that parse are kept from one refresh to the
    next: to start one takes as long as many tests.
    """
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    place, settings = tempfile.TemporaryDirectory(), pytest.MonkeyPatch()
    settings.setattr(store, "cache_directory", lambda: Path(place.name) / "data")
    parsers = Parsers()
    settings.setattr(refresh, "Parsers", lambda: nullcontext(parsers))
    config.add_cleanup(lambda: parsers.__exit__())
    unhurried = {name: replace(host, interval=0.0, patience=1.0) for name, host in http.HOSTS.items()}
    settings.setattr(http, "HOSTS", unhurried)
    config.add_cleanup(settings.undo)
    config.add_cleanup(place.cleanup)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the built book or opens a browser, and put the quickest last.

    Files are handed out in this order, each to the worker that is free. One begins with the builds of the
    book, others meanwhile with what is slow and needs none; the quick ones fill in at the end.

    Tests of the official publications are passed over where these are not beside the project.
    """
    for item in items:
        needs = set(getattr(item, "fixturenames", ()))
        if "made" in needs:
            item.add_marker("whole")
        if "browser" in needs:
            item.add_marker("browser")
        if item.get_closest_marker("official") and not OFFICIAL.exists():
            item.add_marker(pytest.mark.skip("reads the official publications, which are not beside it"))
    builds = {item.path for item in items if "builds" in getattr(item, "fixturenames", ())}
    longest = ("slow", "whole", "browser")
    items.sort(
        key=lambda item: [item.path not in builds, *(not item.get_closest_marker(name) for name in longest)]
    )


@pytest.fixture
def catalog() -> Catalog:
    return read_catalog()


@pytest.fixture(scope="session")
def embedded() -> Store:
    """The embedded tables, whatever a refresh on this machine has brought since."""
    return Store()


@pytest.fixture(scope="session")
def levels(embedded: Store) -> pd.DataFrame:
    """Stocks, Treasuries and the dollar on the days on which all three have a price."""
    return markets.market_levels({id: embedded.read(id) for id in markets.TABLES})


@pytest.fixture(scope="session")
def filled(embedded: Store) -> pd.DataFrame:
    """The same on all days, holidays at the last price."""
    return markets.market_levels({id: embedded.read(id) for id in markets.TABLES}, common=False)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the suite have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def made(shared: Path) -> tuple[Clone, Build]:
    """A clean clone of the project and its first build, without the network: once for all processes."""
    kept = shared / "first-build.pickle"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            (shared / "clone").mkdir()
            clone = Clone(shared / "clone")
            kept.write_bytes(pickle.dumps((clone, clone.build("first"))))
    return pickle.loads(kept.read_bytes())


@pytest.fixture(scope="session")
def clone(made: tuple[Clone, Build]) -> Clone:
    """A clean clone of the project, in which only the tests of the book build again."""
    return made[0]


@pytest.fixture(scope="session")
def first(made: tuple[Clone, Build]) -> Build:
    """The first build of the clone, without the network."""
    return made[1]


@pytest.fixture(scope="session")
def built_book(first: Build) -> Path:
    """The pages of the whole book."""
    assert first.status == 0, first.errors
    return first.site


@pytest.fixture(scope="session")
def published(built_book: Path, shared: Path) -> Path:
    """The built book as it is published, with two editions: once for all processes."""
    dest = shared / "published"
    with FileLock(f"{dest}.lock"):
        if not dest.exists():
            print("Seconds to publish:", publish_twice(built_book, dest))
    return dest


@pytest.fixture(scope="session")
def address(built_book: Path) -> Iterator[str]:
    """Where the built book is served on this machine."""
    with serve(built_book) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, which no other host answers."""
    with launch() as found:
        yield found
