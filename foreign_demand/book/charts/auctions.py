"""Charts of who buys at auction."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import colours, years
from foreign_demand.book.charts.style import HEIGHT, INK, WIDTH

ALL_TENORS = "All tenors"


def chart_two_shares(data: pd.DataFrame, *, order: Sequence[str], tenors: Sequence[str]) -> alt.Chart:
    """Two shares of every auction as points over time; a reader chooses the tenor.

    Parameters
    ----------
    data
        Tidy: ``date``, ``tenor``, ``name`` (which share), ``value`` in percent.
    order
        The shares, as named in ``name`` and in :data:`COLOURS`.
    tenors
        To choose from, besides all.
    """
    tenor = alt.param(
        name="tenor",
        value=ALL_TENORS,
        bind=alt.binding_select(options=[ALL_TENORS, *tenors], name="Auctions: "),
    )
    return (
        alt.Chart(data[["date", "tenor", "name", "value"]])
        .mark_point(filled=True, size=16, opacity=0.6)
        .encode(
            x=years(data["date"]).axis(tickCount=5),
            y=alt.Y("value:Q", title="Percent", scale=alt.Scale(domain=[0, 100])),
            color=colours(order, legend=True).legend(offset=24),
            tooltip=[
                alt.Tooltip("date:T", title="auction", format="%-d %B %Y"),
                "tenor:N",
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("value:Q", title="percent", format=".1f"),
            ],
        )
        .transform_filter(f"tenor === '{ALL_TENORS}' || datum.tenor === tenor")
        .add_params(tenor)
    )


def chart_proxy(data: pd.DataFrame, *, order: Sequence[str]) -> alt.VConcatChart:
    """Rolling correlations with their intervals, a panel a class, interrupted where windows are.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.auctions.rolling_correlation`.
    order
        The classes, as named in ``name`` and in :data:`COLOURS`.
    """
    span = [data["date"].min().isoformat(), data["date"].max().isoformat()]
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[-0.5, 1]), axis=alt.Axis(tickCount=4))
    panels = []
    for name in order:
        rows = data[data["name"] == name]
        base = alt.Chart(rows).encode(
            x=alt.X("date:T", title=None, scale=alt.Scale(domain=span), axis=alt.Axis(tickCount=4)),
            color=colours(order),
            detail="segment:N",
        )
        band = base.mark_area(opacity=0.2).encode(y=y.copy(), y2="high:Q").encode(y="low:Q")
        line = base.mark_line(point=alt.OverlayMarkDef(size=20)).encode(
            y=y,
            tooltip=[
                alt.Tooltip("date:T", title="two years to", format="%B %Y"),
                alt.Tooltip("value:Q", title="correlation", format=".2f"),
                alt.Tooltip("low:Q", format=".2f"),
                alt.Tooltip("high:Q", format=".2f"),
                alt.Tooltip("auctions:Q"),
            ],
        )
        zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")
        heading = alt.TitleParams(name, anchor="start", color=INK, fontSize=14)
        panels.append(alt.layer(zero, band, line).properties(width=WIDTH, height=0.7 * HEIGHT, title=heading))
    return alt.vconcat(*panels, spacing=16)
