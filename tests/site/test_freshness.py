"""What a chapter is run from: everything that it reads counts, and nothing else; pages of stopped builds."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from project import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from foreign_demand.book.record import Record
from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.store import Outcome, Store
from foreign_demand.site import files, freshness
from foreign_demand.site.freshness import State, names_read

TODAY = dt.date(2026, 8, 25)
IDS = ("DGS10", "tic_slt_table3")

RECORD = Record(
    tables=IDS,
    origins=("DGS10",),
    outcomes=("DGS10",),
    revisions=("tic_slt_table3",),
    entries=("", *IDS),
    ledger=True,
    modules=("foreign_demand", "foreign_demand.words", "foreign_demand.book.charts.general"),
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is looked at, with few tables."""
    monkeypatch.setenv("OFFLINE", "1")
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "foreign_demand", tmp_path / "foreign_demand", ignore=left_out)
    for name in ("snapshot", "revisions"):
        (tmp_path / "data" / name).mkdir(parents=True)
        for id in IDS:
            if (ROOT / "data" / name / f"{id}.csv").exists():
                shutil.copy2(ROOT / "data" / name / f"{id}.csv", tmp_path / "data" / name)
    shutil.copytree(ROOT / "data" / "nowcasts", tmp_path / "data" / "nowcasts")
    for name in ("catalog.yml", "claims.yml", "price_impacts.yml"):
        shutil.copy2(ROOT / "data" / name, tmp_path / "data")
    shutil.copy2(ROOT / "requirements.txt", tmp_path)
    return tmp_path


def read(project: Path, record: Record = RECORD, today: dt.date = TODAY) -> dict[str, str]:
    """What a chapter reads is like now."""
    entries = read_catalog.__wrapped__(project / "data" / "catalog.yml")
    store = Store(
        snapshot=project / "data" / "snapshot",
        cache=project / "cache",
        catalog=Catalog({id: entries[id] for id in IDS}),
    )
    return State(project, store, today=today).all_of(names_read(record))


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("name", "old", "new", "names"),
    [
        ("foreign_demand/words.py", "", "\n", {"module foreign_demand.words"}),
        ("foreign_demand/book/record.py", "", "\n", {"module foreign_demand.book.record"}),
        ("data/snapshot/DGS10.csv", "", "2026-08-24,4.0\n", {"table DGS10"}),
        ("data/snapshot/DGS10.csv", "# vintage: '2", "# vintage: '1", {"origin DGS10"}),
        ("data/revisions/tic_slt_table3.csv", "", "\n", {"revisions tic_slt_table3"}),
        ("data/catalog.yml", "  DGS10: {", "  DGS10: {caveat: New., ", {"entry DGS10"}),
        ("data/claims.yml", "", "\n", {"ledger"}),
        ("data/price_impacts.yml", "", "\n", {"ledger"}),
        ("data/nowcasts/forecasts.csv", "", "\n", {"ledger"}),
        ("requirements.txt", "", "\n", {"packages"}),
    ],
)
def test_each_thing_that_is_read_counts_by_itself(
    project: Path, name: str, old: str, new: str, names: set[str]
) -> None:
    before, text = read(project), (project / name).read_text("utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new, 1) if old else text + new, "utf-8")
    assert changed(before, read(project)) == names
    (project / name).write_text(text, "utf-8")
    assert read(project) == before


@pytest.mark.parametrize(
    "name",
    [
        "foreign_demand/analysis/inference.py",
        "foreign_demand/site/templates/figure-toolbar.html",
        "foreign_demand/site/static/book.css",
        "data/revisions/DGS10.csv",
    ],
)
def test_what_is_not_read_does_not_count(project: Path, name: str) -> None:
    before = read(project)
    with (project / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert read(project) == before


def test_what_goes_and_what_comes_counts(project: Path) -> None:
    before = read(project)
    for name in ("data/snapshot/DGS10.csv", "data/revisions/tic_slt_table3.csv", "foreign_demand/words.py"):
        (project / name).unlink()
    assert changed(before, read(project)) == {
        "table DGS10",
        "origin DGS10",
        "revisions tic_slt_table3",
        "module foreign_demand.words",
    }


def test_what_python_compiled_and_what_was_only_touched_do_not(project: Path) -> None:
    before = read(project)
    (project / "foreign_demand" / "__pycache__").mkdir()
    (project / "foreign_demand" / "__pycache__" / "words.cpython-311.pyc").write_bytes(b"compiled")
    (project / "foreign_demand" / "words.py").touch()
    assert read(project) == before


def test_a_page_does_not_go_on_saying_that_nothing_is_due(project: Path) -> None:
    """The same files, but the day has come on which the release rule asks for newer ones."""
    before = read(project)
    assert read(project) == before
    assert changed(before, read(project, today=TODAY + dt.timedelta(60))) == {"origin DGS10"}


def test_a_refresh_counts_where_it_brought_or_told_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OFFLINE", raising=False)
    store = Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path / "cache" / "data")
    names = names_read(Record(tables=("DGS10",), origins=("DGS10",), outcomes=("DGS10",)))

    def now() -> dict[str, str]:
        return State(ROOT, store, today=TODAY).all_of(names)

    embedded = now()
    store.write_report("live", [Outcome(id="DGS10", status="live")])
    live = now()
    assert changed(embedded, live) == {"origin DGS10", "outcome DGS10"}
    store.write_report("live", [Outcome(id="DGS10", status="live"), Outcome(id="DGS2", status="failed")])
    assert now() == live
    store.write_report("live", [Outcome(id="DGS10", status="failed", error="DGS10: HTTP 404.")])
    assert changed(live, now()) == {"outcome DGS10"}


def test_everything_there_is_can_be_looked_at_before_chapters_run(project: Path) -> None:
    state = State(ROOT, Store(snapshot=ROOT / "data" / "snapshot", cache=project / "cache"))
    state.look()
    looked = set(state._known)
    assert {"table DGS10", "entry ", "entry DGS10", "packages", "report", "ledger"} <= looked
    assert {name for name in names_read(RECORD) if not name.startswith("revisions")} <= looked


# --- pages of a build that was stopped -----------------------------------------


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Build a page that shows the programs it is made by; tell what was read, and stop where asked."""
    (tmp_path / "conf.py").write_text("extensions = ['foreign_demand.site.freshness']\n")
    (tmp_path / "index.rst").write_text("Title\n=====\n")

    def made(programs: str, *, stop: BaseException | None = None) -> list[str]:
        read = []

        def show(app: Sphinx, page: str, source: list[str]) -> None:
            read.append(page)
            source[0] += f"\n{programs}\n"

        def write(*event: object) -> None:
            if stop:
                raise stop

        monkeypatch.setattr(files, "program", lambda: programs)
        with docutils_namespace():
            folders = tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees"
            app = Sphinx(*folders, "html", status=None, warning=None)
            app.connect("source-read", show)
            app.connect("html-page-context", write)
            app.build()
        assert programs in (tmp_path / "out" / "index.html").read_text("utf-8")
        return read

    return made


def test_pages_are_read_again_only_when_programs_changed(build: Callable[..., list[str]]) -> None:
    assert freshness.files is files
    assert build("first programs") == ["index"]
    assert build("first programs") == []
    assert build("second programs") == ["index"]


@pytest.mark.parametrize("after", ["first programs", "second programs"])
def test_a_build_stopped_while_it_writes_leaves_no_stale_page(
    build: Callable[..., list[str]], after: str
) -> None:
    build("first programs")
    with pytest.raises(KeyboardInterrupt):
        build("second programs", stop=KeyboardInterrupt())
    assert build(after) == ["index"]
