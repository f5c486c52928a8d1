"""The premium beside others: the official series, hindsight, Kim–Wright, events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import term_premium
from foreign_demand.analysis.events import APRIL_2025, JANUARY_2026, Event, percentile_of_change
from foreign_demand.book import charts
from foreign_demand.book.wording import term_premium as wording
from foreign_demand.data.store import Store


def test_the_official_monthly_series_is_reproduced(
    embedded: Store, yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    gaps = term_premium.monthly_gaps(embedded.read("acm_monthly"), yields, federal_funds)
    assert set(gaps["maturity_years"]) == {2, 5, 10}
    assert gaps["month"].min() == pd.Timestamp("1961-06-30")
    assert gaps[["premium_gap_bp", "fitted_gap_bp"]].abs().max(axis=None) < 0.01


def test_the_official_daily_series_is_reproduced_with_the_parameters_of_its_month(
    embedded: Store, daily: pd.DataFrame, yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    official = embedded.read("acm_daily")
    found = term_premium.parameter_month(official, daily, yields, federal_funds)
    assert found.gaps["premium_gap_bp"].abs().max() < 0.05
    assert found.month < official["date"].max()
    others = found.tried[found.tried["month"] != found.month]
    assert others["largest_gap_bp"].between(0.05, 3).all()
    assert len(found.gaps) + len(found.days_without_curve) == len(official)
    summary = term_premium.gap_summary(
        term_premium.monthly_gaps(embedded.read("acm_monthly"), yields, federal_funds), found
    )
    assert summary["series"].tolist() == ["monthly"] * 3 + ["daily"]
    assert wording.gaps_as_printed(summary)["Series"].iloc[-1] == "10 years, daily"


def test_each_departure_costs_more_than_the_recipe(
    embedded: Store, yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    table = term_premium.sensitivity(embedded.read("acm_monthly"), yields, federal_funds)
    cost = table.set_index("departure")["mean_absolute_gap_bp"]
    assert cost["none"] < 0.01
    assert (cost.drop("none") > 1).all()
    assert cost["sample from 1987"] > cost["three factors"] > cost["four factors"]
    assert wording.sensitivity_as_printed(table)["Departure"].iloc[0] == "None"


def test_events_are_taken_apart_by_maturity(
    model: term_premium.TermPremiumModel, daily: pd.DataFrame
) -> None:
    table = term_premium.change_by_maturity(
        model, daily["2020":], [JANUARY_2026, APRIL_2025], since="2021-01-01"
    )
    assert table["event"].drop_duplicates().tolist() == ["January 2026", "April 2025"]
    assert table["maturity_years"].tolist() == list(range(1, 11)) * 2
    np.testing.assert_allclose(table["yield_bp"], table["expected_path_bp"] + table["premium_bp"])
    assert table.groupby("event")["periods"].first().to_dict() == {"April 2025": 7, "January 2026": 1}
    assert (table["separate_since"] == (len(daily["2021":]) - 1) // table["periods"]).all()
    fields = [name for name in table if "percentile" in name]
    assert table[fields].stack().between(0, 100).all()
    printed = wording.changes_as_printed(table, since="2021-01-01")
    assert printed["From, to"].iloc[-1] == "2 Apr 2025 to 11 Apr 2025"
    assert "Percentile since 2021" in printed
    assert charts.chart_decomposition(table).to_dict()["facet"]["field"] == "event"


def test_hindsight_is_the_difference_to_what_was_known() -> None:
    months = pd.date_range("2000-01-31", periods=3, freq="ME", name="month")
    now = pd.Series([1.0, 0.5, 0.2], index=months)
    then = pd.DataFrame({"month": months, "term_premium_pct": [0.8, 0.9, 0.2]})
    seen = term_premium.hindsight(now, then)
    assert seen["hindsight_bp"].round(9).tolist() == [20, -40, 0]
    assert seen["full_sample_record"].tolist() == [True, True, True]
    assert seen["real_time_record"].tolist() == [True, False, True]


def test_kim_wright_goes_on_where_the_older_file_stops() -> None:
    older = pd.DataFrame(
        {"month": pd.to_datetime(["2026-01-31", "2026-02-28"]), "term_premium_10y_bp": [60.0, 50.0]}
    )
    newer = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-02-26", "2026-02-27", "2026-03-31", "2026-04-15"]),
            "term_premium_pct": [0.40, 0.45, 0.70, 0.80],
        }
    )
    joined = term_premium.kim_wright_premium(older, newer)
    assert joined.tolist() == [0.60, 0.45, 0.70]  # April is not over
    pair = term_premium.side_by_side(joined.add([0.1, -0.2, 0.3]), joined)
    assert (pair["low_pct"] <= pair["high_pct"]).all()
    agree = term_premium.agreement(pair)
    assert agree.latest_range_bp == pytest.approx(30)
    assert agree.same_direction_pct == 100


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([3.0, 1.0, 2.0], "the highest since January 2000"),
        ([1.0, 2.0, 3.0], "the highest on record"),
        ([1.0, 3.0, 2.0], "lower than in February 2000"),
    ],
)
def test_the_newest_value_is_placed_in_words(values: list[float], says: str) -> None:
    months = pd.date_range("2000-01-31", periods=3, freq="ME")
    assert wording.since_in_words(pd.Series(values, index=months)) == says


@dataclass
class Split:
    """A model to which a given share of every yield is premium."""

    share: np.ndarray

    def decompose(self, yields: pd.DataFrame, maturities: Sequence[int]) -> pd.DataFrame:
        parts = [
            pd.DataFrame(
                {
                    "date": yields.index,
                    "maturity_months": months,
                    "fitted_yield_pct": yields[months].to_numpy(),
                    "term_premium_pct": self.share * yields[months].to_numpy(),
                }
            )
            for months in maturities
        ]
        return pd.concat(parts, ignore_index=True)


def test_the_place_of_a_change_is_that_of_the_premium_and_of_the_yield() -> None:
    days = pd.bdate_range("1985-01-01", periods=2500)
    random = np.random.default_rng(5)
    ten_year = pd.Series(4 + random.normal(0, 0.05, len(days)).cumsum(), index=days)
    yields = pd.DataFrame(dict.fromkeys(range(12, 121, 12), ten_year))
    model = Split(share=random.normal(size=len(days)))
    event = Event(name="e", start=days[2000], end=days[2005])
    table = term_premium.change_by_maturity(model, yields, [event], since="1990-01-01")
    row = table.set_index("maturity_years").loc[10]
    premium = model.share * ten_year
    change, place = percentile_of_change(premium, event)
    assert (row["premium_bp"], row["premium_percentile"]) == (pytest.approx(100 * change), place)
    since = [percentile_of_change(series, event, since="1990-01-01")[1] for series in (premium, ten_year)]
    assert row[["premium_percentile_since", "yield_percentile_since"]].tolist() == since
    assert len({place, *since}) == 3


def test_agreement_in_changes_is_their_correlation() -> None:
    months = pd.date_range("2000-01-31", periods=6, freq="ME")
    ours = pd.Series([1.0, 1.3, 1.1, 1.2, 1.7, 1.9], index=months)
    theirs = pd.Series([0.5, 0.6, 0.7, 0.9, 0.5, 0.4], index=months)
    found = term_premium.agreement(term_premium.side_by_side(ours, theirs))
    expected = np.corrcoef(np.diff(ours), np.diff(theirs))[0, 1]
    assert found.change_correlation == pytest.approx(expected)
    assert found.level_correlation == pytest.approx(np.corrcoef(ours, theirs)[0, 1])
    assert found.same_direction_pct == pytest.approx(40)
    assert found.latest_range_bp == pytest.approx(150)
