"""Which chapters run again, in which kernels, and that no page is ever stale or half made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_book import SmallBook, chapter

from foreign_demand.site.execution import Chapter, ChapterError, Runs, stamped
from foreign_demand.site.kernels import IMPORTED

pytestmark = pytest.mark.slow

GROWTH = """import pandas as pd
from foreign_demand import words
from foreign_demand.book.figures import facts, table
from foreign_demand.data.store import read_table

gdp = read_table("GDP")
last = gdp.iloc[-1, -1]
facts({"last": f"{last:.3f}"})"""
SHOWN = """shown = pd.DataFrame({"Quarter": ["last"], "Value": [f"{last:.3f}"]})
table("last-quarter", shown, data=gdp, title="GDP", caption="The last.", unit="USD bn")"""
YIELDS = """import altair as alt
import pandas as pd
from foreign_demand.analysis import returns
from foreign_demand.book.figures import facts, figure
from foreign_demand.data.store import read_table

yields = read_table("DGS10").tail(50)
facts({"yield": f"{yields.iloc[-1, -1]:.2f}"})
figure(
    "ten-years",
    alt.Chart(yields, usermeta={"wide": 700}).mark_line().encode(
        x="date:T", y=f"{yields.columns[-1]}:Q"
    ),
    data=yields, title="Ten years", caption="Daily.", alt_text="A line.", unit="percent",
)"""


def book(folder: Path) -> SmallBook:
    return SmallBook(
        folder,
        growth=chapter("Growth", GROWTH, SHOWN, prose="It is {glue:text}`last`."),
        yields=chapter("Yields", YIELDS, prose="It is {glue:text}`yield`."),
        front=chapter("Front", prose="Elsewhere it is {glue:text}`growth.md::last:s`."),
    )


def start_up_file(user: Path) -> Path:
    """A person's own folder for IPython, with a file that every session of theirs runs first."""
    file = user / "profile_default" / "startup" / "00-mine.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "import altair, pathlib\naltair.data_transformers.enable('json')\npathlib.Path('started').touch()\n"
    )
    return user


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    """A small book, built once; each test leaves it as it was, and built."""
    made = book(tmp_path_factory.mktemp("small"))
    first = made.build(IPYTHONDIR=str(start_up_file(tmp_path_factory.mktemp("user"))))
    assert first.status == 0, first.errors
    assert first.states["growth"] == first.states["yields"] == "executed"
    return made


@pytest.fixture
def small(built: SmallBook) -> Iterator[SmallBook]:
    before = {name: built.read(name) for name in ("growth.md", "yields.md", "data/snapshot/GDP.csv")}
    yield built
    for name, text in before.items():
        if built.read(name) != text:
            built.write(name, text)


def ran(small: SmallBook) -> set[str]:
    """Chapters that a build runs."""
    done = small.build()
    assert done.status == 0, done.errors
    return {name for name in ("growth", "yields") if done.states[name] == "executed"}


def test_kernels_run_no_start_up_file_of_whoever_builds(built: SmallBook) -> None:
    assert not list(built.root.rglob("started"))
    assert (built.site / "figures" / "ten-years" / "data.csv").stat().st_size > 500


def test_nothing_changed_runs_and_writes_nothing_and_needs_no_library_that_estimates_or_draws(
    small: SmallBook,
) -> None:
    assert ran(small) == set()
    before = {file: file.stat().st_mtime_ns for file in small.site.rglob("*") if file.is_file()}
    done = small.build(PYTHONPROFILEIMPORTTIME="1")
    assert done.status == 0
    assert done.states["growth"] == done.states["yields"] == "cached"
    after = {file: file.stat().st_mtime_ns for file in small.site.rglob("*") if file.is_file()}
    assert {file.name for file in after if before.get(file) != after[file]} <= {
        "build.json",
        "pygments.css",
        "finished-html",
    }
    imported = {line.rpartition("|")[2].strip() for line in done.errors.splitlines()}
    assert "foreign_demand.data.store" in imported
    assert not imported & {"numpy", "pandas", "altair"}


