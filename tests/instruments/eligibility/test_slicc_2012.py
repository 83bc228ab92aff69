"""SLICC 2012: four of 17 of both kinds, nephritis, and the Coombs test beside anaemia."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.eligibility import slicc_2012
from equipoise.instruments.eligibility.slicc_2012 import FORM

nan = float("nan")
CLINICAL = {item.name for item in FORM.items if item.system == "clinical"}
NAMES = FORM.names


def plain(present, biopsy):
    """Number and classification the slow way; everything known."""
    counted = set(present)
    if "haemolytic_anaemia" in counted:
        counted.discard("direct_coombs")
    both = counted & CLINICAL and counted - CLINICAL
    nephritis = biopsy and counted & {"ana", "anti_dsdna"}
    return len(counted), bool((len(counted) >= 4 and both) or nephritis)


def judge(*present, biopsy=0, unknown=()):
    states = dict.fromkeys(present, 1) | dict.fromkeys(unknown, nan)
    return slicc_2012(FORM.array(states, unlisted=0), biopsy_nephritis=biopsy)


def test_eleven_clinical_and_six_immunological_criteria():
    assert len(CLINICAL) == 11
    assert len(NAMES) == 17
    assert judge(*NAMES).n == 16  # Coombs beside anaemia does not count


def test_four_of_both_kinds():
    assert judge("acute_cutaneous", "synovitis", "oral_ulcers", "ana").met == 1
    assert judge("acute_cutaneous", "synovitis", "oral_ulcers", "alopecia").met == 0
    assert judge("ana", "anti_dsdna", "anti_sm", "low_complement").met == 0
    assert judge("acute_cutaneous", "synovitis", "ana").met == 0


@pytest.mark.parametrize(
    ("present", "biopsy", "expected"),
    [(("ana",), 1, 1), (("anti_dsdna",), 1, 1), (("anti_sm",), 1, 0), (("ana",), 0, 0), ((), 1, 0)],
)
def test_proven_nephritis_with_antibodies(present, biopsy, expected):
    assert judge(*present, biopsy=biopsy).met == expected


def test_an_antinuclear_negative_patient_can_be_classified():
    assert judge("acute_cutaneous", "synovitis", "oral_ulcers", "low_complement").met == 1


def test_coombs_counts_only_without_haemolytic_anaemia():
    assert judge("direct_coombs").n == 1
    assert judge("direct_coombs", "haemolytic_anaemia").n == 1
    assert judge("direct_coombs", "haemolytic_anaemia").n_immunological == 0


def test_unknown_anaemia_beside_a_coombs_test_is_one_criterion_either_way():
    answer = judge("direct_coombs", unknown=("haemolytic_anaemia",))
    assert (answer.lower, answer.upper) == (1, 1)
    both = judge(
        "direct_coombs", "synovitis", "ana", "low_complement", unknown=("haemolytic_anaemia",)
    )
    assert both.met == 1
    # the Coombs test would be the only immunological criterion
    alone = judge(
        "direct_coombs", "synovitis", "renal", "serositis", unknown=("haemolytic_anaemia",)
    )
    assert np.isnan(alone.met)


@pytest.mark.parametrize(
    ("unknown", "expected"), [(("ana",), nan), (("renal",), 0), (("ana", "renal"), nan)]
)
def test_what_is_undetermined(unknown, expected):
    answer = judge("acute_cutaneous", "synovitis", "oral_ulcers", unknown=unknown)
    assert_array_equal(answer.met, expected)
    assert (answer.lower, answer.upper) == (3, 3 + len(unknown))


def test_unknown_biopsy():
    assert np.isnan(judge("ana", biopsy=nan).met)
    assert judge("anti_sm", biopsy=nan).met == 0


@given(st.sets(st.sampled_from(NAMES)), st.booleans())
def test_against_a_plain_twin(present, biopsy):
    number, met = plain(present, biopsy)
    answer = judge(*present, biopsy=float(biopsy))
    assert answer.n == answer.lower == answer.upper == number
    assert answer.met == met


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES), max_size=4))
def test_every_settling_of_the_unknown_lies_within_the_bounds(present, unknown):
    open_ = judge(*present, unknown=unknown)
    numbers, answers = set(), set()
    for choice in product([False, True], repeat=len(unknown)):
        settled = {name for name, is_there in zip(sorted(unknown), choice, strict=True) if is_there}
        number, met = plain((present - unknown) | settled, biopsy=False)
        numbers.add(number)
        answers.add(met)
    assert (open_.lower, open_.upper) == (min(numbers), max(numbers))
    # what all settlings agree on may be known, and nothing else
    assert np.isnan(open_.met) or answers == {bool(open_.met)}


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'synovitis'"):
        FORM.array({"synovitus": 1})
    with pytest.raises(DataError, match="biopsy_nephritis: 4"):
        slicc_2012(np.zeros(17), biopsy_nephritis=4)
