"""What is wrong with a published JSON by its schema."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from foreign_demand.site.machines import SCHEMAS

PUBLISHED = {
    file.name.removesuffix(".schema.json"): json.loads(file.read_text()) for file in SCHEMAS.iterdir()
}


def problems(name: str, content: Any) -> list[str]:
    """Where a content leaves the schema of that name, and how."""
    resources = [(f"{known}.schema.json", Resource.from_contents(s)) for known, s in PUBLISHED.items()]
    validator = Draft202012Validator(
        PUBLISHED[name], registry=Registry().with_resources(resources), format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(content)]
