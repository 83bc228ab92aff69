"""Covariances and F tests of the mixed model as a protocol names them, beside R 4.2.2.

R, with the measurements of ``orthodont.csv`` (lme4, lmerTest, ``t`` the age over 365.25)::

    m <- lmer(y ~ arm * v + (t | id), control = lmerControl(optCtrl = list(xtol_abs = 1e-12)))
    VarCorr(m); REMLcrit(m); contest1D(m, l); contestMD(m, L)    # Satterthwaite
"""

from __future__ import annotations

import csv

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.errors import ProtocolError
from equipoise.interop import read_cohort
from equipoise.report.display import text_of
from equipoise.report.display.build import blocks_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.stats import State
from support.counted import analysed, one_by_one
from support.measured import measured_cohort, measured_protocol
from support.planned import planned
from support.reference import REFERENCE

AGES = (8, 10, 12, 14)
OF = "endpoint: course, method: mmrm, degrees_of_freedom: satterthwaite"


def orthodont():
    """Arm (1 for boys) and distance of 27 children at four ages."""
    with (REFERENCE / "data" / "orthodont.csv").open() as file:
        rows = list(csv.DictReader(file))
    ids = list(dict.fromkeys(row["id"] for row in rows))
    arm, y = np.zeros((1, len(ids))), np.full((1, len(ids), len(AGES)), np.nan)
    for row in rows:
        child = ids.index(row["id"])
        arm[0, child] = int(row["arm"])
        y[0, child, AGES.index(int(row["visit"]))] = float(row["y"])
    return arm, y


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return measured_protocol(
        tmp_path_factory.mktemp("mixed"),
        f"slope: {OF}, covariance: random_intercept_and_slope",
        f"intercept: {OF}, covariance: random_intercept",
        f"twice: {OF}, covariates: [x, 2 * x], covariate_by_visit: false",
        days=AGES,
    )


@pytest.fixture(scope="module")
def found(protocol):
    arm, y = orthodont()
    return analysed(protocol, measured_cohort(protocol, arm=arm, y=y))


@pytest.fixture(scope="module")
def value(found):
    return lambda **keys: float(found.values(**keys)[0])


def test_random_intercepts_and_slopes_are_those_of_r(value):
    spread = {"analysis": "slope", "variable": "random_coefficient"}
    for level, sd in (
        ("intercept", 2.32152585770847),
        ("slope", 62.5997026366694),
        ("residual", 1.33387048669112),
    ):
        got = value(**spread, variable_level=level, statistic="sd")
        assert got == pytest.approx(sd, rel=3e-6)  # where lmer stops
    correlation = value(**spread, variable_level="intercept and slope", statistic="correlation")
    assert correlation == pytest.approx(-0.64082289536126, abs=2e-6)  # where lmer stops
    record = {"analysis": "slope", "variable": "fit", "statistic": "minus_twice_log_likelihood"}
    assert value(**record) == pytest.approx(422.44935268919, abs=1e-9)
    last = {"analysis": "slope", "variable": "contrast", "by": "visit=V14"}
    for statistic, expected in (
        ("estimate", 3.377840909091),
        ("standard_error", 0.9422016980633),
        ("df", 30.182842379087),
        ("p_value", 0.0011702610417192),
    ):
        assert value(**last, statistic=statistic) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("analysis", "level", "statistic", "df", "df_2"),
    [
        ("slope", "visit", 29.552308204718, 3, 54.422369010376),
        ("slope", "arm:visit", 2.0581126249823, 3, 54.422369005828),
        ("slope", "arm", 3.0482944154706257**2, 1, 25),
        ("intercept", "visit", 35.347, 3, 75),
        ("intercept", "arm:visit", 2.362, 3, 75),
        ("intercept", "arm", 9.292, 1, 25),
    ],
)
def test_arms_and_visits_are_tested_together_as_in_r(value, analysis, level, statistic, df, df_2):
    keys = {"analysis": analysis, "variable": "term", "variable_level": level}
    printed = {"abs": 5e-4} if analysis == "intercept" else {"rel": 2e-6}
    assert value(**keys, statistic="statistic") == pytest.approx(statistic, **printed)
    assert value(**keys, statistic="df") == df
    assert value(**keys, statistic="df_2") == pytest.approx(df_2, rel=2e-6)


