"""Two proportions as a protocol names them: every interval and test against R, and margins."""

from __future__ import annotations

import typing

import numpy as np
import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol.model.analysis.binary import Proportion, TwoProportionTest
from equipoise.stats import State
from support.counted import (
    analysed,
    assert_batch_is_its_trials,
    counted_cohort,
    counted_protocol,
    responders,
)
from support.reference import cases

EXPECTED = {case.id: case.expected for case in cases("binary")}
TABLE = EXPECTED["tab_9_12_5_6"]
ARM = EXPECTED["prop_9_12"]
MARGIN = {case.id: case.expected for case in cases("margin")}
PROFILE = {  # R 4.2.2: uniroot on the deviance, its control risk by uniroot on the score, 1e-15
    "risk_difference": (-0.43424894357033, 0.35786722939621),
    "relative_risk": (0.53349610994435, 1.75896654614677),
    "odds_ratio": (0.025779639876299, 6.287452717311941),
}
CONTRAST = "cells - control"


def found(folder, *analyses, table=(9, 12, 5, 6)):
    """Analyse a 2x2 table; analyses are ``name: fields`` of a proportion."""
    planned = [one.replace(":", ": method: proportion,", 1) for one in analyses]
    protocol = counted_protocol(folder, *planned)
    arm, responds = responders(*table)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds})
    results = analysed(protocol, cohort)
    return lambda **keys: float(results.values(**{"group": CONTRAST, **keys})[0])


def choices(field):
    """Names that a field of the model takes."""
    return typing.get_args(Proportion.model_fields[field].annotation)


@pytest.mark.parametrize(
    ("field", "measure"),
    [
        ("interval", "risk_difference"),
        ("relative_risk_interval", "relative_risk"),
        ("odds_ratio_interval", "odds_ratio"),
    ],
)
def test_every_interval_of_a_contrast_is_that_of_r(tmp_path, field, measure):
    names = choices(field)
    value = found(
        tmp_path,
        *(
            f"{name}: endpoint: response, measures: [{measure}], {field}: {name}, test: none"
            for name in names
        ),
    )
    expected = TABLE[measure] | {
        "conditional": TABLE["odds_ratio_conditional_tight"]["or_ci"],
        "cornfield": TABLE["odds_ratio"]["cornfield_score"],
        "haldane_anscombe": TABLE["odds_ratio"]["haldane_anscombe"][1:],
        "profile": PROFILE[measure],
    }
    for name in names:
        for end, limit in zip(("ci_low", "ci_high"), expected[name], strict=True):
            got = value(analysis=name, variable=measure, statistic=end)
            assert got == pytest.approx(limit, rel=1e-9), name


def test_every_interval_of_an_arm_is_that_of_r(tmp_path):
    names = choices("arm_interval")
    value = found(
        tmp_path, *(f"{name}: endpoint: response, arm_interval: {name}" for name in names)
    )
    for name in names:
        limits = ARM["wilson_cc" if name == "wilson_corrected" else name]
        for end, limit in zip(("ci_low", "ci_high"), limits, strict=True):
            got = value(analysis=name, variable="response", group="cells", statistic=end)
            assert got == pytest.approx(100 * limit, rel=1e-9), name


def test_every_test_is_that_of_r(tmp_path):
    expected = {
        "fisher": TABLE["fisher"]["p_two_sided"],
        "fisher_mid_p": TABLE["midp"]["two_sided_by_probability_minus_half_observed"],
        "barnard": TABLE["barnard_pooled"]["two_sided"]["p_value"],
        "barnard_unpooled": TABLE["barnard_unpooled"]["two_sided"]["p_value"],
        "boschloo": TABLE["boschloo"]["two_sided"]["p_value"],
        "boschloo_doubled": TABLE["boschloo"]["two_sided_doubled_one_sided"]["p_value"],
        "chi_square": TABLE["chisq"]["p"],
        "chi_square_corrected": TABLE["chisq"]["p_yates"],
    }
    value = found(tmp_path, *(f"{name}: endpoint: response, test: {name}" for name in expected))
    for name, p_value in expected.items():
        got = value(analysis=name, variable="test", statistic="p_value")
        assert got == pytest.approx(p_value, rel=1e-9), name
    assert {*expected, "chi_square_n_minus_1", "none"} == set(typing.get_args(TwoProportionTest))


def test_one_sided_tests_are_those_of_r(tmp_path):
    expected = {
        "fisher": TABLE["fisher"],
        "fisher_mid_p": {f"p_{side}": TABLE["midp"][side] for side in ("less", "greater")},
        **{
            name: {f"p_{side}": TABLE[place][side]["p_value"] for side in ("less", "greater")}
            for name, place in (
                ("barnard", "barnard_pooled"),
                ("barnard_unpooled", "barnard_unpooled"),
                ("boschloo", "boschloo"),
            )
        },
    }
    value = found(
        tmp_path,
        *(
            f"{name}_{side}: endpoint: response, test: {name}, alternative: {side}"
            for name in expected
            for side in ("less", "greater")
        ),
    )
    for name, sides in expected.items():
        for side in ("less", "greater"):
            got = value(analysis=f"{name}_{side}", variable="test", statistic="p_value")
            assert got == pytest.approx(sides[f"p_{side}"], rel=1e-9), (name, side)


def margin_of(value, statistic, kind, analysis="one"):
    return value(
        analysis=analysis, variable="margin", variable_level=kind, statistic=statistic
    )  # fmt: skip


