from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    paired_t_test,
    repeated_anova,
    repeated_anova_within,
    student_t_test,
)
from equipoise.stats.continuous.sphericity import _second_order, _shrinkage, sphericity_of

from .strategies import assert_same


def _draw(seed, *, trials=3, subjects=14, visits=4, groups=2, missing=0.0):
    rng = np.random.default_rng(seed)
    response = rng.normal(size=(trials, subjects, visits)).cumsum(axis=-1)
    response += rng.normal(size=(trials, subjects, 1))
    response[rng.random(response.shape) < missing] = np.nan
    group = rng.integers(groups, size=(trials, subjects))
    return response, group


def _residual(y, x):
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    return np.sum((y - x @ beta) ** 2)


def _naive(response, group, groups):
    """Compare linear models with a column for each subject: squares of visit, group x visit, error.

    Visits and groups are in sum-to-zero coding, so that a term out of the model is its type III
    hypothesis.
    """
    keep = ~np.isnan(response).any(axis=1) & (group >= 0)
    y, g = response[keep], group[keep]
    subjects, visits = y.shape

    def summed(codes, levels):
        full = (codes[:, None] == np.arange(levels)).astype(float)
        return full[:, :-1] - full[:, -1:]

    subject = np.repeat(np.eye(subjects), visits, axis=0)
    visit = summed(np.tile(np.arange(visits), subjects), visits)
    arm = summed(np.repeat(g, visits), groups)
    both = np.einsum("ri,rj->rij", visit, arm).reshape(len(visit), -1)
    flat = y.ravel()
    full = _residual(flat, np.hstack([subject, visit, both]))
    no_visit = _residual(flat, np.hstack([subject, both])) - full
    no_both = _residual(flat, np.hstack([subject, visit])) - full
    means = y.mean(axis=1) * np.sqrt(visits)
    ones = np.ones((subjects, 1))
    level = _residual(means, np.hstack([ones, summed(g, groups)]))
    return {
        "visit": (no_visit, full),
        "group:visit": (no_both, full),
        "group": (_residual(means, ones) - level, level),
        "intercept": (_residual(means, summed(g, groups)) - level, level),
    }


