"""Grades of BILAG-2004 against baseline: what SRI and BICLA ask of them.

Grades are (..., 9) float, 4 for A down to 0 for E, NaN unknown.
"""

from __future__ import annotations

import numpy as np

from equipoise.instruments.bilag2004 import trial_flare
from equipoise.instruments.checks import Floats
from equipoise.instruments.logic import all_of, any_of, at_least, at_most, negate

__all__ = ["all_improved", "any_active", "no_worsening"]

_A, _B = 4.0, 3.0


def no_worsening(grade: Floats, *, baseline: Floats) -> Floats:
    """Say whether there is no new A *and* at most one new B; A to B is not new."""
    return negate(trial_flare(grade, previous=baseline, min_new_a=1, min_new_b=2).flare)


def any_active(baseline: Floats) -> Floats:
    """Say whether any system is A or B."""
    return any_of(*np.moveaxis(at_least(baseline, _B), -1, 0))


def all_improved(grade: Floats, *, baseline: Floats) -> Floats:
    """Say whether each A at baseline is now B or lower, and each B is C or lower."""
    stayed_a = all_of(at_least(baseline, _A), at_least(grade, _A))
    stayed_b = all_of(at_least(baseline, _B), at_most(baseline, _B), at_least(grade, _B))
    return negate(any_of(*np.moveaxis(any_of(stayed_a, stayed_b), -1, 0)))
