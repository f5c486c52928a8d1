"""A small world to forecast in: prices, purchases and custody that are known, made by a rule."""

from __future__ import annotations

import numpy as np
import pandas as pd

from foreign_demand.analysis.nowcast.inputs import NET_PURCHASES, PRIVATE, TARGETS, Inputs

DURATION, FLOW, RESPONSE = 5.0, 10.0, 0.8


def made_inputs(*, months: int = 180, noise: float = 0.0, waiting: int = 0, seed: int = 3) -> Inputs:
    """Holdings that lose their duration times the change in yields, and gain a flow and custody's change.

    Parameters
    ----------
    months
        Of which holdings are known.
    noise
        Standard deviation of what no input tells, USD billion.
    waiting
        Months after them of which yields and custody are known.
    """
    random = np.random.default_rng(seed)
    size = months + waiting
    index = pd.date_range("2006-01-31", periods=size, freq="ME", name="month")
    step = pd.Series(random.normal(0, 0.25, size), index=index)
    moved = pd.Series(random.normal(0, 20, size), index=index)
    changes, levels = {}, {}
    for name in ("Official", PRIVATE, *TARGETS[2:]):
        level, found = 3000.0, []
        for month in range(size):
            priced = 0.0 if name == NET_PURCHASES else -DURATION / 100 * step.iloc[month] * level
            held = 0.0 if name == PRIVATE else RESPONSE * moved.iloc[month]
            level += priced + FLOW + held + noise * random.normal()
            found.append(level)
        levels[name] = pd.Series(found, index=index)
        changes[name] = levels[name].diff()
    for table in (changes, levels):
        table["Total"] = table["Official"] + table[PRIVATE]
    known = pd.Series(range(size), index=index) < months
    return Inputs(
        changes=pd.DataFrame(changes)[known].reindex(index),
        levels=pd.DataFrame(levels)[known].reindex(index),
        yields=3 + step.cumsum(),
        custody=2000 + moved.cumsum(),
    )
