"""CLASI activity, severity, meaningful improvement and CLASI-A50."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.responses import (
    clasi_a50,
    clasi_activity,
    clasi_improvement,
    clasi_severity,
)
from equipoise.instruments.responses.clasi import FORM, ITEMS

nan = float("nan")


def test_the_items_add_up_to_seventy():
    assert len(ITEMS) == 29
    assert clasi_activity([item.codes[-1] for item in ITEMS]).total == 70
    assert clasi_activity(np.zeros(29)).total == 0
    assert sum(item.name.startswith("erythema") for item in ITEMS) == 13


def test_an_unknown_item_leaves_bounds():
    scores = FORM.array({"erythema_scalp": nan, "alopecia_nonscarring": 2}, unlisted=0)
    answer = clasi_activity(scores)
    assert np.isnan(answer.total)
    assert (answer.lower, answer.upper) == (2, 5)


@pytest.mark.parametrize(
    ("points", "expected"), [(0, 0), (9, 0), (10, 1), (20, 1), (21, 2), (70, 2), (nan, nan)]
)
def test_severity(points, expected):
    assert_array_equal(clasi_severity(points), expected)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (30, 26, 1),  # 4 points
        (30, 27, 0),  # 3 points, 10 %
        (10, 8, 1),  # 20 %
        (10, 9, 0),
        (0, 0, 0),
        (0, 3, 0),
        (nan, 3, nan),
    ],
)
def test_meaningful_improvement(before, now, expected):
    answer = clasi_improvement(clasi_a_baseline=before, clasi_a_visit=now)
    assert_array_equal(answer, expected)


@pytest.mark.parametrize(
    ("before", "now", "responder", "percent"),
    [
        (10, 5, 1, 50),
        (10, 5.1, 0, 49),
        (20, 0, 1, 100),
        (20, 30, 0, -50),
        (9, 0, nan, 100),  # not evaluable
        (0, 0, nan, nan),
        (20, nan, nan, nan),
        (nan, 5, nan, nan),
    ],
)
def test_clasi_a50(before, now, responder, percent):
    answer = clasi_a50(clasi_a_baseline=before, clasi_a_visit=now)
    assert_array_equal(answer.responder, responder)
    assert_allclose(answer.percent_reduction, percent)


def test_the_least_baseline_is_a_parameter():
    assert clasi_a50(clasi_a_baseline=8, clasi_a_visit=4, min_baseline=8).responder == 1
    with pytest.raises(DataError, match="min_baseline"):
        clasi_a50(clasi_a_baseline=8, clasi_a_visit=4, min_baseline=0)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.2, [1, 1, 1]), (0.5, [0, 1, 1]), (0.7, [0, 0, 1]), (1, [0, 0, 0])]
)
def test_the_share_to_fall_is_a_parameter(share, expected):
    answer = clasi_a50(clasi_a_baseline=20, clasi_a_visit=[16, 10, 6], least_fall=share)
    assert_array_equal(answer.responder, expected)
    table = {"clasi_a_baseline": 20, "clasi_a_visit": [16, 10, 6]}
    scored = find_instrument("clasi50").score(table, parameters={"least_fall": share})
    assert_array_equal(scored["responder"], expected)


def test_a_share_beyond_all_is_refused():
    with pytest.raises(DataError, match=r"least_fall: 1\.1"):
        clasi_a50(clasi_a_baseline=20, clasi_a_visit=10, least_fall=1.1)


def test_less_activity_is_never_worse():
    now = np.arange(71)
    answer = clasi_a50(clasi_a_baseline=40, clasi_a_visit=now)
    assert np.all(np.diff(answer.responder) <= 0)
    assert np.all(np.diff(answer.percent_reduction) < 0)


def test_what_is_refused():
    with pytest.raises(DataError, match="scale_ears: 3; wanted 0, 1, 2 or NaN"):
        clasi_activity(FORM.array({"scale_ears": 3}, unlisted=0))
    with pytest.raises(DataError, match="clasi_a_visit: 71"):
        clasi_a50(clasi_a_baseline=8, clasi_a_visit=71)


def test_the_table_writes_the_severity():
    table = {name: [0.0, 0.0] for name in FORM.names}
    table |= {f"erythema_{site}": [1, 3] for site in ("scalp", "chest", "arms", "legs")}
    answer = find_instrument("clasi_activity").score(table)
    assert answer["clasi_a"].tolist() == [4, 12]
    assert answer["severity"].tolist() == ["mild", "moderate"]


def test_the_severity_is_known_where_the_unknown_items_cannot_change_it():
    table = {name: [0.0, 0.0] for name in FORM.names}
    table |= {"erythema_scalp": [2, 3], "erythema_arms": [3, 3], "scale_ears": [2, 2]}
    answer = find_instrument("clasi_activity").score({**table, "scale_feet": [None, None]})
    assert np.isnan(answer["clasi_a"]).all()
    assert answer["severity"].tolist() == ["mild", None]  # 7 to 9, and 8 to 10