def test_prose_is_rendered_without_running_or_drawing(small: SmallBook) -> None:
    def drawn() -> dict[str, int]:
        return {file.name: file.stat().st_mtime_ns for file in small.root.glob("_build/**/drawings/*")}

    before = drawn()
    assert sum(name.endswith(".svg") for name in before) == 2  # the chart, and it for wide places
    for name in ("growth", "yields"):
        small.write(f"{name}.md", small.read(f"{name}.md") + "\nA new sentence.\n")
        assert ran(small) == set()
        assert "A new sentence." in small.page(name)
    assert drawn() == before


def test_code_runs_its_chapter_and_taking_it_back_runs_nothing(small: SmallBook) -> None:
    ran(small)
    before = small.files()
    text = small.read("growth.md")
    small.write("growth.md", text.replace("{last:.3f}", "{last:.1f} or so"))
    assert ran(small) == {"growth"}
    assert "or so" in small.page("growth")
    assert "or so" in small.page("front")
    small.write("growth.md", text)
    assert ran(small) == set()
    assert small.files() == before


def test_a_table_runs_its_readers_and_reaches_what_pastes_from_them(small: SmallBook) -> None:
    ran(small)
    before = small.files()
    table = small.read("data/snapshot/GDP.csv")
    small.write("data/snapshot/GDP.csv", table.rstrip().rpartition(",")[0] + ",31999.125\n")
    assert ran(small) == {"growth"}
    for page in ("growth", "front"):
        assert "31999.125" in small.page(page)
    assert b"31999.125" in small.files()["figures/last-quarter/data.csv"]
    small.write("data/snapshot/GDP.csv", table)
    assert ran(small) == set()
    assert small.files() == before


def test_a_module_runs_the_chapters_that_import_it(small: SmallBook) -> None:
    readers = {
        "foreign_demand/analysis/returns.py": {"yields"},
        "foreign_demand/words.py": {"growth", "yields"},
        "foreign_demand/book/figures.py": {"growth", "yields"},
        "foreign_demand/site/citations.py": set(),
        "requirements.txt": {"growth", "yields"},
    }
    before = {name: small.read(name) for name in readers}
    for name, those in readers.items():
        small.write(name, before[name] + "\n# changed\n")
        assert ran(small) == those, name
    for name, text in before.items():
        small.write(name, text)
    assert ran(small) == set()


def test_a_page_by_programs_that_changed_is_rendered_again(small: SmallBook) -> None:
    name = "foreign_demand/site/templates/figure-toolbar.html"
    text = small.read(name)
    small.write(name, text + "<!-- changed -->")
    assert ran(small) == set()
    assert "<!-- changed -->" in small.page("yields")
    small.write(name, text)
    assert ran(small) == set()
    assert "<!-- changed -->" not in small.page("yields")


def test_a_corrupt_cache_is_made_anew(small: SmallBook) -> None:
    (folder,) = [path for path in small.root.rglob(".jupyter_cache") if path.is_dir()]
    for file in folder.rglob("base.ipynb"):
        file.write_text(file.read_text("utf-8")[:200], "utf-8")
    small.write("growth.md", small.read("growth.md") + "\nRendered.\n")
    assert ran(small) == {"growth"}
    (folder / "global.db").write_bytes(b"no database" * 1000)
    small.write("growth.md", small.read("growth.md") + "\nRendered again.\n")
    assert ran(small) == {"growth"}
    assert "Rendered again." in small.page("growth")


def test_what_somebody_took_away_or_touched_is_written_again(small: SmallBook) -> None:
    ran(small)
    before = small.files()
    small.write("growth.md", small.read("growth.md") + "\nMore.\n")
    (small.site / "figures" / "ten-years" / "figure.svg").unlink()
    (small.site / "figures" / "last-quarter" / "data.csv").write_text("spoilt")
    ran(small)
    for name in ("figures/ten-years/figure.svg", "figures/last-quarter/data.csv"):
        assert small.files()[name] == before[name]


def test_a_cell_that_fails_fails_every_build_and_is_named(small: SmallBook) -> None:
    text = small.read("growth.md")
    small.write("growth.md", text.replace("last = ", "raise RuntimeError('on purpose')\nlast = "))
    for _ in range(2):
        done = small.build()
        assert done.status != 0
        assert "growth" in done.errors
        assert "on purpose" in done.errors
    small.write("growth.md", text)
    assert "growth" not in ran(small)  # another one, that ran beside it, was stopped
    assert ran(small) == set()


