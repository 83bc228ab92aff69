"""When two numbers of a case agree: by its own tolerance, or by the rule of the reference set."""

from __future__ import annotations

import math
import re

from equipoise.qualification.case import Case
from equipoise.qualification.compare import Close
from equipoise.qualification.tolerance import FLOOR, P_VALUE_FLOOR, absolute_floor, tolerance

__all__ = ["closeness"]

_P_VALUE = re.compile(r"(^|_)p(_|$)|^QM?p$")
_INSTRUMENT = 1e-9
"""Absolute tolerance of an instrument's case that names none."""


def closeness(case: Case) -> Close:
    """Give the rule of a case: says for a path, an expected and an actual number if they agree.

    A tolerance of the case is absolute. A statistic without one is compared relatively by method
    and path, with an absolute floor.
    """
    allowed = case.tolerance
    if allowed is None and case.is_statistic:
        method = case.function

        def by_method(path: str, expected: float, actual: float) -> bool:
            floor = absolute_floor(method, path)
            if floor == FLOOR and _is_p_value(path):
                floor = P_VALUE_FLOOR
            return math.isclose(expected, actual, rel_tol=tolerance(method, path), abs_tol=floor)

        return by_method
    limit = _INSTRUMENT if allowed is None else allowed

    def absolute(_: str, expected: float, actual: float) -> bool:
        return math.isclose(expected, actual, rel_tol=0, abs_tol=limit)

    return absolute


def _is_p_value(path: str) -> bool:
    """Say from the last key of a path whether it names a p value: ``p_less``, ``mh_p``, ``Qp``."""
    key = re.sub(r"\[\d+\]$", "", path).rsplit(".", maxsplit=1)[-1]
    return _P_VALUE.search(key) is not None
