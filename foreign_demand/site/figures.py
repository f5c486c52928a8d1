"""Turn what ``figures.figure`` and ``figures.table`` hand over into page and files.

A figure becomes a numbered docutils figure holding an inline SVG, a table a
numbered docutils table; both can be referred to by slug from any page. When the
build ends, their files are written below ``figures/<slug>/``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import vl_convert
from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.exceptions import FigureError
from foreign_demand.figures import MIME_TYPE
from foreign_demand.words import day

__all__ = ["FigureRenderer", "figure_records", "inline_svg", "setup"]


def figure_records(env: BuildEnvironment) -> dict[str, dict[str, Any]]:
    """Everything known of each figure, by slug, in no particular order."""
    if not hasattr(env, "foreign_demand_figures"):
        env.foreign_demand_figures = {}
    return env.foreign_demand_figures


def inline_svg(spec: dict[str, Any], *, slug: str, alt: str) -> str:
    """Draw a Vega-Lite spec as an SVG that can stand in a page.

    Ids are prefixed with the slug, coordinates cut to two decimals, the marks'
    own ARIA attributes dropped in favour of one name for the whole picture.
    """
    bare = {**spec, "config": {**spec.get("config", {}), "aria": False}}
    svg = vl_convert.vegalite_to_svg(bare)
    svg = re.sub(r"(\.\d{2})\d+", r"\1", svg)
    svg = re.sub(r'id="((?:clip|gradient)[\w]*)"', rf'id="{slug}-\1"', svg)
    svg = re.sub(r"url\(#((?:clip|gradient)[\w]*)\)", rf"url(#{slug}-\1)", svg)
    name = html.escape(alt, quote=True)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)


class FigureRenderer:
    """MyST-NB plugin for the book's own MIME type."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Render a figure or table payload; leave every other type alone."""
        if data.mime_type != MIME_TYPE or inline:
            return None
        payload = data.content if isinstance(data.content, dict) else json.loads(data.content)
        document = renderer.renderer.document
        _remember(document.settings.env, payload)
        node = _figure(document, payload) if payload["spec"] else _table(payload)
        node["ids"].append(f"fig-{payload['slug']}")
        node["names"].append(payload["slug"])
        document.note_explicit_target(node, node)
        if payload["spec"]:
            return [node]
        return [node, nodes.paragraph("", "", *_caption(payload), *_sources(payload), classes=["fd-legend"])]


def _remember(env: BuildEnvironment, payload: dict[str, Any]) -> None:
    records, slug = figure_records(env), payload["slug"]
    other = records.get(slug)
    if other and other["chapter"] in env.found_docs:
        raise FigureError(
            f"Figure slug {slug!r} is used in {other['chapter']} and again in {env.docname}; rename one."
        )
    records[slug] = {**payload, "chapter": env.docname}


def _figure(document: nodes.document, payload: dict[str, Any]) -> nodes.figure:
    svg = _cached_svg(document.settings.env, payload)
    figure = nodes.figure("", nodes.raw("", f'<div class="fd-view">{svg}</div>', format="html"))
    figure["classes"].append("fd-figure")
    figure += nodes.caption("", "", nodes.strong("", payload["title"]))
    figure += nodes.legend("", nodes.paragraph("", "", *_caption(payload), *_sources(payload)))
    return figure


def _cached_svg(env: BuildEnvironment, payload: dict[str, Any]) -> str:
    key = json.dumps(
        [vl_convert.__version__, payload["slug"], payload["alt"], payload["spec"]], sort_keys=True
    )
    file = Path(env.doctreedir) / "svg" / f"{hashlib.sha256(key.encode()).hexdigest()}.svg"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            inline_svg(payload["spec"], slug=payload["slug"], alt=payload["alt"]), encoding="utf-8"
        )
    return file.read_text(encoding="utf-8")


def _table(payload: dict[str, Any]) -> nodes.table:
    columns, rows = payload["table"]["columns"], payload["table"]["rows"]

    def row(cells: Sequence[str]) -> nodes.row:
        made = nodes.row()
        for i, cell in enumerate(cells):
            entry = nodes.entry(
                "", nodes.paragraph("", str(cell)), classes=["fd-text" if i == 0 else "fd-number"]
            )
            made += entry
        return made

    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    group += nodes.thead("", row(columns))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", nodes.title("", payload["title"]), group, classes=["fd-table"])


def _caption(payload: dict[str, Any]) -> list[nodes.Node]:
    return [nodes.Text(f"{payload['caption']} Unit: {payload['unit']}. ")]


def _sources(payload: dict[str, Any]) -> list[nodes.Node]:
    """One clause a dataset: name, data to, vintage, how obtained, what is wrong."""
    made: list[nodes.Node] = [nodes.Text("Sources: " if len(payload["sources"]) > 1 else "Source: ")]
    for i, source in enumerate(payload["sources"]):
        made.append(nodes.Text("; " if i else ""))
        made.append(nodes.reference("", source["cite"], refuri=source["url"], internal=False))
        vintage = day(dt.date.fromisoformat(source["vintage"]))
        text = f", data to {source['reference_period']}, vintage {vintage}"
        if source["obtained"] == "embedded":
            text += " (embedded copy)"
        made.append(nodes.Text(text))
        if source["overdue"]:
            made.append(nodes.emphasis("", ", newer data are due"))
        if source["problem"]:
            made.append(nodes.strong("", f", last refresh failed: {source['problem']}"))
    made.append(nodes.Text("."))
    return made


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    records = figure_records(env)
    for slug in [s for s, record in records.items() if record["chapter"] == docname]:
        del records[slug]


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    figure_records(env).update({s: r for s, r in figure_records(other).items() if r["chapter"] in docnames})


def _number(env: BuildEnvironment, record: dict[str, Any]) -> str:
    kind = "figure" if record["spec"] else "table"
    number = env.toc_fignumbers.get(record["chapter"], {}).get(kind, {}).get(f"fig-{record['slug']}", ())
    return ".".join(map(str, number))


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    listed = []
    for slug, record in sorted(figure_records(app.env).items(), key=lambda item: item[0]):
        folder = Path(app.outdir) / "figures" / slug
        folder.mkdir(parents=True, exist_ok=True)
        files = {"data.csv": record["csv"]}
        if record["spec"]:
            files["figure.svg"] = _cached_svg(app.env, record)
            files["spec.vl.json"] = json.dumps(record["spec"], sort_keys=True)
        about = {
            "slug": slug,
            "kind": "figure" if record["spec"] else "table",
            "number": _number(app.env, record),
            "title": record["title"],
            "caption": record["caption"],
            "alt": record["alt"],
            "unit": record["unit"],
            "chapter": record["chapter"],
            "as_of": record["as_of"],
            "vintage": max(s["vintage"] for s in record["sources"]),
            "sources": record["sources"],
            "files": sorted([*files, "metadata.json"]),
        }
        listed.append(about)
        files["metadata.json"] = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    index = json.dumps(listed, indent=1, ensure_ascii=False) + "\n"
    (Path(app.outdir) / "figures.json").write_text(index, encoding="utf-8")


def _assets(app: Sphinx) -> None:
    # Jupyter Book loads everything below the book's own _static by itself: ours stays here.
    app.config.html_static_path.append(str(Path(__file__).parent / "static"))


def setup(app: Sphinx) -> None:
    """Connect to Sphinx and MyST-NB."""
    plugins = load_mime_renders()
    if FigureRenderer not in plugins:
        plugins.append(FigureRenderer)
    app.connect("builder-inited", _assets)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("build-finished", _write)
    app.add_css_file("foreign-demand.css")
