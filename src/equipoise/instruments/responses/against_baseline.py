"""What SRI and BICLA share: their inputs, their answer, their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.bilag2004 import SYSTEMS
from equipoise.instruments.bilag2004.grades import GRADE_ITEMS, grade_column
from equipoise.instruments.checks import Bools, Floats, check_choice, check_items, common_shape
from equipoise.instruments.clinical import (
    PGA,
    PGA_BASELINE,
    SLEDAI,
    SLEDAI_BASELINE,
    TREATMENT_FAILURE,
)
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import (
    FAILED_LIMBS,
    MISSING_INPUTS,
    conjunction,
    frozen,
    name_failed,
    name_missing,
    read_fields,
)
from equipoise.instruments.form import Columns

__all__ = [
    "EVALUABLE_RULES",
    "INPUTS",
    "Response",
    "kernel_inputs",
    "outputs",
    "read_inputs",
    "response_of",
    "written",
]

EVALUABLE_RULES = ("baseline", "everybody")
"""Who has an answer: patients whose baseline allows the response, or all of them."""

_SCALARS = (SLEDAI, SLEDAI_BASELINE, PGA, PGA_BASELINE, TREATMENT_FAILURE)
_PREFIXES = {"bilag": "grade", "bilag_baseline": "baseline_grade"}

INPUTS: tuple[Column, ...] = (
    *_SCALARS,
    *(
        grade_column(f"{prefix}_{system}", f"{system}: grade, 4 A to 0 E")
        for prefix in _PREFIXES.values()
        for system in SYSTEMS
    ),
)
"""Columns of a wide table; grades are named as ``bilag2004`` writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response of each visit against baseline.

    Attributes
    ----------
    responder : (...) float
        1 responder, 0 not; NaN where that is unknown, or the patient is not evaluable.
    evaluable : (...) float
        1 where baseline allows the response at all, 0 where not, NaN unknown.
    limbs : mapping of str to (...) float
        Each limb: 1 holds, 0 fails, NaN unknown.
    missing : mapping of str to (...) bool
        Each input: true where it, or one of its systems, is unknown.
    parameters : mapping
        The rules that were used.
    """

    responder: Floats
    evaluable: Floats
    limbs: Mapping[str, Floats]
    missing: Mapping[str, Bools]
    parameters: Mapping[str, Any]


def read_inputs(
    *, bilag: ArrayLike, bilag_baseline: ArrayLike, **scalars: ArrayLike
) -> dict[str, Floats]:
    """Read the inputs; grades come back as (..., 9), the others as (...), of one shape."""
    given = read_fields(_SCALARS, scalars)
    grades = {
        "bilag": check_items(bilag, GRADE_ITEMS, where="bilag"),
        "bilag_baseline": check_items(bilag_baseline, GRADE_ITEMS, where="bilag_baseline"),
    }
    shape = common_shape({**given, **{name: grade[..., 0] for name, grade in grades.items()}})
    spread = {name: np.broadcast_to(value, shape) for name, value in given.items()}
    wide = (*shape, len(SYSTEMS))
    return {**spread, **{name: np.broadcast_to(grade, wide) for name, grade in grades.items()}}


def response_of(
    limbs: Mapping[str, Floats],
    *,
    evaluable: Floats,
    given: Mapping[str, Floats],
    parameters: Mapping[str, Any],
) -> Response:
    """Join the limbs; whoever is not evaluable, or not known to be, has no answer.

    The parameter ``evaluable_rule`` may give everybody an answer.
    """
    check_choice("evaluable_rule", parameters["evaluable_rule"], EVALUABLE_RULES)
    if parameters["evaluable_rule"] == "everybody":
        evaluable = np.ones_like(evaluable)
    scalars = {name: value for name, value in given.items() if name not in _PREFIXES}
    joined = conjunction(limbs, inputs=scalars, parameters=parameters)
    grades = {name: np.isnan(given[name]).any(axis=-1) for name in _PREFIXES}
    return Response(
        responder=np.where(evaluable == 1, joined.met, np.nan),
        evaluable=evaluable,
        limbs=joined.limbs,
        missing=frozen({**joined.missing, **grades}),
        parameters=joined.parameters,
    )


def kernel_inputs(columns: Columns) -> dict[str, Any]:
    """Read the inputs of a kernel out of a wide table."""
    grades = {
        name: np.stack([columns[f"{prefix}_{system}"] for system in SYSTEMS], axis=-1)
        for name, prefix in _PREFIXES.items()
    }
    return {**{column.name: columns[column.name] for column in _SCALARS}, **grades}


def outputs(limbs: Sequence[str]) -> tuple[Column, ...]:
    """Columns that a response writes."""
    return (
        flag("responder", "responder; empty if not evaluable"),
        flag("evaluable", "baseline allows the response"),
        *(flag(f"limb_{limb}", f"limb {limb}") for limb in limbs),
        FAILED_LIMBS,
        MISSING_INPUTS,
    )


def written(answer: Response) -> Columns:
    """Write a response into its columns."""
    return {
        "responder": answer.responder,
        "evaluable": answer.evaluable,
        **{f"limb_{limb}": value for limb, value in answer.limbs.items()},
        FAILED_LIMBS.name: name_failed(answer.limbs),
        MISSING_INPUTS.name: name_missing(answer.missing),
    }
