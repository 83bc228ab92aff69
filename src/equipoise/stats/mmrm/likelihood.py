r"""Minus twice the (restricted) log-likelihood, its gradient and its Hessian, for many trials.

With ``A = [X y]' V^-1 [X y]`` (``V`` block diagonal over subjects), ``Phi = (X' V^-1 X)^-1``,
``beta = Phi X' V^-1 y`` and ``b = (-beta, 1)``:

    -2 log L   = (n - p) log 2 pi + log|V| + log|X' V^-1 X| + b' A b                   (REML)
    d_j        = tr(V^-1 V_j) + tr(Phi P_j) + b' A_j b
    d_jk       = tr(V^-1 V_jk) - tr(V^-1 V_j V^-1 V_k)
                 + tr(Phi P_jk) - tr(Phi P_j Phi P_k) + b' A_jk b - 2 (A_j b)' Phi (A_k b)

where ``A_j`` is the derivative of ``A``, and ``P_j`` its part that belongs to ``X``. Maximum
likelihood leaves out the terms of ``log|X' V^-1 X|`` and has ``n`` for ``n - p``. The terms that
are linear in the derivatives of ``V^-1`` are contracted with ``T = sum_i x_i (Phi + b b') x_i'``
before anything is differentiated, so that no matrix ``A_jk`` is ever made.

Source: Lindstrom MJ, Bates DM. Newton-Raphson and EM algorithms for linear mixed-effects models
for repeated-measures data. JASA 1988; 83:1014-1022; derived anew for this form in
docs/methods/mmrm/fit_mmrm.md, equations 1 to 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.mmrm.problem import Problem, pack, packed_pairs
from equipoise.stats.mmrm.structure import Expansion, Structure

__all__ = [
    "Evaluation",
    "covariance_of_groups",
    "evaluate",
    "expand_groups",
    "expected_hessian",
    "least_correlation",
    "weighted_crossproduct",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The objective at one point of each trial; infinite where the covariance is not definite."""

    value: Floats  # (trials,), without the constant (n - p) log 2 pi
    gradient: Floats  # (trials, k)
    hessian: Floats  # (trials, k, k)
    coefficient: Floats  # (trials, p)
    unscaled: Floats  # (trials, p, p), Phi
    slope: Floats  # (trials, k, p, p), the derivatives P_j of X' V^-1 X
    inverse: Floats  # (trials, cells, visits, visits), V^-1 of a cell, zero where not seen


def covariance_of_groups(structure: Structure, parameter: Floats, groups: int) -> Floats:
    """Covariance of each group, (trials, groups, visits, visits); not finite where lost."""
    with np.errstate(over="ignore", invalid="ignore"):
        return structure.covariance(parameter.reshape(len(parameter), groups, structure.size))


def expand_groups(structure: Structure, parameter: Floats, groups: int) -> Expansion:
    """Covariance of each group by all parameters: value (trials, groups, visits, visits) ..."""
    trials, size = len(parameter), structure.size
    each = structure.expand(parameter.reshape(trials, groups, size))
    if groups == 1:
        return each
    visits = each.value.shape[-1]
    first = np.zeros((trials, groups, groups * size, visits, visits))
    second = np.zeros((trials, groups, groups * size, groups * size, visits, visits))
    for group in range(groups):
        own = slice(group * size, (group + 1) * size)
        first[:, group, own] = each.first[:, group]
        second[:, group, own, own] = each.second[:, group]
    return Expansion(value=each.value, first=first, second=second)


def least_correlation(structure: Structure, parameter: Floats, groups: int) -> Floats:
    """Smallest eigenvalue of the correlation matrices of each trial; 0 where one is not finite.

    Of random coefficients it is that of their own covariance: the residual variance keeps that of
    the visits away from singularity.
    """
    if structure.basis is not None:
        structure, parameter = structure.inner, parameter[:, : structure.size - 1]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        sigma = covariance_of_groups(structure, parameter, groups)
        spread = np.sqrt(np.diagonal(sigma, axis1=-2, axis2=-1))
        correlation = sigma / (spread[..., :, None] * spread[..., None, :])
    finite = np.isfinite(correlation).all(axis=(1, 2, 3))
    safe = np.where(finite[:, None, None, None], correlation, 0)
    return np.asarray(np.linalg.eigvalsh(safe).min(axis=(1, 2)))


