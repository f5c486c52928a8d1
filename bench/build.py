"""How long a build takes, against plain ``jupyter-book build`` of the same chapters in the same environment.

Plain is the same book with the book's own extension off: Altair's default renderer, execution cached,
nothing drawn, exported or bundled. Ours is all of ``make book OFFLINE=1``: refresh, build, check.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import yaml

from bench.measures import Measure
from foreign_demand.data.catalog import ROOT
from foreign_demand.exceptions import BenchError

CHAPTER = "chapters/holdings.md"
"""The chapter that is changed."""
TABLE = "data/snapshot/GDP.csv"
MODULE = "foreign_demand/analysis/holdings/shares.py"

NOTHING_S, PROSE_S = 3.0, 5.0
COLD_RATIO, CODE_RATIO = 0.55, 0.20


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one build took."""

    wall_s: float
    cpu_s: float
    """Of all its processes."""
    memory_mb: float
    """The most that they held together, shared pages counted once."""
    ran: tuple[str, ...] = ()
    """Chapters that were run; of plain it is not known."""
    stages: Mapping[str, float] | None = None


class BookCopy:
    """A copy of the project that is built and changed.

    Parameters
    ----------
    place
        Where to put it; made.
    plain
        Whether its own extension is off.
    times
        How many times each chapter is in it.
    """

    def __init__(self, place: Path, *, plain: bool, times: int = 1) -> None:
        self.place, self.plain = place, plain
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        for name in filter(None, listed):
            if (ROOT / name).is_file() and not name.startswith("tests/"):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, place / name)
        if times > 1:
            self._multiply(times)
        if plain:
            config = yaml.safe_load((place / "_config.yml").read_text(encoding="utf-8"))
            config["sphinx"].pop("local_extensions")
            settings = config["sphinx"]["config"]
            settings["extensions"].remove("foreign_demand.site")
            settings.pop("html_math_renderer", None)
            (place / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def build(self) -> Cost:
        """Build it as it stands.

        Raises
        ------
        BenchError
            If that fails.
        """
        folder = Path(sys.executable).parent
        command = (
            [str(folder / "jupyter-book"), "build", ".", "--quiet"]
            if self.plain
            else ["make", "book", "OFFLINE=1", f"BIN={folder}", "--old-file", ".venv/.installed"]
        )
        left_out = ("MAKE", "MFLAGS", "OFFLINE", "STRICT", "BOOK_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            program = subprocess.Popen(
                command,
                cwd=self.place,
                env=kept | {"PYTHONPATH": str(self.place), "OFFLINE": "1"},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            most = _most_memory(program)
            said.seek(0)
            if program.returncode:
                raise BenchError(f"The copy in {self.place} could not be built:\n{said.read()[-2000:]}")
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        told = self.place / "_build" / "html" / "build.json"
        about = {} if self.plain else json.loads(told.read_text(encoding="utf-8"))
        return Cost(
            wall_s=wall,
            cpu_s=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            memory_mb=most,
            ran=tuple(
                name.removeprefix("chapters/")
                for name, chapter in about.get("chapters", {}).items()
                if chapter["state"] == "executed" and chapter["seconds"]
            ),
            stages=about.get("seconds"),
        )

    def sizes(self) -> tuple[int, int]:
        """Bytes of the site, and of its largest page."""
        files = [f for f in (self.place / "_build" / "html").rglob("*") if f.is_file()]
        pages = [f.stat().st_size for f in files if f.suffix == ".html"]
        return sum(f.stat().st_size for f in files), max(pages)

    def change(self, name: str, change: Callable[[str], str]) -> None:
        """Change one file."""
        file = self.place / name
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    def forget(self, *names: str) -> None:
        """Delete what earlier builds left."""
        for name in names:
            shutil.rmtree(self.place / name, ignore_errors=True)

    def _multiply(self, times: int) -> None:
        """Put each chapter into the book so many times, its figures under names of their own."""
        contents = yaml.safe_load((self.place / "_toc.yml").read_text(encoding="utf-8"))
        listed = json.dumps(contents)
        files = re.findall(r'"file": "(chapters/[\w-]+)"', listed)
        for n in range(2, times + 1):
            for name in files:
                text = (self.place / f"{name}.md").read_text(encoding="utf-8")
                slugs = set(re.findall(r'(?:figure|table)\(\s*"([a-z0-9-]+)"', text))
                for slug in slugs:
                    text = re.sub(rf'(["`<]){slug}(["`>])', rf"\g<1>{slug}-{n}\g<2>", text)
                (self.place / f"{name}-{n}.md").write_text(text, encoding="utf-8")
                contents["chapters"].append({"file": f"{name}-{n}"})
        (self.place / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")


def _most_memory(program: subprocess.Popen[str] | subprocess.Popen[bytes]) -> float:
    """Wait for a program; the most memory that it and what it started held at one moment, MB."""
    most = 0.0
    ended = threading.Event()

    def look() -> None:
        nonlocal most
        while not ended.wait(0.5):
            held = 0
            try:
                family = [root := psutil.Process(program.pid), *root.children(recursive=True)]
            except psutil.Error:
                continue
            for member in family:
                try:
                    held += member.memory_full_info().pss
                except (psutil.Error, AttributeError):
                    continue
            most = max(most, held / 1e6)

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    program.wait()
    ended.set()
    watching.join()
    return most


def _in_code(text: str) -> str:
    """A chapter with one more line in its first cell."""
    head, fence, rest = text.partition("```{code-cell}")
    first, blank, cell = rest.partition("\n\n")
    return f"{head}{fence}{first}{blank}turn = {time.time_ns()}\n{cell}"


def _in_table(text: str) -> str:
    rows, comma, last = text.rstrip("\n").rpartition(",")
    return f"{rows}{comma}{float(last) + 0.125}\n"


STEPS: Mapping[str, Callable[[BookCopy], None]] = {
    "Cold": lambda book: book.forget("_build", ".cache"),
    "Nothing changed": lambda book: None,
    "A word of prose": lambda book: book.change(CHAPTER, lambda text: text.rstrip() + " Indeed.\n"),
    "One chapter's code": lambda book: book.change(CHAPTER, _in_code),
    "One table": lambda book: book.change(TABLE, _in_table),
    "One module": lambda book: book.change(MODULE, lambda text: text + f"\n# {time.time_ns()}\n"),
    "Everything forced": lambda book: book.forget(
        "_build/.jupyter_cache", "_build/html/.doctrees", "_build/.doctrees"
    ),
}
"""What is done before each build, in order."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One step, ours beside plain; medians."""

    step: str
    ours: Cost
    plain: Cost

    @property
    def wall(self) -> float:
        """Our wall time as part of plain's."""
        return self.ours.wall_s / self.plain.wall_s

    @property
    def cpu(self) -> float:
        """Our CPU time as part of plain's."""
        return self.ours.cpu_s / self.plain.cpu_s


def compare_builds(
    *, runs: int = 3, steps: Iterable[str] = tuple(STEPS), times: int = 1
) -> tuple[list[Comparison], dict[str, int]]:
    """Build two copies of the book, ours and plain, after the same changes.

    Parameters
    ----------
    runs
        Every step is measured so many times; what is told is the median.
    steps
        Names of :data:`STEPS`, in order.
    times
        How many times each chapter is in the book.

    Returns
    -------
    list of Comparison, and dict
        One a step; bytes of the two sites and of their largest pages.

    Raises
    ------
    BenchError
        If a copy cannot be built.
    """
    with tempfile.TemporaryDirectory(prefix="book-bench-") as folder:
        books = {
            name: BookCopy(Path(folder) / name, plain=name == "plain", times=times)
            for name in ("ours", "plain")
        }
        costs: dict[tuple[str, str], list[Cost]] = {}
        for _ in range(runs):
            for step in steps:
                for name, book in books.items():
                    STEPS[step](book)
                    costs.setdefault((step, name), []).append(book.build())
        sizes = {}
        for name, book in books.items():
            sizes[f"{name}_site_bytes"], sizes[f"{name}_largest_page_bytes"] = book.sizes()
    found = [Comparison(step=step, **{name: _median(costs[step, name]) for name in books}) for step in steps]
    return found, sizes


def _median(costs: Sequence[Cost]) -> Cost:
    """The middle of some builds, each number by itself; what was run and the stages of the last."""
    middle = {
        name: statistics.median(getattr(cost, name) for cost in costs)
        for name in ("wall_s", "cpu_s", "memory_mb")
    }
    return Cost(**middle, ran=costs[-1].ran, stages=costs[-1].stages)


def as_measures(found: Iterable[Comparison]) -> list[Measure]:
    """Seconds of each step beside plain's, with what is allowed."""
    steps = {comparison.step: comparison for comparison in found}
    cold = steps["Cold"].plain
    allowed = {
        "Cold": COLD_RATIO * cold.wall_s,
        "Nothing changed": NOTHING_S,
        "A word of prose": PROSE_S,
        "One chapter's code": CODE_RATIO * cold.wall_s,
    }
    if nothing := steps.get("Nothing changed"):
        allowed["Nothing changed"] = min(NOTHING_S, nothing.plain.wall_s)
    measures = [
        Measure(
            name=f"{step}, s",
            value=found.ours.wall_s,
            budget=allowed.get(step),
            digits=1,
            beside=found.plain.wall_s,
        )
        for step, found in steps.items()
    ]
    processor = steps["Cold"]
    return [
        *measures,
        Measure(
            name="Cold, CPU s",
            value=processor.ours.cpu_s,
            budget=processor.plain.cpu_s,
            digits=1,
            beside=processor.plain.cpu_s,
        ),
    ]


def as_table(found: Iterable[Comparison]) -> str:
    """The comparison as a Markdown table, for the README."""
    lines = [
        "| | plain, s | ours, s | ratio | plain, CPU s | ours, CPU s | ratio | chapters run |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for one in found:
        seconds = f"{one.plain.wall_s:.1f} | {one.ours.wall_s:.1f} | {one.wall:.2f}"
        cpu = f"{one.plain.cpu_s:.1f} | {one.ours.cpu_s:.1f} | {one.cpu:.2f}"
        lines.append(f"| {one.step} | {seconds} | {cpu} | {', '.join(one.ours.ran) or '–'} |")
    return "\n".join(lines) + "\n"


def bench_build(*, runs: int = 3, times: int = 1, into: Path = ROOT / "_build") -> list[Measure]:
    """Compare builds, print the table and the stages of a cold one, and leave both as ``bench.json``."""
    found, sizes = compare_builds(runs=runs, times=times, steps=tuple(STEPS) if times == 1 else ("Cold",))
    into.mkdir(parents=True, exist_ok=True)
    told = {"times": times, "runs": runs, "steps": [asdict(one) for one in found], "sizes": sizes}
    (into / f"bench{'' if times == 1 else f'-{times}'}.json").write_text(
        json.dumps(told, indent=1) + "\n", "utf-8"
    )
    print(as_table(found))
    for one in found:
        stages = ", ".join(f"{stage} {seconds:g}" for stage, seconds in (one.ours.stages or {}).items())
        memory = f"{one.ours.memory_mb:,.0f} MB (plain {one.plain.memory_mb:,.0f})"
        print(f"{one.step}: {stages}; at most {memory}")
    print("; ".join(f"{name.replace('_', ' ')} {size:,}" for name, size in sizes.items()))
    return as_measures(found)
