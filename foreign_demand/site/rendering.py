"""Turn what ``figures.figure`` and ``figures.table`` hand over into page and files.

A figure becomes a numbered docutils figure holding an inline SVG, a table a
numbered docutils table, each with its toolbar; both can be referred to by slug
from any page. When the build ends, their files are written below
``figures/<slug>/`` (:mod:`foreign_demand.site.bundles`).
"""

from __future__ import annotations

import calendar
import html
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer, load_mime_renders
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from foreign_demand.book.figures import MIME_TYPE, WIDE, how_to_read, span_drawn, what_is_drawn
from foreign_demand.exceptions import FigureError
from foreign_demand.site import files
from foreign_demand.site.accessible import TOP_DOWN
from foreign_demand.site.bundles import (
    describe,
    draw,
    many,
    numeric_columns,
    provenance,
    render,
    sources_in_words,
    write_bundle,
)
from foreign_demand.site.citations import Book
from foreign_demand.site.drawing import Drawings, inline_svg, live_spec, slim_spec
from foreign_demand.site.parallel import side_by_side

LONGEST_WORD = 12
"""Letters of a cell that is not broken into lines: a date, a short name."""
LONGEST_TEXT = 60
"""Letters of a cell that may be narrow; a longer one is given room, or its row would grow tall."""
_DATE = rf"\b(?:\d{{1,2}} )?(?:{'|'.join(calendar.month_abbr[1:])})[a-z]* \d{{4}}\b"
_WHOLE = re.compile(rf"\([^()]{{,12}} to [^()]{{,12}}\)|{_DATE}")


def figure_records(env: BuildEnvironment) -> dict[str, dict[str, Any]]:
    """Everything known of each figure, by slug, in no particular order."""
    return {record["slug"]: record for record in _handed_over(env)}


def _handed_over(env: BuildEnvironment) -> list[dict[str, Any]]:
    if not hasattr(env, "foreign_demand_figures"):
        env.foreign_demand_figures = []
    return env.foreign_demand_figures


class FigureRenderer:
    """MyST-NB plugin for the book's own MIME type."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Render a figure or table payload; leave every other type alone."""
        if data.mime_type != MIME_TYPE or inline:
            return None
        payload = json.loads(data.content)
        if payload["spec"]:
            payload["spec"] = slim_spec(payload["spec"])
        document = renderer.renderer.document
        env = document.settings.env
        record = {**payload, "chapter": env.docname}
        record["digest"] = files.digest(record)
        _handed_over(env).append(record)
        node = _figure(env, record) if payload["spec"] else _table(payload)
        node["ids"].append(f"fig-{payload['slug']}")
        node["names"].append(payload["slug"])
        document.note_explicit_target(node, node)
        return [node] if payload["spec"] else [node, _foot(env, payload)]


def _drawings(env: BuildEnvironment) -> Drawings:
    return Drawings(Path(env.doctreedir) / "drawings")


def _toolbar(env: BuildEnvironment, payload: dict[str, Any]) -> nodes.raw:
    text = render(
        "figure-toolbar.html",
        slug=payload["slug"],
        title=payload["title"],
        kind=payload["kind"],
        calculator=bool(payload.get("model")),
        files="../" * env.docname.count("/") + f"figures/{payload['slug']}/",
    )
    return nodes.raw("", text, format="html")


def _figure(env: BuildEnvironment, payload: dict[str, Any]) -> nodes.figure:
    drawings = _drawings(env)
    # All that Vega has to do is done here, where chapters are read side by side.
    drawings.compiled(live_spec(payload["spec"]))
    if env.docname == env.config.root_doc:  # once is enough
        drawings.vega()
    svg, _, _ = draw(payload, book_of(env.config), drawings)
    payload["view"] = _view(payload, svg, drawings)
    payload["drawings"] = sorted(drawings.asked)
    figure = nodes.figure("", nodes.caption("", "", *_head(payload)), classes=[TOP_DOWN])
    picture = rf"\noindent\sphinxincludegraphics[width=\linewidth]{{{{figure-{payload['slug']}}}.png}}"
    figure += nodes.raw("", payload["view"], format="html")
    figure += [nodes.raw("", picture, format="latex"), _foot(env, payload)]
    return figure


