"""Charts of the book: ``chart_*`` takes a tidy table and returns an Altair chart."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from foreign_demand.catalog import Break

__all__ = [
    "COLOURS",
    "DARK",
    "chart_bills_and_bonds",
    "chart_custody_band",
    "chart_lines",
    "chart_ranking",
    "theme",
]

WIDTH, HEIGHT = 310, 215
TEXT = 14
"""Type size of every chart, large for its width: it is still read where a phone shows the chart small."""

INK, MUTED, GRID, PAPER = "#1f2430", "#5b6270", "#d5d9e0", "#ffffff"
RED, ORANGE, GOLD, GREEN, TEAL = "#7f1a2b", "#bd5f00", "#b88b00", "#4a5a00", "#008f7d"
SKY, BLUE, PURPLE, PINK = "#04567d", "#2b52e0", "#56209a", "#e64bc6"

DARK: Mapping[str, str] = {
    INK: "#e6e8ec",
    MUTED: "#a9b0bd",
    GRID: "#3a3f49",
    PAPER: "#121212",
    RED: "#f47d8c",
    ORANGE: "#ffc285",
    GOLD: "#b8930f",
    GREEN: "#a9cc10",
    TEAL: "#3fe8d8",
    SKY: "#35bdf0",
    BLUE: "#5b8aff",
    PURPLE: "#a88be0",
    PINK: "#dd5a9a",
}
"""What each colour becomes on a dark page. A chart uses no colour that is not named here."""

COLOURS: Mapping[str, str] = {
    "Total": INK,
    "Official": BLUE,
    "Private": ORANGE,
    "Japan": RED,
    "China": ORANGE,
    "China, Mainland": ORANGE,
    "China and Belgium": PURPLE,
    "United Kingdom": BLUE,
    "Belgium": GOLD,
    "Luxembourg": SKY,
    "Cayman Islands": TEAL,
    "Ireland": GREEN,
    "Switzerland": PINK,
    "Custody or fund centre": GOLD,
    "Other": BLUE,
    "Largest": RED,
    "Largest five": BLUE,
    "Largest ten": TEAL,
    "Bills": TEAL,
    "Notes and bonds": BLUE,
    "Gross federal debt": PINK,
    "Debt held by the public": BLUE,
    "Marketable debt": TEAL,
    "Marketable debt without bills": ORANGE,
}
"""One colour an entity, the same in every chapter; colour-blind readers tell apart those drawn together."""


@alt.theme.register("foreign_demand", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Type, grid, colours and size of every chart."""
    words = {"labelColor": MUTED, "labelFontSize": TEXT, "titleColor": MUTED, "titleFontSize": TEXT}
    return alt.theme.ThemeConfig(
        config={
            "background": "transparent",
            # Arial, Helvetica and the face that stands for them here are of one width: no label is cut off.
            "font": "Helvetica, Arial, sans-serif",
            "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": HEIGHT},
            "axis": {
                **words,
                "titleFontWeight": "normal",
                "gridColor": GRID,
                "domainColor": MUTED,
                "tickColor": MUTED,
                "domain": False,
                "ticks": False,
                "labelPadding": 6,
            },
            "axisX": {"grid": False, "domain": True, "ticks": True, "tickCount": 6, "labelFlush": False},
            "axisYQuantitative": {
                "tickCount": 5,
                "titleAlign": "left",
                "titleAnchor": "end",
                "titleAngle": 0,
                "titleBaseline": "bottom",
                "titleX": 0,
                "titleY": -10,
            },
            "legend": {
                **words,
                "orient": "top",
                "title": None,
                "columns": 2,
                "columnPadding": 24,
                "symbolType": "square",
            },
            "line": {"strokeWidth": 2, "strokeJoin": "round"},
            "rule": {"color": MUTED},
            "text": {"color": INK, "fontSize": TEXT},
            "style": {"label": {"align": "left", "dx": 15}, "value": {"align": "left", "dx": 5}},
        }
    )


alt.data_transformers.disable_max_rows()


def _colour(names: Sequence[str], *, legend: bool = False) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=[COLOURS[n] for n in names])
    return alt.Color("name:N", scale=scale, legend=alt.Legend() if legend else None)


def _spread(values: pd.Series, heights: pd.Series) -> pd.Series:
    """Label positions: the values, pushed apart by the height of each label, kept in order."""
    ordered = values.sort_values()
    placed = ordered.copy()
    for i in range(1, len(placed)):
        placed.iloc[i] = max(placed.iloc[i], placed.iloc[i - 1] + heights[placed.index[i]])
    return (placed - (placed - ordered).mean()).reindex(values.index)


