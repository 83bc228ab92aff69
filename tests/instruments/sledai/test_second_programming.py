"""Visits of the SLEDAI family and its flare indices programmed a second time, row by row.

Written from the specification before the package's code was read; None is unknown. The values
drawn lie at, just below and just above each limit.
"""

from random import Random

import numpy as np
import pytest

from equipoise.instruments import find_instrument
from support.plain_instruments import SLEDAI_WEIGHTS

ROWS = 250
SKIN = ("rash", "alopecia", "mucosal_ulcers")
SEROLOGY = ("low_complement", "increased_dna_binding")
LIMITS = {
    "urine_protein_24h_g": (0.5, 0.6, 1.0, 1.1, 3.0),
    "upcr_g_g": (0.5, 1.0),
    "upcr_mg_mmol": (50, 56.56, 113.12),
    "urine_rbc_hpf": (5,),
    "urine_wbc_hpf": (5,),
    "c3_g_l": (0.9,),
    "c4_g_l": (0.1,),
    "ch50": (40,),
    "anti_dsdna": (30,),
    "temperature_c": (38.0,),
    "platelets_10e9_l": (100,),
    "wbc_10e9_l": (3.0,),
    "pga": (0.5, 0.8, 1.0, 1.5, 1.8, 2.5, 2.6),
    "prednisone_mg_day": (5, 10, 30),
}
VALUES = {
    name: [near for limit in limits for near in (limit, np.nextafter(limit, 0), limit * 1.001)]
    for name, limits in LIMITS.items()
} | {
    "c3_lln_g_l": [0.9],
    "c4_lln_g_l": [0.1],
    "ch50_lln": [40],
    "anti_dsdna_uln": [30],
    "active_joints": [0, 1, 2, 3, 12],
    "weight_kg": [60],
    "sledai": [4, 7, 9, 10, 12, 13, 15],
}
FLAGS = [0, 0, 0, 1]
CHOICES = {
    "window_days": (10, 30),
    "missing": ("strict", "as_absent"),
    "skin_rule": ("any", "onset"),
    "arthritis_min_joints": (2, 3),
    "proteinuria_rule": ("level", "change"),
    "no_previous_protein": ("new_onset", "unknown"),
    "unrecorded_exclusion": ("unknown", "absent"),
    "complement_normal": ("c3_c4_or_ch50", "c3_and_c4", "any_fraction"),
    "decides_first": ("record", "tick"),
}
PUBLISHED = {
    "sledai_original": {"skin_rule": "onset", "arthritis_min_joints": 3},
    "sledai_2k": {"proteinuria_rule": "level"},
    "selena_sledai": {"arthritis_min_joints": 3},
}
FLARE_CHOICES = {
    "severe_sledai": ("any_rise", "delta3", "off"),
    "pga_mild": ("rise", "level"),
    "missing": ("strict", "as_absent"),
    **dict.fromkeys(
        (
            "use_medication",
            "cns_is_severe",
            "doubling_is_treatment",
            "mycophenolate_is_severe",
            "admission_is_severe",
        ),
        (True, False),
    ),
}


def every(*truths):
    return False if False in truths else None if None in truths else True


def some(*truths):
    return True if True in truths else None if None in truths else False


def no(truth):
    return None if truth is None else not truth


def above(value, limit):
    return None if None in (value, limit) else value > limit


def protein(row, when=""):
    for name, per_gram in (("urine_protein_24h_g", 1), ("upcr_g_g", 1), ("upcr_mg_mmol", 113.12)):
        if row[when + name] is not None:
            return row[when + name] / per_gram
    return None


def has_proteinuria(row, rules):
    now, before = protein(row), protein(row, "previous_")
    if now is None or now <= 0.5 or rules["proteinuria_rule"] == "level":
        return above(now, 0.5)
    if before is None:
        return True if rules["no_previous_protein"] == "new_onset" else None
    return before <= 0.5 or now - before > 0.5 + 1e-9


