"""Charts of April 2025 and of the joint sell-offs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand import words
from foreign_demand.book.charts.general import chart_lines
from foreign_demand.book.charts.layers import colours, end_labels, years
from foreign_demand.book.charts.style import COLOURS, GRID, INK, MUTED, PAPER, RED, TEXT, WIDTH

_DOTTED = {"strokeDash": [2, 3], "color": MUTED}


def _heading(text: str) -> alt.TitleParams:
    """Heading of a panel."""
    return alt.TitleParams(text, anchor="start", frame="group", fontSize=TEXT, color=INK, offset=6)


def chart_episode(data: pd.DataFrame, *, events: Mapping[str, str]) -> alt.ConcatChart:
    """Small panels over the same days, one a market, with the days of events marked.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.episode.changes_since`.
    events
        Day to what happened; the first is drawn as a full rule, the others dotted.
    """
    first, last = data["date"].min(), data["date"].max()
    panels = [rows for _, rows in data.groupby("panel", sort=False)]
    days = pd.DataFrame({"date": pd.to_datetime(list(events)), "event": list(events.values())})
    drawn = []
    # Every other week from the first day on, which is a trading day, as those days are.
    ticks = pd.date_range(first, last, freq="14D")
    for rows in panels:
        axis = alt.Axis(format="%-d %b", values=[day.isoformat() for day in ticks])
        # From a little before the first day, so that its mark stands beside the axis and not on it.
        domain = [(first - (last - first) / 25).isoformat(), last.isoformat()]
        x, unit = alt.X("date:T", title=None).scale(domain=domain).axis(axis), rows["unit"].iloc[0]
        tooltip = [alt.Tooltip("date:T", format="%-d %B %Y"), "event:N"]
        rules = alt.layer(
            *(
                alt.Chart(part).mark_rule(**look).encode(x=x, tooltip=tooltip)
                for part, look in ((days[:1], {"color": MUTED}), (days[1:], _DOTTED))
            )
        )
        names = list(dict.fromkeys(rows["name"]))
        colour = colours(names)
        if len(names) > 1:
            colour = colour.legend(columnPadding=10, symbolSize=60, symbolType="circle", offset=4)
        lines = (
            alt.Chart(rows[["date", "name", "value", "level"]])
            .mark_line(point=alt.OverlayMarkDef(size=9))
            .encode(
                x=x,
                y=alt.Y("value:Q", title=None).scale(zero=False).axis(tickCount=3),
                color=colour,
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("date:T", format="%-d %B %Y"),
                    alt.Tooltip("value:Q", title=unit, format=",.2f"),
                    alt.Tooltip("level:Q", format=",.4~f"),
                ],
            )
        )
        heading = _heading(f"{rows['panel'].iloc[0]}, {unit}")
        drawn.append(alt.layer(rules, lines).properties(width=155, height=85, title=heading))
    return alt.concat(*drawn, columns=2, spacing={"row": 14, "column": 14}).resolve_scale(
        color="independent", y="independent"
    )


def chart_percentiles(data: pd.DataFrame, *, highlight: str, tails: tuple[int, int]) -> alt.LayerChart:
    """Where each episode stands among all windows, one row a measure, one mark an episode.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.episode.window_places`, with ``row``, the label of a row.
    highlight
        Episode drawn large, behind the others; rows are in the order of its percentiles.
    tails
        Percentiles drawn as rules.
    """
    names = list(dict.fromkeys(data["episode"]))
    order = [highlight, *(n for n in names if n != highlight)]
    shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
    shown = data[["row", "episode", "percentile", "change", "unit", "windows", "as_large_pct"]].assign(
        first=data["first"].dt.strftime("%Y")
    )
    rows = shown[shown["episode"] == highlight].sort_values("percentile", ascending=False)["row"].tolist()
    base = alt.Chart(shown).encode(
        x=alt.X(
            "percentile:Q",
            title="Percentile among all windows",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[tails[0], 25, 50, 75, tails[1]]),
        ),
        y=alt.Y("row:N", sort=rows, title=None, axis=alt.Axis(grid=True, labelLimit=300, minExtent=170)),
        color=alt.Color("episode:N", scale=alt.Scale(domain=order, range=[COLOURS[n] for n in order])).legend(
            symbolType="circle", symbolOpacity=1
        ),
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
    others = base.transform_filter(alt.datum.episode != highlight).mark_point(filled=True, size=45, opacity=1)
    this = base.transform_filter(alt.datum.episode == highlight).mark_point(filled=True, size=150, opacity=1)
    rules = alt.Chart(pd.DataFrame({"x": tails})).mark_rule(**_DOTTED).encode(x="x:Q")
    return alt.layer(rules, this, others).properties(width=245, height=23 * len(rows))


def chart_lines_around(
    data: pd.DataFrame, *, title: str, order: Sequence[str], marked: pd.Timestamp
) -> alt.LayerChart:
    """:func:`~foreign_demand.book.charts.general.chart_lines` with a day drawn as a rule."""
    lines = chart_lines(data, title=title, order=order)
    rule = alt.Chart(pd.DataFrame({"x": [marked]})).mark_rule(**_DOTTED).encode(x="x:T")
    return alt.layer(rule, *lines.layer)


def chart_rebuilt_counts(data: pd.DataFrame, *, marked: int) -> alt.LayerChart:
    """Rebuilt counts against the published ones, by the first year with daily bond prices.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.joint.counts_by_first_daily_year`.
    marked
        Year of the explanation.
    """
    points = data.rename(columns={"sampling": "name", "of_published_pct": "value"})
    colour = colours(list(dict.fromkeys(points["name"])))
    year = alt.X("date:T", title="First year with daily bond prices")
    points = points.assign(date=pd.to_datetime(points["year"].astype(str)))
    lines = (
        alt.Chart(points[["date", "name", "value", "joint"]])
        .mark_line(point=alt.OverlayMarkDef(size=18))
        .encode(
            x=year,
            y=alt.Y("value:Q", title="Percent of the published count").scale(zero=False),
            color=colour,
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("date:T", title="daily prices from", format="%Y"),
                alt.Tooltip("value:Q", title="% of published", format=".1f"),
            ],
        )
    )
    level = alt.Chart(pd.DataFrame({"y": [100]})).mark_rule(**_DOTTED).encode(y="y:Q")
    explained = alt.Chart(pd.DataFrame({"date": [pd.Timestamp(marked, 1, 1)]})).mark_rule(**_DOTTED)
    ends = points[points["year"] == points["year"].max()]
    labels = end_labels(ends, colour, span=(points["value"].min(), points["value"].max()))
    return alt.layer(level, explained.encode(x=year), lines, labels)


_SHAPES = {
    "Published": "diamond",
    "Rebuilt": "square",
    "All bond prices": "circle",
    "If independent": "triangle-up",
}


def _intervals(data: pd.DataFrame, row: str, rows: Sequence[str]) -> alt.LayerChart:
    """Shares with intervals, beside the share under independence and the published one."""
    names = list(dict.fromkeys(data["kind"]))
    look = alt.Scale(domain=names, range=[COLOURS[n] for n in names])
    shapes = alt.Scale(domain=names, range=[_SHAPES[n] for n in names])
    base = alt.Chart(data).encode(y=alt.Y(f"{row}:N", sort=list(rows), title=None).axis(grid=True))
    base = base.encode(yOffset=alt.YOffset("kind:N", sort=names))
    spans = (
        base.transform_filter("isValid(datum.low_pct)")
        .mark_rule(strokeWidth=3, color=COLOURS["All bond prices"], opacity=0.5)
        .encode(x=alt.X("low_pct:Q", title="Percent in which all three fell"), x2="high_pct:Q")
    )
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("share_pct:Q").scale(zero=True),
        color=alt.Color("kind:N", scale=look, legend=alt.Legend(symbolOpacity=1)),
        shape=alt.Shape("kind:N", scale=shapes),
        tooltip=[
            alt.Tooltip(f"{row}:N", title=" "),
            "kind:N",
            alt.Tooltip("share_pct:Q", title="percent", format=".2f"),
            alt.Tooltip("low_pct:Q", format=".2f"),
            alt.Tooltip("high_pct:Q", format=".2f"),
        ],
    )
    return alt.layer(spans, marks).properties(height=16 * len(names) * len(rows))


def chart_joint_frequency(data: pd.DataFrame) -> alt.LayerChart:
    """Share of days, weeks and months in which all three fell: published, rebuilt, corrected.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.joint.frequency_marks`.
    """
    return _intervals(data, "sampling", list(dict.fromkeys(data["sampling"])))


def chart_frequency_by_decade(data: pd.DataFrame) -> alt.LayerChart:
    """Share of days on which all three fell, by decade, with intervals.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.joint.decade_marks`.
    """
    return _intervals(data, "decade", list(dict.fromkeys(data["decade"])))


def chart_auctions(
    data: pd.DataFrame, *, measures: Sequence[str], current: str, others: str = "Year before"
) -> alt.HConcatChart:
    """Auctions of a few days among others of the same maturity.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.sellers.auctions_in_context`.
    measures
        Panels, side by side.
    current
        What the auctions of these days are called.
    others
        What the others are called.
    """
    order, kinds = list(dict.fromkeys(data["term"])), [current, others]
    panels = []
    for place, measure in enumerate(measures):
        rows = data[data["measure"] == measure][["term", "date", "value", "current"]].assign(
            kind=lambda t: t["current"].map(dict(zip((True, False), kinds, strict=True)))
        )
        base = alt.Chart(rows).encode(
            x=alt.X("value:Q", title=None).scale(zero=False).axis(tickCount=3),
            y=alt.Y("term:N", sort=order, title=None).axis(grid=True, labels=place == 0),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=kinds, range=[RED, MUTED]),
                legend=alt.Legend(columnPadding=24, symbolType="circle", symbolOpacity=1),
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
            alt.layer(past, now).properties(width=330 // len(measures), height=120, title=_heading(measure))
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
    positive, shown = score[score["score"] > 0], 0.5
    y = alt.Y("score:Q", title=None, scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=4))
    tooltip = [alt.Tooltip("date:T", format="%-d %B %Y"), alt.Tooltip("score:Q", format=".2f")]
    rule = alt.Chart(pd.DataFrame({"y": [threshold]})).mark_rule(**_DOTTED).encode(y="y:Q")
    colour = alt.condition(alt.datum.score >= threshold, alt.value(RED), alt.value(MUTED))

    def panel(rows: pd.DataFrame, thickness: float, height: int, heading: str) -> alt.LayerChart:
        bars = (
            alt.Chart(rows)
            .mark_rule(strokeWidth=thickness)
            .encode(x=years(rows["date"]), y=y, y2=alt.datum(0), color=colour, tooltip=tooltip)
        )
        return alt.layer(bars, rule).properties(width=1.2 * WIDTH, height=height, title=_heading(heading))

    late = positive[positive["date"] >= recent]
    named = (
        late[late["score"] >= threshold]
        .sort_values("date")
        .assign(text=lambda t: t["date"].map(words.short_day))
    )
    close = (-named["date"].diff(-1)).dt.days < 90
    labels = [
        alt.Chart(rows)
        .mark_text(align=align, dx=dx, dy=7, **look)
        .encode(x="date:T", y="score:Q", text="text:N")
        for rows, align, dx in ((named[close], "right", -5), (named[~close], "left", 5))
        for look in ({"stroke": PAPER, "strokeWidth": 4}, {})
        if len(rows)
    ]
    heading = f"Since {positive['date'].min():%Y}, scores from {shown}"
    long = panel(positive[positive["score"] >= shown], 1, 110, heading)
    lately = panel(late, 1.5, 150, f"Since {recent:%B %Y}, every joint decline")
    return alt.vconcat(long, alt.layer(lately, *labels), spacing=24)


def chart_joint_correlation(data: pd.DataFrame, *, marked: pd.Timestamp) -> alt.FacetChart:
    """Moving correlations with their bands, a panel a pair.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.selloffs.monitor.rolling_correlations`, thinned to what is drawn.
    marked
        Day drawn as a rule.
    """
    names = list(dict.fromkeys(data["name"]))
    base = alt.Chart().encode(x=alt.X("date:T", title=None), color=colours(names))
    bands = base.mark_area(opacity=0.2).encode(
        y=alt.Y("low:Q", title=None).scale(domain=[-1, 1]).axis(values=[-1, -0.5, 0, 0.5, 1]), y2="high:Q"
    )
    lines = base.mark_line().encode(
        y="value:Q",
        tooltip=["name:N", alt.Tooltip("date:T", format="%-d %B %Y"), alt.Tooltip("value:Q", format=".2f")],
    )
    day = alt.DateTime(year=marked.year, month=marked.month, date=marked.day)
    rule = alt.Chart().mark_rule(**_DOTTED).encode(x=alt.XDatum(day, type="temporal"))
    zero = alt.Chart().mark_rule(color=GRID, strokeWidth=2).encode(y=alt.datum(0))
    panels = alt.layer(zero, rule, bands, lines, data=data).properties(width=1.2 * WIDTH, height=95)
    heading = alt.Header(
        labelFontSize=TEXT, labelFontWeight="bold", labelColor=INK, labelOrient="top", labelAnchor="start"
    )
    facets = panels.facet(row=alt.Row("name:N", sort=names, title=None, header=heading), spacing=12)
    return facets.resolve_axis(x="independent")
