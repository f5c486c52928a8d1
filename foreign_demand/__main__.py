"""Command line: ``python -m foreign_demand {refresh,check,serve}``.

Each command imports what it works with when it is called: help is there at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import ForeignDemandError

if TYPE_CHECKING:
    from foreign_demand.data.store import Outcome

SITE = ROOT / "_build" / "html"


def _strict() -> bool:
    return os.environ.get("STRICT") == "1"


def _refresh(args: argparse.Namespace) -> int:
    from foreign_demand.data.store import Store

    store = Store()
    if os.environ.get("OFFLINE") == "1" and args.snapshot:
        print("OFFLINE=1: no network is used, so data/snapshot is not renewed. Unset OFFLINE to renew it.")
        return 1
    if os.environ.get("OFFLINE") == "1":
        print("OFFLINE=1: no network is used; the book is built from the embedded snapshot.")
        store.write_report("offline")
        return 0
    from tqdm import tqdm

    from foreign_demand.data.refresh import describe_outcomes, network_reachable, refresh

    if not network_reachable():
        print("No network: no publisher can be reached; the book is built from the embedded snapshot.")
        store.write_report("no network")
        return 1 if _strict() or args.snapshot else 0
    ids = args.only or list(store.catalog)
    with tqdm(total=len(ids), unit="dataset", disable=None) as bar:
        outcomes = refresh(
            store,
            ids,
            into=store.snapshot if args.snapshot else store.cache,
            accept=args.accept,
            on_done=lambda outcome: bar.update(),
        )
    if not args.snapshot:
        store.write_report("live", outcomes)
    _print_outcomes(outcomes)
    summary = store.cache.parent / "refresh-summary.md"
    summary.write_text(describe_outcomes(outcomes, store.catalog), encoding="utf-8")
    print(f"Summary, fit for a pull request: {summary}")
    failed = sum(o.status == "failed" for o in outcomes)
    return 1 if failed and (_strict() or args.snapshot) else 0


def _print_outcomes(outcomes: Sequence[Outcome]) -> None:
    from collections import Counter

    for outcome in outcomes:
        if outcome.status == "failed":
            print(f"failed  {outcome.error}")
    for outcome in outcomes:
        if outcome.new_rows or outcome.revised_cells:
            print(
                f"changed {outcome.id:<24} {outcome.previous_period or 'nothing held':>12} → "
                f"{outcome.reference_period:<12} {outcome.new_rows:>9,} new rows "
                f"{outcome.revised_cells:>9,} revised cells"
            )
    counts = Counter(o.status for o in outcomes)
    print(
        f"{counts['live']} datasets refreshed, {counts['failed']} failed (their last good tables stay); "
        f"{sum(o.new_rows for o in outcomes):,} new rows, "
        f"{sum(o.revised_cells for o in outcomes):,} revised cells."
    )


def _check(args: argparse.Namespace) -> int:
    from foreign_demand.site.check import describe_site, problems_of

    if problems := problems_of(args.site, strict=_strict()):
        print(*problems, sep="\n")
        return 1
    for name, text in describe_site(args.site).items():
        print(f"{name:<9} {text}")
    return 0


def _serve(args: argparse.Namespace) -> int:
    import functools
    import http.server

    if not (args.site / "index.html").exists():
        print(f"No built book in {args.site}; run `make book`.")
        return 1
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(args.site))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), handler)
    except (OSError, OverflowError) as error:
        print(f"Port {args.port} cannot be used ({error}); choose another with --port.")
        return 1
    with server:
        print(f"Serving {args.site} at http://127.0.0.1:{server.server_port} (Ctrl-C stops)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m foreign_demand",
        description="Refresh the data of the book, check what was built, look at it.",
        epilog="Environment: FRED_API_KEY (optional), OFFLINE=1 (no network at all), "
        "BOOK_MIRROR=URL (ask a mirror instead of the publishers), STRICT=1 (a source that fails, fails).",
    )
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser(
        "refresh",
        help="fetch, check and merge the newest official data",
        description="Fetch every dataset of data/catalog.yml, check it, and merge it into the cache. "
        "A dataset that fails keeps its last good table. Exits 0 even then, unless STRICT=1.",
    )
    command.add_argument("--only", nargs="+", metavar="ID", help="these datasets instead of all")
    command.add_argument(
        "--accept",
        nargs="+",
        metavar="ID",
        default=[],
        help="datasets whose implausibly large step you have looked at and found real, or whose importer "
        "or entry was mended: asked for whole, even if the publisher has nothing new",
    )
    command.add_argument(
        "--snapshot",
        action="store_true",
        help="write data/snapshot (what the project embeds) instead of the cache; any failure exits 1",
    )
    command.set_defaults(run=_refresh)

    command = commands.add_parser(
        "check",
        help="check a built site and print what is in it",
        description="Check that the built site is whole. With STRICT=1 a failed or overdue source fails.",
    )
    command.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    command.set_defaults(run=_check)

    command = commands.add_parser("serve", help="serve the built site on this machine")
    command.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    command.add_argument("--port", type=int, default=8000)
    command.set_defaults(run=_serve)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except ForeignDemandError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
