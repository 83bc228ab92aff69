"""When two numbers of a case agree: by its own tolerance, or by the rule of the reference set."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from equipoise.qualification.case import Case
from equipoise.qualification.compare import Close, Difference
from equipoise.qualification.tolerance import (
    FLOOR,
    P_VALUE_FLOOR,
    absolute_floor,
    searched_to,
    tolerance,
)

__all__ = ["closeness", "is_limit"]

_P_VALUE = re.compile(r"(^|_)p(_|$)|^QM?p$")
_OF_CURVES = ("truth.log_hr", "truth.logrank_chisq")
_INSTRUMENT = 1e-9
"""Absolute tolerance of an instrument's case that names none."""
_DIVERGED = re.compile(r"may be infinite|numerically 0 or 1")
"""What ``coxph`` and ``glm`` remark where the likelihood rises without end."""
_FITTED: Mapping[str, tuple[str, ...]] = {
    "two_arm_survival": ("cox.", "zph."),
    "competing_risks": ("cause_specific_cox.", "fine_gray."),
    "cox_counting_process": ("",),
    "cox_cluster_robust": ("",),
    "logistic": ("",),
}
"""Where the numbers of such models stand, by method."""


def is_limit(case: Case, difference: Difference) -> bool:
    """Say whether an answer is infinite, or says it has none, where R stopped on the way there."""
    answer = difference.actual
    return (
        any(map(_DIVERGED.search, case.remarks))
        and difference.path.startswith(_FITTED.get(case.function, ()))
        and isinstance(answer, float)
        and not math.isfinite(answer)
    )


def closeness(case: Case) -> Close:
    """Give the rule of a case: says for a path, an expected and an actual number if they agree.

    A tolerance of the case is absolute. A statistic without one is compared relatively by method
    and path, with an absolute floor.
    """
    allowed = case.tolerance
    if allowed is None and case.is_statistic:
        method, chosen = case.function, case.inputs.get("method")

        def by_method(path: str, expected: float, actual: float) -> bool:
            # A regression names its estimator among the inputs, as others do in the path.
            path = f"{chosen}.{path}" if method == "meta_regression" else path
            if (limit := searched_to(method, path)) is not None:
                return abs(_up_to_one(expected) - _up_to_one(actual)) <= limit
            if path in _OF_CURVES:
                return _is_same_evidence(case, path, expected, actual)
            floor = absolute_floor(method, path)
            if floor == FLOOR and _is_p_value(path):
                floor = P_VALUE_FLOOR
            return math.isclose(expected, actual, rel_tol=tolerance(method, path), abs_tol=floor)

        return by_method
    limit = _INSTRUMENT if allowed is None else allowed

    def absolute(_: str, expected: float, actual: float) -> bool:
        return math.isclose(expected, actual, rel_tol=0, abs_tol=limit)

    return absolute


def _is_same_evidence(case: Case, path: str, expected: float, actual: float) -> bool:
    """Compare what two reconstructed arms say with what the arms behind their curves did.

    A curve does not tell when each subject was censored, and so not all: a log hazard ratio is
    known to a fifth of its standard error, the root of the log-rank statistic to a quarter of its.
    """
    if path == "truth.log_hr":
        truth = case.expected["truth"] if isinstance(case.expected, Mapping) else {}
        return abs(expected - actual) <= 0.2 * float(truth.get("se", 0.15))
    return abs(math.sqrt(expected) - math.sqrt(actual)) <= 0.25


def _up_to_one(ratio: float) -> float:
    return 1 / ratio if ratio > 1 else ratio


def _is_p_value(path: str) -> bool:
    """Say from the last key of a path whether it names a p value: ``p_less``, ``mh_p``, ``Qp``."""
    key = re.sub(r"\[\d+\]$", "", path).rsplit(".", maxsplit=1)[-1]
    return _P_VALUE.search(key) is not None
