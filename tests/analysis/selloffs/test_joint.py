"""Stocks, Treasuries and the dollar falling together: the published count, and what chance gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import markets
from foreign_demand.analysis.returns import sampled_returns
from foreign_demand.analysis.selloffs import joint as joint_selloffs
from foreign_demand.data.store import Store


def test_published_counts_are_rebuilt(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    table = joint_selloffs.rebuilt_counts(levels, filled).set_index("sampling")
    assert abs(table.loc["Monthly", "corrected"] - 36) <= 2
    assert abs(table.loc["Monthly", "rebuilt"] - 36) <= 2
    assert 1.75 < table.loc["Daily", "corrected"] / 680 < 2
    assert 1.75 < table.loc["Weekly", "corrected"] / 109 < 2.05
    assert table.loc[["Daily", "Weekly"], "rebuilt"].tolist() == [651, 118], (
        "near the published counts, not them"
    )
    assert table.loc["Daily", "rebuilt"] == pytest.approx(680, rel=0.06)
    assert table.loc["Weekly", "rebuilt"] == pytest.approx(109, rel=0.09)
    assert abs(table.loc["Daily", "rebuilt_periods"] - 13632) <= 2
    assert abs(table.loc["Weekly", "corrected_periods"] - 2725) <= 1
    assert abs(table.loc["Monthly", "corrected_periods"] - 626) <= 1


def test_daily_and_weekly_counts_point_to_the_same_years(filled: pd.DataFrame) -> None:
    curve = joint_selloffs.counts_by_first_daily_year(filled, range(1990, 1999))
    wide = curve.pivot(index="year", columns="sampling", values="of_published_pct")
    assert wide["Monthly"].nunique() == 1
    nearest = (wide - 100).abs().idxmin()
    assert abs(nearest["Daily"] - 1994) <= 1
    assert abs(nearest["Weekly"] - 1994) <= 1
    assert wide["Daily"].is_monotonic_decreasing


@pytest.mark.parametrize("index", ["DTWEXAFEGS", "DTWEXBGS"])
@pytest.mark.parametrize("at", ["2006-01-03", "2019-12-31"])
def test_no_dollar_index_explains_the_published_count(index: str, at: str, embedded: Store) -> None:
    tables = {id: embedded.read(id) for id in {*markets.TABLES, index}}
    levels = markets.market_levels(tables, dollar=index, joined=pd.Timestamp(at))
    shares = joint_selloffs.alternative_explanations({"it": levels}).iloc[0]
    assert shares["Daily"] > 170
    assert abs(shares["Monthly"] - 100) < 6


def test_holidays_have_no_price_of_their_own(levels: pd.DataFrame) -> None:
    for closed in ("2025-04-18", "2025-10-13", "2026-01-19"):  # Good Friday, Columbus Day, Martin Luther King
        assert pd.Timestamp(closed) not in levels.index
    assert not levels.isna().any(axis=None)


def test_month_end_bonds_stand_still_in_between() -> None:
    days = pd.bdate_range("2024-01-31", "2024-03-29")
    levels = pd.DataFrame({"Treasuries": np.arange(len(days), 0.0, -1)}, index=days)
    kept = joint_selloffs.month_end_bonds(levels, before=pd.Timestamp("2024-03-01"))
    assert kept.loc["2024-02-01":"2024-02-28", "Treasuries"].nunique() == 1
    assert kept.loc["2024-02-29", "Treasuries"] == levels.loc["2024-02-29", "Treasuries"]
    assert kept.loc["2024-03-01":].equals(levels.loc["2024-03-01":])


def test_independent_markets_fall_together_as_often_as_chance() -> None:
    random = np.random.default_rng(1)
    days = pd.bdate_range("1973-01-31", periods=8000)
    steps = pd.DataFrame(random.normal(size=(8000, 3)), index=days, columns=list(markets.ASSETS))
    found = joint_selloffs.joint_frequency(100 * np.exp(steps.cumsum() / 100), {"Daily": 63}).iloc[0]
    assert found["share_pct"] == pytest.approx(12.5, abs=1.2)
    assert found["ratio_low"] < 1 < found["ratio_high"]
    assert found["low_pct"] < found["share_pct"] < found["high_pct"]


def test_decades_add_up_to_the_whole(levels: pd.DataFrame, filled: pd.DataFrame) -> None:
    decades = joint_selloffs.by_decade(levels, filled)
    whole = joint_selloffs.joint(sampled_returns(levels[joint_selloffs.FIRST_DAY :], "daily"))
    assert decades["joint"].sum() == whole.sum()
    assert decades["periods"].sum() == len(whole)
    assert decades["rebuilt_pct"].iloc[0] < 1 < decades["share_pct"].iloc[0]


def test_joint_declines_are_counted_by_the_smallest_of_the_three() -> None:
    falls = np.repeat([2.0, 1.2, 0.7, 0.2, -1.0], [2, 3, 4, 5, 26])
    scores = pd.DataFrame(
        {"Stocks": -falls, "Treasuries": -falls, "Dollar": -2 * falls},
        index=pd.bdate_range("2001-01-01", periods=40),
    )
    table = joint_selloffs.by_threshold(scores)
    assert table.set_index("threshold")["joint"].to_dict() == {0: 14, 0.5: 9, 1: 5, 1.5: 2}
    assert table["share_pct"].tolist() == pytest.approx([35, 22.5, 12.5, 5])
