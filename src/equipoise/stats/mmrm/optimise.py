"""Newton's method on the exact Hessian, for many trials at once, with a second opinion.

The step solves with the absolute eigenvalues of the Hessian, so that it goes downhill also where
the objective is not convex, is cut to a bounded length and halved until it is accepted. Close to
the optimum, where the objective no longer tells two points apart, a step is accepted if it makes
the gradient smaller. A search is given up where the covariance runs into singularity, because the
criterion has no minimum then. Other trials that do not arrive are tried again with the
trust-region method of ``scipy.optimize`` from a diagonal start.

Source: Nocedal J, Wright SJ. Numerical Optimization, 2nd ed. 2006; sections 3.1 (sufficient
decrease, equation 3.4) and 3.4 (Hessian modification by its eigenvalues).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.mmrm.likelihood import Evaluation, evaluate, least_correlation
from equipoise.stats.mmrm.problem import Problem, Standard, take
from equipoise.stats.mmrm.structure import Structure

__all__ = ["GRADIENT_AIM", "THIN", "Optimum", "minimise", "start"]

GRADIENT_AIM = 1e-9
"""Largest element of the gradient of -2 log likelihood at which the search stops."""
_NEAR = 1e-6
"""Gradient at which a search that rounding keeps from its aim is not taken up again."""
THIN = 1e-4
"""Smallest eigenvalue of the correlations below which a search that is late is given up."""
_LATE = 20
_ITERATIONS = 100
_HALVINGS = 25
_LONGEST_STEP = 3.0
_FLOOR = 1e-10
_DECREASE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Where the search ended in each trial."""

    parameter: Floats  # (trials, k)
    iterations: Integers  # (trials,)
    stalled: Bools  # (trials,) True where no step was accepted before the aim was reached


def start(standard: Standard, structure: Structure, group: Integers, groups: int) -> Floats:
    """Begin at the pairwise moments of the least-squares residuals of each group."""
    residual = standard.rows[..., -1]
    visits = residual.shape[-1]
    parameters = []
    for number in range(groups):
        member = (standard.observed & (group == number)[..., None]).astype(np.float64)
        own = residual * member
        pairs = np.swapaxes(member, 1, 2) @ member
        moments = np.swapaxes(own, 1, 2) @ own / np.maximum(pairs, 1)
        parameters.append(structure.start(_definite(moments, visits)))
    return np.concatenate(parameters, axis=-1)


def _definite(moments: Floats, visits: int) -> Floats:
    """Pull the correlations towards zero until the smallest eigenvalue is no less than 0.05."""
    variance = np.diagonal(moments, axis1=-2, axis2=-1)
    spread = np.sqrt(np.where(variance > 1e-8, variance, 1))
    product = spread[:, :, None] * spread[:, None, :]
    eye = np.eye(visits)
    correlation = np.where(eye > 0, 1, moments / product)
    least = np.linalg.eigvalsh(correlation)[:, 0]
    weight = np.clip((0.05 - least) / (1 - np.minimum(least, 0.5)), 0, 1)[:, None, None]
    return np.asarray(((1 - weight) * correlation + weight * eye) * product)


def minimise(
    problem: Problem, structure: Structure, parameter: Floats, *, restricted: bool
) -> Optimum:
    """Search from ``parameter`` (trials, k); what does not arrive is tried a second way."""
    first = _newton(problem, structure, parameter, restricted=restricted)
    thin = least_correlation(structure, first.parameter, problem.groups) < THIN
    lost = np.flatnonzero(first.stalled & ~thin)
    if not len(lost):
        return first
    found, iterations, stalled = (
        first.parameter.copy(),
        first.iterations.copy(),
        first.stalled.copy(),
    )
    for trial in lost:
        one = np.array([trial])
        alone = take(problem, one)
        again = _trust_region(alone, structure, restricted=restricted)
        second = _newton(alone, structure, again, restricted=restricted)
        old = evaluate(alone, structure, found[one], restricted=restricted).value[0]
        new = evaluate(alone, structure, second.parameter, restricted=restricted).value[0]
        iterations[trial] += second.iterations[0]
        if new <= old + 1e-9 * abs(old):
            found[trial], stalled[trial] = second.parameter[0], second.stalled[0]
    return Optimum(parameter=found, iterations=iterations, stalled=stalled)


