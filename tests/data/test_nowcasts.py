"""The record of forecasts: added to, never edited."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from project import ROOT

from foreign_demand.data.nowcasts import COLUMNS, FORECASTS, PRINTS, RECORD, add_to_record, read_record
from foreign_demand.exceptions import StoreError


def prints(value: float = 12.3456, month: str = "2026-06-30") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "released": [pd.Timestamp("2026-08-17")],
            "month": pd.to_datetime([month]),
            "target": ["Total"],
            "print_usd_bn": [value],
        }
    )


def test_what_is_recorded_is_read_back(tmp_path: Path) -> None:
    assert len(add_to_record(PRINTS, prints(), folder=tmp_path)) == 1
    (row,) = read_record(PRINTS, folder=tmp_path).itertuples()
    assert (row.released, row.target, row.print_usd_bn) == (pd.Timestamp("2026-08-17"), "Total", 12.346)


def test_a_row_that_is_there_is_not_edited_and_what_follows_is_added_behind_it(tmp_path: Path) -> None:
    add_to_record(PRINTS, prints(), folder=tmp_path)
    first = (tmp_path / PRINTS).read_bytes()
    assert add_to_record(PRINTS, prints(99.0), folder=tmp_path).empty
    assert (tmp_path / PRINTS).read_bytes() == first
    add_to_record(PRINTS, prints(month="2026-07-31"), folder=tmp_path)
    assert (tmp_path / PRINTS).read_bytes().startswith(first)


def test_a_record_cut_short_or_of_other_columns_is_refused(tmp_path: Path) -> None:
    add_to_record(PRINTS, prints(), folder=tmp_path)
    file = tmp_path / PRINTS
    whole = file.read_text(encoding="utf-8")
    for spoilt in (whole[:-4], whole.replace("released", "published"), whole.replace("2026-08-17", "soon")):
        file.write_text(spoilt, encoding="utf-8")
        with pytest.raises(StoreError, match="git checkout data/nowcasts"):
            add_to_record(PRINTS, prints(month="2026-07-31"), folder=tmp_path)
        assert file.read_text(encoding="utf-8") == spoilt


def test_an_empty_record_has_its_columns(tmp_path: Path) -> None:
    assert list(read_record(FORECASTS, folder=tmp_path)) == list(COLUMNS[FORECASTS])


@pytest.mark.parametrize("file", RECORD, ids=lambda file: file.name)
def test_no_commit_ever_changed_a_line_of_the_record(file: Path) -> None:
    """Every commit's file begins with the one before it, byte for byte, down to what is there now."""
    name = file.relative_to(ROOT).as_posix()

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout

    commits = git("log", "--reverse", "--format=%H", "--", name).decode().split()
    states = [git("show", f"{commit}:{name}") for commit in commits]
    for before, after in pairwise([*states, file.read_bytes()]):
        assert after.startswith(before)
