"""The forecasts of prints to come, with what each part adds to them."""

from __future__ import annotations

import hashlib

import pandas as pd

from foreign_demand.analysis.nowcast.bands import LEVELS
from foreign_demand.analysis.nowcast.inputs import TARGETS, Inputs
from foreign_demand.analysis.nowcast.model import COMBINATION, forecasts, parts
from foreign_demand.analysis.nowcast.scores import with_bands
from foreign_demand.data.memory import remembered
from foreign_demand.exceptions import EstimationError

QUANTILES = [
    *(f"low_{100 * level:.0f}" for level in reversed(LEVELS)),
    *(f"high_{100 * level:.0f}" for level in LEVELS),
]
"""Ends of the bands, from the lowest to the highest."""
_DECIMALS = 6
"""Of inputs, where a digest is taken of them: machines differ in the last digit."""


@remembered
def next_prints(given: Inputs) -> pd.DataFrame:
    """Forecast every month that is over and of which holdings are not known.

    Parameters
    ----------
    given
        What is known.

    Returns
    -------
    pandas.DataFrame
        One row a ``month`` and ``target``: ``ahead`` (months from the newest known one),
        ``forecast_usd_bn``, the ends of the bands (:data:`QUANTILES`), ``edition`` (newest month known),
        ``custody_known`` and ``digest`` of the inputs.

    Raises
    ------
    EstimationError
        If no month waits for its print.
    """
    waiting = given.waiting()
    if waiting.empty:
        raise EstimationError(
            f"No month after {given.edition:%B %Y} is over by the yields at hand; "
            "ask again when the running month has ended."
        )
    moved = given.custody.diff()
    rows = []
    for ahead, month in enumerate(waiting, start=1):
        banded = with_bands(forecasts(given, ahead=ahead), ahead=ahead)
        rows.append(
            banded[banded["month"] == month].assign(
                ahead=ahead,
                edition=given.edition,
                custody_known=bool(pd.notna(moved[month])),
                digest=digest(given, month),
            )
        )
    table = pd.concat(rows, ignore_index=True)
    columns = ["month", "target", "ahead", "forecast_usd_bn", *QUANTILES, "edition", "custody_known"]
    return table[[*columns, "digest"]]


def digest(given: Inputs, month: pd.Timestamp) -> str:
    """Fingerprint of all inputs of the forecast of a month."""
    tables = (given.changes, given.levels, given.yields.to_frame(), given.custody.to_frame())
    written = "".join(table[:month].round(_DECIMALS).to_csv() for table in tables)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def contributions(given: Inputs, month: pd.Timestamp) -> pd.DataFrame:
    """What the parts add to the forecasts of a month that waits for its print.

    Returns
    -------
    pandas.DataFrame
        A row a target: ``target``, ``valuation_usd_bn``, ``flow_usd_bn``, ``custody_usd_bn`` (zero where
        custody is not known), ``combined_usd_bn`` (what the weighing of the three forecasts takes from or
        adds to their sum), ``forecast_usd_bn``, their sum, and ``before_usd_bn``: the forecast of the
        same month from the edition before.

    Notes
    -----
    The parts are those of the forecast by components; of the total they are those of its components.
    """
    ahead = list(given.waiting()).index(month) + 1
    now = forecasts(given, ahead=ahead)
    before = forecasts(given, ahead=ahead + 1)
    rows = []
    for target in TARGETS:
        of = [target] if target != "Total" else ["Official", "Private"]
        found = [parts(given, name, ahead=ahead).loc[month] for name in of]
        known = [part.fillna(0.0) for part in found]
        custody = known[0]["custody_usd_bn"]
        valuation = sum(part["valuation_usd_bn"] for part in known)
        flow = sum(part["flow_usd_bn"] for part in known)
        point, earlier = (
            table.loc[(table["target"] == target) & (table["month"] == month), COMBINATION].item()
            for table in (now, before)
        )
        rows.append(
            {
                "target": target,
                "valuation_usd_bn": valuation,
                "flow_usd_bn": flow,
                "custody_usd_bn": custody,
                "combined_usd_bn": point - valuation - flow - custody,
                "forecast_usd_bn": point,
                "before_usd_bn": earlier,
            }
        )
    return pd.DataFrame(rows)
