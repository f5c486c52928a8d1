"""A refresh of everything: each file is asked for once, and not again while it is confirmed."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from mirror import Answer, Mirror
from project import ROOT
from publishers import LAYOUTS, UNCONDITIONAL, address, give_validators, unchanged_allotments

from foreign_demand.data.refresh import SPARE, due, refresh
from foreign_demand.data.sources.fedboard import release_url
from foreign_demand.data.store import Store

pytestmark = pytest.mark.slow


def test_a_refresh_of_everything_asks_no_more_than_there_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that share a file are one request, and what was confirmed is not asked for within six hours."""
    for name in ("FRED_API_KEY", "OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(ROOT / "data" / "snapshot", tmp_path / "snapshot")
    give_validators(tmp_path / "snapshot")
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache" / "data")
    asked = due(store, filter(store.holds, store.catalog), into=store.cache)
    answers = unchanged_allotments()
    for id in asked:
        dataset = store.catalog[id]
        whole = dataset.adapter in UNCONDITIONAL
        answer = Answer(LAYOUTS[id](store.read(id), dataset)) if whole else Answer(status=304)
        answers.setdefault(release_url(dataset).removeprefix("https:/") or address(dataset), answer)
    with Mirror(answers) as mirror:
        monkeypatch.setenv("BOOK_MIRROR", mirror.url)
        monkeypatch.setenv("UNPACED", "1")
        outcomes = refresh(store, asked, spare=SPARE)
        assert [outcome.error for outcome in outcomes if outcome.status == "failed"] == []
        times = Counter(mirror.asked)
        assert max(times.values()) == 1, times.most_common(3)
        assert len(times) <= len(answers) < len(asked) - 20
        assert due(store, asked, into=store.cache) == []
        refresh(store, asked, spare=SPARE)
        assert len(mirror.asked) == len(times)
