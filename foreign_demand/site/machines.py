"""What tells programs how to read the book: JSON Schemas of its indexes, and ``llms.txt``.

``NAME.json`` keeps to ``schemas/NAME.schema.json``, and ``figures/<slug>/metadata.json`` to
``schemas/figure.schema.json``; what is an object names its schema as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx

from foreign_demand.site import files
from foreign_demand.site.exports import reading_order
from foreign_demand.site.pages import opening

SCHEMAS = Path(__file__).parent / "schemas"
"""One a published JSON, kept by hand beside the code that writes it: the suite holds one to the other."""


INDEXES = {
    "figures": "every figure and table: finding, alternative text, unit, sources, vintage, files, citation",
    "claims": "every published claim that was put to the data: verdict, reason, citation, ClaimReview",
    "sources": "every table: publisher, newest period, vintage, next release, terms",
    "datapackage": "the tables themselves, below data/, with columns, units and keys",
    "corrections": "errors of our own that were published, and what is right",
    "build": "what was built, when, and from which tables each chapter was computed",
}
"""What ``llms.txt`` says of each index."""


def guide(title: str, pages: Mapping[str, str]) -> str:
    """The book in short for a language model, as https://llmstxt.org has it.

    Parameters
    ----------
    title
        Of the book.
    pages
        Markdown of each page in reading order, the front page first, by name.
    """
    opened = {name: opening(text) for name, text in pages.items()}
    _, question, answer = next(iter(opened.values()))
    lines = [
        f"# {title}",
        " ".join(filter(None, (">", question, answer))),
        "Every number on a page is computed from dated editions of official tables: name its vintage. "
        "Each figure and table has a folder figures/SLUG/ with data.csv, metadata.json (its citation is in "
        "it), and a page to link to. Chapters are the Markdown twins of the pages.",
        "## Chapters",
        "\n".join(
            " ".join(filter(None, (f"- [{name}]({page}.md):", asked, said)))
            for page, (name, asked, said) in opened.items()
        ),
        "## Data",
        "\n".join(
            f"- [{name}.json]({name}.json): {about}; [schema](schemas/{name}.schema.json)"
            for name, about in INDEXES.items()
        ),
    ]
    return "\n\n".join(lines) + "\n"


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for schema in SCHEMAS.glob("*.json"):
        files.write(Path(app.outdir) / "schemas" / schema.name, schema.read_bytes())
    twins = {page: Path(app.outdir) / f"{page}.md" for page in reading_order(app.env)}
    texts = {page: file.read_text("utf-8") for page, file in twins.items() if file.exists()}
    told = guide(app.config.html_title, texts)
    files.write(Path(app.outdir) / "llms.txt", told)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("build-finished", _write)
