"""Colours of the charts: seen on white and on dark, told apart with every kind of colour vision."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from foreign_demand.book.charts.style import COLOURS
from foreign_demand.book.palette import DARK, GRID, INK, MUTED, PAPER

# Linear RGB as seen with no, red-, green- and blue-blindness: Machado, Oliveira and Fernandes (2009).
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Oklab, in which equal distances look equally different: Ottosson (2020).
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
APART = 0.06
"""Smallest distance in Oklab between two colours of one chart."""


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other))
    return high / low


def distance(one: str, other: str, vision: np.ndarray) -> float:
    a, b = (OKLAB @ np.cbrt(CONES @ np.clip(vision @ linear(c), 0, 1)) for c in (one, other))
    return float(np.linalg.norm(a - b))


def test_marks_stand_out_on_both_grounds() -> None:
    for name, colour in COLOURS.items():
        assert contrast(colour, PAPER) >= 3, name
        assert contrast(DARK[colour], DARK[PAPER]) >= 3, name


def test_words_are_read_on_both_grounds() -> None:
    for colour in (INK, MUTED):
        assert contrast(colour, PAPER) >= 4.5
        assert contrast(DARK[colour], DARK[PAPER]) >= 4.5
    assert 1.1 < contrast(GRID, PAPER) < 3, "the grid is seen, and quiet"


def encodings(spec: dict) -> Iterator[dict]:
    """Of a chart, of its layers and of its panels."""
    yield spec.get("encoding", {})
    inner = [spec["spec"]] if "spec" in spec else []
    for part in inner + [p for kind in ("layer", "concat", "hconcat", "vconcat") for p in spec.get(kind, [])]:
        yield from encodings(part)


@pytest.mark.parametrize("vision", VISION)
def test_what_one_chart_shows_is_told_apart(built_book: Path, vision: str) -> None:
    near = []
    for file in sorted((built_book / "figures").glob("*/spec.vl.json")):
        for encoding in encodings(json.loads(file.read_text("utf-8"))):
            colours = encoding.get("color", {}).get("scale", {}).get("range", [])
            for pair in itertools.combinations(colours, 2):
                for one, other in (pair, [DARK[colour] for colour in pair]):
                    if (found := distance(one, other, VISION[vision])) < APART:
                        near.append(f"{file.parent.name}: {one} and {other} are {found:.3f} apart")
    assert near == []
