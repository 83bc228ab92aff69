"""Posteriors as a protocol names them: against R, and what priors do."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ProtocolError
from equipoise.stats import State
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
    responders,
)
from support.reference import cases

EXPECTED = {case.id: case for case in cases("bayes")}
CONTRAST = "cells - control"
MAP = (
    "prior: [], priors: {control: [{alpha: 14, beta: 6, weight: 0.75}, "
    "{alpha: 4, beta: 3, weight: 0.25}]}, robust: 0.2"
)


def found(folder, table, *analyses):
    protocol = counted_protocol(
        folder, *(one.replace(":", ": method: beta_binomial,", 1) for one in analyses)
    )
    arm, responds = responders(*table)
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    return lambda **keys: float(results.values(**keys)[0])


@pytest.mark.parametrize("name", [one for one in EXPECTED if one.startswith("bb_")])
def test_two_arms_are_those_of_r(tmp_path, name):
    case = EXPECTED[name]
    given, expected = case.inputs, case.expected
    prior = f"prior: [{{alpha: {given['a']}, beta: {given['b']}}}]"
    value = found(
        tmp_path,
        (given["x1"], given["n1"], given["x0"], given["n0"]),
        f"one: endpoint: response, exceeds: [0.1], {prior}",
        f"loss: endpoint: failure, exceeds: [0.1], {prior}",
    )
    for group, number in (("cells", "1"), ("control", "0")):
        keys = {"analysis": "one", "group": group, "variable": "posterior"}
        got = [value(**keys, statistic=s) for s in ("mean", "ci_low", "ci_high")]
        wanted = [expected[f"mean{number}"], *expected[f"ci{number}"]]
        assert got == pytest.approx(100 * np.array(wanted), rel=1e-9)
    keys = {"analysis": "one", "group": CONTRAST}
    for level, chance in zip(("0", "0.1"), expected["pr_p1_exceeds_p0_by"]["prob"], strict=True):
        got = value(**keys, variable="above", variable_level=level, statistic="probability")
        assert got == pytest.approx(chance, rel=1e-9)
        other = value(analysis="loss", group=CONTRAST, variable="below", variable_level=level,
                      statistic="probability")  # fmt: skip
        assert other == pytest.approx(1 - chance, rel=1e-9)
    got = [value(**keys, variable="risk_difference", statistic=s)
           for s in ("ci_low", "estimate", "ci_high")]  # fmt: skip
    assert got == pytest.approx(expected["diff_quantiles"], rel=1e-7)
    got = value(**keys, variable="risk_difference", statistic="mean")
    assert got == pytest.approx(expected["diff_mean"], rel=1e-9, abs=1e-12)


def test_a_robust_mixture_is_that_of_r(tmp_path):
    """The weights 0.6, 0.2, 0.2 of the reference are 0.75, 0.25 with a robust part of 0.2."""
    expected = EXPECTED["rmap_5_6"].expected
    value = found(tmp_path, (9, 12, 5, 6), f"one: endpoint: response, exceeds: [0.1], {MAP}")
    keys = {"analysis": "one", "group": "control", "variable": "posterior"}
    got = [value(**keys, statistic=s) for s in ("mean", "sd", "median", "ci_low", "ci_high")]
    wanted = [*(expected[s] for s in ("mean", "sd", "median")), *expected["ci"]]
    assert got == pytest.approx(100 * np.array(wanted), rel=1e-9)
    keys = {"analysis": "one", "group": CONTRAST, "variable": "above", "statistic": "probability"}
    assert value(**keys, variable_level="0") == pytest.approx(
        expected["pr_trt_9_of_12_exceeds"], rel=1e-9
    )
    assert value(**keys, variable_level="0.1") == pytest.approx(
        expected["pr_exceeds_by_0.1"], rel=1e-9
    )


def test_half_and_half_of_one_prior_is_that_prior(tmp_path):
    half = "{alpha: 3, beta: 2, weight: 0.5}"
    value = found(
        tmp_path, (3, 10, 8, 11),
        "one: endpoint: response, prior: [{alpha: 3, beta: 2}]",
        f"two: endpoint: response, prior: [{half}, {half}]",
    )  # fmt: skip
    for statistic in ("estimate", "ci_low", "ci_high"):
        keys = {"group": CONTRAST, "variable": "risk_difference", "statistic": statistic}
        assert value(analysis="two", **keys) == pytest.approx(
            value(analysis="one", **keys), rel=1e-9
        )


def test_a_prior_of_a_group_tells_what_it_is_worth(tmp_path):
    """A single Beta(a, b) is worth a + b subjects; a uniform part makes it worth less."""
    prior = "priors: {control: [{alpha: 14, beta: 6}]}"
    protocol = counted_protocol(
        tmp_path,
        f"plain: method: beta_binomial, endpoint: response, {prior}",
        f"robust: method: beta_binomial, endpoint: response, {prior}, robust: 0.5",
        "steep: method: beta_binomial, endpoint: response, "
        "priors: {control: [{alpha: 0.5, beta: 0.5}]}",
        "uniform: method: beta_binomial, endpoint: response",
    )
    arm, responds = responders(9, 12, 5, 6)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds})
    rows = {row.key.analysis: row for row in analysed(protocol, cohort).rows
            if row.key.variable == "prior"}  # fmt: skip
    assert rows.keys() == {"plain", "robust", "steep"}
    assert rows["plain"].value[0] == pytest.approx(20, rel=1e-8)
    assert 0 < rows["robust"].value[0] < 20
    assert rows["steep"].state[0] == State.NOT_ESTIMABLE
    assert "a parameter below 1" in rows["steep"].message


def test_a_batch_equals_its_trials_and_an_empty_arm_keeps_its_prior(tmp_path):
    protocol = counted_protocol(tmp_path, f"one: method: beta_binomial, endpoint: response, {MAP}")
    rng = np.random.default_rng(2)
    arm = rng.integers(0, 2, (4, 18)).astype(float)
    arm[2] = 0
    cohort = counted_cohort(
        protocol, arm=arm, subject={"responds": rng.integers(0, 2, arm.shape).astype(float)}
    )
    assert_batch_is_its_trials(protocol, cohort)
    results = analysed(protocol, cohort)
    mean = results.values(group="cells", variable="posterior", statistic="mean")
    assert mean[2] == pytest.approx(50)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            "prior: [{alpha: 1, beta: 1, weight: 0.5}]",
            r"weights that sum to 0.5; wanted a sum of 1",
        ),
        ("prior: [{alpha: 0, beta: 1}]", r"greater than 0"),
        ("priors: {placebo: [{alpha: 1, beta: 1}]}", r"unknown group 'placebo'"),
        ("robust: 0.2", r"robust without priors"),
        ("exceeds: [20]", r"between -1 and 1, such as 0.2"),
        ("exceeds: [0.2, 0.2]", r"again"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        counted_protocol(tmp_path, f"one: method: beta_binomial, endpoint: response, {fields}")
    assert "protocol.yaml:" in str(caught.value)
