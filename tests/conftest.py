"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from book import Build, Clone

from foreign_demand.browser import launch, serve
from foreign_demand.catalog import Catalog, read_catalog

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = ROOT.parent / "shared" / "official"
FIXTURES = Path(__file__).parent / "fixtures"

needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="reads the official publications, which are not part of the project"
)


@pytest.fixture
def catalog() -> Catalog:
    return read_catalog()


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
