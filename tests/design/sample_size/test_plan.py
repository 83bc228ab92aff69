"""Sizes against R: `tests/reference/json/design.json`, or the call beside the number."""

import math

import pytest
from numpy.testing import assert_allclose

from equipoise.design import plan_size, sample_size_chapter
from equipoise.trials import load_protocol
from support.reference import cases
from support.sizes import BLOCKS, RATIO_2, sized

CASES = {}
for one in cases("design"):
    CASES.setdefault(one.function, []).append(one)
TWICE = (RATIO_2, BLOCKS)


def plan(folder, text, *changes):
    return plan_size(sized(folder, text, changes=changes), "one")


@pytest.mark.parametrize("case", CASES["n_two_proportions"], ids=lambda one: one.id)
def test_shares_agree_with_rpact_in_both_allocations(tmp_path, case):
    given, expected = case.inputs, case.expected
    text = (
        f"method: proportion, experimental: {given['p1']}, control: {given['p0']}, "
        f"alpha: {given['alpha_two_sided']}, power: {given['power']}"
    )
    assert_allclose(plan(tmp_path, text).unrounded, expected["rpact_per_trial"], rtol=1e-10)
    twice = plan(tmp_path, text, *TWICE)
    assert_allclose(twice.unrounded, expected["rpact_ratio2"], rtol=1e-10)
    assert twice.with_outcome["cells"] == math.ceil(expected["rpact_ratio2"] * 2 / 3)
    assert twice.with_outcome["control"] == math.ceil(expected["rpact_ratio2"] / 3)
    assert twice.power >= given["power"]


@pytest.mark.parametrize("case", CASES["n_noninferiority_rates"], ids=lambda one: one.id)
def test_non_inferiority_agrees_with_rpact_whichever_direction_is_good(tmp_path, case):
    given = case.inputs
    text = "method: proportion, experimental: {}, control: {}, power: {}, "
    text += "alpha: 0.025, sides: 1, hypothesis: non_inferiority, "
    text += f"margin: {abs(given['margin'])}, benefit: "
    wanted = case.expected["rpact_total"]
    found = plan(tmp_path, text.format(0.8, 0.8, 0.8) + "higher").unrounded
    mirrored = plan(tmp_path, text.format(0.2, 0.2, 0.8) + "lower").unrounded
    assert_allclose(found, mirrored, rtol=1e-9)
    assert_allclose(found, wanted, rtol=1e-10)


@pytest.mark.parametrize("case", CASES["n_two_means"], ids=lambda one: one.id)
def test_means_agree_with_power_t_test(tmp_path, case):
    given, expected = case.inputs, case.expected
    text = (
        f"method: mean, difference: {given['delta']}, standard_deviation: {given['sd']}, "
        f"alpha: {given['alpha_two_sided']}, "
    )
    found = plan(tmp_path, f"{text}power: {given['power']}")
    assert_allclose(found.unrounded / 2, expected["power_t_test_per_arm"], rtol=1e-10)
    # rpact's own search stops there: src/equipoise/qualification/tolerance.py
    assert_allclose(plan(tmp_path, f"{text}power: {given['power']}", *TWICE).unrounded,
                    expected["rpact_total_ratio2"], rtol=1e-5)  # fmt: skip
    subjects = plan(tmp_path, f"{text}subjects: {{cells: 20, control: 20}}")
    assert_allclose(subjects.power, expected["power_at_n20"], rtol=1e-10)
    assert math.isnan(subjects.unrounded)


@pytest.mark.parametrize("case", CASES["events_logrank"], ids=lambda one: one.id)
def test_events_agree_with_schoenfeld_and_freedman(tmp_path, case):
    given = case.inputs
    changes = TWICE if given["ratio"] == 2 else ()
    for formula in ("schoenfeld", "freedman"):
        text = (
            f"method: logrank, hazard_ratio: {given['hr']}, alpha: {given['alpha_one_sided']}, "
            f"sides: 1, power: {given['power']}, event_probability: 0.4, formula: {formula}"
        )
        found = plan(tmp_path, text, *changes)
        assert_allclose(0.4 * found.unrounded, case.expected[formula], rtol=1e-10)
        assert found.events >= case.expected[formula]


