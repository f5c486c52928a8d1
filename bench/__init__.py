"""How fast the book is, against what it may take: a build, a page, a refresh, the term premium."""

from __future__ import annotations

from bench.build import bench_build, bench_growth
from bench.measures import Measure, over_budget, report
from bench.page import bench_page, measure, redraw
from bench.refresh import bench_refresh
from bench.term_premium import bench_term_premium

__all__ = [
    "Measure",
    "bench_build",
    "bench_growth",
    "bench_page",
    "bench_refresh",
    "bench_term_premium",
    "measure",
    "over_budget",
    "redraw",
    "report",
]
