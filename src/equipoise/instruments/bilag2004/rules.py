"""Rules of BILAG-2004 with source, how far confirmed and parameter."""

from __future__ import annotations

from dataclasses import fields

from equipoise.instruments.bilag2004.form import ISENBERG_2005, YEE_2007, YEE_2010
from equipoise.instruments.bilag2004.haematological import HaematologicalRules
from equipoise.instruments.form import Rule, Status

__all__ = ["FLARE_RULES", "RULES", "SOURCES", "TRIAL_RULES"]

_PETRI_2013 = "Petri M, et al. Ann Rheum Dis 2013; 72(Suppl 3):A473 (FRI0293)"
_OWN_CHOICE = "choice of this package"
_PORT = "tests of a public port of the paediatric scorer (dappelbe/JSLE-REDCap)"

SOURCES = (ISENBERG_2005, YEE_2007, YEE_2010, _PETRI_2013)

_THRESHOLD_TEXTS = {
    "ttp_a": "Thrombotic thrombocytopenic purpura recorded at this or more is A; at 1 it is B.",
    "hb_a_haemolysis": "Haemoglobin below this, in g/dL, with haemolysis is A.",
    "hb_b_haemolysis": "Haemoglobin below this, in g/dL, with haemolysis is B.",
    "hb_b": "Haemoglobin below this, in g/dL, is B without haemolysis too.",
    "hb_c": "Haemoglobin below this, in g/dL, is C.",
    "platelets_a": "Platelets below this, in 10^9/L, are A.",
    "platelets_b": "Platelets below this, in 10^9/L, are B.",
    "platelets_c": "Platelets below this, in 10^9/L, are C.",
    "wcc_b": "White cells below this, in 10^9/L, are B.",
    "wcc_c": "White cells below this, in 10^9/L, are C.",
    "neutrophils_b": "Neutrophils below this, in 10^9/L, are B.",
    "neutrophils_c": "Neutrophils below this, in 10^9/L, are C.",
    "lymphocytes_c": "Lymphocytes below this, in 10^9/L, are C.",
}

_THRESHOLDS = tuple(
    Rule(
        id=f"threshold_{field.name}",
        text=_THRESHOLD_TEXTS[field.name],
        source="general knowledge; to be checked against the form",
        status=Status.MEMORY,
        parameter=field.name,
        default=field.default,
    )
    for field in fields(HaematologicalRules)
)

