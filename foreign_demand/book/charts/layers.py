"""Parts that charts share: colours by entity, names at the end of lines, marks at breaks."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from foreign_demand.book.charts.style import (
    BLUE,
    COLOURS,
    GOLD,
    HEIGHT,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    TEAL,
    TEXT,
)
from foreign_demand.data.catalog import Break


def colours(names: Sequence[str], *, legend: bool = False) -> alt.Color:
    """The encoding of ``name``, each in its colour of :data:`~foreign_demand.book.charts.COLOURS`.

    A name that has none there takes one that no other line of the chart has.
    """
    taken = [COLOURS[name] for name in names if name in COLOURS]
    free = iter(colour for colour in (BLUE, ORANGE, TEAL, RED, GOLD, PURPLE) if colour not in taken)
    scale = alt.Scale(domain=list(names), range=[COLOURS.get(name) or next(free) for name in names])
    return alt.Color("name:N", scale=scale, legend=alt.Legend() if legend else None)


def years(dates: pd.Series) -> alt.X:
    """The encoding of ``date``; where dates span few years, each label names month and year."""
    encoding = alt.X("date:T", title=None)
    few = dates.max() - dates.min() < pd.Timedelta(5 * 365, "D")
    return encoding.axis(format="%b %Y", tickCount=4) if few else encoding


def _spread(values: pd.Series, heights: pd.Series) -> pd.Series:
    """Label positions: the values, pushed apart by the height of each label, kept in order."""
    ordered = values.sort_values()
    placed = ordered.copy()
    for i in range(1, len(placed)):
        placed.iloc[i] = max(placed.iloc[i], placed.iloc[i - 1] + heights[placed.index[i]])
    return (placed - (placed - ordered).mean()).reindex(values.index)


def end_labels(
    ends: pd.DataFrame,
    colour: alt.Color,
    *,
    span: tuple[float, float],
    label: Mapping[str, str] | None = None,
    log: bool = False,
) -> alt.LayerChart:
    """Names at the right edge, each in ink behind a dash in the colour of what it names, which is no data.

    Parameters
    ----------
    ends
        One row a name: ``date``, the same for all; ``name``; ``value``, the height it stands for.
    colour
        The encoding of what is named.
    span
        Lowest and highest value of the y axis.
    label
        Text, where it differs from the name.
    log
        Whether the y axis is logarithmic.
    """
    texts = ends["name"].map(lambda name: textwrap.fill((label or {}).get(name, name), 14))
    heights, (low, high) = (np.log10(ends["value"]), np.log10(span)) if log else (ends["value"], span)
    line = 1.2 * TEXT / HEIGHT * (high - low)
    places = _spread(heights, line * (1 + texts.str.count("\n")))
    shown = ends[["date", "name"]].assign(label=texts, place=10**places if log else places)
    base = alt.Chart(shown).encode(x="date:T", y="place:Q")
    keys = base.mark_point(shape="stroke", opacity=1, size=90, strokeWidth=3, xOffset=8).encode(color=colour)
    names = base.mark_text(style="label", lineBreak="\n", baseline="middle").encode(text="label:N")
    return alt.layer(keys, names)


def break_marks(breaks: Sequence[Break], start: pd.Timestamp, end: pd.Timestamp) -> list[alt.Chart]:
    """Where a series changes meaning: a gap in what is drawn, and a tick on the axis below it."""
    days = [pd.Period(b.period, "M").end_time.normalize() for b in breaks]
    shown = pd.DataFrame(
        [{"date": d, "why": b.why} for d, b in zip(days, breaks, strict=True) if start <= d <= end]
    )
    if shown.empty:
        return []
    base = alt.Chart(shown).encode(x="date:T")
    tick = base.mark_rule(strokeWidth=1.5).encode(
        y=alt.value(HEIGHT),
        y2=alt.value(HEIGHT - 8),
        tooltip=[alt.Tooltip("date:T", format="%B %Y"), "why:N"],
    )
    return [base.mark_rule(color=PAPER, strokeWidth=2.5), tick]


def stacked(
    data: pd.DataFrame, order: Sequence[str], *, title: str, format: str, breaks: Sequence[Break]
) -> alt.LayerChart:
    """Areas over time, stacked from the first of ``order`` upwards, labelled where they end."""
    points = data[["date", "name", "value"]].assign(order=data["name"].map(list(order).index))
    end = points["date"].max()
    last = points[points["date"] == end].sort_values("order")
    tops = last["value"].cumsum()
    colour = colours(order)
    areas = (
        alt.Chart(points)
        .mark_area(stroke=PAPER, strokeWidth=0.75)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("value:Q", title=title, stack="zero"),
            color=colour,
            order="order:Q",
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("date:T", title="period", format="%B %Y"),
                alt.Tooltip("value:Q", title=title, format=format),
            ],
        )
    )
    highest = points.groupby("date")["value"].sum().max()
    ends = end_labels(last.assign(value=tops - last["value"] / 2), colour, span=(0.0, highest))
    return alt.layer(areas, *break_marks(breaks, points["date"].min(), end), ends)
