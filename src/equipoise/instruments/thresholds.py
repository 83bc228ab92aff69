"""Small arithmetic of scores: comparisons at a threshold that binary decimals cannot tip over.

A value within 1e-9 of the threshold (relative above 1) is equal to it: 1.8 - 1.5 is 0.3, and
0.5 g/g that went through mg/mmol is still 0.5 g/g. Strict and not strict are as written.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.logic import (
    Floats,
    all_of,
    any_of,
    at_least,
    at_most,
    less_than,
    more_than,
    negate,
)

__all__ = [
    "TOLERANCE",
    "above",
    "below",
    "choose",
    "coalesce",
    "count_bounds",
    "divide_or_nan",
    "fallen_by",
    "not_above",
    "not_below",
]

TOLERANCE = 1e-9


def below(value: ArrayLike, limit: ArrayLike) -> Floats:
    """Strictly less than the limit, and not just by rounding; unknown where either is NaN."""
    return less_than(value, _number(limit) - _slack(limit))


def not_above(value: ArrayLike, limit: ArrayLike) -> Floats:
    """At most the limit; unknown where either side is NaN."""
    return at_most(value, _number(limit) + _slack(limit))


def above(value: ArrayLike, limit: ArrayLike) -> Floats:
    """Strictly more than the limit, and not just by rounding; unknown where either is NaN."""
    return more_than(value, _number(limit) + _slack(limit))


def not_below(value: ArrayLike, limit: ArrayLike) -> Floats:
    """At least the limit; unknown where either side is NaN."""
    return at_least(value, _number(limit) - _slack(limit))


def fallen_by(*, now: ArrayLike, baseline: ArrayLike, share: ArrayLike) -> Floats:
    """Say whether a value lies at least ``share`` of its baseline below it; equal passes."""
    return not_above(now, (1 - _number(share)) * _number(baseline))


def choose(condition: ArrayLike, *, if_true: ArrayLike, if_false: ArrayLike) -> Floats:
    """Take one of two answers; where the condition is unknown, what both agree on, else NaN."""
    yes, no = all_of(condition, if_true), all_of(negate(condition), if_false)
    both = all_of(if_true, if_false)
    return any_of(yes, no, both)


def coalesce(first: ArrayLike, *others: ArrayLike) -> Floats:
    """Take the first value that is known."""
    answer = _number(first)
    for other in others:
        answer = np.where(np.isnan(answer), _number(other), answer)
    return answer


def count_bounds(conditions: Floats) -> tuple[Floats, Floats]:
    """Least and greatest number of true conditions over the last axis (..., conditions)."""
    known = np.count_nonzero(conditions == 1, axis=-1)
    unknown = np.count_nonzero(np.isnan(conditions), axis=-1)
    return np.asarray(known, dtype=np.float64), np.asarray(known + unknown, dtype=np.float64)


def divide_or_nan(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Divide; NaN wherever the denominator is zero."""
    below_line = _number(denominator)
    quotient: Floats = _number(numerator) / np.where(below_line == 0, np.nan, below_line)
    return quotient


def _number(value: ArrayLike) -> Floats:
    return np.asarray(value, dtype=np.float64)


def _slack(limit: ArrayLike) -> Floats:
    slack: Floats = TOLERANCE * np.maximum(1.0, np.abs(_number(limit)))
    return slack
