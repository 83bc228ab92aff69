"""One study, no study, empty cells, and tables that are wrong in many ways at once."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import ProtocolError
from equipoise.stats.meta import leave_one_out, log_odds_ratio_effects, pool_random_effects
from support.studies import (
    BINARY,
    COLUMNS,
    made,
    numbers,
    pair,
    row,
    table_text,
    with_synthesis,
)

METHODS = {
    "common_effect": f"method: common_effect, effect: odds_ratio, {BINARY}",
    "random_effects": f"method: random_effects, effect: odds_ratio, {BINARY}",
    "mantel_haenszel": f"method: mantel_haenszel, effect: odds_ratio, {BINARY}",
    "peto": f"method: peto, {BINARY}",
}


def chapter(folder, rows, *plans):
    return made(with_synthesis(folder, table_text(rows), *plans))[1]


def states(found, variable):
    frame = found.results.filter(
        (found.results["variable"] == variable) & (found.results["variable_level"] == "")
    )
    return set(zip(frame["state"], frame["message"], strict=True))


@pytest.mark.parametrize("method", METHODS)
def test_one_study_is_a_state_and_never_a_pooled_number(tmp_path, method):
    found = chapter(tmp_path, pair("first", 9, 12, 5, 6), METHODS[method])
    reason = "one study: nothing to pool"
    assert states(found, "odds_ratio") == {("not estimable", reason)}
    assert states(found, "log_odds_ratio") == {("not estimable", reason)}
    assert not found.results.filter(found.results["variable"] == "heterogeneity").height
    (said,) = found.statements
    assert said.kind == "caution"
    assert "One study: nothing to pool. first alone: 9 of 12 against 5 of 6" in said.text
    assert numbers(found, variable="studies") == {"count": 1}


@pytest.mark.parametrize("method", METHODS)
def test_the_one_study_shows_its_own_effect(tmp_path, method):
    """9 of 12 against 5 of 6: the odds ratio is 9 x 1 / (3 x 5) = 0.6."""
    found = chapter(tmp_path, pair("first", 9, 12, 5, 6), METHODS[method])
    own = numbers(found, variable="odds_ratio", variable_level="first")
    if method != "peto":
        assert own["estimate"] == pytest.approx(0.6, rel=1e-12)
    assert own["ci_low"] < own["estimate"] < own["ci_high"]


@pytest.mark.parametrize("method", METHODS)
def test_no_study_is_a_state(tmp_path, method):
    found = chapter(tmp_path, pair("first", 9, 12, 5, 6, randomised=0), METHODS[method])
    assert states(found, "odds_ratio") == {("not estimable", "no study: nothing to pool")}
    assert (
        "No study: nothing to pool. Not used: first (not randomised)." in found.statements[0].text
    )


@pytest.mark.parametrize("method", ["mantel_haenszel", "peto"])
def test_a_study_without_events_says_nothing_about_an_odds_ratio(tmp_path, method):
    rows = [*pair("first", 9, 12, 5, 6), *pair("second", 0, 10, 0, 10)]
    found = chapter(tmp_path, rows, METHODS[method])
    assert states(found, "odds_ratio") == {("not estimable", "one study: nothing to pool")}
    more = chapter(tmp_path, [*rows, *pair("third", 3, 10, 5, 10)], METHODS[method])
    without = chapter(tmp_path, [*rows[:2], *pair("third", 3, 10, 5, 10)], METHODS[method])
    one, other = (numbers(each, variable="odds_ratio") for each in (more, without))
    assert_allclose(list(one.values()), list(other.values()), rtol=1e-12)
    assert numbers(more, variable="studies") == {"count": 2}


def test_empty_cells_are_filled_and_said_to_be(tmp_path):
    rows = [*pair("first", 0, 12, 3, 12), *pair("second", 2, 15, 4, 14), *pair("third", 0, 9, 0, 9)]
    found = chapter(tmp_path, rows, METHODS["common_effect"])
    own = found.results.filter(
        (found.results["variable"] == "odds_ratio") & (found.results["statistic"] == "estimate")
    )
    told = dict(zip(own["variable_level"], own["message"], strict=True))
    assert told["first"] == "0.5 is added to each of its cells, as one is empty"
    assert told["second"] == ""
    assert told["third"].endswith("no arm tells it from the other")
    bare = chapter(tmp_path, rows, f"{METHODS['common_effect']}, added: 0")
    assert numbers(bare, variable="studies") == {"count": 1}


def test_an_infinite_ratio_is_a_state(tmp_path):
    """No event in any control: Mantel and Haenszel's odds ratio has no upper end."""
    rows = [*pair("first", 3, 10, 0, 10), *pair("second", 2, 10, 0, 10)]
    found = chapter(tmp_path, rows, METHODS["mantel_haenszel"])
    frame = found.results.filter(
        (found.results["variable"] == "odds_ratio") & (found.results["variable_level"] == "")
    )
    assert set(frame["state"]) == {"infinite"}
    assert "has no estimate (infinite)" in found.statements[0].text


