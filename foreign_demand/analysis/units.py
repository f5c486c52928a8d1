"""Units: the Treasury reports in millions of dollars, the book reads in billions."""

from __future__ import annotations

import pandas as pd


def in_billions(table: pd.DataFrame) -> pd.DataFrame:
    """Every column in USD million as one in USD billion.

    Parameters
    ----------
    table
        With columns that end in ``_usd_mn``.

    Returns
    -------
    pandas.DataFrame
        The same columns in the same order, those ending in ``_usd_bn``.
    """
    millions = [column for column in table if column.endswith("_usd_mn")]
    names = {column: column.removesuffix("_usd_mn") + "_usd_bn" for column in millions}
    return table.assign(**{column: table[column] / 1000 for column in millions}).rename(columns=names)
