"""Faults found in open implementations of the other instruments: each would fail here.

The first of a kind is told where the instrument is tested; this collects the rest.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.instruments import find_instrument
from equipoise.instruments.ctcae import grade
from equipoise.instruments.eligibility import acr_1997, eular_acr_2019, slicc_2012
from equipoise.instruments.renal import ckd_epi_2021, cockcroft_gault, mdrd4

nan = float("nan")


def test_what_is_missing_is_not_coerced_to_absent():
    """A registry of calculators in TypeScript sums flags, and undefined is false."""
    assert np.isnan(acr_1997(np.full(11, nan)).met)
    assert np.isnan(slicc_2012(np.full(17, nan), biopsy_nephritis=0).met)
    assert eular_acr_2019(np.full(22, nan), ana=1).status.item() == "undetermined"


def test_classification_tells_how_far_the_unknown_could_bring_it():
    """clinical_calculators scores EULAR/ACR 2019 without any handling of missing criteria."""
    answer = eular_acr_2019(np.full(22, nan), ana=1)
    assert (answer.lower, answer.upper) == (0, 51)


@pytest.mark.parametrize(("symptoms", "expected"), [(0, 1), (1, 2)])
def test_hypokalaemia_from_three_to_the_lower_limit_is_not_always_two(symptoms, expected):
    """admiral grades every such value 2."""
    assert grade("potassium_low", value=3.2, lln=3.5, symptomatic=symptoms).grade == expected
    like_admiral = grade("potassium_low", value=3.2, lln=3.5, unknown_symptoms="grade_2")
    assert like_admiral.grade == 2
    assert like_admiral.symptoms_unknown


def test_equations_take_arrays():
    """Small eGFR repositories and the package edc-egfr take one patient at a time."""
    rng = np.random.default_rng(0)
    serum, age = rng.uniform(40, 400, (50, 20)), rng.uniform(18, 80, (50, 20))
    female = rng.integers(0, 2, (50, 20))
    batch = ckd_epi_2021(creatinine_umol_l=serum, age_years=age, female=female)
    assert batch.shape == (50, 20)
    for place in [(0, 0), (7, 13), (49, 19)]:
        alone = ckd_epi_2021(
            creatinine_umol_l=serum[place], age_years=age[place], female=female[place]
        )
        assert batch[place] == alone


def test_women_have_less_clearance_not_85_times_as_much():
    """One open Cockcroft-Gault writes 85 for women instead of 72/0.85 below the line."""
    woman = cockcroft_gault(creatinine_umol_l=88.4, age_years=40, female=1, weight_kg=60)
    assert_allclose(woman, 100 * 60 / (72 / 0.85), rtol=1e-12)


def test_the_mdrd_of_one_laboratory_is_not_that_of_another():
    """Open calculators mix the coefficient of standardised assays with older ones."""
    record = find_instrument("egfr")
    assert record.parameters["mdrd_coefficient"] == 175
    rate = mdrd4(creatinine_umol_l=88.4, age_years=30, female=0, black=0)
    assert_allclose(rate, 175 * 30**-0.203)
    assert abs(rate - 186 * 30**-0.203) > 5
