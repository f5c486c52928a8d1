"""The book as a newcomer builds it: a clean clone, and what ``make book`` leaves in it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from foreign_demand.data.catalog import ROOT

__all__ = ["Build", "Clone", "git"]


@dataclass(frozen=True, kw_only=True)
class Build:
    """What one ``make book`` said and left."""

    status: int
    output: str
    errors: str
    site: Path
    """A copy of the site as it was right after this build."""
    uncommitted: str
    """What git saw in the working tree afterwards."""

    def read(self, name: str) -> Any:
        """One of the indexes of the site."""
        return json.loads((self.site / name).read_text(encoding="utf-8"))

    def data(self, slug: str) -> pd.DataFrame:
        """The data behind one figure."""
        return pd.read_csv(self.site / "figures" / slug / "data.csv")

    def page(self, chapter: str) -> str:
        """A chapter as HTML."""
        return (self.site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")

    def prose(self, chapter: str) -> str:
        """A chapter as a reader sees it, without code."""
        return _words(self.page(chapter).partition("<article")[2].partition("</article>")[0])

    def figure(self, about: Mapping[str, Any]) -> str:
        """A figure or table on its page as a reader sees it, with all that follows up to the next."""
        page = self.page(about["chapter"].removeprefix("chapters/"))
        return _words(page.partition(f'id="fig-{about["slug"]}"')[2].partition('id="fig-')[0])


def _words(page: str) -> str:
    """The words of a piece of HTML, with plain quotation marks."""
    bare = re.sub(r"<(script|style|pre)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", bare)).replace("’", "'").split())


class Clone:
    """A fresh clone of the working tree, committed files and new ones alike."""

    def __init__(self, place: Path) -> None:
        self.root, self.kept = place / "book", place
        listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        git(self.root, "init", "--quiet")
        self.commit()

    def commit(self) -> None:
        git(self.root, "add", "--all")
        identity = ("-c", "user.name=Reader", "-c", "user.email=reader@example.org")
        git(self.root, *identity, "commit", "--quiet", "--message", "As cloned", "--no-gpg-sign")

    def build(self, name: str, *settings: str) -> Build:
        """``make book`` with the packages of this interpreter; without the network unless told otherwise."""
        left_out = ("MAKE", "MFLAGS", "OFFLINE", "STRICT", "UNPACED", "BOOK_", "FRED_API_KEY", "PYTEST_")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        packages = Path(sys.executable).parent
        settings = settings or ("OFFLINE=1",)
        done = subprocess.run(
            ["make", "book", *settings, f"BIN={packages}", "--old-file", ".venv/.installed"],
            cwd=self.root,
            env=environment | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
        )
        site = self.kept / name
        if (self.root / "_build" / "html").exists():
            shutil.copytree(self.root / "_build" / "html", site)
        return Build(
            status=done.returncode,
            output=done.stdout,
            errors=done.stderr,
            site=site,
            uncommitted=git(self.root, "status", "--porcelain"),
        )


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout
