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
from equipoise.stats.survival.cox_residuals import refuse_exact
from equipoise.stats.survival.partial_likelihood import Ties

__all__ = ["adjusted_survival"]


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
    assert subjects.covariates is not None
    width = subjects.covariates.shape[-1]
    rows, door = as_floats("groups", groups), Door()
    door.wants(
        rows.ndim == 2 and rows.shape[-1] <= width and bool(np.isfinite(rows).all()),
        where="groups",
        came=f"shape {rows.shape}" if np.isfinite(rows).all() else "NaN or infinity",
        wanted=f"(groups, at most {width} columns) finite numbers",
    )
    moments = door.numbers("times", times, low=0)
    door.wants(moments.ndim == 1, where="times", came=f"shape {moments.shape}", wanted="(times,)")
    door.close()
    beta = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), (*subjects.leading, width))
    beta = beta.reshape(subjects.trials, width)
    codes = subjects.codes.get("stratum", np.zeros(subjects.time.shape, dtype=np.int64))
    found = np.full((subjects.trials, len(rows), len(moments)), np.nan)
    for trial in range(subjects.trials):
        inside = subjects.time[trial] > -math.inf
        if not inside.any() or np.isinf(beta[trial]).any() or np.isnan(beta[trial]).all():
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
    known = np.where(np.isnan(beta), 0.0, beta)
    width = groups.shape[-1]
    kept = covariates[:, width:] @ known[width:]
    risk = np.exp(groups @ known[:width] + kept[:, None])  # (subjects, groups)
    average: Floats = np.mean(np.exp(-risk[:, :, None] * hazard[:, None, :]), axis=0)
    return average
