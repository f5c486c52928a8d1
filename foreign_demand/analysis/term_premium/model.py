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
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from foreign_demand.analysis.curve import MATURITY_MONTHS, MONTHS_A_YEAR
from foreign_demand.analysis.term_premium.recursions import (
    least_squares,
    moduli,
    prices_of_risk,
    recursion,
    rows_of,
    with_constant,
)
from foreign_demand.data.memory import remembered
from foreign_demand.exceptions import EstimationError

FACTORS = 5
FACTOR_MATURITIES = (3, 120)
"""Shortest and longest maturity, in months, that the principal components are taken from."""

RETURN_MATURITIES = (6, *range(12, 121, 12))
"""Maturities, in months, of the bonds whose monthly excess returns price the factors."""

SHORT_RATE_SINCE = "1982-01-01"
"""Before this day the one-month yield is the federal funds rate, put on the curve's scale."""


_FEWEST_MONTHS = 60
_ROUNDING = 1e-14
"""Share of the variance of yields below which a component is noise of the arithmetic."""


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
    if fit.sum() < 2 * MONTHS_A_YEAR:
        raise EstimationError(
            f"The sample has {fit.sum()} months from {SHORT_RATE_SINCE[:4]} on with a federal funds rate; "
            "two years are the least to relate the one-month yield to it."
        )
    short = yields[1].to_numpy(copy=True)
    intercept, slope = least_squares(with_constant(rate[fit]), short[fit])
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
        intercepts, slopes = recursion(
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

    def decompose(
        self, yields: pd.DataFrame, maturities: Sequence[int] | np.ndarray = MATURITY_MONTHS
    ) -> pd.DataFrame:
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
        rows = rows_of(maturities)
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
        error = 100 * (self.yields[list(MATURITY_MONTHS)].to_numpy() - fitted)
        return Diagnostics(
            persistence=moduli(self.phi),
            explained_variance=self.variances[: len(self.mu)] / self.variances.sum(),
            pricing_errors=pd.DataFrame(
                {
                    "maturity_months": MATURITY_MONTHS,
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
    _refuse_gaps(yields[list(MATURITY_MONTHS)])
    if federal_funds is not None:
        yields = patch_short_rate(yields, federal_funds)
    maturities = np.arange(factor_maturities[0], factor_maturities[1] + 1)
    components = yields[list(maturities)].to_numpy() / 100
    return _estimate(yields, components, np.eye(len(maturities)), maturities, factors)


def _estimate(
    yields: pd.DataFrame, components: np.ndarray, basis: np.ndarray, maturities: np.ndarray, factors: int
) -> TermPremiumModel:
    """Estimate on checked yields, of which ``components`` are coordinates in an orthonormal ``basis``."""
    curve = yields[list(MATURITY_MONTHS)].to_numpy() / 100
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

    var = least_squares(with_constant(x[:-1]), x[1:])
    mu, phi = var[0], var[1:].T
    if (largest := moduli(phi)[0]) >= 1:
        raise EstimationError(
            f"The VAR of the factors is not stationary (largest root {largest:.4f}) on "
            f"{yields.index[0]:%Y-%m} to {yields.index[-1]:%Y-%m}: expected short rates have no mean to "
            "return to. Use a longer sample or fewer factors."
        )
    v = x[1:] - mu - x[:-1] @ phi.T
    sigma = v.T @ v / (len(v) - 1)

    n = np.asarray(RETURN_MATURITIES)
    excess = (n * curve[:-1, n - 1] - (n - 1) * curve[1:, n - 2] - curve[:-1, [0]]) / MONTHS_A_YEAR
    regressors = np.column_stack([np.ones(len(v)), v, x[:-1]])
    coefficients = least_squares(regressors, excess)
    errors = excess - regressors @ coefficients
    variance = (errors**2).mean()
    a, beta, c = coefficients[0], coefficients[1 : factors + 1], coefficients[factors + 1 :]
    lambda0, lambda1 = prices_of_risk(a, beta, c, sigma, variance)

    short = curve[:, 0] / MONTHS_A_YEAR
    delta = least_squares(with_constant(x), short)
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
        short_rate_errors=short - with_constant(x) @ delta,
        yields=yields,
    )


@remembered
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
    _refuse_gaps(yields[list(MATURITY_MONTHS)])
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
    intercepts, slopes = recursion(
        drift=np.array([[m.mu - m.lambda0, none] for m in models]),
        transition=np.array([[m.phi - m.lambda1, m.phi] for m in models]),
        sigma=np.array([m.sigma for m in models])[:, None],
        variance=np.array([m.return_variance for m in models])[:, None],
        delta0=np.array([m.delta0 for m in models])[:, None],
        delta1=np.array([m.delta1 for m in models])[:, None],
    )
    row = rows_of([maturity])[0]
    factors = np.array([m.factors_of(m.yields.tail(1))[0] for m in models])
    parts = intercepts[..., row] + np.einsum("wpk,wk->wp", slopes[..., row, :], factors)
    return pd.DataFrame(
        {
            "month": yields.index[ends],
            "fitted_yield_pct": 100 * parts[:, 0],
            "risk_neutral_yield_pct": 100 * parts[:, 1],
            "term_premium_pct": 100 * (parts[:, 0] - parts[:, 1]),
            "persistence": [moduli(m.phi)[0] for m in models],
        }
    )


def _span(curve: np.ndarray) -> np.ndarray:
    """Orthonormal basis of the directions in which yields move by more than rounding."""
    deviations = curve - curve.mean(axis=0)
    variances, vectors = np.linalg.eigh(deviations.T @ deviations)
    return vectors[:, variances > _ROUNDING * variances.sum()]


# --- refusals ----------------------------------------------------------------


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
    steps = np.diff(MONTHS_A_YEAR * months.year + months.month)
    if (steps > 1).any():
        first = months[int((steps > 1).argmax())] + pd.offsets.MonthEnd(1)
        raise EstimationError(
            f"The monthly yields skip {first:%Y-%m} ({(steps[steps > 1] - 1).sum()} months in all), and a "
            "return over a gap is not a one-month return. Complete the curve or start after the gap."
        )
    if (steps < 1).any():
        raise EstimationError("The monthly yields are not one row a month, in order; see month_ends().")
