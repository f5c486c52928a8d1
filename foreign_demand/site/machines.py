"""What tells programs how to read the book: JSON Schemas of its indexes.

``NAME.json`` keeps to ``schemas/NAME.schema.json``, and ``figures/<slug>/metadata.json`` to
``schemas/figure.schema.json``; what is an object names its schema as well.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from foreign_demand.site import files

SCHEMAS = Path(__file__).parent / "schemas"
"""One a published JSON, kept by hand beside the code that writes it: the suite holds one to the other."""


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for schema in SCHEMAS.glob("*.json"):
        files.write(Path(app.outdir) / "schemas" / schema.name, schema.read_bytes())


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", _write)
