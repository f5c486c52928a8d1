"""Charts of the safe haven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.general import chart_with_band
from foreign_demand.book.charts.layers import colours
from foreign_demand.book.charts.style import GRID, HEIGHT, MUTED, WIDTH

_SHAPES = ("circle", "square", "diamond", "triangle-up")
_COMPRESSED_BEYOND = 10


def chart_rolling_correlation(
    data: pd.DataFrame, breaks: pd.DataFrame, *, banded: str, order: Sequence[str]
) -> alt.LayerChart:
    """Rolling correlations, one with its band, over the dates of breaks and their intervals.

    Parameters
    ----------
    data
        ``name`` (which window), ``date``, ``correlation``, ``low``, ``high``.
    breaks
        From :func:`foreign_demand.analysis.inference.break_dates`: a dotted line each, and on the
        time axis a bar for its interval.
    banded
        The name drawn with its band.
    order
        The windows, as named in ``name`` and in :data:`COLOURS`.
    """
    drawn = chart_with_band(
        data.rename(columns={"correlation": "value"}),
        title="Correlation",
        order=order,
        band=data[data["name"] == banded],
    )
    shown = breaks.assign(low=breaks["low"].clip(lower=data["date"].min()))[["month", "low", "high"]]
    tooltip = [alt.Tooltip(f"{column}:T", format="%B %Y") for column in shown]
    base = alt.Chart(shown).encode(tooltip=tooltip)
    rules = base.mark_rule(strokeDash=[2, 3]).encode(x="month:T")
    intervals = base.mark_rule(strokeWidth=6, opacity=0.6).encode(
        x="low:T", x2="high:T", y=alt.value(HEIGHT - 3)
    )
    return alt.layer(*([] if breaks.empty else [rules, intervals]), *drawn.layer)


def chart_falls(data: pd.DataFrame, *, order: Sequence[str]) -> alt.LayerChart:
    """What assets returned in each fall of stocks: one row a fall, one mark an asset.

    Parameters
    ----------
    data
        ``fall`` (its label), ``name`` (asset), ``return_pct``; falls in order of time.
    order
        Assets, as named in ``name`` and in :data:`COLOURS`; at most four.
    """
    falls = list(dict.fromkeys(data["fall"]))
    marks = (
        alt.Chart(data[["fall", "name", "return_pct"]].dropna())
        .mark_point(filled=True, size=64, opacity=1)
        .encode(
            y=alt.Y("fall:N", sort=falls, title=None, axis=alt.Axis(grid=True, gridColor=GRID)),
            x=alt.X(
                "return_pct:Q",
                title=f"Percent, scale compressed beyond {_COMPRESSED_BEYOND}",
                scale=alt.Scale(type="symlog", constant=_COMPRESSED_BEYOND),
                axis=alt.Axis(values=[-30, -10, 0, 10, 30, 100]),
            ),
            color=colours(order, legend=True),
            shape=alt.Shape("name:N", scale=alt.Scale(domain=list(order), range=list(_SHAPES[: len(order)]))),
            tooltip=["fall:N", "name:N", alt.Tooltip("return_pct:Q", format="+.1f")],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=MUTED).encode(x="zero:Q")
    return alt.layer(zero, marks).properties(width=WIDTH - 50, height=26 * len(falls))


def chart_responses(
    data: pd.DataFrame, *, titles: Mapping[str, str], banded: str, order: Sequence[str]
) -> alt.VConcatChart:
    """Slopes that change over time, one of them with its band, one panel a response.

    The last one of each month is drawn: a weekly line would weigh more than it shows.

    Parameters
    ----------
    data
        ``response``, ``name`` (how it was estimated), ``date``, ``slope``, ``low``, ``high``.
    titles
        Title of the y axis by response.
    banded
        The name drawn with its band.
    order
        The lines, as named in ``name`` and in :data:`COLOURS`.
    """
    panels = []
    for response, title in titles.items():
        own = data[data["response"] == response].rename(columns={"slope": "value"})
        own = own.groupby(["name", own["date"].dt.to_period("M")]).tail(1)
        band = own[own["name"] == banded]
        panels.append(
            chart_with_band(own, title=title, order=order, band=band).properties(height=HEIGHT - 45)
        )
    return alt.vconcat(*panels, spacing=24)
