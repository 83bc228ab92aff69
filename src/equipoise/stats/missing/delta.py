"""Every delta at once: how a difference and its error move with what is added to imputed values.

The comparison is linear in the completed responses. So the difference at any delta is a plane over
the deltas of the two arms, and so is that of every jackknife sample: the imputation model is
fitted once for all deltas, and the conclusion turns at a root of a quadratic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.missing.analysis import complete_without
from equipoise.stats.missing.imputation_model import Trial, compare, read_trials
from equipoise.stats.missing.resampling import Jackknifed
from equipoise.stats.state import State
from equipoise.stats.tails import normal_quantile, normal_two_sided

__all__ = ["DeltaPlane", "TurningPoints", "delta_plane", "differences_at", "turning_points"]

_PARTS = 3
"""Difference as imputed, and its change by one unit of delta in the control and in the arm."""

_LEAST = 2
"""Subjects of a jackknife."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaPlane:
    """Differences to the control as planes over two deltas; (..., arms - 1) contrasts.

    Attributes
    ----------
    effect : (..., arms - 1, 3) float
        Difference as imputed; its change for each unit added in the control; and in the arm.
    covariance : (..., arms - 1, 3, 3) float
        Their jackknife covariance.
    state : (..., arms - 1) int8
        NOT_ESTIMABLE, and all else NaN, where a fit without one of the subjects failed.
    """

    effect: Floats
    covariance: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoints:
    """Deltas nearest to zero at which the conclusion turns, (..., arms - 1) each.

    ``below`` is negative or zero, ``above`` positive; NaN where no delta on that side, however
    far, turns it. ``is_significant`` says what the conclusion is at zero.
    """

    below: Floats
    above: Floats
    is_significant: NDArray[np.bool_]


