"""Where the project, its fixtures and the official publications lie."""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["FIXTURES", "OFFICIAL", "ROOT", "needs_official"]

ROOT = Path(__file__).resolve().parent.parent.parent
OFFICIAL = ROOT.parent / "shared" / "official"
FIXTURES = ROOT / "tests" / "fixtures"

needs_official = pytest.mark.official
"""On a test that reads the official publications, which are not part of the project."""
