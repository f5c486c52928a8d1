"""Corrections of our own errors: what an entry must say, and that there may be none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from foreign_demand.data.corrections import CORRECTIONS, read_corrections
from foreign_demand.exceptions import CatalogError

ENTRY = {
    "id": "share-of-debt",
    "said": "Foreigners hold <half> of it.",
    "right": "A third.",
    "where": "chapters/holdings.html#share",
    "since": "2026-10-02",
    "mended": "2026-10-20",
}


def written(folder: Path, *entries: Any) -> Path:
    file = folder / "corrections.yml"
    file.write_text(yaml.safe_dump({"corrections": list(entries)}), encoding="utf-8")
    return file


def test_the_corrections_of_this_book_can_be_read() -> None:
    read_corrections(CORRECTIONS)


def test_corrections_are_read_newest_first(tmp_path: Path) -> None:
    later = ENTRY | {"id": "another", "mended": "2026-11-02"}
    assert [one.id for one in read_corrections(written(tmp_path, ENTRY, later))] == [
        "another",
        "share-of-debt",
    ]


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"right": ""}, "nothing else"),
        ({"author": "me"}, "nothing else"),
        ({"since": "May 2026"}, "no day"),
        ({"since": "2026-10-21"}, "before it was said"),
        ({"id": "Share of debt"}, "small letters"),
        ({"where": "https://example.org/"}, "name a page"),
    ],
)
def test_an_entry_that_says_what_cannot_be_is_refused(
    tmp_path: Path, spoilt: dict[str, str], told: str
) -> None:
    with pytest.raises(CatalogError, match=told):
        read_corrections(written(tmp_path, ENTRY | spoilt))


def test_two_corrections_of_one_name_and_a_file_without_a_list_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="share-of-debt twice"):
        read_corrections(written(tmp_path, ENTRY, ENTRY))
    with pytest.raises(CatalogError, match="nothing else"):
        read_corrections(written(tmp_path, "nothing"))
    (tmp_path / "corrections.yml").write_text("", encoding="utf-8")
    with pytest.raises(CatalogError, match="no list"):
        read_corrections(tmp_path / "corrections.yml")
