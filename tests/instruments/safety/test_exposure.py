"""Treatment-emergent events and time at risk."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.safety import is_treatment_emergent, person_years

nan = float("nan")


@pytest.mark.parametrize(
    ("onset", "first", "time_known", "expected"),
    [
        (1, 0, 0, 1),
        (-1, 0, 0, 0),
        (0.2, 0.5, 0, 1),  # same day, times not known
        (0.2, 0.5, 1, 0),  # before the dose
        (0.5, 0.5, 1, 1),
        (0.2, 0.5, nan, nan),
        (0.7, 0.5, nan, 1),
        (nan, 0, 0, nan),
    ],
)
def test_the_day_of_the_first_dose(onset, first, time_known, expected):
    answer = is_treatment_emergent(
        onset_day=onset, first_dose_day=first, last_dose_day=7, time_known=time_known
    )
    assert_array_equal(answer, expected)


def test_the_window_after_the_last_dose():
    onsets = [37, 37.9, 38]
    answer = is_treatment_emergent(onset_day=onsets, first_dose_day=0, last_dose_day=7.5)
    assert_array_equal(answer, [1, 1, 0])
    longer = is_treatment_emergent(
        onset_day=onsets, first_dose_day=0, last_dose_day=7.5, window_days=60
    )
    assert_array_equal(longer, [1, 1, 1])
    unknown = is_treatment_emergent(onset_day=[-1, 5], first_dose_day=0, last_dose_day=nan)
    assert_array_equal(unknown, [0, nan])


def test_midnight_is_of_the_new_day_however_it_was_rounded():
    midnight = 0.1 + 0.2 + 0.7 - 1.0 + 37.0 + 1.0 - 1e-13
    assert midnight < 38
    answer = is_treatment_emergent(onset_day=midnight, first_dose_day=0, last_dose_day=7)
    assert answer == 0
    assert is_treatment_emergent(onset_day=-1e-13, first_dose_day=0.5, last_dose_day=7) == 1


def test_years_at_risk():
    assert_allclose(person_years([365.25, 0, 730.5]), [1, 0, 2])
    assert np.isnan(person_years(nan))
    with pytest.raises(DataError, match="days: -1"):
        person_years(-1)
