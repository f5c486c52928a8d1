"""What was read is recorded: statement by statement in a notebook, chapter by chapter in the build."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from foreign_demand.book import record
from foreign_demand.book.record import Record, modules_imported, names_in, pasted_from, read_record
from foreign_demand.data import store
from foreign_demand.data.catalog import Catalog, Origin
from foreign_demand.data.store import Store

IDS = ["DGS2", "DGS5", "DGS10", "DGS30"]


@pytest.fixture(autouse=True)
def held(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)
    for id in IDS:
        words = dict.fromkeys(("publisher", "title", "url", "retrieved_at", "reference_period", "terms"), "x")
        origin = Origin(**words, vintage="2025-01-02", obtained="live")
        table = pd.DataFrame({"date": pd.to_datetime(["2025-01-02"]), "yield_pct": [4.0]})
        made.write(id, table, origin, into=made.snapshot)
    monkeypatch.setattr("foreign_demand.data.store.default_store", lambda: made)
    monkeypatch.setattr(store, "READS", [])
    monkeypatch.setattr(record, "READS", store.READS)
    return made


Run = Callable[[str], object]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a cell of a notebook that is followed; ``rests_on()`` as its last line is what it gives."""
    monkeypatch.setattr(record, "_recorder", None)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    record.install(shell)

    def run_cell(source: str) -> object:
        result = shell.run_cell(textwrap.dedent(source))
        result.raise_error()
        return result.result

    run_cell(
        """
        import pandas as pd
        from foreign_demand.book.record import rests_on
        from foreign_demand.data.store import read_origin, read_table, read_tables
        """
    )
    yield run_cell
    InteractiveShell.clear_instance()


def test_a_statement_rests_on_what_it_reads_and_on_what_stands_behind_its_names(run: Run) -> None:
    run('two = read_table("DGS2")')
    run('five, ten = read_table("DGS5"), read_table("DGS10")\nlater = two.assign(x=1)')
    assert run("(later, rests_on())[1]") == ["DGS2"]
    assert run('(ten, read_table("DGS30"), rests_on())[-1]') == ["DGS5", "DGS10", "DGS30"]
    assert run("rests_on()") == []


def test_the_order_is_that_of_the_first_reading(run: Run) -> None:
    run('ten = read_table("DGS10")\ntwo = read_table("DGS2")\nagain = read_table("DGS10")')
    assert run("(two, again, rests_on())[-1]") == ["DGS10", "DGS2"]


def test_of_tables_read_when_looked_up_only_those_looked_up_count(run: Run) -> None:
    run('tables = read_tables(["DGS2", "DGS5", "DGS10"])\nten = tables["DGS10"]\n"DGS2" in tables')
    assert run("(ten, rests_on())[-1]") == ["DGS10"]
    assert run("(list(tables.values()), rests_on())[-1]") == ["DGS10", "DGS2", "DGS5"]
    with pytest.raises(KeyError, match="DGS30"):
        run('tables["DGS30"]')


@pytest.mark.parametrize(
    "statement",
    [
        'x["b"] = len(read_table("DGS10"))',
        'x.attrs["b"] = read_table("DGS10")',
        'x.insert(0, "b", read_table("DGS10")["yield_pct"])',
        'x += len(read_table("DGS10"))',
        'for _ in range(2): x["b"] = len(read_table("DGS10"))',
        'if len(read_table("DGS10")) > 5: x = None',
        'with pd.option_context("display.width", 80): x["b"] = len(read_table("DGS10"))',
    ],
)
def test_a_name_changed_in_part_keeps_what_stood_behind_it(run: Run, statement: str) -> None:
    run('x = read_table("DGS2")[["yield_pct"]]')
    run(statement)
    assert run("(x, rests_on())[-1]") == ["DGS2", "DGS10"]


def test_a_name_set_anew_rests_on_the_new(run: Run) -> None:
    run('x = read_table("DGS2")')
    run('x = read_table("DGS10")')
    assert run("(x, rests_on())[-1]") == ["DGS10"]


def test_names_inside_a_comprehension_or_a_function_are_their_own(run: Run) -> None:
    run('wide = {id: read_table(id) for id in ["DGS2", "DGS5"]}')
    run('narrow = {id: read_table(id) for id in ["DGS10"]}')
    assert run("(narrow, rests_on())[-1]") == ["DGS10"]
    run("later = lambda: len(wide)")
    assert run("(later(), rests_on())[-1]") == ["DGS2", "DGS5"]


