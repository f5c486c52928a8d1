"""What *Nowcast* says: words and cells that depend on a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis import nowcast
from foreign_demand.book.figures import as_printed
from foreign_demand.data.editions import State

Cell: TypeAlias = tuple[str, Callable[..., str]]
BAND = ("low_80", "high_80")
SURELY = 0.05
"""A difference in accuracy is one while the p-value of its test is below this."""


def rise_or_fall(row: pd.Series) -> str:
    """``rises by USD 65 billion (80% band −17 to +146)``: a forecast as the finding of a figure."""
    low, high = (words.signed(row[end]) for end in BAND)
    verb = "rises" if row["forecast_usd_bn"] >= 0 else "falls"
    return f"{verb} by {words.billions(abs(row['forecast_usd_bn']))} (80% band {low} to {high})"


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


def probability(p_value: float) -> str:
    """``0.97``; ``<0.01`` where it is below."""
    return "<0.01" if p_value < 0.01 else f"{p_value:.2f}"


def answer(against_nothing: tuple[float, float], against_benchmark: tuple[float, float]) -> str:
    """``Yes``, ``Partly`` or ``No``: by what the forecast does better than.

    Parameters
    ----------
    against_nothing, against_benchmark
        Diebold–Mariano statistic and p-value of the forecast against no change, and against the plainest
        forecast that has prices and mean purchases.
    """
    better = [statistic < 0 and p < SURELY for statistic, p in (against_nothing, against_benchmark)]
    if not better[0]:
        return "No"
    return "Yes" if better[1] else "Partly"


def compared(test: tuple[float, float]) -> str:
    """``does no better than``, ``does better than`` or ``does worse than``, by a test of accuracy."""
    statistic, p_value = test
    if p_value >= SURELY:
        return "does no better than"
    return "does better than" if statistic < 0 else "does worse than"


def follows_itself(p_value: float) -> str:
    """What a test of autocorrelation lets one say of a flow."""
    return "cannot be told from noise" if p_value >= SURELY else "follows its own past a little"


def state_of_record(record: pd.DataFrame) -> str:
    """How far the record has come, misses first.

    Parameters
    ----------
    record
        From :func:`foreign_demand.analysis.nowcast.scored`.
    """
    if record.empty:
        return "The record is empty: it starts with the first published build"
    counts = record["state"].value_counts()
    missed, printed, waiting = (
        int(counts.get(state, 0)) for state in (nowcast.MISSED, nowcast.PRINTED, nowcast.WAITING)
    )
    outside = int((record["inside"] == False).sum())  # noqa: E712
    return (
        f"Of {words.count(missed + printed)} figures printed since the record began "
        f"{words.how_many(missed)} had no forecast in time, and {words.how_many(outside)} of the "
        f"{words.count(printed)} others lay outside the band; "
        f"{words.how_many(waiting)} {'waits' if waiting == 1 else 'wait'} for a print"
    )


def waiting_for(months: Sequence[pd.Timestamp], state: State, *, printed: bool = False) -> str:
    """Which months wait for their print, and whether it should be out by now.

    Parameters
    ----------
    months
        That are over and of which no holdings are held.
    state
        Of the table of holdings.
    printed
        Whether it is printed already, because the yields at hand end before the holdings.
    """
    named = words.listed([words.month(month) for month in months])
    waits = f"{named} {'waits for its' if len(months) == 1 else 'wait for their'} print"
    if printed:
        return (
            f"No month waits for its print: {named} is the last with a yield at hand, and is forecast from "
            "what was known before its print"
        )
    if state.overdue:
        return (
            f"{waits} in the tables at hand; by the release rule the publisher has newer figures, which are "
            "not held here, so that this is a forecast from what is held and no longer one of the future"
        )
    if state.next_release is None:
        return waits
    expected = "is announced for" if state.announced else "is due by"
    return f"{waits}; the next release {expected} {words.day(state.next_release)}"


def parts_as_printed(parts: pd.DataFrame) -> pd.DataFrame:
    """Cells of what each part adds to a forecast."""
    return as_printed(
        parts,
        {
            "USD billion": ("target", str),
            "Prices": ("valuation_usd_bn", words.signed),
            "Mean flow": ("flow_usd_bn", words.signed),
            "Custody": ("custody_usd_bn", words.signed),
            "Weighing": ("combined_usd_bn", words.signed),
            "Forecast": ("forecast_usd_bn", words.signed),
            "From the edition before": ("before_usd_bn", words.signed),
        },
    )


def accuracy_as_printed(scores: pd.DataFrame, *, spans: dict[str, str]) -> pd.DataFrame:
    """Cells of the accuracy of every forecast, the two spans side by side.

    Parameters
    ----------
    scores
        From :func:`foreign_demand.analysis.nowcast.accuracy`.
    spans
        What each span is called.
    """
    columns = ["rmse_usd_bn", "crps_usd_bn", "sign_pct", "p_value"]
    wide = scores.pivot_table(
        index=["target", "model"], columns="span", values=columns, sort=False, dropna=False
    )
    flat = wide.set_axis([f"{name}_{span}" for name, span in wide.columns], axis=1).reset_index()
    printed: dict[str, Cell] = {"Target": ("target", str)} if scores["target"].nunique() > 1 else {}
    printed["Forecast"] = ("model", str)
    for span, named in spans.items():
        printed |= {
            f"RMSE, {named}": (f"rmse_usd_bn_{span}", "{:.1f}".format),
            f"CRPS, {named}": (f"crps_usd_bn_{span}", "{:.1f}".format),
            f"Sign right, %, {named}": (f"sign_pct_{span}", "{:.0f}".format),
            f"p, {named}": (f"p_value_{span}", probability),
        }
    return as_printed(flat, printed)


def ablation_as_printed(found: pd.DataFrame, *, spans: dict[str, str]) -> pd.DataFrame:
    """Cells of what was tried: each variant's error less that of the method, by span."""
    found = found.assign(
        more_usd_bn=(found["rmse_usd_bn"] - found["as_it_is_usd_bn"]).where(found["months"] > 0)
    )
    wide = found.pivot_table(
        index=["group", "variant"],
        columns="span",
        values=["rmse_usd_bn", "more_usd_bn", "p_value"],
        sort=False,
        dropna=False,
    )
    flat = wide.set_axis([f"{name}_{span}" for name, span in wide.columns], axis=1).reset_index()
    flat = flat[flat[[name for name in flat if name.startswith("rmse")]].notna().any(axis=1)]
    printed: dict[str, Cell] = {"What": ("group", str), "Variant": ("variant", str)}
    for span, named in spans.items():
        printed |= {
            f"RMSE, {named}": (f"rmse_usd_bn_{span}", "{:.1f}".format),
            f"more, {named}": (f"more_usd_bn_{span}", _more),
            f"p, {named}": (f"p_value_{span}", probability),
        }
    return as_printed(flat, printed)


