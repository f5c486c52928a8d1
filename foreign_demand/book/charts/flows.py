"""Charts of what changed holdings, and of how prints were revised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import colours
from foreign_demand.book.charts.style import COLOURS, HEIGHT, INK, MUTED, PANEL, PAPER, WIDTH

CHANGE = "Change"


def chart_periods(data: pd.DataFrame, *, parts: Mapping[str, str]) -> alt.LayerChart:
    """Changes as bars as wide as the time they took, stacked from their parts, records told apart.

    Parameters
    ----------
    data
        One row: ``span``, ``start``, ``end``, ``change_usd_bn`` and the parts, one row a period.
    parts
        Columns that add up to the change, and what each is called.
    """
    tidy = data.rename(columns=parts).melt(
        ["span", "start", "end", "change_usd_bn"], list(parts.values()), var_name="name", value_name="value"
    )
    tidy["order"] = tidy["name"].map({name: place for place, name in enumerate(parts.values())})
    middle = data.assign(date=data["start"] + (data["end"] - data["start"]) / 2)
    spans = data.groupby("span", sort=False).agg(start=("start", "min"), end=("end", "max")).reset_index()
    names = list(parts.values())
    bars = (
        alt.Chart(tidy)
        .mark_rect(stroke=PAPER, strokeWidth=0.75)
        .transform_stack(
            ["foot", "top"], stack="value", groupby=["span", "start"], sort=[alt.SortField("order")]
        )
        .encode(
            x=alt.X("start:T", title=None),
            x2="end:T",
            y=alt.Y("foot:Q", title="USD billion in the period", scale=alt.Scale(padding=18)),
            y2="top:Q",
            color=colours(names, legend=True).legend(offset=32),
            tooltip=[
                alt.Tooltip("span:N", title="record"),
                alt.Tooltip("start:T", title="from the end of", format="%B %Y"),
                alt.Tooltip("end:T", title="to the end of", format="%B %Y"),
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("value:Q", title="USD billion", format="+,.1f"),
            ],
        )
    )
    changes = (
        alt.Chart(middle)
        .mark_point(filled=True, color=INK, stroke=PAPER, strokeWidth=1, size=40, opacity=1)
        .encode(
            x="date:T",
            y="change_usd_bn:Q",
            tooltip=[alt.Tooltip("change_usd_bn:Q", title="change, USD billion", format="+,.1f")],
        )
    )
    edges = alt.Chart(spans).mark_rule(strokeDash=[2, 3], color=MUTED).encode(x="end:T", tooltip="span:N")
    spans["date"] = spans["start"] + (spans["end"] - spans["start"]) / 2
    spans["label"] = spans["span"].str.removesuffix(" form")
    records = alt.Chart(spans).mark_text(baseline="top").encode(x="date:T", y=alt.value(3), text="label:N")
    zero = alt.Chart(pd.DataFrame({"value": [0.0]})).mark_rule().encode(y="value:Q")
    return alt.layer(bars, zero, edges, changes, records).properties(height=1.2 * HEIGHT)


def chart_choice(
    data: pd.DataFrame, *, parts: Mapping[str, str], countries: Sequence[str], country: str, period: str
) -> alt.LayerChart:
    """One row's change in one period and its parts; a reader chooses both.

    Parameters
    ----------
    data
        ``country``, ``period``, ``change_usd_bn`` and the parts, a row a country and period.
    parts
        Columns that add up to the change, and what each is called.
    countries
        To choose from, in this order.
    country, period
        Chosen at first.
    """
    chosen = {
        "country": ("Country", list(countries), country),
        "period": ("Period", list(dict.fromkeys(data["period"])), period),
    }
    params = [
        alt.param(name=name, value=value, bind=alt.binding_select(options=options, name=f"{label}: "))
        for name, (label, options, value) in chosen.items()
    ]
    names = [CHANGE, *parts.values()]
    wide = data.rename(columns={"change_usd_bn": CHANGE, **parts})[["country", "period", *names]]
    base = (
        alt.Chart(wide)
        .transform_filter("datum.country === country && datum.period === period")
        .transform_fold(names, as_=["name", "value"])
        .transform_filter("isValid(datum.value)")
        .encode(y=alt.Y("name:N", sort=names, title=None))
    )
    scale = alt.Scale(domain=names, range=[MUTED, *(COLOURS[name] for name in parts.values())])
    bars = base.mark_bar().encode(
        x=alt.X("value:Q", title="USD billion", axis=alt.Axis(tickCount=4), scale=alt.Scale(padding=60)),
        color=alt.Color("name:N", scale=scale, legend=None),
        tooltip=[
            "country:N",
            "period:N",
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("value:Q", title="USD billion", format="+,.1f"),
        ],
    )
    right, left = (
        base.transform_filter(f"datum.value {sign} 0")
        .mark_text(style="value", align=align, dx=shift)
        .encode(x="value:Q", text=alt.Text("value:Q", format="+,.1f"))
        for sign, align, shift in ((">=", "left", 4), ("<", "right", -4))
    )
    title = alt.TitleParams(
        text=alt.ExprRef("country + ', ' + period"), anchor="start", frame="group", fontSize=14, color=INK
    )
    return alt.layer(bars, right, left).add_params(*params).properties(height=34 * len(names), title=title)


def chart_official_and_modelled(data: pd.DataFrame, *, order: Sequence[str]) -> alt.FacetChart:
    """Valuation as reported and by price alone, month by month, a panel a row.

    Parameters
    ----------
    data
        ``date``, ``panel``, ``name`` (``Reported`` or ``By price alone``), ``value``.
    order
        The panels.
    """
    names = list(dict.fromkeys(data["name"]))
    zero = alt.Chart().mark_rule().encode(y=alt.datum(0.0))
    lines = (
        alt.Chart()
        .mark_line(strokeWidth=1.5)
        .encode(
            x=alt.X("date:T", title=None, axis=alt.Axis(tickCount=4)),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=3)),
            color=colours(names, legend=True).legend(offset=32),
            tooltip=[
                "panel:N",
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("date:T", title="month", format="%B %Y"),
                alt.Tooltip("value:Q", title="USD billion", format="+,.1f"),
            ],
        )
    )
    panels = alt.layer(zero, lines, data=data[["date", "panel", "name", "value"]])
    facet = alt.Facet("panel:N", sort=list(order), title=None, header=PANEL)
    return (
        panels.properties(width=WIDTH, height=0.5 * HEIGHT)
        .facet(facet, columns=1, spacing=8)
        .resolve_scale(y="independent")
    )


def chart_revisions(data: pd.DataFrame) -> alt.LayerChart:
    """Revisions of first prints, a bar a month, by the form that they were reported on.

    Parameters
    ----------
    data
        ``month``, ``era``, ``first_usd_bn``, ``later_usd_bn``, ``revision_usd_bn``.
    """
    points = data.rename(columns={"month": "date", "era": "name"})
    names = list(dict.fromkeys(points["name"]))
    border = points.loc[points["name"] == names[-1], ["date"]].min().to_frame().T
    bars = (
        alt.Chart(points[["date", "name", "first_usd_bn", "later_usd_bn", "revision_usd_bn"]])
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt.X("date:T", title=None),
            y=alt.Y("revision_usd_bn:Q", title="From first print to now, USD billion"),
            y2=alt.datum(0.0),
            color=colours(names, legend=True).legend(offset=32),
            tooltip=[
                alt.Tooltip("date:T", title="month", format="%B %Y"),
                alt.Tooltip("first_usd_bn:Q", title="first print", format="+,.1f"),
                alt.Tooltip("later_usd_bn:Q", title="now", format="+,.1f"),
                alt.Tooltip("revision_usd_bn:Q", title="revision", format="+,.1f"),
            ],
        )
    )
    edge = alt.Chart(border).mark_rule(strokeDash=[2, 3], color=MUTED).encode(x="date:T")
    return alt.layer(bars, edge)


def chart_triangle(data: pd.DataFrame, *, ages: Mapping[str, str]) -> alt.Chart:
    """A revision triangle: months down, ages across, a circle as large as the revision so far.

    Parameters
    ----------
    data
        ``month``, ``age``, ``first_usd_bn``, ``later_usd_bn``, ``revision_usd_bn``.
    ages
        In their order, and what each is called.
    """
    up, down = "Raised", "Lowered"
    shown = data.assign(
        name=data["revision_usd_bn"].gt(0).map({True: up, False: down}),
        size=data["revision_usd_bn"].abs(),
        place=data["age"].map(ages),
        label=data["month"].dt.strftime("%b %Y"),
    )
    months = list(dict.fromkeys(shown.sort_values("month")["label"]))
    return (
        alt.Chart(
            shown[["label", "place", "name", "size", "first_usd_bn", "later_usd_bn", "revision_usd_bn"]]
        )
        .mark_point(filled=True, opacity=0.85)
        .encode(
            x=alt.X(
                "place:N", sort=list(ages.values()), title=None, axis=alt.Axis(orient="top", labelAngle=0)
            ),
            y=alt.Y("label:N", sort=months, title=None),
            size=alt.Size("size:Q", scale=alt.Scale(range=[0, 420]), legend=None),
            color=colours([up, down], legend=True).legend(offset=32),
            tooltip=[
                alt.Tooltip("label:N", title="month"),
                alt.Tooltip("place:N", title="print"),
                alt.Tooltip("first_usd_bn:Q", title="first", format="+,.1f"),
                alt.Tooltip("later_usd_bn:Q", title="then", format="+,.1f"),
                alt.Tooltip("revision_usd_bn:Q", title="revised by", format="+,.1f"),
            ],
        )
        .properties(width=WIDTH - 60, height=15 * len(months))
    )
