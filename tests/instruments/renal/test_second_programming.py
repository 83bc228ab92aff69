"""The definitions of response and flare programmed a second time, in exact fractions.

Written from the specification before the kernels were read. The numbers drawn lie at, just below
and just above each limit, in the unit in which the definition prints it.
"""

from fractions import Fraction as F
from random import Random

import pytest

from equipoise.instruments import find_instrument

ROWS = 400
STEP = F("0.001")
SHARES = [
    F(share) for share in ("0.4", "0.5", "0.8", "0.85", "0.9", "1", "1.15", "1.25", "1.3", "2")
]
LIMITS = {
    "upcr_g_g": "0 0.2 0.5 0.7 1 2 3 5",
    "urine_protein_24h_g": "0 0.5 1 1.5 3 6",
    "creatinine_mg_dl": "0.8 1 2 3",
    "creatinine_uln_mg_dl": "1 1.2",
    "egfr": "45 60 75 81 90 110",
    "urine_rbc_hpf": "0 4 5 10 15 25",
    "urine_wbc_hpf": "5",
    "prednisone_mg_day": "5 10",
    "prednisone_28d_mg_day": "5 10",
    "acanthocytes_hpf": "1 2",
}
FLAGS = {
    **dict.fromkeys(("rescue", "cellular_casts", "casts_recurred"), 0),
    **dict.fromkeys(
        ("steroid_adherent", "inactive_sediment", "egfr_fall_confirmed", "steroid_kept_low"), 1
    ),
    "active_sediment": 1,
}


def at_baseline(name):
    """The column that holds the value before: ``upcr_g_g`` becomes ``upcr_baseline_g_g``."""
    if name == "egfr":
        return "egfr_baseline"
    for unit in ("_g_g", "_mg_dl", "_hpf", "_g"):
        if name.endswith(unit):
            return f"{name.removesuffix(unit)}_baseline{unit}"
    return ""


def then(row, name):
    """The value before of the column ``name``."""
    return row[at_baseline(name)]


def kdigo_2012(row):
    rise, before = (
        row["creatinine_mg_dl"] - then(row, "creatinine_mg_dl"),
        then(row, "creatinine_mg_dl"),
    )
    ratio, ratio_before = row["upcr_g_g"], then(row, "upcr_g_g")
    most, least = (1, F("0.2")) if before < 2 else (F("1.5"), F("0.4"))
    if rise > most or ratio - ratio_before > 5:
        return "severe"
    if least <= rise <= most:
        return "moderate"
    if ratio_before < F("0.5"):
        moderate = ratio >= 1
    elif ratio_before <= 1:
        moderate = ratio >= 2 and ratio - ratio_before < 5
    else:
        moderate = ratio >= 2 * ratio_before and ratio < 5
    if moderate:
        return "moderate"
    glomerular = then(row, "urine_rbc_hpf") < 5 and row["urine_rbc_hpf"] > 15
    mild = (glomerular and row["acanthocytes_hpf"] >= 2) or row["casts_recurred"]
    return "mild" if mild else "none"


def nct01539902(row):
    protein, before = row["urine_protein_24h_g"], then(row, "urine_protein_24h_g")
    small = protein < 3 and 2 * protein <= before if before > 3 else protein < 1
    stable = row["creatinine_mg_dl"] <= F("1.15") * then(row, "creatinine_mg_dl")
    if not (small and stable and row["urine_rbc_hpf"] < 10):
        return "none"
    return "complete" if protein < F("0.5") and row["urine_rbc_hpf"] <= 5 else "partial"


def kdigo_2024(row):
    if row["egfr"] < F("0.85") * then(row, "egfr"):
        return "none"
    if row["upcr_g_g"] < F("0.5"):
        return "complete"
    halved = 2 * row["upcr_g_g"] <= then(row, "upcr_g_g")
    return "partial" if halved and row["upcr_g_g"] < 3 else "none"


def eular_2019(row):
    if row["egfr"] < F("0.9") * then(row, "egfr") and row["egfr"] < 90:
        return "none"
    if row["urine_protein_24h_g"] < F("0.5"):
        return "complete"
    return (
        "partial" if 2 * row["urine_protein_24h_g"] <= then(row, "urine_protein_24h_g") else "none"
    )


