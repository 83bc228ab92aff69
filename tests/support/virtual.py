"""Two lupus protocols for tests of the simulation: nephritis in two arms, refractory SLE in one."""

from __future__ import annotations

from functools import cache

from equipoise.protocol import Protocol
from equipoise.simulate.variable import NERVOUS, SIGNS, VARIABLES

DECIMALS = {"protein_24h": 2, "c3": 2, "c4": 2, "wbc": 1, "prednisone": 1, "pga": 1}
LABORATORY = (
    "protein_24h", "urine_rbc_hpf", "urine_wbc_hpf", "urinary_casts", "creatinine", "albumin", "c3",
    "c4", "anti_dsdna", "wbc", "platelets", "haemoglobin", "prednisone", "pga",
)  # fmt: skip
BILAG = (
    "bilag_skin_eruption_mild", "bilag_skin_eruption_severe", "bilag_arthritis_mild",
    "bilag_arthritis_moderate", "bilag_arthritis_severe", "bilag_pyrexia",
    "bilag_active_sediment", "bilag_nephrotic_syndrome", "bilag_active_nephritis_histology",
    "bilag_pleurisy_pericarditis", "bilag_hepatitis",
)  # fmt: skip
SLEDAI = {
    "name": "sledai_2k",
    "output": "total",
    "inputs": {
        "urine_protein_24h_g": "protein_24h", "c3_g_l": "c3", "c4_g_l": "c4",
        "c3_lln_g_l": "0.8", "c4_lln_g_l": "0.1", "anti_dsdna_uln": "100",
        "platelets_10e9_l": "platelets", "wbc_10e9_l": "wbc",
    },
    "options": {"unrecorded_exclusion": "absent"},
}  # fmt: skip


def variable(name):
    """A captured variable as the model makes it."""
    known = VARIABLES[name]
    kind = known.kinds[-1] if name.startswith("bilag_") else known.kinds[0]
    form = {"label": known.meaning, "level": known.level, "kind": kind}
    if kind == "number" and known.units and known.units[0] != "1":
        form["unit"] = known.units[0]
    if kind == "number":
        form["decimals"] = DECIMALS.get(name, 0)
    if known.codes:
        form["codes"] = {code: code for code in known.codes}
    return form


def build(**changes):
    """A protocol of the nephritis trial with some top-level parts exchanged."""
    visit_variables = [*LABORATORY, *SIGNS, *NERVOUS, *BILAG]
    weeks = [0, 1, 2, 4, 8, 12, 16, 20, 24]
    visits = {"SCR": {"label": "Screening", "day": -7}} | {
        f"W{week}": {"label": f"Week {week}", "day": 7 * week} for week in weeks
    }
    cells = {"agent": "Cells", "dose": {"amount": 1e8, "unit": "cells"}, "days": [0, 7]}
    parts = {
        "equipoise": 1,
        "id": "nephritis",
        "trial": {"title": "A nephritis trial", "indication": "Lupus nephritis"},
        "population": {
            "description": "New class III or IV nephritis",
            "planned_subjects": 24,
            "planned_sites": 3,
            "eligibility": {
                "include": {
                    "age": {"text": "16 to 65 years", "when": "16 <= age <= 65"},
                    "active": {"text": "SLEDAI above 8", "when": "sledai@SCR > 8"},
                    "consent": {"text": "Consent"},
                },
                "exclude": {
                    "kidney": {"text": "Creatinine above 250", "when": "creatinine@SCR > 250"},
                    "white": {"text": "White cells below 3.5", "when": "wbc@SCR < 3.5"},
                },
            },
        },
        "arms": {
            "cells": {
                "label": "Cells",
                "role": "experimental",
                "ratio": 2,
                "interventions": [
                    cells,
                    {"agent": "Cyclophosphamide", "days": [0], "background": True},
                ],
            },
            "placebo": {
                "label": "Placebo",
                "role": "placebo_control",
                "interventions": [{"agent": "Placebo", "days": [0, 7]}],
            },
        },
        "masking": {"blinded": ["subject", "investigator"]},
        "randomisation": {
            "procedure": "permuted_blocks",
            "block_sizes": [3, 6],
            "strata": ["nephritis_class"],
        },
        "schedule": {
            "baseline": "W0",
            "visits": visits,
            "assessments": {
                "all": {
                    "label": "Everything",
                    "visits": list(visits),
                    "variables": visit_variables,
                }
            },
        },
        "variables": {
            **{name: variable(name) for name in ("age", "sex", "weight", "nephritis_class")},
            **{name: variable(name) for name in ("flare_day", "serious_infection_day")},
            **{name: variable(name) for name in visit_variables},
            "sledai": {"label": "SLEDAI-2K", "level": "visit", "instrument": SLEDAI},
        },
        "analysis_sets": {"all": {"label": "Randomised", "when": "randomised"}},
        "scenarios": {
            "null": {"label": "No effect", "population": "lupus_nephritis_new"},
            "benefit": {
                "label": "Better response, more reactions",
                "population": "lupus_nephritis_new",
                "effects": {"cells": {"response_log_odds": 2.0, "infusion_reaction_rate": 0.5}},
            },
        },
    }
    return Protocol.model_validate_json(_json(parts | changes))


