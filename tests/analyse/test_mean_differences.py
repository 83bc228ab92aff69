"""Options of comparisons of means on the CDISC pilot, beside R 4.2.2.

R, with the efficacy set of the pilot (change in ADAS-Cog (11), last observation carried forward)::

    m <- lm(chg ~ base + site + arm)
    sqrt(diag(sandwich::vcovHC(m, type = "HC3"))); car::Anova(m, type = 2)
    summary(multcomp::glht(m, mcp(arm = "Dunnett"))); pairs(emmeans(m, "arm"), adjust = "tukey")
    TukeyHSD(aov(chg ~ arm)); kruskal.test(chg ~ arm); oneway.test(chg ~ arm)
    pt((estimate + 3) / se, 220, lower.tail = FALSE); pt((estimate - 3) / se, 220)
"""

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.errors import ProtocolError
from equipoise.interop import read_cohort
from equipoise.stats.mmrm import contrast, fit_mmrm, visit_design
from equipoise.trials import load_protocol
from support.batch import drawn
from support.planned import planned

OF = "title: T, method: ancova, estimand: cognition_week_24, factors: [site_group], covariates: [baseline]"
ANALYSES = f"""\
  plain: {{{OF}}}
  hc0: {{{OF}, errors: HC0}}
  hc3: {{{OF}, errors: HC3}}
  type_2: {{{OF}, sums_of_squares: type_2}}
  dunnett: {{{OF}, multiplicity: dunnett}}
  tukey: {{{OF}, multiplicity: tukey, contrasts: pairwise}}
  margin: {{{OF}, margin: 3, margin_kind: equivalence}}
  not_worse: {{{OF}, margin: 1, margin_kind: non_inferiority, level: 0.9}}
  anova: {{title: T, method: anova, estimand: cognition_week_24, multiplicity: tukey, contrasts: pairwise}}
  anova_dunnett: {{title: T, method: anova, estimand: cognition_week_24, multiplicity: dunnett}}
  welch: {{title: T, method: welch_anova, estimand: cognition_week_24}}
  ranks: {{title: T, method: kruskal_wallis, estimand: cognition_week_24}}
  t_margin: {{title: T, method: welch_test, estimand: cognition_week_24, margin: 2, margin_kind: equivalence, level: 0.9}}
  course: {{title: T, method: mmrm, analysis_set: efficacy, endpoint: course, covariates: [baseline],
            errors: empirical, degrees_of_freedom: satterthwaite, margin: 3, margin_kind: equivalence}}
  by_arm: {{title: T, method: mmrm, analysis_set: efficacy, endpoint: course, covariates: [baseline],
            covariance_by_arm: true, estimation: ml, degrees_of_freedom: between_within}}
"""
COURSE = (
    "endpoints:\n",
    "endpoints:\n  course: {label: C, type: change, variable: adas_cog_11, visits: [W8, W16, W24], "
    "benefit: lower}\n",
)


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("means"), "cdisc_pilot", ANALYSES, COURSE)


@pytest.fixture(scope="module")
def cohort(protocol):
    return read_cohort(protocol)


@pytest.fixture(scope="module")
def found(protocol, cohort):
    return analyse(protocol, derive(protocol, cohort))


@pytest.fixture(scope="module")
def value(found):
    return lambda analysis, statistic, **keys: float(
        found.values(analysis=analysis, statistic=statistic, **keys)[0]
    )


LOW = {"variable": "contrast", "group": "low - placebo"}
HIGH = {"variable": "contrast", "group": "high - placebo"}
BETWEEN = {"variable": "contrast", "group": "high - low"}


def test_sandwich_errors_are_those_of_r(value):
    for analysis, low, high in (
        ("plain", 0.818042222284, 0.840529356750),
        ("hc0", 0.839213572882, 0.791690476180),
        ("hc3", 0.894229724950, 0.840011533283),
    ):
        assert value(analysis, "standard_error", **LOW) == pytest.approx(low, rel=1e-10)
        assert value(analysis, "standard_error", **HIGH) == pytest.approx(high, rel=1e-10)
        assert value(analysis, "estimate", **HIGH) == pytest.approx(-1.006013597731, rel=1e-10)


def test_terms_are_tested_by_the_type_asked_for(value, found):
    for term, statistic in (("baseline", 0.12813), ("site_group", 2.09139), ("arm", 0.71648)):
        keys = {"variable": "term", "variable_level": term}
        assert value("type_2", "statistic", **keys) == pytest.approx(statistic, abs=5e-6)
    messages = {row.message for row in found.rows
                if row.key.analysis == "type_2" and row.key.variable == "term"}  # fmt: skip
    assert messages == {"type II F test"}


