from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats.multiplicity import adjust, close_intersections, closed_test, intersections
from equipoise.stats.multiplicity.adjust import ADJUSTMENTS

# Coarse values make ties common.
P_VALUES = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.02, 0.04, 0.5, 1.0]))
FAMILIES = arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=P_VALUES)


def bonferroni(p):
    return min(1.0, len(p) * min(p))


def simes(p):
    return min(len(p) * one / place for place, one in enumerate(sorted(p), start=1))


def naive_closure(p, local):
    sets = [
        members
        for size in range(1, len(p) + 1)
        for members in itertools.combinations(range(len(p)), size)
    ]
    return [
        max(local([p[place] for place in members]) for members in sets if one in members)
        for one in range(len(p))
    ]


@given(FAMILIES)
def test_holm_and_hommel_are_closed_tests(p):
    holm, hommel = adjust(p_value=p, method="holm"), adjust(p_value=p, method="hommel")
    for row, family in enumerate(p):
        assert_allclose(holm[row], naive_closure(family, bonferroni), rtol=1e-12)
        assert_allclose(hommel[row], naive_closure(family, simes), rtol=1e-12)
    assert_allclose(closed_test(p_value=p, local="bonferroni"), holm, rtol=1e-12)
    assert_allclose(closed_test(p_value=p, local="simes"), hommel, rtol=1e-12)


@given(FAMILIES)
def test_false_discovery_rates_follow_their_definition(p):
    adjusted = adjust(p_value=p, method="benjamini_hochberg")
    many = p.shape[-1]
    for row, family in enumerate(p):
        # Rejected at q: every p value up to the largest that lies under its line.
        ordered = np.sort(family)
        for place, own in enumerate(family):
            lines = [
                ordered[rank - 1] * many / rank
                for rank in range(1, many + 1)
                if ordered[rank - 1] >= own
            ]
            assert_allclose(adjusted[row, place], min(1, *lines, 1), rtol=1e-12)
    factor = sum(1 / rank for rank in range(1, many + 1))
    dependent = adjust(p_value=p, method="benjamini_yekutieli")
    assert_allclose(dependent, np.minimum(1, factor * adjusted), rtol=1e-12)


@given(FAMILIES, st.sampled_from(sorted(ADJUSTMENTS)))
def test_a_batch_equals_its_families_one_by_one(p, method):
    batch = adjust(p_value=p, method=method)
    for row, family in enumerate(p):
        assert_array_equal(batch[row], adjust(p_value=family, method=method))
    assert np.all(batch >= p) or method == "none"
    assert np.all(batch <= 1)


@given(FAMILIES, st.sampled_from(sorted(set(ADJUSTMENTS) - {"fixed_sequence"})), st.randoms())
def test_the_order_of_hypotheses_does_not_matter(p, method, random):
    order = list(range(p.shape[-1]))
    random.shuffle(order)
    assert_allclose(
        adjust(p_value=p[:, order], method=method),
        adjust(p_value=p, method=method)[:, order],
        rtol=1e-12,
    )


@given(FAMILIES)
def test_procedures_are_ordered_by_power(p):
    step = {method: adjust(p_value=p, method=method) for method in ADJUSTMENTS}
    slack = 1 + 1e-12
    chain = ("hommel", "hochberg", "holm", "bonferroni")
    for sharper, blunter in itertools.pairwise(chain):
        assert np.all(step[sharper] <= step[blunter] * slack)
    assert np.all(step["sidak"] <= step["bonferroni"] * slack)
    assert np.all(step["holm_sidak"] <= step["holm"] * slack)
    assert np.all(step["benjamini_hochberg"] <= step["hochberg"] * slack)


def test_fixed_sequence_stops_at_the_first_that_stands():
    adjusted = adjust(p_value=[[0.01, 0.03, 0.001], [0.2, 0.0, 0.0]], method="fixed_sequence")
    assert_array_equal(adjusted, [[0.01, 0.03, 0.03], [0.2, 0.2, 0.2]])


def test_small_p_values_keep_their_digits():
    assert_allclose(adjust(p_value=[1e-200, 0.5], method="sidak")[0], 2e-200, rtol=1e-14)
    assert_allclose(adjust(p_value=[1e-18, 1e-17], method="holm_sidak"), [2e-18, 1e-17], rtol=1e-14)
    assert_array_equal(adjust(p_value=[1.0, 1.0], method="sidak"), [1, 1])


@pytest.mark.parametrize("method", sorted(ADJUSTMENTS))
def test_a_missing_p_value_stays_in_the_family(method):
    adjusted = adjust(p_value=[0.01, np.nan, 0.02], method=method)
    as_one = adjust(p_value=[0.01, 1.0, 0.02], method=method)
    assert np.isnan(adjusted[1])
    assert_array_equal(adjusted[[0, 2]], as_one[[0, 2]])


@pytest.mark.parametrize("method", sorted(ADJUSTMENTS))
def test_families_of_one_and_of_none(method):
    assert_allclose(adjust(p_value=[0.03], method=method), [0.03], rtol=1e-14)
    assert adjust(p_value=np.empty((3, 0)), method=method).shape == (3, 0)
    assert adjust(p_value=np.empty((0, 3)), method=method).shape == (0, 3)


def test_faults_come_together():
    with pytest.raises(DataError, match=r"p_value: 1\.5(.|\n)*method: 'hom'.*did you mean 'holm'"):
        adjust(p_value=[1.5], method="hom")
    with pytest.raises(DataError, match=r"p_value: shape \(\); wanted an array of at least 1"):
        adjust(p_value=0.5, method="holm")
    with pytest.raises(DataError, match="p_value: 'few'; wanted numbers"):
        adjust(p_value="few", method="holm")
    with pytest.raises(DataError, match="p_intersection: 4 p values"):
        close_intersections(p_intersection=[0.1, 0.1, 0.1, 0.1])
    with pytest.raises(DataError, match="local: 'dunnett'"):
        closed_test(p_value=[0.1], local="dunnett")
    with pytest.raises(
        DataError, match=r"hypotheses: 15; wanted finite whole numbers in \[1, 14\]"
    ):
        closed_test(p_value=np.full(15, 0.1), local="simes")


def test_intersections_are_listed_by_bits():
    assert_array_equal(
        intersections(2).astype(int),
        [[1, 0], [0, 1], [1, 1]],
    )
    adjusted = close_intersections(p_intersection=[[0.01, 0.2, 0.03], [np.nan, 0.0, 0.0]])
    assert_array_equal(adjusted, [[0.03, 0.2], [1.0, 0.0]])


@given(FAMILIES)
def test_closing_independent_tests_never_beats_the_single_test(p):
    for local in ("fisher", "inverse_normal"):
        adjusted = closed_test(p_value=p, local=local)
        assert np.all(adjusted >= p * (1 - 1e-9) - 1e-300)
