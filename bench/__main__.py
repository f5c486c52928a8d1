"""Command line: ``python -m bench``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import bench
from foreign_demand.__main__ import SITE
from foreign_demand.exceptions import ForeignDemandError

__all__ = ["main"]


PARTS = ("premium", "refresh", "page", "build")
ALL = (*PARTS, "growth")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure four things against their budgets. Building the book after each kind of change, "
        "beside plain jupyter-book. Ten figures of the built "
        "book in a chapter, beside the same drawn as Altair does by default, in Chromium at 200 kB/s, 40 ms, "
        "4x CPU slow-down. A refresh of every publication from a server on this machine, 0.3 s away. "
        "Estimating the term premium, and its uncertainty. Only where it is asked for, growth: books of "
        "twice and four times the chapters, and one with longer daily tables. "
        "Exits 1 when one takes more than its budget.",
    )
    parser.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    parser.add_argument("--runs", type=int, default=3, help="medians of so many runs (default: 3)")
    parser.add_argument("--only", nargs="+", choices=ALL, default=PARTS, help="these parts instead of all")
    parser.add_argument("--readme", action="store_true", help="put the table of builds into README.md")
    args = parser.parse_args(argv)
    try:
        return _bench(args)
    except ForeignDemandError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _bench(args: argparse.Namespace) -> int:
    problems = []
    parts = {
        "premium": ("Term premium", "", lambda: bench.bench_term_premium()),
        "refresh": ("Refresh, every answer 0.3 s away", "", lambda: bench.bench_refresh()),
        "page": ("Chapter of ten figures", "Altair", lambda: bench.bench_page(args.site, runs=args.runs)),
        "build": ("Building", "plain", lambda: bench.bench_build(runs=args.runs, readme=args.readme)),
        "growth": ("Growth, from nothing", "", lambda: bench.bench_growth()),
    }
    for name in args.only:
        title, beside, work = parts[name]
        measures = work()
        print(bench.report(title, measures, beside=beside), end="\n\n", flush=True)
        problems += bench.over_budget(measures)
    print(*(problems or ["All within budget."]), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
