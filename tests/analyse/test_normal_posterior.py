"""Posteriors of estimates with a normal prior, through the protocol."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import optimize, stats

from equipoise.errors import ProtocolError
from equipoise.report import plan_document, render_html, trial_report
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
)

CONTRAST = "cells - control"
NUMBER = (
    "endpoints:\n",
    "endpoints:\n  number: {label: A number, type: value, variable: x, benefit: higher}\n",
)
FIRST = "first: method: welch_test, endpoint: number"
MIXED = "[{mean: 0, sd: 0.3, weight: 0.7}, {mean: 0, sd: 3, weight: 0.3}]"


def trial(folder, *analyses, trials=1):
    protocol = counted_protocol(folder, *analyses, changes=(NUMBER,))
    rng = np.random.default_rng(8)
    arm = np.tile(np.repeat([0.0, 1.0], 15), (trials, 1))
    cohort = counted_cohort(protocol, arm=arm, subject={"x": rng.normal(size=arm.shape) + arm})
    return protocol, cohort


def values(results):
    def value(variable, statistic, level="", analysis="one"):
        keys = {"analysis": analysis, "group": CONTRAST, "variable": variable}
        keys |= {"variable_level": level} if level else {}
        return float(results.values(**keys, statistic=statistic)[0])

    return value


def test_one_component_is_the_textbook_update(tmp_path):
    """Precisions add, and the mean is weighted by them."""
    protocol, cohort = trial(
        tmp_path, FIRST, "one: method: normal_posterior, of: first, exceeds: [0.5], "
        "prior: [{mean: 0.2, sd: 0.5}]",
    )  # fmt: skip
    value = values(analysed(protocol, cohort))
    y, se = (value("contrast", one, analysis="first") for one in ("estimate", "standard_error"))
    precision = 1 / 0.25 + 1 / se**2
    posterior = stats.norm((0.2 / 0.25 + y / se**2) / precision, precision**-0.5)
    assert_allclose(value("posterior", "mean"), posterior.mean(), rtol=1e-10)
    assert_allclose(value("posterior", "sd"), posterior.std(), rtol=1e-10)
    limits = [value("posterior", one) for one in ("ci_low", "median", "ci_high")]
    assert_allclose(limits, posterior.ppf([0.025, 0.5, 0.975]), rtol=1e-9)
    for level in ("0", "0.5"):
        got = value("above", "probability", level)
        assert_allclose(got, posterior.sf(float(level)), rtol=1e-10)


def test_a_mixture_gives_way_where_the_data_contradict_it(tmp_path):
    protocol, cohort = trial(
        tmp_path, FIRST, f"one: method: normal_posterior, of: first, prior: {MIXED}"
    )
    value = values(analysed(protocol, cohort))
    y, se = (value("data", one) for one in ("estimate", "standard_error"))
    sd = np.array([0.3, 3.0])
    weight = np.array([0.7, 0.3]) * stats.norm.pdf(y, 0, np.hypot(sd, se))
    weight /= weight.sum()
    own = stats.norm(y * sd**2 / (sd**2 + se**2), np.sqrt(1 / (1 / sd**2 + 1 / se**2)))
    assert_allclose([value("weight", "probability", one) for one in "12"], weight, rtol=1e-10)
    assert weight[1] > 0.3
    for statistic, share in (("ci_low", 0.025), ("median", 0.5), ("ci_high", 0.975)):
        root = optimize.brentq(lambda x, p=share: weight @ own.cdf(x) - p, -9, 9, xtol=1e-13)
        assert_allclose(value("posterior", statistic), root, rtol=1e-9)
    assert_allclose(value("above", "probability", "0"), weight @ own.sf(0), rtol=1e-10)


def test_a_failed_estimate_is_a_row_that_says_so(tmp_path):
    protocol = counted_protocol(
        tmp_path, FIRST, f"one: method: normal_posterior, of: first, prior: {MIXED}",
        changes=(NUMBER,),
    )  # fmt: skip
    arm = np.repeat([0.0, 1.0], 5)
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"x": np.ones(10)}))
    rows = [row for row in results.rows if row.key.analysis == "one"]
    assert all(np.isnan(row.value[0]) for row in rows if row.key.variable != "data")
    assert any("could not be made" in row.message for row in rows)


def test_a_batch_is_its_trials(tmp_path):
    protocol, cohort = trial(
        tmp_path, FIRST, f"one: method: normal_posterior, of: first, prior: {MIXED}", trials=3
    )
    assert_batch_is_its_trials(protocol, cohort)


def test_the_report_and_the_plan_say_prior_and_posterior(tmp_path):
    protocol, cohort = trial(
        tmp_path, FIRST, f"one: method: normal_posterior, of: first, prior: {MIXED}"
    )
    results = analysed(protocol, cohort)
    report = trial_report(protocol, results.frame(), results.provenance, date="2026-11-22")
    page = render_html(report)
    assert "the probability that the true value is above 0 is" in page
    assert "Prior 0.7 N(0, SD 0.3) + 0.3 N(0, SD 3); equal-tailed limits." in page
    plan = render_html(plan_document(protocol, date="2026-11-22", software={}))
    assert "prior 0.7 N(0, SD 0.3) + 0.3 N(0, SD 3)." in plan


ONE = "one: method: normal_posterior, "
FAULTS = {
    f"{ONE}of: frst, prior: {MIXED}": "of: unknown analysis above this one 'frst'",
    f"{ONE}of: one, prior: {MIXED}": "of: unknown analysis above this one 'one'",
    f"{ONE}of: counts, prior: {MIXED}": "of: counts, of method proportion; wanted an analysis",
    f"{ONE}of: first, prior: [{{mean: 0, sd: 1, weight: 0.5}}]": "prior: weights that sum to 0.5",
    f"{ONE}of: first, prior: [{{mean: 0, sd: 0}}]": "prior.0.sd: 0; wanted greater than 0",
    f"{ONE}of: first, by: [stratum], prior: {MIXED}": "by: levels of its own; wanted none",
    f"{ONE}of: first, exceeds: [1, 1], prior: {MIXED}": "exceeds.1: 1.0 again",
}


@pytest.mark.parametrize(("text", "said"), FAULTS.items())
def test_a_wrong_posterior_is_a_fault_at_its_line(tmp_path, text, said):
    counts = "counts: method: proportion, endpoint: response"
    with pytest.raises(ProtocolError) as caught:
        counted_protocol(tmp_path, FIRST, counts, text, changes=(NUMBER,))
    faults = list(map(str, caught.value.faults))
    assert any(f"analyses.one.{said}" in fault for fault in faults), faults
    assert all(".yaml:" in fault for fault in faults)
