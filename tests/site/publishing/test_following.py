"""Pages and feeds of what changed agree with each other, with the redline, and with the list of revisions."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from edition_pair import TABLES, between, first, said, second, write_editions
from project import ROOT
from small_site import write_site

from bench.browser import serve
from foreign_demand.data.catalog import Catalog
from foreign_demand.data.editions import read_revisions
from foreign_demand.data.store import Store, merge_tables, table_csv
from foreign_demand.site import files
from foreign_demand.site.publishing import following
from foreign_demand.site.publishing.changes import cell_in_words, counts_in_words, lines_of, period_in_words
from foreign_demand.site.publishing.following import PLACE, write_following
from foreign_demand.site.publishing.publish import publish
from foreign_demand.site.publishing.record import Page, Record
from foreign_demand.site.publishing.tables import compare, read_csv

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SINCE = "editions/2026-11-02/since/2026-10-02.html"


@pytest.fixture(scope="module")
def dest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    write_following(folder, write_editions(folder, first(), second()))
    return folder


def words(file: Path) -> str:
    """The words of a page, with what its style sheet has read out of what was struck and added."""
    held = file.read_bytes()
    return words_of(gzip.decompress(held) if file.suffix == ".gz" else held)


def words_of(text: str | bytes) -> str:
    page = BeautifulSoup(text, "html.parser").main
    for mark in page.find_all(["del", "ins"]):
        mark.replace_with(f"[{'struck' if mark.name == 'del' else 'added'}: {mark.get_text()}]")
    return " ".join(page.get_text().split())


def entries(dest: Path, name: str) -> list[tuple[str, str]]:
    read = ElementTree.parse(dest / "feeds" / f"{name}.xml")
    return [
        (e.findtext("a:title", "", ATOM), e.findtext("a:content", "", ATOM))
        for e in read.findall("a:entry", ATOM)
    ]


def test_the_redline_page_says_all_that_changed_and_nothing_that_did_not(dest: Path) -> None:
    page = words(dest / SINCE)
    for text in (
        "Level: USD [struck: 18, a][added: 12, no] record".replace("][", "] ["),
        "Verdict: [struck: holds] [added: contradicted]",
        "Revised: March 2026, Japan, holdings, USD million: [struck: 10] [added: 10.5]",
        "Withdrawn: April 2026, Belgium; holdings, USD million: [struck: 7]",
        "New: one row, May 2026",
        "Reworded: It is [struck: a] [added: no] record.",
        "[added: They sold.]",
        "its terms do not let us hand on its numbers",
    ):
        assert text in page
    assert "Read on." not in page


@pytest.mark.parametrize(
    ("mark", "drawn", "read"),
    [("del", "line-through", " [struck: "), ("ins", "underline", " [added: ")],
)
def test_what_is_struck_or_added_is_told_without_colour(
    dest: Path, browser: Browser, mark: str, drawn: str, read: str
) -> None:
    (dest / "_static").mkdir(exist_ok=True)
    style = ROOT / "foreign_demand" / "site" / "static" / "following.css"
    (dest / "_static" / style.name).write_bytes(style.read_bytes())
    page = browser.new_page()
    page.goto((dest / SINCE).as_uri())
    found = page.locator(f"li {mark}").first
    assert drawn in found.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    assert found.evaluate("mark => getComputedStyle(mark, '::before').content") == f'"{read}"'
    page.close()


def test_changes_redline_and_feed_tell_the_same(dest: Path) -> None:
    changes, redline = words(dest / "changes.html"), words(dest / SINCE)
    counts = (
        "One verdict flipped, one finding changed, three sentences changed, one figure or table changed and "
        "two sources changed. In one of the sentences only numbers and dates moved."
    )
    numbers = "one number revised, one new row and one row withdrawn"
    title, told = entries(dest, "all")[0]
    assert title == "What changed on 2 November 2026"
    assert told.split("\n") == lines_of(between(first(), second()))
    for text in (changes, redline, told):
        assert counts in text
        assert numbers in text


def test_changes_are_told_newest_first_and_corrections_stand_above_them(dest: Path) -> None:
    headings = [
        h.get_text() for h in BeautifulSoup((dest / "changes.html").read_text("utf-8"), "html.parser")("h2")
    ]
    assert headings == ["Corrections of our own errors", "2 November 2026", "2 October 2026"]
    assert [title for title, _ in entries(dest, "all")] == [
        "What changed on 2 November 2026",
        "Correction of 20 October 2026",
        "Edition of 2 October 2026",
    ]
    assert "since 2 October 2026: Foreigners hold half of it." in entries(dest, "all")[1][1]


def test_a_feed_of_a_page_has_its_sentences_and_figures_and_one_of_findings_has_no_more(dest: Path) -> None:
    ((_, told),) = entries(dest, "chapters/level")
    assert "Changed: It is no record. (before: It is a record.)" in told
    assert "Added: They sold." in told
    assert "Figure “Foreigners hold 12”: one new row" in told
    ((_, told),) = entries(dest, "findings")
    assert [line.split(":")[0] for line in told.split("\n")] == [
        "Finding “Level”",
        "Verdict on B01, “It is a record.”",
    ]


@pytest.mark.parametrize(
    ("later", "places"),
    [
        (second(), {"all": "", "findings": "findings", "chapters/level": "level"}),
        (replace(second(), pages=first().pages), {"chapters/level": "figures"}),
        (replace(second(), findings=first().findings), {"findings": "verdicts"}),
    ],
)
def test_an_entry_leads_to_the_place_of_the_redline_that_has_it(
    tmp_path: Path, later: Record, places: dict[str, str]
) -> None:
    write_following(tmp_path, write_editions(tmp_path, first(), later))
    page = (tmp_path / SINCE).read_text("utf-8")
    for name, place in places.items():
        read = ElementTree.parse(tmp_path / "feeds" / f"{name}.xml")
        link = read.find("a:entry/a:link", ATOM).get("href")
        assert link.partition(f"{SINCE}")[2] == (f"#{place}" if place else "")
        assert f'id="{place}"' in page or not place


@pytest.mark.parametrize("address", ["", "https://example.org/book"])
def test_feeds_keep_to_the_rules_of_atom(tmp_path: Path, address: str) -> None:
    write_following(tmp_path, write_editions(tmp_path, first(), second(), address=address))
    feeds = sorted((tmp_path / "feeds").rglob("*.xml"))
    assert {str(f.relative_to(tmp_path / "feeds")) for f in feeds} == {
        "all.xml",
        "findings.xml",
        "chapters/level.xml",
    }
    ids = []
    for file in feeds:
        top = ElementTree.parse(file).getroot()
        assert top.tag == f"{{{ATOM['a']}}}feed"
        for part in (top, *top.findall("a:entry", ATOM)):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
            for name in ("title", "id", "updated"):
                (found,) = part.findall(f"a:{name}", ATOM)
                assert found.text
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", part.findtext("a:updated", "", ATOM))
            assert re.fullmatch(r"tag:foreign-demand,2026:[\w/-]+", part.findtext("a:id", "", ATOM))
            assert len(part.findall("a:link[@rel='alternate']", ATOM)) == 1
            ids.append(part.findtext("a:id", "", ATOM))
        assert top.findtext("a:author/a:name", "", ATOM) == "We"
        assert top.findtext("a:updated", "", ATOM) == max(
            u.text for u in top.iterfind("a:entry/a:updated", ATOM)
        )
        order = [u.text for u in top.iterfind("a:entry/a:updated", ATOM)]
        assert order == sorted(order, reverse=True)
        for link in top.iter(f"{{{ATOM['a']}}}link"):
            place = link.get("href").partition("#")[0]
            assert place.startswith(address)
            target = tmp_path / place.removeprefix(f"{address}/") if address else file.parent / place
            assert target.resolve().exists() or "editions/2026-10-02/chapters" in place, place
    assert len(ids) == len(set(ids))


def test_pages_name_their_feeds_once_and_the_front_page_leads_to_the_changes(dest: Path) -> None:
    write_following(dest, [first(), second()])  # again, on pages that have them
    page = (dest / "chapters" / "level.html").read_text("utf-8")
    assert re.findall(r'type="application/atom\+xml" title="([^"]+)" href="([^"]+)"', page) == [
        ("all changes", "../feeds/all.xml"),
        ("findings that changed", "../feeds/findings.xml"),
        ("Level", "../feeds/chapters/level.xml"),
    ]
    front = (dest / "chapters" / "index.html").read_text("utf-8")
    assert front.count('href="../changes.html"') == 1
    assert PLACE not in front


def test_a_first_edition_has_a_page_of_changes_and_feeds(tmp_path: Path) -> None:
    write_following(tmp_path, write_editions(tmp_path, first()))
    assert "The first edition" in words(tmp_path / "changes.html")
    assert [title for title, _ in entries(tmp_path, "all")] == [
        "Correction of 20 October 2026",
        "Edition of 2 October 2026",
    ]
    assert entries(tmp_path, "chapters/level") == []
    assert not list(tmp_path.glob("editions/*/since/*"))


def test_any_two_editions_are_set_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    days, chosen = [f"2026-{month:02}-02" for month in range(4, 13)], random.Random(19)
    texts = ["Foreigners hold USD 18.", "Foreigners hold USD 12.", "It is a record.", "They sold.", "Who?"]
    records: list[Record] = []
    for day in days:
        like = chosen.choice([first(), second()])
        monkeypatch.setitem(TABLES, day, TABLES[like.date])
        level = Page(title="Level", sentences=said(*chosen.sample(texts, 3)))
        records.append(replace(like, date=day, pages={**like.pages, "chapters/level": level}))
    for upto in range(1, len(records) + 1):
        write_following(tmp_path, write_editions(tmp_path, *records[:upto]))
    for name in ("redline.js", "following.css"):
        copy = files.HERE / "static" / name
        files.write(tmp_path / "_static" / name, copy.read_bytes())
    with serve(tmp_path) as address:
        page = browser.new_page()
        for earlier, later in chosen.sample(list(combinations(range(len(days)), 2)), 12):
            page.goto(f"{address}/editions/redline.html")
            page.select_option("[name=since]", days[earlier])
            page.select_option("[name=to]", days[later])
            page.click("button")
            page.wait_for_selector("main li, main :text('Nothing that readers see changed')")
            two = between(records[earlier], records[later])
            assert words_of(page.content()).count(counts_in_words(two)) == 1
            file = tmp_path / "editions" / days[later] / "since" / f"{days[earlier]}.html"
            written = words(file if later == earlier + 1 else file.with_name(f"{file.name}.gz"))
            assert written.partition(counts_in_words(two))[2] in words_of(page.content())
            links = page.locator("main li a, main p > a").evaluate_all("all => all.map(link => link.href)")
            assert f"{address}/editions/{days[earlier]}/chapters/index.html" in links
        page.goto(f"{address}/editions/redline.html?since={days[3]}&to={days[3]}")
        page.wait_for_selector(":text('Choose a later edition')")
        page.close()


def test_a_redline_that_is_there_stays_and_old_steps_are_told_by_their_link_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLES, "2026-10-20", TABLES["2026-10-02"])
    monkeypatch.setattr(following, "TOLD", 2)
    editions = write_editions(tmp_path, first(), replace(first(), date="2026-10-20"), second())
    kept = tmp_path / f"{SINCE}.gz"
    kept.parent.mkdir()
    kept.write_bytes(b"as it was")
    write_following(tmp_path, editions)
    assert kept.read_bytes() == b"as it was"
    page = (tmp_path / "changes.html").read_text("utf-8")
    assert 'href="editions/2026-10-20/since/2026-10-02.html"' in page
    assert "The first edition" not in page
    assert [title for title, _ in entries(tmp_path, "all")] == [
        "What changed on 2 November 2026",
        "Correction of 20 October 2026",
    ]


def test_tables_may_be_packed(dest: Path, tmp_path: Path) -> None:
    editions = write_editions(tmp_path, first(), second())
    for file in (tmp_path / "editions").rglob("*.csv"):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    write_following(tmp_path, editions)
    assert words(tmp_path / SINCE) == words(dest / SINCE)


def test_revised_new_and_withdrawn_are_those_of_the_list_of_revisions(
    tmp_path: Path, catalog: Catalog
) -> None:
    """The same two editions, taken in by the store and compared as published tables."""
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)
    dataset, embedded = catalog["tic_mfhhis01"], Store()
    held = embedded.read(dataset.id).query("month >= '2025-06-30'").reset_index(drop=True)
    new = held.drop(index=[3, 4]).reset_index(drop=True)
    new.loc[[0, 10, 20], "holdings_usd_bn"] += 1.5
    month = new[new["month"] == new["month"].max()].assign(month=pd.Timestamp("2026-01-31").as_unit("us"))
    merged, changes = merge_tables(held, pd.concat([new, month], ignore_index=True), dataset)
    origin = embedded.origin(dataset.id)
    dated = changes.revised.assign(old_vintage=origin.vintage, new_vintage="2026-06-18")
    store.write(
        dataset.id,
        merged,
        replace(origin, vintage="2026-06-18"),
        dated,
        into=store.snapshot,
    )
    listed = read_revisions([dataset.id], store=store)

    found = compare(read_csv(table_csv(held, dataset)), read_csv(table_csv(merged, dataset)), key=dataset.key)
    gone = [cell for row in found.withdrawn for cell in row]
    assert len(found.withdrawn) == 2
    assert len(found.new) == changes.new_rows == len(month)
    told = sorted((float(c.before), float(c.after or "nan")) for c in (*found.revised, *gone) if c.after)
    assert told == sorted(listed.dropna(subset="new")[["old", "new"]].itertuples(index=False, name=None))
    assert sorted(float(c.before) for c in gone) == sorted(listed.loc[listed["new"].isna(), "old"])


def test_a_second_edition_from_changed_data_is_told_alike_everywhere(
    tmp_path: Path, catalog: Catalog
) -> None:
    """Through the store, its list of revisions, two built books and two publications."""
    store = Store(snapshot=tmp_path / "snapshot", cache=tmp_path / "cache", catalog=catalog)
    dataset, origin = catalog["DGS10"], Store().origin("DGS10")
    days = pd.to_datetime(["2026-07-01", "2026-07-02", "2026-07-03"]).as_unit("us")
    held = pd.DataFrame({"date": days, "yield_pct": [4.2, 4.3, 4.4]})
    served = pd.DataFrame(
        {"date": [days[0], days[2], days[2] + pd.Timedelta(days=3)], "yield_pct": [4.25, 4.4, 4.5]}
    )
    merged, changes = merge_tables(held, served, dataset)
    dated = changes.revised.assign(old_vintage="2026-07-04", new_vintage="2026-07-07")
    store.write("DGS10", merged, replace(origin, vintage="2026-07-07"), dated, into=store.snapshot)
    listed = read_revisions(["DGS10"], store=store)

    dest = tmp_path / "published"
    for day, table, sentences, verdict, vintage in (
        ("2026-07-04", held, "Yields are 4.4%. That is a record.", "holds", "2026-07-04"),
        ("2026-07-07", merged, "Yields are 4.5%. That is no record.", "contradicted", "2026-07-07"),
    ):
        site = write_site(tmp_path / day, said=sentences, verdict=verdict, vintage=vintage)
        (site / "data" / "DGS10.csv").write_text(table_csv(table, dataset), encoding="utf-8")
        package = {"resources": [{"path": "data/DGS10.csv", "schema": {"primaryKey": ["date"]}}]}
        (site / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        publish(site, dest, date=dt.date.fromisoformat(day), today=dt.date.fromisoformat(day))

    page = words(dest / "editions/2026-07-07/since/2026-07-04.html")
    revised, gone = listed[listed["new"].notna()], listed[listed["new"].isna()]
    assert (len(revised), len(gone), changes.new_rows) == (1, 1, 1)
    numbers = "one number revised, one new row and one row withdrawn"
    counts = "One verdict flipped, one finding changed, two sentences changed"
    told = entries(dest, "all")[0][1]
    for text in (page, words(dest / "changes.html"), told):
        assert numbers in text
        assert counts in text
        assert "contradicted" in text
    for row in revised.itertuples():
        was, now = (cell_in_words(str(value)) for value in (row.old, row.new))
        day = period_in_words(f"{row.period:%Y-%m-%d}")
        assert f"Revised: {day}, yield, %: [struck: {was}] [added: {now}]" in page
    for row in gone.itertuples():
        day = period_in_words(f"{row.period:%Y-%m-%d}")
        assert f"Withdrawn: {day}; yield, %: [struck: {cell_in_words(str(row.old))}]" in page
    assert "New: one row, 6 July 2026" in page
    assert "Reworded: That is [struck: a] [added: no] record." in page
    assert "Yields are [struck: 4.4%.] [added: 4.5%.]" in page
