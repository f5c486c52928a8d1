"""Published claims on the site: records for machines, markup, changed verdicts, the table in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from foreign_demand.analysis.headlines import VERBS
from foreign_demand.site.bundles import render
from foreign_demand.site.citations import Book
from foreign_demand.site.claims import changed_verdicts, describe_claim

ROW = {
    "id": "C1", "source": "A text (2025), on yields", "claim": "The yield was 4%.", "stated": "4.00%",
    "period": "2025-04", "verdict": "holds", "found": "4.01%", "as_of": "2025-04-30", "vintage": "2025-05-02",
    "reason": "The data have 4.01%.", "agree": "1", "readings": "1", "first_print": "",
    "chapter": "chapters/april",
}  # fmt: skip
BOOK = Book(title="A Book", author="Some Authors", address="https://example.org/book/")


def test_a_claim_has_a_permalink_a_citation_and_its_markup() -> None:
    told = describe_claim(ROW, "chapters/claims", BOOK)
    link = "https://example.org/book/chapters/claims.html#claim-C1"
    assert told["permalink"] == link
    assert told["citation"] == f"Some Authors, A Book, claim C1: holds; vintage 2025-05-02. {link}"
    assert told["bears_on"] == "chapters/april.html"
    assert told["review"]["@type"] == "ClaimReview"
    assert told["review"]["reviewRating"] == {"@type": "Rating", "alternateName": "holds"}
    assert told["review"]["claimReviewed"] == told["claim"] == ROW["claim"]


def test_a_book_without_an_address_links_within_itself() -> None:
    told = describe_claim(
        ROW | {"chapter": "", "vintage": ""}, "chapters/claims", Book(title="B", author="A")
    )
    assert (told["permalink"], told["bears_on"]) == ("chapters/claims.html#claim-C1", "")
    assert told["citation"] == "A, B, claim C1: holds; vintage none."


@pytest.mark.parametrize(
    ("before", "changed"),
    [
        ([], []),
        ([{"id": "C1", "verdict": "holds"}], []),
        ([{"id": "C1", "verdict": "contradicted"}], [("C1", "contradicted", "holds")]),
        ([{"id": "C2", "verdict": "contradicted"}], []),
    ],
)
def test_a_verdict_has_changed_where_the_build_before_had_another(
    before: list[dict[str, str]], changed: list[tuple[str, str, str]]
) -> None:
    found = changed_verdicts(before, [ROW])
    assert [(c["id"], c["was"], c["verdict"]) for c in found] == changed


def test_every_claim_is_told_to_machines(built_book: Path) -> None:
    told = json.loads((built_book / "claims.json").read_text("utf-8"))
    page = (built_book / "chapters" / "claims.html").read_text("utf-8")
    assert len({claim["id"] for claim in told}) == len(told) > 100
    for claim in told:
        assert f'id="claim-{claim["id"]}"' in page
        assert claim["citation"]
        assert claim["review"]["reviewRating"]["alternateName"] == claim["verdict"]
        if claim["bears_on"]:
            other = (built_book / claim["bears_on"]).read_text("utf-8")
            assert f"claims.html#claim-{claim['id']}" in other
    assert '<script type="application/ld+json">' in page


def test_claims_are_filtered_sorted_and_linked_and_the_address_keeps_the_choice(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/chapters/claims.html?verdict=contradicted")
    rows = page.locator("#fig-claims-tested tbody tr:visible")
    expect(page.get_by_label("Verdict")).to_have_value("contradicted")
    assert {row.locator("td").nth(4).inner_text() for row in rows.all()} == {"contradicted"}
    page.get_by_label("Verdict").select_option("")
    page.get_by_label("Search the claims").fill("china")
    expect(page).to_have_url(f"{address}/chapters/claims.html?claims=china")
    assert all("china" in row.inner_text().lower() for row in rows.all())
    page.get_by_role("button", name="Id", exact=True).click()
    page.get_by_role("button", name="Id", exact=True).click()
    ids = [row.locator("td").first.inner_text() for row in rows.all()]
    assert ids == sorted(ids, reverse=True)
    expect(page).to_have_url(f"{address}/chapters/claims.html?claims=china&sort=-id")
    page.reload()
    expect(page.get_by_role("columnheader", name="Id", exact=True)).to_have_attribute(
        "aria-sort", "descending"
    )
    assert [row.locator("td").first.inner_text() for row in rows.all()] == ids
    assert rows.first.locator("a").first.get_attribute("href") == f"#claim-{ids[0]}"
    page.close()


def test_a_headline_is_answered_and_stands_in_the_address(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/chapters/claims.html?holder=Japan&verb=cut&amount=74&month=2022-03")
    answer = page.locator(".fd-headline output")
    expect(answer).to_contain_text("Holds. At the end of March 2022 Japan held USD 1,229.0 billion")
    page.get_by_label("Holder").fill("Atlantis")
    page.get_by_role("button", name="Check").click()
    expect(answer).to_contain_text("no row “Atlantis”")
    assert "holder=Atlantis" in page.url
    page.get_by_label("Holder").fill("China")
    page.get_by_label("Month").fill("2031-01")
    page.get_by_role("button", name="Check").click()
    expect(answer).to_contain_text("The data do not have that.")
    page.close()


def test_the_form_offers_the_verbs_that_the_engine_knows() -> None:
    form = render("headline-checker.html", source="x.js")
    assert re.findall(r"<option>(\w+)</option>", form) == list(VERBS)
