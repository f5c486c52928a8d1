"""Witnesses: a second publication of the same fact tells what is wrong in the first."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from foreign_demand.data.refresh import _disputed
from foreign_demand.data.store import Edition, Outcome, Store
from foreign_demand.data.witnesses import (
    RELATIONS,
    Witness,
    compared,
    disputes,
    read_witnesses,
    witness_matrix,
)

WITNESSES = read_witnesses()


def tables(store: Store, witness: Witness) -> dict[str, pd.DataFrame]:
    return {id: store.read(id) for id in witness.ids}


def between(of: str, by: str) -> Witness:
    return next(w for w in WITNESSES if w.of == of and by in w.by)


@pytest.mark.parametrize("witness", WITNESSES, ids=lambda w: f"{w.of}-{w.by[0]}")
def test_the_stated_tolerance_is_that_of_history(witness: Witness, embedded: Store) -> None:
    """In every period held no gap is larger; and it is no wider than the largest gap asks for."""
    sides = compared(witness, tables(embedded, witness))
    assert len(sides) >= 20
    assert disputes(witness, tables(embedded, witness)).empty
    spread = sides["said"].abs().median()
    largest = sides["gap"].abs().max()
    assert witness.tolerance <= max(2 * largest, 0.002 * spread, 0.01) or witness.relation in (
        "holders",
        "same_holders",  # editions out of step by one revision
        "quarter_end",
    )


def test_every_relation_is_used_and_says_what_it_holds() -> None:
    assert {w.relation for w in WITNESSES} == set(RELATIONS)
    assert all(w.about and w.unit and math.isfinite(w.tolerance) for w in WITNESSES)


@pytest.mark.parametrize(
    ("of", "by", "wrong"),
    [
        # one country's row exchanged, scaled or dropped, sums kept: the other table has it otherwise
        ("tic_slt_table3", "tic_slt_table1", lambda t: scaled(t, 41408, 0.8)),
        ("tic_slt_table3", "tic_slt_table1", lambda t: exchanged(t, 42609, 43001)),
        ("tic_slt_table5", "tic_slt_table3", lambda t: scaled_by_name(t, "China, Mainland", 0.9)),
        ("tic_slt_table5", "tic_slt_table3", lambda t: scaled_by_name(t, "Grand Total", 1.01)),
        ("tic_mfhhis01", "tic_slt_table3", lambda t: scaled_by_name(t, "United Kingdom", 1.25)),
        # another series under the name, a sign turned, digits turned
        ("T10Y2Y", "DGS10", lambda t: t.assign(spread_pct=-t["spread_pct"])),
        ("T10Y3M", "DGS10", lambda t: newest(t, -1.0)),
        ("DGS10", "gsw_parameters", lambda t: newest(t, 1.2)),
        ("DGS2", "gsw_parameters", lambda t: t.assign(yield_pct=t["yield_pct"].shift(-250).ffill())),
        ("GS10", "DGS10", lambda t: newest(t, 1.01)),
        ("FEDFUNDS", "DFF", lambda t: newest(t, 1.1)),
        ("EFFR", "DFF", lambda t: newest(t, 1.05)),
        ("kim_wright_monthly", "THREEFYTP10", lambda t: newest(t, 1.1)),
        ("french_factors_daily", "SP500", lambda t: t.assign(market_excess_return_pct=-t.iloc[:, 1])),
        ("FDHBFIN", "tic_mfhhis01", lambda t: newest(t, 1.01, of_year=2025)),
        ("auctions", "DGS10", lambda t: t.assign(high_yield_pct=10 * t["high_yield_pct"])),
    ],
)
def test_a_wrong_value_is_disputed(of: str, by: str, wrong, embedded: Store) -> None:
    witness = between(of, by)
    held = tables(embedded, witness)
    assert len(disputes(witness, held | {of: wrong(held[of])}))


def scaled(table: pd.DataFrame, code: int, factor: float) -> pd.DataFrame:
    row = table["country_code"] == code
    name = "long_term_holdings_usd_mn"
    return table.assign(**{name: table[name].where(~row, factor * table[name])})


def scaled_by_name(table: pd.DataFrame, country: str, factor: float) -> pd.DataFrame:
    name = "holdings_usd_bn"
    return table.assign(**{name: table[name].where(table["country"] != country, factor * table[name])})


def exchanged(table: pd.DataFrame, first: int, second: int) -> pd.DataFrame:
    return table.assign(country_code=table["country_code"].replace({first: second, second: first}))


def newest(table: pd.DataFrame, factor: float, *, of_year: int | None = None) -> pd.DataFrame:
    """The newest values times a factor: of the last days, whichever both sides have."""
    name = table.columns[-1]
    period = table[table.columns[0]]
    late = period.dt.year == of_year if of_year else period >= period.iloc[-60]
    return table.assign(**{name: table[name].where(~late, factor * table[name])})


def test_the_matrix_says_who_vouches_for_whom(embedded: Store) -> None:
    matrix = witness_matrix(store=embedded)
    assert len(matrix) == len(WITNESSES)
    assert (matrix["disputed"] == 0).all()
    assert (matrix["largest_gap"] <= matrix["tolerance"] + 1e-9).all()
    assert (matrix["last_agreement"] == matrix["newest"]).all()
    row = matrix.set_index("dataset").loc["tic_slt_table3"]
    assert (row["witnesses"], row["largest_gap"], row["unit"]) == ("tic_slt_table1", 0.0, "USD million")


def test_an_edition_that_its_witness_does_not_bear_out_is_held_back(
    embedded: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two-year yield of the newest day has its digits turned; the spread has it right."""
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    store = Store(snapshot=tmp_path / "data" / "snapshot", cache=tmp_path / "cache" / "data")
    ids = ["T10Y2Y", "DGS10", "DGS2"]
    day = min(embedded.read(id)["date"].max() for id in ids)
    for id in ids:
        table, origin = embedded.read(id), embedded.origin(id)
        until = table[table["date"] < day]
        period = f"{until['date'].max().date()}"
        origin = replace(origin, previous_vintage="", validator="", reference_period=period)
        store.write(id, until, origin, into=store.snapshot)
    turned = embedded.read("DGS2").set_index("date")["yield_pct"]
    turned = turned.where(turned.index != day, turned + 0.3)

    def outcome(id: str) -> Outcome:
        table = embedded.read(id)
        table = table[table["date"] <= day].reset_index(drop=True)
        if id == "DGS2":
            table["yield_pct"] = turned.reindex(table["date"]).to_numpy()
        held, was = store.held(id, into=store.cache)
        later = replace(was, vintage="2026-12-01", reference_period=f"{day.date()}")
        later = replace(later, previous_vintage=was.vintage, previous_period=was.reference_period)
        store.write(id, table, later, into=store.cache, edition=Edition(digest=id))
        new_rows, before = len(table) - len(held), was.reference_period
        return Outcome(id=id, status="live", new_rows=new_rows, previous_period=before)

    outcomes = [outcome(id) for id in ids]
    found = {o.id: o for o in _disputed(store, outcomes, store.cache, ())}
    assert set(found) == set(ids)
    for id in ids:
        assert found[id].status == "failed"
        assert found[id].fault == "disputed"
        assert f"At {day.date()} T10Y2Y says" in found[id].error
        assert store.held(id, into=store.cache)[0]["date"].max() < day
    outcomes = [outcome(id) for id in ids]
    assert list(_disputed(store, outcomes, store.cache, ids)) == []
