"""Wilcoxon's test as a protocol names it, by the normal limit and exactly, beside scipy."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from equipoise.stats import State
from support.counted import analysed, counted_cohort, counted_protocol

CONTRAST = {"group": "cells - control", "variable": "contrast"}
NUMBER = (
    "endpoints:\n",
    "endpoints:\n  number: {label: A number, type: value, variable: state, visits: [W24], "
    "benefit: higher}\n",
)
NOT_YES = (
    "state: {label: State, level: visit, kind: yes_no}",
    "state: {label: State, level: visit}",
)
CHANGE = (
    "change: {label: State at week 24, type: response, when: state, at: W24, benefit: higher}",
    "change: {label: State at week 24, type: response, when: state > 0, at: W24, benefit: higher}",
)
CONTROL = np.array([3.1, 4.7, 0.2, 5.9, 2.6, 1.5])
CELLS = np.array([6.3, 4.1, 7.7, 9.2, 5.0, 8.4, 3.3, 2.2, 6.8, 7.1, 9.9, 1.1])


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Three trials: 12 against 6, the same with a tie, and 2 against 2."""
    of = "endpoint: number, method: wilcoxon"
    protocol = counted_protocol(
        tmp_path_factory.mktemp("ranks"),
        f"normal: {of}", f"exact: {of}, distribution: exact",
        f"greater: {of}, distribution: exact, alternative: greater",
        changes=[NUMBER, NOT_YES, CHANGE],
    )  # fmt: skip
    values = np.tile(np.concatenate([CONTROL, CELLS]), (3, 1))
    arm = np.tile(np.repeat([0.0, 1.0], [6, 12]), (3, 1))
    values[1, 7] = values[1, 0]
    arm[2, [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]] = -1
    state = np.stack([values, values], axis=-1)
    return analysed(protocol, counted_cohort(protocol, arm=arm, state=state))


@pytest.mark.parametrize(
    ("analysis", "method", "alternative"),
    [
        ("normal", "asymptotic", "two-sided"),
        ("exact", "exact", "two-sided"),
        ("greater", "exact", "greater"),
    ],
)
def test_the_distribution_is_the_one_that_is_named(found, analysis, method, alternative):
    wanted = mannwhitneyu(CELLS, CONTROL, method=method, alternative=alternative)
    row = {**CONTRAST, "analysis": analysis}
    assert found.values(**row, statistic="p_value")[0] == pytest.approx(wanted.pvalue, rel=1e-10)
    assert found.values(**row, statistic="statistic")[0] == wanted.statistic
    shift = median((CELLS[:, None] - CONTROL).ravel())
    assert found.values(**row, statistic="estimate")[0] == pytest.approx(shift)


def test_limits_are_those_of_the_exact_distribution(found):
    """qwilcox(0.025, 12, 6) is 15 in R, so that the 15th differences from the ends are the limits."""
    ordered = np.sort((CELLS[:, None] - CONTROL).ravel())
    row = {**CONTRAST, "analysis": "exact"}
    limits = [found.values(**row, statistic=one)[0] for one in ("ci_low", "ci_high")]
    assert limits == pytest.approx([ordered[14], ordered[-15]])


def test_a_tie_leaves_the_estimate_and_says_why_there_is_no_p_value(found):
    rows = {row.key.statistic: row for row in found.rows
            if row.key.analysis == "exact" and row.key.group == CONTRAST["group"]}  # fmt: skip
    assert rows["estimate"].state[1] == State.ESTIMATED
    for statistic in ("p_value", "ci_low", "ci_high"):
        assert rows[statistic].state[1] == State.NOT_ESTIMABLE
        assert "two values are tied" in rows[statistic].message
    normal = {**CONTRAST, "analysis": "normal", "statistic": "p_value"}
    assert np.isfinite(found.values(**normal)[1])


def test_limits_that_cannot_attain_their_level_are_not_given(found):
    """Two against two have six orders: no limits attain 95%, and p is at least one third."""
    row = {**CONTRAST, "analysis": "exact"}
    assert np.isnan(found.values(**row, statistic="ci_low")[2])
    assert found.values(**row, statistic="p_value")[2] >= 1 / 3 - 1e-12
