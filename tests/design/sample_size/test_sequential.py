"""Group sequential sizes against rpact 3.3.4 and gsDesign, the call beside the numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.design import plan_size, sample_size_chapter
from support.reference import cases
from support.sizes import sized

SHARES = "method: proportion, experimental: 0.9, control: 0.75"


def plan(folder, text):
    return plan_size(sized(folder, text), "one")


def test_spending_with_futility_agrees_with_rpact(tmp_path):
    """Compare a design that spends both errors.

    design <- getDesignGroupSequential(alpha = 0.025, beta = 0.2, sided = 1,
      informationRates = c(0.4, 0.7, 1), typeOfDesign = "asHSD", gammaA = -4,
      typeBetaSpending = "bsOF", bindingFutility = FALSE)
    getSampleSizeRates(design, pi1 = 0.9, pi2 = 0.75)
    """
    found = plan(
        tmp_path,
        f"{SHARES}, power: 0.8, looks: {{information: [0.4, 0.7, 1], "
        "efficacy: {spending: hwang_shih_decani, parameter: -4}, "
        "futility: {spending: obrien_fleming}}",
    )
    looks = found.sequential
    assert_allclose(looks.efficacy, [2.90371323820, 2.50150198489, 2.00378827006], rtol=1e-7)
    assert_allclose(looks.futility[:-1], [0.154495293302, 1.270197409671], rtol=1e-6)
    assert_allclose(found.unrounded, 222.763578124, rtol=1e-7)
    assert_allclose(looks.effect.upper, [0.151645458570, 0.347547227248, 0.300807314181], rtol=1e-6)
    assert_allclose(looks.effect.lower[:-1], [0.0427329308548, 0.0828519251122], rtol=1e-6)
    scale = found.unrounded / looks.inflation
    assert_allclose(looks.effect.expected_information * scale, 168.02014624, rtol=1e-6)
    assert_allclose(looks.null.expected_information * scale, 124.290228082, rtol=1e-6)
    assert_allclose(looks.spent[-1], 0.025, rtol=1e-9)
    assert 0.8 < found.power < 0.81


def test_obrien_and_fleming_agree_with_rpact(tmp_path):
    """Compare a design of events.

    design <- getDesignGroupSequential(alpha = 0.05, beta = 0.1, sided = 2,
      informationRates = c(0.5, 1), typeOfDesign = "OF")
    getSampleSizeSurvival(design, hazardRatio = 0.5, lambda2 = log(2) / 180, accrualTime = 720,
      followUpTime = 360): criticalValues, maxNumberOfEvents, maxNumberOfSubjects, rejectPerStage
    """
    found = plan(
        tmp_path,
        "method: logrank, hazard_ratio: 0.5, median_control: 180, accrual: 720, follow_up: 360, "
        "power: 0.9, looks: {information: [0.5, 1], efficacy: {shape: obrien_fleming}}",
    )
    looks = found.sequential
    assert_allclose(looks.efficacy, [2.79650968126, 1.97743095928], rtol=1e-7)
    assert_allclose(found.unrounded, 107.118247714, rtol=1e-6)
    events = found.events / sum(found.with_outcome.values()) * found.unrounded
    assert_allclose(events, 88.1027110338, rtol=1e-6)
    assert_allclose(looks.effect.upper, [0.309855724586, 0.590144275414], rtol=1e-5)
    assert np.isnan(looks.futility).all()


def test_pocock_agrees_with_the_published_constant(tmp_path):
    """Jennison and Turnbull 2000, table 2.1: 2.178 for two looks at 0.05, two-sided."""
    found = plan(
        tmp_path,
        f"{SHARES}, power: 0.9, looks: {{information: [0.5, 1], efficacy: {{shape: pocock}}}}",
    )
    assert_allclose(found.sequential.efficacy, [2.178, 2.178], atol=5e-4)
    # table 2.2 of the same: the largest size is 1.100 times the fixed one at power 0.9
    assert_allclose(found.sequential.inflation, 1.100, atol=5e-4)
    assert_allclose(found.sequential.spent[-1], 0.05, rtol=1e-9)


def test_lan_and_demets_agree_with_gsdesign(tmp_path):
    (case,) = [one for one in cases("design") if one.id == "gs_LDOF_k4"]
    expected = case.expected
    found = plan(
        tmp_path,
        f"{SHARES}, power: 0.9, alpha: 0.025, sides: 1, "
        f"looks: {{information: {case.inputs['timing']}}}",
    ).sequential
    assert_allclose(found.efficacy, expected["upper_z"], rtol=1e-8)
    assert_allclose(found.nominal, expected["nominal_p_upper"], rtol=1e-8)
    assert_allclose(found.spent, np.cumsum(expected["upper_spend"]), rtol=1e-8)
    assert_allclose(found.inflation, expected["inflation"], rtol=1e-8)


def test_haybittle_and_peto_keep_their_bound_before_the_end(tmp_path):
    found = plan(
        tmp_path,
        f"{SHARES}, power: 0.8, looks: {{information: [0.3, 0.6, 1], "
        "efficacy: {shape: haybittle_peto}}",
    ).sequential
    assert_allclose(found.efficacy[:2], 3.0)
    assert 1.96 < found.efficacy[2] < 2.0


@pytest.mark.parametrize("binding", ["true", "false"])
def test_binding_futility_lowers_the_efficacy_bounds(tmp_path, binding):
    text = f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], futility: "
    found = plan(tmp_path, f"{text}{{spending: pocock, binding: {binding}}}}}").sequential
    alone = plan(tmp_path, f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1]}}").sequential
    assert (found.efficacy[-1] < alone.efficacy[-1] - 1e-3) == (binding == "true")
    assert_allclose(found.spent[-1], 0.025, rtol=1e-9)


def test_rows_of_looks_add_up(tmp_path):
    protocol = sized(
        tmp_path, f"{SHARES}, power: 0.8, looks: {{information: [0.5, 1], "
        "futility: {spending: pocock}}",
    )  # fmt: skip
    rows = sample_size_chapter(protocol).results.to_dicts()
    found = {(row["variable"], row["by"], row["statistic"]): row["value"] for row in rows}
    total = {row["group"]: row["value"] for row in rows if row["variable"] == "with_outcome"}
    assert found["subjects", "look=2", "count"] == total["Total"]
    assert found["subjects", "look=1", "count"] == total["Total"] / 2
    for truth in ("no_effect", "assumed"):
        stops = [
            found[f"stop_{kind}", f"look={look}; truth={truth}", "probability"]
            for kind in ("efficacy", "futility") for look in (1, 2)
        ]  # fmt: skip
        assert_allclose(sum(stops), 1, rtol=1e-9)
        early = (stops[0] + stops[2]) / 2 + stops[1] + stops[3]
        assert_allclose(
            found["expected_subjects", f"truth={truth}", "mean"], early * total["Total"], rtol=1e-9
        )
