"""SLEDAI and BILAG-2004 the slow and obvious way: one visit at a time, None for unknown.

Written from the published rules without the package's tables, so that the vectorised scores
have something to be wrong against; the benchmark times them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SLEDAI_WEIGHTS = {
    "seizure": 8,
    "psychosis": 8,
    "organic_brain_syndrome": 8,
    "visual_disturbance": 8,
    "cranial_nerve_disorder": 8,
    "lupus_headache": 8,
    "cva": 8,
    "vasculitis": 8,
    "arthritis": 4,
    "myositis": 4,
    "urinary_casts": 4,
    "haematuria": 4,
    "proteinuria": 4,
    "pyuria": 4,
    "rash": 2,
    "alopecia": 2,
    "mucosal_ulcers": 2,
    "pleurisy": 2,
    "pericarditis": 2,
    "low_complement": 2,
    "increased_dna_binding": 2,
    "fever": 1,
    "thrombocytopenia": 1,
    "leukopenia": 1,
}

Visit = Mapping[str, Any]


def sledai(visit: Visit) -> dict[str, Any]:
    """Total and clinical total with bounds; an item that is not listed is unknown."""
    lower = clinical_lower = missing = 0
    upper = clinical_upper = 0
    for name, weight in SLEDAI_WEIGHTS.items():
        present = visit.get(name)
        is_clinical = name not in ("low_complement", "increased_dna_binding")
        least, most = (0, weight) if present is None else (weight * present, weight * present)
        missing += present is None
        lower, upper = lower + least, upper + most
        if is_clinical:
            clinical_lower, clinical_upper = clinical_lower + least, clinical_upper + most
    return {
        "total": lower if lower == upper else None,
        "lower": lower,
        "upper": upper,
        "clinical": clinical_lower if clinical_lower == clinical_upper else None,
        "n_missing": missing,
    }


BILAG_LISTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "mucocutaneous": (
        (
            "skin_eruption_severe",
            "angioedema_severe",
            "mucosal_ulceration_severe",
            "panniculitis_bullous_severe",
            "major_cutaneous_vasculitis_thrombosis",
        ),
        (
            "skin_eruption_mild",
            "panniculitis_bullous_mild",
            "digital_infarcts_nodular_vasculitis",
            "alopecia_severe",
        ),
        (
            "angioedema_mild",
            "mucosal_ulceration_mild",
            "alopecia_mild",
            "periungual_erythema_chilblains",
            "splinter_haemorrhages",
        ),
    ),
    "neuropsychiatric": (
        (
            "aseptic_meningitis",
            "cerebral_vasculitis",
            "demyelinating_syndrome",
            "myelopathy",
            "acute_confusional_state",
            "psychosis",
            "aidp",
            "mononeuropathy",
            "cranial_neuropathy",
            "plexopathy",
            "polyneuropathy",
            "status_epilepticus",
            "cerebellar_ataxia",
        ),
        (
            "seizure_disorder",
            "cerebrovascular_disease",
            "cognitive_dysfunction",
            "movement_disorder",
            "autonomic_disorder",
            "lupus_headache",
            "intracranial_hypertension_headache",
        ),
        (),
    ),
    "musculoskeletal": (
        ("myositis_severe", "arthritis_severe"),
        ("myositis_mild", "arthritis_moderate"),
        ("arthritis_mild",),
    ),
    "cardiorespiratory": (
        (
            "myocarditis_endocarditis_cardiac_failure",
            "arrhythmia",
            "new_valvular_dysfunction",
            "cardiac_tamponade",
            "pleural_effusion_dyspnoea",
            "pulmonary_haemorrhage_vasculitis",
            "interstitial_alveolitis_pneumonitis",
            "shrinking_lung",
            "aortitis",
            "coronary_vasculitis",
        ),
        ("myocarditis_mild", "pleurisy_pericarditis"),
        (),
    ),
    "gastrointestinal": (
        (
            "peritonitis",
            "enteritis_colitis",
            "intestinal_pseudo_obstruction",
            "acute_cholecystitis",
            "acute_pancreatitis",
        ),
        (
            "abdominal_serositis_ascites",
            "malabsorption",
            "protein_losing_enteropathy",
            "hepatitis",
        ),
        (),
    ),
    "ophthalmic": (
        (
            "orbital_inflammation",
            "keratitis_severe",
            "posterior_uveitis_retinal_vasculitis_severe",
            "scleritis_severe",
            "retinal_choroidal_vasoocclusion",
            "optic_neuritis",
            "anterior_ischaemic_optic_neuropathy",
        ),
        (
            "keratitis_mild",
            "anterior_uveitis",
            "posterior_uveitis_retinal_vasculitis_mild",
            "scleritis_mild",
        ),
        ("episcleritis", "cotton_wool_spots"),
    ),
}

BILAG_POINTS = {"A": 12, "B": 8, "C": 1, "D": 0, "E": 0}


def bilag_bounds(
    visit: Visit, previous: Visit, involved: Mapping[str, bool | None]
) -> dict[str, Any]:
    """Least and greatest grade of each system whatever the unknown is, and their points."""
    lower = bilag(visit, previous, involved)
    upper = bilag(visit, previous, involved, worst=True)
    return {
        "lower": lower,
        "upper": upper,
        "total_lower": sum(BILAG_POINTS[grade] for grade in lower.values()),
        "total_upper": sum(BILAG_POINTS[grade] for grade in upper.values()),
        "n_missing": sum(value is None for value in visit.values()),
    }


def bilag(
    visit: Visit, previous: Visit, involved: Mapping[str, bool | None], *, worst: bool = False
) -> dict[str, str]:
    """Grade of each system; what is None meets no criterion, or each at its worst."""
    grades = {"constitutional": constitutional(visit, worst=worst)}
    for system, lists in BILAG_LISTS.items():
        grades[system] = listed(visit, *lists, worst=worst)
    grades["renal"] = renal(visit, previous, worst=worst)
    grades["haematological"] = haematological(visit, worst=worst)
    return {
        system: grade or ("D" if settle(involved[system], worst) else "E")
        for system, grade in grades.items()
    }


def settle(flag: float | None, worst: bool) -> bool:
    """A yes or no; None is what the worst, or the best, has it be."""
    return worst if flag is None else bool(flag)


def records(visit: Visit, names: tuple[str, ...], worst: bool) -> list[float]:
    """Records 0 to 4; None is new at the worst, absent at the best."""
    if not worst:
        return [visit[name] or 0 for name in names]
    return [4 if visit[name] is None else visit[name] for name in names]


def listed(
    visit: Visit,
    on_a: tuple[str, ...],
    on_b: tuple[str, ...],
    on_c: tuple[str, ...],
    *,
    worst: bool,
) -> str:
    """A, B, C or nothing of one of the six systems with lists."""
    a, b, c = (records(visit, names, worst) for names in (on_a, on_b, on_c))
    if any(value in (2, 3, 4) for value in a):
        return "A"
    if 1 in a or any(value in (2, 3, 4) for value in b):
        return "B"
    if 1 in b or any(value > 0 for value in c):
        return "C"
    return ""


def constitutional(visit: Visit, *, worst: bool) -> str:
    """A, B, C or nothing of the constitutional system."""
    names = ("pyrexia", "weight_loss", "lymphadenopathy_splenomegaly", "anorexia")
    pyrexia, *others = records(visit, names, worst)
    number = sum(value >= 2 for value in others)
    if pyrexia >= 2 and number >= 2:
        return "A"
    if pyrexia >= 2 or number >= 2:
        return "B"
    if pyrexia == 1 or any(value > 0 for value in others):
        return "C"
    return ""


def proteinuria(visit: Visit, previous: Visit, *, worst: bool) -> tuple[bool, bool, bool]:
    """Severe, moderate, mild: by quantities, without any by dipstick, without it by the worst."""
    severe = moderate = mild = measured = False
    for name, (high, middle, low) in {
        "urine_protein_24h_g": (1.0, 0.5, 0.25),
        "upcr_mg_mmol": (100, 50, 25),
        "acr_mg_mmol": (100, 50, 25),
    }.items():
        value, before = visit[name], previous[name]
        if value is None:
            continue
        measured = True
        improved = before is not None and before - value >= 0.25 * before - 1e-9 * before
        severe = severe or (value > high and not improved)
        moderate = moderate or (value >= middle and not improved)
        mild = mild or value > low
    if measured:
        return severe, moderate, mild
    stick, before = visit["dipstick"], previous["dipstick"]
    if stick is None:
        return worst, worst, worst
    rise = 0 if before is None else stick - before
    return rise >= 2, rise >= 1 and stick >= 2, stick >= 1


def renal_function(visit: Visit, previous: Visit, *, worst: bool) -> tuple[bool, bool]:
    """Severe deterioration, and creatinine risen by 15 %; one measure of the two is enough."""
    creatinine, last = visit["creatinine_umol_l"], previous["creatinine_umol_l"]
    gfr, last_gfr = visit["gfr_ml_min_173"], previous["gfr_ml_min_173"]
    if creatinine is None and gfr is None:
        return worst, worst and last is not None
    worse = risen = False
    if creatinine is not None and creatinine > 130 and last is not None:
        worse = creatinine > 1.30 * last * (1 + 1e-9)
        risen = creatinine >= 1.15 * last * (1 - 1e-9)
    if gfr is not None:
        worse = worse or (gfr < 80 and last_gfr is not None and gfr < 0.67 * last_gfr)
        worse = worse or (gfr < 50 and (last_gfr is None or last_gfr > 50))
    return worse, risen


def rising_pressure(visit: Visit, previous: Visit, *, worst: bool) -> bool:
    """Above 140 and 90, risen by 30 and 15; nothing before, nothing risen."""
    for name, level, rise in (("systolic_mmhg", 140, 30), ("diastolic_mmhg", 90, 15)):
        now, before = visit[name], previous[name]
        if before is None or (now is None and not worst):
            return False
        if now is not None and not (now > level and now - before >= rise):
            return False
    return True


def renal(visit: Visit, previous: Visit, *, worst: bool) -> str:
    """A, B, C or nothing of the renal system, after sections 7.1 to 7.3 of the specification."""
    severe, moderate, mild = proteinuria(visit, previous, worst=worst)
    worse, risen = renal_function(visit, previous, worst=worst)
    sediment = settle(visit["active_sediment"], worst)
    biopsy = settle(visit["active_nephritis_histology"], worst)
    number = (
        severe
        + settle(visit["accelerated_hypertension"], worst)
        + worse
        + sediment
        + biopsy
        + settle(visit["nephrotic_syndrome"], worst)
    )
    if number >= 2 and (severe or sediment or biopsy):
        return "A"
    if number >= 1 or moderate or risen:
        return "B"
    return "C" if mild or rising_pressure(visit, previous, worst=worst) else ""


def haematological(visit: Visit, *, worst: bool) -> str:
    """A, B, C or nothing of the haematological system."""

    def below(name: str, limit: float) -> bool:
        value = visit[name]
        return worst if value is None else value < limit

    (ttp,) = records(visit, ("ttp",), worst)
    haemolysis = settle(visit["active_haemolysis"], worst)
    if ttp in (2, 3, 4) or (haemolysis and below("hb_g_dl", 8)) or below("platelets_10e9_l", 25):
        return "A"
    if (
        ttp == 1
        or (haemolysis and below("hb_g_dl", 10))
        or below("hb_g_dl", 8)
        or below("wcc_10e9_l", 1)
        or below("neutrophils_10e9_l", 0.5)
        or below("platelets_10e9_l", 50)
    ):
        return "B"
    if (
        haemolysis
        or below("hb_g_dl", 11)
        or below("wcc_10e9_l", 4)
        or below("neutrophils_10e9_l", 2)
        or below("lymphocytes_10e9_l", 1)
        or below("platelets_10e9_l", 150)
        or settle(visit["coombs_isolated"], worst)
    ):
        return "C"
    return ""
