"""Cumulative baseline hazard of a fitted Cox model.

Source: Breslow. Biometrics 1974; 30:89-99; with ``ties="efron"`` each tied event takes the step
of its own term of the likelihood, as in R ``survival::basehaz``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.cox_residuals import read_coefficient, refuse_exact
from equipoise.stats.survival.door import OUT
from equipoise.stats.survival.partial_likelihood import PartialLikelihood, Ties

__all__ = ["BaselineHazard", "baseline_hazard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineHazard:
    """Cumulative hazard where every covariate is 0; fields are (distinct times,)."""

    stratum: Integers  # 0 without strata
    time: Floats
    cumulative_hazard: Floats


def baseline_hazard(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    coefficient: ArrayLike,
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> BaselineHazard:
    """Estimate the cumulative baseline hazard of one sample.

    Parameters
    ----------
    time, event, covariates, ties, stratum, start
        As in `cox`, of one sample, with ties "efron" or "breslow".
    coefficient : (covariates,) float
        Estimates of `cox`; a column with NaN is left out.

    Returns
    -------
    BaselineHazard
        One row per stratum and distinct time. The survival at covariates x is
        ``exp(-cumulative_hazard * exp(x' beta))``. NaN where a coefficient is infinite.

    Raises
    ------
    DataError
        More than one trial, exact ties, and what `cox` refuses.
    """
    refuse_exact(ties)
    subjects = read_model(
        time=time, event=event, covariates=covariates, ties=ties, stratum=stratum, start=start
    )
    if subjects.leading:
        came = f"leading shape {subjects.leading}"
        raise DataError(Fault(where="time", came=came, wanted="one sample"))
    beta, is_used = read_coefficient(coefficient, subjects)
    likelihood = PartialLikelihood.of(subjects, ties=ties)
    passage = likelihood.passage(beta)
    sets = likelihood.sets
    code = sets.sort(subjects.codes.get("stratum", np.zeros_like(sets.order)))
    rows = sets.is_first & (sets.time > OUT)
    steps = sets.tied(passage.hazard)[rows]
    # The risks were centred and shifted: the risk of any one subject tells by how much.
    assert subjects.covariates is not None
    linear = np.einsum("tij,tj->ti", sets.sort(subjects.covariates), beta)
    shift = (linear - passage.log_risk)[likelihood.is_in]
    scale = np.exp(-shift[0]) if is_used.any() and shift.size else np.nan
    hazard = np.concatenate(
        [np.cumsum(steps[code[rows] == value]) for value in np.unique(code[rows])] or [steps]
    )
    return BaselineHazard(
        stratum=code[rows], time=sets.time[rows], cumulative_hazard=hazard * scale
    )
