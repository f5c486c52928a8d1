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
SINGLE = ["cofer_shares"]
"""Of which a single period is embedded."""


def tables(store: Store, witness: Witness) -> dict[str, pd.DataFrame]:
    return {id: store.read(id) for id in witness.ids}


def between(of: str, by: str, relation: str = "", columns: str = "") -> Witness:
    return next(
        w
        for w in WITNESSES
        if w.of == of and by in w.by and relation in (w.relation, "") and columns in (w.columns, "")
    )


@pytest.mark.parametrize("witness", WITNESSES, ids=lambda w: f"{w.of}-{w.by[0]}-{w.relation}{w.columns}")
def test_the_stated_tolerance_is_that_of_history(witness: Witness, embedded: Store) -> None:
    """In every period held no gap is larger; and it is no wider than the largest gap asks for."""
    sides = compared(witness, tables(embedded, witness))
    assert len(sides) >= (1 if witness.of in SINGLE else 20)
    assert disputes(witness, tables(embedded, witness)).empty
    spread = sides["said"].abs().median()
    largest = sides["gap"].abs().max()
    assert witness.tolerance <= max(2 * largest, 0.002 * spread, 0.01) or witness.relation in (
        "holders",
        "same_holders",  # editions out of step by one revision
        "share",  # of FDHBFIN, likewise
        "own_flows",  # a tolerance of a few periods
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
        ("auctions", "DGS2-auction", lambda t: scaled_columns(t, "high_yield_pct", 1.2)),
        ("auctions", "DFII10", lambda t: scaled_columns(t, "high_yield_pct", 1.2)),
        ("auctions", "auctions-median", lambda t: scaled_columns(t, "median_yield_pct", 0.95)),
        ("auctions", "auctions-offered", lambda t: scaled_columns(t, "offering_usd_bn", 1.1)),
        ("auctions", "auctions-offered", lambda t: scaled_columns(t, "total_accepted_usd_bn", 0.9)),
        ("auctions", "investor_class_coupons", lambda t: scaled_columns(t, "total_accepted_usd_bn", 1.01)),
        ("FYGFDPUN", "", lambda t: newest(t, 0.9)),
        ("GFDEBTN", "FYGFDPUN", lambda t: newest(t, 1.05, of_year=2026)),
        ("mspd_marketable", "FYGFDPUN", lambda t: scaled_columns(t, "held_by_public_usd_mn", 0.95)),
        ("cbo_actuals", "FYGFDPUN", lambda t: scaled_columns(t, "value_usd_bn", 1.05)),
        ("WMTSECL1", "tic_slt_table3", lambda t: newest(t, 1.2, of_year=2026)),
        ("tic_shlhistdat", "tic_slt_table3", lambda t: exchanged(t, 42609, 41408)),
        # the newest value of a rate, an index, a premium
        ("DTWEXAFEGS", "DEXUSEU", lambda t: newest(t, 1.01, of_year=2026)),
        ("DTWEXBGS", "DTWEXAFEGS", lambda t: newest(t, 1.02, of_year=2026)),
        ("DTB3", "DGS3MO", lambda t: newest(t, 1.2)),
        ("DGS6MO", "DGS3MO", lambda t: newest(t, 1.2)),
        ("DGS7", "DGS5", lambda t: newest(t, 1.05)),
        ("DGS1MO", "DGS3MO", lambda t: newest(t, 10, of_year=2026)),
        ("DFII20", "DFII10", lambda t: newest(t, 1.2, of_year=2026)),
        ("DFII30", "DFII10", lambda t: newest(t, 1.2, of_year=2026)),
        ("T5YIFR", "T10YIE", lambda t: newest(t, 1.01)),
        ("BAA", "BAA10Y", lambda t: newest(t, 1.01)),
        ("AAA", "BAA", lambda t: newest(t, 1.3, of_year=2026)),
        ("BAMLC0A0CM", "BAA10Y", lambda t: newest(t, 2, of_year=2026)),
        ("EFFR", "IORB", lambda t: newest(t, 1.05)),
        ("IRLTLT01JPM156N", "jgb_yields", lambda t: newest(t, 1.1)),
        ("IRLTLT01GBM156N", "IRLTLT01DEM156N", lambda t: newest(t, 1.3, of_year=2026)),
        ("IRLTLT01ITM156N", "IRLTLT01DEM156N", lambda t: newest(t, 1.6, of_year=2026)),
        ("SOFR", "IORB", lambda t: newest(t, 1.2)),
        ("BAMLH0A0HYM2", "BAMLC0A0CM", lambda t: newest(t, 2, of_year=2026)),
        ("MORTGAGE30US", "DGS10", lambda t: newest(t, 1.2, of_year=2026)),
        ("VIXCLS", "SP500", lambda t: newest(t, 2, of_year=2026)),
        ("WALCL", "TREAST", lambda t: newest(t, 1.15, of_year=2026)),
        ("TREAST", "", lambda t: newest(t, 0.8, of_year=2026)),
        ("WRESBAL", "WALCL", lambda t: newest(t, 1.15, of_year=2026)),
        ("tic_mfhhis01", "tic_slt3d_globl", lambda t: scaled_by_name(t, "France", 1.1)),
        (
            "auctions",
            "investor_class_coupons_2000-allotted",
            lambda t: scaled_columns(t, "total_accepted_usd_bn", 1.01),
        ),
        ("THREEFYTP10", "acm_daily", lambda t: newest(t, 3, of_year=2025)),
        ("acm_monthly", "gsw_parameters", lambda t: t.assign(maturity_years=11 - t["maturity_years"])),
        ("acm_monthly", "acm_daily", lambda t: scaled_columns(t, "term_premium_pct", 1.1)),
        # columns exchanged
        ("cofer_shares", "cofer_revised", lambda t: renamed(t, "currency", "USD", "EUR")),
        ("cofer_shares", "cofer_values", lambda t: renamed(t, "currency", "USD", "EUR")),
        ("cofer_revised", "cofer_legacy", lambda t: renamed(t, "currency", "USD", "EUR")),
        ("cofer_revised", "cofer_legacy", lambda t: renamed(t, "currency", "EUR", "JPY")),
        ("tic_slt_table5", "tic_slt_table3-official", lambda t: renamed(t, "country", *OFFICIAL)),
        ("tic_mfhhis01", "tic_slt_table3-official", lambda t: renamed(t, "country", *OFFICIAL)),
        # allotments, interest
        ("investor_class_bills", "mspd_marketable", lambda t: scaled_columns(t, "total_usd_bn", 1.001)),
        ("mspd_marketable", "", lambda t: renamed(t, "security_class", "Bills", "Bonds")),
        ("A091RC1Q027SBEA", "cbo_actuals", lambda t: newest(t, 1.5, of_year=2025)),
        ("auctions", "investor_class_shares", lambda t: exchanged_columns(t, *BIDDERS)),
        ("auctions", "investor_class_coupons-dealers", lambda t: exchanged_columns(t, *BIDDERS)),
    ],
)
def test_a_wrong_value_is_disputed(of: str, by: str, wrong, embedded: Store) -> None:
    by, _, relation = by.partition("-")
    witness = between(of, by, relation) if by else next(w for w in WITNESSES if of in w.by)
    held = tables(embedded, witness)
    assert len(disputes(witness, held | {of: wrong(held[of])}))