def _end_labels(
    ends: pd.DataFrame,
    colour: alt.Color,
    *,
    span: tuple[float, float],
    label: Mapping[str, str] | None = None,
    log: bool = False,
) -> alt.LayerChart:
    """Names at the right edge, each in ink behind a dot in the colour of what it names.

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
    dots = base.mark_point(filled=True, opacity=1, size=50, xOffset=8).encode(color=colour)
    names = base.mark_text(style="label", lineBreak="\n", baseline="middle").encode(text="label:N")
    return alt.layer(dots, names)


def _break_rules(breaks: Sequence[Break], start: pd.Timestamp, end: pd.Timestamp) -> alt.Chart | None:
    """Dotted vertical lines where a series changes meaning."""
    days = [pd.Period(b.period, "M").end_time.normalize() for b in breaks]
    shown = pd.DataFrame(
        [{"date": d, "why": b.why} for d, b in zip(days, breaks, strict=True) if start <= d <= end]
    )
    if shown.empty:
        return None
    return (
        alt.Chart(shown)
        .mark_rule(strokeDash=[2, 3], opacity=0.7)
        .encode(x="date:T", tooltip=[alt.Tooltip("date:T", format="%B %Y"), "why:N"])
    )


def _stacked(
    data: pd.DataFrame, order: Sequence[str], *, title: str, format: str, breaks: Sequence[Break]
) -> alt.LayerChart:
    """Areas over time, stacked from the first of ``order`` upwards, labelled where they end."""
    points = data[["date", "name", "value"]].assign(order=data["name"].map(list(order).index))
    end = points["date"].max()
    last = points[points["date"] == end].sort_values("order")
    tops = last["value"].cumsum()
    colour = _colour(order)
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
    ends = _end_labels(last.assign(value=tops - last["value"] / 2), colour, span=(0.0, highest))
    rules = _break_rules(breaks, points["date"].min(), end)
    return alt.layer(areas, *([rules] if rules else []), ends)


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
        Tidy, one row a point: ``month``, ``quarter`` or ``date``; ``segment``, the
        stretch between breaks, where lines stop; ``name``, which line; ``value``.
    title
        Of the y axis: measure and unit.
    order
        The lines, as named in ``name`` and in :data:`COLOURS`.
    breaks
        Drawn as dotted rules.
    label
        Text at a line's end, where it differs from its name.
    log
        Logarithmic y axis, on which equal growth has equal slope; otherwise it starts at 0.
    """
    columns = ["date", "segment", "name", "value"]
    points = data.rename(columns={"month": "date", "quarter": "date"})
    points = points.loc[points["name"].isin(order), columns].dropna(subset="value")
    last = points.sort_values(["date", "segment"]).groupby("name").tail(1)
    low, high = (points["value"].min() if log else 0.0), points["value"].max()
    colour = _colour(order)
    ends = _end_labels(last.assign(date=points["date"].max()), colour, span=(low, high), label=label, log=log)
    axis_y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True))
    if log:
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        axis_y = axis_y.scale(type="log").axis(values=[10.0**n for n in decades])
    lines = (
        alt.Chart(points)
        .mark_line()
        .encode(
            x=alt.X("date:T", title=None),
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
    rules = _break_rules(breaks, points["date"].min(), points["date"].max())
    return alt.layer(lines, *([rules] if rules else []), ends)


def chart_bills_and_bonds(data: pd.DataFrame, *, breaks: Sequence[Break]) -> alt.LayerChart:
    """Foreign holdings of bills and of notes and bonds, stacked, with breaks.

    Parameters
    ----------
    data
        From :func:`foreign_demand.holdings.bills_and_bonds`.
    """
    names = ["Notes and bonds", "Bills"]
    tidy = data.rename(columns={"month": "date", "bonds_usd_bn": names[0], "bills_usd_bn": names[1]}).melt(
        "date", names, var_name="name", value_name="value"
    )
    return _stacked(tidy, names, title="USD billion", format=",.0f", breaks=breaks)


def chart_ranking(data: pd.DataFrame, *, top: int = 20) -> alt.LayerChart:
    """Bars of the largest holders, custody centres hatched apart by colour.

    Parameters
    ----------
    data
        From :func:`foreign_demand.holdings.ranking`.
    top
        How many are drawn.
    """
    kinds = ["Custody or fund centre", "Other"]
    shown = data.head(top).assign(
        kind=lambda t: t["custody_centre"].map({True: kinds[0], False: kinds[1]}),
        text=lambda t: t["holdings_usd_bn"].map("{:,.0f}".format),
    )[["country", "holdings_usd_bn", "share_pct", "kind", "text"]]
    base = alt.Chart(shown).encode(
        y=alt.Y("country:N", sort=None, title=None),
        x=alt.X("holdings_usd_bn:Q", title="USD billion"),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=kinds, range=[COLOURS[k] for k in kinds]),
            legend=alt.Legend(),
        ),
        tooltip=[
            "country:N",
            alt.Tooltip("holdings_usd_bn:Q", title="USD billion", format=",.1f"),
            alt.Tooltip("share_pct:Q", title="share of foreign holdings, %", format=".1f"),
        ],
    )
    values = base.mark_text(style="value").encode(text="text:N")
    return alt.layer(bars, values).properties(height=22 * len(shown))


def chart_custody_band(data: pd.DataFrame, *, breaks: Sequence[Break]) -> alt.LayerChart:
    """Share of foreign holdings recorded in custody centres, stacked by centre.

    Parameters
    ----------
    data
        From :func:`foreign_demand.holdings.custody_band`.
    """
    newest = data[data["month"] == data["month"].max()].sort_values("share_pct", ascending=False)
    names = newest["country"].tolist()
    tidy = data.rename(columns={"month": "date", "country": "name", "share_pct": "value"})
    return _stacked(tidy, names, title="Percent of all foreign holdings", format=".1f", breaks=breaks)
