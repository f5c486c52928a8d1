"""Least squares and the pricing recursions, for one model or a stack of them.

Equation numbers are those of Adrian, Crump and Moench (2013). Leading axes of arrays are
separate models.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foreign_demand.analysis.curve import MATURITY_MONTHS, MONTHS_A_YEAR
from foreign_demand.exceptions import EstimationError


def with_constant(x: np.ndarray) -> np.ndarray:
    """Regressors with a column of ones before them; a vector is one regressor."""
    x = x[:, None] if x.ndim == 1 else x
    return np.concatenate([np.ones((*x.shape[:-1], 1)), x], axis=-1)


def least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Coefficients of y on x, a row an observation; leading axes are separate regressions."""
    turned = np.swapaxes(x, -1, -2)
    return np.linalg.solve(turned @ x, turned @ y)


def moduli(matrix: np.ndarray) -> np.ndarray:
    """Moduli of the eigenvalues, largest first."""
    return np.sort(np.abs(np.linalg.eigvals(matrix)), axis=-1)[..., ::-1]


def prices_of_risk(
    a: np.ndarray, beta: np.ndarray, c: np.ndarray, sigma: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """λ0 and λ1, eqs. 16 and 17; a is by maturity, β and c factor by maturity."""
    project = np.linalg.solve(beta @ np.swapaxes(beta, -1, -2), beta)
    convexity = np.einsum("...kn,...kl,...ln->...n", beta, sigma, beta, optimize=True)
    lambda0 = project @ (a + (convexity + np.asarray(variance)[..., None]) / 2)[..., None]
    return lambda0[..., 0], project @ np.swapaxes(c, -1, -2)


def recursion(
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
    intercepts = np.empty((len(MATURITY_MONTHS), *shape[:-1]))
    slopes = np.empty((len(MATURITY_MONTHS), *shape))
    intercept, slope = np.broadcast_to(-np.asarray(delta0), shape[:-1]), np.broadcast_to(-delta1, shape)
    back = np.swapaxes(transition, -1, -2)
    for n in range(len(MATURITY_MONTHS)):
        intercepts[n], slopes[n] = intercept, slope
        spread = (sigma @ slope[..., None])[..., 0]
        intercept = intercept + (slope * (drift + spread / 2)).sum(axis=-1) + variance / 2 - delta0
        slope = (back @ slope[..., None])[..., 0] - delta1
    years = MATURITY_MONTHS / MONTHS_A_YEAR
    return -np.moveaxis(intercepts, 0, -1) / years, -np.moveaxis(slopes, 0, -2) / years[:, None]


def rows_of(maturities: Sequence[int] | np.ndarray) -> np.ndarray:
    """Positions of maturities, in months, in what :func:`recursion` returns.

    Raises
    ------
    EstimationError
        If one is not a whole month from 1 to 120.
    """
    wanted = np.asarray(maturities)
    if not np.isin(wanted, MATURITY_MONTHS).all():
        raise EstimationError(
            f"Maturities are whole months from 1 to {MATURITY_MONTHS[-1]}; got {list(wanted)}."
        )
    return wanted - 1
