"""Two editions of a table: what is revised, new, withdrawn, and how its rows are told apart."""

from __future__ import annotations

import pytest
from edition_pair import KEY, LATER, MONTHS
from hypothesis import given
from hypothesis import strategies as st

from foreign_demand.site.publishing.tables import Cell, compare, read_csv


def test_a_number_is_revised_under_the_same_key_and_new_under_another_and_a_row_gone_is_withdrawn() -> None:
    found = compare(read_csv(MONTHS), read_csv(LATER), key=KEY)
    assert found.revised == (
        Cell(
            row=("2026-03", "1"),
            named=("2026-03", "Japan"),
            column="holdings_usd_mn",
            before="10.0",
            after="10.5",
        ),
    )
    assert [[cell.row for cell in row] for row in found.new] == [[("2026-05", "1")]]
    assert [[(c.row, c.before, c.after) for c in row] for row in found.withdrawn] == [
        [(("2026-04", "2"), "7.0", "")]
    ]
    assert not found.filled


@pytest.mark.parametrize(
    ("header", "rows", "key"),
    [
        ("month,segment,value", ["2026-01,0,1.5", "2026-02,0,1.5"], ("month",)),
        ("month,maturity,value", ["2026-01,2,1", "2026-01,5,1", "2026-02,2,3"], ("month", "maturity")),
        ("tenor,year,share", ["10-year,2000,1", "10-year,2001,1", "2-year,2000,2"], ("tenor", "year")),
        ("rank,country,largest", ["1,Japan,a", "2,China,a"], ("country",)),
        ("value,name", ["1,a", "1,a"], ()),
    ],
)  # fmt: skip
def test_rows_of_a_figure_are_told_apart_by_words_and_dates_first(
    header: str, rows: list[str], key: tuple[str, ...]
) -> None:
    table = read_csv("\n".join([header, *rows]))
    assert compare(table, table).key == key
    assert not compare(table, table)


def test_a_number_given_where_there_was_none_is_new_and_one_taken_away_revised() -> None:
    one, other = read_csv("month,a\n2026-01,\n2026-02,3\n"), read_csv("month,a\n2026-01,2\n2026-02,\n")
    found = compare(one, other, key=("month",))
    assert [(c.before, c.after) for c in found.filled] == [("", "2")]
    assert [(c.before, c.after) for c in found.revised] == [("3", "")]
    assert found.new == found.withdrawn == ()


def test_the_last_digits_of_a_computed_number_are_no_revision_those_of_a_published_one_are() -> None:
    one, other = read_csv("month,a\n2026-01,0.1\n"), read_csv("month,a\n2026-01,0.10000000000000001\n")
    third = read_csv("month,a\n2026-01,0.1000000000001\n")
    assert not compare(one, other)
    assert compare(one, third)
    assert not compare(one, third, tolerance=1e-9)


def test_columns_that_one_edition_lacks_are_not_compared_and_an_empty_table_is_no_fault() -> None:
    assert not compare(read_csv("month,a\n2026-01,1\n"), read_csv("month,b,a\n2026-01,5,1\n"), key=("month",))
    assert not compare(read_csv(""), read_csv(""))
    assert len(compare(read_csv("month,a\n"), read_csv("month,a\n2026-01,5\n")).new) == 1


def test_a_cell_may_have_commas_quotation_marks_and_several_lines() -> None:
    one = read_csv('name,value\n"a ""b"",\nc",1\nd,2\n')
    assert one.rows() == [('a "b",\nc', "1"), ("d", "2")]
    (cell,) = compare(one, read_csv('name,value\n"a ""b"",\nc",3\nd,2\n')).revised
    assert (cell.row, cell.before, cell.after) == (('a "b",\nc',), "1", "3")


ROWS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2.5", "-3"]), max_size=6)


@given(ROWS, ROWS)
def test_an_earlier_table_with_what_was_revised_added_and_withdrawn_is_the_later(
    before: dict[str, str], after: dict[str, str]
) -> None:
    one, other = (
        read_csv("".join(["name,value\n", *(f"{name},{value}\n" for name, value in rows.items())]))
        for rows in (before, after)
    )
    found = compare(one, other, key=("name",))
    numbers = {name: value for name, value in before.items() if value}
    for cell in (cell for row in found.withdrawn for cell in row):
        assert numbers.pop(cell.row[0]) == cell.before
    for cell in (*found.revised, *found.filled, *(cell for row in found.new for cell in row)):
        assert numbers.get(cell.row[0], "") == cell.before
        numbers[cell.row[0]] = cell.after
    assert {name: value for name, value in numbers.items() if value} == {n: v for n, v in after.items() if v}
    assert not compare(other, other, key=("name",))
