"""Letters, points, tallies, involvement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import bilag2004

SEEDS = st.integers(0, 2**32 - 1)


def test_letters_there_and_back():
    written = np.array([["A", "B", "C"], ["D", "E", None]], dtype=object)
    codes = bilag2004.grades_from_letters(written)
    assert_array_equal(codes, [[4, 3, 2], [1, 0, np.nan]])
    assert bilag2004.letters(codes).tolist() == written.tolist()
    assert bilag2004.letters(4).item() == "A"
    with pytest.raises(DataError, match="grade: 'F'; wanted A, B, C, D, E or None"):
        bilag2004.grades_from_letters(["A", "F"])
    with pytest.raises(DataError, match="constitutional: 5"):
        bilag2004.letters([5])


def test_more_active_grades_are_higher_and_never_worth_less():
    codes = bilag2004.grades_from_letters(list("EDCBA"))
    assert np.all(np.diff(codes) > 0)
    points = bilag2004.POINTS[codes.astype(int)]
    assert points.tolist() == [0, 0, 1, 8, 12]  # Yee 2010


def test_points_and_tallies():
    totals = bilag2004.total_of_grades(bilag2004.grades_from_letters(list("AABCCCDEE")))
    assert totals.total == totals.lower == totals.upper == 35
    assert totals.tally.tolist() == [2, 1, 3, 1, 2]
    assert bilag2004.total_of_grades(np.full(9, 4)).total == 108


def test_an_unknown_grade_bounds_the_total():
    grades = bilag2004.grades_from_letters([None, *"BCDEEEEE"])
    totals = bilag2004.total_of_grades(grades)
    assert np.isnan(totals.total)
    assert np.isnan(totals.points[0])
    assert (totals.lower, totals.upper) == (9, 21)
    assert totals.unknown.nonzero()[0].tolist() == [0]
    assert totals.tally.sum() == 8
    lenient = bilag2004.total_of_grades(grades, missing="as_absent")
    assert (lenient.total, lenient.upper) == (9, 21)


@given(SEEDS)
def test_raising_a_grade_never_lowers_the_total_and_bounds_hold(seed):
    rng = np.random.default_rng(seed)
    grades = rng.integers(0, 5, (20, 9)).astype(float)
    higher = np.minimum(grades + rng.integers(0, 2, grades.shape), 4)
    total = bilag2004.total_of_grades(grades).total
    assert np.all(bilag2004.total_of_grades(higher).total >= total)
    holes = np.where(rng.random(grades.shape) < 0.3, np.nan, grades)
    bounds = bilag2004.total_of_grades(holes)
    assert np.all((bounds.lower <= total) & (total <= bounds.upper))
    order = rng.permutation(20)
    assert_array_equal(bilag2004.total_of_grades(holes[order]).total, bounds.total[order])


def test_wrong_grades_are_refused():
    with pytest.raises(DataError, match="grade: shape"):
        bilag2004.total_of_grades(np.zeros(8))
    with pytest.raises(DataError, match="renal: 12; wanted 0, 1, 2, 3, 4 or NaN"):
        bilag2004.total_of_grades([0] * 7 + [12, 0])


def test_involvement_is_carried_forward_from_active_visits():
    lower = np.zeros((4, 9))
    upper = np.zeros((4, 9))
    lower[1, 0] = upper[1, 0] = 2  # C at the second visit
    upper[0, 1] = 2  # the first visit of the second system is open, to C at most
    upper[0, 3] = 1  # inactive in any case
    lower[2, 1] = upper[2, 1] = 3
    carried = bilag2004.involved_before(lower=lower, upper=upper, at_start=[0, 0, 1] + [0] * 6)
    assert_array_equal(carried[:, 0], [0, 0, 1, 1])
    assert_array_equal(carried[:, 1], [0, np.nan, np.nan, 1])
    assert_array_equal(carried[:, 2], [1, 1, 1, 1])
    assert_array_equal(carried[:, 3], [0, 0, 0, 0])
    unknown = bilag2004.involved_before(lower=lower, upper=upper)
    assert_array_equal(unknown[:, 0], [np.nan, np.nan, 1, 1])
    many = bilag2004.involved_before(
        lower=np.stack([lower, lower]), upper=np.stack([upper, upper]), at_start=np.zeros((2, 9))
    )
    assert_array_equal(many[0, :, 0], carried[:, 0])
    assert many.shape == (2, 4, 9)


def test_wrong_bounds_of_involvement_are_refused():
    with pytest.raises(DataError, match="lower: shape"):
        bilag2004.involved_before(lower=np.zeros((4, 8)), upper=np.zeros((4, 9)))
    with pytest.raises(DataError, match="constitutional: 5"):
        bilag2004.involved_before(lower=np.zeros((4, 9)), upper=np.full((4, 9), 5))
    with pytest.raises(DataError, match="constitutional: 2; wanted 0, 1 or NaN"):
        bilag2004.involved_before(lower=np.zeros((4, 9)), upper=np.zeros((4, 9)), at_start=[2] * 9)
    with pytest.raises(DataError, match=r"lower \(3, 9\), upper \(4, 9\)"):
        bilag2004.involved_before(lower=np.zeros((3, 9)), upper=np.zeros((4, 9)))
    with pytest.raises(DataError, match="one visit; wanted a second last axis of visits"):
        bilag2004.involved_before(lower=np.zeros(9), upper=np.zeros(9))