def has_low_complement(row, rules):
    c3, c4, ch50 = (
        above(row[limit], row[value])
        for value, limit in (
            ("c3_g_l", "c3_lln_g_l"),
            ("c4_g_l", "c4_lln_g_l"),
            ("ch50", "ch50_lln"),
        )
    )
    if True in (c3, c4, ch50):
        return True
    both = c3 is False and c4 is False
    is_normal = {
        "c3_c4_or_ch50": both or ch50 is False,
        "c3_and_c4": both,
        "any_fraction": False in (c3, c4, ch50),
    }[rules["complement_normal"]]
    return False if is_normal else None


def measured(row, rules):
    def sign(holds, cause):
        excluded = row[cause]
        if excluded is None and rules["unrecorded_exclusion"] == "absent":
            excluded = False
        return every(holds, no(excluded))

    joints = row["active_joints"]
    return {
        "arthritis": None if joints is None else joints >= rules["arthritis_min_joints"],
        "haematuria": sign(above(row["urine_rbc_hpf"], 5), "haematuria_other_cause"),
        "proteinuria": has_proteinuria(row, rules),
        "pyuria": sign(above(row["urine_wbc_hpf"], 5), "urine_infection"),
        "low_complement": has_low_complement(row, rules),
        "increased_dna_binding": above(row["anti_dsdna"], row["anti_dsdna_uln"]),
        "fever": sign(above(row["temperature_c"], 38.0), "fever_infection"),
        "thrombocytopenia": sign(above(100, row["platelets_10e9_l"]), "platelets_drug_cause"),
        "leukopenia": sign(above(3.0, row["wbc_10e9_l"]), "wbc_drug_cause"),
    }


def state(name, row, rules, by_measure):
    days = row.get(f"{name}_days_since")
    in_window = None if days is None else 0 <= days <= rules["window_days"]
    order = [by_measure.get(name), in_window, row[name]]
    if rules["decides_first"] == "tick":
        order = [order[2], *order[:2]]
    found = next((bool(one) for one in order if one is not None), None)
    if name in SKIN and rules["skin_rule"] == "onset":
        return every(found, row[f"{name}_new_or_recurrent"])
    return found


def visit(row, rules):
    by_measure = measured(row, rules)
    states = {name: state(name, row, rules, by_measure) for name in SLEDAI_WEIGHTS}
    clinical = [name for name in states if name not in SEROLOGY]
    answer = {"n_missing": sum(one is None for one in states.values())}
    for names, (total, lower, upper) in (
        (states, ("total", "lower", "upper")),
        (clinical, ("clinical", "clinical_lower", "clinical_upper")),
    ):
        least = sum(SLEDAI_WEIGHTS[name] for name in names if states[name])
        most = least + sum(SLEDAI_WEIGHTS[name] for name in names if states[name] is None)
        is_told = least == most or rules["missing"] == "as_absent"
        answer |= {total: least if is_told else None, lower: least, upper: most}
    conflicts = [
        name
        for name, one in by_measure.items()
        if None not in (one, row[name]) and one != row[name]
    ]
    return answer, sorted(conflicts)


def severe_signs(rules):
    signs = ["vasculitis", "nephritis", "myositis", "thrombocytopenia", "haemolytic_anaemia"]
    return [f"new_{one}" for one in [*signs, *(["cns"] if rules["cns_is_severe"] else [])]]


