"""Colours of the charts on a light page, and on a dark one."""

from __future__ import annotations

from collections.abc import Mapping

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
