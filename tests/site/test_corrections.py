"""The list of corrections on its page."""

from __future__ import annotations

from foreign_demand.data.corrections import Correction
from foreign_demand.site.corrections import corrections_in_html

MENDED = Correction(
    id="share-of-debt",
    said="Foreigners hold <half> of it.",
    right="A third.",
    where="chapters/holdings.html#share",
    since="2026-10-02",
    mended="2026-10-20",
)


def test_where_there_is_none_the_page_says_so() -> None:
    assert "No error" in corrections_in_html((), "../")


def test_the_page_says_what_was_said_since_when_and_what_is_right() -> None:
    text = corrections_in_html((MENDED,), "../")
    for part in ("20 October 2026: since 2 October 2026", "&lt;half&gt;", "A third.", f"../{MENDED.where}"):
        assert part in text
