"""The term premium of Adrian, Crump and Moench (2013), estimated from the zero-coupon curve.

A yield is the average short rate expected over a bond's life plus a term premium.
The model splits the two with three linear regressions on the principal
components of yields. Equation numbers are those of Adrian, Crump and Moench
(2013, Journal of Financial Economics 110, 110-138). Where the paper leaves a
choice open, the one made here is that of the Federal Reserve Bank of New York's
published series, found by reproducing it; each is named where it is made.

Yields are in percent per year, continuously compounded, one column a maturity in
months; inside the model they are fractions, and rates are per month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from foreign_demand.data.periods import is_over
from foreign_demand.exceptions import EstimationError

__all__ = [
    "COVERAGE",
    "FACTORS",
    "FACTOR_MATURITIES",
    "MATURITIES",
    "RETURN_MATURITIES",
    "Bootstrap",
    "Diagnostics",
    "Loadings",
    "TermPremiumModel",
    "bias_corrected",
    "bootstrap",
    "estimate",
    "expanding_window",
    "month_ends",
    "patch_short_rate",
    "zero_coupon_yields",
]

MATURITIES = np.arange(1, 121)
"""Maturities of the curve, in months."""

FACTORS = 5
FACTOR_MATURITIES = (3, 120)
"""Shortest and longest maturity, in months, that the principal components are taken from."""

RETURN_MATURITIES = (6, *range(12, 121, 12))
"""Maturities, in months, of the bonds whose monthly excess returns price the factors."""

SHORT_RATE_SINCE = "1982-01-01"
"""Before this day the one-month yield is the federal funds rate, put on the curve's scale."""

COVERAGE = 0.9
"""Share of the draws that a band holds."""