@pytest.mark.parametrize(
    ("id", "day", "factor"),
    [("cofer_revised", "2026-06-30", 1.1), ("cofer_revised", "2015-03-31", 0.94)],
)
def test_a_share_that_exchange_rates_do_not_explain_is_disputed(
    id: str, day: str, factor: float, embedded: Store
) -> None:
    witness = between(id, "DEXUSEU")
    held = tables(embedded, witness)
    dollar = (held[id]["quarter"] == day) & (held[id]["currency"] == "USD")
    wrong = held[id].assign(share_pct=held[id]["share_pct"].where(~dollar, factor * held[id]["share_pct"]))
    assert (disputes(witness, held | {id: wrong})["period"] == day).any()


@pytest.mark.parametrize(
    ("kind", "country", "factors"),
    [
        ("treasury", "Japan", (0.8, 1.25)),
        ("treasury", "China, Mainland", (0.8, 1.25)),
        ("corporate", "United Kingdom", (0.8, 1.25)),
        ("agency", "Japan", (0.6, 1.5)),
        ("equity", "United Kingdom", (0.8, 1.25)),
    ],
)
def test_a_large_holder_whose_flows_do_not_explain_its_holdings_is_disputed(
    kind: str, country: str, factors: tuple[float, ...], embedded: Store
) -> None:
    """Whatever other tables say, and with all sums kept."""
    witness = between("tic_slt_table1", "tic_slt_table1", "own_flows", kind)
    table = embedded.read(witness.of)
    (at,) = table.index[(table["month"] == table["month"].max()) & (table["country"] == country)]
    for factor in factors:
        wrong = table.copy()
        wrong.loc[at, f"{kind}_holdings_usd_mn"] *= factor
        assert str(table.loc[at, "country_code"]) in set(disputes(witness, {witness.of: wrong})["row"])


