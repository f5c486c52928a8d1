"""How long a build takes, against plain ``jupyter-book build`` of the same chapters in the same environment.

Plain is the same book with the book's own extension off: Altair's default renderer, execution cached,
nothing drawn, exported or bundled. Ours is all of ``make book OFFLINE=1``: refresh, build, check.
"""

from __future__ import annotations

import datetime as dt
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
from foreign_demand.data.catalog import ROOT, read_catalog
from foreign_demand.exceptions import BenchError

CHAPTER = "chapters/holdings.md"
"""The chapter that is changed."""
TABLE = "data/snapshot/GDP.csv"
MODULE = "foreign_demand/analysis/holdings/shares.py"

NOTHING_S, PROSE_S = 3.0, 5.0
COLD_RATIO, CODE_RATIO = 0.55, 0.20
GROWTH = (1, 2, 4)
"""How many times each chapter is in the books that show what growth costs."""
LONGER = 10
"""How many times as long daily tables are in one of them."""
KEPT = ("gsw_parameters",)
"""Daily tables that stay as they are: the term premium is estimated beside a policy rate that is monthly."""
CALLED = r'(?<!read_)(?:figure|table)\(\s*"'
"""What stands before the name of a figure or table that a chapter hands over."""
FLAT, BOUNDED = 1.25, 1.5
"""What a chapter may take in the largest of them, and what memory, beside the smallest."""
HEAVIEST = 5
BEGINS, ENDS = "<!-- begin: python -m bench --only build --readme -->\n", "<!-- end -->"
"""What stands around the table in the README."""


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
    cells: tuple[tuple[float, str, str], ...] = ()
    """The cells that took longest: CPU seconds, chapter, first words."""


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
    longer
        How many times as long its daily tables are.
    remembers
        Whether estimations are kept, within one build as well.
    """

    def __init__(
        self, place: Path, *, plain: bool, times: int = 1, longer: int = 1, remembers: bool = True
    ) -> None:
        self.place, self.plain = place, plain
        self._settings = {} if plain else {"BOOK_TIMES": str(place.parent / f"{place.name}-times")}
        if not remembers:
            self._settings["BOOK_MEMORY"] = ""
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
        if longer > 1:
            self._lengthen(longer)
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
        times = Path(self._settings.get("BOOK_TIMES", os.devnull))
        if not self.plain:
            times.write_text("", encoding="utf-8")
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            program = subprocess.Popen(
                command,
                cwd=self.place,
                env=kept | self._settings | {"PYTHONPATH": str(self.place), "OFFLINE": "1"},
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
            cells=self._heaviest(times.read_text(encoding="utf-8")),
        )

    def readers(self, table: str) -> set[str]:
        """Chapters that read a table, by the records of the last build."""
        told = json.loads((self.place / "_build" / "html" / "build.json").read_text(encoding="utf-8"))
        return {
            name.removeprefix("chapters/")
            for name, chapter in told["chapters"].items()
            if table in chapter["read"].get("tables", ())
        }

    def _heaviest(self, times: str) -> tuple[tuple[float, str, str], ...]:
        """The cells that took longest, with the chapter that their code stands in."""
        cells = sorted(map(json.loads, times.splitlines()), key=lambda cell: -cell["cpu_s"])[:HEAVIEST]
        texts = {file.stem: file.read_text("utf-8") for file in sorted(self.place.glob("chapters/*.md"))}
        return tuple(
            (
                cell["cpu_s"],
                next((name for name, text in texts.items() if cell["code"].strip() in text), ""),
                " ".join(cell["code"].split())[:70],
            )
            for cell in cells
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
        """Put each chapter with figures into the book so many times, its figures under names of their own."""
        contents = yaml.safe_load((self.place / "_toc.yml").read_text(encoding="utf-8"))
        listed = json.dumps(contents)
        files = re.findall(r'"file": "(chapters/[\w-]+)"', listed)
        for n in range(2, times + 1):
            for name in files:
                text = (self.place / f"{name}.md").read_text(encoding="utf-8")
                slugs = set(re.findall(rf'{CALLED}([a-z0-9-]+)"', text))
                if not slugs:  # what a book has once, as a glossary
                    continue
                # Labels stand once: links lead to the first.
                text = re.sub(r"^(\([\w-]+\)=|:label: .*)\n", "", text, flags=re.MULTILINE)
                for slug in slugs:  # a word alone may be the name of something else
                    before = '["`<]' if "-" in slug else f"(?:{CALLED}|[`<])"
                    text = re.sub(rf'({before}){slug}(["`>])', rf"\g<1>{slug}-{n}\g<2>", text)
                (self.place / f"{name}-{n}.md").write_text(text, encoding="utf-8")
                contents["chapters"].append({"file": f"{name}-{n}"})
        (self.place / "_toc.yml").write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")

    def _lengthen(self, longer: int) -> None:
        for id, dataset in read_catalog(self.place / "data" / "catalog.yml").items():
            file = self.place / "data" / "snapshot" / f"{id}.csv"
            if dataset.frequency == "daily" and file.exists() and id not in KEPT:
                text = file.read_text(encoding="utf-8")
                file.write_text(lengthened(text, dataset.period.name, longer), encoding="utf-8")


def lengthened(text: str, period: str, longer: int) -> str:
    """A daily table with its rows so many times, earlier and earlier; days of the week stay what they are."""
    lines = [line for line in text.splitlines() if not line.startswith("# rows: ")]  # which are others then
    above = next(n for n, line in enumerate(lines) if not line.startswith("# ")) + 1
    at = lines[above - 1].split(",").index(period)
    rows = [line.split(",") for line in lines[above:]]
    days = [dt.date.fromisoformat(row[at]) for row in rows]
    span = -(-((max(days) - min(days)).days + 1) // 7) * 7
    earlier = [
        ",".join([*row[:at], (day - dt.timedelta(n * span)).isoformat(), *row[at + 1 :]])
        for n in range(longer - 1, 0, -1)
        for row, day in zip(rows, days, strict=True)
    ]
    return "\n".join([*lines[:above], *earlier, *lines[above:], ""])


def _most_memory(program: subprocess.Popen[str] | subprocess.Popen[bytes]) -> float:
    """Wait for a program; the most memory that it and what it started held at one moment, MB."""
    most = 0.0
    ended = threading.Event()

    def look() -> None:
        nonlocal most
        while not ended.wait(2.0):  # to look takes time from what is measured
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
    readers: tuple[str, ...] = ()
    """Of the step that changes a table: the chapters that read it."""

    @property
    def wall(self) -> float:
        """Our wall time as part of plain's."""
        return self.ours.wall_s / self.plain.wall_s

    @property
    def cpu(self) -> float:
        """Our CPU time as part of plain's."""
        return self.ours.cpu_s / self.plain.cpu_s


