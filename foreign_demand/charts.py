"""Charts of the book: ``chart_*`` takes a tidy table and returns an Altair chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.catalog import Break

__all__ = [
    "COLOURS",
    "chart_bills_and_bonds",
    "chart_correlations",
    "chart_custody_band",
    "chart_falls",
    "chart_intervals",
    "chart_lines",
    "chart_ranking",
    "chart_responses",
    "theme",
]

WIDTH, HEIGHT = 640, 340
GREY = "#6b7280"

COLOURS: Mapping[str, str] = {
    "Total": "#1b1b3a",
    "Official": "#0072b2",
    "Private": "#d55e00",
    "Japan": "#cc3311",
    "China": "#ee7733",
    "China, Mainland": "#ee7733",
    "China and Belgium": "#aa4499",
    "United Kingdom": "#0077bb",
    "Belgium": "#ddaa33",
    "Luxembourg": "#33bbee",
    "Cayman Islands": "#009988",
    "Ireland": "#44aa66",
    "Switzerland": "#882255",
    "Largest": "#cc3311",
    "Largest five": "#0077bb",
    "Largest ten": "#332288",
    "Bills": "#56b4e9",
    "Notes and bonds": "#004488",
    "Gross federal debt": "#882255",
    "Debt held by the public": "#0072b2",
    "Marketable debt": "#009e73",
    "Marketable debt without bills": "#d55e00",
    "Stocks": "#1b1b3a",
    "2-year Treasury": "#56b4e9",
    "5-year Treasury": "#3d8fc4",
    "10-year Treasury": "#004488",
    "30-year Treasury": "#332288",
    "Dollar": "#009e73",
    "Gold": "#b8860b",
    "United States": "#004488",
    "Germany": "#882255",
    "Italy": "#44aa66",
    "US 10-year hedged into yen": "#56b4e9",
    "Aaa less 10-year": "#882255",
    "Baa less 10-year": "#d55e00",
    "Newest less older 10-year": "#004488",
}
"""One colour an entity, the same in every chapter; told apart by colour-blind readers."""


@alt.theme.register("foreign_demand", enable=True)
def theme() -> alt.theme.ThemeConfig:
    """Type, grid and size of every chart."""
    return alt.theme.ThemeConfig(
        config={
            "background": "transparent",
            "font": "system-ui, Helvetica, Arial, sans-serif",
            "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": HEIGHT},
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "gridColor": "#d1d5db",
                "gridOpacity": 0.6,
                "domain": False,
                "ticks": False,
                "labelPadding": 6,
            },
            "axisX": {"grid": False, "domain": True, "domainColor": GREY, "ticks": True},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top", "title": None},
            "line": {"strokeWidth": 2},
        }
    )


alt.data_transformers.disable_max_rows()


def _colour(names: Sequence[str], *, legend: bool = False) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=[COLOURS[n] for n in names])
    return alt.Color("name:N", scale=scale, legend=alt.Legend() if legend else None)


def _spread(values: pd.Series, gap: float) -> pd.Series:
    """Label positions: the values, pushed apart to at least ``gap``, kept in order."""
    ordered = values.sort_values()
    placed = ordered.copy()
    for i in range(1, len(placed)):
        placed.iloc[i] = max(placed.iloc[i], placed.iloc[i - 1] + gap)
    return (placed - (placed - ordered).mean()).reindex(values.index)


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
        .mark_rule(strokeDash=[2, 3], color=GREY, opacity=0.7)
        .encode(x="date:T", tooltip=[alt.Tooltip("date:T", format="%B %Y"), "why:N"])
    )


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
    last = points.sort_values(["date", "segment"]).groupby("name").tail(1).copy()
    last["label"] = last["name"].map({n: (label or {}).get(n, n) for n in order})
    gap = 0.0 if log else 0.055 * points["value"].max()
    last["place"] = _spread(last["value"], gap=gap)
    colour = _colour(order)
    axis_y = alt.Y("value:Q", title=title, scale=alt.Scale(type="log") if log else alt.Scale(zero=True))
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
    ends = (
        alt.Chart(last)
        .mark_text(align="left", dx=6, fontSize=12, fontWeight=600)
        .encode(x="date:T", y=alt.Y("place:Q"), text="label:N", color=colour)
    )
    rules = _break_rules(breaks, points["date"].min(), points["date"].max())
    return alt.layer(*([rules] if rules else []), lines, ends)


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
    areas = (
        alt.Chart(tidy)
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("value:Q", title="USD billion", stack="zero"),
            color=_colour(names, legend=True),
            order=alt.Order("order:Q"),
            tooltip=["name:N", alt.Tooltip("date:T", format="%B %Y"), alt.Tooltip("value:Q", format=",.0f")],
        )
        .transform_calculate(order=f"datum.name == '{names[0]}' ? 0 : 1")
    )
    rules = _break_rules(breaks, tidy["date"].min(), tidy["date"].max())
    return alt.layer(areas, *([rules] if rules else []))


def chart_ranking(data: pd.DataFrame, *, top: int = 20) -> alt.LayerChart:
    """Bars of the largest holders, custody centres hatched apart by colour.

    Parameters
    ----------
    data
        From :func:`foreign_demand.holdings.ranking`.
    top
        How many are drawn.
    """
    shown = data.head(top).assign(
        kind=lambda t: t["custody_centre"].map({True: "Custody or fund centre", False: "Other"}),
        text=lambda t: t["holdings_usd_bn"].map("{:,.0f}".format),
    )[["country", "holdings_usd_bn", "share_pct", "kind", "text"]]
    base = alt.Chart(shown).encode(
        y=alt.Y("country:N", sort=None, title=None),
        x=alt.X("holdings_usd_bn:Q", title="USD billion"),
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["Custody or fund centre", "Other"], range=["#b8860b", "#4477aa"]),
            legend=alt.Legend(),
        ),
        tooltip=[
            "country:N",
            alt.Tooltip("holdings_usd_bn:Q", title="USD billion", format=",.1f"),
            alt.Tooltip("share_pct:Q", title="share of foreign holdings, %", format=".1f"),
        ],
    )
    values = base.mark_text(align="left", dx=4, fontSize=12, color=GREY).encode(text="text:N")
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
    tidy = tidy[["date", "name", "value"]].assign(order=lambda t: t["name"].map(names.index))
    areas = (
        alt.Chart(tidy)
        .mark_area(opacity=0.85)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("value:Q", title="Percent of all foreign holdings", stack="zero"),
            color=_colour(names, legend=True),
            order="order:Q",
            tooltip=["name:N", alt.Tooltip("date:T", format="%B %Y"), alt.Tooltip("value:Q", format=".1f")],
        )
    )
    rules = _break_rules(breaks, tidy["date"].min(), tidy["date"].max())
    return alt.layer(areas, *([rules] if rules else []))


def chart_correlations(
    data: pd.DataFrame, breaks: pd.DataFrame, *, banded: str, order: Sequence[str]
) -> alt.LayerChart:
    """Rolling correlations, one with its band, over the break dates and their intervals.

    Parameters
    ----------
    data
        ``name`` (which window), ``date``, ``correlation``, ``low``, ``high``.
    breaks
        From :func:`foreign_demand.safe_haven.break_dates`.
    banded
        The name drawn with its band.
    order
        Names, the banded one first; drawn from dark to light.
    """
    scale = alt.Scale(domain=list(order), range=["#004488", "#d55e00", "#8a93a3"][: len(order)])
    colour = alt.Color("name:N", scale=scale, legend=alt.Legend(columnPadding=28))
    axis_y = alt.Y("correlation:Q", title="Correlation", scale=alt.Scale(domain=[-1, 1]))
    span = [data["date"].min().isoformat(), data["date"].max().isoformat()]
    axis_x = alt.X("date:T", title=None, scale=alt.Scale(domain=span))
    base = alt.Chart(data[["name", "date", "correlation"]])
    band = (
        alt.Chart(data.loc[data["name"] == banded, ["date", "low", "high"]])
        .mark_area(opacity=0.22, color="#004488")
        .encode(x=axis_x, y=alt.Y("low:Q", title="Correlation"), y2="high:Q")
    )
    lines = base.mark_line(strokeWidth=1.6).encode(
        x=axis_x,
        y=axis_y,
        color=colour,
        tooltip=["name:N", alt.Tooltip("date:T", format="%B %Y"), alt.Tooltip("correlation:Q", format=".2f")],
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=GREY).encode(y="zero:Q")
    if breaks.empty:
        return alt.layer(zero, band, lines)
    inside = breaks[["month", "low", "high"]].assign(low=breaks["low"].clip(lower=data["date"].min()))
    uncertain = alt.Chart(inside).mark_rect(color=GREY, opacity=0.16).encode(x="low:T", x2="high:T")
    rules = (
        alt.Chart(inside[inside["month"] >= data["date"].min()])
        .mark_rule(strokeDash=[4, 3], color=GREY)
        .encode(
            x="month:T", tooltip=[alt.Tooltip(f"{c}:T", format="%B %Y") for c in ("month", "low", "high")]
        )
    )
    return alt.layer(uncertain, rules, zero, band, lines)


def chart_intervals(
    data: pd.DataFrame,
    *,
    title: str,
    rows: Sequence[str],
    order: Sequence[str],
    palette: Sequence[str] | None = None,
    step: int | None = None,
) -> alt.LayerChart:
    """Estimates with their 95 percent intervals: one row a case, one colour a kind.

    Parameters
    ----------
    data
        ``row``, ``name``, ``value``, ``low``, ``high``.
    title
        Of the x axis: measure and unit.
    rows
        Cases from top to bottom.
    order
        Kinds, as in ``name``.
    palette
        Their colours, where they are not in :data:`COLOURS`.
    step
        Height of a row in pixels.
    """
    scale = alt.Scale(domain=list(order), range=list(palette or [COLOURS[n] for n in order]))
    legend = alt.Legend(columns=4, columnPadding=28, labelLimit=260) if len(order) > 1 else None
    base = alt.Chart(data[["row", "name", "value", "low", "high"]]).encode(
        y=alt.Y("row:N", sort=list(rows), title=None, axis=alt.Axis(labelLimit=240, grid=True)),
        yOffset=alt.YOffset("name:N", sort=list(order)),
        color=alt.Color("name:N", scale=scale, legend=legend),
    )
    numbers = [alt.Tooltip(f"{c}:Q", format=".2f") for c in ("value", "low", "high")]
    bars = base.mark_rule(strokeWidth=1.8).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_circle(size=46, opacity=1).encode(x="value:Q", tooltip=["row:N", "name:N", *numbers])
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=GREY).encode(x="zero:Q")
    height = len(rows) * (step or 12 * len(order) + 14)
    return alt.layer(zero, bars, dots).properties(
        height=height, padding={"left": 30, "right": 12, "top": 6, "bottom": 6}
    )


def chart_falls(data: pd.DataFrame, *, order: Sequence[str]) -> alt.LayerChart:
    """What assets returned in each fall of stocks: one row a fall, one dot an asset.

    Parameters
    ----------
    data
        ``fall`` (its label), ``name`` (asset), ``return_pct``; falls in order of time.
    order
        Assets.
    """
    falls = list(dict.fromkeys(data["fall"]))
    shapes = alt.Scale(domain=list(order), range=["circle", "square", "diamond", "triangle-up"][: len(order)])
    scale = alt.Scale(domain=list(order), range=[COLOURS[n] for n in order])
    dots = (
        alt.Chart(data[["fall", "name", "return_pct"]].dropna())
        .mark_point(filled=True, size=62, opacity=0.95)
        .encode(
            y=alt.Y("fall:N", sort=falls, title=None, axis=alt.Axis(labelLimit=260, grid=True)),
            x=alt.X(
                "return_pct:Q",
                title="Return while stocks fell, percent (scale compressed beyond 10)",
                scale=alt.Scale(type="symlog", constant=10),
                axis=alt.Axis(values=[-40, -20, -10, -5, 0, 5, 10, 20, 40, 80, 160]),
            ),
            color=alt.Color("name:N", scale=scale, legend=alt.Legend(columnPadding=28)),
            shape=alt.Shape("name:N", scale=shapes, legend=alt.Legend(columnPadding=28)),
            tooltip=["fall:N", "name:N", alt.Tooltip("return_pct:Q", format="+.1f")],
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=GREY).encode(x="zero:Q")
    return alt.layer(zero, dots).properties(
        height=24 * len(falls), padding={"left": 30, "right": 12, "top": 6, "bottom": 6}
    )


def chart_responses(data: pd.DataFrame, *, titles: Mapping[str, str]) -> alt.VConcatChart:
    """Drifting and rolling slopes with their bands, one panel an answer.

    Parameters
    ----------
    data
        ``answer``, ``method`` (``rolling`` or ``state space``), ``date``, ``slope``,
        ``low``, ``high``.
    titles
        Title of the y axis by answer.
    """
    scale = alt.Scale(domain=["state space", "rolling"], range=["#004488", "#d55e00"])
    span = alt.Scale(domain=[data["date"].min().isoformat(), data["date"].max().isoformat()])
    panels = []
    for answer, title in titles.items():
        shown = data.loc[data["answer"] == answer, ["method", "date", "slope", "low", "high"]]
        base = alt.Chart(shown).encode(
            x=alt.X("date:T", title=None, scale=span),
            color=alt.Color("method:N", scale=scale, legend=alt.Legend(columnPadding=28)),
        )
        band = base.mark_area(opacity=0.2, line=False).encode(y=alt.Y("low:Q", title=title), y2="high:Q")
        line = base.mark_line(strokeWidth=1.8).encode(
            y="slope:Q",
            tooltip=["method:N", alt.Tooltip("date:T", format="%B %Y"), alt.Tooltip("slope:Q", format=".2f")],
        )
        zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=GREY).encode(y="zero:Q")
        panels.append(alt.layer(zero, band, line).properties(width=WIDTH, height=200))
    return alt.vconcat(*panels)
