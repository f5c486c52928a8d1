"""The figure contract: one call per figure or table, words and data together.

In the book, :func:`figure` and :func:`table` hand everything about a figure to
the Sphinx extension in ``foreign_demand.site`` under a MIME type of their own.
In Jupyter the same call shows the ordinary Altair chart or table.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from foreign_demand import words
from foreign_demand.book import record
from foreign_demand.data import editions, periods, store
from foreign_demand.data.catalog import read_catalog
from foreign_demand.exceptions import FigureError

MIME_TYPE = "application/vnd.foreign-demand.figure+json"
WIDE = "wide"
"""Under this name a chart's ``usermeta`` has the width at which it is drawn once more, for wide places."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a figure says of one dataset it was drawn from."""

    id: str
    cite: str
    """Publisher and publication, as named under the figure."""
    reference_period: str
    """Newest period in the table."""
    vintage: str
    """Date of the edition; where that is not known, the newest day in it."""
    edition_known: bool
    """False for a public copy of which nobody noted the date."""
    obtained: str
    """``live`` or ``embedded``."""
    overdue: bool
    """True when the release rule says that newer data should be out."""
    url: str
    problem: str
    """What went wrong in the last refresh, when it did; the last good table is shown."""
    joined_at: str
    """Fill where the publisher serves only the latest stretch: the period from which rows are
    of the newest edition, those before being kept from earlier ones."""


def sources_of(ids: Sequence[str]) -> tuple[Source, ...]:
    """Provenance of datasets, read from the held tables.

    Raises
    ------
    CatalogError, StoreError
        If an id is unknown or not held.
    """
    found = []
    for id in ids:
        state = editions.read_state(id, store=store.default_store())
        dataset, origin = state.dataset, state.origin
        found.append(
            Source(
                id=id,
                cite=dataset.cited(origin),
                reference_period=origin.reference_period,
                vintage=origin.vintage,
                edition_known=periods.edition_known(origin),
                obtained=origin.obtained,
                overdue=state.overdue,
                url=dataset.page or dataset.url,
                problem=state.outcome.error,
                joined_at=origin.joined_at,
            )
        )
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure or table with its words, data and provenance."""

    slug: str
    """Permanent name: its address, its file names, its cross-reference."""
    title: str
    """The finding in one line."""
    caption: str
    """What is drawn, how to read it, and its caveats."""
    alt: str
    """What a reader who cannot see it needs: the shape and the main numbers."""
    unit: str
    data: pd.DataFrame
    """Full precision; what ``data.csv`` holds."""
    sources: tuple[Source, ...]
    as_of: str
    """Newest period drawn, ISO date."""
    chart: alt.TopLevelMixin | None = None  # type: ignore[name-defined]
    """The Altair chart; None for a table."""
    display: pd.DataFrame | None = None
    """Fill for a table: the cells as printed, headings as printed."""
    model: Mapping[str, Any] | None = None
    """Fill for a table of scenarios: the coefficients its calculator computes others from."""

    def payload(self) -> dict[str, Any]:
        """Everything the site needs, JSON-ready."""
        kept = {"slug", "title", "caption", "alt", "unit", "as_of"}
        return (
            {name: getattr(self, name) for name in sorted(kept)}
            | {
                "kind": "table" if self.chart is None else "figure",
                "sources": [asdict(s) for s in self.sources],
                "csv": _plain(self.data).to_csv(index=False, lineterminator="\n"),
                "spec": None if self.chart is None else self._spec(self.chart),
                "table": None
                if self.display is None
                else {
                    "columns": list(self.display.columns),
                    "rows": self.display.astype(str).values.tolist(),
                },
            }
            | ({} if self.model is None else {"model": dict(self.model)})
        )

    def _spec(self, chart: Any) -> dict[str, Any]:
        """The chart with its data in it, whatever the session's own settings are."""
        with alt.data_transformers.enable("default", max_rows=None):
            spec: dict[str, Any] = _unit_once(chart.to_dict(), self.unit)
        held = spec.get("datasets", {})
        if not all(held.values()) or not held:
            raise FigureError(f"{self.slug}: its chart holds no data. Give the chart a table with rows.")
        return spec

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if os.environ.get("BOOK_BUILD") == "1":
            # As text: a notebook takes a text as it is, and a tree apart, as often as it is read or written.
            return {MIME_TYPE: json.dumps(self.payload()), "text/plain": f"{self.title}. {self.alt}"}
        if self.chart is not None:
            # Altair's own renderer asks another host for its programs; this one draws here.
            with alt.renderers.enable("svg"):
                return self.chart._repr_mimebundle_(include, exclude)
        assert self.display is not None  # a table
        return {
            "text/html": self.display.to_html(index=False),
            "text/plain": self.display.to_string(index=False),
        }