@pytest.mark.parametrize("test", ["farrington_manning", "miettinen_nurminen"])
def test_margins_are_tested_as_r_tests_them(tmp_path, test):
    value = found(
        tmp_path,
        "one: endpoint: response, margin: 0.1, margin_kind: equivalence, level: 0.9, "
        f"margin_test: {test}",
        table=(30, 58, 30, 60),
    )
    lower = MARGIN["margin_30_58_30_60_-0.1"][test]["p_greater"]
    upper = MARGIN["margin_30_58_30_60_0.1"][test]["p_less"]
    assert margin_of(value, "p_value_lower", "equivalence") == pytest.approx(lower, rel=1e-9)
    assert margin_of(value, "p_value_upper", "equivalence") == pytest.approx(upper, rel=1e-9)
    assert margin_of(value, "p_value", "equivalence") == pytest.approx(max(lower, upper))
    assert margin_of(value, "concluded", "equivalence") == 0


def test_which_side_a_margin_has_follows_from_what_is_good(tmp_path):
    fields = "margin: 0.25, margin_kind: non_inferiority"
    value = found(
        tmp_path,
        f"gain: endpoint: response, {fields}",
        f"loss: endpoint: failure, {fields}",
        table=(56, 70, 48, 80),
    )
    lower, upper = (
        margin_of(value, f"p_value_{side}", "non_inferiority", "gain")
        for side in ("lower", "upper")
    )
    assert lower < 1e-6 < 0.05 < upper
    for analysis, p_value, shown in (("gain", lower, 1), ("loss", upper, 0)):
        assert margin_of(value, "p_value", "non_inferiority", analysis) == p_value
        assert margin_of(value, "concluded", "non_inferiority", analysis) == shown
        assert margin_of(value, "excludes_lower", "non_inferiority", analysis) == 1
        assert margin_of(value, "excludes_upper", "non_inferiority", analysis) == 0


def test_score_limits_and_score_tests_conclude_alike(tmp_path):
    """By Miettinen and Nurminen, the interval excludes a margin where its test rejects."""
    alike = "interval: miettinen_nurminen, margin_test: miettinen_nurminen, level: 0.9"
    rng = np.random.default_rng(5)
    for place in range(12):
        n1, n0 = rng.integers(20, 60, 2)
        table = (rng.integers(0, n1), n1, rng.integers(0, n0), n0)
        folder = tmp_path / str(place)
        folder.mkdir()
        fields = "endpoint: response, margin: 0.15, margin_kind: equivalence, test: none"
        value = found(folder, f"one: {fields}, {alike}", table=table)
        both = [margin_of(value, f"excludes_{side}", "equivalence") for side in ("lower", "upper")]
        assert margin_of(value, "concluded", "equivalence") == min(both)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("margin: 0.1", r"margin: a margin without margin_kind"),
        ("margin_kind: equivalence", r"margin_kind: equivalence without a margin"),
        ("margin: 10, margin_kind: equivalence", r"a share below 1, such as 0.1 for 10 percent"),
        ("margin: 0.1, margin_kind: equivalence, alternative: greater", r"beside a margin"),
        (
            "margin: 0.1, margin_kind: equivalence, measures: [odds_ratio]",
            r"risk_difference among the measures",
        ),
        ("margin: -0.1, margin_kind: equivalence", r"greater than 0"),
        ("test: boschloo_doubled, alternative: less", r"two_sided, or test: fisher"),
        ("interval: woolf", r"interval"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        counted_protocol(tmp_path, f"one: method: proportion, endpoint: response, {fields}")
    assert "protocol.yaml:" in str(caught.value)


def test_non_inferiority_needs_a_direction_that_is_good(tmp_path):
    with pytest.raises(ProtocolError, match="neither direction is good"):
        counted_protocol(
            tmp_path,
            "one: method: proportion, endpoint: aside, margin: 0.1, margin_kind: non_inferiority",
            more="",
            changes=(("endpoints:\n", "endpoints:\n  aside: {label: A, type: response, "
                      "when: responds, benefit: neither}\n"),),
        )  # fmt: skip


def test_a_batch_equals_its_trials_even_with_an_empty_arm(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "one: method: proportion, endpoint: response, margin: 0.2, margin_kind: equivalence, "
        "measures: [risk_difference, relative_risk, odds_ratio]",
    )
    rng = np.random.default_rng(3)
    arm = rng.integers(0, 2, (5, 18)).astype(float)
    arm[3] = 0  # nobody got cells
    arm[4, 10:] = -1
    cohort = counted_cohort(
        protocol, arm=arm, subject={"responds": rng.integers(0, 2, arm.shape).astype(float)}
    )
    assert_batch_is_its_trials(protocol, cohort)
    results = analysed(protocol, cohort)
    rows = [row for row in results.rows if row.key.variable == "margin"]
    assert all(row.state[3] == State.NOT_ESTIMABLE for row in rows if row.key.statistic != "margin")
    assert "the difference has no estimate" in rows[-1].message


def test_of_an_infinite_ratio_the_low_limit_is_still_a_number(tmp_path):
    fields = "method: proportion, endpoint: response, measures: [relative_risk]"
    protocol = counted_protocol(tmp_path, f"one: {fields}, relative_risk_interval: koopman")
    arm, responds = responders(5, 12, 0, 6)
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    rows = {row.key.statistic: row for row in results.rows if row.key.variable == "relative_risk"}
    states = [rows[name].state[0] for name in ("estimate", "ci_low", "ci_high")]
    assert states == [State.INFINITE, State.ESTIMATED, State.INFINITE]
    assert 0 < rows["ci_low"].value[0] < 5
