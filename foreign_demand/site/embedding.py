"""A figure in a frame of somebody else's page: the code to paste, and what oEmbed asks for.

The frame holds the figure's own page without what is only for its visitors. Where the page around
it loads ``embed.js``, it is as high as the figure; where not, as high as is estimated here.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from foreign_demand.book.figures import how_to_read
from foreign_demand.site.citations import Book

WIDTH = 700
"""Pixels of a frame in a column of text; it may be any other."""


def frame_height(record: Mapping[str, Any], pixels: tuple[int, int]) -> int:
    """How high a frame of :data:`WIDTH` has to be, in pixels, to the nearest 20 above.

    Parameters
    ----------
    record
        What the chapter handed over.
    pixels
        Width and height of its picture, which has the same words over and under the chart; of a
        table, zeros.
    """
    width, height = pixels
    rows = len(record["table"]["rows"]) if record["table"] else 0
    shown = height * WIDTH / width if width else 200 + min(384, 26 * rows)
    note = 21 * math.ceil(len(how_to_read(record)) / 100)
    return math.ceil((shown + note + 100) / 20) * 20


def embed_code(about: Mapping[str, Any], book: Book, height: int) -> str:
    """What a page embeds a figure with, from a book that has an address.

    Parameters
    ----------
    about
        ``metadata.json`` of the figure.
    book
        The book it is in.
    height
        From :func:`frame_height`.
    """
    return (
        f'<iframe src="{about["url"]}index.html#embed" title="{html.escape(about["title"])}" width="100%" '
        f'height="{height}" style="border: 0" loading="lazy"></iframe>\n'
        f'<script async src="{book.address.rstrip("/")}/_static/embed.js"></script>'
    )


def describe_embedding(
    about: Mapping[str, Any], book: Book, *, frame: int, pixels: tuple[int, int]
) -> dict[str, Any]:
    """A figure as oEmbed describes it: ``oembed.json`` of a book that has an address.

    Parameters
    ----------
    about
        ``metadata.json`` of the figure.
    book
        The book it is in.
    frame
        From :func:`frame_height`.
    pixels
        Width and height of its picture; of a table, zeros.
    """
    address = book.address.rstrip("/")
    told = {
        "version": "1.0",
        "type": "rich",
        "title": about["title"],
        "author_name": book.author,
        "provider_name": book.title,
        "provider_url": f"{address}/",
        "html": embed_code(about, book, frame),
        "width": WIDTH,
        "height": frame,
    }
    if about["kind"] == "table":
        return told
    width, height = pixels
    picture = {"url": f"{about['url']}figure.png", "width": width, "height": height}
    return told | {f"thumbnail_{name}": value for name, value in picture.items()}
