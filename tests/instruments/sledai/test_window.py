"""Windows: the edge counts, the newest sample is taken, 10 and 30 days differ where they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import sledai

NAN = np.nan


def test_the_edge_of_the_window_counts_and_the_future_does_not():
    days = [-1, 0, 10, 10.5, 11, 30, 31, NAN]
    assert_array_equal(sledai.within_window(days), [0, 1, 1, 0, 0, 0, 0, NAN])
    assert_array_equal(sledai.within_window(days, window_days=30), [0, 1, 1, 1, 1, 1, 0, NAN])


def newest(values, days, visit, **rules):
    return sledai.latest_in_window(values, sample_day=days, visit_day=visit, **rules)


def test_the_newest_sample_in_the_window_is_taken():
    values = [[1, 2, 3], [1, 2, 3], [1, NAN, 3], [1, 2, 3]]
    days = [[5, 9, 12], [0, 2, 30], [5, 9, 12], [5, 9, NAN]]
    assert_array_equal(newest(values, days, [10, 10, 10, 10]), [2, 2, 1, 2])
    assert_array_equal(newest(values, days, 10, after_days=2), [3, 2, 3, 2])
    assert_array_equal(newest(values, days, 19), [3, NAN, 3, 2])  # day 9 is the edge
    assert_array_equal(newest([4, 5], [3, 3], 3), 5)


def test_no_sample_is_unknown():
    assert_array_equal(newest(np.zeros((2, 0)), np.zeros((2, 0)), [1, 2]), [NAN, NAN])
    assert np.isnan(newest([NAN], [1], 1))
    assert np.isnan(newest([1.0], [1], NAN))


@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(0, 5))
def test_it_is_what_a_search_finds(seed, window, after):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((6, 5)) < 0.2, NAN, rng.integers(0, 99, (6, 5)).astype(float))
    days = rng.permuted(np.tile(np.arange(0.0, 30, 6), (6, 1)), axis=1)
    visits = rng.integers(0, 30, 6).astype(float)
    answer = newest(values, days, visits, window_days=window, after_days=after)
    for row in range(6):
        fitting = [
            (day, value)
            for day, value in zip(days[row], values[row], strict=True)
            if -after <= visits[row] - day <= window and not np.isnan(value)
        ]
        assert_array_equal(answer[row], max(fitting)[1] if fitting else NAN)


@pytest.mark.parametrize("days", [-1, NAN, np.inf])
def test_a_window_has_a_length(days):
    with pytest.raises(DataError, match=r"window_days: .*; wanted one number, 0 or more"):
        sledai.within_window(3, window_days=days)
    with pytest.raises(DataError, match="after_days"):
        newest([1], [1], 1, after_days=days)


def test_samples_need_an_axis_and_shapes_that_fit():
    with pytest.raises(DataError, match="values: one number; wanted a last axis of samples"):
        newest(1.0, [1], 1)
    with pytest.raises(DataError, match="arrays that broadcast"):
        newest([1, 2], [1, 2, 3], 1)


@given(st.lists(st.integers(0, 40) | st.none(), min_size=24, max_size=24))
def test_the_thirty_day_score_is_never_below_the_ten_day_score(days):
    """Touma 2010: they differ only where something ended 11 to 30 days before the visit."""
    names = [item.name for item in sledai.ITEMS]
    lasted = {name: NAN if day is None else day for name, day in zip(names, days, strict=True)}
    ticked = dict.fromkeys(names, 0.0)
    short, long = (
        sledai.score_visit(
            ticked, variant=sledai.SLEDAI_2K, days_since_active=lasted, window_days=window
        ).score.total
        for window in (10, 30)
    )
    between = sum(
        weight
        for day, weight in zip(days, sledai.WEIGHTS, strict=True)
        if day is not None and 10 < day <= 30
    )
    assert long - short == between
