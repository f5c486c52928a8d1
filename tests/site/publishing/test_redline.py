"""Two editions side by side: what was struck, added and changed, what was revised and what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edition_pair import between, first, said, second
from hypothesis import given
from hypothesis import strategies as st

from foreign_demand.site.publishing.record import Sentence
from foreign_demand.site.publishing.redline import Step, aligned, marked


def changes(before: tuple[Sentence, ...], after: tuple[Sentence, ...]) -> list[tuple[str, str]]:
    return [(step.kind, step.any) for step in aligned(before, after) if step.kind != "same"]


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["holdings", "rose", "fell", "by", "3%", "4%", "in", "May", "June", "China"]),
        min_size=1,
        max_size=7,
    )
    .map(" ".join)
    .map(lambda text: Sentence(section="a", text=text)),
    max_size=9,
).map(tuple)


@given(SENTENCES, SENTENCES)
def test_steps_without_what_was_added_are_the_earlier_page_and_without_what_was_struck_the_later(
    before: tuple[Sentence, ...], after: tuple[Sentence, ...]
) -> None:
    steps = aligned(before, after)
    assert [s.before for s in steps if s.before is not None] == [s.text for s in before]
    assert [s.after for s in steps if s.after is not None] == [s.text for s in after]


@given(SENTENCES)
def test_a_page_beside_itself_has_no_change(page: tuple[Sentence, ...]) -> None:
    assert changes(page, page) == []


@given(SENTENCES, SENTENCES)
def test_marked_words_without_what_was_added_are_the_earlier_sentence(
    before: tuple[Sentence, ...], after: tuple[Sentence, ...]
) -> None:
    one, other = (" ".join(s.text for s in sentences) for sentences in (before, after))
    parts = marked(one, other)
    assert " ".join(words for kind, words in parts if kind != "added") == one
    assert " ".join(words for kind, words in parts if kind != "struck") == other


def test_a_sentence_in_which_only_numbers_moved_is_one_change() -> None:
    before = said("Foreigners hold USD 9.37 trillion.", "Japan leads.")
    after = said("Foreigners hold USD 9.41 trillion.", "Japan leads.")
    assert changes(before, after) == [("changed", "Foreigners hold USD 9.41 trillion.")]
    assert marked(before[0].text, after[0].text) == (
        ("same", "Foreigners hold USD"),
        ("struck", "9.37"),
        ("added", "9.41"),
        ("same", "trillion."),
    )


def test_a_figure_that_is_numbered_otherwise_is_no_change() -> None:
    before = said("Fig. 8 ranks the rows (Table 6).", "Fig. 9 has 4%.")
    after = said("Fig. 9 ranks the rows (Table 7).", "Fig. 10 has 5%.")
    assert changes(before, after) == [("changed", "Fig. 10 has 5%.")]


def test_a_word_that_turned_is_marked_and_a_sentence_of_other_words_is_struck_and_added() -> None:
    before = said("Over a year holdings of China rose by 3%.", "Nothing is known of the owners.")
    after = said("Over a year holdings of China fell by 4%.", "A survey names them since June.")
    assert changes(before, after) == [
        ("changed", after[0].text),
        ("struck", before[1].text),
        ("added", after[1].text),
    ]


@pytest.mark.parametrize(
    ("before", "after", "only_numbers"),
    [
        ("In May 2026 they held 3%.", "In June 2026 they held 4%.", True),
        ("Six of ten fell (the first quarter).", "Seven of ten fell (the third quarter).", True),
        ("It rose by 3%.", "It fell by 4%.", False),
        ("It rose.", "It rose by 4%.", False),
    ],
)
def test_a_sentence_says_whether_only_numbers_and_dates_moved(
    before: str, after: str, only_numbers: bool
) -> None:
    assert Step(section="level", before=before, after=after).only_numbers is only_numbers
    assert not Step(section="level", before=None, after="4").only_numbers


def test_a_row_put_on_top_of_like_rows_is_added_and_moves_none_of_them() -> None:
    rows = [f"{year} – {year - 1999}" for year in range(2005, 2025)]
    assert changes(said(*rows), said("2004 – 5", *rows)) == [("added", "2004 – 5")]


# --- whole editions ------------------------------------------------------------


def test_an_edition_beside_itself_has_no_redline() -> None:
    assert not between(first(), first())


def test_a_redline_has_sentences_verdicts_findings_figures_and_sources() -> None:
    found = between(first(), second())
    assert list(found.pages) == ["chapters/level"]
    kinds = [step.kind for step in found.pages["chapters/level"]]
    assert sorted(kinds) == ["added", "changed", "changed"]
    assert {id: (p.before.verdict, p.after.verdict) for id, p in found.flipped.items()} == {
        "B01": ("holds", "contradicted")
    }
    assert [(p.before.text, p.after.text) for p in found.findings.values()] == [
        ("USD 18, a record", "USD 12, no record")
    ]
    level = found.figures["level"]
    assert level.kind == "changed"
    assert (len(level.data.new), level.data.revised) == (1, ())
    tic = found.sources["tic"].data
    assert (len(tic.revised), len(tic.new), len(tic.withdrawn)) == (1, 1, 1)
    assert found.sources["closed"].data is None


def test_a_page_and_a_figure_under_other_names_are_held_against_what_they_were() -> None:
    one = first()
    moved = {"chapters/stocks": one.pages["chapters/level"]}
    pages = {"chapters/index": one.pages["chapters/index"]} | moved
    later = replace(one, date="2026-11-02", pages=pages, figures={"stocks": one.figures["level"]})
    assert {step.kind for step in between(one, later).pages["chapters/stocks"]} == {"added"}
    names = {"chapters/level": "chapters/stocks", "figures/level": "figures/stocks"}
    assert not between(one, later, renamed=names)


def test_what_an_edition_no_longer_has_and_what_it_has_at_first_is_told() -> None:
    bare = replace(first(), date="2026-11-02", pages={}, findings=(), figures={}, claims={}, sources={})
    for earlier, later, kind in ((first(), bare, "struck"), (bare, first(), "added")):
        found = between(earlier, later)
        assert {step.kind for steps in found.pages.values() for step in steps} == {kind}
        for part in (found.claims, found.findings, found.figures, found.sources):
            assert {pair.kind for pair in part.values()} == {kind}
        assert not found.flipped
        assert found.page("chapters/level").title == "Level"
