"""Headlines put to the data: the engine's verdicts, what is refused, and the page's own rules."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from foreign_demand.analysis import claims, headlines
from foreign_demand.book import assembled

SCRIPT = Path(headlines.__file__).parent.parent / "site" / "static" / "headlines.js"
RULES = {
    "digit": 0.5, "softened_pct": 5, "since_months": 1,
    "revisions_pct": {"country": {"level": 9, "change": 1, "flow": 2}},
}  # fmt: skip
NONE = [None] * 5
DATA: dict[str, Any] = {
    "months": ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"],
    "verbs": list(headlines.VERBS),
    "rules": RULES,
    "rows": {
        "Japan": {
            "holdings": [100.0, 90.0, 95.0, 80.0, 120.0],
            "changes": [None, -10.0, 5.0, None, 40.0],
            "purchases": [None, -3.0, -4.0, 2.0, 1.0],
            "revalued": [None, -7.0, 9.0, 1.0, 0.0],
            "first_purchases": {"2024-03": 6.0},
            "first_holdings": {},
        }
    },
}


def said(verb: str, month: str, **more: str) -> dict[str, Any]:
    return headlines.check(DATA, {"holder": "Japan", "verb": verb, "month": month} | more)


@pytest.mark.parametrize(
    ("verb", "month", "more", "verdict"),
    [
        ("sold", "2024-02", {}, claims.HOLDS),
        ("sold", "2024-02", {"amount": "3"}, claims.HOLDS),
        ("sold", "2024-02", {"amount": "3.4"}, claims.REVISED),
        ("sold", "2024-02", {"amount": "3.1", "about": "yes"}, claims.HOLDS),
        ("sold", "2024-02", {"amount": "10"}, claims.WRONG_CONCEPT),
        ("sold", "2024-02", {"amount": "50"}, claims.CONTRADICTED),
        ("bought", "2024-03", {"amount": "6"}, claims.REVISED),
        ("bought", "2024-03", {}, claims.REVISED),
        ("cut", "2024-02", {"amount": "10"}, claims.HOLDS),
        ("cut", "2024-05", {}, claims.CONTRADICTED),
        ("raised", "2024-05", {"amount": "1"}, claims.WRONG_CONCEPT),
        ("highest", "2024-05", {}, claims.HOLDS),
        ("highest", "2024-03", {}, claims.CONTRADICTED),
        ("lowest", "2024-04", {}, claims.HOLDS),
        ("highest", "2024-03", {"since": "2024-01"}, claims.HOLDS),
        ("lowest", "2024-04", {"since": "2024-01"}, claims.CONTRADICTED),
    ],
)
def test_a_headline_has_the_verdict_of_a_claim(
    verb: str, month: str, more: dict[str, str], verdict: str
) -> None:
    assert said(verb, month, **more)["verdict"] == verdict


@pytest.mark.parametrize(
    ("headline", "refused"),
    [
        ({"holder": "Atlantis", "verb": "sold", "month": "2024-02"}, "holder"),
        ({"holder": "Japan", "verb": "dumped", "month": "2024-02"}, "verb"),
        ({"holder": "Japan", "verb": "sold", "month": "2024-01"}, "month"),
        ({"holder": "Japan", "verb": "cut", "month": "2024-04"}, "month"),
        ({"holder": "Japan", "verb": "highest", "month": "2031-01"}, "month"),
        ({"holder": "Japan", "verb": "sold", "month": "2024-02", "amount": "-3"}, "amount"),
        ({"holder": "Japan", "verb": "lowest", "month": "2024-02", "since": "1999-01"}, "since"),
        ({}, "holder"),
    ],
)
def test_what_the_data_do_not_have_is_refused_by_name(headline: dict[str, str], refused: str) -> None:
    assert headlines.check(DATA, headline) == {"refused": refused}


def test_the_month_is_told_beside_the_verdict() -> None:
    found = said("cut", "2024-02", amount="10")
    shown = (
        "held",
        "change",
        "purchases",
        "revalued",
        "first_purchases",
        "record_month",
        "record",
        "last_month",
    )
    assert [found[name] for name in shown] == [90, -10, -3, -7, None, "2024-04", 80, None]
    assert said("raised", "2024-03")["first_purchases"] == 6
    assert said("highest", "2024-03")["last_month"] == "2024-01"


# --- the page's rules are these -----------------------------------------------


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return json.loads(json.dumps(assembled.headlines_checked_against()))


def drawn(data: dict[str, Any], number: int) -> list[dict[str, str]]:
    """Headlines of every kind at random, some of them about what there is not."""
    draw = random.Random(7)
    names, found = [*data["rows"], "Atlantis", "toString"], []
    for _ in range(number):
        holder, verb = draw.choice(names), draw.choice([*headlines.VERBS, "dumped"])
        month = draw.choice([*data["months"][-60:], *data["months"], "2031-01", ""])
        headline = {"holder": holder, "verb": verb, "month": month}
        row = data["rows"].get(holder)
        if row and month in data["months"] and draw.random() < 0.7:
            at = data["months"].index(month)
            near = [v for v in (row["purchases"][at], row["changes"][at]) if v is not None] or [5.0]
            amount = abs(draw.choice(near)) * draw.choice([1, 1, 1, 1.02, 1.3, 5])
            headline["amount"] = draw.choice([f"{amount:.1f}", f"{amount:.0f}", f"{amount:.2f}", "x"])
            headline["about"] = draw.choice(["", "yes"])
        if verb in headlines.EXTREMES and draw.random() < 0.5:
            headline["since"] = draw.choice([*data["months"], "soon"])
        found.append(headline)
    return found


def test_the_page_finds_what_the_engine_finds(browser: Browser, data: dict[str, Any]) -> None:
    asked = drawn(data, 3000)
    expected = [headlines.check(data, headline) for headline in asked]
    page = browser.new_page()
    page.set_content("<p></p>")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    told = page.evaluate(
        """([data, asked]) => asked.map((headline) => {
          const found = window.foreignDemandHeadlines.check(data, headline);
          const words = found.refused ? [window.foreignDemandHeadlines.refusal(data, headline, found.refused)]
            : window.foreignDemandHeadlines.sentences(data, headline, found);
          return [JSON.stringify(found, (_, v) => (v === -Infinity ? "never" : v)), words.join(" ")];
        })""",
        [data, asked],
    )
    page.close()
    for headline, (found, words), should in zip(asked, told, expected, strict=True):
        found = json.loads(found)
        assert set(found) == set(should), headline
        for name, value in should.items():
            value = "never" if value == claims.NEVER else value
            assert found[name] == (pytest.approx(value) if isinstance(value, float) else value), (
                headline,
                name,
            )
        assert words
        assert "undefined" not in words
        assert "NaN" not in words
    verdicts = {v for should in expected for v in [should.get("verdict") or should["refused"]]}
    assert verdicts >= {
        "holds",
        "holds with revision",
        "wrong unit or concept",
        "contradicted",
        "holder",
        "month",
    }


def test_everything_that_a_page_loads_for_it_is_small(data: dict[str, Any]) -> None:
    assert len(gzip.compress(json.dumps(data, separators=(",", ":")).encode())) < 300_000


def test_a_month_of_the_data_is_that_of_the_tables(data: dict[str, Any]) -> None:
    at = data["months"].index("2025-04")
    china = data["rows"]["China, Mainland"]
    assert china["first_holdings"]["2025-04"] == 757.2
    assert china["holdings"][at] - china["holdings"][at - 1] == pytest.approx(china["changes"][at], abs=0.002)
    assert set(china["first_purchases"]) == {"2023-07", "2024-10"}  # of months that dated editions end with
    total = data["rows"]["Grand Total"]
    assert total["changes"][data["months"].index("2021-06")] is None
    assert set(total["first_purchases"]) > {"2025-04"}
