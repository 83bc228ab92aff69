"""Student, Welch and paired t tests of subjects."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.continuous.mean_difference import MeanDifference, difference_of, pairs_of
from equipoise.stats.continuous.moments import Moments, moments, moments_by_group
from equipoise.stats.door import Door

__all__ = ["paired_t_test", "read_arms", "student_t_test", "welch_t_test"]


def student_t_test(
    *, response: ArrayLike, treated: ArrayLike, margin: float = 0.0, confidence: float = 0.95
) -> MeanDifference:
    """Compare the means of two arms, with one variance for both.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    treated : (..., subjects) bool
        True in the experimental arm.
    margin : float
        Difference under the null hypothesis, in the unit of the response.
    confidence : float
        Confidence of the two-sided limits of the difference.

    Returns
    -------
    MeanDifference
        Experimental minus control, in the unit of the response.

    Raises
    ------
    DataError
        If shapes do not broadcast, a response is infinite or the confidence is not in (0, 1).

    Notes
    -----
    As R ``t.test(var.equal = TRUE)`` and SAS ``PROC TTEST`` (Pooled). Data count as constant where
    the standard error is below ten roundings of the larger mean, R's rule.
    Source: Student. Biometrika 1908; 6:1-25; Armitage, Berry, Matthews. Statistical Methods in
    Medical Research, 4th edition 2002, section 4.3.
    """
    treated_arm, control = read_arms(response, treated, confidence, margin=margin)
    return difference_of(
        treated_arm, control, equal_variance=True, margin=margin, confidence=confidence
    )


def welch_t_test(
    *, response: ArrayLike, treated: ArrayLike, margin: float = 0.0, confidence: float = 0.95
) -> MeanDifference:
    """Compare the means of two arms, each with its own variance.

    Parameters, result and faults are those of `student_t_test`.

    Notes
    -----
    Degrees of freedom by Satterthwaite, as R ``t.test`` and SAS ``PROC TTEST`` (Satterthwaite).
    Source: Welch BL. Biometrika 1938; 29:350-362; Satterthwaite FE. Biometrics Bulletin 1946;
    2:110-114, equation 17.
    """
    treated_arm, control = read_arms(response, treated, confidence, margin=margin)
    return difference_of(
        treated_arm, control, equal_variance=False, margin=margin, confidence=confidence
    )


def paired_t_test(
    *, first: ArrayLike, second: ArrayLike, margin: float = 0.0, confidence: float = 0.95
) -> MeanDifference:
    """Test the mean of first minus second within subjects.

    Parameters
    ----------
    first, second : (..., subjects) float
        A subject with NaN in either is out.
    margin, confidence : float
        As in `student_t_test`.

    Returns
    -------
    MeanDifference
        ``n_treated`` and ``n_control`` are both the number of complete pairs.

    Raises
    ------
    DataError
        As `student_t_test`.

    Notes
    -----
    As R ``t.test(paired = TRUE)``. Data count as constant by the larger of the means of the
    differences and of both members, where R looks at the differences alone.
    Source: Student. Biometrika 1908; 6:1-25.
    """
    door = Door()
    one, other = door.responses("first", first), door.responses("second", second)
    door.level("confidence", confidence)
    door.number("margin", margin)
    door.close()
    one, other = np.broadcast_arrays(one, other)
    known = ~np.isnan(one) & ~np.isnan(other)
    pairs = moments(np.where(known, one - other, 0.0), known)
    means = (moments(one, known).mean, moments(other, known).mean)
    return pairs_of(pairs, means=means, margin=margin, confidence=confidence)


def read_arms(
    response: ArrayLike, treated: ArrayLike, confidence: float, *, margin: float = 0.0
) -> tuple[Moments, Moments]:
    """Check the arguments of a comparison of two arms; moments of experimental and control."""
    door = Door()
    values, flags = door.responses("response", response), door.flags("treated", treated)
    door.level("confidence", confidence)
    door.number("margin", margin)
    door.close()
    arms = moments_by_group(values, flags.astype(np.int64), 2)
    return arms.group(1), arms.group(0)
