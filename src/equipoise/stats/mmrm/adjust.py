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
    weighted = np.einsum("tij,tgjab->tgiab", parameter_vcov, sigma.first)
    left = (inverse[:, :, None] @ sigma.first[:, problem.group]) @ inverse[:, :, None]
    right = weighted[:, problem.group] @ inverse[:, :, None]
    weight = np.einsum("tckab,tckbd->tcad", left, right)
    if not linear:
        bent = np.einsum("tij,tgijab->tgab", parameter_vcov, sigma.second)[:, problem.group]
        weight -= inverse @ bent @ inverse / 4
    width = problem.columns + 1
    middle = np.zeros((len(parameter), width, width))
    row, column = np.triu_indices(width)
    packed = weighted_crossproduct(problem, weight[:, None])[:, 0]
    middle[:, row, column] = middle[:, column, row] = packed
    slope = at.slope
    pulled = np.einsum("tij,tjpq->tipq", parameter_vcov, slope)
    middle[:, :-1, :-1] -= np.einsum("tipq,tqr,tirs->tps", slope, at.unscaled, pulled)
    return np.asarray(at.unscaled + 2 * at.unscaled @ middle[:, :-1, :-1] @ at.unscaled)
