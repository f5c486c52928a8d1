"""The built site, served on this machine."""

from __future__ import annotations

import http.server
from pathlib import Path
from typing import Any


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves what lies in the site itself: no link out of it, and no name that is none."""

    def translate_path(self, path: str) -> str:
        """The file of a request; one that does not exist for what is not of the site."""
        root = Path(self.directory).resolve()
        try:
            found = super().translate_path(path)
            inside = Path(found).resolve().is_relative_to(root)
        except (ValueError, OSError, RuntimeError):  # a NUL, a name too long, links in a circle
            inside = False
        return found if inside else str(root / "no such page")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a person who reads the book does not read a log."""