def test_a_dependent_covariate_is_named_to_the_reader(protocol):
    arm, y = orthodont()
    ages = {"x": np.arange(27.0)[np.newaxis]}
    results = analysed(protocol, measured_cohort(protocol, arm=arm, y=y, subject=ages))
    rows = [row for row in results.rows
            if row.key.analysis == "twice" and row.key.variable in ("lsmean", "contrast", "fit")]  # fmt: skip
    absent = [row for row in rows if row.state[0] == State.SINGULAR]
    assert {row.key.variable for row in absent} == {"lsmean", "contrast", "fit"}
    assert {row.message for row in absent} == {
        "the data cannot tell 2 * x apart from what stands before it in the model"
    }
    view = view_of(protocol, ResultRows.from_frame(results.frame()), words_of(protocol), "slope")
    shown = " ".join(
        text_of(row.label) for block in blocks_of(view) for row in getattr(block, "rows", ())
    )
    assert "slope" in shown


def test_an_arm_that_a_factor_determines_is_named(tmp_path):
    protocol = planned(
        tmp_path, "cdisc_pilot",
        "  course: {title: T, method: mmrm, analysis_set: efficacy, endpoint: cognition_course, "
        "factors: [same]}\n",
        ("variables:\n",
         "variables:\n  same: {label: Arm again, kind: category, codes: [a, b], "
         "derive: \"'a' if arm == 'high' else 'b'\"}\n"),
    )  # fmt: skip
    results = analyse(protocol, derive(protocol, read_cohort(protocol)))
    (row,) = (row for row in results.rows if row.key.statistic == "aic")
    assert (
        row.message == "the data cannot tell arm high apart from what stands before it in the model"
    )


def test_the_model_of_the_replicated_table_lies_on_the_boundary(tmp_path):
    """Table 14-3.11 was replicated with ``(AVISITN | USUBJID)``: lme4 warns of a singular fit.

    Its correlation of intercept and slope is 1. The numbers of the original report come from the
    unstructured model at week 24, as SAS printed them (issue 6 of the replication).

    R, with ``t`` the planned day over 365.25 (lme4 1.1-31, lmerTest, emmeans)::

        m <- lmer(y ~ site + base * visit + arm * visit + (t | id),
                  control = lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12)))
        VarCorr(m); REMLcrit(m); emmeans(m, ~ arm | visit, lmer.df = "satterthwaite")
    """
    of = "title: T, method: mmrm, analysis_set: efficacy, endpoint: cognition_course, " \
         "factors: [site_group], covariates: [baseline]"  # fmt: skip
    protocol = planned(
        tmp_path, "cdisc_pilot",
        f"  slopes: {{{of}, degrees_of_freedom: satterthwaite, "
        f"covariance: random_intercept_and_slope}}\n  free: {{{of}}}\n",
    )  # fmt: skip
    results = analyse(protocol, derive(protocol, read_cohort(protocol)))
    said = "the random effects lie on the boundary, a singular fit: the correlation of intercept " \
           "and slope is 1"  # fmt: skip
    rows = [row for row in results.rows if row.key.analysis == "slopes"]
    assert {State(row.state[0]) for row in rows} == {State.ESTIMATED}
    noted = {"lsmean", "contrast", "random_coefficient"}
    assert all(said in row.message for row in rows if row.key.variable in noted)
    view = view_of(protocol, ResultRows.from_frame(results.frame()), words_of(protocol), "slopes")
    notes = [text_of(note) for block in blocks_of(view) for note in getattr(block, "footnotes", ())]
    assert any("lie on the boundary" in note for note in notes)
    spread = {"analysis": "slopes", "variable": "random_coefficient", "statistic": "sd"}
    for level, sd in (("intercept", 1.7984888), ("slope", 5.7200678), ("residual", 3.4475492)):
        got = results.values(**spread, variable_level=level)[0]
        assert got == pytest.approx(sd, rel=2e-6)  # where lmer stops
    fit = {"analysis": "slopes", "variable": "fit", "statistic": "minus_twice_log_likelihood"}
    assert results.values(**fit)[0] == pytest.approx(3098.10815438, abs=1e-8)
    last = {"analysis": "slopes", "variable": "lsmean", "by": "visit=W24"}
    for group, mean, error, df in (
        ("placebo", 2.3189679173, 0.6872691446, 190.0518690),
        ("low", 1.7730900353, 0.7643805618, 203.0477408),
        ("high", 1.4919602177, 0.8327239027, 210.9656732),
    ):
        for statistic, value in (("estimate", mean), ("standard_error", error), ("df", df)):
            got = results.values(**last, group=group, statistic=statistic)[0]
            assert got == pytest.approx(value, rel=2e-6), (group, statistic)
    week = {"analysis": "free", "by": "visit=W24"}
    for group, mean in (("placebo", 2.3291), ("low", 1.7352), ("high", 1.5009)):
        got = results.values(**week, variable="lsmean", group=group, statistic="estimate")[0]
        assert got == pytest.approx(mean, abs=5e-5)
    for group, p_value in (("high - placebo", 0.4403), ("low - placebo", 0.5600)):
        got = results.values(**week, variable="contrast", group=group, statistic="p_value")[0]
        assert got == pytest.approx(p_value, abs=5e-5)
    keys = {"variable": "term", "variable_level": "arm", "by": "visit=W24", "statistic": "df"}
    assert results.values(analysis="free", **keys)[0] == 2


