"""The book end to end: a clean clone, built as a newcomer builds it, without a network.

All builds of the module happen once, in :func:`builds`; the tests look at what
each of them left.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT

from foreign_demand import holdings, words
from foreign_demand.catalog import read_catalog
from foreign_demand.store import Store

TIC = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")
CUSTODY = "WMTSECL1"
NO_NUMBER = re.compile(r"\b(nan|NaN|NaT|inf)\b|<NA>")


@dataclass(frozen=True, kw_only=True)
class Build:
    """What one ``make book`` said and left."""

    status: int
    output: str
    errors: str
    site: Path
    """A copy of the site as it was right after this build."""
    uncommitted: str
    """What git saw in the working tree afterwards."""

    def read(self, name: str) -> Any:
        """One of the indexes of the site."""
        return json.loads((self.site / name).read_text(encoding="utf-8"))

    def data(self, slug: str) -> pd.DataFrame:
        """The data behind one figure."""
        return pd.read_csv(self.site / "figures" / slug / "data.csv")

    def page(self, chapter: str) -> str:
        """A chapter as HTML."""
        return (self.site / "chapters" / f"{chapter}.html").read_text(encoding="utf-8")

    def prose(self, chapter: str) -> str:
        """A chapter as a reader sees it, without code."""
        article = self.page(chapter).partition("<article")[2].partition("</article>")[0]
        bare = re.sub(r"<(script|style|pre)\b.*?</\1>", " ", article, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", bare)).split())


class Clone:
    """A fresh clone of the working tree, committed files and new ones alike."""

    def __init__(self, place: Path) -> None:
        self.root, self.kept = place / "book", place
        listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        for name in filter(None, listed):
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        git(self.root, "init", "--quiet")
        self.commit()

    def commit(self) -> None:
        git(self.root, "add", "--all")
        identity = ("-c", "user.name=Reader", "-c", "user.email=reader@example.org")
        git(self.root, *identity, "commit", "--quiet", "--message", "As cloned", "--no-gpg-sign")

    def build(self, name: str) -> Build:
        """``make book OFFLINE=1`` with the packages of this interpreter."""
        left_out = ("MAKE", "MFLAGS", "OFFLINE", "STRICT", "BOOK_", "FRED_API_KEY", "PYTEST_")
        settings = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        packages = Path(sys.executable).parent
        done = subprocess.run(
            ["make", "book", "OFFLINE=1", f"BIN={packages}", "--old-file", ".venv/.installed"],
            cwd=self.root,
            env=settings | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
        )
        site = self.kept / name
        if (self.root / "_build" / "html").exists():
            shutil.copytree(self.root / "_build" / "html", site)
        return Build(
            status=done.returncode,
            output=done.stdout,
            errors=done.stderr,
            site=site,
            uncommitted=git(self.root, "status", "--porcelain"),
        )


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def builds(clone: Clone) -> dict[str, Build]:
    """Twice as cloned, once with a newer week of custody holdings, twice with a failing cell."""
    done = {name: clone.build(name) for name in ("first", "second")}
    add_a_week(clone.root / "data" / "snapshot" / f"{CUSTODY}.csv")
    clone.commit()
    done["newer"] = clone.build("newer")
    chapter = clone.root / "chapters" / "holders.md"
    head, cell, tail = chapter.read_text(encoding="utf-8").partition("```{code-cell}")
    broken = "```{code-cell} ipython3\nraise RuntimeError('on purpose')\n```\n\n"
    chapter.write_text(head + broken + cell + tail, encoding="utf-8")
    clone.commit()
    return done | {name: clone.build(name) for name in ("broken", "broken again")}


def add_a_week(file: Path) -> None:
    """Prolong a weekly series by one week, table and origin alike."""
    text = file.read_text(encoding="utf-8")
    last = text.splitlines()[-1].split(",")
    day = pd.Timestamp(last[0]) + pd.Timedelta(7, "D")
    assert f"reference_period: '{last[0]}'" in text
    text = text.replace(f"reference_period: '{last[0]}'", f"reference_period: '{day:%Y-%m-%d}'")
    file.write_text(f"{text}{day:%Y-%m-%d},{float(last[1]) + 1000}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def first(builds: dict[str, Build]) -> Build:
    return builds["first"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What the book was built from."""
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def holders(store: Store) -> pd.DataFrame:
    breaks = read_catalog()["tic_mfhhis01"].breaks
    return holdings.by_segment(holdings.join_holders(*map(store.read, TIC)), breaks)


