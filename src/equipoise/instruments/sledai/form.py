"""The 24 descriptors of the SLEDAI and what three versions of the index ask of them.

The weights are the same in all versions; the definitions of eleven descriptors are not.
Names and weights: Bombardier C, et al. Arthritis Rheum 1992; 35:630-640.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import check_choice
from equipoise.instruments.form import Form, Item, Status

__all__ = [
    "GROUPS",
    "ITEMS",
    "ORIGINAL",
    "SELENA",
    "SEROLOGY",
    "SKIN",
    "SLEDAI_2K",
    "VARIANTS",
    "WEIGHTS",
    "Variant",
    "variant_named",
]

BOMBARDIER_1992 = "Bombardier C, et al. Arthritis Rheum 1992; 35:630-640"
GLADMAN_2002 = "Gladman DD, Ibanez D, Urowitz MB. J Rheumatol 2002; 29:288-291"
TOUMA_2010 = "Touma Z, Urowitz MB, Gladman DD. Lupus 2010; 19:49-51"
SELENA_TRIALS = (
    "Petri M, et al. N Engl J Med 2005; 353:2550-2558; "
    "Buyon JP, et al. Ann Intern Med 2005; 142:953-962"
)

DAYS = 10
"""Days up to and with the visit in all versions as published; 2K is also validated for 30."""


def _item(
    name: str, weight: int, system: str, definition: str, status: Status = Status.CONFIRMED
) -> Item:
    return Item(
        name,
        weight=weight,
        system=system,
        definition=definition,
        window_days=DAYS,
        source=GLADMAN_2002,
        status=status,
    )


ITEMS: tuple[Item, ...] = (
    _item("seizure", 8, "cns", "seizure of recent onset, not metabolic, infectious or by a drug"),
    _item(
        "psychosis",
        8,
        "cns",
        "perception of reality so disturbed that ordinary function is lost: hallucination, "
        "incoherence, loosened or illogical thought, bizarre or catatonic behaviour; not uraemia "
        "or a drug",
    ),
    _item(
        "organic_brain_syndrome",
        8,
        "cns",
        "orientation, memory or intellect altered, with rapid onset and fluctuation: clouded "
        "consciousness and at least two of disturbed perception, incoherent speech, insomnia or "
        "daytime drowsiness, raised or lowered activity; not metabolic, infectious or by a drug",
    ),
    _item(
        "visual_disturbance",
        8,
        "cns",
        "retinal change of lupus: cytoid bodies, retinal haemorrhage, serous exudate or "
        "haemorrhage of the choroid, or optic neuritis; not hypertension, infection or a drug",
    ),
    _item("cranial_nerve_disorder", 8, "cns", "new sensory or motor neuropathy of a cranial nerve"),
    _item(
        "lupus_headache",
        8,
        "cns",
        "severe persistent headache, migrainous or not, that narcotic analgesia does not relieve",
    ),
    _item("cva", 8, "cns", "new cerebrovascular accident, not from arteriosclerosis"),
    _item(
        "vasculitis",
        8,
        "vascular",
        "ulceration, gangrene, tender finger nodules, periungual infarct or splinter "
        "haemorrhage, or proof by biopsy or angiogram",
    ),
    _item(
        "arthritis",
        4,
        "musculoskeletal",
        "two joints or more with pain and a sign of inflammation: tenderness, swelling, effusion",
    ),
    _item(
        "myositis",
        4,
        "musculoskeletal",
        "proximal ache or weakness with raised creatine kinase or aldolase, a changed "
        "electromyogram or a biopsy showing myositis",
    ),
    _item("urinary_casts", 4, "renal", "haem-granular or red-cell casts"),
    _item(
        "haematuria",
        4,
        "renal",
        "more than 5 red cells per high-power field, not from a stone, infection or other cause",
    ),
    _item("proteinuria", 4, "renal", "more than 0.5 g of protein in 24 h, new or persistent"),
    _item("pyuria", 4, "renal", "more than 5 white cells per high-power field, not infection"),
    _item("rash", 2, "skin", "rash of inflammatory type, new or persistent"),
    _item("alopecia", 2, "skin", "abnormal patchy or diffuse loss of hair, new or persistent"),
    _item("mucosal_ulcers", 2, "skin", "ulcers of mouth or nose, new or persistent"),
    _item(
        "pleurisy",
        2,
        "serosal",
        "pleuritic pain with rub or effusion, or pleural thickening",
        Status.MEMORY,
    ),
    _item(
        "pericarditis",
        2,
        "serosal",
        "pericardial pain with rub, effusion or confirmation by electrocardiogram or echo",
        Status.MEMORY,
    ),
    _item(
        "low_complement",
        2,
        "immunological",
        "CH50, C3 or C4 below the lower limit of the testing laboratory",
    ),
    _item(
        "increased_dna_binding",
        2,
        "immunological",
        "anti-dsDNA above the upper limit of the testing laboratory",
    ),
    _item("fever", 1, "constitutional", "above 38.0 degrees Celsius, not from infection"),
    _item("thrombocytopenia", 1, "haematological", "platelets below 100 x 10^9/L, not from a drug"),
    _item("leukopenia", 1, "haematological", "white cells below 3.0 x 10^9/L, not from a drug"),
)

WEIGHTS = np.array([item.weight for item in ITEMS], dtype=np.float64)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(item.system for item in ITEMS))
"""Organ groups in order of the form."""

SKIN: tuple[str, ...] = tuple(item.name for item in ITEMS if item.system == "skin")
"""Items that in one version count only when new or recurrent."""

SEROLOGY = "immunological"
"""The group that the clinical SLEDAI leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One published version of the index.

    Attributes
    ----------
    id, title : str
        Name in data, printed name.
    form : Form
        The 24 items with the definitions of this version.
    arthritis_min_joints : int
        Joints with pain and inflammation that make arthritis.
    proteinuria : str
        ``level``: more than 0.5 g/24 h is enough; ``change``: it must be new or have risen.
    skin : str
        ``any``: rash, alopecia and ulcers count new or lasting; ``onset``: only new or recurrent.
    """

    id: str
    title: str
    form: Form
    arthritis_min_joints: int
    proteinuria: str
    skin: str = "any"


def _form(id_: str, title: str, source: str, changes: dict[str, tuple[str, Status]]) -> Form:
    unknown = [name for name in changes if name not in {item.name for item in ITEMS}]
    if unknown:
        raise DataError(Fault(where=id_, came=", ".join(unknown), wanted="items"))
    items = tuple(
        replace(item, definition=changes[item.name][0], status=changes[item.name][1], source=source)
        if item.name in changes
        else replace(item, source=source)
        for item in ITEMS
    )
    return Form(id=id_, title=title, items=items, source=source)


_THREE_JOINTS = (
    "more than two joints with pain and a sign of inflammation: tenderness, swelling, effusion",
    Status.CONFIRMED,
)
_RISEN_PROTEIN = (
    "more than 0.5 g of protein in 24 h that is new, or has risen by more than 0.5 g",
    Status.CONFIRMED,
)

SLEDAI_2K = Variant(
    id="sledai_2k",
    title="SLEDAI-2K",
    form=_form(
        "sledai_2k",
        "SLE Disease Activity Index 2000",
        GLADMAN_2002,
        {
            "arthritis": (
                "two joints or more with pain and a sign of inflammation: tenderness, swelling, "
                "effusion",
                Status.DISPUTED,
            ),
        },
    ),
    arthritis_min_joints=2,
    proteinuria="level",
)

ORIGINAL = Variant(
    id="sledai_original",
    title="SLEDAI (1992)",
    form=_form(
        "sledai_original",
        "SLE Disease Activity Index, 1992",
        BOMBARDIER_1992,
        {
            "arthritis": _THREE_JOINTS,
            "proteinuria": _RISEN_PROTEIN,
            "rash": ("rash of inflammatory type, new or recurrent", Status.MEMORY),
            "alopecia": (
                "abnormal patchy or diffuse loss of hair, new or recurrent",
                Status.MEMORY,
            ),
            "mucosal_ulcers": ("ulcers of mouth or nose, new or recurrent", Status.MEMORY),
            "increased_dna_binding": (
                "more than 25 % binding by Farr assay, or anti-dsDNA above the upper limit of "
                "the testing laboratory",
                Status.CONFIRMED,
            ),
        },
    ),
    arthritis_min_joints=3,
    proteinuria="change",
    skin="onset",
)

SELENA = Variant(
    id="selena_sledai",
    title="SELENA-SLEDAI",
    form=_form(
        "selena_sledai",
        "SLEDAI of the SELENA trials",
        SELENA_TRIALS,
        {
            "seizure": (
                "seizure of recent onset, not metabolic, infectious, by a drug or from past "
                "irreversible damage of the central nervous system",
                Status.MEMORY,
            ),
            "visual_disturbance": (
                "retinal change of lupus, optic neuritis, scleritis or episcleritis; not "
                "hypertension, infection or a drug",
                Status.CONFIRMED,
            ),
            "cranial_nerve_disorder": (
                "new sensory or motor neuropathy of a cranial nerve, vertigo from lupus included",
                Status.CONFIRMED,
            ),
            "cva": (
                "new cerebrovascular accident, not from arteriosclerosis or hypertension",
                Status.CONFIRMED,
            ),
            "arthritis": _THREE_JOINTS,
            "proteinuria": _RISEN_PROTEIN,
            "rash": ("rash of inflammatory type, new or ongoing", Status.CONFIRMED),
            "alopecia": ("abnormal loss of hair, new or ongoing", Status.MEMORY),
            "mucosal_ulcers": ("ulcers of mouth or nose, new or ongoing", Status.MEMORY),
            "pleurisy": (
                "pleuritic pain, rub or effusion, or pleural thickening, from lupus",
                Status.MEMORY,
            ),
            "pericarditis": (
                "pericardial pain, rub or effusion, or confirmation by electrocardiogram or echo",
                Status.MEMORY,
            ),
        },
    ),
    arthritis_min_joints=3,
    proteinuria="change",
)

VARIANTS: dict[str, Variant] = {variant.id: variant for variant in (ORIGINAL, SLEDAI_2K, SELENA)}


def variant_named(name: str) -> Variant:
    """Find a version by its id; DataError with the nearest one for any other name."""
    return VARIANTS[check_choice("variant", name, tuple(VARIANTS))]
