"""Cox models with the robust (sandwich) covariance, by subject or by cluster.

Source: Lin, Wei. J Am Stat Assoc 1989; 84:1074-1078: the covariance is D'D, with D the dfbeta
residuals, summed over the rows of each cluster.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.survival.cox import fit_to, read_model
from equipoise.stats.survival.cox_fit import CoxFit, lay_out, summarise
from equipoise.stats.survival.cox_residuals import dfbetas, refuse_exact
from equipoise.stats.survival.door import Subjects, blocks, read_level
from equipoise.stats.survival.linear import inverse
from equipoise.stats.survival.partial_likelihood import Ties

__all__ = ["cox_robust"]


def cox_robust(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    cluster: ArrayLike | None = None,
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
    start: ArrayLike | None = None,
    level: float = 0.95,
) -> CoxFit:
    """Fit a Cox model to each trial, with standard errors that do not trust the model.

    Parameters
    ----------
    cluster : (..., subjects) int, optional
        Rows of one cluster (a litter, a site, the intervals of one subject) may depend on each
        other; without it each row is its own.
    time, event, covariates, ties, stratum, start, level
        As in `cox`, with ties "efron" or "breslow".

    Returns
    -------
    CoxFit
        ``standard_error``, ``covariance``, limits, ``z`` and the Wald test are robust;
        ``model_standard_error``, the score and the likelihood ratio test are those of `cox`.
        Fewer clusters than columns have no Wald test, and a single one has no error: NaN.

    Raises
    ------
    DataError
        Exact ties, and what `cox` refuses.
    """
    refuse_exact(ties)
    level = read_level(level)
    subjects = read_model(
        time=time,
        event=event,
        covariates=covariates,
        ties=ties,
        stratum=stratum,
        start=start,
        cluster=cluster,
    )
    maximum = fit_to(subjects, ties)
    model = inverse(maximum.terms.information, maximum.is_finite)
    robust = np.empty_like(model)
    for rows in blocks(subjects.trials, subjects.time.shape[1] * (2 + model.shape[-1])):
        part = subjects.part(rows)
        change = dfbetas(part, maximum.coefficient[rows], maximum.is_finite[rows], ties)
        change = _by_cluster(change, part)
        robust[rows] = np.matmul(change.swapaxes(1, 2), change)
    return lay_out(subjects, summarise(maximum, robust, model, level=level))


def _by_cluster(change: Floats, subjects: Subjects) -> Floats:
    """Sum over the rows of each cluster: (trials, clusters, covariates)."""
    cluster: Integers | None = subjects.codes.get("cluster")
    if cluster is None:
        return change
    codes, place = np.unique(cluster, return_inverse=True)
    total = np.zeros((len(change), len(codes), change.shape[-1]))
    trial = np.arange(len(change))[:, None]
    np.add.at(total, (trial, place.reshape(cluster.shape)), change)
    return total
