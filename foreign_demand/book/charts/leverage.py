"""Charts of the price impact of a foreign sale, and of who buys."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import colours
from foreign_demand.book.charts.style import MUTED, PANEL, WIDTH


def chart_impacts(data: pd.DataFrame, *, order: Sequence[str], title: str) -> alt.LayerChart:
    """Published ranges, a row a study, a colour a scale, on a logarithmic axis.

    Parameters
    ----------
    data
        ``study`` (the row, in order), ``name`` (the scale), ``low_bp``, ``high_bp``, both above zero.
    order
        The scales, as named in ``name``.
    title
        Of the x axis: measure and unit.
    """
    shown = data[["study", "name", "low_bp", "high_bp"]].dropna()
    studies = list(dict.fromkeys(shown["study"]))
    row = alt.Y("study:N", sort=studies, title=None, axis=None)
    base = alt.Chart(shown).encode(
        y=row,
        yOffset=alt.YOffset("name:N", sort=list(order), scale=alt.Scale(paddingOuter=1)),
        color=colours(order, legend=True),
        tooltip=["study:N", "name:N", *(alt.Tooltip(f"{end}_bp:Q", format=".1f") for end in ("low", "high"))],
    )
    axis = alt.Axis(values=[1, 3, 10, 30, 100])
    axis_x = alt.X("low_bp:Q", title=title, scale=alt.Scale(type="log"), axis=axis)
    ranges = base.mark_rule(strokeWidth=3).encode(x=axis_x, x2="high_bp:Q")
    points = base.mark_point(filled=True, size=45, opacity=1)
    ends = [points.encode(x=f"{end}_bp:Q") for end in ("low", "high")]
    # On a phone there is no room for names beside the ranges: they stand above them.
    named = alt.Chart(pd.DataFrame({"study": studies})).encode(y=row, x=alt.value(0), text="study:N")
    names = named.mark_text(align="left", baseline="bottom", dy=-9)
    return alt.layer(ranges, *ends, names).properties(height=len(studies) * 40)


def chart_estimates(data: pd.DataFrame, *, order: Sequence[str], title: str) -> alt.LayerChart:
    """Estimates with their intervals around zero, a row each under its name, coloured by kind.

    Parameters
    ----------
    data
        ``sample`` (the row, in order), ``name`` (the kind), ``value``, ``low``, ``high``.
    order
        The kinds, as named in ``name``.
    title
        Of the x axis: measure and unit.
    """
    shown = data[["sample", "name", "value", "low", "high"]]
    samples = list(dict.fromkeys(shown["sample"]))
    row = alt.Y("sample:N", sort=samples, title=None, axis=None)
    base = alt.Chart(shown).encode(
        y=row,
        color=colours(order, legend=True),
        tooltip=[
            "sample:N",
            "name:N",
            *(alt.Tooltip(f"{c}:Q", format="+.0f") for c in ("value", "low", "high")),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=MUTED).encode(x="x:Q")
    axis_x = alt.X("low:Q", title=title)
    intervals = base.mark_rule(strokeWidth=3, yOffset=7).encode(x=axis_x, x2="high:Q")
    dots = base.mark_point(filled=True, size=45, opacity=1, yOffset=7).encode(x="value:Q")
    named = alt.Chart(shown[["sample"]]).encode(y=row, x=alt.value(0), text="sample:N")
    names = named.mark_text(align="left", baseline="bottom", dy=1)
    return alt.layer(zero, intervals, dots, names).properties(height=len(samples) * 32)


def chart_buyers(data: pd.DataFrame, *, title: str) -> alt.FacetChart:
    """What each sector bought, a panel a quarter: bars to the right bought, to the left sold.

    Parameters
    ----------
    data
        ``panel`` (in order), ``sector`` (in order), ``net_usd_bn``.
    title
        Of the x axis: measure and unit.
    """
    shown = data[["panel", "sector", "net_usd_bn"]]
    shown = shown.assign(side=(shown["net_usd_bn"] >= 0).map({True: "Bought", False: "Sold"}))
    sectors, panels = (list(dict.fromkeys(shown[column])) for column in ("sector", "panel"))
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            y=alt.Y("sector:N", sort=sectors, title=None, axis=alt.Axis(labelLimit=400)),
            x=alt.X("net_usd_bn:Q", title=title, axis=alt.Axis(tickCount=4)),
            color=colours(["Bought", "Sold"]),
            tooltip=["panel:N", "sector:N", alt.Tooltip("net_usd_bn:Q", format="+,.0f")],
        )
    )
    zero = alt.Chart().mark_rule(color=MUTED).encode(x=alt.datum(0))
    layered = alt.layer(bars, zero, data=shown.rename(columns={"side": "name"}))
    layered = layered.properties(width=WIDTH - 100, height=len(sectors) * 19)
    return layered.facet(
        alt.Facet("panel:N", sort=panels, title=None, header=PANEL), columns=1
    ).resolve_scale(x="independent")


def chart_weeks(data: pd.DataFrame, *, order: Sequence[str], title: str) -> alt.LayerChart:
    """Lines by the number of weeks since each began.

    Parameters
    ----------
    data
        ``week``, ``name``, ``value``.
    order
        The lines, as named in ``name`` and in :data:`COLOURS`.
    title
        Of the y axis: measure and unit.
    """
    shown = data[["week", "name", "value"]]
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=MUTED).encode(y="value:Q")
    base = alt.Chart(shown).encode(
        x=alt.X("week:Q", title="Weeks since", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("value:Q", title=title),
    )
    lines = base.mark_line().encode(
        color=colours(order), tooltip=["name:N", "week:Q", alt.Tooltip("value:Q", format="+,.0f")]
    )
    ends = alt.Chart(shown[shown["week"] == shown["week"].max()]).encode(
        x="week:Q", y="value:Q", text="name:N"
    )
    return alt.layer(zero, lines, ends.mark_text(align="right", baseline="bottom", dy=-6))