@pytest.mark.parametrize("groups", [2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_models_that_have_a_column_for_each_subject(groups, seed):
    response, group = _draw(seed, subjects=20, groups=groups, missing=0.02)
    result = repeated_anova(response=response, group=group, groups=groups)
    for place in range(len(response)):
        one = repeated_anova(response=response[place], group=group[place], groups=groups)
        assert_same(result, one, place=place)
        naive = _naive(response[place], group[place], groups)
        for term, (squares, error) in naive.items():
            at = one.terms.index(term)
            assert_allclose(one.sum_of_squares[at], squares, rtol=1e-9)
            assert_allclose(one.error_sum_of_squares[at], error, rtol=1e-9)
            f = squares / one.df[at] / (error / one.error_df[at])
            assert_allclose(one.statistic[at], f, rtol=1e-9)
            p = stats.f.sf(f, one.df[at], one.error_df[at])
            assert_allclose(one.p_value[at], p, rtol=1e-7)
            all_error = naive["visit"][1] + naive["group"][1]
            eta = squares / (squares + all_error)
            assert_allclose(one.generalised_eta_squared[at], eta, rtol=1e-9)


def test_the_epsilons_by_their_definitions():
    response, group = _draw(5, trials=1, subjects=16, visits=5, groups=3)
    response, group = response[0], group[0]
    result = repeated_anova(response=response, group=group, groups=3)
    own = np.stack([response[group == code].mean(axis=0) for code in range(3)])
    covariance = (response - own[group]).T @ (response - own[group]) / (16 - 3)
    # Box's epsilon from the eigenvalues of the doubly centred covariance.
    centre = np.eye(5) - 1 / 5
    values = np.linalg.eigvalsh(centre @ covariance @ centre)[1:]
    epsilon = values.sum() ** 2 / (4 * np.sum(values**2))
    found = result.sphericity
    assert_allclose(found.greenhouse_geisser, epsilon, rtol=1e-10)
    assert_allclose(found.huynh_feldt, (16 * 4 * epsilon - 2) / (4 * (13 - 4 * epsilon)))
    assert_allclose(found.huynh_feldt_lecoutre, (14 * 4 * epsilon - 2) / (4 * (13 - 4 * epsilon)))
    assert_allclose(found.mauchly_w, np.prod(values) / np.mean(values) ** 4, rtol=1e-9)
    at = result.terms.index("visit")
    for p_value, shrink in (
        (result.p_greenhouse_geisser, epsilon),
        (result.p_huynh_feldt, min(float(found.huynh_feldt), 1)),
        (result.p_huynh_feldt_lecoutre, min(float(found.huynh_feldt_lecoutre), 1)),
    ):
        expected = stats.f.sf(result.statistic[at], 4 * shrink, 13 * 4 * shrink)
        assert_allclose(p_value[at], expected, rtol=1e-9)
        assert np.isnan(
            p_value[[result.terms.index("group"), result.terms.index("intercept")]]
        ).all()


def test_epsilon_between_its_bounds():
    spherical = sphericity_of(3.0 * np.eye(4), np.array(20.0), np.array(22.0))
    assert_allclose(spherical.greenhouse_geisser, 1)
    assert_allclose(spherical.mauchly_w, 1)
    assert_allclose(spherical.mauchly_p, 1, atol=1e-12)
    line = np.ones((4, 4))
    assert_allclose(sphericity_of(line, np.array(20.0), np.array(22.0)).greenhouse_geisser, 0.25)


@pytest.mark.parametrize("size", [2, 3, 4, 9])
def test_the_second_order_of_mauchly_is_box_expansion(size):
    # Box 1949 for W^(n/2): gammas x_k = n/2, xi_k = (1 - k)/2 above, y = size n/2 below;
    # omega_r = (-1)^(r+1) / (r (r+1)) [sum B_(r+1)((1-rho) x + xi) / (rho x)^r - the same below].
    n = 37
    rho = 1 - Fraction(2 * size**2 + size + 2, 6 * size * n)
    above = [(Fraction(n, 2), Fraction(1 - k, 2)) for k in range(1, size + 1)]
    below = [(Fraction(size * n, 2), Fraction(0))]
    bernoulli = {2: lambda x: x**2 - x + Fraction(1, 6), 3: lambda x: x**3 - 3 * x**2 / 2 + x / 2}

    def omega(r):
        def total(gammas):
            return sum(bernoulli[r + 1]((1 - rho) * x + xi) / (rho * x) ** r for x, xi in gammas)

        return Fraction((-1) ** (r + 1), r * (r + 1)) * (total(above) - total(below))

    assert_allclose(_shrinkage(np.array(float(n)), size), float(rho), rtol=1e-14)
    assert omega(1) == 0
    second = _second_order(np.array(float(n)), size, size)
    assert_allclose(second, float(omega(2)), rtol=1e-12, atol=1e-18)


def test_mauchly_holds_its_level():
    rng = np.random.default_rng(8)
    response = rng.normal(size=(6000, 12, 4)) + rng.normal(size=(6000, 12, 1))
    p = repeated_anova_within(response=response).sphericity.mauchly_p
    for alpha in (0.05, 0.5):
        assert abs(np.mean(p < alpha) - alpha) < 4 * np.sqrt(alpha * (1 - alpha) / 6000)


def test_within_only_is_the_two_way_table():
    response, _ = _draw(6, trials=1)
    y = response[0]
    result = repeated_anova_within(response=y)
    assert result.terms == ("intercept", "visit")
    visit = len(y) * np.sum((y.mean(axis=0) - y.mean()) ** 2)
    rest = y - y.mean(axis=0) - y.mean(axis=1, keepdims=True) + y.mean()
    assert_allclose(result.sum_of_squares, [y.size * y.mean() ** 2, visit], rtol=1e-10)
    assert_allclose(result.error_sum_of_squares[1], np.sum(rest**2), rtol=1e-10)
    assert_allclose(result.sphericity.huynh_feldt, result.sphericity.huynh_feldt_lecoutre)


def test_two_visits_are_the_paired_t_test_and_need_no_correction():
    response, group = _draw(7, trials=1, visits=2)
    y, g = response[0], group[0]
    within = repeated_anova_within(response=y)
    paired = paired_t_test(first=y[:, 1], second=y[:, 0])
    assert_allclose(within.p_value[1], paired.p_value, rtol=1e-9)
    assert_allclose(within.sphericity.greenhouse_geisser, 1)
    assert_allclose(within.p_greenhouse_geisser[1], paired.p_value, rtol=1e-9)
    assert np.isnan([within.sphericity.mauchly_w, within.sphericity.mauchly_p]).all()
    both = repeated_anova(response=y, group=g, groups=2)
    course = student_t_test(response=y[:, 1] - y[:, 0], treated=g == 1)
    level = student_t_test(response=y.mean(axis=1), treated=g == 1)
    assert_allclose(both.p_value[both.terms.index("group:visit")], course.p_value, rtol=1e-9)
    assert_allclose(both.p_value[both.terms.index("group")], level.p_value, rtol=1e-9)


@given(st.integers(0, 40), st.permutations(range(14)), st.permutations(range(4)))
@settings(max_examples=15)
def test_order_of_subjects_visits_and_groups_does_not_matter(seed, subjects, visits):
    response, group = _draw(seed, missing=0.02)
    here = repeated_anova(response=response, group=group, groups=2)
    there = repeated_anova(
        response=5 * response[:, subjects][..., visits], group=1 - group[:, subjects], groups=2
    )
    for name in ("statistic", "p_value", "p_greenhouse_geisser", "generalised_eta_squared"):
        assert_allclose(getattr(here, name), getattr(there, name), rtol=1e-7, atol=1e-10)
    assert_allclose(here.sphericity.mauchly_p, there.sphericity.mauchly_p, rtol=1e-7)
    assert_allclose(here.n, there.n[..., ::-1])


def test_subjects_with_a_missing_visit_are_dropped_and_counted():
    response, group = _draw(9, trials=1)
    y, g = response[0].copy(), group[0].copy()
    y[2, 1] = y[5, 0] = np.nan
    g[7] = -1
    result = repeated_anova(response=y, group=g, groups=2)
    keep = np.setdiff1d(np.arange(14), [2, 5, 7])
    alone = repeated_anova(response=y[keep], group=g[keep], groups=2)
    assert (result.n_dropped, alone.n_dropped) == (2, 0)
    assert_allclose(result.p_value, alone.p_value, rtol=1e-12)
    assert_array_equal(result.n, np.bincount(g[keep], minlength=2))


def test_edges_are_a_state():
    rng = np.random.default_rng(10)
    y = rng.normal(size=(6, 3))
    cases = [
        (y, [0, 0, 0, 0, 0, 0]),  # an empty group
        (y[:2], [0, 1]),  # no degree of freedom
        (np.empty((0, 3)), []),
        (np.full((6, 3), np.nan), [0, 0, 0, 1, 1, 1]),
        (np.full((6, 3), 0.1), [0, 0, 0, 1, 1, 1]),  # no spread at all
        (np.arange(6)[:, None] + [0.1, 0.2, 0.3], [0, 0, 0, 1, 1, 1]),  # parallel courses
    ]
    for response, group in cases:
        result = repeated_anova(response=response, group=group, groups=2)
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan(result.p_value[result.terms.index("visit")])
    alone = repeated_anova_within(response=y[:1])
    assert alone.state == State.NOT_ESTIMABLE
    # Fewer subjects than contrasts: tests stand, Mauchly's does not.
    few = repeated_anova_within(response=rng.normal(size=(3, 5)))
    assert few.state == State.ESTIMATED
    assert np.isnan(few.sphericity.mauchly_p)
    assert 0.25 <= few.sphericity.greenhouse_geisser <= 1


def test_faults_come_together():
    with pytest.raises(DataError, match=r"groups: 1(.|\n)*response: 1 visits(.|\n)*group: 4"):
        repeated_anova(response=[[1.0], [2.0]], group=[0, 4], groups=1)
    with pytest.raises(DataError, match="at least 2 axes"):
        repeated_anova_within(response=[1.0, 2.0])
    with pytest.raises(DataError, match="arrays that broadcast"):
        repeated_anova(response=np.ones((3, 2)), group=[0, 1], groups=2)
