"""Grades 0 to 4 of laboratory values by CTCAE, with bounds where something is unknown.

A value at a limit has the milder grade, for limits printed with ``<`` and with ``>`` alike. A
grade by clinical consequence (life-threatening, transfusion) cannot be read from a number: the
investigator records it, and it wins where it is higher.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.instruments.checks import Bools, Floats, check_choice
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.ctcae.analytes import ANALYTES, PROTEINURIA_LIMITS
from equipoise.instruments.ctcae.routes import ROUTES, Bounds, Sample, symptoms_decide

__all__ = ["BASELINE_RULES", "UNKNOWN_SYMPTOMS", "LaboratoryGrade", "grade"]

BASELINE_RULES = ("relative", "ignored")
UNKNOWN_SYMPTOMS = ("grade_1", "grade_2", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryGrade:
    """Grade of each value.

    Attributes
    ----------
    grade : (...) float
        0 to 4; NaN where the bounds differ.
    lower, upper : (...) float
        Bounds whatever the unknown limits, baseline and symptoms are.
    direction : (...) object
        ``low`` or ``high`` where the grade is above 0, else ``none``; None where unknown.
    symptoms_unknown : (...) bool
        True where symptoms decide and are unknown: the grade follows ``unknown_symptoms``.
    version : str
        Version of CTCAE whose numbers were used.
    """

    grade: Floats
    lower: Floats
    upper: Floats
    direction: NDArray[np.object_]
    symptoms_unknown: Bools
    version: str


def grade(
    analyte: str,
    *,
    value: ArrayLike,
    lln: ArrayLike = np.nan,
    uln: ArrayLike = np.nan,
    baseline: ArrayLike = np.nan,
    symptomatic: ArrayLike = np.nan,
    baseline_rule: str = "relative",
    unknown_symptoms: str = "grade_1",
    proteinuria_grade_2: float = PROTEINURIA_LIMITS[0],
    proteinuria_grade_3: float = PROTEINURIA_LIMITS[1],
) -> LaboratoryGrade:
    """Grade laboratory values.

    Parameters
    ----------
    analyte : str
        Name of ``ANALYTES``.
    value : (...) float
        Value in the unit of the analyte.
    lln, uln : (...) float
        Limits of normal of that laboratory, same unit. Without them the fixed limits alone can
        give a grade.
    baseline : (...) float
        Value at baseline, same unit: for creatinine, transaminases and bilirubin.
    symptomatic : (...) float
        1, 0 or NaN: tells grade 1 from 2 of hypokalaemia.
    baseline_rule : {'relative', 'ignored'}
        ``relative``: as printed in v5, an unknown baseline leaves the grade open; ``ignored``:
        multiples of the upper limit alone.
    unknown_symptoms : {'grade_1', 'grade_2', 'unknown'}
        Grade of hypokalaemia from 3.0 to the lower limit whose symptoms are unknown.
    proteinuria_grade_2, proteinuria_grade_3 : float
        Protein from which proteinuria is grade 2, and grade 3. [g/24 h]

    Returns
    -------
    LaboratoryGrade
        By number; see the module on clinical consequences.

    Raises
    ------
    DataError
        For an analyte or rule that does not exist, values outside their range (a slip of unit),
        limits of proteinuria that do not rise, and shapes that do not broadcast.

    Notes
    -----
    Baseline is abnormal above the upper limit: multiples are then of baseline, and ALT or AST
    below 1.5 times baseline is grade 0 even above the upper limit. Creatinine has two routes, of
    which the worse counts. Source: CTCAE v5.0, 2017.
    """
    check_choice("analyte", analyte, tuple(ANALYTES))
    check_choice("baseline_rule", baseline_rule, BASELINE_RULES)
    check_choice("unknown_symptoms", unknown_symptoms, UNKNOWN_SYMPTOMS)
    protein = _read_limits(proteinuria_grade_2, proteinuria_grade_3)
    term = ANALYTES[analyte]
    if term.kind == "protein":
        term = replace(term, limits=protein)
    given = read_fields(
        (
            *(term.column(name) for name in ("value", "lln", "uln", "baseline")),
            flag("symptomatic", "symptoms of hypokalaemia"),
        ),
        {
            "value": value,
            "lln": lln,
            "uln": uln,
            "baseline": baseline,
            "symptomatic": symptomatic,
        },
    )
    sample = Sample(
        **given,
        uses_baseline=baseline_rule == "relative",
        unknown_symptoms=unknown_symptoms,
    )
    falls, rises = ROUTES[term.kind](sample, term)
    lower, upper = np.maximum(falls[0], rises[0]), np.maximum(falls[1], rises[1])
    is_open = np.isnan(sample.symptomatic) & (symptoms_decide(sample) == 1)
    return LaboratoryGrade(
        grade=np.where(lower == upper, lower, np.nan),
        lower=lower,
        upper=upper,
        direction=_direction(falls, rises),
        symptoms_unknown=is_open & (term.kind in {"both", "potassium_low"}),
        version=term.version,
    )


def _read_limits(second: float, third: float) -> tuple[float, float]:
    """Read the limits of proteinuria: grade 3 does not begin below grade 2."""
    low = read_setting("proteinuria_grade_2", second, lowest=0, highest=100)
    return low, read_setting("proteinuria_grade_3", third, lowest=low, highest=100)


def _direction(falls: Bounds, rises: Bounds) -> NDArray[np.object_]:
    words = np.full(falls[0].shape, None, dtype=np.object_)
    words[(falls[1] == 0) & (rises[1] == 0)] = "none"
    words[(falls[0] > 0) & (rises[0] == 0)] = "low"
    words[rises[0] > 0] = "high"
    return words
