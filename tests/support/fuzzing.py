"""Fuzz every importer, guided by coverage: what ``make fuzz`` runs.

Each importer starts from its small edition and is fed with what libFuzzer makes of it,
for so many seconds. Anything but the package's own errors, or a table of another shape
than the catalog's, is a finding: the input is kept and named.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

import atheris

with atheris.instrument_imports(include=["foreign_demand"]):
    from editions import EDITIONS, Edition

    from foreign_demand.data.catalog import ROOT

PLACE = ROOT / ".cache" / "fuzz"
UNPACKABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError)


def fuzz(edition: Edition, arguments: list[str]) -> None:
    """Feed one importer; does not return."""

    def feed(content: bytes) -> None:
        edition.believed(content)
        try:
            packed = edition.pack(content)
        except UNPACKABLE:  # mangled beyond what can be zipped or put into a workbook
            return
        if packed != content:
            edition.believed(packed)

    atheris.Setup([sys.argv[0], *arguments], feed)
    atheris.Fuzz()


def main() -> int:
    """Fuzz one importer after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="datasets (default: one an importer)")
    parser.add_argument("--seconds", type=int, default=20, help="for each importer (default: 20)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    editions = [edition for edition in EDITIONS if not args.ids or edition.id in args.ids]
    if args.child:
        corpus = PLACE / editions[0].id
        options = [f"-max_total_time={args.seconds}", "-timeout=30", "-rss_limit_mb=4096", "-verbosity=0"]
        fuzz(editions[0], [str(corpus), f"-artifact_prefix={corpus}-", "-print_final_stats=1", *options])
    found = []
    for edition in editions:
        corpus = PLACE / edition.id
        corpus.mkdir(parents=True, exist_ok=True)
        (corpus / "edition").write_bytes(edition.text().encode())
        (corpus / "packed").write_bytes(edition.body())
        program = [sys.executable, __file__, edition.id, "--seconds", str(args.seconds), "--child"]
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
        said = done.stdout + done.stderr
        runs = said.partition("stat::number_of_executed_units: ")[2].partition("\n")[0]
        print(f"{edition.id:<24} {runs:>8} inputs  {'ok' if done.returncode == 0 else 'FOUND'}", flush=True)
        if done.returncode:
            found.append(edition.id)
            print(said[-3000:])
    print(f"{len(editions) - len(found)} importers hold, {len(found)} do not: {' '.join(found) or '–'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
