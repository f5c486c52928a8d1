"""What must add up, by definition: how an importer says so, once for all of them."""

from __future__ import annotations

import math

import pandas as pd

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.periods import period_end, write_period
from foreign_demand.exceptions import IdentityError

ROUNDING = 1e-9
"""Room for the arithmetic of decimal fractions."""


def require_equal(
    added: pd.Series,
    stated: pd.Series | float,
    *,
    what: str,
    tolerance: float,
    dataset: Dataset,
) -> None:
    """Refuse a publication in which what is added up is not what it states.

    Parameters
    ----------
    added
        What the parts make; indexed by period, or by period and the rest of a row's key.
        A part that is missing makes it missing, and a missing side never agrees.
    stated
        What the publication states, on the same index, or one number for all.
    what
        The identity in words: ``bills and bonds add up to Foreign Official``.
    tolerance
        Largest gap that rounding can leave, in the unit of the values. Months that the
        catalog lists under ``known_gaps`` may stray by their own gap besides.

    Raises
    ------
    IdentityError
        At the first row where the two differ by more, with both numbers; or if there
        is no row to compare.
    """
    sides = pd.DataFrame({"added": added, "stated": stated})
    if sides.empty:
        raise IdentityError(
            f"{dataset.id}: no row to check that {what}; compare with {dataset.page or dataset.url}."
        )
    sides["gap"] = sides["added"] - sides["stated"]
    periods = sides.index.get_level_values(0)
    sizes = {
        pd.Timestamp(period_end(gap.period, dataset.period.type)): gap.size for gap in dataset.known_gaps
    }
    broken = ~(sides["gap"].abs() <= tolerance + ROUNDING + periods.map(sizes).fillna(0.0))
    if not broken.any():
        return
    sides = sides[broken].sort_index()
    decimals = max(1, 1 - math.floor(math.log10(tolerance)))
    first = sides.iloc[0].map(f"{{:,.{decimals}f}}".format).replace("nan", "missing")
    row = sides.index[0] if isinstance(sides.index, pd.MultiIndex) else (sides.index[0],)
    where = write_period(pd.Series(row[:1]), dataset.period).iloc[0]
    rest = f" ({', '.join(map(str, row[1:]))})" if row[1:] else ""
    raise IdentityError(
        f"{dataset.id}: it should hold that {what}, but in {where}{rest} the sum is {first['added']} and the "
        f"published figure {first['stated']} (gap: {first['gap']}). Nothing is merged; compare with "
        f"{dataset.page or dataset.url}."
    )
