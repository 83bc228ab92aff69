"""Student, Welch and paired t tests, from subjects or from published numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.door import Door
from equipoise.stats.continuous.moments import Moments, moments
from equipoise.stats.continuous.tails import t_quantile, t_two_sided, t_upper
from equipoise.stats.state import State

__all__ = [
    "MeanDifference",
    "difference_of",
    "paired_t_test",
    "paired_t_test_from_summary",
    "read_arms",
    "read_summaries",
    "student_t_test",
    "student_t_test_from_summary",
    "t_inference",
    "welch_t_test",
    "welch_t_test_from_summary",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """A difference of means with its t test; every field has the leading shape of the input.

    ``estimate`` is experimental minus control (for pairs: the mean of first minus second).
    ``p_less`` and ``p_greater`` are one-sided, for the alternatives that the difference is below
    and above the margin. ``state`` is NOT_ESTIMABLE, and all but estimate and counts NaN, where
    there are too few subjects or the data are constant.
    """

    estimate: Floats
    standard_error: Floats
    df: Floats
    statistic: Floats
    p_value: Floats
    p_less: Floats
    p_greater: Floats
    ci_low: Floats
    ci_high: Floats
    n_treated: Floats
    n_control: Floats
    mean_treated: Floats
    mean_control: Floats
    state: NDArray[np.int8]


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
    treated_arm, control = read_arms(response, treated, confidence)
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
    treated_arm, control = read_arms(response, treated, confidence)
    return difference_of(
        treated_arm, control, equal_variance=False, margin=margin, confidence=confidence
    )


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
        n_treated, mean_treated, sd_treated, n_control, mean_control, sd_control, confidence
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
        n_treated, mean_treated, sd_treated, n_control, mean_control, sd_control, confidence
    )
    return difference_of(
        treated, control, equal_variance=False, margin=margin, confidence=confidence
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
    """
    door = Door()
    one, other = door.responses("first", first), door.responses("second", second)
    door.level("confidence", confidence)
    door.close()
    one, other = np.broadcast_arrays(one, other)
    known = ~np.isnan(one) & ~np.isnan(other)
    pairs = moments(np.where(known, one - other, 0.0), known)
    means = (moments(one, known).mean, moments(other, known).mean)
    return _paired(pairs, means=means, margin=margin, confidence=confidence)


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
    mean = door.responses("mean_difference", mean_difference, core=0, whole=0)
    sd = door.spreads("sd_difference", sd_difference)
    door.level("confidence", confidence)
    door.close()
    pairs = Moments.from_summary(n=number, mean=mean, sd=sd)
    nothing = np.full(pairs.n.shape, np.nan)
    return _paired(pairs, means=(nothing, nothing), margin=margin, confidence=confidence)


def read_arms(
    response: ArrayLike, treated: ArrayLike, confidence: float
) -> tuple[Moments, Moments]:
    """Check the arguments of a comparison of two arms; moments of experimental and control."""
    door = Door()
    values, flags = door.responses("response", response), door.flags("treated", treated)
    door.level("confidence", confidence)
    door.close()
    values, flags = np.broadcast_arrays(values, flags)
    known = ~np.isnan(values)
    return moments(values, known & flags), moments(values, known & ~flags)


def read_summaries(
    n_treated: ArrayLike,
    mean_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    mean_control: ArrayLike,
    sd_control: ArrayLike,
    confidence: float,
) -> tuple[Moments, Moments]:
    """Check the published numbers of two arms."""
    door = Door()
    n1, n0 = door.counts("n_treated", n_treated), door.counts("n_control", n_control)
    mean1 = door.responses("mean_treated", mean_treated, core=0, whole=0)
    mean0 = door.responses("mean_control", mean_control, core=0, whole=0)
    sd1, sd0 = door.spreads("sd_treated", sd_treated), door.spreads("sd_control", sd_control)
    door.level("confidence", confidence)
    door.close()
    n1, mean1, sd1, n0, mean0, sd0 = np.broadcast_arrays(n1, mean1, sd1, n0, mean0, sd0)
    return (
        Moments.from_summary(n=n1, mean=mean1, sd=sd1),
        Moments.from_summary(n=n0, mean=mean0, sd=sd0),
    )


def difference_of(
    treated: Moments,
    control: Moments,
    *,
    equal_variance: bool,
    margin: float,
    confidence: float,
) -> MeanDifference:
    """Compare two samples known by their moments."""
    if equal_variance:
        df = np.where((treated.n > 0) & (control.n > 0), treated.n + control.n - 2, 0.0)
        pooled = divide_or_nan(treated.deviations + control.deviations, df)
        variance = pooled * (divide_or_nan(1, treated.n) + divide_or_nan(1, control.n))
    else:
        one = divide_or_nan(treated.variance, treated.n)
        other = divide_or_nan(control.variance, control.n)
        variance = one + other
        df = divide_or_nan(
            variance**2,
            divide_or_nan(one**2, treated.n - 1) + divide_or_nan(other**2, control.n - 1),
        )
    return t_inference(
        estimate=treated.mean - control.mean,
        standard_error=np.sqrt(variance),
        df=df,
        scale=np.fmax(np.abs(treated.mean), np.abs(control.mean)),
        margin=margin,
        confidence=confidence,
        n=(treated.n, control.n),
        means=(treated.mean, control.mean),
    )


def t_inference(
    *,
    estimate: Floats,
    standard_error: Floats,
    df: Floats,
    scale: Floats,
    margin: float,
    confidence: float,
    n: tuple[Floats, Floats],
    means: tuple[Floats, Floats],
) -> MeanDifference:
    """Draw test and limits from an estimate, its standard error and degrees of freedom."""
    rounding = 10 * np.finfo(np.float64).eps * scale
    is_estimated = (standard_error > rounding) & (df > 0)
    error = np.where(is_estimated, standard_error, np.nan)
    df = np.where(is_estimated, df, np.nan)
    statistic = (estimate - margin) / error
    reach = t_quantile(confidence, df) * error
    return MeanDifference(
        estimate=estimate,
        standard_error=error,
        df=df,
        statistic=statistic,
        p_value=t_two_sided(statistic, df),
        p_less=t_upper(-statistic, df),
        p_greater=t_upper(statistic, df),
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        n_treated=n[0],
        n_control=n[1],
        mean_treated=means[0],
        mean_control=means[1],
        state=np.where(is_estimated, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def _paired(
    pairs: Moments, *, means: tuple[Floats, Floats], margin: float, confidence: float
) -> MeanDifference:
    return t_inference(
        estimate=pairs.mean,
        standard_error=np.sqrt(divide_or_nan(pairs.variance, pairs.n)),
        df=pairs.n - 1,
        scale=np.fmax(np.abs(pairs.mean), np.fmax(np.abs(means[0]), np.abs(means[1]))),
        margin=margin,
        confidence=confidence,
        n=(pairs.n, pairs.n),
        means=means,
    )