def test_lachin_and_foulkes_agree_with_nsurv(tmp_path):
    (case,) = CASES["n_survival"]
    given = case.inputs
    median = math.log(2) / given["lambda_c"]
    lost = -math.expm1(-given["eta"] * 365.25)
    text = (
        f"method: logrank, formula: lachin_foulkes, hazard_ratio: {given['hr']}, "
        f"median_control: {median!r}, accrual: {given['R']}, "
        f"follow_up: {given['T'] - given['R']}, yearly_dropout: {lost!r}, sides: 1, "
        f"alpha: {given['alpha_one_sided']}, power: {given['power']}"
    )
    found = plan(tmp_path, text)
    assert_allclose(found.unrounded, case.expected["n"], rtol=1e-10)
    share = case.expected["events"] / case.expected["n"]
    assert_allclose(found.events, share * sum(found.with_outcome.values()), rtol=1e-10)


def test_the_power_of_lachin_and_foulkes_undoes_their_size(tmp_path):
    text = (
        "method: logrank, formula: lachin_foulkes, hazard_ratio: 0.6, median_control: 180, "
        "accrual: 720, follow_up: 360, "
    )
    found = plan(tmp_path, f"{text}power: 0.9")
    given = plan(tmp_path, f"{text}subjects: {{cells: 500, control: 500}}").power
    again = plan(tmp_path, f"{text}power: {given!r}")
    assert_allclose(again.unrounded, 1000, rtol=1e-9)
    assert 0.9 <= found.power < given


def test_schoenfeld_over_time_agrees_with_rpact(tmp_path):
    """Compare with the size over accrual, follow-up and dropout.

    getSampleSizeSurvival(sided = 2, alpha = 0.05, beta = 0.1, median2 = 180, hazardRatio = 0.6,
    accrualTime = 720, followUpTime = 360, dropoutRate1 = 0.1, dropoutRate2 = 0.1,
    dropoutTime = 365.25, typeOfComputation = "Schoenfeld"): eventsFixed, nFixed; rpact 3.3.4.
    """
    found = plan(
        tmp_path,
        "method: logrank, hazard_ratio: 0.6, median_control: 180, accrual: 720, "
        "follow_up: 360, yearly_dropout: 0.1, power: 0.9",
    )
    assert_allclose(found.unrounded, 201.986461008, rtol=1e-9)
    assert_allclose(found.events, 161.068591903 / 201.986461008 * 202, rtol=1e-9)


def test_a_correlation_takes_its_share_off_the_variance(tmp_path):
    """power.t.test(delta = 2, sd = 4 * sqrt(1 - 0.25), power = 0.8)$n is 48.0727659576.

    The covariate costs one of some 94 degrees of freedom, hardly more than that.
    """
    found = plan(
        tmp_path, "method: mean, difference: 2, standard_deviation: 4, correlation: 0.5, power: 0.8"
    )
    assert 48.0727659576 < found.unrounded / 2 < 48.0727659576 + 0.05


@pytest.mark.parametrize("sign", [1, -1])
def test_equivalence_is_symmetric_and_needs_its_power(tmp_path, sign):
    text = f"hypothesis: equivalence, margin: 0.1, power: 0.8, control: {0.5 - 0.3 * sign}, "
    text += f"experimental: {0.5 - 0.33 * sign}, method: proportion"
    found = plan(tmp_path, text)
    assert found.power >= 0.8
    n = found.with_outcome["control"] - 1
    fewer = text.replace("power: 0.8", f"subjects: {{cells: {n:g}, control: {n:g}}}")
    assert plan(tmp_path, fewer).power < 0.8
    assert_allclose(found.unrounded, plan(tmp_path, text).unrounded)


@pytest.mark.parametrize("case", CASES["simon_two_stage"], ids=lambda one: one.id)
@pytest.mark.parametrize("criterion", ["optimal", "minimax"])
def test_two_stages_agree_with_the_search(tmp_path, case, criterion):
    given, expected = case.inputs, case.expected[criterion]
    found = plan(
        tmp_path,
        f"method: simon_two_stage, uninteresting: {given['p0']}, desirable: {given['p1']}, "
        f"alpha: {given['alpha']}, power: {1 - given['beta']}, criterion: {criterion}, "
        f"largest: {given['nmax']}",
    )
    design = found.design
    assert [design.r1, design.n1, design.r, design.n] == [
        expected[name] for name in ("r1", "n1", "r", "n")
    ]
    assert_allclose(found.grid[0].power, expected["alpha"], rtol=1e-10)
    assert_allclose(found.grid[-1].power, expected["power"], rtol=1e-10)
    assert_allclose(found.early_stop[0], expected["pet0"], rtol=1e-10)
    assert_allclose(found.expected[0], expected["en0"], rtol=1e-10)


