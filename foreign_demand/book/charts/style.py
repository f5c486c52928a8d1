"""How every chart looks: type, colours, sizes."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from foreign_demand.book.figures import WIDE
from foreign_demand.book.palette import (
    BLUE,
    GOLD,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PINK,
    PURPLE,
    RED,
    SKY,
    TEAL,
)
from foreign_demand.book.palette import DARK as DARK
from foreign_demand.book.palette import PAPER as PAPER

WIDTH, HEIGHT = 310, 215
TEXT = 14
"""Type size of every chart, large for its width: it is still read where a phone shows the chart small."""

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
    "Foreign": RED,
    "Investment funds": BLUE,
    "Dealers": GOLD,
    "Indirect bidders": TEAL,
    "Allotted at auction": RED,
    "Net purchases": BLUE,
    "Notes and bonds": BLUE,
    "Net purchases of bonds": BLUE,
    "Net purchases of bills": TEAL,
    "Valuation": GOLD,
    "Other change": RED,
    "Reported": INK,
    "By price alone": GOLD,
    "to January 2023": MUTED,
    "since February 2023": RED,
    "Raised": BLUE,
    "Lowered": RED,
    "Gross federal debt": PINK,
    "Debt held by the public": BLUE,
    "Marketable debt": TEAL,
    "Marketable debt without bills": ORANGE,
    "Free float": RED,
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
    "30 years": RED,
    "Real": BLUE,
    "Breakeven": ORANGE,
    "5y5y": TEAL,
    "US stocks": ORANGE,
    "Stocks": ORANGE,
    "Equities": ORANGE,
    "Treasuries": BLUE,
    "Dollar": GREEN,
    "Advanced": GREEN,
    "Broad": GOLD,
    "Gold": GOLD,
    "Yen": RED,
    "Franc": PINK,
    "VIX": PURPLE,
    "Inv. grade": BLUE,
    "High yield": ORANGE,
    "10-year volatility": BLUE,
    "Dollar volatility": GREEN,
    "SOFR less IORB": TEAL,
    "April 2025": RED,
    "January 2026": ORANGE,
    "October 1987": GOLD,
    "September 2008": PINK,
    "March 2020": BLUE,
    "September 2022": TEAL,
    "Daily": RED,
    "Weekly": BLUE,
    "Monthly": TEAL,
    "Published": INK,
    "Rebuilt": BLUE,
    "All bond prices": RED,
    "If independent": GOLD,
    "All foreigners": INK,
    "Europe": BLUE,
    "Caribbean": TEAL,
    "Asia": RED,
    "Canada": ORANGE,
    "Latin America": PINK,
    "Custody": BLUE,
    "Stocks and Treasuries": BLUE,
    "Stocks and dollar": ORANGE,
    "Treasuries and dollar": GREEN,
    "250 days": BLUE,
    "156 weeks": ORANGE,
    "60 months": GOLD,
    "2-year Treasury": TEAL,
    "10-year Treasury": BLUE,
    "State space": BLUE,
    "Rolling": ORANGE,
    "Estimate": BLUE,
    "In levels": BLUE,
    "In levels, with controls": ORANGE,
    "Yearly changes": TEAL,
    "Aaa less 10-year": BLUE,
    "Baa less 10-year": ORANGE,
    "Newest less older 10-year": TEAL,
    "Most aligned": BLUE,
    "Neutral": GOLD,
    "Least aligned": RED,
    "No vote": MUTED,
    "All votes": BLUE,
    "Important votes": ORANGE,
    "Ideal points": TEAL,
    "US 10-year": BLUE,
    "US 10-year in yen": ORANGE,
    "Market of its time": ORANGE,
    "Market of today": BLUE,
    "Bought": BLUE,
    "Least squares": RED,
    "Granular, strong": BLUE,
    "Signs only": ORANGE,
    "Sold": RED,
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


def for_wide_places(chart: alt.LayerChart, width: int = 600) -> alt.LayerChart:
    """The same chart, to be drawn for wide places too instead of being blown up there."""
    return chart.properties(usermeta={WIDE: width})


PANEL = alt.Header(
    labelFontSize=TEXT,
    labelFontWeight="bold",
    labelColor=INK,
    titleFontSize=TEXT,
    titleFontWeight="normal",
    titleColor=MUTED,
    titleAnchor="start",
)
"""Heading of a panel in a chart of several."""
