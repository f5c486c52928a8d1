"""Whether a built site is whole, and what is in it: read from its own indexes, nothing imported for it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

INDEXES = ("figures.json", "sources.json", "build.json")


def problems_of(site: Path, *, strict: bool = False) -> list[str]:
    """What is wrong with a built site, one sentence each.

    Parameters
    ----------
    site
        Its folder.
    strict
        Whether a source that failed or is overdue is a fault as well.
    """
    missing = [name for name in INDEXES if not (site / name).exists()]
    if missing:
        return [f"{name} is missing; run `make book`." for name in missing]
    found = []
    for figure in _read(site, "figures.json"):
        for name in figure["files"]:
            file = site / "figures" / figure["slug"] / name
            if not file.exists() or not file.stat().st_size:
                found.append(f"figures/{figure['slug']}/{name} is missing or empty.")
        if not figure["number"]:
            found.append(f"Figure {figure['slug']} has no number: is its chapter in _toc.yml?")
    for source in _read(site, "sources.json") if strict else ():
        if source["status"] == "failed":
            found.append(f"STRICT=1: {source['error']}")
        elif source["overdue"]:
            found.append(
                f"STRICT=1: {source['id']} ends at {source['reference_period']}; newer data are due."
            )
    return found


def describe_site(site: Path) -> dict[str, str]:
    """What a whole site is made of, as name and text: sources, figures, chapters, seconds, front page."""
    figures, sources, build = (_read(site, name) for name in INDEXES)
    overdue = sum(source["overdue"] for source in sources)
    kinds = Counter(figure["kind"] for figure in figures)
    return {
        "Sources": _counted(source["status"] for source in sources)
        + (f"; {overdue} with newer data due" if overdue else ""),
        "Figures": f"{kinds['figure']} figures, {kinds['table']} tables",
        "Chapters": _counted(chapter["state"] for chapter in build["chapters"].values()),
        "Seconds": ", ".join(f"{stage} {seconds:g}" for stage, seconds in build["seconds"].items()),
        "Page": str(site / "index.html"),
    }


def _read(site: Path, name: str) -> Any:
    return json.loads((site / name).read_text(encoding="utf-8"))


def _counted(states: Any) -> str:
    return ", ".join(f"{n} {state}" for state, n in sorted(Counter(states).items()))
