"""Drivers of the premium: flows, regressions, stability, revisions of the budget."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant

from foreign_demand.analysis import term_premium
from foreign_demand.analysis.holdings import marketable_debt
from foreign_demand.book import charts
from foreign_demand.book.wording import term_premium as wording
from foreign_demand.data.store import Store
from foreign_demand.exceptions import EstimationError

GRAND_TOTAL = 99996


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
    assert printed["Driver"].tolist() == [
        *term_premium.DRIVERS.values(),
        "Months",
        "R²",
        "R² of as many noise series",
        "Adjusted R²",
    ]
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


def test_official_and_private_make_the_total_of_the_s_form(embedded: Store) -> None:
    names = ("tic_s1_globl", "tic_official_positions", "tic_positions", "tic_slt_table3")
    flows = term_premium.official_and_private_flows(*map(embedded.read, names)).set_index("month")
    form = embedded.read("tic_s1_globl")
    form = form[form["country_code"] == GRAND_TOTAL].set_index("month").loc["2005-06-30"]
    total = (form["treasury_purchases_usd_mn"] - form["treasury_sales_usd_mn"]) / 1000
    assert flows.loc["2005-06-30", ["official_usd_bn", "private_usd_bn"]].sum() == pytest.approx(total)


def drivers_of(growth_pct: np.ndarray, step_points: float) -> pd.DataFrame:
    """Drivers when debt grows as given and yields go up and down by turns, twice as far in the last month."""
    months = pd.date_range("2003-01-31", periods=len(growth_pct) + 1, freq="ME", name="month")
    days = pd.bdate_range("2002-10-01", months[-1])
    size = step_points * np.where(days > months[-2], 2, 1)
    changes = size * np.where(np.arange(len(days)) % 2, 1, -1)
    debt = pd.Series(1000 * np.cumprod([1.0, *(1 + growth_pct / 100)]), index=months)
    return term_premium.monthly_drivers(
        ten_year=pd.DataFrame({"date": days, "yield_pct": 4 + changes.cumsum()}),
        breakeven=pd.DataFrame({"date": days, "breakeven_pct": 2 + changes.cumsum() / 2}),
        notes_and_bonds=debt,
        flows=pd.DataFrame(
            {"month": months, "official_usd_bn": 1.0, "private_usd_bn": 1.0, "record": "estimates"}
        ),
        fed_holdings=pd.DataFrame({"date": months, "holdings_usd_mn": 1e6}),
    )


def test_supply_is_growth_beyond_that_of_the_year_before() -> None:
    growth = np.array([5.0] * 3 + [1.0] * 12 + [3.0])
    assert drivers_of(growth, 0.1)["debt_supply"].iloc[-1] == pytest.approx(2)


def test_realised_volatility_is_in_basis_points_a_year() -> None:
    """The twenty-one changes of the last month are of twenty basis points, those before of ten."""
    alternating = np.where(np.arange(21) % 2, 10.0, -10.0)
    usual = alternating.std(ddof=1) * np.sqrt(252)
    found = drivers_of(np.ones(16), 0.1)
    assert found["rate_volatility"].iloc[-2] == pytest.approx(0, abs=1e-9)
    assert found["rate_volatility"].iloc[-1] == pytest.approx(usual)
    assert found["inflation_volatility"].iloc[-1] == pytest.approx(usual / 2)


def test_the_interval_covers_ninety_percent(short_drivers: pd.DataFrame) -> None:
    change = pd.Series(np.random.default_rng(8).normal(size=len(short_drivers)), index=short_drivers.index)
    results = term_premium.regress(short_drivers, {"A": change}, {"all": ("2003", "2012")}).set_index(
        "driver"
    )
    x = short_drivers[list(term_premium.DRIVERS)]
    fit = OLS(change, add_constant(x / x.std())).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}, use_t=True
    )
    half = fit.bse.drop("const") * stats.t.ppf(0.95, fit.df_resid)
    assert ((results["high_bp"] - results["low_bp"]) / 2).tolist() == pytest.approx(half.tolist())
    assert results["coefficient_bp"].tolist() == pytest.approx(fit.params.drop("const").tolist())


def test_models_that_disagree_do_not_agree() -> None:
    rows = [("A", 1.0, 2.0), ("B", -2.0, -1.0)]
    results = pd.DataFrame(rows, columns=["model", "low_bp", "high_bp"]).assign(sample="s", driver="d")
    assert term_premium.agreed(results, ["s"]).empty
    assert term_premium.agreed(results.assign(low_bp=-2.0, high_bp=-1.0), ["s"])["sign"].tolist() == [-1]


@pytest.fixture
def short_drivers() -> pd.DataFrame:
    months = pd.date_range("2003-01-31", periods=120, freq="ME", name="month")
    values = np.random.default_rng(7).normal(size=(120, len(term_premium.DRIVERS)))
    return pd.DataFrame(values, months, list(term_premium.DRIVERS)).assign(record="estimates")


def test_noise_explains_what_the_benchmark_says_and_nothing_when_adjusted() -> None:
    """Forty months, as many as the last period has; the mean over draws of noise."""
    months = pd.date_range("2003-01-31", periods=40, freq="ME", name="month")
    fits = []
    for seed in range(60):
        values = np.random.default_rng(seed).normal(size=(40, len(term_premium.DRIVERS) + 1))
        table = pd.DataFrame(values[:, 1:], months, list(term_premium.DRIVERS)).assign(record="estimates")
        change = pd.Series(values[:, 0], months)
        fits.append(term_premium.regress(table, {"A": change}, {"all": ("2003", "2006")}).iloc[0])
    found = pd.DataFrame(fits)
    assert found["noise_r_squared"].iloc[0] == pytest.approx(6 / 39)
    assert found["r_squared"].astype(float).mean() == pytest.approx(6 / 39, abs=0.03)
    assert found["adjusted_r_squared"].astype(float).mean() == pytest.approx(0, abs=0.04)


def test_beyond_noise_the_drivers_explain_little(embedded: Store, yields: pd.DataFrame) -> None:
    federal_funds = embedded.read("FEDFUNDS").set_index("month")["rate_pct"]
    premium = term_premium.estimate(yields, federal_funds).decompose(yields, [120]).set_index("month")
    names = ("tic_s1_globl", "tic_official_positions", "tic_positions", "tic_slt_table3")
    drivers = term_premium.monthly_drivers(
        ten_year=embedded.read("DGS10"),
        breakeven=embedded.read("T10YIE"),
        notes_and_bonds=marketable_debt(embedded.read("mspd_marketable"))["without_bills_usd_bn"],
        flows=term_premium.official_and_private_flows(*map(embedded.read, names)),
        fed_holdings=embedded.read("TREAST"),
    )
    samples = {"2003-2020": ("2003-01", "2020-12"), "2023-2026": ("2023-02", "2026-05")}
    change = {"ACM": 100 * premium["term_premium_pct"].diff()}
    fits = term_premium.regress(drivers, change, samples).drop_duplicates("sample").set_index("sample")
    assert fits["noise_r_squared"].round(3).tolist() == [0.028, 0.154]
    assert fits["adjusted_r_squared"].round(2).tolist() == pytest.approx([0.00, -0.04], abs=0.011)
