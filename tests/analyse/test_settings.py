"""Tests that a protocol asks for beside a comparison, on the CDISC pilot, beside R 4.2.2.

R, with the efficacy set of the pilot (change in ADAS-Cog (11), last observation carried forward)::

    m <- lm(chg ~ base + site + arm); anova(m)
    contrast(emmeans(m, "arm"), list(active = c(-1, .5, .5)))
    contrast(emmeans(m, "arm", weights = "proportional"), list(overall = c(.25, .25, .5)))
    var.test(chg[arm == "high"], chg[arm == "placebo"]); binom.test(x, n, p)

and with the visits as they were seen::

    m <- lmer(chg ~ arm * visit + base * visit + (1 | id))
    contrast(emmeans(m, ~ arm, lmer.df = "satterthwaite"), list(active = c(-1, .5, .5)))
"""

from __future__ import annotations

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
from equipoise.report.plan.method import method_text
from equipoise.report.rows import ResultRows
from equipoise.stats import State
from support.counted import analysed, counted_cohort, counted_protocol, responders
from support.planned import planned

OF = "title: T, estimand: cognition_week_24"
ADJUSTED = "factors: [site_group], covariates: [baseline]"
COURSE = "title: T, analysis_set: efficacy, endpoint: cognition_course, method: mmrm"
ACTIVE = "active: {placebo: -1, low: 0.5, high: 0.5}"
ANALYSES = f"""\
  means: {{{OF}, method: ancova, {ADJUSTED}, sums_of_squares: type_1, combinations: {{{ACTIVE}}}}}
  mixed: {{{OF}, method: ancova, {ADJUSTED}, weights: observed,
          combinations: {{overall: {{placebo: 0.25, low: 0.25, high: 0.5}}}}}}
  course: {{{COURSE}, covariates: [baseline], covariance: random_intercept,
           degrees_of_freedom: satterthwaite, combinations: {{{ACTIVE}}}}}
  spread: {{{OF}, method: welch_test, variance_test: true}}
  women: {{{OF}, method: ancova, where: arm != 'low', combinations: {{{ACTIVE}}}}}
"""


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("settings"), "cdisc_pilot", ANALYSES)


@pytest.fixture(scope="module")
def found(protocol):
    return analyse(protocol, derive(protocol, read_cohort(protocol)))


@pytest.fixture(scope="module")
def value(found):
    return lambda **keys: float(found.values(**keys)[0])


def page(protocol, results, analysis):
    view = view_of(protocol, ResultRows.from_frame(results.frame()), words_of(protocol), analysis)
    blocks = blocks_of(view)
    rows = [row for block in blocks for row in getattr(block, "rows", ())]
    return " ".join(
        [text_of(getattr(block, "runs", ())) for block in blocks]
        + [text_of((*row.label, " ", *(run for cell in row.cells for run in cell.runs))) for row in rows]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("term", "statistic", "p_value"),
    [
        ("baseline", 0.30654, 0.580372),
        ("site_group", 2.12890, 0.023393),
        ("arm", 0.71648, 0.489604),
    ],
)
def test_terms_are_tested_in_their_order(value, term, statistic, p_value):
    keys = {"analysis": "means", "variable": "term", "variable_level": term}
    assert value(**keys, statistic="statistic") == pytest.approx(statistic, abs=5e-6)
    assert value(**keys, statistic="p_value") == pytest.approx(p_value, abs=5e-7)


@pytest.mark.parametrize(
    ("analysis", "level", "expected"),
    [
        ("means", "active", {"estimate": -0.73639797761604, "standard_error": 0.71629031452728,
                             "df": 220, "ci_low": -2.14806693525754, "p_value": 0.30504497044354}),
        ("mixed", "overall", {"estimate": 1.8748516355091, "standard_error": 0.36299209108318,
                              "ci_high": 2.5902384786073, "statistic": 5.1649930716521}),
    ],
)  # fmt: skip
def test_combinations_of_means_are_those_of_emmeans(value, analysis, level, expected):
    keys = {"analysis": analysis, "variable": "combination", "variable_level": level}
    for statistic, number in expected.items():
        assert value(**keys, statistic=statistic) == pytest.approx(number, rel=1e-10)


