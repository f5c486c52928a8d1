"""The catalog: what an entry must say, and what happens when it does not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from project import ROOT

from foreign_demand.data.catalog import PERIOD_TYPES, Catalog, read_catalog
from foreign_demand.data.periods import period_end, written
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.exceptions import CatalogError

ENTRY: dict[str, Any] = {
    "title": "Gold held for others",
    "publisher": "A central bank",
    "url": "https://example.org/{id}.csv",
    "adapter": "fred",
    "frequency": "monthly",
    "fresh_days": 45,
    "terms": "Public domain.",
    "key": ["month", "country"],
    "columns": {
        "month": {"type": "month"},
        "country": {"type": "string"},
        "gold_tonnes": {"unit": "tonnes", "bounds": [0, 40000]},
    },
}
"""A complete entry, to be spoiled in one place."""


def read_entry(folder: Path, **changes: object) -> Catalog:
    """Read a catalog of one entry; a change to None takes the field away."""
    entry = {name: value for name, value in (ENTRY | changes).items() if value is not None}
    file = folder / "catalog.yml"
    file.write_text(yaml.safe_dump({"datasets": {"gold": entry}}), encoding="utf-8")
    return read_catalog(file)


def with_column(name: str, **column: object) -> dict[str, Any]:
    return ENTRY["columns"] | {name: column}


# --- one entry ---------------------------------------------------------------


def test_a_complete_entry_is_read(tmp_path: Path) -> None:
    dataset = read_entry(tmp_path)["gold"]
    assert dataset.url == "https://example.org/gold.csv"
    assert dataset.period.name == "month"
    assert dataset.value == "gold_tonnes"
    assert dataset.numbers[0].bounds == (0.0, 40000.0)


@pytest.mark.parametrize("field", [name for name in ENTRY if name != "columns"])
def test_an_entry_that_lacks_a_field_is_named(tmp_path: Path, field: str) -> None:
    with pytest.raises(CatalogError, match=rf"gold.*{field}"):
        read_entry(tmp_path, **{field: None})


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"columns": with_column("silver_tonnes")}, r"gold\.silver_tonnes .*unit"),
        ({"columns": with_column("silver_tonnes", type="number")}, r"gold\.silver_tonnes .*unit"),
        ({"columns": with_column("coins", unit="pieces", bound=[0, 1])}, "gold.*bound"),
        ({"freshdays": 45}, "gold.*freshdays"),
        ({"key": ["month", "nation"]}, "gold.*nation"),
        ({"columns": {n: c for n, c in ENTRY["columns"].items() if n != "month"}}, "gold.*period"),
        ({"key": ["country"]}, "gold.*period"),
        (
            {"columns": None, "value": {"gold_tonnes": {"unit": "tonnes"}}, "frequency": "dayly"},
            "gold.*dayly",
        ),
    ],
    ids=[
        "number-without-unit",
        "explicit-number-without-unit",
        "unknown-column-field",
        "unknown-field",
        "key-without-column",
        "no-period-column",
        "key-without-period",
        "unknown-frequency",
    ],
)
def test_a_contradictory_entry_is_named(tmp_path: Path, changes: dict[str, object], met: str) -> None:
    with pytest.raises(CatalogError, match=met):
        read_entry(tmp_path, **changes)


def test_an_unknown_dataset_is_named_with_the_way_on(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match=r"'DGS11'.*data/catalog\.yml"):
        catalog["DGS11"]


def test_one_value_is_asked_of_one_value_datasets_only(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="tic_slt_table3 has 7 value columns"):
        _ = catalog["tic_slt_table3"].value


# --- the catalog itself ------------------------------------------------------


def test_every_entry_can_be_asked_for_credited_and_judged(catalog: Catalog) -> None:
    for id, dataset in catalog.items():
        address = urlsplit(dataset.url)
        assert address.scheme == "https", id
        assert address.hostname, id
        assert urlsplit(dataset.page or dataset.url).scheme == "https", id
        assert dataset.adapter in ADAPTERS, id
        assert dataset.fresh_days > 0, id
        for text in (dataset.title, dataset.publisher, dataset.terms, dataset.cite):
            assert text.strip(), id
        assert "{" not in dataset.url + dataset.page, id


def test_every_importer_is_used(catalog: Catalog) -> None:
    assert {dataset.adapter for dataset in catalog.values()} == set(ADAPTERS)


def test_every_key_has_a_period_and_every_number_a_unit_and_bounds(catalog: Catalog) -> None:
    for id, dataset in catalog.items():
        names = [column.name for column in dataset.columns]
        assert len(names) == len(set(names)), id
        assert set(dataset.key) <= set(names), id
        assert dataset.period.name in dataset.key, id
        assert dataset.numbers, id
        for column in dataset.numbers:
            assert column.unit, (id, column.name)
            assert column.bounds is not None, (id, column.name)
            assert column.bounds[0] < column.bounds[1], (id, column.name)
            assert column.name not in dataset.key, (id, column.name)


def test_columns_have_types_the_store_can_write(catalog: Catalog) -> None:
    known = {*PERIOD_TYPES, "integer", "number", "string", "boolean"}
    frequencies = {"daily", "weekly", "monthly", "quarterly", "annual", "irregular"}
    for id, dataset in catalog.items():
        assert {column.type for column in dataset.columns} <= known, id
        assert dataset.frequency in frequencies, id
        assert dataset.history in {"full", "rolling"}, id


def test_breaks_are_periods_in_order_with_a_reason(catalog: Catalog) -> None:
    broken = {id: dataset for id, dataset in catalog.items() if dataset.breaks}
    assert "tic_mfhhis01" in broken
    for id, dataset in broken.items():
        ends = [period_end(entry.period, dataset.period.type) for entry in dataset.breaks]
        assert [written(end, dataset) for end in ends] == [entry.period for entry in dataset.breaks], id
        assert ends == sorted(set(ends)), id
        assert all(entry.why.strip() for entry in dataset.breaks), id


def test_no_entry_is_written_twice() -> None:
    document = yaml.compose((ROOT / "data" / "catalog.yml").read_text(encoding="utf-8"))
    sections = {name.value: node for name, node in document.value}
    for section in ("adapters", "templates", "datasets"):
        ids = Counter(key.value for key, _ in sections[section].value)
        assert [id for id, times in ids.items() if times > 1] == [], section


@pytest.mark.parametrize("id", [id for id, dataset in read_catalog().items() if dataset.by_hand])
def test_what_no_program_gets_says_what_a_person_must_do(catalog: Catalog, id: str) -> None:
    assert len(catalog[id].steps) > 40


@pytest.mark.parametrize("id", [id for id, dataset in read_catalog().items() if dataset.board])
def test_what_the_board_publishes_itself_names_its_release_and_series(catalog: Catalog, id: str) -> None:
    release, _, series = catalog[id].board.partition("/")
    assert release in ("H10", "H15", "H41")
    assert re.fullmatch(r"[A-Z0-9$_]+\.(B|D|M|WW)(\.[A-Z]{2})?", series)
    assert catalog[id].adapter == "fred"
