"""Hard renal outcomes."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.renal import renal_outcomes

nan = float("nan")


def outcomes(**change):
    base = {
        "creatinine_umol_l": 80,
        "creatinine_baseline_umol_l": 80,
        "egfr": 90,
        "egfr_baseline": 90,
        "dialysis": 0,
        "transplant": 0,
        "death": 0,
    }
    return renal_outcomes(**base | change)


def test_a_doubling_is_exactly_twice_or_more():
    answer = outcomes(creatinine_umol_l=[159.9, 160, 200, nan])
    assert_array_equal(answer.creatinine_doubled, [0, 1, 1, nan])


def test_losses_of_filtration():
    answer = outcomes(egfr=[64, 63, 54, 45])
    assert_array_equal(answer.egfr_fell_30, [0, 1, 1, 1])
    assert_array_equal(answer.egfr_fell_40, [0, 0, 1, 1])
    assert_array_equal(answer.egfr_fell_50, [0, 0, 0, 1])


def test_end_stage_disease():
    answer = outcomes(egfr=[15, 14.9, 60, 60, nan], dialysis=[0, 0, 1, 0, 0])
    assert_array_equal(answer.end_stage, [0, 1, 1, 0, nan])
    assert outcomes(egfr=29, end_stage_egfr=30).end_stage == 1
    assert outcomes(transplant=1, egfr=nan).end_stage == 1


def test_death_is_in_the_composite():
    answer = outcomes(death=[1, 0, nan], egfr=[nan, 90, 90])
    assert_array_equal(answer.composite, [1, 0, nan])
    assert answer.missing["egfr"].tolist() == [True, False, False]


def test_a_limit_outside_its_range_is_refused():
    with pytest.raises(DataError, match="end_stage_egfr"):
        outcomes(end_stage_egfr=60)
    assert np.isnan(outcomes(egfr_baseline=nan).egfr_fell_30)
