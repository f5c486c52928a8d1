"""What *Nowcast* says: words and cells that depend on a number."""

from __future__ import annotations

import pandas as pd

from foreign_demand import words

BAND = ("low_80", "high_80")


def with_band(row: pd.Series) -> str:
    """``+64 (−17 to +146)``: a forecast in USD billion with its band."""
    return words.estimate(row["forecast_usd_bn"], row[BAND[0]], row[BAND[1]])


def forecasts_in_lines(forecasts: pd.DataFrame) -> list[str]:
    """Forecasts for a terminal: what they rest on, then a line each.

    Parameters
    ----------
    forecasts
        From :func:`foreign_demand.book.forecasting.forecasts_on`.
    """
    first = forecasts.iloc[0]
    edition = (
        f", edition of {words.day(first['edition_day'])}"
        if pd.notna(first["edition_day"])
        else " (as revised since)"
    )
    custody = words.day(first["custody_to"]) if pd.notna(first["custody_to"]) else "no day"
    lines = [
        f"Known on {words.day(first['issued'])}: holdings to {words.month(first['edition'])}{edition}; "
        f"yields to {words.day(first['yields_to'])}; custody to {custody}."
    ]
    for month, rows in forecasts.groupby("month"):
        without = "" if rows["custody_known"].all() else "; custody at its end is not known"
        lines.append(
            f"{words.month(month)}, USD billion, with 80% band (inputs {rows['digest'].iloc[0]}{without})"
        )
        lines += [f"  {row['target']:<15} {with_band(row)}" for _, row in rows.iterrows()]
    return lines
