"""Linear models by least squares, batched over trials, with model-based or sandwich variance."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, anywhere, divide_or_nan, in_rows
from equipoise.stats.continuous.orthogonal import Orthogonal, orthogonalise
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state

__all__ = ["VARIANCES", "LinearFit", "Variance", "fit_columns", "fit_linear_model"]

Variance: TypeAlias = Literal["model", "HC0", "HC1", "HC2", "HC3"]
VARIANCES = get_args(Variance)

_EXACT = 1e-30  # a mean square below this share of the fitted values' is rounding, as in R
_FULL_LEVERAGE = 1e-10  # a subject that the fit must pass through has no residual to use


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearFit:
    """A least squares fit of each trial; fields start with the leading shape.

    Attributes
    ----------
    coefficients, standard_errors : (..., columns) float
        NaN for an aliased column.
    covariance : (..., columns, columns) float
        Of the coefficients, of the kind asked for; NaN for aliased columns.
    aliased : (..., columns) bool
        True for a column that is a combination of those before it in that trial (an empty level,
        for instance); the model is fitted without it, as by R's ``lm``.
    null_space : (..., columns, columns) float
        Row j of an aliased column j: a direction of the coefficients that the data do not tell;
        zero otherwise. A linear function is estimable if it is orthogonal to all of them.
    n, rank, df : (...) float
        Subjects in the fit, columns that count, and their difference.
    residual_sum_of_squares, sigma, r_squared, log_likelihood : (...) float
        ``r_squared`` is about the mean: the model is taken to hold an intercept.
    state : (...) int8
        SINGULAR where a column is aliased, NOT_ESTIMABLE where there are no standard errors: no
        degree of freedom is left, the fit is exact, or HC2 or HC3 meets a leverage of 1.
    """

    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    aliased: Bools
    null_space: Floats
    n: Floats
    rank: Floats
    df: Floats
    residual_sum_of_squares: Floats
    sigma: Floats
    r_squared: Floats
    log_likelihood: Floats
    state: NDArray[np.int8]


def fit_linear_model(
    *, response: ArrayLike, design: ArrayLike, variance: Variance = "model"
) -> LinearFit:
    """Fit a linear model to each trial.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    design : (..., subjects, columns) float
        NaN in any column takes a subject out. An intercept is a column of ones.
    variance : str
        Covariance of the coefficients: ``model`` for equal variances, or a sandwich: ``HC0``
        (White), ``HC1`` (times n / df), ``HC2`` (residuals over the root of 1 - leverage), ``HC3``
        (over 1 - leverage).

    Returns
    -------
    LinearFit
        In the unit of the response.

    Raises
    ------
    DataError
        If shapes do not broadcast, a number is infinite or the variance is not known.

    Notes
    -----
    Source of the sandwiches: MacKinnon JG, White H. Journal of Econometrics 1985; 29:305-325;
    Long JS, Ervin LH. American Statistician 2000; 54:217-224.
    """
    door = Door()
    values = door.responses("response", response)
    columns = door.responses("design", design, core=1)
    door.choice("variance", variance, VARIANCES)
    door.close()
    shape = np.broadcast_shapes(values.shape, columns.shape[:-1])
    values = np.broadcast_to(values, shape)
    columns = np.broadcast_to(columns, (*shape, columns.shape[-1]))
    inside = ~np.isnan(values) & ~np.isnan(columns).any(axis=-1)
    rows = np.swapaxes(np.where(inside[..., None], columns, 0.0), -1, -2)
    return fit_columns(rows, np.where(inside, values, 0.0), inside, variance=variance)


def fit_columns(
    columns: Floats, response: Floats, inside: Bools, *, variance: Variance
) -> LinearFit:
    """Fit (..., columns, subjects) that are zero, with the response, for subjects outside."""
    from equipoise.stats.continuous.least_squares_kernel import solve

    basis = orthogonalise(columns, response)
    *leading, width, subjects = columns.shape
    flat, wide = (prod(leading), subjects), (prod(leading), width)
    coefficients, covariance, numbers = solve(
        in_rows(response.reshape(flat)),
        basis.residual.reshape(flat),
        in_rows(inside.reshape(flat)),
        basis.inverse.reshape(*wide, width),
        basis.effects.reshape(wide),
        basis.aliased.reshape(wide),
        _EXACT,
    )
    n, rank, df, squares, mean_square, r_squared, log_likelihood = numbers.reshape(7, *leading)
    covariance = covariance.reshape(*leading, width, width)
    is_missing = np.isnan(mean_square)
    if variance != "model":
        covariance = _sandwich(basis, n, df, is_missing, variance)
        is_missing = is_missing | ((rank > 0) & np.isnan(covariance).all(axis=(-1, -2)))
    return LinearFit(
        coefficients=coefficients.reshape(*leading, width),
        standard_errors=np.sqrt(covariance.diagonal(axis1=-2, axis2=-1)),
        covariance=covariance,
        aliased=basis.aliased,
        null_space=_null_space(basis),
        n=n,
        rank=rank,
        df=df,
        residual_sum_of_squares=squares,
        sigma=np.sqrt(mean_square),
        r_squared=r_squared,
        log_likelihood=log_likelihood,
        state=first_state((is_missing, State.NOT_ESTIMABLE), (rank < width, State.SINGULAR)),
    )


def _null_space(basis: Orthogonal) -> Floats:
    """Write each aliased column as minus what it is of the others, plus itself."""
    if not anywhere(basis.aliased):
        return np.zeros(basis.r.shape)
    ones = np.eye(basis.r.shape[-1])
    directions = np.where(basis.aliased[..., None, :], ones - basis.inverse @ basis.r, 0.0)
    return np.swapaxes(directions, -1, -2)


def _sandwich(
    basis: Orthogonal, n: Floats, df: Floats, is_missing: Bools, variance: Variance
) -> Floats:
    """Put the sandwich together in the orthogonal basis, NaN where there is none."""
    weight = np.square(basis.residual)
    if variance == "HC1":
        weight = weight * divide_or_nan(n, df)[..., None]
    elif variance in ("HC2", "HC3"):
        rest = 1 - np.add.reduce(np.square(basis.q), axis=-2)
        rest = np.where(rest > _FULL_LEVERAGE, rest, np.nan)
        weight = weight / (rest if variance == "HC2" else np.square(rest))
    middle = (basis.q * weight[..., None, :]) @ basis.q.swapaxes(-1, -2)
    covariance = basis.inverse @ middle @ basis.inverse.swapaxes(-1, -2)
    if not anywhere(basis.aliased) and not anywhere(is_missing):
        return covariance
    either = basis.aliased[..., :, None] | basis.aliased[..., None, :]
    return np.where(either | is_missing[..., None, None], np.nan, covariance)