def access(row):
    serum = row["creatinine_mg_dl"]
    stable = serum <= row["creatinine_uln_mg_dl"] or serum <= F("1.25") * then(
        row, "creatinine_mg_dl"
    )
    if not (stable and row["steroid_adherent"]):
        return "none"
    if row["upcr_g_g"] < F("0.5"):
        return "complete"
    return "partial" if 2 * row["upcr_g_g"] < then(row, "upcr_g_g") else "none"


def alms(row):
    serum, ratio = row["creatinine_mg_dl"], row["upcr_g_g"]
    quiet = row["urine_protein_24h_g"] <= F("0.5") and row["inactive_sediment"]
    if serum <= row["creatinine_uln_mg_dl"] and quiet:
        return "complete"
    less = ratio < 3 if then(row, "upcr_g_g") >= 3 else 2 * ratio <= then(row, "upcr_g_g")
    return "partial" if less and serum <= F("1.25") * then(row, "creatinine_mg_dl") else "none"


def bliss_ln(row):
    rate, before = row["egfr"], row["egfr_preflare"]
    if row["rescue"] or row["prednisone_mg_day"] > 10:
        return "none"
    if row["upcr_g_g"] < F("0.5") and (rate >= 90 or rate >= F("0.9") * before):
        return "crr"
    preserved = rate >= 60 or rate >= F("0.8") * before
    return "perr" if row["upcr_g_g"] <= F("0.7") and preserved else "none"


def aurora_1(row):
    fallen = row["egfr"] < F("0.8") * then(row, "egfr") and row["egfr_fall_confirmed"]
    holds = row["egfr"] >= 60 or not fallen
    treated = not row["rescue"] and row["steroid_kept_low"]
    return "complete" if row["upcr_g_g"] <= F("0.5") and holds and treated else "none"


def nct01714817(row):
    holds = row["egfr"] >= 90 or row["egfr"] >= F("0.85") * then(row, "egfr")
    quiet = not row["cellular_casts"] and row["prednisone_28d_mg_day"] <= 10
    return "complete" if row["upcr_g_g"] < F("0.5") and holds and quiet else "none"


def nephritic(row):
    worse = row["creatinine_mg_dl"] >= F("1.3") * then(row, "creatinine_mg_dl")
    worse = worse or row["egfr"] <= F("0.9") * then(row, "egfr")
    more = row["urine_rbc_hpf"] - then(row, "urine_rbc_hpf") >= 10
    return "flare" if worse and more and row["active_sediment"] else "none"


TWINS = {
    "renal_response_nct01539902": nct01539902,
    "renal_response_kdigo_2024": kdigo_2024,
    "renal_response_eular_2019": eular_2019,
    "renal_response_access": access,
    "renal_response_alms": alms,
    "renal_response_bliss_ln": bliss_ln,
    "renal_response_aurora_1": aurora_1,
    "renal_response_nct01714817": nct01714817,
    "renal_flare_kdigo2012": kdigo_2012,
    "renal_flare_nephritic": nephritic,
}


def draw(rng, columns):
    """Draw one patient at the limits; a pair of values also at the shares that definitions use."""
    row = {name: F(int(rng.random() < 0.2) ^ usual) for name, usual in FLAGS.items()}
    for name, limits in LIMITS.items():
        for column in (at_baseline(name), name):
            near = rng.choice([-STEP, F(0), STEP])
            row[column] = max(F(rng.choice(limits.split())) + near, F(0))
        if rng.random() < 0.6:
            row[name] = max(rng.choice(SHARES) * row[at_baseline(name)] + near, F(0))
    row["egfr_preflare"] = row["egfr_baseline"]
    return {name: row[name] for name in columns if name in row}


@pytest.mark.parametrize("name", TWINS)
def test_both_programs_agree(name):
    rng = Random(name)
    instrument = find_instrument(name)
    patients = [draw(rng, [column.name for column in instrument.inputs]) for _ in range(ROWS)]
    table = {column: [float(row[column]) for row in patients] for column in patients[0]}
    answers = instrument.score(table)[instrument.outputs[0].name].tolist()
    expected = [TWINS[name](row) for row in patients]
    assert len(set(expected)) == len(instrument.outputs[0].words)
    assert answers == expected
