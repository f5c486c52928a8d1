"""Every chapter as an executed notebook, as a reader would see it in Jupyter.

MyST-NB keeps what it executed. Here figures and tables become outputs that any
notebook viewer shows, and computed words stand in the text in place of the roles
that only the book understands.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from nbformat import NotebookNode
from sphinx.application import Sphinx

from foreign_demand.book.figures import MIME_TYPE, how_to_read, span_drawn, what_is_drawn
from foreign_demand.book.record import MIME_TYPE as READS
from foreign_demand.book.record import pasted_from
from foreign_demand.data.catalog import read_catalog
from foreign_demand.site import files, launch, wheel
from foreign_demand.site.bundles import sources_in_words

_ROLE = re.compile(r"\{(glue:text|numref)\}`([^`]+)`")

NOTE = (
    "*This notebook was executed when the book was built. To run it again, run the cell below once: it "
    "installs {wheel}, which has the book's code and tables. Where the first cell of the chapter says what "
    "may be changed, change it and run all: words that follow are listed below the cells that compute them.*"
)
INSTALL = "install"
"""Id of the cell that installs what a notebook needs."""


def for_reader(
    notebook: NotebookNode,
    *,
    facts: Mapping[str, str],
    figures: Mapping[str, Mapping[str, Any]],
    address: str = "",
    withheld: Sequence[str] = (),
) -> NotebookNode:
    """Turn an executed chapter into a notebook that reads well in Jupyter.

    Parameters
    ----------
    notebook
        As MyST-NB executed it.
    facts
        Text by the name it was glued under.
    figures
        By slug: ``number``, ``kind`` and, for a chart, ``svg``.
    address
        Of the folder of notebooks, where it has one: there the package is. Without it, it is looked for
        beside the notebook.
    withheld
        Tables that the chapter reads and that the package may not have: they are asked of their publishers.

    Returns
    -------
    nbformat.NotebookNode
        A copy. Roles with names unknown here are left as they are.
    """

    def words(role: re.Match[str]) -> str:
        name = role[2]
        if role[1] == "numref" and name in figures:
            return f"{figures[name]['kind'].title()} {figures[name]['number']}"
        return facts.get(name, role[0]) if role[1] == "glue:text" else role[0]

    made = copy.deepcopy(notebook)
    made.metadata.pop("source_map", None)
    made.metadata.get("kernelspec", {}).pop("inputs", None)
    made.metadata["language_info"] = {"name": "python", "file_extension": ".py"}  # whichever kernel ran it
    for n, cell in enumerate(made.cells):
        cell["id"] = f"cell-{n}"  # not another one at each reading
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = _ROLE.sub(words, cell.source)
    for count, cell in enumerate((c for c in made.cells if c.cell_type == "code"), start=1):
        cell.execution_count = count  # a chapter runs from the top; what is kept of a run has no counts
        tags = cell.metadata.get("tags", [])
        if "hide-input" in tags or "hide-cell" in tags:
            cell.metadata["jupyter"] = {"source_hidden": True}
        cell.outputs = [shown for output in cell.outputs for shown in _outputs(output, figures)]
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    place = f"{address or '.'}/{wheel.NAME}"
    lines = [f"%pip install --quiet {place}"]
    if withheld:
        lines.append(f"%run -m foreign_demand refresh --only {' '.join(withheld)}")
    made.cells[:0] = [
        nbformat.v4.new_markdown_cell(NOTE.format(wheel=f"`{place}`"), id="how-to-run"),
        nbformat.v4.new_code_cell("\n".join(lines), id=INSTALL),
    ]
    return made


def _outputs(output: NotebookNode, figures: Mapping[str, Mapping[str, Any]]) -> list[NotebookNode]:
    """Show a figure as a picture and a table as HTML, either with its words below; nothing that was glued."""
    if any(kind.startswith("application/papermill.record/") for kind in output.get("data", {})):
        return []
    handed_over = output.get("data", {}).get(MIME_TYPE)
    if handed_over is None:
        return [output]
    payload = json.loads(handed_over)
    known = figures[payload["slug"]]
    picture = {"image/svg+xml": known["svg"]} if known.get("svg") else {"text/html": _table(payload["table"])}
    parts = (
        f"**{known['kind'].title()} {known['number']}. {payload['title']}.**",
        what_is_drawn(payload),
        how_to_read(payload),
        f"{span_drawn(payload)}. Source: {sources_in_words(payload['sources'])}",
    )
    words = " ".join(filter(None, parts))
    return [
        nbformat.v4.new_output("display_data", {**picture, "text/plain": output.data["text/plain"]}),
        nbformat.v4.new_output("display_data", {"text/markdown": words, "text/plain": words}),
    ]


def _table(printed: Mapping[str, Any]) -> str:
    def row(cells: list[Any], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(c))}</{tag}>" for c in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in printed["rows"])
    return f"<table><thead>{row(printed['columns'], 'th')}</thead><tbody>{body}</tbody></table>"


def _has_run(app: Sphinx, name: str) -> bool:
    return bool(getattr(app.env, "nb_metadata", {}).get(name, {}).get("exec_data"))


def _executed(app: Sphinx, name: str) -> Path:
    return Path(app.env.mystnb_config.output_folder) / f"{name}.ipynb"


def _with_outputs(app: Sphinx, text: str) -> NotebookNode:
    """An executed chapter; what MyST-NB takes from its cache it writes without outputs."""
    notebook = nbformat.reads(text, as_version=4)
    if app.env.mystnb_config.execution_mode != "cache":
        return notebook
    with contextlib.suppress(KeyError):  # a page without code is in no cache
        notebook = get_cache(app.env.mystnb_config.execution_cache_path).merge_match_into_notebook(notebook)[
            1
        ]
    return notebook


def _facts(app: Sphinx, name: str) -> dict[str, str]:
    """Text by the name that a chapter's roles have for it: its own, and that of chapters it pastes from."""
    found = _glued(app, name)
    for other in pasted_from(Path(app.env.doc2path(name)).read_text(encoding="utf-8"), name):
        pasted = _glued(app, other).items()
        found |= {f"{Path(other).name}.md::{key}:s": text for key, text in pasted}
    return found


