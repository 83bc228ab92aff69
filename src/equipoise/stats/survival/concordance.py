"""Harrell's concordance: how often the subject with the higher risk has the event first.

A pair counts if the subject with the shorter time had the event; at equal times, if one had the
event and the other was censored. The standard error is the infinitesimal jackknife, as in R
``survival::concordance``. Source: Harrell et al. JAMA 1982; 247:2543-2546; Therneau, Atkinson.
Concordance, vignette of the R package survival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import Subjects, blocks, read_subjects

__all__ = ["Concordance", "concordance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """Concordance of each trial; 0.5 is chance. Fields are (...)."""

    estimate: Floats
    standard_error: Floats
    state: NDArray[np.int8]


def concordance(
    *,
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    stratum: ArrayLike | None = None,
) -> Concordance:
    """Estimate the concordance of a risk score with the order of the events.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    risk : (..., subjects) float
        Score, higher for those expected to have the event sooner; equal scores count half.
    stratum : (..., subjects) int, optional
        Pairs are taken within the stratum.

    Returns
    -------
    Concordance
        Not estimable without a pair that counts.

    Raises
    ------
    DataError
        NaN in ``time`` or in the score of a subject that is in.
    """
    score = as_floats("risk", risk)
    if score.ndim < 1:
        wanted = "shape (..., subjects)"
        raise DataError(Fault(where="risk", came=f"shape {score.shape}", wanted=wanted))
    subjects = read_subjects(
        time=time, event=event, codes={"stratum": stratum}, covariates=score[..., None]
    )
    parts = [
        _concordance(subjects.part(rows))
        for rows in blocks(subjects.trials, subjects.time.shape[1] ** 2)
    ]
    estimate, error = map(np.concatenate, zip(*parts, strict=True))
    state = np.where(np.isnan(estimate), State.NOT_ESTIMABLE, State.ESTIMATED).astype(np.int8)
    return Concordance(
        estimate=subjects.lay_out(estimate),
        standard_error=subjects.lay_out(error),
        state=subjects.lay_out(state),
    )


def _concordance(subjects: Subjects) -> tuple[Floats, Floats]:
    assert subjects.covariates is not None
    time, event, risk = subjects.time, subjects.event, subjects.covariates[..., 0]
    earlier = time[:, :, None] < time[:, None, :]
    tied = time[:, :, None] == time[:, None, :]
    # Row: the one with the event; column: the one still free of it.
    counts = event[:, :, None] & (earlier | (tied & ~event[:, None, :]))
    if "stratum" in subjects.codes:
        stratum = subjects.codes["stratum"]
        counts &= stratum[:, :, None] == stratum[:, None, :]
    sign = np.sign(risk[:, :, None] - risk[:, None, :]) * counts
    pairs = counts.sum(axis=(1, 2)).astype(np.float64)
    somers = divide_or_nan(sign.sum(axis=(1, 2)), pairs)
    own_sign = sign.sum(axis=2) + sign.sum(axis=1)
    own_pairs = counts.sum(axis=2) + counts.sum(axis=1)
    influence = divide_or_nan(own_sign - own_pairs * somers[:, None], 2 * pairs[:, None])
    return (somers + 1) / 2, np.sqrt(np.sum(influence**2, axis=-1))