def evaluate(
    problem: Problem, structure: Structure, parameter: Floats, *, restricted: bool
) -> Evaluation:
    """Value, gradient and Hessian at ``parameter`` (trials, groups * structure.size)."""
    sigma, definite = _expand_safely(problem, structure, parameter)
    inverse, log_determinant = _invert(problem, sigma.value)
    bread = _unpack(weighted_crossproduct(problem, inverse[:, None])[:, 0], problem.columns + 1)
    solvable = definite & _is_definite(bread[:, None, :-1, :-1])
    x_part = np.where(solvable[:, None, None], bread[:, :-1, :-1], np.eye(problem.columns))
    unscaled: Floats = np.asarray(np.linalg.inv(x_part), dtype=np.float64)
    coefficient = _times(unscaled, bread[:, :-1, -1])
    against = np.concatenate([-coefficient, np.ones((len(parameter), 1))], axis=1)

    value = np.sum(problem.subjects * log_determinant, axis=1)
    value += np.sum(against * _times(bread, against), axis=1)
    if restricted:
        value += np.linalg.slogdet(x_part)[1]
    value = np.where(solvable & np.isfinite(value), value, np.inf)

    gradient, hessian, turned = _by_variance(
        problem, sigma, inverse, unscaled, against, restricted=restricted
    )
    slope = -(inverse[:, :, None] @ turned).swapaxes(1, 2)
    slope = _unpack(weighted_crossproduct(problem, slope), problem.columns + 1)
    hessian -= _by_mean(slope, unscaled, against, restricted=restricted)
    return Evaluation(
        value=value,
        gradient=gradient,
        hessian=hessian,
        coefficient=coefficient,
        unscaled=unscaled,
        slope=slope[:, :, :-1, :-1],
        inverse=inverse,
    )


def expected_hessian(
    problem: Problem, structure: Structure, parameter: Floats, at: Evaluation
) -> Floats:
    """Mean of the Hessian of the restricted criterion over responses, (trials, k, k).

    It is ``tr(V^-1 V_j V^-1 V_k) - 2 tr(Phi Q_jk) + tr(Phi P_j Phi P_k)``, twice the expected
    information of Kenward and Roger 1997, with ``Q_jk = X' V^-1 V_j V^-1 V_k V^-1 X``.
    """
    sigma = expand_groups(structure, parameter, problem.groups)
    inverse, width = at.inverse, problem.columns + 1
    outer = np.zeros((len(parameter), width, width))
    outer[:, :-1, :-1] = at.unscaled
    fixed = inverse @ _contract(problem, outer) @ inverse
    many = problem.subjects[:, :, None, None] * inverse
    turned = sigma.first[:, problem.group] @ inverse[:, :, None]
    shaped = _flat(_sum_by_group(problem, (many - 2 * fixed)[:, :, None] @ turned))
    curved = (shaped @ _flat(sigma.first).swapaxes(-1, -2)).sum(axis=1)
    spread = at.unscaled[:, None] @ at.slope
    pulled = _flat(spread) @ _flat(spread.swapaxes(-1, -2)).swapaxes(-1, -2)
    return np.asarray((curved + curved.swapaxes(-1, -2)) / 2 + pulled)


def _by_variance(
    problem: Problem,
    sigma: Expansion,
    inverse: Floats,
    unscaled: Floats,
    against: Floats,
    *,
    restricted: bool,
) -> tuple[Floats, Floats, Floats]:
    """Gradient, Hessian at a fixed ``beta`` and ``Phi``, and ``V_k V^-1`` of each cell."""
    outer = against[:, :, None] * against[:, None, :]
    if restricted:
        outer[:, :-1, :-1] += unscaled
    inner = inverse @ _contract(problem, outer) @ inverse
    many = problem.subjects[:, :, None, None] * inverse
    left = _flat(_sum_by_group(problem, many - inner))[..., None]
    gradient = (_flat(sigma.first) @ left)[..., 0].sum(axis=1)

    second = _flat(sigma.second)
    trials, groups, k = second.shape[:3]
    bent = second.reshape(trials, groups, k * k, -1) @ left
    hessian = bent.reshape(trials, groups, k, k).sum(axis=1)
    turned = sigma.first[:, problem.group] @ inverse[:, :, None]
    shaped = _flat(_sum_by_group(problem, (2 * inner - many)[:, :, None] @ turned))
    curved = (shaped @ _flat(sigma.first).swapaxes(-1, -2)).sum(axis=1)
    return gradient, hessian + (curved + curved.swapaxes(-1, -2)) / 2, turned


