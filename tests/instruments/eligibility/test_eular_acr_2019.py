"""EULAR/ACR 2019: weights, domains, entry, what is undetermined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.eligibility import eular_acr_2019
from equipoise.instruments.eligibility.eular_acr_2019 import DOMAINS, FORM, UNKNOWN_RULES

nan = float("nan")
NAMES = FORM.names

# The published table, typed from the specification and not from the package.
TABLE = {
    "constitutional": {"fever": 2},
    "haematological": {"leukopenia": 3, "thrombocytopenia": 4, "haemolysis": 4},
    "neuropsychiatric": {"delirium": 2, "psychosis": 3, "seizure": 5},
    "mucocutaneous": {
        "alopecia": 2,
        "oral_ulcers": 2,
        "scle_or_discoid": 4,
        "acute_cutaneous": 6,
    },
    "serosal": {"effusion": 5, "acute_pericarditis": 6},
    "musculoskeletal": {"joint": 6},
    "renal": {"proteinuria": 4, "class_ii_v": 8, "class_iii_iv": 10},
    "antiphospholipid": {"antiphospholipid": 2},
    "specific_antibodies": {"anti_dsdna": 6, "anti_sm": 6},
}
CLINICAL = [name for domain in list(TABLE)[:7] for name in TABLE[domain]]


def plain(present, ana):
    """Points and classification the slow way; everything known."""
    if not ana:
        return None, False
    points = sum(
        max((weight for name, weight in domain.items() if name in present), default=0)
        for domain in TABLE.values()
    )
    points += {0: 0, 1: 3, 2: 4}[len({"low_c3", "low_c4"} & set(present))]
    return points, points >= 10 and bool(set(CLINICAL) & set(present))


def score(*present, ana=1, unknown=()):
    states = dict.fromkeys(present, 1) | dict.fromkeys(unknown, nan)
    return eular_acr_2019(FORM.array(states, unlisted=0), ana=ana)


def test_the_maximum_is_51():
    assert eular_acr_2019(np.ones(22), ana=1).points == 51
    assert len(DOMAINS) == 10


@pytest.mark.parametrize("name", NAMES)
def test_each_criterion_alone(name):
    expected, _ = plain([name], ana=True)
    assert score(name).points == expected


def test_both_complements_are_worth_four_and_both_antibodies_six():
    assert score("low_c3", "low_c4").points == 4
    assert score("anti_dsdna", "anti_sm").points == 6


def test_nephritis_of_class_three_with_five_has_ten_points():
    assert score("class_iii_iv", "class_ii_v", "proteinuria").points == 10


def test_ten_points_without_a_clinical_criterion_are_not_enough():
    answer = score("anti_dsdna", "low_c3", "low_c4")
    assert answer.points == 10
    assert answer.status.item() == "not_met"


def test_without_antinuclear_antibodies_nothing_is_scored():
    answer = score("class_iii_iv", ana=0)
    assert answer.status.item() == "not_met"
    assert np.isnan([answer.points, answer.lower, answer.upper]).all()


def test_unknown_antinuclear_antibodies_leave_it_undetermined():
    assert score("class_iii_iv", ana=nan).status.item() == "undetermined"
    assert score(ana=nan).status.item() == "undetermined"


@pytest.mark.parametrize(
    ("present", "unknown", "ana", "expected"),
    [
        (("class_iii_iv",), (), nan, ("undetermined", "undetermined", "not_met")),
        (("joint",), ("fever",), nan, ("undetermined", "not_met", "not_met")),
        (("joint", "low_c4"), ("fever",), 1, ("undetermined", "undetermined", "not_met")),
        (("class_iii_iv",), ("fever",), 1, ("met", "met", "met")),
        (("joint",), ("fever",), 0, ("not_met", "not_met", "not_met")),
    ],
)
def test_what_is_unknown_by_each_rule(present, unknown, ana, expected):
    states = dict.fromkeys(present, 1) | dict.fromkeys(unknown, nan)
    table = dict.fromkeys(FORM.names, 0) | states | {"ana": ana}
    for rule, status in zip(UNKNOWN_RULES, expected, strict=True):
        answer = eular_acr_2019(FORM.array(states, unlisted=0), ana=ana, unknown_rule=rule)
        assert answer.status.item() == status
        scored = find_instrument("eular_acr_2019").score(table, parameters={"unknown_rule": rule})
        assert scored["status"].item() == status


@pytest.mark.parametrize(
    ("present", "unknown", "bounds", "status"),
    [
        (("joint", "low_c4"), ("fever",), (9, 11), "undetermined"),
        (("joint", "low_c4"), ("low_c3",), (9, 10), "undetermined"),
        (("joint",), ("fever",), (6, 8), "not_met"),
        (("joint", "proteinuria"), ("fever",), (10, 12), "met"),
        # what is unknown in a domain that is full adds nothing
        (("joint", "thrombocytopenia"), ("leukopenia",), (10, 10), "met"),
        # ten points, and the only clinical criterion is unknown
        (("anti_sm", "low_c3", "low_c4"), ("fever",), (10, 12), "undetermined"),
    ],
)
def test_bounds_decide_what_is_undetermined(present, unknown, bounds, status):
    answer = score(*present, unknown=unknown)
    assert (answer.lower, answer.upper) == bounds
    assert answer.points == bounds[0]
    assert answer.status.item() == status


@given(st.sets(st.sampled_from(NAMES)), st.booleans())
def test_against_a_plain_twin(present, ana):
    points, met = plain(present, ana)
    answer = score(*present, ana=float(ana))
    assert_array_equal(answer.points, nan if points is None else points)
    assert answer.met == met


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_one_more_criterion_never_takes_points_away(present, more):
    assert score(*present, more).points >= score(*present).points
    assert score(*present, more).met >= score(*present).met


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.data())
def test_every_settling_of_the_unknown_lies_within_the_bounds(present, unknown, data):
    open_ = score(*present, unknown=unknown)
    settled = {name for name in unknown if data.draw(st.booleans())}
    closed = score(*(present - unknown), *settled)
    assert open_.lower <= closed.points <= open_.upper
    assert np.isnan(open_.met) or open_.met == closed.met


def test_the_table_lists_what_is_missing():
    table = {name: [0.0] for name in NAMES} | {"ana": [None], "class_iii_iv": [1]}
    answer = find_instrument("eular_acr_2019").score(table)
    assert answer["status"].tolist() == ["undetermined"]
    assert answer["missing"].tolist() == ["ana"]
    assert answer["points_renal"].tolist() == [10]


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'leukopenia'"):
        FORM.array({"leucopenia": 1})
    with pytest.raises(DataError, match="fever: 2; wanted 0, 1 or NaN"):
        eular_acr_2019(FORM.array({"fever": 2}, unlisted=0), ana=1)
    with pytest.raises(DataError, match="ana: 80"):
        eular_acr_2019(np.zeros(22), ana=80)
    with pytest.raises(DataError, match="last axis of 22"):
        eular_acr_2019(np.zeros(21), ana=1)
    with pytest.raises(DataError, match="broadcast"):
        eular_acr_2019(np.zeros((2, 22)), ana=[1, 1, 1])
