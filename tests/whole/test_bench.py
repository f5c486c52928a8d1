"""What is measured, what it may take, and what is said when it takes more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from project import ROOT

import bench
from bench import Measure
from bench.__main__ import main
from bench.build import (
    CHAPTER,
    MODULE,
    STEPS,
    TABLE,
    BookCopy,
    Comparison,
    Cost,
    as_growth,
    as_table,
    into_readme,
    lengthened,
    where_time_goes,
)
from bench.build import as_measures as as_build_measures
from bench.page import Speed, as_measures
from foreign_demand.exceptions import BenchError

FAST = {"page_kb": 60, "scripts_kb": 40, "other_kb": 60}
TIMES = {"largest_paint_ms": 1100, "load_ms": 1900, "layout_shift": 0, "live_ms": 200}
ALTAIR = Speed(
    page_kb=600,
    scripts_kb=800,
    other_kb=60,
    largest_paint_ms=6000,
    load_ms=8000,
    layout_shift=0.1,
    live_ms=2000,
)


def test_what_takes_more_than_it_may_is_said_and_by_how_much() -> None:
    good = Speed(**FAST, **TIMES)
    assert bench.over_budget(as_measures(good, beside=ALTAIR)) == []
    slow = Speed(**FAST | {"scripts_kb": 895}, **TIMES)
    over = as_measures(slow, beside=ALTAIR)
    assert [text.split(":")[0] for text in bench.over_budget(over)] == [
        "Scripts, kB",
        "All before a click, kB",
    ]
    assert re.search(r"Scripts, kB +895 +60 +800\n", bench.report("Page", over, beside="Altair"))


@pytest.mark.parametrize(
    ("name", "allowed"), [("largest_paint_ms", 1200), ("load_ms", 2000), ("live_ms", 800)]
)
def test_a_page_may_take_a_part_of_what_altairs_takes_on_the_same_machine(name: str, allowed: int) -> None:
    for times, over in ((allowed, 0), (allowed + 1, 1)):
        own = Speed(**FAST, **TIMES | {name: times})
        assert len(bench.over_budget(as_measures(own, beside=ALTAIR))) == over


@pytest.mark.slow
def test_a_refresh_is_measured_together_and_one_by_one() -> None:
    together, slowest, ratio, with_fred = bench.bench_refresh(latency=0)
    assert ratio.budget == 3
    assert ratio.value == pytest.approx(together.value / slowest.value)
    assert with_fred.value > 0
    assert int(with_fred.name.split()[0]) > int(together.name.split()[0]) > 20


@pytest.mark.slow
def test_the_term_premium_keeps_to_its_budget() -> None:
    measures = bench.bench_term_premium(runs=3)
    assert len(measures) == 4
    assert all(measure.value and measure.budget for measure in measures)
    assert bench.over_budget(measures) == []


@pytest.mark.parametrize("over", ["build", "page", "refresh", "term_premium", None])
def test_the_command_fails_when_any_of_them_is_over(
    over: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("build", "page", "refresh", "term_premium"):
        found = [Measure(name=f"The {name}, s", value=4 if name == over else 2, budget=3)]
        monkeypatch.setattr(bench, f"bench_{name}", lambda *args, found=found, **options: found)
    assert main(["--site", str(tmp_path)]) == (0 if over is None else 1)
    text = capsys.readouterr().out
    assert text.count("budget") == (5 if over is None else 4)
    assert (f"The {over}, s: 4, where 3 is allowed." in text) == (over is not None)


# --- building ------------------------------------------------------------------


def cost(wall_s: float, cpu_s: float, *ran: str) -> Cost:
    return Cost(wall_s=wall_s, cpu_s=cpu_s, memory_mb=500, ran=ran)


def test_a_build_is_held_against_plain_and_against_seconds() -> None:
    found = [
        Comparison(step="Cold", ours=cost(60, 90, "a", "b"), plain=cost(100, 95)),
        Comparison(step="Nothing changed", ours=cost(2.5, 2), plain=cost(2, 2)),
        Comparison(step="A word of prose", ours=cost(4, 4), plain=cost(3, 3)),
    ]
    over = bench.over_budget(as_build_measures(found))
    assert [text.split(",")[0] for text in over] == ["Cold", "Nothing changed"]
    assert "where 55.0 is allowed" in over[0]
    assert "where 2.0 is allowed" in over[1]
    assert "| Cold | 100.0 | 60.0 | 0.60 | 95.0 | 90.0 | 0.95 | a, b |" in as_table(found)


def test_a_plain_copy_has_nothing_of_ours_and_a_larger_one_each_chapter_again(tmp_path: Path) -> None:
    plain = BookCopy(tmp_path / "plain", plain=True, times=2)
    config = yaml.safe_load((plain.place / "_config.yml").read_text("utf-8"))
    assert "foreign_demand" not in str(config["sphinx"])
    contents = (plain.place / "_toc.yml").read_text("utf-8")
    assert contents.count("chapters/holdings") == contents.count("chapters/holders") == 2
    first, second = ((plain.place / f"chapters/holdings{n}.md").read_text("utf-8") for n in ("", "-2"))
    assert '"foreign-holdings"' in first
    assert '"foreign-holdings-2"' in second
    assert '"foreign-holdings"' not in second
    assert 'read_table("auctions")' in (plain.place / "chapters/auctions-2.md").read_text("utf-8")


def test_every_step_changes_what_it_names(tmp_path: Path) -> None:
    book = BookCopy(tmp_path / "book", plain=False)
    names = {
        "A word of prose": CHAPTER,
        "One chapter's code": CHAPTER,
        "One table": TABLE,
        "One module": MODULE,
    }
    for step, name in names.items():
        before = (book.place / name).read_text("utf-8")
        STEPS[step](book)
        after = (book.place / name).read_text("utf-8")
        assert sum(a != b for a, b in zip(before.splitlines(), after.splitlines(), strict=False)) >= 1 or len(
            after.splitlines()
        ) > len(before.splitlines())


def test_a_table_that_runs_others_than_its_readers_is_over_budget() -> None:
    cold = Comparison(step="Cold", ours=cost(50, 90), plain=cost(100, 95))
    for ran, wrong in ((("a", "b"), 0), (("a",), 1), (("a", "b", "c"), 1)):
        one = Comparison(step="One table", ours=cost(5, 5, *ran), plain=cost(9, 9), readers=("a", "b"))
        found = {measure.name: measure for measure in as_build_measures([cold, one])}
        measure = found["One table, chapters run that do not read it or not run that do"]
        assert (measure.value, measure.budget) == (wrong, 0)


def test_what_was_measured_is_left_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Comparison(step="Cold", ours=cost(50, 90), plain=cost(100, 95)),
        Comparison(step="One table", ours=cost(5, 5, "a"), plain=cost(9, 9), readers=("a",)),
    ]
    monkeypatch.setattr("bench.build.compare_builds", lambda *, runs: (found, {"ours_site_bytes": 7}))
    bench.bench_build(runs=1, into=tmp_path)
    told = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert [step["step"] for step in told["steps"]] == ["Cold", "One table"]
    assert told["steps"][1]["readers"] == ["a"]


def test_the_table_goes_where_the_readme_has_its_place(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text((ROOT / "README.md").read_text("utf-8"), encoding="utf-8")
    before = readme.read_text("utf-8")
    for table in ("| a |\n", "| b |\n"):
        into_readme(table, readme)
    after = readme.read_text("utf-8")
    assert "| b |" in after
    assert "| a |" not in after
    assert after.splitlines()[:5] == before.splitlines()[:5]
    readme.write_text("No place.", encoding="utf-8")
    with pytest.raises(BenchError, match="put both where the table belongs"):
        into_readme("| a |\n", readme)


def test_where_time_goes_is_told_by_stage_and_cell() -> None:
    told = where_time_goes(
        Cost(wall_s=9, cpu_s=9, memory_mb=500, stages={"run": 4.5}, cells=((2.25, "claims", "x = 1"),))
    )
    assert told.splitlines() == ["run 4.5; at most 500 MB", "    2.2 CPU s  claims: x = 1"]


def test_growth_is_held_against_the_smallest_book() -> None:
    costs = {"once": cost(20, 30), "four times": cost(120, 150), "longer": cost(60, 80)}
    found = as_growth(costs, {"once": 10, "four times": 40, "longer": 10})
    assert [measure.value for measure in found] == [pytest.approx(1.5), 1, 3, 1]
    assert [text.split(",")[1].strip() for text in bench.over_budget(found)] == ["four times"]


def test_longer_daily_tables_begin_earlier_and_end_as_they_did() -> None:
    table = "# title: Yield\n# rows: '2'\ndate,yield_pct\n2026-07-13,4.1\n2026-07-15,4.2\n"
    assert lengthened(table, "date", 3) == (
        "# title: Yield\ndate,yield_pct\n2026-06-29,4.1\n2026-07-01,4.2\n2026-07-06,4.1\n2026-07-08,4.2\n"
        "2026-07-13,4.1\n2026-07-15,4.2\n"
    )
