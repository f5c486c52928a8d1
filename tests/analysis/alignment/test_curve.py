"""Every choice at once: against one worked out alone, the search, and countries on a cutoff."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from foreign_demand.analysis import alignment


@pytest.fixture(scope="module")
def curve(placed, purchases) -> pd.DataFrame:
    return alignment.specification_curve(placed, purchases)


def test_a_specification_is_what_it_is_when_worked_out_alone(curve, placed, monthly) -> None:
    groups = alignment.grouped(alignment.one_report(placed, alignment.IMPORTANT, 2023), share_pct=30)
    months = alignment.by_group(alignment.with_sovereigns(monthly), groups, without=["GBR"])
    years = alignment.spliced(alignment.by_group_and_year(months))
    (row,) = curve.query(
        "measure == 'Important votes' and report == 2023 and share_pct == 30 and without == 'without the UK' "
        "and territories == 'given to their sovereign' and maturities == 'long-term'"
    ).itertuples()
    assert row.most_usd_bn == pytest.approx(years.loc[2025, alignment.MOST])
    assert row.least_usd_bn == pytest.approx(years.loc[2025, alignment.LEAST])
    assert row.most_before_usd_bn == pytest.approx(years.loc[2024, alignment.MOST])
    assert row.rest_usd_bn == pytest.approx(
        years.loc[:2025, [alignment.NEUTRAL, alignment.LEAST]].sum().sum()
    )
    assert row.largest_year == years.loc[:2025, alignment.MOST].idxmax()
    assert row.years_bought == (years.loc[:2025, alignment.MOST] > 0).sum()


def test_each_years_own_report_groups_it(curve, placed, monthly) -> None:
    groups = alignment.grouped(alignment.one_report(placed, alignment.ALL_VOTES, 2024), share_pct=20)
    years = alignment.spliced(alignment.by_group_and_year(alignment.by_group(monthly, groups)))
    (row,) = curve.query(
        f"measure == 'All votes' and report == {alignment.EVERY_YEAR} and share_pct == 20 "
        "and without == 'all' and territories == 'dropped' and maturities == 'long-term'"
    ).itertuples()
    assert row.most_usd_bn == pytest.approx(years.loc[2025, alignment.MOST])  # 2024 is nearest to 2025


def test_thousands_of_specifications_take_about_a_second(placed, purchases) -> None:
    start = time.perf_counter()
    table = alignment.specification_curve(placed, purchases)
    assert time.perf_counter() - start < 5
    assert len(table) > 15_000
    assert not table.duplicated(list(alignment.CHOICES)).any()


def test_the_most_aligned_bought_in_every_specification(curve) -> None:
    table = alignment.statements(curve).set_index("statement")
    assert table.loc["most_bought", "holds_pct"] == 100
    assert table["stands"].isin([-1, 0, 1]).all()


def test_a_heaviest_sale_is_dated_to_the_run_without_a_larger_one() -> None:
    years = list(range(2016, 2026))
    placed = pd.DataFrame(
        {
            "measure": "All votes",
            "report": 2023,
            "iso3": [f"S{at}" for at in range(10)],
            "alignment": range(10),
            "from_top_pct": range(100, 0, -10),
            "from_bottom_pct": range(10, 101, 10),
        }
    )
    sold = pd.DataFrame([[-9.0, 0, 0, -8, 0, -1, -2, -3, -4, -5]], index=["S0"], columns=years)
    found = alignment.specification_curve(placed, {("dropped", "long-term", "newest"): sold})
    assert set(found["heaviest_since"]) == {2020}


def test_the_search_finds_both_published_totals_within_one_percent(placed, purchases, monthly) -> None:
    found = alignment.search_rebuild(placed, purchases)
    nearest = found.iloc[0]
    assert found.attrs["tried"] > 100_000
    assert nearest["off_pct"] < 1
    groups = alignment.cut(
        alignment.one_report(placed, nearest["measure"], nearest["report"]),
        most=nearest["most_from"],
        least=nearest["least_to"],
    )
    changed = alignment.TERRITORIES[nearest["territories"]]
    years = alignment.spliced(alignment.by_group_and_year(alignment.by_group(changed(monthly), groups)))
    assert years.loc[2025, alignment.MOST] == pytest.approx(463.9, rel=0.01)
    assert years.loc[2025, alignment.LEAST] == pytest.approx(-125.24, rel=0.01)
    assert not found["all_three"].any()


def test_a_state_that_crosses_takes_its_purchases_with_it(placed, purchases) -> None:
    net = purchases[alignment.DROPPED, alignment.LONG_TERM, "newest"][2025]
    rows = alignment.one_report(placed, alignment.ALL_VOTES, 2023)
    table = alignment.on_the_cutoff(rows, net, cutoff=64).set_index("iso3")
    above = rows.set_index("iso3")["alignment"] >= 64
    total = net.reindex(above.index[above]).sum()
    assert table.loc["JPN", "group_usd_bn"] == pytest.approx(total - net["JPN"])
    assert table["above"].sum() == 4
    first_below = table[~table["above"]].iloc[0]
    assert first_below["group_usd_bn"] == pytest.approx(total + first_below["net_purchases_usd_bn"])


def test_on_the_cutoff_of_the_least_aligned_the_group_is_below_and_ties_cross_together() -> None:
    rows = pd.DataFrame({"iso3": list("ABCD"), "alignment": [70.0, 40.0, 40.0, 20.0]})
    net = pd.Series({"A": 100.0, "B": 1.0, "C": 2.0, "D": -50.0})
    table = alignment.on_the_cutoff(rows, net, cutoff=20, least=True).set_index("iso3")
    assert table["above"].tolist() == [True, True, True, False]
    assert table["group_usd_bn"].to_dict() == {"A": 53, "B": -47, "C": -47, "D": 0}


def test_a_conclusion_stands_from_nine_tenths_on(curve) -> None:
    table = alignment.statements(curve).set_index("statement")
    assert ((table["holds_pct"] >= 90) == (table["stands"] == 1)).all()
    assert ((table["holds_pct"] <= 10) == (table["stands"] == -1)).all()
    largest = curve[curve["without"] == "all"]["largest_year"] == 2025
    assert table.loc["largest_year", "holds_pct"] == pytest.approx(100 * largest.mean())


def test_where_a_published_figure_stands_is_counted(curve) -> None:
    table = alignment.standing(curve).set_index("figure")
    row = table.loc["most_usd_bn"]
    assert row["below_pct"] == pytest.approx(100 * (curve["most_usd_bn"] < 463.9).mean())
    assert row["low_usd_bn"] < row["median_usd_bn"] < row["high_usd_bn"]
    assert (table["near_pct"] > 0).all()


def test_percentiles_rise_and_each_choice_has_all_its_specifications(curve) -> None:
    lines = alignment.percentiles(curve).groupby(["figure", "without"])["value"]
    assert lines.apply(lambda values: values.is_monotonic_increasing).all()
    assert (alignment.by_choice(curve).groupby("choice")["specifications"].sum() == len(curve)).all()


def test_a_larger_group_is_not_always_a_larger_buyer(curve) -> None:
    table = alignment.by_cutoff(curve)
    assert (table["low_usd_bn"] <= table["median_usd_bn"]).all()
    top = table[table["measure"] == alignment.ALL_VOTES].set_index("share_pct")["median_usd_bn"]
    assert top[10] < top[30] > top[50]
