"""Rules of BILAG-2004 with source, how far confirmed and parameter."""

from __future__ import annotations

from equipoise.instruments.bilag2004.form import (
    ISENBERG_2005,
    NOTHING_MOVED,
    SYSTEMS,
    YEE_2007,
    YEE_2010,
    read_moves,
)
from equipoise.instruments.bilag2004.haematological import TTP_THRESHOLDS, HaematologicalRules
from equipoise.instruments.bilag2004.lists import CARRIED_BY
from equipoise.instruments.form import Rule, Status

__all__ = ["FLARE_RULES", "RULES", "SOURCES", "TRIAL_RULES"]

_PETRI_2013 = "Petri M, et al. Ann Rheum Dis 2013; 72(Suppl 3):A473 (FRI0293)"
_TO_BE_CHECKED = "general knowledge; to be checked against the form"
_OWN_CHOICE = "choice of this package"
_PORT = "tests of a public port of the paediatric scorer (dappelbe/JSLE-REDCap)"

SOURCES = (ISENBERG_2005, YEE_2007, YEE_2010, _PETRI_2013)

_THRESHOLD_TEXTS = {
    "ttp_a": "Thrombotic thrombocytopenic purpura recorded at this or more is A.",
    "ttp_b": "Thrombotic thrombocytopenic purpura recorded at this or more is B; 1 is improving.",
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
        id=f"threshold_{name}",
        text=_THRESHOLD_TEXTS[name],
        source=_TO_BE_CHECKED,
        status=Status.MEMORY,
        parameter=name,
        default=default,
        lowest=1.0 if name in TTP_THRESHOLDS else 0.0,
    )
    for name, default in HaematologicalRules().thresholds.items()
)
_SIGNS = tuple(
    Rule(
        id=name,
        text=f"{sign} is C.",
        source=_TO_BE_CHECKED,
        status=Status.MEMORY,
        parameter=name,
        default=True,
    )
    for name, sign in (
        ("haemolysis_is_c", "Active haemolysis with any haemoglobin"),
        ("coombs_is_c", "An isolated positive Coombs test"),
    )
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
        text="Items that stand on another list than on that of the page of the index (none, or "
        "as in 'arrhythmia=B; shrinking_lung=none'). The gastrointestinal and ophthalmic lists "
        "agree with the source item by item, those of the other systems in size or mechanism.",
        source=_PORT,
        status=Status.MEMORY,
        parameter="moved_items",
        default=NOTHING_MOVED,
        reader=read_moves,
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
        highest=1,
        is_open=True,
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
            source=_TO_BE_CHECKED,
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
    *_THRESHOLDS,
    *_SIGNS,
    Rule(
        id="carried",
        text="For a flare, an item recorded worse or new carries a grade that it alone gives. A "
        "constitutional grade that several items give together is carried by any of them, by as "
        "many as give it by themselves (all), or only by one that gives it alone.",
        source=_OWN_CHOICE,
        status=Status.MEMORY,
        parameter="constitutional_carried_by",
        default="any",
        choices=CARRIED_BY,
    ),
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
        highest=len(SYSTEMS),
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
        highest=len(SYSTEMS),
    ),
)
