"""Damaged publications: no parser fails in a way of its own, and none returns a wrong shape in silence."""

from __future__ import annotations

from functools import cache

import pytest
from editions import EDITIONS, Edition
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foreign_demand.data.catalog import read_catalog
from foreign_demand.data.sources import ADAPTERS
from foreign_demand.exceptions import ParseError

pytestmark = pytest.mark.slow

BY_ID = {edition.id: edition for edition in EDITIONS}


@cache
def body_of(id: str) -> bytes:
    return BY_ID[id].body()


@cache
def text_of(id: str) -> str:
    return BY_ID[id].text()


@st.composite
def damaged_bytes(draw: st.DrawFn, id: str) -> bytes:
    """What a bad line or disk does: bytes changed, lost, repeated, cut off."""
    body = bytearray(body_of(id))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(body) - 1, 0)))
        kind = draw(st.sampled_from(["flip", "cut", "lose", "repeat", "insert"]))
        size = draw(st.integers(1, 40))
        if kind == "flip" and body:
            body[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del body[at:]
        elif kind == "lose":
            del body[at : at + size]
        elif kind == "repeat":
            body[at:at] = body[at : at + size]
        else:
            body[at:at] = draw(st.binary(min_size=1, max_size=8))
    return bytes(body)


@st.composite
def damaged_text(draw: st.DrawFn, edition: Edition) -> bytes:
    """What an editor does: lines dropped, swapped or repeated, cells swapped or replaced."""
    text = text_of(edition.id)
    mark = "\n" if text.count("\n") > 2 else draw(st.sampled_from([",", "}", "<", '"']))
    parts = text.split(mark)
    for _ in range(draw(st.integers(1, 4))):
        one, other = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        kind = draw(st.sampled_from(["drop", "swap", "repeat", "cell", "cells"]))
        separator = getattr(edition.layout, "separator", ",")
        cells = parts[one].split(separator)
        at, to = (draw(st.integers(0, len(cells) - 1)) for _ in range(2))
        if kind == "drop" and len(parts) > 1:
            del parts[one]
        elif kind == "swap":
            parts[one], parts[other] = parts[other], parts[one]
        elif kind == "repeat":
            parts.insert(other, parts[one])
        elif kind == "cell":
            cells[at] = draw(ODD_CELLS)
            parts[one] = separator.join(cells)
        else:
            cells[at], cells[to] = cells[to], cells[at]
            parts[one] = separator.join(cells)
    text = mark.join(parts)
    try:
        return edition.body(text)
    except (ValueError, KeyError, IndexError):  # what cannot be packed is sent as it is
        return text.encode(errors="replace")


ODD_CELLS = st.sampled_from(
    ["", "-", "n.a.", "NaN", "inf", "-1e400", "9" * 400, "1,2", "0x10", "1_0", "٣", "½", "2025-13", "0000-00",
     "9999-12", "9999-12-31", "292277-01", "-1", "1e308", "null", '"', "'", "\t", "\x00", "\u2028", "<b>"]
)  # fmt: skip


@pytest.mark.parametrize("id", BY_ID)
def test_damaged_bytes_give_a_right_table_or_a_clear_error(id: str) -> None:
    @settings(max_examples=20, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(damaged_bytes(id))
    def run(content: bytes) -> None:
        BY_ID[id].believed(content)

    assert BY_ID[id].believed(body_of(id)), "the edition itself is not believed"
    run()


@pytest.mark.parametrize("id", BY_ID)
def test_damaged_text_gives_a_right_table_or_a_clear_error(id: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(damaged_text(BY_ID[id]))
    def run(content: bytes) -> None:
        BY_ID[id].believed(content)

    run()


# --- what fuzzing found once -------------------------------------------------


def test_a_workbook_whose_directory_goes_round_in_circles_is_damaged() -> None:
    content = bytearray(body_of("acm_monthly"))
    entry = content.index("Workbook".encode("utf-16-le"))
    content[entry + 68 : entry + 72] = (1).to_bytes(4, "little")  # its left neighbour is itself
    dataset = read_catalog()["acm_monthly"]
    with pytest.raises(ParseError, match=r"damaged or cut off \(RecursionError"):
        ADAPTERS[dataset.adapter].parse(bytes(content), dataset)


def test_the_total_of_a_part_is_not_taken_for_a_second_total() -> None:
    again = "outlay,Mandatory,Total,2026-02-01,False,True,2026,1,3000\n"
    assert BY_ID["cbo_baselines"].believed((text_of("cbo_baselines") + again).encode())