@pytest.mark.parametrize("killed", ["os.getpid()", "os.getppid()"], ids=["kernel", "server"])
def test_a_kernel_or_its_server_killed_once_does_no_harm(small: SmallBook, killed: str) -> None:
    text = small.read("growth.md")
    kill = f"""import os, pathlib
mark = pathlib.Path({killed!r})
if not mark.exists():
    mark.touch()
    os.kill({killed}, 9)
    import time; time.sleep(60)
gdp = """
    small.write("growth.md", text.replace("gdp = ", kill, 1))
    assert ran(small) == {"growth"}
    assert (small.root / killed).exists()
    assert "It is" in small.page("growth")


def test_what_is_imported_for_all_kernels_reads_nothing_and_starts_nothing() -> None:
    """What it read would stand in the record of every chapter; threads do not survive a fork."""
    program = (
        "import importlib, threading\n"
        f"for name in {IMPORTED!r}: importlib.import_module(name)\n"
        "from foreign_demand.data.reads import READS\n"
        "print(READS, threading.active_count())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[] 1\n"


def test_a_kernel_that_always_dies_is_a_clear_error(small: SmallBook) -> None:
    small.write("growth.md", chapter("Growth", "import os\nos.kill(os.getpid(), 9)"))
    done = small.build()
    assert done.status != 0
    assert "growth" in done.errors
    assert "kernel died" in done.errors


def test_ctrl_c_leaves_no_kernel_and_no_stale_page(small: SmallBook) -> None:
    text = small.read("growth.md")
    cell = "open('running', 'w').write(str(__import__('os').getpid()))\n__import__('time').sleep(100)"
    small.write("growth.md", chapter("Stopped", cell))
    (small.root / "running").unlink(missing_ok=True)
    with subprocess.Popen(
        small.command(), cwd=small.root, env=small.settings(), start_new_session=True, stderr=subprocess.PIPE
    ) as program:
        for _ in range(1200):
            if (small.root / "running").exists() and small.read("running"):
                break
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGINT)
        program.communicate(timeout=60)
    assert program.returncode != 0
    kernel = Path("/proc") / small.read("running")
    for _ in range(100):
        if not kernel.exists():
            break
        time.sleep(0.1)
    assert not kernel.exists()
    small.write("growth.md", text)
    assert ran(small) == set()
    assert "Stopped" not in small.page("growth")


def test_warm_and_ordinary_serial_and_parallel_give_the_same(small: SmallBook, tmp_path: Path) -> None:
    ran(small)
    expected = small.files()
    other = book(tmp_path / "other")
    done = other.build(BOOK_WARM="0", BOOK_JOBS="1")
    assert done.status == 0, done.errors
    found = other.files()
    assert found.keys() == expected.keys()
    kinds = (".json", ".csv", ".svg", ".js", ".png", ".ipynb", ".html")
    assert [n for n in expected if n.endswith(kinds) and found[n] != expected[n]] == []


def test_few_chapters_are_run_side_by_side(small: SmallBook) -> None:
    """Each waits for the other to have begun: one after the other they would wait for ever."""
    before = {name: small.read(f"{name}.md") for name in ("growth", "yields")}
    for mine, other in (("growth", "yields"), ("yields", "growth")):
        (small.root / f"begun-{mine}").unlink(missing_ok=True)
        wait = f"""import pathlib, time
pathlib.Path("begun-{mine}").touch()
until = time.monotonic() + 60
while not pathlib.Path("begun-{other}").exists():
    assert time.monotonic() < until
    time.sleep(0.1)
"""
        first = "gdp = " if mine == "growth" else "yields = "
        small.write(f"{mine}.md", before[mine].replace(first, wait + first, 1))
    assert ran(small) == {"growth", "yields"}
    for name, text in before.items():
        small.write(f"{name}.md", text)
    assert ran(small) == set()


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
    runs = Runs(tmp_path / "cache")

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ChapterError, match=r"growth was run, but .* No space left on device"):
        runs.keep(Chapter(name="growth", notebook=notebook, code="a"))


def test_only_the_header_is_stamped() -> None:
    text = chapter("One", "kernelspec:\nx = 1")
    assert stamped(text, "a1").splitlines()[5] == "  inputs: a1"
    assert stamped(text, "a1").count("a1") == 1
    assert stamped("# No header\n\nkernelspec:\n", "a1") == "# No header\n\nkernelspec:\n"
