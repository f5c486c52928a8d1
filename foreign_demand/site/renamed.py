"""Addresses that pages and figures had before they were renamed lead to what they are called now.

``data/renamed.yml`` has one line a name that is no longer used: ``chapters/old: chapters/new`` or
``figures/old-slug: figures/new-slug``. A build refuses a line that leads nowhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from foreign_demand.data.renamed import read_renamed
from foreign_demand.exceptions import PublishError
from foreign_demand.site import files
from foreign_demand.site.bundles import render
from foreign_demand.site.rendering import figure_records


def redirects(renamed: Mapping[str, str], names: Collection[str], *, book: str) -> dict[str, str]:
    """Pages that lead from old names to new ones.

    Parameters
    ----------
    renamed
        From :func:`read_renamed`.
    names
        Of all pages and figures of the book, figures as ``figures/<slug>``.
    book
        Its title.

    Returns
    -------
    dict
        HTML by file.

    Raises
    ------
    PublishError
        If a line leads to what is not in the book, or from what is.
    """
    pages = {}
    for old, new in renamed.items():
        if new not in names:
            raise PublishError(
                f"data/renamed.yml: {old!r} leads to {new!r}, which the book has not: "
                "name a page or figure of it."
            )
        if old in names:
            raise PublishError(f"data/renamed.yml: {old!r} is still a name of the book: take the line out.")
        here, there = _file(old), _file(new)
        link = posixpath.relpath(there, posixpath.dirname(here))
        pages[here] = render("renamed.html", root="../" * here.count("/"), book=book, link=link)
    return pages


def _file(name: str) -> str:
    return f"{name}/index.html" if name.startswith("figures/") else f"{name}.html"


def _all(env: BuildEnvironment) -> set[str]:
    return {*env.found_docs, *(f"figures/{slug}" for slug in figure_records(env))}


def _refuse(app: Sphinx, env: BuildEnvironment) -> None:
    """Before any page is written."""
    redirects(read_renamed(), _all(env), book=app.config.html_title)


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    book = app.config.html_title
    made = redirects(read_renamed(), _all(app.env), book=book)
    # In place of the bare line that is left there else, for which browsers ask for an icon that is not there.
    if app.config.root_doc != "index":
        made["index.html"] = render("root.html", root="", book=book, link=f"{app.config.root_doc}.html")
    for name, page in made.items():
        files.write(Path(app.outdir) / name, page)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx, after folders of figures that are gone were taken away."""
    app.connect("env-updated", _refuse)
    app.connect("build-finished", _write, priority=900)
