"""Linear functions of the coefficients of a fit: estimates, tests, limits, estimability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, anywhere
from equipoise.stats.continuous.least_squares import LinearFit
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import t_quantile, t_two_sided

__all__ = ["LinearFunctions", "functions_of", "linear_functions"]

_ORTHOGONAL = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearFunctions:
    """Estimates of linear functions of the coefficients; shape (..., functions).

    ``p_value`` is two-sided, of the hypothesis that the function is 0. ``state`` is NOT_ESTIMABLE
    where the data of that trial do not tell the function (an aliased column takes part in it; then
    the estimate is NaN) or where there is no standard error.
    """

    estimate: Floats
    standard_error: Floats
    df: Floats
    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]

    def part(self, functions: slice) -> LinearFunctions:
        """Take some of the functions."""
        return LinearFunctions(
            estimate=self.estimate[..., functions],
            standard_error=self.standard_error[..., functions],
            df=self.df[..., functions],
            statistic=self.statistic[..., functions],
            p_value=self.p_value[..., functions],
            ci_low=self.ci_low[..., functions],
            ci_high=self.ci_high[..., functions],
            state=self.state[..., functions],
        )


def linear_functions(
    fit: LinearFit, *, functions: ArrayLike, confidence: float = 0.95
) -> LinearFunctions:
    """Estimate linear functions of the coefficients.

    Parameters
    ----------
    fit : LinearFit
    functions : (..., functions, columns) float
        One row of weights for each function.
    confidence : float
        Confidence of the two-sided limits.

    Raises
    ------
    DataError
        If the shapes do not fit, a weight is missing, or the confidence is not in (0, 1).

    Notes
    -----
    Source of estimability: Searle SR, Speed FM, Milliken GA. American Statistician 1980;
    34:216-221.
    """
    door = Door()
    weights = door.responses("functions", functions, core=1)
    door.level("confidence", confidence)
    door.wants(not anywhere(np.isnan(weights)), where="functions", came="NaN", wanted="numbers")
    columns = fit.coefficients.shape[-1]
    door.wants(
        weights.ndim < 2 or weights.shape[-1] == columns,
        where="functions",
        came=f"rows of {weights.shape[-1:]}",
        wanted=f"rows of {columns}, one weight for each column",
    )
    door.close()
    return functions_of(fit, weights, confidence=confidence)


def functions_of(fit: LinearFit, weights: Floats, *, confidence: float) -> LinearFunctions:
    """Estimate the functions whose weights are known to fit."""
    kept, covariance = fit.coefficients, fit.covariance
    is_whole = not anywhere(fit.aliased)
    if not is_whole:
        kept, covariance = (np.where(np.isnan(part), 0.0, part) for part in (kept, covariance))
    estimate = (weights @ kept[..., None])[..., 0]
    variance = ((weights @ covariance) * weights).sum(axis=-1)
    if not is_whole:
        can_tell = _is_estimable(fit, weights)
        estimate, variance = (np.where(can_tell, part, np.nan) for part in (estimate, variance))
    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    is_missing = np.isnan(error)
    df = np.where(is_missing, np.nan, fit.df[..., None])
    statistic = estimate / error
    reach = t_quantile(confidence, fit.df)[..., None] * error
    return LinearFunctions(
        estimate=estimate,
        standard_error=error,
        df=df,
        statistic=statistic,
        p_value=t_two_sided(statistic, df),
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        state=first_state((is_missing, State.NOT_ESTIMABLE)),
    )


def _is_estimable(fit: LinearFit, weights: Floats) -> Bools:
    """Say whether each function is orthogonal to all that the data leave open."""
    directions = np.swapaxes(fit.null_space, -1, -2)
    product = np.abs(weights @ directions)
    size = np.abs(weights) @ np.abs(directions)
    estimable: Bools = np.all(product <= _ORTHOGONAL * size, axis=-1)
    return estimable & ~fit.aliased.all(axis=-1, keepdims=True)
