"""Addresses that pages and figures had before they were renamed."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_book import SmallBook

from foreign_demand.exceptions import PublishError
from foreign_demand.site.renamed import read_renamed, redirects

NAMES = {"chapters/holdings", "figures/foreign-holdings"}


def test_an_old_name_leads_to_the_new_one() -> None:
    renamed = {"chapters/levels": "chapters/holdings", "figures/levels": "figures/foreign-holdings"}
    pages = redirects(renamed, NAMES, book="Book")
    assert 'content="0; url=holdings.html"' in pages["chapters/levels.html"]
    assert 'href="../foreign-holdings/index.html"' in pages["figures/levels/index.html"]
    assert 'href="../../index.html"' in pages["figures/levels/index.html"]


@pytest.mark.parametrize(
    ("renamed", "said"),
    [
        ({"chapters/levels": "chapters/gone"}, "'chapters/gone', which the book has not"),
        ({"chapters/holdings": "chapters/holdings"}, "'chapters/holdings' is still a name of the book"),
    ],
)  # fmt: skip
def test_a_line_that_leads_nowhere_or_from_what_is_there_is_refused(
    renamed: dict[str, str], said: str
) -> None:
    with pytest.raises(PublishError, match=said):
        redirects(renamed, NAMES, book="Book")


def test_the_list_of_the_project_is_read() -> None:
    assert all(old.partition("/")[0] == new.partition("/")[0] for old, new in read_renamed().items())


def test_a_build_refuses_what_leads_nowhere(tmp_path: Path) -> None:
    book = SmallBook(tmp_path, now="# Now\n")
    book.write("data/renamed.yml", "before: nowhere\n")
    done = book.build()
    assert done.status != 0
    assert "leads to 'nowhere', which the book has not" in done.errors
    book.write("data/renamed.yml", "before: now\n")
    assert book.build().status == 0
    assert "url=now.html" in book.page("before")
