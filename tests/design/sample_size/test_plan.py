"""Sizes against R: `tests/reference/json/design.json`, or the call beside the number."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.design import plan_size, sample_size_chapter
from equipoise.errors import ProtocolError
from equipoise.stats.survival import logrank
from equipoise.trials import load_protocol
from support.reference import cases
from support.sizes import BLOCKS, RATIO_2, sized

CASES = {}
for one in cases("design"):
    CASES.setdefault(one.function, []).append(one)
TWICE = (RATIO_2, BLOCKS)
RPACT_NORMAL = (125.5820757496, 141.2798352183)
"""getSampleSizeMeans with normalApproximation, allocation 1:1 and 2:1."""


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


def test_an_exact_test_has_the_power_of_its_tables(tmp_path):
    """12 v 6, Fisher two-sided: 0.209 at 90 % v 60 %, 0.485 at 95 % v 50 %, of every table."""
    text = "method: proportion, test: fisher, subjects: {{cells: 12, control: 6}}, experimental: "
    text += "{}, control: {}"
    found = [plan(tmp_path, text.format(*one)).power for one in ((0.9, 0.6), (0.95, 0.5))]
    assert_allclose(found, [0.209, 0.485], atol=5e-4)
    x1, x0 = np.meshgrid(np.arange(13), np.arange(7), indexing="ij")
    rejects = [
        [stats.fisher_exact([[a, b], [12 - a, 6 - b]])[1] <= 0.05 and a / 12 > b / 6
         for a, b in zip(*row, strict=True)] for row in zip(x1, x0, strict=True)
    ]  # fmt: skip
    mass = stats.binom.pmf(x1, 12, 0.9) * stats.binom.pmf(x0, 6, 0.6)
    assert_allclose(found[0], np.sum(mass * rejects), rtol=1e-12)


@pytest.mark.parametrize("test", ["fisher", "boschloo", "chi_square"])
def test_no_size_from_the_exact_one_on_has_less_power(tmp_path, test):
    text = f"method: proportion, test: {test}, experimental: 0.9, control: 0.5, "
    found = plan(tmp_path, f"{text}power: 0.8")
    control = int(found.with_outcome["control"])

    def power(n):
        return plan(tmp_path, f"{text}subjects: {{cells: {n}, control: {n}}}").power

    assert found.power == power(control) >= 0.8 > power(control - 1)
    assert all(power(control + more) >= 0.8 for more in range(1, 8))
    assert found.unrounded == sum(found.with_outcome.values())


def test_an_exact_one_sided_test_looks_at_the_side_of_the_effect(tmp_path):
    text = "method: proportion, test: fisher, sides: 1, alpha: 0.025, power: 0.8, "
    fewer = plan(tmp_path, f"{text}experimental: 0.2, control: 0.6")
    more = plan(tmp_path, f"{text}experimental: 0.8, control: 0.4")
    assert fewer.with_outcome == more.with_outcome
    assert_allclose(fewer.power, more.power, rtol=1e-12)


def test_means_by_normal_quantiles_agree_with_rpact(tmp_path):
    """getSampleSizeMeans(alternative = 2, stDev = 4, sided = 2, alpha = 0.05, beta = 0.2,
    normalApproximation = TRUE, allocationRatioPlanned = r)$nFixed, r of 1 and 2; rpact 3.3.4.
    """  # fmt: skip
    text = "method: mean, distribution: normal, difference: 2, standard_deviation: 4, power: 0.8"
    found = plan(tmp_path, text)
    assert_allclose(found.unrounded, RPACT_NORMAL[0], rtol=1e-10)
    assert_allclose(plan(tmp_path, text, *TWICE).unrounded, RPACT_NORMAL[1], rtol=1e-10)
    kept = plan(tmp_path, f"{text.replace('power: 0.8', '')}subjects: {{cells: 63, control: 63}}")
    assert found.with_outcome == {"control": 63, "cells": 63}
    assert kept.power == found.power
    # power.t.test(n = 1e6, delta = 2 / 1000, sd = 4 / sqrt(2))$power is the limit of both
    root = math.sqrt(1 - 0.5**2)
    related = plan(tmp_path, f"{text}, correlation: 0.5").unrounded
    assert_allclose(related, root**2 * RPACT_NORMAL[0], rtol=1e-10)


CHANGING = (
    "method: average_hazard_ratio, periods: [{days: 120, median_control: 360, hazard_ratio: 1}, "
    "{median_control: 360, hazard_ratio: 0.6}], accrual: 540, follow_up: 540, "
    f"yearly_dropout: {-math.expm1(-0.001 / 30 * 365.25)!r}, sides: 1, alpha: 0.025, power: 0.9"
)


def test_a_delayed_effect_takes_the_size_of_gsdesign2(tmp_path):
    """Snapshot of gsDesign2's own tests, fixed_design_ahr: N 463.078, events 324.7077.

    duration 18 months of accrual, hazard ratios 1 for 4 months and 0.6 after, median 12 months,
    dropout 0.001 a month, 36 months in all; here a month has 30 days.
    """
    found = plan(tmp_path, CHANGING)
    assert_allclose(found.unrounded, 463.078, atol=5e-4)
    share = found.events / sum(found.with_outcome.values())
    assert_allclose(share * found.unrounded, 324.7077, atol=5e-5)
    assert 0.9 <= found.power < 0.901


def test_events_that_are_expected_of_changing_hazards_agree_with_gsdesign2(tmp_path):
    """Hazard ratios of 1 and 0.6, as the reference, but with enrolment at one rate."""
    halved = CHANGING.replace("hazard_ratio: 1}", "hazard_ratio: 0.6}")
    steady = plan(tmp_path, halved)
    plain = plan(
        tmp_path,
        "method: logrank, hazard_ratio: 0.6, median_control: 360, accrual: 540, follow_up: 540, "
        f"yearly_dropout: {-math.expm1(-0.001 / 30 * 365.25)!r}, sides: 1, alpha: 0.025, "
        "power: 0.9",
    )
    share = [one.events / sum(one.with_outcome.values()) for one in (steady, plain)]
    assert_allclose(share[0], share[1], rtol=1e-9)
    assert abs(steady.unrounded / plain.unrounded - 1) < 0.03


def test_the_power_of_a_delayed_effect_is_that_of_simulated_trials(tmp_path):
    """4,000 log-rank tests of trials of the planned size; four standard errors."""
    found = plan(tmp_path, CHANGING)
    n, trials, rng = 232, 4000, np.random.default_rng(11)
    assert found.with_outcome == {"control": n, "cells": n}
    hazard, since = math.log(2) / 360, -np.log(rng.random((2, trials, n)))
    late = 120 + (since - hazard * 120) / (hazard * np.array([0.6, 1])[:, None, None])
    event = np.where(since < hazard * 120, since / hazard, late)
    leaves = np.minimum(
        1080 - rng.uniform(0, 540, event.shape), rng.exponential(30000, event.shape)
    )
    joined = [np.concatenate(one, axis=-1) for one in (np.minimum(event, leaves), event <= leaves)]
    z = logrank(time=joined[0], event=joined[1], group=np.arange(2 * n) < n).z
    rejected = np.mean(z < -1.959964)
    assert abs(rejected - found.power) < 4 * math.sqrt(0.9 * 0.1 / trials)


def test_hazards_that_cancel_each_other_have_no_size(tmp_path):
    text = CHANGING.replace("hazard_ratio: 1}", "hazard_ratio: 1.0000001}")
    text = text.replace("hazard_ratio: 0.6", "hazard_ratio: 0.9999999")
    with pytest.raises(ProtocolError, match="hazard ratios whose average is 1"):
        plan(tmp_path, text)


def test_the_information_is_one_over_the_variance_of_the_estimate(tmp_path):
    """By hand: p (1 - p) / n of both arms, sd² (1 / n1 + 1 / n0), 4 over the events."""
    subjects = "subjects: {cells: 20, control: 10}"
    shares = plan(tmp_path, f"method: proportion, experimental: 0.5, control: 0.2, {subjects}")
    assert_allclose(shares.information, 1 / (0.25 / 20 + 0.16 / 10))
    means = plan(tmp_path, f"method: mean, difference: 2, standard_deviation: 4, {subjects}")
    assert_allclose(means.information, 1 / (16 / 20 + 16 / 10))
    events = plan(
        tmp_path,
        "method: logrank, hazard_ratio: 0.6, event_probability: 0.5, subjects: {cells: 20, "
        "control: 20}",
    )
    assert_allclose(events.information, 20 / 4)
