"""LLDAS: each criterion, three rules of new activity, what is unknown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.responses import CEILINGS, DRUGS, MAJOR_ORGANS, lldas
from equipoise.instruments.sledai import SLEDAI_2K
from support import plain_responses
from support.plain_instruments import SLEDAI_WEIGHTS

nan = float("nan")
FORM = SLEDAI_2K.form


def items(*present, unknown=()):
    return FORM.array(dict.fromkeys(present, 1) | dict.fromkeys(unknown, nan), unlisted=0)


def state(present=("arthritis",), previous=("arthritis",), **change):
    base = {
        "items": items(*present),
        "previous_items": items(*previous),
        "pga": 1.0,
        "prednisone_mg_day": 7.5,
        "haemolytic_anaemia": 0,
        "gi_activity": 0,
        "doses": CEILINGS,
        "investigational_drug": 0,
    }
    return lldas(**base | change)


def failed(answer):
    return [name for name, holds in answer.limbs.items() if holds == 0]


def test_every_limit_at_its_boundary_passes():
    assert state().met == 1


@pytest.mark.parametrize(
    ("change", "limb"),
    [
        (
            {"present": ("arthritis", "leukopenia"), "previous": ("arthritis", "leukopenia")},
            "sledai",
        ),
        ({"haemolytic_anaemia": 1}, "major_organs"),
        ({"gi_activity": 1}, "major_organs"),
        ({"present": ("rash",), "previous": ()}, "new_activity"),
        ({"pga": 1.01}, "pga"),
        ({"prednisone_mg_day": 7.6}, "prednisone"),
        ({"investigational_drug": 1}, "drugs"),
    ],
)
def test_each_limb(change, limb):
    answer = state(**change)
    assert answer.met == 0
    assert failed(answer) == [limb]


@pytest.mark.parametrize("organ", MAJOR_ORGANS)
def test_any_major_organ_excludes_whatever_the_total(organ):
    answer = state(present=(organ,), previous=(organ,))
    assert "major_organs" in failed(answer)


def test_the_major_organs_are_those_of_the_definition():
    assert set(MAJOR_ORGANS) == plain_responses.MAJOR


@pytest.mark.parametrize("place", range(len(DRUGS)))
def test_a_dose_above_its_ceiling_fails(place):
    doses = CEILINGS.copy()
    doses[place] += 0.1
    assert failed(state(doses=doses)) == ["drugs"]


class TestNewActivity:
    def test_serology_counts_by_the_first_rule_only(self):
        news = {
            "present": ("low_complement", "increased_dna_binding"),
            "previous": ("low_complement",),
        }
        assert state(**news).met == 0
        assert state(**news, new_activity_rule="new_item_clinical").met == 1

    def test_the_flare_index(self):
        rule = {"present": ("rash",), "previous": (), "new_activity_rule": "sfi"}
        answer = [state(**rule, sfi_flare=flare).met for flare in (0, 1, 2, nan)]
        assert_array_equal(answer, [1, 0, 0, nan])

    def test_without_a_previous_assessment_it_is_unknown(self):
        answer = state(present=(), previous_items=np.full(24, nan))
        assert np.isnan(answer.limbs["new_activity"])
        assert np.isnan(answer.met)
        assert answer.missing["previous_items"]

    def test_an_unknown_item_before_matters_only_if_it_is_present_now(self):
        before = items("arthritis", unknown=("rash",))
        assert state(previous_items=before).met == 1
        answer = state(present=("rash",), previous_items=before)
        assert np.isnan(answer.limbs["new_activity"])


def test_an_unknown_item_matters_only_if_it_can_decide():
    assert np.isnan(state(items=items("rash", unknown=("alopecia",)), previous=("rash",)).met)
    heavy = items("arthritis", "rash", unknown=("seizure",))
    assert state(items=heavy).limbs["sledai"] == 0
    light = items(unknown=("leukopenia",))
    answer = state(items=light, previous=("leukopenia",))
    assert answer.met == 1


def test_the_study_drug():
    assert state(study_drug=1).met == 1
    assert failed(state(study_drug=1, ignore_study_drug=False)) == ["drugs"]
    assert np.isnan(state(study_drug=nan, ignore_study_drug=False).met)
    assert "study_drug" not in state(study_drug=nan).missing


NAMES = sorted(SLEDAI_WEIGHTS)
FEW = st.sets(st.sampled_from(NAMES), max_size=2)


@settings(max_examples=120)
@given(FEW, FEW, st.sampled_from([0.5, 1.0, 1.1]), st.sampled_from([0, 7.5, 8]), st.data())
def test_against_a_plain_twin(now, more, pga, prednisone, data):
    flags = {
        name: data.draw(st.sampled_from([0, 0, 0, 1]))
        for name in ("haemolysis", "gi", "investigational", "study_drug")
    }
    doses = [data.draw(st.sampled_from([0, most, most * 1.01])) for most in CEILINGS]
    flare = data.draw(st.sampled_from([0, 1, 2]))
    before = (now | more) if data.draw(st.booleans()) else more
    visit = {
        "items": now,
        "previous": before,
        "pga": pga,
        "prednisone": prednisone,
        "doses": doses,
        "flare": flare,
        **flags,
    }
    for rule in ("new_item_all", "new_item_clinical", "sfi"):
        for ignore in (True, False):
            expected = plain_responses.lldas(visit, rule=rule, ignore_study_drug=ignore)
            answer = state(
                present=now,
                previous=before,
                pga=pga,
                prednisone_mg_day=prednisone,
                haemolytic_anaemia=flags["haemolysis"],
                gi_activity=flags["gi"],
                doses=doses,
                investigational_drug=flags["investigational"],
                study_drug=flags["study_drug"],
                sfi_flare=flare,
                new_activity_rule=rule,
                ignore_study_drug=ignore,
            )
            assert answer.met == expected


def test_a_batch_of_visits():
    answer = state(items=np.stack([items("arthritis"), items("fever")]), pga=[[1.0], [2.0]])
    assert_array_equal(answer.met, [[1, 0], [0, 0]])


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'new_item_all'"):
        state(new_activity_rule="new_items_all")
    with pytest.raises(DataError, match="pga: 40; wanted 0 to 3"):
        state(pga=40)
    with pytest.raises(DataError, match="azathioprine_mg_day: -1"):
        state(doses=[0, 0, -1, 0, 0, 0])
    with pytest.raises(DataError, match="last axis of 24 items"):
        state(items=np.zeros(23))


def test_a_table_without_doses_is_unknown_and_says_so():
    table = {name: [0.0] for name in FORM.names}
    table |= {f"previous_{name}": [0.0] for name in FORM.names}
    table |= {"pga": [0.5], "prednisone_mg_day": 5, "haemolytic_anaemia": 0, "gi_activity": 0}
    answer = find_instrument("lldas").score({**table, "investigational_drug": 0})
    assert np.isnan(answer["lldas"][0])
    assert answer["missing_inputs"].tolist() == ["doses"]
    doses = {drug.name: 0 for drug in DRUGS}
    whole = find_instrument("lldas").score({**table, "investigational_drug": 0, **doses})
    assert whole["lldas"].tolist() == [1]
