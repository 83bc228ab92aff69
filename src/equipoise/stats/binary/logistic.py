"""Logistic regression of many trials at once, by Newton's method with step halving."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, as_bools, as_floats, in_rows
from equipoise.stats.binary.mass import chunks
from equipoise.stats.state import State

__all__ = ["LogisticFit", "fit_logistic"]

_NEAR = 1e-6
"""Eigenvalue of a scaled cross-product, as a share of the largest, that costs six digits. [1]"""
_PIVOT = 1e-11
"""Part of a scaled column beyond those before it that is none, as in R ``glm``. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticFit:
    """Maximum likelihood fit of each trial; fields have the leading shape before their own axes.

    Attributes
    ----------
    coefficients, standard_errors : (..., coefficients) float
        On the log odds scale, in the order of the columns of the design.
    covariance : (..., coefficients, coefficients) float
        Inverse of the observed information.
    fitted : (..., subjects) float
        Probabilities of the event.
    log_likelihood, deviance : (...) float
        At the fit; deviance is -2 times the log-likelihood, for outcomes of 0 and 1.
    iterations : (...) int
        Newton steps taken.
    state : (...) int8
        INFINITE: a combination of columns separates events from non-events, so that a
        coefficient has no finite estimate. SINGULAR: the design has not full rank.
        NOT_ESTIMABLE: no subject. NOT_CONVERGED otherwise. All numbers are NaN but in
        ESTIMATED fits; of an INFINITE one the log-likelihood is the limit it rises to.
    """

    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    fitted: Floats
    log_likelihood: Floats
    deviance: Floats
    iterations: Integers
    state: NDArray[np.int8]


def fit_logistic(*, design: ArrayLike, event: ArrayLike, included: ArrayLike = True) -> LogisticFit:
    """Fit a logistic regression to each trial.

    Parameters
    ----------
    design : (..., subjects, coefficients) float
        Columns of the linear predictor, the constant among them. NaN is refused.
    event : (..., subjects) bool
        True where the subject has the event.
    included : (..., subjects) bool
        False takes a subject out of the fit; its ``fitted`` probability is still given.

    Returns
    -------
    LogisticFit

    Raises
    ------
    DataError
        If ``design`` has fewer than two axes, no column, or holds anything but finite numbers,
        ``event`` or ``included`` is not of trues and falses, or shapes do not broadcast.

    Notes
    -----
    A step that lowers the likelihood is halved. Separation is recognised by its proof: the last
    step is a direction along which every subject's predictor moves towards its outcome.
    Sources: McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed. 1989, section 4.4.
    Albert A, Anderson JA. Biometrika 1984; 71(1):1-10 (separation). R ``glm(binomial)``.
    """
    x, y, is_in = _read(design, event, included)
    leading, (subjects, size) = x.shape[:-2], x.shape[-2:]
    x = x.reshape(-1, subjects, size)
    y, is_in = y.reshape(-1, subjects), is_in.reshape(-1, subjects)
    blocks = [
        _fit_block(x[rows], y[rows], is_in[rows]) for rows in chunks(len(x), subjects * size)
    ] or [_fit_block(x, y, is_in)]
    columns = {
        field.name: np.concatenate([getattr(block, field.name) for block in blocks])
        for field in fields(LogisticFit)
    }
    return LogisticFit(
        **{name: column.reshape((*leading, *column.shape[1:])) for name, column in columns.items()}
    )


def _fit_block(x: Floats, y: Bools, is_in: Bools) -> LogisticFit:
    """Fit some trials of a vector of them."""
    # Loading the compiler takes a moment, which only who fits a model should pay for.
    from equipoise.stats.binary.logistic_kernel import maximise

    scale = _scale(x, is_in)
    scaled = in_rows(x / scale[:, None, :])
    is_empty = ~is_in.any(axis=1)
    is_singular = np.zeros(len(x), dtype=np.bool_)
    near = np.flatnonzero((_smallest_share(scaled, is_in) < _NEAR) & ~is_empty)
    back = np.empty((0, *(2 * x.shape[2:])))
    if near.size:  # columns that nearly depend on each other, such as a year and its square
        scaled[near], back, is_singular[near] = _orthonormal(scaled[near], is_in[near])
    sign = np.where(is_in, np.where(y, 1.0, -1.0), 0.0)
    coefficients, covariance, log_likelihood, iterations, state = maximise(
        scaled, sign, ~(is_empty | is_singular)
    )
    state = np.where(is_singular, State.SINGULAR, state)
    coefficients[near] = (back @ coefficients[near][:, :, None])[:, :, 0]
    covariance[near] = back @ covariance[near] @ back.swapaxes(1, 2)
    coefficients /= scale
    standard_errors = np.sqrt(covariance.diagonal(axis1=1, axis2=2)) / scale
    with np.errstate(over="ignore"):  # a variance beyond the range of numbers is infinite
        covariance = covariance / scale[:, :, None] / scale[:, None, :]
    return LogisticFit(
        coefficients=coefficients,
        standard_errors=standard_errors,
        covariance=covariance,
        fitted=expit((x @ coefficients[:, :, None])[:, :, 0]),
        log_likelihood=log_likelihood,
        deviance=-2 * log_likelihood,
        iterations=iterations,
        state=np.where(is_empty, State.NOT_ESTIMABLE, state).astype(np.int8),
    )


