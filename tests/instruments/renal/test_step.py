"""Step targets of EULAR/ERA-EDTA 2019."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.renal import eular_2019_step

nan = float("nan")


def met(month, protein, *, baseline=4.0, egfr=80, egfr_baseline=85, **rules):
    return eular_2019_step(
        month=month,
        urine_protein_24h_g=protein,
        urine_protein_24h_baseline_g=baseline,
        egfr=egfr,
        egfr_baseline=egfr_baseline,
        **rules,
    ).met


@pytest.mark.parametrize(
    ("month", "protein", "expected"),
    [
        (3, 3.0, 1),  # exactly a quarter
        (3, 3.01, 0),
        (5.9, 3.0, 1),
        (6, 3.0, 0),
        (6, 2.0, 1),  # exactly half
        (11.9, 2.0, 1),
        (12, 2.0, 0),
        (12, 0.5, 0),  # strictly below
        (12, 0.49, 1),
        (24, 0.49, 1),
    ],
)
def test_the_target_of_the_month(month, protein, expected):
    assert met(month, protein) == expected


def test_the_complete_cut_is_a_parameter():
    assert_array_equal(met(12, [0.6, 0.7], complete_cut=0.7), [1, 0])


def test_nephrotic_patients_may_have_longer():
    months = [12, 17.9, 18]
    assert_array_equal(met(months, 1.0, nephrotic_extension_months=6), [1, 1, 0])
    assert_array_equal(met(months, 1.0, baseline=2.9, nephrotic_extension_months=6), [0, 0, 0])
    assert np.isnan(met(14, 1.0, baseline=nan, nephrotic_extension_months=6))
    # protein above the cut is not complete; half of an unknown baseline is unknown
    assert np.isnan(met(14, 0.4, baseline=nan, nephrotic_extension_months=12, egfr=95))


def test_function_must_hold():
    assert_array_equal(met(3, 3.0, egfr=[76.5, 76.4]), [1, 0])
    assert met(3, 3.0, egfr=90, egfr_baseline=140) == 1


def test_unknown_month():
    assert np.isnan(met(nan, 3.0))
    # met at every step: the month is no matter
    assert met(nan, 0.3) == 1
    assert met(nan, 3.5) == 0


def test_the_table_names_the_limb_that_failed():
    answer = find_instrument("renal_step_eular2019").score(
        {
            "month": [3, 3],
            "upcr_g_g": 3.5,
            "urine_protein_24h_baseline_g": 4,
            "egfr": [80, 20],
            "egfr_baseline": 85,
        }
    )
    assert answer["target_met"].tolist() == [0, 0]
    assert answer["failed_limbs"].tolist() == ["protein", "protein; function"]


def test_an_extension_beyond_the_text_is_refused():
    with pytest.raises(DataError, match="nephrotic_extension_months"):
        met(3, 3.0, nephrotic_extension_months=13)
