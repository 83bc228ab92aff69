"""The sparse form of instrument cases: unlisted is absent here, null is unknown."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.qualification.adapter import Given, NotRun
from equipoise.qualification.instruments import bilag2004, sledai


def run(adapters, function, **inputs):
    return adapters.FUNCTIONS[function](Given(inputs, Path()))


def points(**inputs):
    return run(sledai, "sledai_total", **inputs)


def test_unlisted_is_absent_and_null_is_unknown():
    assert points(items={"rash": True})["total"] == 2
    answer = points(items={"rash": None, "fever": True})
    assert answer["n_missing"] == 1
    assert answer["bounds"] == [1, 3]
    assert points(items={"rash": None}, missing_policy="absent")["total"] == 0


def test_a_lasting_rash_as_an_object():
    lasting = {"rash": {"present": True, "new_or_recurrent": False}}
    assert points(items=lasting, variant="original")["total"] == 0
    assert points(items=lasting, variant="sledai_2k")["total"] == 2
    assert points(items={"rash": True}, variant="original")["total"] == 2


def test_an_item_measured_in_part_is_unknown_though_unlisted():
    answer = run(
        sledai,
        "sledai_visit",
        items={},
        labs={"c3_g_l": 1.0, "c3_lln_g_l": 0.9},
    )
    assert answer["n_missing"] == 1
    assert answer["bounds"] == [0, 2]


def test_options_of_the_laboratory_are_heard():
    labs = {"active_joints": 2, "upcr_g_g": 1.8, "previous": {"upcr_g_g": 1.6}}
    plain = run(sledai, "sledai_from_labs", variant="selena", labs=labs)["items"]
    assert (plain["arthritis"], plain["proteinuria"]) == (False, False)
    asked = run(
        sledai,
        "sledai_from_labs",
        variant="selena",
        labs=labs | {"arthritis_min_joints": 2},
        selena_proteinuria="2k",
    )["items"]
    assert (asked["arthritis"], asked["proteinuria"]) == (True, True)


def test_every_parameter_of_a_visit_can_be_named():
    labs = {"c3_g_l": 1.0, "c3_lln_g_l": 0.9}
    asked = run(sledai, "sledai_visit", labs=labs, complement_normal="any_fraction")
    assert (asked["total"], asked["n_missing"]) == (0, 0)
    fever = {"items": {"fever": False}, "labs": {"temperature_c": 39}}
    assert run(sledai, "sledai_visit", **fever)["total"] == 1
    assert run(sledai, "sledai_visit", **fever, decides_first="tick")["total"] == 0
    assert points(items={"rash": None}, missing="as_absent")["total"] == 0
    labs = {"upcr_g_g": 1.8}
    unknown = run(
        sledai, "sledai_from_labs", variant="selena", labs=labs, no_previous_protein="unknown"
    )
    assert unknown["items"]["proteinuria"] is None


def test_a_flare_by_codes_of_signs_and_drugs():
    stable = {"sledai_prev": 4, "sledai_now": 4, "pga_prev": 1, "pga_now": 1}
    assert run(sledai, "sfi", **stable)["flare"] == "none"
    assert run(sledai, "sfi", **stable, new_or_worse=["arthritis"])["flare"] == "mild_moderate"
    drugs = run(sledai, "sfi", **stable, new_drugs=["azathioprine"])
    assert drugs["flare"] == "severe"
    without = run(sledai, "sfi", **stable, new_drugs=["azathioprine"], use_medication=False)
    assert without["flare"] == "none"
    assert run(sledai, "sfi", **(stable | {"pga_now": None}))["flare"] is None
    absent = run(sledai, "sfi", **(stable | {"pga_now": None}), missing="as_absent")
    assert absent["flare"] == "none"
    risen = stable | {"pga_prev": 0.8}
    assert run(sledai, "sfi", **risen)["flare"] == "none"
    assert run(sledai, "sfi", **risen, pga_mild="level")["flare"] == "mild_moderate"
    with pytest.raises(DataError, match="new: gout; wanted cns"):
        run(sledai, "sfi", **stable, new_or_worse="gout")


def test_a_policy_that_imputes_is_not_run():
    with pytest.raises(NotRun, match="'locf' imputes outcomes"):
        points(items={}, missing_policy="locf")


def test_names_that_do_not_exist_are_refused():
    with pytest.raises(DataError, match="did you mean 'alopecia'"):
        points(items={"alopeci": True})
    with pytest.raises(DataError, match="variant: 'sledai_3k'"):
        points(items={}, variant="sledai_3k")
    with pytest.raises(DataError, match="'vasculitis'; wanted constitutional"):
        run(bilag2004, "bilag_system", system="vasculitis")
    with pytest.raises(DataError, match="grades: 'other'"):
        run(bilag2004, "bilag_total", grades={"other": "A"})
    with pytest.raises(DataError, match="renal: 'F'; wanted A, B, C, D, E or null"):
        run(bilag2004, "bilag_total", grades={"renal": "F"})


def system(name, **inputs):
    return run(bilag2004, "bilag_system", system=name, **inputs)


def test_what_was_not_done_makes_a_system_incomplete_and_what_is_unlisted_does_not():
    assert system("musculoskeletal") == {"grade": "E", "incomplete": False, "points": 0}
    open_ = system("musculoskeletal", items={"arthritis_severe": None, "arthritis_mild": 1})
    assert (open_["grade"], open_["incomplete"]) == ("C", True)
    assert system("haematological", labs={"platelets_10e9_l": None})["incomplete"] is True
    assert system("renal", labs={"upcr_mg_mmol": 30})["incomplete"] is False


def test_attribution_by_value_and_for_all():
    labs = {"hb_g_dl": 7.0}
    assert system("haematological", labs=labs)["grade"] == "B"
    assert system("haematological", labs=labs, attributed=False)["grade"] == "E"
    assert system("haematological", labs=labs, attributed={"hb_g_dl": False})["grade"] == "E"
    assert system("haematological", labs=labs, attributed={"wcc_10e9_l": False})["grade"] == "B"


def test_a_first_visit_as_the_legacy_scorer_reads_it():
    labs = {"creatinine_umol_l": 140}
    assert system("renal", labs=labs)["grade"] == "E"
    assert system("renal", labs=labs, first_visit="legacy")["grade"] == "B"


def test_every_parameter_of_a_grade_can_be_named():
    assert system("cardiorespiratory", items={"arrhythmia": 2})["grade"] == "A"
    moved = system("cardiorespiratory", items={"arrhythmia": 2}, moved_items="arrhythmia=B")
    assert moved["grade"] == "B"
    assert system("haematological", labs={"hb_g_dl": 10.5}, hb_c=10)["grade"] == "E"
    coombs = {"coombs_isolated": True}
    assert system("haematological", items=coombs)["grade"] == "C"
    assert system("haematological", items=coombs, coombs_is_c=False)["grade"] == "E"
    assert system("renal", labs={"acr_mg_mmol": 60}, acr_severe=50)["points"] == 8
    assert system("renal", labs={"acr_mg_mmol": 30, "upcr_mg_mmol": None})["incomplete"] is False
    letter = system(
        "renal", labs={"acr_mg_mmol": 30, "upcr_mg_mmol": None}, assessed_by="every_measure"
    )
    assert letter["incomplete"] is True


def test_every_parameter_of_a_flare_can_be_named():
    items = {"pyrexia": 2, "weight_loss": 4, "anorexia": 2}
    systems = {"constitutional": {"grade": "A", "supporting_items": items}}
    assert run(bilag2004, "bilag2004_flare", systems=systems)["flare"] == "severe"
    for rule in ("all", "alone"):
        strict = run(bilag2004, "bilag2004_flare", systems=systems, constitutional_carried_by=rule)
        assert strict["flare"] == "none"
    systems["constitutional"]["previous_grade"] = "A"
    by_rise = run(bilag2004, "bilag2004_flare", systems=systems, carried_by="rise")
    assert by_rise["flare"] == "none"
    pair = {"previous": {"renal": "E"}, "current": {"renal": "A"}}
    assert run(bilag2004, "bilag_trial_flare", **pair)["flare"] is True
    assert run(bilag2004, "bilag_trial_flare", **pair, min_new_a=2)["flare"] is False


def test_grades_that_are_null_bound_the_total():
    answer = run(bilag2004, "bilag_total", grades={"renal": None, "ophthalmic": "B"})
    assert answer["bounds"] == [8, 20]
    assert answer["tally"]["B"] == 1


def test_a_grade_of_blood_needs_the_one_before():
    systems = {"haematological": {"grade": "B", "previous_grade": "C"}}
    assert run(bilag2004, "bilag2004_flare", systems=systems)["flare"] == "mild"
    systems = {"haematological": {"grade": "B", "previous_grade": "B"}}
    assert run(bilag2004, "bilag2004_flare", systems=systems)["flare"] == "none"
