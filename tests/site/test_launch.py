"""Links that open a chapter where it can be run: there where a repository is named, and nowhere else."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from small_book import SmallBook, chapter

from foreign_demand.exceptions import SettingError
from foreign_demand.site import launch, wheel
from foreign_demand.site.publishing.editions import part_of

ADDRESSES = {
    "open in Colab": r"colab\.research\.google\.com/github/([^/]+/[^/]+)/blob/published/notebooks/one\.ipynb",
    "open in Binder": r"mybinder\.org/v2/gh/([^/]+/[^/]+)/published",
    "source on GitHub": r"github\.com/([^/]+/[^/]+)/blob/HEAD/one\.md",
}
"""As each service documents them: owner and name, then the branch and the file."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    return SmallBook(tmp_path_factory.mktemp("book"), one=chapter("One", "1 + 1"))


def shown(book: SmallBook) -> dict[str, str]:
    """Links elsewhere below the chapter, by what they say."""
    page = book.page("one").partition('<p class="fd-chapter-files">')[2].partition("</p>")[0]
    found = re.findall(r'<a href="(https:[^"]+)">([^<]+)</a>', page)
    return {said: html.unescape(address) for address, said in found}


def installs(book: SmallBook) -> str:
    """What the first cell of the chapter's notebook installs."""
    return nbformat.read(book.site / "notebooks" / "one.ipynb", as_version=4).cells[1].source.split()[-1]


def test_pages_lead_to_the_named_repository_and_follow_it(book: SmallBook) -> None:
    for named in ("", "somebody/a.fork", ""):
        built = book.build(BOOK_REPOSITORY=named)
        assert built.status == 0, built.errors
        found = shown(book)
        assert set(found) == ({"open in Colab", "open in Binder", "source on GitHub"} if named else set())
        assert (book.site / launch.RUNTIME).exists() == bool(named)
        kept = f"https://raw.githubusercontent.com/{named}/published/notebooks" if named else "."
        assert installs(book) == f"{kept}/{wheel.NAME}"
        for said, address in found.items():
            place = urlsplit(address)
            assert re.fullmatch(ADDRESSES[said], f"{place.netloc}{place.path}")[1] == named
            if said != "source on GitHub":  # the notebook lies where the branch has the site
                file = parse_qs(place.query).get("urlpath", [place.path])[0]
                assert (book.site / file.removeprefix("lab/tree/").rpartition("/published/")[2]).exists()


def test_the_package_of_a_site_with_an_address_is_installed_from_there() -> None:
    assert launch.notebooks_at("a/b", "https://example.org/book/") == "https://example.org/book/notebooks"
    assert launch.notebooks_at("", "") == ""


@pytest.mark.parametrize("named", ["https://github.com/a/b", "a", "a/b/c", "a/b?x", 'a/b" onclick="'])
def test_what_names_no_repository_is_refused(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_REPOSITORY", named)
    with pytest.raises(SettingError, match="write owner/name, or unset it"):
        launch.repository()


def test_an_edition_keeps_nothing_for_binder() -> None:
    assert part_of(launch.RUNTIME) is None
