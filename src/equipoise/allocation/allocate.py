"""Who gets which arm: the next place of the list of the subject's stratum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise.allocation.blocks import permuted_blocks
from equipoise.allocation.entropy import Entropy
from equipoise.allocation.minimise import minimise
from equipoise.allocation.scheme import Scheme
from equipoise.allocation.unrestricted import fixed_numbers, simple
from equipoise.errors import DataError, Fault
from equipoise.stats import Integers

__all__ = ["allocate", "stratum_number"]


def stratum_number(factors: Integers, *, levels: Sequence[int]) -> Integers:
    """Count the combinations of levels through, the last factor fastest.

    Parameters
    ----------
    factors : (..., subjects, factors) int
        Level of each factor, from 0.
    levels : sequence of int
        Number of levels of each factor.

    Returns
    -------
    (..., subjects) int
        From 0 to the product of ``levels`` less 1.

    Raises
    ------
    DataError
        If a level is not one of its factor.
    """
    array = np.asarray(factors)
    if array.shape[-1] != len(levels):
        raise DataError(
            Fault(
                where="factors", came=f"{array.shape[-1]} of them", wanted=f"{len(levels)} factors"
            )
        )
    if array.size and ((array < 0) | (array >= np.array(levels, dtype=np.int64))).any():
        raise DataError(
            Fault(where="factors", came="no level of its factor", wanted=f"below {tuple(levels)}")
        )
    number = np.zeros(array.shape[:-1], dtype=np.int64)
    for place, size in enumerate(levels):
        number = number * size + array[..., place]
    return number


def allocate(
    scheme: Scheme, *, factors: Integers, levels: Sequence[int], entropy: Entropy
) -> Integers:
    """Allocate subjects in order of enrolment.

    Parameters
    ----------
    scheme : Scheme
        Procedure and its settings.
    factors : (..., subjects, factors) int
        Level of each stratification factor; without factors the last axis is empty.
    levels : sequence of int
        Number of levels of each factor.
    entropy : Entropy
        Source of chance; its shape leads.

    Returns
    -------
    (..., subjects) int
        Index of the arm.

    Raises
    ------
    DataError
        If the factors do not fit, or fixed numbers do not add up to the subjects.
    """
    if scheme.procedure == "minimisation":
        return minimise(scheme, factors=factors, entropy=entropy)
    stratum = stratum_number(factors, levels=levels)
    subjects = stratum.shape[-1]
    if scheme.procedure == "fixed_numbers":
        if sum(scheme.numbers) != subjects:
            raise DataError(
                Fault(where="numbers", came=f"{scheme.numbers}", wanted=f"{subjects} subjects")
            )
        return fixed_numbers(scheme, entropy=entropy)
    strata = int(np.prod(levels, dtype=np.int64))
    if scheme.procedure == "simple":
        lists = simple(scheme, length=subjects, strata=strata, entropy=entropy)
    else:
        lists = permuted_blocks(scheme, length=subjects, strata=strata, entropy=entropy).arm
    return _next_places(lists, stratum)


def _next_places(lists: Integers, stratum: Integers) -> Integers:
    """Take for each subject the first place of its list that nobody before took."""
    *shape, strata, length = lists.shape
    same = stratum[..., np.newaxis] == np.arange(strata)
    place = np.take_along_axis(np.cumsum(same, axis=-2), stratum[..., np.newaxis], axis=-1)[..., 0]
    flat = lists.reshape(*shape, strata * length)
    return np.take_along_axis(flat, stratum * length + place - 1, axis=-1)
