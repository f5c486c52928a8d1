"""The highest since, in words."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from foreign_demand import words
from foreign_demand.analysis.records import Standing


def highest_since(
    standing: Standing, *, what: str = "highest", write: Callable[[pd.Timestamp], str] = words.day
) -> str:
    """``the highest since 1 April 2020`` or ``the highest since the record begins in 1990``.

    Parameters
    ----------
    standing
        From :func:`~foreign_demand.analysis.records.last_as_large`.
    what
        The noun or superlative: ``highest``, ``largest rise``.
    write
        How a period is printed.
    """
    if standing.prior_period is None:
        return f"the {what} since the record begins in {standing.first.year}"
    return f"the {what} since {write(standing.prior_period)}"
