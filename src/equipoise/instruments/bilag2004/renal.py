"""Renal grade of BILAG-2004: six features, and change since the last assessment.

A: two features or more, one of them severe proteinuria, active sediment or histology. B: any
feature, moderate proteinuria, or creatinine risen by 15 %. C: mild or improved proteinuria, or
rising blood pressure. Ratios are native mg/mmol: a value in g/g is multiplied by 113.12 first.

Source: Isenberg DA, et al. Rheumatology 2005; 44:902-906, with the scoring of 2009/2010.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.instruments.limits import Bools, Floats
from equipoise.instruments.truth import (
    FALSE,
    TRUE,
    UNKNOWN,
    Truth,
    all_of,
    any_of,
    at_least,
    less_than,
    more_than,
    negate,
    settled,
    truth_of,
)

__all__ = ["FEATURES", "PREVIOUS", "RenalFindings", "RenalRules", "find"]

TOLERANCE = 1e-9  # relative, of a value against a share of the value before

FEATURES = (
    "severe_proteinuria",
    "accelerated_hypertension",
    "severe_deterioration",
    "active_sediment",
    "active_nephritis_histology",
    "nephrotic_syndrome",
)
"""The six features R1 to R6 in this order."""

_DECISIVE = np.array([True, False, False, True, True, False])  # R1, R4, R5

_FLAGS = tuple(
    name for name in FEATURES if name not in ("severe_proteinuria", "severe_deterioration")
)
"""The features that are items of the form."""

_QUANTITIES = ("urine_protein_24h_g", "upcr_mg_mmol", "acr_mg_mmol")

PREVIOUS = (
    "systolic_mmhg",
    "diastolic_mmhg",
    "dipstick",
    "acr_mg_mmol",
    "upcr_mg_mmol",
    "urine_protein_24h_g",
    "creatinine_umol_l",
    "gfr_ml_min_173",
)
"""Items whose value at the last assessment matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalRules:
    """Rules that the sources leave open.

    Attributes
    ----------
    first_visit : {'written', 'legacy'}
        Creatinine above 130, or GFR below 80, at the first assessment: no deterioration, since
        there is nothing to compare; or deterioration, as an older program has it.
    assessed_by : {'any_measure', 'every_measure'}
        Whether one measure of protein (and creatinine or GFR) is enough to call proteinuria
        (and function) assessed, or a measure not made leaves it open.
    improvement : float
        Fall that makes proteinuria improved, as a share of the value before. [1]
    improved_at_limit : bool
        Whether a fall of exactly that share is an improvement.
    acr_severe, acr_moderate, acr_mild : float
        Cuts of the albumin ratio: severe above, moderate from, mild above. The index gives it
        those of the protein ratio, though they are different quantities. [mg/mmol]
    """

    first_visit: str = "written"
    assessed_by: str = "any_measure"
    improvement: float = 0.25
    improved_at_limit: bool = True
    acr_severe: float = 100.0
    acr_moderate: float = 50.0
    acr_mild: float = 25.0

    @property
    def cuts(self) -> dict[str, tuple[float, float, float]]:
        """Severe above, moderate from, mild above, for each measured quantity."""
        return {
            "urine_protein_24h_g": (1.0, 0.5, 0.25),
            "upcr_mg_mmol": (100.0, 50.0, 25.0),
            "acr_mg_mmol": (self.acr_severe, self.acr_moderate, self.acr_mild),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalFindings:
    """What the renal grade rests on, as truths.

    Attributes
    ----------
    features : (6, visits) int
        R1 to R6.
    b_only, c_only : (visits,) int
        Criteria that make B and C by themselves.
    """

    features: Truth
    b_only: Truth
    c_only: Truth

    def criteria(self, *, worst: bool) -> dict[str, Bools]:
        """Say which visits meet A, B and C where what is unknown holds, or does not."""
        features, b_only, c_only = (
            (truth != FALSE) if worst else (truth == TRUE)
            for truth in (self.features, self.b_only, self.c_only)
        )
        number = features.sum(axis=0, dtype=np.int8)
        is_a = (number >= 2) & features[_DECISIVE].any(axis=0)
        return {"a": is_a, "b": (number >= 1) | b_only, "c": c_only}


def find(
    now: Mapping[str, Floats],
    before: Mapping[str, Floats],
    due: Mapping[str, Truth],
    *,
    rules: RenalRules,
) -> RenalFindings:
    """Find the renal features of each visit.

    Parameters
    ----------
    now : mapping of str to (visits,) float
        The twelve renal items.
    before : mapping of str to (visits,) float
        The items of ``PREVIOUS`` at the last assessment; NaN where there was none. All NaN is a
        first assessment.
    due : mapping of str to (visits,) int
        For each measured item the truth that it is due to lupus.
    rules : RenalRules
        Choices.
    """
    is_first = np.logical_and.reduce([np.isnan(before[name]) for name in PREVIOUS])
    severe, moderate, mild = _proteinuria(now, before, due, rules=rules)
    deterioration, risen = _function(now, before, due, is_first=is_first, rules=rules)
    found = {
        "severe_proteinuria": severe,
        "severe_deterioration": deterioration,
        **{name: truth_of(now[name]) for name in _FLAGS},
    }
    return RenalFindings(
        features=np.stack([found[name] for name in FEATURES]),
        b_only=any_of(moderate, risen),
        c_only=any_of(mild, _rising_pressure(now, before, due)),
    )


def _proteinuria(
    now: Mapping[str, Floats],
    before: Mapping[str, Floats],
    due: Mapping[str, Truth],
    *,
    rules: RenalRules,
) -> tuple[Truth, Truth, Truth]:
    """Severe, moderate and mild proteinuria; the dipstick only without a measured quantity."""
    by_cut: list[list[Truth]] = [[], [], []]
    nearly = TOLERANCE if rules.improved_at_limit else -TOLERANCE
    for name, (severe, moderate, mild) in rules.cuts.items():
        value, cause = now[name], due[name]
        remains = settled(~(value <= (1 - rules.improvement + nearly) * before[name]))
        by_cut[0].append(all_of(more_than(value, severe), remains, cause))
        by_cut[1].append(all_of(at_least(value, moderate), remains, cause))
        by_cut[2].append(all_of(more_than(value, mild), cause))
    is_measured = any_of(*(_made(now[name]) for name in _QUANTITIES))
    stick, rise = now["dipstick"], now["dipstick"] - before["dipstick"]
    by_stick = (
        all_of(_compared(at_least(rise, 2), rise), due["dipstick"]),
        all_of(_compared(at_least(rise, 1), rise), at_least(stick, 2), due["dipstick"]),
        all_of(at_least(stick, 1), due["dipstick"]),
    )
    answers = []
    for quantities, dipstick in zip(by_cut, by_stick, strict=True):
        sticks = np.where(np.isnan(stick), UNKNOWN, dipstick)
        answers.append(
            _assessed(
                [*quantities, all_of(sticks, negate(is_measured))],
                [*(now[name] for name in _QUANTITIES), stick],
                rules=rules,
            )
        )
    return answers[0], answers[1], answers[2]


def _function(
    now: Mapping[str, Floats],
    before: Mapping[str, Floats],
    due: Mapping[str, Truth],
    *,
    is_first: Bools,
    rules: RenalRules,
) -> tuple[Truth, Truth]:
    """Severe deterioration of function, and a rise of creatinine by 15 %."""
    creatinine, gfr = now["creatinine_umol_l"], now["gfr_ml_min_173"]
    last_creatinine, last_gfr = before["creatinine_umol_l"], before["gfr_ml_min_173"]
    by_default = settled(is_first & (rules.first_visit == "legacy"))
    is_high = all_of(more_than(creatinine, 130), due["creatinine_umol_l"])
    is_low = all_of(less_than(gfr, 80), due["gfr_ml_min_173"])
    grown = _compared(more_than(creatinine, (1.30 + TOLERANCE) * last_creatinine), last_creatinine)
    fallen = _compared(less_than(gfr, (0.67 - TOLERANCE) * last_gfr), last_gfr)
    crossed = settled(~(last_gfr <= 50))
    limbs = [
        all_of(is_high, any_of(grown, by_default)),
        any_of(
            all_of(is_low, any_of(fallen, by_default)),
            all_of(less_than(gfr, 50), crossed, due["gfr_ml_min_173"]),
        ),
    ]
    risen = _compared(at_least(creatinine, (1.15 - TOLERANCE) * last_creatinine), last_creatinine)
    return (
        _assessed(limbs, [creatinine, gfr], rules=rules),
        _assessed(
            [all_of(is_high, any_of(risen, by_default)), settled(is_first & False)],
            [creatinine, gfr],
            rules=rules,
        ),
    )


def _rising_pressure(
    now: Mapping[str, Floats], before: Mapping[str, Floats], due: Mapping[str, Truth]
) -> Truth:
    """Above 140 and above 90, risen by 30 and by 15 mmHg; nothing before, nothing risen."""
    truths = []
    for name, level, rise in (("systolic_mmhg", 140, 30), ("diastolic_mmhg", 90, 15)):
        risen = at_least(now[name] - before[name], rise - TOLERANCE)
        truths += [more_than(now[name], level), _compared(risen, before[name]), due[name]]
    return all_of(*truths)


def _made(measure: Floats) -> Truth:
    """Whether a measure was made at all."""
    return settled(~np.isnan(measure))


def _compared(truth: Truth, last: Floats) -> Truth:
    """Take what has nothing to be compared with as not changed."""
    return all_of(truth, _made(last))


def _assessed(limbs: list[Truth], measures: list[Floats], *, rules: RenalRules) -> Truth:
    """Join limbs that measure one thing: with any of them made, the others may be left out."""
    truth = any_of(*limbs)
    if rules.assessed_by == "every_measure":
        return truth
    made = [_made(measure) for measure in measures]
    by_made = [all_of(limb, one) for limb, one in zip(limbs, made, strict=True)]
    return any_of(*by_made, all_of(truth, negate(any_of(*made))))
