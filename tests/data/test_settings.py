"""Switches: on, off, and never passed over in silence."""

from __future__ import annotations

import pytest

from foreign_demand.__main__ import main
from foreign_demand.data.settings import switch
from foreign_demand.exceptions import SettingError


@pytest.mark.parametrize(
    ("value", "on"),
    [
        *((value, True) for value in ("1", "true", "TRUE", "Yes", "on", " 1 ")),
        *((value, False) for value in ("", "0", "false", "No", "OFF", " ")),
    ],
)
def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch, value: str, on: bool) -> None:
    monkeypatch.setenv("OFFLINE", value)
    assert switch("OFFLINE") is on


def test_a_switch_that_is_not_set_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRICT", raising=False)
    assert switch("STRICT") is False


@pytest.mark.parametrize("name", ["OFFLINE", "STRICT", "AGAIN"])
@pytest.mark.parametrize("value", ["2", "ja", "tru", "enabled"])
def test_anything_else_is_refused_by_every_command_that_reads_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    for other in ("OFFLINE", "STRICT", "AGAIN"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"^{name}='{value}' is neither on"):
        switch(name)
    if name != "AGAIN":
        assert main(["refresh", "--only", "DGS10"]) == 1
        assert f"SettingError: {name}='{value}'" in capsys.readouterr().err
