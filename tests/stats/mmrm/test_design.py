"""The usual design: its columns, and the averages that make LS means."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats.mmrm import fit_mmrm, ls_means, visit_design

ARM = np.array([0, 1, 2, 1])
Y = np.array([[1.0, 2], [3, np.nan], [5, 6], [np.nan, np.nan]])
AGE = np.array([[20.0], [30], [40], [np.nan]])
SEX = np.array([[0], [1], [1], [0]])


def test_columns_and_names():
    design = visit_design(
        response=Y, arm=ARM, arms=3, covariate=AGE, factor=SEX, levels=[2], covariate_by_visit=AGE
    )
    assert design.names == (
        "(Intercept)",
        "covariate 0",
        "factor 0 level 1",
        "arm 1",
        "arm 2",
        "visit 1",
        "arm 1: visit 1",
        "arm 2: visit 1",
        "covariate 0 by visit",
        "covariate 0 by visit 1",
    )
    assert_allclose(design.matrix[1, 1], [1, 30, 1, 1, 0, 1, 1, 0, 30, 30])
    assert_allclose(design.matrix[2, 0], [1, 40, 1, 0, 1, 0, 0, 0, 40, 0])
    assert design.matrix.shape == (4, 2, 10)


def test_interaction_columns_run_arm_within_visit():
    design = visit_design(response=np.zeros((3, 3)), arm=[0, 1, 2], arms=3)
    assert design.names[-4:] == (
        "arm 1: visit 1",
        "arm 2: visit 1",
        "arm 1: visit 2",
        "arm 2: visit 2",
    )
    assert_allclose(design.matrix[2, 2], [1, 0, 1, 0, 1, 0, 0, 0, 1])


@pytest.mark.parametrize(("weights", "share"), [("equal", 1 / 2), ("observed", 3 / 5)])
def test_averages_are_over_what_is_analysed(weights, share):
    """Five observations: two at 20, one at 30, two at 40; three of level 1."""
    design = visit_design(
        response=Y, arm=ARM, arms=3, covariate=AGE, factor=SEX, levels=[2], weights=weights
    )
    assert design.mean.shape == (3, 2, 8)
    assert_allclose(design.mean[2, 1], [1, 30, share, 0, 1, 1, 0, 1])
    assert_allclose(design.mean[0, 0], [1, 30, share, 0, 0, 0, 0, 0])


def test_three_arms_are_compared_with_the_first():
    rng = np.random.default_rng(1)
    arm = np.arange(30) % 3
    y = rng.normal(size=(30, 2)) + arm[:, None]
    design = visit_design(response=y, arm=arm, arms=3)
    means = ls_means(fit_mmrm(response=y, design=design.matrix), design=design)
    cell = np.array([y[arm == a].mean(axis=0) for a in range(3)])
    assert_allclose(means.mean.estimate, cell, rtol=1e-9)
    assert_allclose(means.difference.estimate, cell[1:] - cell[0], rtol=1e-8)


def test_a_covariate_by_visit_is_adjusted_at_each_visit():
    """Complete data: as an analysis of covariance at each visit."""
    rng = np.random.default_rng(2)
    arm, base = np.arange(24) % 2, rng.normal(size=24)
    y = rng.normal(size=(24, 3)) + base[:, None] * [0, 1, 2]
    design = visit_design(response=y, arm=arm, covariate_by_visit=base[:, None])
    gap = ls_means(fit_mmrm(response=y, design=design.matrix), design=design).difference
    x = np.stack([np.ones(24), base, arm], axis=1)
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    error = np.sqrt(np.sum((y - x @ beta) ** 2, axis=0) / 21 * np.linalg.inv(x.T @ x)[2, 2])
    assert_allclose(gap.estimate[0], beta[2], rtol=1e-7)
    assert_allclose(gap.standard_error[0], error, rtol=1e-7)
    assert_allclose(gap.df[0], 21, rtol=1e-7)


def test_trials_of_a_batch_have_their_own_averages():
    base = np.array([[1.0, 2, 3, 4], [10, 20, 30, 40]])
    y = np.ones((2, 4, 2))
    y[1, 0] = np.nan
    design = visit_design(response=y, arm=[0, 1, 0, 1], covariate=base[..., None])
    assert design.matrix.shape == (2, 4, 2, 5)
    assert_allclose(design.mean[:, 0, 0, 1], [2.5, 30])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"arm": [0, 1, 2, 3]}, "arm: other values; wanted codes 0 to 1"),
        ({"arm": [0, 1, 0.5, 0]}, "arm: other values"),
        ({"weights": "proportional"}, "weights: 'proportional'; wanted 'equal', 'observed'"),
        ({"factor": SEX}, "levels: 0 numbers for 1 factors"),
        (
            {"factor": SEX + 1, "levels": [2]},
            r"factor\[..., 0\]: other values; wanted codes 0 to 1",
        ),
        (
            {"covariate": [1.0, 2, 3, 4]},
            r"covariate: shape \(4,\); wanted \(..., subjects, columns\)",
        ),
        ({"covariate": np.ones((3, 1))}, "shapes: .* wanted arrays that broadcast together"),
        ({"response": np.ones(4)}, r"response: shape \(4,\)"),
    ],
)
def test_a_wrong_design_is_refused(words, message):
    plain = {"response": np.ones((4, 2)), "arm": [0, 1, 0, 1]}
    with pytest.raises(DataError, match=message):
        visit_design(**(plain | words))
