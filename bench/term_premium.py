"""How long the term premium takes, against what it may."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bench.measures import Measure
from foreign_demand.analysis import term_premium
from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.data.store import read_table

__all__ = ["BUDGET", "bench_term_premium"]

BUDGET: Mapping[str, float] = {
    "monthly estimation": 0.05,
    "estimation and daily output at all maturities": 0.5,
    "bootstrap of 500 draws": 15.0,
    "real time since 1990": 15.0,
}
"""Seconds each part may take."""


def _fastest(work: Callable[[], object], *, runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def bench_term_premium(*, runs: int = 3) -> list[Measure]:
    """Seconds of each part of :data:`BUDGET`, the fastest of a few runs, on the held curve."""
    parameters = read_table("gsw_parameters")
    federal_funds = read_table("FEDFUNDS").set_index("month")["rate_pct"]
    daily = zero_coupon_yields(parameters)
    yields = month_ends(daily)
    model = term_premium.estimate(yields, federal_funds)

    def by_day() -> object:
        curve = zero_coupon_yields(parameters)
        return term_premium.estimate(month_ends(curve), federal_funds).decompose(curve)

    work: Mapping[str, Callable[[], object]] = {
        "monthly estimation": lambda: term_premium.estimate(yields, federal_funds).decompose(yields),
        "estimation and daily output at all maturities": by_day,
        "bootstrap of 500 draws": lambda: term_premium.bootstrap(model, draws=500),
        "real time since 1990": lambda: term_premium.expanding_window(
            yields, federal_funds, since="1990-01-01"
        ),
    }
    return [
        Measure(
            name=f"{name[0].upper()}{name[1:]}, s",
            value=_fastest(work[name], runs=runs),
            budget=budget,
            digits=2,
        )
        for name, budget in BUDGET.items()
    ]
