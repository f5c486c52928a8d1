"""What tells programs how to read the book."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from schemas import PUBLISHED, problems
from small_site import write_site

from foreign_demand.analysis.claims import UNCHECKED, VERDICTS
from foreign_demand.site.publishing.publish import publish
from foreign_demand.site.publishing.record import read_record


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_one_and_says_what_everything_is(name: str) -> None:
    schema = PUBLISHED[name]
    assert validator_for(schema) is Draft202012Validator
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


def test_every_json_beside_the_pages_keeps_to_its_schema(built_book: Path) -> None:
    indexes = {file.stem: file for file in built_book.glob("*.json")}
    assert {"figures", "claims", "sources", "build", "datapackage"} <= set(indexes)
    for name, file in indexes.items():
        assert problems(name, json.loads(file.read_text("utf-8"))) == [], name
        assert (built_book / "schemas" / f"{name}.schema.json").exists()


def test_what_is_an_object_names_its_schema(built_book: Path) -> None:
    for file in (built_book / "build.json", *built_book.glob("figures/*/metadata.json")):
        content = json.loads(file.read_text("utf-8"))
        schema = file.parent / content["$schema"]
        assert schema.exists(), file
        assert problems(schema.name.removesuffix(".schema.json"), content) == [], file


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("figures", {"vintage": "May 2026"}),
        ("figures", {"kind": "picture"}),
        ("figures", {"unheard_of": 1}),
        ("claims", {"verdict": "true"}),
        ("sources", {"age_days": "12"}),
    ],
)
def test_a_record_that_is_none_is_told(built_book: Path, name: str, spoilt: dict[str, Any]) -> None:
    first = json.loads((built_book / f"{name}.json").read_text("utf-8"))[0]
    assert len(problems(name, [first | spoilt])) == 1


def test_the_schema_knows_the_verdicts_of_the_engine() -> None:
    assert PUBLISHED["claims"]["items"]["properties"]["verdict"]["enum"] == [*VERDICTS, UNCHECKED]


def test_the_record_of_an_edition_keeps_to_its_schema(built_book: Path) -> None:
    assert problems("edition", json.loads(json.dumps(read_record(built_book).to_json()))) == []


def test_what_is_published_beside_the_editions_keeps_to_its_schemas(tmp_path: Path) -> None:
    publish(write_site(tmp_path / "site"), tmp_path / "book", date=dt.date(2026, 11, 28))
    folder = tmp_path / "book" / "editions"
    assert problems("editions", json.loads((folder / "index.json").read_text("utf-8"))) == []
    edition = json.loads((folder / "2026-11-28" / "edition.json").read_text("utf-8"))
    assert edition["$schema"] == "../../schemas/edition.schema.json"
    assert problems("edition", edition) == []
    parts = json.loads((folder / "2026-11-28" / "parts.json").read_text("utf-8"))
    assert problems("parts", parts) == []
