"""The 41 items of the damage index, with their caps; renal end-stage disease is one of three."""

from __future__ import annotations

import numpy as np

from equipoise.instruments.form import Form, Item

__all__ = ["CAPS", "DOMAINS", "FORM", "ITEMS", "STEROID_RELATED"]

GLADMAN_1996 = "Gladman D, et al. Arthritis Rheum 1996; 39:363-369"
_COUNTS = tuple(float(count) for count in range(100))


def _item(name: str, domain: str, definition: str, cap: int = 1) -> Item:
    return Item(
        name,
        weight=float(cap),
        system=domain,
        definition=definition,
        source=GLADMAN_1996,
        codes=_COUNTS,
    )


ITEMS: tuple[Item, ...] = (
    _item("cataract", "ocular", "any cataract ever"),
    _item("retinal_change_or_optic_atrophy", "ocular", "retinal change or optic atrophy"),
    _item("cognitive_or_psychosis", "neuropsychiatric", "cognitive impairment or psychosis"),
    _item("seizures_6mo", "neuropsychiatric", "seizures that need treatment for 6 months"),
    _item("cva", "neuropsychiatric", "cerebrovascular accidents, ever", 2),
    _item("cranial_or_peripheral_neuropathy", "neuropsychiatric", "neuropathy, not optic"),
    _item("transverse_myelitis", "neuropsychiatric", "transverse myelitis"),
    _item("gfr_below_50", "renal", "filtration below 50 %"),
    _item("proteinuria_3_5", "renal", "protein of 3.5 g/24 h or more"),
    _item("esrd", "renal", "end-stage renal disease: 3 points instead of the two above"),
    _item("pulmonary_hypertension", "pulmonary", "pulmonary hypertension"),
    _item("pulmonary_fibrosis", "pulmonary", "pulmonary fibrosis"),
    _item("shrinking_lung", "pulmonary", "shrinking lung"),
    _item("pleural_fibrosis", "pulmonary", "pleural fibrosis"),
    _item("pulmonary_infarction", "pulmonary", "pulmonary infarction"),
    _item("angina_or_cabg", "cardiovascular", "angina or coronary bypass"),
    _item("mi", "cardiovascular", "myocardial infarctions, ever", 2),
    _item("cardiomyopathy", "cardiovascular", "cardiomyopathy"),
    _item("valvular_disease", "cardiovascular", "valvular disease"),
    _item(
        "pericarditis_6mo_or_pericardiectomy",
        "cardiovascular",
        "pericarditis for 6 months, or pericardiectomy",
    ),
    _item("claudication_6mo", "peripheral_vascular", "claudication for 6 months"),
    _item("minor_tissue_loss", "peripheral_vascular", "minor tissue loss, pulp space"),
    _item("significant_tissue_loss", "peripheral_vascular", "sites of significant tissue loss", 2),
    _item(
        "venous_thrombosis_complicated",
        "peripheral_vascular",
        "venous thrombosis with swelling, ulceration or stasis",
    ),
    _item(
        "bowel_spleen_liver_gallbladder_loss",
        "gastrointestinal",
        "sites of infarction or resection: bowel, spleen, liver, gallbladder",
        2,
    ),
    _item("mesenteric_insufficiency", "gastrointestinal", "mesenteric insufficiency"),
    _item("chronic_peritonitis", "gastrointestinal", "chronic peritonitis"),
    _item(
        "stricture_or_upper_gi_surgery",
        "gastrointestinal",
        "stricture, or surgery of the upper tract",
    ),
    _item("pancreatic_insufficiency", "gastrointestinal", "pancreatic insufficiency"),
    _item("muscle_atrophy_weakness", "musculoskeletal", "muscle atrophy or weakness"),
    _item("deforming_or_erosive_arthritis", "musculoskeletal", "deforming or erosive arthritis"),
    _item("osteoporosis_fracture", "musculoskeletal", "osteoporosis with fracture or collapse"),
    _item("avascular_necrosis", "musculoskeletal", "sites of avascular necrosis", 2),
    _item("osteomyelitis", "musculoskeletal", "osteomyelitis"),
    _item("tendon_rupture", "musculoskeletal", "rupture of tendons"),
    _item("scarring_alopecia", "skin", "scarring chronic alopecia"),
    _item("extensive_scarring", "skin", "extensive scarring, not of scalp and pulp space"),
    _item("skin_ulceration_6mo", "skin", "skin ulcers for 6 months, not by thrombosis"),
    _item("premature_gonadal_failure", "gonadal", "premature gonadal failure"),
    _item("diabetes_treated", "endocrine", "diabetes, whatever its treatment"),
    _item("malignancy", "malignancy", "sites of malignancy, dysplasia excluded", 2),
)
FORM = Form(id="sdi", title="SLICC/ACR damage index", items=ITEMS, source=GLADMAN_1996)
DOMAINS = FORM.systems
"""The 12 domains."""

CAPS = np.array([item.weight for item in ITEMS])
"""Greatest count that scores, by item."""

STEROID_RELATED = ("cataract", "osteoporosis_fracture", "avascular_necrosis", "diabetes_treated")
"""Items that glucocorticoid brings."""