def _unit_once(part: Any, unit: str) -> Any:
    """A specification without the titles of axes that say no more than the unit, which stands above it."""
    if isinstance(part, list):
        return [_unit_once(inner, unit) for inner in part]
    if not isinstance(part, dict):
        return part
    made = {key: inner if key == "datasets" else _unit_once(inner, unit) for key, inner in part.items()}
    for side in ("x", "y"):
        axis = part.get(side)
        title = axis.get("title") if isinstance(axis, dict) else None
        if isinstance(title, str) and unit.casefold().startswith(title.casefold()):
            made[side] = {**made[side], "title": None}
    return made


def _plain(data: pd.DataFrame) -> pd.DataFrame:
    """Dates as ISO dates, whatever their resolution."""
    dates = data.select_dtypes("datetime").columns
    return data.assign(**{name: data[name].dt.strftime("%Y-%m-%d") for name in dates})


def figure(
    slug: str,
    chart: alt.TopLevelMixin,
    *,
    data: pd.DataFrame,
    title: str,
    caption: str,
    alt_text: str,
    unit: str,
    sources: Sequence[str] | None = None,
    as_of: dt.date | None = None,
) -> Figure:
    """Make a figure of the book.

    Parameters
    ----------
    slug
        Lower-case words joined by hyphens, unique in the book.
    chart
        What a ``chart_*`` function returned.
    data
        The tidy table behind it, one row a mark; goes into ``data.csv``.
    title, caption, alt_text, unit
        Words, with every number in them computed.
    sources
        For tests: catalog ids to name. A chapter names none, because what its figure
        rests on is recorded (:mod:`foreign_demand.book.record`).
    as_of
        Last day of what the figure was computed from, where that is not the latest date in
        ``data``: a ranking, a regression, a sample that ends earlier.

    Raises
    ------
    FigureError
        If the data are empty or all missing, or a word is missing.
    """
    return _make(slug, data, title, caption, alt_text, unit, sources, as_of, chart=chart)


def table(
    slug: str,
    display: pd.DataFrame,
    *,
    data: pd.DataFrame,
    title: str,
    caption: str,
    unit: str,
    sources: Sequence[str] | None = None,
    as_of: dt.date | None = None,
    model: Mapping[str, Any] | None = None,
) -> Figure:
    """Make a table of the book: like :func:`figure`, with printed cells for a chart.

    Parameters
    ----------
    display
        Cells as printed (strings) under headings as printed; first column names the row.
    data
        The numbers behind them.
    model
        For scenarios: coefficients, JSON-ready, from which a calculator above the table computes others.
    """
    alt_text = f"Table with {len(display)} rows: {', '.join(map(str, display.columns))}."
    return _make(slug, data, title, caption, alt_text, unit, sources, as_of, display=display, model=model)


Columns: TypeAlias = Mapping[str, tuple[str | tuple[str, ...], Callable[..., str]]]
"""Headings of a printed table, each with the column it prints and how; see :func:`as_printed`."""


