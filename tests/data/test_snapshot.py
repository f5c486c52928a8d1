"""The embedded vintage: whole, honest about itself, and right where the world knows the number."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from project import ROOT

from foreign_demand.data.catalog import Catalog, read_catalog
from foreign_demand.data.checks import check_table
from foreign_demand.data.periods import newest_period, written
from foreign_demand.data.store import Store

SNAPSHOT = ROOT / "data" / "snapshot"
each_dataset = pytest.mark.parametrize(
    "id", [id for id in read_catalog() if (SNAPSHOT / f"{id}.csv").exists()]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The snapshot alone, whatever a refresh has brought into the cache."""
    return Store(snapshot=SNAPSHOT, cache=tmp_path_factory.mktemp("cache"))


def series(store: Store, id: str) -> pd.Series:
    """One series by its period."""
    dataset = store.catalog[id]
    return store.read(id).set_index(dataset.period.name)[dataset.value]


def holding(store: Store, country: str, month: str, series: str = "current") -> float:
    """One cell of the major holders table, in USD billion."""
    table = store.read("tic_mfhhis01")
    at = table["month"].dt.strftime("%Y-%m") == month
    (value,) = table.loc[at & (table["country"] == country) & (table["series"] == series), "holdings_usd_bn"]
    return value


# --- the tables --------------------------------------------------------------


def test_the_snapshot_is_the_catalog_no_more_and_no_less(catalog: Catalog) -> None:
    """But for those of which the catalog says that no copy was at hand."""
    there = {file.name for file in SNAPSHOT.iterdir()}
    assert there <= {f"{id}.csv" for id in catalog}
    assert there >= {f"{id}.csv" for id, dataset in catalog.items() if dataset.embedded}


@each_dataset
def test_a_table_reads_back_and_passes_its_checks(store: Store, id: str) -> None:
    """Columns, units, bounds, release rule at its vintage, and every adding-up identity."""
    dataset, table, origin = store.catalog[id], store.read(id), store.origin(id)
    assert list(table.columns) == [column.name for column in dataset.columns]
    assert len(table) > 1
    checked = check_table(table, dataset, as_at=dt.date.fromisoformat(origin.vintage))
    pd.testing.assert_frame_equal(checked, table)


@each_dataset
def test_a_table_says_where_it_came_from_and_when(store: Store, id: str) -> None:
    dataset, table, origin = store.catalog[id], store.read(id), store.origin(id)
    copied = bool(origin.how.strip())  # what a copy is, is said; the publisher's own answer needs no word
    assert origin.obtained == ("embedded" if copied else "live")
    newest = newest_period(table, dataset)
    assert origin.reference_period == written(newest, dataset)
    retrieved = dt.datetime.fromisoformat(origin.retrieved_at)
    assert retrieved.tzinfo is not None
    assert dt.date.fromisoformat(origin.vintage) <= retrieved.date() <= dt.date.today()
    assert origin.publisher == dataset.publisher
    assert origin.url == dataset.url
    assert origin.terms == dataset.terms


@each_dataset
def test_a_table_is_written_again_byte_for_byte(store: Store, id: str, tmp_path: Path) -> None:
    """Stable order and formatting: a refresh is a diff of what changed, and of nothing else."""
    store.write(id, store.read(id), store.origin(id), into=tmp_path)
    assert (tmp_path / f"{id}.csv").read_bytes() == (SNAPSHOT / f"{id}.csv").read_bytes()


# --- the numbers -------------------------------------------------------------


def test_china_and_japan_in_january_2025(store: Store) -> None:
    assert holding(store, "China, Mainland", "2025-01") == pytest.approx(760.8, abs=0.05)
    assert holding(store, "Japan", "2025-01") == pytest.approx(1079.3, abs=0.05)


def test_grand_total_of_november_2025(store: Store) -> None:
    assert holding(store, "Grand Total", "2025-11") == pytest.approx(9350, rel=0.001)


def test_china_in_june_2010_is_the_value_after_the_break(store: Store) -> None:
    assert holding(store, "China, Mainland", "2010-06") == pytest.approx(1112.1)
    assert holding(store, "China, Mainland", "2010-06", "superseded") == pytest.approx(843.7)


