"""The Kenward-Roger covariance of the coefficients.

With ``P_i``, ``Q_ij``, ``R_ij`` and ``W`` (the covariance of the covariance parameters)

    Phi_A = Phi + 2 Phi { sum_ij W_ij (Q_ij - P_i Phi P_j - R_ij / 4) } Phi
    P_i  = -X' V^-1 V_i V^-1 X      Q_ij = X' V^-1 V_i V^-1 V_j V^-1 X
    R_ij =  X' V^-1 V_ij V^-1 X

Source: Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum
likelihood. Biometrics 1997; 53:983-997. The linear form leaves ``R``
out; it does not depend on how the covariance is parameterised, and for an unstructured matrix it
is what SAS reports.
"""

from __future__ import annotations

import numpy as np

from equipoise.stats.arrays import Floats
from equipoise.stats.mmrm.likelihood import Evaluation, expand_groups, weighted_crossproduct
from equipoise.stats.mmrm.problem import Problem
from equipoise.stats.mmrm.structure import Structure

__all__ = ["kenward_roger"]


def kenward_roger(
    problem: Problem,
    structure: Structure,
    parameter: Floats,
    at: Evaluation,
    parameter_vcov: Floats,
    *,
    linear: bool,
) -> Floats:
    """Adjust the covariance (trials, p, p) of the coefficients on the scale of the fit."""
    sigma = expand_groups(structure, parameter, problem.groups)
    inverse = at.inverse
    shape = sigma.first.shape
    flat = sigma.first.reshape(*shape[:3], -1)
    weighted = (parameter_vcov[:, None] @ flat).reshape(shape)[:, problem.group]
    left = inverse[:, :, None] @ sigma.first[:, problem.group]
    # sum_ij W_ij V_i V^-1 V_j as one product of (visits, k visits) and (k visits, visits)
    weight = _side_by_side(left) @ _below(inverse[:, :, None] @ weighted) @ inverse
    if not linear:
        bent = parameter_vcov.reshape(len(parameter), 1, 1, -1) @ sigma.second.reshape(
            *shape[:2], shape[2] ** 2, -1
        )
        bent = bent.reshape(*shape[:2], *shape[3:])[:, problem.group]
        weight -= inverse @ bent @ inverse / 4
    width = problem.columns + 1
    middle = np.zeros((len(parameter), width, width))
    row, column = np.triu_indices(width)
    packed = weighted_crossproduct(problem, weight[:, None])[:, 0]
    middle[:, row, column] = middle[:, column, row] = packed
    pulled = (parameter_vcov @ at.slope.reshape(*at.slope.shape[:2], -1)).reshape(at.slope.shape)
    spread = at.slope @ at.unscaled[:, None]
    middle[:, :-1, :-1] -= _side_by_side(spread) @ _below(pulled)
    return np.asarray(at.unscaled + 2 * at.unscaled @ middle[:, :-1, :-1] @ at.unscaled)


def _side_by_side(blocks: Floats) -> Floats:
    """Lay (..., k, n, m) out as (..., n, k m)."""
    turned = blocks.swapaxes(-3, -2)
    return turned.reshape(*turned.shape[:-2], -1)


def _below(blocks: Floats) -> Floats:
    """Lay (..., k, n, m) out as (..., k n, m)."""
    return blocks.reshape(*blocks.shape[:-3], -1, blocks.shape[-1])
