"""How each kind of laboratory term is graded: bounds of the grade for falling and rising values.

Every route returns the least and the greatest grade that the known numbers allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.instruments.checks import Floats
from equipoise.instruments.ctcae.analytes import ANALYTES, Analyte
from equipoise.instruments.thresholds import above, below, coalesce, not_above, not_below

__all__ = ["ROUTES", "Bounds", "Sample", "symptoms_decide"]

Bounds: TypeAlias = tuple[Floats, Floats]
_Compare: TypeAlias = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Values of one analyte with what their grade depends on, all (...) float."""

    value: Floats
    lln: Floats
    uln: Floats
    baseline: Floats
    symptomatic: Floats
    uses_baseline: bool
    unknown_symptoms: str


_Route: TypeAlias = Callable[[Sample, Analyte], tuple[Bounds, Bounds]]


def symptoms_decide(sample: Sample) -> Floats:
    """Say whether potassium lies where symptoms tell grade 1 from 2: below normal, from 3.0."""
    in_band = not_below(sample.value, ANALYTES["potassium_low"].limits[0])
    return np.where(in_band == 1, below(sample.value, sample.lln), in_band)


def _none(sample: Sample) -> Bounds:
    zero = np.zeros(sample.value.shape)
    return zero, zero


def _low(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    return _by_limits(sample.value, sample.lln, analyte.limits, below), _none(sample)


def _high(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    return _none(sample), _by_limits(sample.value, sample.uln, analyte.limits, above)


def _by_limits(value: Floats, normal: Floats, limits: Sequence[float], beyond: _Compare) -> Bounds:
    """Grade 1 beyond the limit of normal, 2 and more beyond fixed limits whatever is normal."""
    passed = [beyond(value, np.asarray(limit)) == 1 for limit in limits]
    fixed = np.where(passed[0], 1.0 + np.sum(passed, axis=0), 0.0)
    outside = beyond(value, normal)
    least = np.where(fixed > 0, fixed, np.where(outside == 1, 1, 0))
    most = np.where(fixed > 0, fixed, np.where(outside == 0, 0, 1))
    return least, np.where(np.isnan(value), 1.0 + len(limits), most)


def _potassium_low(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    severe, very_severe = (below(sample.value, limit) == 1 for limit in analyte.limits)
    is_low = below(sample.value, sample.lln)
    default = {"grade_1": (1, 1), "grade_2": (2, 2), "unknown": (1, 2)}[sample.unknown_symptoms]
    least, most = (
        np.where(np.isnan(sample.symptomatic), mild, 1 + sample.symptomatic) for mild in default
    )
    fixed = np.where(very_severe, 4.0, np.where(severe, 3, 0))
    lower = np.where(fixed > 0, fixed, np.where(is_low == 1, least, 0))
    upper = np.where(fixed > 0, fixed, np.where(is_low == 0, 0, most))
    return (lower, np.where(np.isnan(sample.value), 4.0, upper)), _none(sample)


def _potassium(sample: Sample, _: Analyte) -> tuple[Bounds, Bounds]:
    falls, _rises = _potassium_low(sample, ANALYTES["potassium_low"])
    _falls, rises = _high(sample, ANALYTES["potassium_high"])
    return falls, rises


def _times(value: Floats, unit: Floats, multiples: Sequence[float]) -> Floats:
    """Count the multiples of ``unit`` that the value exceeds; NaN where either is unknown."""
    passed: Floats = np.sum([above(value, multiple * unit) for multiple in multiples], axis=0)
    return passed


def _creatinine(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    by_normal = _known(_times(sample.value, sample.uln, analyte.limits), most=4)
    if not sample.uses_baseline:
        return _none(sample), by_normal
    steps = _times(sample.value, sample.baseline, (1.5, 3))
    by_baseline = _known(np.where(steps > 0, steps + 1, steps), most=3)
    pairs = zip(by_normal, by_baseline, strict=True)
    least, most = (np.maximum(one, other) for one, other in pairs)
    return _none(sample), (least, most)


def _multiple(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    by_normal = _times(sample.value, sample.uln, analyte.limits)
    if not sample.uses_baseline:
        return _none(sample), _known(by_normal, most=4)
    first = not_below if analyte.name in {"alt", "ast"} else above
    start = 1.5 if analyte.name in {"alt", "ast"} else analyte.limits[0]
    by_baseline = first(sample.value, start * sample.baseline) + _times(
        sample.value, sample.baseline, analyte.limits[1:]
    )
    is_abnormal = above(sample.baseline, sample.uln)
    answer = np.where(is_abnormal == 1, by_baseline, np.where(is_abnormal == 0, by_normal, np.nan))
    # The greater of limit and baseline is multiplied: the one that is unknown only lowers a grade.
    at_most = coalesce(by_normal, _times(sample.value, sample.baseline, analyte.limits), 4.0)
    least, most = _known(answer, most=4)
    return _none(sample), (least, np.minimum(most, at_most))


def _protein(sample: Sample, analyte: Analyte) -> tuple[Bounds, Bounds]:
    passed = [not_below(sample.value, np.asarray(limit)) == 1 for limit in analyte.limits]
    fixed = np.where(passed[0], 1.0 + np.sum(passed, axis=0), 0.0)
    raised = not_below(sample.value, sample.uln)
    least = np.where(fixed > 0, fixed, np.where(raised == 1, 1, 0))
    most = np.where(fixed > 0, fixed, np.where(raised == 0, 0, 1))
    return _none(sample), (least, np.where(np.isnan(sample.value), 3.0, most))


def _dipstick(sample: Sample, _: Analyte) -> tuple[Bounds, Bounds]:
    value = sample.value
    grade = np.where(
        not_above(value, 0) == 1,
        0.0,
        np.where(below(value, 2) == 1, 1, np.where(below(value, 4) == 1, 2, 3)),
    )
    return _none(sample), _known(np.where(np.isnan(value), np.nan, grade), most=3)


def _known(grade: Floats, *, most: float) -> Bounds:
    return np.where(np.isnan(grade), 0.0, grade), np.where(np.isnan(grade), most, grade)


ROUTES: Mapping[str, _Route] = {
    "low": _low,
    "high": _high,
    "both": _potassium,
    "potassium_low": _potassium_low,
    "creatinine": _creatinine,
    "multiple": _multiple,
    "protein": _protein,
    "dipstick": _dipstick,
}
"""Routes by the kind of an analyte."""
