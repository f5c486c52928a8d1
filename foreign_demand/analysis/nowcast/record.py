"""The record as it is shown: every forecast beside its print, misses first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from foreign_demand.analysis.nowcast.bands import HEADLINE, interval_score

MISSED, PRINTED, WAITING = "no forecast in time", "printed", "waiting"
NOT_RECORDED = "not recorded"
"""State of a forecast that is made for a page and is in no record."""
_LOW, _HIGH = f"low_{100 * HEADLINE:.0f}", f"high_{100 * HEADLINE:.0f}"


def scored(forecasts: pd.DataFrame, prints: pd.DataFrame) -> pd.DataFrame:
    """Every forecast that counts beside its print, misses first.

    Parameters
    ----------
    forecasts, prints
        The two files of the record.

    Returns
    -------
    pandas.DataFrame
        Columns of both, a row each ``month`` and ``target`` of which either has one: of several forecasts
        the last that was issued before the day of release. ``state`` is :data:`MISSED` where a print has
        none, :data:`WAITING` where a forecast has no print yet, else :data:`PRINTED`; ``surprise_usd_bn``
        is print less forecast, ``inside`` whether the print lies in the 80 percent band, and
        ``interval_score_usd_bn`` the score of that band. Prints without a forecast in time come first,
        then those outside their band, those inside it, and what waits; newest month first in each.
    """
    both = forecasts.merge(prints, on=["month", "target"], how="outer")
    late = both["issued"] >= both["released"]
    said = [name for name in forecasts if name not in ("month", "target")]
    both[said] = both[said].where(~late)
    both = both.sort_values("issued", na_position="first").drop_duplicates(["month", "target"], keep="last")
    both["state"] = np.select(
        [both["issued"].isna(), both["released"].isna()], [MISSED, WAITING], default=PRINTED
    )
    actual = both["print_usd_bn"]
    both["surprise_usd_bn"] = actual - both["forecast_usd_bn"]
    printed = both["state"] == PRINTED
    outside = printed & ~actual.between(both[_LOW], both[_HIGH])
    both["inside"] = (~outside).where(printed).astype("boolean")
    both["interval_score_usd_bn"] = interval_score(both[_LOW], both[_HIGH], actual, level=HEADLINE)
    both["place"] = np.select([both["state"] == MISSED, outside, printed], [0, 1, 2], default=3)
    both = both.sort_values(["place", "month", "target"], ascending=[True, False, True], ignore_index=True)
    return both.drop(columns="place")


def with_next(record: pd.DataFrame, forecasts: pd.DataFrame) -> pd.DataFrame:
    """The record, and behind it the forecasts of today that are not in it.

    Parameters
    ----------
    record
        From :func:`scored`.
    forecasts
        From :func:`~foreign_demand.analysis.nowcast.next_prints`.
    """
    key = ["month", "target"]
    known = pd.MultiIndex.from_frame(record[key])
    new = forecasts[~pd.MultiIndex.from_frame(forecasts[key]).isin(known)].assign(state=NOT_RECORDED)
    new = new[[name for name in record if name in new]]
    return pd.concat([part for part in (record, new) if len(part)], ignore_index=True).reindex(
        columns=record.columns
    )
