"""Student, Welch and paired t tests of published numbers, means and standard deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.continuous.mean_difference import MeanDifference, difference_of, pairs_of
from equipoise.stats.continuous.moments import Moments
from equipoise.stats.door import Door

__all__ = [
    "paired_t_test_from_summary",
    "read_summaries",
    "student_t_test_from_summary",
    "welch_t_test_from_summary",
]


def student_t_test_from_summary(
    *,
    n_treated: ArrayLike,
    mean_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    mean_control: ArrayLike,
    sd_control: ArrayLike,
    margin: float = 0.0,
    confidence: float = 0.95,
) -> MeanDifference:
    """Run `student_t_test` on published numbers, means and standard deviations.

    Parameters
    ----------
    n_treated, n_control : (...) float
        Whole numbers of subjects.
    mean_treated, mean_control : (...) float
    sd_treated, sd_control : (...) float
        Standard deviations, divisor n - 1; NaN where ``n`` is 1.
    margin, confidence : float
        As in `student_t_test`.

    Raises
    ------
    DataError
        If a number is not whole or a standard deviation is negative: all faults together.
    """
    treated, control = read_summaries(
        n_treated,
        mean_treated,
        sd_treated,
        n_control,
        mean_control,
        sd_control,
        confidence,
        margin=margin,
    )
    return difference_of(
        treated, control, equal_variance=True, margin=margin, confidence=confidence
    )


def welch_t_test_from_summary(
    *,
    n_treated: ArrayLike,
    mean_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    mean_control: ArrayLike,
    sd_control: ArrayLike,
    margin: float = 0.0,
    confidence: float = 0.95,
) -> MeanDifference:
    """Run `welch_t_test` on published numbers; see `student_t_test_from_summary`."""
    treated, control = read_summaries(
        n_treated,
        mean_treated,
        sd_treated,
        n_control,
        mean_control,
        sd_control,
        confidence,
        margin=margin,
    )
    return difference_of(
        treated, control, equal_variance=False, margin=margin, confidence=confidence
    )


def paired_t_test_from_summary(
    *,
    n: ArrayLike,
    mean_difference: ArrayLike,
    sd_difference: ArrayLike,
    margin: float = 0.0,
    confidence: float = 0.95,
) -> MeanDifference:
    """Run `paired_t_test` on the number, mean and standard deviation of the differences.

    The means of the two members are not known and come as NaN.
    """
    door = Door()
    number = door.counts("n", n)
    mean = door.responses("mean_difference", mean_difference, axes=0)
    sd = door.spreads("sd_difference", sd_difference)
    door.level("confidence", confidence)
    door.number("margin", margin)
    door.close()
    pairs = Moments.from_summary(n=number, mean=mean, sd=sd)
    nothing = np.full(pairs.n.shape, np.nan)
    return pairs_of(pairs, means=(nothing, nothing), margin=margin, confidence=confidence)


def read_summaries(
    n_treated: ArrayLike,
    mean_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    mean_control: ArrayLike,
    sd_control: ArrayLike,
    confidence: float,
    *,
    margin: float = 0.0,
) -> tuple[Moments, Moments]:
    """Check the published numbers of two arms."""
    door = Door()
    n1, n0 = door.counts("n_treated", n_treated), door.counts("n_control", n_control)
    mean1 = door.responses("mean_treated", mean_treated, axes=0)
    mean0 = door.responses("mean_control", mean_control, axes=0)
    sd1, sd0 = door.spreads("sd_treated", sd_treated), door.spreads("sd_control", sd_control)
    door.level("confidence", confidence)
    door.number("margin", margin)
    door.close()
    n1, mean1, sd1, n0, mean0, sd0 = np.broadcast_arrays(n1, mean1, sd1, n0, mean0, sd0)
    return (
        Moments.from_summary(n=n1, mean=mean1, sd=sd1),
        Moments.from_summary(n=n0, mean=mean0, sd=sd0),
    )
