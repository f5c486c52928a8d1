"""Published claims on the site: a table to filter and to link to, and what search engines read.

The verdicts are those of the table of all claims, as its chapter handed it over. Each
row of the table has an address of its own. Directives are written from the table
when all chapters have been read: ``claims-of-chapter`` lists the claims that a chapter
bears on, ``verdicts-changed`` those whose verdict is not that of the build before.
``headline-checker`` is a form that puts any headline to the data, without a server.
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from foreign_demand import words
from foreign_demand.site import files
from foreign_demand.site.bundles import render
from foreign_demand.site.citations import Book
from foreign_demand.site.parallel import beside
from foreign_demand.site.rendering import book_of, figure_records

TABLE = "claims-tested"
"""Slug of the table that has every claim."""
_TOLD = (
    "id", "source", "claim", "stated", "period", "verdict", "found", "as_of", "vintage", "reason",
    "agree", "readings", "first_print",
)  # fmt: skip
SOURCES = "claims-sources"
"""Slug of the table of what is behind them."""
DATA = "_static/headlines-data.js"
"""What the form for headlines reads: a script, which also loads from a folder on disk."""
_MARK = "foreign_demand_claims"


class claim_list(nodes.General, nodes.Element):  # noqa: N801 (nodes are named as their visitors are)
    """Stands where claims are listed: ``changed`` ones, or those of the chapter."""


class ClaimsOfChapter(SphinxDirective):
    """List the claims that this chapter bears on."""

    has_content: ClassVar[bool] = False
    changed: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Mark the page; what it lists is known only when all pages are read."""
        about = self.env.metadata[self.env.docname]
        about[_MARK] = about.get(_MARK, False) or self.changed
        return [claim_list(changed=self.changed)]


class VerdictsChanged(ClaimsOfChapter):
    """List the claims whose verdict is not that of the build before."""

    changed = True


class headline_form(nodes.General, nodes.Element):  # noqa: N801
    """Stands where headlines are put to the data."""


class HeadlineChecker(SphinxDirective):
    """A form for a headline: holder, verb, amount, month."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        return [headline_form()]


def anchor(id: str) -> str:
    """Name of a claim in the address of its page."""
    return f"claim-{id}"


def claim_rows(env: BuildEnvironment) -> tuple[str, list[dict[str, str]]]:
    """The page that has the table of claims, and its rows; none where the book has no such table."""
    record = figure_records(env).get(TABLE)
    return (record["chapter"], list(csv.DictReader(io.StringIO(record["csv"])))) if record else ("", [])


def describe_claims(env: BuildEnvironment, book: Book) -> list[dict[str, Any]]:
    """One record a claim, for machines: what was found, its permalink, its citation and its markup."""
    chapter, rows = claim_rows(env)
    return [describe_claim(row, chapter, book) for row in rows]


def describe_claim(row: Mapping[str, str], chapter: str, book: Book) -> dict[str, Any]:
    """One claim as ``claims.json`` has it.

    Parameters
    ----------
    row
        Of the table of claims.
    chapter
        The page that has it.
    book
        That it is cited from.
    """
    place = f"{chapter}.html#{anchor(row['id'])}"
    link = f"{book.address.rstrip('/')}/{place}" if book.address else place
    vintage = row["vintage"] or "none"
    cited = f"{book.author}, {book.title}, claim {row['id']}: {row['verdict']}; vintage {vintage}."
    return {
        **{name: row[name] for name in _TOLD},
        "chapter": f"{chapter}.html",
        "bears_on": f"{row['chapter']}.html" if row["chapter"] else "",
        "figure": f"figures/{TABLE}/",
        "permalink": link,
        "citation": f"{cited} {link}" if book.address else cited,
        "review": {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": link,
            "claimReviewed": row["claim"],
            "itemReviewed": {"@type": "Claim", "author": {"@type": "Organization", "name": row["source"]}},
            "author": {"@type": "Organization", "name": book.author},
            "reviewRating": {"@type": "Rating", "alternateName": row["verdict"]},
            "reviewBody": row["reason"],
        },
    }


def changed_verdicts(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Claims whose verdict is another than in the build before.

    Parameters
    ----------
    before, now
        Records of claims, with ``id`` and ``verdict``; a claim that is new has changed nothing.
    """
    was = {claim["id"]: claim["verdict"] for claim in before}
    return [
        {"id": c["id"], "claim": c["claim"], "was": was[c["id"]], "verdict": c["verdict"]}
        for c in now
        if was.get(c["id"], c["verdict"]) != c["verdict"]
    ]


