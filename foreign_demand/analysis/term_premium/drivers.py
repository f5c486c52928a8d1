"""What moves the term premium: monthly regressions, and how little they identify.

Each candidate is measured in the same month as the change in the premium it is to
explain, from free data, by a proxy that its name owns up to. Purchases and prices of
bonds are made together, so a coefficient here is an association, not an effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import month_ends
from foreign_demand.analysis.inference import regression
from foreign_demand.analysis.markets import realised_volatility
from foreign_demand.analysis.term_premium.bootstrap import COVERAGE
from foreign_demand.data.places import GRAND_TOTAL, NON_OFFICIAL, OFFICIAL
from foreign_demand.exceptions import EstimationError

DRIVERS: Mapping[str, str] = {
    "rate_volatility": "Volatility of the 10-year yield",
    "inflation_volatility": "Volatility of break-even inflation",
    "debt_supply": "Notes and bonds issued beyond trend",
    "official_flows": "Foreign official purchases",
    "private_flows": "Foreign private purchases",
    "fed_purchases": "Federal Reserve purchases",
}
"""Regressors of :func:`monthly_drivers`, and what each is called in print."""

VOLATILITY_DAYS = 21
"""Business days that realised volatility is measured over."""


_TREND_MONTHS = 12


def official_and_private_flows(
    transactions: pd.DataFrame,
    official_positions: pd.DataFrame,
    positions: pd.DataFrame,
    slt: pd.DataFrame,
) -> pd.DataFrame:
    """Net foreign purchases of Treasury notes and bonds by official and private holders.

    Parameters
    ----------
    transactions
        ``tic_s1_globl``: all foreigners together, by place of booking, to January 2023.
    official_positions, positions
        ``tic_official_positions`` (to June 2011) and ``tic_positions`` (to December 2020):
        purchases of official holders as Bertaut and Judson estimate them.
    slt
        ``tic_slt_table3``: as reported by holder since February 2023.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``official_usd_bn``, ``private_usd_bn``, ``record``: ``estimates`` up
        to 2020, ``reports`` since 2023. The months between have no official flows in
        free monthly data and are absent.

    Notes
    -----
    Until June 2011 private is the grand total of the S form less the estimate for
    official holders, so an error in the one is an error of opposite sign in the other.
    """
    total = transactions[transactions["country_code"] == GRAND_TOTAL].set_index("month")
    total = total["treasury_purchases_usd_mn"] - total["treasury_sales_usd_mn"]
    older = official_positions.set_index("month")["treasury_net_purchases_usd_mn"].dropna()
    flows = positions.pivot(index="month", columns="country_code", values="treasury_net_purchases_usd_mn")
    flows = flows[flows.index > older.index.max()]
    reports = slt.pivot(index="month", columns="country_code", values="long_term_net_purchases_usd_mn")
    reports = reports[[OFFICIAL, NON_OFFICIAL]].dropna()
    parts = [
        pd.DataFrame({"official_usd_bn": older, "private_usd_bn": total.reindex(older.index) - older}),
        pd.DataFrame(
            {
                "official_usd_bn": flows[OFFICIAL],
                "private_usd_bn": flows[GRAND_TOTAL] - flows[OFFICIAL],
            }
        ),
        pd.DataFrame({"official_usd_bn": reports[OFFICIAL], "private_usd_bn": reports[NON_OFFICIAL]}),
    ]
    record = np.repeat(["estimates", "estimates", "reports"], [len(part) for part in parts])
    table = (pd.concat(parts) / 1000).assign(record=record)
    return table.dropna().rename_axis("month").reset_index()


def _change_in_volatility(daily: pd.DataFrame, column: str) -> pd.Series:
    """Change over the month in realised volatility at its end, basis points a year."""
    changes = 100 * daily.set_index("date")[column].dropna().diff()
    return month_ends(realised_volatility(changes, days=VOLATILITY_DAYS).dropna()).diff()


def monthly_drivers(
    *,
    ten_year: pd.DataFrame,
    breakeven: pd.DataFrame,
    notes_and_bonds: pd.Series,
    flows: pd.DataFrame,
    fed_holdings: pd.DataFrame,
) -> pd.DataFrame:
    """Candidates by month, in the units of their print.

    Parameters
    ----------
    ten_year, breakeven
        ``DGS10`` and ``T10YIE``: daily, percent.
    notes_and_bonds
        Marketable debt without bills by month, USD billion.
    flows
        From :func:`official_and_private_flows`.
    fed_holdings
        ``TREAST``: weekly, USD million.

    Returns
    -------
    pandas.DataFrame
        Indexed by month, with ``record`` and the columns of :data:`DRIVERS`:

        - changes over the month in realised volatility (over :data:`VOLATILITY_DAYS`) of the
          ten-year yield and of ten-year break-even inflation, basis points a year;
        - growth of marketable debt without bills over the month less its average of the
          twelve months before, percent: issuance that the trend did not foretell;
        - net purchases by foreign official and private holders and by the Federal Reserve,
          in percent of marketable debt without bills a month before.
    """
    debt_before = notes_and_bonds.shift(freq=pd.offsets.MonthEnd(1)).reindex(notes_and_bonds.index)
    growth = 100 * (notes_and_bonds / debt_before - 1)
    trend = growth.rolling(_TREND_MONTHS).mean().shift()
    fed = month_ends(fed_holdings.set_index("date")["holdings_usd_mn"].dropna()) / 1000
    by_month = flows.set_index("month")
    table = pd.DataFrame(
        {
            "rate_volatility": _change_in_volatility(ten_year, "yield_pct"),
            "inflation_volatility": _change_in_volatility(breakeven, "breakeven_pct"),
            "debt_supply": growth - trend,
            "official_flows": 100 * by_month["official_usd_bn"] / debt_before,
            "private_flows": 100 * by_month["private_usd_bn"] / debt_before,
            "fed_purchases": 100 * fed.diff() / debt_before,
        }
    )
    return table.join(by_month["record"]).dropna().rename_axis("month")


def _scaled(drivers: pd.DataFrame, change: pd.Series) -> pd.DataFrame:
    names = list(DRIVERS)
    both = drivers.join(change.rename("change_bp"), how="inner").dropna()
    spread = both[names].std()
    if (spread == 0).any():
        constant = ", ".join(spread.index[spread == 0])
        raise EstimationError(f"{constant} does not vary; nothing can be regressed on it.")
    both[names] = both[names] / spread
    return both


def regress(
    drivers: pd.DataFrame,
    changes: Mapping[str, pd.Series],
    samples: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:
    """Changes in the premium on all drivers at once, by model and sample.

    Parameters
    ----------
    drivers
        From :func:`monthly_drivers`.
    changes
        Monthly changes in basis points, by name of the model they are from.
    samples
        First and last month, ISO, by name.

    Returns
    -------
    pandas.DataFrame
        A row per ``model``, ``sample`` and ``driver``: ``coefficient_bp``, the change in the
        premium that goes with one standard deviation of the driver (over all months, so
        that samples compare); ``low_bp`` and ``high_bp``, its interval (:data:`COVERAGE`) by
        Newey–West errors with a small-sample correction; ``p_value``; ``months``; ``r_squared``,
        beside it ``noise_r_squared``, what as many regressors of noise explain on average, k / (T - 1),
        and ``adjusted_r_squared``, which takes that out.

    Raises
    ------
    EstimationError
        If a sample has fewer than three months for each coefficient.
    """
    rows = []
    for model, change in changes.items():
        table = _scaled(drivers, change)
        for sample, (first, last) in samples.items():
            chosen = table.loc[first:last]
            if len(chosen) < 3 * (len(DRIVERS) + 1):
                raise EstimationError(
                    f"{sample}: {len(chosen)} months with all drivers are too few for "
                    f"{len(DRIVERS) + 1} coefficients."
                )
            fit = regression(chosen["change_bp"], chosen[list(DRIVERS)])
            interval = fit.conf_int(alpha=1 - COVERAGE)
            rows += [
                {
                    "model": model,
                    "sample": sample,
                    "driver": label,
                    "coefficient_bp": fit.params[name],
                    "low_bp": interval.loc[name, 0],
                    "high_bp": interval.loc[name, 1],
                    "p_value": fit.pvalues[name],
                    "months": len(chosen),
                    "r_squared": fit.rsquared,
                    "noise_r_squared": len(DRIVERS) / (len(chosen) - 1),
                    "adjusted_r_squared": fit.rsquared_adj,
                }
                for name, label in DRIVERS.items()
            ]
    return pd.DataFrame(rows)


def stability(
    drivers: pd.DataFrame,
    changes: Mapping[str, pd.Series],
    samples: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:
    """Whether a driver's coefficient is the same in all samples.

    Parameters
    ----------
    drivers, changes
        As for :func:`regress`.
    samples
        That do not overlap.

    Returns
    -------
    pandas.DataFrame
        A row per ``model`` and ``driver``: ``p_value`` of the Wald test that its coefficient
        is equal across the samples (Newey–West, one regression in which each sample has
        coefficients of its own), and ``same_sign``, whether it has one sign in all.
    """
    rows = []
    for model, change in changes.items():
        table = _scaled(drivers, change)
        blocks = {name: table.loc[first:last] for name, (first, last) in samples.items()}
        pooled = pd.concat(blocks.values())
        wide = pd.concat(
            {
                name: block[list(DRIVERS)].assign(const=1.0).reindex(pooled.index, fill_value=0.0)
                for name, block in blocks.items()
            },
            axis=1,
        )
        wide.columns = [f"{driver}__{i}" for i in range(len(blocks)) for driver in (*DRIVERS, "const")]
        fit = regression(pooled["change_bp"], wide, constant=False)
        for name, label in DRIVERS.items():
            columns = [f"{name}__{i}" for i in range(len(blocks))]
            equal = ", ".join(f"{columns[0]} = {other}" for other in columns[1:])
            signs = np.sign(fit.params[columns])
            rows.append(
                {
                    "model": model,
                    "driver": label,
                    "p_value": float(fit.f_test(equal).pvalue),
                    "same_sign": bool((signs == signs.iloc[0]).all()),
                }
            )
    return pd.DataFrame(rows)


def agreed(results: pd.DataFrame, samples: Sequence[str]) -> pd.DataFrame:
    """Coefficients that all models find: intervals off zero, on the same side.

    Parameters
    ----------
    results
        From :func:`regress`.
    samples
        Those to look at.

    Returns
    -------
    pandas.DataFrame
        A row per ``sample`` and ``driver`` with the ``sign`` of the coefficient.
    """
    rows = results[results["sample"].isin(samples)]
    sign = np.where(rows["low_bp"] > 0, 1, np.where(rows["high_bp"] < 0, -1, 0))
    signs = rows.assign(sign=sign).pivot(index=["sample", "driver"], columns="model", values="sign")
    same = (signs.nunique(axis=1) == 1) & (signs.iloc[:, 0] != 0)
    return signs.loc[same].iloc[:, 0].rename("sign").reset_index()


def budget_revisions(baselines: pd.DataFrame, premium: pd.Series) -> pd.DataFrame:
    """Revisions of projected deficits, beside the change in the premium in the month they came.

    Parameters
    ----------
    baselines
        ``cbo_baselines``.
    premium
        Percent, indexed by month.

    Returns
    -------
    pandas.DataFrame
        A row a baseline after the first, of months that ``premium`` has: ``month``,
        ``previous``, ``years`` the two have in common, ``revision_usd_bn`` of the deficits of
        those years together (more deficit is above zero), ``premium_change_bp`` over the month.
    """
    deficits = baselines[(baselines["component"] == "deficit") & (baselines["category"] == "Total")]
    sizes = -deficits.pivot(index="baseline", columns="fiscal_year", values="value_usd_bn")
    change = 100 * premium.diff().dropna()
    rows = []
    for before, after in zip(sizes.index[:-1], sizes.index[1:], strict=True):
        if after not in change:
            continue
        common = sizes.loc[[before, after]].dropna(axis=1)
        rows.append(
            {
                "month": after,
                "previous": before,
                "years": common.shape[1],
                "revision_usd_bn": common.loc[after].sum() - common.loc[before].sum(),
                "premium_change_bp": change[after],
            }
        )
    return pd.DataFrame(rows)
