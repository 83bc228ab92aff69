"""Times to an event: what each option asks of its method, held against R.

The numbers are of R 4.2.2 with survival 3.5-3 and cmprsk 2.2-11. ``d`` holds the safety set of the
CDISC pilot: day of the first dermatologic event (day 1 is that of the first dose), event, arm (0
placebo, 1 low, 2 high), sex, age, pooled site. ``r`` holds the staggered invented cohort.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.protocol import load_protocol_file
from equipoise.trials import load_protocol, protocol_path
from support.batch import drawn, trial_of
from support.courses import staggered_trial
from support.lupus import invented_cohort

COMMON = "analysis_set: safety, endpoint: first_dermatologic"
ANALYSES = f"""\
analyses:
  early: {{title: T, method: logrank, {COMMON}, weight: fleming_harrington, rho: 1}}
  gehan: {{title: T, method: logrank, {COMMON}, weight: gehan, strata: [sex]}}
  trend: {{title: T, method: logrank, {COMMON}, trend: true}}
  combination: {{title: T, method: maxcombo, {COMMON}}}
  fewer: {{title: T, method: maxcombo, {COMMON}, alternative: less}}
  more: {{title: T, method: maxcombo, {COMMON}, alternative: greater}}
  mean: {{title: T, method: restricted_mean, {COMMON}, horizon: 168}}
  too_far: {{title: T, method: restricted_mean, {COMMON}, horizon: 4000}}
  share: {{title: T, method: milestone, {COMMON}, at: 168}}
  plain: {{title: T, method: milestone, {COMMON}, at: 168, test: plain, alternative: less}}
  mean_by_sex: {{title: T, method: restricted_mean, {COMMON}, horizon: 168, strata: [sex]}}
  share_by_sex: {{title: T, method: milestone, {COMMON}, at: 168, strata: [sex]}}
  hazard: {{title: T, method: cox, {COMMON}, factors: [sex], covariates: [age],
    interactions: ["arm:sex", "arm:age"], concordance: true}}
  robust: {{title: T, method: cox, {COMMON}, factors: [sex], covariates: [age], errors: robust,
    cluster: site_group, proportionality: none}}
  pairs: {{title: T, method: cox, {COMMON}, contrasts: pairwise, multiplicity: holm}}