_QUANTILES = ((1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2)
_FEWEST_MONTHS = 60
_ROUNDING = 1e-14
"""Share of the variance of yields below which a component is noise of the arithmetic."""
_MONTHS_A_YEAR = 12


# --- the curve ---------------------------------------------------------------


def zero_coupon_yields(parameters: pd.DataFrame, maturities: Sequence[int] = MATURITIES) -> pd.DataFrame:
    """Yields of the Svensson curve (Gürkaynak, Sack and Wright 2007, eq. 22).

    Parameters
    ----------
    parameters
        ``date``, ``beta0`` to ``beta3``, ``tau1``, ``tau2``, as in ``gsw_parameters``.
        The second hump is left out where ``tau2`` is missing or not positive.
    maturities
        In months.

    Returns
    -------
    pandas.DataFrame
        Percent per year, continuously compounded; indexed by ``date``, one column a
        maturity. A day without parameters is a row of NaN.
    """
    years = np.asarray(maturities) / _MONTHS_A_YEAR
    beta0, beta1, beta2, beta3, tau1, tau2 = (
        parameters[[name]].to_numpy() for name in ("beta0", "beta1", "beta2", "beta3", "tau1", "tau2")
    )

    def slope_and_hump(tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        decay = np.exp(-years / tau)
        slope = (1 - decay) * tau / years
        return slope, slope - decay

    slope, hump = slope_and_hump(tau1)
    yields = beta0 + beta1 * slope + beta2 * hump
    second = np.flatnonzero(tau2[:, 0] > 0)
    yields[second] += beta3[second] * slope_and_hump(tau2[second])[1]
    index = pd.DatetimeIndex(parameters["date"], name="date")
    return pd.DataFrame(yields, index=index, columns=pd.Index(maturities, name="maturity_months"))


def month_ends(daily: pd.DataFrame) -> pd.DataFrame:
    """The last observation of each month that is over.

    Parameters
    ----------
    daily
        From :func:`zero_coupon_yields`, or any table indexed by day.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``month``, its last day. The newest month is left out while a
        business day of it is still to come.
    """
    days = daily.index
    ends = (days + pd.offsets.MonthEnd(0)).rename("month")
    last = np.append(ends[1:] != ends[:-1], True)
    last &= is_over(ends, days[-1])
    return daily[last].set_axis(ends[last])


def patch_short_rate(yields: pd.DataFrame, federal_funds: pd.Series) -> pd.DataFrame:
    """Put the federal funds rate in the place of the one-month yield before 1982.

    The curve holds no bill, so its short end is an extrapolation while few short
    notes trade. The one-month yield is regressed on the monthly average of the
    federal funds rate from 1982 on, and takes the fitted value before. This is not
    in the paper; the New York Fed's series cannot be reproduced without it.

    Parameters
    ----------
    yields
        From :func:`month_ends`.
    federal_funds
        Percent per year, indexed by month end.

    Raises
    ------
    EstimationError
        If a month before 1982 has no federal funds rate, or none is left to fit on.
    """
    rate = federal_funds.reindex(yields.index).to_numpy()
    late = np.asarray(yields.index >= SHORT_RATE_SINCE)
    if absent := list(yields.index[~late & np.isnan(rate)]):
        raise EstimationError(
            f"The federal funds rate of {absent[0]:%Y-%m} is missing; it stands for the one-month yield "
            f"before {SHORT_RATE_SINCE[:4]}. Start the sample later or complete FEDFUNDS."
        )
    fit = late & ~np.isnan(rate)
    if fit.sum() < 2 * _MONTHS_A_YEAR:
        raise EstimationError(
            f"The sample has {fit.sum()} months from {SHORT_RATE_SINCE[:4]} on with a federal funds rate; "
            "two years are the least to relate the one-month yield to it."
        )
    short = yields[1].to_numpy(copy=True)
    intercept, slope = _least_squares(_with_constant(rate[fit]), short[fit])
    short[~late] = intercept + slope * rate[~late]
    patched = yields.copy()
    patched[1] = short
    return patched


# --- the model ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Loadings:
    """Yields as linear functions of the factors: fractions per year, by maturity."""

    fitted_intercepts: np.ndarray
    fitted_slopes: np.ndarray
    """A row a maturity, a column a factor."""
    risk_neutral_intercepts: np.ndarray
    risk_neutral_slopes: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """How well a model fits, and how persistent it is."""

    persistence: np.ndarray
    """Moduli of the eigenvalues of Φ, largest first: below 1, expected rates have a mean."""
    explained_variance: np.ndarray
    """Share of the variance of yields that each factor explains."""
    pricing_errors: pd.DataFrame
    """Observed less fitted yield by ``maturity_months``, in basis points: ``mean_bp``,
    ``root_mean_square_bp``, ``largest_bp``."""


@dataclass(frozen=True, kw_only=True)
class TermPremiumModel:
    """Estimated parameters, and what they make of a curve."""

    first_month: pd.Timestamp
    last_month: pd.Timestamp
    maturities: np.ndarray
    """Those of the factors, in months."""
    yield_means: np.ndarray
    """Sample means by maturity: the factors are components of yields less these."""
    weights: np.ndarray
    """Principal components, a column each, scaled so that factors have unit variance."""
    variances: np.ndarray
    """Variance of yields along every component, largest first."""
    mu: np.ndarray
    phi: np.ndarray
    sigma: np.ndarray
    """Intercept, slope and innovation covariance of the factors' VAR, eq. 1."""
    lambda0: np.ndarray
    lambda1: np.ndarray
    """Prices of risk, eqs. 16 and 17."""
    delta0: float
    delta1: np.ndarray
    """The short rate, per month, as a linear function of the factors."""
    return_variance: float
    """Variance σ² of the errors of excess returns, pooled over maturities."""
    returns: tuple[np.ndarray, np.ndarray, np.ndarray]
    """a, β and c of excess returns, eq. 15."""
    innovations: np.ndarray
    return_errors: np.ndarray
    short_rate_errors: np.ndarray
    """Residuals of the three regressions, a row a month."""
    yields: pd.DataFrame
    """The sample."""

    @property
    def factors(self) -> np.ndarray:
        """Factors of the sample, a row a month."""
        return self.factors_of(self.yields)

    def factors_of(self, yields: pd.DataFrame) -> np.ndarray:
        """Factors of other days: the same means and weights, applied to their yields.

        Raises
        ------
        EstimationError
            If a yield is missing.
        """
        observed = yields[list(self.maturities)]
        _refuse_gaps(observed)
        return (observed.to_numpy() / 100 - self.yield_means) @ self.weights

    @cached_property
    def loadings(self) -> Loadings:
        """Bond prices by the recursions of eqs. 25 to 27, as yields.

        The risk-neutral yield is the same recursion without prices of risk and
        without μ: the factors have mean zero in the sample, and keeping the estimate
        of a parameter that is zero would shift each premium by a constant of about
        one basis point.
        """
        none = np.zeros_like(self.lambda0)
        intercepts, slopes = _recursion(
            drift=np.stack([self.mu - self.lambda0, none]),
            transition=np.stack([self.phi - self.lambda1, self.phi]),
            sigma=self.sigma,
            variance=self.return_variance,
            delta0=self.delta0,
            delta1=self.delta1,
        )
        return Loadings(
            fitted_intercepts=intercepts[0],
            fitted_slopes=slopes[0],
            risk_neutral_intercepts=intercepts[1],
            risk_neutral_slopes=slopes[1],
        )

    def decompose(self, yields: pd.DataFrame, maturities: Sequence[int] = MATURITIES) -> pd.DataFrame:
        """Split yields into the expected path of the short rate and the term premium.

        Parameters
        ----------
        yields
            By month or by day, of any span: the parameters stay those of the sample.
        maturities
            In months, 1 to 120.

        Returns
        -------
        pandas.DataFrame
            A row per period and maturity: the period under the name of its index,
            ``maturity_months``, ``fitted_yield_pct``, ``risk_neutral_yield_pct``,
            ``term_premium_pct``.

        Raises
        ------
        EstimationError
            If a yield is missing, or a maturity is none of the model's.
        """
        rows = _rows(maturities)
        factors, known = self.factors_of(yields), self.loadings
        fitted = known.fitted_intercepts[rows] + factors @ known.fitted_slopes[rows].T
        neutral = known.risk_neutral_intercepts[rows] + factors @ known.risk_neutral_slopes[rows].T
        return pd.DataFrame(
            {
                yields.index.name or "date": np.repeat(yields.index.to_numpy(), len(rows)),
                "maturity_months": np.tile(np.asarray(maturities), len(yields)),
                "fitted_yield_pct": 100 * fitted.ravel(),
                "risk_neutral_yield_pct": 100 * neutral.ravel(),
                "term_premium_pct": 100 * (fitted - neutral).ravel(),
            }
        )

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """Persistence, variance explained, pricing errors."""
        fitted = self.decompose(self.yields)["fitted_yield_pct"].to_numpy().reshape(len(self.yields), -1)
        error = 100 * (self.yields[list(MATURITIES)].to_numpy() - fitted)
        return Diagnostics(
            persistence=_moduli(self.phi),
            explained_variance=self.variances[: len(self.mu)] / self.variances.sum(),
            pricing_errors=pd.DataFrame(
                {
                    "maturity_months": MATURITIES,
                    "mean_bp": error.mean(axis=0),
                    "root_mean_square_bp": np.sqrt((error**2).mean(axis=0)),
                    "largest_bp": np.abs(error).max(axis=0),
                }
            ),
        )


def estimate(
    yields: pd.DataFrame,
    federal_funds: pd.Series | None = None,
    *,
    factors: int = FACTORS,
    factor_maturities: tuple[int, int] = FACTOR_MATURITIES,
) -> TermPremiumModel:
    """Estimate the model of Adrian, Crump and Moench (2013) on monthly yields.

    Parameters
    ----------
    yields
        From :func:`month_ends`: consecutive months, maturities 1 to 120.
    federal_funds
        Percent per year, indexed by month end; stands for the one-month yield before
        1982 (:func:`patch_short_rate`). Without it the curve's own is used.
    factors
        How many principal components.
    factor_maturities
        Shortest and longest maturity they are taken from, in months.

    Raises
    ------
    EstimationError
        If a month or a yield is missing, the sample is too short, the factors are
        not that many, or the estimated VAR has no mean to return to.

    Notes
    -----
    1. Factors X are principal components of demeaned yields, of unit variance.
    2. Eq. 1, X' = μ + ΦX + v, by least squares; Σ is the covariance of v.
    3. Eq. 15, excess returns rx' = a + β′v + cX + e, by least squares, with
       rx' = [n·y(n) − (n−1)·y'(n−1) − y(1)] / 12; σ² is the mean of e².
    4. Eqs. 16 and 17: λ0 = (ββ′)⁻¹β[a + ½(diag(β′Σβ) + σ²)] and λ1 = (ββ′)⁻¹βc.
    5. The short rate y(1)/12 = δ0 + δ1′X, by least squares.
    """
    if factors > len(RETURN_MATURITIES):
        raise EstimationError(
            f"{factors} factors cannot be priced by the returns of {len(RETURN_MATURITIES)} bonds; use fewer."
        )
    _refuse_missing_months(yields.index)
    _refuse_gaps(yields[list(MATURITIES)])
    if federal_funds is not None:
        yields = patch_short_rate(yields, federal_funds)
    maturities = np.arange(factor_maturities[0], factor_maturities[1] + 1)
    components = yields[list(maturities)].to_numpy() / 100
    return _estimate(yields, components, np.eye(len(maturities)), maturities, factors)


def _estimate(
    yields: pd.DataFrame, components: np.ndarray, basis: np.ndarray, maturities: np.ndarray, factors: int
) -> TermPremiumModel:
    """Estimate on checked yields, of which ``components`` are coordinates in an orthonormal ``basis``."""
    curve = yields[list(MATURITIES)].to_numpy() / 100
    deviations = components - components.mean(axis=0)
    variances, vectors = np.linalg.eigh(deviations.T @ deviations / (len(curve) - 1))
    variances, vectors = np.maximum(variances[::-1], 0), vectors[:, ::-1][:, :factors]
    spanned = int((variances > _ROUNDING * variances.sum()).sum())
    if factors > spanned:
        raise EstimationError(
            f"The yields do not span {factors} factors: all but {spanned} of their components are rounding. "
            "Use fewer factors, or look for maturities that copy each other."
        )
    vectors = vectors * np.sign((basis @ vectors).sum(axis=0)) / np.sqrt(variances[:factors])
    x = deviations @ vectors

    var = _least_squares(_with_constant(x[:-1]), x[1:])
    mu, phi = var[0], var[1:].T
    if (largest := _moduli(phi)[0]) >= 1:
        raise EstimationError(
            f"The VAR of the factors is not stationary (largest root {largest:.4f}) on "
            f"{yields.index[0]:%Y-%m} to {yields.index[-1]:%Y-%m}: expected short rates have no mean to "
            "return to. Use a longer sample or fewer factors."
        )
    v = x[1:] - mu - x[:-1] @ phi.T
    sigma = v.T @ v / (len(v) - 1)

    n = np.asarray(RETURN_MATURITIES)
    excess = (n * curve[:-1, n - 1] - (n - 1) * curve[1:, n - 2] - curve[:-1, [0]]) / _MONTHS_A_YEAR
    regressors = np.column_stack([np.ones(len(v)), v, x[:-1]])
    coefficients = _least_squares(regressors, excess)
    errors = excess - regressors @ coefficients
    variance = (errors**2).mean()
    a, beta, c = coefficients[0], coefficients[1 : factors + 1], coefficients[factors + 1 :]
    lambda0, lambda1 = _prices_of_risk(a, beta, c, sigma, variance)

    short = curve[:, 0] / _MONTHS_A_YEAR
    delta = _least_squares(_with_constant(x), short)
    return TermPremiumModel(
        first_month=yields.index[0],
        last_month=yields.index[-1],
        maturities=maturities,
        yield_means=curve[:, maturities - 1].mean(axis=0),
        weights=basis @ vectors,
        variances=variances,
        mu=mu,
        phi=phi,
        sigma=sigma,
        lambda0=lambda0,
        lambda1=lambda1,
        delta0=float(delta[0]),
        delta1=delta[1:],
        return_variance=float(variance),
        returns=(a, beta, c),
        innovations=v,
        return_errors=errors,
        short_rate_errors=short - _with_constant(x) @ delta,
        yields=yields,
    )


def expanding_window(
    yields: pd.DataFrame, federal_funds: pd.Series | None = None, *, since: str, maturity: int = 120
) -> pd.DataFrame:
    """What the model said of each month when that month was the newest it knew.

    Parameters
    ----------
    yields, federal_funds
        As for :func:`estimate`, which is run once a month on all months so far.
    since
        First month to report, ISO.
    maturity
        In months.

    Returns
    -------
    pandas.DataFrame
        ``month``, ``fitted_yield_pct``, ``risk_neutral_yield_pct``, ``term_premium_pct``
        of the last month of each window, and ``persistence``, the window's largest root.

    Notes
    -----
    The curve is today's edition of it: what is real time here is what the parameters
    and means could know, not the revisions of past yields. Each window is estimated in
    the few coordinates that the whole history of curves spans, which changes nothing
    but the time it takes.
    """
    ends = np.flatnonzero(yields.index >= since)
    if not len(ends):
        raise EstimationError(f"No month from {since} on; the curve ends in {yields.index[-1]:%Y-%m}.")
    _refuse_missing_months(yields.index[: ends[0] + 1])
    _refuse_missing_months(yields.index)
    _refuse_gaps(yields[list(MATURITIES)])
    maturities = np.arange(FACTOR_MATURITIES[0], FACTOR_MATURITIES[1] + 1)
    curve = yields[list(maturities)].to_numpy() / 100
    basis = _span(curve)
    components = curve @ basis
    models = []
    for end in ends + 1:
        known = yields.iloc[:end]
        if federal_funds is not None:
            known = patch_short_rate(known, federal_funds)
        models.append(_estimate(known, components[:end], basis, maturities, FACTORS))
    none = np.zeros_like(models[0].mu)
    intercepts, slopes = _recursion(
        drift=np.array([[m.mu - m.lambda0, none] for m in models]),
        transition=np.array([[m.phi - m.lambda1, m.phi] for m in models]),
        sigma=np.array([m.sigma for m in models])[:, None],
        variance=np.array([m.return_variance for m in models])[:, None],
        delta0=np.array([m.delta0 for m in models])[:, None],
        delta1=np.array([m.delta1 for m in models])[:, None],
    )
    row = _rows([maturity])[0]
    factors = np.array([m.factors_of(m.yields.tail(1))[0] for m in models])
    parts = intercepts[..., row] + np.einsum("wpk,wk->wp", slopes[..., row, :], factors)
    return pd.DataFrame(
        {
            "month": yields.index[ends],
            "fitted_yield_pct": 100 * parts[:, 0],
            "risk_neutral_yield_pct": 100 * parts[:, 1],
            "term_premium_pct": 100 * (parts[:, 0] - parts[:, 1]),
            "persistence": [_moduli(m.phi)[0] for m in models],
        }
    )


# --- what is not known of the parameters -------------------------------------


def bias_corrected(model: TermPremiumModel) -> TermPremiumModel:
    """Correct the persistence of the factors for the bias of least squares.

    Least squares makes a persistent VAR return to its mean too fast, so that expected
    rates move too little and the premium too much. The bias is that of Pope (1990,
    Journal of Time Series Analysis 11, 249-258), and it is shrunk where the correction
    would leave no mean to return to (Kilian 1998, Review of Economics and Statistics
    80, 218-230). Bond prices are those of the uncorrected model: what Φ gains, λ1 gains.
    """
    bias = _pope_bias(model.phi, model.sigma, len(model.innovations))
    phi = _stationary(model.phi[None], bias)[0]
    return replace(model, phi=phi, lambda1=model.lambda1 + phi - model.phi)


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """The premium under redrawn parameters: a linear function of the factors each."""

    model: TermPremiumModel
    """Whose parameters were redrawn."""
    intercepts: np.ndarray
    slopes: np.ndarray
    """Draw × maturity, and draw × maturity × factor; fractions per year."""
    discarded: int
    """Draws thrown away because their VAR was not stationary."""

    def premia(self, yields: pd.DataFrame, maturity: int = 120) -> np.ndarray:
        """Term premium in percent: a row a draw, a column a period."""
        row = _rows([maturity])[0]
        factors = self.model.factors_of(yields)
        return 100 * (self.intercepts[:, [row]] + self.slopes[:, row] @ factors.T)

    def band(self, yields: pd.DataFrame, maturity: int = 120) -> pd.DataFrame:
        """The middle :data:`COVERAGE` of the draws of the premium, by period.

        Returns
        -------
        pandas.DataFrame
            The period under the name of its index, ``low_pct``, ``median_pct``, ``high_pct``.
        """
        low, median, high = np.quantile(self.premia(yields, maturity), _QUANTILES, axis=0)
        table = pd.DataFrame({"low_pct": low, "median_pct": median, "high_pct": high}, index=yields.index)
        return table.rename_axis(yields.index.name or "date").reset_index()

    def change(self, start: pd.DataFrame, end: pd.DataFrame, maturity: int = 120) -> tuple[float, float]:
        """Ends of the same band of the change between two single days, in percentage points."""
        changes = self.premia(end, maturity)[:, 0] - self.premia(start, maturity)[:, 0]
        low, _, high = np.quantile(changes, _QUANTILES)
        return float(low), float(high)


def bootstrap(
    model: TermPremiumModel, *, draws: int = 500, seed: int = 0, correct_bias: bool = True
) -> Bootstrap:
    """Redraw the parameters by a residual bootstrap of the three regressions.

    Each draw picks months with replacement and takes from them, together, the
    innovations of the factors and the errors of excess returns and of the short rate;
    runs the factors forward from the state of a month drawn at random; and estimates
    everything again, the mean of the factors included. The redrawn parameters are then
    applied to the yields that were observed. Principal components are kept.

    Parameters
    ----------
    model
        From :func:`estimate`.
    draws
        How many.
    seed
        Of the random numbers: the same seed gives the same band.
    correct_bias
        Simulate from the bias-corrected VAR and correct each draw by the same bias,
        the bootstrap after bootstrap of Kilian (1998); otherwise neither.

    Raises
    ------
    EstimationError
        If more than half of the draws are not stationary.

    Notes
    -----
    A draw whose VAR has a root of 1 or more has no mean and its expected rates
    explode. Without bias correction such draws are discarded and counted, and the
    band is that of the others. With it, the correction of a draw is shrunk until it
    is stationary, and only a draw that is explosive before correction is discarded.
    """
    source = bias_corrected(model) if correct_bias else model
    bias = model.phi - source.phi
    x, k = model.factors, len(model.mu)
    mu, v = _recentred(x[1:] - x[:-1] @ source.phi.T)
    a, beta, c = model.returns
    a, c = a + (mu - model.mu) @ beta, c - bias.T @ beta  # the same returns, in terms of these innovations

    random = np.random.default_rng(seed)
    picked = random.integers(0, len(v), size=(draws, len(v)))
    shocks = v[picked]
    states = np.empty((draws, len(x), k))
    states[:, 0] = x[random.integers(0, len(x), size=draws)]
    for t in range(len(v)):
        states[:, t + 1] = mu + states[:, t] @ source.phi.T + shocks[:, t]
    excess = a + shocks @ beta + states[:, :-1] @ c + model.return_errors[picked]
    short = model.delta0 + states[:, 1:] @ model.delta1 + model.short_rate_errors[1:][picked]

    means = states.mean(axis=1, keepdims=True)
    states -= means
    before, after = states[:, :-1], states[:, 1:]
    var = _least_squares(_with_constant(before), after)
    mu, phi = var[:, 0], var[:, 1:].swapaxes(1, 2)
    v = after - _with_constant(before) @ var
    sigma = v.swapaxes(1, 2) @ v / (v.shape[1] - 1)
    regressors = np.concatenate([np.ones_like(v[..., :1]), v, before], axis=2)
    coefficients = _least_squares(regressors, excess)
    variance = ((excess - regressors @ coefficients) ** 2).mean(axis=(1, 2))
    a, beta, c = coefficients[:, 0], coefficients[:, 1 : k + 1], coefficients[:, k + 1 :]
    lambda0, lambda1 = _prices_of_risk(a, beta, c, sigma, variance)
    delta = _least_squares(_with_constant(after), short[..., None])[..., 0]

    kept = _moduli(phi)[:, 0] < 1
    if kept.mean() < 0.5:
        raise EstimationError(
            f"{draws - kept.sum()} of {draws} redrawn VARs are not stationary: the sample does not pin down "
            "a mean for short rates. Use a longer sample or fewer factors."
        )
    corrected = phi[kept] if not correct_bias else _stationary(phi[kept], bias)
    intercepts, slopes = _recursion(
        drift=np.stack([mu - lambda0, np.zeros_like(mu)], axis=1)[kept],
        transition=np.stack([(phi - lambda1)[kept], corrected], axis=1),
        sigma=sigma[kept, None],
        variance=variance[kept, None],
        delta0=delta[kept, None, 0],
        delta1=delta[kept, None, 1:],
    )
    slopes = slopes[:, 0] - slopes[:, 1]
    return Bootstrap(
        model=model,
        intercepts=intercepts[:, 0] - intercepts[:, 1] - (slopes @ means[kept].swapaxes(1, 2))[..., 0],
        slopes=slopes,
        discarded=int(draws - kept.sum()),
    )


def _span(curve: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the directions in which yields move by more than rounding."""
    deviations = curve - curve.mean(axis=0)
    variances, vectors = np.linalg.eigh(deviations.T @ deviations)
    return vectors[:, variances > _ROUNDING * variances.sum()]


def _recentred(errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = errors.mean(axis=0)
    return mean, errors - mean


def _pope_bias(phi: np.ndarray, sigma: np.ndarray, observations: int) -> np.ndarray:
    """Expected estimate less truth of a VAR(1) with intercept, to order 1/T (Pope 1990, eq. 9)."""
    k = len(phi)
    one = np.eye(k)
    covariance = np.linalg.solve(np.eye(k * k) - np.kron(phi, phi), sigma.ravel()).reshape(k, k)
    back = phi.T
    roots = np.linalg.eigvals(phi)
    inner = np.linalg.inv(one - back) + back @ np.linalg.inv(one - back @ back)
    inner = inner + sum(root * np.linalg.inv(one - root * back) for root in roots)
    return np.real(-sigma @ inner @ np.linalg.inv(covariance)) / observations


def _stationary(phi: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Φ less its bias, the bias shrunk in steps of a hundredth until the VAR is stationary."""
    corrected, open_ = phi - bias, np.ones(len(phi), dtype=bool)
    for share in np.arange(1, -0.005, -0.01):
        corrected[open_] = phi[open_] - share * bias
        open_ = _moduli(corrected)[:, 0] >= 1
        if not open_.any():
            break
    return corrected


# --- least squares and recursions, for one model or a stack of them ----------


def _with_constant(x: np.ndarray) -> np.ndarray:
    x = x[:, None] if x.ndim == 1 else x
    return np.concatenate([np.ones((*x.shape[:-1], 1)), x], axis=-1)


def _least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Coefficients of y on x, a row an observation; leading axes are separate regressions."""
    turned = np.swapaxes(x, -1, -2)
    return np.linalg.solve(turned @ x, turned @ y)


def _moduli(matrix: np.ndarray) -> np.ndarray:
    return np.sort(np.abs(np.linalg.eigvals(matrix)), axis=-1)[..., ::-1]


def _prices_of_risk(
    a: np.ndarray, beta: np.ndarray, c: np.ndarray, sigma: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """λ0 and λ1, eqs. 16 and 17; a is by maturity, β and c factor by maturity."""
    project = np.linalg.solve(beta @ np.swapaxes(beta, -1, -2), beta)
    convexity = np.einsum("...kn,...kl,...ln->...n", beta, sigma, beta, optimize=True)
    lambda0 = project @ (a + (convexity + np.asarray(variance)[..., None]) / 2)[..., None]
    return lambda0[..., 0], project @ np.swapaxes(c, -1, -2)


def _recursion(
    *,
    drift: np.ndarray,
    transition: np.ndarray,
    sigma: np.ndarray,
    variance: np.ndarray | float,
    delta0: np.ndarray | float,
    delta1: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Yields at 1 to 120 months as functions of the factors, eqs. 25 to 27.

    Returns
    -------
    tuple of numpy.ndarray
        Intercepts (… × maturity) and slopes (… × maturity × factor), fractions per year.
    """
    shape = transition.shape[:-1]
    intercepts = np.empty((len(MATURITIES), *shape[:-1]))
    slopes = np.empty((len(MATURITIES), *shape))
    intercept, slope = np.broadcast_to(-np.asarray(delta0), shape[:-1]), np.broadcast_to(-delta1, shape)
    back = np.swapaxes(transition, -1, -2)
    for n in range(len(MATURITIES)):
        intercepts[n], slopes[n] = intercept, slope
        spread = (sigma @ slope[..., None])[..., 0]
        intercept = intercept + (slope * (drift + spread / 2)).sum(axis=-1) + variance / 2 - delta0
        slope = (back @ slope[..., None])[..., 0] - delta1
    years = MATURITIES / _MONTHS_A_YEAR
    return -np.moveaxis(intercepts, 0, -1) / years, -np.moveaxis(slopes, 0, -2) / years[:, None]


# --- refusals ----------------------------------------------------------------


def _rows(maturities: Sequence[int]) -> np.ndarray:
    wanted = np.asarray(maturities)
    if not np.isin(wanted, MATURITIES).all():
        raise EstimationError(f"Maturities are whole months from 1 to {MATURITIES[-1]}; got {list(wanted)}.")
    return wanted - 1


def _refuse_gaps(yields: pd.DataFrame) -> None:
    absent = ~np.isfinite(yields.to_numpy())
    if absent.any():
        row = int(absent.any(axis=1).argmax())
        months = list(yields.columns[absent[row]])
        raise EstimationError(
            f"The curve of {yields.index[row]:%Y-%m-%d} has no yield at {months[0]} to {months[-1]} months "
            f"({absent.any(axis=1).sum()} of {len(yields)} periods have a gap). Drop the period or mend it."
        )


def _refuse_missing_months(months: pd.DatetimeIndex) -> None:
    if len(months) < _FEWEST_MONTHS:
        raise EstimationError(f"{len(months)} months are too few; {_FEWEST_MONTHS} are the least.")
    steps = np.diff(_MONTHS_A_YEAR * months.year + months.month)
    if (steps > 1).any():
        first = months[int((steps > 1).argmax())] + pd.offsets.MonthEnd(1)
        raise EstimationError(
            f"The monthly yields skip {first:%Y-%m} ({(steps[steps > 1] - 1).sum()} months in all), and a "
            "return over a gap is not a one-month return. Complete the curve or start after the gap."
        )
    if (steps < 1).any():
        raise EstimationError("The monthly yields are not one row a month, in order; see month_ends().")
