"""A refresh may be killed at any moment, and two may run at once: the store stays whole."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from editions import EDITIONS, Edition
from killing import IDS, store_in
from mirror import Answer, Mirror
from project import ROOT

from foreign_demand.data.catalog import read_catalog
from foreign_demand.data.refresh import refresh

REVISED = 3
"""Values of the earlier edition that the later one changes."""
BY_ID = {edition.id: edition for edition in EDITIONS}


def earlier(edition: Edition) -> Answer:
    """The edition before: its newest period is missing, and other figures in a few places."""
    text, left = edition.text(), itertools.count()
    if edition.id == "DGS10":
        text = edition.layout.values(
            text, lambda value: round(value + 0.01, 2) if next(left) < REVISED else value
        )
        text = edition.layout.without(text, edition.newest)
    else:
        text = text.replace(
            "Guernsey\t13006\t2023-01\tn.a.\tn.a.\t8000", "Guernsey\t13006\t2023-01\tn.a.\tn.a.\t8001"
        )
        text = "".join(
            line for line in text.splitlines(keepends=True) if "Guernsey\t13006\t2023-02" not in line
        )
    return Answer(edition.body(text), headers=edition.headers)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder that holds the earlier editions, and the settings under which the later are served."""
    folder, catalog = tmp_path_factory.mktemp("held"), read_catalog()
    with Mirror({}) as mirror, pytest.MonkeyPatch.context() as settings:
        for name in ("FRED_API_KEY", "OFFLINE"):
            settings.delenv(name, raising=False)
        settings.setenv("BOOK_MIRROR", mirror.url)
        for id in IDS:
            mirror.answers[BY_ID[id].path(catalog)] = earlier(BY_ID[id])
        for outcome in refresh(store_in(folder), IDS):
            assert outcome.status == "live", outcome.error
        for id in IDS:
            mirror.answers.update(BY_ID[id].answers(catalog))
        yield folder, {**os.environ}


def run(place: tuple[Path, dict[str, str]], tmp_path: Path, kind: str, *arguments: str) -> dict[str, int]:
    folder, settings = place
    done = subprocess.run(
        [sys.executable, "tests/support/killing.py", kind, str(folder), str(tmp_path / "work"), *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.slow
def test_killed_before_any_of_its_file_operations(place, tmp_path: Path) -> None:
    seen = run(place, tmp_path, "operations")
    assert seen.pop("operations") > 20
    assert "old old" in seen
    assert len(seen) > 1, "no kill came between two tables"


@pytest.mark.slow
def test_killed_at_random_moments(place, tmp_path: Path) -> None:
    seen = run(place, tmp_path, "random", "20")
    assert sum(seen.values()) == 20
    assert len(seen) > 1, "every kill came too early or too late to tell"


@pytest.mark.slow
def test_several_at_once_lose_nothing(place, tmp_path: Path) -> None:
    assert run(place, tmp_path, "several") == {"processes": 4}
