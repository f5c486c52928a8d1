"""Charts that several chapters draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import break_marks, colours, end_labels, years
from foreign_demand.book.charts.style import MUTED, PANEL, WIDTH
from foreign_demand.data.catalog import Break
from foreign_demand.exceptions import FigureError


def chart_lines(
    data: pd.DataFrame,
    *,
    title: str,
    order: Sequence[str],
    breaks: Sequence[Break] = (),
    label: Mapping[str, str] | None = None,
    log: bool = False,
) -> alt.LayerChart:
    """Lines over time, labelled at their ends, interrupted and marked at breaks.

    Parameters
    ----------
    data
        Tidy, one row a point: ``month``, ``quarter`` or ``date``; ``name``, which line;
        ``value``; and where lines stop at breaks ``segment``, the stretch between two.
    title
        Of the y axis: measure and unit.
    order
        The lines, as named in ``name`` and in :data:`COLOURS`.
    breaks
        Drawn as gaps, with a tick on the axis.
    label
        Text at a line's end, where it differs from its name.
    log
        Logarithmic y axis, on which equal growth has equal slope; otherwise it starts at 0.
    """
    columns = ["date", "segment", "name", "value"]
    data = data if "segment" in data else data.assign(segment=0)
    points = data.rename(columns={"month": "date", "quarter": "date"})
    points = points.loc[points["name"].isin(order), columns].dropna(subset="value")
    last = points.sort_values(["date", "segment"]).groupby("name").tail(1)
    low, high = (points["value"].min() if log else 0.0), points["value"].max()
    if log and not low > 0:
        raise FigureError(f"{title}: a logarithmic axis has no place for {low:g}; draw it on a plain one.")
    colour = colours(order)
    ends = end_labels(last.assign(date=points["date"].max()), colour, span=(low, high), label=label, log=log)
    axis_y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True))
    if log:
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        axis_y = axis_y.scale(type="log").axis(values=[10.0**n for n in decades])
    lines = (
        alt.Chart(points)
        .mark_line()
        .encode(
            x=years(points["date"]),
            y=axis_y,
            color=colour,
            detail="segment:N",
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("date:T", title="period", format="%B %Y"),
                alt.Tooltip("value:Q", title=title, format=",.1f"),
            ],
        )
    )
    return alt.layer(lines, *break_marks(breaks, points["date"].min(), points["date"].max()), ends)


def chart_with_band(
    lines: pd.DataFrame,
    *,
    title: str,
    order: Sequence[str],
    band: pd.DataFrame | None = None,
    decimals: int = 2,
) -> alt.LayerChart:
    """Lines over time around zero, labelled at their ends, on a shaded range.

    Parameters
    ----------
    lines
        Tidy: ``date``, ``name``, ``value``.
    title
        Of the y axis: measure and unit.
    order
        The lines, as named in ``name`` and in :data:`COLOURS`.
    band
        ``date``, ``low``, ``high``.
    decimals
        Of the values in tooltips.
    """
    points = lines.loc[lines["name"].isin(order), ["date", "name", "value"]].dropna()
    heights = points["value"] if band is None else pd.concat([points["value"], band["low"], band["high"]])
    last = points.sort_values("date").groupby("name").tail(1).assign(date=points["date"].max())
    colour = colours(order)
    axis_x, axis_y = alt.X("date:T", title=None), alt.Y("value:Q", title=title)
    layers = [alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")]
    if band is not None:
        layers.append(
            alt.Chart(band[["date", "low", "high"]])
            .mark_area(opacity=0.2, color=MUTED)
            .encode(x=axis_x, y=alt.Y("low:Q", title=title), y2="high:Q")
        )
    layers.append(
        alt.Chart(points)
        .mark_line(strokeWidth=1.5)
        .encode(
            x=axis_x,
            y=axis_y,
            color=colour,
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("date:T", title="period", format="%-d %B %Y"),
                alt.Tooltip("value:Q", title=title, format=f",.{decimals}f"),
            ],
        )
    )
    layers.append(end_labels(last, colour, span=(heights.min(), heights.max())))
    return alt.layer(*layers)


def chart_coefficients(
    data: pd.DataFrame, *, order: Sequence[str], title: str, decimals: int = 1
) -> alt.FacetChart:
    """Estimates with their intervals, a row each within a panel a group.

    Parameters
    ----------
    data
        ``group`` (the panel), ``model`` (the colour), ``sample`` (the row), ``value``, ``low``,
        ``high``.
    order
        The models, as named in ``model`` and in :data:`COLOURS`.
    title
        Of the x axis: measure and unit.
    decimals
        Of the values in tooltips.
    """
    points = data.rename(columns={"model": "name"})[["group", "name", "sample", "value", "low", "high"]]
    samples, groups = list(dict.fromkeys(points["sample"])), list(dict.fromkeys(points["group"]))
    base = alt.Chart().encode(
        y=alt.Y("sample:N", sort=samples, title=None),
        yOffset=alt.YOffset("name:N", sort=list(order)),
        color=colours(order, legend=len(order) > 1),
    )
    zero = alt.Chart().mark_rule().encode(x=alt.datum(0))
    axis_x = alt.X("low:Q", title=title, axis=alt.Axis(tickCount=4))
    intervals = base.mark_rule(strokeWidth=2).encode(x=axis_x, x2="high:Q")
    dots = base.mark_point(filled=True, size=40, opacity=1).encode(
        x="value:Q",
        tooltip=["group:N", "sample:N", "name:N"]
        + [alt.Tooltip(f"{column}:Q", format=f"+.{decimals}f") for column in ("value", "low", "high")],
    )
    panels = alt.layer(zero, intervals, dots, data=points).properties(
        width=WIDTH - 90, height=len(samples) * max(20, 11 * len(order))
    )
    return panels.facet(alt.Facet("group:N", sort=groups, title=None, header=PANEL), columns=1)
