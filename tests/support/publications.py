"""The built book published twice: as it is, and a week later with newer data of one weekly release."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from foreign_demand.site.publishing.publish import publish

FIRST, SECOND = dt.date(2026, 11, 21), dt.date(2026, 11, 28)
RELEASED = "WMTSECL1"
"""What the Federal Reserve keeps for foreign officials: out each Thursday."""


def publish_twice(site: Path, dest: Path) -> dict[str, float]:
    """Publish a built book and the same with newer data; returns the seconds that each took."""
    newer, seconds = dest.with_name(f"{dest.name}-newer"), {}
    with_newer_data(site, newer)
    for name, book, day in (("first", site, FIRST), ("second", newer, SECOND)):
        began = time.monotonic()
        publish(book, dest, date=day, today=day)
        seconds[name] = time.monotonic() - began
    shutil.rmtree(newer)
    return seconds


def with_newer_data(site: Path, newer: Path) -> None:
    """A copy of a built book in which one table, what draws it, a sentence and a verdict are others."""
    shutil.copytree(site, newer, copy_function=os.link)

    def change(name: str, by: Callable[[str], str]) -> None:
        text = (newer / name).read_text(encoding="utf-8")
        assert by(text) != text, name
        (newer / name).unlink()
        (newer / name).write_text(by(text), encoding="utf-8")

    def index(name: str, by: Callable[[list[dict[str, Any]]], None]) -> None:
        content = json.loads((newer / name).read_text(encoding="utf-8"))
        by(content)
        change(name, lambda text: json.dumps(content))

    def one_row_more(text: str) -> str:
        return text + re.sub(r"\d(?=\D*$)", "7", text.splitlines()[-1] + "\n")

    def a_week_later(sources: list[dict[str, Any]]) -> None:
        next(s for s in sources if s["id"] == RELEASED)["reference_period"] = "2026-11-26"

    def one_verdict(claims: list[dict[str, Any]]) -> None:
        claims[0]["verdict"] = "contradicted" if claims[0]["verdict"] != "contradicted" else "holds"

    change(f"data/{RELEASED}.csv", one_row_more)
    for figure in json.loads((site / "figures.json").read_text(encoding="utf-8")):
        if RELEASED in {source["id"] for source in figure["sources"]}:
            change(f"figures/{figure['slug']}/data.csv", one_row_more)

    def one_sentence_more(text: str) -> str:
        head, article = text.split("<article", 1)
        return f"{head}<article{article.replace('</h1>', '</h1><p>It fell again.</p>', 1)}"

    change("chapters/after-april.html", one_sentence_more)
    index("sources.json", a_week_later)
    index("claims.json", one_verdict)
