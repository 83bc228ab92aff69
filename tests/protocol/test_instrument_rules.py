import re

import numpy as np
import pytest

from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from equipoise.errors import ProtocolError
from support.small import small_folder, small_protocol

SCORE = """\
  remission_grade:
    {label: Response, level: visit, kind: category, codes: [complete, partial, none],
     instrument: {name: renal_response_nct01539902, output: response,
       inputs: {urine_protein_24h_g: protein, urine_protein_24h_baseline_g: protein@W0,
                creatinine_umol_l: "80", creatinine_baseline_umol_l: "80", urine_rbc_hpf: "2"},
       options: {function_tolerance: 0.2}}}
  is_complete:
    {label: Complete, level: visit, kind: yes_no,
     instrument: {name: renal_response_nct01539902, output: is_complete,
       inputs: {urine_protein_24h_g: protein, urine_protein_24h_baseline_g: protein@W0,
                creatinine_umol_l: "80", creatinine_baseline_umol_l: "80", urine_rbc_hpf: "2"},
       options: {function_tolerance: 0.2}}}
"""
PLACE = ("endpoints:\n", f"{SCORE}endpoints:\n")

FAULTS = {
    "instrument": (("name: renal_response_nct01539902", "name: renal_response_nct0153990"), "unknown instrument 'renal_response_nct0153990'.*did you mean"),
    "output": (("output: response", "output: respons"), "unknown output 'respons'.*did you mean 'response'"),
    "input": (("urine_rbc_hpf: ", "urine_rbc: "), "unknown input 'urine_rbc'.*'urine_rbc_hpf'"),
    "option": (("function_tolerance", "function_tolerence"), "unknown option 'function_tolerence'"),
    "value of an option": (("function_tolerance: 0.2", "function_tolerance: much"), "'much'; wanted a number"),
    "free text": (("output: response", "output: failed_limbs"), "free text; wanted an output of numbers"),
    "a word for a number": (("kind: category, codes: [complete, partial, none]", "kind: number"), "wanted kind: category"),
    "a number for a word": (("output: response", "output: any_response"), "wanted kind: number or yes_no"),
    "another unit": (("unit: g/24 h", "unit: mg/mmol"), r"urine_protein_24h_g: 'protein' in mg/mmol; wanted g/24 h, as urine_protein_24h_g is read"),
    "codes": (("codes: [complete, partial, none]", "codes: [complete, partial]"), "unknown code 'none'"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_a_variable_that_asks_what_the_instrument_has_not_is_a_fault(tmp_path, change, wanted):
    with pytest.raises(ProtocolError, match=wanted):
        small_protocol(tmp_path, PLACE, change)


OPTIONS = {
    "sri, responder": ("x: 4.5", "4.5; wanted a whole number from 4 to 8"),
    "bilag_trial_flare, flare": ("min_new_a: 10", "10; wanted a number from 1 to 9"),
    "bilag2004, total": ("improvement: 1", "1; wanted a number between 0 and 1"),
}


@pytest.mark.parametrize(("asked", "option"), OPTIONS.items(), ids=OPTIONS.keys())
def test_a_number_that_scoring_would_refuse_is_refused_with_its_line(tmp_path, asked, option):
    (name, output), (given, wanted) = asked.split(", "), option
    score = (
        f"  score:\n    label: Score\n    level: visit\n    kind: number\n    instrument:\n"
        f"      name: {name}\n      output: {output}\n      options:\n        {given}\n"
    )
    with pytest.raises(ProtocolError) as caught:
        small_protocol(tmp_path, ("endpoints:\n", f"{score}endpoints:\n"))
    (told,) = [str(fault) for fault in caught.value.faults if "options" in str(fault)]
    assert re.search(r"protocol\.yaml:\d+", told)
    assert wanted in told


def test_words_of_an_instrument_become_codes_of_the_variable(tmp_path):
    protocol = small_protocol(tmp_path, PLACE)
    world = derive(
        protocol, cohort_of(protocol, read_folder(protocol, small_folder(tmp_path)))
    ).world
    # subject 01: from 4.0 to 0.4 at week 4 and 0.3 at week 24; subject 02: from 3.0 to 1.0
    np.testing.assert_array_equal(world.visit["remission_grade"][0, 0], [2, 0, np.nan, 0])
    np.testing.assert_array_equal(world.visit["remission_grade"][0, 1], [2, np.nan, np.nan, 2])
    np.testing.assert_array_equal(world.visit["is_complete"][0, 0], [0, 1, np.nan, 1])
    assert world.levels["remission_grade"] == ("complete", "partial", "none")
    assert len(world.scores) == 1  # one scoring serves both variables


def test_a_category_is_handed_to_an_instrument_as_its_words(tmp_path):
    protocol = small_protocol(
        tmp_path,
        ("  age:", "  sex: {label: Sex, kind: category, derive: \"'F' if age < 40 else 'M'\", codes: [M, F]}\n  age:"),
        ("endpoints:\n",
         "  egfr: {label: eGFR, level: visit, instrument: {name: egfr, output: egfr,\n"
         "    inputs: {creatinine_umol_l: \"90\", age_years: age}}}\nendpoints:\n"),
    )  # fmt: skip
    world = derive(
        protocol, cohort_of(protocol, read_folder(protocol, small_folder(tmp_path)))
    ).world
    woman, man = world.visit["egfr"][0, 0, 0], world.visit["egfr"][0, 1, 0]
    # CKD-EPI 2021 by hand: 142 min(Scr/k, 1)^a max(Scr/k, 1)^-1.2 0.9938^age (1.012 if a woman)
    mg_dl = 90 / 88.42
    assert woman == pytest.approx(142 * (mg_dl / 0.7) ** -1.2 * 0.9938**30 * 1.012, rel=1e-3)
    assert man == pytest.approx(142 * (mg_dl / 0.9) ** -1.2 * 0.9938**40, rel=1e-3)


def test_a_category_is_no_number_of_an_instrument(tmp_path):
    wanted = "inputs.urine_rbc_hpf: 'sex' of kind category; wanted a number .*sex == 'yes'"
    with pytest.raises(ProtocolError, match=wanted):
        small_protocol(
            tmp_path, PLACE, ('urine_rbc_hpf: "2"', "urine_rbc_hpf: sex"),
            ("  age:", "  sex: {label: Sex, kind: category, codes: [M, F]}\n  age:"),
        )  # fmt: skip


def test_a_category_of_letters_is_handed_to_an_instrument_as_its_grades(tmp_path):
    protocol = small_protocol(
        tmp_path,
        ("  age:", "  kidney: {label: Kidney, kind: category, derive: \"'A' if age < 40 else 'C'\", codes: [A, B, C, D, E]}\n  age:"),
        ("endpoints:\n",
         "  new_a: {label: New A, level: visit, instrument: {name: bilag_trial_flare, output: new_a, inputs: {\n"
         "    grade_constitutional: \"0\", grade_mucocutaneous: \"0\", grade_neuropsychiatric: \"0\", grade_musculoskeletal: \"0\",\n"
         "    grade_cardiorespiratory: \"0\", grade_gastrointestinal: \"0\", grade_ophthalmic: \"0\", grade_haematological: \"0\",\n"
         "    grade_renal: kidney, previous_grade_renal: \"2\"}}}\nendpoints:\n"),
    )  # fmt: skip
    world = derive(
        protocol, cohort_of(protocol, read_folder(protocol, small_folder(tmp_path)))
    ).world
    assert world.visit["new_a"][0, 0, 0] == 1  # 30 years old, so A after C
    assert world.visit["new_a"][0, 1, 0] == 0  # 40 years old, so C after C


def test_a_visit_without_assessment_cannot_show_a_response(tmp_path):
    """Subject 02 was never in remission; that the infusion visit shows nothing leaves it known."""
    values = ("04,W24,2012-09-25,protein,0.4,,\n",
              "04,W24,2012-09-25,protein,0.4,,\n02,W4,2012-04-01,protein,2,,\n02,W12,2012-05-30,protein,2,,\n")  # fmt: skip
    protocol = small_protocol(
        tmp_path, ("    W4: {label", "    D7: {label: Second infusion, day: 7}\n    W4: {label")
    )
    folder = small_folder(tmp_path, values=values)
    derived = derive(protocol, cohort_of(protocol, read_folder(protocol, folder)))
    np.testing.assert_array_equal(derived.endpoints["remission_ever"].value[0, :2], [1, 0])
