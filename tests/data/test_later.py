"""Libraries that wait until something of them is used."""

from __future__ import annotations

import sys

import pytest

from foreign_demand.data.later import import_later


def test_a_library_is_imported_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "colorsys"]:
        monkeypatch.delitem(sys.modules, name)
    import_later(["colorsys"])
    import colorsys

    assert "rgb_to_hsv" not in vars(colorsys)
    assert colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0)
    assert sys.modules["colorsys"].rgb_to_hsv is colorsys.rgb_to_hsv


def test_one_that_is_there_already_or_nowhere_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    there = sys.modules["sys"]
    import_later(["sys", "no_such_library"])
    assert sys.modules["sys"] is there
    import no_such_library

    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        no_such_library.something  # noqa: B018