def classic(row, rules):
    score, before = row["sledai_now"], row["sledai_previous"]
    pga, pga_before = row["pga_now"], row["pga_previous"]
    dose, dose_before = row["prednisone_now_mg_day"], row["prednisone_previous_mg_day"]
    weight = row["weight_kg"]

    def grown(now, then, by):
        return None if None in (now, then) else now - then >= by - 1e-9

    raised = above(dose, dose_before)
    is_high = every(raised, above(dose, None if weight is None else 0.5 * weight))
    doubled = every(raised, None if None in (dose, dose_before) else dose >= 2 * dose_before)
    admitted = row["hospitalised_for_sle"]
    treated = [admitted]
    if rules["use_medication"]:
        treated += [is_high, *([doubled] if rules["doubling_is_treatment"] else [])]
    severe = [every(row[sign], some(*treated)) for sign in severe_signs(rules)]
    severe.append(every(above(pga, 2.5), above(pga, pga_before)))
    if rules["severe_sledai"] != "off":
        rises = above(score, before)
        is_enough = rises if rules["severe_sledai"] == "any_rise" else grown(score, before, 3)
        severe.append(every(above(score, 12), is_enough))
    if rules["admission_is_severe"]:
        severe.append(admitted)
    by_pga = grown(pga, pga_before, 1.0)
    if rules["pga_mild"] == "level":
        by_pga = every(above(pga, pga_before), None if pga is None else pga >= 1.0)
    heavy = ["cyclophosphamide", "azathioprine", "methotrexate"]
    heavy += ["mycophenolate"] if rules["mycophenolate_is_severe"] else []
    others = (
        "vasculitis",
        "nephritis",
        "myositis",
        "thrombocytopenia",
        "haemolytic_anaemia",
        "cns",
    )
    signs = [row[name] for name in row if name.startswith("new_") and name[4:] not in others]
    mild = [grown(score, before, 3), by_pga, *signs]
    if rules["use_medication"]:
        severe += [is_high, *(row[f"started_{drug}"] for drug in heavy)]
        mild += [raised, row["started_nsaid"], row["started_hydroxychloroquine"]]
    worst, milder = some(*severe), some(*mild)
    lower = 2 if worst else 1 if milder else 0
    upper = 2 if worst is not False else 1 if milder is not False else 0
    is_told = lower == upper or rules["missing"] == "as_absent"
    return {"lower": lower, "upper": upper, "flare": lower if is_told else None}


def drawn(instrument, random, unknown):
    def cell(column):
        name = column.name.removeprefix("previous_").replace("_previous", "").replace("_now", "")
        if random.random() < unknown:
            return None
        if name.endswith("_days_since"):
            return random.choice([-1, 0, 9, 10, 10.5, 11, 30, 31])
        if name in VALUES:
            return random.choice(VALUES[name])
        return bool(random.choice(FLAGS))

    return {column.name: cell(column) for column in instrument.inputs}


def scored(instrument, rows, rules):
    table = {
        name: np.array([np.nan if row[name] is None else row[name] for row in rows], dtype=float)
        for name in rows[0]
    }
    return instrument.score(table, parameters=rules)


def assert_equal(answer, place, expected):
    told = {name: answer[name][place] for name in expected}
    given = {name: None if np.isnan(value) else value for name, value in told.items()}
    assert given == expected


@pytest.mark.parametrize("variant", PUBLISHED)
@pytest.mark.parametrize("seed", range(6))
def test_visits_come_out_the_same(variant, seed):
    random, instrument = Random(f"{variant} {seed}"), find_instrument(variant)
    rules = {name: random.choice(choices) for name, choices in CHOICES.items()}
    rows = [drawn(instrument, random, random.choice([0.02, 0.3, 0.8])) for _ in range(ROWS)]
    answer = scored(instrument, rows, rules)
    for place, row in enumerate(rows):
        points, conflicts = visit(row, rules)
        assert_equal(answer, place, points)
        assert sorted(filter(None, answer["conflicts"][place].split("; "))) == conflicts


@pytest.mark.parametrize("variant", PUBLISHED)
def test_visits_come_out_the_same_as_published(variant):
    random, instrument = Random(variant), find_instrument(variant)
    published = {name: choices[0] for name, choices in CHOICES.items()}
    published |= {"proteinuria_rule": "change"} | PUBLISHED[variant]
    rows = [drawn(instrument, random, random.choice([0.02, 0.3])) for _ in range(ROWS)]
    answer = scored(instrument, rows, {})
    for place, row in enumerate(rows):
        assert_equal(answer, place, visit(row, published)[0])


@pytest.mark.parametrize("seed", range(10))
def test_classic_flares_come_out_the_same(seed):
    random, instrument = Random(seed), find_instrument("sfi")
    rules = {name: random.choice(choices) for name, choices in FLARE_CHOICES.items()}
    rows = [drawn(instrument, random, random.choice([0, 0.05, 0.3])) for _ in range(ROWS)]
    for row in rows[: ROWS // 2]:  # quiet visits, so that one limb alone decides
        kept = random.choice(list(row))
        row |= {name: False for name, value in row.items() if name != kept and value is True}
    answer = scored(instrument, rows, rules)
    for place, row in enumerate(rows):
        assert_equal(answer, place, classic(row, rules))
