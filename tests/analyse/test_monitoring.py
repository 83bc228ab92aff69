"""Monitoring of a response against published limits, hand counts and every possible course."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.design import monitoring_chapter
from equipoise.errors import ProtocolError
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
)
from support.reference import cases

CASES = {case.id: case for case in cases("design")}
SPRT = "one: method: sprt, endpoint: response, low: 0.2, high: 0.4, alpha: 0.05, beta: 0.1"
EXACT = "one: method: exact_monitoring, endpoint: failure, "
PREDICT = "one: method: predictive_monitoring, endpoint: response, largest: 40, reference: 0.6, "


def chapter_values(folder, text):
    rows = monitoring_chapter(counted_protocol(folder, text)).results.to_dicts()
    return lambda variable, statistic: {
        row["by"]: row["value"]
        for row in rows
        if (row["variable"], row["statistic"]) == (variable, statistic)
    }


def seen(folder, text, responds, **subject):
    protocol = counted_protocol(folder, text)
    responds = np.atleast_2d(np.asarray(responds, dtype=float))
    cohort = counted_cohort(
        protocol, arm=np.ones(responds.shape), subject={"responds": responds, **subject}
    )
    results = analysed(protocol, cohort)

    def value(variable, statistic, by=""):
        return results.values(
            analysis="one", variable=variable, statistic=statistic, by=by, group="Total"
        )

    return value


def test_limits_of_wald_are_those_of_gsdesign(tmp_path):
    case = CASES["binomial_sprt"]
    value = chapter_values(tmp_path, f"{SPRT}, smallest: 5, largest: 30")
    assert list(value("look", "lower").values()) == case.expected["lower"]
    assert list(value("look", "upper").values()) == case.expected["upper"]


def test_limits_of_wald_are_two_parallel_lines(tmp_path):
    """Wald 1945: both lines have slope log(q0 / q1) / log(p1 q0 / (p0 q1)).

    By hand for 10 % against 30 % with error rates 2 % and 3 %: slope 0.18617, intercepts
    log(0.03 / 0.98) / 1.34993 = -2.58267 and log(0.97 / 0.02) / 1.34993 = 2.87543.
    """
    text = "one: method: sprt, endpoint: failure, low: 0.1, high: 0.3, alpha: 0.02, "
    value = chapter_values(tmp_path, f"{text}beta: 0.03, largest: 60")
    n = np.arange(1, 61)
    lower = np.maximum(np.floor(-2.58267 + 0.18617 * n), -1)
    upper = np.minimum(np.ceil(2.87543 + 0.18617 * n), n + 1)
    assert list(value("look", "lower").values()) == list(lower)
    assert list(value("look", "upper").values()) == list(upper)


def test_probabilities_of_limits_are_those_of_gsdesign(tmp_path):
    case = CASES["binomial_exact_monitor_gsDesign"]
    given, expected = case.inputs, case.expected
    text = f"{EXACT}at: {given['n']}, lower: {given['lower']}, upper: {given['upper']}, "
    value = chapter_values(tmp_path, f"{text}rates: {given['p']}")
    assert_allclose(
        list(value("stop_high", "probability").values()), np.sum(expected["upper"], 0), rtol=1e-10
    )
    assert_allclose(
        list(value("stop_low", "probability").values()), np.sum(expected["lower"], 0), rtol=1e-10
    )
    assert_allclose(list(value("expected_subjects", "mean").values()), expected["en"], rtol=1e-10)


@pytest.mark.parametrize(
    ("text", "rates", "largest"),
    [
        (f"{SPRT}, largest: 12, rates: [0.3]", (0.2, 0.3, 0.4), 12),
        (f"{EXACT}at: [5, 10], lower: [0, 2], upper: [4, 6], rates: [0.2]", (0.2,), 10),
        (f"{PREDICT.replace('40', '12')}at: [4, 8], efficacy: 0.9", (0.6,), 12),
    ],
)
def test_every_course_counted_one_by_one_gives_the_same_probabilities(
    tmp_path, text, rates, largest
):
    """Walk every sequence of responses through the analysis itself."""
    plan = chapter_values(tmp_path, text)
    courses = np.array(list(product((0.0, 1.0), repeat=largest)))
    value = seen(tmp_path, text, courses)
    decision, n = value("stop", "decision"), value("stop", "subjects")
    responders = courses.sum(axis=-1)
    for rate in rates:
        chance = rate**responders * (1 - rate) ** (largest - responders)
        by = f"rate={rate:g}"
        assert_allclose(np.sum(chance[decision == 1]), plan("stop_high", "probability")[by])
        assert_allclose(np.sum(chance[decision == -1]), plan("stop_low", "probability")[by])
        taken = np.where(np.isnan(n), largest, n)
        assert_allclose(np.sum(chance * taken), plan("expected_subjects", "mean")[by])


def test_responders_are_counted_in_the_order_that_the_plan_names(tmp_path):
    text = f"{EXACT}at: [2, 4], lower: [-1, -1], upper: [2, 3], rates: [0.1]"
    responds = np.array([0, 0, 1, 1, 1])
    as_given = seen(tmp_path, text, responds)
    assert as_given("look", "count", "subjects=2")[0] == 0
    assert as_given("look", "count", "subjects=4")[0] == 2
    assert np.isnan(as_given("stop", "decision")[0])
    by_x = seen(tmp_path, f"{text}, order: x", responds, x=np.array([5.0, 4, 3, 2, 1]))
    assert by_x("look", "count", "subjects=2")[0] == 2
    assert [by_x("stop", one)[0] for one in ("decision", "subjects", "count")] == [1, 2, 2]


def test_who_is_not_known_is_left_out_and_looks_wait_for_the_others(tmp_path):
    text = f"{EXACT}at: [3, 4], lower: [-1, -1], upper: [3, 4], rates: [0.1]"
    value = seen(tmp_path, text, [1, np.nan, 1, 1, np.nan])
    assert value("look", "count", "subjects=3")[0] == 3
    assert value("stop", "subjects")[0] == 3
    assert np.isnan(value("look", "count", "subjects=4")[0])
    placeless = seen(tmp_path, f"{text}, order: x", [1, 1, 1, 0], x=np.array([1, 2, np.nan, 3]))
    assert placeless("look", "count", "subjects=3")[0] == 2


def test_predictive_probability_is_that_of_lee_and_liu(tmp_path):
    """Lee and Liu 2008, section 2: 40 subjects, null 60 %, prior Beta(0.6, 0.4), cut 0.90.

    With 16 responders of 23 the predictive probability is 0.5656.
    """
    text = f"{PREDICT}at: [23], cut: 0.9, prior: [0.6, 0.4], futility: 0.1"
    responds = np.repeat([1.0, 0.0], [16, 7])
    value = seen(tmp_path, text, responds)
    assert_allclose(value("posterior", "predictive_probability", "subjects=23"), 0.5656, atol=5e-5)
    posterior = stats.beta(0.6 + 16, 0.4 + 7)
    assert_allclose(value("posterior", "mean", "subjects=23"), 100 * posterior.mean(), rtol=1e-10)
    limits = [value("posterior", one, "subjects=23")[0] for one in ("ci_low", "ci_high")]
    assert_allclose(limits, 100 * posterior.ppf([0.025, 0.975]), rtol=1e-8)


def test_limits_of_a_predictive_probability_are_where_it_passes_its_thresholds(tmp_path):
    """At the end 28 of 40 are the fewest with P(p > 0.6) above 0.9: Lee and Liu 2008."""
    text = f"{PREDICT}at: [10, 20, 30], cut: 0.9, prior: [0.6, 0.4], futility: 0.1, efficacy: 0.95"
    value = chapter_values(tmp_path, text)
    lower, upper = value("look", "lower"), value("look", "upper")
    assert (lower["subjects=40"], upper["subjects=40"]) == (27, 28)
    for n in (10, 20, 30):
        for x in range(n + 1):
            chance = sum(
                stats.betabinom.pmf(more, 40 - n, 0.6 + x, 0.4 + n - x)
                for more in range(41 - n)
                if stats.beta.sf(0.6, 0.6 + x + more, 0.4 + 40 - x - more) > 0.9
            )
            assert (chance < 0.1) == (x <= lower[f"subjects={n}"])
            assert (chance > 0.95) == (x >= upper[f"subjects={n}"])


def test_a_batch_is_its_trials(tmp_path):
    protocol = counted_protocol(tmp_path, f"{SPRT}, largest: 20", f"two:{PREDICT[4:]}at: [8]")
    rng = np.random.default_rng(3)
    arm = np.where(rng.random((6, 24)) < 0.9, 1.0, -1.0)
    responds = np.where(rng.random(arm.shape) < 0.4, 1.0, 0.0)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds})
    assert_batch_is_its_trials(protocol, cohort)


FAULTS = {
    f"{SPRT.replace('0.4', '0.1')}, largest: 9": "high: 0.1; wanted a share above low, 0.2",
    f"{SPRT.replace('beta: 0.1', 'beta: 0.95')}, largest: 9": "beta: 0.95 beside alpha 0.05",
    f"{SPRT}, smallest: 9, largest: 8": "largest: 8 below smallest; wanted 9 or more",
    f"{SPRT}, largest: 9, by: [stratum]": "by: a monitoring of several levels",
    f"{SPRT}, largest: 9, order: y": "order: unknown name 'y'",
    f"{SPRT}, largest: 9, order: arm": "order: ",
    f"{EXACT}at: [5, 4], lower: [0, 0], upper: [4, 4], rates: [0.1]": "at: 4 after 5",
    f"{EXACT}at: [5], lower: [0, 1], upper: [4], rates: [0.1]": "lower: 2 limits at 1 looks",
    f"{EXACT}at: [5], lower: [4], upper: [4], rates: [0.1]": "lower.0: 4 beside an upper limit",
    f"{EXACT}at: [5], lower: [-1], upper: [6], rates: [0.1]": "limits that no number of",
    f"{EXACT}at: [5], lower: [0], upper: [4]": "no rates; wanted true shares",
    f"{EXACT}at: [5], lower: [0], upper: [4], rates: [0.1, 0.1]": "rates.1: 0.1 again",
    f"{PREDICT}at: [40]": "at: 40 after 40",
    f"{PREDICT}at: [9], futility: null": "neither futility nor efficacy",
    f"{PREDICT}at: [9], futility: 0.5, efficacy: 0.4": "futility: 0.5 beside efficacy 0.4",
    f"{SPRT.replace('response', 'first')}, largest: 9": "method: sprt of a time_to_event endpoint",
}


@pytest.mark.parametrize(("text", "said"), FAULTS.items())
def test_a_wrong_monitoring_is_a_fault_at_its_line(tmp_path, text, said):
    with pytest.raises(ProtocolError) as caught:
        counted_protocol(tmp_path, text)
    (fault,) = map(str, caught.value.faults)
    assert f"analyses.one.{said}" in fault or f"analyses.one: {said}" in fault
    assert ".yaml:" in fault
