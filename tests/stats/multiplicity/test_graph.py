from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats.multiplicity import adjust, graph_test

P_VALUES = arrays(
    float, st.just((4, 3)), elements=st.sampled_from([0.0, 0.004, 0.01, 0.02, 0.03, 1])
)


@st.composite
def graphs(draw, hypotheses=3):
    raw = draw(arrays(float, hypotheses, elements=st.integers(0, 4)))
    weight = raw / max(raw.sum(), 1)
    edges = draw(arrays(float, (hypotheses, hypotheses), elements=st.integers(0, 3)))
    np.fill_diagonal(edges, 0)
    return weight, edges / np.maximum(edges.sum(axis=1, keepdims=True), 1)


def weights_of_intersection(weight, transition, members):
    """Weights of an intersection: remove the others from the graph, one after the other."""
    w, g = list(map(float, weight)), np.array(transition, dtype=float)
    present = set(range(len(w)))
    for gone in sorted(present - set(members)):
        present.discard(gone)
        new = np.zeros_like(g)
        for i, j in itertools.permutations(present, 2):
            loop = g[i, gone] * g[gone, i]
            new[i, j] = (g[i, j] + g[i, gone] * g[gone, j]) / (1 - loop) if loop < 1 else 0
        for i in present:
            w[i] += w[gone] * g[gone, i]
        w[gone], g = 0.0, new
    return w


def closed_weighted_bonferroni(p, weight, transition):
    adjusted = np.zeros(len(p))
    for size in range(1, len(p) + 1):
        for members in itertools.combinations(range(len(p)), size):
            w = weights_of_intersection(weight, transition, members)
            local = min([p[i] / w[i] for i in members if w[i] > 0], default=1.0)
            for i in members:
                adjusted[i] = max(adjusted[i], min(local, 1.0))
    return adjusted


@given(P_VALUES, graphs())
def test_is_the_closed_weighted_bonferroni_test_of_its_graph(p, graph):
    weight, transition = graph
    result = graph_test(p_value=p, weight=weight, transition=transition, alpha=0.025)
    for row, family in enumerate(p):
        expected = closed_weighted_bonferroni(family, weight, transition)
        assert_allclose(result.adjusted_p[row], expected, rtol=1e-9)
        one = graph_test(p_value=family, weight=weight, transition=transition, alpha=0.025)
        assert_array_equal(result.order[row], one.order)
        assert_array_equal(result.adjusted_p[row], one.adjusted_p)
    assert_array_equal(result.reject, result.adjusted_p <= 0.025 * (1 + 1e-12))
    assert_array_equal(result.reject, result.order > 0)


@given(P_VALUES)
def test_known_procedures_are_graphs(p):
    equal = (np.ones((3, 3)) - np.eye(3)) / 2
    holm = graph_test(p_value=p, weight=np.full(3, 1 / 3), transition=equal, alpha=0.05)
    assert_allclose(holm.adjusted_p, adjust(p_value=p, method="holm"), rtol=1e-12)
    chain = np.eye(3, k=1)
    fixed = graph_test(p_value=p, weight=[1, 0, 0], transition=chain, alpha=0.05)
    assert_allclose(fixed.adjusted_p, adjust(p_value=p, method="fixed_sequence"), rtol=1e-12)
    split = graph_test(p_value=p, weight=np.full(3, 1 / 3), transition=np.zeros((3, 3)), alpha=0.05)
    assert_allclose(split.adjusted_p, adjust(p_value=p, method="bonferroni"), rtol=1e-12)


def test_order_counts_the_rejections():
    result = graph_test(
        p_value=[[0.03, 0.012, 0.002], [0.001, 0.002, 0.0001]],
        weight=[0.5, 0.3, 0.2],
        transition=np.eye(3, k=1),
        alpha=0.025,
    )
    assert_array_equal(result.order, [[0, 0, 1], [2, 3, 1]])


@given(P_VALUES, graphs())
def test_a_batch_equals_its_trials_one_by_one(p, graph):
    weight, transition = graph
    together = graph_test(p_value=p, weight=weight, transition=transition, alpha=0.05)
    for trial, own in enumerate(p):
        alone = graph_test(p_value=own, weight=weight, transition=transition, alpha=0.05)
        assert_array_equal(together.adjusted_p[trial], alone.adjusted_p)
        assert_array_equal(together.order[trial], alone.order)


@given(P_VALUES, graphs(), st.permutations(range(3)))
def test_the_order_of_hypotheses_does_not_matter(p, graph, places):
    weight, transition = graph
    plain = graph_test(p_value=p, weight=weight, transition=transition, alpha=0.05)
    moved = graph_test(
        p_value=p[:, places], weight=weight[places], transition=transition[places][:, places],
        alpha=0.05,
    )  # fmt: skip
    assert_array_equal(moved.reject, plain.reject[:, places])
    assert_allclose(moved.adjusted_p, plain.adjusted_p[:, places], rtol=1e-12)


def test_all_tied_p_values_are_rejected_together():
    found = graph_test(
        p_value=[0.01] * 3, weight=[1 / 3] * 3, transition=(1 - np.eye(3)) / 2, alpha=0.05
    )
    assert found.reject.all()
    assert_allclose(found.adjusted_p, 0.03)


def test_one_hypothesis_is_its_own_test():
    found = graph_test(p_value=[[0.03], [0.06]], weight=[1], transition=[[0]], alpha=0.05)
    assert_array_equal(found.reject[:, 0], [True, False])
    assert_array_equal(found.order[:, 0], [1, 0])


def test_a_missing_p_value_is_never_rejected_and_keeps_its_level():
    result = graph_test(
        p_value=[np.nan, 0.012], weight=[0.5, 0.5], transition=[[0, 1], [1, 0]], alpha=0.025
    )
    assert np.isnan(result.adjusted_p[0])
    assert_allclose(result.adjusted_p[1], 0.024)
    assert_array_equal(result.reject, [False, True])
    none = graph_test(p_value=[np.nan], weight=[1], transition=[[0]], alpha=0.025)
    assert_array_equal(none.reject, [False])


def test_a_hypothesis_without_level_is_not_tested():
    result = graph_test(p_value=[0.5, 0.0], weight=[1, 0], transition=[[0, 0], [0, 0]], alpha=0.05)
    assert_array_equal(result.adjusted_p, [0.5, 1.0])
    assert_array_equal(result.reject, [False, False])


def test_faults_come_together():
    with pytest.raises(
        DataError, match=r"weight: a sum of 1\.2(.|\n)*transition\[0\]: 0\.5 to itself"
    ):
        graph_test(p_value=[0.1, 0.1], weight=[0.6, 0.6], transition=[[0.5, 0], [1, 0]], alpha=0.05)
    with pytest.raises(DataError, match=r"transition\[1\]: a sum of 1\.5"):
        graph_test(
            p_value=[0.1] * 3,
            weight=[1, 0, 0],
            transition=[[0, 1, 0], [0.75, 0, 0.75], [0] * 3],
            alpha=0.05,
        )
    with pytest.raises(DataError, match=r"weight \(3,\) and transition \(3, 3\)"):
        graph_test(p_value=[0.1] * 3, weight=[1, 0], transition=[[0]], alpha=0.05)
    with pytest.raises(DataError, match=r"p_value: -1(.|\n)*alpha: 0"):
        graph_test(p_value=[-1.0], weight=[1], transition=[[0]], alpha=0)
