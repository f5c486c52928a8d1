"""The front page: small pictures of lines that other chapters drew, and a figure of theirs, whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from foreign_demand.exceptions import FigureError
from foreign_demand.site.front import SPARK, spark


def spec(*rows: tuple[str, str, float | None, int]) -> dict[str, Any]:
    encoding = {
        "x": {"field": "date", "type": "temporal"},
        "y": {"field": "value", "type": "quantitative"},
        "color": {"field": "name", "scale": {"domain": ["a", "b"]}},
    }
    held = [dict(zip(("date", "name", "value", "segment"), row, strict=True)) for row in rows]
    line = {"data": {"name": "d"}, "mark": {"type": "line"}, "encoding": encoding}
    return {"datasets": {"d": held}, "layer": [line]}


DRAWN = spec(
    ("2025-01-31", "a", 1.0, 0),
    ("2025-02-28", "a", 3.0, 0),
    ("2025-03-31", "a", None, 1),
    ("2025-04-30", "a", 2.0, 1),
    ("2025-04-30", "b", 99.0, 0),
)


def points(svg: str) -> list[list[tuple[float, float]]]:
    lines = re.findall(r'points="([^"]+)"', svg)
    return [[tuple(map(float, point.split(","))) for point in line.split()] for line in lines]


def test_a_small_picture_has_one_line_interrupted_at_breaks_with_its_last_value_marked() -> None:
    svg = spark(DRAWN, "a")
    first, second = points(svg)
    heights = [y for _, y in first + second]
    assert heights[1] < heights[-1] < heights[0], "higher values stand higher"
    assert all(0 <= x <= SPARK[0] and 0 <= y <= SPARK[1] for x, y in first + second)
    x, y = second[-1]
    assert f'<circle cx="{x}" cy="{y}"' in svg
    assert 'aria-hidden="true"' in svg


def test_a_long_line_is_thinned_and_keeps_its_end() -> None:
    long = spec(*((f"{1900 + i}-12-31", "a", float(i), 0) for i in range(500)))
    (line,) = points(spark(long, "a"))
    assert len(line) < 150
    assert line[-1] == (SPARK[0] - 3, 3.0)


def test_a_level_line_is_drawn() -> None:
    (line,) = points(spark(spec(("2025-01-31", "a", 1.0, 0), ("2025-02-28", "a", 1.0, 0)), "a"))
    assert len({y for _, y in line}) == 1


def test_a_line_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(FigureError, match="no line 'c'; its lines are a, b"):
        spark(DRAWN, "c")
    with pytest.raises(FigureError, match="no named lines over time"):
        spark({}, "a")


def ranges(*rows: tuple[str, float, float]) -> dict[str, Any]:
    encoding = {
        "x": {"field": "low", "type": "quantitative", "scale": {"type": "log"}},
        "x2": {"field": "high"},
        "color": {"field": "name", "scale": {"domain": ["a", "b"]}},
    }
    held = [dict(zip(("name", "low", "high"), row, strict=True)) for row in rows]
    return {
        "datasets": {"d": held},
        "layer": [{"data": {"name": "d"}, "mark": {"type": "rule"}, "encoding": encoding}],
    }


def test_ranges_stand_below_each_other_on_the_scale_of_their_chart() -> None:
    svg = spark(ranges(("a", 1.0, 10.0), ("b", 5.0, 500.0), ("a", 10.0, 100.0)), "a")
    (first, middle), (again, last) = points(svg)
    assert middle[0] == again[0] == SPARK[0] / 2, "ten is in the middle between one and a hundred"
    assert first[1] == middle[1] < again[1] == last[1]
    assert f'<circle cx="{last[0]}" cy="{last[1]}"' in svg
    with pytest.raises(FigureError, match="no ranges 'c'; its ranges are a, b"):
        spark(ranges(("a", 1.0, 2.0), ("b", 1.0, 2.0)), "c")


def test_the_present_stands_on_the_front_page_with_pictures_and_a_chart_for_its_width(
    browser: Browser, address: str, built_book: Path
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/chapters/index.html")
    cards = page.locator(".fd-finding")
    assert 6 <= cards.count() <= 8
    for card in cards.all():
        assert card.locator("svg.fd-spark circle").count() == 1
        assert re.search(r"\d{4}", card.locator("p").last.inner_text()), "a finding has its date"
        place = card.locator(".fd-label a").get_attribute("href")
        chapter, _, target = place.partition("#")
        assert f'id="{target}"' in (built_book / "chapters" / chapter).read_text("utf-8")
    for width, shown in ((390, 0), (1440, 1)):
        page.set_viewport_size({"width": width, "height": 900})
        drawn = page.locator(".fd-two > svg")
        assert [svg.is_visible() for svg in drawn.all()] == [not shown, bool(shown)]
        figure = page.locator(".fd-figure").first
        figure.locator("[data-do=interact]").click()
        figure.locator(".fd-live svg").wait_for()
        figure.locator("[data-do=interact]").click()
        assert drawn.nth(shown).is_visible()
    page.close()
