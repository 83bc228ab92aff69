"""Fisher's exact test of a 2x2 table, with its mid-p variants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.binary.counts import TwoArms, on_distinct_tables, read_two_arms
from equipoise.stats.binary.interval import state_where

__all__ = ["FisherTest", "fisher_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FisherTest:
    """Fisher's exact test of each trial; fields have the shape of the batch.

    Attributes
    ----------
    p_two_sided : float
        Probability of all tables that are at most as probable as the observed one.
    p_less, p_greater : float
        Probability of as few, or as many, events in the experimental arm.
    midp_less, midp_greater : float
        The same with the observed table counted half.
    midp_doubled : float
        Twice the smaller of the one-sided mid-p values, at most 1.
    midp_two_sided : float
        ``p_two_sided`` with every table as probable as the observed one counted half.
    midp_observed : float
        ``p_two_sided`` with the observed table alone counted half.
    state : int8
        NOT_ESTIMABLE where an arm is empty; all p values are NaN there.
    """

    p_two_sided: Floats
    p_less: Floats
    p_greater: Floats
    midp_less: Floats
    midp_greater: Floats
    midp_doubled: Floats
    midp_two_sided: Floats
    midp_observed: Floats
    state: NDArray[np.int8]


def fisher_test(*, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> FisherTest:
    """Test the independence of arm and event given the margins.

    Parameters
    ----------
    x1, n1 : (...) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (...) int
        Events and subjects of the control arm; all four broadcast together.

    Returns
    -------
    FisherTest
        ``p_greater`` is small where the experimental arm has more events.

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, or
        shapes do not broadcast.

    Notes
    -----
    Each distinct table of the batch is computed once. Two tables whose probabilities differ by
    less than a relative 1e-7 count as equally probable, as in R ``fisher.test``.
    Source: Fisher RA. Statistical Methods for Research Workers, 5th ed. 1934, section 21.02;
    mid-p: Lancaster HO. JASA 1961; 56(294):223-234.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    two_sided, less, greater, mid_less, mid_greater, mid_two_sided, mid_observed = (
        on_distinct_tables(arms, fisher_columns)
    )
    return FisherTest(
        p_two_sided=two_sided,
        p_less=less,
        p_greater=greater,
        midp_less=mid_less,
        midp_greater=mid_greater,
        midp_doubled=np.minimum(1.0, 2 * np.minimum(mid_less, mid_greater)),
        midp_two_sided=mid_two_sided,
        midp_observed=mid_observed,
        state=state_where(not_estimable=arms.is_empty),
    )


def fisher_columns(arms: TwoArms) -> tuple[Floats, ...]:
    """P values of a vector of tables: two-sided, less, greater, then the four mid-p values."""
    # Loading the compiler takes a moment, which only who tests should pay for.
    from equipoise.stats.binary.fisher_kernel import fisher_p_values

    return tuple(fisher_p_values(arms.x1, arms.n1, arms.x0, arms.n0))
