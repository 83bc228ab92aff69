"""Sandwich covariance of the coefficients, and what its degrees of freedom are made of.

With ``V_i = L_i L_i'``, whitened ``X*_i = L_i^-1 X_i``, residual ``r*_i = L_i^-1 r_i`` and
``H_i = X*_i Phi X*_i'``, the covariance is ``Phi sum_i s_i s_i' Phi`` with scores
``s_i = X*_i' A_i r*_i`` and

    empirical                  A_i = I
    empirical-bias-reduced     A_i = (I - H_i)^(-1/2)
    empirical-jackknife        A_i = (I - H_i)^(-1)

The degrees of freedom of the variance of ``l' beta`` under the fitted model are those of Bell and
McCaffrey: ``tr(G)^2 / tr(G^2)`` with ``G_ij = g_i' (d_ij I - X*_i Phi X*_j') g_j`` and
``g_i = A_i X*_i Phi l``.

Source: Liang KY, Zeger SL. Biometrika 1986; 73:13-22. Bell RM, McCaffrey DF. Survey Methodology
2002; 28:169-181. Mancl LA, DeRouen TA. Biometrics 2001; 57:126-134. Pustejovsky JE, Tipton E.
Journal of Business and Economic Statistics 2018; 36:672-683.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.mmrm.problem import Standard

__all__ = ["Sandwich", "sandwich"]

_POWER = {"empirical": 0.0, "empirical-bias-reduced": -0.5, "empirical-jackknife": -1.0}
_SMALLEST = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandwich:
    """Covariance of the coefficients, and per subject the two forms of its degrees of freedom."""

    vcov: Floats  # (trials, p, p)
    size: Floats  # (trials, subjects, p, p): l' size l = g_i' g_i
    pull: Floats  # (trials, subjects, p, p): pull l = X*_i' g_i


def sandwich(
    standard: Standard,
    sigma: Floats,
    group: Integers,
    coefficient: Floats,
    unscaled: Floats,
    *,
    kind: str,
) -> Sandwich:
    """Sandwich of one kind on the scale of the fit; ``sigma`` is (trials, groups, v, v)."""
    visits = sigma.shape[-1]
    seen = standard.observed[..., :, None] & standard.observed[..., None, :]
    own = np.take_along_axis(sigma, group[..., None, None], axis=1)
    lower = np.linalg.cholesky(np.where(seen, own, np.eye(visits)))
    white = np.linalg.solve(lower, standard.rows)
    x, y = white[..., :-1], white[..., -1]
    residual = y - np.einsum("tnvp,tp->tnv", x, coefficient)
    toward = x @ unscaled[:, None]
    values, vectors = np.linalg.eigh(np.eye(visits) - toward @ np.swapaxes(x, -1, -2))
    # A leverage of one leaves no residual: its direction adds nothing (a pseudo-inverse).
    power = np.where(values > _SMALLEST, np.maximum(values, _SMALLEST) ** _POWER[kind], 0)
    adjust = (vectors * power[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    score = np.einsum("tnvp,tnvw,tnw->tnp", toward, adjust, residual)
    vcov = np.einsum("tnp,tnq->tpq", score, score)
    loading = adjust @ toward
    return Sandwich(
        vcov=vcov,
        size=np.swapaxes(loading, -1, -2) @ loading,
        pull=np.swapaxes(x, -1, -2) @ loading,
    )
