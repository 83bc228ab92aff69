"""Score tests of a risk difference against a margin: non-inferiority and equivalence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats
from equipoise.stats.binary.counts import TwoArms, on_distinct_tables, read_two_arms
from equipoise.stats.binary.interval import state_where
from equipoise.stats.binary.score import difference_statistic

__all__ = [
    "ScoreTest",
    "risk_difference_test_farrington_manning",
    "risk_difference_test_miettinen_nurminen",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTest:
    """Score test of each trial against a given difference; fields have the batch's shape.

    Attributes
    ----------
    z : float
        Above zero where the observed difference is above the one tested; infinite where the
        restricted proportions leave no variance.
    p_greater : float
        Against a difference of at most the one tested: small where it is larger.
    p_less : float
        Against a difference of at least the one tested: small where it is smaller.
    state : int8
        NOT_ESTIMABLE, and all numbers NaN, where an arm is empty.
    """

    z: Floats
    p_greater: Floats
    p_less: Floats
    state: NDArray[np.int8]


def risk_difference_test_farrington_manning(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, difference: ArrayLike
) -> ScoreTest:
    """Test the risk difference against a given one, at the restricted likeliest proportions.

    Parameters
    ----------
    x1, n1 : (...) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (...) int
        Events and subjects of the control arm; all four broadcast together.
    difference : float
        The difference tested, strictly between -1 and 1; minus a margin for non-inferiority
        where more events are better. One for the whole batch.

    Returns
    -------
    ScoreTest

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, or ``difference`` is not one number between -1 and 1.

    Notes
    -----
    z = (x1/n1 - x0/n0 - d) / sqrt(p1 (1 - p1)/n1 + p0 (1 - p0)/n0) with p1, p0 most likely under
    p1 - p0 = d. A one-sided p value of alpha is reached where a limit of
    :func:`risk_difference_mee` at confidence 1 - 2 alpha is d.
    Source: Farrington CP, Manning G. Statistics in Medicine 1990; 9(12):1447-1454.
    """
    return _test(read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0), difference, is_corrected=False)


def risk_difference_test_miettinen_nurminen(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, difference: ArrayLike
) -> ScoreTest:
    """Test the risk difference against a given one, with the variance factor N/(N - 1).

    Parameters, Returns and Raises are those of :func:`risk_difference_test_farrington_manning`.

    Notes
    -----
    Agrees with the limits of :func:`risk_difference_miettinen_nurminen`.
    Source: Miettinen O, Nurminen M. Statistics in Medicine 1985; 4(2):213-226.
    """
    return _test(read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0), difference, is_corrected=True)


def _test(arms: TwoArms, difference: ArrayLike, *, is_corrected: bool) -> ScoreTest:
    tested = as_floats("difference", difference)
    if tested.ndim != 0 or not -1 < tested < 1:
        came = f"shape {tested.shape}" if tested.ndim else f"{float(tested):g}"
        wanted = "one number between -1 and 1"
        raise DataError(Fault(where="difference", came=came, wanted=wanted))

    def statistic(some: TwoArms) -> tuple[Floats, ...]:
        z = difference_statistic(some, np.full(some.shape, float(tested)))
        factor = some.total / np.maximum(some.total - 1, 1) if is_corrected else 1.0
        return (np.asarray(z / np.sqrt(factor)),)

    (z,) = on_distinct_tables(arms, statistic)
    return ScoreTest(
        z=z,
        p_greater=ndtr(-z),
        p_less=ndtr(z),
        state=state_where(not_estimable=arms.is_empty),
    )
