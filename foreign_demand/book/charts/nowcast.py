"""Charts of forecasts: bands around the next prints, the past of them, whether bands held."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import break_marks, colours, years
from foreign_demand.book.charts.style import BLUE, HEIGHT, INK, MUTED, PANEL, WIDTH
from foreign_demand.data.catalog import Break

INSIDE, OUTSIDE = "Print inside the band", "Print outside it"


def chart_next_print(data: pd.DataFrame, *, order: Sequence[str]) -> alt.FacetChart:
    """Forecasts with their bands, a row a target within a panel a month.

    Parameters
    ----------
    data
        ``group`` (the panel), ``target``, ``forecast_usd_bn`` and ``low_``, ``high_`` of 95, 80 and 50.
    order
        The targets.
    """
    base = alt.Chart().encode(y=alt.Y("target:N", sort=list(order), title=None))
    x = alt.X("low_95:Q", title="USD billion", axis=alt.Axis(tickCount=4))
    zero = alt.Chart().mark_rule().encode(x=alt.datum(0))
    bands = [
        base.mark_rule(color=BLUE, strokeWidth=width, opacity=opacity).encode(
            x=x if level == 95 else f"low_{level}:Q", x2=f"high_{level}:Q"
        )
        for level, width, opacity in ((95, 2.0, 0.6), (80, 7.0, 0.35), (50, 7.0, 0.6))
    ]
    dots = base.mark_point(filled=True, size=45, color=INK, opacity=1).encode(
        x="forecast_usd_bn:Q",
        tooltip=[
            "target:N",
            alt.Tooltip("forecast_usd_bn:Q", title="forecast", format="+.0f"),
            *(alt.Tooltip(f"{end}_80:Q", title=f"80% band, {end}", format="+.0f") for end in ("low", "high")),
        ],
    )
    panels = alt.layer(zero, *bands, dots, data=data).properties(width=WIDTH - 90, height=26 * len(order))
    groups = list(dict.fromkeys(data["group"]))
    return panels.facet(alt.Facet("group:N", sort=groups, title=None, header=PANEL), columns=1)


def chart_forecast_past(data: pd.DataFrame, *, breaks: Sequence[Break]) -> alt.LayerChart:
    """Prints as points on the band that was forecast.

    Parameters
    ----------
    data
        ``month``, ``low_80``, ``high_80`` and ``actual_usd_bn``, which may be missing.
    breaks
        Drawn as gaps, with a tick on the axis.
    """
    rows = data.rename(columns={"month": "date"})
    rows = rows[["date", "low_80", "high_80", "actual_usd_bn"]]
    inside = rows["actual_usd_bn"].between(rows["low_80"], rows["high_80"])
    rows = rows.assign(name=inside.map({True: INSIDE, False: OUTSIDE}))
    y = alt.Y("low_80:Q", title="USD billion a month")
    base = alt.Chart(rows).encode(x=years(rows["date"]))
    band = base.mark_area(opacity=0.25, color=MUTED).encode(y=y, y2="high_80:Q")
    points = (
        base.transform_filter("isValid(datum.actual_usd_bn)")
        .mark_point(filled=True, size=22, opacity=0.9)
        .encode(
            y=alt.Y("actual_usd_bn:Q"),
            color=colours([INSIDE, OUTSIDE], legend=True),
            tooltip=[
                alt.Tooltip("date:T", title="month", format="%B %Y"),
                alt.Tooltip("actual_usd_bn:Q", title="print", format="+.0f"),
                alt.Tooltip("low_80:Q", title="80% band, low", format="+.0f"),
                alt.Tooltip("high_80:Q", title="80% band, high", format="+.0f"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")
    marks = break_marks(breaks, rows["date"].min(), rows["date"].max())
    return alt.layer(zero, band, *marks, points)


def chart_calibration(data: pd.DataFrame, *, order: Sequence[str], targets: Sequence[str]) -> alt.FacetChart:
    """How often bands held against how often they were to, a panel a target.

    Parameters
    ----------
    data
        ``target``, ``name`` (which kind of band), ``asked_pct``, ``covered_pct``, and ``low_pct`` and
        ``high_pct``, the range of a band that holds as it should.
    order
        The kinds, as named in ``name``.
    targets
        The panels.
    """
    scale = alt.Scale(domain=[30, 100], nice=False)
    axis = alt.Axis(values=[50, 80, 95])
    x = alt.X("asked_pct:Q", title="Band, percent", scale=scale, axis=axis)
    base = alt.Chart().encode(x=x)
    due = base.mark_area(opacity=0.2, color=MUTED).encode(
        y=alt.Y("low_pct:Q", title=None, scale=scale, axis=axis), y2="high_pct:Q"
    )
    line = base.mark_line(strokeWidth=1, strokeDash=[3, 3], color=MUTED).encode(y="asked_pct:Q")
    points = base.mark_point(filled=True, size=45, opacity=0.9).encode(
        y="covered_pct:Q",
        color=colours(order, legend=True),
        tooltip=[
            "target:N",
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("asked_pct:Q", title="band", format=".0f"),
            alt.Tooltip("covered_pct:Q", title="inside", format=".1f"),
        ],
    )
    panels = alt.layer(due, line, points, data=data).properties(width=0.4 * WIDTH, height=0.5 * HEIGHT)
    return panels.facet(alt.Facet("target:N", sort=list(targets), title=None, header=PANEL), columns=2)


def chart_surprises(data: pd.DataFrame, *, targets: Sequence[str]) -> alt.FacetChart:
    """Changes in the yield around releases against what the prints surprised by, a panel a target.

    Parameters
    ----------
    data
        ``target``, ``month``, ``surprise_usd_bn``, ``change_bp``.
    targets
        The panels.
    """
    points = (
        alt.Chart()
        .mark_point(filled=True, size=22, opacity=0.6, color=BLUE)
        .encode(
            x=alt.X("surprise_usd_bn:Q", title="Surprise, USD billion", axis=alt.Axis(tickCount=5)),
            y=alt.Y("change_bp:Q", title=None),
            tooltip=[
                alt.Tooltip("month:T", title="print of", format="%B %Y"),
                alt.Tooltip("surprise_usd_bn:Q", title="surprise", format="+.0f"),
                alt.Tooltip("change_bp:Q", title="basis points", format="+.0f"),
            ],
        )
    )
    zero = alt.Chart().mark_rule().encode(y=alt.datum(0))
    shown = data[["target", "month", "surprise_usd_bn", "change_bp"]]
    panels = alt.layer(zero, points, data=shown).properties(width=WIDTH, height=0.7 * HEIGHT)
    return panels.facet(alt.Facet("target:N", sort=list(targets), title=None, header=PANEL), columns=1)
