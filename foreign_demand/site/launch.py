"""Links that open a chapter's notebook where it can be run, and its source, without a server of ours.

They need a repository on GitHub whose branch ``published`` keeps what ``make publish`` made, as the workflow
of that name leaves it. ``BOOK_REPOSITORY`` names it, which the workflow sets; without it there are none.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from foreign_demand.exceptions import SettingError
from foreign_demand.site import files

BRANCH = "published"
RUNTIME = "runtime.txt"
"""Says to Binder which Python it is to bring: its own may be older than the book needs."""


def repository() -> str:
    """``owner/name`` of the repository; empty where none is named.

    Raises
    ------
    SettingError
        If ``BOOK_REPOSITORY`` is anything else.
    """
    named = os.environ.get("BOOK_REPOSITORY", "").strip()
    if named and not re.fullmatch(r"[\w-]+/[\w.-]+", named, re.ASCII):
        raise SettingError(
            f"BOOK_REPOSITORY={named[:80]!r} names no repository; write owner/name, or unset it."
        )
    return named


def notebooks_at(named: str, address: str) -> str:
    """Address of the folder of notebooks: of the site where it has one, else of the branch; else empty.

    Parameters
    ----------
    named
        From :func:`repository`.
    address
        Of the site.
    """
    kept = f"https://raw.githubusercontent.com/{named}/{BRANCH}" if named else ""
    return f"{root}/notebooks" if (root := address.rstrip("/") or kept) else ""


def links(named: str, notebook: str, source: str) -> dict[str, str]:
    """Addresses by what their links say; none without a repository.

    Parameters
    ----------
    named
        From :func:`repository`.
    notebook
        Its file, from the folder of the site.
    source
        The chapter's file, from the folder of the project.
    """
    if not named:
        return {}
    return {
        "open in Colab": f"https://colab.research.google.com/github/{named}/blob/{BRANCH}/{notebook}",
        "open in Binder": f"https://mybinder.org/v2/gh/{named}/{BRANCH}?urlpath=lab/tree/{notebook}",
        "source on GitHub": f"https://github.com/{named}/blob/HEAD/{source}",
    }


def _name(app: Sphinx, config: Config) -> None:
    config.foreign_demand_repository = repository()


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    file = Path(app.outdir) / RUNTIME
    if app.config.foreign_demand_repository:
        files.write(file, "python-3.11\n")
    else:
        file.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Connect to Sphinx: pages are written again when another repository is named."""
    app.add_config_value("foreign_demand_repository", "", "html")
    app.connect("config-inited", _name)
    app.connect("build-finished", _write)