# --- a clean clone builds ----------------------------------------------------


def test_a_clean_clone_builds_in_one_go_and_ends_with_the_path_of_the_page(
    first: Build, clone: Clone
) -> None:
    assert first.status == 0, first.errors
    assert first.output.rstrip().endswith(str(clone.root / "_build" / "html" / "index.html"))
    assert "OFFLINE=1" in first.output
    assert (first.site / "index.html").exists()


def test_building_leaves_the_working_tree_clean(builds: dict[str, Build]) -> None:
    assert {name: build.uncommitted for name, build in builds.items()} == dict.fromkeys(builds, "")


def test_every_chapter_of_the_table_of_contents_has_a_page(first: Build) -> None:
    listed = re.findall(r"chapters/[\w-]+", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert len(listed) >= 3
    assert set(first.read("build.json")["chapters"]) == set(listed)
    for chapter in listed:
        assert first.prose(chapter.removeprefix("chapters/")), chapter


# --- the indexes -------------------------------------------------------------


def test_figures_json_says_all_of_every_figure(first: Build) -> None:
    figures = first.read("figures.json")
    fields = {"slug", "number", "title", "caption", "alt", "chapter", "as_of", "vintage", "sources", "files"}
    for figure in figures:
        assert fields <= set(figure), figure["slug"]
        assert all(figure[field] for field in fields), figure["slug"]
        folder = first.site / "figures" / figure["slug"]
        assert {file.name for file in folder.iterdir()} == set(figure["files"])
        assert all(file.stat().st_size for file in folder.iterdir()), figure["slug"]
        assert json.loads((folder / "metadata.json").read_text(encoding="utf-8"))["title"] == figure["title"]
        assert f'id="fig-{figure["slug"]}"' in first.page(figure["chapter"].removeprefix("chapters/"))
    slugs = {figure["slug"] for figure in figures}
    assert {"foreign-holdings", "top-holders"} <= slugs
    assert {"april-2025-overview", "april-2025-percentiles", "april-2025-auctions"} <= slugs
    assert {"joint-selloffs", "joint-selloffs-by-decade", "sell-america-monitor"} <= slugs


def test_every_figure_has_a_number_of_its_own(first: Build) -> None:
    for kind in ("figure", "table"):
        numbers = [figure["number"] for figure in first.read("figures.json") if figure["kind"] == kind]
        assert len(numbers) >= 2
        assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))


def test_sources_json_says_all_of_every_dataset(first: Build, store: Store) -> None:
    fields = {
        "id", "publisher", "url", "status", "reference_period", "retrieved_at", "age_days", "rows",
        "revised_cells", "error",
    }  # fmt: skip
    sources = {source["id"]: source for source in first.read("sources.json")}
    assert set(sources) == set(store.catalog)
    for id, source in sources.items():
        assert fields <= set(source), id
        origin = store.origin(id)
        assert (source["status"], source["error"]) == ("snapshot", ""), id
        assert source["reference_period"] == origin.reference_period, id
        assert source["retrieved_at"] == origin.retrieved_at, id
        assert source["rows"] == len(store.read(id)), id
        assert source["age_days"] >= 0, id


def test_build_json_says_what_was_run_from_what(first: Build, clone: Clone) -> None:
    build = first.read("build.json")
    assert {"commit", "time", "mode", "seconds", "chapters"} <= set(build)
    assert build["commit"] in git(clone.root, "rev-list", "HEAD").split()
    assert build["mode"] == "offline"
    assert build["seconds"]["build"] > 0
    for name in ("index", "holdings", "holders"):
        chapter = build["chapters"][f"chapters/{name}"]
        assert chapter["state"] == "executed"
        assert chapter["seconds"] > 0


# --- the numbers -------------------------------------------------------------


def test_foreign_holdings_has_the_grand_total_by_month(first: Build, holders: pd.DataFrame) -> None:
    data = first.data("foreign-holdings")
    total = data[data["series"] == "current"].set_index("month")["total_usd_bn"]
    assert total["2025-11-30"] == pytest.approx(9350, rel=0.001)
    computed = holdings.totals(holders)
    computed = computed[computed["series"] == "current"].set_index("month")["total_usd_bn"]
    for month, value in computed.items():
        assert total[f"{month:%Y-%m-%d}"] == value
    assert total.index.is_unique


