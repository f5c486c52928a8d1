"""Charts of the term premium."""

from __future__ import annotations

import altair as alt
import pandas as pd

from foreign_demand.book.charts.layers import colours
from foreign_demand.book.charts.style import INK, PANEL, PAPER, WIDTH


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
        color=colours(list(names.values()), legend=True),
        tooltip=["event:N", "name:N", "maturity_years:O", alt.Tooltip("value:Q", format="+.1f")],
    )
    totals = base.mark_point(filled=True, color=INK, stroke=PAPER, strokeWidth=1, size=44, opacity=1).encode(
        y="yield_bp:Q", tooltip=[alt.Tooltip("yield_bp:Q", title="yield", format="+.1f")]
    )
    panels = alt.layer(bars, totals, data=tidy).properties(width=WIDTH // 2 - 10, height=180)
    return panels.facet(
        alt.Facet(
            "event:N", sort=list(dict.fromkeys(data["event"])), title="Change in basis points", header=PANEL
        ),
        columns=2,
    )
