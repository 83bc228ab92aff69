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
for repeated-measures data. JASA 1988; 83:1014-1022, sections 2 and 3; derived anew for this form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.mmrm.problem import Problem, pack, packed_pairs
from equipoise.stats.mmrm.structure import Expansion, Structure

__all__ = ["Evaluation", "evaluate", "expand_groups", "weighted_crossproduct"]


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


def evaluate(
    problem: Problem, structure: Structure, parameter: Floats, *, restricted: bool
) -> Evaluation:
    """Value, gradient and Hessian at ``parameter`` (trials, groups * structure.size)."""
    with np.errstate(over="ignore", invalid="ignore"):
        sigma = expand_groups(structure, parameter, problem.groups)
        definite = _is_definite(sigma.value)
    if not definite.all():
        sigma = Expansion(
            value=np.where(definite[:, None, None, None], sigma.value, np.eye(_visits(problem))),
            first=np.where(definite[:, None, None, None, None], sigma.first, 0),
            second=np.where(definite[:, None, None, None, None, None], sigma.second, 0),
        )
    inverse, log_determinant = _invert(problem, sigma.value)
    bread = _unpack(weighted_crossproduct(problem, inverse[:, None])[:, 0], problem.columns + 1)
    x_part = bread[:, :-1, :-1]
    solvable = definite & _is_definite(x_part[:, None])
    x_part = np.where(solvable[:, None, None], x_part, np.eye(problem.columns))
    unscaled: Floats = np.asarray(np.linalg.inv(x_part), dtype=np.float64)
    coefficient = np.einsum("tpq,tq->tp", unscaled, bread[:, :-1, -1])
    against = np.concatenate([-coefficient, np.ones((len(parameter), 1))], axis=1)

    value = np.sum(problem.subjects * log_determinant, axis=1)
    value += np.einsum("tp,tpq,tq->t", against, bread, against)
    if restricted:
        value += np.linalg.slogdet(x_part)[1]

    outer = against[:, :, None] * against[:, None, :]
    if restricted:
        outer[:, :-1, :-1] += unscaled
    inner = _contract(problem, outer)
    inner = inverse @ inner @ inverse
    count = problem.subjects[:, :, None, None]
    own = sigma.first[:, problem.group]  # (trials, cells, k, visits, visits)
    left = _sum_by_group(problem, count * inverse - inner)
    gradient = np.einsum("tgab,tgkab->tk", left, sigma.first)

    turned = own @ inverse[:, :, None]
    shaped = (2 * inner - count * inverse)[:, :, None] @ turned
    hessian = np.einsum("tgab,tgjkab->tjk", left, sigma.second)
    curved = _flat(_sum_by_group(problem, shaped)) @ _flat(sigma.first).swapaxes(-1, -2)
    hessian += (curved + curved.swapaxes(-1, -2)).sum(axis=1) / 2

    slope = -(inverse[:, :, None] @ turned)
    slope = _unpack(weighted_crossproduct(problem, slope.swapaxes(1, 2)), problem.columns + 1)
    pulled = np.einsum("tjpq,tq->tjp", slope, against)[:, :, :-1]
    hessian -= 2 * pulled @ unscaled @ pulled.swapaxes(1, 2)
    slope = slope[:, :, :-1, :-1]
    if restricted:
        spread = unscaled[:, None] @ slope
        hessian -= _flat(spread) @ _flat(spread.swapaxes(-1, -2)).swapaxes(-1, -2)
    value = np.where(solvable & np.isfinite(value), value, np.inf)
    return Evaluation(
        value=value,
        gradient=gradient,
        hessian=hessian,
        coefficient=coefficient,
        unscaled=unscaled,
        slope=slope,
        inverse=inverse,
    )


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
    packed = np.einsum("tvc,tc->tv", problem.crossproduct, weight)
    packed = packed.reshape(len(outer), len(problem.seen), -1)
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


def _flat(value: Floats) -> Floats:
    return value.reshape(*value.shape[:-2], -1)
