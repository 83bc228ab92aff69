"""A comparison at its looks, through the protocol: against rpact, closed forms and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import ProtocolError
from equipoise.stats.design import crossing_probabilities
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
)
from support.reference import cases

CASES = {case.id: case for case in cases("design")}
CONTRAST = "cells - control"
RATES = "one: method: group_sequential, endpoint: response, "
NUMBER = (
    "endpoints:\n",
    "endpoints:\n  number: {label: A number, type: value, variable: x, benefit: higher}\n"
    "  loss: {label: A loss, type: value, variable: x, benefit: lower}\n",
)


def found(folder, text, arm, **subject):
    protocol = counted_protocol(folder, text, changes=(NUMBER,))
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject=subject))

    def value(variable, statistic, by=""):
        keys = {"analysis": "one", "group": CONTRAST, "variable": variable, "by": by}
        return float(results.values(**keys, statistic=statistic)[0])

    return value


def staged(events1, events2, n):
    """Arms and responses in the order of entry, ``n`` of each arm a stage."""
    arm, responds = [], []
    for one, other in zip(events1, events2, strict=True):
        arm += [1.0] * n + [0.0] * n
        responds += [1.0] * one + [0.0] * (n - one) + [1.0] * other + [0.0] * (n - other)
    return np.array(arm), np.array(responds)


@pytest.mark.parametrize("endpoint", ["response", "failure"])
def test_shares_at_three_looks_are_those_of_rpact(tmp_path, endpoint):
    case = CASES["gs_inference_rates"]
    given, expected = case.inputs, case.expected
    arm, responds = staged(given["events1"], given["events2"], given["n1"])
    side = 1.0
    if endpoint == "failure":  # fewer is better: the same numbers, with the sign turned
        arm, side = 1 - arm, -1.0
    text = f"{RATES.replace('response', endpoint)}subjects: 120, information: [1/3, 2/3, 1], "
    text = text.replace("1/3", repr(1 / 3)).replace("2/3", repr(2 / 3))
    value = found(tmp_path, text + "efficacy: {spending: obrien_fleming}", arm, responds=responds)
    looks = [f"subjects={n}" for n in (40, 80, 120)]
    z = [value("look", "statistic", by) for by in looks]
    assert_allclose(z, expected["test_statistics"], rtol=1e-10)
    p = [value("repeated", "p_value", by) for by in looks]
    assert_allclose(p, expected["repeated_p"], rtol=1e-4, atol=1e-6)  # rpact's root
    assert value("stop", "subjects") == 120
    assert value("stop", "decision") == 1
    assert_allclose(value("after_stopping", "p_value"), expected["final_p"][2], rtol=1e-5)
    limits = [value("after_stopping", one) for one in ("ci_low", "ci_high", "estimate")]
    wanted = [expected[one][2] for one in ("final_ci_lower", "final_ci_upper", "median_unbiased")]
    if side < 0:
        wanted = [-wanted[1], -wanted[0], -wanted[2]]
    # rpact turns drifts into points by the unpooled standard error, here it is that of z
    shares = np.array([39, 22]) / 60
    unpooled = np.sqrt(np.sum(shares * (1 - shares)) / 60)
    pooled = np.sqrt(2 * shares.mean() * (1 - shares.mean()) / 60)
    assert_allclose(np.array(limits) * unpooled / pooled, wanted, rtol=1e-4)
    assert_allclose(value("after_stopping", "naive"), side * (39 - 22) / 60, rtol=1e-10)


@pytest.mark.parametrize("name", [one for one in CASES if one.startswith("condpower")])
def test_the_outlook_is_in_closed_form(tmp_path, name):
    """Numbers whose t test has the normal deviate of the case, one look, z critical at the end."""
    case = CASES[name]
    given, expected = case.inputs, case.expected
    total, share = 400, given["t"]
    n = round(share * total)
    arm = np.tile([0.0, 1.0], n // 2)
    base = np.repeat(stats.norm.ppf((np.arange(n // 2) + 0.5) / (n // 2)), 2)
    t = stats.t.isf(stats.norm.sf(given["z"]), n - 2)
    x = base + arm * t * np.std(base[::2], ddof=1) * np.sqrt(4 / n)
    drift = given["theta"][1]
    effect = drift / given["z"] * t * np.std(base[::2], ddof=1) * np.sqrt(4 / n) * np.sqrt(share)
    text = "one: method: group_sequential, endpoint: number, order: z, efficacy: {shape: "
    text += f"haybittle_peto, parameter: 12}}, subjects: {total}, information: [{share}, 1], "
    value = found(
        tmp_path, f"{text}effect: {float(effect)!r}", arm, x=x, z=np.arange(n, dtype=float)
    )
    by = f"subjects={n}"
    assert_allclose(value("look", "statistic", by), given["z"], rtol=1e-9)
    # haybittle_peto: the last bound is hardly above the normal quantile of the case
    power = value("outlook", "conditional_power_trend", by)
    assert_allclose(power, expected["current_trend"], rtol=1e-6)
    assert_allclose(value("outlook", "conditional_power", by), expected["at_theta"][1], rtol=1e-6)
    predicted = value("outlook", "predictive_power", by)
    assert_allclose(predicted, expected["predictive_flat"], rtol=1e-6)
    # with one look to come, crossing is conditional power under the trend
    assert_allclose(value("outlook", "crossing", by), power, rtol=1e-6)


def test_a_sharp_prior_is_an_assumed_difference(tmp_path):
    arm, responds = staged([12], [7], 20)
    text = f"{RATES}subjects: 120, information: [{1 / 3!r}, 1], effect: 0.2, "
    value = found(tmp_path, f"{text}prior: [0.2, 1.0e-6]", arm, responds=responds)
    by = "subjects=40"
    assert_allclose(
        value("outlook", "predictive_power", by), value("outlook", "conditional_power", by),
        rtol=1e-5,
    )  # fmt: skip
    assert np.isnan(value("stop", "subjects"))


@pytest.mark.parametrize(
    ("outlook", "statistic"),
    [("trend", "conditional_power_trend"), ("assumed", "conditional_power"),
     ("predictive", "predictive_power")],
)  # fmt: skip
def test_a_look_stops_where_its_outlook_is_below_futility(tmp_path, outlook, statistic):
    arm, responds = staged([10], [9], 20)
    text = (
        f"{RATES}subjects: 80, information: [0.5, 1], effect: 0.2, outlook: {outlook}, futility: "
    )
    chance = found(tmp_path, f"{text}0.5", arm, responds=responds)(
        "outlook", statistic, "subjects=40"
    )
    for threshold, decision in ((chance + 1e-6, -1), (chance - 1e-6, 0)):
        value = found(tmp_path, f"{text}{threshold!r}", arm, responds=responds)
        assert value("look", "decision", "subjects=40") == decision


@pytest.mark.parametrize("efficacy", ["{shape: pocock}", "{spending: power, parameter: 2}"])
def test_the_bounds_spend_the_level(tmp_path, efficacy):
    arm, responds = staged([10, 10], [9, 9], 10)
    text = f"{RATES}subjects: 60, information: [0.3, 0.6, 1], alpha: 0.05, efficacy: {efficacy}"
    value = found(tmp_path, text, arm, responds=responds)
    bounds = [value("look", "efficacy", f"subjects={n}") for n in (18, 36, 60)]
    crossed = crossing_probabilities(information=[0.3, 0.6, 1], upper=bounds)
    assert_allclose(np.sum(crossed.upper), 0.05, rtol=1e-8)


def test_who_came_later_does_not_count_at_a_look(tmp_path):
    arm, responds = staged([12, 0], [7, 20], 20)
    text = f"{RATES}subjects: 80, information: [0.5, 1]"
    value = found(tmp_path, text, arm, responds=responds)
    alone = found(tmp_path, text, arm[:40], responds=responds[:40])
    for one in ("estimate", "statistic", "standard_error"):
        assert value("look", one, "subjects=40") == alone("look", one, "subjects=40")
    assert np.isnan(alone("look", "estimate", "subjects=80"))
    assert value("look", "estimate", "subjects=80") == pytest.approx(12 / 40 - 27 / 40)


def test_where_nobody_varies_a_look_says_so(tmp_path):
    arm = np.tile([0.0, 1.0], 10)
    value = found(
        tmp_path, f"{RATES}subjects: 20, information: [0.5, 1]", arm, responds=np.ones(20)
    )
    assert np.isnan(value("look", "statistic", "subjects=10"))
    assert value("look", "estimate", "subjects=10") == 0
    assert np.isnan(value("stop", "subjects"))


def test_limits_turn_with_the_side_of_benefit(tmp_path):
    arm = np.tile([0.0, 1.0], 20)
    x = np.random.default_rng(2).normal(size=40) + 0.8 * arm
    text = "one: method: group_sequential, endpoint: {}, subjects: 40, information: [0.5, 1]"
    more = found(tmp_path, text.format("number"), arm, x=x)
    less = found(tmp_path, text.format("loss"), arm, x=-x)
    for variable, by in (("repeated", "subjects=20"), ("after_stopping", "")):
        low, high = (more(variable, one, by) for one in ("ci_low", "ci_high"))
        turned = [less(variable, one, by) for one in ("ci_high", "ci_low")]
        assert_allclose([-one for one in turned], [low, high], rtol=1e-9)
        assert_allclose(less(variable, "p_value", by), more(variable, "p_value", by), rtol=1e-9)


def test_a_batch_is_its_trials(tmp_path):
    protocol = counted_protocol(
        tmp_path, f"{RATES}subjects: 20, information: [0.5, 1], effect: 0.2, futility: 0.1"
    )
    rng = np.random.default_rng(4)
    arm = np.where(rng.random((4, 22)) < 0.9, rng.integers(0, 2, (4, 22)), -1.0)
    responds = np.where(rng.random(arm.shape) < 0.5, 1.0, 0.0)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds})
    assert_batch_is_its_trials(protocol, cohort)


LOOKS = "subjects: 40, information: [0.5, 1]"
FAULTS = {
    f"{RATES}subjects: 40, information: [0.5, 0.4]": "information.1: 0.4 after 0.5",
    f"{RATES}subjects: 40, information: [0.5, 0.9]": "information.1: 0.9 at the end; wanted 1",
    f"{RATES}{LOOKS}, efficacy: {{shape: wang_tsiatis}}": "efficacy: wang_tsiatis without",
    f"{RATES}{LOOKS}, outlook: assumed, futility: 0.1": "outlook: assumed without effect",
    f"{RATES}{LOOKS}, outlook: trend": "outlook: outlook without futility",
    f"{RATES}{LOOKS}, effect: 20": "effect: 20; wanted a difference of shares",
    f"{RATES}{LOOKS}, by: [stratum]": "by: looks of several levels",
    f"{RATES}{LOOKS}, order: arm": "order: ",
    f"{RATES.replace('response', 'first')}{LOOKS}": "method: group_sequential of a time_to_event",
    f"{RATES.replace('response', 'course')}{LOOKS}": "endpoint: 2 visits; wanted an endpoint of one",
}
COURSE = (
    "endpoints:\n",
    "endpoints:\n  course: {label: C, type: value, variable: score, visits: [W0, W24], "
    "benefit: higher}\n",
)
SCORE = ("  state: {label: State,", "  score: {label: S, level: visit}\n  state: {label: State,")
ASSESSED = ("variables: [state]", "variables: [state, score]")


@pytest.mark.parametrize(("text", "said"), FAULTS.items())
def test_a_wrong_comparison_is_a_fault_at_its_line(tmp_path, text, said):
    with pytest.raises(ProtocolError) as caught:
        counted_protocol(tmp_path, text, changes=(COURSE, SCORE, ASSESSED))
    faults = list(map(str, caught.value.faults))
    assert any(f"analyses.one.{said}" in fault for fault in faults), faults
    assert all(".yaml:" in fault for fault in faults)
