"""Command line: ``python -m foreign_demand {refresh,doctor,build,check,serve,nowcast,publish}``.

Each command imports what it works with when it is called: help is there at once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from foreign_demand.data.catalog import ROOT
from foreign_demand.data.later import import_later
from foreign_demand.data.settings import switch
from foreign_demand.exceptions import ForeignDemandError, SettingError

if TYPE_CHECKING:
    from foreign_demand.data.store import Outcome, Store

SITE = ROOT / "_build" / "html"


def _take_back(store: Store, ids: list[str], into: Path) -> int:
    from foreign_demand.data.refresh import take_back
    from foreign_demand.exceptions import ForeignDemandError

    failed = False
    for id in ids:
        try:
            outcome = take_back(store, id, into=into)
            print(f"{id}: {outcome.note}; the table reaches {outcome.reference_period} again.")
        except ForeignDemandError as error:
            failed = True
            print(error)
    return int(failed)


def _refresh(args: argparse.Namespace) -> int:
    import_later(("numpy", "pandas"))  # without a network there is nothing to do with them
    from foreign_demand.data.store import Store

    store = Store()
    if args.back:
        return _take_back(store, args.back, store.snapshot if args.snapshot else store.cache)
    if misuse := _misuse(args):
        print(misuse)
        return 2
    strict = switch("STRICT") or args.snapshot
    if not args.file and switch("OFFLINE"):
        return _stay_offline(store, args.snapshot)
    if not args.file and (why := _no_network()):
        print(f"{why} The book is built from the embedded snapshot.")
        store.write_report("no network")
        return int(strict)
    outcomes = _ask(store, args)
    if not args.snapshot:
        store.write_report("live", outcomes)
    _print_outcomes(outcomes)
    _write_summary(store, outcomes)
    return int(any(o.status == "failed" for o in outcomes) and bool(strict or args.file))


def _misuse(args: argparse.Namespace) -> str:
    """What options lack that do not stand alone; empty where nothing is missing."""
    if args.file and len(args.only or ()) != 1:
        return "--file is read for one dataset: name it with --only ID."
    if args.accept and not args.why.strip():
        return "--accept is recorded with its reason: add --why 'what you looked at and what it shows'."
    return ""


def _stay_offline(store: Store, snapshot: bool) -> int:
    if snapshot:
        print("OFFLINE=1: no network is used, so data/snapshot is not renewed. Unset OFFLINE to renew it.")
        return 1
    print("OFFLINE=1: no network is used; the book is built from the embedded snapshot.")
    store.write_report("offline")
    return 0


def _ask(store: Store, args: argparse.Namespace) -> list[Outcome]:
    """Refresh what is named, telling what that takes and how far it is."""
    from tqdm import tqdm

    from foreign_demand.data.refresh import SPARE, due, expected_seconds, refresh

    ids = args.only or list(store.catalog)
    into = store.snapshot if args.snapshot else store.cache
    again = args.again or args.file or switch("AGAIN")
    spare = dt.timedelta(0) if again else SPARE
    if not args.file:
        asked = due(store, ids, into=into, accept=args.accept, spare=spare)
        seconds = expected_seconds(store.catalog, asked)
        print(
            f"{len(asked)} of {len(ids)} datasets are asked for"
            + ("" if again else " (the others ended, come by hand, or were confirmed within six hours)")
            + (f"; at the publishers' pace that takes {seconds:.0f} s or more." if seconds >= 5 else ".")
        )
    with tqdm(total=len(ids), unit="dataset", disable=None) as bar:
        return refresh(
            store,
            ids,
            into=into,
            accept=args.accept,
            accepted=f"by {args.who or getpass.getuser()}: {args.why}" if args.accept else "",
            spare=spare,
            files={args.only[0]: args.file} if args.file else {},
            on_done=lambda outcome: bar.update(),
        )


def _write_summary(store: Store, outcomes: Sequence[Outcome]) -> None:
    from foreign_demand.data.refresh import describe_outcomes

    summary = store.cache.parent / "refresh-summary.md"
    summary.write_text(describe_outcomes(outcomes, store.catalog), encoding="utf-8")
    print(f"Summary, fit for a pull request: {summary}")


def _no_network() -> str:
    """Why nothing can be asked, in one sentence; empty where it can."""
    from foreign_demand.data.refresh import network_reachable

    try:
        if network_reachable():
            return ""
    except SettingError as error:
        return str(error)
    if os.environ.get("BOOK_MIRROR"):
        return "No network: nothing answers at the address in BOOK_MIRROR."
    return "No network: no publisher can be reached."


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
    for note, count in Counter(o.note for o in outcomes if o.note).items():
        print(f"note    {count} dataset{'s' if count > 1 else ''}: {note}")
    counts = Counter(o.status for o in outcomes)
    print(
        f"{counts['live']} datasets refreshed, {counts['failed']} failed (their last good tables stay); "
        f"{sum(o.new_rows for o in outcomes):,} new rows, "
        f"{sum(o.revised_cells for o in outcomes):,} revised cells."
    )


def _doctor(args: argparse.Namespace) -> int:
    import json

    from foreign_demand.data import doctor
    from foreign_demand.data.store import Store

    store = Store()
    if why := _no_network():
        print(json.dumps({"problem": why}) if args.json else why)
        return 1
    machine = doctor.describe_machine()
    findings = doctor.examine(store, args.only or list(store.catalog))
    faults = doctor.faults_of(findings)
    if args.json:
        print(json.dumps({"machine": machine, "datasets": doctor.as_records(findings)}, indent=1))
    else:
        for name, text in machine.items():
            print(f"{name:<9} {text}")
        print(f"\n{doctor.as_table(findings)}\n")
        print(f"{len(findings)} datasets, {len(faults)} with a fault. Nothing was changed.")
    return 1 if faults else 0


def _build(args: argparse.Namespace) -> int:
    from foreign_demand.site.build import build

    return build()


def _check(args: argparse.Namespace) -> int:
    from foreign_demand.site.check import describe_site, problems_of

    if problems := problems_of(args.site, strict=switch("STRICT")):
        print(*problems, sep="\n")
        return 1
    for name, text in describe_site(args.site).items():
        print(f"{name:<9} {text}")
    return 0


def _publish(args: argparse.Namespace) -> int:
    from foreign_demand.site.publishing.publish import publish

    done = publish(args.site, args.dest, date=args.date)
    made = "made now" if done.new else "which says the same"
    print(
        f"Published {args.dest}: edition of {done.edition}, {made}; {done.changed} files differ from before."
    )
    return 0


def _serve(args: argparse.Namespace) -> int:
    import functools
    import http.server

    from foreign_demand.site.serve import Handler

    if not (args.site / "index.html").exists():
        print(f"No built book in {args.site}; run `make book`.")
        return 1
    handler = functools.partial(Handler, directory=str(args.site))
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


def _nowcast(args: argparse.Namespace) -> int:
    from foreign_demand.book.forecasting import forecasts_on, keep_record
    from foreign_demand.book.wording.nowcast import forecasts_in_lines
    from foreign_demand.data.editions import read_state
    from foreign_demand.data.store import Store

    store, day = Store(), args.as_of or dt.date.today()
    print(*forecasts_in_lines(forecasts_on(day, store=store)), sep="\n")
    if read_state("tic_slt_table3", store=store, today=day).overdue:
        print("By the release rule a later print should be out: `make refresh` brings it.")
    if args.record:
        said, printed = keep_record(day, store=store)
        print(f"Recorded: {len(said)} forecasts and {len(printed)} prints that were not there before.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m foreign_demand",
        description="Refresh the data of the book, build it, check what was built, look at it.",
        epilog="Environment: FRED_API_KEY (optional), OFFLINE=1 (no network at all), "
        "BOOK_MIRROR=URL (ask a mirror instead of the publishers), UNPACED=1 (without their pauses), "
        "STRICT=1 (a source that fails, fails), "
        "AGAIN=1 (ask also for what was confirmed within six hours).",
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
        "--why",
        metavar="TEXT",
        default="",
        help="with --accept: what you looked at and why it is right; it is listed on the page and in the log",
    )
    command.add_argument(
        "--who", metavar="NAME", default="", help="with --accept: who looked (default: the user's name here)"
    )
    command.add_argument(
        "--again",
        action="store_true",
        help="ask also for what was confirmed within six hours, and for publications that ended",
    )
    command.add_argument(
        "--back",
        nargs="+",
        metavar="ID",
        default=[],
        help="take back the last edition of these datasets: their tables are again as before, and that "
        "edition is not taken again unless it is accepted",
    )
    command.add_argument(
        "--file",
        type=Path,
        metavar="PATH",
        help="with --only ID: read this file, saved from the publisher's page, in place of an answer",
    )
    command.add_argument(
        "--snapshot",
        action="store_true",
        help="write data/snapshot (what the project embeds) instead of the cache; any failure exits 1",
    )
    command.set_defaults(run=_refresh)

    command = commands.add_parser(
        "build",
        help="build the site from the data at hand",
        description="Run the chapters that have to be run and write the site, _build/html.",
    )
    command.set_defaults(run=_build)

    command = commands.add_parser(
        "check",
        help="check a built site and print what is in it",
        description="Check that the built site is whole. With STRICT=1 a failed or overdue source fails.",
    )
    command.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    command.set_defaults(run=_check)

    command = commands.add_parser(
        "doctor",
        help="ask every publisher and tell what a refresh would do, changing nothing",
        description="For each dataset: address, answer, time, newest period there and here, and what a "
        "refresh would do. Nothing is changed. Exits 1 where something is wrong.",
    )
    command.add_argument("--only", nargs="+", metavar="ID", help="these datasets instead of all")
    command.add_argument("--json", action="store_true", help="as JSON, for a report")
    command.set_defaults(run=_doctor)

    command = commands.add_parser(
        "nowcast",
        help="forecast the next prints of foreign holdings",
        description="Forecast every month that is over and of which foreign holdings are not printed yet, "
        "from what was known on a day: no edition published later is read.",
    )
    when = command.add_mutually_exclusive_group()
    when.add_argument(
        "--as-of",
        type=dt.date.fromisoformat,
        metavar="DATE",
        help="the day, as 2026-07-15 (default: today)",
    )
    when.add_argument(
        "--record",
        action="store_true",
        help="add today's forecasts to data/nowcasts, and the prints that came; nothing there is changed",
    )
    command.set_defaults(run=_nowcast)

    command = commands.add_parser(
        "publish",
        help="publish the built book into a folder, and freeze it as an edition",
        description="Write the built book into a folder that any host can serve, below any address, and "
        "keep it as an edition of its own where it says anything that the newest edition does not. "
        "Editions that are there stay as they are. Stopped at any moment, the folder is as it was or whole.",
    )
    command.add_argument("dest", type=Path, metavar="DEST", help="the folder, made where it is missing")
    command.add_argument(
        "--date",
        type=dt.date.fromisoformat,
        default=dt.date.today(),
        help="of the edition, as 2026-11-28 (default: today)",
    )
    command.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    command.set_defaults(run=_publish)

    command = commands.add_parser("serve", help="serve the built site on this machine")
    command.add_argument("--site", type=Path, default=SITE, help="built site (default: _build/html)")
    command.add_argument("--port", type=int, default=8000)
    command.set_defaults(run=_serve)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a sign shows another for it
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
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
