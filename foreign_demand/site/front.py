"""The front page: the ``finding`` and ``leading-figure`` directives.

A finding is a card: a few words and facts pasted from the chapter that owns them, with a small
picture of one line or of the ranges of a figure there. The leading figure is a figure of another
chapter, whole. Both take what they show from the figure records: nothing is computed or drawn twice.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from foreign_demand.book.figures import how_to_read, what_is_drawn
from foreign_demand.exceptions import FigureError
from foreign_demand.site.bundles import render
from foreign_demand.site.drawing import curve_layer
from foreign_demand.site.rendering import figure_records, printed_number, source_line

SPARK = (132.0, 36.0)
"""Width and height of a small picture."""
_MARGIN = 3.0
_SHORT = 2.0
"""Length of a range whose ends are the same."""
_POINTS = 120
"""Points of a small picture at the most: one a pixel."""

_log = logging.getLogger(__name__)


class finding_head(nodes.General, nodes.Element):  # noqa: N801 (nodes are named as their visitors are)
    """Name of a finding, which leads to its figure."""


class finding_picture(nodes.General, nodes.Element):  # noqa: N801
    """Small picture of one line."""


class leading_figure(nodes.General, nodes.Element):  # noqa: N801
    """A figure of another chapter."""


class Finding(SphinxDirective):
    """A card with a finding; the argument names it, the content says it."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True
    option_spec: ClassVar[Mapping[str, Callable[[str], str]]] = {
        "figure": directives.unchanged_required,
        "line": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Put the words between the name and the picture."""
        card = nodes.container("", classes=["fd-finding"])
        card += finding_head("", label=self.arguments[0], figure=self.options["figure"])
        self.state.nested_parse(self.content, self.content_offset, card)
        card += finding_picture("", **self.options)
        return [card]


class LeadingFigure(SphinxDirective):
    """A figure of another chapter, named by its slug."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """What it shows is known only when all pages are read."""
        return [leading_figure("", figure=self.arguments[0])]


def spark(spec: Mapping[str, Any], line: str) -> str:
    """Draw one line of a chart small, for the eye only: no axis, no words, its last value a dot.

    Parameters
    ----------
    spec
        Specification of a chart with named lines over time, or with named ranges.
    line
        Name of the line, or of the ranges.

    Raises
    ------
    FigureError
        If the chart has no such line or ranges.
    """
    layer = curve_layer(spec)
    if not layer:
        return _ranges(spec, line)
    x, y, name = (layer["encoding"][channel]["field"] for channel in ("x", "y", "color"))
    table = pd.DataFrame(spec["datasets"][layer["data"]["name"]])
    found = table[table[name] == line].dropna(subset=y)
    if found.empty:
        raise FigureError(f"it has no line {line!r}; its lines are {', '.join(table[name].unique())}.")
    times = pd.to_datetime(found[x]).astype("int64")
    places = pd.DataFrame({"x": _scaled(times, SPARK[0]), "y": SPARK[1] - _scaled(found[y], SPARK[1])})
    stretches = found["segment"] if "segment" in found else pd.Series(0, index=found.index)
    step = -(-len(found) // _POINTS)
    drawn = "".join(
        f'<polyline points="{_points(part.iloc[::step], part.iloc[[-1]])}" />'
        for _, part in places.groupby(stretches, sort=False)
    )
    last = places.loc[times.idxmax()]
    return _drawn(drawn, last["x"], last["y"])


def _ranges(spec: Mapping[str, Any], line: str) -> str:
    """Ranges of one name below each other, as the chart has them; the highest end is a dot."""
    layers = (layer for layer in spec.get("layer", []) if "x2" in layer.get("encoding", {}))
    layer = next((layer for layer in layers if "color" in layer["encoding"]), None)
    if layer is None:
        raise FigureError(
            "it has no named lines over time or ranges, of which a small picture could be drawn."
        )
    low, high, name = (layer["encoding"][channel]["field"] for channel in ("x", "x2", "color"))
    table = pd.DataFrame(spec["datasets"][layer["data"]["name"]])
    found = table[table[name] == line].dropna(subset=[low, high])
    if found.empty:
        raise FigureError(f"it has no ranges {line!r}; its ranges are {', '.join(table[name].unique())}.")
    ends = pd.concat([found[low], found[high]])
    if layer["encoding"]["x"].get("scale", {}).get("type") == "log":
        ends = ends.map(math.log)
    places = _scaled(ends, SPARK[0]).to_numpy().reshape(2, -1)
    rows = _scaled(pd.Series(range(len(found)), dtype=float), SPARK[1])
    drawn = "".join(
        f'<polyline points="{first:.1f},{y:.1f} {max(last, first + _SHORT):.1f},{y:.1f}" />'
        for first, last, y in zip(*places, rows, strict=True)
    )
    widest = int(places[1].argmax())
    return _drawn(drawn, places[1][widest], rows[widest])


def _drawn(lines: str, x: float, y: float) -> str:
    """Lines with a dot."""
    return (
        f'<svg class="fd-spark" viewBox="0 0 {SPARK[0]:g} {SPARK[1]:g}" aria-hidden="true">{lines}'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" /></svg>'
    )


def _scaled(values: pd.Series, size: float) -> pd.Series:
    low, spread = values.min(), values.max() - values.min()
    return _MARGIN + (values - low) / (spread or 1) * (size - 2 * _MARGIN)


def _points(*parts: pd.DataFrame) -> str:
    return " ".join(f"{p.x:.1f},{p.y:.1f}" for part in parts for p in part.itertuples())


def _record(self: HTML5Translator, node: nodes.Element) -> dict[str, Any] | None:
    """The record of a node's figure; a warning where the book has none of that name."""
    found = figure_records(self.builder.env).get(node["figure"])
    if found is None:
        _log.warning("There is no figure %r; name a slug of the book.", node["figure"])
    return found


def _place(self: HTML5Translator, record: Mapping[str, Any]) -> str:
    """Address of a figure in its chapter, from the page being written."""
    here, there = map(self.builder.get_target_uri, (self.builder.current_docname, record["chapter"]))
    return f"{relative_uri(here, there)}#fig-{record['slug']}"


def _visit_head(self: HTML5Translator, node: finding_head) -> None:
    record, label = _record(self, node), html.escape(node["label"])
    if record is not None:
        label = f'<a href="{_place(self, record)}">{label}</a>'
    self.body.append(f'<p class="fd-label">{label}</p>\n')
    raise nodes.SkipNode


def _visit_picture(self: HTML5Translator, node: finding_picture) -> None:
    if record := _record(self, node):
        try:
            self.body.append(spark(record["spec"] or {}, node["line"]))
        except FigureError as error:
            raise FigureError(f"Figure {node['figure']}: {error}") from error
    raise nodes.SkipNode


def _visit_leading(self: HTML5Translator, node: leading_figure) -> None:
    if record := _record(self, node):
        env = self.builder.env
        here = self.builder.get_target_uri(self.builder.current_docname)
        self.body.append(
            render(
                "leading-figure.html",
                **{name: record[name] for name in ("slug", "title", "kind", "view")},
                drawn=what_is_drawn(record),
                note=how_to_read(record),
                source=source_line(record),
                number=printed_number(env, record),
                chapter=env.titles[record["chapter"]].astext(),
                place=_place(self, record),
                files=relative_uri(here, f"figures/{record['slug']}/"),
            )
        )
    raise nodes.SkipNode


def _skip(self: Any, node: nodes.Element) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    visitors: Sequence[tuple[type[nodes.Element], Any]] = (
        (finding_head, _visit_head),
        (finding_picture, _visit_picture),
        (leading_figure, _visit_leading),
    )
    for kind, visit in visitors:
        app.add_node(kind, html=(visit, None), latex=(_skip, None), text=(_skip, None))
    app.add_directive("finding", Finding)
    app.add_directive("leading-figure", LeadingFigure)
