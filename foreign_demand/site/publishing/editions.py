"""Frozen editions: what is kept of a built book, where it lies, and how links lead there.

``editions/YYYY-MM-DD/`` has the pages and indexes of a book as it was. Whatever else did not change
since the edition before (the files of a figure, a table, the theme) is kept once, where it was first
frozen, and links lead there. A frozen page needs no script: its drawings are those that were painted,
and what a click would load is among its files. ``SHA256SUMS`` says what every file holds, for good.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from foreign_demand.exceptions import PublishError
from foreign_demand.site import files
from foreign_demand.site.drawing import dark_media
from foreign_demand.site.publishing.record import Record
from foreign_demand.words import day

SUMS = "SHA256SUMS"
RECORD = "edition.json"
SCHEMA = "../../schemas/edition.schema.json"
"""From a record to what describes it."""
PARTS = "parts.json"
LATER = "since/"
"""What is written into an edition beside what it froze: how it differs from those before."""

_LEFT_OUT = re.compile(
    r"cards/|feeds/|notebooks/|schemas/|releases\.ics$|runtime\.txt$|objects\.inv$|\.buildinfo$|\.nojekyll$|.*\.(pdf|whl)$|chapters/.*\.md$|llms\.txt$"
    r"|figures\.json$|datapackage\.json$|build\.json$|search\.html$|searchindex\.js$|genindex\.html$|_static/locales/"
    r"|figures/[^/]+/(figure\.js|figure\.png|spec\.vl\.json)$|_static/(vega|calculator|foreign-demand|headlines|redline)\.js$|_static/.*-data\.js$"
)
"""What only the newest book has: what follows it, what finds a way in it, what is loaded after a click,
and pictures of drawings, which say no more than these."""
_PACKED = re.compile(
    r"(data/.*\.csv|_sources/.*|(?:claims|sources)\.json|figures/[^/]+/(data\.csv|figure\.svg|metadata\.json))$"
)
_TEXT = re.compile(r"(?!_).*\.(html|json|bib|ris)$")
VIEW = "view.svg"
"""A drawing as it is painted in pages: kept once beside the data it draws."""
PAGES = ""
"""Name of the part that is never taken from another edition."""


def part_of(name: str) -> str | None:
    """The part of an edition that a file of the book is kept with; None where none keeps it.

    Parameters
    ----------
    name
        Of the file, from the folder of the book.
    """
    if _LEFT_OUT.match(name):
        return None
    first, last = name.partition("/")[0], name.rpartition("/")[2]
    if first == "figures":
        return posixpath.dirname(name) + "/"
    if first == "_static":
        return "_static/"
    alone = last.endswith((".html", ".json"))
    return PAGES if alone else name


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one part of an edition was made of, and the edition that has it."""

    digest: str
    edition: str


def parts_of(contents: Mapping[str, bytes], before: Mapping[str, Part], date: str) -> dict[str, Part]:
    """The parts of an edition: those that changed since the one before are its own."""
    found: dict[str, hashlib._Hash] = {}
    for name, content in sorted(contents.items()):
        part = part_of(name)
        if part is not None:
            digest = hashlib.sha256(content).digest()
            found.setdefault(part, hashlib.sha256()).update(name.encode() + b"\0" + digest)
    parts = {name: Part(digest=digest.hexdigest(), edition=date) for name, digest in found.items()}
    return {
        name: before[name]
        if name != PAGES and name in before and before[name].digest == part.digest
        else part
        for name, part in parts.items()
    }


_A_DAY = re.compile(rb"\d{4}-\d{2}-\d{2}\b")


