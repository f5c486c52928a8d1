"""Atom feeds, as RFC 4287 writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:foreign-demand,2026"
"""Beginning of all ids (RFC 4151): they stay when the address of the site does not."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened."""

    id: str
    """Below :data:`TAG`; never another for the same thing."""
    day: str
    """ISO date."""
    title: str
    about: Sequence[str]
    """Lines of plain text."""
    link: str = ""
    """Address of the page on it, absolute or seen from the feed; empty where there is none."""


def feed(
    entries: Iterable[Entry],
    *,
    id: str,
    title: str,
    author: str,
    day: str,
    link: str = "",
    self_link: str = "",
) -> str:
    """A feed, newest entry first.

    Parameters
    ----------
    entries
        In any order.
    id
        Of the feed, below :data:`TAG`.
    title, author
        As readers of feeds show them.
    day
        ISO date of a feed that has no entry.
    link
        Address of the page that the feed follows.
    self_link
        Address of the feed itself.
    """
    told = sorted(entries, key=lambda entry: (entry.day, entry.id), reverse=True)
    top = ElementTree.Element("feed", xmlns=ATOM)
    _about(top, title, id, told[0].day if told else day, link)
    if self_link:
        ElementTree.SubElement(top, "link", rel="self", type="application/atom+xml", href=self_link)
    ElementTree.SubElement(ElementTree.SubElement(top, "author"), "name").text = author
    for entry in told:
        part = ElementTree.SubElement(top, "entry")
        _about(part, entry.title, entry.id, entry.day, entry.link)
        ElementTree.SubElement(part, "content", type="text").text = "\n".join(entry.about)
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def _about(part: ElementTree.Element, title: str, id: str, day: str, link: str) -> None:
    for name, text in {"title": title, "id": f"{TAG}:{id}", "updated": f"{day}T00:00:00Z"}.items():
        ElementTree.SubElement(part, name).text = text
    if link:
        ElementTree.SubElement(part, "link", rel="alternate", type="text/html", href=link)