def test_tables_of_one_system_agree_where_they_overlap(store: Store) -> None:
    """USD million in one, USD billion in the other: the units are right."""
    by_country = store.read("tic_slt_table3")
    mine = by_country[by_country["country_code"] == 99996].set_index("month")["holdings_usd_mn"] / 1000
    for id in ("tic_mfhhis01", "tic_slt_table5"):
        table = store.read(id)
        theirs = table[(table["country"] == "Grand Total") & (table["series"] == "current")]
        both = pd.concat([mine, theirs.set_index("month")["holdings_usd_bn"]], axis=1, join="inner")
        assert len(both) >= 12, id
        assert both.iloc[:, 0].to_numpy() == pytest.approx(both.iloc[:, 1].to_numpy(), rel=0.005), id


def test_the_foreign_share_of_debt_held_by_the_public(store: Store) -> None:
    share = (100 * series(store, "FDHBFIN") / (series(store, "FYGFDPUN") / 1000)).dropna()
    assert share.idxmax().year == 2008
    assert share.max() == pytest.approx(49, abs=0.5)
    assert share["2026-03-31"] == pytest.approx(30, abs=1)


def test_debt_measures_are_nested(store: Store) -> None:
    debt = pd.DataFrame(
        {
            "foreign": series(store, "FDHBFIN"),
            "public": series(store, "FYGFDPUN") / 1000,
            "gross": series(store, "GFDEBTN") / 1000,
        }
    ).dropna()
    assert len(debt) > 150
    assert (debt["foreign"] < debt["public"]).all()
    assert (debt["public"] < debt["gross"]).all()


@pytest.mark.parametrize(
    ("day", "published"),
    [("2025-04-04", 4.01), ("2025-04-07", 4.15), ("2025-04-11", 4.48), ("2025-05-27", 4.43)],
)
def test_ten_year_yield_in_the_spring_of_2025(store: Store, day: str, published: float) -> None:
    assert series(store, "DGS10")[day] == published


def test_ten_year_auction_of_9_april_2025(store: Store) -> None:
    auctions = store.read("auctions")
    (ten,) = auctions[
        (auctions["date"] == "2025-04-09") & (auctions["original_term"] == "10-Year")
    ].itertuples()
    assert (ten.bid_to_cover, ten.high_yield_pct) == (2.67, 4.435)
    assert ten.indirect_share_pct == pytest.approx(87.9, abs=0.05)


def test_japans_monthly_yield_is_that_of_the_last_day_and_no_mean(embedded: Store) -> None:
    """Whatever its description says; the catalog says which."""
    monthly = embedded.read("IRLTLT01JPM156N").set_index("month")["yield_pct"]
    days = embedded.read("jgb_yields").set_index("date")["yield_10y_pct"].dropna()
    months = days.groupby(days.index + pd.offsets.MonthEnd(0))
    from_last, from_mean = ((monthly - side).abs().dropna() for side in (months.last(), months.mean()))
    assert from_last.max() < 0.08
    assert from_mean.max() > 0.15
    assert from_last.mean() < from_mean.mean() / 2
    assert "last day of the month" in embedded.catalog["IRLTLT01JPM156N"].caveat


def test_the_zero_coupon_curve_lies_along_the_par_yields(store: Store) -> None:
    """The six parameters mean something only together: as the yields they give (Svensson)."""
    curve = store.read("gsw_parameters").set_index("date").loc["1990":].dropna()

    def slope(tau: pd.Series) -> pd.Series:
        return (1 - np.exp(-10 / tau)) / (10 / tau)

    def hump(tau: pd.Series) -> pd.Series:
        return slope(tau) - np.exp(-10 / tau)

    ten_years = (
        curve["beta0"]
        + curve["beta1"] * slope(curve["tau1"])
        + curve["beta2"] * hump(curve["tau1"])
        + curve["beta3"] * hump(curve["tau2"])
    )
    gap = (ten_years - series(store, "DGS10")).dropna()
    assert len(gap) > 9000
    assert gap.abs().max() < 1
    assert gap.abs().median() < 0.2
