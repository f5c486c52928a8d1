"""How the book is cited and deposited, and what it takes to read it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import yaml
from project import ROOT

import foreign_demand

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
DEPOSIT = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
DEPOSIT_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "description", "upload_type", "creators", "license", "access_right"],
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "description": {"type": "string", "minLength": 10},
        "upload_type": {"enum": ["software", "dataset", "publication"]},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {name: {"type": "string"} for name in ("name", "affiliation", "orcid", "gnd")},
            },
        },
        "version": {"type": "string"},
        "publication_date": {"type": "string", "format": "date"},
        "license": {"type": "string", "pattern": "^[a-z0-9.-]+$"},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "keywords": {"type": "array", "items": {"type": "string"}},
        "notes": {"type": "string"},
    },
}
"""What Zenodo's deposition API says of these fields."""


def check(*arguments: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_citation_is_in_the_format_of_citation_files() -> None:
    check("--builtin-schema", "vendor.citation-file-format", "CITATION.cff")


def test_the_deposit_is_what_zenodo_takes(tmp_path) -> None:
    schema = tmp_path / "zenodo.json"
    schema.write_text(json.dumps(DEPOSIT_SCHEMA), encoding="utf-8")
    check("--schemafile", str(schema), ".zenodo.json")


def test_the_deposit_says_what_the_citation_says() -> None:
    for deposited, cited in {"title": "title", "version": "version", "keywords": "keywords"}.items():
        assert DEPOSIT[deposited] == CITATION[cited]
    assert DEPOSIT["description"] == " ".join(CITATION["abstract"].split())
    assert DEPOSIT["upload_type"] == CITATION["type"]
    assert DEPOSIT["publication_date"] == CITATION["date-released"]
    assert DEPOSIT["license"] == CITATION["license"].lower()
    assert [one["name"] for one in DEPOSIT["creators"]] == [one["name"] for one in CITATION["authors"]]
    assert CITATION["version"] == foreign_demand.__version__


def test_the_changelog_has_the_version_that_is_cited_and_what_came_since() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", text, re.MULTILINE)
    assert headings[:2] == [("Unreleased", ""), (CITATION["version"], CITATION["date-released"])]
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


# --- what it takes to read the book -------------------------------------------


def direct(name: str) -> set[str]:
    """Packages that a list of requirements names itself."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines if line[:1].isalnum())
    return {match[0].lower() for match in found if match}


def test_what_tests_need_is_not_installed_to_read_the_book() -> None:
    """A package of both lists would be one that some package of the book needs itself."""
    for needed in ("requirements-test.in", "requirements-lab.in", "requirements-fuzz.in"):
        assert not direct(needed) & direct("requirements.in"), needed
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for name in sorted(direct("requirements-test.in")):
        asked = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", pinned, flags=re.MULTILINE | re.DOTALL)
        assert not asked or "-r requirements.in" not in asked[0], name


@pytest.mark.parametrize("name", ["pytest", "playwright", "hypothesis", "ruff", "mypy", "frictionless"])
def test_no_tool_of_the_tests_comes_with_another_package(name: str) -> None:
    assert f"\n{name}==" not in (ROOT / "requirements.txt").read_text(encoding="utf-8")
