"""A crawler of folders that are published: every link, anchor and image of every page, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

ROOT = "https://host.example/some/where/"
"""Below which the folder is thought to be served."""
LEADING = {"href", "src", "action", "data-files", "data-source"}


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        self.links += [value for name, value in about.items() if name in LEADING]
        if about.get("http-equiv", "").lower() == "refresh":
            self.links.append(about["content"].partition("url=")[2])
        self.anchors |= {about[name] for name in ("id", "name") if name in about}

    handle_startendtag = handle_starttag


def broken(folder: Path, within: str = "") -> Iterator[str]:
    """What is wrong with the links of the pages of a folder, or of one within it."""

    @cache
    def read(file: Path) -> _Page:
        return _Page(file.read_text(encoding="utf-8"))

    for file in sorted((folder / within).rglob("*.html")):
        page = file.relative_to(folder).as_posix()
        for link in dict.fromkeys(read(file).links):
            address = urljoin(ROOT + page, link)
            if not address.startswith(ROOT):
                # Other hosts are cited; nothing may lead out of the folder, or to the root of the host.
                if link.startswith(("http:", "https:", "mailto:", "data:")):
                    continue
                yield f"{page} leads out of the folder: {link}"
                continue
            parts = urlsplit(address)
            target = folder / unquote(address.removeprefix(ROOT).partition("#")[0].partition("?")[0])
            if target.is_dir() or link.endswith("/"):
                target /= "index.html"
            if not target.exists():
                yield f"{page} leads to {link}, which is not there"
            elif parts.fragment and unquote(parts.fragment) not in read(target).anchors:
                yield f"{page} leads to {link}, which has no such anchor"
