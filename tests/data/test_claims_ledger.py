"""The ledger of claims: what an entry has to say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from foreign_demand.data.catalog import read_catalog
from foreign_demand.data.claims import STATED, Ledger, read_claims
from foreign_demand.data.places import by_name
from foreign_demand.data.store import Store
from foreign_demand.exceptions import CatalogError

TOGETHER = {
    "alignment_positions",
    "alignment_purchases",
    "holders",
    "market_levels",
    "market_levels_month_end",
}
"""Tables that the book puts together; all others are datasets."""

GOOD: dict[str, Any] = {
    "texts": {"article": {"name": "An article", "claims": 2}},
    "measures": {"ten_year": {"table": "DGS10", "column": "yield_pct"}},
    "claims": {
        "A1": {
            "source": "article",
            "claim": "The yield was 4%.",
            "period": "2025-04",
            "test": "level",
            "unit": "percent",
            "parts": [{"of": "ten_year", "at": "2025-04", "value": 4}],
        },
        "A2": {"source": "article", "claim": "It is fair.", "period": "2025", "needs": "a judge"},
    },
}


def read(folder: Path, held: Any) -> Ledger:
    path = folder / "claims.yml"
    path.write_text(held if isinstance(held, str) else yaml.safe_dump(held), encoding="utf-8")
    return read_claims(path)


def with_claim(**changed: Any) -> dict[str, Any]:
    """The good ledger with fields of its first claim changed; None takes one away."""
    claim = {name: v for name, v in (GOOD["claims"]["A1"] | changed).items() if v is not None}
    return GOOD | {"claims": {"A1": claim}}


def test_an_entry_is_read_as_it_stands(tmp_path: Path) -> None:
    ledger = read(tmp_path, GOOD)
    tested, other = ledger.claims
    assert (tested.id, tested.test, tested.parts[0]["value"]) == ("A1", "level", 4)
    assert (other.id, other.test, other.needs) == ("A2", "", "a judge")
    assert ledger.tables == ("DGS10",)


def test_a_day_is_the_text_it_is_written_as(tmp_path: Path) -> None:
    (claim,) = read(tmp_path, with_claim(period=dt.date(2025, 4, 11))).claims
    assert claim.period == "2025-04-11"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source": "novel"}, "A1: 'novel' is no text"),
        ({"claim": None}, "A1 is incomplete: .*claim"),
        ({"verdict": "holds"}, "A1: verdict is no field of a claim"),
        ({"test": None}, "A1: a claim has a test, or says what it needs"),
        ({"lacks": "a table"}, "A1: a claim has a test, or says what it needs or lacks"),
        ({"needs": "a judge"}, "A1: a claim has a test, or says what it needs"),
        ({"unit": None}, "A1: .* needs a unit and parts"),
        ({"parts": []}, "A1: .* needs a unit and parts"),
        ({"parts": [{"of": "ten_year", "at": "2025-04"}]}, "A1: a part states its figure once"),
        (
            {"parts": [{"of": "ten_year", "at": "2025-04", "value": 4, "above": 4}]},
            "A1: a part states its figure once",
        ),
        ({"parts": [{"of": "gold", "at": "2025-04", "value": 4}]}, "A1: gold is no measure"),
        ({"readings": [{"choice": "in gold", "to": "gold"}]}, "A1: gold is no measure"),
        ({"readings": [{"at": "2025-05"}]}, "A1: a reading needs a choice"),
        ({"readings": [{"choice": "later", "kind": "wish"}]}, "A1: a reading needs a choice, and a kind"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        read(tmp_path, with_claim(**changed))


@pytest.mark.parametrize("held", ["", "- a\n- b\n", "texts: [", "texts: {}\nmeasures: {}\n", "claims: 3\n"])
def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, held: str) -> None:
    with pytest.raises(CatalogError, match=r"claims\.yml cannot be read"):
        read(tmp_path, held)


FIGURES = {"figures": {"2023-03": 5.0}}


@pytest.mark.parametrize("measure", [FIGURES, {"table": "DGS10", "column": "yield_pct", "source": "a page"}])
def test_figures_have_their_source(tmp_path: Path, measure: dict[str, Any]) -> None:
    with pytest.raises(CatalogError, match="other: figures, and they alone, have a source"):
        read(tmp_path, GOOD | {"measures": GOOD["measures"] | {"other": measure}})


@pytest.mark.parametrize(
    "measure",
    [
        {"table": "DGS10"},
        {"sum": ["ten_year"], "table": "DGS10", "column": "yield_pct"},
        {"sum": ["ten_year"], "source": "a page", **FIGURES},
        {},
    ],
)
def test_a_measure_is_a_column_or_a_sum(tmp_path: Path, measure: dict[str, Any]) -> None:
    measures = GOOD["measures"] | {"other": measure}
    with pytest.raises(CatalogError, match="other: a measure has a table and a column, or a sum"):
        read(tmp_path, GOOD | {"measures": measures})


def test_a_sum_is_of_measures(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="both: gold is no measure"):
        read(tmp_path, GOOD | {"measures": GOOD["measures"] | {"both": {"sum": ["ten_year", "gold"]}}})


def test_every_claim_that_a_text_makes_is_in_the_ledger() -> None:
    ledger = read_claims()
    for text in ledger.texts.values():
        assert sum(claim.source == text.id for claim in ledger.claims) >= text.claims


def test_the_ledger_names_datasets_of_the_catalog() -> None:
    assert set(read_claims().tables) - TOGETHER <= set(read_catalog())


def test_the_ledger_of_one_claim_has_what_it_needs_and_no_more() -> None:
    own = read_claims().of("B24")
    assert [claim.id for claim in own.claims] == ["B24"]
    assert set(own.measures) == {"china", "belgium", "china_and_belgium"}
    assert own.tables == ("holders",)


def test_every_measure_is_used() -> None:
    ledger = read_claims()
    arguments = [a for c in ledger.claims for p in (*c.parts, *c.readings) for a in (p, *p.get("parts", ()))]
    named = {a[key] for a in arguments for key in ("of", "to") if key in a}
    named |= {n for m in ledger.measures.values() for n in (*m.sum, *m.panel, m.before, m.stock) if n}
    assert named == set(ledger.measures)


def test_no_figure_or_tolerance_is_negative_by_mistake() -> None:
    for claim in read_claims().claims:
        assert min(claim.digit, claim.search) >= 0
        for part in (*claim.parts, *(p for reading in claim.readings for p in reading["parts"])):
            assert part["tolerance"] >= 0
            assert sum(name in part for name in STATED) == 1


# --- the rules ----------------------------------------------------------------

RULES = {
    "digit": 0.5,
    "softened_pct": 5,
    "group_pct": 1,
    "since_months": 1,
    "revisions_pct": {"country": {"level": 8.0, "change": 2.0, "flow": 1.0}},
}


def settled(part: dict[str, Any], tmp_path: Path, measure: dict[str, Any] | None = None, **claim: Any) -> Any:
    """What the rules leave open for one figure."""
    held = with_claim(parts=[{"of": "ten_year", "at": "2025-04"} | part], **claim) | {"rules": RULES}
    held |= {"measures": {"ten_year": GOOD["measures"]["ten_year"] | (measure or {})}}
    return read(tmp_path, held).claims[0].parts[0]


@pytest.mark.parametrize(
    ("part", "claim", "tolerance"),
    [
        ({"value": 759}, {}, 0.5),
        ({"value": 760.8}, {}, 0.05),
        ({"value": 4.4, "digit": 0.01}, {}, 0.005),
        ({"value": 17000}, {"digit": 1000}, 500),
        ({"value": 17000, "softened": "nearly"}, {"digit": 1000}, 850),
        ({"value": -12}, {"softened": "about"}, 0.6),
        ({"above": 4.5}, {"softened": "about"}, 0),
        ({"below": 3}, {"unit": "rank"}, 0),
        ({"value": "2013-11"}, {"test": "when_highest", "unit": "month"}, 0),
        ({"value": "2010-06"}, {"test": "last_as_low", "unit": "month"}, 1),
        ({"value": 24, "digit": 12}, {"test": "last_as_high", "unit": "months ago"}, 6),
        ({"value": 463.9}, {"group": True}, 4.639),
        ({"value": 10}, {"group": True}, 0.5),
        ({"value": 0}, {"tolerance": 50}, 50),
    ],
)
def test_what_a_wording_leaves_open_is_one_rule(
    part: dict[str, Any], claim: dict[str, Any], tolerance: float, tmp_path: Path
) -> None:
    assert settled(part, tmp_path, **claim)["tolerance"] == pytest.approx(tolerance)


def test_a_quote_of_another_hour_may_be_apart_from_the_series(tmp_path: Path) -> None:
    measure = {"apart": 0.05}
    assert settled({"value": 4.31}, tmp_path, measure)["tolerance"] == 0.05
    assert settled({"value": 15, "scale": 100}, tmp_path, measure)["tolerance"] == 5
    assert settled({"above": 4.5}, tmp_path, measure)["tolerance"] == 0


@pytest.mark.parametrize(
    ("test", "start", "stock", "pct"),
    [
        ("level", None, "", 8),
        ("level", None, "ten_year", 1),
        ("change", "2025-03", "", 2),
        ("change", "2024-04", "", 8 * 2**0.5),
        ("total", "2025-01", "ten_year", 2),
        ("rank", None, "", None),
    ],
)
def test_what_a_later_edition_moves_is_one_rule(
    test: str, start: str | None, stock: str, pct: float | None, tmp_path: Path
) -> None:
    part = {"value": 4} | ({"start": start} if start else {})
    found = settled(part, tmp_path, {"revised": "country", "stock": stock}, test=test)
    assert found.get("revision_pct") == (pct if pct is None else pytest.approx(pct))
    assert found.get("revision_of") == (None if pct is None else "ten_year")


def test_the_margins_for_revisions_are_what_editions_differ_by() -> None:
    """95 of 100 distances between dated editions of SLT table 1 and the current one."""
    store, found = Store(), {}
    current = store.read("tic_slt_table1")
    holdings, flows = "treasury_holdings_usd_mn", "treasury_net_purchases_usd_mn"
    parts = []
    for _, edition in store.read("tic_slt_table1_editions").groupby("edition"):
        both = edition.merge(current, on=["month", "country"], suffixes=("", "_now")).sort_values("month")
        for name in (holdings, f"{holdings}_now"):
            both[f"change_{name}"] = both.groupby("country")[name].diff()
        parts.append(both[both["month"] > both["month"].max() - pd.DateOffset(months=12)])
    both = pd.concat(parts)
    country = both["country"].map(lambda name: name != "Grand Total" and by_name(name).kind == "country")
    large = both[country & (both[f"{holdings}_now"] >= 50e3)]
    for kind, rows in {"country": large, "total": both[both["country"] == "Grand Total"]}.items():
        for name, column in {"level": holdings, "change": f"change_{holdings}", "flow": flows}.items():
            distance = 100 * (rows[column] - rows[f"{column}_now"]).abs() / rows[f"{holdings}_now"]
            found[kind, name] = distance.quantile(0.95)
    press, total = (
        store.read("tic_press_tables"),
        current[current["country"] == "Grand Total"].set_index("month"),
    )
    first = press[press["newest"]].set_index("month")
    first = 1e3 * (first["private_equity_net_usd_bn"] + first["official_equity_net_usd_bn"])
    distance = 100 * (total["equity_net_purchases_usd_mn"] - first).abs() / total["equity_holdings_usd_mn"]
    found["equities", "flow"] = distance.quantile(0.95)
    stated = {
        (kind, name): v
        for kind, part in read_claims().rules.revisions_pct.items()
        for name, v in part.items()
    }
    assert stated == pytest.approx(found, abs=0.005)


def test_a_date_is_sought_where_two_figures_or_a_whole_text_can_tell_it() -> None:
    ledger = read_claims()
    for claim in ledger.claims:
        assert not claim.search or (len(claim.parts) > 1 and not ledger.texts[claim.source].search)
