"""Reading what arrived: the checks that importers of packed files and delimited text make.

Each function either returns exactly what it says or raises one
:class:`ParseError` that names the dataset, the line and the way on.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd
import xlrd
from xlrd.compdoc import CompDocError

from foreign_demand.data.catalog import Dataset
from foreign_demand.data.sources.http import MAX_BYTES
from foreign_demand.exceptions import ParseError

LONGEST_CELL = 10_000
"""Characters; a longer cell is a quotation mark that swallowed the lines after it."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK"
DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)
"""What unpacking damaged bytes raises."""
WORKBOOK = b"\xd0\xcf\x11\xe0"
"""How an old-style Excel workbook begins."""
_WORKBOOK_DAMAGE = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    AssertionError,
    LookupError,
    ValueError,
    ArithmeticError,
    RecursionError,
)
"""What xlrd raises on a damaged or truncated workbook; it has no one error for it."""


def unpacked(content: bytes, id: str, *, member: str = "") -> bytes:
    """What a gzip or zip file holds; bytes that are neither come back as they are.

    Parameters
    ----------
    id
        Dataset, for messages.
    member
        Name of the file wanted, in whatever folder of a zip; only a zip will do then.
        By default the zip must hold a single file.

    Raises
    ------
    ParseError
        If the file is damaged, has not the one member, or unpacks to more than
        an answer may weigh.
    """
    try:
        if content.startswith(_ZIP) or member:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
                found = [n for n in names if not member or n.rpartition("/")[2].lower() == member]
                if len(found) != 1:
                    raise ParseError(
                        f"{id}: the zip should hold just one {member or 'file'}, and holds {len(found)}: "
                        f"{', '.join(names)[:200]}. Compare what is served with the importer."
                    )
                with archive.open(found[0]) as file:
                    inside = file.read(MAX_BYTES + 1)
        elif content.startswith(_GZIP):
            with gzip.open(io.BytesIO(content)) as file:
                inside = file.read(MAX_BYTES + 1)
        else:
            return content
    except DAMAGE as error:
        raise ParseError(
            f"{id}: not a packed file, or damaged or cut off ({error}); it begins {content[:40]!r}. "
            "Fetch it again."
        ) from None
    if len(inside) > MAX_BYTES:
        raise ParseError(f"{id}: unpacks to more than {MAX_BYTES:,} bytes; refused.")
    return inside


@contextmanager
def opened_workbook(content: bytes, dataset: Dataset) -> Iterator[xlrd.Book]:
    """An old-style Excel workbook, open to be read.

    Raises
    ------
    ParseError
        If this is no such workbook, or one damaged or cut off, wherever in it that shows.
    """
    if not content.startswith(WORKBOOK):
        raise ParseError(
            f"{dataset.id}: not an old-style Excel workbook; the content begins {content[:40]!r}. "
            f"Open {dataset.url} and see what is served there."
        )
    try:
        with xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), on_demand=True) as book:
            yield book
    except _WORKBOOK_DAMAGE as error:
        raise ParseError(
            f"{dataset.id}: the Excel workbook is damaged or cut off ({type(error).__name__}: {error}). "
            "Fetch it again."
        ) from None


def text_of(content: bytes, dataset: Dataset, *, encoding: str = "utf-8-sig", closed: bool = True) -> str:
    """Text of an answer that should be delimited text.

    Parameters
    ----------
    encoding
        What the publisher writes; a byte-order mark is dropped by default.
    closed
        False where notes below the figures show that nothing is cut off, and the last
        line need not end.

    Raises
    ------
    ParseError
        If the answer is empty, a web page, in another encoding, or cut off:
        all publishers read here end their last line.
    """
    if not content.strip():
        raise ParseError(f"{dataset.id}: the answer is empty. Ask {dataset.url} again later.")
    if content.startswith(_ZIP):
        raise ParseError(
            f"{dataset.id}: a zip or a newer Excel workbook (.xlsx) arrived, where text or an older workbook "
            f"was served before. Open {dataset.url}, then mend the importer."
        )
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ParseError(
            f"{dataset.id}: byte {error.start} is not {encoding} text, so this is not the publication. "
            f"Open {dataset.url} and see what is served there."
        ) from None
    if text.lstrip().startswith("<"):
        title = re.search(r"<title[^>]*>(.*?)</title>", text[:5000], re.DOTALL | re.IGNORECASE)
        raise ParseError(
            f"{dataset.id}: a web page arrived instead of data"
            f"{f' ({title[1].strip()!r})' if title else ''}. Publishers answer so for a name they do not "
            f"know or when overloaded: check {dataset.url} in data/catalog.yml, else try again later."
        )
    if closed and not text.endswith("\n"):
        raise ParseError(
            f"{dataset.id}: the file breaks off in its last line, {text.splitlines()[-1][-60:]!r}. "
            f"Fetch {dataset.url} again."
        )
    return text


def read_rows(
    text: str,
    dataset: Dataset,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
    delimiter: str = ",",
) -> pd.DataFrame:
    """Chosen columns of delimited text, found by name, cells still text.

    The header is the first line with a cell equal to ``columns[0]``; whatever
    stands above it is passed over, and so are blank lines.

    Parameters
    ----------
    columns
        Headings that must be there, in the order wanted.
    optional
        Headings that may be absent; their cells are then empty.

    Returns
    -------
    pandas.DataFrame
        One row a line, stripped strings; the index is the line number.

    Raises
    ------
    ParseError
        If the header, a column or all rows are missing, or a line has more
        or fewer cells than the header.
    """
    lines = cells_of(text, dataset, delimiter=delimiter)
    at = next((line for line, cells in lines.items() if columns[0] in cells), None)
    if at is None:
        raise ParseError(
            f"{dataset.id}: no header line with {columns[0]!r}; the file begins {text[:60]!r}. "
            f"Compare {dataset.url} with the importer."
        )
    body = {line: cells for line, cells in lines.items() if line > at and any(cells)}
    return chosen(lines[at], body, dataset, columns, optional=optional)


