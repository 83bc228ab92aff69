"""Cases of the same form as those that ship, with inputs that these do not use."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.qualification.adapter import Given
from equipoise.qualification.compare import differences
from equipoise.qualification.functions import FUNCTIONS

HERE = Path(__file__).parent


def near(_path, expected, actual):
    return abs(expected - actual) < 0.05


def answer(function, **inputs):
    return FUNCTIONS[function](Given(inputs, HERE))


def agrees(function, inputs, expected):
    found = list(differences(expected, answer(function, **inputs), close=near))
    assert not found, "\n".join(map(str, found))


CALM = {
    "sledai_baseline": 10,
    "sledai_visit": 6,
    "bilag_baseline": {"renal": "B"},
    "bilag_visit": {"renal": "C"},
    "pga_baseline": 1.5,
    "pga_visit": 1.0,
}

CASES = {
    "egfr, old assay": (
        "egfr",
        {
            "equation": "mdrd",
            "sex": "M",
            "age_years": 30,
            "creatinine_mg_dl": 1,
            "coefficient": 186,
        },
        {"egfr": 93.25},
    ),
    "egfr, indexed clearance": (
        "egfr",
        {
            "equation": "cockcroft_gault",
            "sex": "M",
            "age_years": 40,
            "creatinine_mg_dl": 1,
            "weight_kg": 80,
            "height_cm": 180,
            "bsa": True,
        },
        {"egfr": 96.11},
    ),
    "egfr, child": (
        "egfr",
        {"equation": "schwartz", "creatinine_mg_dl": 0.5, "height_cm": 120},
        {"egfr": 99.12},
    ),
    "egfr, impossible creatinine": (
        "egfr",
        {"equation": "ckd_epi_2021", "sex": "M", "age_years": 55, "creatinine_mg_dl": 0},
        {"egfr": None},
    ),
    "ratio in the other direction": (
        "upcr_convert",
        {"from": "mg_mmol", "value": 113.12},
        {"value": 1.0},
    ),
    "eular 2012": (
        "renal_response",
        {
            "definition": "eular_2012",
            "upcr_mg_mmol": 49,
            "upcr_baseline_mg_mmol": 400,
            "egfr": 85,
            "egfr_baseline": 70,
        },
        {"response": "complete"},
    ),
    "eular 2019 from the ratio": (
        "renal_response",
        {
            "definition": "eular_2019",
            "upcr_g_g": 0.6,
            "upcr_baseline_g_g": 3,
            "egfr": 80,
            "egfr_baseline": 85,
            "complete_cut": 0.7,
        },
        {"response": "complete"},
    ),
    "access partial": (
        "renal_response",
        {
            "definition": "access",
            "upcr_g_g": 0.9,
            "upcr_baseline_g_g": 2.0,
            "creatinine_mg_dl": 1.0,
            "creatinine_baseline_mg_dl": 1.0,
            "creatinine_uln_mg_dl": 1.1,
        },
        {"response": "partial", "components": {"complete_protein": False}},
    ),
    "alms complete": (
        "renal_response",
        {
            "definition": "alms",
            "upcr_g_g": 0.4,
            "upcr_baseline_g_g": 4,
            "creatinine_mg_dl": 1,
            "creatinine_baseline_mg_dl": 1,
            "creatinine_uln_mg_dl": 1.2,
        },
        {"response": "complete"},
    ),
    "bliss-ln rescue": (
        "renal_response",
        {
            "definition": "bliss_ln",
            "upcr_g_g": 0.3,
            "egfr": 95,
            "preflare_egfr": 100,
            "treatment_failure": True,
        },
        {"crr": False, "perr": False, "response": "none"},
    ),
    "abatacept": (
        "renal_response",
        {"definition": "abatacept", "upcr_g_g": 0.3, "egfr": 95, "egfr_baseline": 100},
        {"complete": True},
    ),
    "unknown under nri": (
        "renal_response",
        {
            "definition": "kdigo_2024",
            "upcr_g_g": None,
            "upcr_baseline_g_g": 3,
            "egfr": 80,
            "egfr_baseline": 80,
            "missing_policy": "nri",
        },
        {"response": "none", "complete": False, "missing": ["upcr_mg_mmol"]},
    ),
    "mild flare": (
        "renal_flare_kdigo2012",
        {
            "creatinine_baseline_mg_dl": 0.8,
            "creatinine_mg_dl": 0.8,
            "rbc_hpf_baseline": 2,
            "rbc_hpf": 20,
            "acanthocytes_hpf": 3,
        },
        {"flare": "mild"},
    ),
    "step with a later complete target": (
        "renal_step_eular2019",
        {
            "month": 14,
            "protein_24h_g": 1.5,
            "protein_24h_baseline_g": 5,
            "egfr": 80,
            "egfr_baseline": 80,
            "nephrotic_extension_months": 6,
        },
        {"target_met": True},
    ),
    "lesions not listed are absent, null is unknown": (
        "nih_indices",
        {"lesions": {"fibrinoid_necrosis": None, "tubular_atrophy": 2}},
        {"ai": None, "ai_bounds": [0, 6], "ci": 2},
    ),
    "sri under nri": (
        "sri",
        CALM | {"pga_visit": None, "missing_policy": "nri"},
        {"responder": False, "missing": ["pga"]},
    ),
    "sri strict": ("sri", CALM | {"pga_visit": None}, {"responder": None}),
    "sri not evaluable under nri": (
        "sri",
        CALM | {"x": 8, "sledai_baseline": 7, "missing_policy": "nri"},
        {"responder": None, "evaluable": False},
    ),
    "bicla": ("bicla", CALM, {"responder": True}),
    "sri, either condition": (
        "sri",
        CALM | {"bilag_visit": {"renal": "A"}, "bilag_rule": "or", "x": 4},
        {"responder": True, "components": {"bilag": True}},
    ),
    "sri, everybody": (
        "sri",
        CALM | {"sledai_baseline": 3, "evaluable_rule": "everybody"},
        {"responder": False, "evaluable": True},
    ),
    "a dose into a joint": (
        "pred_eq",
        {
            "doses": [{"drug": "prednisone", "total_mg": 10, "route": "intra_articular"}],
            "counted_routes": "systemic_and_joint",
        },
        {"pred_eq_mg_day": 10},
    ),
    "proteinuria by other limits": (
        "ctcae_v5",
        {"analyte": "proteinuria_g_24h", "value": 3.0, "proteinuria_grade_3": 3.0},
        {"grade": 3},
    ),
    "lldas, a drug above its ceiling": (
        "lldas",
        {
            "items": [],
            "previous_items": [],
            "pga": 0.5,
            "pred_eq_mg_day": 5,
            "drugs": {"azathioprine": 250},
        },
        {"lldas": False, "components": {"drugs": False}},
    ),
    "lldas without a previous visit": (
        "lldas",
        {"items": [], "pga": 0.5, "pred_eq_mg_day": 5},
        {"lldas": None},
    ),
    "lldas by the flare index": (
        "lldas",
        {
            "items": {"rash": True, "fever": None},
            "previous_items": [],
            "pga": 0.5,
            "pred_eq_mg_day": 5,
            "new_activity_rule": "sfi",
            "sfi_flare": "mild_moderate",
        },
        {"lldas": False},
    ),
    "doris complete": (
        "doris",
        {
            "clinical_sledai": 0,
            "pga": 0.2,
            "pred_eq_mg_day": 0,
            "immunosuppressant_or_biologic": False,
            "low_complement": True,
        },
        {"on_treatment": True, "off_treatment": True, "complete": False},
    ),
    "a state held": (
        "time_in_state",
        {"days": [0, 30, 60], "states": [True, True, None], "n_days": 30},
        {"sustained": True, "longest_run_days": 30},
    ),
    "an unknown visit ends a run": (
        "time_in_state",
        {"days": [0, 30, 60], "states": [True, None, True], "n_days": 60},
        {"sustained": False, "longest_run_days": 0, "fraction_visits": 1},
    ),
    "an unknown visit leaves a run open": (
        "time_in_state",
        {
            "days": [0, 30, 60],
            "states": [True, None, True],
            "n_days": 60,
            "unknown_visit": "left_out",
        },
        {"sustained": None},
    ),
    "slicc nephritis": (
        "slicc_2012",
        {"clinical": [], "immunological": ["anti_dsdna"], "biopsy_nephritis": True},
        {"met": True, "n": 1},
    ),
    "slicc undetermined": (
        "slicc_2012",
        {"clinical": ["synovitis", "renal"], "immunological": ["ana"], "unknown": ["alopecia"]},
        {"met": None, "bounds": [3, 4]},
    ),
    "acr from parts": (
        "acr_1997",
        {"present": ["malar_rash", "anti_sm", "pleuritis", "ana"], "lymphopenia_occasions": 1},
        {"n": 4, "met": True},
    ),
    "eular, ana unknown": (
        "eular_acr_2019",
        {"ana": None, "present": ["class_iii_iv"]},
        {"points": 10, "status": "undetermined"},
    ),
    "damage unknown": ("sdi", {"items": {"mi": None}}, {"sdi": None, "bounds": [0, 2]}),
    "creatinine without baseline": (
        "ctcae_v5",
        {"analyte": "creatinine", "value": 2.0, "uln": 1.2},
        {"grade": 2},
    ),
    "potassium, one limit listed": (
        "ctcae_v5",
        {"analyte": "potassium", "value": 3.2, "lln": 3.5, "symptomatic": True},
        {"grade": 2},
    ),
    "no limit, no grade": ("ctcae_v5", {"analyte": "wbc", "value": 3.5}, {"grade": None}),
    "other susar": (
        "susar_due",
        {
            "day0": "2023-12-20",
            "serious": True,
            "related": True,
            "unexpected": True,
            "fatal_or_life_threatening": False,
        },
        {"expedited": True, "first_due": "2024-01-04", "followup_due": None},
    ),
    "delayed": (
        "infusion_class",
        {"hours_from_start": 30, "hours_after_end": 28},
        {"class": "delayed"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    agrees(*CASES[name])


@pytest.mark.parametrize(
    ("function", "inputs", "message"),
    [
        ("egfr", {"equation": "ckd_epi_2020", "sex": "M"}, "did you mean 'ckd_epi_2021'"),
        ("renal_response", {"definition": "kdigo_2025"}, "did you mean 'kdigo_2024'"),
        ("upcr_convert", {"from": "mg_g", "value": 1}, "from: 'mg_g'"),
        ("sri", CALM | {"bilag_visit": {"kidney": "A"}}, "bilag: 'kidney'"),
        ("sri", CALM | {"bilag_visit": {"renal": "F"}}, "grade: 'F'"),
        (
            "lldas",
            {"items": ["rashes"], "pga": 0, "pred_eq_mg_day": 0},
            "did you mean 'rash'",
        ),
        (
            "lldas",
            {"items": [], "pga": 0, "pred_eq_mg_day": 0, "drugs": ["azathioprine"]},
            "drugs: .*wanted {drug: dose}",
        ),
        ("pred_eq", {"doses": [{"drug": "prednison", "total_mg": 5}]}, "did you mean 'prednisone'"),
        ("acr_1997", {"present": ["malar_rashes"]}, "did you mean 'malar_rash'"),
        ("sdi", {"items": {"stroke": 1}}, "'stroke'"),
        ("ctcae_v5", {"analyte": "sodium", "value": 140}, "analyte: 'sodium'"),
        ("doris", {"pga": 0}, "inputs: pga; wanted 'clinical_sledai' too"),
    ],
)
def test_what_a_case_cannot_ask_for(function, inputs, message):
    with pytest.raises(DataError, match=message):
        answer(function, **inputs)
