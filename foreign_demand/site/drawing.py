"""Draw Vega-Lite specifications: for the page, for a file, for print.

Vega draws every chart in the light colours of :mod:`foreign_demand.book.charts` and
writes them as attributes. A dark page repaints them with rules that match those
attributes (:func:`dark_rules`), the live chart as well as the still one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import vl_convert

from foreign_demand.book.palette import DARK, INK, MUTED, PAPER

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)

_GEOMETRY = frozenset({"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height"})
_NUMBER = re.compile(r"-?\d*\.\d+(?:e[-+]?\d+)?")
_FONT = "Helvetica, Arial, sans-serif"


def slim_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the dataset columns that the rest of a specification never names."""
    rest = {key: value for key, value in spec.items() if key != "datasets"}
    words = set(re.findall(r"\w+", " ".join(_strings(rest))))
    slim = {
        name: [{key: row[key] for key in row if key in words or not key.isidentifier()} for row in rows]
        for name, rows in spec.get("datasets", {}).items()
    }
    return {**rest, "datasets": slim} if slim else rest


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)


def live_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Let lines and areas be moved by dragging, and zoomed by the wheel with a key held down."""
    curves = curve_layer(spec)
    zoomed = {**curves, "mark": {**curves["mark"], "clip": True}, "params": [_ZOOM]} if curves else {}
    layers = [zoomed if layer is curves else layer for layer in spec.get("layer", [])]
    return {**spec, "layer": layers} if curves else dict(spec)


_ZOOM = {
    "name": "zoom",
    "bind": "scales",
    "select": {"type": "interval", "encodings": ["x"], "zoom": "wheel![event.ctrlKey || event.shiftKey]"},
}


def curve_layer(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The layer of named lines or areas over time, if there is one."""
    for layer in spec.get("layer", []):
        mark, encoding = layer.get("mark"), layer.get("encoding", {})
        drawn = mark.get("type") if isinstance(mark, Mapping) else None
        named = encoding.get("color", {}).get("scale", {}).get("domain")
        if drawn in {"line", "area"} and named and encoding["x"]["type"] == "temporal":
            return layer
    return {}


def with_labels(compiled: dict[str, Any]) -> dict[str, Any]:
    """Keep labels beside the plot of a chart that can be moved, while what they name is in the plot."""
    for mark in compiled["marks"]:
        if mark["type"] in {"text", "symbol"} and mark.get("clip"):
            x = mark["encode"]["update"]["x"]
            inside = f"inrange(scale('x', datum[{x['field']!r}]), [0, width + 1]) ? 1 : 0"
            mark["encode"]["update"]["opacity"] = {"signal": inside}
            mark["clip"] = False
    return compiled