def by_year(name: str, table: bytes) -> dict[str, bytes]:
    """A table of days in two files, the years that are over and the newest one; any other as it is.

    Both have the header; ``NAME.YEAR.csv`` continues ``NAME.csv``, which stays the same for a year.
    """
    header, *rows = table.splitlines(keepends=True)
    if not rows or not all(map(_A_DAY.match, rows)):
        return {name: table}
    year = rows[-1][:4]
    begins = next(i for i, row in enumerate(rows) if row[:4] == year)
    if not begins or any(row[:4] != year for row in rows[begins:]):
        return {name: table}
    recent = f"{name.removesuffix('.csv')}.{year.decode()}.csv"
    return {name: header + b"".join(rows[:begins]), recent: header + b"".join(rows[begins:])}


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the files of a book lie once it is an edition, as seen from the folder of editions."""

    date: str
    names: frozenset[str]
    parts: Mapping[str, Part]

    def of(self, name: str) -> str:
        """Where a file or folder of the book lies; what no edition keeps lies with the newest book."""
        asked = f"{name}index.html" if not name or name.endswith("/") else name
        part = part_of(asked)
        if part is None or asked not in self.names:
            return f"../{name}"
        return f"{self.parts[part].edition}/{name}{'.gz' if _PACKED.match(name) else ''}"

    def seen_from(self, folder: str, name: str) -> str:
        """The way to a file or folder of the book from a folder of this edition."""
        found = self.of(name)
        way = posixpath.relpath(found, posixpath.join(self.date, folder))
        return way + "/" * found.endswith("/")

    def link(self, page: str, link: str) -> str:
        """A link of a page of the book, as its frozen page has it."""
        path, mark, rest = re.split(r"([?#]|$)", link, maxsplit=1)
        if not path or re.match(r"[a-z]+:|/", path):
            return link
        folder = posixpath.dirname(page)
        name = posixpath.normpath(posixpath.join(folder, path)) + "/" * path.endswith("/")
        return self.seen_from(folder, re.sub(r"^\./", "", name)) + mark + rest


# --- what a frozen file holds -------------------------------------------------

_CODE = re.compile(r'(<div class="highlight"><pre>)(.*?)(</pre>)', re.DOTALL)
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)*(?=\n?<)")
"""What stands before a tag on a line of its own."""
_SPAN = re.compile(r"</?span\b[^>]*>")
_LOADING = re.compile(
    r"<script\b[^>]*(?:/(?:foreign-demand|headlines)\.js|ld\+json)[^>]*>.*?</script>\s*", re.DOTALL
)
_FALLBACK = re.compile(r"</?noscript>")
_OWN_STYLE = re.compile(r"<style>.{2000,}?</style>", re.DOTALL)
_LINK = re.compile(r'\b((?:href|src|action|data-files|data-source)=")([^"]*)(")')
_DOWNLOAD = re.compile(r'(href="[^"]*\.gz" download="[^"]+)(")')
_ONE_LINE = re.compile(
    r"<details[^>]*>\s*<summary>Read the data in one line</summary>.*?</details>\s*", re.DOTALL
)
"""How to read a table that is not packed."""
_NOT_KEPT = re.compile(
    r'<a [^>]*href="(?:[^"]*\bnotebooks/[^"]*|[^"]*\.whl|figure\.png|spec\.vl\.json)"[^>]*>[^<]*</a>,?\s*'
)
_TOLD_AGAIN = re.compile(
    r'(?:<meta (?:name="twitter:[^"]*"|property="og:(?:description|image(?::\w+)?)") content="[^"]*">'
    r'|<link rel="alternate" type="text/markdown"[^>]*>)\s*'
)
"""What a page says in its head in other words as well."""
_CELL = re.compile(r"(<td[^>]*>)<p>([^<]*)</p>(?=</td>)")
_SOURCES = re.compile(r'<details class="fd-sources"><summary>(.*?)</summary>.*?</details>', re.DOTALL)
"""What the page of a figure has in full."""
_VIEW = re.compile(
    r'<div class="fd-view[^"]*">(<svg\b.*?aria-label="([^"]*)".*?</svg>)(?:<svg\b.*?</svg>)?</div>'
    r'(?=.*?data-figure="([^"]+)")',
    re.DOTALL,
)
_TOP = re.compile(r'<body\b[^>]*>(?:\s*<div id="pst-skip-link".*?</div>)?', re.DOTALL)
"""Where a page begins; the theme's link past its navigation stays the first."""
_THUMBNAIL = re.compile(r'(<img src="[^"]*/)figure\.svg')
_IN_JSON = re.compile(r'(")((?:data|figures)/[^"]*)(")')


