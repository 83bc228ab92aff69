"""DORIS 2021: remission on and off treatment, disputed limits as parameters."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.responses import doris
from support import plain_responses

nan = float("nan")


def remission(**change):
    base = {
        "clinical_sledai": 0,
        "pga": 0.49,
        "prednisone_mg_day": 5,
        "immunosuppressant_or_biologic": 0,
        "is_stable": nan,
    }
    return doris(**base | change)


@pytest.mark.parametrize(
    ("change", "on", "off"),
    [
        ({}, 1, 0),
        ({"prednisone_mg_day": 0}, 1, 1),
        ({"prednisone_mg_day": 5.1}, 0, 0),
        ({"pga": 0.5}, 0, 0),
        ({"clinical_sledai": 1}, 0, 0),
        ({"immunosuppressant_or_biologic": 1, "is_stable": 1, "prednisone_mg_day": 0}, 1, 0),
        ({"immunosuppressant_or_biologic": 1, "is_stable": 0, "prednisone_mg_day": 0}, 0, 0),
        ({"immunosuppressant_or_biologic": 1, "prednisone_mg_day": 0}, nan, 0),
        ({"immunosuppressant_or_biologic": nan, "is_stable": 1, "prednisone_mg_day": 0}, 1, nan),
        ({"pga": nan, "clinical_sledai": 2}, 0, 0),
    ],
)
def test_limits_and_unknowns(change, on, off):
    answer = remission(**change)
    assert_array_equal(answer.on_treatment, on)
    assert_array_equal(answer.off_treatment, off)


def test_the_disputed_limits_are_parameters():
    assert remission(pga=0.5, pga_rule="le_0_5").on_treatment == 1
    assert remission(pga=0.51, pga_rule="le_0_5").on_treatment == 0
    assert remission(dose_rule="lt_5").on_treatment == 0
    assert remission(prednisone_mg_day=4.9, dose_rule="lt_5").on_treatment == 1


def test_complete_needs_normal_serology():
    quiet = {"prednisone_mg_day": 0, "increased_dna_binding": 0}
    answer = remission(**quiet, low_complement=[0, 1, nan])
    assert_array_equal(answer.complete, [1, 0, nan])
    assert_array_equal(answer.complete_off_treatment, [1, 0, nan])
    assert_array_equal(answer.on_treatment, [1, 1, 1])


def test_every_combination_against_a_plain_twin():
    cases = list(product([0, 2], [0, 0.49, 0.5, 1], [0, 5, 6], [0, 1], [0, 1]))
    clinical, pga, dose, treated, stable = np.array(cases, dtype=float).T
    answer = remission(
        clinical_sledai=clinical,
        pga=pga,
        prednisone_mg_day=dose,
        immunosuppressant_or_biologic=treated,
        is_stable=stable,
    )
    names = ("clinical", "pga", "prednisone", "treated", "stable")
    expected = [plain_responses.doris(dict(zip(names, case, strict=True))) for case in cases]
    assert_array_equal(answer.on_treatment, [on for on, _ in expected])
    assert_array_equal(answer.off_treatment, [off for _, off in expected])
    assert np.all(answer.on_treatment >= answer.off_treatment)


def test_what_is_refused():
    with pytest.raises(DataError, match="dose_rule"):
        remission(dose_rule="le5")
    with pytest.raises(DataError, match="clinical_sledai: 105; wanted 0 to 101"):
        remission(clinical_sledai=105)
