"""Strata put together: both arms get the mixture of strata that the trial has.

The estimate of an arm is the mean of its estimates in the strata, each stratum weighed by its
subjects in both arms; the difference of two arms is then the mean of their differences in the
strata, with the same weights. As R ``lrstat::rmdiff``, ``lrstat::kmdiff`` and ``StratSurv`` do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equipoise.stats.arrays import Floats, Integers, divide_or_nan
from equipoise.stats.survival.door import OUT, Subjects

__all__ = ["estimates_of_arms"]

_ARMS = (0, 1)


def estimates_of_arms(
    subjects: Subjects, estimate: Callable[[Subjects], tuple[Floats, Floats]]
) -> tuple[Floats, Floats]:
    """Estimate each of two arms, over strata if there are any.

    Parameters
    ----------
    subjects : Subjects
        With codes ``group``, 0 or 1, and, it may be, ``stratum``.
    estimate : callable
        Takes subjects of one arm and stratum; returns estimate and variance, (trials,) each.

    Returns
    -------
    estimate, variance : (trials, 2) float
        NaN where a stratum that counts has no estimate, or no stratum counts. A stratum without
        subjects of one arm does not count; the sizes of the strata are taken as fixed.
    """
    stratum = subjects.codes.get("stratum")
    if stratum is None:
        return _of_arms(subjects, estimate, None)
    levels = np.unique(stratum[subjects.is_in])
    weight = _weights(subjects, levels)
    start = np.where(weight.any(axis=-1, keepdims=True), [0.0, 0.0], np.nan)
    total, spread = start, start.copy()
    for place, level in enumerate(levels):
        own, variance = _of_arms(subjects, estimate, int(level))
        share = weight[:, place, np.newaxis]
        total += np.where(share > 0, share * own, 0.0)
        spread += np.where(share > 0, share**2 * variance, 0.0)
    return total, spread


def _only(subjects: Subjects, *, group: int, stratum: int | None = None) -> Subjects:
    """Take all subjects out but those of one group, and of one stratum if one is named."""
    is_member = subjects.codes["group"] == group
    if stratum is not None:
        is_member = is_member & (subjects.codes["stratum"] == stratum)
    return Subjects(
        time=np.where(is_member, subjects.time, OUT),
        event=subjects.event & is_member,
        leading=subjects.leading,
    )


def _of_arms(
    subjects: Subjects,
    estimate: Callable[[Subjects], tuple[Floats, Floats]],
    stratum: int | None,
) -> tuple[Floats, Floats]:
    parts = [estimate(_only(subjects, group=group, stratum=stratum)) for group in _ARMS]
    value, variance = (np.stack(column, axis=-1) for column in zip(*parts, strict=True))
    return value, variance


def _weights(subjects: Subjects, levels: Integers) -> Floats:
    """Share of each stratum with both arms among the subjects of such strata, (trials, strata)."""
    sizes = np.zeros((subjects.trials, len(levels), len(_ARMS)))
    for place, level in enumerate(levels):
        for group in _ARMS:
            is_member = subjects.is_in & (subjects.codes["group"] == group)
            is_member = is_member & (subjects.codes["stratum"] == level)
            sizes[:, place, group] = is_member.sum(axis=-1)
    size = np.where((sizes > 0).all(axis=-1), sizes.sum(axis=-1), 0.0)
    return np.nan_to_num(divide_or_nan(size, size.sum(axis=-1, keepdims=True)))
