"""Names that pages and figures had before they were renamed: ``data/renamed.yml``."""

from __future__ import annotations

from pathlib import Path

import yaml

from foreign_demand.data.catalog import ROOT

RENAMED = ROOT / "data" / "renamed.yml"


def read_renamed(file: Path = RENAMED) -> dict[str, str]:
    """Names that are no longer used, and what each leads to; none where there is no file."""
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}
