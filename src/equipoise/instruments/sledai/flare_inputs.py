"""What the classic SELENA flare index asks of two visits."""

from __future__ import annotations

from equipoise.instruments.columns import FLAG, Column, flag, measured

__all__ = ["INPUTS", "MILD_DRUGS", "MILD_SIGNS", "SEVERE_DRUGS", "SEVERE_SIGNS"]

SEVERE_SIGNS = (
    "cns",
    "vasculitis",
    "nephritis",
    "myositis",
    "thrombocytopenia",
    "haemolytic_anaemia",
)
MILD_SIGNS = (
    "discoid_rash",
    "photosensitive_rash",
    "profundus",
    "cutaneous_vasculitis",
    "bullous_lupus",
    "nasopharyngeal_ulcers",
    "pleuritis",
    "pericarditis",
    "arthritis",
    "fever",
)
SEVERE_DRUGS = ("cyclophosphamide", "azathioprine", "methotrexate", "mycophenolate")
MILD_DRUGS = ("nsaid", "hydroxychloroquine")

_SIGN_MEANING = {
    "cns": "lupus of the central nervous system, new or worse",
    "vasculitis": "systemic vasculitis, new or worse",
    "nephritis": "nephritis, new or worse",
    "myositis": "myositis, new or worse",
    "thrombocytopenia": "platelets below 60 x 10^9/L, new or worse",
    "haemolytic_anaemia": "haemolytic anaemia with haemoglobin below 70 g/L or fallen by more "
    "than 30 g/L, new or worse",
}


INPUTS: tuple[Column, ...] = (
    measured("sledai_previous", "SELENA-SLEDAI at the visit before", "points", 105),
    measured("sledai_now", "SELENA-SLEDAI at this visit", "points", 105),
    measured("pga_previous", "global assessment by the physician at the visit before", "0-3", 3),
    measured("pga_now", "global assessment by the physician at this visit", "0-3", 3),
    measured("prednisone_previous_mg_day", "prednisone or equivalent before", "mg/day"),
    measured("prednisone_now_mg_day", "prednisone or equivalent now", "mg/day"),
    measured("weight_kg", "body weight", "kg", 500),
    flag("hospitalised_for_sle", "admitted to hospital for lupus"),
    *(
        Column(
            name=f"new_{sign}",
            meaning=_SIGN_MEANING.get(sign, f"{sign.replace('_', ' ')} of lupus, new or worse"),
            codes=FLAG,
        )
        for sign in SEVERE_SIGNS + MILD_SIGNS
    ),
    *(
        flag(f"started_{drug}", f"{drug} started for activity of lupus")
        for drug in SEVERE_DRUGS + MILD_DRUGS
    ),
)
