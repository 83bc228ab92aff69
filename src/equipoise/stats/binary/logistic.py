"""Logistic regression of many trials at once, by Newton's method with step halving."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, as_bools, as_floats
from equipoise.stats.binary.mass import chunks
from equipoise.stats.state import State

__all__ = ["LogisticFit", "fit_logistic"]

_STEPS = 100
_HALVINGS = 30
_SETTLED = 1e-9
"""Largest move of a linear predictor in the last step of a fit. [log odds]"""
_ROUNDING = 1e-12
"""Relative change of a log-likelihood that may be rounding. [1]"""
_EXTREME = 20.0
"""Beyond this linear predictor a fit is checked for separation. [log odds]"""
_AGAINST = 1e-6
"""A step separates if no subject moves against it by more than this share of the largest. [1]"""
_RANK = 1e-10
"""A scaled cross-product with an eigenvalue below this share of the largest is singular. [1]"""


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
    scale = _scale(x, is_in)
    newton = _Newton(x=x / scale[:, None, :], y=y, is_in=is_in)
    newton.run()
    good = np.flatnonzero(newton.state == State.ESTIMATED)
    trials, size = scale.shape
    covariance = np.full((trials, size, size), np.nan)
    covariance[good] = _solve_symmetric(
        newton.information(good), np.broadcast_to(np.eye(size), (good.size, size, size))
    ) / (scale[good][:, :, None] * scale[good][:, None, :])
    coefficients = np.full(scale.shape, np.nan)
    coefficients[good] = newton.beta[good] / scale[good]
    is_risen = (newton.state == State.ESTIMATED) | (newton.state == State.INFINITE)
    log_likelihood = np.where(is_risen, newton.log_likelihood, np.nan)
    return LogisticFit(
        coefficients=coefficients,
        standard_errors=np.sqrt(np.einsum("tkk->tk", covariance)),
        covariance=covariance,
        fitted=expit(_predict(x, coefficients)),
        log_likelihood=log_likelihood,
        deviance=-2 * log_likelihood,
        iterations=newton.iterations,
        state=newton.state,
    )


class _Newton:
    """The iteration over all trials that are not settled yet, on columns of unit size."""

    def __init__(self, *, x: Floats, y: Bools, is_in: Bools) -> None:
        trials, _, size = x.shape
        self.x, self.is_in = x, is_in
        self.sign = np.where(is_in, np.where(y, 1.0, -1.0), 0.0)
        self.beta = np.zeros((trials, size))
        self.log_likelihood = self._log_likelihood(np.arange(trials), self.beta)
        self.iterations = np.zeros(trials, dtype=np.int64)
        self.state = np.full(trials, State.NOT_CONVERGED, dtype=np.int8)
        self.state[~np.any(is_in, axis=1)] = State.NOT_ESTIMABLE

    def run(self) -> None:
        """Iterate until every trial has a state."""
        some = np.any(self.is_in, axis=1)
        self.state[some & (_smallest_share(self._cross(self.is_in.astype(np.float64))) < _RANK)] = (
            State.SINGULAR
        )
        active = np.flatnonzero(self.state == State.NOT_CONVERGED)
        for _ in range(_STEPS):
            if active.size == 0:
                return
            step = self._step(active)
            self.iterations[active] += 1
            move = _predict(self.x[active], step) * self.is_in[active]
            self._halve_and_move(active, step)
            is_settled = np.max(np.abs(move), axis=1) <= _SETTLED
            is_separated = ~is_settled & self._separate(active, move)
            self.state[active[is_settled]] = State.ESTIMATED
            self.state[active[is_separated]] = State.INFINITE
            active = active[~is_settled & ~is_separated]

    def information(self, trials: Integers) -> Floats:
        """Observed information of the scaled coefficients."""
        mean = expit(_predict(self.x[trials], self.beta[trials]))
        weight = mean * (1 - mean) * self.is_in[trials]
        return self._cross(weight, trials)

    def _cross(self, weight: Floats, trials: Integers | slice = slice(None)) -> Floats:
        x = self.x[trials]
        return np.swapaxes(x * weight[..., None], -1, -2) @ x

    def _step(self, active: Integers) -> Floats:
        predictor = _predict(self.x[active], self.beta[active])
        # y - expit(eta) without cancellation in either tail.
        residual = self.sign[active] * expit(-self.sign[active] * predictor)
        gradient = self.x[active].swapaxes(1, 2) @ residual[:, :, None]
        return _solve_symmetric(self.information(active), gradient)[:, :, 0]

    def _halve_and_move(self, active: Integers, step: Floats) -> None:
        before = self.log_likelihood[active]
        share = np.ones(active.size)
        least = before - _ROUNDING * (1 + np.abs(before))
        after = self._log_likelihood(active, self.beta[active] + step)
        for _ in range(_HALVINGS):
            is_worse = ~(after >= least)
            if not np.any(is_worse):
                break
            share[is_worse] /= 2
            some = active[is_worse]
            moved = self.beta[some] + share[is_worse, None] * step[is_worse]
            after[is_worse] = self._log_likelihood(some, moved)
        self.beta[active] += share[:, None] * step
        self.log_likelihood[active] = after

    def _log_likelihood(self, trials: Integers, beta: Floats) -> Floats:
        predictor = _predict(self.x[trials], beta)
        loss = np.logaddexp(0.0, -self.sign[trials] * predictor) * self.is_in[trials]
        return np.asarray(-np.sum(loss, axis=1))

    def _separate(self, active: Integers, move: Floats) -> Bools:
        """Say which steps separate, and take those trials to the limit of their likelihood."""
        predictor = _predict(self.x[active], self.beta[active])
        is_extreme: Bools = np.abs(predictor * self.is_in[active]).max(axis=1) > _EXTREME
        if not is_extreme.any():
            return is_extreme
        towards = self.sign[active] * move
        largest, smallest = towards.max(axis=1), towards.min(axis=1)
        is_separated = is_extreme & (largest > 0) & (smallest >= -_AGAINST * largest)
        # Along that direction the outcomes of those who move become certain; the others stay.
        stays = self.is_in[active] & (towards <= _AGAINST * largest[:, None])
        loss = np.logaddexp(0.0, -self.sign[active] * predictor) * stays
        self.log_likelihood[active[is_separated]] = -np.sum(loss, axis=1)[is_separated]
        return np.asarray(is_separated)


def _solve_symmetric(matrix: Floats, right: Floats) -> Floats:
    """Solve positive definite systems (trials, k, k) x = (trials, k, m).

    Rows and columns are scaled to a unit diagonal first; a singular one gets least squares.
    """
    diagonal = np.sqrt(matrix.diagonal(axis1=-2, axis2=-1))
    diagonal = np.where(diagonal > 0, diagonal, 1.0)[..., None]
    scaled = matrix / (diagonal * diagonal.swapaxes(-1, -2))
    try:
        solution = np.linalg.solve(scaled, right / diagonal)
    except np.linalg.LinAlgError:
        solution = np.linalg.pinv(scaled, hermitian=True) @ (right / diagonal)
    return np.asarray(solution / diagonal)


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
    size = np.sqrt(
        np.einsum("tsk,ts->tk", x**2, is_in.astype(np.float64))
        / np.maximum(np.sum(is_in, axis=1), 1)[:, None]
    )
    return np.where(size > 0, size, 1.0)


def _smallest_share(matrix: Floats) -> Floats:
    """Smallest over largest eigenvalue of the matrix scaled to a unit diagonal."""
    diagonal = np.sqrt(np.einsum("tkk->tk", matrix))
    diagonal = np.where(diagonal > 0, diagonal, 1.0)
    values = np.linalg.eigvalsh(matrix / (diagonal[:, :, None] * diagonal[:, None, :]))
    return np.asarray(values[:, 0] / np.maximum(values[:, -1], np.finfo(np.float64).tiny))


def _predict(x: Floats, coefficients: Floats) -> Floats:
    """Linear predictor of each subject, (trials, subjects)."""
    return (x @ coefficients[:, :, None])[:, :, 0]