def _before(app: Sphinx) -> list[dict[str, Any]] | None:
    """What the build before found, in the folder that this one writes to; none where it is the first."""
    try:
        found = json.loads((Path(app.outdir) / "claims.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, list) else None


def _note_changes(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Compare verdicts before any page is written; pages that list claims are written again."""
    rows = claim_rows(env)[1]
    before = _before(app)
    app.foreign_demand_changed = None if before is None else changed_verdicts(before, rows)
    # Of pages that list claims, and of those that list changed ones: on the second build there are none.
    shown = files.digest(rows), files.digest(rows, app.foreign_demand_changed)
    before_shown = getattr(env, "foreign_demand_claims_shown", ("", ""))
    env.foreign_demand_claims_shown = shown
    marked = {name: about[_MARK] for name, about in env.metadata.items() if _MARK in about}
    return [name for name, changed in marked.items() if shown[changed] != before_shown[changed]]


def _visit(self: HTML5Translator, node: claim_list) -> None:
    env = self.builder.env
    here = self.builder.current_docname
    chapter, rows = claim_rows(env)
    if node["changed"]:
        self.body.append(
            _changes(self.builder.app.foreign_demand_changed, lambda id: _place(self, chapter, id))
        )
    elif own := [row for row in rows if row["chapter"] == here]:
        items = "\n".join(_item(row, _place(self, chapter, row["id"])) for row in own)
        number = f"{words.count(len(own))} claim{'' if len(own) == 1 else 's'}"
        self.body.append(
            f'<details class="fd-claims"><summary>What was published, put to the data: {number}</summary>\n'
            f"<ul>\n{items}\n</ul></details>\n"
        )
    raise nodes.SkipNode


def _place(self: HTML5Translator, chapter: str, id: str) -> str:
    builder = self.builder
    here = builder.get_target_uri(builder.current_docname)
    return f"{relative_uri(here, builder.get_target_uri(chapter))}#{anchor(id)}"


def _item(row: Mapping[str, str], place: str) -> str:
    said = {name: html.escape(row[name]) for name in ("id", "claim", "verdict", "reason", "source")}
    return (
        f'<li><a href="{place}">{said["id"]}</a> {said["claim"]} '
        f"<strong>{said['verdict'].capitalize()}.</strong> {said['reason']} "
        f"({said['source'].partition(', on ')[0]})</li>"
    )


def _changes(changed: list[dict[str, str]] | None, place: Any) -> str:
    if changed is None:
        return "<p>There is no build before this one to hold the verdicts on published claims against.</p>\n"
    if not changed:
        return "<p>No verdict on a published claim is another than in the build before.</p>\n"
    items = "\n".join(
        f'<li><a href="{place(c["id"])}">{c["id"]}</a> {html.escape(c["claim"])} '
        f"<strong>{c['was']}</strong> before, <strong>{c['verdict']}</strong> now.</li>"
        for c in changed
    )
    told = "Verdicts on published claims that are others than in the build before:"
    return f'<p>{told}</p>\n<ul class="fd-claims">\n{items}\n</ul>\n'


def _visit_form(self: HTML5Translator, node: headline_form) -> None:
    self.body.append(
        render("headline-checker.html", source="../" * self.builder.current_docname.count("/") + DATA)
    )
    raise nodes.SkipNode


def _skip(self: Any, node: nodes.Node) -> None:
    raise nodes.SkipNode


def _number_rows(app: Sphinx, doctree: nodes.document) -> None:
    """Give each row of the table of claims an address."""
    for table in doctree.findall(nodes.table):
        if f"fig-{TABLE}" in table["ids"]:
            for row in next(table.findall(nodes.tbody)).children:
                row["ids"].append(anchor(row[0].astext()))


def _head(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    chapter, rows = claim_rows(app.env)
    if not rows or page != chapter:
        return
    app.add_js_file("claims.js", loading_method="defer")
    app.add_js_file("headlines.js", loading_method="defer")
    reviews = [describe_claim(row, chapter, book_of(app.config))["review"] for row in rows]
    text = json.dumps(reviews, ensure_ascii=False).replace("<", "\\u003c")
    context["metatags"] = (
        context.get("metatags", "") + f'<script type="application/ld+json">{text}</script>\n'
    )


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    book = book_of(app.config)
    files.write_json(Path(app.outdir) / "claims.json", describe_claims(app.env, book))
    records = figure_records(app.env)
    if TABLE not in records:
        return
    cited = f"{book.author}, {book.title}, “{app.env.titles[records[TABLE]['chapter']].astext()}”."
    made_of = files.digest([records[slug]["digest"] for slug in (TABLE, SOURCES) if slug in records], cited)
    file, made = Path(app.outdir) / DATA, files.Made(Path(app.doctreedir) / "headlines.json")
    if made.again("headlines", made_of) is None:
        from foreign_demand.book import assembled  # not where nothing has to be computed

        data = assembled.headlines_checked_against() | {"citation": cited}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        files.write(file, f"foreignDemandHeadlineData({text});\n")
        made.note("headlines", made_of, [file])
    made.save()


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.add_node(claim_list, html=(_visit, None), latex=(_skip, None), text=(_skip, None))
    app.add_directive("claims-of-chapter", ClaimsOfChapter)
    app.add_directive("verdicts-changed", VerdictsChanged)
    app.add_node(headline_form, html=(_visit_form, None), latex=(_skip, None), text=(_skip, None))
    app.add_directive("headline-checker", HeadlineChecker)
    app.connect("doctree-read", _number_rows)
    app.connect("env-get-updated", _note_changes, priority=900)
    app.connect("html-page-context", _head)
    app.connect("build-finished", beside(_write))
