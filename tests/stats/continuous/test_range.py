"""The unit of a response changes no test, up to the ends of the range of numbers."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats.continuous import (
    ancova,
    one_way_anova,
    paired_t_test,
    repeated_anova,
    student_t_test,
    type_2_tests,
    variance_ratio_test,
    welch_anova,
    welch_t_test,
)

_GROUP = np.arange(24) % 3
_RESPONSE = np.random.default_rng(4).uniform(-1, 1, 24) + 0.3 * _GROUP

STATISTICS = {
    "student": lambda y: student_t_test(response=y, treated=_GROUP > 0).statistic,
    "welch": lambda y: welch_t_test(response=y, treated=_GROUP > 0).df,
    "paired": lambda y: paired_t_test(first=y[:12], second=y[12:]).statistic,
    "ancova": lambda y: ancova(response=y, group=_GROUP, groups=3).differences.statistic,
    "HC3": lambda y: (
        ancova(response=y, group=_GROUP, groups=3, variance="HC3").differences.statistic
    ),
    "type II": lambda y: type_2_tests(ancova(response=y, group=_GROUP, groups=3).model).statistic,
    "one-way": lambda y: one_way_anova(response=y, group=_GROUP, groups=3).statistic,
    "Welch's ANOVA": lambda y: welch_anova(response=y, group=_GROUP, groups=3).statistic,
    "variances": lambda y: variance_ratio_test(response=y, treated=_GROUP > 0).p_value,
    "repeated": lambda y: (
        repeated_anova(response=y.reshape(8, 3), group=np.arange(8) % 2, groups=2).statistic
    ),
}


@pytest.mark.parametrize("unit", [2.0**-480, 2.0**496])
@pytest.mark.parametrize("name", STATISTICS)
def test_a_unit_changes_no_test(name, unit):
    expected = STATISTICS[name](_RESPONSE)
    assert np.all(np.isfinite(expected))
    assert_allclose(STATISTICS[name](unit * _RESPONSE), expected, rtol=1e-10)


@pytest.mark.parametrize("name", STATISTICS)
def test_what_has_no_square_is_refused(name):
    with pytest.raises(DataError, match=r"wanted numbers up to 1e\+150 in size"):
        STATISTICS[name](1e160 * _RESPONSE)