def as_printed(data: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Cells of a table as they are printed; a dash where a value is missing.

    Parameters
    ----------
    data
        The numbers.
    columns
        Heading to the column it prints and how; or to several columns whose values together
        make a cell, missing where the first is.
    """
    return pd.DataFrame(
        {
            heading: ["–" if pd.isna(value) else _cell(write(value), value) for value in data[column]]
            if isinstance(column, str)
            else ["–" if pd.isna(row[0]) else write(*row) for row in zip(*map(data.get, column), strict=True)]
            for heading, (column, write) in columns.items()
        }
    )


def _cell(text: str, value: Any) -> str:
    """Dates stay on one line; negative numbers have a minus, not a hyphen."""
    if isinstance(value, dt.date):
        return text.replace(" ", "\u00a0")
    return text if isinstance(value, str) else text.replace("-", "−")


def sources_table(slug: str, ids: Sequence[str] | None = None) -> Figure:
    """Make the table of a chapter's sources and how fresh each is.

    Parameters
    ----------
    slug
        As for :func:`figure`.
    ids
        For tests: catalog ids to print. By default every dataset read so far, in the
        order it was first read.
    """
    ids = record.read_so_far() if ids is None else ids
    catalog = read_catalog()
    found = sources_of(ids)
    rows = [len(store.read_table(id)) for id in ids]
    display = pd.DataFrame(
        {
            "Publication": [s.cite for s in found],
            "Data to": [s.reference_period for s in found],
            "Vintage": [s.vintage if s.edition_known else "unknown" for s in found],
            "State": [", ".join([s.obtained, *states(asdict(s))]) for s in found],
            "Rows": [f"{n:,}" for n in rows],
            "Terms": [catalog[id].terms for id in ids],
        }
    )
    return table(
        slug,
        display,
        data=pd.DataFrame([asdict(s) for s in found]).assign(rows=rows),
        title=f"{words.count(len(found)).capitalize()} source{'' if len(found) == 1 else 's'}, "
        f"{words.how_many(sum(s.overdue for s in found))} with newer data due",
        caption="Vintage is the date of the edition, which of a public copy is not always known. Embedded "
        "tables came through public copies of the official publications.",
        unit="rows",
        sources=ids,
    )


COUNTS = frozenset({"cells", "columns", "rows", "tables"})
"""Units of tables whose headings and cells say what they count."""


def what_is_drawn(figure: Mapping[str, Any]) -> str:
    """The line between a figure's title and its chart: what is drawn, and in which unit.

    Parameters
    ----------
    figure
        ``caption``, whose first sentence says what is drawn, and ``unit``, said once; not where
        it only counts, as in :data:`COUNTS`.
    """
    first, unit = _sentences(figure)[0], figure["unit"]
    said = unit.casefold() in first.casefold() or unit in COUNTS
    return first if said else f"{first} {unit[:1].upper()}{unit[1:]}."


def how_to_read(figure: Mapping[str, Any]) -> str:
    """What a caption says after its first sentence, to stand below the chart; may be empty."""
    return _sentences(figure)[1]


def _sentences(figure: Mapping[str, Any]) -> tuple[str, str]:
    first, *rest = re.split(r"(?<=[.?!])\s+(?=[^a-z\s])", figure["caption"], maxsplit=1)
    return first, "".join(rest)


def span_drawn(figure: Mapping[str, Any]) -> str:
    """``Drawn: March 2000 to May 2026``; of what has no axis of time, the last day it was computed from.

    Parameters
    ----------
    figure
        ``spec``, the specification with its data, and ``as_of``.
    """
    columns = set(_times(figure["spec"])) if figure["spec"] else set()
    rows = [row for rows in figure["spec"]["datasets"].values() for row in rows] if columns else []
    found = {row[name] for row in rows for name in columns if isinstance(row.get(name), str)}
    days = sorted(dt.datetime.fromisoformat(time).date() for time in found)
    if not days:
        return f"Data to {words.day(dt.date.fromisoformat(figure['as_of']))}"
    first, last = days[0], days[-1]
    if all((day.month, day.day) == (1, 1) for day in days):
        return f"Drawn: {first.year} to {last.year}"
    if all((day + dt.timedelta(1)).day == 1 for day in days):
        return f"Drawn: {words.month(first)} to {words.month(last)}"
    return f"Drawn: {words.span(first, last)}"


def _times(part: Any) -> Iterator[str]:
    """Columns that stand on a horizontal axis of time."""
    if isinstance(part, list):
        for inner in part:
            yield from _times(inner)
    elif isinstance(part, dict):
        axis = part.get("x")
        if isinstance(axis, dict) and axis.get("type") == "temporal" and "field" in axis:
            yield axis["field"]
        for name, inner in part.items():
            if name not in ("datasets", "config"):
                yield from _times(inner)


def states(source: Mapping[str, Any]) -> list[str]:
    """What a reader should know of the held table: what it was joined from, what is due, what failed.

    Parameters
    ----------
    source
        The fields of a :class:`Source`.
    """
    parts = {
        f"before {source['joined_at']} from earlier editions": source["joined_at"],
        "newer data are due": source["overdue"],
        "last refresh failed": source["problem"],
    }
    return [text for text, holds in parts.items() if holds]


_NUMBERS = {"number", "months", "days", "jumps", "cells", "observations", "auctions", "compared"}
"""Last word of a column that says of how many a mean is."""


def _means_with_their_number(slug: str, data: pd.DataFrame, display: pd.DataFrame | None) -> None:
    """Refuse a mean that does not say of how many it is, or a printed one of few that does not print it."""
    means = [name for name in map(str, data.columns) if "mean" in name.split("_")]
    numbers = [name for name in map(str, data.columns) if name.split("_")[-1] in _NUMBERS]
    if means and not numbers:
        raise FigureError(
            f"Figure {slug}: {', '.join(means)} are means, and no column says of how many; add one whose "
            f"name ends in one of {', '.join(sorted(_NUMBERS))}."
        )
    if not means or display is None:
        return
    printed = set(re.findall(r"\d+", " ".join(display.astype(str).to_numpy().ravel())))
    few = {f"{n:.0f}" for name in numbers for n in data[name].dropna() if n < words.FEW}
    if unsaid := sorted(few - printed):
        raise FigureError(
            f"Table {slug}: it prints means of {', '.join(unsaid)} and does not say so; print the number of "
            "observations, or put words.of_few behind the mean."
        )


def _make(
    slug: str,
    data: pd.DataFrame,
    title: str,
    caption: str,
    alt_text: str,
    unit: str,
    sources: Sequence[str] | None,
    as_of: dt.date | None,
    **content: Any,
) -> Figure:
    if not _SLUG.fullmatch(slug):
        raise FigureError(f"{slug!r} is no slug: use lower-case words joined by hyphens.")
    said = {"title": title, "caption": caption, "alt_text": alt_text, "unit": unit}
    if absent := [name for name, text in said.items() if not text.strip()]:
        raise FigureError(f"Figure {slug}: {', '.join(absent)} is empty; say it in the call.")
    if sources is None:
        sources = record.rests_on()
    if not sources:
        raise FigureError(
            f"Figure {slug}: no sources; draw it from tables that the chapter reads with read_table."
        )
    if data.empty or data.select_dtypes("number").isna().all(axis=None):
        raise FigureError(
            f"Figure {slug}: the data are empty or all missing. Look at {', '.join(sources)} and at the "
            "analysis function that made the table."
        )
    _means_with_their_number(slug, data, content.get("display"))
    dates = data.select_dtypes("datetime")
    found = sources_of(sources)
    return Figure(
        slug=slug,
        title=title,
        caption=caption,
        alt=alt_text,
        unit=unit,
        data=data,
        sources=found,
        as_of=f"{as_of:%Y-%m-%d}" if as_of is not None else _last_day(dates, found),
        **content,
    )


def _last_day(dates: pd.DataFrame, sources: Sequence[Source]) -> str:
    if dates.shape[1]:
        return dates.max().max().date().isoformat()
    catalog = read_catalog()
    newest = max(periods.period_end(s.reference_period, catalog[s.id].period.type) for s in sources)
    return newest.isoformat()


def facts(values: Mapping[str, str] | None = None, /, **more: str) -> None:
    """Publish computed words and numbers for ``{glue:text}`` in the prose of this or another chapter.

    In a notebook that no build runs they are shown as well: prose there has them as of the build.

    Parameters
    ----------
    values, more
        Ready-to-print text by name, as a mapping, as keyword arguments, or both.
    """
    from myst_nb import glue

    given = {**(values or {}), **more}
    for name, text in given.items():
        glue(name, text, display=False)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell and os.environ.get("BOOK_BUILD") != "1":
        from IPython.display import Markdown, display

        display(Markdown("\n".join(f"- {name}: {text}" for name, text in given.items())))