def test_two_standard_deviations_of_0_leave_a_study_without_weight(tmp_path):
    plan = (
        "method: common_effect, effect: mean_difference, unit: points, means: changes, "
        "outcomes: [cure], months: 6, benefit: lower"
    )
    rows = [
        row(study, role, measure="mean_change_sd", events="", mean=mean, sd=sd, unit="points")
        for study, sd in (("flat", 0), ("first", 2), ("second", 3))
        for role, mean in (("experimental", -3), ("control", -1))
    ]
    found = chapter(tmp_path, rows, plan)
    assert numbers(found, variable="studies") == {"count": 2}
    assert numbers(found, variable="mean_difference")["estimate"] == pytest.approx(-2)


def test_the_path_gives_what_the_estimators_give(tmp_path):
    """Random counts through a protocol and a table, and straight into the estimators."""
    rng = np.random.default_rng(5)
    n1, n0 = rng.integers(10, 60, 6), rng.integers(10, 60, 6)
    x1, x0 = rng.binomial(n1, 0.3), rng.binomial(n0, 0.5)
    rows = [one for k in range(6) for one in pair(f"S{k}", x1[k], n1[k], x0[k], n0[k])]
    plan = (
        "method: random_effects, effect: odds_ratio, tau2: paule_mandel, level: 0.9, "
        f"also: [leave_one_out], {BINARY}"
    )
    found = chapter(tmp_path, rows, plan)
    effects = log_odds_ratio_effects(x1=x1, n1=n1, x0=x0, n0=n0)
    how = {"method": "paule_mandel", "confidence": 0.9}
    of = {"estimate": effects.estimate, "variance": effects.variance}
    pooled, without = pool_random_effects(**of, **how), leave_one_out(**of, **how)
    shown = numbers(found, variable="odds_ratio")
    assert_allclose(np.log(shown["ci_high"]), pooled.ci_high, rtol=1e-12)
    last = numbers(found, variable="odds_ratio", by="without=S5")
    assert_allclose(np.log(last["estimate"]), without.estimate[5], rtol=1e-12)


def test_swapped_arms_turn_the_effect(tmp_path):
    rows = [*pair("first", 4, 10, 6, 12), *pair("second", 3, 20, 9, 21)]
    turned = METHODS["random_effects"] + ", experimental: control, control: experimental"
    one = numbers(chapter(tmp_path, rows, METHODS["random_effects"]), variable="odds_ratio")
    other = numbers(chapter(tmp_path, rows, turned), variable="odds_ratio")
    assert_allclose(one["estimate"] * other["estimate"], 1, rtol=1e-9)
    assert_allclose(one["ci_low"] * other["ci_high"], 1, rtol=1e-9)
    assert_allclose(one["p_value"], other["p_value"], rtol=1e-9)


def test_single_arms_stand_side_by_side_with_wilson_limits(tmp_path):
    """prop.test(4, 81, correct = FALSE): 0.04938, 0.01937 to 0.12020."""
    rows = [row("one", "single_arm", events=4, n_eval=81), row("two", "single_arm", events=3, n_eval=40)]  # fmt: skip
    found = chapter(tmp_path, rows, f"method: single_arms, {BINARY}")
    share = numbers(found, variable="proportion", variable_level="one")
    assert_allclose(list(share.values()), [4.938272, 1.936931, 12.02023], rtol=1e-6)
    assert "stand side by side and are not pooled" in found.statements[0].text
    assert not found.results.filter(found.results["statistic"] == "p_value").height


