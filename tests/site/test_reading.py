"""The one line that reads a table, run where its program is a Python package."""

from __future__ import annotations

import html
import re
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


def test_every_table_handed_over_has_its_lines_and_they_read_it(
    built_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (built_book / "chapters" / "data-and-methods.html").read_text("utf-8")
    shown = html.unescape(page.partition("Read the data in one line")[2].partition("</details>")[0])
    tables = {file.name for file in (built_book / "data").glob("*.csv")}
    assert set(re.findall(r'pandas.read_csv\("data/([^"]+)"\)', shown)) == tables
    monkeypatch.chdir(built_book)
    for name in ("GDP.csv", "tic_mfhhis01.csv"):
        lines = reading_lines(f"data/{name}")
        assert all(line in shown for line in lines.values())
        found: dict = {"pandas": pandas}
        exec(lines["pandas"], found)
        assert duckdb.sql(lines["DuckDB"]).columns == list(found["table"])
        assert len(duckdb.sql(lines["DuckDB"])) == len(found["table"])


def test_a_figure_says_how_its_data_are_read(built_book: Path) -> None:
    page = html.unescape((built_book / "figures" / "foreign-holdings" / "index.html").read_text("utf-8"))
    for line in reading_lines("figures/foreign-holdings/data.csv").values():
        assert line in page
