"""The one line that reads a table, run in pandas and DuckDB, and in R where it is installed."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pandas
import pytest

from foreign_demand.site.bundles import for_spreadsheets
from foreign_demand.site.reading import reading_lines

TABLES = {
    "plain": "month,holdings_usd_bn\n2026-04,9044.5\n2026-05,9120.0\n",
    "more than ASCII": 'country,holdings_usd_bn\nCuraçao,1.5\n"All Other, “rest”",2.0\n',
    "only words": "id,publisher\nGDP,BEA\nDGS10,Board\n",
}
DIFFERENT = (
    "data/GDP.csv",
    "data/auctions.csv",
    "data/acm_daily.csv",
    "data/tic_shlhistdat.csv",
    "figures/drawdown-hedge/data.csv",
    "figures/safe-haven-readings/data.csv",
)
"""Quarters, days and names of countries; true and false; missing words, and columns of nothing else; names of
columns with blanks, and that begin with a digit."""


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_each_line_reads_the_columns_and_rows(tmp_path: Path, text: str) -> None:
    file = tmp_path / "data.csv"
    file.write_text(for_spreadsheets(text), encoding="utf-8")
    lines = reading_lines(str(file))
    found: dict = {"pandas": pandas}
    exec(lines["pandas"], found)
    table = found["table"]
    assert list(table) == text.partition("\n")[0].split(",")
    assert len(table) == 2
    read = duckdb.sql(lines["DuckDB"])
    assert read.columns == list(table)
    assert [list(row) for row in read.fetchall()] == table.to_numpy().tolist()


def test_every_program_is_told_the_table() -> None:
    lines = reading_lines("https://example.org/data/GDP.csv")
    assert set(lines) == {"pandas", "R", "Stata", "DuckDB"}
    assert all(line.count("https://example.org/data/GDP.csv") == 1 for line in lines.values())


def test_every_table_handed_over_has_its_lines(built_book: Path) -> None:
    page = (built_book / "chapters" / "data-and-methods.html").read_text("utf-8")
    shown = html.unescape(page.partition("Read the data in one line")[2].partition("</details>")[0])
    tables = {file.name for file in (built_book / "data").glob("*.csv")}
    assert set(re.findall(r'pandas.read_csv\("data/([^"]+)"\)', shown)) == tables
    for name in tables:
        assert all(line in shown for line in reading_lines(f"data/{name}").values())


Told = list[tuple[str, bool, int, int, float]]
"""Of each column: name, whether it has numbers, rows, missing ones, and the sum of its numbers or letters."""

TELL = """
for (line in readLines(file("stdin"), encoding = "UTF-8")) {
  eval(parse(text = line))
  for (name in names(table)) {
    values <- table[[name]]
    counted <- if (is.character(values)) nchar(values, "chars") else values
    cat(name, class(values), length(values), sum(is.na(values)), sprintf("%.17g", sum(counted, na.rm = TRUE)),
        sep = "\\t", fill = 1e6)
  }
}
"""
"""What R tells of the tables that lines read."""


def told(table: pandas.DataFrame) -> Told:
    found = []
    for name, column in table.items():
        known = column.dropna()
        numbers = pandas.api.types.is_numeric_dtype(column) and column.dtype != bool
        size = known.sum() if numbers else known.astype(str).str.len().sum()
        found.append(
            (name, numbers or known.empty, len(column), len(column) - len(known), pytest.approx(size))
        )
    return found


def told_by_r(program: str, lines: list[str]) -> Told:
    done = subprocess.run(
        [program, "--vanilla", "-e", TELL],
        input="\n".join([*lines, ""]),
        env=os.environ | {"LC_ALL": "C.UTF-8", "no_proxy": "127.0.0.1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return [
        (name, kind in ("integer", "numeric", "logical"), int(rows), int(missing), float(size))
        for name, kind, rows, missing, size in rows
    ]


def test_programs_read_the_same_names_kinds_and_values(built_book: Path, address: str) -> None:
    given: Told = []
    for name in DIFFERENT:
        found: dict = {"pandas": pandas}
        exec(reading_lines(f"{address}/{name}")["pandas"], found)
        assert told(duckdb.sql(reading_lines(str(built_book / name))["DuckDB"]).df()) == told(found["table"])
        given += told(found["table"])
    if program := shutil.which("Rscript"):
        assert told_by_r(program, [reading_lines(f"{address}/{name}")["R"] for name in DIFFERENT]) == given


def test_a_figure_says_how_its_data_are_read(built_book: Path) -> None:
    page = html.unescape((built_book / "figures" / "foreign-holdings" / "index.html").read_text("utf-8"))
    for line in reading_lines("figures/foreign-holdings/data.csv").values():
        assert line in page
