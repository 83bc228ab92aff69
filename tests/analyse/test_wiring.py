"""What an analysis asks for is what its estimator is given; checked against scipy and by hand."""

import numpy as np
import pytest
from scipy import stats

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.protocol import load_protocol_file
from equipoise.trials import protocol_path

ANALYSES = """\
analyses:
  high: {title: T, method: t_test, analysis_set: efficacy, endpoint: observed, contrasts: [[high, placebo]]}
  less: {title: T, method: welch_test, analysis_set: efficacy, endpoint: observed, alternative: less}
  men: {title: T, method: ancova, estimand: cognition_week_24, by: [sex], factors: [sex], covariates: [baseline]}
  without_low:
    {title: T, method: mmrm, analysis_set: efficacy, where: arm != 'low', endpoint: course, covariates: [baseline]}
  none: {title: T, method: ancova, analysis_set: efficacy, where: age > 200, endpoint: observed}
  by_sex: {title: T, method: proportion, analysis_set: itt, endpoint: reached, group: sex, contrasts: [[F, M]]}
  races: {title: T, method: describe, analysis_set: itt, group: race, variables: [age]}
  holm: {title: T, method: t_test, analysis_set: efficacy, endpoint: observed, multiplicity: holm}
  hazard: {title: T, method: cox, analysis_set: safety, endpoint: first_dermatologic, alternative: less}
  hazard_two: {title: T, method: cox, analysis_set: safety, endpoint: first_dermatologic}
  curves: {title: T, method: logrank, analysis_set: safety, endpoint: first_dermatologic, strata: [sex]}
  serious: {title: T, method: adverse_events, analysis_set: safety, where: sex == 'F', events: serious, total: true}
  grades: {title: T, method: adverse_events, analysis_set: safety, hierarchy: [severity], test: chi_square}
  shift: {title: T, method: cmh, analysis_set: itt, variable: age_group, strata: [site_group]}
"""
ENDPOINTS = """\
endpoints:
  observed: {label: O, type: value, variable: adas_cog_11, visits: [W8], benefit: lower}
  course: {label: C, type: change, variable: adas_cog_11, visits: [W8, W16, W24], benefit: lower}
  reached: {label: R, type: response, when: completed_week_24, benefit: higher}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    text = protocol_path("cdisc_pilot").read_text("utf-8")
    begin, end = text.index("\nanalyses:\n") + 1, text.index("\ndata:\n") + 1
    text = text[:begin] + ANALYSES + text[end:]
    path = tmp_path_factory.mktemp("wiring") / "protocol.yaml"
    path.write_text(text.replace("endpoints:\n", ENDPOINTS, 1), encoding="utf-8")
    protocol = load_protocol_file(path)
    derived = derive(protocol, read_cohort(protocol))
    return derived, analyse(protocol, derived)


@pytest.fixture(scope="module")
def values(found):
    return lambda **keys: float(found[1].values(**keys)[0])


def arms(derived, members, array):
    arm = derived.world.subject["arm"]
    return [array[members & (arm == code) & ~np.isnan(array)] for code in range(3)]


def test_pairs_of_a_contrast_are_experimental_then_control(found, values):
    derived, _ = found
    week_8 = derived.endpoints["observed"].value[..., 0]
    placebo, low, high = arms(derived, derived.sets["efficacy"], week_8)
    expected = stats.ttest_ind(high, placebo)
    keys = {"analysis": "high", "variable": "contrast", "group": "high - placebo"}
    assert values(**keys, statistic="p_value") == pytest.approx(expected.pvalue, rel=1e-10)
    assert values(**keys, statistic="estimate") == pytest.approx(high.mean() - placebo.mean())
    one_sided = stats.ttest_ind(low, placebo, equal_var=False, alternative="less")
    got = values(analysis="less", variable="contrast", group="low - placebo", statistic="p_value")
    assert got == pytest.approx(one_sided.pvalue, rel=1e-10)


def test_a_factor_that_is_constant_in_a_subgroup_is_no_part_of_its_model(values):
    for sex in ("F", "M"):
        keys = {"analysis": "men", "variable": "residual", "by": f"sex={sex}", "statistic": "df"}
        assert values(**keys) > 50


def test_groups_without_members_leave_the_model(found, values):
    _, results = found
    groups = {row.key.group for row in results.rows if row.key.analysis == "without_low"}
    assert groups == {"", "placebo", "high", "high - placebo"}
    keys = {"analysis": "without_low", "variable": "contrast", "by": "visit=W24"}
    assert np.isfinite(values(**keys, statistic="estimate"))


def test_an_analysis_of_nobody_is_a_row_and_the_others_still_run(found):
    _, results = found
    rows = [row for row in results.rows if row.key.analysis == "none"]
    assert rows
    assert all(np.isnan(row.value[0]) or row.value[0] == 0 for row in rows)


def test_any_category_can_take_the_place_of_the_arm(found, values):
    derived, _ = found
    sex = derived.world.subject["sex"]  # codes: M, F
    reached = derived.endpoints["reached"].value
    rates = [np.nanmean(reached[derived.sets["itt"] & (sex == code)]) for code in (1, 0)]
    got = values(analysis="by_sex", variable="risk_difference", statistic="estimate")
    assert got == pytest.approx(rates[0] - rates[1])
    assert values(analysis="races", group="WHITE", variable="age", statistic="n") == 230


def test_adjusted_p_values_stand_behind_the_plain_ones(values):
    plain = [values(analysis="holm", group=f"{arm} - placebo", statistic="p_value")
             for arm in ("low", "high")]  # fmt: skip
    adjusted = [values(analysis="holm", group=f"{arm} - placebo", statistic="p_value_adjusted")
                for arm in ("low", "high")]  # fmt: skip
    smaller, larger = sorted(plain)
    assert sorted(adjusted) == pytest.approx(sorted([2 * smaller, max(2 * smaller, larger)]))


def test_one_sided_p_values_of_hazards(values):
    for arm in ("low", "high"):
        keys = {"group": f"{arm} - placebo", "variable": "hazard_ratio", "statistic": "p_value"}
        two = values(analysis="hazard_two", **keys)
        assert values(analysis="hazard", **keys) == pytest.approx(1 - two / 2)


def test_conditions_on_subjects_narrow_the_denominator_and_those_on_events_do_not(values):
    assert values(analysis="serious", variable="any", group="Total", statistic="denominator") == 143
    keys = {"analysis": "grades", "variable": "any", "group": "placebo"}
    assert values(**keys, statistic="denominator") == 86


def test_chi_square_of_severities(values):
    counts = {arm: values(analysis="grades", variable="severity", variable_level="SEVERE",
                          group=arm, statistic="subjects") for arm in ("placebo", "high")}  # fmt: skip
    table = [[counts["high"], 84 - counts["high"]], [counts["placebo"], 86 - counts["placebo"]]]
    got = values(analysis="grades", variable="severity", variable_level="SEVERE",
                 group="high - placebo", statistic="p_value")  # fmt: skip
    assert got == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def test_filled_values_are_counted(values):
    filled = [values(analysis="men", variable="imputed", group=arm, by=f"sex={sex}; visit=W24",
                     statistic="count")
              for arm in ("placebo", "low", "high") for sex in ("F", "M")]  # fmt: skip
    assert sum(filled) == 234 - 155  # the efficacy set less those seen at week 24