@pytest.mark.parametrize(
    ("visit", "estimate", "error", "df", "p_value"),
    [
        ("all", -0.36346052169201, 0.58864635853840, 226.69659023987, 0.53755673419699),
        ("W8", 0.49763784324109, 0.68661462538502, 393.64595001241, 0.46902357218708),
    ],
)
def test_combinations_of_a_course_are_those_of_emmeans(value, visit, estimate, error, df, p_value):
    keys = {"analysis": "course", "variable": "combination", "by": f"visit={visit}"}
    assert value(**keys, statistic="estimate") == pytest.approx(estimate, rel=2e-6)
    assert value(**keys, statistic="standard_error") == pytest.approx(error, rel=1e-7)
    assert value(**keys, statistic="df") == pytest.approx(df, rel=1e-7)
    assert value(**keys, statistic="p_value") == pytest.approx(p_value, rel=2e-6)


def test_a_combination_with_an_absent_group_says_so(found):
    (row,) = (row for row in found.rows
              if row.key.analysis == "women" and row.key.variable == "combination")  # fmt: skip
    assert row.state[0] == State.NOT_ESTIMABLE
    assert row.message == "nobody of low is analysed"


def test_variances_are_compared_as_in_r(value):
    keys = {"analysis": "spread", "variable": "variance_ratio", "variable_level": "high - placebo"}
    for statistic, expected in (
        ("estimate", 0.5393436894323058),
        ("ci_low", 0.3428428189658748),
        ("ci_high", 0.8514137130599105),
        ("p_value", 0.0082915874562711),
        ("df", 73),
        ("df_2", 78),
    ):
        assert value(**keys, statistic=statistic) == pytest.approx(expected, rel=1e-9)


def test_the_page_and_the_plan_show_what_is_computed_beside(protocol, found):
    assert "Combination, active" in page(protocol, found, "means")
    assert "Variance ratio, high - placebo 0.54" in page(protocol, found, "spread")
    text = method_text(protocol, protocol.analyses["means"])
    assert "type I F tests" in text
    assert "active (placebo -1, low 0.5, high 0.5)" in text


@pytest.mark.parametrize(
    ("more", "cells", "control"),
    [("", 0.62949796667668, 1), (", alternative: greater", 0.39199018779908, None)],
)
def test_a_share_is_tested_exactly_as_in_r(tmp_path, more, cells, control):
    test = "test: none" if more else "test: fisher"
    protocol = counted_protocol(
        tmp_path, f"one: endpoint: response, method: proportion, null_share: 0.3, {test}{more}"
    )
    arm, responds = responders(7, 20, 3, 12)
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    keys = {"variable": "null_share", "statistic": "p_value"}
    assert results.values(**keys, group="cells")[0] == pytest.approx(cells, rel=1e-10)
    if control is not None:
        assert results.values(**keys, group="control")[0] == pytest.approx(control, rel=1e-10)
        text = page(protocol, results, "one")
        assert "Tested against a share of 30.0%: Standard care, p" in text
        assert "p against the share tested" in text


@pytest.mark.parametrize(
    ("name", "same"), [("closed_bonferroni", "holm"), ("closed_simes", "hommel")]
)
def test_closed_procedures_are_their_short_forms(tmp_path, name, same):
    shares = " ".join(f"s{place}: {{analysis: a{place}}}," for place in range(3))
    family = "{{title: A, procedure: {}, hypotheses: {{{}}}}}"
    protocol = counted_protocol(
        tmp_path, *(f"a{place}: endpoint: response, method: proportion, where: x < {place + 1}"
                    for place in range(3)),
        more=f"multiplicity:\n  one: {family.format(name, shares)}\n"
        f"  other: {family.format(same, shares)}\n",
    )  # fmt: skip
    arm, responds = responders(11, 14, 3, 13)
    x = np.arange(27.0) % 3
    results = analysed(
        protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds, "x": x})
    )
    one, other = (
        [results.values(analysis=family, variable=f"s{place}", statistic="p_value_adjusted")[0]
         for place in range(3)] for family in ("one", "other")
    )  # fmt: skip
    assert one == pytest.approx(other, rel=1e-12)
    assert len(set(one)) > 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("method: ancova, combinations: {active: {placebo: -1, med: 1}}", "unknown group 'med'"),
        ("method: ancova, combinations: {active: {placebo: -1, low: 0.5}}",
         "weights that sum to -0.5; wanted weights that sum to 0"),
        ("method: ancova, combinations: {active: {placebo: 0}}", "no weight but 0"),
        ("method: wilcoxon, variance_test: true", "a test of variances beside ranks"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_fault_with_its_line(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        planned(tmp_path, "cdisc_pilot", f"  more: {{{OF}, {fields}}}\n")
    assert "protocol.yaml:" in str(caught.value)