def reading(spec: Mapping[str, Any], compiled: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the page needs to tell every value at the date under the pointer; None without curves.

    Parameters
    ----------
    spec
        A Vega-Lite specification.
    compiled
        What :meth:`Drawings.compiled` made of it.

    Returns
    -------
    dict or None
        ``data``, the table of the compiled chart that has the curves; its columns ``x``, ``y``
        and ``name``; the ``names`` in order; formats of a ``date`` and a ``number``.
    """
    curves = curve_layer(spec)
    if not curves:
        return None
    x, y, colour = (curves["encoding"][channel] for channel in ("x", "y", "color"))
    formats = {told["field"]: told.get("format") for told in curves["encoding"].get("tooltip", [])}
    return {
        "data": next(m["from"]["facet"]["data"] for m in compiled["marks"] if "facet" in m.get("from", {})),
        "x": x["field"],
        "y": y["field"],
        "name": colour["field"],
        "names": colour["scale"]["domain"],
        "date": formats.get(x["field"]) or "%B %Y",
        "number": formats.get(y["field"]) or ",.1f",
    }


INTERPRETER = "2.0.0"
"""The version of Vega's interpreter that vl-convert brings; it tells Vega's version only."""


class Drawings:
    """What Vega drew, kept in a folder so that nothing is drawn twice.

    Parameters
    ----------
    folder
        Where to keep drawings; made when needed.
    """

    drew: ClassVar[bool] = False
    """Whether Vega runs in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: set[str] = set()
        """Names of the drawings that were wanted."""

    def svg(self, spec: Mapping[str, Any]) -> str:
        """Draw a specification as Vega's own SVG, without ARIA on single marks."""
        compiled = self._compiled(spec)
        return self._kept("svg", _quiet(spec), lambda _: vl_convert.vega_to_svg(compiled.decode())).decode()

    def compiled(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Compile a Vega-Lite specification to Vega, so that the page need not."""
        return json.loads(self._compiled(spec))

    def _compiled(self, spec: Mapping[str, Any]) -> bytes:
        return self._kept("vg.json", _quiet(spec), lambda text: json.dumps(vl_convert.vegalite_to_vega(text)))

    def png(self, svg: str, *, scale: float) -> bytes:
        """Turn an SVG into pixels, on white."""
        white = re.sub(
            r"(<svg [^>]*>)", rf'\1<rect width="100%" height="100%" fill="{PAPER}"/>', svg, count=1
        )
        return self._kept(f"{scale:g}x.png", white, lambda text: vl_convert.svg_to_png(text, scale=scale))

    def vega(self) -> bytes:
        """Vega as one classic script that sets ``vega`` to the few of its parts that are used.

        Among them the interpreter of expressions: with it no text is turned into a program.
        """
        # The address names the copy inside vl-convert: nothing is fetched. Only what is used is bundled.
        snippet = (
            'import { View, defaultLocale, parse } from "https://cdn.jsdelivr.net/npm/'
            f'vega@{vl_convert.get_vega_version()}/+esm"; '
            'import { expressionInterpreter } from "https://cdn.jsdelivr.net/npm/'
            f'vega-interpreter@{INTERPRETER}/+esm"; '
            "window.vega = { View, defaultLocale, expressionInterpreter, parse };"
        )
        # Wrapped, because the bundle's own top-level names are those of other scripts too.
        return self._kept(
            "js", snippet, lambda text: f"(() => {{{vl_convert.javascript_bundle(text)}}})();\n"
        )

    def keep(self, names: Iterable[str]) -> None:
        """Take drawings for wanted, without having to look at them."""
        self.asked.update(names)

    def prune(self) -> None:
        """Delete every drawing that was not wanted."""
        for file in self.folder.glob("*"):
            if file.name not in self.asked:
                file.unlink()

    def _kept(self, kind: str, source: str, draw: Callable[[str], str | bytes]) -> bytes:
        name = hashlib.sha256(f"{vl_convert.__version__}\n{source}".encode()).hexdigest()
        file = self.folder / f"{name}.{kind}"
        self.asked.add(file.name)
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            Drawings.drew = True
            drawn = draw(source)
            # Beside it first, under this process's own name: a build may be stopped while it writes.
            written = file.with_suffix(f".{os.getpid()}")
            written.write_bytes(drawn.encode() if isinstance(drawn, str) else drawn)
            written.replace(file)
        return file.read_bytes()


def _quiet(spec: Mapping[str, Any]) -> str:
    """The specification without Vega's own roles and labels: a figure has one name."""
    return json.dumps({**spec, "config": {**spec.get("config", {}), "aria": False}}, sort_keys=True)


def inline_svg(svg: str, *, slug: str, alt: str) -> str:
    """Make Vega's SVG fit to stand in a page.

    Ids get the slug for a prefix, coordinates two decimals, and the picture one
    name, ``alt``, in place of Vega's own roles and labels. Its shape and width stand
    in its style: the page keeps its place before it is laid out, and sizes its type.
    """
    root = _cleaned(svg, prefix=slug)
    wide, high = root.get("width"), root.get("height")
    shape = f"aspect-ratio: {wide} / {high}; --drawn: {wide}"
    root.attrib |= {"class": "fd-chart", "style": shape, "role": "img", "aria-label": alt}
    return ElementTree.tostring(root, encoding="unicode")


def _cleaned(svg: str, *, prefix: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "role" or name.startswith("aria-") or name == "pointer-events":
                del element.attrib[name]
            elif name == "id":
                element.set(name, f"{prefix}-{value}")
            elif name in _GEOMETRY:
                element.set(name, _NUMBER.sub(_two_decimals, value))
            elif value.startswith("url(#"):
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))
            elif name == f"{{{_XLINK}}}href" and value.startswith("#"):
                element.set(name, f"#{prefix}-{value[1:]}")
    return root


def _two_decimals(match: re.Match[str]) -> str:
    text = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def poster(svg: str, *, slug: str, title: str, drawn: str, alt: str, source: str) -> str:
    """Make Vega's SVG a picture that stands alone: title and what is drawn above, source below.

    It has no background, and repaints itself where the reader prefers dark pages.
    """
    chart = _cleaned(svg, prefix=slug)
    wide, tall = (float(chart.get(side, 0)) for side in ("width", "height"))
    margin = 16
    width = 2 * round(max(wide, 440) / 2) + 2 * margin
    root = ElementTree.Element(f"{{{_SVG}}}svg", {"role": "img", "font-family": _FONT})
    ElementTree.SubElement(root, f"{{{_SVG}}}title").text = title
    ElementTree.SubElement(root, f"{{{_SVG}}}desc").text = alt
    ElementTree.SubElement(root, f"{{{_SVG}}}style").text = dark_media()
    y = float(margin)

    def write(text: str, *, size: int, colour: str, **attributes: str) -> None:
        nonlocal y
        # A line holds what fits at a little over half the type size a letter.
        for line in textwrap.wrap(text, int((width - 2 * margin) / (0.53 * size))):
            y += 1.25 * size
            place = {"x": str(margin), "y": f"{y:.1f}", "font-size": f"{size}px", "fill": colour}
            ElementTree.SubElement(root, f"{{{_SVG}}}text", place | attributes).text = line

    write(title, size=18, colour=INK, **{"font-weight": "bold"})
    y += 2
    write(drawn, size=13, colour=MUTED)
    y += margin
    # Nothing of a chart lies outside it, and to cut there takes as long as to draw it.
    chart.attrib |= {"x": str(margin), "y": f"{y:.1f}", "overflow": "visible"}
    root.append(chart)
    y += tall + 4
    write(source, size=11, colour=MUTED)
    high = 2 * round(y / 2) + margin
    root.attrib |= {
        "width": f"{1.5 * width:g}",
        "height": f"{1.5 * high:g}",
        "viewBox": f"0 0 {width} {high}",
    }
    return ElementTree.tostring(root, encoding="unicode")


def dark_rules(scope: str) -> str:
    """CSS rules that repaint the light colours of a chart inside ``scope`` for a dark page."""
    return "\n".join(
        f'{scope} [{paint}="{light}"] {{ {paint}: {dark}; }}'
        for light, dark in DARK.items()
        for paint in ("fill", "stroke")
    )


def dark_media(scope: str = "svg") -> str:
    """The same rules, for where nothing but the reader's own preference is known."""
    return f"@media screen and (prefers-color-scheme: dark) {{\n{dark_rules(scope)}\n}}"