def test_no_two_stage_design_is_a_row_with_its_reason(tmp_path):
    protocol = sized(
        tmp_path, "method: simon_two_stage, uninteresting: 0.5, desirable: 0.52, power: 0.8, "
        "largest: 12",
    )  # fmt: skip
    chapter = sample_size_chapter(protocol)
    (row,) = chapter.results.to_dicts()
    assert (row["state"], row["value"]) == ("not estimable", None)
    assert "no two-stage design of up to 12" in row["message"]
    assert chapter.statements[0].text.startswith("No two-stage design of up to 12")


def test_dropout_is_allowed_for_in_every_arm(tmp_path):
    text = "method: mean, difference: 2, standard_deviation: 4, "
    plain = plan(tmp_path, f"{text}power: 0.8")
    found = plan(tmp_path, f"{text}power: 0.8, dropout: 0.2")
    assert found.with_outcome == plain.with_outcome == {"control": 64, "cells": 64}
    assert found.randomised == {"control": 80, "cells": 80}
    kept = plan(tmp_path, f"{text}subjects: {{cells: 80, control: 80}}, dropout: 0.2")
    assert_allclose(kept.power, found.power, rtol=1e-12)


def test_power_around_the_assumptions_is_that_of_each_of_them(tmp_path):
    """Compare two points of the grid with power.t.test(n = 64, delta, sd)$power."""
    found = plan(tmp_path, "method: mean, difference: 2, standard_deviation: 4, power: 0.8")
    grid = {one.by: one.power for one in found.grid}
    assert len(grid) == 9
    assert grid["difference=2; standard_deviation=4"] == found.power
    assert_allclose(grid["difference=1.5; standard_deviation=4"], 0.55771187823457, rtol=1e-10)
    assert_allclose(grid["difference=2; standard_deviation=5"], 0.61237195289183, rtol=1e-10)


def test_a_share_that_cannot_be_is_left_out_of_the_grid(tmp_path):
    found = plan(tmp_path, "method: proportion, experimental: 0.98, control: 0.9, power: 0.8")
    assert 0 < len(found.grid) < 9
    assert all(0 < one.power < 1 for one in found.grid)


def test_every_arm_follows_in_the_ratio_of_the_allocation(tmp_path):
    third = (
        "  cells: {label: Cells, role: experimental}\n",
        "  cells: {label: Cells, role: experimental}\n"
        "  many: {label: Many cells, role: experimental, ratio: 3}\n",
    )
    blocks = ("block_sizes: [2, 4]", "block_sizes: [5]")
    found = plan(
        tmp_path, "method: mean, difference: 2, standard_deviation: 4, power: 0.8", third, blocks
    )
    # power.t.test(delta = 2, sd = 4, power = 0.8)$n is 63.76576
    assert found.contrast == ("cells", "control")
    assert found.with_outcome == {"control": 64, "cells": 64, "many": 192}


def test_deng_would_have_needed_213_for_90_against_75_per_cent():
    """Compare with rpact 3.3.4.

    getSampleSizeRates(sided = 2, alpha = 0.05, beta = 0.2, pi1 = 0.9, pi2 = 0.75,
    allocationRatioPlanned = 2)$nFixed, and getPowerRates(getDesignGroupSequential(kMax = 1,
    alpha = 0.025, sided = 1), pi1 = 0.9, pi2 = 0.75, maxNumberOfSubjects = 213,
    allocationRatioPlanned = 2)$overallReject.
    """
    found = plan_size(load_protocol("deng2017"), "remission")
    assert_allclose(found.unrounded, 212.672104609, rtol=1e-10)
    assert found.randomised == {"cells": 142, "placebo": 71}
    assert_allclose(found.power, 0.800564588147, rtol=1e-10)
