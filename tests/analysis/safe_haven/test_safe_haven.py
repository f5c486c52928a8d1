"""The safe haven: signs that history settles, closed days, and statistics against known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from foreign_demand.analysis import events, inference
from foreign_demand.analysis.returns import as_series
from foreign_demand.analysis.safe_haven import convenience
from foreign_demand.analysis.safe_haven import model as safe_haven
from foreign_demand.book import charts
from foreign_demand.data.store import read_table


@pytest.fixture(scope="module")
def yields() -> dict[int, pd.Series]:
    return {years: as_series(read_table(f"DGS{years}")) for years in safe_haven.MATURITIES}


@pytest.fixture(scope="module")
def levels() -> pd.DataFrame:
    return safe_haven.levels_of({id: read_table(id) for id in safe_haven.TABLES})


@pytest.fixture(scope="module")
def regimes(levels: pd.DataFrame) -> pd.DataFrame:
    return safe_haven.worst_periods(levels, "daily", periods=safe_haven.REGIMES).set_index(
        ["period", "tail_pct", "asset"]
    )


@pytest.fixture(scope="module")
def monthly(levels: pd.DataFrame) -> pd.Series:
    return safe_haven.realised_correlation(levels, "Stocks", "10-year Treasury")


@pytest.fixture(scope="module")
def breaks(monthly: pd.Series) -> pd.DataFrame:
    return inference.break_dates(monthly)


def weekdays(count: int) -> pd.DatetimeIndex:
    return pd.bdate_range("2001-01-01", periods=count)


def made_levels(**closed: list[str]) -> pd.DataFrame:
    """Two weeks in April 2025 in which everything rises a little each day it trades."""
    days = pd.bdate_range("2025-04-14", "2025-04-25")
    open_days = {name: days.drop(pd.DatetimeIndex(dates)) for name, dates in closed.items()}
    flat = pd.Series(4.0, index=open_days.get("bonds", days))
    return safe_haven.market_levels(
        stock_return=pd.Series(1.0, index=open_days.get("stocks", days)),
        yields=dict.fromkeys(safe_haven.MATURITIES, flat),
        bills=flat,
        dollar=pd.Series(100.0, index=open_days.get("dollar", days)),
        gold=pd.Series(3000.0, index=days),
    )


# --- levels, closed days ---------------------------------------------------------


def test_good_friday_lengthens_one_return() -> None:
    levels = made_levels(stocks=["2025-04-18"])
    returns = safe_haven.period_returns(levels, "daily")
    assert pd.Timestamp("2025-04-18") not in levels.index
    assert returns.loc["2025-04-21", "10-year Treasury"] == pytest.approx(4 * 4 / 365.25)
    assert returns["Stocks"].tolist() == pytest.approx([1.0] * len(returns))


def test_bond_holiday_loses_no_stock_return() -> None:
    levels = made_levels(bonds=["2025-04-21"])
    returns = safe_haven.period_returns(levels, "daily")
    assert returns.loc["2025-04-22", "Stocks"] == pytest.approx(100 * (1.01**2 - 1))
    assert levels["Stocks"].iloc[-1] / levels["Stocks"].iloc[0] == pytest.approx(1.01**9)


def test_a_good_friday_with_yields_is_no_day_here(levels: pd.DataFrame) -> None:
    friday = pd.Timestamp("2012-04-06")
    assert friday in as_series(read_table("DGS10")).index
    assert friday not in levels.index


def test_no_return_crosses_years_without_a_maturity() -> None:
    days = pd.bdate_range("2001-01-01", "2007-12-31")
    flat = pd.Series(5.0, index=days)
    thirty = flat.where(days < "2006-02-09", 3.0).where((days < "2002-02-19") | (days > "2006-02-08"))
    levels = safe_haven.market_levels(
        stock_return=0 * flat + 0.01,
        yields={2: flat, 5: flat, 10: flat, 30: thirty},
        bills=flat,
        dollar=flat,
        gold=flat,
    )
    for frequency in ("daily", "weekly", "monthly"):
        returns = safe_haven.period_returns(levels, frequency)["30-year Treasury"]
        assert returns.loc["2002-03-31":"2006-02-08"].isna().all()
        assert returns.dropna().between(0, 1).all()


def test_an_unfinished_week_is_left_out(levels: pd.DataFrame) -> None:
    tuesday = levels.loc[:"2025-04-15"]
    assert safe_haven.period_returns(tuesday, "weekly").index[-1] == pd.Timestamp("2025-04-11")
    assert safe_haven.period_returns(tuesday, "monthly").index[-1] == pd.Timestamp("2025-03-31")


@pytest.mark.parametrize(("frequency", "last"), [("weekly", "2025-04-17"), ("monthly", "2025-04-30")])
def test_a_week_is_dated_by_its_last_day_with_prices(levels: pd.DataFrame, frequency: str, last: str) -> None:
    known = levels.loc[:last]
    assert safe_haven.period_returns(known, frequency).index[-1] == pd.Timestamp(last)


def test_the_two_dollar_indices_tell_the_same_story() -> None:
    old, new = (as_series(read_table(id)).rename(id) for id in ("DTWEXM", "DTWEXAFEGS"))
    both = pd.concat([old, new], axis=1, join="inner").pct_change().dropna()
    assert len(both) > 3000
    assert both.corr().iloc[0, 1] > 0.99


def test_bill_yield_of_a_known_bill() -> None:
    price = 100 * (1 - 0.05 * 91 / 360)
    assert safe_haven.bill_yield(pd.Series([5.0])).iloc[0] == pytest.approx(
        100 * (100 / price - 1) * 365 / 91
    )


# --- signs that must be right ------------------------------------------------------


@pytest.mark.parametrize("tail", [1, 5])
@pytest.mark.parametrize(
    "asset", ["2-year Treasury", "5-year Treasury", "10-year Treasury", "30-year Treasury"]
)
def test_bonds_gained_on_the_worst_days_from_2000_to_2020(
    regimes: pd.DataFrame, asset: str, tail: int
) -> None:
    row = regimes.loc[("2000–2020", tail, asset)]
    assert row["mean_pct"] > 0
    assert row["low"] > 0


@pytest.mark.parametrize(
    "asset", ["2-year Treasury", "5-year Treasury", "10-year Treasury", "30-year Treasury"]
)
def test_bonds_did_not_gain_on_the_worst_days_of_2022(regimes: pd.DataFrame, asset: str) -> None:
    row = regimes.loc[("2022 alone", 5, asset)]
    assert row["mean_pct"] < 0
    assert row["low"] < 0


def test_worst_days_are_the_stated_share(levels: pd.DataFrame) -> None:
    worst = safe_haven.worst_periods(levels, "daily")
    days = safe_haven.period_returns(levels, "daily")
    for period, (start, end) in safe_haven.PERIODS.items():
        own = worst[(worst["period"] == period) & (worst["tail_pct"] == 5) & (worst["asset"] == "Dollar")]
        stocks = days.loc[start:end, "Stocks"]
        assert own["number"].iloc[0] == (stocks <= stocks.quantile(0.05)).sum()
        assert own["number"].iloc[0] == pytest.approx(0.05 * len(stocks), rel=0.03)


def test_no_interval_from_a_handful_of_days(regimes: pd.DataFrame) -> None:
    few = regimes[regimes["number"] < 10]
    assert len(few) > 0
    assert few[["low", "high"]].isna().all(axis=None)


def test_falls_of_stocks_since_1973(levels: pd.DataFrame) -> None:
    falls = safe_haven.drawdowns(levels).set_index("trough")
    assert (falls["Stocks"] <= -10).all()
    assert falls.loc["2009-03-09", "Stocks"] == pytest.approx(-54.6, abs=0.5)
    assert falls.loc["2009-03-09", "10-year Treasury"] > 15
    assert falls.loc["2022-10-14", "10-year Treasury"] < -15
    assert falls.loc["2022-10-14", "Dollar"] > 10
    assert falls.loc["2025-04-08", "Dollar"] < 0
    assert falls["10-year Treasury"].notna().all()
    assert ((falls.index.to_series() - falls["peak"]).dt.days == falls["days"]).all()


def test_drawdown_table_by_hand() -> None:
    days = weekdays(6)
    stocks = pd.Series([100.0, 120.0, 90.0, 99.0, 130.0, 125.0], index=days)
    levels = pd.DataFrame(dict.fromkeys(("Stocks", *safe_haven.ASSETS), stocks)).assign(Bills=100.0)
    falls = safe_haven.drawdowns(levels)
    assert len(falls) == 1
    assert falls.loc[0, ["peak", "trough"]].tolist() == [days[1], days[2]]
    assert falls.loc[0, "Stocks"] == pytest.approx(-25)
    assert falls.loc[0, "recovered"]


def test_episodes_stand_where_they_should(levels: pd.DataFrame) -> None:
    episodes = safe_haven.episode_returns(levels).set_index(["episode", "asset"])
    assert episodes.loc[("March 2020", "10-year Treasury"), "return_pct"] < -4
    assert episodes.loc[("March 2020", "Dollar"), "percentile"] > 95
    assert episodes.loc[("April 2025", "Dollar"), "percentile"] < 5
    assert episodes.loc[("2022", "10-year Treasury"), "return_pct"] < -12
    assert episodes["percentile"].between(0, 100).all()


# --- correlations ------------------------------------------------------------------


def test_rolling_correlation_is_pandas_and_its_band_holds_it(levels: pd.DataFrame) -> None:
    paths = safe_haven.correlations(levels, "Stocks", "10-year Treasury")
    daily = safe_haven.period_returns(levels, "daily")
    window = paths.query("frequency == 'daily' and window == 250").set_index("date")
    expected = daily["Stocks"].rolling(250).corr(daily["10-year Treasury"])
    assert np.allclose(window["correlation"], expected[window.index])
    assert ((paths["low"] < paths["correlation"]) & (paths["correlation"] < paths["high"])).all()
    assert paths[["low", "high"]].abs().max(axis=None) <= 1


def test_the_band_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    covered = []
    for _ in range(150):
        first = random.standard_t(5, 250)
        second = 0.5 * first + np.sqrt(0.75) * random.standard_t(5, 250)
        pair = pd.DataFrame({"a": first, "b": second}, index=weekdays(250))
        band = safe_haven._rolling_correlation(pair, 240).iloc[-1]
        covered.append(band["low"] < 0.5 < band["high"])
    assert 0.87 <= np.mean(covered) <= 1.0


# --- breaks ------------------------------------------------------------------------


def test_breaks_are_drawn_with_their_intervals(levels: pd.DataFrame, breaks: pd.DataFrame) -> None:
    paths = safe_haven.correlations(levels, "Stocks", "10-year Treasury").query("window == 250")
    paths = paths.assign(name="250 days")

    def drawn(found: pd.DataFrame) -> list[dict[str, object]]:
        chart = charts.chart_rolling_correlation(paths, found, banded="250 days", order=["250 days"])
        return chart.to_dict(format="vega-lite")["layer"]

    assert len(drawn(breaks)) == len(drawn(breaks.head(0))) + 2
    assert [layer["mark"]["type"] for layer in drawn(breaks)[:2]] == ["rule", "rule"]


def test_break_dates_repeat_themselves(monthly: pd.Series, breaks: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(inference.break_dates(monthly), breaks)


def test_stocks_and_bonds_changed_sign_around_1998_and_back_around_2020(breaks: pd.DataFrame) -> None:
    turned = breaks[(breaks["before"] > 0) & (breaks["after"] < 0)]
    assert turned["month"].dt.year.tolist() == [1997]
    assert breaks["month"].iloc[-1].year in (2020, 2021, 2022)
    assert breaks["before"].iloc[-1] < -0.3 < breaks["after"].iloc[-1]
    assert ((breaks["low"] <= breaks["month"]) & (breaks["month"] <= breaks["high"])).all()
    assert (breaks["p_value"] <= 0.05).all()


def test_end_of_sample_sees_a_shift_and_no_shift(monthly: pd.Series, breaks: pd.DataFrame) -> None:
    shifted = monthly.copy()
    shifted[shifted.index >= events.TARIFFS] += 1.0
    calm = inference.end_of_sample(monthly, breaks, since=events.TARIFFS)
    loud = inference.end_of_sample(shifted, breaks, since=events.TARIFFS)
    assert loud["share_pct"] < 1 < calm["share_pct"]


# --- responses ---------------------------------------------------------------------


def test_a_drifting_slope_is_followed() -> None:
    random = np.random.default_rng(5)
    index = pd.date_range("2000-01-07", periods=600, freq="W-FRI")
    truth = np.linspace(-1, 1, 600)
    x = random.normal(size=600)
    pair = pd.DataFrame({"y": truth * x + 0.5 * random.normal(size=600), "x": x}, index=index)
    both = safe_haven.time_varying_response(pair, window=100)
    drifting = both[both["name"] == "State space"].set_index("date")
    expected = pd.Series(truth, index=index)[drifting.index]
    assert (drifting["slope"] - expected).abs().mean() < 0.15
    assert ((drifting["low"] < expected) & (expected < drifting["high"])).mean() > 0.8
    rolling = both[both["name"] == "Rolling"].set_index("date")["slope"]
    middle = pd.Series(truth, index=index).rolling(100).mean()[rolling.index]
    assert (rolling - middle).abs().mean() < 0.15


def test_yields_fell_when_the_vix_jumped_from_2000_to_2020(
    levels: pd.DataFrame, yields: dict[int, pd.Series]
) -> None:
    jumps = safe_haven.vix_jump_responses(
        levels, yields[10], as_series(read_table("VIXCLS")), safe_haven.REGIMES
    ).set_index(["period", "answer"])
    assert jumps.loc[("2000–2020", "10-year yield, basis points"), "high"] < 0
    few = jumps["jumps"] < 10
    assert few.any()
    assert jumps.loc[few, ["low", "high"]].isna().all(axis=None)


def test_a_slope_that_turned_is_seen() -> None:
    random = np.random.default_rng(6)
    index = pd.date_range("2010-01-01", "2026-06-26", freq="W-FRI")
    x = random.normal(size=len(index))
    slope = np.where(index > events.TARIFFS, -3.0, 3.0)
    pair = pd.DataFrame({"dollar": slope * x + random.normal(size=len(index)), "yields": x}, index=index)
    row = safe_haven.dollar_and_differentials({"made": pair}).iloc[0]
    assert row["change"] == pytest.approx(-6, abs=0.8)
    assert row["high"] < 0
    assert row["share_pct"] == 0
    moved = safe_haven.unexplained_dollar({"made": pair}, horizons=[13]).iloc[0]
    assert moved["dollar_pct"] == pytest.approx(moved["explained_pct"] + moved["unexplained_pct"])


# --- convenience, alternatives --------------------------------------------------------


def test_the_newest_10_year_note_was_dear_in_autumn_2008(yields: dict[int, pd.Series]) -> None:
    premium = convenience.on_the_run_premium(read_table("gsw_parameters"), yields)
    assert premium.loc["2008-11-30", 10] > 30
    assert premium.loc["2013":"2019", 10].abs().max() < 15
    assert premium[30].first_valid_index() >= pd.Timestamp("1985-11-30")


def test_par_yield_of_a_flat_curve(yields: dict[int, pd.Series]) -> None:
    flat = pd.DataFrame(
        {"date": pd.to_datetime(["2025-04-30"]), "beta0": 4.0, "beta1": 0.0, "beta2": 0.0}
        | {"beta3": 9.0, "tau1": 1.0, "tau2": -999.99}
    )
    quoted = {years: pd.Series([4.0], index=flat["date"]) for years in safe_haven.MATURITIES}
    premium = convenience.on_the_run_premium(flat, quoted)
    assert premium.iloc[0].tolist() == pytest.approx([100 * (200 * (np.exp(0.02) - 1) - 4.0)] * 4)


def test_a_slope_on_debt_that_was_put_in_comes_out() -> None:
    random = np.random.default_rng(7)
    quarters = pd.date_range("1970-03-31", periods=220, freq="QE")
    log_debt = np.cumsum(random.normal(0.005, 0.02, 220)) - 1
    volatility = random.gamma(3, 5, 220)
    spread = 1 - 0.75 * log_debt + 0.02 * volatility + 0.1 * random.normal(size=220)
    spreads = pd.DataFrame(
        dict.fromkeys(("aaa_10y", "aaa_20y", "baa_10y"), spread)
        | {"log_public": log_debt, "log_gross": log_debt}
        | {"volatility": volatility, "curve": random.normal(size=220)},
        index=quarters,
    )
    slopes = convenience.convenience_slopes(spreads)
    controlled = slopes[(slopes["form"] == "levels, with controls") & (slopes["sample"] == "all")]
    assert np.allclose(controlled["slope"], -0.75, atol=0.1)
    assert ((slopes["low"] < slopes["slope"]) & (slopes["slope"] < slopes["high"])).all()


def test_a_premium_that_fell_is_seen_by_maturity() -> None:
    random = np.random.default_rng(8)
    months = pd.date_range("1990-01-31", "2026-06-30", freq="ME")
    level = np.where(months >= events.TARIFFS, 2.0, 10.0)
    premium = pd.DataFrame({10: level + random.normal(size=len(months))}, index=months)
    table = convenience.premium_by_maturity(premium, since=events.TARIFFS)
    row = table.iloc[0]
    assert row["change_bp"] == pytest.approx(-8, abs=0.6)
    assert row["high"] < -7
    assert row["share_pct"] == 0
    assert row["months"] == 15
    printed = convenience.premium_by_maturity_as_printed(table)
    assert printed.loc[0, "Maturity"] == "10 years"


def test_a_month_that_has_not_ended_has_no_premium(yields: dict[int, pd.Series]) -> None:
    parameters = read_table("gsw_parameters")
    cut = parameters[parameters["date"] <= "2025-04-15"]
    assert convenience.on_the_run_premium(cut, yields).index[-1] == pd.Timestamp("2025-03-31")


def test_hedging_swaps_the_short_rates() -> None:
    days = pd.bdate_range("2025-01-01", "2025-03-31")
    japan = pd.DataFrame({"yield_10y_pct": 1.0, "yield_1y_pct": 0.5}, index=days)
    month = convenience.hedged_yields(pd.Series(4.5, index=days), pd.Series(4.0, index=days), japan).iloc[-1]
    assert month["us_in_yen"] == pytest.approx(1.0)
    assert month["japan_in_dollars"] == pytest.approx(4.5)


def test_an_unfinished_month_is_not_dated_by_its_end() -> None:
    days = pd.bdate_range("2025-01-01", "2025-03-28")
    japan = pd.DataFrame({"yield_10y_pct": 1.0, "yield_1y_pct": 0.5}, index=days)
    hedged = convenience.hedged_yields(pd.Series(4.5, index=days), pd.Series(4.0, index=days), japan)
    assert hedged["month"].iloc[-1] == pd.Timestamp("2025-02-28")
    change = convenience.month_average_change(pd.Series(np.where(days.month == 1, 100.0, 110.0), index=days))
    assert change.index[-1] == pd.Timestamp("2025-02-28")
    assert change.iloc[-1] == pytest.approx(10)


def test_months_without_a_currency_are_in_no_sample() -> None:
    days = pd.bdate_range("2000-01-03", "2009-12-31")
    random = np.random.default_rng(9)
    months = pd.date_range("2000-01-31", "2009-12-31", freq="ME")
    bond_yields = {
        name: pd.Series(random.normal(4, 0.1, 120), index=months) for name in ("United States", "Italy")
    }
    wander = pd.DataFrame(np.exp(np.cumsum(random.normal(0, 0.01, (len(days), 3)), axis=0)), index=days)
    bonds = convenience.foreign_bonds(wander[0], bond_yields, {"Italy": wander[1]["2005-01-03":]}, wander[2])
    assert bonds["asset"].tolist() == ["United States", "Italy", "Gold"]
    assert set(bonds["first_month"]) == {pd.Timestamp("2005-02-28")}
    assert set(bonds["last_month"]) == {pd.Timestamp("2009-12-31")}
    assert set(bonds["months"]) == {6}
    assert bonds["unhedged_pct"].notna().all()


def test_reserves_add_up() -> None:
    values = read_table("cofer_values")
    reserves = convenience.reserve_moves(read_table("cofer_shares"), values, 4_000).set_index("currency")
    assert reserves["share_pct"].sum() == pytest.approx(100, abs=0.5)
    dollars = values.query("currency == 'USD'")["value_usd_bn"].iloc[-1]
    assert reserves.loc["USD", "value_usd_bn"] == pytest.approx(dollars, rel=1e-3)
    assert convenience.dollar_share(values).iloc[-1] == pytest.approx(
        reserves.loc["USD", "share_pct"], rel=1e-3
    )
    assert reserves.loc["EUR", "added_pct"] == pytest.approx(100 * 400 / reserves.loc["EUR", "value_usd_bn"])
    assert pd.isna(reserves.loc["USD", "added_pct"])
    printed = convenience.reserves_as_printed(reserves.reset_index())
    assert printed.loc[0, "Would grow by"] == "–"


# --- the scorecard --------------------------------------------------------------------


def made_card(*, low: float, high: float, share: float, later: float = 0.1) -> pd.DataFrame:
    """The scorecard of made-up results; the correlation rises by ``later`` at each date."""
    estimate = {"low": low, "high": high}
    assets = ("2-year Treasury", "10-year Treasury", "30-year Treasury", "Dollar")
    return safe_haven.scorecard(
        worst=pd.DataFrame(
            [{"period": "Since 2021", "tail_pct": 5, "asset": a, "mean_pct": 0.1} | estimate for a in assets]
        ),
        falls=pd.DataFrame([{"group": "Since 2000", "asset": a, "mean_pct": 0.1} | estimate for a in assets]),
        cost=pd.DataFrame([{"period": "2020s", "asset": assets[1], "excess_pct": 0.1} | estimate]),
        breaks=pd.DataFrame(
            [{"month": pd.Timestamp("2020-08-31"), "before": -0.4, "after": -0.4 + later, "p_value": 0.01}]
        ),
        lately={"since": 0.1 + later, "before": 0.1, "share_pct": share},
        episodes=pd.DataFrame(
            [
                {
                    "episode": "April 2025",
                    "asset": a,
                    "return_pct": -1.0,
                    "percentile_when_stocks_fell": share,
                }
                for a in assets
            ]
        ),
        jumps=pd.DataFrame(
            [{"period": "Since 2021", "answer": "10-year yield, basis points", "mean": 1} | estimate]
        ),
        slopes=pd.DataFrame([{"measure": "made", "change": -1.0, "share_pct": share} | estimate]),
        convenience=pd.DataFrame(
            [
                {"spread": "aaa_20y", "debt": "log_public", "sample": "all", "slope": 0.1}
                | {"form": "levels, with controls"}
                | estimate
            ]
        ),
        bonds=pd.DataFrame(
            [
                {"asset": "United States", "local_pct": 1.0, "months": 25}
                | {"first_month": pd.Timestamp("2006-02-28")}
                | estimate
            ]
        ),
        hedged=pd.DataFrame(
            {
                "month": pd.date_range("2018-03-31", "2026-06-30", freq="ME"),
                "us_in_yen": [0.0] * round(share) + [3.0] * (99 - round(share)) + [1.0],
                "japan": 2.0,
            }
        ),
    )


@pytest.mark.parametrize(
    ("low", "high", "reading"), [(0.1, 0.2, "supported"), (-0.1, 0.2, "open"), (-0.2, -0.1, "contradicted")]
)
def test_readings_follow_the_intervals(low: float, high: float, reading: str) -> None:
    card = made_card(low=low, high=high, share=50.0)
    works = card[card["side"] == "works"]
    assert set(works["reading"]) == {reading}
    debt = card[card["argument"].str.startswith("More debt")].iloc[0]
    opposite = {"supported": "contradicted", "contradicted": "supported", "open": "open"}
    assert debt["reading"] == opposite[reading]


def test_one_event_is_at_most_rare() -> None:
    rare, common = made_card(low=-1, high=1, share=1.0), made_card(low=-1, high=1, share=40.0)
    event = rare["argument"].str.contains("with stocks in April 2025|unusually little")
    assert event.sum() == 3
    assert set(rare.loc[event, "reading"]) == {"supported"}
    assert set(common.loc[event, "reading"]) == {"open"}


@pytest.mark.parametrize(("later", "reading"), [(0.5, "supported"), (-0.5, "contradicted")])
def test_a_lower_correlation_breaks_nothing(later: float, reading: str) -> None:
    rare, common = (made_card(low=-1, high=1, share=share, later=later) for share in (1.0, 40.0))
    together = rare["argument"].str.contains("move together")
    assert rare.loc[together, "reading"].tolist() == [reading] * 2
    assert common.loc[together, "reading"].tolist() == [reading, "open"]


@pytest.mark.parametrize(
    ("low", "high", "share", "reading"),
    [
        (-2.0, -1.0, 1.0, "supported"),
        (-2.0, -1.0, 40.0, "open"),
        (-1.0, 1.0, 1.0, "open"),
        (1.0, 2.0, 1.0, "contradicted"),
    ],
)
def test_a_slope_that_changed_is_clear_of_zero_and_rare(
    low: float, high: float, share: float, reading: str
) -> None:
    card = made_card(low=low, high=high, share=share)
    assert card.loc[card["argument"].str.contains("came loose"), "reading"].tolist() == [reading]


def test_the_scorecard_says_from_when_its_months_are() -> None:
    measures = made_card(low=0.1, high=0.2, share=20.0)["measure"]
    assert measures.str.contains("worst 10% of months for stocks since 2006", regex=False).sum() == 1


def test_april_is_near_the_end_until_a_regime_is_as_long() -> None:
    assert "too near" in safe_haven.near_end_in_words(inference.SHORTEST - 1)
    assert "far enough" in safe_haven.near_end_in_words(inference.SHORTEST)


def test_an_estimate_is_printed_with_what_is_known_of_it() -> None:
    assert safe_haven.estimate_as_printed(0.571, 0.5, 0.654, 2, unit="%") == "+0.57% (+0.50 to +0.65)"
    assert safe_haven.estimate_as_printed(0.571, np.nan, np.nan, 1) == "+0.6"
    assert safe_haven.estimate_as_printed(np.nan, np.nan, np.nan, 1) == "–"
    row = pd.Series({"mean_pct": 0.571, "low": 0.5, "high": 0.654})
    assert safe_haven.with_interval(row, "mean_pct") == "+0.57% (95% interval +0.50 to +0.65)"


def test_the_scorecard_prints_every_row() -> None:
    card = made_card(low=-0.1, high=0.2, share=20.0)
    printed = safe_haven.scorecard_as_printed(card)
    assert len(printed) == len(card)
    assert not printed.isin(["", "nan"]).any(axis=None)
    assert "nan" not in " ".join(printed.astype(str).to_numpy().ravel())
    assert safe_haven.supported_in_words(card, "works") == "of eight arguments that it works, eight open"
    mixed = made_card(low=0.1, high=0.2, share=1.0)
    assert "eight supported" in safe_haven.supported_in_words(mixed, "works")


@pytest.mark.parametrize(
    ("event", "clause"),
    [("2019-01-01", "before the whole"), ("2020-09-01", "within"), ("2025-04-02", "after the whole")],
)
def test_events_are_placed_against_the_interval(event: str, clause: str) -> None:
    found = pd.Series({"low": pd.Timestamp("2019-09-30"), "high": pd.Timestamp("2021-10-31")})
    assert clause in safe_haven.dated_against(found, pd.Timestamp(event))