@pytest.mark.parametrize("kind", ["total", "treasury", "agency", "corporate", "equity"])
def test_purchases_with_their_signs_turned_are_disputed_in_any_month(kind: str, embedded: Store) -> None:
    """All holders' of one month, so that every sum is kept: both tables of TIC may have it wrong."""
    witness = between("tic_slt_table1", "tic_slt_table1", "signs", kind)
    table = embedded.read(witness.of)
    name = f"{kind}_net_purchases_usd_mn"
    months = set(compared(witness, {witness.of: table})["period"])
    assert len(months) > 30
    turned = disputes(witness, {witness.of: table.assign(**{name: -table[name]})})
    assert set(turned["period"]) == months


OFFICIAL = ("Foreign Official Treasury Bills", "Foreign Official T-Bonds & Notes")
BIDDERS = ("dealer_share_pct", "indirect_share_pct")


def renamed(table: pd.DataFrame, column: str, first: str, second: str) -> pd.DataFrame:
    """Two rows in each other's place."""
    return table.assign(**{column: table[column].replace({first: second, second: first})})


def exchanged_columns(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    return table.assign(**{first: table[second], second: table[first]})


def scaled_columns(table: pd.DataFrame, column: str, factor: float) -> pd.DataFrame:
    return table.assign(**{column: factor * table[column]})


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
    row = matrix[matrix["dataset"] == "tic_slt_table3"].iloc[0]
    assert (row["witnesses"], row["largest_gap"], row["unit"]) == ("tic_slt_table1", 0.0, "USD million")


class Renewals:
    """A store that holds tables to a day before, and renews them to the day."""

    def __init__(self, embedded: Store, folder: Path, ids: list[str]) -> None:
        self.embedded = embedded
        self.store = Store(snapshot=folder / "data" / "snapshot", cache=folder / "cache" / "data")
        self.day = min(embedded.read(id)["date"].max() for id in ids)
        for id in ids:
            table, origin = embedded.read(id), embedded.origin(id)
            until = table[table["date"] < self.day]
            period = f"{until['date'].max().date()}"
            origin = replace(origin, previous_vintage="", validator="", reference_period=period)
            self.store.write(id, until, origin, into=self.store.snapshot)

    def renew(self, id: str, *, add: float = 0.0, days: int = 0) -> Outcome:
        """The edition of so many days later, its value of the day changed; as a refresh writes it."""
        table = self.embedded.read(id)
        until = self.day + pd.offsets.BDay(days)
        table = table[table["date"] <= until].reset_index(drop=True)
        value = table.columns[1]
        table[value] = table[value].where(table["date"] != self.day, table[value] + add)
        held, was = self.store.held(id, into=self.store.cache)
        later = replace(
            was,
            vintage=f"2026-12-0{1 + days}",
            reference_period=f"{table['date'].max().date()}",
            previous_vintage=was.vintage,
            previous_period=was.reference_period,
        )
        self.store.write(id, table, later, into=self.store.cache, edition=Edition(digest=f"{id}{days}"))
        new_rows = len(table) - len(held)
        return Outcome(id=id, status="live", new_rows=new_rows, previous_period=was.reference_period)

    def disputed(self, outcomes: list[Outcome], accept: tuple[str, ...] = ()) -> dict[str, Outcome]:
        return {o.id: o for o in _disputed(self.store, outcomes, self.store.cache, accept)}

    def reaches(self, id: str) -> pd.Timestamp:
        return self.store.held(id, into=self.store.cache)[0]["date"].max()


SPREAD = ["T10Y2Y", "DGS10", "DGS2"]


def test_an_edition_that_its_witness_does_not_bear_out_is_held_back(embedded: Store, tmp_path: Path) -> None:
    """The two-year yield of the newest day has its digits turned; the spread has it right."""
    place = Renewals(embedded, tmp_path, SPREAD)
    found = place.disputed([place.renew(id, add=0.3 if id == "DGS2" else 0) for id in SPREAD])
    assert set(found) == set(SPREAD), "three are in it, and nothing says which of them is wrong"
    for id in SPREAD:
        assert found[id].status == "failed"
        assert found[id].fault == "disputed"
        assert f"At {place.day.date()} T10Y2Y says" in found[id].error
        assert place.reaches(id) < place.day
    outcomes = [place.renew(id, add=0.3 if id == "DGS2" else 0) for id in SPREAD]
    assert place.disputed(outcomes, tuple(SPREAD)) == {}


def test_the_one_with_most_witnesses_against_it_is_held_back_and_the_others_are_taken(
    embedded: Store, tmp_path: Path
) -> None:
    ids = [*SPREAD, "gsw_parameters", "DGS1"]
    place = Renewals(embedded, tmp_path, ids)
    found = place.disputed([place.renew(id, add=1.0 if id == "DGS2" else 0) for id in ids if id != "DGS1"])
    assert set(found) == {"DGS2"}
    assert place.reaches("DGS2") < place.day
    assert {place.reaches(id) for id in ids if id not in ("DGS2", "DGS1")} == {place.day}


def test_a_dispute_that_was_accepted_does_not_lock_out_what_comes_later(
    embedded: Store, tmp_path: Path
) -> None:
    place = Renewals(embedded, tmp_path, SPREAD)
    place.day -= pd.offsets.BDay(3)
    outcomes = [place.renew(id, add=0.3 if id == "DGS2" else 0) for id in SPREAD]
    assert place.disputed(outcomes, tuple(SPREAD)) == {}
    later = [place.renew(id, add=0.3 if id == "DGS2" else 0, days=2) for id in SPREAD]
    assert place.disputed(later) == {}, "the days after it are no worse for it"
    assert {place.reaches(id) for id in SPREAD} == {place.day + pd.offsets.BDay(2)}


def test_editions_that_a_relation_cannot_read_are_held_back_and_nothing_stops(
    embedded: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(witness: Witness, tables: object) -> pd.DataFrame:
        raise ValueError("two values on one day")

    place = Renewals(embedded, tmp_path, SPREAD)
    monkeypatch.setitem(RELATIONS, "difference", cannot)
    found = place.disputed([place.renew(id) for id in SPREAD])
    assert set(found) == set(SPREAD)
    assert "cannot be compared with DGS10 and DGS2" in found["T10Y2Y"].error
    assert "two values on one day" in found["T10Y2Y"].error
    assert all(place.reaches(id) < place.day for id in SPREAD)


def test_exchange_rates_that_stop_within_a_quarter_say_nothing_of_it(embedded: Store) -> None:
    """In April 2025 the dollar was lower than at the end of March, and lower still at the end of June."""
    witness = between("cofer_revised", "DEXUSEU")
    given = tables(embedded, witness)
    until = {id: t[t["date"] <= "2025-04-10"] if id.startswith("DEX") else t for id, t in given.items()}
    assert disputes(witness, until).empty
    assert compared(witness, until)["period"].max() == pd.Timestamp("2025-03-31")


def test_a_balance_dated_anew_within_its_year_counts_for_that_year(embedded: Store) -> None:
    (witness,) = [witness for witness in read_witnesses() if witness.relation == "deficit"]
    tables = {id: embedded.read(id) for id in witness.ids}
    newest = tables["FYFSD"].iloc[[-1]]
    again = newest.assign(
        date=newest["date"] + pd.offsets.Day(3), balance_usd_mn=newest["balance_usd_mn"] * 2
    )
    tables["FYFSD"] = pd.concat([tables["FYFSD"], again], ignore_index=True)
    assert len(disputes(witness, tables)) == 1
