"""Grades of BILAG-2004 against baseline: what SRI and BICLA ask of them.

Grades are (..., 9) float, 4 for A down to 0 for E, NaN unknown.
"""

from __future__ import annotations

import numpy as np

from equipoise.instruments.bilag2004 import trial_flare
from equipoise.instruments.checks import Floats, check_choice
from equipoise.instruments.logic import all_of, any_of, at_least, at_most, negate

__all__ = ["BILAG_RULES", "all_improved", "any_active", "no_worsening"]

BILAG_RULES = ("and", "or")
"""How no new A and at most one new B are joined."""

_A, _B = 4.0, 3.0


def no_worsening(grade: Floats, *, baseline: Floats, bilag_rule: str = "and") -> Floats:
    """Say whether there is no new A *and* at most one new B; A to B is not new.

    With ``bilag_rule`` ``or`` one of the two is enough.
    """
    check_choice("bilag_rule", bilag_rule, BILAG_RULES)
    change = trial_flare(grade, previous=baseline)
    no_new_a = _count_at_most(0, change.new_a_lower, change.new_a_upper)
    few_new_b = _count_at_most(1, change.new_b_lower, change.new_b_upper)
    join = all_of if bilag_rule == "and" else any_of
    return join(no_new_a, few_new_b)


def any_active(baseline: Floats) -> Floats:
    """Say whether any system is A or B."""
    return any_of(*np.moveaxis(at_least(baseline, _B), -1, 0))


def all_improved(grade: Floats, *, baseline: Floats) -> Floats:
    """Say whether each A at baseline is now B or lower, and each B is C or lower."""
    stayed_a = all_of(at_least(baseline, _A), at_least(grade, _A))
    stayed_b = all_of(at_least(baseline, _B), at_most(baseline, _B), at_least(grade, _B))
    return negate(any_of(*np.moveaxis(any_of(stayed_a, stayed_b), -1, 0)))


def _count_at_most(most: int, lower: Floats, upper: Floats) -> Floats:
    """Say whether a count between two bounds is at most ``most``."""
    return np.where(upper <= most, 1.0, np.where(lower > most, 0.0, np.nan))
