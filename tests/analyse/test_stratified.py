"""Stratified proportions, McNemar and logistic regression as a protocol names them, against R."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.stats import kruskal, rankdata

from equipoise.errors import ProtocolError
from equipoise.stats import State
from equipoise.stats.binary import (
    stratified_difference_klingenberg,
    stratified_difference_miettinen_nurminen,
    stratified_difference_newcombe,
)
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
    responders,
)
from support.reference import REFERENCE, cases

EXPECTED = {case.id: case.expected for case in cases("binary")}
CONTRAST = "cells - control"


def strata_of(name):
    """Subjects of a table of strata: arm, response, stratum."""
    parts = []
    with (REFERENCE / "data" / f"{name}.csv").open() as file:
        for place, row in enumerate(csv.DictReader(file)):
            arm, responds = responders(*(int(row[one]) for one in ("x1", "n1", "x0", "n0")))
            parts.append((arm, responds, np.full(arm.shape, float(place))))
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def values_of(results):
    return lambda **keys: float(results.values(**keys)[0])


@pytest.mark.parametrize("data", ["three_sites", "ucb_strata"])
def test_strata_are_pooled_as_r_pools_them(tmp_path, data):
    fields = "method: stratified_proportion, endpoint: response, strata: [stratum]"
    protocol = counted_protocol(
        tmp_path,
        f"plain: {fields}, measures: [risk_difference, relative_risk, odds_ratio]",
        f"corrected: {fields}, test: chi_square_corrected",
        f"exact: {fields}, test: exact",
    )
    arm, responds, stratum = strata_of(data)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds, "stratum": stratum})
    value = values_of(analysed(protocol, cohort))
    expected = EXPECTED["strat_three_sites" if data == "three_sites" else "strat_ucb"]
    keys = {"analysis": "plain", "group": CONTRAST}
    for measure, name in (("relative_risk", "log_rr"), ("odds_ratio", "log_or")):
        got = [
            value(**keys, variable=measure, statistic=s) for s in ("estimate", "ci_low", "ci_high")
        ]
        wanted = np.exp([expected[name]["estimate"], *expected[name]["ci"]])
        assert got == pytest.approx(wanted, rel=1e-9)
    difference = {s: value(**keys, variable="risk_difference", statistic=s)
                  for s in ("estimate", "standard_error")}  # fmt: skip
    assert difference["estimate"] == pytest.approx(expected["rd"]["estimate"], rel=1e-9)
    assert difference["standard_error"] == pytest.approx(expected["rd"]["se"], rel=1e-9)
    p_value = value(**keys, variable="test", statistic="p_value")
    assert p_value == pytest.approx(expected["cmh"]["p"], rel=1e-9)
    p_value = value(analysis="corrected", group=CONTRAST, variable="test", statistic="p_value")
    assert p_value == pytest.approx(expected["cmh_corrected"]["p"], rel=1e-9)
    p_value = value(analysis="exact", group=CONTRAST, variable="test", statistic="p_value")
    assert p_value == pytest.approx(expected["cmh_exact"]["p"], rel=1e-9)
    for level in ("breslow_day", "tarone"):
        p_value = value(**keys, variable="homogeneity", variable_level=level, statistic="p_value")
        assert p_value == pytest.approx(expected["log_or"][f"{level}_p"], rel=1e-9)
    counted = value(analysis="plain", group="cells", variable="response", by="stratum=b",
                    statistic="denominator")  # fmt: skip
    assert counted == np.sum((arm == 1) & (stratum == 1))


@pytest.mark.parametrize(
    ("interval", "estimator"),
    [
        ("klingenberg", stratified_difference_klingenberg),
        ("miettinen_nurminen", stratified_difference_miettinen_nurminen),
        ("newcombe", stratified_difference_newcombe),
    ],
)
def test_limits_of_the_difference_are_those_that_are_named(tmp_path, interval, estimator):
    fields = "method: stratified_proportion, endpoint: response, strata: [stratum]"
    protocol = counted_protocol(tmp_path, f"named: {fields}, interval: {interval}, level: 0.9")
    arm, responds, stratum = strata_of("three_sites")
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds, "stratum": stratum})
    results = analysed(protocol, cohort)
    counts = {}
    for code in (1, 0):
        rows = [(arm == code) & (stratum == one) for one in np.unique(stratum)]
        counts[f"x{code}"] = [np.sum(row & (responds == 1)) for row in rows]
        counts[f"n{code}"] = [np.sum(row) for row in rows]
    expected = estimator(**counts, confidence=0.9)
    keys = {"analysis": "named", "group": CONTRAST, "variable": "risk_difference"}
    for name in ("estimate", "ci_low", "ci_high"):
        got = results.values(**keys, statistic=name)[0]
        assert got == pytest.approx(float(getattr(expected, name)), rel=1e-10)
    assert not [row for row in results.rows if row.key.statistic == "standard_error"]


def test_one_stratum_is_the_plain_table(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "one: method: stratified_proportion, endpoint: response, strata: [stratum]",
        "plain: method: proportion, endpoint: response, test: chi_square_n_minus_1",
    )
    arm, responds = responders(9, 12, 5, 6)
    value = values_of(
        analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    )
    for variable, statistic in (("risk_difference", "estimate"), ("test", "p_value")):
        keys = {"group": CONTRAST, "variable": variable, "statistic": statistic}
        assert value(analysis="one", **keys) == pytest.approx(value(analysis="plain", **keys))


def test_mcnemar_is_that_of_r(tmp_path):
    names = ("exact", "mid_p", "chi_square", "chi_square_corrected")
    fields = "method: mcnemar, endpoint: change, visits: [W0, W24]"
    protocol = counted_protocol(tmp_path, *(f"{name}: {fields}, test: {name}" for name in names))
    # the table of the reference: 40 and 37 unchanged, 15 and 8 changed; all in one arm
    before = np.repeat([0.0, 0.0, 1.0, 1.0, np.nan], [40, 15, 8, 37, 3])
    after = np.repeat([0.0, 1.0, 0.0, 1.0, 1.0], [40, 15, 8, 37, 3])
    cohort = counted_cohort(
        protocol, arm=np.ones(103), state=np.stack([before, after], axis=-1)[np.newaxis]
    )
    value = values_of(analysed(protocol, cohort))
    expected = EXPECTED["mcnemar"]
    got = {
        name: value(analysis=name, group="cells", variable="change", statistic="p_value")
        for name in names
    }
    assert got["exact"] == pytest.approx(expected["exact_p"], rel=1e-9)
    assert got["chi_square"] == pytest.approx(expected["p"], rel=1e-9)
    assert got["chi_square_corrected"] == pytest.approx(expected["p_corrected"], rel=1e-9)
    assert got["mid_p"] < got["exact"]
    keys = {"analysis": "exact", "group": "cells"}
    assert value(**keys, variable="change", statistic="estimate") == pytest.approx(0.07)
    # R binom.test(15, 23): limits of the share of those who gained, as odds
    odds = [
        value(**keys, variable="odds_ratio", statistic=s) for s in ("estimate", "ci_low", "ci_high")
    ]
    assert odds[0] == 15 / 8
    assert [one / (1 + one) for one in odds[1:]] == pytest.approx(
        [0.427343963036494, 0.836236401625050], rel=1e-9
    )


def colon():
    with (REFERENCE / "data" / "colon_3y.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "id"}


def test_logistic_regression_is_that_of_r(tmp_path):
    table = colon()
    fields = "method: logistic, endpoint: response, factors: [stratum], covariates: [x, z]"
    protocol = counted_protocol(
        tmp_path, f"wald: {fields}", f"ratio: {fields}, test: likelihood_ratio"
    )
    cohort = counted_cohort(
        protocol, arm=table["trt"],
        subject={"responds": table["y"], "stratum": table["sex"], "x": table["age"],
                 "z": table["nodes"]},
    )  # fmt: skip
    value = values_of(analysed(protocol, cohort))
    expected = EXPECTED["logistic_colon"]
    keys = {"analysis": "wald", "group": CONTRAST}
    log_ratio, error = expected["coef"][1], expected["se"][1]
    got = value(**keys, variable="log_odds_ratio", statistic="standard_error")
    assert got == pytest.approx(error, rel=1e-7)
    limits = [value(**keys, variable="odds_ratio", statistic=s) for s in ("ci_low", "ci_high")]
    assert limits == pytest.approx(
        np.exp(log_ratio + 1.959963984540054 * error * np.array([-1, 1])), rel=1e-7
    )
    statistic = value(**keys, variable="odds_ratio", statistic="statistic")
    assert statistic == pytest.approx(log_ratio / error, rel=1e-7)
    standard = expected["standardised"]
    got = value(**keys, variable="risk_difference", statistic="estimate")
    assert got == pytest.approx(standard["rd"], rel=1e-7)
    got = value(**keys, variable="risk_difference", statistic="standard_error")
    assert got == pytest.approx(standard["rd_se_delta_model_based"], rel=1e-7)
    got = value(analysis="wald", variable="standardised_risk", group="cells", statistic="percent")
    assert got == pytest.approx(100 * standard["p1"], rel=1e-7)
    p_value = value(analysis="ratio", group=CONTRAST, variable="odds_ratio", statistic="p_value")
    assert p_value == pytest.approx(expected["lrt_trt"][1], rel=1e-7)


def test_an_interaction_is_tested_and_its_levels_are_fitted(tmp_path):
    """R 4.2.2: anova(glm(y ~ trt + sex + nodes), glm(y ~ trt * sex + nodes), test = "LRT")."""
    table = colon()
    protocol = counted_protocol(
        tmp_path,
        "one: method: logistic, endpoint: response, factors: [stratum], covariates: [z], "
        "interactions: ['arm:stratum', 'arm:z']",
        "men: method: logistic, endpoint: response, covariates: [z], where: stratum == 'b'",
    )
    cohort = counted_cohort(
        protocol, arm=table["trt"],
        subject={"responds": table["y"], "stratum": table["sex"], "z": table["nodes"]},
    )  # fmt: skip
    value = values_of(analysed(protocol, cohort))
    keys = {"analysis": "one", "variable": "interaction", "statistic": "p_value"}
    assert value(**keys, variable_level="arm:stratum") == pytest.approx(
        0.0324270171819374, rel=1e-7
    )
    assert value(**keys, variable_level="arm:z") == pytest.approx(0.123741922003946, rel=1e-7)
    assert (
        value(analysis="one", variable="interaction", variable_level="arm:z", statistic="df") == 1
    )
    level, alone = (
        value(analysis=analysis, by=by, variable="odds_ratio", group=CONTRAST, statistic="estimate")
        for analysis, by in (("one", "stratum=b"), ("men", ""))
    )
    assert level == pytest.approx(alone, rel=1e-9)


def test_separation_is_a_state_and_the_likelihood_ratio_stands(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "wald: method: logistic, endpoint: response",
        "ratio: method: logistic, endpoint: response, test: likelihood_ratio",
    )
    arm, responds = responders(12, 12, 5, 6)
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    rows = {(row.key.analysis, row.key.variable, row.key.statistic): row for row in results.rows}
    row = rows["wald", "odds_ratio", "estimate"]
    assert row.state[0] == State.INFINITE
    assert "separates responders from others" in row.message
    tested = rows["ratio", "odds_ratio", "p_value"]
    # -2 log(likelihood of one share / likelihood of two), by hand
    share, own = 17 / 18, 5 / 6
    gap = 2 * (5 * np.log(own) + np.log(1 - own) - 17 * np.log(share) - np.log(1 - share))
    assert rows["ratio", "odds_ratio", "statistic"].value[0] == pytest.approx(gap, rel=1e-7)
    assert tested.state[0] == State.ESTIMATED


@pytest.mark.parametrize(
    "fields",
    [
        "method: stratified_proportion, endpoint: response, strata: [stratum], "
        "measures: [risk_difference, odds_ratio]",
        "method: logistic, endpoint: response, factors: [stratum], covariates: [x], "
        "interactions: ['arm:stratum'], test: likelihood_ratio",
        "method: mcnemar, endpoint: change, visits: [W0, W24]",
    ],
)
def test_a_batch_equals_its_trials_even_with_an_empty_arm(tmp_path, fields):
    protocol = counted_protocol(tmp_path, f"one: {fields}")
    rng = np.random.default_rng(8)
    arm = rng.integers(0, 2, (4, 40)).astype(float)
    arm[2] = 0  # nobody got cells
    arm[3, 18:] = -1
    state = np.where(rng.random((4, 40, 2)) < 0.1, np.nan, rng.integers(0, 2, (4, 40, 2)))
    subject = {
        "responds": rng.integers(0, 2, arm.shape).astype(float),
        "stratum": rng.integers(0, 2, arm.shape).astype(float),
        "x": rng.normal(size=arm.shape),
    }
    assert_batch_is_its_trials(
        protocol, counted_cohort(protocol, arm=arm, subject=subject, state=state), rtol=1e-7
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("method: stratified_proportion, endpoint: response", r"strata"),
        (
            "method: stratified_proportion, endpoint: first, strata: [stratum]",
            r"of a time_to_event",
        ),
        ("method: stratified_proportion, endpoint: response, strata: [arm]", r"which is the group"),
        ("method: logistic, endpoint: response, interactions: ['arm:x']", r"interaction 'arm:x'"),
        ("method: logistic, endpoint: response, factors: [x]", r"unknown category of subjects 'x'"),
        ("method: mcnemar, endpoint: response, visits: [W0, W24]", r"which no visit can change"),
        (
            "method: mcnemar, endpoint: event, visits: [W0, W24]",
            r"mcnemar of a adverse_event|of type response",
        ),
        ("method: mcnemar, endpoint: change, visits: [W0, W42]", r"unknown visit 'W42'"),
        ("method: mcnemar, endpoint: change, visits: [W0, W0]", r"'W0' again"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        counted_protocol(tmp_path, f"one: {fields}")
    assert "protocol.yaml:" in str(caught.value)


def test_scores_of_ranks_give_the_tests_of_ranks(tmp_path):
    """Midranks in one stratum are Kruskal and Wallis's test; in two, ridits are van Elteren's."""
    rng = np.random.default_rng(5)
    arm, stratum = np.repeat([0.0, 1.0], 14), np.tile([0.0, 1.0], 14)
    score = rng.integers(0, 4, 28) + arm
    fields = "method: cmh, variable: x, overall: false"
    protocol = counted_protocol(
        tmp_path,
        f"one: {fields}, scores: midranks",
        f"several: {fields}, scores: modified_ridits, strata: [stratum]",
    )
    cohort = counted_cohort(protocol, arm=arm, subject={"x": score, "stratum": stratum})
    value = values_of(analysed(protocol, cohort))
    keys = {"variable": "row_mean_scores", "group": CONTRAST, "statistic": "statistic"}
    wanted = kruskal(score[arm == 0], score[arm == 1]).statistic
    assert value(analysis="one", **keys) == pytest.approx(wanted, rel=1e-10)
    excess = variance = 0.0
    for level in (0.0, 1.0):
        ranks, treated = rankdata(score[stratum == level]), arm[stratum == level] == 1
        total, n = len(ranks), int(treated.sum())
        excess += (ranks[treated].sum() - n * ranks.mean()) / (total + 1)
        variance += n * (total - n) / total * ranks.var(ddof=1) / (total + 1) ** 2
    assert value(analysis="several", **keys) == pytest.approx(excess**2 / variance, rel=1e-10)
