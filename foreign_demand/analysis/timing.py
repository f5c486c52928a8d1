"""Whether foreigners time Treasuries badly or well: what yields did in the month after they bought."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

_NORMAL_95 = 1.96


def timing(purchases: Mapping[str, pd.Series], yields: pd.Series) -> pd.DataFrame:
    """Correlation of net purchases with the change of the yield in the month that follows.

    Above zero foreigners bought before prices fell, which is bad timing; below zero before they rose.

    Parameters
    ----------
    purchases
        By what they are called, in USD billion a month, by month end.
    yields
        Percent, by day; the last of each month counts.

    Returns
    -------
    pandas.DataFrame
        ``record``, ``first`` and ``last`` month, ``months``, ``value`` and its 95% interval ``low`` and
        ``high`` (Fisher). Purchases are taken less their mean of the year before, because they grow.
    """
    after = 100 * yields.dropna().resample("ME").last().diff().shift(-1)
    rows = []
    for record, values in purchases.items():
        unusual = values - values.shift(1).rolling(12).mean()
        pair = pd.DataFrame({"bought": unusual, "after": after}).dropna()
        value = pair.corr().iloc[0, 1]
        half = _NORMAL_95 / np.sqrt(len(pair) - 3)
        low, high = np.tanh(np.arctanh(value) + np.array([-half, half]))
        rows.append(
            {"record": record, "first": pair.index[0], "last": pair.index[-1], "months": len(pair)}
            | {"value": value, "low": low, "high": high}
        )
    return pd.DataFrame(rows)
