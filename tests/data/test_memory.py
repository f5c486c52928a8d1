"""What is kept of an estimation, and that a result is never another's."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from foreign_demand.data import memory
from foreign_demand.data.memory import remembered

calls: list[float] = []


@remembered
def doubled(table: pd.DataFrame, *, by: float = 2.0) -> pd.DataFrame:
    calls.append(by)
    return table * by


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOOK_MEMORY", str(tmp_path / "kept"))
    calls.clear()
    return tmp_path / "kept"


def table() -> pd.DataFrame:
    return pd.DataFrame({"month": pd.date_range("2025-01-31", periods=3, freq="ME"), "x": [1.0, np.pi, 3.0]})[
        ["x"]
    ]


def test_the_same_question_is_answered_once_and_to_the_last_digit(folder: Path) -> None:
    first, second = doubled(table()), doubled(table())
    assert len(calls) == 1
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_other_values_other_options_and_other_code_are_other_questions(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubled(table())
    assert doubled(table() + 1e-15 * np.arange(1, 4)[:, None]).equals(doubled(table())) is False
    doubled(table(), by=3.0)
    assert len(calls) == 3
    monkeypatch.setattr(memory, "_code_of", lambda module: "changed")
    doubled(table())
    assert len(calls) == 4


def test_code_is_that_of_the_module_and_of_what_it_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    import foreign_demand.analysis.term_premium.model  # noqa: F401

    read: list[Path] = []
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: read.append(self) or whole(self))
    memory._code_of.__wrapped__("foreign_demand.analysis.term_premium.model")
    assert {"model.py", "recursions.py", "exceptions.py"} <= {file.name for file in read}


def test_a_result_that_cannot_be_read_back_is_made_again(folder: Path) -> None:
    expected = doubled(table())
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert doubled(table()).equals(expected)
    assert len(calls) == 2


def test_the_folder_keeps_to_its_size(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LIMIT_MB", 0.002)
    for by in range(10):
        doubled(table(), by=float(by))
        for age, file in enumerate(sorted(folder.iterdir(), key=lambda file: -file.stat().st_mtime)):
            os.utime(file, (1e9 - age, 1e9 - age))
    assert 0 < sum(file.stat().st_size for file in folder.iterdir()) <= 2_000


def test_a_full_disk_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert doubled(table()).equals(table() * 2)


def test_nothing_is_kept_where_nobody_asks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_MEMORY", raising=False)
    calls.clear()
    doubled(table())
    doubled(table())
    assert len(calls) == 2