def test_variances_that_the_data_turn_down_are_named(protocol):
    """Children that all sum to the same are correlated below zero: no intercept of their own."""
    arm, y = orthodont()
    noise = np.random.default_rng(3).normal(size=y.shape)
    noise -= noise.mean(axis=-1, keepdims=True)
    found = analysed(
        protocol, measured_cohort(protocol, arm=arm, y=noise, subject={"x": np.zeros((1, 27))})
    )
    (row,) = (row for row in found.rows if row.key.analysis == "intercept"
              and row.key.variable_level == "intercept")  # fmt: skip
    assert State(row.state[0]) is State.ESTIMATED
    assert row.value[0] == pytest.approx(0, abs=1e-6)
    assert row.message.endswith("a singular fit: the variance of the intercept is 0")
    for row in found.rows:
        if row.key.analysis != "twice" and row.state[0] == State.ESTIMATED:
            assert np.isfinite(row.value[0]), row.key


def test_a_batch_equals_its_trials_one_by_one(protocol):
    arm, y = orthodont()
    more = np.random.default_rng(5).normal(size=y.shape)
    cohort = measured_cohort(
        protocol, arm=np.concatenate([arm, arm]), y=np.concatenate([y, y + more]),
        subject={"x": np.tile(np.arange(27.0), (2, 1))},
    )  # fmt: skip
    batch = {row.key: row for row in analysed(protocol, cohort).rows}
    for trial in range(2):
        for alone in analysed(protocol, one_by_one(cohort, trial)).rows:
            together = batch[alone.key]
            assert together.state[trial] == alone.state[0], alone.key
            if alone.key.statistic != "gradient":  # what rounding leaves of nothing
                got = pytest.approx(alone.value[0], rel=1e-7, nan_ok=True)
                assert together.value[trial] == got, alone.key


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("covariance: random_intercept, covariance_by_arm: true",
         "true with random_intercept; wanted one covariance for all arms"),
        ("covariance: random_intercept_and_slope", "a slope over 2 visits; wanted 3 visits or more"),
    ],
)  # fmt: skip
def test_what_random_coefficients_cannot_have_is_a_fault(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message):
        measured_protocol(tmp_path, f"one: {OF}, {fields}", days=(0, 28))
