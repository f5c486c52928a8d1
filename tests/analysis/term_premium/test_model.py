"""The term premium: the official series reproduced, the model's algebra, refusals, and comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from foreign_demand import words
from foreign_demand.analysis import term_premium
from foreign_demand.analysis.curve import month_ends, zero_coupon_yields
from foreign_demand.analysis.events import APRIL_2025, JANUARY_2026, Event, percentile_of_change
from foreign_demand.book import charts
from foreign_demand.book.wording import term_premium as wording
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError


@pytest.fixture(scope="module")
def daily(embedded: Store) -> pd.DataFrame:
    return zero_coupon_yields(embedded.read("gsw_parameters"))


@pytest.fixture(scope="module")
def yields(daily: pd.DataFrame) -> pd.DataFrame:
    return month_ends(daily)


@pytest.fixture(scope="module")
def federal_funds(embedded: Store) -> pd.Series:
    return embedded.read("FEDFUNDS").set_index("month")["rate_pct"]


@pytest.fixture(scope="module")
def model(yields: pd.DataFrame, federal_funds: pd.Series) -> term_premium.TermPremiumModel:
    """Estimated on the sample of the July 2025 vintage."""
    return term_premium.estimate(yields[:"2025-06"], federal_funds)


# --- the official series -----------------------------------------------------


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


def test_march_and_april_2025_as_published(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    table = model.decompose(yields["2025-03":"2025-04"], [120])
    assert table["term_premium_pct"].round(3).tolist() == [0.386, 0.610]
    assert table["risk_neutral_yield_pct"].round(3).tolist() == [3.865, 3.608]


def test_each_departure_costs_more_than_the_recipe(
    embedded: Store, yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    table = term_premium.sensitivity(embedded.read("acm_monthly"), yields, federal_funds)
    cost = table.set_index("departure")["mean_absolute_gap_bp"]
    assert cost["none"] < 0.01
    assert (cost.drop("none") > 1).all()
    assert cost["sample from 1987"] > cost["three factors"] > cost["four factors"]
    assert wording.sensitivity_as_printed(table)["Departure"].iloc[0] == "None"


# --- the curve ---------------------------------------------------------------


def test_a_curve_without_second_hump_leaves_its_term_out() -> None:
    day = {"date": pd.Timestamp("1970-01-02"), "beta0": 7.0, "beta1": -2.0, "beta2": 1.0, "beta3": 5.0}
    table = pd.DataFrame([day | {"tau1": 1.5, "tau2": np.nan}, day | {"tau1": 1.5, "tau2": 4.0}])
    one, two = zero_coupon_yields(table)[24]
    decay = np.exp(-2 / 1.5)
    slope = (1 - decay) * 1.5 / 2
    assert one == pytest.approx(7 - 2 * slope + (slope - decay))
    second = (1 - np.exp(-2 / 4)) * 4 / 2 - np.exp(-2 / 4)
    assert two == pytest.approx(one + 5 * second)


@pytest.mark.parametrize(
    ("newest", "months"),
    [
        ("2024-03-27", 2),
        ("2024-03-28", 3),  # what is left of it is Good Friday and a weekend
        ("2024-03-29", 3),
        ("2024-06-27", 5),
        ("2024-06-28", 6),  # a Friday; the month ends on Sunday
    ],
)
def test_a_month_counts_when_its_last_weekday_is_over(newest: str, months: int) -> None:
    days = pd.DataFrame({1: 4.0}, index=pd.bdate_range("2024-01-01", newest, name="date"))
    assert len(month_ends(days)) == months


def test_the_last_observation_of_a_month_stands_for_it() -> None:
    days = pd.DataFrame(
        {1: [1.0, 2.0, 3.0]}, index=pd.to_datetime(["2024-01-05", "2024-01-30", "2024-02-29"])
    )
    ends = month_ends(days)
    assert ends.index.tolist() == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-29")]
    assert ends[1].tolist() == [2.0, 3.0]


def test_the_federal_funds_rate_stands_in_before_1982_only(
    yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    patched = term_premium.patch_short_rate(yields, federal_funds)
    early = patched.index < "1982"
    pd.testing.assert_frame_equal(patched[~early], yields[~early])
    pd.testing.assert_frame_equal(patched.drop(columns=1), yields.drop(columns=1))
    correlation = patched.loc[early, 1].corr(federal_funds.reindex(patched.index[early]))
    assert correlation == pytest.approx(1)


# --- the model ---------------------------------------------------------------


def test_without_prices_of_risk_there_is_no_premium(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    neutral = replace(model, lambda0=model.mu, lambda1=np.zeros_like(model.lambda1))
    table = neutral.decompose(yields)
    assert table["term_premium_pct"].abs().max() < 1e-9


def test_the_risk_neutral_yield_is_the_average_expected_short_rate(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    certain = replace(model, sigma=np.zeros_like(model.sigma), return_variance=0.0)
    now = certain.factors[-1]
    expected = [
        model.delta0 + model.delta1 @ np.linalg.matrix_power(model.phi, month) @ now for month in range(36)
    ]
    sample = certain.yields.tail(1)
    table = certain.decompose(sample, [36])
    assert table["risk_neutral_yield_pct"].iloc[0] == pytest.approx(1200 * np.mean(expected))


def test_the_parts_add_up_by_day_and_by_month(
    model: term_premium.TermPremiumModel, daily: pd.DataFrame, yields: pd.DataFrame
) -> None:
    by_month, by_day = model.decompose(yields), model.decompose(daily, [120])
    for table in (by_month, by_day):
        parts = table["risk_neutral_yield_pct"] + table["term_premium_pct"]
        assert (table["fitted_yield_pct"] - parts).abs().max() < 1e-12
    assert by_month.columns[0] == "month"
    assert by_day.columns[0] == "date"
    assert len(by_month) == 120 * len(yields)
    last = by_day.set_index("date").loc["2025-04-30", "term_premium_pct"]
    month = by_month.set_index(["month", "maturity_months"]).loc[("2025-04-30", 120), "term_premium_pct"]
    assert last == pytest.approx(month)


def test_diagnostics_say_how_well_it_fits(model: term_premium.TermPremiumModel) -> None:
    found = model.diagnostics
    assert found.persistence[0] < 1
    assert (np.diff(found.persistence) <= 0).all()
    assert 0.9999 < found.explained_variance.sum() < 1
    errors = found.pricing_errors.set_index("maturity_months")["root_mean_square_bp"]
    assert errors[24:120].max() < 5
    assert np.cov(model.factors.T).round(9).tolist() == np.eye(5).tolist()


def test_factors_and_maturities_can_be_chosen(yields: pd.DataFrame) -> None:
    late = yields["1990":]
    three = term_premium.estimate(late, factors=3, factor_maturities=(6, 60))
    assert three.factors.shape == (len(late), 3)
    assert three.maturities.tolist() == list(range(6, 61))
    assert three.first_month == pd.Timestamp("1990-01-31")


def test_real_time_is_the_estimate_on_the_months_so_far(
    yields: pd.DataFrame, federal_funds: pd.Series
) -> None:
    until = yields[:"1995-06"]
    windows = term_premium.expanding_window(until, federal_funds, since="1995-01").set_index("month")
    assert len(windows) == 6
    for month in ("1995-01-31", "1995-06-30"):
        known = yields[:month]
        alone = term_premium.estimate(known, federal_funds)
        expected = alone.decompose(known.tail(1), [120]).iloc[0]
        assert windows.loc[month, "term_premium_pct"] == pytest.approx(expected["term_premium_pct"], abs=1e-7)
        assert windows.loc[month, "fitted_yield_pct"] == pytest.approx(expected["fitted_yield_pct"], abs=1e-7)
        assert windows.loc[month, "persistence"] == pytest.approx(alone.diagnostics.persistence[0], abs=1e-9)


# --- what is not known -------------------------------------------------------


def test_bias_correction_of_one_factor_is_the_textbook_one(yields: pd.DataFrame) -> None:
    one = term_premium.estimate(yields, factors=1)
    corrected = term_premium.bias_corrected(one)
    phi = one.phi[0, 0]
    room = 1 - phi  # the textbook correction, shrunk by hundredths where it would reach one
    textbook = (1 + 3 * phi) / (len(yields) - 1)
    shares = np.arange(100, -1, -1) / 100
    share = next(s for s in shares if s * textbook < room)
    assert corrected.phi[0, 0] - phi == pytest.approx(share * textbook, rel=1e-6)


def test_bias_correction_changes_the_split_and_not_the_yields(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    corrected = term_premium.bias_corrected(model)
    assert model.diagnostics.persistence[0] < corrected.diagnostics.persistence[0] < 1
    before, after = model.decompose(yields, [120]), corrected.decompose(yields, [120])
    assert (before["fitted_yield_pct"] - after["fitted_yield_pct"]).abs().max() < 1e-9
    assert after["risk_neutral_yield_pct"].std() > before["risk_neutral_yield_pct"].std()


@pytest.mark.parametrize("correct_bias", [True, False])
def test_a_bootstrap_repeats_itself_and_counts_what_it_discards(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame, correct_bias: bool
) -> None:
    one, again = (term_premium.bootstrap(model, draws=60, correct_bias=correct_bias) for _ in range(2))
    np.testing.assert_array_equal(one.slopes, again.slopes)
    assert len(one.slopes) + one.discarded == 60
    band = one.band(yields.tail(24))
    assert band.columns[0] == "month"
    assert (band["low_pct"] < band["median_pct"]).all()
    assert (band["median_pct"] < band["high_pct"]).all()


def test_changes_are_known_better_than_levels(
    model: term_premium.TermPremiumModel, daily: pd.DataFrame
) -> None:
    start, end = daily.loc[["2025-04-02"]], daily.loc[["2025-04-11"]]
    draws = term_premium.bootstrap(model, draws=100)
    low, high = draws.change(start, end)
    level = draws.band(end)
    assert high - low < 0.25 * (level["high_pct"] - level["low_pct"]).iloc[0]
    change = model.decompose(pd.concat([start, end]), [120])["term_premium_pct"].diff().iloc[-1]
    assert low < change < high


def test_the_bootstrap_of_a_precise_model_is_narrow(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame
) -> None:
    precise = replace(
        model,
        phi=0.5 * np.eye(5),
        return_errors=0.01 * model.return_errors,
        short_rate_errors=0.01 * model.short_rate_errors,
    )
    latest = yields.tail(1)
    narrow, wide = (
        term_premium.bootstrap(m, draws=60, correct_bias=False).band(latest).iloc[0] for m in (precise, model)
    )
    assert narrow["high_pct"] - narrow["low_pct"] < 0.5 * (wide["high_pct"] - wide["low_pct"])


# --- refusals ----------------------------------------------------------------


def without_a_month(yields: pd.DataFrame) -> pd.DataFrame:
    return yields.drop(pd.Timestamp("2001-09-30"))


def with_a_gap(yields: pd.DataFrame) -> pd.DataFrame:
    spoiled = yields.copy()
    spoiled.loc["2001-09-30", [118, 119, 120]] = np.nan
    return spoiled


def flat(yields: pd.DataFrame) -> pd.DataFrame:
    level = yields[120]
    return pd.DataFrame(dict.fromkeys(yields.columns, level))


def explosive(yields: pd.DataFrame) -> pd.DataFrame:
    growth = 1.01 ** np.arange(len(yields))
    noise = np.random.default_rng(1).normal(0, 0.01, yields.shape)
    return pd.DataFrame(growth[:, None] * (1 + 0.001 * np.arange(120)) + noise, yields.index, yields.columns)


def doubled(yields: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([yields.iloc[:100], yields.iloc[99:]])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_a_month, r"skip 2001-09 \(1 months"),
        (with_a_gap, r"2001-09-30 has no yield at 118 to 120 months"),
        (flat, "do not span 5 factors"),
        (explosive, "not stationary"),
        (doubled, "not one row a month"),
        (lambda yields: yields.head(24), "24 months are too few"),
    ],
)
@pytest.mark.parametrize(
    "run",
    [
        term_premium.estimate,
        lambda bad: term_premium.expanding_window(bad, since=f"{bad.index[-1]:%Y-%m-%d}"),
    ],
    ids=["once", "in real time"],
)
def test_data_that_cannot_be_estimated_on_are_refused_by_name(
    yields: pd.DataFrame, spoil: Callable[[pd.DataFrame], pd.DataFrame], says: str, run: Callable
) -> None:
    bad = spoil(yields["1990":"2010"])
    with pytest.raises(EstimationError, match=says):
        run(bad)


def test_a_gap_on_another_day_is_refused(model: term_premium.TermPremiumModel, daily: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="has no yield at 60 to 60 months"):
        model.decompose(daily.tail(3).assign(**{"60": np.nan}).drop(columns=60).rename(columns={"60": 60}))


@pytest.mark.parametrize("maturity", [0, 121, 1.5])
def test_a_maturity_the_model_does_not_have_is_refused(
    model: term_premium.TermPremiumModel, yields: pd.DataFrame, maturity: float
) -> None:
    with pytest.raises(EstimationError, match="whole months from 1 to 120"):
        model.decompose(yields, [maturity])


def test_a_missing_federal_funds_rate_is_refused(yields: pd.DataFrame, federal_funds: pd.Series) -> None:
    with pytest.raises(EstimationError, match="1970-05 is missing"):
        term_premium.estimate(yields, federal_funds.drop(pd.Timestamp("1970-05-31")))
    with pytest.raises(EstimationError, match="two years"):
        term_premium.estimate(yields[:"1982-06"], federal_funds)


def test_more_factors_than_priced_returns_are_refused(yields: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="12 factors cannot be priced"):
        term_premium.estimate(yields, factors=12)


def test_real_time_cannot_start_after_the_curve_ends(yields: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="No month from 2100-01"):
        term_premium.expanding_window(yields, since="2100-01")


def test_draws_that_are_mostly_not_stationary_are_refused(model: term_premium.TermPremiumModel) -> None:
    drifting = replace(model, phi=1.02 * np.eye(5))
    with pytest.raises(EstimationError, match="of 20 redrawn VARs are not stationary"):
        term_premium.bootstrap(drifting, draws=20, correct_bias=False)


# --- comparisons -------------------------------------------------------------


def test_a_change_is_placed_among_all_of_its_length() -> None:
    days = pd.bdate_range("2024-01-01", periods=11)
    values = pd.Series([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20.0], index=days)
    event = Event(name="the last two", start=days[8], end=days[10])
    assert percentile_of_change(values, event) == (12.0, pytest.approx(100 * 8 / 9))
    change, percentile = percentile_of_change(values, event, since=f"{days[7]:%Y-%m-%d}")
    assert (change, percentile) == (12.0, 50.0)


def test_an_event_on_a_holiday_is_refused() -> None:
    values = pd.Series(1.0, index=pd.bdate_range("2026-01-12", periods=5))
    with pytest.raises(EstimationError, match="storm: no value on 2026-01-17"):
        percentile_of_change(
            values, Event(name="storm", start=pd.Timestamp("2026-01-17"), end=pd.Timestamp("2026-01-16"))
        )


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
    assert term_premium.since_in_words(pd.Series(values, index=months)) == says


@pytest.mark.parametrize(
    ("curve", "official", "says"),
    [
        ("2026-08-21", "2025-06-30", "The curve reaches 21 August 2026; .* June 2025, 14 months earlier"),
        ("2026-08-21", "2026-07-31", "one month earlier"),
        ("2026-08-21", "2026-09-30", "official series is newer than the curve: .* 21 August 2026"),
    ],
)
def test_both_dates_are_told_whichever_is_newer(curve: str, official: str, says: str) -> None:
    text = wording.which_is_fresher(pd.Timestamp(curve), pd.Timestamp(official))
    assert re.search(says, text)


@pytest.mark.parametrize(
    ("path", "premium", "says"),
    [(10, 30, "75% of"), (-5, 30, "more than the whole"), (30, -5, "the other way"), (-10, -30, "75% of")],
)
def test_a_change_is_split_in_words(path: float, premium: float, says: str) -> None:
    assert says in wording.split_in_words(path, premium)


# --- drivers -----------------------------------------------------------------


@pytest.fixture
def drivers() -> pd.DataFrame:
    months = pd.date_range("2003-01-31", periods=240, freq="ME", name="month")
    values = np.random.default_rng(7).normal(size=(240, len(term_premium.DRIVERS)))
    return pd.DataFrame(values, months, list(term_premium.DRIVERS)).assign(record="estimates")


HALVES = {"first": ("2003-01", "2012-12"), "second": ("2013-01", "2022-12")}


def test_a_known_association_is_found_and_others_are_not(drivers: pd.DataFrame) -> None:
    noise = np.random.default_rng(8).normal(size=len(drivers))
    change = 5 * drivers["official_flows"] + noise
    results = term_premium.regress(drivers, {"A": change, "B": -0.5 + change}, HALVES)
    official = results[results["driver"] == term_premium.DRIVERS["official_flows"]]
    spread = drivers["official_flows"].std()
    assert official["coefficient_bp"].between(4.5 * spread, 5.5 * spread).all()
    assert (official["p_value"] < 0.001).all()
    shared = term_premium.agreed(results, list(HALVES))
    assert {"foreign official purchases in first with a plus sign"} <= set(
        wording.agreed_in_words(shared).replace(" and ", ", ").split(", ")
    )
    stable = term_premium.stability(drivers, {"A": change}, HALVES).set_index("driver")
    assert stable.loc[term_premium.DRIVERS["official_flows"], "p_value"] > 0.05
    assert stable.loc[term_premium.DRIVERS["official_flows"], "same_sign"]
    printed = wording.drivers_as_printed(results, model="A")
    assert printed["Driver"].tolist() == [*term_premium.DRIVERS.values(), "Months", "R²"]
    chart = charts.chart_coefficients(
        results.assign(model="ACM").rename(
            columns={"driver": "group", "coefficient_bp": "value", "low_bp": "low", "high_bp": "high"}
        ),
        order=["ACM"],
        title="Basis points",
    )
    assert chart.to_dict()["facet"]["field"] == "group"


def test_an_association_that_turns_is_called_unstable(drivers: pd.DataFrame) -> None:
    sign = np.where(drivers.index < "2013", 1, -1)
    noise = np.random.default_rng(9).normal(size=len(drivers))
    stable = term_premium.stability(drivers, {"A": sign * drivers["fed_purchases"] + noise}, HALVES)
    fed = stable.set_index("driver").loc[term_premium.DRIVERS["fed_purchases"]]
    assert fed["p_value"] < 0.001
    assert not fed["same_sign"]
    assert "Federal Reserve purchases in A" in wording.stability_in_words(stable)


@pytest.mark.parametrize(
    ("same", "says"),
    [
        (0, "none of the three drivers has"),
        (1, "one of the three drivers has"),
        (2, "two of the three drivers have"),
    ],
)
def test_the_verb_follows_how_many_drivers_keep_their_sign(same: int, says: str) -> None:
    stable = pd.DataFrame(
        {
            "model": "ACM",
            "driver": ["Debt", "Flows", "Federal Reserve purchases"],
            "p_value": 0.5,
            "same_sign": [place < same for place in range(3)],
        }
    )
    text = wording.stability_in_words(stable)
    assert "rejected at the level of 5% for no driver in ACM, and" in text
    assert says in text


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        ([-3.0, -3.0], [-1.0, -1.0], "in two of two pairs .* below zero in two and wholly above it in none"),
        ([-1.0, 1.0], [1.0, 3.0], "in none of two pairs .* below zero in none and wholly above it in one"),
    ],
)
def test_official_purchases_are_counted_in_words(low: list[float], high: list[float], says: str) -> None:
    results = pd.DataFrame({"low_bp": low, "high_bp": high})
    results["coefficient_bp"] = (results["low_bp"] + results["high_bp"]) / 2
    assert re.search(says, wording.official_in_words(results))


def test_a_sample_too_short_for_its_coefficients_is_refused(drivers: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="crisis: 12 months"):
        term_premium.regress(drivers, {"A": drivers["debt_supply"]}, {"crisis": ("2008-01", "2008-12")})


def test_a_driver_that_does_not_move_is_refused(drivers: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="fed_purchases does not vary"):
        term_premium.regress(drivers.assign(fed_purchases=0.0), {"A": drivers["debt_supply"]}, HALVES)


def test_flows_of_three_records_join_without_overlap(embedded: Store) -> None:
    names = ("tic_s1_globl", "tic_official_positions", "tic_positions", "tic_slt_table3")
    flows = term_premium.official_and_private_flows(*map(embedded.read, names))
    assert flows["month"].is_unique
    assert not flows["month"].between("2021-01-01", "2023-01-31").any()
    joined = flows.set_index("month")
    positions = embedded.read("tic_positions")
    december = positions[(positions["month"] == "2020-12-31") & (positions["country_code"] == 99996)]
    total = joined.loc["2020-12-31", ["official_usd_bn", "private_usd_bn"]].sum()
    assert total == pytest.approx(december["treasury_net_purchases_usd_mn"].iloc[0] / 1000)
    assert joined.loc["2020-12-31", "record"] == "estimates"
    assert joined["record"].iloc[-1] == "reports"


def test_drivers_are_in_percent_of_the_debt_a_month_before() -> None:
    months = pd.date_range("2003-01-31", periods=16, freq="ME", name="month")
    days = pd.bdate_range("2002-10-01", months[-1])
    walk = np.random.default_rng(3).normal(0, 0.05, len(days)).cumsum()
    debt = pd.Series(1000 * 1.01 ** np.arange(16), index=months)
    table = term_premium.monthly_drivers(
        ten_year=pd.DataFrame({"date": days, "yield_pct": 4 + walk}),
        breakeven=pd.DataFrame({"date": days, "breakeven_pct": 2 + walk / 2}),
        notes_and_bonds=debt,
        flows=pd.DataFrame(
            {"month": months, "official_usd_bn": 10.0, "private_usd_bn": -5.0, "record": "estimates"}
        ),
        fed_holdings=pd.DataFrame({"date": months, "holdings_usd_mn": 1e6 + 2000.0 * np.arange(16)}),
    )
    newest, before = table.iloc[-1], debt.iloc[-2]
    assert newest["official_flows"] == pytest.approx(100 * 10 / before)
    assert newest["private_flows"] == pytest.approx(-100 * 5 / before)
    assert newest["fed_purchases"] == pytest.approx(100 * 2 / before)
    assert newest["debt_supply"] == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(table["inflation_volatility"], table["rate_volatility"] / 2)


def test_budget_revisions_compare_the_years_both_have() -> None:
    baselines = pd.DataFrame(
        {
            "baseline": pd.to_datetime(
                ["2024-02-29"] * 2 + ["2024-06-30"] * 2 + ["2025-01-31"] * 2 + ["2025-03-31"]
            ),
            "component": "deficit",
            "category": "Total",
            "fiscal_year": [2024, 2025, 2025, 2026, 2026, 2027, 2026],
            "value_usd_bn": [-1500.0, -1700.0, -1900.0, -1800.0, -1700.0, -1.0, -1.0],
        }
    )
    months = pd.date_range("2024-05-31", "2025-01-31", freq="ME")
    premium = pd.Series([0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.4], index=months)
    table = term_premium.budget_revisions(baselines, premium)  # that of March 2025 has no premium yet
    assert table["revision_usd_bn"].tolist() == [200.0, -100.0]
    assert table["years"].tolist() == [1, 1]
    assert table["premium_change_bp"].round(9).tolist() == [20, 10]
    assert wording.budget_in_words(table.assign(years=[11, 10])).split("; ") == [
        "in June 2024 by USD 200 billion more deficit over 11 years, while the premium rose by 20 basis "
        "points",
        "in January 2025 by USD 100 billion less deficit over 10 years, while the premium rose by 10 basis "
        "points",
    ]
    few = wording.budget_reading(table)
    assert few.startswith("The premium moved with the deficits in one of these two months; so few")
    against = table.assign(premium_change_bp=[-20.0, 10.0])
    many = wording.budget_reading(pd.concat([against] * 10))
    assert many == "The premium moved with the deficits in none of these 20 months."


@pytest.mark.parametrize(
    ("value", "decimals", "says"),
    [(-35.4, 0, "35 basis points"), (1.04, 0, "1 basis point"), (0.0, 1, "0.0")],
)
def test_basis_points_are_a_size(value: float, decimals: int, says: str) -> None:
    assert words.basis_points(value, decimals).startswith(says)


def test_lines_on_a_band_draw_both() -> None:
    dates = pd.date_range("2000-01-31", periods=3, freq="ME")
    lines = pd.DataFrame({"date": dates, "name": "ACM", "value": [0.1, 0.2, 0.3]})
    band = pd.DataFrame({"date": dates, "low": 0.0, "high": 1.0})
    spec = charts.chart_with_band(lines, title="Points", order=["ACM"], band=band).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"][:3]] == ["rule", "area", "line"]
    bare = charts.chart_with_band(lines, title="Points", order=["ACM"]).to_dict()
    assert len(bare["layer"]) == 3
