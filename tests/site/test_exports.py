"""The data package and the notebooks."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from frictionless import Package
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from foreign_demand.data.store import Store, read_table, table_csv
from foreign_demand.site import notebooks
from foreign_demand.site.exports import describe_package

SHOWN = {"text/plain", "text/html", "text/markdown", "image/svg+xml", "image/png"}


SOURCE = {
    "cite": "TIC",
    "reference_period": "2026-05",
    "vintage": "2026-07-16",
    "edition_known": True,
    "obtained": "embedded",
    "overdue": False,
    "problem": "",
    "joined_at": "",
}


@pytest.fixture(scope="module")
def package(built_book: Path) -> dict:
    return json.loads((built_book / "datapackage.json").read_text("utf-8"))


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # frictionless leaves files open
def test_the_data_package_is_valid(built_book: Path) -> None:
    report = Package(str(built_book / "datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "note"])


def test_the_data_package_has_every_table_a_figure_was_drawn_from(built_book: Path, package: dict) -> None:
    figures = json.loads((built_book / "figures.json").read_text("utf-8"))
    used = {source["id"] for about in figures for source in about["sources"]}
    handed_over = {Path(resource["path"]).stem for resource in package["resources"]}
    assert handed_over | {entry["id"] for entry in package["withheld"]} == used
    assert {path.stem for path in (built_book / "data").glob("*.csv")} == handed_over


def test_a_table_of_the_data_package_is_the_held_one(built_book: Path) -> None:
    handed_over = pd.read_csv(built_book / "data" / "tic_mfhhis01.csv")
    held = read_table("tic_mfhhis01")
    assert list(handed_over.columns) == list(held.columns)
    pd.testing.assert_series_equal(handed_over["holdings_usd_bn"], held["holdings_usd_bn"])


def test_every_dataset_of_the_catalog_can_be_described() -> None:
    store = Store()
    described = describe_package(store, filter(store.holds, store.catalog), title="Book")
    names = [resource["name"] for resource in described["resources"]]
    assert len(set(names)) == len(names) > len(described["withheld"]) > 0
    assert Package.validate_descriptor(described).valid


@pytest.mark.parametrize(
    "id", ["auctions", "cofer_shares", "un_voting_coincidence", "DGS10", "holders_by_sector"]
)
def test_field_types_fit_the_tables(id: str, tmp_path: Path) -> None:
    store = Store()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / f"{id}.csv").write_text(table_csv(store.read(id), store.catalog[id]), "utf-8")
    (tmp_path / "datapackage.json").write_text(
        json.dumps(describe_package(store, [id], title="Book")), "utf-8"
    )
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "note"])


def test_values_under_their_owners_terms_are_named_and_withheld() -> None:
    described = describe_package(Store(), ["SP500", "DFF"], title="Book")
    assert [resource["name"] for resource in described["resources"]] == ["dff"]
    (withheld,) = described["withheld"]
    assert withheld["id"] == "SP500"
    assert "not to be redistributed" in withheld["reason"]


def test_every_chapter_with_code_is_there_as_a_notebook(built_book: Path) -> None:
    for chapter in ("index", "holdings", "holders"):
        path = built_book / "notebooks" / f"{chapter}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code[0].id == notebooks.INSTALL
        assert all(cell.execution_count for cell in code[1:])
        outputs = [output for cell in code for output in cell.outputs]
        assert outputs
        assert all(set(output.data) <= SHOWN for output in outputs)
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert "{glue:text}" not in text
        assert "{numref}" not in text
        assert f"notebooks/{chapter}.ipynb" in (built_book / "chapters" / f"{chapter}.html").read_text(
            "utf-8"
        )
    assert not (built_book / "notebooks" / "references.ipynb").exists()


def test_the_notebook_of_a_chapter_that_is_gone_goes_too(tmp_path: Path) -> None:
    parts = ["foreign_demand.site.launch", "foreign_demand.site.notebooks"]
    (tmp_path / "conf.py").write_text(f"extensions = {parts}\n")
    (tmp_path / "index.rst").write_text("Title\n=====\n")
    out = tmp_path / "out"
    (out / "notebooks").mkdir(parents=True)
    (out / "notebooks" / "gone.ipynb").write_text("{}")
    (out / "figures.json").write_text("[]")
    with docutils_namespace():
        Sphinx(tmp_path, tmp_path, out, tmp_path / "trees", "html", status=None).build()
    assert not list((out / "notebooks").iterdir())


def test_a_notebook_reads_as_the_chapter_does() -> None:
    new = nbformat.v4
    payload = {
        "slug": "shares",
        "title": "Half",
        "caption": "A share.",
        "unit": "percent",
        "as_of": "2026-05-31",
        "spec": None,
        "table": {"columns": ["Who", "Share"], "rows": [["A & B", "50"]]},
        "sources": [SOURCE],
    }
    output = new.new_output("display_data", {notebooks.MIME_TYPE: json.dumps(payload), "text/plain": "Half."})
    cell = new.new_code_cell("table()", outputs=[output], metadata={"tags": ["hide-input"]})
    words = new.new_markdown_cell("It is {glue:text}`share` in {numref}`shares`, not {glue:text}`other`.")
    made = notebooks.for_reader(
        new.new_notebook(cells=[words, cell]),
        facts={"share": "50%"},
        figures={"shares": {"number": "2", "kind": "table", "svg": ""}},
    )
    assert made.cells[2].source == "It is 50% in Table 2, not {glue:text}`other`."
    assert made.cells[3].metadata["jupyter"]["source_hidden"]
    shown, words = made.cells[3].outputs
    assert "<td>A &amp; B</td><td>50</td>" in shown.data["text/html"]
    told = "**Table 2. Half.** A share. Percent. Data to 31 May 2026. Source: TIC, vintage 16 July 2026"
    assert words.data["text/markdown"].startswith(told)
