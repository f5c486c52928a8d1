"""Charts of the book: ``chart_*`` takes a tidy table and returns an Altair chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.catalog import Break

__all__ = [
    "COLOURS",
    "chart_bills_and_bonds",
    "chart_coefficients",
    "chart_custody_band",
    "chart_decomposition",
    "chart_lines",
    "chart_ranking",
    "chart_with_band",
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
    "ACM": "#0072b2",
    "Kim–Wright": "#d55e00",
    "Bias-corrected": "#aa4499",
    "As known then": "#d55e00",
    "As estimated now": "#0072b2",
    "Expected path": "#e69f00",
    "Term premium": "#0072b2",
    "2 years": "#009e73",
    "5 years": "#cc79a7",
    "10 years": "#0072b2",
    "10 years, daily": "#d55e00",
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
    last = points.sort_values("date").groupby("name").tail(1).copy()
    span = points["value"].max() - points["value"].min()
    last["place"] = _spread(last["value"], gap=0.06 * span)
    colour = _colour(order)
    axis_x, axis_y = alt.X("date:T", title=None), alt.Y("value:Q", title=title)
    layers = [alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule(color=GREY).encode(y="value:Q")]
    if band is not None:
        layers.append(
            alt.Chart(band[["date", "low", "high"]])
            .mark_area(opacity=0.2, color=GREY)
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
    layers.append(
        alt.Chart(last)
        .mark_text(align="left", dx=6, fontSize=12, fontWeight=600)
        .encode(x="date:T", y="place:Q", text="name:N", color=colour)
    )
    return alt.layer(*layers)


_PANEL = alt.Header(labelFontSize=12, labelFontWeight=600)


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
        y=alt.Y("value:Q", title="Change, basis points", stack="zero"),
        color=_colour(list(names.values()), legend=True),
        tooltip=["event:N", "name:N", "maturity_years:O", alt.Tooltip("value:Q", format="+.1f")],
    )
    totals = base.mark_point(filled=True, color="#1b1b3a", stroke="white", strokeWidth=1, size=44).encode(
        y="yield_bp:Q", tooltip=[alt.Tooltip("yield_bp:Q", title="yield", format="+.1f")]
    )
    panels = alt.layer(bars, totals, data=tidy).properties(width=WIDTH // 2 - 40, height=260)
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
    zero = alt.Chart().mark_rule(color=GREY).encode(x=alt.datum(0))
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_point(filled=True, size=40, opacity=1).encode(
        x="value:Q",
        tooltip=["group:N", "sample:N", "name:N"]
        + [alt.Tooltip(f"{column}:Q", format="+.1f") for column in ("value", "low", "high")],
    )
    panels = alt.layer(zero, intervals, dots, data=points).properties(width=WIDTH // 2 - 90, height=130)
    return panels.facet(alt.Facet("group:N", sort=groups, title=None, header=_PANEL), columns=2)
