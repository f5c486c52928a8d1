"""Settings from the environment, read in one way everywhere."""

from __future__ import annotations

import os

from foreign_demand.exceptions import SettingError

_ON, _OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def switch(name: str) -> bool:
    """Whether an environment variable is switched on: 1, true, yes or on, in any case.

    Raises
    ------
    SettingError
        If it is neither that nor 0, false, no, off or empty: a setting that is
        misspelled must not be passed over without a word.
    """
    value = os.environ.get(name, "").strip()
    if value.lower() in _ON:
        return True
    if value.lower() in _OFF:
        return False
    raise SettingError(f"{name}={value[:40]!r} is neither on ({', '.join(_ON)}) nor off (0, false, no, off).")
