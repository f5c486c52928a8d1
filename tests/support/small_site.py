"""A built book of two pages, written by hand in no time: what is published is made of such folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TITLE, AUTHOR = "Small Book", "The Small Project"

PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../">
<head>
<title>{title}</title>
<link rel="stylesheet" href="../_static/book.css?v=1">
<script defer src="../_static/page.js"></script>
</head>
<body class="page">
<nav><a href="index.html">Front page</a> <a href="holdings.html">Holdings</a></nav>
<article class="bd-article">
<section id="{anchor}">
<h1>{title}<a class="headerlink" href="#{anchor}">#</a></h1>
{content}
</section>
</article>
<p><a href="../data/DGS10.csv">Data</a>, <a href="../feeds/nowcast.xml">feed</a>,
<a href="../notebooks/holdings.ipynb" download>notebook</a></p>
</body>
</html>
"""
FIGURE = """<figure id="fig-{slug}"><figcaption><p>Fig. 1 {title}</p></figcaption><svg><text>9</text></svg>
<div class="fd-foot"><p>Source: a source.</p>
<div class="fd-bar" data-figure="{slug}" data-files="../figures/{slug}/">
<noscript><a href="../figures/{slug}/index.html">Data</a></noscript></div></div></figure>
"""
CARD = """<div class="fd-finding"><p class="fd-label"><a href="holdings.html#fig-{slug}">Level</a></p>
<p>{said}</p><p>May 2026</p></div>
"""
CODE = """<div class="cell"><details class="admonition hide"><summary><p>Show the code</p></summary>
<div class="cell_input docutils container"><pre>x = 1.</pre></div></details></div>
"""


def write_site(
    site: Path,
    *,
    said: str = "Foreigners hold USD 9.4 trillion. That is a record.",
    figures: Mapping[str, str] | None = None,
    verdict: str = "holds",
    vintage: str = "2026-07-16",
    address: str = "",
    built: str = "2026-11-28T03:00:00+00:00",
) -> Path:
    """Write a built book; returns its folder.

    Parameters
    ----------
    site
        Where to.
    said
        The paragraph of its chapter.
    figures
        CSV of each figure, by slug.
    verdict
        On its only claim.
    vintage
        Of all that it shows.
    address
        Where it is published, if anywhere.
    built
        When.
    """
    figures = {"foreign-holdings": "month,holdings_usd_bn\n2026-05,9370\n"} if figures is None else figures
    first = next(iter(figures), "none")
    drawn = "".join(FIGURE.format(slug=slug, title=f"Title of {slug}") for slug in figures)
    content = f"<p>{said}</p>\n{CODE}\n<ul><li>One of two.</li></ul>\n{drawn}"
    pages = {
        "chapters/index": ("Small Book", "front", CARD.format(slug=first, said=said)),
        "chapters/holdings": ("Holdings", "holdings", content),
    }
    for name, (title, anchor, text) in pages.items():
        _write(site / f"{name}.html", PAGE.format(title=title, anchor=anchor, content=text))
    _write(site / "index.html", '<meta http-equiv="Refresh" content="0; url=chapters/index.html" />\n')
    for name, text in {
        "_static/book.css": "body { color: #111; }\n",
        "_static/foreign-demand.css": "p { margin: 0; }\n",
        "_static/following.css": "ins { color: #060; }\n",
        "_static/plain-page.css": "main { margin: 0; }\n",
        "_static/page.js": "// nothing\n",
        "_static/redline.js": "// nothing\n",
        "_static/headlines-data.js": f"data({json.dumps(said)});\n",
        "_static/favicon.svg": "<svg/>\n",
        "data/DGS10.csv": "date,yield_pct\n2026-07-01,4.2\n",
        "feeds/nowcast.xml": "<feed/>\n",
        "releases.ics": "BEGIN:VCALENDAR\n",
        "notebooks/holdings.ipynb": json.dumps({"cells": [said]}),
    }.items():
        _write(site / name, text)
    index = [
        _figure(site, slug, text, vintage=vintage, address=address.rstrip("/"))
        for slug, text in figures.items()
    ]
    source = {
        "id": "DGS10", "title": "Ten-year yield", "publisher": "Federal Reserve Board",
        "status": "snapshot", "reference_period": "2026-07-01", "vintage": vintage, "overdue": False,
    }  # fmt: skip
    withheld = source | {"id": "SP500", "title": "Stock prices"}
    claim = {"id": "B01", "claim": "Foreigners hold a record.", "verdict": verdict, "found": "9.4"}
    build = {
        "commit": "0" * 40, "time": built, "mode": "offline", "seconds": {"build": 1.0},
        "book": {"title": TITLE, "author": AUTHOR, "address": address}, "pages": list(pages),
        "chapters": {name: {"state": "executed", "seconds": 1.0} for name in pages},
    }  # fmt: skip
    for name, told in {
        "figures.json": index,
        "sources.json": [source, withheld],
        "claims.json": [claim],
        "build.json": build,
    }.items():
        _write(site / name, json.dumps(told, indent=1))
    return site


def _figure(site: Path, slug: str, text: str, *, vintage: str, address: str) -> dict[str, Any]:
    link = f"{address}/figures/{slug}/" if address else ""
    cited = {
        "short": f"{AUTHOR}, figure. {link}",
        "long": f"{AUTHOR}. “Title of {slug}.” {link}",
        "bibtex": f"@misc{{{slug},\n  url = {{{link}}},\n}}\n",
        "ris": f"TY  - FIGURE\nUR  - {link}\n",
    }
    about = {
        "slug": slug, "title": f"Title of {slug}", "kind": "figure", "chapter": "chapters/holdings",
        "number": "1", "as_of": "2026-05-31", "vintage": vintage, "url": link, "citation": cited,
        "files": ["cite.bib", "cite.ris", "data.csv", "figure.js", "index.html", "metadata.json"],
    }  # fmt: skip
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>{about["title"]}</title>\n'
        f'<link rel="icon" href="../../_static/favicon.svg">\n</head>\n<body>\n<h1>{about["title"]}</h1>\n'
        f'<p><a href="../../chapters/holdings.html#fig-{slug}">Chapter</a> <a href="data.csv">CSV</a></p>\n'
        f"<details><p>{cited['long']}</p></details>\n</body>\n</html>\n"
    )
    for name, content in {
        "data.csv": text,
        "cite.bib": cited["bibtex"],
        "cite.ris": cited["ris"],
        "figure.js": f"foreignDemand({json.dumps(slug)}, {json.dumps({'citation': cited})});\n",
        "metadata.json": json.dumps(about),
        "index.html": page,
    }.items():
        _write(site / "figures" / slug / name, content)
    return about


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
