"""What an edition said, read off its pages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from small_site import write_site

from foreign_demand.exceptions import PublishError
from foreign_demand.site.publishing.record import Record, read_record, sentences_of


def test_a_record_has_what_a_reader_reads_and_no_code_drawing_or_source_line(tmp_path: Path) -> None:
    record = read_record(write_site(tmp_path))
    assert list(record.pages) == ["chapters/index", "chapters/holdings"]
    page = record.pages["chapters/holdings"]
    assert page.title == "Holdings"
    assert [sentence.text for sentence in page.sentences] == [
        "Foreigners hold USD 9.4 trillion.",
        "That is a record.",
        "One of two.",
    ]
    assert {sentence.section for sentence in page.sentences} == {"holdings"}
    assert record.pages["chapters/index"].sentences == (), "the cards are told as findings"


def test_a_finding_names_its_figure(tmp_path: Path) -> None:
    (finding,) = read_record(write_site(tmp_path, said="It rose.")).findings
    assert (finding.name, finding.text, finding.figure) == (
        "Level",
        "It rose. – May 2026",
        "foreign-holdings",
    )


def test_figures_verdicts_and_sources_are_those_of_the_indexes(tmp_path: Path) -> None:
    record = read_record(write_site(tmp_path, figures={"a": "x\n1\n"}, verdict="contradicted"))
    assert (record.date, record.mode, record.title) == ("2026-11-28", "snapshot", "Small Book")
    figure = record.figures["a"]
    assert (figure.title, figure.chapter, figure.path) == ("Title of a", "chapters/holdings", "figures/a/")
    assert figure.digest == hashlib.sha256(b"x\n1\n").hexdigest()
    assert record.claims["B01"].verdict == "contradicted"
    assert record.sources["DGS10"].path == "data/DGS10.csv"
    assert (record.sources["SP500"].path, record.sources["SP500"].digest) == ("", "")


def test_a_record_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    record = read_record(write_site(tmp_path))
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_what_is_said_does_not_depend_on_the_day_or_the_commit(tmp_path: Path) -> None:
    today, tomorrow, changed = (
        read_record(write_site(tmp_path / name, built=f"{day}T00:00:00+00:00", said=said))
        for name, day, said in (
            ("a", "2026-11-28", "It rose."),
            ("b", "2026-11-29", "It rose."),
            ("c", "2026-11-29", "It fell."),
        )
    )
    assert today != tomorrow
    assert today.said() == tomorrow.said() != changed.said()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rose. It fell.", ["It rose.", "It fell."]),
        ("It rose (“a lot.”) But it fell.", ["It rose (“a lot.”)", "But it fell."]),
        ("It is 1.2% of U.S. Treasuries, e.g. Japan’s. 5 rows differ.",
         ["It is 1.2% of U.S. Treasuries, e.g. Japan’s.", "5 rows differ."]),
        ("Fig. 2 shows St. Louis. “It fell!” is wrong.", ["Fig. 2 shows St. Louis.", "“It fell!” is wrong."]),
        ("No full stop", ["No full stop"]),
    ],
)  # fmt: skip
def test_a_paragraph_is_split_where_a_sentence_ends(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


def test_a_list_within_a_list_and_a_row_of_a_table_are_told_once(tmp_path: Path) -> None:
    said = (
        "One.</p><ul><li>Two <em>words</em>.<ul><li><p>Three.</p></li></ul></li></ul><table>"
        "<thead><tr><th>Finding</th></tr></thead><tr><td><p>Level</p></td><td>It rose.</td></tr></table><p>"
    )
    page = read_record(write_site(tmp_path, said=said)).pages["chapters/holdings"]
    assert [s.text for s in page.sentences] == [
        "One.",
        "Two words.",
        "Three.",
        "Level – It rose.",
        "One of two.",
    ]


def test_a_folder_without_a_book_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"build\.json cannot be read.*make book"):
        read_record(tmp_path)


def test_a_page_that_is_missing_is_named(tmp_path: Path) -> None:
    (write_site(tmp_path) / "chapters" / "holdings.html").unlink()
    with pytest.raises(PublishError, match=r"holdings\.html cannot be read"):
        read_record(tmp_path)