def _more(usd_bn: float) -> str:
    return words.signed(usd_bn, 1)


def record_as_printed(record: pd.DataFrame) -> pd.DataFrame:
    """Cells of the record: what was forecast, what was printed, and whether the band held it."""
    shown = record.assign(band=[_band(row) for _, row in record.iterrows()])
    return as_printed(
        shown,
        {
            "Month": ("month", words.month),
            "USD billion": ("target", str),
            "Issued": ("issued", words.short_day),
            "Forecast": ("forecast_usd_bn", words.signed),
            "80% band": ("band", str),
            "Print": ("print_usd_bn", words.signed),
            "Released": ("released", words.short_day),
            "Surprise": ("surprise_usd_bn", words.signed),
            "State": ("state", str),
            "Inputs": ("digest", _beginning),
        },
    )


def _beginning(digest: str) -> str:
    """As much of a fingerprint as tells two apart."""
    return digest[:8]


def _band(row: pd.Series) -> str | None:
    if pd.isna(row[BAND[0]]):
        return None
    return f"{words.signed(row[BAND[0]])} to {words.signed(row[BAND[1]])}"


def none_better(found: pd.DataFrame, *, span: str) -> str:
    """How many of the inputs that were tried lower the error by more than chance, in words."""
    added = found[(found["group"] == nowcast.ADDED) & (found["span"] == span)].dropna(subset="p_value")
    better = added[(added["statistic"] < 0) & (added["p_value"] < SURELY)]
    return f"{words.how_many(len(better))} of {words.count(len(added))}"


def without_custody(months: Sequence[pd.Timestamp]) -> str:
    """Of which months custody is not known, and what stands in for it; nothing where it is of all."""
    if not months:
        return ""
    named = words.listed([words.month(month) for month in months])
    return f"Custody at the end of {named} is not at hand: the mean flow stands in for it."


def best_variant(row: pd.Series) -> str:
    """Which row has the least error, and whether that is more than chance.

    Parameters
    ----------
    row
        Of :func:`foreign_demand.analysis.nowcast.ablation`.
    """
    if row["variant"] == nowcast.AS_IT_IS:
        return "No variant has a smaller error in the later span."
    chance = "more than" if row["p_value"] < SURELY else "no more than"
    return (
        f"The smallest error in the later span, {words.billions(row['rmse_usd_bn'])} against "
        f"{words.billions(row['as_it_is_usd_bn'])}, has the row “{row['variant']}”, which is {chance} chance "
        f"(p-value {probability(row['p_value'])})."
    )


def slope_in_words(row: pd.Series) -> str:
    """``+0.3 bp (95% interval −0.6 to +1.2)``: the yield's move for a surprise."""
    return words.estimate(row["value"], row["low"], row["high"], 1, unit=" bp", interval="95% interval ")


def said_and_printed(row: pd.Series) -> str:
    """One line of the record: ``June 2026, Total: forecast +65 (−17 to +146), printed +18, inside the band``.

    Parameters
    ----------
    row
        Of :func:`foreign_demand.analysis.nowcast.scored`, in USD billion.
    """
    figure = f"{words.month(row['month'])}, {row['target']}"
    if row["state"] == nowcast.MISSED:
        return f"{figure}: {nowcast.MISSED}, printed {words.signed(row['print_usd_bn'])} (USD billion)"
    said = f"{figure}: forecast {with_band(row)}"
    if row["state"] == nowcast.WAITING:
        return f"{said} (USD billion, 80% band)"
    place = "inside" if row["inside"] else "outside"
    return f"{said}, printed {words.signed(row['print_usd_bn'])}, {place} the 80% band (USD billion)"
