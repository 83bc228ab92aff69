"""Counts of 28 joints and the response by half in both counts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments.responses import JOINTS, count_joints, joint_response

nan = float("nan")


def states(*values):
    return [*values, *[0] * (28 - len(values))]


def test_the_28_joints():
    assert len(set(JOINTS)) == 28
    assert sum(joint.startswith(("mcp", "pip")) for joint in JOINTS) == 20


def test_an_active_joint_is_tender_and_swollen():
    counts = count_joints(tender=states(1, 1, 0, 0), swollen=states(1, 0, 1, 0))
    assert [counts[kind].count for kind in ("tender", "swollen", "active")] == [2, 2, 1]


def test_a_joint_not_assessed():
    counts = count_joints(tender=states(1, nan, nan), swollen=states(1, 0, 1))
    assert np.isnan(counts["tender"].count)
    assert (counts["tender"].lower, counts["tender"].upper) == (1, 3)
    assert counts["tender"].n_assessed == 26
    # not swollen is not active, whatever its tenderness
    assert (counts["active"].lower, counts["active"].upper) == (1, 2)


def test_a_count_can_be_scaled_up_from_half_of_the_joints():
    half = [1] * 7 + [0] * 7 + [nan] * 14
    fewer = [1] * 6 + [0] * 7 + [nan] * 15
    counts = count_joints(tender=[half, fewer], swollen=np.zeros(28), missing="proportional")
    assert_allclose(counts["tender"].count, [14, nan])
    assert_allclose(counts["swollen"].count, 0)


@pytest.mark.parametrize(
    ("tender", "swollen", "expected"),
    [
        ((8, 4), (6, 3), 1),
        ((8, 5), (6, 3), 0),
        ((8, 4), (6, 4), 0),
        ((5, 0), (6, 0), nan),
        ((8, nan), (6, 6), 0),
        ((8, nan), (6, 3), nan),
        ((nan, 4), (6, 3), nan),
    ],
)
def test_both_counts_must_fall_by_half(tender, swollen, expected):
    answer = joint_response(
        tender_baseline=tender[0],
        tender=tender[1],
        swollen_baseline=swollen[0],
        swollen=swollen[1],
    )
    assert_array_equal(answer.responder, expected)


def test_the_least_baseline_is_a_parameter():
    counts = {"tender_baseline": 4, "tender": 2, "swollen_baseline": 4, "swollen": 2}
    assert np.isnan(joint_response(**counts).responder)
    assert joint_response(**counts, min_baseline=4).responder == 1
    assert joint_response(**counts, min_baseline=4, least_fall=0.6).responder == 0


def test_what_is_refused():
    with pytest.raises(DataError, match="tender_knee_left: 2"):
        count_joints(tender=[0] * 27 + [2], swollen=np.zeros(28))
    with pytest.raises(DataError, match="last axis of 28"):
        count_joints(tender=np.zeros(27), swollen=np.zeros(28))
    with pytest.raises(DataError, match="missing: 'locf'"):
        count_joints(tender=np.zeros(28), swollen=np.zeros(28), missing="locf")
    with pytest.raises(DataError, match="tender: 29"):
        joint_response(tender=29, tender_baseline=6, swollen=6, swollen_baseline=6)