def delta_plane(
    *,
    response: ArrayLike,
    arm: ArrayLike,
    arms: int = 2,
    covariate: ArrayLike | None = None,
    strategy: str | Sequence[str] = "missing_at_random",
    departure: ArrayLike | None = None,
    visit: int = -1,
    covariance_by_arm: bool = False,
) -> DeltaPlane:
    """Compare arms at one visit for every delta, with jackknife errors.

    Parameters
    ----------
    response, arm, arms, covariate, strategy, departure, visit, covariance_by_arm
        As in `reference_based_analysis`.

    Returns
    -------
    DeltaPlane
        `differences_at` and `turning_points` read it.

    Raises
    ------
    DataError
        As `reference_based_analysis`.

    Notes
    -----
    Delta is added to the imputed values of the visit compared, from departure on. At any delta the
    answer is that of `reference_based_analysis` with this delta. Source: O'Kelly M, Ratitch B.
    Clinical Trials with Missing Data 2014, chapter 7.
    """
    door = Door()
    trials, lead, _ = read_trials(
        door,
        response=response,
        arm=arm,
        arms=arms,
        covariate=covariate,
        strategy=strategy,
        departure=departure,
        delta=0.0,
        visit=visit,
        covariance_by_arm=covariance_by_arm,
    )
    effect = np.full((len(trials), arms - 1, _PARTS), np.nan)
    covariance = np.full((*effect.shape, _PARTS), np.nan)
    for row, trial in enumerate(trials):
        count = len(trial.arm)
        if count < _LEAST:
            continue
        parts = _parts(trial)
        centred = parts[1:] - parts[1:].mean(axis=0)
        effect[row] = parts[0]
        covariance[row] = (count - 1) / count * np.einsum("nci,ncj->cij", centred, centred)
    known = np.isfinite(covariance).all(axis=(-1, -2)) & np.isfinite(effect).all(axis=-1)
    effect[~known], covariance[~known] = np.nan, np.nan
    state = np.where(known, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
    return DeltaPlane(
        effect=effect.reshape(*lead, arms - 1, _PARTS),
        covariance=covariance.reshape(*lead, arms - 1, _PARTS, _PARTS),
        state=state.reshape(*lead, arms - 1),
    )


def _parts(trial: Trial) -> Floats:
    """Split the differences into the parts of the plane: (1 + subjects, arms - 1, 3).

    The first row is of all subjects, the others leave one out each.
    """
    count, visit = len(trial.arm), trial.visit % trial.response.shape[1]
    left_out = np.eye(count + 1, count, k=-1, dtype=np.bool_)
    completed, _ = complete_without(trial, left_out)
    moved = np.isnan(trial.response[:, visit]) & (visit >= trial.departure)
    is_out = np.isnan(completed)
    parts = np.empty((count + 1, trial.arms - 1, _PARTS))
    parts[..., 0] = _differences(trial, completed)
    unit = [
        _differences(trial, np.where(is_out, np.nan, (moved & (trial.arm == code))[:, None] * 1.0))
        for code in range(trial.arms)
    ]
    parts[..., 1] = unit[0]
    for code in range(1, trial.arms):
        parts[:, code - 1, 2] = unit[code][:, code - 1]
    return parts


def _differences(trial: Trial, completed: Floats) -> Floats:
    answer = compare(trial, completed)
    to_control = [place for place, pair in enumerate(answer.pairs) if pair[1] == 0]
    return np.asarray(answer.differences.estimate[..., to_control])


def differences_at(
    plane: DeltaPlane, *, delta: ArrayLike, control_delta: ArrayLike = 0.0, confidence: float = 0.95
) -> Jackknifed:
    """Give the differences at some deltas.

    Parameters
    ----------
    plane : DeltaPlane
    delta, control_delta : (points,) float
        Added in the experimental arm of each contrast and in the control; they broadcast.
    confidence : float
        Two-sided level of the normal limits.

    Returns
    -------
    Jackknifed
        Fields (..., arms - 1, points).

    Raises
    ------
    DataError
        If a delta is not finite, or ``confidence`` is not between 0 and 1.
    """
    door = Door()
    own = door.numbers("delta", delta)
    other = door.numbers("control_delta", control_delta)
    door.level("confidence", confidence)
    door.close()
    own, other = np.broadcast_arrays(np.atleast_1d(own), other)
    door.wants(own.ndim == 1, where="delta", came=f"shape {own.shape}", wanted="one row of deltas")
    door.close()
    weights = np.stack([np.ones(own.shape), other, own], axis=-1)
    estimate = np.einsum("...i,pi->...p", plane.effect, weights)
    variance = np.einsum("pi,...ij,pj->...p", weights, plane.covariance, weights)
    error = np.sqrt(np.maximum(variance, 0))
    reach = normal_quantile(confidence) * error
    return Jackknifed(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        p_value=normal_two_sided(divide_or_nan(estimate, error)),
        state=np.broadcast_to(plane.state[..., None], estimate.shape),
    )


def turning_points(
    plane: DeltaPlane, *, control_delta: float = 0.0, alpha: float = 0.05
) -> TurningPoints:
    """Find the deltas of each experimental arm at which p < ``alpha`` begins or ceases to hold.

    Parameters
    ----------
    plane : DeltaPlane
    control_delta : float
        Added in the control.
    alpha : float
        Level of the two-sided test.

    Raises
    ------
    DataError
        If ``control_delta`` is not finite or ``alpha`` is not between 0 and 1.

    Notes
    -----
    Significance changes where estimate^2 = z^2 variance, a quadratic in delta.
    """
    door = Door()
    other = door.number("control_delta", control_delta)
    door.level("alpha", alpha)
    door.close()
    start, step = np.array([1.0, other, 0.0]), np.array([0.0, 0.0, 1.0])
    z = float(normal_quantile(1 - alpha))
    constant, slope, square = (
        (plane.effect @ one) * (plane.effect @ two)
        - z**2 * np.einsum("i,...ij,j->...", one, plane.covariance, two)
        for one, two in ((start, start), (start, step), (step, step))
    )
    roots = _roots(square, 2 * slope, constant)
    with np.errstate(invalid="ignore"):
        below = np.max(np.where(roots <= 0, roots, -np.inf), axis=-1)
        above = np.min(np.where(roots > 0, roots, np.inf), axis=-1)
    return TurningPoints(
        below=np.where(np.isfinite(below), below, np.nan),
        above=np.where(np.isfinite(above), above, np.nan),
        is_significant=constant > 0,
    )


def _roots(square: Floats, slope: Floats, constant: Floats) -> Floats:
    """Find the real roots of ``square x^2 + slope x + constant``, (..., 2); NaN where none.

    Both roots are quotients without cancellation: Press WH, et al. Numerical Recipes 2007, 5.6.
    """
    discriminant = np.square(slope) - 4 * square * constant
    with np.errstate(invalid="ignore"):
        root = np.sqrt(discriminant)
        larger = -0.5 * (slope + np.where(slope < 0, -root, root))
    return np.stack([divide_or_nan(larger, square), divide_or_nan(constant, larger)], axis=-1)
