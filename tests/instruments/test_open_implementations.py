"""Faults found in open implementations of these indices: each would fail here.

The implementations are listed in docs/instruments/sledai.md and docs/instruments/bilag2004.md.
"""

from itertools import permutations

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.instruments import bilag2004, find_instrument, sledai
from equipoise.instruments.bilag2004 import FORM, SYSTEMS

NAMES = [item.name for item in sledai.ITEMS]


def letter(system, recorded, previous=None):
    answer = bilag2004.grade(
        FORM.array(recorded, unlisted=0.0), previous=previous, missing="as_absent"
    )
    return bilag2004.letters(answer.lower[SYSTEMS.index(system)]).item()


@pytest.fixture
def blood():
    """Recorded items that make neither kidneys nor blood speak."""
    return {"creatinine_umol_l": 60.0, "gfr_ml_min_173": 100.0, "hb_g_dl": 14.0} | {
        "wcc_10e9_l": 7.0,
        "neutrophils_10e9_l": 4.0,
        "lymphocytes_10e9_l": 2.0,
        "platelets_10e9_l": 250.0,
    }


def test_an_improving_item_does_not_hide_a_new_one(blood):
    """dappelbe/JSLE-REDCap returns B at the first A-list item seen."""
    for system, lists in bilag2004.ORDINAL_SYSTEMS.items():
        for first, second in permutations(lists.a, 2):
            items = {FORM.names[first - 1]: 1, FORM.names[second - 1]: 4}
            assert letter(system, blood | items) == "A"


def test_a_rising_blood_pressure_is_heard(blood):
    """dappelbe/JSLE-REDCap: the form handler does not pass blood pressures."""
    before = FORM.array({"systolic_mmhg": 115, "diastolic_mmhg": 75})
    risen = blood | {"systolic_mmhg": 160, "diastolic_mmhg": 100}
    assert letter("renal", risen, before) == "C"
    table = {name: [float(value)] for name, value in risen.items()}
    table |= {"previous_systolic_mmhg": [115], "previous_diastolic_mmhg": [75]}
    graded = find_instrument("bilag2004").score(table, parameters={"missing": "as_absent"})
    assert graded["letter_renal"].tolist() == ["C"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        # an exact fall by a quarter is an improvement
        ({"urine_protein_24h_g": 1.5}, {"urine_protein_24h_g": 2.0}, "C"),
        # creatinine of exactly 130 % is not severe: with sediment still B
        ({"creatinine_umol_l": 169, "active_sediment": 1}, {"creatinine_umol_l": 130}, "B"),
        # an albumin ratio of exactly 100 is not severe
        ({"acr_mg_mmol": 100, "active_sediment": 1}, {}, "B"),
        # improved proteinuria is C, not D
        ({"urine_protein_24h_g": 1.2}, {"urine_protein_24h_g": 2.4}, "C"),
        ({"upcr_mg_mmol": 60}, {"upcr_mg_mmol": 120}, "C"),
    ],
)
def test_renal_signs_are_those_of_the_written_rule(blood, now, before, expected):
    """dappelbe/JSLE-REDCap deviates at each of these boundaries."""
    protein = dict.fromkeys(("urine_protein_24h_g", "upcr_mg_mmol", "acr_mg_mmol"), np.nan)
    assert letter("renal", blood | protein | now, FORM.array(before)) == expected


def test_all_nine_systems_are_there_and_no_vasculitis(blood):
    """A web page lists "vasculitis" and "other"; a port has no haematology."""
    assert {"gastrointestinal", "ophthalmic", "haematological"} <= set(SYSTEMS)
    assert not {"vasculitis", "other"} & set(SYSTEMS)
    assert letter("gastrointestinal", blood | {"enteritis_colitis": 4}) == "A"
    assert letter("ophthalmic", blood | {"scleritis_severe": 2}) == "A"
    assert letter("haematological", blood | {"platelets_10e9_l": 10}) == "A"


def test_blank_is_not_absent():
    """A web page and a registry of calculators count a blank as 0."""
    assert np.isnan(sledai.total(np.full(24, np.nan)).total)
    assert np.isnan(bilag2004.grade(np.full(97, np.nan)).total)
    answer = find_instrument("sledai_2k").score({"rash": [1.0]})
    assert np.isnan(answer["total"][0])
    assert answer["upper"][0] == 105


@pytest.mark.parametrize("name", ["fever", "thrombocytopenia", "leukopenia"])
def test_the_last_three_items_weigh_one(name):
    """A Streamlit calculator gives them 2, so that its maximum is 108."""
    assert sledai.total(np.array(NAMES) == name).total == 1
    assert sledai.total(np.ones(24)).total == 105


def test_an_unknown_item_name_is_refused():
    """The Streamlit calculator silently ignores names that it does not know."""
    with pytest.raises(DataError, match="did you mean 'leukopenia'"):
        sledai.score_visit({"leucopenia": 1}, variant=sledai.SLEDAI_2K)
    with pytest.raises(DataError, match="did you mean 'pyrexia'"):
        FORM.array({"pyrexias": 1})


def test_items_come_from_the_laboratory_and_missing_ones_are_told():
    """clinical_calculators counts ticks per weight: no items, no laboratory, no missing."""
    visit = sledai.score_visit(
        dict.fromkeys(NAMES, 0.0), variant=sledai.SLEDAI_2K, labs={"upcr_g_g": [0.6, 0.4]}
    )
    assert visit.score.total.tolist() == [4, 0]


def test_selena_proteinuria_must_be_new_or_risen():
    """selena-sledai-calc lists proteinuria above 0.5 g a day without that condition."""
    labs = {"urine_protein_24h_g": 1.8, "previous_urine_protein_24h_g": 1.6}
    assert sledai.derive_items(labs, variant=sledai.SELENA)["proteinuria"] == 0
    assert sledai.derive_items(labs, variant=sledai.SLEDAI_2K)["proteinuria"] == 1


def test_one_letter_is_not_worth_what_the_old_index_gave():
    """Codings of the old index (A 9, B 3; A 12, B 5) must not be mixed in."""
    assert bilag2004.total_of_grades([4, 3] + [0] * 7).total == 20