def frozen(name: str, text: str, places: Places, *, address: str) -> str:
    """A text file of the book as an edition has it.

    Parameters
    ----------
    name
        Of the file, from the folder of the book.
    text
        What it holds.
    places
        Where all files lie.
    address
        Where the book is published; empty where it is not.
    """
    if name.endswith(".html"):
        text = _frozen_page(name, text, places)
    elif name.endswith("/metadata.json"):
        about, folder = json.loads(text), posixpath.dirname(name) + "/"
        kept = [file for file in about["files"] if part_of(folder + file) is not None]
        about["files"] = [places.of(folder + file).rpartition("/")[2] for file in kept]
        text = json.dumps(about, ensure_ascii=False)
    elif name.endswith(".json"):
        text = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
        text = _IN_JSON.sub(lambda m: m[1] + places.link("", m[2]) + m[3], text)
    if address:
        root = f"{address.rstrip('/')}/"
        there = re.compile(re.escape(root) + r"((?:[\w-]+[./])*[\w-]*)")
        text = there.sub(lambda m: root + _from_root(places.of(m[1])), text)
    return text


def _from_root(place: str) -> str:
    """A place that is seen from the folder of editions, as seen from the folder of the newest book."""
    return posixpath.normpath(f"editions/{place}") + "/" * place.endswith("/")


def _frozen_page(name: str, text: str, places: Places) -> str:
    text = _CODE.sub(lambda m: m[1] + _SPAN.sub("", m[2]) + m[3], text)
    text = _BLANK.sub("\n", text)
    for cut in (_LOADING, _FALLBACK, _ONE_LINE, _TOLD_AGAIN, _NOT_KEPT):
        text = cut.sub("", text)
    text = _CELL.sub(r"\1\2", text)
    text = _SOURCES.sub(r"<p>\1</p>", text)
    if name.startswith("figures/"):
        sheets = ("foreign-demand", "plain-page")
        linked = "\n".join(f'<link rel="stylesheet" href="../../_static/{name}.css">' for name in sheets)
        text = _OWN_STYLE.sub(linked, text)
    up = "../" * name.count("/")
    text = _VIEW.sub(
        lambda m: (
            f'<div class="fd-view"><img class="dark-light" src="{up}figures/{m[3]}/{VIEW}" width="736" '
            f'alt="{m[2]}"></div>'
            if f"figures/{m[3]}/{VIEW}" in places.names
            else m[0]
        ),
        text,
    )
    text = _THUMBNAIL.sub(rf"\1{VIEW}", text)
    text = _LINK.sub(lambda m: m[1] + places.link(name, m[2]) + m[3], text)
    text = _DOWNLOAD.sub(r"\1.gz\2", text)
    told = f"Edition of {day(dt.date.fromisoformat(places.date))}, frozen."
    newest = posixpath.relpath(name, posixpath.join("editions", places.date, posixpath.dirname(name)))
    banner = (
        f'<aside class="fd-edition" aria-label="Edition">{told} <a href="{newest}">Newest edition</a></aside>'
    )
    text = text.replace("<head>", '<head>\n<meta name="robots" content="noindex">', 1)
    return _TOP.sub(lambda m: f"{m[0]}\n{banner}", text, count=1)


_WIDER = re.compile(
    r"@container (\(min-width: \w+\)) \{\s*((?:\.fd-view (?:path|text)[^{}]*\{[^{}]*\}\s*)+)\}"
)
"""Rules for a drawing that is given more room."""


def view(page: str, css: str) -> str:
    """The drawing of a figure's own page as a file: wide or narrow, light or dark, it looks as in the page.

    Parameters
    ----------
    page
        As it was built.
    css
        The style sheet of figures.

    Returns
    -------
    str
        SVG; empty for a table.
    """
    found = _VIEW.search(page)
    if not found:
        return ""
    rules = [f"@media {width} {{ {rule.replace('.fd-view ', '')}}}" for width, rule in _WIDER.findall(css)]
    style = "\n".join([*rules, dark_media()])
    head, mark, rest = found[1].partition(">")
    return f"{head}{mark}<style>\n{style}\n</style>{rest}"


def _stored(name: str, content: bytes, places: Places, *, address: str) -> bytes:
    if _TEXT.match(name):
        content = frozen(name, content.decode(), places, address=address).encode()
    return gzip.compress(content, 9, mtime=0) if _PACKED.match(name) else content


# --- an edition as a whole ------------------------------------------------------


