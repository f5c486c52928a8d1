"""What is measured, what it may take, and what is said when it takes more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bench
from bench import Measure
from bench.__main__ import main
from bench.page import Speed, as_measures

FAST = {"page_kb": 60, "scripts_kb": 40, "other_kb": 60}
TIMES = {"largest_paint_ms": 1100, "load_ms": 1900, "layout_shift": 0}


def test_what_takes_more_than_it_may_is_said_and_by_how_much() -> None:
    good = Speed(**FAST, **TIMES, interact_ms=200)
    assert bench.over_budget(as_measures(good, beside=good)) == []
    slow = Speed(**FAST | {"scripts_kb": 895}, **TIMES)
    over = as_measures(slow, beside=good)
    assert [text.split(":")[0] for text in bench.over_budget(over)] == [
        "Scripts, kB",
        "All before a click, kB",
    ]
    assert re.search(r"Scripts, kB +895 +60 +40\n", bench.report("Page", over, beside="Altair"))


def test_a_refresh_is_measured_together_and_one_by_one() -> None:
    together, slowest, ratio, with_fred = bench.bench_refresh(latency=0)
    assert ratio.budget == 3
    assert ratio.value == pytest.approx(together.value / slowest.value)
    assert with_fred.value > 0
    assert int(with_fred.name.split()[0]) > int(together.name.split()[0]) > 20


def test_the_term_premium_keeps_to_its_budget() -> None:
    measures = bench.bench_term_premium(runs=3)
    assert len(measures) == 4
    assert all(measure.value and measure.budget for measure in measures)
    assert bench.over_budget(measures) == []


@pytest.mark.parametrize("over", ["page", "refresh", "term_premium", None])
def test_the_command_fails_when_any_of_them_is_over(
    over: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("page", "refresh", "term_premium"):
        found = [Measure(name=f"The {name}, s", value=4 if name == over else 2, budget=3)]
        monkeypatch.setattr(bench, f"bench_{name}", lambda *args, found=found, **options: found)
    assert main(["--site", str(tmp_path)]) == (0 if over is None else 1)
    text = capsys.readouterr().out
    assert text.count("budget") == (4 if over is None else 3)
    assert (f"The {over}, s: 4, where 3 is allowed." in text) == (over is not None)
