"""wang2012: the abstract gives sizes and no outcome; what a trial of this size could show.

Expected numbers and their places: evidence/wang2012.md, from Wang D, et al. Clin Dev Immunol
2012; article 273291.
"""

import math

import pytest

from equipoise.design import operating_characteristics
from equipoise.evidence import probability_within, recompute
from equipoise.stats.binary import risk_difference_newcombe


@pytest.fixture(scope="module")
def evidence():
    return recompute("wang2012")


def find(evidence, statistic, variable, by):
    (row,) = [
        row for row in evidence.rows
        if (row.key.statistic, row.key.variable, row.key.by) == (statistic, variable, by)
    ]  # fmt: skip
    return row.value[0]


def test_only_the_sizes_of_the_arms_are_public(evidence):
    """n: 58, single 30, double 28; numbers by arm NOT FOUND."""
    assert evidence.published.sizes == (28, 30)
    assert not evidence.published.counts
    assert not evidence.published.means
    texts = {one.title: one.text for one in evidence.of_kind("not_found")}
    assert texts["Remissions by arm"] == "Not found, so nothing can be recomputed."
    assert texts["Relapses by arm"] == "Not found, so nothing can be recomputed."


def test_exact_power(evidence):
    """What to encode 2: 40 % for 30 % v 55 %, 71 % for 30 % v 65 %."""
    found = operating_characteristics(evidence.protocol)
    power = dict(zip(found.scenario, found.fixed.significant, strict=True))
    assert power["large"] == pytest.approx(0.40, abs=0.005)
    assert power["very_large"] == pytest.approx(0.71, abs=0.005)


def test_an_even_split_leaves_25_points_open(evidence):
    """What to encode 2: with 24/58 remissions split evenly the interval spans about +/- 25."""
    rate = 24 / 58
    assert 1.96 * math.sqrt(rate * (1 - rate) * (1 / 30 + 1 / 28)) == pytest.approx(0.25, abs=0.005)
    most_alike = risk_difference_newcombe(x1=12, n1=28, x0=12, n0=30)
    assert most_alike.ci_high - most_alike.ci_low == pytest.approx(0.5, abs=0.03)
    low, high = (find(evidence, name, "alike", "rate=0.40") for name in ("ci_low", "ci_high"))
    assert low == pytest.approx(-0.25, abs=0.015)
    assert high == pytest.approx(0.25, abs=0.025)


@pytest.mark.parametrize("rate", ["0.20", "0.30", "0.40", "0.50"])
def test_the_design_could_not_show_equivalence(evidence, rate):
    """Even where the arms are alike a margin of 20 points is seldom excluded."""
    chance = find(evidence, "probability", "excluded", f"rate={rate}; margin=0.20")
    assert chance == probability_within(sizes=(28, 30), rate=float(rate), margin=0.2)
    assert chance < 0.1
    assert find(evidence, "margin", "smallest_margin", f"rate={rate}; chance=0.8") > 0.29
    assert find(evidence, "subjects", "needed", f"rate={rate}; margin=0.20; chance=0.8") > 80


def test_not_significant_is_not_equal(evidence):
    text = {one.id: one.text for one in evidence.statements}
    assert "not the same as no difference" in text["margin_smallest"]
    assert "patients in each arm" in text["margin_needed"]
    assert text["claim_2"].startswith("One infusion of 1e6 cells/kg is enough.")


def test_the_registration_conflicts(evidence):
    (text,) = [one.text for one in evidence.statements if one.id == "conflict_1"]
    assert text.startswith("Two randomised arms, 58 patients (abstract)")
    assert "one group, not randomised, 20 participants" in text