def faults(folder, text, plan=METHODS["common_effect"]):
    with pytest.raises(ProtocolError) as error:
        made(with_synthesis(folder, text, plan))
    return [str(fault) for fault in error.value.faults]


def test_a_hostile_table_has_all_its_faults_at_once_with_rows(tmp_path):
    rows = [
        row("first", "experimental", events=11, n_eval=10),
        row("first", "control", events="five"),
        row("", "control", confidence="hihg"),
        row("second", "experimental", randomised="yes", measure="bianry"),
        row("second", "control", timepoint_months=-6, n_eval=9.5),
        row("third", "control", measure="mean_sd", events="", mean="", sd=-1),
        row("fourth", "control", events=""),
        row("fifth", "control", events="inf", n_eval="nan"),
        row("a; by=b", "control"),
    ]
    found = faults(tmp_path, table_text(rows))
    expected = [
        "studies.csv, row 2, events: 11 of 10; wanted no more events than subjects",
        "studies.csv, row 3, events: 'five'; wanted a whole number from 0 up",
        "studies.csv, row 4, study_id: nothing; wanted text",
        "studies.csv, row 4, confidence: 'hihg'; wanted one of high, medium, low; did you mean 'high'?",
        "studies.csv, row 5, measure: 'bianry'; wanted one of binary, mean_sd, mean_change_sd, "
        "mean_derived, median_range, median, count; did you mean 'binary'?",
        "studies.csv, row 5, randomised: 'yes'; wanted one of 1, 0",
        "studies.csv, row 6, n_eval: '9.5'; wanted a whole number from 0 up",
        "studies.csv, row 6, timepoint_months: '-6'; wanted a number from 0 up",
        "studies.csv, row 7, sd: '-1'; wanted a number from 0 up",
        "studies.csv, row 7, mean: nothing; wanted a number, for measure: mean_sd",
        "studies.csv, row 8, events: nothing; wanted a number, for measure: binary",
        "studies.csv, row 9, n_eval: 'nan'; wanted a whole number from 0 up",
        "studies.csv, row 9, events: 'inf'; wanted a whole number from 0 up",
        "studies.csv, row 10, study_id: 'a; by=b'; wanted a name without ; and =",
    ]
    assert found == expected


def test_many_faults_are_counted(tmp_path):
    found = faults(tmp_path, table_text([row("a", "control", events=-1)] * 30))
    assert len(found) == 21
    assert "and 10 faults more" in found[-1]


def test_absent_columns_are_named_together(tmp_path):
    text = table_text(pair("first", 9, 12, 5, 6)).replace("n_eval", "n").replace("sd,", "sigma,")
    found = faults(tmp_path, text)
    assert [one.split(";")[0] for one in found] == [
        "studies.csv: no column 'n_eval'", "studies.csv: no column 'sd'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing; wanted a table with a header"),
        (",".join(COLUMNS) + "\na,b\n", "2 fields; wanted 18, as the header has"),
        ("study_id;arm\na;b\n", "fields separated by semicolons"),
        ("study_id,arm\n\0", "NUL bytes"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, words):
    assert words in faults(tmp_path, text)[0]


def test_a_table_without_rows_gives_no_study(tmp_path):
    (fault,) = faults(tmp_path, ",".join(COLUMNS) + "\n")
    assert "studies.csv has no outcome 'cure'" in fault


def test_an_absent_table_is_a_fault(tmp_path):
    path = with_synthesis(tmp_path, "", METHODS["peto"])
    (tmp_path / "studies.csv").unlink()
    with pytest.raises(ProtocolError, match="no such file beside the protocol"):
        made(path)


def test_faults_of_table_and_protocol_come_together(tmp_path):
    plan = f"{METHODS['common_effect']}, take: {{nobody: first}}"
    good = table_text(pair("first", 9, 12, 5, 6))
    path = with_synthesis(tmp_path, good, plan, METHODS["peto"].replace("[cure]", "[curr]"))
    with pytest.raises(ProtocolError) as error:
        made(path)
    assert [str(one).split(" ")[1].rstrip(":") for one in error.value.faults] == [
        "synthesis.one.take.nobody", "synthesis.two.outcomes.0",
    ]  # fmt: skip