_MISSING = Rule(
    id="missing",
    text="What is unknown leaves the answer unknown unless the rest decides (strict), or counts "
    "as absent; bounds are given either way.",
    source=_OWN_CHOICE,
    status=Status.MEMORY,
    parameter="missing",
    default="strict",
    choices=("strict", "as_absent"),
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="lists",
        text="A: an item of the A-list is 2, 3 or 4. Else B: one of it is 1, or one of the "
        "B-list 2, 3 or 4. Else C: one of the B-list is 1, or one of the C-list 1 or more. All "
        "items are looked at first.",
        source=f"{ISENBERG_2005}; sizes and mechanism in {_PORT}",
        status=Status.CONFIRMED,
    ),
    Rule(
        id="list_members",
        text="Which items stand on the lists: gastrointestinal and ophthalmic agree item by "
        "item, the other systems in size or mechanism only.",
        source=_PORT,
        status=Status.MEMORY,
    ),
    Rule(
        id="constitutional",
        text="A: pyrexia and two of weight loss, lymphadenopathy and anorexia at 2 or more. B: "
        "one of the two conditions. C: pyrexia improving, or any of the others present.",
        source=_PORT,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="involvement",
        text="An inactive system is D if it was ever A, B or C, or involved before the trial; "
        "else E.",
        source=ISENBERG_2005,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="renal_a",
        text="A needs two of six features, one of them severe proteinuria, active sediment or "
        "active nephritis in a biopsy.",
        source=_PORT,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="renal_c",
        text="C: protein above 0.25 g/24 h or ratio above 25 mg/mmol, improved or not; dipstick "
        "1+; or pressure above 140 and 90 that rose by 30 and 15.",
        source=ISENBERG_2005,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="renal_improvement",
        text="Proteinuria that fell by this share or more is improved. "
        "Without an earlier value of the same measure it is not.",
        source=ISENBERG_2005,
        status=Status.CONFIRMED,
        parameter="improvement",
        default=0.25,
    ),
    Rule(
        id="renal_improvement_at_limit",
        text="A fall of exactly that share is an improvement.",
        source="written rule: has not decreased by 25 % or more; the legacy scorer differs",
        status=Status.MEMORY,
        parameter="improved_at_limit",
        default=True,
    ),
    *(
        Rule(
            id=f"renal_acr_{word}",
            text=f"Albumin ratio in mg/mmol {side} which albuminuria is {word}; the index gives "
            "it the cut of the protein ratio, though they are different quantities.",
            source="general knowledge; to be checked against the form",
            status=Status.MEMORY,
            parameter=f"acr_{word}",
            default=cut,
        )
        for word, side, cut in (
            ("severe", "above", 100.0),
            ("moderate", "from", 50.0),
            ("mild", "above", 25.0),
        )
    ),
    Rule(
        id="renal_first_visit",
        text="At the first assessment creatinine above 130, or GFR below 80, is no deterioration "
        "(written); an older program calls it one (legacy). GFR below 50 is one either way.",
        source=f"{ISENBERG_2005}; {_PORT}",
        status=Status.DISPUTED,
        parameter="first_visit",
        default="written",
        choices=("written", "legacy"),
    ),
    Rule(
        id="renal_assessed",
        text="One measure of protein, and one of creatinine and GFR, is enough to call the "
        "feature assessed; or each measure not made could raise the grade.",
        source=_OWN_CHOICE,
        status=Status.MEMORY,
        parameter="assessed_by",
        default="any_measure",
        choices=("any_measure", "every_measure"),
    ),
    Rule(
        id="dipstick",
        text="The dipstick counts only where no protein was measured at the visit.",
        source=_PORT,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="attribution",
        text="A value not due to lupus meets no criterion. Where nobody recorded it, it is due "
        "to lupus, since the index records nothing else, or unknown.",
        source="form, revision 1 September 2009; the default is a choice of this package",
        status=Status.MEMORY,
        parameter="unrecorded_attribution",
        default="attributed",
        choices=("attributed", "unknown"),
    ),
    Rule(
        id="haematological",
        text="A: TTP, haemolysis with low haemoglobin, or very low platelets. B and C by milder "
        "thresholds, improving TTP, haemolysis, isolated positive Coombs test.",
        source="general knowledge; to be checked against the form",
        status=Status.MEMORY,
    ),
    *_THRESHOLDS,
    Rule(
        id="points",
        text="A 12, B 8, C 1, D and E 0, added over nine systems; 108 at most.",
        source=YEE_2010,
        status=Status.CONFIRMED,
    ),
    _MISSING,
)

FLARE_RULES: tuple[Rule, ...] = (
    Rule(
        id="classes",
        text="Severe: an A carried by an item recorded worse or new. Moderate: two such B. "
        "Mild: one such B, or three such C.",
        source=_PETRI_2013,
        status=Status.CONFIRMED,
    ),
    Rule(
        id="carried",
        text="An item carries a grade that it alone gives; of the constitutional system, the "
        "items that give it together.",
        source=_OWN_CHOICE,
        status=Status.MEMORY,
    ),
    Rule(
        id="risen",
        text="Renal and haematological grades count when higher than at the last assessment, D "
        "and E being alike; the other systems by their items, or by such a rise too.",
        source="general knowledge",
        status=Status.MEMORY,
        parameter="carried_by",
        default="items",
        choices=("items", "rise"),
    ),
    _MISSING,
)

TRIAL_RULES: tuple[Rule, ...] = (
    Rule(
        id="new_a",
        text="A system is a new A if it is A now and was not before; so many make a flare.",
        source="general knowledge of trial protocols",
        status=Status.MEMORY,
        parameter="min_new_a",
        default=1.0,
        lowest=1,
    ),
    Rule(
        id="new_b",
        text="A system is a new B if it is B now and was C, D or E before, so that A to B is "
        "not new; so many make a flare. One is the rule of Gordon 2003 for the old index.",
        source="general knowledge of trial protocols",
        status=Status.MEMORY,
        parameter="min_new_b",
        default=2.0,
        lowest=1,
    ),
)
