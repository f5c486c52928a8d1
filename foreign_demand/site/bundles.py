"""Files of each figure: its own page, drawings, data, specification and citations.

``figures/<slug>/`` is what a writer takes away. Its page stands alone, in a frame
of somebody else's site as well, and needs no script.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from foreign_demand.book.figures import how_to_read, span_drawn, states, what_is_drawn
from foreign_demand.book.wording.front import period_in_words
from foreign_demand.data.periods import period_end
from foreign_demand.site import files
from foreign_demand.site.citations import TERMS_URL, Book, cite, permalink
from foreign_demand.site.drawing import (
    Drawings,
    dark_media,
    inline_svg,
    live_spec,
    poster,
    reading,
    with_labels,
)
from foreign_demand.site.embedding import describe_embedding, embed_code, frame_height
from foreign_demand.site.policy import POLICY
from foreign_demand.site.reading import reading_lines
from foreign_demand.words import day, span

HERE = Path(__file__).parent
ROWS_SHOWN = 300
SOURCES_NAMED = 2
PNG_SCALE = 2
_ALWAYS = ("cite.bib", "cite.ris", "data.csv", "figure.js", "index.html", "metadata.json")
SCHEMA = "../../schemas/figure.schema.json"
"""From ``metadata.json`` to what describes it."""

DOWNLOADS = {
    "data.csv": "CSV",
    "figure.svg": "SVG",
    "figure.png": "PNG",
    "spec.vl.json": "Vega-Lite",
    "cite.bib": "BibTeX",
    "cite.ris": "RIS",
    "metadata.json": "Metadata",
}


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(HERE / "templates")
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    made.filters["day"] = lambda date: day(dt.date.fromisoformat(date))
    made.globals |= {
        "how_to_read": how_to_read,
        "policy": POLICY,
        "provenance": provenance,
        "what_is_drawn": what_is_drawn,
    }
    return made


def render(template: str, **values: Any) -> str:
    """Fill a template of the site; text is escaped."""
    return _templates().get_template(template).render({"only_interact": False, "calculator": False} | values)


def provenance(source: Mapping[str, Any]) -> str:
    """Of which vintage a figure's source is, and what is wrong with it."""
    vintage = f"vintage {day(dt.date.fromisoformat(source['vintage']))}"
    if not source["edition_known"]:
        vintage = "edition unknown"
    copied = " (embedded copy)" if source["obtained"] == "embedded" else ""
    return ", ".join([vintage + copied, *states(source)])


def _in_short(sources: Sequence[Mapping[str, Any]]) -> str:
    """What :func:`provenance` says of each of many sources, in three sentences on all of them."""
    named = list(dict.fromkeys(source["cite"] for source in sources))
    others = f"; and {len(named) - SOURCES_NAMED} more" if len(named) > SOURCES_NAMED else ""
    ends = sorted((source["reference_period"] for source in sources), key=period_end)
    newest, oldest = period_in_words(ends[-1]), period_in_words(ends[0])
    reach = newest if newest == oldest else f"{newest} in the newest and {oldest} in the oldest"
    known = [dt.date.fromisoformat(source["vintage"]) for source in sources if source["edition_known"]]
    dated = ""
    if known:
        first, last = min(known), max(known)
        dated = f", vintage {day(first)}" if first == last else f", vintages {span(first, last)}"
    text = f"{'; '.join(named[:SOURCES_NAMED])}{others}. Data to {reach}{dated}."
    states = {
        "of unknown edition": len(sources) - len(known),
        "embedded copies": sum(source["obtained"] == "embedded" for source in sources),
        "with newer data due": sum(source["overdue"] for source in sources),
    }
    counted = [f"{n} of {len(sources)} {state}" for state, n in states.items() if n]
    failed = [source["cite"] for source in sources if source["problem"]]
    if failed:
        counted.append(f"last refresh failed: {', '.join(failed)}")
    return f"{text} {'; '.join(counted)}." if counted else text


def many(sources: Sequence[Mapping[str, Any]]) -> bool:
    """Whether sources are told in short, and by name only where a reader asks."""
    return len(sources) > SOURCES_NAMED + 1


def sources_in_words(sources: Sequence[Mapping[str, Any]]) -> str:
    """The sources of a figure with what :func:`provenance` says of them, short where there are many."""
    if many(sources):
        return _in_short(sources)
    return "; ".join(f"{source['cite']}, {provenance(source)}" for source in sources) + "."