"""
RESTRICTED = {  # summary(survfit(Surv(time, event) ~ 1, one arm), rmean = 168)$table
    "placebo": (124.07489602903, 6.933864849213),
    "low": (56.988526076685, 6.2513492247176),
    "high": (46.693265989369, 5.818588520796),
}
SHARE = {  # summary(survfit(...), times = 168): surv, std.err
    "placebo": (0.6434938084037, 0.054626986837122),
    "low": (0.12576914520661, 0.043808480784709),
    "high": (0.09192064043974, 0.041111389901145),
}

BY_SEX = {  # high against placebo: difference, standard error
    "mean_by_sex": (-77.0022144913863, 9.0370024301525),
    "share_by_sex": (-0.55603990721723, 0.06864040349909),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    text = protocol_path("cdisc_pilot").read_text("utf-8")
    begin, end = text.index("\nanalyses:\n") + 1, text.index("\ndata:\n") + 1
    path = tmp_path_factory.mktemp("survival") / "protocol.yaml"
    path.write_text(text[:begin] + ANALYSES + text[end:], encoding="utf-8")
    protocol = load_protocol_file(path)
    cohort = read_cohort(protocol)
    return protocol, cohort, analyse(protocol, derive(protocol, cohort))


@pytest.fixture(scope="module")
def values(found):
    return lambda **keys: float(found[2].values(**keys)[0])


def test_early_weights_agree_with_r(values):
    # survdiff(Surv(time, event) ~ arm, d, rho = 1)$chisq
    got = values(analysis="early", group="all arms", statistic="statistic", variable="")
    assert_allclose(got, 48.023209152216, rtol=1e-10)


def test_weighted_counts_do_not_pass_for_numbers_of_events(found):
    names = {row.key.variable for row in found[2].rows
             if row.key.analysis == "early" and row.key.statistic == "observed"}  # fmt: skip
    assert names == {"weighted"}


def test_the_trend_agrees_with_r(values):
    # coxph(Surv(time, event) ~ dose, d, ties = "exact")$score: the hypergeometric variance
    z = values(analysis="trend", group="all arms", variable="trend", statistic="statistic")
    assert_allclose(z**2, 59.228821603975, rtol=1e-8)
    assert z > 0  # more events with a higher dose


def test_the_combination_is_the_largest_of_its_weights(values):
    keys = {"group": "high - placebo", "statistic": "statistic"}
    weights = [values(analysis="combination", variable="weight", variable_level=name, **keys)
               for name in ("0, 0", "0, 1", "1, 0")]  # fmt: skip
    largest = values(analysis="combination", variable="", **keys)
    assert largest == max(weights, key=abs)
    early = values(analysis="early", group="high - placebo", statistic="statistic", variable="")
    assert_allclose(weights[2] ** 2, early, rtol=1e-10)
    p_value = values(analysis="combination", group="high - placebo", statistic="p_value")
    single = values(analysis="trend", group="high - placebo", statistic="p_value")
    assert 0 < p_value < 3 * single * 1.01  # between the smallest p and Bonferroni's


def test_one_sided_combinations_look_one_way(values):
    keys = {"group": "high - placebo", "statistic": "p_value"}
    assert values(analysis="more", **keys) < 1e-6
    assert values(analysis="fewer", **keys) > 0.999


@pytest.mark.parametrize("arm", list(RESTRICTED))
def test_restricted_means_agree_with_r(values, arm):
    mean, error = RESTRICTED[arm]
    keys = {"analysis": "mean", "variable": "restricted_mean", "group": arm}
    assert_allclose(values(**keys, statistic="estimate"), mean, rtol=1e-10)
    assert_allclose(values(**keys, statistic="standard_error"), error, rtol=1e-10)


def test_restricted_means_are_compared_by_difference_and_ratio(values):
    (high, high_error), (low, low_error) = RESTRICTED["high"], RESTRICTED["placebo"]
    keys = {"analysis": "mean", "group": "high - placebo"}
    found = values(**keys, variable="difference", statistic="estimate")
    assert_allclose(found, high - low, rtol=1e-10)
    found = values(**keys, variable="difference", statistic="standard_error")
    assert_allclose(found, np.hypot(high_error, low_error), rtol=1e-10)
    log_error = np.hypot(high_error / high, low_error / low)
    found = values(**keys, variable="ratio", statistic="ci_high")
    assert_allclose(found, high / low * np.exp(1.959963984540054 * log_error), rtol=1e-9)


def test_strata_are_weighed_by_their_subjects(found, values):
    # colSums(w * cbind(rmean, or surv)) over the strata of summary(survfit(Surv(time, event) ~ 1,
    # one arm and sex), rmean = 168, times = 168), w the share of each sex in both arms.
    for name, expected in BY_SEX.items():
        keys = {"analysis": name, "group": "high - placebo", "variable": "difference"}
        got = [values(**keys, statistic=one) for one in ("estimate", "standard_error")]
        assert_allclose(got, expected, rtol=1e-9)
        (row,) = (row for row in found[2].rows if row.key.analysis == name
                  and row.key.group == keys["group"] and row.key.statistic == "ci_low"
                  and row.key.variable == "difference")  # fmt: skip
        assert "stratified by sex" in row.message


def test_a_horizon_beyond_follow_up_is_a_row_with_a_sentence(found):
    frame = found[2].frame().filter(found[2].frame()["analysis"] == "too_far")
    wanted = frame.filter(frame["statistic"] == "estimate")
    assert set(wanted["state"]) == {"not estimable"}
    assert "follow-up ends before day 4000" in wanted["message"][0]


def test_milestones_agree_with_r(values):
    (one, one_error), (other, other_error) = SHARE["high"], SHARE["placebo"]
    keys = {"analysis": "share", "group": "high - placebo"}
    found = values(**keys, variable="difference", statistic="estimate")
    assert_allclose(found, one - other, rtol=1e-10)
    # Klein et al. 2007: log(-log S) with the error se / (S |log S|)
    height = [np.log(-np.log(share)) for share, _ in (SHARE["high"], SHARE["placebo"])]
    error = np.hypot(one_error / one / np.log(one), other_error / other / np.log(other))
    z = values(**keys, variable="test", statistic="statistic")
    assert_allclose(z, -(height[0] - height[1]) / error, rtol=1e-9)
    plain = values(analysis="plain", group="high - placebo", variable="test", statistic="statistic")
    assert_allclose(plain, (one - other) / np.hypot(one_error, other_error), rtol=1e-9)
    less = values(analysis="plain", group="high - placebo", variable="test", statistic="p_value")
    assert less < 1e-9  # fewer are free of the event with the high dose


def test_proportional_hazards_agree_with_r(values):
    # cox.zph(coxph(Surv(time, event) ~ factor(arm) + factor(sex) + age, d), terms = FALSE)
    keys = {"analysis": "hazard", "variable": "proportionality", "statistic": "statistic"}
    for contrast, chi_square in (("low - placebo", 0.598812656739249),
                                 ("high - placebo", 0.053976343227418)):  # fmt: skip
        got = values(**keys, variable_level=contrast, group="")
        assert_allclose(got, chi_square, rtol=1e-7)
    assert_allclose(values(**keys, group="all arms"), 1.947781691729800, rtol=1e-7)
    overall = {**keys, "statistic": "df"}
    assert values(**overall, group="all arms") == 4


def test_interactions_agree_with_r(values):
    # anova(f, coxph(Surv(time, event) ~ factor(arm) * factor(sex) + age, d)): 2 (logLik - logLik)
    keys = {"analysis": "hazard", "variable": "interaction", "variable_level": "arm:sex"}
    gain = 2 * (718.289962912 - 715.999309261)
    assert_allclose(values(**keys, statistic="statistic"), gain, rtol=1e-7)
    assert values(**keys, statistic="df") == 2
    assert_allclose(values(**keys, statistic="p_value"), 0.1012, atol=5e-5)


def test_concordance_agrees_with_r(values):
    keys = {"analysis": "hazard", "variable": "concordance"}
    assert_allclose(values(**keys, statistic="estimate"), 0.67790752586614, rtol=1e-9)
    assert_allclose(values(**keys, statistic="standard_error"), 0.023157533078847, rtol=1e-6)


def test_robust_errors_by_cluster_agree_with_r(values):
    # summary(coxph(Surv(time, event) ~ factor(arm) + factor(sex) + age, d, cluster = site))
    for contrast, coefficient, error in (
        ("low - placebo", 1.498280660960516, 0.216693365015020),
        ("high - placebo", 1.634898935979376, 0.246115872244516),
    ):
        keys = {"analysis": "robust", "variable": "log_hazard_ratio", "group": contrast}
        assert_allclose(values(**keys, statistic="estimate"), coefficient, rtol=1e-7)
        assert_allclose(values(**keys, statistic="standard_error"), error, rtol=1e-6)


def test_only_contrasts_are_adjusted_for_many_comparisons(found):
    adjusted = {row.key.variable for row in found[2].rows
                if row.key.analysis == "pairs" and row.key.statistic == "p_value_adjusted"}  # fmt: skip
    assert adjusted == {"hazard_ratio"}
    contrasts = {row.key.group for row in found[2].rows
                 if row.key.analysis == "pairs" and row.key.variable == "hazard_ratio"}  # fmt: skip
    assert contrasts == {"low - placebo", "high - placebo", "high - low"}


def test_a_batch_of_pilots_equals_its_trials_one_by_one(found):
    protocol, cohort, _ = found
    chosen = np.random.default_rng(5).integers(0, cohort.shape[1], size=(2, cohort.shape[1]))
    batch = drawn(cohort, chosen)
    together = analyse(protocol, derive(protocol, batch))
    for trial in range(2):
        single = analyse(protocol, derive(protocol, trial_of(batch, trial)))
        for one, other in zip(together.rows, single.rows, strict=True):
            assert one.key == other.key
            assert_allclose(one.value[trial], other.value[0], rtol=1e-8, atol=1e-11)


def test_fine_gray_and_gray_agree_with_r(tmp_path):
    text = protocol_path("wang2012").read_text("utf-8")
    added = (
        "analyses:\n  fine_gray: {title: T, method: fine_gray, analysis_set: itt,\n"
        "    endpoint: time_to_remission, covariates: [age]}\n"
    )
    path = tmp_path / "protocol.yaml"
    path.write_text(text.replace("analyses:\n", added, 1), encoding="utf-8")
    protocol = load_protocol_file(path)
    _, derived = staggered_trial()  # the endpoints are those of the library's protocol
    results = analyse(protocol, derived, only=["fine_gray", "remission_incidence"])
    # f <- crr(r$time, r$cause, cbind(r$arm, r$age)); f$coef; sqrt(diag(f$var))
    keys = {"variable": "log_subdistribution_hazard_ratio", "group": "double - single"}
    got = results.values(**keys, statistic="estimate")
    assert_allclose(got, -0.15890334031751, rtol=1e-6)
    got = results.values(**keys, statistic="standard_error")
    assert_allclose(got, 0.664016754323725, rtol=1e-6)
    # cuminc(r$time, r$cause, r$arm)$Tests
    got = results.values(variable="test", group="double - single", statistic="statistic")
    assert_allclose(got, 0.13432890701456, rtol=1e-9)


def test_steps_of_the_incidence_end_where_its_table_does():
    protocol, derived = staggered_trial()
    frame = analyse(protocol, derived, only=["remission_incidence"]).frame()
    steps = frame.filter(frame["variable"] == "step", frame["variable_level"] == "event",
                         frame["group"] == "single", frame["statistic"] == "incidence")  # fmt: skip
    days = steps["by"].str.strip_prefix("time=").cast(float)
    table = frame.filter(frame["variable"] == "event", frame["group"] == "single",
                         frame["statistic"] == "incidence", frame["by"] == "time=365")  # fmt: skip
    assert table["value"][0] == steps.filter(days <= 365)["value"][-1]
    assert steps["value"].is_sorted()


def test_an_arm_without_events_leaves_rows_that_say_so():
    protocol = load_protocol("wang2012")
    cohort = invented_cohort(protocol, sizes={"single": 12, "double": 6}, seed=2)
    cohort.subject["death_day"][:] = np.nan
    cohort.subject["death_day"][0, :3] = [40.0, 90.0, 200.0]  # in the single arm alone
    results = analyse(protocol, derive(protocol, cohort), only=["survival_time", "survival_test"])
    keys = {"analysis": "survival_time", "variable": "difference", "group": "double - single"}
    lost = (365 - 40) + (365 - 90) + (365 - 200)
    assert_allclose(results.values(**keys, statistic="estimate"), lost / 12, rtol=1e-12)
    frame = results.frame()
    assert frame.filter(frame["state"] != "estimated").is_empty()
