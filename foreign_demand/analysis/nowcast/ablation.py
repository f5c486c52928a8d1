"""What was tried beside the method: other choices within it, and inputs that add nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.auctions import allotted_shares
from foreign_demand.analysis.curve import month_ends
from foreign_demand.analysis.nowcast.inputs import Inputs, inputs
from foreign_demand.analysis.nowcast.model import BENCHMARK, COMBINATION, COMBINED, fitted, forecasts
from foreign_demand.analysis.nowcast.scores import (
    diebold_mariano,
    errors,
    root_mean_square,
    spans,
)
from foreign_demand.data.catalog import Break
from foreign_demand.data.memory import remembered

WORKBOOKS = ("investor_class_coupons_2000", "investor_class_coupons")
EXTRA_TABLES = (
    "mspd_marketable",
    "DTWEXBGS",
    "VIXCLS",
    "japan_weekly_flows",
    *WORKBOOKS,
    "investor_class_shares",
)
"""Datasets of inputs that were tried."""

AS_IT_IS = "As it is"
CHOICES = "Choices"
ADDED = "Inputs added"


def tried_inputs(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Inputs that were tried, by month.

    Parameters
    ----------
    tables
        Those of :data:`EXTRA_TABLES`.

    Returns
    -------
    pandas.DataFrame
        Net issuance of marketable debt (USD billion), change of the dollar (percent) and of the VIX
        (points) over the month, Japan's net purchases of foreign bonds in weeks that end in it (JPY
        billion), and what foreigners were allotted at auctions of notes and bonds (USD billion).
    """
    debt = tables["mspd_marketable"]
    debt = debt[debt["security_class"] == "Total Marketable"].set_index("month")["held_by_public_usd_mn"]
    japan = tables["japan_weekly_flows"].set_index("week")["abroad_bonds_net_jpy_bn"]
    issues = allotted_shares([tables[id] for id in WORKBOOKS], tables["investor_class_shares"])
    allotted = (issues["foreign_share_pct"] / 100 * issues["sold_usd_bn"]).set_axis(issues["issue_date"])
    return pd.DataFrame(
        {
            "Net issuance": debt.diff() / 1000,
            "Dollar": 100 * month_ends(tables["DTWEXBGS"].set_index("date")["index"]).pct_change(),
            "VIX": month_ends(tables["VIXCLS"].set_index("date")["vix_index"]).diff(),
            "Japan's weekly flows": _by_month(japan),
            "Auction allotments": _by_month(allotted),
        }
    )


def _by_month(values: pd.Series) -> pd.Series:
    """Sums of months that have values."""
    return values.groupby(values.index + pd.offsets.MonthEnd(0)).sum(min_count=1)


@remembered
def ablation(
    tables: Mapping[str, pd.DataFrame], breaks: Sequence[Break], tried: pd.DataFrame, target: str = "Total"
) -> pd.DataFrame:
    """Every variant's error by span, and whether it differs from the method as it is.

    Parameters
    ----------
    tables, breaks
        As for :func:`~foreign_demand.analysis.nowcast.inputs`.
    tried
        From :func:`tried_inputs`.
    target
        What is forecast.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``variant``, ``span``, ``months``, ``rmse_usd_bn``, and Diebold–Mariano ``statistic``
        and ``p_value`` against the combination as it is; of an added input only months that have it count.

    Notes
    -----
    An input is added by fitting what the combination missed on it, over the window of the method, and
    adding the fit to the forecast.
    """
    given = inputs(tables, breaks)
    main = forecasts(given, targets=[target])
    base = errors(main, target)[COMBINATION]
    equal = errors(main, target)[list(COMBINED)].mean(axis=1)
    variants: dict[tuple[str, str], pd.Series] = {
        (CHOICES, AS_IT_IS): base,
        (CHOICES, "Without custody"): errors(main, target)[BENCHMARK],
        (CHOICES, "Equal weights"): equal,
    }
    for years in (5, 7):
        other = inputs(tables, breaks, maturity=12 * years)
        variants[CHOICES, f"{years}-year yield"] = _missed(other, target)
    for months in (36, 120):
        variants[CHOICES, f"Fitted over {months} months"] = _missed(given, target, window=months)
    for months in (12, 60):
        variants[CHOICES, f"Mean flow of {months} months"] = _missed(given, target, flow_months=months)
    for name in tried:
        variants[ADDED, name] = _with_input(base, tried[name].reindex(base.index))
    rows = []
    for (group, name), found in variants.items():
        for span, (start, end) in spans(base.last_valid_index()).items():
            both = pd.DataFrame({"found": found, "base": base})[start:end].dropna()
            statistic, p_value = np.nan, np.nan
            if len(both) >= 10 and not both["found"].equals(both["base"].rename("found")):
                statistic, p_value = diebold_mariano(both["found"], both["base"])
            rows.append(
                {
                    "group": group,
                    "variant": name,
                    "span": span,
                    "months": len(both),
                    "rmse_usd_bn": root_mean_square(both["found"]),
                    "as_it_is_usd_bn": root_mean_square(both["base"]),
                    "statistic": statistic,
                    "p_value": p_value,
                }
            )
    return pd.DataFrame(rows)


def _missed(given: Inputs, target: str, **choices: int) -> pd.Series:
    return errors(forecasts(given, targets=[target], **choices), target)[COMBINATION]


def _with_input(missed: pd.Series, values: pd.Series) -> pd.Series:
    """Errors that are left when what was missed is fitted on an input."""
    fit = fitted(missed, values.to_frame("value"), ahead=1)
    return missed - fit["constant"] - fit["value"] * values
