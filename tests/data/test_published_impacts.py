"""The published price impacts: every study as published, and entries that say too little."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import ROOT

from foreign_demand.data.impacts import IMPACTS, read_impacts, read_missing, read_rule
from foreign_demand.exceptions import CatalogError


def test_studies_stand_as_they_were_published() -> None:
    table = read_impacts().set_index("id")
    assert table.loc["beltran_impact", ["low_bp", "high_bp", "usd_bn"]].tolist() == [40, 60, 100]
    assert table.loc["chaudhary_2024", ["low_bp", "share_pct"]].tolist() == [10, 1]
    assert table.loc["chaudhary_2024", "base"] == "notes_and_bonds"
    assert table.loc["kansas_city_2025", ["low_bp", "high_bp", "usd_bn"]].tolist() == [25, 101, 141]
    assert table.loc["ahmed_impact", "more"]


def test_every_study_is_in_the_references() -> None:
    references = (ROOT / "references.bib").read_text(encoding="utf-8")
    for key in [*read_impacts()["key"], read_rule()["key"], read_missing()["key"]]:
        assert f"{{{key}," in references


def test_the_rule_of_thumb_is_that_of_the_budget_office() -> None:
    rule = read_rule()
    assert (rule["shift_bp"], rule["deficit_usd_bn"], rule["last_deficit_usd_bn"]) == (10, 351, 54)


@pytest.mark.parametrize(
    ("old", "new", "met"),
    [
        ("low: 40, high: 60", "low: 60, high: 40", "turn them"),
        ("usd_bn: 141", "usd_bn: 141, share_pct: 1", "once"),
        ('horizon: "a quarter", ', "", "lacks horizon"),
        ("base: notes_and_bonds", "base: everything", "use marketable"),
        ("impacts:\n", "impact:\n", "needs the mapping impacts"),
    ],
)
def test_an_entry_that_is_wrong_says_what_to_do(tmp_path: Path, old: str, new: str, met: str) -> None:
    text = IMPACTS.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / IMPACTS.name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError, match=met):
        read_impacts(tmp_path / IMPACTS.name)


def test_what_is_missing_from_a_row_is_named_or_refused() -> None:
    assert (read_missing()["missing_usd_bn"], f"{read_missing()['month']:%Y-%m-%d}") == (1400, "2024-12-31")
    with pytest.raises(CatalogError, match="nothing of 'japan'"):
        read_missing("japan")


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(CatalogError, match="no rule 'omb'"):
        read_rule("omb")