def _by_mean(slope: Floats, unscaled: Floats, against: Floats, *, restricted: bool) -> Floats:
    """Take what the Hessian loses because ``beta`` and ``Phi`` follow the parameters."""
    pulled = _times(slope, against[:, None])[:, :, :-1]
    loss = 2 * pulled @ unscaled @ pulled.swapaxes(1, 2)
    if restricted:
        spread = unscaled[:, None] @ slope[:, :, :-1, :-1]
        loss += _flat(spread) @ _flat(spread.swapaxes(-1, -2)).swapaxes(-1, -2)
    return np.asarray(loss)


def _expand_safely(
    problem: Problem, structure: Structure, parameter: Floats
) -> tuple[Expansion, Bools]:
    """Covariance of each group, the identity where it is not positive definite."""
    with np.errstate(over="ignore", invalid="ignore"):
        sigma = expand_groups(structure, parameter, problem.groups)
        definite = _is_definite(sigma.value)
    if definite.all():
        return sigma, definite
    good = definite[:, None, None, None]
    return Expansion(
        value=np.where(good, sigma.value, np.eye(_visits(problem))),
        first=np.where(good[..., None], sigma.first, 0),
        second=np.where(good[..., None, None], sigma.second, 0),
    ), definite


def weighted_crossproduct(problem: Problem, weight: Floats) -> Floats:
    """Sum over subjects of ``[X y]' W [X y]`` for symmetric ``W`` (trials, k, cells, v, v), packed.

    ``W`` need only be symmetric on average: its two halves count the same.
    """
    trials, k = weight.shape[:2]
    weight = (weight + weight.swapaxes(-1, -2)) / 2
    return pack(weight).reshape(trials, k, -1) @ problem.crossproduct


def _visits(problem: Problem) -> int:
    return int(problem.seen.shape[1])


def _is_definite(matrix: Floats) -> Bools:
    """Say of each trial whether its matrices (trials, some, n, n) are all positive definite."""
    finite: Bools = np.asarray(np.isfinite(matrix).all(axis=(1, 2, 3)))
    safe = np.where(finite[:, None, None, None], matrix, np.eye(matrix.shape[-1]))
    values = np.linalg.eigvalsh(safe)
    good = (values[..., 0] > 1e-14 * values[..., -1]).all(axis=1)
    return np.asarray(finite & good)


def _invert(problem: Problem, sigma: Floats) -> tuple[Floats, Floats]:
    """Inverse of what each cell sees of its covariance, zero elsewhere, and log determinant."""
    both = problem.seen[:, :, None] & problem.seen[:, None, :]
    filled = np.where(both, sigma[:, problem.group], np.eye(_visits(problem)))
    inverse = np.where(both, np.linalg.inv(filled), 0)
    return (inverse + inverse.swapaxes(-1, -2)) / 2, np.linalg.slogdet(filled)[1]


def _unpack(packed: Floats, size: int) -> Floats:
    """Undo ``pack``."""
    row, column = packed_pairs(size)
    full = np.empty((*packed.shape[:-1], size, size))
    full[..., row, column] = packed
    full[..., column, row] = packed
    return full


def _contract(problem: Problem, outer: Floats) -> Floats:
    """``T_ab = sum_i x_ia' outer x_ib`` for each cell, (trials, cells, visits, visits)."""
    visits = _visits(problem)
    row, column = packed_pairs(problem.columns + 1)
    weight = pack(outer) * np.where(row == column, 1.0, 2.0)
    packed = (problem.crossproduct @ weight[:, :, None]).reshape(len(outer), len(problem.seen), -1)
    first, second = packed_pairs(visits)
    return _unpack(packed * np.where(first == second, 1.0, 0.5), visits)


def _sum_by_group(problem: Problem, value: Floats) -> Floats:
    """Sum (trials, cells, ...) over the cells of each group."""
    if problem.groups == 1:
        return np.asarray(value.sum(axis=1, keepdims=True))
    total = np.zeros((len(value), problem.groups, *value.shape[2:]))
    for group in range(problem.groups):
        total[:, group] = value[:, problem.group == group].sum(axis=1)
    return total


def _times(matrix: Floats, vector: Floats) -> Floats:
    return np.asarray((matrix @ vector[..., None])[..., 0])


def _flat(value: Floats) -> Floats:
    return value.reshape(*value.shape[:-2], -1)
