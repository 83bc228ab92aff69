"""Records of the SLEDAI family: what each instrument reads, writes and rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from equipoise.instruments.checks import name_true
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.sledai.form import (
    BOMBARDIER_1992,
    GLADMAN_2002,
    GROUPS,
    ITEMS,
    SELENA_TRIALS,
    SKIN,
    TOUMA_2010,
    Variant,
)
from equipoise.instruments.sledai.laboratory import (
    COMPLEMENT_RULES,
    DERIVED_FROM,
    FIELDS,
    JOINTS,
    PROTEINURIA_RULES,
)
from equipoise.instruments.sledai.score import POLICIES
from equipoise.instruments.sledai.visit import DECIDING, SKIN_RULES, score_visit

__all__ = ["describe"]

_NAMES = tuple(item.name for item in ITEMS)
_CLINICAL_NAMES = tuple(name for name in _NAMES if name not in DERIVED_FROM)
_OWN_CHOICE = "choice of this package"

_POINTS: tuple[tuple[str, str, float], ...] = (
    ("total", "points of all items present", 105),
    ("lower", "least total that the unknown items allow", 105),
    ("upper", "greatest total that the unknown items allow", 105),
    ("clinical", "points without complement and anti-dsDNA", 101),
    ("clinical_lower", "least clinical total that the unknown items allow", 101),
    ("clinical_upper", "greatest clinical total that the unknown items allow", 101),
)


def describe(variant: Variant) -> Instrument:
    """Describe one version of the index, with its scorer for wide tables."""
    return Instrument(
        id=variant.id,
        title=variant.title,
        purpose="disease activity from 24 weighted descriptors, 0 to 105 points",
        inputs=_inputs(variant),
        outputs=_outputs(),
        rules=_rules(variant),
        sources=(BOMBARDIER_1992, GLADMAN_2002, TOUMA_2010, SELENA_TRIALS),
        scorer=partial(_score, variant),
        form=variant.form,
    )


def _inputs(variant: Variant) -> tuple[Column, ...]:
    return (
        *(item.column() for item in variant.form.items),
        *FIELDS,
        *(
            Column(
                name=f"{name}_days_since",
                meaning=f"days from the last day with {name.replace('_', ' ')} to the visit",
                unit="day",
            )
            for name in _CLINICAL_NAMES
        ),
        *(
            flag(
                f"{name}_new_or_recurrent",
                f"{name.replace('_', ' ')} is new or recurrent, not persistent",
            )
            for name in SKIN
        ),
    )


def _outputs() -> tuple[Column, ...]:
    return (
        *(
            Column(name=name, meaning=meaning, unit="points", lowest=0, highest=highest)
            for name, meaning, highest in _POINTS
        ),
        *(
            Column(name=f"points_{group}", meaning=f"points of the {group} items", unit="points")
            for group in GROUPS
        ),
        Column(name="present", meaning="items present", is_text=True),
        Column(name="n_missing", meaning="number of unknown items", unit="items"),
        Column(name="missing", meaning="unknown items", is_text=True),
        Column(name="conflicts", meaning="items ticked otherwise than measured", is_text=True),
    )


def _score(variant: Variant, columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    visit = score_visit(
        {name: columns[name] for name in _NAMES},
        variant=variant,
        labs={field.name: columns[field.name] for field in FIELDS},
        days_since_active={name: columns[f"{name}_days_since"] for name in _CLINICAL_NAMES},
        new_or_recurrent={name: columns[f"{name}_new_or_recurrent"] for name in SKIN},
        **parameters,
    )
    score, groups = visit.score, visit.score.groups
    return {
        **{name: getattr(score, name) for name, _, _ in _POINTS},
        **{f"points_{group}": groups[..., place] for place, group in enumerate(GROUPS)},
        "present": name_true(score.items == 1, _NAMES),
        "n_missing": score.n_missing,
        "missing": name_true(score.missing, _NAMES),
        "conflicts": name_true(visit.conflicts, _NAMES),
    }


def _rules(variant: Variant) -> tuple[Rule, ...]:
    return (*_scoring_rules(variant), *_laboratory_rules(variant))


def _scoring_rules(variant: Variant) -> tuple[Rule, ...]:
    windows = Rule(
        id="window",
        text="A manifestation counts if it was active up to this many days before the visit; "
        "the day at the edge belongs to the window.",
        source=BOMBARDIER_1992,
        status=Status.CONFIRMED,
        parameter="window_days",
        default=10.0,
    )
    if variant.id == "sledai_2k":
        windows = replace(
            windows,
            text=f"{windows.text} 10 as published, 30 validated for this version.",
            source=TOUMA_2010,
        )
    rules = (
        Rule(
            id="weights",
            text="The total is the sum of the weights of the items present: 8 for the first "
            "eight, 4 for the next six, 2 for the next seven, 1 for fever, thrombocytopenia "
            "and leukopenia; 105 at most.",
            source=BOMBARDIER_1992,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="clinical",
            text="The clinical total leaves complement and anti-dsDNA out; 101 at most.",
            source=GLADMAN_2002,
            status=Status.CONFIRMED,
        ),
        windows,
        Rule(
            id="missing",
            text="An unknown item makes the scores that it touches unknown (strict), or counts "
            "as absent; bounds are given either way.",
            source=_OWN_CHOICE,
            status=Status.MEMORY,
            parameter="missing",
            default="strict",
            choices=POLICIES,
        ),
    )
    onset = Rule(
        id="skin",
        text="Rash, alopecia and mucosal ulcers count new or lasting (any), or only new or "
        f"recurrent (onset); as published this version takes '{variant.skin}'.",
        source=variant.form.source,
        status=Status.CONFIRMED if variant.id == "sledai_2k" else Status.MEMORY,
        parameter="skin_rule",
        default="variant",
        choices=SKIN_RULES,
    )
    return (*rules, onset)


def _laboratory_rules(variant: Variant) -> tuple[Rule, ...]:
    is_2k = variant.id == "sledai_2k"
    return (
        Rule(
            id="arthritis",
            text="Arthritis needs at least this many joints with pain and inflammation. "
            "Tables labelled SLEDAI-2K disagree: two or more, or more than two."
            if is_2k
            else "Arthritis needs at least this many joints with pain and inflammation.",
            source=variant.form.source,
            status=Status.DISPUTED if is_2k else Status.CONFIRMED,
            parameter="arthritis_min_joints",
            default=float(variant.arthritis_min_joints),
            lowest=1,
            highest=JOINTS,
        ),
        Rule(
            id="proteinuria",
            text="Above 0.5 g/24 h (level), and new or risen by more than 0.5 g/24 h besides "
            f"(change); as published this version takes '{variant.proteinuria}'.",
            source=variant.form.source,
            status=Status.CONFIRMED if is_2k else Status.MEMORY,
            parameter="proteinuria_rule",
            default="variant",
            choices=PROTEINURIA_RULES,
        ),
        Rule(
            id="proteinuria_without_previous",
            text="Under 'change', proteinuria without an earlier value is of new onset.",
            source=_OWN_CHOICE,
            status=Status.MEMORY,
            parameter="no_previous_protein",
            default="new_onset",
            choices=("new_onset", "unknown"),
        ),
        Rule(
            id="exclusions",
            text="An infection, drug or other cause that nobody recorded is unknown, or absent "
            "where the form leaves exclusions to the physician.",
            source=_OWN_CHOICE,
            status=Status.MEMORY,
            parameter="unrecorded_exclusion",
            default="unknown",
            choices=("unknown", "absent"),
        ),
        Rule(
            id="strict_limits",
            text="Limits are strict: 0.5 g/24 h, 5 cells per field, 38.0 degrees, platelets 100, "
            "white cells 3.0, laboratory limits; a value equal to the limit is absent.",
            source=variant.form.source,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="low_complement",
            text="One of CH50, C3 and C4 below its limit is enough to call complement low.",
            source=variant.form.source,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="complement",
            text="Where none is low, complement is normal when C3 and C4 are, or CH50 is "
            "(c3_c4_or_ch50); when C3 and C4 are (c3_and_c4); or when any that was measured is "
            "(any_fraction). Otherwise it is unknown.",
            source=_OWN_CHOICE,
            status=Status.MEMORY,
            parameter="complement_normal",
            default="c3_c4_or_ch50",
            choices=COMPLEMENT_RULES,
        ),
        Rule(
            id="order",
            text="A measured value, else the days since last active, decides before the tick "
            "(record); or the tick wherever there is one (tick). Ticked otherwise than measured "
            "is listed in 'conflicts'.",
            source=_OWN_CHOICE,
            status=Status.MEMORY,
            parameter="decides_first",
            default="record",
            choices=DECIDING,
        ),
    )
