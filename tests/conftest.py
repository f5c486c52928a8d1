"""What every test may ask for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from clone import Build, Clone

from bench.browser import launch, serve
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.data import store
from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_configure(config: pytest.Config) -> None:
    """Give stores that name no cache an empty one, from the first test module that is read."""
    place, settings = tempfile.TemporaryDirectory(), pytest.MonkeyPatch()
    settings.setattr(store, "cache_directory", lambda: Path(place.name) / "data")
    config.add_cleanup(settings.undo)
    config.add_cleanup(place.cleanup)


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
    return joint_selloffs.levels_of({id: embedded.read(id) for id in joint_selloffs.TABLES})


@pytest.fixture(scope="session")
def filled(embedded: Store) -> pd.DataFrame:
    """The same on all days, holidays at the last price."""
    return joint_selloffs.levels_of({id: embedded.read(id) for id in joint_selloffs.TABLES}, common=False)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clean clone of the project."""
    return Clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def first(clone: Clone) -> Build:
    """The first build of the clone, without the network."""
    return clone.build("first")


@pytest.fixture(scope="session")
def built_book(first: Build) -> Path:
    """The pages of the whole book."""
    assert first.status == 0, first.errors
    return first.site


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