def _orthonormal(x: Floats, is_in: Bools) -> tuple[Floats, Floats, Bools]:
    """Make columns orthonormal; with the way back of coefficients, and where the rank is short."""
    trials, subjects, size = x.shape
    if subjects < size:
        return x, np.tile(np.eye(size), (trials, 1, 1)), np.ones(trials, dtype=np.bool_)
    triangle: Floats = np.asarray(np.linalg.qr(x * is_in[:, :, None], mode="r"), dtype=np.float64)
    pivot = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    is_short: Bools = ~(pivot.min(axis=1) > _PIVOT * pivot.max(axis=1))
    triangle = np.where(is_short[:, None, None], np.eye(size), triangle)
    number = np.sqrt(is_in.sum(axis=1))[:, None, None]
    back: Floats = np.asarray(np.linalg.inv(triangle) * number, dtype=np.float64)
    return np.asarray(x @ back), back, is_short


def _read(design: ArrayLike, event: ArrayLike, included: ArrayLike) -> tuple[Floats, Bools, Bools]:
    faults: list[Fault] = []
    x = as_floats("design", design)
    if x.ndim < 2 or x.shape[-1] == 0:
        wanted = "an array (..., subjects, coefficients)"
        faults.append(Fault(where="design", came=f"shape {x.shape}", wanted=wanted))
    if not np.all(np.isfinite(x)):
        faults.append(Fault(where="design", came="NaN or infinity", wanted="finite numbers"))
    columns: list[Bools] = []
    for name, value in (("event", event), ("included", included)):
        try:
            columns.append(as_bools(name, value))
        except DataError as error:
            faults.extend(error.faults)
    if faults:
        raise DataError(faults)
    y, is_in = columns
    try:
        shape = np.broadcast_shapes(x.shape[:-1], y.shape, is_in.shape)
    except ValueError:
        came = f"design {x.shape}, event {y.shape}, included {is_in.shape}"
        wanted = "event and included that fit (..., subjects) of the design"
        raise DataError(Fault(where="shapes", came=came, wanted=wanted)) from None
    if shape[-1] != x.shape[-2]:
        came = f"{shape[-1]} subjects in event or included"
        raise DataError(Fault(where="design", came=came, wanted=f"{x.shape[-2]} subjects"))
    return (
        np.broadcast_to(x, (*shape, x.shape[-1])),
        np.broadcast_to(y, shape),
        np.broadcast_to(is_in, shape),
    )


def _scale(x: Floats, is_in: Bools) -> Floats:
    """Root mean square of each column over the included subjects; 1 for a column of zeros."""
    size = np.abs(x * is_in[:, :, None])
    largest = size.max(axis=1, initial=0.0)
    largest = np.where(largest > 0, largest, 1.0)
    # Of shares of the largest, whose squares stay within the range of numbers.
    squares = np.square(size / largest[:, None, :]).sum(axis=1)
    scale = largest * np.sqrt(squares / np.maximum(is_in.sum(axis=1), 1)[:, None])
    return np.where(scale > 0, scale, 1.0)


def _smallest_share(x: Floats, is_in: Bools) -> Floats:
    """Smallest over largest eigenvalue of the cross-product of columns of unit size."""
    kept = x * is_in[:, :, None]
    values = np.linalg.eigvalsh(kept.swapaxes(1, 2) @ kept)
    return np.asarray(values[:, 0] / np.maximum(values[:, -1], np.finfo(np.float64).tiny))
