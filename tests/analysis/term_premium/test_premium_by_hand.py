"""The drivers of the premium and its comparison by hand: from data whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant

from foreign_demand.analysis import term_premium
from foreign_demand.analysis.events import Event, percentile_of_change
from foreign_demand.book.wording import term_premium as wording
from foreign_demand.data.store import Store

GRAND_TOTAL = 99996


# --- flows -------------------------------------------------------------------


def test_official_and_private_make_the_total_of_the_s_form(embedded: Store) -> None:
    names = ("tic_s1_globl", "tic_official_positions", "tic_positions", "tic_slt_table3")
    flows = term_premium.official_and_private_flows(*map(embedded.read, names)).set_index("month")
    form = embedded.read("tic_s1_globl")
    form = form[form["country_code"] == GRAND_TOTAL].set_index("month").loc["2005-06-30"]
    total = (form["treasury_purchases_usd_mn"] - form["treasury_sales_usd_mn"]) / 1000
    assert flows.loc["2005-06-30", ["official_usd_bn", "private_usd_bn"]].sum() == pytest.approx(total)


# --- drivers -----------------------------------------------------------------


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


# --- regressions ---------------------------------------------------------------


@pytest.fixture
def drivers() -> pd.DataFrame:
    months = pd.date_range("2003-01-31", periods=120, freq="ME", name="month")
    values = np.random.default_rng(7).normal(size=(120, len(term_premium.DRIVERS)))
    return pd.DataFrame(values, months, list(term_premium.DRIVERS)).assign(record="estimates")


def test_the_interval_covers_ninety_percent(drivers: pd.DataFrame) -> None:
    change = pd.Series(np.random.default_rng(8).normal(size=len(drivers)), index=drivers.index)
    results = term_premium.regress(drivers, {"A": change}, {"all": ("2003", "2012")}).set_index("driver")
    x = drivers[list(term_premium.DRIVERS)]
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


# --- in words ------------------------------------------------------------------


def test_what_official_purchases_go_with_is_counted_by_sign() -> None:
    results = pd.DataFrame(
        {"coefficient_bp": [-2.0, -1, 3], "low_bp": [-3.0, -2, -1], "high_bp": [-1.0, 1, 5]}
    )
    said = wording.official_in_words(results)
    assert "lower premium in two of three" in said
    assert "below zero in one and wholly above it in none" in said
    turned = -results.rename(columns={"low_bp": "high_bp", "high_bp": "low_bp"})
    said = wording.official_in_words(turned)
    assert "lower premium in one of three" in said
    assert "below zero in none and wholly above it in one" in said


def test_a_range_of_shares_is_in_percent() -> None:
    assert wording.shares_in_words(pd.Series([0.25, 0.11])) == "11 to 25%"


@pytest.mark.parametrize(
    ("revision", "change", "deficit", "moved"),
    [
        (200.0, -20.0, "200 billion more deficit", "fell by 20 basis points"),
        (-200.0, 20.0, "200 billion less deficit", "rose by 20 basis points"),
    ],
)
def test_budgets_and_premium_are_told_by_their_signs(
    revision: float, change: float, deficit: str, moved: str
) -> None:
    row = {"month": pd.Timestamp("2024-06-30"), "years": 1, "revision_usd_bn": revision}
    said = wording.budget_in_words(pd.DataFrame([row | {"premium_change_bp": change}]))
    assert deficit in said
    assert said.endswith(f"the premium {moved}")


# --- comparison ------------------------------------------------------------------


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
