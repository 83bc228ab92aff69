"""A protocol that names a pooling gives the reference's numbers: R metafor, meta.json."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import stdtrit

from support.reference import cases
from support.studies import BINARY, made, numbers, reference_rows, table_text, with_synthesis

CASES = {case.id: case for case in cases("meta")}
TIGHT, ITERATED = 1e-9, 1e-6
"""Closed forms; estimates that a search finds."""
EFFECTS = {"OR": "odds_ratio", "RR": "risk_ratio", "RD": "risk_difference"}
METHODS = {
    "DL": "dersimonian_laird", "REML": "restricted_likelihood", "ML": "likelihood",
    "PM": "paule_mandel", "HE": "hedges", "SJ": "sidik_jonkman", "EB": "empirical_bayes",
    "HS": "hunter_schmidt",
}  # fmt: skip
LIMITS = {"": "wald", "_HKSJ": "hartung_knapp", "_HKSJ_adhoc": "hartung_knapp_ad_hoc"}
ALL_BESIDE = (
    "prediction_interval, tau2_interval, leave_one_out, egger_test, egger_test_mixed, begg_test, "
    "trim_and_fill"
)


def pooled(folder, data, plan):
    table = table_text(reference_rows(data), "latitude")
    return made(with_synthesis(folder, table, plan))[1]


def on_log(chapter, effect, **keys):
    """Estimate and error on the scale that is pooled, with limits brought back to it."""
    is_ratio = effect in ("odds_ratio", "risk_ratio")
    shown = numbers(chapter, variable=effect, **keys)
    if not is_ratio:
        return shown
    back = {name: math.log(shown[name]) for name in ("estimate", "ci_low", "ci_high")}
    error = numbers(chapter, variable=f"log_{effect}", **keys)
    assert error["estimate"] == pytest.approx(back["estimate"], rel=1e-12)
    return {**shown, **back, "standard_error": error["standard_error"]}


def assert_pooled(chapter, effect, expected, rtol):
    found = on_log(chapter, effect)
    names = {"estimate": "estimate", "standard_error": "se", "statistic": "stat", "p_value": "p"}
    for name, key in names.items():
        assert_allclose(found[name], expected[key], rtol=rtol, err_msg=name)
    assert_allclose([found["ci_low"], found["ci_high"]], expected["ci"], rtol=rtol)
    spread = numbers(chapter, variable="heterogeneity")
    assert_allclose(spread["statistic"], expected["Q"], rtol=TIGHT)
    assert_allclose(spread["p_value"], expected["Qp"], rtol=TIGHT)
    assert_allclose(spread["i_squared"], expected["I2"], rtol=rtol)
    weights = chapter.results.filter(chapter.results["variable"] == "weight")["value"]
    assert_allclose(weights, expected["weights"], rtol=rtol)
    if "tau2" in spread:
        assert_allclose(spread["tau2"], expected["tau2"], rtol=rtol)
        profile = [spread["tau2_ci_low"], spread["tau2_ci_high"]]
        assert_allclose(profile, expected["tau2_ci_qprofile"], rtol=ITERATED)
        ahead = numbers(chapter, variable="prediction")
        limits = [ahead["ci_low"], ahead["ci_high"]]
        shown = np.log(limits) if effect != "risk_difference" else limits
        assert_allclose(shown, expected["prediction"], rtol=rtol)


@pytest.mark.parametrize("measure", EFFECTS)
def test_a_common_effect_is_that_of_the_reference(tmp_path, measure):
    plan = f"method: common_effect, effect: {EFFECTS[measure]}, {BINARY}"
    chapter = pooled(tmp_path, "bcg", plan)
    assert_pooled(chapter, EFFECTS[measure], CASES["meta_bcg"].expected[measure]["EE"], TIGHT)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("limits", LIMITS)
def test_random_effects_are_those_of_the_reference(tmp_path, method, limits):
    expected = CASES["meta_bcg"].expected["OR"].get(f"{method}{limits}")
    if expected is None:  # limits of Hartung and Knapp stand for three estimators alone
        assert limits
        assert method not in ("DL", "REML", "PM")
        return
    plan = (
        f"method: random_effects, effect: odds_ratio, tau2: {METHODS[method]}, "
        f"limits: {LIMITS[limits]}, {BINARY}"
    )
    assert_pooled(pooled(tmp_path, "bcg", plan), "odds_ratio", expected, ITERATED)


@pytest.mark.parametrize("measure", EFFECTS)
@pytest.mark.parametrize("data", ["bcg", "zero_cells"])
def test_mantel_haenszel_is_that_of_the_reference(tmp_path, measure, data):
    plan = f"method: mantel_haenszel, effect: {EFFECTS[measure]}, {BINARY}"
    chapter = pooled(tmp_path, {"zero_cells": "meta_zero_cells"}.get(data, data), plan)
    expected = CASES[f"meta_{data}"].expected[measure]["MH"]
    found = on_log(chapter, EFFECTS[measure])
    names = {"estimate": "estimate", "standard_error": "se", "statistic": "z", "p_value": "p"}
    for name, key in names.items():
        assert_allclose(found[name], expected[key], rtol=TIGHT, err_msg=name)
    assert_allclose([found["ci_low"], found["ci_high"]], expected["ci"], rtol=TIGHT)
    spread = numbers(chapter, variable="heterogeneity")
    assert_allclose([spread["statistic"], spread["i_squared"]], [expected["Q"], expected["I2"]], rtol=TIGHT)  # fmt: skip


@pytest.mark.parametrize("data", ["bcg", "zero_cells"])
def test_peto_is_that_of_the_reference(tmp_path, data):
    chapter = pooled(
        tmp_path, {"zero_cells": "meta_zero_cells"}.get(data, data), f"method: peto, {BINARY}"
    )
    expected = CASES[f"meta_{data}"].expected["Peto"]
    found = on_log(chapter, "odds_ratio")
    names = {"estimate": "estimate", "standard_error": "se", "statistic": "z", "p_value": "p"}
    for name, key in names.items():
        assert_allclose(found[name], expected[key], rtol=TIGHT, err_msg=name)


@pytest.mark.parametrize("measure", ["MD", "SMD"])
@pytest.mark.parametrize("method", ["EE", "REML", "REML_HKSJ", "DL"])
def test_means_are_those_of_the_reference(tmp_path, measure, method):
    effect = {"MD": "mean_difference, unit: days", "SMD": "standardised_mean_difference"}[measure]
    how = "method: common_effect"
    if method != "EE":
        tau2, limits = METHODS[method.removesuffix("_HKSJ")], "hartung_knapp"
        how = (
            f"method: random_effects, tau2: {tau2}, limits: {limits if 'HK' in method else 'wald'}"
        )
    plan = f"{how}, effect: {effect}, means: final_values, {BINARY}"
    expected = CASES[f"meta_normand_{measure}"].expected[method]
    found = numbers(pooled(tmp_path, "normand1999", plan), variable=effect.split(",")[0])
    assert_allclose(found["estimate"], expected["estimate"], rtol=ITERATED)
    assert_allclose(found["standard_error"], expected["se"], rtol=ITERATED)
    assert_allclose([found["ci_low"], found["ci_high"]], expected["ci"], rtol=ITERATED)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    plan = (
        f"method: random_effects, effect: odds_ratio, limits: wald, funnel: true, "
        f"also: [{ALL_BESIDE}], {BINARY}"
    )
    return pooled(tmp_path_factory.mktemp("whole"), "bcg", plan)


def test_small_study_tests_are_those_of_the_reference(whole):
    expected = CASES["meta_bcg"].expected["OR_extras"]
    found = {
        test: numbers(whole, variable="asymmetry", by=f"test={test}")
        for test in ("egger", "egger_mixed", "begg")
    }
    assert_allclose(found["egger"]["statistic"], expected["egger_lm"]["t"], rtol=TIGHT)
    assert_allclose(found["egger"]["df"], expected["egger_lm"]["df"])
    assert_allclose(found["egger"]["p_value"], expected["egger_lm"]["p"], rtol=TIGHT)
    assert_allclose(found["egger_mixed"]["statistic"], expected["egger_mixed"]["z"], rtol=1e-5)
    assert_allclose(found["begg"]["estimate"], expected["begg"]["tau"], rtol=TIGHT)
    assert_allclose(found["begg"]["p_value"], expected["begg"]["p"], rtol=TIGHT)


def test_trim_and_fill_is_that_of_the_reference(whole):
    expected = CASES["meta_bcg"].expected["OR_extras"]["trimfill"]
    missing = numbers(whole, variable="missing_studies", variable_level=expected["side"])
    assert missing == {"count": expected["k0"]}
    filled = on_log(whole, "odds_ratio", by="studies=filled")
    assert_allclose(filled["estimate"], expected["estimate"], rtol=ITERATED)


def test_each_study_in_turn_is_left_out_as_in_the_reference(whole):
    expected = CASES["meta_bcg"].expected["OR_extras"]["leave_one_out"]
    for place, (estimate, error, tau2) in enumerate(
        zip(expected["estimate"], expected["se"], expected["tau2"], strict=True), start=1
    ):
        found = on_log(whole, "odds_ratio", by=f"without=S{place}")
        assert_allclose(found["estimate"], estimate, rtol=ITERATED)
        assert_allclose(found["standard_error"], error, rtol=ITERATED)
        spread = numbers(whole, variable="heterogeneity", by=f"without=S{place}")
        assert_allclose(spread["tau2"], tau2, rtol=1e-5)


def test_a_meta_regression_is_that_of_the_reference(tmp_path):
    expected = CASES["meta_bcg_regression"].expected
    plan = f"method: random_effects, effect: risk_ratio, limits: wald, moderators: [latitude], {BINARY}"
    chapter = pooled(tmp_path, "bcg", plan)
    for level, beta, error in zip(
        ("intercept", "latitude"), expected["beta"], expected["se"], strict=True
    ):
        found = numbers(chapter, variable="moderator", variable_level=level)
        assert_allclose(found["estimate"], beta, rtol=1e-5)
        assert_allclose(found["standard_error"], error, rtol=1e-5)
    together = numbers(chapter, variable="moderator")
    assert_allclose(together["statistic"], expected["QM"], rtol=1e-5)
    assert_allclose(together["r_squared"], expected["R2"], rtol=1e-5)


def test_the_prediction_interval_takes_the_degrees_of_freedom_that_are_named(tmp_path):
    """Higgins, Thompson and Spiegelhalter 2009, equation 12: t with studies - 2."""
    plan = (
        "method: random_effects, effect: odds_ratio, limits: wald, "
        f"prediction_df: studies_minus_two, {BINARY}"
    )
    chapter = pooled(tmp_path, "bcg", plan)
    expected = CASES["meta_bcg"].expected["OR"]["REML"]
    reach = stdtrit(11, 0.975) * math.sqrt(expected["se"] ** 2 + expected["tau2"])
    ahead = numbers(chapter, variable="prediction")
    limits = [expected["estimate"] - reach, expected["estimate"] + reach]
    assert_allclose(np.log([ahead["ci_low"], ahead["ci_high"]]), limits, rtol=ITERATED)