def test_p_values_are_adjusted_for_all_contrasts_at_once(value):
    assert value("dunnett", "p_value_adjusted", **LOW) == pytest.approx(0.792598480146, abs=1e-6)
    assert value("dunnett", "p_value_adjusted", **HIGH) == pytest.approx(0.383050896312, abs=1e-6)
    for keys, expected in ((LOW, 0.8359), (HIGH, 0.4563), (BETWEEN, 0.7954)):
        assert value("tukey", "p_value_adjusted", **keys) == pytest.approx(expected, abs=5e-5)
    assert value("tukey", "p_value", **HIGH) == pytest.approx(0.232641095886, rel=1e-9)


def test_all_groups_are_compared_at_once(value):
    keys = {"variable": "term", "group": "all arms"}
    assert value("anova", "p_value", **keys) == pytest.approx(0.45323, abs=5e-6)
    assert value("anova", "df_2", **keys) == 231
    assert value("welch", "p_value", **keys) == pytest.approx(0.420489058, abs=5e-10)
    assert value("welch", "df_2", **keys) == pytest.approx(152.6662627, abs=5e-8)
    assert value("ranks", "statistic", **keys) == pytest.approx(1.824483177, abs=5e-10)
    for contrast_keys, estimate, low, p_value in (
        (LOW, -0.549423131847, -2.51591375182, 0.787405681712),
        (HIGH, -1.074252558975, -3.08614265556, 0.419574134176),
        (BETWEEN, -0.524829427128, -2.52467021923, 0.809832450185),
    ):
        assert value("anova", "estimate", **contrast_keys) == pytest.approx(estimate, rel=1e-10)
        assert value("anova", "ci_low", **contrast_keys) == pytest.approx(low, rel=1e-7)
        assert value("anova", "p_value", **contrast_keys) == pytest.approx(p_value, rel=1e-7)
    assert value("anova_dunnett", "p_value", **HIGH) < 0.419574134176


def test_both_sides_of_a_margin_are_tested(value):
    keys = {"variable": "margin", "group": "high - placebo", "variable_level": "equivalence"}
    assert value("margin", "p_value_lower", **keys) == pytest.approx(0.00926977991057, rel=1e-8)
    assert value("margin", "p_value_upper", **keys) == pytest.approx(1.70670351041e-06, rel=1e-8)
    assert value("margin", "p_value", **keys) == pytest.approx(0.00926977991057, rel=1e-8)
    assert value("margin", "concluded", **keys) == 1
    low, high = (value("margin", end, **HIGH) for end in ("ci_low", "ci_high"))
    assert value("margin", "smallest_margin", **keys) == max(-low, high)


def test_the_smallest_margin_is_just_excluded(value):
    for group in ("low - placebo", "high - placebo"):
        keys = {"variable": "margin", "group": group, "variable_level": "non_inferiority"}
        smallest = value("not_worse", "smallest_margin", **keys)
        high = value("not_worse", "ci_high", variable="contrast", group=group)
        assert smallest == max(high, 0)  # lower is better: only the upper side is a harm
        assert value("not_worse", "concluded", **keys) == (smallest <= 1)


def test_a_welch_test_has_a_margin_too(value):
    keys = {"variable": "margin", "group": "low - placebo", "variable_level": "equivalence"}
    contrast_keys = {"variable": "contrast", "group": "low - placebo"}
    inside = value("t_margin", "ci_low", **contrast_keys) > -2
    inside &= value("t_margin", "ci_high", **contrast_keys) < 2
    assert value("t_margin", "concluded", **keys) == inside


def test_options_of_the_mixed_model_reach_the_fit(protocol, cohort, value):
    derived = derive(protocol, cohort)
    members = derived.sets["efficacy"]
    course = derived.endpoints["course"]
    arm = np.where(members, derived.world.subject["arm"], 0).astype(int)
    response = np.where(members[..., np.newaxis], course.value, np.nan)
    baseline = np.where(members, np.nan_to_num(course.baseline), 0.0)[..., np.newaxis]
    design = visit_design(response=response, arm=arm, arms=3, covariate_by_visit=baseline)
    row = design.mean[..., 2, -1, :] - design.mean[..., 0, -1, :]
    for analysis, options in (
        ("course", {"df": "satterthwaite", "vcov": "empirical"}),
        ("by_arm", {"df": "between-within", "vcov": "asymptotic", "method": "ml", "group": arm}),
    ):
        fit = fit_mmrm(response=response, design=design.matrix, **options)
        expected = contrast(fit, matrix=row[..., np.newaxis, :])
        keys = {"by": "visit=W24", **HIGH}
        for statistic in ("estimate", "standard_error", "df", "p_value"):
            got = value(analysis, statistic, **keys)
            assert got == pytest.approx(float(getattr(expected, statistic)[0, 0]), rel=1e-9)
        record = {"variable": "fit"}
        assert value(analysis, "converged", **record) == 1
        assert value(analysis, "least_curvature", **record) > 0
        got = value(analysis, "minus_twice_log_likelihood", **record)
        assert got == pytest.approx(float(fit.minus_twice_log_likelihood[0]), rel=1e-10)


