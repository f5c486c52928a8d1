"""A built book made into what a static host serves: the newest book, and every edition it had.

The folder is made anew beside the one that is there, and put in its place in one step: whenever
this is stopped, what is published is as it was or whole.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import filecmp
import hashlib
import json
import os
import posixpath
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import escape

from foreign_demand.exceptions import PublishError
from foreign_demand.site import files
from foreign_demand.site.bundles import render
from foreign_demand.site.check import problems_of
from foreign_demand.site.citations import Book
from foreign_demand.site.publishing import editions
from foreign_demand.site.publishing.following import write_following
from foreign_demand.site.publishing.record import Record, read_record

LISTED = "editions"
_OURS = ".nojekyll"
"""The one file of the book whose name begins with a dot."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication did."""

    edition: str
    """Date of the newest edition."""
    new: bool
    """Whether it was made now."""
    changed: int = 0
    """Files that were written, changed or taken away; the others are as they were."""


def publish(site: Path, dest: Path, *, date: dt.date, today: dt.date | None = None) -> Published:
    """Publish a built book into a folder, and freeze it as an edition if it says anything new.

    Parameters
    ----------
    site
        The built book.
    dest
        The folder; made where it is missing. Only what an earlier publication left may be in it, and
        what begins with a dot or is named ``CNAME``, which stays.
    date
        Of the edition.
    today
        The day on which an edition may still be replaced.

    Raises
    ------
    PublishError
        If the book is not whole, an old edition was changed, the date is not later than that of the
        newest edition, or the folder holds something else.
    """
    if problems := problems_of(site):
        raise PublishError("\n".join([f"{site} is not whole, so nothing was published:", *problems]))
    dest = dest.resolve()
    stage, spare = (dest.parent / f".{dest.name}.{name}" for name in ("new", "old"))
    if spare.exists() and not dest.exists():  # stopped between two steps, where one does not do
        spare.rename(dest)
    for left in (stage, spare):
        shutil.rmtree(left, ignore_errors=True)
    _refuse_foreign(dest)
    held = sorted(path.name for path in (dest / LISTED).glob("????-??-??"))
    for name in held:
        editions.refuse_changed(dest / LISTED / name)
    stage.mkdir(parents=True)
    try:
        _link_tree(dest / LISTED, stage / LISTED)
        day = (today or dt.date.today()).isoformat()
        made = _fill(site, stage, held, date=date.isoformat(), today=day)
        for kept in filter(_stays, dest.glob("*")):
            _link_tree(kept, stage / kept.name)
        changed = _link_unchanged(dest, stage)
        _put_in_place(stage, dest, spare)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return replace(made, changed=changed)


def _stays(path: Path) -> bool:
    return path.name == "CNAME" or (path.name.startswith(".") and path.name != _OURS)


def _refuse_foreign(dest: Path) -> None:
    if dest.exists() and not dest.is_dir():
        raise PublishError(f"{dest} is not a folder: name another.")
    if (dest / LISTED / "index.json").exists() or not dest.exists():
        return
    if other := sorted(path.name for path in dest.iterdir() if not _stays(path)):
        raise PublishError(
            f"{dest} holds {other[0]!r}, which no publication left: name an empty folder, or empty this one."
        )


def _link_tree(source: Path, target: Path) -> None:
    """The same files at a second place, without a copy where the disk can do that."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link, symlinks=True)
    elif source.exists():
        _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _link_unchanged(dest: Path, stage: Path) -> int:
    """Let what did not change be the very file that is there; returns how many files did."""
    was, now = (
        {file.relative_to(folder): file for file in folder.rglob("*") if file.is_file()}
        for folder in (dest, stage)
    )
    same = [name for name in now if name in was and filecmp.cmp(was[name], now[name], shallow=False)]
    for name in same:
        if not was[name].samefile(now[name]):
            now[name].unlink()
            _link(was[name], now[name])
    return len(was.keys() | now.keys()) - len(same)


def _put_in_place(stage: Path, dest: Path, spare: Path) -> None:
    """Exchange two folders: in one step where the system knows how, in two elsewhere."""
    if not dest.exists():
        stage.rename(dest)
        return
    if not _exchanged(stage, dest):
        dest.rename(spare)
        stage.rename(dest)
        shutil.rmtree(spare)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders could be given each other's name (Linux, macOS)."""
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE (RENAME_SWAP)
    paths = os.fsencode(one), os.fsencode(other)
    with contextlib.suppress(OSError, AttributeError, TypeError):
        library = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return library.renamex_np(*paths, exchange) == 0
        return library.renameat2(here, paths[0], here, paths[1], exchange) == 0
    return False


def _fill(site: Path, stage: Path, held: Sequence[str], *, date: str, today: str) -> Published:
    """Write the new folder."""
    build, folder = _read(site, "build.json"), stage / LISTED
    book = Book(**build["book"])
    records = [editions.read_edition(folder / name) for name in held]
    record = _dated(read_record(site), records, date=date, today=today)
    if record is not None:
        if records and records[-1].date == date:
            shutil.rmtree(folder / records.pop().date)
        before = editions.read_parts(folder / records[-1].date) if records else {}
        records.append(editions.freeze(site, folder, record, address=book.address, before=before))
    _write_newest(site, stage, records[-1], book)
    write_following(stage, records)
    _write_lists(stage, records, book)
    return Published(edition=records[-1].date, new=record is not None)