def freeze(site: Path, editions: Path, record: Record, *, address: str, before: Mapping[str, Part]) -> Record:
    """Write an edition of a built book.

    Parameters
    ----------
    site
        The built book.
    editions
        Folder of editions; that of ``record.date`` is made in it.
    record
        What the book says, with the date of the edition.
    address
        Where the book is published; empty where it is not.
    before
        Parts of the edition before.

    Returns
    -------
    Record
        With paths as the edition has them.
    """
    tables = {
        id: by_year(source.path, (site / source.path).read_bytes())
        for id, source in record.sources.items()
        if source.path
    }
    contents = _contents(site, record) | {
        name: text for table in tables.values() for name, text in table.items()
    }
    parts = parts_of(contents, before, record.date)
    places = Places(date=record.date, names=frozenset(contents), parts=parts)
    own = editions / record.date

    def store(name: str) -> None:
        content = _stored(name, contents[name], places, address=address)
        files.write(editions / places.of(name), content)

    with ThreadPoolExecutor() as pool:
        list(
            pool.map(
                store, (name for name in contents if parts[part_of(name) or PAGES].edition == record.date)
            )
        )
    told = replace(
        record,
        figures={
            slug: replace(figure, path=places.seen_from("", figure.path))
            for slug, figure in record.figures.items()
        },
        sources={
            id: replace(source, path=" ".join(places.seen_from("", name) for name in tables.get(id, ())))
            for id, source in record.sources.items()
        },
    )
    files.write(own / RECORD, json.dumps({"$schema": SCHEMA, **told.to_json()}, ensure_ascii=False))
    files.write(own / PARTS, json.dumps({n: [p.digest, p.edition] for n, p in sorted(parts.items())}))
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(_digests(own).items()))
    files.write(own / SUMS, sums)
    return told


def _contents(site: Path, record: Record) -> dict[str, bytes]:
    """What an edition keeps of a built book, by name, and the drawings of its figures as files."""
    names = (file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    contents = {name: (site / name).read_bytes() for name in names if part_of(name) is not None}
    css = contents.get("_static/foreign-demand.css", b"").decode()
    for slug in record.figures:
        if drawn := view(contents[f"figures/{slug}/index.html"].decode(), css):
            contents[f"figures/{slug}/{VIEW}"] = drawn.encode()
    return contents


def _digests(edition: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in edition.rglob("*")
        if file.is_file()
        and (name := file.relative_to(edition).as_posix()) != SUMS
        and not name.startswith(LATER)
    }


def read_sums(edition: Path) -> dict[str, str]:
    """Digest of each file of an edition, as it was frozen.

    Raises
    ------
    PublishError
        If the list is missing.
    """
    try:
        lines = (edition / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise PublishError(f"{edition / SUMS} cannot be read ({error}): restore the edition.") from error
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def read_edition(edition: Path) -> Record:
    """What a frozen edition says."""
    return Record.from_json(json.loads((edition / RECORD).read_text(encoding="utf-8")))


def read_parts(edition: Path) -> dict[str, Part]:
    """The parts of a frozen edition."""
    told = json.loads((edition / PARTS).read_text(encoding="utf-8"))
    return {name: Part(digest=digest, edition=date) for name, (digest, date) in told.items()}


def read_table(edition: Path, path: str) -> str:
    """A table of an edition as CSV.

    Parameters
    ----------
    edition
        Folder of the edition.
    path
        As its record has it: several files, the earlier years first, have blanks between them.
    """
    texts = []
    for name in path.split():
        file = edition / name
        packed = file if file.suffix == ".gz" else file.with_name(f"{file.name}.gz")
        held = gzip.decompress(packed.read_bytes()) if packed.exists() else file.read_bytes()
        texts.append(held.decode())
    return "".join(texts[:1] + [text.partition("\n")[2] for text in texts[1:]])


def refuse_changed(edition: Path) -> None:
    """Hold a frozen edition against its digests.

    Raises
    ------
    PublishError
        If a file of it is not what it was, is missing, or was added.
    """
    was, now = read_sums(edition), _digests(edition)
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            state = "was added" if name not in was else "is missing" if name not in now else "was changed"
            raise PublishError(f"{edition / name} {state}, and editions never change: restore {edition}.")
