"""Holders one by one: ranks, custody centres, concentration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from treasuries import SIX, end, holders, segmented

from foreign_demand.analysis import holdings
from foreign_demand.analysis.breaks import by_segment
from foreign_demand.book.wording.holders import ranking_as_printed
from foreign_demand.data.catalog import Break, Catalog
from foreign_demand.data.impacts import read_missing


def test_a_survey_revision_is_the_new_value_less_the_old_one_of_the_same_month() -> None:
    table = holders(
        ("2009-06", "Japan", 7.0),
        ("2010-06", "Japan", 12.0),
        ("2010-06", "Japan", 9.0, "superseded"),
        ("2010-06", "Chile", 1.0),
    )
    (row,) = holdings.survey_revisions(table, "Japan").itertuples()
    assert (row.month, row.before_usd_bn, row.after_usd_bn, row.revision_usd_bn) == (end("2010-06"), 9, 12, 3)


def test_concentration_of_the_joined_table_can_be(joined: pd.DataFrame) -> None:
    table = holdings.concentration(joined)
    assert table.notna().all(axis=None)
    assert (table["hhi_low"] <= table["hhi_high"]).all()
    assert table["hhi_high"].between(0, 10_000).all()
    assert table[["largest_pct", "largest_five_pct", "largest_ten_pct"]].stack().between(0, 100).all()


@pytest.fixture
def ranks() -> pd.DataFrame:
    table = holders(
        ("2011-05", "Japan", 80.0),
        ("2011-05", "Grand Total", 100.0),
        ("2020-05", "Japan", 90.0),
        ("2020-05", "Chile", 20.0),
        ("2020-05", "Grand Total", 200.0),
        ("2021-05", "Japan", 70.0),
        ("2021-05", "Chile", 90.0),
        ("2021-05", "Peru", np.nan),
        ("2021-05", "Belgium", 40.0),
        ("2021-05", "All Other", 300.0),
        ("2021-05", "Grand Total", 400.0),
        ("2021-05", "Foreign Official", 350.0),
        ("2021-05", "Japan", 999.0, "superseded"),
    )
    breaks = [Break(period="2015-06", why="survey"), Break(period="2021-06", why="later")]
    return holdings.ranking(table, breaks, since=end("2020-05"), years=(1, 10))


def test_a_ranking_has_countries_only_largest_first_in_percent_of_the_total(ranks: pd.DataFrame) -> None:
    assert ranks["country"].tolist() == ["Chile", "Japan", "Belgium"]
    assert ranks["rank"].tolist() == [1, 2, 3]
    assert ranks["holdings_usd_bn"].tolist() == [90, 70, 40]
    assert ranks["share_pct"].tolist() == [22.5, 17.5, 10]
    assert ranks["custody_centre"].tolist() == [False, False, True]
    assert set(ranks["month"]) == {end("2021-05")}


def test_a_country_not_listed_then_has_no_change_and_a_change_names_the_breaks_it_crosses(
    ranks: pd.DataFrame,
) -> None:
    assert ranks["change_1y_usd_bn"].tolist() == pytest.approx([70, -20, np.nan], nan_ok=True)
    assert ranks["change_2020_05_usd_bn"].tolist() == pytest.approx([70, -20, np.nan], nan_ok=True)
    assert ranks["change_10y_usd_bn"].tolist() == pytest.approx([np.nan, -10, np.nan], nan_ok=True)
    assert ranks["holdings_10y_usd_bn"].tolist() == pytest.approx([np.nan, 80, np.nan], nan_ok=True)
    assert set(ranks["breaks_1y"]) == {""}
    assert set(ranks["breaks_10y"]) == {"2015-06"}


def test_a_printed_ranking_marks_a_crossed_break_and_what_is_not_known(ranks: pd.DataFrame) -> None:
    printed = ranking_as_printed(ranks, top=3).set_index("Country")
    one, ten = (next(c for c in printed if f"{n} year" in c) for n in (1, 10))
    assert printed.loc["Japan", one] == "−20"
    assert printed.loc["Japan", ten] == "−10*"
    assert printed.loc["Belgium", one] == printed.loc["Chile", ten] == "–"
    assert len(ranking_as_printed(ranks, top=2)) == 2


def test_over_time_a_country_that_is_not_listed_is_absent_not_zero() -> None:
    table = segmented(
        holders(("2010-05", "Japan", 1.0), ("2010-06", "Japan", 2.0), ("2010-06", "Chile", 3.0))
    )
    chosen = holdings.over_time(table, ["Chile", "Peru"])
    assert chosen["month"].tolist() == [end("2010-06")]
    assert chosen["segment"].tolist() == [1]


def test_the_custody_band_begins_when_all_six_centres_are_listed() -> None:
    table = holders(
        *(("2010-05", name, 10.0) for name in SIX[:-1]),
        ("2010-05", "Grand Total", 100.0),
        *(("2010-06", name, 10.0) for name in SIX),
        *(("2010-06", name, 99.0, "superseded") for name in SIX),
        ("2010-06", "Grand Total", 120.0),
        ("2010-06", "Grand Total", 999.0, "superseded"),
    )
    band = holdings.custody_band(table)
    assert set(band["month"]) == {end("2010-06")}
    assert sorted(band["country"]) == sorted(SIX)
    assert band["share_pct"].tolist() == pytest.approx([100 / 12] * 6)
    (share,) = holdings.custody_share(table).itertuples()
    assert (share.holdings_usd_bn, share.share_pct) == (60, pytest.approx(50))


def test_china_is_shown_with_belgium_where_belgium_is_listed() -> None:
    table = segmented(
        holders(
            ("2009-06", "China, Mainland", 90.0),
            ("2010-06", "China, Mainland", 100.0),
            ("2010-06", "Belgium", 20.0),
            ("2010-06", "China, Mainland", 70.0, "superseded"),
            ("2010-06", "Belgium", 30.0, "superseded"),
            ("2010-06", "Luxembourg", 1.0),
        )
    )
    pair = holdings.china_with(table, "Belgium").set_index(["segment", "measure"])["holdings_usd_bn"]
    assert pair.to_dict() == {
        (0, "China"): 70,
        (0, "China and Belgium"): 100,
        (1, "China"): 100,
        (1, "China and Belgium"): 120,
    }


def one_month(named: Sequence[float], other: float, **more: float) -> pd.DataFrame:
    """A month in which the countries hold ``named`` and those not listed ``other``."""
    countries = {f"Country {n}": amount for n, amount in enumerate(named)} | more
    total = sum(countries.values()) + other
    rows = {**countries, "All Other": other, "Grand Total": total, "Foreign Official": total / 2}
    return holders(*(("2021-05", name, amount) for name, amount in rows.items()))


def test_one_holder_has_all_and_equal_holders_share() -> None:
    (alone,) = holdings.concentration(one_month([50.0], 0.0)).itertuples()
    assert (alone.largest_pct, alone.largest_ten_pct, alone.hhi_low, alone.hhi_high) == (100, 100, 1e4, 1e4)
    (equal,) = holdings.concentration(one_month([1.0] * 20, 0.0)).itertuples()
    assert (equal.largest_pct, equal.largest_five_pct, equal.largest_ten_pct) == pytest.approx((5, 25, 50))
    assert (equal.hhi_low, equal.hhi_high) == pytest.approx((500, 500))


amounts = st.floats(0.1, 2000)


@given(st.lists(amounts, min_size=1, max_size=40), st.floats(0, 5000), st.integers(1, 200))
def test_the_index_lies_in_its_band_however_all_other_is_divided(
    named: list[float], other: float, pieces: int
) -> None:
    (found,) = holdings.concentration(one_month(named, other)).itertuples()
    assert 0 < found.largest_pct <= found.largest_five_pct + 1e-9
    assert found.largest_five_pct <= found.largest_ten_pct + 1e-9 <= 100 + 1e-6
    assert found.hhi_low <= found.hhi_high + 1e-9
    assert found.hhi_high <= 1e4 + 1e-6
    assert found.hhi_low >= found.largest_pct**2 - 1e-6
    piece = min(other / pieces, min(named))
    parts = np.array([*named, *[piece] * pieces]) / (sum(named) + other)
    if piece * pieces == pytest.approx(other):
        assert found.hhi_low - 1e-6 <= 1e4 * (parts**2).sum() <= found.hhi_high + 1e-6


def test_a_group_of_countries_is_no_holder_but_one_member_may_hold_all_of_it() -> None:
    (found,) = holdings.concentration(
        one_month([30.0, 20.0, 1.0], 0.0, **{"Oil Exporters": 49.0})
    ).itertuples()
    assert found.largest == "Country 0"
    assert found.largest_pct == pytest.approx(30)
    assert found.hhi_low == pytest.approx(900 + 400 + 1)
    assert found.hhi_high >= 900 + 400 + 1 + 49**2 - 1e-6


def test_a_month_with_both_series_counts_the_current_one() -> None:
    twice = pd.concat([one_month([3.0, 1.0], 0.0), one_month([1.0], 0.0).assign(series="superseded")])
    (found,) = holdings.concentration(twice).itertuples()
    assert found.largest_pct == 75


# --- why rows changed ----------------------------------------------------------


def test_the_change_of_china_is_bounded_by_what_may_have_been_hidden_then_or_now(
    joined: pd.DataFrame, catalog: Catalog
) -> None:
    until = joined[joined["month"] <= end("2026-05")]
    rows = by_segment(until, catalog["tic_mfhhis01"].breaks)
    pair = holdings.china_with(rows, "Belgium")
    bounds = holdings.change_bounds(pair, since=end("2013-11"))
    assert {name: round(value) for name, value in bounds.items()} == {
        "alone_pct": -50,
        "together_pct": -25,
        "low_pct": -57,
        "high_pct": -14,
    }
    later = holdings.change_bounds(pair, since=end("2014-03"))
    assert (round(later["low_pct"]), round(later["together_pct"])) == (-60, -32)
    wider = holdings.change_bounds(holdings.china_with(rows, "Belgium", "Luxembourg"), since=end("2013-11"))
    assert (round(wider["low_pct"]), round(wider["high_pct"])) == (-60, 19)


def test_bounds_of_a_change_are_all_hidden_then_and_all_hidden_now() -> None:
    rows = [("2020-01", "China", 80.0), ("2020-01", "China and Belgium", 100.0)]
    rows += [("2021-01", "China", 40.0), ("2021-01", "China and Belgium", 100.0)]
    pair = pd.DataFrame(rows, columns=["month", "measure", "holdings_usd_bn"])
    pair["month"] = pair["month"].map(end)
    bounds = holdings.change_bounds(pair, since=end("2020-01"))
    assert bounds == pytest.approx({"alone_pct": -50, "together_pct": 0, "low_pct": -60, "high_pct": 25})


def test_what_was_found_missing_is_added_from_its_date_on() -> None:
    months = [end("2024-11"), end("2024-12"), end("2025-01")]
    table = pd.DataFrame(
        {"month": months, "country": "Cayman Islands", "segment": 0, "holdings_usd_bn": 400.0}
    )
    found = holdings.with_missing(table, "Cayman Islands", missing_usd_bn=1400, since=months[1])
    assert found["with_missing_usd_bn"].tolist()[1:] == [1800, 1800]
    assert np.isnan(found["with_missing_usd_bn"].iloc[0])


def test_the_row_and_what_is_missing_are_what_the_funds_report(joined: pd.DataFrame) -> None:
    missing = read_missing()
    then = joined[(joined["country"] == missing["country"]) & (joined["month"] == missing["month"])]
    assert then["holdings_usd_bn"].iloc[-1] + missing["missing_usd_bn"] == pytest.approx(
        missing["held_usd_bn"], rel=0.02
    )
