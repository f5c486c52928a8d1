"""What is not known of the model's parameters: bias, and a bootstrap of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from foreign_demand.analysis.term_premium.model import TermPremiumModel, estimate
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

COVERAGE = 0.9
"""Share of the draws that a band holds."""

_QUANTILES = ((1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2)


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
        row = rows_of([maturity])[0]
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


@remembered
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
    var = least_squares(with_constant(before), after)
    mu, phi = var[:, 0], var[:, 1:].swapaxes(1, 2)
    v = after - with_constant(before) @ var
    sigma = v.swapaxes(1, 2) @ v / (v.shape[1] - 1)
    regressors = np.concatenate([np.ones_like(v[..., :1]), v, before], axis=2)
    coefficients = least_squares(regressors, excess)
    variance = ((excess - regressors @ coefficients) ** 2).mean(axis=(1, 2))
    a, beta, c = coefficients[:, 0], coefficients[:, 1 : k + 1], coefficients[:, k + 1 :]
    lambda0, lambda1 = prices_of_risk(a, beta, c, sigma, variance)
    delta = least_squares(with_constant(after), short[..., None])[..., 0]

    kept = moduli(phi)[:, 0] < 1
    if kept.mean() < 0.5:
        raise EstimationError(
            f"{draws - kept.sum()} of {draws} redrawn VARs are not stationary: the sample does not pin down "
            "a mean for short rates. Use a longer sample or fewer factors."
        )
    corrected = phi[kept] if not correct_bias else _stationary(phi[kept], bias)
    intercepts, slopes = recursion(
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


def band_by_sample(
    yields: pd.DataFrame,
    federal_funds: pd.Series,
    at: pd.DataFrame,
    *,
    starts: Sequence[str],
    draws: int = 200,
) -> pd.DataFrame:
    """The band around the premium of one day, from samples that begin at several times.

    Parameters
    ----------
    yields, federal_funds
        As for :func:`estimate`.
    at
        Yields of that day: one row.
    starts
        First month of each sample, ``1982-01``.
    draws
        Of each bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row a sample: ``start``, ``low_pct``, ``median_pct``, ``high_pct``.
    """
    bands = [bootstrap(estimate(yields[start:], federal_funds), draws=draws).band(at) for start in starts]
    return pd.concat(bands, ignore_index=True).assign(start=pd.to_datetime(list(starts)))


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
        open_ = moduli(corrected)[:, 0] >= 1
        if not open_.any():
            break
    return corrected