def _newton(
    problem: Problem, structure: Structure, parameter: Floats, *, restricted: bool
) -> Optimum:
    trials = len(parameter)
    found = parameter.copy()
    iterations = np.zeros(trials, dtype=np.int64)
    stalled = np.zeros(trials, dtype=np.bool_)
    active = np.arange(trials)
    here, now = parameter, evaluate(problem, structure, parameter, restricted=restricted)
    for iteration in range(_ITERATIONS):
        steep = np.abs(now.gradient).max(axis=1)
        stuck = ~np.isfinite(now.value)
        if iteration >= _LATE:
            stuck |= least_correlation(structure, here, problem.groups) < THIN
        going = (steep > GRADIENT_AIM) & ~stuck
        stalled[active[stuck]] = True
        found[active] = here
        if not going.any():
            return Optimum(parameter=found, iterations=iterations, stalled=stalled)
        if not going.all():
            active, here, problem = active[going], here[going], take(problem, going)
            now = _keep(now, going)
        iterations[active] += 1
        here, now, accepted = _step(problem, structure, here, now, restricted=restricted)
        if not accepted.all():
            found[active] = here
            near = np.abs(now.gradient).max(axis=1) <= _NEAR
            stalled[active[~accepted & ~near]] = True
            if not accepted.any():
                return Optimum(parameter=found, iterations=iterations, stalled=stalled)
            active, here, problem = active[accepted], here[accepted], take(problem, accepted)
            now = _keep(now, accepted)
    found[active] = here
    stalled[active] = np.abs(now.gradient).max(axis=1) > _NEAR
    return Optimum(parameter=found, iterations=iterations, stalled=stalled)


def _keep(evaluation: Evaluation, which: Bools) -> Evaluation:
    return Evaluation(
        value=evaluation.value[which],
        gradient=evaluation.gradient[which],
        hessian=evaluation.hessian[which],
        coefficient=evaluation.coefficient[which],
        unscaled=evaluation.unscaled[which],
        slope=evaluation.slope[which],
        inverse=evaluation.inverse[which],
    )


def _direction(now: Evaluation) -> Floats:
    values, vectors = np.linalg.eigh(now.hessian)
    size = np.abs(values)
    size = np.maximum(size, _FLOOR * np.maximum(size.max(axis=1, keepdims=True), 1))
    along = np.einsum("tkj,tk->tj", vectors, now.gradient) / size
    step = -np.einsum("tkj,tj->tk", vectors, along)
    longest = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1, _LONGEST_STEP / np.maximum(longest, 1e-300)))


def _step(
    problem: Problem, structure: Structure, here: Floats, now: Evaluation, *, restricted: bool
) -> tuple[Floats, Evaluation, Bools]:
    """Go along the Newton direction, halving where the new point is not better."""
    direction = _direction(now)
    downhill = np.einsum("tk,tk->t", direction, now.gradient)
    steep = np.abs(now.gradient).max(axis=1)
    length = np.ones(len(here))
    there = here + direction
    after = evaluate(problem, structure, there, restricted=restricted)
    for _ in range(_HALVINGS):
        accepted = _is_better(now, after, length * downhill, steep)
        if accepted.all():
            return there, after, accepted
        length = np.where(accepted, length, length / 2)
        there = here + length[:, None] * direction
        after = evaluate(problem, structure, there, restricted=restricted)
    accepted = _is_better(now, after, length * downhill, steep)
    there = np.where(accepted[:, None], there, here)
    return there, evaluate(problem, structure, there, restricted=restricted), accepted


def _is_better(now: Evaluation, after: Evaluation, downhill: Floats, steep: Floats) -> Bools:
    lower = after.value <= now.value + _DECREASE * downhill
    level = after.value <= now.value + 1e-10 * (1 + np.abs(now.value))
    flatter = np.abs(after.gradient).max(axis=1) < steep
    return np.asarray(np.isfinite(after.value) & (lower | (level & flatter)))


def _trust_region(problem: Problem, structure: Structure, *, restricted: bool) -> Floats:
    """Search one trial from uncorrelated visits of unit variance."""
    from scipy import optimize  # slow to import and rarely needed

    def objective(point: Floats) -> tuple[float, Floats]:
        at = evaluate(problem, structure, point[None], restricted=restricted)
        if not np.isfinite(at.value[0]):
            return 1e30, np.zeros_like(point)
        return float(at.value[0]), at.gradient[0]

    def hessian(point: Floats) -> Floats:
        at = evaluate(problem, structure, point[None], restricted=restricted)
        return np.asarray(at.hessian[0])

    plain = structure.start(np.eye(problem.seen.shape[1])[None])
    result = optimize.minimize(
        objective,
        np.tile(plain[0], problem.groups),
        jac=True,
        hess=hessian,
        method="trust-exact",
        options={"gtol": 1e-7, "maxiter": 300},
    )
    point: Floats = np.asarray(result.x, dtype=np.float64)[None]
    return point
