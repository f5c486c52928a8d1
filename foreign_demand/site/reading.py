"""How a table is read in one line of pandas, R, Stata and DuckDB."""

from __future__ import annotations

_LINES = {
    "pandas": 'table = pandas.read_csv("{}")',
    # A byte-order mark, where there is one, would else be part of the first name.
    "R": 'table <- read.csv("{}", fileEncoding = "UTF-8-BOM")',
    "Stata": 'import delimited "{}", clear varnames(1) encoding("UTF-8") bindquotes(strict)',
    "DuckDB": "SELECT * FROM read_csv('{}', header = true);",
}


def reading_lines(table: str) -> dict[str, str]:
    """By program, the line that reads one table.

    Parameters
    ----------
    table
        Address of a CSV of the book, or its path.
    """
    return {program: line.format(table) for program, line in _LINES.items()}
