"""The book end to end: a clean clone, built as a newcomer builds it, and from publishers with newer data.

All builds of the module happen once, in :func:`builds`; the tests look at what
each of them left.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from clone import Build, Clone, git
from mirror import Answer, Mirror
from publishers import give_validators, one_period_later

from foreign_demand import words
from foreign_demand.analysis import holdings
from foreign_demand.analysis.breaks import by_segment, current_series
from foreign_demand.analysis.records import last_as_large
from foreign_demand.data.catalog import ROOT, read_catalog
from foreign_demand.data.periods import period_end
from foreign_demand.data.places import in_a_sentence
from foreign_demand.data.store import Store
from foreign_demand.site.bundles import provenance

TIC = ("tic_mfhhis01", "tic_slt_table5", "tic_slt_table3")
CUSTODY = "WMTSECL1"
NO_NUMBER = re.compile(r"\b(nan|NaN|NaT|inf)\b|<NA>")


RENEWED = (
    *(id for id, d in read_catalog().items() if d.adapter == "fred" and d.embedded and not d.ended),
    "gsw_parameters",
    "tic_slt_table1",
    "tic_slt_table3",
    "tic_slt_table5",
)
"""What the publishers have a newer period of, in the builds from a mirror."""
REVISED = {"FDHBFIN": 0.5}
WITH_SENTENCES = [
    chapter.stem
    for chapter in sorted((ROOT / "chapters").glob("*.md"))
    if "facts(" in chapter.read_text("utf-8")
]
WAITING = {"haven-alternatives", "term-premium-models", "term-premium-real-time"}
"""What shows finished months: a day more of stocks, the dollar or the curve does not finish the next one."""
FAILING = "ticdata.treasury.gov"
"""The publisher that fails in one of them."""


@pytest.fixture(scope="module")
def publishers() -> Iterator[tuple[Mirror, dict[str, str]]]:
    """A mirror of publishers with newer data, and the newest period of each renewed table."""
    answers, periods = one_period_later(RENEWED, revised=REVISED)
    with Mirror(answers) as mirror:
        yield mirror, periods


@pytest.fixture(scope="module")
def builds(clone: Clone, first: Build, publishers: tuple[Mirror, dict[str, str]]) -> dict[str, Build]:
    """Every build of the clone after the first, by name.

    Once more as cloned; from a mirror with newer data; from the same mirror when one
    publisher fails, under ``STRICT=1`` and without; with a failing cell, of
    the one chapter that has it.
    """
    done = {"first": first, "second": clone.build("second")}
    give_validators(clone.root / "data" / "snapshot")
    clone.commit()
    mirror, _ = publishers
    live = (f"BOOK_MIRROR={mirror.url}", "UNPACED=1")
    done["newer"] = clone.build("newer", *live)
    mirror.answers.update(
        {path: Answer(status=404) for path in mirror.answers if path.startswith(f"/{FAILING}/")}
    )
    done["strict"] = clone.build("strict", *live, "STRICT=1", "AGAIN=1")
    done["failing"] = clone.build("failing", *live, "AGAIN=1")
    chapter = clone.root / "chapters" / "holders.md"
    head, cell, tail = chapter.read_text(encoding="utf-8").partition("```{code-cell}")
    broken = "```{code-cell} ipython3\nraise RuntimeError('on purpose')\n```\n\n"
    chapter.write_text(head + broken + cell + tail, encoding="utf-8")
    contents = {
        "format": "jb-book",
        "root": "chapters/references",
        "chapters": [{"file": "chapters/holders"}],
    }
    (clone.root / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    clone.commit()
    return done | {"broken": clone.build("broken")}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What the book was built from."""
    return Store(snapshot=ROOT / "data" / "snapshot", cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def holders(store: Store) -> pd.DataFrame:
    breaks = read_catalog()["tic_mfhhis01"].breaks
    return by_segment(holdings.join_holders(*map(store.read, TIC)), breaks)


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
    assert set(sources) == set(filter(store.holds, store.catalog))
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
    assert build["book"]["title"] == "Foreign Demand for US Treasuries"
    assert build["pages"] == re.findall(r"chapters/[\w-]+", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert build["seconds"]["build"] > 0
    for name in ("index", "holdings", "holders"):
        chapter = build["chapters"][f"chapters/{name}"]
        assert chapter["state"] == "executed"
        assert chapter["seconds"] > 0


def test_a_chapter_lists_every_table_that_its_record_has(first: Build) -> None:
    """A table read below the list of sources would be left out of it."""
    recorded = {name: chapter["read"] for name, chapter in first.read("build.json")["chapters"].items()}
    slugs = {figure["slug"] for figure in first.read("figures.json")}
    named = {name: f"{Path(name).name}-sources" for name in recorded}
    listed = {name: first.data(slug) for name, slug in named.items() if slug in slugs}
    assert len(listed) >= 8
    for name, sources in listed.items():
        assert set(sources["id"]) >= set(recorded[name]["tables"]), name
        assert "foreign_demand.book.figures" in recorded[name]["modules"], name
    assert "chapters/holdings" in recorded["chapters/index"]["pastes"]


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
    total = last_as_large(current_series(holdings.totals(holders), "total_usd_bn"))
    debt = store.read("FYGFDPUN").set_index("quarter")["debt_usd_mn"] / 1000
    share = (100 * store.read("FDHBFIN").set_index("quarter")["holdings_usd_bn"] / debt).dropna()
    for chapter in ("index", "holdings"):
        prose = first.prose(chapter)
        for expected in (
            words.trillions(total.value),
            words.month(total.period),
            words.percent(share.max()),
            words.percent(share.iloc[-1]),
        ):
            assert expected in prose, (chapter, expected)
    largest = holdings.concentration(holders).iloc[-1]
    assert in_a_sentence(largest["largest"]) in first.prose("holders")
    assert words.percent(largest["largest_pct"], 1) in first.prose("holders")


def pasted(build: Build, chapter: str) -> list[str]:
    """Every computed word or number in the sentences of a chapter."""
    return re.findall(r'<span class="pasted-text">(.*?)</span>', build.page(chapter), flags=re.DOTALL)


@pytest.mark.parametrize("chapter", WITH_SENTENCES)
def test_no_sentence_has_a_number_that_is_none(first: Build, chapter: str) -> None:
    found = pasted(first, chapter)
    assert len(found) >= 5
    for text in found:
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


NOTES = re.compile(rb'<text [^>]*font-size="11px"[^>]*>[^<]*</text>')
"""The lines under a drawing that name its sources."""


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


@pytest.fixture(scope="module")
def newer(builds: dict[str, Build]) -> Build:
    assert builds["newer"].status == 0, builds["newer"].errors
    return builds["newer"]


@pytest.fixture(scope="module")
def periods(publishers: tuple[Mirror, dict[str, str]]) -> dict[str, str]:
    """The newest period served of each renewed table, as written."""
    return publishers[1]


def last_day(id: str, period: str) -> pd.Timestamp:
    return pd.Timestamp(period_end(period, read_catalog()[id].period.type))


def test_newer_data_reach_the_sentences_of_every_chapter(
    first: Build, newer: Build, periods: dict[str, str]
) -> None:
    said = {
        "index": (("tic_slt_table3", words.month), ("FDHBFIN", words.quarter), (CUSTODY, words.day)),
        "holdings": (("tic_slt_table3", words.month), ("FDHBFIN", words.quarter)),
        "holders": (("tic_slt_table3", words.month),),
        "term-premium": (("gsw_parameters", words.day),),
    }
    for chapter, dates in said.items():
        before, after = pasted(first, chapter), pasted(newer, chapter)
        for id, written in dates:
            text = written(last_day(id, periods[id]))
            known = before.count(text)
            assert after.count(text) > known, (chapter, text)
            # The front page also names the month whose print is forecast.
            assert not known or chapter == "index", (chapter, text)


def test_newer_data_reach_every_figure_and_its_file(
    first: Build, newer: Build, periods: dict[str, str], store: Store
) -> None:
    before = {figure["slug"]: figure for figure in first.read("figures.json")}
    drawn_before, drawn_now = figure_files(first), figure_files(newer)
    ended_there, dated = [], []
    for figure in newer.read("figures.json"):
        renewed = [source for source in figure["sources"] if source["id"] in periods]
        for source in renewed:
            assert source["reference_period"] == periods[source["id"]], figure["slug"]
            told = f"{source['cite']}, {provenance(source)}"
            assert told in newer.figure(figure), (figure["slug"], told)
        if figure["slug"] == "what-changed" or figure["chapter"] == "chapters/data-and-methods":
            continue  # they are about editions
        old = before[figure["slug"]]["as_of"]
        ends = {
            source["id"]: last_day(source["id"], store.origin(source["id"]).reference_period)
            .date()
            .isoformat()
            for source in figure["sources"]
            if store.holds(source["id"])
        }
        held_up = [id for id, end in ends.items() if end == old and id not in periods]
        if old in ends.values() and not held_up and figure["slug"] not in WAITING:
            ended_there.append(figure["slug"])
            assert figure["as_of"] > old, figure["slug"]
            name = f"{figure['slug']}/data.csv"
            if old.encode() in drawn_before[name]:  # else the day it rests on is none of its data
                dated.append(figure["slug"])
                assert figure["as_of"].encode() in drawn_now[name], figure["slug"]
    assert {"foreign-holdings", "top-holders", "acm-term-premium"} <= set(ended_there)
    assert len(dated) > 20


def test_newer_data_reach_the_tables_handed_over(newer: Build, periods: dict[str, str]) -> None:
    sources = {source["id"]: source for source in newer.read("sources.json")}
    resources = {Path(one["path"]).stem: one for one in newer.read("datapackage.json")["resources"]}
    for id, period in periods.items():
        assert sources[id]["reference_period"] == period
        assert (sources[id]["status"], sources[id]["error"]) == ("live", "")
        if id in resources:
            assert resources[id]["reference_period"] == period
            table = pd.read_csv(newer.site / "data" / f"{id}.csv", dtype=str)
            assert table[read_catalog()[id].period.name].max() == period
    assert {source["status"] for source in sources.values()} == {"live", "snapshot"}
    settled = {id for id, dataset in read_catalog().items() if dataset.by_hand or dataset.ended}
    assert {id for id, source in sources.items() if source["status"] == "snapshot"} == settled
    assert len(set(resources) & set(periods)) > 5


def test_claims_that_waited_for_a_series_are_judged_when_it_is_there(first: Build, newer: Build) -> None:
    waited, after = (
        {c["id"] for c in build.read("claims.json") if c["reason"].startswith("It waits for")}
        for build in (first, newer)
    )
    assert {"C19", "R12", "R14", "J14"} <= waited
    assert not after


def test_the_front_page_tells_new_data_from_revisions(
    first: Build, newer: Build, periods: dict[str, str]
) -> None:
    changes = newer.data("what-changed").set_index("dataset")
    before = first.data("what-changed").set_index("dataset")
    assert changes.loc["FDHBFIN", "revised_cells"] == 1
    change = changes.loc["FDHBFIN", "largest_new"] - changes.loc["FDHBFIN", "largest_old"]
    assert change == pytest.approx(REVISED["FDHBFIN"])
    assert changes.loc["tic_slt_table3", "revised_cells"] == 0
    for id in ("FDHBFIN", "tic_slt_table3", "tic_slt_table5"):
        assert (changes.loc[id, "period"], changes.loc[id, "previous_period"]) == (
            periods[id],
            before.loc[id, "period"],
        )
        assert f"{periods[id]} (before: {before.loc[id, 'period']})" in newer.prose("index")


def test_figures_of_what_did_not_change_are_the_same(
    first: Build, newer: Build, periods: dict[str, str]
) -> None:
    before, after = figure_files(first), figure_files(newer)
    revised = {source["id"] for source in newer.read("sources.json") if source["revised_cells"]}
    changed = revised | set(periods)
    same = [
        figure["slug"]
        for figure in newer.read("figures.json")
        if figure["kind"] == "figure" and not {source["id"] for source in figure["sources"]} & changed
    ]
    assert same
    for name in before:
        if Path(name).parts[0] in same:  # what is asked for is no embedded copy any more, says the note below
            assert NOTES.sub(b"", after[name]) == NOTES.sub(b"", before[name]), name
    assert before != after


# --- a publisher that fails --------------------------------------------------


@pytest.fixture(scope="module")
def failing(builds: dict[str, Build]) -> Build:
    assert builds["failing"].status == 0, builds["failing"].errors
    return builds["failing"]


@pytest.fixture(scope="module")
def failed() -> set[str]:
    """The tables of the publisher that fails."""
    return {
        id for id, dataset in read_catalog().items() if f"//{FAILING}/" in dataset.url and not dataset.by_hand
    }


def test_a_publisher_that_fails_is_named_in_the_sources_and_nothing_else_changes(
    newer: Build, failing: Build, failed: set[str]
) -> None:
    before, after = ({s["id"]: s for s in build.read("sources.json")} for build in (newer, failing))
    differs = ("status", "error", "retrieved_at", "revised_cells")
    assert len(failed) > 3
    for id, source in after.items():
        assert (source["status"] == "failed", source["error"] != "") == (id in failed,) * 2, id
        # What ended is asked for again in this build alone, and then it is the publisher's own word.
        told = ("obtained", "how", "edition_known") if read_catalog()[id].ended else ()
        assert {k: v for k, v in source.items() if k not in (*differs, *told)} == {
            k: v for k, v in before[id].items() if k not in (*differs, *told)
        }
        if id in failed:
            assert source["error"].startswith(f"{id}: ")
            assert "HTTP 404" in source["error"]
            assert source["retrieved_at"] == before[id]["retrieved_at"]


def test_a_publisher_that_fails_changes_no_figure(newer: Build, failing: Build) -> None:
    before, after = figure_files(newer), figure_files(failing)
    about_the_data = {
        figure["slug"]
        for figure in failing.read("figures.json")
        if figure["chapter"] == "chapters/data-and-methods" or figure["slug"].endswith("sources")
    }
    assert set(after) - set(before) == {"failed-at-the-last-refresh/data.csv"}
    assert set(before) <= set(after)
    for name in before:
        if Path(name).parts[0] not in about_the_data and not name.endswith(
            ".svg"
        ):  # which carry their source
            assert after[name] == before[name], name
    for file in sorted((newer.site / "data").glob("*.csv")):
        assert (failing.site / "data" / file.name).read_bytes() == file.read_bytes(), file.name


def test_every_page_says_which_publisher_failed_beside_the_figures_drawn_from_it(
    newer: Build, failing: Build, failed: set[str]
) -> None:
    pages = Counter()
    for figure in failing.read("figures.json"):
        for source in figure["sources"]:
            said = provenance(source)
            assert f"{source['cite']}, {said}" in failing.figure(figure), figure["slug"]
            assert said.endswith(", last refresh failed") == (source["id"] in failed), figure["slug"]
            pages[figure["chapter"]] += source["id"] in failed
    assert {"chapters/index", "chapters/holdings", "chapters/holders"} <= {
        name for name, n in pages.items() if n
    }
    assert f"{words.count(len(failed))} of" in failing.prose("index")
    listed = failing.data("failed-at-the-last-refresh")
    assert set(listed["dataset"]) == failed
    assert failing.prose("data-and-methods").count("HTTP 404") == len(failed)
    assert "every publication answered" in newer.prose("index")
    for chapter in {figure["chapter"].removeprefix("chapters/") for figure in failing.read("figures.json")}:
        assert ("last refresh failed" in newer.page(chapter)) is False
    for chapter in ("holdings", "holders", "term-premium"):
        assert pasted(newer, chapter) == pasted(failing, chapter)


def test_a_publisher_that_fails_stops_the_build_under_strict(
    builds: dict[str, Build], failed: set[str]
) -> None:
    strict = builds["strict"]
    assert strict.status != 0
    assert {
        line.split()[1].rstrip(":") for line in strict.output.splitlines() if line.startswith("failed")
    } == failed
    assert figure_files(strict) == figure_files(builds["newer"]), "pages were built all the same"


# --- a failing cell ----------------------------------------------------------


def test_a_failing_cell_fails_the_build(builds: dict[str, Build]) -> None:
    """Every time: tests/site/test_execution.py."""
    assert builds["broken"].status != 0
    assert "on purpose" in builds["broken"].errors
