"""Survival that a Cox model predicts for each group, averaged over the subjects of the fit.

With H the cumulative baseline hazard of a subject's stratum and z the subject's covariates with
those of the group put in their place::

    S_group(t) = mean over subjects of exp(-H(t) exp(z' beta))

Source: Makuch RW. Journal of Chronic Diseases 1982; 35:437-443 (direct adjustment); Chang IM,
Gelman R, Pagano M. Journal of Chronic Diseases 1982; 35:669-674.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Bools, Floats, as_floats
from equipoise.stats.door import Door
from equipoise.stats.survival.baseline import baseline_hazard
from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.cox_residuals import read_coefficient, refuse_exact
from equipoise.stats.survival.partial_likelihood import Ties

__all__ = ["adjusted_survival"]

_LARGEST = 1e50
"""Largest value of a column of the groups; with a coefficient it stays a number."""
_STEEPEST = 700.0
"""Log of a risk whose exponential is still a number."""


def adjusted_survival(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    coefficient: ArrayLike,
    groups: ArrayLike,
    times: ArrayLike,
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
) -> Floats:
    """Predict the survival of groups as if every subject of the model were in each of them.

    Parameters
    ----------
    time, event, covariates, ties, stratum
        As in `cox`, with ties "efron" or "breslow".
    coefficient : (..., covariates) float
        Estimates of `cox`; a column with NaN is left out.
    groups : (groups, columns) float
        Values of the first columns of the covariates in each group; every subject keeps the rest.
    times : (times,) float
        Times from 0 on. [day]

    Returns
    -------
    (..., groups, times) float
        NaN where a coefficient is infinite or none is known, and after the last time of a stratum.

    Raises
    ------
    DataError
        Groups that have more columns than the model, times before 0, exact ties, and what `cox`
        refuses.
    """
    refuse_exact(ties)
    subjects = read_model(
        time=time, event=event, covariates=covariates, ties=ties, stratum=stratum, start=None
    )
    beta, is_used = read_coefficient(coefficient, subjects)
    assert subjects.covariates is not None  # or the coefficients would have been refused
    width = subjects.covariates.shape[-1]
    rows, door = as_floats("groups", groups), Door()
    door.wants(
        rows.ndim == 2 and rows.shape[-1] <= width and bool((np.abs(rows) <= _LARGEST).all()),
        where="groups",
        came=f"shape {rows.shape}" if np.isfinite(rows).all() else "NaN or infinity",
        wanted=f"(groups, at most {width} columns) numbers up to {_LARGEST:g} in size",
    )
    moments = door.numbers("times", times, low=0)
    door.wants(moments.ndim == 1, where="times", came=f"shape {moments.shape}", wanted="(times,)")
    door.close()
    codes = subjects.codes.get("stratum", np.zeros(subjects.time.shape, dtype=np.int64))
    found = np.full((subjects.trials, len(rows), len(moments)), np.nan)
    for trial in range(subjects.trials):
        inside = subjects.time[trial] > -math.inf
        if not inside.any() or not is_used[trial].any():
            continue
        found[trial] = _of_trial(
            subjects.time[trial, inside], subjects.event[trial, inside],
            subjects.covariates[trial, inside], beta[trial], rows, moments,
            codes[trial, inside], ties,
        )  # fmt: skip
    return found.reshape(*subjects.leading, len(rows), len(moments))


def _of_trial(
    time: Floats,
    event: Bools,
    covariates: Floats,
    beta: Floats,
    groups: Floats,
    times: Floats,
    stratum: Floats,
    ties: Ties,
) -> Floats:
    """Average over the subjects of one trial: (groups, times)."""
    base = baseline_hazard(
        time=time, event=event, covariates=covariates, coefficient=beta, ties=ties, stratum=stratum
    )
    hazard = np.full((len(time), len(times)), np.nan)
    for value in np.unique(stratum):
        own = base.stratum == value
        steps = np.concatenate([[0.0], base.cumulative_hazard[own]])
        at = steps[np.searchsorted(base.time[own], times, side="right")]
        last = time[stratum == value].max()
        hazard[stratum == value] = np.where(times <= last, at, np.nan)
    width = groups.shape[-1]
    kept = covariates[:, width:] @ beta[width:]
    risk = np.exp(np.minimum(groups @ beta[:width] + kept[:, None], _STEEPEST))
    with np.errstate(over="ignore"):  # an endless hazard leaves nobody
        met = risk[:, :, None] * hazard[:, None, :]
    average: Floats = np.mean(np.exp(-met), axis=0)
    return average