def describe(record: Mapping[str, Any], book: Book, *, number: str, chapter_title: str) -> dict[str, Any]:
    """Everything a machine should know of a figure or table: ``metadata.json``.

    Parameters
    ----------
    record
        What the chapter handed over, with ``chapter``, the page it is on.
    book
        The book it is in.
    number
        As printed on the page.
    chapter_title
        As printed on the page.
    """
    names = ("slug", "title", "caption", "alt", "unit", "chapter", "as_of", "kind")
    drawn = ["figure.png", "figure.svg", "spec.vl.json"] if record["spec"] else []
    about = {
        **{name: record[name] for name in names},
        "number": number,
        "chapter_title": chapter_title,
        "vintage": max(source["vintage"] for source in record["sources"]),
        "url": permalink(record["slug"], book),
        "sources": record["sources"],
        "files": sorted([*_ALWAYS, *drawn, *(["oembed.json"] if book.address else [])]),
    }
    return about | {"citation": asdict(cite(about, book))}


def preview(text: str, *, limit: int = ROWS_SHOWN) -> dict[str, Any]:
    """The part of a CSV that is shown as a table on the page.

    Parameters
    ----------
    text
        The CSV, with a header.
    limit
        Rows to keep: the last ones, which in a series are the newest.

    Returns
    -------
    dict
        ``columns``; ``numeric``, which of them hold numbers; ``rows`` of text, with
        numbers cut to four decimals; ``total``, how many rows the CSV has.
    """
    columns, *rows = csv.reader(io.StringIO(text))
    numeric = [all(_is_number(row[i]) for row in rows if row[i]) for i in range(len(columns))]
    shown = [
        [_short(cell) if number else cell for cell, number in zip(row, numeric, strict=True)]
        for row in rows[-limit:]
    ]
    return {"columns": columns, "numeric": numeric, "rows": shown, "total": len(rows)}


def numeric_columns(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Tell which columns of printed cells hold numbers, to be set flush right."""
    printed = re.compile(r"[−+<]?[\d.,]+%?\*?|–|")
    return [all(printed.fullmatch(cell) for cell in column) for column in zip(*rows, strict=True)]


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d*)?(e[-+]?\d+)?", cell) is not None


def _short(cell: str) -> str:
    return f"{float(cell):.4f}".rstrip("0").rstrip(".") if "." in cell else cell


def _dataset(about: Mapping[str, Any], book: Book, columns: Sequence[str]) -> dict[str, Any]:
    """Describe a figure's data for search engines (schema.org)."""
    author = {"@type": "Organization", "name": book.author}
    stated = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": about["title"],
        "description": f"{about['caption']} {about['alt']}",
        "url": about["url"],
        "identifier": about["url"] or about["slug"],
        "version": about["vintage"],
        "dateModified": about["vintage"],
        "creator": author,
        "publisher": author,
        "license": TERMS_URL,
        "isAccessibleForFree": True,
        "citation": about["citation"]["long"],
        "variableMeasured": list(columns),
        "isBasedOn": [{"@type": "Dataset", "name": s["cite"], "url": s["url"]} for s in about["sources"]],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": "text/csv",
                "contentUrl": f"{about['url']}data.csv",
            }
        ],
        "image": f"{about['url']}figure.png" if about["kind"] == "figure" else "",
    }
    return {name: value for name, value in stated.items() if value != ""}


def _page(about: Mapping[str, Any], record: Mapping[str, Any], book: Book, **drawn: Any) -> str:
    chapter = "../" * 2 + f"{about['chapter']}.html#fig-{about['slug']}"
    shared = (HERE / "static" / "foreign-demand.css").read_text(encoding="utf-8")
    own = (HERE / "static" / "plain-page.css").read_text(encoding="utf-8")
    rows = record["csv"].partition("\n")[0]
    return render(
        "figure-page.html",
        about=about,
        drawn=span_drawn(record),
        in_short=_in_short(about["sources"]) if many(about["sources"]) else "",
        root="../../",
        book=book.title,
        author=book.author,
        chapter_link=chapter,
        citation=about["citation"],
        dataset=_dataset(about, book, next(csv.reader([rows]))),
        reading=reading_lines(f"{about['url'] or 'figures/' + about['slug'] + '/'}data.csv"),
        downloads=[(name, label) for name, label in DOWNLOADS.items() if name in about["files"]],
        style=jinja2.utils.markupsafe.Markup("\n".join([shared, own, dark_media(".fd-view")])),
        table=record["table"],
        numeric=numeric_columns(record["table"]["rows"]) if record["table"] else [],
        calculator=bool(record.get("model")),
        **drawn,
    )