def _glued(app: Sphinx, name: str) -> dict[str, str]:
    glued = _executed(app, name).with_suffix(".glue.json")
    if not glued.exists():
        return {}
    outputs = json.loads(glued.read_text(encoding="utf-8"))
    return {
        key: str(ast.literal_eval(output["data"]["text/plain"]))
        for key, output in outputs.items()
        if READS not in output["data"]
    }


def _figures(site: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for about in json.loads((site / "figures.json").read_text(encoding="utf-8")):
        drawing = site / "figures" / about["slug"] / "figure.svg"
        svg = drawing.read_text(encoding="utf-8") if drawing.name in about["files"] else ""
        found[about["slug"]] = {name: about[name] for name in ("number", "kind", "chapter")} | {"svg": svg}
    return found


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    figures = _figures(site)
    folder = site / "notebooks"
    chapters = {
        folder / f"{Path(name).name}.ipynb": name for name in app.env.found_docs if _has_run(app, name)
    }
    for old in set(folder.glob("*.ipynb")) - set(chapters):
        old.unlink()
    address = launch.notebooks_at(app.config.foreign_demand_repository, app.config.html_baseurl)
    catalog = read_catalog()

    def withheld(name: str) -> list[str]:
        read = app.env.foreign_demand_records.get(name, {}).get("tables", ())
        return [id for id in read if not catalog[id].redistribute]

    made = files.Made(Path(app.doctreedir) / "notebooks.json")
    numbers = {slug: (known["number"], known["kind"]) for slug, known in figures.items()}
    for file, name in sorted(chapters.items()):
        text, facts = _executed(app, name).read_text(encoding="utf-8"), _facts(app, name)
        drawn = {slug: known["svg"] for slug, known in figures.items() if known["chapter"] == name}
        made_of = files.digest(text, facts, numbers, drawn, address, withheld(name))
        if made.again(name, made_of) is None:
            notebook = for_reader(
                _with_outputs(app, text),
                facts=facts,
                figures=figures,
                address=address,
                withheld=withheld(name),
            )
            files.write(file, nbformat.writes(notebook) + "\n")
            made.note(name, made_of, [file])
    made.save()


def _link(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Offer a chapter's notebook and source below it."""
    if _has_run(app, pagename):
        context["chapter_package"] = f"notebooks/{wheel.NAME}"
        context["chapter_notebook"] = notebook = f"notebooks/{Path(pagename).name}.ipynb"
        source = app.env.doc2path(pagename, base=False)
        context["chapter_links"] = launch.links(app.config.foreign_demand_repository, notebook, str(source))
        context["theme_article_footer_items"] = ["chapter-files.html"]


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, after the figures are written."""
    app.connect("html-page-context", _link, priority=900)
    app.connect("build-finished", _write)
