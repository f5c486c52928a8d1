"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from foreign_demand.catalog import Catalog, read_catalog

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL = ROOT.parent / "shared" / "official"
FIXTURES = Path(__file__).parent / "fixtures"

needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="reads the official publications, which are not part of the project"
)


@pytest.fixture
def catalog() -> Catalog:
    return read_catalog()