def compare_builds(
    *, runs: int = 3, steps: Iterable[str] = tuple(STEPS)
) -> tuple[list[Comparison], dict[str, int]]:
    """Build two copies of the book, ours and plain, after the same changes.

    Parameters
    ----------
    runs
        Every step is measured so many times; what is told is the median.
    steps
        Names of :data:`STEPS`, in order.

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
        books = {name: BookCopy(Path(folder) / name, plain=name == "plain") for name in ("ours", "plain")}
        costs: dict[tuple[str, str], list[Cost]] = {}
        for _ in range(runs):
            for step in steps:
                for name, book in books.items():
                    STEPS[step](book)
                    costs.setdefault((step, name), []).append(book.build())
        sizes = {}
        read = books["ours"].readers(Path(TABLE).stem)
        for name, book in books.items():
            sizes[f"{name}_site_bytes"], sizes[f"{name}_largest_page_bytes"] = book.sizes()
    found = [
        Comparison(
            step=step,
            ours=_median(costs[step, "ours"]),
            plain=_median(costs[step, "plain"]),
            readers=tuple(sorted(read)) if step == "One table" else (),
        )
        for step in steps
    ]
    return found, sizes


def _median(costs: Sequence[Cost]) -> Cost:
    """The middle of some builds, each number by itself; what was run and the stages of the last."""
    middle = {
        name: statistics.median(getattr(cost, name) for cost in costs)
        for name in ("wall_s", "cpu_s", "memory_mb")
    }
    return Cost(**middle, ran=costs[-1].ran, stages=costs[-1].stages, cells=costs[-1].cells)


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
    if one_table := steps.get("One table"):
        wrong = set(one_table.readers).symmetric_difference(one_table.ours.ran)
        name = "One table, chapters run that do not read it or not run that do"
        measures.append(Measure(name=name, value=float(len(wrong)), budget=0.0))
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


def into_readme(table: str, readme: Path = ROOT / "README.md") -> None:
    """Put the table where the README has its place for it.

    Raises
    ------
    BenchError
        If it has none.
    """
    text = readme.read_text(encoding="utf-8")
    head, begins, rest = text.partition(BEGINS)
    _, ends, tail = rest.partition(ENDS)
    if not ends:
        raise BenchError(f"{readme} has no {BEGINS.strip()} … {ENDS}: put both where the table belongs.")
    readme.write_text(f"{head}{begins}{table}{ends}{tail}", encoding="utf-8")


def where_time_goes(cost: Cost) -> str:
    """Stages of a build, the memory it took, and its heaviest cells."""
    stages = ", ".join(f"{stage} {seconds:g}" for stage, seconds in (cost.stages or {}).items())
    cells = [f"  {seconds:5.1f} CPU s  {chapter}: {words}" for seconds, chapter, words in cost.cells]
    return "\n".join([f"{stages}; at most {cost.memory_mb:,.0f} MB", *cells])


def bench_build(*, runs: int = 3, into: Path = ROOT / "_build", readme: bool = False) -> list[Measure]:
    """Compare builds, print the table and where the time goes, and leave both as ``bench.json``.

    Parameters
    ----------
    runs
        Every step is measured so many times.
    into
        Folder of ``bench.json``.
    readme
        Whether the table goes into the README as well.
    """
    found, sizes = compare_builds(runs=runs)
    print(table := as_table(found), flush=True)
    into.mkdir(parents=True, exist_ok=True)
    told = {"runs": runs, "steps": [asdict(one) for one in found], "sizes": sizes}
    (into / "bench.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    if readme:
        into_readme(table)
    for one in found:
        print(f"{one.step}: {where_time_goes(one.ours)} (plain {one.plain.memory_mb:,.0f})")
    print("; ".join(f"{name.replace('_', ' ')} {size:,}" for name, size in sizes.items()))
    return as_measures(found)


def bench_growth(*, runs: int = 1, into: Path = ROOT / "_build") -> list[Measure]:
    """Build books of once, twice and four times the chapters, and one with longer daily tables, from nothing.

    Nothing is remembered of an estimation, so that a chapter that is there twice estimates twice.
    The numbers are left as ``bench-growth.json``.
    """
    costs: dict[str, Cost] = {}
    chapters: dict[str, int] = {}
    books = {f"{n} times the chapters": {"times": n} for n in GROWTH} | {
        f"daily tables {LONGER} times as long": {"longer": LONGER}
    }
    for name, how in books.items():
        with tempfile.TemporaryDirectory(prefix="book-growth-") as folder:
            book = BookCopy(Path(folder) / "ours", plain=False, remembers=False, **how)
            built = []
            for _ in range(runs):
                book.forget("_build", ".cache")
                built.append(book.build())
        costs[name], chapters[name] = _median(built), len(built[-1].ran)
        each = costs[name].wall_s / max(chapters[name], 1)
        print(
            f"{name}: {costs[name].wall_s:.1f} s, {each:.2f} s a chapter; {where_time_goes(costs[name])}",
            flush=True,
        )
    into.mkdir(parents=True, exist_ok=True)
    told = {name: asdict(cost) | {"chapters": chapters[name]} for name, cost in costs.items()}
    (into / "bench-growth.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return as_growth(costs, chapters)


def as_growth(costs: Mapping[str, Cost], chapters: Mapping[str, int]) -> list[Measure]:
    """What a chapter and what memory take in larger books, beside the smallest, the first."""
    smallest, *larger = costs
    each = {name: costs[name].wall_s / max(chapters[name], 1) for name in costs}
    measures = []
    for name in larger:
        more_chapters = chapters[name] > chapters[smallest]
        measures += [
            Measure(
                name=f"A chapter, {name}, over once",
                value=each[name] / each[smallest],
                budget=FLAT if more_chapters else None,
                digits=2,
            ),
            Measure(
                name=f"Memory, {name}, over once",
                value=costs[name].memory_mb / costs[smallest].memory_mb,
                budget=BOUNDED if more_chapters else LONGER,
                digits=2,
            ),
        ]
    return measures
