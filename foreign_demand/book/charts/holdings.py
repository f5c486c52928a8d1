"""Charts of who holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import colours, stacked
from foreign_demand.book.charts.style import COLOURS, INK, PAPER
from foreign_demand.data.catalog import Break


def chart_bills_and_bonds(data: pd.DataFrame, *, breaks: Sequence[Break]) -> alt.LayerChart:
    """Foreign holdings of bills and of notes and bonds, stacked, with breaks.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.holdings.bills_and_bonds`.
    """
    names = ["Notes and bonds", "Bills"]
    tidy = data.rename(columns={"month": "date", "bonds_usd_bn": names[0], "bills_usd_bn": names[1]}).melt(
        "date", names, var_name="name", value_name="value"
    )
    return stacked(tidy, names, title="USD billion", format=",.0f", breaks=breaks)


def chart_ranking(data: pd.DataFrame, *, top: int) -> alt.LayerChart:
    """Bars of the largest holders, custody centres told apart by colour.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.holdings.ranking`.
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
        From :func:`foreign_demand.analysis.holdings.custody_band`.
    """
    newest = data[data["month"] == data["month"].max()].sort_values("share_pct", ascending=False)
    names = newest["country"].tolist()
    tidy = data.rename(columns={"month": "date", "country": "name", "share_pct": "value"})
    return stacked(tidy, names, title="Percent of foreign holdings", format=".1f", breaks=breaks)


def chart_explained(data: pd.DataFrame, *, parts: Mapping[str, str]) -> alt.LayerChart:
    """Changes by row, stacked from their parts, with a point at the change itself.

    Parameters
    ----------
    data
        From :func:`foreign_demand.analysis.flows.explain`, the rows to draw.
    parts
        Columns that add up to the change, and what each is called.
    """
    names = list(parts.values())
    tidy = data.rename(columns=parts).melt(
        ["country", "change_usd_bn"], names, var_name="name", value_name="value"
    )
    base = alt.Chart(tidy).encode(y=alt.Y("country:N", sort=list(data["country"]), title=None))
    bars = base.mark_bar().encode(
        x=alt.X("value:Q", title="Change, USD billion", stack="zero"),
        color=colours(names, legend=True),
        tooltip=["country:N", alt.Tooltip("name:N", title=" "), alt.Tooltip("value:Q", format="+,.1f")],
    )
    changes = base.mark_point(filled=True, color=INK, stroke=PAPER, strokeWidth=1, size=44, opacity=1).encode(
        x="change_usd_bn:Q", tooltip=[alt.Tooltip("change_usd_bn:Q", title="change", format="+,.1f")]
    )
    return alt.layer(bars, changes).properties(height=22 * len(data))
