"""Bring one public copy into the embedded snapshot, through its own importer and checks.

For publications that no program can fetch, and for copies that are dated by hand::

    python tests/support/embed.py ID FILE --form "exact bytes" --taken 2026-08-06

The importer, the checks, the merge and the log of revisions are those of a refresh;
only the bytes come from a file, and the origin says what kind of copy it is.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from foreign_demand.data.refresh import refresh
from foreign_demand.data.sources.http import Reply
from foreign_demand.data.store import Outcome, Store


class Copies:
    """A client that reads a file, whatever it is asked for."""

    def __init__(self, file: Path, *, form: str, taken: str = "") -> None:
        self.reply = Reply(
            content=file.read_bytes(),
            retrieved_at=dt.datetime.now(dt.UTC),
            last_modified=taken,
            copy=form,
        )

    def get(self, url: str, **_: object) -> Reply:
        """The file."""
        return self.reply

    def __enter__(self) -> Copies:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def embed(
    store: Store, id: str, file: Path, *, into: Path, form: str, taken: str = "", accept: bool = False
) -> Outcome:
    """Read a copy of a publication, check it, and merge it into the tables in ``into``."""
    client = Copies(file, form=form, taken=taken)
    (outcome,) = refresh(store, [id], into=into, accept=[id] if accept else [], client=client)
    return outcome


def main() -> None:
    """Embed one file; say what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("id", help="dataset of data/catalog.yml")
    parser.add_argument("file", type=Path)
    parser.add_argument("--form", required=True, help="what kind of copy it is: exact bytes, transcribed")
    parser.add_argument("--taken", default="", help="date of the edition, where it is known: 2026-08-06")
    parser.add_argument("--accept", action="store_true", help="steps a person has looked at")
    args = parser.parse_args()
    store = Store()
    print(
        embed(
            store,
            args.id,
            args.file,
            into=store.snapshot,
            form=args.form,
            taken=args.taken,
            accept=args.accept,
        )
    )


if __name__ == "__main__":
    main()
