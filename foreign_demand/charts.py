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
    "chart_coefficients",
    "chart_custody_band",
    "chart_decomposition",
    "chart_lines",
    "chart_ranking",
    "chart_with_band",
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
    "ACM": BLUE,
    "Kim–Wright": ORANGE,
    "Bias-corrected": GOLD,
    "As known then": ORANGE,
    "As estimated now": BLUE,
    "Expected path": GOLD,
    "Term premium": BLUE,
    "2 years": TEAL,
    "5 years": PINK,
    "10 years": BLUE,
    "10 years, daily": ORANGE,
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
    colour = _colour(order)
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
    layers.append(_end_labels(last, colour, span=(heights.min(), heights.max())))
    return alt.layer(*layers)


_PANEL = alt.Header(labelFontSize=TEXT, labelFontWeight="bold", labelColor=INK)


def chart_decomposition(data: pd.DataFrame) -> alt.FacetChart:
    """Changes in yields by maturity, stacked from expected path and premium, a panel an event.

    Parameters
    ----------
    data
        ``event``, ``maturity_years``, ``expected_path_bp``, ``premium_bp``, ``yield_bp``.
    """
    names = {"expected_path_bp": "Expected path", "premium_bp": "Term premium"}
    tidy = data.rename(columns=names).melt(
        ["event", "maturity_years", "yield_bp"], list(names.values()), var_name="name", value_name="value"
    )
    base = alt.Chart().encode(
        x=alt.X("maturity_years:O", title="Maturity, years", axis=alt.Axis(labelAngle=0, format="d"))
    )
    bars = base.mark_bar().encode(
        y=alt.Y("value:Q", title=None, stack="zero"),
        color=_colour(list(names.values()), legend=True),
        tooltip=["event:N", "name:N", "maturity_years:O", alt.Tooltip("value:Q", format="+.1f")],
    )
    totals = base.mark_point(filled=True, color=INK, stroke=PAPER, strokeWidth=1, size=44, opacity=1).encode(
        y="yield_bp:Q", tooltip=[alt.Tooltip("yield_bp:Q", title="yield", format="+.1f")]
    )
    panels = alt.layer(bars, totals, data=tidy).properties(width=WIDTH // 2 - 10, height=180)
    return panels.facet(
        alt.Facet("event:N", sort=list(dict.fromkeys(data["event"])), title=None, header=_PANEL), columns=2
    )


def chart_coefficients(data: pd.DataFrame, *, order: Sequence[str], title: str) -> alt.FacetChart:
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
    """
    points = data.rename(columns={"model": "name"})[["group", "name", "sample", "value", "low", "high"]]
    samples, groups = list(dict.fromkeys(points["sample"])), list(dict.fromkeys(points["group"]))
    base = alt.Chart().encode(
        y=alt.Y("sample:N", sort=samples, title=None),
        yOffset=alt.YOffset("name:N", sort=list(order)),
        color=_colour(order, legend=True),
    )
    zero = alt.Chart().mark_rule().encode(x=alt.datum(0))
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_point(filled=True, size=40, opacity=1).encode(
        x="value:Q",
        tooltip=["group:N", "sample:N", "name:N"]
        + [alt.Tooltip(f"{column}:Q", format="+.1f") for column in ("value", "low", "high")],
    )
    panels = alt.layer(zero, intervals, dots, data=points).properties(width=WIDTH // 2 - 40, height=120)
    return panels.facet(alt.Facet("group:N", sort=groups, title=None, header=_PANEL), columns=2)
