"""Score tests against a margin: reference, their limits, properties, edges."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.qualification.statistics.binary import METHODS
from equipoise.stats import State, binary
from support.reference import cases, check

from .strategies import batches, swapped

MARGIN = st.sampled_from([-0.6, -0.15, -0.1, 0.0, 0.05, 0.2, 0.5])
PAIRS = (
    (binary.risk_difference_test_farrington_manning, binary.risk_difference_mee),
    (
        binary.risk_difference_test_miettinen_nurminen,
        binary.risk_difference_miettinen_nurminen,
    ),
)
TESTS = [test for test, _ in PAIRS]


@pytest.mark.parametrize("case", cases("margin"), ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)


@pytest.mark.parametrize(("test", "limits"), PAIRS)
@pytest.mark.parametrize("counts", [(9, 12, 5, 6), (27, 30, 25, 28), (0, 10, 3, 10)])
def test_at_a_limit_the_p_value_is_half_of_the_rest(test, limits, counts):
    table = dict(zip(("x1", "n1", "x0", "n0"), counts, strict=True))
    found = limits(**table, confidence=0.9)
    for limit, side in ((found.ci_low, "p_greater"), (found.ci_high, "p_less")):
        tested = test(**table, difference=float(limit))
        assert getattr(tested, side) == pytest.approx(0.05, rel=1e-7)


def test_without_a_margin_it_is_pearsons_test():
    table = {"x1": 30, "n1": 58, "x0": 22, "n0": 60}
    found = binary.risk_difference_test_farrington_manning(**table, difference=0)
    assert found.z == pytest.approx(float(binary.chi_square_test(**table).z), rel=1e-12)


@pytest.mark.parametrize("test", TESTS)
@given(counts=batches(smallest=1), margin=MARGIN)
@settings(max_examples=40, deadline=None)
def test_arms_that_change_places_change_the_side(test, counts, margin):
    found = test(**counts, difference=margin)
    turned = test(**swapped(counts), difference=-margin)
    assert_allclose(turned.z, -found.z, rtol=1e-7, atol=1e-7)
    assert_allclose(turned.p_less, found.p_greater, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("test", TESTS)
@given(counts=batches(), margin=MARGIN)
@settings(max_examples=40, deadline=None)
def test_a_batch_equals_its_trials_one_by_one(test, counts, margin):
    together = test(**counts, difference=margin)
    for place in range(len(counts["x1"])):
        alone = test(**{name: value[place] for name, value in counts.items()}, difference=margin)
        for name in ("z", "p_greater", "p_less", "state"):
            assert_array_equal(getattr(together, name)[place], getattr(alone, name))


def test_a_wider_margin_is_easier_to_show():
    margins = np.linspace(0.01, 0.9, 30)
    p_values = [
        float(
            binary.risk_difference_test_farrington_manning(
                x1=20, n1=29, x0=21, n0=29, difference=-margin
            ).p_greater
        )
        for margin in margins
    ]
    assert np.all(np.diff(p_values) < 0)


def test_an_empty_arm_has_a_state_and_no_number():
    found = binary.risk_difference_test_farrington_manning(
        x1=[0, 3], n1=[0, 4], x0=2, n0=5, difference=-0.1
    )
    assert_array_equal(found.state, [State.NOT_ESTIMABLE, State.ESTIMATED])
    assert np.isnan([found.z[0], found.p_greater[0], found.p_less[0]]).all()


@pytest.mark.parametrize("difference", [1.0, -1.0, np.nan, [0.1, 0.2]])
def test_a_difference_that_is_none_is_refused(difference):
    with pytest.raises(DataError, match="difference"):
        binary.risk_difference_test_farrington_manning(
            x1=1, n1=2, x0=1, n0=2, difference=difference
        )
