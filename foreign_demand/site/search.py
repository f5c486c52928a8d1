"""Figures, tables and claims in the book's own search, each with its place.

Sphinx's search knows pages by their words, and objects of a domain by their names. Here the
finding of a figure with what it draws, and the text of a claim, are such names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType

from foreign_demand.book.figures import what_is_drawn
from foreign_demand.site.claims import anchor, claim_rows
from foreign_demand.site.rendering import figure_records


class Findable(Domain):
    """What a reader may look for by name."""

    name = "book"
    label = "Book"
    object_types = {  # noqa: RUF012 (Sphinx says so)
        kind: ObjType(kind.capitalize()) for kind in ("figure", "table", "claim")
    }

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Each with its name, its words, its kind and its place, none less important than a page."""
        for slug, record in figure_records(self.env).items():
            said = f"{record['title']}. {what_is_drawn(record)}"
            yield f"figures/{slug}", said, record["kind"], record["chapter"], f"fig-{slug}", 0
        chapter, rows = claim_rows(self.env)
        for row in rows:
            # Of a kind and a name that make the place, Sphinx's script would make another.
            name, said = f"claims/{row['id']}", f"{row['id']}: {row['claim']}"
            yield name, said, "claim", chapter, anchor(row["id"]), 0

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """As it stands in a list of results."""
        return type.lname

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        """Nothing: what there is, is kept with the figures."""

    def resolve_any_xref(self, *_: Any) -> list[Any]:
        """None: a figure is referred to by its slug already."""
        return []


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_domain(Findable)
