"""Say of each trial whether there is an estimate, and in a sentence why not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.mmrm.likelihood import expand_groups
from equipoise.stats.mmrm.optimise import THIN
from equipoise.stats.mmrm.problem import Standard
from equipoise.stats.mmrm.structure import Structure
from equipoise.stats.state import State

__all__ = ["judge_data", "judge_fit"]

_Verdict = tuple[NDArray[np.int8], NDArray[np.str_]]
_LONGEST = 160
_STEEP = 1e-5
"""Largest gradient of the criterion that still counts as an optimum."""
_FLAT = 1e-8
"""Smallest relative curvature with which all covariance parameters are determined."""
_SINGULAR = 1e-8
"""Smallest eigenvalue of a correlation matrix that is not singular; smallest variance of a visit
beside a residual variance of 1 where the search did not arrive."""


def judge_data(
    standard: Standard,
    form: Structure,
    parameter: Floats,
    group: Integers,
    groups: int,
    names: tuple[str, ...] = (),
) -> _Verdict:
    """Find the trials whose data cannot determine the model; ``names`` are of its columns."""
    trials, _, _, width = standard.rows.shape
    state = np.full(trials, State.ESTIMATED, dtype=np.int8)
    message = np.full(trials, "", dtype=f"<U{_LONGEST + max(map(len, names), default=0)}")
    observations = standard.observed.sum(axis=(1, 2))
    determined = _are_determined(standard, form, parameter, group, groups)
    for trial in range(trials):
        if observations[trial] <= width - 1:
            state[trial] = State.NOT_ESTIMABLE
            message[trial] = (
                f"{observations[trial]} observations do not determine {width - 1} coefficients"
            )
        elif standard.deficient[trial] >= 0:
            state[trial] = State.SINGULAR
            message[trial] = _dependent(int(standard.deficient[trial]), names)
        elif standard.scale[trial] == 0:
            state[trial] = State.SINGULAR
            message[trial] = "the design fits every response, so there is no variance to estimate"
        elif not determined[trial]:
            state[trial] = State.NOT_ESTIMABLE
            message[trial] = (
                "visits that the covariance structure relates are never observed together"
            )
    return state, message


def _dependent(column: int, names: tuple[str, ...]) -> str:
    if not names:
        return f"column {column} of the design depends on those before it"
    return f"the data cannot tell {names[column]} apart from what stands before it in the model"


def judge_fit(
    form: Structure,
    gradient: Floats,
    curvature: Floats,
    value: Floats,
    least: Floats,
    variance: Floats,
) -> _Verdict:
    """Find the trials whose search did not end at a regular optimum.

    On the scale of the fit ``least`` (trials,) is the smallest eigenvalue of the correlation
    matrices of the visits, or of the random coefficients of ``form``, and ``variance`` (trials,)
    the smallest variance of a visit.
    """
    what = "visits" if form.basis is None else "random coefficients"
    state = np.full(len(gradient), State.ESTIMATED, dtype=np.int8)
    message = np.full(len(gradient), "", dtype=f"<U{_LONGEST}")
    for trial in range(len(gradient)):
        arrived = np.isfinite(value[trial]) and gradient[trial] <= _STEEP
        if not least[trial] > (_SINGULAR if arrived else THIN):
            state[trial] = State.SINGULAR
            message[trial] = (
                f"the fitted covariance matrix of the {what} is singular: "
                "the data do not support this structure, try a simpler one"
            )
        elif not arrived and variance[trial] < _SINGULAR:
            state[trial] = State.SINGULAR
            message[trial] = (
                "the variance of a visit goes to zero: its responses lie on the model, "
                "leave the visit out or give all visits one variance"
            )
        elif not arrived:
            state[trial] = State.NOT_CONVERGED
            message[trial] = f"the search stopped at a gradient of {gradient[trial]:.1e}"
        elif not curvature[trial] > _FLAT:
            state[trial] = State.SINGULAR
            message[trial] = (
                "the likelihood is flat in a covariance parameter: a variance is near zero "
                "or the data do not determine this structure, try a simpler one"
            )
    return state, message


def _are_determined(
    standard: Standard, form: Structure, parameter: Floats, group: Integers, groups: int
) -> Bools:
    """Say of each trial whether the observed entries of the covariance determine it all."""
    first = expand_groups(form, parameter, groups).first
    trials, _, parameters, visits = first.shape[:4]
    places = np.zeros((trials, groups, visits, visits), dtype=np.bool_)
    for number in range(groups):
        member = (standard.observed & (group == number)[..., None]).astype(np.float64)
        places[:, number] = np.swapaxes(member, 1, 2) @ member > 0
    reached = np.where(places[:, :, None], first, 0)
    flat = np.moveaxis(reached, 2, 1).reshape(trials, parameters, groups * visits**2)
    return np.asarray(np.linalg.matrix_rank(flat) == parameters)
