"""Two editions of a small book, the later from changed data.

A value is revised, a month new, a row withdrawn, a verdict flipped, a sentence turned, another added.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from foreign_demand.data.corrections import Correction
from foreign_demand.site.publishing.following import PLACE
from foreign_demand.site.publishing.record import Claim, Figure, Finding, Page, Record, Sentence, Source
from foreign_demand.site.publishing.redline import Redline, redline
from foreign_demand.site.publishing.tables import Table, read_csv

KEY = ("month", "country_code")
HEAD = "month,country,country_code,holdings_usd_mn\n"
MONTHS = f"{HEAD}2026-03,Japan,1,10.0\n2026-04,Japan,1,11.0\n2026-04,Belgium,2,7.0\n"
LATER = f"{HEAD}2026-03,Japan,1,10.5\n2026-04,Japan,1,11.0\n2026-05,Japan,1,12.0\n"


def said(*texts: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(section="level", text=text) for text in texts)


TABLES = {
    "2026-10-02": {"data/tic.csv": MONTHS, "figures/level/data.csv": "month,value\n2026-04,18\n"},
    "2026-11-02": {
        "data/tic.csv": LATER,
        "figures/level/data.csv": "month,value\n2026-04,18\n2026-05,12\n",
    },
}
"""Tables of both editions by day and path."""


def first() -> Record:
    return Record(
        date="2026-10-02",
        commit="a",
        mode="snapshot",
        title="Book",
        pages={
            "chapters/index": Page(title="Book", sentences=said("Read on.")),
            "chapters/level": Page(
                title="Level", sentences=said("Foreigners hold USD 18.", "It is a record.")
            ),
        },
        findings=(Finding(name="Level", text="USD 18, a record", figure="level"),),
        figures={
            "level": Figure(
                title="Foreigners hold 18",
                kind="figure",
                chapter="chapters/level",
                as_of="2026-04-30",
                vintage="2026-10-01",
                digest="1",
                path="figures/level/",
            )
        },
        claims={"B01": Claim(claim="It is a record.", verdict="holds", found="18 against 17")},
        sources={
            "tic": Source(
                title="Holders",
                publisher="Treasury",
                reference_period="2026-04",
                vintage="2026-10-01",
                digest="1",
                path="data/tic.csv",
            ),
            "closed": Source(
                title="Prices",
                publisher="Exchange",
                reference_period="2026-09-30",
                vintage="2026-09-30",
                digest="",
                path="",
            ),
        },
    )


def second() -> Record:
    one = first()
    return replace(
        one,
        date="2026-11-02",
        pages={
            "chapters/index": one.pages["chapters/index"],
            "chapters/level": Page(
                title="Level", sentences=said("Foreigners hold USD 12.", "It is no record.", "They sold.")
            ),
        },
        findings=(Finding(name="Level", text="USD 12, no record", figure="level"),),
        figures={"level": replace(one.figures["level"], title="Foreigners hold 12", digest="2")},
        claims={"B01": Claim(claim="It is a record.", verdict="contradicted", found="12 against 17")},
        sources={
            "tic": replace(one.sources["tic"], reference_period="2026-05", vintage="2026-11-01", digest="2"),
            "closed": replace(one.sources["closed"], vintage="2026-10-31"),
        },
    )


def between(earlier: Record, later: Record, renamed: dict[str, str] | None = None) -> Redline:
    def table(record: Record, path: str) -> Table:
        return read_csv(TABLES[record.date][path])

    return redline(earlier, later, table, keys={"tic": KEY}, renamed=renamed)


def write_editions(dest: Path, *editions: Record, address: str = "") -> tuple[Record, ...]:
    """Publish editions as far as is needed to follow them; returns them, as read back."""
    for record in editions:
        folder = dest / "editions" / record.date
        for path, text in TABLES[record.date].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        (folder / "edition.json").write_text(json.dumps(record.to_json()), encoding="utf-8")
    package = {"resources": [{"path": "data/tic.csv", "schema": {"primaryKey": list(KEY)}}]}
    build = {"book": {"title": "Book", "author": "We", "address": address}}
    for name, told in {
        "datapackage.json": package,
        "build.json": build,
        "corrections.json": [MENDED],
    }.items():
        (dest / name).write_text(json.dumps(told), encoding="utf-8")
    for name, page in editions[-1].pages.items():
        file = dest / f"{name}.html"
        file.parent.mkdir(exist_ok=True)
        text = f"<html><head><title>{page.title}</title></head><body>{PLACE}</body></html>"
        file.write_text(text, encoding="utf-8")
    files = [dest / "editions" / record.date / "edition.json" for record in editions]
    return tuple(Record.from_json(json.loads(file.read_text("utf-8"))) for file in files)


MENDED = asdict(
    Correction(
        id="share",
        said="Foreigners hold half of it.",
        right="A third: the rest is held by federal funds.",
        where="chapters/level.html#level",
        since="2026-10-02",
        mended="2026-10-20",
    )
)