def test_a_call_that_keeps_nothing_taints_no_other(run: Run) -> None:
    run('wide = read_table("DGS2")\nlen(wide)\nten = read_table("DGS10")')
    assert run("(len(ten), rests_on())[-1]") == ["DGS10"]


def test_a_name_in_a_query_counts(run: Run) -> None:
    run('ten = read_table("DGS10")["yield_pct"].max()\ntwo = read_table("DGS2")')
    assert run('(two.query("yield_pct >= @ten"), rests_on())[-1]') == ["DGS10", "DGS2"]


def test_a_module_carries_nothing(run: Run) -> None:
    run('pd.to_numeric(read_table("DGS2")["yield_pct"])')
    assert run("(pd.NA, rests_on())[-1]") == []


def test_telling_of_an_edition_counts(run: Run) -> None:
    run('edition = read_origin("DGS2").vintage\nten = read_table("DGS10")')
    assert run("(edition, ten, rests_on())[-1]") == ["DGS2", "DGS10"]


def test_a_statement_that_failed_leaves_no_trace_on_the_next(run: Run) -> None:
    with pytest.raises(ZeroDivisionError):
        run('x = read_table("DGS2") / (1 // 0)')
    run('y = read_table("DGS10")')
    assert run("(y, rests_on())[-1]") == ["DGS10"]


def test_the_cell_that_is_running_when_following_begins_counts_as_one_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record, "_recorder", None)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_cell(
        "from foreign_demand.book import record\n"
        "from foreign_demand.data.store import read_table\n"
        "record.install(get_ipython())\n"
        'x = read_table("DGS2")'
    ).raise_error()
    found = shell.run_cell('(x, read_table("DGS10"), record.rests_on())[-1]').result
    InteractiveShell.clear_instance()
    assert found == ["DGS2", "DGS10"]


def test_outside_a_notebook_everything_read_so_far_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_recorder", None)
    store.read_table("DGS10")
    store.read_origin("DGS5")
    store.read_outcome("DGS30")
    store.read_table("DGS2")
    assert record.rests_on() == record.read_so_far() == ["DGS10", "DGS5", "DGS2"]


def test_names_are_told_by_use() -> None:
    (statement,) = ast.parse("x, y = f(a.b, [c for c in d if c > e])").body
    used, sets = names_in(statement)
    assert used == {"f", "a", "d", "e"}
    assert sets == {"x", "y"}


# --- the record of a chapter -------------------------------------------------


def test_the_record_of_a_chapter_has_all_that_it_is_made_from(tmp_path: Path) -> None:
    cells = [
        {
            "cell_type": "markdown",
            "source": ["From {glue:text}`holdings.md::latest:s`\n", "and {glue:text}`own`"],
        },
        {"cell_type": "code", "source": "from foreign_demand.data import store"},
    ]
    reads = [{"what": "table", "id": "DGS2"}, {"what": "origin", "id": "DGS5"}, {"what": "report", "id": ""}]
    glued = {"own": {"data": {"text/plain": "'1'"}}, "reads 0": {"data": {record.MIME_TYPE: reads}}}
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (tmp_path / "chapters" / "one.glue.json").write_text(json.dumps(glued), encoding="utf-8")
    found = read_record(tmp_path, "chapters/one")
    assert (found.tables, found.origins, found.report) == (("DGS2",), ("DGS5",), True)
    assert found.pastes == ("chapters/holdings",)
    assert {"foreign_demand", "foreign_demand.data.store", "foreign_demand.exceptions"} <= set(found.modules)
    assert "foreign_demand.book.figures" not in found.modules
    assert read_record(tmp_path, "chapters/not-executed") == Record()


def test_modules_are_followed_through_one_another() -> None:
    found = modules_imported("import pandas\nfrom foreign_demand.book.figures import figure, no_such_name")
    assert {"foreign_demand.book", "foreign_demand.book.figures", "foreign_demand.data.store"} <= found
    assert not [name for name in found if "site" in name or "no_such_name" in name]


def test_pages_are_named_from_the_page_that_pastes() -> None:
    assert pasted_from("{glue:text}`a.md::x:s` {glue:text}`../b.md::y`", "chapters/index") == {
        "chapters/a",
        "chapters/../b",
    }
