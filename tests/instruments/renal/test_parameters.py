"""Every parameter of the kidney: each choice changes what it should, each number keeps its ends."""

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.instruments import INSTRUMENTS, find_instrument

nan = float("nan")
RENAL = [name for name in INSTRUMENTS if name.startswith(("renal_", "egfr", "urine_", "nih_"))]
NUMBERS = [
    pytest.param(name, rule, id=f"{name}-{rule.parameter}")
    for name in RENAL
    for rule in find_instrument(name).rules
    if rule.parameter and not rule.choices and not isinstance(rule.default, bool)
    # each end of a whole collection bounds the other
    if not rule.parameter.endswith("_mg_kg")
]
UNBOUNDED = np.finfo(np.float64).max

REMISSION = {
    "urine_protein_24h_g": 0.6,
    "urine_protein_24h_baseline_g": 2.0,
    "creatinine_umol_l": 70.0,
    "creatinine_baseline_umol_l": 70.0,
    "urine_rbc_hpf": 7.0,
}
ABSTRACT = {
    "upcr_g_g": 0.3,
    "upcr_baseline_g_g": 0.25,
    "egfr": 80.0,
    "egfr_baseline": 80.0,
    "urine_rbc_hpf": 8.0,
    "urine_rbc_baseline_hpf": 7.0,
}
ACR = {"upcr_g_g": 0.1, "egfr": 95.0, "cellular_casts": 0.0}
PRESERVED = {"upcr_g_g": 0.6, "egfr": 55.0, "egfr_preflare": 70.0, "rescue": 0.0}
EULAR_2012 = {"upcr_g_g": 0.3, "upcr_baseline_g_g": 3.0, "egfr": 75.0, "egfr_baseline": 60.0}
RISEN = {
    "creatinine_mg_dl": 0.8,
    "creatinine_baseline_mg_dl": 0.8,
    "urine_rbc_hpf": 0.0,
    "urine_rbc_baseline_hpf": 0.0,
    "acanthocytes_hpf": 0.0,
    "casts_recurred": 0.0,
}
PROTEINURIC = {"upcr_mg_mmol": 180.0, "upcr_baseline_mg_mmol": 100.0, "last_response": 2.0}
HALF_AND_HALF = {
    "glomeruli": 20.0,
    "glomeruli_involved": 18.0,
    "glomeruli_segmental": 9.0,
    "glomeruli_sclerosed": 0.0,
    "residual_activity": 0.0,
    "membranous": 0.0,
    "mesangial_hypercellularity": 1.0,
    "mesangial_deposits": 1.0,
    "active_lesions": 1.0,
    "chronic_lesions": 0.0,
}
CHOICES = [
    ("renal_response_nct01539902", REMISSION, {}, "partial"),
    ("renal_response_nct01539902", REMISSION, {"complete_protein_g": 0.7}, "partial"),
    ("renal_response_nct01539902", REMISSION, {"complete_red_cells_hpf": 7}, "partial"),
    (
        "renal_response_nct01539902",
        REMISSION,
        {"complete_protein_g": 0.7, "complete_red_cells_hpf": 7},
        "complete",
    ),
    ("renal_response_abstract_2017", ABSTRACT, {}, "none"),
    ("renal_response_abstract_2017", ABSTRACT, {"normal_g_g": 0.3}, "none"),
    ("renal_response_abstract_2017", ABSTRACT, {"normal_red_cells_hpf": 8}, "none"),
    (
        "renal_response_abstract_2017",
        ABSTRACT,
        {"normal_g_g": 0.3, "normal_red_cells_hpf": 8},
        "remission",
    ),
    (
        "renal_response_acr_2006",
        ACR | {"urine_rbc_hpf": 8.0, "urine_wbc_hpf": 5.0},
        {"white_cells_limit_hpf": 8},
        "none",
    ),
    (
        "renal_response_acr_2006",
        ACR | {"urine_rbc_hpf": 8.0, "urine_wbc_hpf": 5.0},
        {"red_cells_limit_hpf": 8},
        "complete",
    ),
    (
        "renal_response_acr_2006",
        ACR | {"urine_rbc_hpf": 5.0, "urine_wbc_hpf": 8.0},
        {"red_cells_limit_hpf": 8},
        "none",
    ),
    (
        "renal_response_acr_2006",
        ACR | {"urine_rbc_hpf": 5.0, "urine_wbc_hpf": 8.0},
        {"white_cells_limit_hpf": 8},
        "complete",
    ),
    ("renal_response_kdigo_2024_trial", PRESERVED, {}, "none"),
    ("renal_response_kdigo_2024_trial", PRESERVED, {"preserved_egfr": 55}, "response"),
    ("renal_response_kdigo_2024_trial", PRESERVED, {"preflare_share": 0.75}, "response"),
    (
        "renal_response_kdigo_2024_trial",
        PRESERVED,
        {"preserved_egfr": 55, "response_g_g": 0.5},
        "none",
    ),
    ("renal_response_eular_2012", EULAR_2012, {}, "none"),
    ("renal_response_eular_2012", EULAR_2012, {"near_share": 0.8}, "complete"),
]