def for_spreadsheets(text: str) -> str:
    """CSV that opens right in a spreadsheet: its letters as they are, and no words taken for a formula.

    A byte-order mark says where text is more than ASCII. A cell of words that begins as a
    formula does ("+28 bp") begins with a space instead; numbers are left as they are.
    """
    rows = [[_no_formula(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue() if text.isascii() else f"\ufeff{written.getvalue()}"


def _no_formula(cell: str) -> str:
    if not cell.startswith(("=", "+", "-", "@", "\t")):
        return cell
    try:
        float(cell)
    except ValueError:
        return f" {cell}"
    return cell


def draw(record: Mapping[str, Any], book: Book, drawings: Drawings) -> tuple[str, str, bytes]:
    """A chart as Vega's SVG, as a picture that stands alone, and as pixels."""
    svg = drawings.svg(record["spec"])
    sources = f"{span_drawn(record)}. Source: {sources_in_words(record['sources'])}"
    said = f"{sources} {permalink(record['slug'], book)}"
    whole = poster(
        svg,
        slug=record["slug"],
        title=record["title"],
        drawn=what_is_drawn(record),
        alt=record["alt"],
        source=f"{book.title}. {said}".strip(),
    )
    return svg, whole, drawings.png(whole, scale=PNG_SCALE)


def packed(chart: Mapping[str, Any]) -> dict[str, Any]:
    """A compiled chart with its tables packed: names of columns once, numbers to thirteen digits.

    A table becomes ``columns`` and ``rows`` in place of ``values``; ``foreign-demand.js`` unpacks it.
    """
    return {**chart, "data": [_packed(part) for part in chart["data"]]}


def _packed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    values = part.get("values")
    if not values or not all(isinstance(row, dict) and row.keys() == values[0].keys() for row in values):
        return part
    rest = {name: told for name, told in part.items() if name != "values"}
    rows = [[_short_number(row[name]) for name in values[0]] for row in values]
    return {**rest, "columns": list(values[0]), "rows": rows}


def _short_number(cell: Any) -> Any:
    return float(f"{cell:.13g}") if isinstance(cell, float) else cell


def write_bundle(
    folder: Path, about: Mapping[str, Any], record: Mapping[str, Any], book: Book, drawings: Drawings
) -> None:
    """Write every file that ``about["files"]`` names, and delete what an earlier build left besides.

    Parameters
    ----------
    folder
        ``figures/<slug>`` of the site; made when needed.
    about
        From :func:`describe`.
    record
        What the chapter handed over.
    book
        The book the figure is in.
    drawings
        Where drawings are kept between builds.
    """
    citation = about["citation"]
    contents: dict[str, str | bytes] = {
        "data.csv": for_spreadsheets(record["csv"]),
        "cite.bib": citation["bibtex"],
        "cite.ris": citation["ris"],
        "metadata.json": files.json_text({"$schema": SCHEMA, **about}),
    }
    chart = with_labels(drawings.compiled(live_spec(record["spec"]))) if record["spec"] else None
    drawn: dict[str, Any] = {"svg": "", "pixels": (0, 0), "embedding": ""}
    if record["spec"]:
        svg, whole, png = draw(record, book, drawings)
        contents |= {
            "figure.svg": whole,
            "figure.png": png,
            "spec.vl.json": json.dumps(record["spec"], ensure_ascii=False, sort_keys=True) + "\n",
        }
        # Width and height stand at a fixed place of every PNG.
        drawn["svg"] = inline_svg(svg, slug=about["slug"], alt=about["alt"])
        drawn["pixels"] = struct.unpack(">II", png[16:24])
    frame = frame_height(record, drawn["pixels"])
    if book.address:
        drawn["embedding"] = embed_code(about, book, frame)
        told = describe_embedding(about, book, frame=frame, pixels=drawn["pixels"])
        contents["oembed.json"] = files.json_text(told)
    parts = {
        "title": about["title"],
        "alt": about["alt"],
        "chart": packed(chart) if chart else None,
        "reading": reading(record["spec"], chart) if chart else None,
        "citation": citation,
        "data": preview(record["csv"]),
        "frame": frame,
    }
    if record.get("model"):
        parts["model"] = record["model"]
    script = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    contents["figure.js"] = f"foreignDemand({json.dumps(about['slug'])}, {script});\n"
    contents["index.html"] = _page(about, record, book, **drawn)
    for old in folder.glob("*"):
        if old.name not in contents:
            old.unlink()
    for name, content in contents.items():
        files.write(folder / name, content)