def cells_of(
    text: str, dataset: Dataset, *, delimiter: str = ",", strict: bool = True
) -> dict[int, list[str]]:
    """Lines of delimited text as stripped cells, by line number, blank lines among them.

    Parameters
    ----------
    strict
        False where a publisher's notes have quotation marks inside of quoted text.

    Raises
    ------
    ParseError
        If a line cannot be split, or a quotation mark swallowed the lines after it.
    """
    lines: dict[int, list[str]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    try:
        for cells in reader:
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise csv.Error("a quotation mark is opened and never closed")
            lines[reader.line_num] = [cell.strip() for cell in cells] or [""]
    except csv.Error as error:
        raise ParseError(
            f"{dataset.id}: line {reader.line_num} cannot be split at {delimiter!r} ({error}). "
            f"Open {dataset.url} and see what is served there."
        ) from None
    return lines


def chosen(
    headings: Sequence[str],
    lines: Mapping[int, Sequence[str]],
    dataset: Dataset,
    columns: Sequence[str],
    *,
    optional: Sequence[str] = (),
) -> pd.DataFrame:
    """Chosen columns of lines of cells, found by name: what :func:`read_rows` returns.

    Raises
    ------
    ParseError
        As :func:`read_rows`.
    """
    wrong = [c for c in columns if headings.count(c) != 1] + [c for c in optional if headings.count(c) > 1]
    if wrong:
        raise ParseError(
            f"{dataset.id}: the header should name {', '.join(map(repr, wrong))} exactly once; it has "
            f"{', '.join(headings)[:300]}. The publisher renamed a column: compare {dataset.url} "
            "with the importer."
        )
    for line, cells in lines.items():
        if len(cells) != len(headings):
            raise ParseError(
                f"{dataset.id}: line {line} has {len(cells)} cells, the header {len(headings)}. If the file "
                f"is not merely cut off, its layout has changed: compare {dataset.url} with the importer."
            )
    if not lines:
        raise ParseError(f"{dataset.id}: a header and no rows. Ask {dataset.url} again later.")
    places = {name: headings.index(name) for name in (*columns, *optional) if name in headings}
    table = pd.DataFrame(
        {name: [cells[at] for cells in lines.values()] for name, at in places.items()},
        index=pd.Index(lines, name="line"),
        dtype=str,
    )
    return table.reindex(columns=[*columns, *optional], fill_value="")


def to_dates(cells: pd.Series, dataset: Dataset, *, format: str = "%Y-%m-%d") -> pd.Series:
    """Dates from text cells.

    Raises
    ------
    ParseError
        With the line of the first cell that is not written as ``format``.
    """
    dates = pd.to_datetime(cells, format=format, errors="coerce")
    refuse_cells(cells[dates.isna()], dataset, f"a date written as {format}")
    return dates


def to_quarters(cells: pd.Series, dataset: Dataset) -> pd.Series:
    """Last days of quarters from text cells, written as 2025-Q4 or 2025:Q4.

    Raises
    ------
    ParseError
        With the line of the first cell that is no quarter.
    """
    refuse_cells(cells[~cells.str.fullmatch(r"\d{4}[:-]Q[1-4]")], dataset, "a quarter like 2025-Q4")
    ends = pd.PeriodIndex(cells.str.replace("[:-]", "", regex=True), freq="Q").end_time.normalize()
    return pd.Series(ends, index=cells.index)


def to_numbers(
    cells: pd.Series, dataset: Dataset, *, missing: Sequence[str] = ("",), codes: Sequence[float] = ()
) -> pd.Series:
    """Numbers from text cells, NaN where the publisher has none.

    Parameters
    ----------
    missing
        Marks that stand for a missing number.
    codes
        Numbers that stand for a missing number, such as -999.99.

    Raises
    ------
    ParseError
        With the line of the first cell that is neither a number nor a mark.
    """
    given = cells.where(~cells.isin(missing))
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    refuse_cells(given[given.notna() & ~np.isfinite(numbers)], dataset, "a number")
    return numbers.mask(numbers.isin(codes))


def refuse_cells(cells: pd.Series, dataset: Dataset, wanted: str) -> None:
    """Refuse a publication for the first of some cells that are not what is wanted.

    Raises
    ------
    ParseError
        With its line, column and content; nothing happens where there are no such cells.
    """
    if not cells.empty:
        raise ParseError(
            f"{dataset.id}: {cells.index.name} {cells.index[0]}, column {cells.name!r}: {cells.iloc[0]!r} "
            f"is not {wanted}. Compare {dataset.url} with the importer."
        )


def tidy(table: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """``table`` with the catalog's columns in their order, its rows by key.

    Raises
    ------
    ParseError
        If no row is left or two rows share a key.
    """
    if table.empty:
        raise ParseError(f"{dataset.id}: no row carries a value. Open {dataset.url} and see what is served.")
    key = list(dataset.key)
    table = table[[c.name for c in dataset.columns]].sort_values(key, ignore_index=True)
    twice = table.loc[table.duplicated(key), key]
    if not twice.empty:
        cell = ", ".join(f"{name} {value}" for name, value in twice.iloc[0].items())
        raise ParseError(
            f"{dataset.id}: {cell} stands there more than once. Compare {dataset.url} with the importer."
        )
    return table