@pytest.mark.parametrize(("name", "rule"), NUMBERS)
class TestNumber:
    def test_its_ends_are_taken(self, name, rule):
        instrument = find_instrument(name)
        blank = {column.name: None if column.is_text else nan for column in instrument.inputs}
        for end in (rule.lowest, rule.default, rule.highest):
            if end != UNBOUNDED:
                assert instrument.score(blank, parameters={rule.parameter: end})

    def test_beyond_its_ends_it_is_refused_by_name(self, name, rule):
        instrument = find_instrument(name)
        beyond = [rule.lowest - 0.01, nan]
        beyond += [rule.highest + 0.01] if rule.highest != UNBOUNDED else []
        for value in beyond:
            with pytest.raises(DataError, match=rule.parameter):
                instrument.score({}, parameters={rule.parameter: value})


@pytest.mark.parametrize(("name", "row", "parameters", "expected"), CHOICES)
def test_a_limit_of_a_response(name, row, parameters, expected):
    answer = find_instrument(name).score(row, parameters=parameters)
    assert answer["response"].item() == expected


@pytest.mark.parametrize(
    ("now", "before", "as_printed", "moderate"),
    [
        (6.5, 3.0, "none", "moderate"),  # doubled, not below 5, not risen by more than 5
        (5.5, 0.5, "none", "moderate"),  # risen by exactly 5
        (5.8, 3.0, "none", "none"),  # not doubled: no gap, and no flare
        (8.1, 3.0, "severe", "severe"),
        (4.9, 2.0, "moderate", "moderate"),
        (1.0, 0.4, "moderate", "moderate"),
    ],
)
def test_the_gaps_of_the_relapse_table(now, before, as_printed, moderate):
    instrument = find_instrument("renal_flare_kdigo2012")
    row = RISEN | {"upcr_g_g": now, "upcr_baseline_g_g": before}
    for in_gap, expected in (("as_printed", as_printed), ("moderate", moderate)):
        assert instrument.score(row, parameters={"in_gap": in_gap})["flare"].item() == expected


@pytest.mark.parametrize(("multiple", "expected"), [(2.0, "none"), (1.8, "flare"), (1.81, "none")])
def test_the_multiple_of_a_proteinuric_flare(multiple, expected):
    instrument = find_instrument("renal_flare_proteinuric")
    answer = instrument.score(PROTEINURIC, parameters={"least_multiple": multiple})
    assert answer["proteinuric_flare"].item() == expected


@pytest.mark.parametrize(
    ("who_mixed", "expected"),
    [
        ("both", ["III + V", "IV + V", "V", "IV"]),
        ("proliferative", ["III", "IV", "V", "IV"]),
        ("membranous", ["V", "V", "V", "IV"]),
    ],
)
def test_membranous_classes_with_proliferation_of_who_1982(who_mixed, expected):
    answer = find_instrument("renal_histology").score(
        {"biopsy_class": ["Vc", "Vd", "Va", "IVb"]},
        parameters={"scheme": "who_1982", "who_mixed": who_mixed},
    )
    assert answer["isn_rps"].tolist() == expected


def test_too_few_glomeruli_are_a_parameter():
    table = {"biopsy_class": "III", "glomeruli": [5, 9, 10, nan]}
    flags = {
        least: find_instrument("renal_histology").score(
            table, parameters={"least_glomeruli": least}
        )["few_glomeruli"]
        for least in (10, 6)
    }
    np.testing.assert_array_equal(flags[10], [1, 1, 0, nan])
    np.testing.assert_array_equal(flags[6], [1, 0, 0, nan])


@pytest.mark.parametrize(
    ("tie", "expected"),
    [("both", "IV-S/G (A)"), ("segmental", "IV-S (A)"), ("global", "IV-G (A)")],
)
def test_half_segmental_and_half_global(tie, expected):
    counts = find_instrument("renal_biopsy_counts")
    written = counts.score(HALF_AND_HALF, parameters={"tie": tie})["isn_rps"]
    assert written.item() == expected
    read = find_instrument("renal_histology").score({"biopsy_class": written})
    assert read["isn_rps"].item() == "IV"
    # beside the tie, the parameter changes nothing
    for segmental, pattern in ((10.0, "S"), (8.0, "G")):
        other = HALF_AND_HALF | {"glomeruli_segmental": segmental}
        answer = counts.score(other, parameters={"tie": tie})["isn_rps"]
        assert answer.item() == f"IV-{pattern} (A)"
