"""The ledger of claims: what an entry has to say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from foreign_demand.data.catalog import read_catalog
from foreign_demand.data.claims import STATED, Ledger, read_claims
from foreign_demand.exceptions import CatalogError

TOGETHER = {"holders", "market_levels", "market_levels_month_end"}
"""Tables that the book puts together; all others are datasets."""

GOOD: dict[str, Any] = {
    "texts": {"article": {"name": "An article", "claims": 2}},
    "measures": {"ten_year": {"table": "DGS10", "column": "yield_pct"}},
    "claims": {
        "A1": {
            "source": "article",
            "claim": "The yield was 4%.",
            "period": "2025-04",
            "test": "level",
            "unit": "percent",
            "parts": [{"of": "ten_year", "at": "2025-04", "value": 4}],
        },
        "A2": {"source": "article", "claim": "It is fair.", "period": "2025", "needs": "a judge"},
    },
}


def read(folder: Path, held: Any) -> Ledger:
    path = folder / "claims.yml"
    path.write_text(held if isinstance(held, str) else yaml.safe_dump(held), encoding="utf-8")
    return read_claims(path)


def with_claim(**changed: Any) -> dict[str, Any]:
    """The good ledger with fields of its first claim changed; None takes one away."""
    claim = {name: v for name, v in (GOOD["claims"]["A1"] | changed).items() if v is not None}
    return GOOD | {"claims": {"A1": claim}}


def test_an_entry_is_read_as_it_stands(tmp_path: Path) -> None:
    ledger = read(tmp_path, GOOD)
    tested, other = ledger.claims
    assert (tested.id, tested.test, tested.parts[0]["value"]) == ("A1", "level", 4)
    assert (other.id, other.test, other.needs) == ("A2", "", "a judge")
    assert ledger.tables == ("DGS10",)


def test_a_day_is_the_text_it_is_written_as(tmp_path: Path) -> None:
    (claim,) = read(tmp_path, with_claim(period=dt.date(2025, 4, 11))).claims
    assert claim.period == "2025-04-11"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source": "novel"}, "A1: 'novel' is no text"),
        ({"claim": None}, "A1 is incomplete: .*claim"),
        ({"verdict": "holds"}, "A1: verdict is no field of a claim"),
        ({"test": None}, "A1: a claim has a test, or says what it needs"),
        ({"needs": "a judge"}, "A1: a claim has a test, or says what it needs"),
        ({"unit": None}, "A1: .* needs a unit and parts"),
        ({"parts": []}, "A1: .* needs a unit and parts"),
        ({"parts": [{"of": "ten_year", "at": "2025-04"}]}, "A1: a part states its figure once"),
        (
            {"parts": [{"of": "ten_year", "at": "2025-04", "value": 4, "above": 4}]},
            "A1: a part states its figure once",
        ),
        ({"parts": [{"of": "gold", "at": "2025-04", "value": 4}]}, "A1: gold is no measure"),
        ({"readings": [{"choice": "in gold", "to": "gold"}]}, "A1: gold is no measure"),
        ({"readings": [{"at": "2025-05"}]}, "A1: a reading needs a choice"),
        ({"readings": [{"choice": "later", "kind": "wish"}]}, "A1: a reading needs a choice, and a kind"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        read(tmp_path, with_claim(**changed))


@pytest.mark.parametrize("held", ["", "- a\n- b\n", "texts: [", "texts: {}\nmeasures: {}\n", "claims: 3\n"])
def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, held: str) -> None:
    with pytest.raises(CatalogError, match=r"claims\.yml cannot be read"):
        read(tmp_path, held)


@pytest.mark.parametrize(
    "measure", [{"table": "DGS10"}, {"sum": ["ten_year"], "table": "DGS10", "column": "yield_pct"}, {}]
)
def test_a_measure_is_a_column_or_a_sum(tmp_path: Path, measure: dict[str, Any]) -> None:
    measures = GOOD["measures"] | {"other": measure}
    with pytest.raises(CatalogError, match="other: a measure has a table and a column, or a sum"):
        read(tmp_path, GOOD | {"measures": measures})


def test_a_sum_is_of_measures(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="both: gold is no measure"):
        read(tmp_path, GOOD | {"measures": GOOD["measures"] | {"both": {"sum": ["ten_year", "gold"]}}})


def test_no_text_has_more_claims_in_the_ledger_than_it_makes() -> None:
    ledger = read_claims()
    for text in ledger.texts.values():
        assert 0 < sum(claim.source == text.id for claim in ledger.claims) <= text.claims


def test_the_ledger_names_datasets_of_the_catalog() -> None:
    assert set(read_claims().tables) - TOGETHER <= set(read_catalog())


def test_every_measure_is_used() -> None:
    ledger = read_claims()
    arguments = [a for c in ledger.claims for p in (*c.parts, *c.readings) for a in (p, *p.get("parts", ()))]
    named = {a[key] for a in arguments for key in ("of", "to") if key in a}
    named |= {name for measure in ledger.measures.values() for name in measure.sum}
    assert named == set(ledger.measures)


def test_no_figure_or_tolerance_is_negative_by_mistake() -> None:
    for claim in read_claims().claims:
        assert min(claim.tolerance, claim.revision, claim.search) >= 0
        assert all(sum(name in part for name in STATED) == 1 for part in claim.parts)