def _json(parts):
    import json

    return json.dumps(parts)


@cache
def nephritis():
    """Two arms, 2:1, stratified, nine visits over half a year."""
    return build()


def course(population, days, **changes):
    """One population followed on given days from randomisation, in one arm."""
    visits = {f"D{day}": {"label": f"Day {day}", "day": day} for day in days}
    names = [*LABORATORY, *SIGNS, *NERVOUS, "bilag_arthritis_mild"]
    return build(
        id="course",
        population={"description": "Everybody"},
        arms={"standard": {"label": "Standard", "role": "active_control"}},
        masking={},
        randomisation={"procedure": "simple"},
        schedule={
            "baseline": f"D{days[0]}",
            "visits": visits,
            "assessments": {
                "all": {"label": "Everything", "visits": list(visits), "variables": names}
            },
        },
        variables={
            **{name: variable(name) for name in ("age", "sex", "weight", "nephritis_class")},
            **{name: variable(name) for name in ("flare_day", "serious_infection_day")},
            **{name: variable(name) for name in names},
            "sledai": {"label": "SLEDAI-2K", "level": "visit", "instrument": SLEDAI},
            "egfr": {
                "label": "eGFR, CKD-EPI 2021",
                "level": "visit",
                "instrument": {
                    "name": "egfr",
                    "output": "egfr",
                    "inputs": {"creatinine_umol_l": "creatinine", "age_years": "age"},
                },
            },
            "remission": {
                "label": "Remission by the rule of NCT01539902",
                "level": "visit",
                "kind": "yes_no",
                "instrument": {
                    "name": "renal_response_nct01539902",
                    "output": "any_response",
                    "inputs": {
                        "urine_protein_24h_g": "protein_24h",
                        "urine_protein_24h_baseline_g": "protein_24h@baseline",
                        "creatinine_umol_l": "creatinine",
                        "creatinine_baseline_umol_l": "creatinine@baseline",
                        "urine_rbc_hpf": "urine_rbc_hpf",
                    },
                    "options": {"function_tolerance": 0.15, "halving_binds_subnephrotic": False},
                },
            },
            "sledai_clinical": {
                "label": "SLEDAI-2K without serology",
                "level": "visit",
                "instrument": SLEDAI | {"output": "clinical"},
            },
            "sledai_renal": {
                "label": "SLEDAI-2K, renal",
                "level": "visit",
                "instrument": SLEDAI | {"output": "points_renal"},
            },
        },
        scenarios={"course": {"label": "Course", "population": population, "subjects": 100}},
        **changes,
    )