def test_a_batch_equals_its_trials_one_by_one(protocol, cohort):
    chosen = np.random.default_rng(3).integers(0, cohort.shape[1], size=(2, cohort.shape[1]))
    together = analyse(protocol, derive(protocol, drawn(cohort, chosen)))
    for trial in range(2):
        single = analyse(protocol, derive(protocol, drawn(cohort, chosen[trial : trial + 1])))
        rows = {row.key: row for row in together.rows}
        for row in single.rows:
            got = rows[row.key].value[trial]
            assert got == pytest.approx(float(row.value[0]), rel=1e-8, nan_ok=True), row.key


E = "estimand: cognition_week_24"


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        (f"method: ancova, {E}, errors: HC5", "errors"),
        (f"method: ancova, {E}, margin: 3", "a margin without margin_kind"),
        (f"method: ancova, {E}, multiplicity: dunnett, contrasts: pairwise", "several controls for dunnett"),
        (f"method: ancova, {E}, multiplicity: tukey, alternative: less", "less for tukey"),
        (f"method: t_test, {E}, multiplicity: tukey", "tukey, which compares means of a model"),
        (f"method: welch_anova, {E}, multiplicity: tukey", "tukey beside welch_anova"),
        (f"method: anova, {E}, multiplicity: holm", "holm beside anova"),
        (f"method: wilcoxon, {E}, margin: 1, margin_kind: equivalence", "a margin of a rank-sum test"),
        (f"method: t_test, {E}, distribution: exact", "exact for t_test; wanted method: wilcoxon"),
        ("method: mmrm, analysis_set: efficacy, endpoint: course, errors: empirical",
         "empirical with kenward_roger_linear; wanted degrees_of_freedom: satterthwaite"),
        ("method: mmrm, analysis_set: efficacy, endpoint: course, estimation: ml",
         "ml with kenward_roger_linear; wanted reml"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_fault_with_its_line(tmp_path, analysis, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        planned(tmp_path, "cdisc_pilot", f"  more: {{title: More, {analysis}}}\n", COURSE)
    assert "protocol.yaml:" in str(caught.value)


def test_the_planned_course_and_impression_of_the_pilot_agree_with_r():
    """R nlme and stats, estimates of the efficacy set.

    ``gls(y ~ arm * v + base * v + site, correlation = corSymm(~ t | id),
    weights = varIdent(~ 1 | t), method = "REML")`` with week 24 as reference;
    ``mantelhaen.test(table(arm, cibic, site))``. Standard errors of gls are without the
    adjustment of Kenward and Roger, which can only widen them here.
    """
    pilot = load_protocol("cdisc_pilot")
    only = ["cognition_model", "impression_test"]
    results = analyse(pilot, derive(pilot, read_cohort(pilot)), only=only)
    for group, estimate, error in (
        ("low - placebo", -0.5938976866, 1.014510920),
        ("high - placebo", -0.8282026833, 1.067768858),
    ):
        keys = {"analysis": "cognition_model", "group": group, "by": "visit=W24"}
        got = results.values(**keys, variable="contrast", statistic="estimate")
        assert got[0] == pytest.approx(estimate, abs=1e-5)  # where gls stops
        got = results.values(**keys, variable="contrast", statistic="standard_error")
        assert 1 < got[0] / error < 1.005
    keys = {"analysis": "cognition_model", "variable": "fit"}
    got = results.values(**keys, statistic="minus_twice_log_likelihood")
    assert got[0] == pytest.approx(3087.843035, abs=5e-7)
    keys = {"analysis": "impression_test", "group": "all arms", "variable": "general_association"}
    assert results.values(**keys, statistic="statistic")[0] == pytest.approx(3.8719684, abs=5e-8)
    assert results.values(**keys, statistic="p_value")[0] == pytest.approx(0.8684861, abs=5e-8)