def _dated(record: Record, records: Sequence[Record], *, date: str, today: str) -> Record | None:
    """The record of the edition to be made; None where the newest says the same."""
    if records:
        newest = records[-1]
        if record.said() == newest.said():
            return None
        if date < newest.date:
            raise PublishError(f"The newest edition is of {newest.date}, after {date}: give a later date.")
        if date == newest.date != today:
            raise PublishError(f"The edition of {date} is of an earlier day and stays: give a later date.")
    return replace(record, date=date)


def _read(site: Path, name: str) -> Any:
    return json.loads((site / name).read_text(encoding="utf-8"))


# --- the newest book ------------------------------------------------------------


def _write_newest(site: Path, stage: Path, record: Record, book: Book) -> None:
    """The built book as it is, but that its figures are cited from the edition."""
    cited = {about["slug"]: _cited(about, record, book) for about in _read(site, "figures.json")}
    for file in site.rglob("*"):
        if not file.is_file():
            continue
        name = file.relative_to(site).as_posix()
        content = file.read_bytes()
        if book.address and name == "figures.json":
            content = _json([about | {"citation": cited[about["slug"]][1]} for about in json.loads(content)])
        elif book.address and name.startswith("figures/"):
            _, slug, own = name.split("/", 2)
            content = _recited(own, content, *cited[slug]) if slug in cited else content
        files.write(stage / name, content)


def _cited(about: Mapping[str, Any], record: Record, book: Book) -> tuple[dict[str, str], dict[str, str]]:
    """The citation of a figure as it was built, and with the address of the edition that has it."""
    frozen = posixpath.normpath(posixpath.join(LISTED, record.date, record.figures[about["slug"]].path))
    there = f"{book.address.rstrip('/')}/{frozen}/"
    forms = about["citation"]
    return forms, {form: text.replace(about["url"], there) for form, text in forms.items()}


def _recited(name: str, content: bytes, built: Mapping[str, str], frozen: Mapping[str, str]) -> bytes:
    """A file of a figure with one citation in place of the other."""
    if name == "metadata.json":
        return _json(json.loads(content) | {"citation": frozen})
    for write in _WRITTEN.get(posixpath.splitext(name)[1], ()):
        for form in built:
            content = content.replace(write(built[form]).encode(), write(frozen[form]).encode())
    return content


_WRITTEN: Mapping[str, Sequence[Callable[[str], str]]] = {
    ".bib": [str],
    ".ris": [str],
    ".js": [lambda text: json.dumps(text, ensure_ascii=False)[1:-1]],
    ".html": [lambda text: str(escape(text)), lambda text: str(htmlsafe_json_dumps(text))[1:-1]],
}
"""How files of each kind write a text."""


def _json(content: Any) -> bytes:
    return files.json_text(content).encode()


# --- what needs all that is published ----------------------------------------------


def _write_lists(stage: Path, records: Sequence[Record], book: Book) -> None:
    """Editions, addresses that were published once, and what tells machines of all of them."""
    about = {"book": book.title, "address": f"{book.address.rstrip('/')}/" if book.address else ""}
    folder = stage / LISTED
    listed = [
        {
            "date": record.date,
            "path": f"{record.date}/",
            "commit": record.commit,
            "mode": record.mode,
            "figures": len(record.figures),
            "sha256": hashlib.sha256((folder / record.date / editions.SUMS).read_bytes()).hexdigest(),
        }
        for record in reversed(records)
    ]
    files.write(folder / "index.json", _json(listed))
    redlines = {
        later.date: f"{later.date}/{editions.LATER}{earlier.date}.html"
        for earlier, later in pairwise(records)
    }
    shown = {date: link for date, link in redlines.items() if (folder / link).exists()}
    page = render("editions.html", root="../", editions=records[::-1], redlines=shown, **about)
    files.write(folder / "index.html", page)
    for name, date in _pages_gone(stage, records).items():
        up = "../" * name.count("/")
        page = render("gone.html", root=up, link=f"{up}{LISTED}/{date}/{name}", date=date, **about)
        files.write(stage / name, page)
    files.write(stage / "404.html", render("404.html", root=about["address"], **about))
    lines = ["User-agent: *", "Allow: /"]
    if book.address:
        pages = [*(f"{name}.html" for name in records[-1].pages), "changes.html", f"{LISTED}/index.html"]
        known = [*filter(lambda name: (stage / name).exists(), pages)]
        known += [f"figures/{slug}/" for slug in records[-1].figures]
        files.write(stage / "sitemap.xml", _sitemap(about["address"] + name for name in known))
        lines.append(f"Sitemap: {about['address']}sitemap.xml")
    files.write(stage / "robots.txt", "\n".join([*lines, ""]))


def _pages_gone(stage: Path, records: Sequence[Record]) -> dict[str, str]:
    """Pages of editions that the newest book has not, with the last edition that has each."""
    last: dict[str, str] = {}
    for record in records:
        edition = stage / LISTED / record.date
        last |= dict.fromkeys(
            (name for name in editions.read_sums(edition) if name.endswith(".html")), record.date
        )
    return {name: date for name, date in last.items() if not (stage / name).exists()}


def _sitemap(addresses: Iterable[str]) -> str:
    top = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(top, "url"), "loc").text = address
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"
