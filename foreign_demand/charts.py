"""Charts of the book: ``chart_*`` takes a tidy table and returns an Altair chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.catalog import Break

__all__ = [
    "COLOURS",
    "chart_auctions",
    "chart_bills_and_bonds",
    "chart_correlations",
    "chart_custody_band",
    "chart_episode",
    "chart_frequency_by_decade",
    "chart_joint_frequency",
    "chart_joint_score",
    "chart_lines",
    "chart_percentiles",
    "chart_ranking",
    "chart_rebuilt_counts",
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
    "Daily": "#cc3311",
    "Weekly": "#0077bb",
    "Monthly": "#332288",
    "Stocks": "#332288",
    "Treasuries": "#0072b2",
    "Dollar": "#117733",
    "Equities": "#aa4499",
    "All foreigners": "#1b1b3a",
    "Europe": "#0077bb",
    "Caribbean": "#009988",
    "Asia": "#cc3311",
    "Canada": "#ee7733",
    "Latin America": "#ddaa33",
    "Custody": "#0072b2",
    "April 2025": "#cc3311",
    "January 2026": "#ee7733",
    "March 2020": "#0077bb",
    "September 2008": "#332288",
    "September 2022": "#009988",
    "October 1987": "#6b7280",
    "Stocks and Treasuries": "#0072b2",
    "Stocks and dollar": "#117733",
    "Treasuries and dollar": "#aa4499",
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


_IN_PANEL = ("#0072b2", "#d55e00", "#117733")
"""Colours of the first, second and third line of a small panel."""


def chart_episode(data: pd.DataFrame, *, events: Mapping[str, str], columns: int = 2) -> alt.ConcatChart:
    """Small panels over the same days, one a market, with the days of events marked.

    Parameters
    ----------
    data
        From :func:`foreign_demand.episodes.changes_since`.
    events
        Day to what happened.
    columns
        Panels side by side.
    """
    first, last = data["date"].min(), data["date"].max()
    time = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(domain=[first.isoformat(), (last + pd.Timedelta(days=1)).isoformat()]),
        axis=alt.Axis(format="%-d %b", tickCount=4, labelFontSize=11),
    )
    days = pd.DataFrame({"date": pd.to_datetime(list(events)), "event": list(events.values())})
    rules = (
        alt.Chart(days)
        .mark_rule(strokeDash=[2, 3], color=GREY, opacity=0.8)
        .encode(x=time, tooltip=[alt.Tooltip("date:T", format="%-d %B %Y"), "event:N"])
    )
    panels = []
    for panel, rows in data.groupby("panel", sort=False):
        names = list(dict.fromkeys(rows["name"]))
        colour = alt.Color(
            "name:N",
            scale=alt.Scale(domain=names, range=list(_IN_PANEL[: len(names)])),
            legend=alt.Legend(labelFontSize=11, symbolSize=60, offset=2, columnPadding=22)
            if len(names) > 1
            else None,
        )
        lines = (
            alt.Chart(rows[["date", "name", "value", "level"]])
            .mark_line(strokeWidth=1.8, point=alt.OverlayMarkDef(size=14))
            .encode(
                x=time,
                y=alt.Y(
                    "value:Q",
                    title=None,
                    scale=alt.Scale(zero=False, nice=True),
                    axis=alt.Axis(tickCount=4, labelFontSize=11),
                ),
                color=colour,
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("date:T", format="%-d %B %Y"),
                    alt.Tooltip("value:Q", title=rows["unit"].iloc[0], format=",.2f"),
                    alt.Tooltip("level:Q", format=",.4~f"),
                ],
            )
        )
        title = alt.TitleParams(
            panel, subtitle=rows["unit"].iloc[0], anchor="start", fontSize=13, subtitleFontSize=11
        )
        panels.append(alt.layer(rules, lines).properties(width=270, height=105, title=title))
    return alt.concat(*panels, columns=columns, spacing=18).resolve_scale(
        color="independent", y="independent"
    )


def chart_percentiles(data: pd.DataFrame, *, highlight: str) -> alt.LayerChart:
    """Where each episode stands among all windows, one row a measure, one mark an episode.

    Parameters
    ----------
    data
        From :func:`foreign_demand.episodes.window_places`, with ``row``, the label of a row.
    highlight
        Episode drawn large, over the others.
    """
    names = list(dict.fromkeys(data["episode"]))
    order = [highlight, *(n for n in names if n != highlight)]
    shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
    shown = data[["row", "episode", "percentile", "change", "unit", "windows", "as_large_pct"]].assign(
        first=data["first"].dt.strftime("%Y")
    )
    base = alt.Chart(shown).encode(
        x=alt.X(
            "percentile:Q",
            title="Percent of all windows with a smaller change",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[5, 25, 50, 75, 95]),
        ),
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(grid=True, labelLimit=300, minExtent=235)),
        color=alt.Color("episode:N", scale=alt.Scale(domain=order, range=[COLOURS[n] for n in order])),
        shape=alt.Shape("episode:N", scale=alt.Scale(domain=order, range=shapes[: len(order)])),
        tooltip=[
            alt.Tooltip("row:N", title=" "),
            "episode:N",
            alt.Tooltip("change:Q", format="+,.2f"),
            alt.Tooltip("percentile:Q", format=".1f"),
            alt.Tooltip("as_large_pct:Q", title="as large either way, %", format=".1f"),
            alt.Tooltip("windows:Q", format=","),
            alt.Tooltip("first:N", title="since"),
        ],
    )
    others = base.transform_filter(alt.datum.episode != highlight).mark_point(
        filled=True, size=55, opacity=0.75, clip=False
    )
    this = base.transform_filter(alt.datum.episode == highlight).mark_point(
        filled=True, size=150, opacity=1, clip=False
    )
    middle = (
        alt.Chart(pd.DataFrame({"x": [5, 95]}))
        .mark_rule(strokeDash=[2, 3], color=GREY, opacity=0.7)
        .encode(x="x:Q")
    )
    return (
        alt.layer(middle, others, this)
        .properties(height=24 * shown["row"].nunique())
        .configure_legend(columns=3, columnPadding=30)
    )


def chart_rebuilt_counts(data: pd.DataFrame, *, marked: int) -> alt.LayerChart:
    """Rebuilt counts against the published ones, by the first year with daily bond prices.

    Parameters
    ----------
    data
        From :func:`foreign_demand.episodes.counts_by_first_daily_year`.
    marked
        Year of the explanation.
    """
    names = list(dict.fromkeys(data["sampling"]))
    lines = (
        alt.Chart(data.rename(columns={"sampling": "name"}))
        .mark_line(point=alt.OverlayMarkDef(size=18))
        .encode(
            x=alt.X(
                "year:Q",
                title="First year with daily bond prices",
                axis=alt.Axis(format="d", tickCount=6),
                scale=alt.Scale(zero=False, nice=False),
            ),
            y=alt.Y(
                "of_published_pct:Q", title="Percent of the published count", scale=alt.Scale(zero=False)
            ),
            color=_colour(names, legend=True),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("year:Q", format="d"),
                alt.Tooltip("joint:Q", title="count"),
                alt.Tooltip("of_published_pct:Q", title="% of published", format=".1f"),
            ],
        )
    )
    dash = {"strokeDash": [2, 3], "color": GREY}
    level = alt.Chart(pd.DataFrame({"y": [100]})).mark_rule(**dash).encode(y="y:Q")
    year = alt.Chart(pd.DataFrame({"x": [marked]})).mark_rule(**dash).encode(x="x:Q")
    return alt.layer(level, year, lines)


_KIND_COLOURS = {
    "Published": "#1b1b3a",
    "Rebuilt, month-end bond prices at first": "#0077bb",
    "All bond prices": "#cc3311",
    "If independent": GREY,
}
_KIND_SHAPES = {
    "Published": "diamond",
    "Rebuilt, month-end bond prices at first": "square",
    "All bond prices": "circle",
    "If independent": "triangle-up",
}


def _intervals(data: pd.DataFrame, row: str, *, sort: Sequence[str] | None = None) -> alt.LayerChart:
    """Shares with intervals, beside the share under independence and the published one."""
    order = list(sort) if sort else None
    y = alt.Y(f"{row}:N", sort=order, title=None)
    names = list(dict.fromkeys(data["kind"]))
    colours, shapes = ([look[n] for n in names] for look in (_KIND_COLOURS, _KIND_SHAPES))
    base = alt.Chart(data)
    spans = (
        base.transform_filter("isValid(datum.low_pct)")
        .mark_rule(strokeWidth=3, opacity=0.5, color=_KIND_COLOURS["All bond prices"])
        .encode(
            y=y, x=alt.X("low_pct:Q", title="Percent of periods in which all three fell"), x2="high_pct:Q"
        )
    )
    marks = base.mark_point(filled=True, size=110, opacity=1, strokeWidth=2, angle=0).encode(
        y=y,
        x=alt.X("share_pct:Q", scale=alt.Scale(zero=True)),
        color=alt.Color("kind:N", scale=alt.Scale(domain=names, range=colours)),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=names, range=shapes)),
        tooltip=[
            alt.Tooltip(f"{row}:N", title=" "),
            "kind:N",
            alt.Tooltip("share_pct:Q", title="percent", format=".2f"),
            alt.Tooltip("low_pct:Q", format=".2f"),
            alt.Tooltip("high_pct:Q", format=".2f"),
        ],
    )
    return (
        alt.layer(spans, marks)
        .properties(height=46 * data[row].nunique())
        .configure_legend(columns=1, labelLimit=300)
    )


def chart_joint_frequency(data: pd.DataFrame) -> alt.LayerChart:
    """Share of days, weeks and months in which all three fell: published, rebuilt, corrected.

    Parameters
    ----------
    data
        One row a mark: ``sampling``, ``kind``, ``share_pct``, and ``low_pct`` and ``high_pct`` where
        there is an interval.
    """
    return _intervals(data, "sampling", sort=["Daily", "Weekly", "Monthly"])


def chart_frequency_by_decade(data: pd.DataFrame) -> alt.LayerChart:
    """Share of days on which all three fell, by decade, with intervals.

    Parameters
    ----------
    data
        As for :func:`chart_joint_frequency`, with ``decade``.
    """
    return _intervals(data, "decade")


def chart_auctions(data: pd.DataFrame, *, measures: Sequence[str], current: str) -> alt.ConcatChart:
    """Auctions of a few days among those of the same maturity in the year before.

    Parameters
    ----------
    data
        From :func:`foreign_demand.episodes.auctions_in_context`.
    measures
        Panels, side by side.
    current
        What the auctions of these days are called.
    """
    order = list(dict.fromkeys(data["term"]))
    panels = []
    for measure in measures:
        rows = data[data["measure"] == measure][["term", "date", "value", "current"]].assign(
            kind=lambda t: t["current"].map({True: current, False: "Year before"})
        )
        base = alt.Chart(rows).encode(
            x=alt.X("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5)),
            y=alt.Y("term:N", sort=order, title=None, axis=alt.Axis(grid=True)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=[current, "Year before"], range=["#cc3311", "#6b7280"]),
                legend=alt.Legend(columnPadding=30),
            ),
            tooltip=[
                "term:N",
                alt.Tooltip("date:T", format="%-d %B %Y"),
                alt.Tooltip("value:Q", format=".2f"),
            ],
        )
        past = base.transform_filter("!datum.current").mark_tick(thickness=2, size=22, opacity=0.8)
        now = base.transform_filter("datum.current").mark_point(
            filled=True, size=140, shape="diamond", opacity=1
        )
        panels.append(
            alt.layer(past, now).properties(
                width=245, height=130, title=alt.TitleParams(measure, anchor="start", fontSize=13)
            )
        )
    return alt.hconcat(*panels, spacing=24)


def chart_joint_score(score: pd.DataFrame, *, threshold: float, recent: pd.Timestamp) -> alt.VConcatChart:
    """The joint-decline score: its large days since the record begins, and every day of late.

    Parameters
    ----------
    score
        ``date``, ``score``; days on which not all three fell have a negative one.
    threshold
        From which score on days are named.
    recent
        First day of the lower panel.
    """
    positive = score[score["score"] > 0]
    title = "Smallest of the three falls, in units of usual daily moves"
    y = alt.Y("score:Q", title="score", scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=4))
    tooltip = [alt.Tooltip("date:T", format="%-d %B %Y"), alt.Tooltip("score:Q", format=".2f")]
    rule = (
        alt.Chart(pd.DataFrame({"y": [threshold]})).mark_rule(strokeDash=[2, 3], color=GREY).encode(y="y:Q")
    )
    colour = alt.condition(alt.datum.score >= threshold, alt.value("#cc3311"), alt.value("#7aa6c2"))

    def panel(rows: pd.DataFrame, width: float, height: int, heading: str) -> alt.LayerChart:
        bars = (
            alt.Chart(rows)
            .mark_rule(strokeWidth=width)
            .encode(x=alt.X("date:T", title=None), y=y, y2=alt.datum(0), color=colour, tooltip=tooltip)
        )
        return alt.layer(bars, rule).properties(
            width=590,
            height=height,
            title=alt.TitleParams(heading, subtitle=title, anchor="start", fontSize=13),
        )

    late = positive[positive["date"] >= recent]
    named = (
        late[late["score"] >= threshold]
        .sort_values("date")
        .assign(text=lambda t: t["date"].map(lambda d: f"{d.day} {d:%b %Y}"))
    )
    close = (-named["date"].diff(-1)).dt.days < 90
    labels = [
        alt.Chart(rows)
        .mark_text(align=align, dx=dx, dy=-4, fontSize=11, fontWeight=600, color="#cc3311")
        .encode(x="date:T", y="score:Q", text="text:N")
        for rows, align, dx in ((named[close], "right", -5), (named[~close], "left", 5))
        if len(rows)
    ]
    return alt.vconcat(
        panel(
            positive[positive["score"] >= 0.5],
            1.2,
            150,
            f"Since {positive['date'].min():%Y}, scores from 0.5",
        ),
        alt.layer(panel(late, 2.5, 190, f"Since {recent:%B %Y}, all joint declines"), *labels),
        spacing=24,
    )


def chart_correlations(data: pd.DataFrame, *, marked: pd.Timestamp) -> alt.LayerChart:
    """Moving correlations with their bands.

    Parameters
    ----------
    data
        From :func:`foreign_demand.episodes.rolling_correlations`, thinned to what is drawn.
    marked
        Day drawn as a rule.
    """
    names = list(dict.fromkeys(data["name"]))
    base = alt.Chart(data).encode(x=alt.X("date:T", title=None), color=_colour(names, legend=True))
    y = alt.Y("value:Q", title="Correlation of daily returns", scale=alt.Scale(domain=[-1, 1]))
    bands = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q"), y2="high:Q", fill=_fill(names))
    lines = base.mark_line().encode(
        y=y,
        tooltip=["name:N", alt.Tooltip("date:T", format="%-d %B %Y"), alt.Tooltip("value:Q", format=".2f")],
    )
    day = (
        alt.Chart(pd.DataFrame({"date": [marked]}))
        .mark_rule(strokeDash=[2, 3], color=GREY)
        .encode(x="date:T")
    )
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=GREY, opacity=0.5).encode(y="y:Q")
    return alt.layer(zero, day, bands, lines)


def _fill(names: Sequence[str]) -> alt.Fill:
    scale = alt.Scale(domain=list(names), range=[COLOURS[n] for n in names])
    return alt.Fill("name:N", scale=scale, legend=None)
