"""Charts of published claims."""

from __future__ import annotations

import altair as alt
import pandas as pd

from foreign_demand.book.charts.style import INK, MUTED, for_wide_places


def chart_readings(data: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """A figure in each way that it can be read, a row each under its name, against what is stated.

    Parameters
    ----------
    data
        ``name`` (the row, in order), ``value``, ``stated`` with ``low`` and ``high``, what its wording
        leaves, and whether the value ``fits``: a full point, else an open one.
    title
        Of the x axis: measure and unit.
    """
    shown = data[["name", "value", "stated", "low", "high", "fits"]]
    names = list(dict.fromkeys(shown["name"]))
    row = alt.Y("name:N", sort=names, title=None, axis=None)
    axis_x = alt.X("value:Q", title=title, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=4))
    stated = alt.Chart(shown[:1])
    band = stated.mark_rect(color=MUTED, opacity=0.25).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    rule = stated.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x="stated:Q")
    points = (
        alt.Chart(shown)
        .mark_point(size=60, color=INK, fill=INK, opacity=1)
        .encode(
            x=axis_x,
            y=row,
            fillOpacity=alt.condition(alt.datum.fits, alt.value(1), alt.value(0)),
            tooltip=["name:N", alt.Tooltip("value:Q", format=",.1f"), alt.Tooltip("stated:Q", format=",.1f")],
        )
    )
    labels = alt.Chart(pd.DataFrame({"name": names})).encode(y=row, x=alt.value(0), text="name:N")
    text = labels.mark_text(align="left", baseline="bottom", dy=-7)
    return for_wide_places(alt.layer(band, rule, points, text).properties(height=len(names) * 36))
