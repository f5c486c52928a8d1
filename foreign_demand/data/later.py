"""Large libraries, imported when something of them is used and not before."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands in for a library until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        library = importlib.import_module(self.__name__)
        self.__dict__.update(library.__dict__)
        return getattr(library, name)


def import_later(names: Iterable[str]) -> None:
    """Have libraries imported when something of them is used: a build that runs nothing uses none."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)
