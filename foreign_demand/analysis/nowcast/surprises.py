"""What prints surprised by, and what yields did around the releases: a description, no effect."""

from __future__ import annotations

import pandas as pd

from foreign_demand.analysis.inference import regression
from foreign_demand.analysis.nowcast.inputs import NET_PURCHASES, TARGETS

PER = 100.0
"""USD billion that a slope is told for."""
_TAKEN = ("Total", NET_PURCHASES)


def surprises(banded: pd.DataFrame, press: pd.DataFrame, yields: pd.Series) -> pd.DataFrame:
    """Print less forecast month by month, with the change in a yield around the release.

    Parameters
    ----------
    banded
        From :func:`~foreign_demand.analysis.nowcast.with_bands`.
    press
        ``tic_press_tables``: of each month the day of its first print.
    yields
        Percent by day.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``target`` (total holdings, net purchases), ``released``, ``surprise_usd_bn`` and
        ``change_bp``, from the close of the day before the release to that of the day after: figures
        came out at four in the afternoon, after that day's yields were read. Months without a release
        day or a print are left out.
    """
    first = press[press["newest"]].sort_values("release_date").drop_duplicates("month")
    released = first.set_index("month")["release_date"]
    rows = banded[banded["target"].isin(_TAKEN)].assign(
        released=banded["month"].map(released),
        surprise_usd_bn=banded["actual_usd_bn"] - banded["forecast_usd_bn"],
    )
    rows = rows.dropna(subset=["released", "surprise_usd_bn"])
    daily = yields.dropna()
    at = daily.index.searchsorted(rows["released"], side="left")
    rows = rows[(at > 0) & (at < len(daily) - 1)]
    at = at[(at > 0) & (at < len(daily) - 1)]
    change = 100 * (daily.to_numpy()[at + 1] - daily.to_numpy()[at - 1])
    columns = ["month", "target", "released", "surprise_usd_bn", "change_bp"]
    return rows.assign(change_bp=change)[columns].reset_index(drop=True)


def yields_on_surprises(found: pd.DataFrame) -> pd.DataFrame:
    """Slope of the change in the yield on the surprise, with its 95 percent interval.

    Parameters
    ----------
    found
        From :func:`surprises`.

    Returns
    -------
    pandas.DataFrame
        A row a target: ``target``, ``value``, ``low`` and ``high`` in basis points for each
        :data:`PER` USD billion, and ``months``.
    """
    rows = []
    for target in [name for name in TARGETS if name in set(found["target"])]:
        part = found[found["target"] == target]
        fit = regression(part["change_bp"], (part[["surprise_usd_bn"]] / PER))
        low, high = fit.conf_int().loc["surprise_usd_bn"]
        rows.append((target, fit.params["surprise_usd_bn"], low, high, len(part)))
    return pd.DataFrame(rows, columns=["target", "value", "low", "high", "months"])
