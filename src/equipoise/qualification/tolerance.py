"""How near a statistic must come to the reference, by method and path.

The rules are those of the reference set: closed forms to 1e-10 relative, iterative fits to
1e-7, and looser only where the reference itself is less exact. An absolute floor of 1e-12 goes
with each, except for p values, which are compared relatively down to 1e-300.
"""

from __future__ import annotations

import fnmatch

__all__ = ["tolerance"]

_RULES: tuple[tuple[str, str, float], ...] = (
    # method, path, relative tolerance; the first that fits holds
    ("two_by_two", "fisher.or_*", 1e-3),  # R stops its root search early
    ("two_by_two", "odds_ratio_conditional_tight*", 1e-9),
    ("two_by_two", "*barnard*", 1e-9),
    ("two_by_two", "*boschloo*", 1e-9),
    ("two_by_two", "*miettinen_nurminen*", 1e-9),
    ("two_by_two", "*mee*", 1e-9),
    ("two_by_two", "*koopman*", 1e-9),
    ("maxcombo", "p_value", 1e-4),  # a randomised integral
    ("maxcombo", "z*", 1e-8),
    ("gls_unstructured", "*", 1e-3),  # a second opinion, limited by its optimiser
    ("mmrm", "*", 1e-7),
    ("*", "*", 1e-10),
)
FLOOR = 1e-12
P_VALUE_FLOOR = 1e-300


def tolerance(method: str, path: str) -> float:
    """Relative tolerance of one number of one method."""
    return next(
        rule
        for pattern, place, rule in _RULES
        if fnmatch.fnmatchcase(method, pattern) and fnmatch.fnmatchcase(path, place)
    )
