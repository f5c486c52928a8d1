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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure three things against their budgets. Ten figures of the built book in a chapter, "
        "beside the same drawn as Altair does by default, in Chromium at 200 kB/s, 40 ms, 4x CPU slow-down. "
        "A refresh of every publication from a server on this machine, 0.3 s away. "
        "Estimating the term premium, and its uncertainty. Exits 1 when one takes more than its budget.",
    )
    parser.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    parser.add_argument("--runs", type=int, default=3, help="pages: medians of so many runs (default: 3)")
    args = parser.parse_args(argv)
    try:
        return _bench(args)
    except ForeignDemandError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _bench(args: argparse.Namespace) -> int:
    problems = []
    for title, beside, work in (
        ("Term premium", "", bench.bench_term_premium),
        ("Refresh, every answer 0.3 s away", "", bench.bench_refresh),
        ("Chapter of ten figures", "Altair", lambda: bench.bench_page(args.site, runs=args.runs)),
    ):
        measures = work()
        print(bench.report(title, measures, beside=beside), end="\n\n", flush=True)
        problems += bench.over_budget(measures)
    print(*(problems or ["All within budget."]), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