def test_top_holders_has_the_country_table(first: Build) -> None:
    data = first.data("top-holders").set_index("country")
    assert data["rank"].tolist() == list(range(1, len(data) + 1))
    assert data["holdings_usd_bn"].is_monotonic_decreasing
    assert len(data) >= 20
    assert data.loc["China, Mainland", "holdings_2025_01_usd_bn"] == pytest.approx(760.8, abs=0.05)
    assert data.loc["Japan", "holdings_2025_01_usd_bn"] == pytest.approx(1079.3, abs=0.05)


def test_sentences_have_the_numbers_that_the_tables_give(
    first: Build, store: Store, holders: pd.DataFrame
) -> None:
    total = holdings.against_record(holdings.totals(holders), "total_usd_bn")
    debt = store.read("FYGFDPUN").set_index("quarter")["debt_usd_mn"] / 1000
    share = (100 * store.read("FDHBFIN").set_index("quarter")["holdings_usd_bn"] / debt).dropna()
    for chapter in ("index", "holdings"):
        prose = first.prose(chapter)
        for expected in (
            words.trillions(total.latest),
            words.month(total.latest_period),
            words.percent(share.max()),
            words.percent(share.iloc[-1]),
        ):
            assert expected in prose, (chapter, expected)
    largest = holdings.concentration(holders).iloc[-1]
    assert words.country(largest["largest"]) in first.prose("holders")
    assert words.percent(largest["largest_pct"], 1) in first.prose("holders")


@pytest.mark.parametrize("chapter", ["index", "holdings", "holders"])
def test_no_sentence_has_a_number_that_is_none(first: Build, chapter: str) -> None:
    pasted = re.findall(r'<span class="pasted-text">(.*?)</span>', first.page(chapter), flags=re.DOTALL)
    assert len(pasted) >= 10
    for text in pasted:
        assert not NO_NUMBER.search(text), text
        assert "None" not in text
    assert not NO_NUMBER.search(first.prose(chapter))
    assert "glue:" not in first.prose(chapter)


def test_titles_and_alternative_texts_have_no_number_that_is_none(first: Build) -> None:
    for figure in first.read("figures.json"):
        for word in ("title", "caption", "alt"):
            assert not NO_NUMBER.search(figure[word]), figure["slug"]
            assert not re.search(r"\bNone\b", figure[word]), figure["slug"]


# --- the same numbers twice --------------------------------------------------


def figure_files(build: Build) -> dict[str, bytes]:
    """Data, drawing and specification of every figure."""
    folder = build.site / "figures"
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".csv", ".svg"} or file.name == "spec.vl.json"
    }


def test_a_second_build_gives_the_same_files_without_running_anything(builds: dict[str, Build]) -> None:
    second = builds["second"]
    assert second.status == 0, second.errors
    assert figure_files(second) == figure_files(builds["first"])
    chapters = second.read("build.json")["chapters"].values()
    assert {chapter["state"] for chapter in chapters} == {"cached"}


# --- new data ----------------------------------------------------------------


def test_newer_data_reach_the_pages(builds: dict[str, Build], first: Build, clone: Clone) -> None:
    newer = builds["newer"]
    assert newer.status == 0, newer.errors
    with (clone.root / "data" / "snapshot" / f"{CUSTODY}.csv").open(encoding="utf-8", newline="") as file:
        day = list(csv.reader(file))[-1][0]
    for text in (day, words.day(pd.Timestamp(day))):
        assert newer.prose("index").count(text) > first.prose("index").count(text)
    sources = {source["id"]: source for source in newer.read("sources.json")}
    assert sources[CUSTODY]["reference_period"] == day
    assert newer.read("build.json")["chapters"]["chapters/index"]["state"] == "executed"


def test_data_that_did_not_change_give_the_same_figures(builds: dict[str, Build], first: Build) -> None:
    newer = builds["newer"]
    before, after = figure_files(first), figure_files(newer)
    changed = {Path(name).parts[0] for name in before if before[name] != after.get(name)}
    about_the_data = {
        figure["slug"]
        for figure in newer.read("figures.json")
        if figure["chapter"] == "chapters/data-and-methods" or figure["slug"] == "index-sources"
    }
    assert set(after) == set(before)
    assert changed
    assert changed <= about_the_data


# --- a failing cell ----------------------------------------------------------


@pytest.mark.parametrize("name", ["broken", "broken again"])
def test_a_failing_cell_fails_the_build_every_time(builds: dict[str, Build], name: str) -> None:
    assert builds[name].status != 0
    assert "on purpose" in builds[name].errors
