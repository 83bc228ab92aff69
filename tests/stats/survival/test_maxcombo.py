"""MaxCombo and the tail of the largest of correlated normals."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import dblquad
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import FlemingHarrington, maxcombo, weighted_logrank
from equipoise.stats.survival.normal_tail import tail_of_largest
from support.reference import REFERENCE
from support.survival import cohorts, few, freireich

POWERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
WEIGHTS = [FlemingHarrington(rho=rho, gamma=gamma) for rho, gamma in POWERS]


def around_the_circle(correlation, threshold, *, two_sided):
    """Exact tail for a correlation of rank 2: Z_i = r cos(angle - a_i), r^2 chi square of 2."""
    values, vectors = np.linalg.eigh(correlation)
    factor = vectors[:, -2:] * np.sqrt(values[-2:])
    angle = np.linspace(0, 2 * np.pi, 400_000, endpoint=False)
    height = factor @ np.stack([np.cos(angle), np.sin(angle)])
    top = (np.abs(height) if two_sided else height).max(axis=0)
    reach = threshold / np.where(top > 0, top, np.nan)
    return np.sum(np.nan_to_num(np.exp(-(reach**2) / 2))) / angle.size


@pytest.mark.parametrize("name", ["veteran", "lung"])
@pytest.mark.parametrize("two_sided", [True, False])
def test_the_usual_three_weights_have_the_exact_tail(name, two_sided):
    data = np.genfromtxt(
        REFERENCE / "data" / f"{name}.csv",
        delimiter=",",
        names=True,
        converters=dict.fromkeys(range(7 if name == "veteran" else 5), lambda t: t.strip('"')),
        dtype=float,
    )
    found = maxcombo(time=data["time"], event=data["status"], group=data["arm"])
    p_value = found.p_value if two_sided else found.p_value_fewer
    threshold = np.abs(found.z).max() if two_sided else -found.z.min()
    exact = around_the_circle(found.correlation, threshold, two_sided=two_sided)
    assert_allclose(p_value, exact, rtol=1e-7)


def test_two_normals_by_their_distribution():
    for rho in (-0.9, 0.0, 0.4, 0.95):
        correlation = np.array([[1, rho], [rho, 1]])
        for c in (0.3, 1.5):
            below = multivariate_normal.cdf([c, c], cov=correlation)
            inside = multivariate_normal.cdf([c, c], cov=correlation, lower_limit=[-c, -c])
            tail = tail_of_largest(np.array([c]), correlation[None], two_sided=False)
            both = tail_of_largest(np.array([c]), correlation[None], two_sided=True)
            assert_allclose([tail[0], both[0]], [1 - below, 1 - inside], rtol=1e-9)


def test_three_normals_by_nested_integration():
    correlation = np.array([[1, 0.6, 0.3], [0.6, 1, 0.7], [0.3, 0.7, 1]])
    factor = np.linalg.cholesky(correlation)
    c = 1.8

    def inside(y2, y1):
        density = np.exp(-(y1**2 + y2**2) / 2) / (2 * np.pi)
        return density * ndtr((c - factor[2, 0] * y1 - factor[2, 1] * y2) / factor[2, 2])

    below, _ = dblquad(inside, -8, c, -8, lambda y1: (c - factor[1, 0] * y1) / factor[1, 1])
    tail = tail_of_largest(np.array([c]), correlation[None], two_sided=False)
    assert_allclose(tail[0], 1 - below, rtol=1e-6)


def test_independent_normals_of_every_number_far_into_the_tail():
    for size in range(1, 5):
        for c in (0.5, 2.0, 8.0, 20.0):
            one = tail_of_largest(np.array([c]), np.eye(size)[None], two_sided=False)[0]
            two = tail_of_largest(np.array([c]), np.eye(size)[None], two_sided=True)[0]
            assert_allclose(one, -np.expm1(size * np.log1p(-ndtr(-c))), rtol=1e-6)
            assert_allclose(two, -np.expm1(size * np.log1p(-2 * ndtr(-c))), rtol=1e-6)


def test_equal_statistics_are_one():
    tail = tail_of_largest(np.array([1.3, -0.4]), np.ones((2, 3, 3)), two_sided=False)
    assert_allclose(tail, ndtr([-1.3, 0.4]))


@few
@given(cohorts())
def test_its_statistics_are_the_weighted_log_rank_tests(cohort):
    found = maxcombo(**cohort, weights=WEIGHTS)
    for place, weight in enumerate(WEIGHTS):
        alone = weighted_logrank(**cohort, weight=weight)
        known = found.state == State.ESTIMATED
        assert_allclose(found.z[known, place], alone.z[known], atol=1e-10)
        assert np.all((alone.state == State.ESTIMATED) | ~known)


@few
@given(cohorts())
def test_swapping_the_arms_turns_the_sign_and_keeps_the_two_sided_p(cohort):
    one = maxcombo(**cohort)
    other = maxcombo(**(cohort | {"group": 1 - cohort["group"]}))
    assert_allclose(other.z, -one.z, atol=1e-10)
    assert_allclose(other.p_value, one.p_value, rtol=1e-6)
    known = one.state == State.ESTIMATED
    assert np.all(
        one.p_value[known] <= 2 * np.minimum(one.p_value_fewer, other.p_value_fewer)[known] + 1e-6
    )


def test_freireich_is_clear_in_one_direction_only():
    found = maxcombo(**freireich(), weights=WEIGHTS)
    assert found.p_value_fewer < 1e-4
    assert found.p_value < 2e-4
    turned = freireich()
    assert maxcombo(**(turned | {"group": 1 - turned["group"]})).p_value_fewer > 0.999


def test_no_event_is_not_estimable():
    found = maxcombo(time=[[1, 2]], event=[[0, 0]], group=[[0, 1]])
    assert_array_equal(found.state, [State.NOT_ESTIMABLE])
    assert np.isnan(found.p_value[0])


@pytest.mark.parametrize("number", [1, 5])
def test_one_weight_and_more_than_four_are_refused(number):
    with pytest.raises(DataError, match=f"weights: {number} weights; wanted 2 to 4"):
        maxcombo(**freireich(), weights=[FlemingHarrington()] * number)