def _view(payload: dict[str, Any], svg: str, drawings: Drawings) -> str:
    """The drawing as it stands in a page; beside it, where the chart asks for it, one for wide places."""
    slug, spec = payload["slug"], payload["spec"]
    drawn, kind = inline_svg(svg, slug=slug, alt=payload["alt"]), "fd-view"
    if width := spec.get("usermeta", {}).get(WIDE):
        wide = drawings.svg({**spec, "width": width})
        drawn, kind = drawn + inline_svg(wide, slug=f"{slug}-wide", alt=payload["alt"]), "fd-view fd-two"
    return f'<div class="{kind}">{drawn}</div>'


def _head(payload: dict[str, Any]) -> list[nodes.Node]:
    """What stands above a chart or the rows of a table: the finding, and what is drawn."""
    drawn = nodes.inline("", what_is_drawn(payload), classes=["fd-drawn"])
    return [nodes.strong("", payload["title"]), nodes.Text(" "), drawn]


def kept_whole(cell: str) -> str:
    """The text of a cell, in which no date and no interval in brackets is broken into lines."""
    return _WHOLE.sub(lambda found: found[0].replace(" ", "\u00a0"), cell)


def _table(payload: dict[str, Any]) -> nodes.table:
    columns, rows = payload["table"]["columns"], payload["table"]["rows"]
    lengths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    kinds = ((LONGEST_WORD, "fd-word"), (LONGEST_TEXT, "fd-text"), (max(lengths), "fd-long"))
    classes = [
        "fd-number" if numeric else next(name for longest, name in kinds if length <= longest)
        for numeric, length in zip(numeric_columns(rows), lengths, strict=True)
    ]

    def row(cells: Sequence[str]) -> nodes.row:
        made = nodes.row()
        for cell, name in zip(cells, classes, strict=True):
            made += nodes.entry("", nodes.paragraph("", kept_whole(cell)), classes=[name])
        return made

    group = nodes.tgroup("", cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    group += nodes.thead("", row(columns))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", nodes.title("", "", *_head(payload)), group, classes=["fd-table"])


def _foot(env: BuildEnvironment, payload: dict[str, Any]) -> nodes.container:
    """What stands below: how to read it, the span drawn, its sources (many are folded) and the toolbar."""
    foot = nodes.container("", classes=["fd-foot"])
    if note := how_to_read(payload):
        foot += nodes.paragraph("", note)
    sources, drawn = payload["sources"], _drawn(payload)
    line = nodes.container("", classes=["fd-line"])
    made: list[nodes.Node] = []
    for i, source in enumerate(sources):
        made.append(nodes.Text("; " if i else ""))
        made.append(nodes.reference("", source["cite"], refuri=source["url"], internal=False))
        made.append(nodes.Text(f", {provenance(source)}"))
    made.append(nodes.Text("."))
    if not many(sources):
        line += nodes.paragraph("", "", nodes.Text(drawn), *made)
    else:
        short = html.escape(source_line(payload))
        line += nodes.raw("", f'<details class="fd-sources"><summary>{short}</summary>', format="html")
        line += [nodes.paragraph("", "", *made), nodes.raw("", "</details>", format="html")]
    line += _toolbar(env, payload)
    foot += line
    return foot


def _drawn(record: Mapping[str, Any]) -> str:
    return f"{span_drawn(record)}. {'Sources' if len(record['sources']) > 1 else 'Source'}: "


def source_line(record: Mapping[str, Any]) -> str:
    """The line under a figure: the span drawn, and its sources."""
    return _drawn(record) + sources_in_words(record["sources"])


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    env.foreign_demand_figures = [r for r in _handed_over(env) if r["chapter"] != docname]


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    _handed_over(env).extend(r for r in _handed_over(other) if r["chapter"] in docnames)


def _refuse_twice(app: Sphinx, env: BuildEnvironment) -> None:
    """Look when all pages are read: before, a figure that moved to another may seem to be on both."""
    by_slug = figure_records(env)
    for record in _handed_over(env):
        if (other := by_slug[record["slug"]]) is not record:
            raise FigureError(
                f"Figure slug {record['slug']!r} is used in {record['chapter']} and again in "
                f"{other['chapter']}; rename one."
            )


def printed_number(env: BuildEnvironment, record: Mapping[str, Any]) -> str:
    """Number of a figure or table as its page prints it; empty where figures are not numbered."""
    numbers = env.toc_fignumbers.get(record["chapter"], {}).get(record["kind"], {})
    return ".".join(map(str, numbers.get(f"fig-{record['slug']}", ())))


def book_of(config: Config) -> Book:
    """The book, as citations name it."""
    return Book(title=config.html_title, author=config.author, address=config.html_baseurl)


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    book, drawings = book_of(app.config), _drawings(app.env)
    made = files.Made(Path(app.doctreedir) / "bundles.json")
    records = sorted(figure_records(app.env).items())
    folder = Path(app.outdir) / "figures"
    for old in folder.glob("*/"):
        if old.name not in dict(records):
            shutil.rmtree(old)
    index, waiting = [], []
    for slug, record in records:
        number, chapter_title = printed_number(app.env, record), app.env.titles[record["chapter"]].astext()
        about = describe(record, book, number=number, chapter_title=chapter_title)
        index.append(about)
        made_of = files.digest(record["digest"], about, asdict(book))
        used = made.again(slug, made_of)
        drawings.keep(record.get("drawings", ()))
        drawings.keep(used or ())
        if used is None:
            waiting.append((slug, made_of, about, record))

    def write_one(task: tuple[str, str, dict[str, Any], dict[str, Any]]) -> set[str]:
        slug, _, about, record = task
        own = _drawings(app.env)
        write_bundle(folder / slug, about, record, book, own)
        return own.asked

    def note(task: tuple[str, str, dict[str, Any], dict[str, Any]], asked: set[str]) -> None:
        slug, made_of, about, _ = task
        made.note(slug, made_of, [folder / slug / name for name in about["files"]], asked)
        drawings.keep(asked)

    # Vega does not survive a fork: where this process drew, it goes on alone.
    side_by_side(app, write_one, waiting, note, at_once=len(waiting) if Drawings.drew else 12)
    made.save()
    files.write_json(Path(app.outdir) / "figures.json", index)
    files.write(Path(app.outdir) / "_static" / "vega.js", drawings.vega())
    drawings.prune()


def _write_for_latex(app: Sphinx, env: BuildEnvironment) -> None:
    if app.builder.format != "latex":
        return
    drawings = _drawings(env)
    for slug, record in figure_records(env).items():
        if record["spec"]:
            png = drawings.png(drawings.svg(record["spec"]), scale=4)
            (Path(app.outdir) / f"figure-{slug}.png").write_bytes(png)


def _without_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    hidden = "<noscript><style>.fd-bar button { display: none; }</style></noscript>"
    context["metatags"] = context.get("metatags", "") + hidden


def setup(app: Sphinx) -> None:
    """Connect to Sphinx and MyST-NB."""
    plugins = load_mime_renders()
    if FigureRenderer not in plugins:
        plugins.append(FigureRenderer)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _refuse_twice)
    app.connect("env-updated", _write_for_latex)
    app.connect("html-page-context", _without_scripts)
    app.connect("build-finished", _write)
    app.add_css_file("foreign-demand.css")
    app.add_js_file("foreign-demand.js", loading_method="defer")
