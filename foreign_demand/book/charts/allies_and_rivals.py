"""Charts of who is aligned with the United States and who buys its debt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from foreign_demand.book.charts.layers import colours
from foreign_demand.book.charts.style import COLOURS, HEIGHT, INK, MUTED, PANEL, PAPER, WIDTH
from foreign_demand.exceptions import FigureError

_LINES = {"symbolType": "stroke", "symbolStrokeWidth": 3}
"""Legend of lines."""
_SYMLOG_TICKS = [-100, -10, -1, 0, 1, 10, 100]


def chart_by_group(
    data: pd.DataFrame, *, order: Sequence[str], panels: Mapping[str, str]
) -> alt.VConcatChart:
    """Bars by year and group, a panel a regime, on one scale and never joined.

    Parameters
    ----------
    data
        ``period`` (label of a bar group, in order), ``regime``, ``group``, ``net_purchases_usd_bn``.
    order
        The groups, as named in :data:`COLOURS`.
    panels
        Regime to the heading of its panel.
    """
    values = data["net_purchases_usd_bn"]
    shown = data.rename(columns={"group": "name", "net_purchases_usd_bn": "value"})
    parts = []
    for at, (regime, heading) in enumerate(panels.items()):
        rows = shown.loc[shown["regime"] == regime, ["period", "name", "value"]]
        colour = colours(order, legend=at == 0)
        bars = (
            alt.Chart(rows)
            .mark_bar()
            .encode(
                x=alt.X(
                    "period:N",
                    sort=None,
                    title=None,
                    axis=alt.Axis(labelAngle=0, labelExpr="split(datum.label, ', ')"),
                ),
                xOffset=alt.XOffset("name:N", sort=list(order)),
                y=alt.Y(
                    "value:Q",
                    title="USD billion",
                    scale=alt.Scale(domain=[values.min(), values.max()], nice=True),
                ),
                color=colour,
                tooltip=[
                    "name:N",
                    "period:N",
                    alt.Tooltip("value:Q", title="net purchases, USD billion", format="+,.1f"),
                ],
            )
        )
        zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")
        title = alt.TitleParams(heading, anchor="start", color=INK, fontSize=14)
        parts.append(alt.layer(bars, zero).properties(width=WIDTH, height=0.85 * HEIGHT, title=title))
    return alt.vconcat(*parts, spacing=16)


def chart_specification_curve(
    data: pd.DataFrame, *, order: Sequence[str], published: Mapping[str, float]
) -> alt.FacetChart:
    """Results of all specifications from the smallest to the largest, with the published figure as a rule.

    Parameters
    ----------
    data
        ``panel``, ``name`` (which countries are counted), ``percentile``, ``value``.
    order
        The lines.
    published
        Panel to the published figure.
    """
    tidy = data.assign(published=data["panel"].map(published))
    base = alt.Chart().encode(x=alt.X("percentile:Q", title="Percent of specifications that find less"))
    lines = base.mark_line().encode(
        y=alt.Y("value:Q", title="USD billion"),
        color=colours(order, legend=True).legend(**_LINES),
        tooltip=[
            "name:N",
            alt.Tooltip("percentile:Q", title="percent below", format=".0f"),
            alt.Tooltip("value:Q", title="USD billion", format="+,.1f"),
        ],
    )
    zero = alt.Chart().mark_rule(opacity=0.5).encode(y=alt.datum(0))
    rules = (
        alt.Chart()
        .transform_aggregate(published="mean(published)", groupby=["panel"])
        .mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=INK)
        .encode(y="published:Q")
    )
    return (
        alt.layer(zero, lines, rules, data=tidy)
        .properties(width=WIDTH, height=0.75 * HEIGHT)
        .facet(alt.Facet("panel:N", sort=list(published), title=None, header=PANEL), columns=1)
        .resolve_scale(y="independent")
    )


def chart_cutoffs(data: pd.DataFrame, *, order: Sequence[str], published: float) -> alt.LayerChart:
    """One figure over the whole range of cutoffs: medians by measure, and the range of all.

    Parameters
    ----------
    data
        ``name`` (the measure), ``share_pct``, ``low_usd_bn``, ``median_usd_bn``, ``high_usd_bn``.
    order
        The measures, as named in :data:`COLOURS`.
    published
        Drawn as a dashed rule.
    """
    band = data.groupby("share_pct", as_index=False).agg(
        low=("low_usd_bn", "min"), high=("high_usd_bn", "max")
    )
    axis_x = alt.X("share_pct:Q", title="Percent of states called most aligned", scale=alt.Scale(zero=False))
    area = (
        alt.Chart(band)
        .mark_area(opacity=0.2, color=MUTED)
        .encode(x=axis_x, y=alt.Y("low:Q", title="USD billion"), y2="high:Q")
    )
    lines = (
        alt.Chart(data[["name", "share_pct", "median_usd_bn"]])
        .mark_line(interpolate="step-after")
        .encode(
            x=axis_x,
            y=alt.Y("median_usd_bn:Q", title="USD billion"),
            color=colours(order, legend=True).legend(**_LINES, offset=24),
            tooltip=[
                "name:N",
                alt.Tooltip("share_pct:Q", title="percent of states"),
                alt.Tooltip("median_usd_bn:Q", title="median, USD billion", format="+,.1f"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"value": [published]}))
        .mark_rule(strokeDash=[5, 4], strokeWidth=1.5, color=INK)
        .encode(y="value:Q")
    )
    return alt.layer(area, lines, rule)


def chart_against_purchases(
    data: pd.DataFrame, *, order: Sequence[str], measures: Sequence[str], periods: Sequence[str]
) -> alt.LayerChart:
    """Countries by alignment and net purchases; a reader chooses the measure and the period.

    Parameters
    ----------
    data
        ``country``, ``group``, ``measure``, ``period``, ``from_top_pct``, ``alignment``,
        ``net_purchases_usd_bn``, ``label`` (the name where it is written beside its point, else empty).
    order
        The groups, as named in :data:`COLOURS`.
    measures, periods
        To choose from, the first being shown first.

    Raises
    ------
    FigureError
        If a measure or period has no row.
    """
    for column, options in (("measure", measures), ("period", periods)):
        if absent := set(options) - set(data[column]):
            raise FigureError(f"No country has {column} {', '.join(sorted(absent))}; leave it out.")
    chosen = [
        alt.param(name=name, value=options[0], bind=alt.binding_select(options=list(options), name=said))
        for name, options, said in (("votes", measures, "Alignment by: "), ("purchases", periods, "Period: "))
    ]
    shown = data.rename(columns={"group": "name", "net_purchases_usd_bn": "value"})
    shown = shown.assign(label_below=_close_under_another(shown))
    base = (
        alt.Chart(shown)
        .transform_filter("datum.measure === votes && datum.period === purchases")
        .encode(
            x=alt.X(
                "from_top_pct:Q",
                title="Position: the most aligned state at the left",
                scale=alt.Scale(domain=[0, 100]),
            ),
            y=alt.Y(
                "value:Q",
                title="Net purchases, USD billion",
                scale=alt.Scale(type="symlog", constant=1),
                axis=alt.Axis(
                    values=_SYMLOG_TICKS,
                    tickCount=len(_SYMLOG_TICKS),  # with fewer, every second one is left out
                    format="+,d",
                    labelExpr="datum.value ? datum.label : '0'",
                ),
            ),
        )
    )
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")
    points = (
        base.mark_point(filled=True, size=50, opacity=0.85, stroke=PAPER, strokeWidth=0.5)
        .encode(
            color=colours(order, legend=True).legend(offset=36),
            tooltip=[
                "country:N",
                alt.Tooltip("name:N", title="group"),
                alt.Tooltip("alignment:Q", title="measure", format=".1f"),
                alt.Tooltip("from_top_pct:Q", title="position, %", format=".0f"),
                alt.Tooltip("value:Q", title="net purchases, USD billion", format="+,.1f"),
            ],
        )
        .add_params(*chosen)
    )
    above, below = (
        base.transform_filter(f"{negated}datum.label_below")
        .mark_text(align="left", dx=6, dy=dy, fontSize=12)
        .encode(text="label:N")
        for negated, dy in (("!", -6), ("", 8))
    )
    return alt.layer(zero, points, above, below).properties(height=1.4 * HEIGHT)


def _close_under_another(shown: pd.DataFrame) -> pd.Series:
    """Labelled points whose label would run into that of one just above: theirs stands below the point."""
    height = np.sign(shown["value"]) * np.log10(1 + shown["value"].abs())
    close = pd.Series(False, index=shown.index)
    for _, group in shown[shown["label"] != ""].groupby(["measure", "period"]):
        for at, own in group["from_top_pct"].items():
            beside = (group["from_top_pct"] - own).abs() < 9
            close[at] = (beside & (height[group.index] - height[at]).between(0, 0.35, "neither")).any()
    return close


def chart_gold(data: pd.DataFrame, *, order: Sequence[str]) -> alt.LayerChart:
    """Bars of the change of official gold by country, coloured by group.

    Parameters
    ----------
    data
        ``country``, ``group``, ``change_tonnes``: the countries to draw, in order.
    order
        The groups, as named in :data:`COLOURS`.
    """
    shown = data.rename(columns={"group": "name"})[["country", "name", "change_tonnes"]]
    shown = shown.assign(text=shown["change_tonnes"].map("{:+,.0f}".format).str.replace("-", "−"))
    base = alt.Chart(shown).encode(
        y=alt.Y("country:N", sort=None, title=None), x=alt.X("change_tonnes:Q", title="Tonnes")
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "name:N",
            scale=alt.Scale(domain=list(order), range=[COLOURS[name] for name in order]),
            legend=alt.Legend(),
        ),
        tooltip=["country:N", "name:N", alt.Tooltip("change_tonnes:Q", title="tonnes", format="+,.0f")],
    )
    return alt.layer(bars, base.mark_text(style="value").encode(text="text:N")).properties(
        height=22 * len(shown)
    )
